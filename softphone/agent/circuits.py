"""Lines of one process are no herd: they share what they know of each server (design.md 4 "No herd").

Three failures in a row open a server's circuit. From then on one line, the prober, asks for all; the
others are told at once that the server is of no use, and nothing is sent. The prober's first success lets
the others ask again in random order, `RELEASE_PER_S` a second (reliability.md 3). A lone line is always its
own prober and notices nothing.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from softphone.line.failure import Disposition, ErrorType, Failure
from softphone.line.model import Server

FAILURES_TO_OPEN = 3
RELEASE_PER_S = 20.0

# While others wait, the prober does not sleep through its own long waits: equal jitter up to this.
PROBE_BASE_S = 2.0
PROBE_CAP_S = 20.0

_HOST_FAULTS = frozenset({Disposition.DEAD_HOST, Disposition.SICK_HOST, Disposition.THROTTLED})

Retry = Callable[[], None]


@dataclass(slots=True)
class _Circuit:
    """One server. `prober` is set while the circuit is open; `waiting` holds who was turned away."""

    failures: int = 0
    failure: Failure | None = None
    prober: object | None = None
    probes: int = 0
    waiting: dict[object, Retry] = field(default_factory=dict)
    timer: asyncio.TimerHandle | None = None  # the next probe, or the next release


class Circuits:
    """The servers' circuits, shared by every line of the process.

    A line is known by any object of its own. `retry` is called when the line should try again.
    """

    def __init__(self, *, time_scale: float = 1.0, chance: random.Random | None = None) -> None:
        self._time_scale = time_scale
        self._chance = chance or random.Random()  # noqa: S311 - jitter, not a secret
        self._circuits: dict[str, _Circuit] = {}

    def refusal(self, server: Server, line: object, retry: Retry) -> Failure | None:
        """Return why the line must not ask this server now, or None when it may."""
        circuit = self._circuits.get(server.url)
        if circuit is None or circuit.prober is line:
            return None
        if circuit.prober is None and line not in circuit.waiting:
            return None  # closed; only those still in the queue wait for their turn
        circuit.waiting[line] = retry
        return circuit.failure

    def succeeded(self, server: Server) -> None:
        """A request to this server was answered well: the circuit closes, the others follow."""
        circuit = self._circuits.get(server.url)
        if circuit is None:
            return
        circuit.failures, circuit.probes = 0, 0
        if circuit.prober is not None:
            circuit.prober = None
            self._stop(circuit)
            order = list(circuit.waiting.items())
            self._chance.shuffle(order)
            circuit.waiting = dict(order)
            self._release(circuit)

    def failed(self, server: Server, line: object, failure: Failure, retry: Retry) -> None:
        """A request to this server failed. A host that refuses a line for reasons of its own lives."""
        if failure.error_type is ErrorType.TOKEN:
            return  # nothing reached the host, or nothing about it was learnt
        if failure.disposition not in _HOST_FAULTS:
            self.succeeded(server)
            return
        circuit = self._circuits.setdefault(server.url, _Circuit())
        circuit.failures += 1
        circuit.failure = failure
        if circuit.failures < FAILURES_TO_OPEN:
            return
        if circuit.prober is None:
            circuit.prober = line
            circuit.waiting.pop(line, None)
            circuit.probes = 0
            self._stop(circuit)  # whoever was being released waits again
        if circuit.prober is line:
            self._probe_later(circuit, retry)

    def leave(self, line: object) -> None:
        """The line asks for nothing any more; somebody else probes in its place."""
        for circuit in self._circuits.values():
            circuit.waiting.pop(line, None)
            if circuit.prober is line:
                self._stop(circuit)
                circuit.prober = next(iter(circuit.waiting), None)
                if circuit.prober is not None:
                    circuit.waiting.pop(circuit.prober)()

    def close(self) -> None:
        """Stop every timer."""
        for circuit in self._circuits.values():
            self._stop(circuit)

    def _probe_later(self, circuit: _Circuit, retry: Retry) -> None:
        widest_s = min(PROBE_CAP_S, PROBE_BASE_S * 2.0 ** min(circuit.probes, 10))
        circuit.probes += 1
        delay_s = self._chance.uniform(widest_s / 2, widest_s) * self._time_scale

        def probe() -> None:
            if circuit.waiting:  # alone, the line keeps its own time
                retry()

        self._stop(circuit)
        circuit.timer = asyncio.get_running_loop().call_later(delay_s, probe)

    def _release(self, circuit: _Circuit) -> None:
        """Let the next one of the queue ask, and the one after it a moment later."""
        circuit.timer = None
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
            circuit.timer = None
