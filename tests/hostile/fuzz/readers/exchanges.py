"""One whole exchange of the HTTP client, and one WebSocket, whose host answers any bytes."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from unittest.mock import patch

import httpcore
import httpx
from websockets.exceptions import ConnectionClosed
from websockets.utils import accept_key

from softphone.errors import RequestError
from softphone.webex.client import Client
from softphone.webex.dialling import _Stream
from softphone.webex.failures import Route, failure_of
from softphone.webex.messages import dial
from softphone.webex.messages.message_frames import read_frame
from softphone.webex.pools import Pool, Pools, Way
from softphone.webex.threads import Threads
from tests.hostile.fuzz.readers.samples import NOW, errors, every_body
from tests.hostile.fuzz.target import Target, promise, run
from tests.webex.raw_server import loopback_cloud

_URL = "http://127.0.0.1:1/v1/people/me"
_WAY = Way.to(httpx.URL(_URL), None)


class _Answer(httpcore.AsyncNetworkStream):
    """A connection on which some bytes come, and then its end."""

    def __init__(self, data: bytes) -> None:
        self._left = data

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        bite, self._left = self._left[:max_bytes], self._left[max_bytes:]
        return bite

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Whatever is asked."""

    async def aclose(self) -> None:
        self._left = b""

    async def start_tls(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return None


class _Host(httpcore.AsyncNetworkBackend):
    """Answers each connection so."""

    data = b""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(_Answer(self.data))


@cache
def _client() -> tuple[Client, Pools, _Host]:
    client, host = Client(loopback_cloud()), _Host()
    client._pools = Pools(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), Threads())
    return client, client._pools, host


def _exchange(data: bytes) -> object:
    client, pools, host = _client()
    host.data = data
    if _WAY not in pools._pools:
        pools._pools[_WAY] = Pool(_WAY, pools.tls, host)  # type: ignore[arg-type]
    answer = run(client.request("GET", _URL))
    promise(len(answer.body) <= 256 * 1024, "a body is bounded")
    promise(200 <= answer.status <= 999, "a status is one of HTTP")
    failure = failure_of(Route.REGISTER, answer.status, answer.headers, answer.body, host="host", now=NOW)
    if failure is not None:
        raise RequestError(failure)
    return True


def _seeds() -> Iterator[bytes]:
    for body in (*errors(), *every_body()):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        yield head.encode() + body
    yield b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + b"HTTP/1.1 204 No Content\r\n\r\n"
    yield b"HTTP/1.1 429 X\r\nRetry-After: 30\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    yield b"HTTP/1.0 302 Found\r\nLocation: https://evil.example/\r\n\r\n"
    yield b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n\x1f\x8b"


_KEY = "c29mdHBob25lLXNvZnRwaA=="  # as if chance had drawn it each time
_ACCEPTED = b"Sec-WebSocket-Accept: %s\r\n" % accept_key(_KEY).encode()
_UPGRADED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + _ACCEPTED + b"\r\n"
)


def _read(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.recv(64 * 1024)


def _socket(data: bytes) -> object:
    """The bytes of a WebSocket from its upgrade on, up to what our readers make of its messages."""
    client, _, _ = _client()

    async def heard() -> list[str]:
        near, far = socket.socketpair()
        near.setblocking(False)
        loop = asyncio.get_running_loop()
        with far, contextlib.ExitStack() as stack:
            far.sendall(data[: 64 * 1024])
            far.shutdown(socket.SHUT_WR)
            far.setblocking(False)
            loop.add_reader(far, _read, far)  # else the end waits until the pongs are taken
            stack.callback(loop.remove_reader, far)

            async def dialled(*_: object) -> socket.socket:
                return near

            with (
                patch.object(dial, "_dialled", dialled),
                patch("websockets.client.generate_key", lambda: _KEY),
            ):
                opened = await dial.open_socket(client, "ws://127.0.0.1:1/v1/socket")
            try:
                kinds = []
                while True:
                    message = await opened.recv()
                    kinds.append(type(read_frame(message)).__name__ if isinstance(message, str) else "binary")
            except ConnectionClosed:
                return kinds
            finally:
                opened.transport.abort()
                await opened.wait_closed()

    return frozenset(run(heard()))


def _frame(text: bytes, first: int = 0x81) -> bytes:
    size = bytes((len(text),)) if len(text) < 126 else b"\x7e" + len(text).to_bytes(2)
    return bytes((first,)) + size + text


def _socket_seeds() -> Iterator[bytes]:
    told = b'{"id":"1","type":"pong","wsWriteTimestamp":1767589260010}'
    yield _UPGRADED + _frame(told) + _frame(b"\x03\xe8bye", 0x88)
    yield _UPGRADED + _frame(b"a" * 200, 0x01) + _frame(b"b", 0x80) + _frame(b"x", 0x82) + _frame(b"p", 0x89)
    yield _UPGRADED + b"\x81\x7f" + (2**62).to_bytes(8)
    yield b"HTTP/1.1 429 No\r\nRetry-After: 30\r\nContent-Length: 2\r\n\r\n{}"
    yield b"HTTP/1.1 302 No\r\nLocation: wss://evil.example/\r\n\r\n"


TARGETS = (
    Target(
        name="a WebSocket's bytes",
        read=_socket,
        modules=("webex/messages/dial.py", "webex/messages/message_frames.py"),
        seeds=_socket_seeds,
        words=("HTTP/1.1 101 ", "\r\n\r\n", "\x01", "\x7f", "\x00", "Retry-After: ", "Upgrade: websocket"),
        raises=(dial.NotOpenedError,),
        share=0.05,
    ),
    Target(
        name="a whole answer",
        read=_exchange,
        modules=("webex/client.py", "webex/exchange.py", "webex/dialling.py", "webex/in_flight.py"),
        seeds=_seeds,
        words=(
            *(
                "HTTP/1.1 ",
                "\r\n",
                "\r\n\r\n",
                "Content-Length: ",
                "Transfer-Encoding: chunked",
                "Location: ",
            ),
            *(
                "Content-Encoding: gzip",
                "Retry-After: ",
                "Set-Cookie: ",
                "Connection: close",
                "0\r\n\r\n",
                ";a=",
            ),
        ),
        raises=(RequestError,),
        most_bytes=600 * 1024,
        share=0.1,
    ),
)
