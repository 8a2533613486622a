"""Writing that nobody has to wait for: a thread does it, once for all who ask while it is busy."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

_log = logging.getLogger(__name__)

GATHER_S = 0.02  # changes come in rows, one for each line


class WriteBehind:
    """Calls `write` in a thread, one call at a time, soon after it is asked to.

    The thread lives while there is something to do. It is a daemon: a disk that hangs must not keep the
    program from ending.
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
                threading.Thread(target=self._work, name="write behind", daemon=True).start()
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
            try:
                self._write()
            except Exception as error:  # noqa: BLE001 - whoever asked decides what it means
                _log.debug("not written", exc_info=True)
                outcome.set_result(error)
            else:
                outcome.set_result(None)
