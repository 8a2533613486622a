"""The endpoint that a monitor on this computer reads: `GET /metrics` for Prometheus, text or OpenMetrics.

Off unless a person switches it on, and what it needs is loaded then. Served on the loopback address only, to
requests that name it so: a web page that points a name of its own at 127.0.0.1 gets nothing. No name, e-mail
address or token is among the figures (`headless.figures`).
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from softphone.accounts.panel import Panel
from softphone.errors import ConfigError
from softphone.i18n import phrase
from softphone.system.local_server import LocalServer

if TYPE_CHECKING:
    from softphone.headless.figures import Figures

_log = logging.getLogger(__name__)

HOST = "127.0.0.1"
ASK_DEADLINE_S = 2.0
ANSWER_DEADLINE_S = 10.0  # as long as Prometheus waits, unless it is told otherwise
REQUEST_LIMIT_BYTES = 8 * 1024
CLIENTS_LIMIT = 8


class Metrics:
    """The endpoint; counts and serves from `start` to `stop`."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._figures: Figures | None = None
        self._server = LocalServer(self._serve, clients_limit=CLIENTS_LIMIT, limit_bytes=REQUEST_LIMIT_BYTES)

    @property
    def port(self) -> int | None:
        """The port it listens on, None when it does not."""
        return self._server.port

    async def start(self, port: int) -> None:
        """Listen on a port, 0 for any; on another one than before, if need be. Raises ConfigError."""
        from softphone.headless.figures import Figures  # noqa: PLC0415 - most people have no monitor

        if self.port == port:
            return
        self._figures = self._figures or Figures(self._panel)
        await self._server.close()
        try:
            await self._server.listen(host=HOST, port=port)
        except OSError as error:
            await self.stop()
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
        """Listen and count no more. Twice is harmless."""
        figures, self._figures = self._figures, None
        if figures is not None:
            figures.close()
        await self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(ASK_DEADLINE_S):
            head = await reader.readuntil(b"\r\n\r\n")
        async with asyncio.timeout(ANSWER_DEADLINE_S):
            writer.write(await self._answer(head))
            await writer.drain()

    async def _answer(self, head: bytes) -> bytes:
        first, *headers = head.decode("latin-1").split("\r\n")
        hosts = [host.rpartition(":")[0] or host for host in _values(headers, "host")]
        if hosts not in ([HOST], ["localhost"]):
            return _response("403 Forbidden")
        match first.split(" "):
            case ["GET", "/metrics", _] if self._figures is not None:
                content_type, content = await self._figures.text(",".join(_values(headers, "accept")))
                return _response("200 OK", content, content_type)
            case ["GET", _, _]:
                return _response("404 Not Found")
            case _:
                return _response("405 Method Not Allowed")


def _values(lines: list[str], name: str) -> list[str]:
    """Return what a request says under a name, each time it does."""
    headers = (line.partition(":") for line in lines)
    return [value.strip() for key, _, value in headers if key.lower() == name]


def _response(status: str, content: bytes = b"", content_type: str = "text/plain") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + content
