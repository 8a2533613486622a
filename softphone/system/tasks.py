"""The tasks of one owner: kept until they end, heard when they fail, ended together with the owner."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Tasks:
    """A set of running tasks; the loop itself keeps weak references only."""

    __slots__ = ("_running",)

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, Any], name: str | None = None) -> asyncio.Task[Any]:
        """Run the work. What it raises is a fault of ours: it goes to the loop's exception handler."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def cancel(self) -> None:
        """Ask all of them to end; they do on the loop's next turns."""
        for task in tuple(self._running):
            task.cancel()

    async def close(self) -> None:
        """End all of them, and return when they have ended."""
        self.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def ended(self) -> None:
        """Return when all of them have come to their own end."""
        if self._running:
            await asyncio.wait(tuple(self._running))

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            task.get_loop().call_exception_handler(
                {"message": f"{task.get_name()} ended by a fault of ours", "exception": fault, "task": task}
            )


@contextlib.asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """Steps side by side: the first that fails ends the others and is what is raised."""
    try:
        async with asyncio.TaskGroup() as steps:
            yield steps
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


async def first_of(*waits: Awaitable[object]) -> None:
    """Wait until one of them is over; the others are cancelled."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def end(task: asyncio.Task[Any] | None, *, after_s: float) -> None:
    """Return when the task has ended; it is cancelled when it has not ended by itself after that long."""
    if task is not None:
        await asyncio.wait({task}, timeout=after_s)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def uncut(task: asyncio.Task[T], *, grace_s: float | None = None) -> T:
    """Return what the task returns. A cancel meanwhile is raised when the task has ended.

    The task is cancelled too when it has not ended `grace_s` after that; None: whoever made it bounds it.
    """
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if grace_s is not None:
            asyncio.get_running_loop().call_later(grace_s, task.cancel)
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):  # one more changes nothing
                await asyncio.wait({task})
        task.cancelled() or task.exception()  # looked at: what is raised is the cancel
        raise
