"""A forward proxy on this computer that logs what it is asked, and may refuse.

Names lead where the test says: nothing of it is looked up, and nothing leaves this computer. So a test may
use hosts that are not this computer's for the client, which reaches its own computer without any proxy.
"""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True)
class ProxyRequest:
    """One request to the proxy itself: all it can see of what goes through it."""

    method: str
    target: str
    headers: Mapping[str, str]


class ForwardProxy:
    """Serves CONNECT, and requests that name a whole address (`http://host/...`).

    `routes`: "host:port" -> port of this computer. `refusal`: a status to answer instead of a tunnel.
    `credentials`: "user:password" to insist on.
    """

    def __init__(
        self, routes: Mapping[str, int], *, refusal: int | None = None, credentials: str = ""
    ) -> None:
        self.asked: list[ProxyRequest] = []
        self.carried = bytearray()  # what went to the hosts, as the proxy saw it
        self._routes = routes
        self._refusal = refusal
        self._credentials = credentials
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def targets(self) -> set[str]:
        return {request.target for request in self.asked}

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest if line)}
        method, target, _ = first.split(" ")
        self.asked.append(ProxyRequest(method, target, headers))
        status = self._status(method, target, headers)
        if status != 200:
            wish = 'Proxy-Authenticate: Basic realm="corp"\r\n' if status == 407 else ""
            writer.write(
                f"HTTP/1.1 {status} No\r\n{wish}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
            await writer.drain()
            return
        place = target if method == "CONNECT" else target.split("/")[2]
        onward_reader, onward = await asyncio.open_connection(HOST, self._routes[place])
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                onward.write(head)
                self.carried += head
            await asyncio.gather(self._pump(reader, onward, log=True), self._pump(onward_reader, writer))
        finally:
            onward.close()

    def _status(self, method: str, target: str, headers: Mapping[str, str]) -> int:
        if self._refusal is not None:
            return self._refusal
        wanted = "Basic " + base64.b64encode(self._credentials.encode()).decode("ascii")
        if self._credentials and headers.get("proxy-authorization") != wanted:
            return 407
        place = target if method == "CONNECT" else target.split("/")[2]
        return 200 if place in self._routes else 502

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, log: bool = False
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if log:
                    self.carried += data
                writer.write(data)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def proxying(
    routes: Mapping[str, int], *, refusal: int | None = None, credentials: str = ""
) -> AsyncIterator[ForwardProxy]:
    proxy = ForwardProxy(routes, refusal=refusal, credentials=credentials)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
