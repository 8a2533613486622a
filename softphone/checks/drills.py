"""Drills: what can go wrong, done to the simulated cloud, and how long lines need (interface.md#drills).

`Drills` speaks to a simulated cloud's control desk (scripts.md#control) only. The program gets
one only from whoever started that cloud. Qt-free; the times are those of the event loop's clock.
"""

import asyncio
import http.client
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from softphone.errors import SoftphoneError
from softphone.i18n import phrase
from softphone.line.model import REGISTERED_STATES, LineSnapshot
from softphone.system.background import in_thread

ANSWER_LIMIT_S = 5.0
KEPT = 100  # recoveries that are remembered

THROTTLED_S = 60  # nominal seconds of the cloud

_CALL = {"from": "5008", "name": "Ann Example", "end": "missed", "ring_s": 20}

_CALLING_ROLES = frozenset({"cluster", "primary", "backup", "spare"})
_SEEN_NOT_GIVEN = frozenset({"active", "met", "struck"})  # what the desk adds to a fault it lists


class Drill(Enum):  # shown
    """One thing that goes wrong; the value is what its button says."""

    KILL_PRIMARY = "Kill the primary"
    ALL_DOWN = "All servers down"
    OFFLINE = "Go offline"
    THROTTLE = "Too many requests (429) for 60 s"
    EXPIRE_TOKEN = "Expire the token"  # noqa: S105 - a label
    ELSEWHERE = "Take the line elsewhere"
    CALL = "A call comes in"


@dataclass(frozen=True, slots=True)
class _Outage:
    """What every host of these roles answers (`softphone.sim.fault_reader`); without `for_s`, until ended."""

    roles: frozenset[str]
    answer: str | dict[str, Any]
    for_s: int | None = None

    def faults(self, hosts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Return it as the faults of the control desk."""
        lasts = {} if self.for_s is None else {"for_s": self.for_s}
        return [
            {"where": "any", "host": name, "answer": self.answer, **lasts}
            for name, host in hosts.items()
            if host["role"] in self.roles
        ]


_WAIT = {"status": 429, "form": "html", "headers": {"Retry-After": "{remaining_s}"}}
_OUTAGES = {
    Drill.KILL_PRIMARY: _Outage(frozenset({"primary"}), "refuse"),
    Drill.ALL_DOWN: _Outage(_CALLING_ROLES, "refuse"),
    Drill.OFFLINE: _Outage(_CALLING_ROLES | {"base"}, "refuse"),
    Drill.THROTTLE: _Outage(_CALLING_ROLES, _WAIT, for_s=THROTTLED_S),
}
LASTING = frozenset(drill for drill, outage in _OUTAGES.items() if outage.for_s is None)
"""These go on until they are ended; the others pass or are mended by the program and the person."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long a line needed, in seconds from the fault to its next proof.

    `interrupted`: it was not registered in between, or is registered anew.
    """

    drill: Drill
    label: str
    took_s: float
    interrupted: bool


@dataclass(slots=True)
class Round:
    """One drill under way: since when, and the lines that are not proved again, with their device then."""

    drill: Drill
    began_s: float
    waiting: dict[str, str]
    interrupted: set[str] = field(default_factory=set)
    lines: int = 0


class Stopwatch:
    """Measures: a line is back at the first proof that was asked for after the fault."""

    def __init__(self) -> None:
        self.rounds: dict[Drill, Round] = {}
        self.recoveries: list[Recovery] = []  # newest first

    def begin(self, drill: Drill, lines: Iterable[LineSnapshot], now_s: float) -> None:
        """Start with the lines that are registered now: the others had lost nothing to get back."""
        waiting = {
            line.identity.line_id: line.registration.device.device_id
            for line in lines
            if line.wanted and line.registration is not None and line.state in REGISTERED_STATES
        }
        if waiting:
            self.rounds[drill] = Round(drill, now_s, waiting, lines=len(waiting))

    def saw(self, line: LineSnapshot) -> None:
        """Take a line's newest snapshot."""
        line_id = line.identity.line_id
        for drill, on in tuple(self.rounds.items()):
            if line_id not in on.waiting:
                continue
            if not line.wanted:
                self._drop(on, line_id)  # the person switched it off: nothing to measure
                continue
            device_id = line.registration.device.device_id if line.registration else ""
            if line.state not in REGISTERED_STATES or device_id != on.waiting[line_id]:
                on.interrupted.add(line_id)
            if line.state in REGISTERED_STATES and _asked_at_s(line) >= on.began_s:
                took_s = (line.proved_at_s or 0.0) - on.began_s
                found = Recovery(drill, line.identity.label, took_s, line_id in on.interrupted)
                self.recoveries = [found, *self.recoveries][:KEPT]
                self._drop(on, line_id)

    def gone(self, line_id: str) -> None:
        """A line is no more."""
        for on in tuple(self.rounds.values()):
            if line_id in on.waiting:
                self._drop(on, line_id)

    def _drop(self, on: Round, line_id: str) -> None:
        del on.waiting[line_id]
        if not on.waiting:
            del self.rounds[on.drill]


def _asked_at_s(line: LineSnapshot) -> float:
    """Return when the request went out whose answer is the last proof, as far as it is known."""
    if line.proved_at_s is None:
        return float("-inf")
    return line.proved_at_s - (line.round_trip_s or 0.0)


class Drills:
    """The control desk of one simulated cloud.

    `hint` is told what the operating system would say of the network: False, it is gone; True, it is back.
    """

    def __init__(self, control_url: str, hint: Callable[[bool], object] = lambda _: None) -> None:
        parts = urlsplit(control_url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._path = parts.path
        self._hint = hint
        self._own_faults: list[dict[str, Any]] | None = None  # of the scenario, before any drill
        self.lasting: set[Drill] = set()
        self.stopwatch: Stopwatch = Stopwatch()

    async def begin(self, drill: Drill, lines: Callable[[], Iterable[LineSnapshot]]) -> None:
        """Let it go wrong, then measure what the lines do. Raises SoftphoneError."""
        state = await self._ask("GET", "state")
        if self._own_faults is None:
            self._own_faults = [_as_given(fault) for fault in state["faults"]]
        match drill:
            case Drill.EXPIRE_TOKEN:
                await self._alter_users(state, expire_tokens=True)
            case Drill.CALL:
                await self._call(state)
                return  # nothing goes wrong, so there is nothing to measure
            case Drill.ELSEWHERE:  # and the person may take it back
                await self._alter_users(state, newest_wins=True, take_line=True)
            case _:
                await self._ask("POST", "faults", _OUTAGES[drill].faults(state["hosts"]))
        self.stopwatch.begin(drill, lines(), asyncio.get_running_loop().time())
        if drill in LASTING:
            self.lasting.add(drill)
        if drill is Drill.OFFLINE:
            self._hint(False)

    async def end(self, drill: Drill) -> None:
        """End one that lasts; the others, and the scenario's own faults, go on. Raises SoftphoneError."""
        state = await self._ask("GET", "state")
        going_on = [
            fault for other in self.lasting - {drill} for fault in _OUTAGES[other].faults(state["hosts"])
        ]
        await self._ask("DELETE", "faults")
        await self._ask("POST", "faults", [*(self._own_faults or []), *going_on])
        self._ended({drill})

    async def heal(self) -> None:
        """End everything that goes wrong, the scenario's own faults too. Raises SoftphoneError."""
        await self._ask("DELETE", "faults")
        self._own_faults = []
        self._ended(set(self.lasting))

    def _ended(self, drills: set[Drill]) -> None:
        was_offline = Drill.OFFLINE in drills & self.lasting
        self.lasting -= drills
        if was_offline:
            self._hint(True)

    async def _call(self, state: dict[str, Any]) -> None:
        """Let every person be called who has a device; raises SoftphoneError when nobody can be told."""
        told = [
            leg["told"]
            for user in state["users"]
            if user["devices"]
            for leg in (await self._ask("POST", "calls", {"user": user["name"], **_CALL}))["calls"]
        ]
        if not any(told):
            raise SoftphoneError("No line listens for calls now.", title="No drill")

    async def _alter_users(self, state: dict[str, Any], **changes: bool) -> None:
        for user in state["users"]:
            await self._ask("POST", "users", {"name": user["name"], **changes})

    async def _ask(self, method: str, resource: str, body: object = None) -> Any:
        try:
            status, answer = await in_thread(lambda: self._exchange(method, resource, body))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SoftphoneError("The simulated cloud does not answer.", title="No drill") from error
        if status != http.HTTPStatus.OK:
            why = answer.get("message", "") if isinstance(answer, dict) else ""
            raise SoftphoneError(phrase("The simulated cloud refused: {why}", why=str(why)), title="No drill")
        return answer

    def _exchange(self, method: str, resource: str, body: object) -> tuple[int, Any]:
        """Blocks. Raises OSError, HTTPException, and ValueError for what is no JSON."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=ANSWER_LIMIT_S)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, self._path + resource, sent, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.load(answer)
        finally:
            connection.close()


def _as_given(fault: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fault.items() if key not in _SEEN_NOT_GIVEN}
