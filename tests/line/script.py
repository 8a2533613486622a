"""A story of one line in virtual time: scripted servers, one clock, the line's one timer, a flat log.

The notation is sdk.md#notation. What servers answer is text: `post={"P1": "503x4 200"}` reads "P1 answers 503
to its first four POSTs, then 200 for ever" (who is not named answers 200). Words: a status; `429:42` asks
for 42 s; `101:ours,other` meets the device limit with these devices (`101` lists none; `ours` is an orphan,
`alive` on our WDM device too, but in use); `refused`, `no-network`, `timeout` (the client's deadline),
`silent` (nothing ever comes), `lost` (done, but nothing ever comes); `200~25` comes after 25 s.

What people and surroundings do is text too: "register@0 deregister@95". The log is compared with text such as
"C · POST P1 503@0 · U · POST P1 200@1.5 · R"; "KA P1 200@30..3600" stands for all between.
"""

import difflib
import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from softphone.line import effects as does
from softphone.line import events as happens
from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import LineEvent, Registration, Role, Server, Servers
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import Facts, Idle, State
from softphone.values import replace
from tests.line.failures import (
    CLIENT_DEADLINE_S,
    PING_DEADLINE_S,
    REGISTER_DEADLINE_S,
    REMOVAL_RETRY_S,
    REPLIES_2XX,
    failure_for,
)
from tests.line.worlds.rules import TimerSlot, broken_rules

OURS = "https://wdm.example/devices/ours"
THEIRS = "https://wdm.example/devices/theirs"

LETTERS = {
    LineEvent.CONNECTING: "C",
    LineEvent.REGISTERED: "R",
    LineEvent.UNREGISTERED: "U",
    LineEvent.RECONNECTING: "G",
    LineEvent.RECONNECTED: "N",
    LineEvent.ERROR: "E",
}

LISTED = {
    "ours": Device(device_id="ours", client_device_uri=OURS, seen_ago_s=300.0),
    "alive": Device(device_id="alive", client_device_uri=OURS, seen_ago_s=10.0),
    "unseen": Device(device_id="unseen", client_device_uri=OURS),
    "moving": Device(device_id="moving", client_device_uri=OURS, seen_ago_s=10.0),
    "left": Device(device_id="left", client_device_uri=OURS, seen_ago_s=1.0),
    "other": Device(device_id="other", client_device_uri=THEIRS),
}

DOINGS: Mapping[str, tuple[type[happens.AnyEvent], dict[str, Any]]] = {
    "register": (happens.Register, {}),
    "deregister": (happens.Deregister, {}),
    "retry": (happens.RetryNow, {}),
    "retry-by-itself": (happens.RetryNow, {"by_person": False}),
    "remove-other": (happens.RemoveDevice, {"device": LISTED["other"]}),
    "sign-in-ended": (happens.SignInEnded, {"failure": failure_for("post", "401")}),
    "signed-in": (happens.SignedIn, {}),
    "offline": (happens.NetworkLost, {}),
    "online": (happens.NetworkBack, {}),
    "wake": (happens.Woke, {}),
    "ring": (happens.CallRings, {"until_s": 3720.0}),  # a call at 3600, at most 120 s
    "ring-ends": (happens.CallRings, {"until_s": 0.0}),
}


def server(name: str) -> Server:
    """P… and Q… are primaries, B… and D are backups."""
    role = Role.PRIMARY if name[0] in "PQ" else Role.BACKUP
    return Server(f"https://{name.lower()}.example/calling/web/", role)


def name_of(server: Server) -> str:
    return server.url.removeprefix("https://").split(".", 1)[0].upper()


def servers(primaries: str, backups: str) -> Servers:
    return Servers(
        tuple(server(name) for name in primaries.split()), tuple(server(name) for name in backups.split())
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted answer: as it is logged, what it means, and when it comes (None: never)."""

    word: str
    failure: Failure | None
    delay_s: float | None


@dataclass(slots=True)
class Answers:
    """The answers of one server to one kind of request; the last one repeats."""

    words: list[str]

    @classmethod
    def written(cls, text: str) -> "Answers":
        words: list[str] = []
        for each in text.split():
            word, _, times = each.partition("x")
            words += [word] * int(times or 1)
        return cls(words)

    def next(self) -> str:
        return self.words.pop(0) if len(self.words) > 1 else self.words[0]


@dataclass(kw_only=True)
class Script:
    """Plays one story. `draw` pins every random number."""

    primaries: str = "P1"
    backups: str = "B1 D"
    post: Mapping[str, str] = field(default_factory=dict)
    keepalive: Mapping[str, str] = field(default_factory=dict)
    delete: Mapping[str, str] = field(default_factory=dict)
    ping: Mapping[str, str] = field(default_factory=dict)
    discover: str = "200"
    rediscovered: str = ""  # the primaries that discovery finds later; else the same lists
    keepalive_interval_s: float | None = 30.0
    rehoming: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    draw: float = 0.5
    latency_s: float = 0.0
    policy: Policy = field(default_factory=Policy)
    discovered_at_s: float = 0.0
    granted: str = ""  # the devices that an earlier start was granted, as the profile remembers
    early_s: float = 0.0  # how much too early the timer fires (the Qt loop's do, platform.md#timers)

    def __post_init__(self) -> None:
        self.now_s = 0.0
        self.state: State = Idle(
            facts=Facts(
                servers=servers(self.primaries, self.backups),
                known_device_uris=frozenset({OURS}),
                granted=tuple(self.granted.split()),
                discovered_at_s=self.discovered_at_s,
            )
        )
        self.log: list[str] = []
        self.timer = TimerSlot()
        self._answers: dict[tuple[str, str], Answers] = {}
        self._agenda: list[tuple[float, int, happens.AnyEvent | Callable[[], None]]] = []
        self._put = 0
        self._granted = 0

    # ---- playing

    def play(self, doings: str = "register@0", until_s: float = 20.0) -> "Script":
        """Let it happen: `doings` at their times, answers and the timer at theirs, up to `until_s`."""
        for doing in doings.split():
            name, _, at_s = doing.partition("@")
            self._schedule(float(at_s), self._doing(name, float(at_s)))
        while True:
            agenda_s = self._agenda[0][0] if self._agenda else None
            timer_s = self.timer.due_s
            if timer_s is not None:
                timer_s = max(self.now_s, timer_s - self.early_s)
            times = [at_s for at_s in (agenda_s, timer_s) if at_s is not None and at_s <= until_s]
            if not times:
                self.now_s = until_s
                return self
            self.now_s = min(times)
            if agenda_s == self.now_s:
                happening = heapq.heappop(self._agenda)[2]
                if callable(happening):
                    happening()
                else:
                    self.happen(happening)
            else:
                self.timer.fire()
                self.happen(happens.TimerFired(at_s=self.now_s, draw=self.draw))

    def happen(self, event: happens.AnyEvent) -> None:
        before = self.state
        self.state, effects = step(before, event, self.policy)
        self.timer.take(effects, self.now_s)
        broken = broken_rules(before, event, self.state, effects, self.timer)
        assert not broken, f"{broken} at {self.now_s}: {before} -- {event} -> {self.state} {effects}"
        for effect in effects:
            self._carry_out(effect)

    @property
    def end(self) -> str:
        """The end state and whether a timer is left."""
        left = "timer" if self.timer.due_s is not None else "no timer"
        return f"{type(self.state).__name__}, {left}"

    # ---- servers

    def _carry_out(self, effect: does.Effect) -> None:
        match effect:
            case does.Emit(event=LineEvent.ERROR, failure=failure):
                assert failure is not None
                self.log.append(f"E({failure.error_type.value})")
            case does.Emit(event=event):
                self.log.append(LETTERS[event])
            case does.SendRegister(request=request, server=asked):
                self._register(request, asked)
            case does.SendKeepalive(request=request, server=asked, device=device, deadline_s=deadline_s):
                reply = self._reply("keepalive", self.keepalive, name_of(asked), deadline_s)
                self._log(f"KA {name_of(asked)}", reply)
                proof = happens.Proved(
                    at_s=0, request=request, device_id=device.device_id, sent_at_s=self.now_s
                )
                self._answer(reply, request, proof)
            case does.SendDeregister(request=request, server=asked, device=device):
                reply = self._reply("delete", self.delete, name_of(asked))
                self._log(f"DELETE {name_of(asked)}/{device.device_id}", reply)
                self._answer(reply, request, happens.DeviceGone(at_s=0, request=request))
            case does.SendPing(request=request, servers=asked_servers):
                self._ping(request, asked_servers)
            case does.Rediscover(request=request):
                reply = self._reply("discover", {"": self.discover}, "")
                self._log("DISCOVER", reply)
                found = servers(self.rediscovered or self.primaries, self.backups)
                self._answer(reply, request, happens.ServersFound(at_s=0, request=request, servers=found))
            case does.Discard(server=asked, device=device, for_s=for_s):
                self._remove(asked, device, self.now_s + for_s)
            case does.StartTimer() | does.StartDeadline() | does.CancelTimer():
                pass

    def _register(self, request: int, asked: Server) -> None:
        name = name_of(asked)
        reply = self._reply("post", self.post, name, REGISTER_DEADLINE_S)
        self._log(f"POST {name}", reply)
        if reply.failure is not None:
            self._answer(reply, request, None)
            return
        self._granted += 1
        low, high = self.rehoming.get(name, (60.0, 120.0))
        registration = Registration(
            device=Device(device_id=f"d{self._granted}", client_device_uri=OURS, last_seen=f"{self.now_s:g}"),
            keepalive_interval_s=self.keepalive_interval_s,
            rehoming_interval_min_minutes=low,
            rehoming_interval_max_minutes=high,
        )
        self._answer(
            reply,
            request,
            happens.Accepted(
                at_s=0, request=request, server=asked, registration=registration, sent_at_s=self.now_s
            ),
        )

    def _ping(self, request: int, asked: tuple[Server, ...]) -> None:
        waited_s = 0.0
        up, alive = [], []
        for target in asked:
            reply = self._reply("ping", self.ping, name_of(target), PING_DEADLINE_S)
            self._log(f"PING {name_of(target)}", reply)
            waited_s = max(waited_s, PING_DEADLINE_S if reply.delay_s is None else reply.delay_s)
            if reply.failure is None:
                up.append(target)
            if reply.failure is None or reply.failure.http_status is not None:
                alive.append(target)
        answer = happens.PingAnswered(at_s=0, request=request, up=tuple(up), alive=tuple(alive))
        self._answer(Reply("", None, waited_s), request, answer)

    def _remove(self, asked: Server, device: Device, until_s: float, tries: int = 0) -> None:
        """What the runner does with a device that must not stay."""
        if self.now_s >= until_s:
            self._schedule(self.now_s, happens.Discarded(at_s=self.now_s, draw=self.draw, device=device))
            return
        reply = self._reply("delete", self.delete, name_of(asked))
        self._log(f"DELETE {name_of(asked)}/{device.device_id}", reply)
        if reply.delay_s is None:
            return
        at_s = self.now_s + reply.delay_s
        told = happens.Discarded(at_s=at_s, draw=self.draw, device=device, failure=reply.failure)
        self._schedule(at_s, told)
        if reply.failure is not None:
            delay_s = REMOVAL_RETRY_S[min(tries, len(REMOVAL_RETRY_S) - 1)]
            self._schedule(at_s + delay_s, lambda: self._remove(asked, device, until_s, tries + 1))

    def _reply(
        self, kind: str, script: Mapping[str, str], name: str, deadline_s: float = CLIENT_DEADLINE_S
    ) -> Reply:
        answers = self._answers.setdefault((kind, name), Answers.written(script.get(name, "200")))
        word, _, after = answers.next().partition("~")
        delay_s: float | None = float(after) if after else self.latency_s
        if word == "timeout":
            delay_s = deadline_s
        elif word in {"silent", "lost"}:
            delay_s = None
        if word in REPLIES_2XX or (kind, word) == ("delete", "404"):  # not there: gone all the same
            return Reply(word, None, delay_s)
        names = word.removeprefix("101:").split(",") if word.startswith("101:") else ()
        listed = tuple(self._listed(each) for each in names)
        return Reply(word, failure_for(kind, word, listed), delay_s)

    def _listed(self, name: str) -> Device:
        last_seen = f"{self.now_s:g}" if name == "moving" else ""
        return replace(LISTED[name], last_seen=last_seen)

    def _answer(self, reply: Reply, request: int, good: Any) -> None:
        if reply.delay_s is None:
            return
        at_s = self.now_s + reply.delay_s
        if reply.failure is None:
            event = replace(good, at_s=at_s, draw=self.draw)
        else:
            event = happens.RequestFailed(at_s=at_s, draw=self.draw, request=request, failure=reply.failure)
        self._schedule(at_s, event)

    def _log(self, what: str, reply: Reply) -> None:
        self.log.append(f"{what} {reply.word}@{round(self.now_s, 3):g}")

    # ---- people and surroundings

    def _doing(self, name: str, at_s: float) -> happens.AnyEvent:
        kind, fields = DOINGS[name]
        return kind(at_s=at_s, draw=self.draw, **fields)

    def _schedule(self, at_s: float, event: happens.AnyEvent | Callable[[], None]) -> None:
        self._put += 1
        heapq.heappush(self._agenda, (at_s, self._put, event))


def in_short(log: list[str]) -> list[str]:
    """Write three or more proofs in a row as one: "KA P1 200@30..3600"."""
    short: list[str] = []
    for proof, run in groupby(log, lambda entry: entry.partition("@")[0]):
        entries = list(run)
        if proof.startswith("KA") and proof.endswith(" 200") and len(entries) > 2:
            entries = [f"{entries[0]}..{entries[-1].partition('@')[2]}"]
        short += entries
    return short


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One row: what is done, what is expected. `given` are the fields of the Script."""

    name: str
    given: Mapping[str, Any] = field(default_factory=dict)
    does: str = "register@0"
    until_s: float = 20.0
    log: str
    end: str = "Registered, timer"


def check(story: Story) -> None:
    """Play the story; what differs is shown line by line."""
    script = Script(**story.given).play(story.does, story.until_s)
    expected = [*filter(None, story.log.split(" · ")), f"end: {story.end}"]
    played = [*in_short(script.log), f"end: {script.end}"]
    if played != expected:
        difference = "\n".join(difflib.ndiff(expected, played))
        raise AssertionError(
            f"{story.name}: expected (-), played (+)\n{difference}\n\n{' · '.join(script.log)}"
        )
