"""One request on its way, in a task of its own.

A cancelled request can poison httpx's pool for ever when the cancel meets it between taking a place and
having a connection (reliability.md 1, finding 7). So a caller that goes away abandons its flight: one that
waits for a place or talks to the server is cancelled, one that is connecting is cancelled once it talks.
"""

import asyncio
from collections.abc import Coroutine
from enum import Enum, auto
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")


class _Phase(Enum):
    WAITING = auto()  # for one of our own places: nothing of httpx is touched
    CONNECTING = auto()
    TALKING = auto()


class Flight(Generic[_T]):
    """A request task that may be abandoned at any moment. `start` it once, then wait for its answer."""

    def __init__(self, slots: asyncio.Semaphore) -> None:
        self.on_kept_connection = True  # until a connection is opened for it
        self._slots = slots
        self._phase = _Phase.WAITING
        self._abandoned = False

    def start(self, work: Coroutine[Any, Any, _T]) -> None:
        """Begin the work as soon as there is a place."""
        self.task: asyncio.Task[_T] = asyncio.create_task(self._fly(work), name="request")
        self.task.add_done_callback(_look_at_result)

    async def answer_within(self, limit_s: float) -> _T:
        """Return the answer, or raise what the work raised; TimeoutError when it takes longer."""
        try:
            await asyncio.wait({self.task}, timeout=max(limit_s, 0.0))
        finally:
            if not self.task.done():
                self.abandon()
        if not self.task.done() or self.task.cancelled():  # cancelled: the client was closed
            raise TimeoutError
        return self.task.result()

    def abandon(self) -> None:
        """Nobody waits for the answer any more."""
        self._abandoned = True
        if self._phase is not _Phase.CONNECTING:
            self.task.cancel()

    async def trace(self, event: str, info: dict[str, Any]) -> None:  # noqa: ARG002 - httpcore's signature
        """Follow httpcore's events (extension `trace`)."""
        if event.endswith(("connect_tcp.started", "connect_unix_socket.started", "start_tls.started")):
            self.on_kept_connection = False
            self._phase = _Phase.CONNECTING
        elif event.endswith("send_request_headers.started"):
            self._phase = _Phase.TALKING
            if self._abandoned:
                self.task.cancel()
                await asyncio.sleep(0)  # meets the cancel here, before anything is sent

    async def _fly(self, work: Coroutine[Any, Any, _T]) -> _T:
        try:
            async with self._slots:
                self._phase = _Phase.CONNECTING
                return await work
        finally:
            work.close()  # when it never began


def _look_at_result(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()  # seen: the caller may be gone
