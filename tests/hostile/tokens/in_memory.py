"""The layer "memory": connections are in memory, and everything above them is the program's.

httpx, httpcore, the dialler, pools and proxies are real; a name is not looked up, a socket is a buffer, and
the secure channel is a note of whose certificate was wanted. A WebSocket is dialled, and refused.
"""

import asyncio
import contextlib
import os
import random
import ssl
from collections.abc import Iterator
from typing import Any
from unittest import mock

import httpcore

from softphone.webex.dialling import Addresses as Ips
from softphone.webex.threads import Threads
from tests.hostile.tokens.asked import Asked, Place, read_request
from tests.hostile.tokens.cloud.answers import HostileCloud
from tests.hostile.tokens.cloud.framing import written
from tests.hostile.tokens.cloud.tunnels import PROXY, tunnelled
from tests.hostile.tokens.trusted import Judgement


class Net:
    """The network of one life: where everything leads to, and who watches it."""

    def __init__(self, cloud: HostileCloud, judgement: Judgement, chance: random.Random) -> None:
        self.cloud = cloud
        self.judgement = judgement
        self.chance = chance

    def dialled(self, host: str, port: int) -> None:
        self.judgement.dialled(host, port, proxy=PROXY)

    def answered(self, asked: Asked) -> tuple[bytes, bool]:
        """Return what a request is answered, and whether the connection ends with it."""
        if asked.place.host == PROXY:
            self.judgement.tunnel(asked)
            answer, is_open = tunnelled(self.cloud, self.chance)
            return answer, not is_open
        self.judgement.request(asked)
        return written(self.cloud.answer(asked), self.cloud, self.chance)


class Connection(httpcore.AsyncNetworkStream):
    """One connection, of which the other end answers what has come in whole."""

    def __init__(self, net: Net, place: Place) -> None:
        self._net = net
        self._place = place
        self._received = b""
        self._sent = bytearray()
        self._ended = False

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self._received += buffer
        while (read := read_request(self._received, self._place)) is not None:
            asked, self._received = read
            if asked.place.host == PROXY:
                host, _, port = asked.target.rpartition(":")
                self._place = Place("http", host, int(port))  # until a secure channel is made inside
            answer, ends = self._net.answered(asked)
            self._sent += answer
            self._ended = self._ended or ends

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        if not self._sent:
            self._ended = True  # an answer that never ends is cut short here
        size = self._net.chance.choice((1, 7, 100, max_bytes, max_bytes, max_bytes))
        piece = bytes(self._sent[: min(size, max_bytes)])
        del self._sent[: len(piece)]
        return piece

    async def aclose(self) -> None:
        self._ended = True
        self._net.judgement.rest(self._place, self._received)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        secure = Connection(self._net, Place("https", server_hostname or "", self._place.port))
        if server_hostname != self._place.host:
            self._net.judgement.wrong.append(f"{self._place} was to prove that it is {server_hostname}")
        return secure

    def get_extra_info(self, info: str) -> Any:
        return self if info == "socket" else None

    def fileno(self) -> int:
        """One that is readable when there is something to read, or the end (select is asked)."""
        return _ALWAYS if self._sent or self._ended else _NEVER


class Backend(httpcore.AsyncNetworkBackend):
    """In the place of httpcore's own."""

    def __init__(self, net: Net) -> None:
        self._net = net

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        self._net.dialled(host, port)
        return Connection(self._net, Place("http", host, port))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@contextlib.contextmanager
def in_memory(net: Net) -> Iterator[None]:
    """Have every connection of the client lead to the net."""

    async def look_up(_: Threads, host: str) -> Ips:
        net.dialled(host, 0)
        return (host,)

    async def connected(host: str, port: int, _: object) -> Any:
        net.dialled(host, port)
        raise ConnectionRefusedError(111, "refused")

    with contextlib.ExitStack() as patches:
        for where, what in (
            ("softphone.webex.dialling.look_up", look_up),
            ("softphone.webex.dialling.httpcore.AnyIOBackend", lambda: Backend(net)),
            ("softphone.webex.messages.dial.look_up", look_up),
            ("softphone.webex.messages.dial._connected", connected),
            ("softphone.webex.client.new_tls_context", lambda _: _TLS),
        ):
            patches.enter_context(mock.patch(where, what))
        yield


_TLS = ssl.create_default_context()
_NEVER, _ = os.pipe()
_ALWAYS, _written = os.pipe()
os.write(_written, b"x")
