"""What blocks, in a daemon thread of its own: the end of the program waits for none of them.

Not asyncio's executor: the loop and the interpreter join its threads at the end, and a keyring prompt or a
disk that never answers would keep the program from ending.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


def begin_in_thread(work: Callable[[], T], name: str | None = None) -> Future[T]:
    """Begin what blocks in a daemon thread, which is left behind when nobody waits for it any more."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # it cannot be taken back

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future


async def in_thread(work: Callable[[], T], name: str | None = None) -> T:
    """Return what blocking work returns. Giving up waiting leaves its thread behind."""
    return await asyncio.wrap_future(begin_in_thread(work, name))


class DaemonThreads(Executor):
    """An executor for libraries that ask a loop for its own: a thread for each call, and none is joined."""

    def submit(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Begin the call."""
        return begin_in_thread(partial(work, *args, **kwargs), "io")
