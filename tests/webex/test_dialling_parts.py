"""Of several connections the first that stands, and one connection read in bites: without a network."""

import asyncio
import errno
import socket
import time
from typing import Any

import pytest

from softphone.webex.dialling import BITE_BYTES, _Stream, first_opened, limited, on_received

# ---- which of several connections is taken, and what becomes of the others


class Spare:
    """A connection of nobody's, that can be let go."""

    def __init__(self) -> None:
        self.is_open = True

    async def let_go(self) -> None:
        self.is_open = False


async def opening(after_s: float, outcome: Spare | BaseException) -> Spare:
    await asyncio.sleep(after_s)
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


async def first_of(*ways: tuple[float, Spare | BaseException]) -> Spare:
    return await first_opened([lambda way=way: opening(*way) for way in ways], let_go=Spare.let_go)  # type: ignore[misc]


async def test_a_connection_too_many_is_let_go(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("softphone.webex.dialling.STAGGER_S", 0.01)
    first, second, late = Spare(), Spare(), Spare()
    same_moment = asyncio.Event()

    async def at_once(spare: Spare) -> Spare:
        await same_moment.wait()
        return spare

    ways = [lambda: at_once(first), lambda: at_once(second), lambda: opening(30, late)]
    asyncio.get_running_loop().call_later(0.05, same_moment.set)
    winner = await first_opened(ways, let_go=Spare.let_go)
    assert winner.is_open
    assert sorted([first.is_open, second.is_open]) == [False, True]


async def test_the_next_address_is_tried_at_once_when_one_fails_and_else_after_a_moment(
    monkeypatch: pytest.MonkeyPatch,
):
    refused = ConnectionRefusedError(errno.ECONNREFUSED, "no")
    spare = Spare()
    monkeypatch.setattr("softphone.webex.dialling.STAGGER_S", 30.0)
    async with asyncio.timeout(5):
        assert await first_of((0, refused), (0, spare)) is spare
    monkeypatch.setattr("softphone.webex.dialling.STAGGER_S", 0.05)
    began_s = time.monotonic()
    assert await first_of((30, Spare()), (0, spare)) is spare
    assert time.monotonic() - began_s >= 0.04
    began_s = time.monotonic()
    assert await first_of((0.1, spare), (0.0, refused)) is spare  # the first is still waited for
    assert time.monotonic() - began_s >= 0.09


def wrapped(cause: BaseException | None, *, within: BaseException) -> BaseException:
    within.__cause__ = cause
    return within


@pytest.mark.parametrize(
    ("error", "number"),
    [
        (OSError(errno.EHOSTUNREACH, "x"), errno.EHOSTUNREACH),
        (wrapped(OSError(errno.ETIMEDOUT, "x"), within=OSError("all failed")), errno.ETIMEDOUT),
        (
            wrapped(
                ExceptionGroup("many", [OSError(errno.ECONNRESET, "x"), OSError(errno.EMFILE, "y")]),
                within=OSError("all failed"),
            ),
            errno.ECONNRESET,
        ),
        (OSError("without a number"), None),
        (ValueError("nothing of the system"), errno.EADDRNOTAVAIL),
    ],
)
async def test_what_the_system_said_is_told_whatever_it_is_wrapped_in(error: Exception, number: int | None):
    with pytest.raises(OSError) as raised:  # noqa: PT011 - by its number
        await first_of((0, error))
    assert raised.value.errno == number


# ---- one connection


class Inner:
    """A connection as httpcore has it, by hand."""

    def __init__(self, place: socket.socket | None) -> None:
        self.place = place
        self.asked: list[str] = []
        self.reads: list[int] = []
        self.is_open = True

    def get_extra_info(self, info: str) -> Any:
        self.asked.append(info)
        return self.place if info == "socket" else info

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        self.reads.append(max_bytes)
        return b"x" * min(max_bytes, 3)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self.asked.append(f"write {buffer!r} {timeout}")

    async def aclose(self) -> None:
        self.is_open = False


async def test_whether_a_connection_can_be_read_is_asked_of_the_system_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("softphone.webex.dialling.LOOKED_AT_FOR_S", 0.05)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        stream = _Stream(Inner(ours))  # type: ignore[arg-type]
        assert stream.get_extra_info("is_readable") is False
        theirs.send(b"x")
        assert stream.get_extra_info("is_readable") is False  # as it was a moment ago
        await asyncio.sleep(0.06)
        assert stream.get_extra_info("is_readable") is True
        assert stream.get_extra_info("ssl_object") == "ssl_object"
        assert stream._inner.asked == ["socket", "ssl_object"]  # type: ignore[attr-defined]
    assert _Stream(Inner(None)).get_extra_info("is_readable") is True  # type: ignore[arg-type]


async def test_it_is_read_in_bites_and_whoever_counts_them_is_told():
    inner, told_bytes = Inner(None), list[int]()
    stream = _Stream(inner)  # type: ignore[arg-type]
    assert await stream.read(2) == b"xx"
    on_received.set(told_bytes.append)
    await stream.read(10)
    await stream.read(BITE_BYTES + 1)
    await stream.write(b"abc", 7.0)
    assert inner.reads == [2, 10, BITE_BYTES]
    assert told_bytes == [3, 3]
    assert inner.asked == ["write b'abc' 7.0"]
    await stream.aclose()
    assert not inner.is_open


async def test_a_bite_gives_everybody_else_a_turn():
    stream, turns = _Stream(Inner(None)), list[int]()  # type: ignore[arg-type]
    asyncio.get_running_loop().call_soon(turns.append, 1)
    await stream.read(1)
    assert turns == [1]


@pytest.mark.parametrize("limit_s", [None, 5.0])
async def test_what_work_returns_or_raises_comes_out_of_its_limit(limit_s: float | None):
    spare = Spare()
    assert await limited(opening(0.01, spare), limit_s, let_go=Spare.let_go) is spare
    assert spare.is_open
    with pytest.raises(KeyError):
        await limited(opening(0, KeyError("x")), limit_s, let_go=Spare.let_go)
    with pytest.raises(TimeoutError):
        await limited(opening(30, spare), 0.01)
