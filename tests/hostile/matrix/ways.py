"""What can be wrong with the connections to a host, before any request: the other half of the faults."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from softphone.sim.listener import ADDRESS
from tests.hostile.matrix.meeting import reset

Greeting = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How connections are spoilt.

    At the port of each host of the phase: `greets` takes them in place of TLS, `begins` stands in for
    whoever listens (and returns what ends it), `certificate` names the one that is shown. Not there:
    `names` is what a look-up finds, `proxy` what the proxy on the way does; both `everywhere`, for neither
    knows a phase. `half_open`: nobody hears any more what comes on the connections that there are.
    """

    greets: Greeting | None = None
    begins: Callable[[int], Callable[[], None]] | None = None
    certificate: str = ""
    names: str = ""
    proxy: str = ""
    half_open: bool = False

    @property
    def at_port(self) -> bool:
        """Whether the port itself is spoilt."""
        return bool(self.greets or self.begins or self.certificate)

    @property
    def everywhere(self) -> bool:
        """Whether all connections are cut when it begins: a name or a proxy is everybody's."""
        return bool(self.names or self.proxy)


def refuses(_port: int) -> Callable[[], None]:
    return lambda: None


def drops_packets(port: int) -> Callable[[], None]:
    """Nobody takes connections, and the queue for them is full: the next SYN gets no answer."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((ADDRESS, port))
    listening.listen(0)
    held = [listening]
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        with contextlib.suppress(OSError):
            filler.connect((ADDRESS, port))
        held.append(filler)

    def release() -> None:
        for one in held:
            one.close()

    return release


async def resets(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    reset(writer)


async def resets_in_handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    reset(writer)


async def stalls(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    while await reader.read(65536):
        pass


async def closes(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


def answers(data: bytes) -> Greeting:
    """Answer whatever comes with these bytes."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0.02)

    return greet
