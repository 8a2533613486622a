"""The control socket: what another process of the same user may ask the running program (scripts.md#socket).

One line of JSON in, one out; to `follow` many come out, until the client goes. `VERBS` and the verbs about
accounts (`headless.account_verbs`) are all there is. No path comes in this way, and no address but a
redirect, which is read as any other.
"""

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.auth.untrusted import BadJsonError, plain_text, read_json
from softphone.errors import ConfigError
from softphone.headless import account_verbs
from softphone.headless.account_verbs import AccountVerbs
from softphone.headless.device_verbs import DeviceVerbs
from softphone.headless.following import Following
from softphone.headless.instance import REQUEST_LIMIT_BYTES, SOCKETS_EXIST, Instance
from softphone.headless.records import (
    SCHEMA_VERSION,
    Status,
    account_record,
    as_dict,
    line_names,
    line_record,
    moment_of,
)
from softphone.headless.transport.door import Door, SocketDoor
from softphone.i18n import few, in_english
from softphone.line.model import REGISTERED_STATES, LineSnapshot
from softphone.system import live_secrets
from softphone.system.tasks import first_of
from softphone.wording.all_lines import summary

_log = logging.getLogger(__name__)

DEADLINE_S = 1.0
ASKING_DEADLINE_S = 30.0  # of what asks the service; instance.SERVICE_DEADLINE_S is longer
VERBS = ("status", "follow", "check", "register", "deregister", "devices", "remove_device", "show", "quit")
Check = Callable[[str], Awaitable[list[dict[str, Any]]]]

_SETTLED = frozenset({AccountState.READY, AccountState.NO_LINES})
_OTHER_VERSION = (
    f"This program speaks version {SCHEMA_VERSION} of the control socket. "
    "Ask it with the 'softphone' command that it came with."
)
FETCHING = "The lines are being fetched still. Try again in a moment."
_TOO_MANY = "Too many wait for an answer already. Try again in a moment."


class Control:
    """Serves the place of an instance whose lock we hold, from `async with` to its end.

    `show` brings the window to the front; None when there is none. `leave` begins an orderly stop.
    """

    def __init__(
        self,
        instance: Instance | None,
        panel: Panel,
        *,
        show: Callable[[], object] | None,
        leave: Callable[[], object],
        check: Check | None = None,
        door: Callable[..., Door] | None = None,
    ) -> None:
        """Without an instance nothing is served: another program holds the lock. `check` looks at a line."""
        self._instance = instance
        self._panel = panel
        self._show = show
        self._leave = leave
        self._check = check
        self._accounts = AccountVerbs(panel)
        self._devices = DeviceVerbs(panel)
        self._door = (door or _door)(self._serve)

    async def __aenter__(self) -> Self:
        for path in () if self._instance is None else self._instance.socket_paths:
            try:
                await self._door.open(path)
                break
            except (OSError, ConfigError) as error:
                _log.info("no control socket: %s", error)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._door.close()
        await self._accounts.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(DEADLINE_S):
            line = await reader.readuntil(b"\n")
        asked = _request(line)
        understood = asked.get("version", SCHEMA_VERSION) == SCHEMA_VERSION
        verb = asked.get("verb") if understood else None
        if verb == "follow" and self._door.stay():
            await first_of(self._follow(writer), reader.read())  # until the client goes
            return
        try:
            answer = await self._answer(verb, asked) if understood else refused(_OTHER_VERSION)
            async with asyncio.timeout(DEADLINE_S):
                writer.write(_line(answer, hide=verb not in account_verbs.VERBS))
                await writer.drain()
        finally:
            if verb == "quit":
                self._leave()

    # ---- what is asked

    async def _answer(self, verb: object, request: Mapping[str, Any]) -> Mapping[str, Any]:
        match verb:
            case "status":
                return self._status()
            case "register":
                return await self._wish(request, self._panel.register)
            case "deregister":
                return await self._wish(request, self._panel.deregister)
            case "check" | "devices" | "remove_device":
                return await self._ask_service(request)
            case str() if verb in account_verbs.VERBS:
                async with asyncio.timeout(DEADLINE_S):
                    return await self._accounts.answer(request)
            case "show" if self._show is not None:
                self._show()
                return {"ok": True}
            case "show":
                return refused("It has no window: it is 'softphone watch' in a terminal.")
            case "quit":
                return {"ok": True}
            case "follow":
                return refused(_TOO_MANY)
            case _:
                return refused(f"Allowed: {', '.join((*VERBS, *account_verbs.VERBS))}.")

    async def _ask_service(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._door.stay():
            return refused(_TOO_MANY)
        lines = chosen(self._panel, request)
        if isinstance(lines, str):
            return refused(lines)
        try:
            async with asyncio.timeout(ASKING_DEADLINE_S):
                if request.get("verb") == "check":
                    return await self._look_at(lines[0])
                return await self._devices.answer(request, lines)
        except TimeoutError:
            return refused("Webex did not answer in time. Try again in a minute.")

    async def _look_at(self, line: LineSnapshot) -> Mapping[str, Any]:
        steps = [] if self._check is None else await self._check(line.identity.line_id)
        return {"ok": True, "line": line_names(self._panel.lines)[line.identity.line_id], "steps": steps}

    def _status(self) -> dict[str, Any]:
        name = self._instance.name if self._instance else ""
        sum_of_it, window = self.changed(None, accounts=True), self._show is not None
        return as_dict(Status(**sum_of_it, name=name, process=os.getpid(), window=window))

    def changed(self, line_ids: frozenset[str] | None, *, accounts: bool) -> dict[str, Any]:
        """Return the fields of a `Sum`: of these lines (None: all) and, if so, the accounts."""
        moment, lines = moment_of(asyncio.get_running_loop().time()), self._panel.lines
        names, option = line_names(lines), self._instance.option if self._instance else ""
        with in_english():
            sum_of_it = summary(lines, moment).sentence
        told: dict[str, Any] = {
            "registered": verdict(self._panel.accounts, lines, moment.now_s),
            "summary": sum_of_it,
        }
        if accounts:
            told["accounts"] = [account_record(account, moment) for account in self._panel.accounts]
        told["lines"] = [
            line_record(line, moment, name=names[line.identity.line_id], option=option)
            for line in lines
            if line_ids is None or line.identity.line_id in line_ids
        ]
        return told

    async def _follow(self, writer: asyncio.StreamWriter) -> None:
        """Tell how all is, and then each change: one that does not read misses some, and is told how many."""
        following = Following()
        self._panel.subscribe(following)
        try:
            writer.write(_line(self._status()))
            while True:
                await writer.drain()
                writer.write(_line(as_dict(await following.next(self))))
        finally:
            self._panel.unsubscribe(following)

    async def _wish(self, request: Mapping[str, Any], wish: Callable[[str], None]) -> dict[str, Any]:
        """Act, and answer once that outlives a crash."""
        lines = chosen(self._panel, request)
        if isinstance(lines, str):
            return refused(lines) | ({"again": True} if lines == FETCHING else {})
        if len(lines) > 1 and request.get("all") is not True:
            names = few(tuple(line_names(lines).values()))
            return refused(f"Which line? Give one of these by its extension or number, or --all: {names}.")
        for line in lines:
            wish(line.identity.line_id)
        await self._panel.kept()
        return {
            "ok": True,
            "lines": list(line_names(lines).values()),
            "ids": [line.identity.line_id for line in lines],
        }


def chosen(panel: Panel, request: Mapping[str, Any]) -> Sequence[LineSnapshot] | str:
    """Return the lines that a request means, all when it names none; a sentence when there is none."""
    given = "" if request.get("all") is True else plain_text(request.get("line"))
    found = [line for line in panel.lines if not given or given.casefold() in line.identity.names]
    if found:
        return found
    if not panel.accounts:
        return "Nobody is signed in. Sign in in the window, or with 'softphone sign-in'."
    if any(account.state is AccountState.LOADING for account in panel.accounts):
        return FETCHING
    known = few(tuple(line_names(panel.lines).values()))
    return f"There is no line '{given}'. There are: {known}." if given and known else "There is no line."


def verdict(accounts: Sequence[AccountSnapshot], lines: Sequence[LineSnapshot], now_s: float) -> str:
    """Return 'all', 'some' or 'none': how much of what the user wants is registered, with fresh proof.

    Nothing wanted is 'none': no call would arrive. An account whose lines are not known yet counts as one
    that is missing.
    """
    wanted = [line for line in lines if line.wanted]
    registered = [line for line in wanted if line.state_at(now_s) in REGISTERED_STATES]
    known = {line.identity.account.key for line in lines}
    missing = [one for one in accounts if one.state not in _SETTLED and one.account.key not in known]
    if not registered:
        return "none"
    return "all" if len(registered) == len(wanted) and not missing else "some"


def refused(sentence: str) -> dict[str, Any]:
    """Return the answer that says why not."""
    return {"ok": False, "error": sentence}


def _door(serve: Any) -> Door:
    if SOCKETS_EXIST:
        return SocketDoor(serve)
    from softphone.headless.transport.windows_pipe import PipeDoor  # noqa: PLC0415

    return PipeDoor(serve)


def _request(line: bytes) -> Mapping[str, Any]:
    try:
        request = read_json(line, limit_bytes=REQUEST_LIMIT_BYTES)
    except BadJsonError:
        request = None
    return request if isinstance(request, dict) else {}


def _line(answer: Mapping[str, Any], *, hide: bool = True) -> bytes:
    """Return an answer as it is sent: without a secret, but for the link of a sign-in that was begun."""
    line = json.dumps({"version": SCHEMA_VERSION, **answer})
    return (live_secrets.hide(line) if hide else line).encode() + b"\n"
