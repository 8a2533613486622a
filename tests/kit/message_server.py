"""A message service on a real socket that does what a test says, one behaviour for each connection.

The library's own server speaks the frames; `refuse` answers the upgrade with something else. A connection
without a behaviour of its own is `well`: it takes the sign-in, says that it is ready and answers pings.
"""

import asyncio
import contextlib
import json
import logging
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

HOST = "127.0.0.1"
_SILENT = logging.getLogger("message server")
_SILENT.disabled = True

Behaviour = Callable[["Visit"], Awaitable[None]]


class Visit:
    """One connection: what the client sent, and what is sent to it."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.frames: list[dict[str, Any]] = []
        self.closed = asyncio.Event()
        self.on_ready: Callable[[], None] = lambda: None
        self._sent = 0

    @property
    def target(self) -> str:
        assert self.connection.request is not None
        return self.connection.request.path

    @property
    def code(self) -> int | None:
        """How the client closed it, None when it sent no close frame."""
        received = self.connection.protocol.close_rcvd
        return received.code if received is not None else None

    @property
    def reason(self) -> str:
        received = self.connection.protocol.close_rcvd
        return received.reason if received is not None else ""

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame.get("type") == kind]

    @property
    def acked(self) -> list[str]:
        return [frame["messageId"] for frame in self.of("ack")]

    async def next(self) -> dict[str, Any]:
        """Take one frame of the client."""
        frame = json.loads(await self.connection.recv())
        self.frames.append(frame)
        return dict(frame)

    async def say(self, value: object) -> None:
        await self.connection.send(value if isinstance(value, str | bytes) else json.dumps(value))

    async def event(self, event_type: str, *, frame_id: str | None = None, **data: Any) -> None:
        self._sent += 1
        envelope = data.pop("envelope", {})
        frame = {
            "id": frame_id or f"{id(self):x}-{self._sent}",
            "data": {"eventType": event_type, **data},
            "sequenceNumber": self._sent,
            "timestamp": 1795789806198,
            "wsWriteTimestamp": 1795789806199,
        }
        await self.say(frame | envelope)

    async def ready(self, event_type: str = "mercury.buffer_state") -> None:
        self.on_ready()
        await self.event(event_type)

    async def pong(self, ping: dict[str, Any]) -> None:
        await self.say({"id": ping["id"], "type": "pong", "wsWriteTimestamp": 1795789806199})

    async def close(self, code: int, reason: str = "") -> None:
        await self.connection.close(code, reason)

    def cut(self) -> None:
        self.connection.transport.abort()

    async def serve(self) -> None:
        """Answer pings until the end."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                frame = await self.next()
                if frame.get("type") == "ping":
                    await self.pong(frame)


async def well(visit: Visit) -> None:
    await visit.next()
    await visit.ready()
    await visit.serve()


def closing(code: int, reason: str = "", *, ready: bool = False) -> Behaviour:
    """Close once it has the sign-in, or once it is ready."""

    async def closes(visit: Visit) -> None:
        await visit.next()
        if ready:
            await visit.ready()
            await visit.next()
        await visit.close(code, reason)

    return closes


def cutting(*, ready: bool = False) -> Behaviour:
    async def cuts(visit: Visit) -> None:
        await visit.next()
        if ready:
            await visit.ready()
            await visit.next()
        visit.cut()

    return cuts


async def silent(visit: Visit) -> None:
    with contextlib.suppress(ConnectionClosed):
        while True:
            await visit.next()


class Refusal:
    """An answer to the upgrade that is no 101."""

    def __init__(self, status: int, **headers: str) -> None:
        self.status = status
        self.headers = Headers({name.replace("_", "-"): value for name, value in headers.items()})


class MessageServer:
    """Behaves as `script` says, connection by connection, and `well` after that."""

    def __init__(self, *script: Behaviour | Refusal) -> None:
        self.script = deque(script)
        self.visits: list[Visit] = []
        self.asked = 0  # upgrades, refused ones too
        self.at_s: list[float] = []  # when each was asked, on the loop's clock
        self.opening = self.most_at_a_time = 0  # connections that are not ready yet

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.name}:{self.port}/messages"

    @contextlib.asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None, name: str = HOST) -> AsyncIterator[None]:
        self.scheme, self.name = ("wss" if tls else "ws"), name
        async with serve(
            self._serve,
            HOST,
            0,
            ssl=tls,
            process_request=self._answer,
            logger=_SILENT,
            ping_interval=None,
            close_timeout=1,
        ) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what the client does; looked at often, for not all of it is told."""
        while not condition():
            await asyncio.sleep(0.005)

    async def visit(self, number: int) -> Visit:
        """Wait for the connection of this number, from 0."""
        await self.until(lambda: len(self.visits) > number)
        return self.visits[number]

    async def default(self, visit: Visit) -> None:
        """What a connection without a behaviour of its own meets."""
        await well(visit)

    def _opened(self) -> None:
        self.opening -= 1

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        self.asked += 1
        self.at_s.append(asyncio.get_running_loop().time())
        behaviour = self.script.popleft() if self.script else self.default
        if isinstance(behaviour, Refusal):
            return Response(behaviour.status, "No", behaviour.headers, b"")
        connection.behaviour = behaviour  # type: ignore[attr-defined]
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        visit = Visit(connection)
        self.visits.append(visit)
        self.opening += 1
        self.most_at_a_time = max(self.most_at_a_time, self.opening)
        visit.on_ready = self._opened
        try:
            with contextlib.suppress(ConnectionClosed):
                await connection.behaviour(visit)  # type: ignore[attr-defined]
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await connection.recv()
        finally:
            visit.closed.set()
