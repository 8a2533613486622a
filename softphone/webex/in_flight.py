"""One request on its way, in a task of its own; how many are on their way to one host at a time.

A cancelled request can poison httpx's pool for ever when the cancel meets it between taking a place and
having a connection (reliability.md#connections). So a caller that goes away abandons its flight: one that
waits for a place or talks to the server is cancelled, one that is connecting is cancelled once it talks.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from softphone.system.loop_time import Deadline, call_after, within

# What may come over the wire for one answer: each byte is work for this computer, whoever sends it.
HEAD_LIMIT_BYTES = 32 * 1024  # its header lines, and the interim answers before them
WIRE_LIMIT_BYTES = 512 * 1024  # all of it, with the frames of the pieces

# httpcore looks at every connection of a pool, several times a request: few carry a crowd more cheaply than
# many. A host that takes its time gets more, so that nobody waits for the slow ones of others.
QUICK_LIMIT = 16
LIMIT = 48
SLOW_S = 1.0

HANDSHAKES_LIMIT = 4  # at a time, of the whole process (sockets.md#herd)
HANDSHAKES_APART_S = 0.05

_T = TypeVar("_T")


class Places:
    """`QUICK_LIMIT` places; what takes longer than `SLOW_S` makes room for the next one, up to `LIMIT`."""

    def __init__(self) -> None:
        self._quick = asyncio.Semaphore(QUICK_LIMIT)
        self._all = asyncio.Semaphore(LIMIT)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a place, and have it until the end."""
        has_quick = True

        def make_room() -> None:
            nonlocal has_quick
            has_quick = False
            self._quick.release()

        async with self._all:
            await self._quick.acquire()
            slow = asyncio.get_running_loop().call_later(SLOW_S, make_room)
            try:
                yield
            finally:
                slow.cancel()
                if has_quick:
                    make_room()


class Handshakes:
    """Turns to open a message socket: few at a time, and no more than twenty a second."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(HANDSHAKES_LIMIT)
        self._next_at_s = float("-inf")

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the end."""
        async with self._all:
            now_s = asyncio.get_running_loop().time()
            at_s = max(now_s, self._next_at_s)
            self._next_at_s = at_s + HANDSHAKES_APART_S
            await asyncio.sleep(at_s - now_s)
            yield


class AnswerTooLongError(Exception):
    """More came over the wire than any answer is worth."""


class HeadTooLongError(AnswerTooLongError):
    """It was not even an answer yet."""


class _Phase(Enum):
    WAITING = auto()  # for a place, or for what we have to know: nothing of httpx is touched
    CONNECTING = auto()
    TALKING = auto()


class InFlight(Generic[_T]):
    """A request task that may be abandoned at any moment. `start` it once, then wait for its answer.

    `silence_s` is how long nothing at all may come once the request is sent; None: as long as the whole.
    """

    def __init__(self, places: Places, *, silence_s: float | None = None) -> None:
        self.on_kept_connection: bool = True  # until a connection is opened for it
        self.reached_proxy: bool = False  # a tunnel was asked for
        self.was_sent: bool = False  # the server may have the request
        self.received_bytes: int = 0  # since it was sent
        self.on_abandoned: Callable[[], None] = lambda: None  # at once, not when the task has ended
        self._places = places
        self._silence_s = silence_s
        self._silence: Deadline | None = None
        self._has_head = False
        self._phase = _Phase.WAITING
        self._abandoned = False

    def start(self, work: Coroutine[Any, Any, _T]) -> None:
        """Begin the work as soon as there is a place."""
        self.task: asyncio.Task[_T] = asyncio.create_task(self._fly(work), name="request")
        # Look at how it ended, for the caller may be gone by then.
        self.task.add_done_callback(lambda task: task.cancelled() or task.exception())
        self.task.add_done_callback(lambda _: work.close())  # when it never began

    async def answer_within(self, limit_s: float) -> _T:
        """Return the answer, or raise what the work raised; TimeoutError when it takes longer."""
        try:
            await within(self.task, limit_s)
        finally:
            if not self.task.done():
                self.abandon()
        if not self.task.done() or self.task.cancelled():  # cancelled: too silent, or closed
            raise TimeoutError
        return self.task.result()

    def abandon(self) -> None:
        """Nobody waits for the answer any more."""
        self._abandoned = True
        self.on_abandoned()
        if self._phase is not _Phase.CONNECTING:
            self.task.cancel()

    def enter_pool(self) -> None:
        """From now on httpx has it."""
        self._phase = _Phase.CONNECTING

    def received(self, size_bytes: int) -> None:
        """Count what the connection brings. Raises AnswerTooLongError."""
        self.received_bytes += size_bytes
        if self.received_bytes > WIRE_LIMIT_BYTES:
            raise AnswerTooLongError
        if self.received_bytes > HEAD_LIMIT_BYTES and not self._has_head:
            raise HeadTooLongError
        if size_bytes and self.was_sent:
            self._end_silence()

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        """Follow httpcore's events (extension `trace`)."""
        if event.endswith(("connect_tcp.started", "start_tls.started")):
            self.on_kept_connection = False
            self._phase = _Phase.CONNECTING
        elif event.endswith("send_request_headers.started"):
            if info["request"].method == b"CONNECT":
                self.reached_proxy = True
                return
            self._phase = _Phase.TALKING
            if self._abandoned:
                self.task.cancel()
                await asyncio.sleep(0)  # meets the cancel here, before anything is sent
            self.was_sent, self.received_bytes, self._has_head = True, 0, False
            if self._silence_s is not None:
                self._silence = call_after(self._silence_s, self.abandon)
        elif event.endswith("receive_response_headers.complete"):
            self._has_head = True

    async def _fly(self, work: Coroutine[Any, Any, _T]) -> _T:
        try:
            async with self._places.taken():
                return await work
        finally:
            self._end_silence()

    def _end_silence(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
