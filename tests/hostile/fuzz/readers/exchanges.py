"""One whole exchange of the HTTP client, whose host answers any bytes; no socket is opened."""

import ssl
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import httpcore
import httpx

from softphone.errors import RequestError
from softphone.webex.client import Client
from softphone.webex.dialling import _Stream
from softphone.webex.failures import Route, failure_of
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


TARGETS = (
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
