"""A model of everything round one line: its servers, its network, its people, in virtual time.

It is the oracle of the random histories: it checks reliability.md#invariants after every step. The
service is in service.py, what the runner does beside the machine in beside.py. What
goes wrong is queued with `will_answer`, or stands (`standing`, `takes_s`).
"""

import heapq
import random
from collections import deque
from collections.abc import Callable
from functools import partial

from softphone.line import effects as does
from softphone.line import events as happens
from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import Registration, Role, Server, Servers
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import (
    ActionNeeded,
    Elsewhere,
    Facts,
    Failed,
    Idle,
    Registered,
    SignedOut,
    State,
    WaitingToRetry,
)
from softphone.values import replace
from tests.line.failures import (
    CLIENT_DEADLINE_S,
    DONE_ALL_THE_SAME,
    FINAL_FAULTS,
    PING_DEADLINE_S,
    REGISTER_DEADLINE_S,
    SILENT_WORDS,
    failure_for,
)
from tests.line.worlds.beside import BOUND, Beside
from tests.line.worlds.rules import REQUESTS, TimerSlot, broken_rules
from tests.line.worlds.service import INTERVAL_S, OURS, THEIRS, Kept, Service

LATENCY_S = 0.05
LATE_S = 25.0  # after the next server was asked, before the request is taken for lost
SLOW_S = 12.0
CLICKS = (happens.Register, happens.Deregister, happens.RetryNow, happens.RemoveDevice)


class BrokenError(AssertionError):
    """An invariant does not hold."""


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
        shared: bool = True,
        interval_s: float = INTERVAL_S,
        policy: Policy | None = None,
    ) -> None:
        self.random = random.Random(seed)
        self.policy = policy or Policy()
        self.servers = Servers(
            tuple(server(f"p{n}", Role.PRIMARY) for n in range(primaries)),
            tuple(server(f"b{n}", Role.BACKUP) for n in range(backups)),
        )
        self.known_at_start = known_at_start
        self.service = Service(device_limit=device_limit, shared=shared, interval_s=interval_s)
        self.takes_s: dict[str, float] = {}  # how long the servers need, by kind of request
        self.standing: dict[str, str] = {}  # the word each host answers everything with, by address
        self.draw: Callable[[], float] = self.random.random
        self.now_s = 1000.0
        self.timer = TimerSlot()
        self.network = True
        self.dead: set[Server] = set()
        self.early_s = 0.0  # how much too early the timer fires (the Qt loop's do, platform.md#timers)
        self.black_hole = False  # the dead hosts do not even refuse
        self.faults: deque[str] = deque()
        self.wanted = False
        self.seen: set[str] = set()  # what could explain a person's turn
        self.steps = 0
        self.requests = 0
        self.worst_in_60_s = 0
        self._agenda: list[tuple[float, int, Callable[[], happens.AnyEvent | None]]] = []
        self._granted: set[str] = set()  # on disk
        self._slow: set[int] = set()  # what servers still do, whatever becomes of us
        self._put = 0
        self._chosen: set[str] = set()
        self._automatic: deque[float] = deque()
        self._all: deque[float] = deque()
        self.state: State = Idle(facts=self._first_facts())
        self._beside = Beside(self)

    def _first_facts(self) -> Facts:
        known = self.servers if self.known_at_start else Servers()
        return Facts(
            servers=known,
            known_device_uris=frozenset({OURS}),
            granted=tuple(sorted(self._granted)),
            discovered_at_s=self.now_s,
        )

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
            self.service.ages(kept, self.random.choice((10, 100, 10_000)))
        self._happen(happens.Woke(at_s=self.now_s, draw=self.draw()))

    def crash_and_start(self) -> None:
        """kill -9 and a new start, which knows what is on disk: WDM device, grants, wish."""
        unsure = self.state.facts.unsure or bool(self.state.facts.posts)
        self._agenda = [
            (at_s, put, partial(self._unheard, done)) for at_s, put, done in self._agenda if put in self._slow
        ]
        self.timer.fire()
        self._automatic.clear()
        self._all.clear()
        facts = replace(self._first_facts(), request=self.state.facts.request, unsure=unsure)
        left = self._granted & self.kept.keys()
        self.state = Idle(facts=facts)
        self._beside.starts_again(left)
        if self.wanted:
            self.register()

    def _unheard(self, done: Callable[[], happens.AnyEvent | None]) -> None:
        """A server finishes what it was asked by a process that is no more."""
        on_disk = set(self._granted)
        done()
        self._granted = on_disk

    def somebody_registers(self) -> None:
        """Another client of the user takes a seat, or ours if there is none."""
        self.service.somebody_registers(self._first_url(), self.now_s)
        self.seen.add("101")

    def a_copy_registers(self) -> None:
        """A copy of our profile runs on another computer, on the same WDM device."""
        if self.service.a_copy_registers(self._first_url(), self.now_s):
            self.seen.add("copy")

    def the_copy_ends(self) -> None:
        """The other computer is switched off."""
        self.service.the_copies_end()

    def _first_url(self) -> str:
        return (self.servers.primaries + self.servers.backups)[0].url

    def will_answer(self, *words: str) -> None:
        self.faults.extend(words)

    def heal(self) -> None:
        """Everything works again; what was hinted stays hinted."""
        self.faults.clear()
        self.dead.clear()
        self.takes_s.clear()
        self.standing.clear()
        self.network = True
        self.the_copy_ends()

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
                event = heapq.heappop(self._agenda)[2]()
                if event is not None:
                    self._happen(replace(event, at_s=self.now_s, draw=self.draw()))
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
        self._beside.look_if_unsure()

    # ---- invariants

    def _broken_invariants(self, event: happens.AnyEvent, effects: tuple[does.Effect, ...]) -> list[str]:
        broken = []
        self.service.expire(self.now_s)
        if self.service.shared and len(self.service.ours()) > 1:
            broken.append("I1: two devices of ours are alive")
        for effect in effects:
            if isinstance(effect, REQUESTS):
                if not self.wanted and not isinstance(effect, does.SendDeregister):
                    broken.append("I3: something but a DELETE is sent after deregister")
                sent = len(effect.servers) if isinstance(effect, does.SendPing) else 1
                if isinstance(effect, does.Rediscover):
                    sent = self.policy.requests_of_discovery
                self._count(sent, automatic=not isinstance(event, CLICKS))
            if isinstance(effect, does.SendDeregister | does.Discard):
                broken += self._removed_without_consent(effect.device)
        if len(self._automatic) > BOUND:
            broken.append(f"I4: {len(self._automatic)} requests in 60 s")
        if isinstance(self.state, WaitingToRetry) and self.state.episode.failure is None:
            broken.append("I8: a wait without a cause")
        return broken

    def _removed_without_consent(self, device: Device) -> list[str]:
        kept = self.kept.get(device.device_id)
        if device.device_id in self._chosen or kept is None:
            return []
        if device.client_device_uri != OURS:
            return ["a device of somebody else is removed without consent"]
        return ["a living device of a copy is removed without consent"] if kept.copy else []

    def _count(self, sent: int, *, automatic: bool) -> None:
        self.requests += sent
        for counted in (self._all, self._automatic) if automatic else (self._all,):
            counted.extend([self.now_s] * sent)
            while counted[0] <= self.now_s - 60.0 + 1e-6:  # floats of a sum and a difference
                counted.popleft()
        self.worst_in_60_s = max(self.worst_in_60_s, len(self._automatic))

    @property
    def kept(self) -> dict[str, Kept]:
        """The devices that the service keeps."""
        return self.service.kept

    def broken_liveness(self) -> str:
        """Why the line is not where it should be although everything works; empty if it is."""
        every = self.state.facts.servers.primaries + self.state.facts.servers.backups
        explained = {
            ActionNeeded: self._somebody_else_is_named() or "copy" in self.seen,
            Elsewhere: "409" in self.seen,
            Failed: bool(self.seen & {"400", "102"}),
            SignedOut: "401" in self.seen,
            WaitingToRetry: not self.state.facts.free(every, self.now_s),  # each host asked for a long wait
        }
        self.service.expire(self.now_s)
        ours = self.service.ours()
        if not self.wanted:
            left = f"left behind: {ours}" if ours and "copy" not in self.seen else ""
            return left if isinstance(self.state, Idle) else f"not wanted, but {self.state}"
        if isinstance(self.state, Registered):
            held = self.state.lease.device.device_id
            if held not in self.kept:
                return "registered, but the service does not know it"
            return f"left behind: {ours - {held}}" if ours - {held} and "copy" not in self.seen else ""
        return "" if explained.get(type(self.state), False) else f"not registered: {self.state}"

    def _somebody_else_is_named(self) -> bool:
        listed = self.state.failure.devices if isinstance(self.state, ActionNeeded) else ()
        return any(device.client_device_uri != OURS for device in listed)

    # ---- servers

    def _carry_out(self, effect: does.Effect) -> None:
        match effect:
            case does.SendRegister(request=request, server=asked):
                sent_at_s = self.now_s
                self._serve(
                    "post", request, asked, lambda: self._post(request, asked, sent_at_s), REGISTER_DEADLINE_S
                )
            case does.SendKeepalive(request=request, server=asked, device=device, deadline_s=deadline_s):
                sent_at_s = self.now_s
                self._serve(
                    "keepalive",
                    request,
                    asked,
                    lambda: self._keepalive(request, asked, device, sent_at_s),
                    deadline_s,
                )
            case does.SendDeregister(request=request, server=asked, device=device):
                self._serve("delete", request, asked, lambda: self._delete(request, asked, device))
            case does.SendPing(request=request, servers=asked_servers):
                self._ping(request, asked_servers)
            case does.Rediscover(request=request):
                found_servers = happens.ServersFound(at_s=0, request=request, servers=self.servers)
                self._serve("discover", request, None, lambda: found_servers)
            case does.Discard(server=asked, device=device, for_s=for_s):
                self._granted.add(device.device_id)
                self._beside.remove(asked.url, device, for_s)
            case _:
                pass

    def _word(self) -> str:
        return self.faults.popleft() if self.faults else "200"

    def word_of(self, url: str) -> str:
        """What a host says to one request beside the line's own way; without a host: the account's own."""
        word = self.standing.get(url, "") or self._word()
        return "refused" if self._is_away(url) else word

    def sends_beside(self) -> None:
        """A request goes out beside the line's own way, and is counted with it."""
        self._happen(happens.Sent(at_s=self.now_s, draw=self.draw()))
        self._count(1, automatic=True)

    def _is_away(self, url: str) -> bool:
        return not self.network or any(server.url == url for server in self.dead)

    def _serve(
        self,
        route: str,
        request: int,
        asked: Server | None,
        answer: Callable[[], happens.AnyEvent],
        deadline_s: float = CLIENT_DEADLINE_S,
    ) -> None:
        word = self.standing.get(asked.url if asked else "", "") or self._word()
        if (asked is not None and self._is_away(asked.url)) or not self.network:
            word = "timeout" if self.black_hole else "refused"
        self.seen.add(word)
        if word in DONE_ALL_THE_SAME:
            good = answer()
            if word == "200":
                takes_s = self.takes_s.get(route, LATENCY_S)
                if takes_s < deadline_s:
                    self._later(takes_s, good)
                else:
                    self._refuse(request, replace(failure_for(route, "timeout"), unsure=True), deadline_s)
            elif word == "late":
                late_s = min(LATE_S, deadline_s - 0.1) if route in {"post", "keepalive"} else LATE_S
                self._later(late_s, good)
            elif word == "nonsense":
                self._refuse(request, replace(failure_for(route, word), unsure=True))
            elif word == "lost":
                self._refuse(request, replace(failure_for(route, "timeout"), unsure=True), deadline_s)
        elif word == "slow":
            self._slow.add(self.put_on_agenda(SLOW_S, answer))
        elif word in {"timeout", "silent"}:
            self._refuse(request, replace(failure_for(route, word), unsure=True), deadline_s)
        elif word == "101":
            theirs = Device(device_id="theirs", client_device_uri=THEIRS)
            failure = failure_for(route, "101" if route == "post" else "403", (theirs,))
            self._refuse(request, failure if route == "post" else replace(failure, devices=()))
        else:
            word = "503" if route in {"delete", "discover"} and word in FINAL_FAULTS else word
            if word in {"102", "103"} and route != "post":
                word = "403"
            self._refuse(request, failure_for(route, word))

    def _ping(self, request: int, asked: tuple[Server, ...]) -> None:
        word = self._word()
        alive = () if word in SILENT_WORDS else asked
        alive = tuple(each for each in alive if not self._is_away(each.url))
        alive = tuple(each for each in alive if self.standing.get(each.url) not in SILENT_WORDS)
        well = tuple(each for each in alive if each.url not in self.standing)
        found = happens.PingAnswered(
            at_s=0, request=request, up=well if word in {"200", "slow", "late"} else (), alive=alive
        )
        slow = self.black_hole and len(alive) < len(asked)
        self._later(PING_DEADLINE_S if slow or word in {"silent", "lost", "timeout"} else LATENCY_S, found)

    def _post(self, request: int, asked: Server, sent_at_s: float) -> happens.AnyEvent:
        granted = self.service.register(asked.url, self.now_s)
        if not isinstance(granted, Registration):
            return happens.RequestFailed(at_s=0, request=request, failure=failure_for("post", "101", granted))
        # The runner has it on disk before the machine hears of it.
        self._granted.add(granted.device.device_id)
        return happens.Accepted(
            at_s=0, request=request, server=asked, registration=granted, sent_at_s=sent_at_s
        )

    def _keepalive(self, request: int, asked: Server, device: Device, sent_at_s: float) -> happens.AnyEvent:
        if not self.service.prove(asked.url, device.device_id, self.now_s):
            return happens.RequestFailed(at_s=0, request=request, failure=failure_for("keepalive", "404"))
        return happens.Proved(
            at_s=0,
            request=request,
            device_id=device.device_id,
            sent_at_s=sent_at_s,
            round_trip_s=self.now_s - sent_at_s + self.takes_s.get("keepalive", LATENCY_S),
        )

    def _delete(self, request: int, asked: Server, device: Device) -> happens.AnyEvent:
        self.service.delete(asked.url, device.device_id, anywhere=self.service.shared)
        self._beside.is_gone(device.device_id)
        return happens.DeviceGone(at_s=0, request=request)

    # ---- the agenda

    def _refuse(self, request: int, failure: Failure, after_s: float = LATENCY_S) -> None:
        self._later(after_s, happens.RequestFailed(at_s=0, request=request, failure=failure))

    def _later(self, after_s: float, event: happens.AnyEvent) -> None:
        self.put_on_agenda(after_s, lambda: event)

    def put_on_agenda(self, after_s: float, happening: Callable[[], happens.AnyEvent | None]) -> int:
        """Let something happen later; it may come to nothing."""
        self._put += 1
        heapq.heappush(self._agenda, (self.now_s + after_s, self._put, happening))
        return self._put
