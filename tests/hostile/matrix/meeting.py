"""One request at the chaos proxy, and what can be done to it byte by byte."""

import asyncio
import contextlib
import re
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tests.hostile.matrix.chaos import Port

Headers = Sequence[tuple[str, str]]
JSON: Headers = (("content-type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it goes on the wire; `headers` without its length."""

    status: int
    headers: Headers = JSON
    body: bytes = b""

    @property
    def head(self) -> bytes:
        """The head, with the body's length."""
        return self.head_with(f"content-length: {len(self.body)}\r\n".encode())

    def head_with(self, lines: bytes) -> bytes:
        """The head with these lines in place of the one of the length."""
        known = {status.value: status.phrase for status in HTTPStatus}
        told = "".join(f"{name}: {value}\r\n" for name, value in self.headers).encode("latin-1")
        return f"HTTP/1.1 {self.status} {known.get(self.status, 'Odd')}\r\n".encode() + told + lines + b"\r\n"

    @property
    def whole(self) -> bytes:
        """All of it."""
        return self.head + self.body

    @classmethod
    async def read(cls, reader: asyncio.StreamReader) -> Self:
        """Read one. Raises OSError and EOFError."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        parts = (line.partition(": ") for line in head[1:] if line)
        pairs = [(name.lower(), value) for name, _, value in parts]
        length = int(dict(pairs).get("content-length", 0))
        hidden = {"content-length", "connection", "transfer-encoding"}
        return cls(
            int(head[0].split(" ")[1]),
            tuple(pair for pair in pairs if pair[0] not in hidden),
            await reader.readexactly(length),
        )


@dataclass
class Meeting:
    """One request on its connection; `keeps`: the connection serves the next one, too."""

    port: "Port"
    head: bytes
    body: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_first: bool
    keeps: bool = field(default=True)

    @property
    def line(self) -> str:
        """The request line."""
        return self.head.partition(b"\r\n")[0].decode("latin-1")

    @property
    def is_upgrade(self) -> bool:
        """Whether it wants to become a WebSocket."""
        return re.search(rb"\r\nupgrade: *websocket", self.head, re.IGNORECASE) is not None

    async def truth(self) -> Answer:
        """Have it carried out, and return what the service says. Raises OSError and EOFError.

        An upgrade is not carried out: a plain answer stands in for it.
        """
        if self.is_upgrade:
            return Answer(200, body=b'{"status": "UP"}')
        return await self.port.truth(self.head, self.body)

    async def tunnel(self, change: Callable[[bytes], bytes] | None = None) -> None:
        """Carry a WebSocket both ways; with `change` what the service says first is changed."""
        await self.port.tunnel(self, change)

    async def send(self, data: bytes) -> None:
        """Send bytes. Raises OSError once the other side is gone."""
        self.writer.write(data)
        await self.writer.drain()
        if self.writer.is_closing():
            raise ConnectionResetError

    async def drip(self, data: bytes, every_s: float) -> None:
        """Send them one by one."""
        self.keeps = False
        for byte in data:
            await self.send(bytes([byte]))
            await asyncio.sleep(every_s)

    async def gone(self) -> None:
        """Say nothing until the client gives up."""
        self.keeps = False
        with contextlib.suppress(OSError):
            while await self.reader.read(65536):
                pass

    def reset(self) -> None:
        """Cut the connection with a RST."""
        self.keeps = False
        reset(self.writer)


def reset(writer: asyncio.StreamWriter) -> None:
    """Cut a connection with a RST, whatever was sent before."""
    connection = writer.transport.get_extra_info("socket")
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
