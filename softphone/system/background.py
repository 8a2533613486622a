"""What blocks, in daemon threads: the end of the program waits for none of them.

Not asyncio's executor: the loop and the interpreter join its threads at the end, and a keyring prompt or a
disk that never answers would keep the program from ending.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any, TypeVar

_log = logging.getLogger(__name__)

GATHER_S = 0.02  # changes come in rows, one for each line
REST_S = 0.05

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


class WriteBehind:
    """Calls `write` in a thread, one call at a time, soon after it is asked to.

    All who ask before it begins share one call. A long one is followed by a rest, so that a crowd that waits
    for it gets the processor for itself half of the time. The thread lives while there is something to do.
    """

    def __init__(self, write: Callable[[], None]) -> None:
        self._write = write
        self._next: Future[Exception | None] | None = None  # of the call that has not begun
        self._lock = threading.Lock()
        self._hurry = threading.Event()
        self._running = False

    def ask(self) -> Future[Exception | None]:
        """Have `write` called after this moment; the result is what it raised. It cannot be cancelled."""
        with self._lock:
            if self._next is None:
                self._next = Future()
                self._next.set_running_or_notify_cancel()  # one who stops waiting must not stop the others
            if not self._running:
                self._running = True
                begin_in_thread(self._work, "write behind")
            return self._next

    def hurry(self) -> None:
        """Somebody waits: gather no more."""
        self._hurry.set()

    def _work(self) -> None:
        while True:
            self._hurry.wait(GATHER_S)
            with self._lock:
                self._hurry.clear()
                outcome, self._next = self._next, None
                if outcome is None:
                    self._running = False
                    return
            began_s = time.monotonic()
            try:
                self._write()
            except Exception as error:  # noqa: BLE001 - whoever asked decides what it means
                _log.debug("not written", exc_info=True)
                outcome.set_result(error)
            else:
                outcome.set_result(None)
            time.sleep(min(REST_S, time.monotonic() - began_s))
