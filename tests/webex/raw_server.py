"""Small servers on real sockets that misbehave byte by byte, and a token source by hand."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.settings.cloud_file import Cloud, Network
from softphone.values import replace
from softphone.webex.client import Client

HOST = "127.0.0.1"


@dataclass
class Asked:
    """One request as it came over the wire."""

    line: str
    headers: Mapping[str, str]
    body: bytes


Handler = Callable[["Exchange"], Awaitable[None]]


@dataclass
class Exchange:
    """One request being answered."""

    asked: Asked
    number: int
    writer: asyncio.StreamWriter
    keep: bool = field(default=False)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(
        self, status: int = 200, body: bytes = b"{}", *, keep: bool = False, **headers: str
    ) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in names.items())
        self.keep = keep
        close = "" if keep else "connection: close\r\n"
        await self.send(f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{close}{lines}\r\n".encode())
        await self.send(body)

    def reset(self) -> None:
        self.writer.transport.abort()


async def plain(exchange: Exchange) -> None:
    await exchange.answer()


async def kept(exchange: Exchange) -> None:
    await exchange.answer(keep=True)


async def hanging(exchange: Exchange) -> None:
    await asyncio.sleep(30)


async def resetting(exchange: Exchange) -> None:
    exchange.reset()


async def truncated(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")


def always(status: int = 200, body: bytes = b"{}", *, keep: bool = False, **headers: str) -> Handler:
    """A handler that gives every request this answer."""

    async def handler(exchange: Exchange) -> None:
        await exchange.answer(status, body, keep=keep, **headers)

    return handler


class RawServer:
    """Answers each request with the handler; remembers what was asked and how often somebody connected."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.asked: list[Asked] = []
        self.connections = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"{self.scheme}://{HOST}:{self.port}"

    async def start(self, tls: ssl.SSLContext | None = None, *, host: str = HOST, port: int = 0) -> None:
        self.scheme = "https" if tls else "http"
        self._server = await asyncio.start_server(self._serve, host, port, ssl=tls)
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
        self.connections += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                    pairs = (line.split(": ", 1) for line in head[1:] if line)
                    headers = {name.lower(): value for name, value in pairs}
                    body = await reader.readexactly(int(headers.get("content-length", 0)))
                    self.asked.append(Asked(head[0], headers, body))
                    exchange = Exchange(self.asked[-1], len(self.asked), writer)
                    await self.handler(exchange)
                    if not exchange.keep:
                        return
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    server = RawServer(handler)
    await server.start(tls)
    try:
        yield server
    finally:
        await server.stop()


def loopback_cloud(base: str = f"http://{HOST}:1") -> Cloud:
    return Cloud(
        token_url=f"{base}/v1/access_token",
        revoke_url=f"{base}/revoke",
        authorize_url=f"{base}/v1/authorize",
        api_url=f"{base}/v1",
        u2c_url=f"{base}/u2c/api/v1",
        region_url=f"{base}/v1/region",
        trusted_hosts=(HOST, "localhost"),
    )


@contextlib.asynccontextmanager
async def client_of(server: RawServer, network: Network | None = None) -> AsyncIterator[Client]:
    client = Client(replace(loopback_cloud(server.url), network=network or Network()))
    try:
        yield client
    finally:
        await client.close()
        for _ in range(20):  # generators of httpx that were left half-read close one after another
            await asyncio.sleep(0)


class Tokens:
    """A token source with a script: each renewal gives the next text or raises."""

    def __init__(self, *renewals: str | RenewalError | SignedOutError) -> None:
        self.held = "token-0"
        self.renewals = list(renewals)
        self.rejected: list[str] = []

    async def access_token(self) -> str:
        return self.held

    async def renew(self, rejected: str) -> str:
        self.rejected.append(rejected)
        renewal = self.renewals.pop(0)
        if isinstance(renewal, Exception):
            raise renewal
        self.held = renewal
        return renewal


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


async def fail_of(client: Client, url: str, **options: Any) -> RequestError:
    with pytest.raises(RequestError) as raised:
        await client.request(options.pop("method", "GET"), url, **options)
    return raised.value


class Counter:
    """What `resent` is asked, and whether there is room for another sending."""

    def __init__(self, *, room: bool = True) -> None:
        self.times = 0
        self.room = room

    def __call__(self) -> bool:
        self.times += 1
        return self.room
