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


class Steps:
    """What is done side by side."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[Any]] = []

    def create_task(self, step: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin a step."""
        self.tasks.append(asyncio.get_running_loop().create_task(step, name="step"))
        return self.tasks[-1]


@contextlib.asynccontextmanager
async def together() -> AsyncIterator[Steps]:
    """Steps side by side: the first that fails ends the others and is what is raised.

    WORKAROUND: before Python 3.13 a TaskGroup loses a cancel that comes while it ends the others (gh-116720),
    and gather one that comes with a failure: whoever is stopped at that moment would go on for ever.
    """
    steps = Steps()
    try:
        yield steps
        if steps.tasks:
            await asyncio.wait(steps.tasks, return_when=asyncio.FIRST_EXCEPTION)
        failures = [task.exception() for task in steps.tasks if task.done() and not task.cancelled()]
    finally:
        for task in steps.tasks:
            task.cancel()
        await asyncio.gather(*steps.tasks, return_exceptions=True)
    for failure in filter(None, failures):
        raise failure


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
