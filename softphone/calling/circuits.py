"""Lines of one process are no herd: they share what they know of each server (reliability.md#no-herd).

Three failures in a row, of three lines, open a server's circuit: what fails one person may be theirs alone.
From then on one line at a time asks, each time another one; the others are told at once that the server is
of no use, and nothing is sent. The first success lets the others ask again in random order, `RELEASE_PER_S`
a second (reliability.md#no-herd). A line that the server served last time always asks for itself: nobody
loses a registration on the word of others. A lone line notices nothing.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from softphone.line.failure import ASKED_TO_WAIT, Disposition, ErrorType, Failure
from softphone.line.model import Reach, Server
from softphone.system.tasks import Tasks
from softphone.values import replace

LINES_TO_OPEN = 3
RELEASE_PER_S = 20.0

# All lines together ask one server for a registration this often: a calm one, and any after trouble, for then
# the lines of other computers come back, too.
CALM_REGISTRATIONS_PER_S = 200.0
REGISTRATIONS_PER_S = 24.0
TROUBLED_FOR_S = 600.0
LONGEST_TURN_S = 5.0  # after 10 s without an answer the machine asks the next server

# All lines together look the server lists up this often: one discovery is half a dozen requests.
DISCOVERIES_PER_S = 0.5

# Between two probes, by equal jitter; a cap under that of a lone line, for it asks for many.
PROBE_BASE_S = 2.0
PROBE_CAP_S = 20.0

# A line told to probe may have reasons not to; then it is the next one's turn.
NEXT_PROBER_S = 2.0

FRESH_REACH_S = 1.0  # what a ping finds is good for all lines that ask within so long after its sending

RETRY_AFTER_CAP_S = 3600.0

_HOST_FAULTS = frozenset({Disposition.DEAD_HOST, Disposition.SICK_HOST, Disposition.THROTTLED})
_TROUBLES = _HOST_FAULTS | {Disposition.NO_NETWORK, Disposition.DEVICE_GONE}  # of many at once

Retry = Callable[[], None]


@dataclass(slots=True)
class _Circuit:
    """One server. `failing` are the lines it failed since its last success.

    `served` are the lines whose last request it answered well, `waiting` those it failed or that were turned
    away, the next prober first. `probing` is the line whose probe is under way; `is_due`: the next line that
    asks may probe, else the timer runs, for `probe_within_s` at most unless the host asked for more.
    """

    is_open: bool = False
    failing: dict[object, Retry] = field(default_factory=dict)
    failure: Failure | None = None
    served: set[object] = field(default_factory=set)
    waiting: dict[object, Retry] = field(default_factory=dict)
    probing: object | None = None
    probe_within_s: float = PROBE_BASE_S
    is_due: bool = False
    timer: asyncio.TimerHandle | None = None  # the next probe, or the next release
    next_registration_at_s: float = 0.0
    next_removal_at_s: float = 0.0


class Circuits:
    """The servers' circuits, shared by every line of the process.

    A line is known by any object of its own. `retry` is called when the line should try again.
    """

    def __init__(self, *, time_scale: float = 1.0, chance: random.Random | None = None) -> None:
        self._time_scale = time_scale
        self._chance = chance or random.Random()  # nosec B311 # noqa: S311 - jitter, not a secret
        self._circuits: dict[str, _Circuit] = {}
        self._pings: dict[str, tuple[float, asyncio.Task[Reach]]] = {}  # the last one, and when it began
        self._pinging = Tasks()
        self._next_discovery_at_s = float("-inf")
        self._troubled_until_s = float("-inf")

    # ---- before a request

    def refusal(self, server: Server, line: object, retry: Retry | None) -> Failure | None:
        """Return why the line must not ask this server now, or None when it may.

        A line that is turned away is told to retry later; without `retry` it only wanted to know.
        """
        circuit = self._circuits.get(server.url)
        if circuit is None or line in circuit.served:
            return None
        if not circuit.is_open:
            return ASKED_TO_WAIT if line in circuit.waiting else None
        if self._may_probe(circuit, line):
            if retry is not None:
                circuit.probing = line
            return None
        if retry is not None:
            circuit.waiting.setdefault(line, retry)  # a probe is under way, or has its timer
        return circuit.failure

    def registration_turn_s(self, server: Server) -> float | None:
        """Take the next turn to ask this server for a registration; return how long to wait for it.

        None when there is none soon: then no turn is taken.
        """
        circuit = self._circuits.setdefault(server.url, _Circuit())
        now_s = _now_s()
        at_s = max(now_s, circuit.next_registration_at_s)
        if at_s - now_s > LONGEST_TURN_S * self._time_scale:
            return None
        troubled = now_s < self._troubled_until_s
        per_s = REGISTRATIONS_PER_S if troubled else CALM_REGISTRATIONS_PER_S
        circuit.next_registration_at_s = at_s + self._time_scale / per_s
        return at_s - now_s

    def removal_turn_s(self, server: Server) -> float:
        """Take the next turn to delete a device at this server; return how long to wait for it."""
        circuit = self._circuits.setdefault(server.url, _Circuit())
        now_s = _now_s()
        at_s = max(now_s, circuit.next_removal_at_s)
        circuit.next_removal_at_s = at_s + self._time_scale / REGISTRATIONS_PER_S
        return at_s - now_s

    def may_discover(self) -> bool:
        """Whether the server lists may be looked up now; if so, the turn is taken."""
        now_s = _now_s()
        if now_s < self._next_discovery_at_s:
            return False
        self._next_discovery_at_s = now_s + self._time_scale / DISCOVERIES_PER_S
        return True

    async def reach(self, server: Server, ping: Callable[[], Coroutine[None, None, Reach]]) -> Reach:
        """Ping a server, once for all lines that want to know at about the same time."""
        began_at_s, task = self._pings.get(server.url, (float("-inf"), None))
        if task is None or _now_s() - began_at_s >= FRESH_REACH_S * self._time_scale:
            task = self._pinging.start(ping())
            self._pings[server.url] = _now_s(), task
        return await asyncio.shield(task)

    # ---- after a request

    def succeeded(self, server: Server, line: object) -> None:
        """A request to this server was answered well: the circuit closes, the others follow."""
        circuit = self._circuits.setdefault(server.url, _Circuit())
        self.leave(line)  # whoever is served here waits for no other server
        circuit.served.add(line)
        self._close(circuit)

    def failed(self, server: Server, line: object, failure: Failure, retry: Retry) -> None:
        """A request to this server failed. A host that refuses a line for reasons of its own lives."""
        circuit = self._circuits.setdefault(server.url, _Circuit())
        if failure.disposition in _TROUBLES:
            self._troubled_until_s = _now_s() + TROUBLED_FOR_S * self._time_scale
        if failure.error_type is ErrorType.TOKEN or failure.disposition is Disposition.NO_NETWORK:
            self._pass_on(circuit, line)
            return
        was_probe = circuit.probing is line
        if was_probe:
            circuit.probing = None
        circuit.served.discard(line)
        if failure.disposition not in _HOST_FAULTS:
            circuit.waiting.pop(line, None)
            self._close(circuit)
            return
        was_open = circuit.is_open
        circuit.failing[line] = retry
        circuit.is_open = was_open or len(circuit.failing) >= LINES_TO_OPEN
        circuit.failure = replace(failure, retry_after_s=None)  # the next probe keeps to it
        if not circuit.is_open:
            return
        if not was_open:
            circuit.waiting |= circuit.failing
        circuit.waiting.pop(line, None)
        circuit.waiting[line] = retry  # the last in the queue of probers
        if was_probe or not was_open:
            wait_s = self._chance.uniform(circuit.probe_within_s / 2, circuit.probe_within_s)
            if failure.retry_after_s is not None:
                asked_s = failure.retry_after_s * self._chance.uniform(1.0, 1.1)
                wait_s = max(wait_s, min(asked_s, RETRY_AFTER_CAP_S))
            self._wait_for_probe(circuit, wait_s)
            circuit.probe_within_s = min(PROBE_CAP_S, 2 * circuit.probe_within_s)

    def learnt_nothing(self, server: Server, line: object) -> None:
        """A request ended without telling anything about the server: the next line probes."""
        circuit = self._circuits.get(server.url)
        if circuit is not None:
            self._pass_on(circuit, line)

    def leave(self, line: object) -> None:
        """The line asks for nothing any more; somebody else probes in its place."""
        for circuit in self._circuits.values():
            circuit.failing.pop(line, None)
            circuit.served.discard(line)
            circuit.waiting.pop(line, None)
            self._pass_on(circuit, line)

    def close(self) -> None:
        """Stop every timer."""
        for circuit in self._circuits.values():
            self._stop(circuit)
        self._pinging.cancel()

    # ---- private

    @staticmethod
    def _may_probe(circuit: _Circuit, line: object) -> bool:
        """Whether the line may ask although the circuit is open: alone always, else one at its time."""
        if circuit.probing is not None and circuit.probing is not line:
            return False
        return circuit.is_due or not (circuit.waiting.keys() - {line})

    def _pass_on(self, circuit: _Circuit, line: object) -> None:
        """Nothing was learnt about the host: where the line was to find out, the next one does."""
        if circuit.probing is line:
            circuit.probing = None
            self._wait_for_probe(circuit, NEXT_PROBER_S)

    def _wait_for_probe(self, circuit: _Circuit, nominal_s: float) -> None:
        delay_s = nominal_s * self._time_scale
        circuit.is_due = False
        self._stop(circuit)
        circuit.timer = asyncio.get_running_loop().call_later(delay_s, self._probe, circuit)

    def _probe(self, circuit: _Circuit) -> None:
        """Let the next line ask; whoever asks first from now on probes."""
        circuit.is_due = True
        if circuit.probing is not None or len(circuit.waiting) < 2:  # noqa: PLR2004
            return  # alone, a line keeps its own time
        line = next(iter(circuit.waiting))
        retry = circuit.waiting.pop(line)
        circuit.waiting[line] = retry
        delay_s = NEXT_PROBER_S * self._time_scale
        circuit.timer = asyncio.get_running_loop().call_later(delay_s, self._probe, circuit)
        retry()

    def _close(self, circuit: _Circuit) -> None:
        """The server answers: let those who wait ask again."""
        circuit.failing.clear()
        if not circuit.is_open:
            return
        circuit.is_open, circuit.probe_within_s, circuit.probing = False, PROBE_BASE_S, None
        self._stop(circuit)
        order = list(circuit.waiting.items())
        self._chance.shuffle(order)
        circuit.waiting = dict(order)
        self._release(circuit)

    def _release(self, circuit: _Circuit) -> None:
        """Let the next one of the queue ask, and the one after it a moment later."""
        if not circuit.waiting:
            return
        line = next(iter(circuit.waiting))
        retry = circuit.waiting.pop(line)
        delay_s = self._time_scale / RELEASE_PER_S
        circuit.timer = asyncio.get_running_loop().call_later(delay_s, self._release, circuit)
        retry()

    @staticmethod
    def _stop(circuit: _Circuit) -> None:
        if circuit.timer is not None:
            circuit.timer.cancel()


def _now_s() -> float:
    return asyncio.get_running_loop().time()
