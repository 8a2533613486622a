"""The layers on real sockets of this computer, one behind every name and port that anybody may dial.

Nothing of the client is replaced: names lead to addresses of no network (198.18.0.0/15), and the loop turns
a connection to one into a connection to a socket of ours. What listens there is the hostile cloud where the
name is of Webex, with a good certificate or, where the name has been usurped, with another one; and a
stranger everywhere else, with a certificate that the client trusts, who takes whatever is sent.
"""

import asyncio
import contextlib
import random
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from softphone.system.loop_time import within
from softphone.system.tasks import Tasks
from tests.hostile.tokens.asked import Asked, Place, read_request
from tests.hostile.tokens.cloud.addresses import WORDS
from tests.hostile.tokens.cloud.answers import HostileCloud
from tests.hostile.tokens.cloud.frames import CLOSE, HostileSocket, accepted, read_frames
from tests.hostile.tokens.cloud.framing import written
from tests.hostile.tokens.cloud.tunnels import PROXY, tunnelled
from tests.hostile.tokens.trusted import Judgement
from tests.kit.certificates import Authority

HOST = "127.0.0.1"
USURPERS = ("a stranger's", "its own", "a sibling's", "an old one", "none")
_TURNS, _LEAVE_S = 5, 5.0
_NO_TLS = b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\n\r\n"


class DirectedLoop(asyncio.SelectorEventLoop):
    """Connects where its internet says."""

    internet: "Internet | None" = None

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        if self.internet is not None:
            address = (HOST, await self.internet.port_of(*address[:2]))
        await super().sock_connect(sock, address)


class Internet:
    """All names, for one life after the other.

    `usurped`: names whose address is another's, and whose certificate that one shows.
    """

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self._strangers = folder / "strangers"
        self._strangers.mkdir()
        self._names: dict[str, str] = {}  # addresses -> names
        self._ports: dict[tuple[str, int], tuple[int, socket.socket]] = {}
        self._contexts: dict[tuple[str, str], ssl.SSLContext] = {}
        self._listening = Tasks()
        self._talking = Tasks()
        self.usurped: dict[str, str] = {}

    def begin(self, cloud: HostileCloud, judgement: Judgement, chance: random.Random) -> None:
        """From now on everything belongs to this life, in which a few names have been usurped."""
        self.cloud, self.judgement, self.chance = cloud, judgement, chance
        posers = chance.sample(WORDS.ours, chance.choice((0, 0, 1, 3)))
        self.usurped = {name: chance.choice(USURPERS) for name in posers}

    # ---- names and ports

    def look_up(self, host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        """In the place of getaddrinfo."""
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name not in {PROXY, HOST}:
            self.judgement.dialled(name, 0)
        known = {found: address for address, found in self._names.items()}
        number = len(self._names) + 1
        address = known.get(name) or f"198.18.{number // 250}.{number % 250 + 1}"
        self._names[address] = name
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))]

    async def port_of(self, address: str, port: int) -> int:
        """Return where what was dialled listens."""
        place = self._names.get(address, address), port
        self.judgement.dialled(*place, proxy=PROXY)
        if place not in self._ports:
            listening = socket.create_server((HOST, 0))
            listening.setblocking(False)
            self._ports[place] = listening.getsockname()[1], listening
            self._listening.start(self._listen(listening, *place), name=f"{place[0]}:{port}")
        return self._ports[place][0]

    async def end(self) -> None:
        """The life is over: hear out what it has sent."""
        for _ in range(_TURNS):  # of the loop, until whoever has connected is let in
            await asyncio.sleep(0)
        if not await within(asyncio.ensure_future(self._talking.ended()), _LEAVE_S):
            self.judgement.wrong.append("a connection was left open")

    async def close(self) -> None:
        await self._listening.close()
        await self._talking.close()
        for _, listening in self._ports.values():
            listening.close()

    # ---- connections

    async def _listen(self, listening: socket.socket, host: str, port: int) -> None:
        while True:
            accepted_socket, _ = await asyncio.get_running_loop().sock_accept(listening)
            self._talking.start(self._serve(accepted_socket, host, port), name=f"connection to {host}")

    async def _serve(self, connection: socket.socket, host: str, port: int) -> None:
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        how = self.usurped.get(host, "")
        try:
            first = await _peeked(connection)
            if host != PROXY:  # what it is asked is looked at as a whole
                self.judgement.must_be_clean(f"the first bytes to {host}:{port}", first)
            is_secure = first[:1] == b"\x16"
            if is_secure and how == "none":
                connection.send(_NO_TLS)
                connection.close()
                return
            context = self._context(host, how) if is_secure else None
            made: list[asyncio.StreamWriter] = []  # one that is told of is a server's, which TLS asks later
            protocol = asyncio.StreamReaderProtocol(reader, lambda _, writer: made.append(writer))
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, connection, ssl=context)
        except (OSError, EOFError):
            connection.close()
            return
        place = Place("https" if is_secure and not how else f"{how or 'plain'} at", host, port)
        with contextlib.suppress(OSError, EOFError, ValueError, asyncio.CancelledError):
            await self._talk(reader, made[0], place)
        transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: Place) -> None:
        """Answer one request after the other; what is none is kept as it came."""
        data = b""
        try:
            while piece := await reader.read(65536):
                data += piece
                while (read := read_request(data, place)) is not None:
                    asked, data = read
                    if place.host != PROXY:
                        if await self._answer(asked, reader, writer):
                            return
                    elif (inside := await self._tunnel(asked, writer)) is not None:
                        place = inside
                    else:
                        return
        finally:
            if place.host != PROXY:
                self.judgement.rest(place, data)

    async def _answer(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Return whether the connection ends with the answer."""
        self.judgement.request(asked)
        is_upgrade = bool(asked.header("upgrade"))
        if is_upgrade and self.chance.random() < 0.7:
            writer.write(accepted(asked))
            await self._speak(asked.place, reader, writer)
            return True
        told = self.cloud.not_upgraded() if is_upgrade else self.cloud.answer(asked)
        answer, ends = written(told, self.cloud, self.chance)
        writer.write(answer)
        await writer.drain()
        return ends

    async def _tunnel(self, asked: Asked, writer: asyncio.StreamWriter) -> Place | None:
        """Open the way to what was asked for, and be whoever is there; None: refused."""
        self.judgement.tunnel(asked)
        answer, is_open = tunnelled(self.cloud, self.chance)
        writer.write(answer)
        await writer.drain()
        if not is_open:
            return None
        host, _, port = asked.target.rpartition(":")
        how = self.usurped.get(host, "")
        if how == "none":
            writer.write(_NO_TLS)
            return None
        await writer.start_tls(self._context(host, how))
        return Place(how or "https", host, int(port))

    async def _speak(self, place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A WebSocket, to its end."""
        hostile, data, is_first = HostileSocket(self.cloud, self.chance), bytearray(), True
        while piece := await reader.read(65536):
            data += piece
            for kind, body in read_frames(data):
                if kind == CLOSE:  # what it holds is the word of ours that it answers
                    return
                text = body.decode("utf-8", "replace")
                self.judgement.frame(place, text, first=is_first)
                is_first = False
                writer.write(hostile.heard(text))
                await writer.drain()

    def _context(self, host: str, how: str) -> ssl.SSLContext:
        """Return the certificate of whoever is there; one of its own names its issuer as it likes."""
        if how == "its own":
            return Authority(self._strangers, self.cloud.echo()).context(host)
        if (host, how) not in self._contexts:
            names = {"a stranger's": "evil.example", "a sibling's": "mobius-ca.prod.infra.webex.com"}
            ends_days = -1 if how == "an old one" else 30
            self._contexts[host, how] = self.authority.context(names.get(how, host), ends_days=ends_days)
        return self._contexts[host, how]


async def _peeked(connection: socket.socket) -> bytes:
    """Wait for the first bytes, and leave them where they are."""
    loop = asyncio.get_running_loop()
    readable = loop.create_future()
    connection.setblocking(False)
    loop.add_reader(connection, lambda: readable.done() or readable.set_result(None))
    try:
        await readable
    finally:
        loop.remove_reader(connection)
    return connection.recv(4096, socket.MSG_PEEK)


@contextlib.contextmanager
def on_sockets(internet: Internet) -> Iterator[None]:
    """Have every name of this process lead there."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, DirectedLoop)
    loop.internet = internet
    try:
        with mock.patch("socket.getaddrinfo", internet.look_up):
            yield
    finally:
        loop.internet = None
