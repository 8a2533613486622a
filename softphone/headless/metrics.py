"""Figures of the lines for a monitor on this computer: `GET /metrics` in the text format of Prometheus.

Off unless a person switches it on. Served on the loopback address only, to requests that name it so: a web
page that points a name of its own at 127.0.0.1 gets nothing. No name, address or token is among the figures.

A line is its account and its service: these labels are unique, and the same for ever. What may change of it,
its extension and its server, are labels of `softphone_line_info` alone.
"""

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Mapping

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.errors import ConfigError
from softphone.i18n import phrase
from softphone.line.model import REGISTERED_STATES, Account, LineSnapshot, LineState
from softphone.system.local_server import LocalServer

_log = logging.getLogger(__name__)

HOST = "127.0.0.1"
DEADLINE_S = 2.0
REQUEST_LIMIT_BYTES = 8 * 1024
CLIENTS_LIMIT = 8
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_HELP = {
    "softphone_line_info": "always 1; its extension, and the server it is registered at",
    "softphone_line_up": "1 while the line is registered and the proof is fresh",
    "softphone_line_wanted": "1 while the user wants the line registered",
    "softphone_line_state": "1 for the state the line is in",
    "softphone_line_missed_checks": "keepalives missed in a row",
    "softphone_line_attempt": "tries since the line was last registered",
    "softphone_line_round_trip_seconds": "of the last keepalive that was answered",
    "softphone_line_proof_age_seconds": "since the service last confirmed the line",
    "softphone_account_signed_in": "1 while the account's sign-in is accepted",
}


class Metrics:
    """The endpoint; serves from `start` to `stop`."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._server = LocalServer(self._serve, clients_limit=CLIENTS_LIMIT, limit_bytes=REQUEST_LIMIT_BYTES)

    @property
    def port(self) -> int | None:
        """The port it listens on, None when it does not."""
        return self._server.port

    async def start(self, port: int) -> None:
        """Listen on a port, 0 for any; on another one than before, if need be. Raises ConfigError."""
        if self.port == port:
            return
        await self.stop()
        try:
            await self._server.listen(host=HOST, port=port)
        except OSError as error:
            raise ConfigError(
                phrase(
                    "Port {port} cannot be used for the metrics ({why}). Choose another one.",
                    port=port,
                    why=error.strerror or phrase("in use"),
                ),
                title="The metrics endpoint is off",
            ) from error
        _log.info("metrics on http://%s:%d/metrics", HOST, self.port)

    async def stop(self) -> None:
        """Listen no more. Twice is harmless."""
        await self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(DEADLINE_S):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(self._answer(head))
            await writer.drain()

    def _answer(self, head: bytes) -> bytes:
        lines = head.decode("latin-1").split("\r\n")
        hosts = [line[5:].strip() for line in lines[1:] if line.lower().startswith("host:")]
        if [host.rpartition(":")[0] or host for host in hosts] not in ([HOST], ["localhost"]):
            return _response("403 Forbidden", "")
        match lines[0].split(" "):
            case ["GET", "/metrics", _]:
                now_s = asyncio.get_running_loop().time()
                return _response("200 OK", figures(self._panel.lines, self._panel.accounts, now_s))
            case ["GET", _, _]:
                return _response("404 Not Found", "")
            case _:
                return _response("405 Method Not Allowed", "")


def figures(lines: Iterable[LineSnapshot], accounts: Iterable[AccountSnapshot], now_s: float) -> str:
    """Return the figures as text; `now_s` is the loop's clock. An account that is not known yet has none."""
    values: dict[str, list[str]] = {name: [] for name in _HELP}

    def put(name: str, labels: Mapping[str, str], value: float | None) -> None:
        if value is not None:
            told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            values[name].append(f"{name}{{{told}}} {value:.10g}")

    for line in lines:
        state = line.state_at(now_s)
        who = {"account": label_of(line.identity.account), "service": line.identity.service.value}
        server = line.server
        where = {"role": server.role.value if server else "", "region": server.region if server else ""}
        put("softphone_line_info", who | {"extension": line.identity.extension or ""} | where, 1)
        put("softphone_line_up", who, state in REGISTERED_STATES)
        put("softphone_line_wanted", who, line.wanted)
        for each in LineState:
            put("softphone_line_state", who | {"state": each.value}, each is state)
        put("softphone_line_missed_checks", who, line.misses)
        put("softphone_line_attempt", who, line.attempt)
        put("softphone_line_round_trip_seconds", who, line.round_trip_s)
        proof_age_s = None if line.proved_at_s is None else max(0.0, now_s - line.proved_at_s)
        put("softphone_line_proof_age_seconds", who, proof_age_s)
    for one in accounts:
        if one.account.key:
            told = {"account": label_of(one.account)}
            put("softphone_account_signed_in", told, one.state is not AccountState.ENDED)
    rows = []
    for name, series in values.items():
        rows += [f"# HELP {name} {_HELP[name]}", f"# TYPE {name} gauge", *series]
    return "\n".join(rows) + "\n"


def label_of(account: Account) -> str:
    """Return what stands for an account: the same at every start, and not its name."""
    return hashlib.sha256(account.key.encode()).hexdigest()[:12]


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _response(status: str, body: str) -> bytes:
    content = body.encode(errors="replace")
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {len(content)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + content
