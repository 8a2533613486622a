"""The control socket: what another process of the same user may ask the running program (scripts.md#socket).

One line of JSON in, one out. `status`, `register`, `deregister`, `show`, `quit` and the verbs about accounts
(`headless.account_verbs`) are all there is. No path comes in this way, and no address but a redirect, which
is read as any other.
"""

import asyncio
import json
import logging
import os
import socket
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.auth.untrusted import BadJsonError, plain_text, read_json
from softphone.errors import ConfigError
from softphone.headless.account_verbs import VERBS, AccountVerbs
from softphone.headless.instance import SOCKETS_EXIST, Instance, fits, make_private
from softphone.headless.watch import error_record, line_name, line_record
from softphone.line.model import REGISTERED_STATES, LineSnapshot
from softphone.system import live_secrets
from softphone.system.local_server import LocalServer

_log = logging.getLogger(__name__)

# scripts.md#socket
REQUEST_LIMIT_BYTES = 4 * 1024
DEADLINE_S = 1.0
CLIENTS_LIMIT = 4

_PEER = struct.Struct("3i")  # struct ucred: process, user, group
_SETTLED = frozenset({AccountState.READY, AccountState.NO_LINES})


class Control:
    """Serves the socket of an instance whose lock we hold, from `async with` to its end.

    `show` brings the window to the front; None when there is none. `leave` begins an orderly stop.
    """

    def __init__(
        self,
        instance: Instance | None,
        panel: Panel,
        *,
        show: Callable[[], object] | None,
        leave: Callable[[], object],
    ) -> None:
        """Without an instance nothing is served: another program holds the lock."""
        self._instance = instance
        self._panel = panel
        self._show = show
        self._leave = leave
        self._accounts = AccountVerbs(panel)
        self._path: Path | None = None
        self._server = LocalServer(
            self._serve, clients_limit=CLIENTS_LIMIT, limit_bytes=REQUEST_LIMIT_BYTES, may_ask=_is_ours
        )

    async def __aenter__(self) -> Self:
        if self._instance is not None and SOCKETS_EXIST:
            for path in self._instance.socket_paths:
                try:
                    listening = _listen(path)
                except (OSError, ConfigError) as error:
                    _log.info("no control socket: %s", error)
                    continue
                self._path = path
                await self._server.listen(sock=listening)
                break
            else:
                _log.info("no control socket: other programs cannot reach this one; it works without")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        await self._server.close()
        await self._accounts.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(DEADLINE_S):
            line = await reader.readuntil(b"\n")
        try:
            request = read_json(line, limit_bytes=REQUEST_LIMIT_BYTES)
        except BadJsonError:
            request = None
        asked = request if isinstance(request, dict) else {}
        verb = asked.get("verb")
        try:
            async with asyncio.timeout(DEADLINE_S):
                writer.write(await self._line(verb, asked))
                await writer.drain()
        finally:
            if verb == "quit":
                self._leave()

    # ---- what is asked

    async def _line(self, verb: object, asked: Mapping[str, Any]) -> bytes:
        """Return the answer as it is sent: without a secret, but for the link of a sign-in that was begun."""
        if isinstance(verb, str) and verb in VERBS:
            return json.dumps(await self._accounts.answer(asked)).encode() + b"\n"
        return live_secrets.hide(json.dumps(self._answer(verb, asked))).encode() + b"\n"

    def _answer(self, verb: object, request: Mapping[str, Any]) -> dict[str, Any]:
        match verb:
            case "status":
                return self._status()
            case "register":
                return self._wish(request, self._panel.register)
            case "deregister":
                return self._wish(request, self._panel.deregister)
            case "show" if self._show is not None:
                self._show()
                return {"ok": True}
            case "show":
                return _refused("It has no window: it is 'softphone watch' in a terminal.")
            case "quit":
                return {"ok": True}
            case _:
                return _refused(f"Allowed: status, register, deregister, show, quit, {', '.join(VERBS)}.")

    def _status(self) -> dict[str, Any]:
        now_s = asyncio.get_running_loop().time()
        accounts, lines = self._panel.accounts, self._panel.lines
        return {
            "ok": True,
            "running": True,
            "name": self._instance.name if self._instance else "",
            "process": os.getpid(),
            "window": self._show is not None,
            "registered": verdict(accounts, lines, now_s),
            "accounts": [_account_record(account) for account in accounts],
            "lines": [
                line_record(line, now_s)
                | {"name": line_name(line), "wanted": line.wanted, "error": error_record(line.failure)}
                for line in lines
            ],
        }

    def _wish(self, request: Mapping[str, Any], wish: Callable[[str], None]) -> dict[str, Any]:
        lines = self._panel.lines
        if request.get("all") is not True:
            given = plain_text(request.get("line"))
            lines = tuple(line for line in lines if not given or given.casefold() in _names(line))
            if len(lines) > 1:
                names = ", ".join(line_name(line) for line in lines)
                return _refused(
                    f"Which line? Give one of these by its extension or number, or --all: {names}."
                )
            if given and not lines:
                return _refused(f"There is no line '{given}'.")
        if not lines:
            return _refused("There is no line yet.")
        for line in lines:
            wish(line.identity.line_id)
        return {"ok": True, "lines": [line_name(line) for line in lines]}


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


def _account_record(account: AccountSnapshot) -> dict[str, Any]:
    return {
        "account": account.account.address or account.account.key,
        "name": account.account.name,
        "state": account.state.value,
        "kept": _kept(account),
        "notice": f"{account.notice.title}: {account.notice.sentence}" if account.notice else None,
    }


def _kept(account: AccountSnapshot) -> str | None:
    """Return where the sign-in is kept: 'keyring', or 'memory' until the program quits; None without one."""
    if account.state is AccountState.ENDED:
        return None
    return "memory" if account.given_token or account.session_only or account.by_choice else "keyring"


def _names(line: LineSnapshot) -> frozenset[str]:
    identity = line.identity
    known = (identity.line_id, identity.extension, identity.phone_number, identity.account.address)
    return frozenset(name.casefold() for name in (*known, identity.account.key) if name)


def _refused(sentence: str) -> dict[str, Any]:
    return {"ok": False, "error": sentence}


def _listen(path: Path) -> socket.socket:
    """Return a listening socket for the user alone. The lock is ours, so a file in its place is stale."""
    make_private(path.parent)
    if not fits(path):
        raise ConfigError(f"{path} is too long for a socket; a shorter SOFTPHONE_HOME helps.")
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o177)
    try:
        listening.bind(str(path))
        listening.listen(CLIENTS_LIMIT)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    finally:
        os.umask(mask)
    return listening


def _is_ours(peer: socket.socket) -> bool:
    """Whether the same user asks; where the system does not tell, the folder's mode has to do."""
    if sys.platform != "linux":
        return True
    _, user, _ = _PEER.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return bool(user == os.geteuid())
