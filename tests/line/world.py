"""A model of everything round one line: its servers, its network, its people, in virtual time.

It is the oracle of the random histories: it keeps the devices as the service does (protocol.md 8.7: a limit
across servers, expiry after five intervals, a second device on one WDM device refused) and checks the
invariants of reliability.md 9 after every step. What goes wrong is queued with `will_answer`.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from softphone.line import effects as does
from softphone.line import events as happens
from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import Registration, Role, Server, Servers
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import (
    ActionNeeded,
    Deregistering,
    Elsewhere,
    Facts,
    Failed,
    Idle,
    Registered,
    SignedOut,
    State,
    WaitingToRetry,
)
from tests.line.failures import failure_for
from tests.line.rules import REQUESTS, TimerSlot, broken_rules

OURS = "https://wdm.example/devices/ours"
THEIRS = "https://wdm.example/devices/theirs"
INTERVAL_S = 30.0
LATENCY_S = 0.05
CLIENT_DEADLINE_S = 15.0
AFTER_THE_GUARD_S = 25.0
BOUND = 12  # requests of a line in any 60 s (design.md 4), clicks aside

# Done by the server, but the answer is no use: none, too late, or nonsense.
DONE_ALL_THE_SAME = frozenset({"200", "lost", "late", "nonsense"})
FAULTS = (
    *(
        "refused",
        "timeout",
        "silent",
        "lost",
        "late",
        "nonsense",
        "500",
        "503",
        "429",
        "429:5",
        "429:60",
        "429:3600",
    ),
    *("404", "403", "103", "101"),
)
FINAL_FAULTS = ("401", "400", "102", "409")

CLICKS = (happens.Register, happens.Deregister, happens.RetryNow, happens.RemoveDevice)


class BrokenError(AssertionError):
    """An invariant does not hold."""


@dataclass(slots=True)
class Kept:
    """A device as the service keeps it."""

    device: Device
    expires_at_s: float


def server(name: str, role: Role) -> Server:
    return Server(f"https://{name}.example/calling/web/", role)


class World:
    """One line and all that surrounds it. Every wish, fault and hint is a method."""

    def __init__(
        self,
        seed: int = 0,
        *,
        primaries: int = 2,
        backups: int = 2,
        device_limit: int = 1,
        known_at_start: bool = True,
        policy: Policy | None = None,
    ) -> None:
        self.random = random.Random(seed)
        self.policy = policy or Policy()
        self.servers = Servers(
            tuple(server(f"p{n}", Role.PRIMARY) for n in range(primaries)),
            tuple(server(f"b{n}", Role.BACKUP) for n in range(backups)),
        )
        self.known_at_start = known_at_start
        self.device_limit = device_limit
        self.draw: Callable[[], float] = self.random.random
        self.now_s = 1000.0
        self.timer = TimerSlot()
        self.network = True
        self.dead: set[Server] = set()
        self.early_s = 0.0  # how much too early the timer fires (the Qt loop's do, style.md 2.6)
        self.black_hole = False  # the dead hosts do not even refuse
        self.kept: dict[str, Kept] = {}
        self.faults: deque[str] = deque()
        self.wanted = False
        self.seen: set[str] = set()  # what could explain a person's turn
        self.steps = 0
        self.requests = 0
        self.worst_in_60_s = 0
        self._agenda: list[tuple[float, int, happens.AnyEvent]] = []
        self._put = 0
        self._made = 0
        self._chosen: set[str] = set()
        self._automatic: deque[float] = deque()
        self._all: deque[float] = deque()
        self.state: State = Idle(facts=self._first_facts())

    def _first_facts(self) -> Facts:
        known = self.servers if self.known_at_start else Servers()
        return Facts(servers=known, known_device_uris=frozenset({OURS}), discovered_at_s=self.now_s)

    # ---- wishes and hints

    def register(self) -> None:
        self.wanted = True
        self._happen(happens.Register(at_s=self.now_s, draw=self.draw()))

    def deregister(self) -> None:
        self.wanted = False
        self._happen(happens.Deregister(at_s=self.now_s, draw=self.draw()))

    def retry_now(self) -> None:
        self._happen(happens.RetryNow(at_s=self.now_s, draw=self.draw()))

    def remove_a_device(self) -> None:
        if isinstance(self.state, ActionNeeded):
            device = self.random.choice(self.state.failure.devices)
            self._chosen.add(device.device_id)
            self._happen(happens.RemoveDevice(at_s=self.now_s, draw=self.draw(), device=device))

    def sign_in_ends(self) -> None:
        self.seen.add("401")
        ended = failure_for("post", "401")
        self._happen(happens.SignInEnded(at_s=self.now_s, draw=self.draw(), failure=ended))

    def sign_in(self) -> None:
        self._happen(happens.SignedIn(at_s=self.now_s, draw=self.draw()))

    def hint_lost(self) -> None:
        self._happen(happens.NetworkLost(at_s=self.now_s, draw=self.draw()))

    def hint_back(self) -> None:
        self._happen(happens.NetworkBack(at_s=self.now_s, draw=self.draw()))

    def wake(self) -> None:
        """The service's clock ran on while ours stood still."""
        for kept in self.kept.values():
            kept.expires_at_s -= self.random.choice((10, 100, 10_000))
        self._happen(happens.Woke(at_s=self.now_s, draw=self.draw()))

    def crash_and_start(self) -> None:
        """kill -9 and a new start, which knows the WDM device and the wish and nothing else."""
        self._agenda.clear()
        self.timer.fire()
        self._automatic.clear()
        self._all.clear()
        self.state = Idle(facts=replace(self._first_facts(), request=self.state.facts.request))
        if self.wanted:
            self.register()

    def somebody_registers(self) -> None:
        """Another client of the user takes a seat, or ours if there is none."""
        self._expire()
        if len(self.kept) >= self.device_limit:
            self.kept.clear()
        self._keep(THEIRS)
        self.seen.add("101")

    def will_answer(self, *words: str) -> None:
        self.faults.extend(words)

    def heal(self) -> None:
        """Everything works again; what was hinted stays hinted."""
        self.faults.clear()
        self.dead.clear()
        self.network = True

    # ---- time

    def pass_time(self, seconds: float) -> None:
        """Let answers come and the timer fire."""
        end_s = self.now_s + seconds
        while True:
            agenda_s = self._agenda[0][0] if self._agenda else end_s + 1
            due_s = self.timer.due_s if self.timer.due_s is not None else end_s + 1
            timer_s = max(self.now_s + (due_s - self.now_s) / 2, due_s - self.early_s)
            if min(agenda_s, timer_s) > end_s:
                self.now_s = end_s
                return
            self.now_s = min(agenda_s, timer_s)
            if agenda_s <= timer_s:
                self._happen(heapq.heappop(self._agenda)[2])
            else:
                self.timer.fire()
                self._happen(happens.TimerFired(at_s=self.now_s, draw=self.draw()))

    def _happen(self, event: happens.AnyEvent) -> None:
        before = self.state
        self.state, effects = step(before, event, self.policy)
        self.steps += 1
        self.timer.take(effects, self.now_s)
        broken = broken_rules(before, event, self.state, effects, self.timer)
        broken += self._broken_invariants(event, effects)
        if broken:
            raise BrokenError(f"{broken} at {self.now_s}:\n{before}\n-- {event}\n-> {self.state}\n{effects}")
        for effect in effects:
            self._carry_out(effect)

    # ---- invariants

    def _broken_invariants(self, event: happens.AnyEvent, effects: tuple[does.Effect, ...]) -> list[str]:
        broken = []
        self._expire()
        if sum(kept.device.client_device_uri == OURS for kept in self.kept.values()) > 1:
            broken.append("I1: two devices of ours are alive")
        for effect in effects:
            if isinstance(effect, REQUESTS):
                if not self.wanted and not isinstance(effect, does.SendDeregister):
                    broken.append("I3: something but a DELETE is sent after deregister")
                sent = len(effect.servers) if isinstance(effect, does.SendPing) else 1
                self._count(sent, automatic=not self._is_a_click(event))
            if isinstance(effect, does.SendDeregister | does.Discard):
                ours = effect.device.client_device_uri == OURS
                if not ours and effect.device.device_id not in self._chosen:
                    broken.append("a device of somebody else is removed without consent")
        if len(self._automatic) > BOUND:
            broken.append(f"I4: {len(self._automatic)} requests in 60 s")
        if isinstance(self.state, WaitingToRetry) and self.state.episode.failure is None:
            broken.append("I8: a wait without a cause")
        return broken

    def _is_a_click(self, event: happens.AnyEvent) -> bool:
        """The second DELETE of a deregister belongs to the click too."""
        return isinstance(event, CLICKS) or isinstance(self.state, Deregistering)

    def _count(self, sent: int, *, automatic: bool) -> None:
        self.requests += sent
        for counted in (self._all, self._automatic) if automatic else (self._all,):
            counted.extend([self.now_s] * sent)
            while counted[0] <= self.now_s - 60.0 + 1e-6:  # floats of a sum and a difference
                counted.popleft()
        self.worst_in_60_s = max(self.worst_in_60_s, len(self._automatic))

    def broken_liveness(self) -> str:
        """Why the line is not where it should be although everything works; empty if it is."""
        every = self.state.facts.servers.primaries + self.state.facts.servers.backups
        explained = {
            ActionNeeded: self._somebody_else_is_named(),
            Elsewhere: "409" in self.seen,
            Failed: bool(self.seen & {"400", "102"}),
            SignedOut: "401" in self.seen,
            WaitingToRetry: not self.state.facts.free(every, self.now_s),  # each host asked for a long wait
        }
        if not self.wanted:
            return "" if isinstance(self.state, Idle) else f"not wanted, but {self.state}"
        if isinstance(self.state, Registered):
            self._expire()
            alive = self.state.lease.device.device_id in self.kept
            return "" if alive else "registered, but the service does not know it"
        return "" if explained.get(type(self.state), False) else f"not registered: {self.state}"

    def _somebody_else_is_named(self) -> bool:
        listed = self.state.failure.devices if isinstance(self.state, ActionNeeded) else ()
        return any(device.client_device_uri != OURS for device in listed)

    # ---- servers

    def _carry_out(self, effect: does.Effect) -> None:
        match effect:
            case does.SendRegister(request=request, server=asked):
                self._serve("post", request, asked, lambda: self._post(request, asked))
            case does.SendKeepalive(request=request, server=asked, device=device, deadline_s=deadline_s):
                self._serve("keepalive", request, asked, lambda: self._keepalive(request, device), deadline_s)
            case does.SendDeregister(request=request, server=asked, device=device):
                self._serve("delete", request, asked, lambda: self._delete(request, device))
            case does.SendPing(request=request, servers=asked_servers):
                up = next((each for each in asked_servers if each not in self.dead), None)
                word = self._word()
                found = happens.PingAnswered(
                    at_s=0, request=request, server=up if self.network and word == "200" else None
                )
                if word not in {"silent", "lost"}:
                    slow = self.black_hole and found.server is None
                    self._later(CLIENT_DEADLINE_S if slow else LATENCY_S, found)
            case does.Rediscover(request=request):
                found_servers = happens.ServersFound(at_s=0, request=request, servers=self.servers)
                self._serve("discover", request, None, lambda: found_servers)
            case does.Discard(device=device):
                if self.network and self._word() in DONE_ALL_THE_SAME:
                    self.kept.pop(device.device_id, None)
            case _:
                pass

    def _word(self) -> str:
        return self.faults.popleft() if self.faults else "200"

    def _serve(
        self,
        route: str,
        request: int,
        asked: Server | None,
        answer: Callable[[], happens.AnyEvent],
        deadline_s: float = CLIENT_DEADLINE_S,
    ) -> None:
        word = self._word()
        if not self.network or asked in self.dead:
            word = "timeout" if self.black_hole else "refused"
        self.seen.add(word)
        if word in DONE_ALL_THE_SAME:
            good = answer()
            if word == "200":
                self._later(LATENCY_S, good)
            elif word == "late":
                self._later(AFTER_THE_GUARD_S, good)
            elif word == "nonsense":
                self._refuse(request, failure_for(route, word))
        elif word == "timeout":
            self._refuse(request, failure_for(route, word), deadline_s)
        elif word == "101":
            theirs = Device(device_id="theirs", client_device_uri=THEIRS)
            failure = failure_for(route, "101" if route == "post" else "403", (theirs,))
            self._refuse(request, failure if route == "post" else replace(failure, devices=()))
        elif word != "silent":
            word = "503" if route in {"delete", "discover"} and word in FINAL_FAULTS else word
            if word in {"102", "103"} and route != "post":
                word = "403"
            self._refuse(request, failure_for(route, word))

    def _post(self, request: int, asked: Server) -> happens.AnyEvent:
        self._expire()
        ours = any(kept.device.client_device_uri == OURS for kept in self.kept.values())
        if ours or len(self.kept) >= self.device_limit:
            devices = tuple(kept.device for kept in self.kept.values())
            return happens.RequestFailed(at_s=0, request=request, failure=failure_for("post", "101", devices))
        registration = Registration(device=self._keep(OURS), keepalive_interval_s=INTERVAL_S)
        return happens.Accepted(at_s=0, request=request, server=asked, registration=registration)

    def _keepalive(self, request: int, device: Device) -> happens.AnyEvent:
        self._expire()
        kept = self.kept.get(device.device_id)
        if kept is None:
            return happens.RequestFailed(at_s=0, request=request, failure=failure_for("keepalive", "404"))
        kept.expires_at_s = self.now_s + 5 * INTERVAL_S
        return happens.Proved(at_s=0, request=request, round_trip_s=LATENCY_S)

    def _delete(self, request: int, device: Device) -> happens.AnyEvent:
        self.kept.pop(device.device_id, None)
        return happens.DeviceGone(at_s=0, request=request)

    def _keep(self, client_device_uri: str) -> Device:
        self._made += 1
        device = Device(device_id=f"d{self._made}", client_device_uri=client_device_uri)
        self.kept[device.device_id] = Kept(device, self.now_s + 5 * INTERVAL_S)
        return device

    def _expire(self) -> None:
        expired = [key for key, kept in self.kept.items() if kept.expires_at_s <= self.now_s]
        for key in expired:
            del self.kept[key]

    def _refuse(self, request: int, failure: Failure, after_s: float = LATENCY_S) -> None:
        self._later(after_s, happens.RequestFailed(at_s=0, request=request, failure=failure))

    def _later(self, after_s: float, event: happens.AnyEvent) -> None:
        self._put += 1
        at_s = self.now_s + after_s
        event = replace(event, at_s=at_s, draw=self.draw())
        heapq.heappush(self._agenda, (at_s, self._put, event))
