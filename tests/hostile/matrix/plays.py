"""What can happen to one request and its answer. Each play is a faults' `plays`: it has the whole of it."""

import asyncio
import gzip
import json
import re
import zlib
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from tests.hostile.matrix.meeting import JSON, Answer, Headers, Meeting

Play = Callable[[Meeting], Awaitable[None]]
Change = Callable[[bytes], bytes]

REFUSED = b'{"message": "The chaos proxy was told to say so.", "trackingId": "CHAOS_1"}'
PAGE = b"<!doctype html><html><body>Please sign in to this network.</body></html>"
BYTE_EVERY_S = 0.3
HUGE_BYTES = 100_000_000
BOMB_BYTES = 256 << 20
FLOOD_BYTES = 200_000
BLOCK = b"x" * 65536


# ---- silence and cuts


async def never(x: Meeting) -> None:
    await x.gone()


async def never_but_acts(x: Meeting) -> None:
    await x.truth()
    await x.gone()


async def closes(x: Meeting) -> None:
    x.keeps = False


async def closes_but_acts(x: Meeting) -> None:
    await x.truth()
    x.keeps = False


async def resets(x: Meeting) -> None:
    x.reset()


def stops_at(place: Callable[[Answer], int], *, cut: bool) -> Play:
    """Carry it out and send so many bytes of the answer; then a RST, or with `cut` the end."""

    async def play(x: Meeting) -> None:
        answer = await x.truth()
        await x.send(answer.whole[: place(answer)])
        if cut:
            x.keeps = False
        else:
            await asyncio.sleep(0.005)  # it has arrived
            x.reset()

    return play


# ---- slow


async def drips(x: Meeting) -> None:
    await x.drip((await x.truth()).whole, BYTE_EVERY_S)


async def drips_body(x: Meeting) -> None:
    answer = await x.truth()
    await x.send(answer.head_with(b"content-length: 4096\r\n"))
    await x.drip(answer.body.ljust(4096), BYTE_EVERY_S)


async def late(x: Meeting) -> None:
    answer = await x.truth()
    await asyncio.sleep(1.0)
    await x.send(answer.whole)


def hints(every_s: float, at_once: int) -> Play:
    """Send interim answers (RFC 8297) for ever."""

    async def play(x: Meeting) -> None:
        while True:
            await x.send(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * at_once)
            await asyncio.sleep(every_s)

    return play


async def single_bytes(x: Meeting) -> None:
    answer = await x.truth()
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in answer.body)
    await x.send(answer.head_with(b"transfer-encoding: chunked\r\n") + chunks + b"0\r\n\r\n")


# ---- broken HTTP


def bytes_instead(data: bytes) -> Play:
    async def play(x: Meeting) -> None:
        x.keeps = False
        await x.send(data)

    return play


def framed(lines: Callable[[Answer], bytes], tail: bytes = b"", *, chunked: bool = False) -> Play:
    """Carry it out; the answer's length is told by these lines, and this comes behind it."""

    async def play(x: Meeting) -> None:
        x.keeps = False
        answer = await x.truth()
        body = b"%x\r\n%b\r\n" % (len(answer.body), answer.body) if chunked and answer.body else answer.body
        await x.send(answer.head_with(lines(answer)) + body + tail)

    return play


async def another_behind(x: Meeting) -> None:
    """What nobody asked for: whoever took it for the next answer would lose the line, or never get one."""
    answer = await x.truth()
    await x.send(answer.whole + Answer(409, body=b"{}").whole)


def endless(lines: bytes, block: bytes, size_bytes: int) -> Play:
    """A body without end, or nearly so."""

    async def play(x: Meeting) -> None:
        x.keeps = False
        await x.truth()
        await x.send(Answer(200).head_with(lines))
        for _ in range(size_bytes // len(block)):
            await x.send(block)

    return play


# ---- other answers


def says(
    status: int, body: bytes = REFUSED, headers: Headers = JSON, *, acts: bool = False, **more: str
) -> Play:
    """Answer so; without `acts` nothing is carried out."""
    told = (*headers, *((name.replace("_", "-"), value) for name, value in more.items()))

    async def play(x: Meeting) -> None:
        if acts:
            await x.truth()
        if status in {204, 304} or status < 200:
            await x.send(Answer(status, told).head_with(b""))
        else:
            await x.send(Answer(status, told, body).whole)

    return play


def packed(body: Change, encoding: str, *, lasting: bool = False) -> Play:
    """The true answer in this encoding; `lasting`: what is packed does not depend on it."""

    async def play(x: Meeting) -> None:
        answer = await x.truth()
        headers = (*answer.headers, ("content-encoding", encoding))
        await x.send(Answer(answer.status, headers, body(answer.body)).whole)

    return play


@cache
def bomb(layers: int) -> bytes:
    """So much of nothing, packed so often; its check sum is wrong, which nobody ought to get to."""
    packer = zlib.compressobj(9, wbits=31)
    head = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = head + block * (BOMB_BYTES >> 20) + packer.flush()
    for _ in range(layers - 1):
        data = gzip.compress(data, mtime=0)
    return data


def spoils(change: Change, kind: str = "application/json") -> Play:
    """Carry it out, and change what is answered; of a WebSocket, the first words of the service."""

    async def play(x: Meeting) -> None:
        if x.is_upgrade:
            await x.tunnel(lambda told: frame(change(payload(told))))
            return
        answer = await x.truth()
        headers = [pair for pair in answer.headers if pair[0] != "content-type"]
        told = (*headers, ("content-type", kind)) if kind else headers
        await x.send(Answer(200, told, change(answer.body or b"{}")).whole)

    return play


def payload(told: bytes) -> bytes:
    """Return the text in the first frame of a server (RFC 6455 5.2), which is a short one."""
    size, begins = told[1], 2
    if size == 126:
        size, begins = int.from_bytes(told[2:4], "big"), 4
    return told[begins : begins + size]


def frame(text: bytes) -> bytes:
    """Return a text frame of a server."""
    size = len(text)
    if size < 126:
        return bytes([0x81, size]) + text
    if size < 1 << 16:
        return bytes([0x81, 126]) + size.to_bytes(2, "big") + text
    return bytes([0x81, 127]) + size.to_bytes(8, "big") + text


# ---- changes of a JSON body


def every_value(wrong: Callable[[Any], Any]) -> Change:
    """Each value that is no object gets another one."""

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: changed(one) for name, one in value.items()} or wrong(value)
        return wrong(value)

    return lambda body: json.dumps(changed(json.loads(body))).encode()


def of_another_type(value: Any) -> Any:
    return 5 if isinstance(value, str) else {} if isinstance(value, list) else "x"


def with_odd(value: bytes) -> Change:
    """The object with this in one more field, which is the first."""

    def changed(body: bytes) -> bytes:
        rest = body.strip()[1:]
        return b'{"odd": ' + value + (b"" if rest.strip() == b"}" else b", ") + rest

    return changed


def numbers(literal: bytes) -> Change:
    """Each number becomes this; one is put in."""
    inside, put_in = rb"(?<=[:\[,\s])-?\d+(\.\d+)?(?=[,}\]\s])", with_odd(literal)
    return lambda body: re.sub(inside, literal, put_in(body))


def named_twice(body: bytes) -> bytes:
    """Each field of the outermost object comes a second time."""
    inside = body.strip()[1:-1]
    return b"{" + inside + b", " + inside + b"}" if inside.strip() else b'{"a": 1, "a": 2}'


def merged(patch: dict[str, Any]) -> Change:
    """The body with a merge patch (RFC 7396) applied."""
    from softphone.sim.faults import merged as merge

    return lambda body: json.dumps(merge(json.loads(body), patch)).encode()


def instead(data: bytes) -> Change:
    """This in place of the body."""
    return lambda _: data
