"""asyncio on Qt's event loop (platform.md).

Everything of ours runs in the window's thread. `AppLoop` is qasync's loop with three of its habits changed,
each because of a fault seen in practice.

WORKAROUND for qasync 0.28, pinned in pyproject.toml: `_Exec` and `_Timers` stand in for its private
application and timer objects. tests/ui/test_loop.py holds what they promise.
"""

import asyncio
import contextvars
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Self, TypeVarTuple

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QObject, Qt, QTimerEvent
from PySide6.QtCore import QEventLoop as QtEventLoop

from softphone.system.background import DaemonThreads

import qasync  # isort: skip - takes the binding that is imported already

_Ts = TypeVarTuple("_Ts")

if TYPE_CHECKING:  # qasync is untyped

    class _QtLoop(asyncio.BaseEventLoop):
        def __init__(self, app: object) -> None: ...
        def __enter__(self) -> Self: ...
        def __exit__(self, *error: object) -> None: ...
else:
    _QtLoop = qasync.QEventLoop


class AppLoop(_QtLoop):
    """The loop: timers never early, cancelled timers gone at once, and any number of runs in one process."""

    def __init__(self, app: QCoreApplication | None = None) -> None:
        super().__init__(_Exec(app or QCoreApplication.instance()))
        self._timer = _Timers()
        # qasync's own aborts the process when a task ends by SystemExit (platform.md#executors).
        self.set_default_executor(DaemonThreads())  # type: ignore[arg-type]

    def call_soon(
        self, callback: Callable[[*_Ts], object], *args: *_Ts, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        """Run `callback` on the next turn."""
        handle = asyncio.Handle(callback, args, self, context)
        self._timer.add_callback(handle)
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[[*_Ts], object],
        *args: *_Ts,
        context: contextvars.Context | None = None,
    ) -> "_TimerHandle":
        """Run `callback` at `when` on the loop's clock, never before."""
        handle = _TimerHandle(when, callback, args, self, context)
        self._timer.add_callback(handle, when - self.time())
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[[*_Ts], object],
        *args: *_Ts,
        context: contextvars.Context | None = None,
    ) -> "_TimerHandle":
        """Run `callback` after `delay` seconds, never before."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        if isinstance(handle, _TimerHandle):
            self._timer.remove(handle)


class _TimerHandle(asyncio.TimerHandle):
    __slots__ = ("timer_id",)
    timer_id: int


class _Timers(QObject):
    """One precise Qt timer per handle; qasync's are coarse, truncated, and outlive a cancelled handle."""

    def __init__(self) -> None:
        super().__init__()
        self._handles: dict[int, asyncio.Handle] = {}
        self._stopped = False

    def __len__(self) -> int:
        return len(self._handles)

    def add_callback(self, handle: asyncio.Handle, delay_s: float = 0.0) -> asyncio.Handle:
        """Run `handle` after `delay_s`, rounded up to whole milliseconds (qasync calls it, too)."""
        timer_id = self.startTimer(math.ceil(max(0.0, delay_s) * 1000), Qt.TimerType.PreciseTimer)
        self._handles[timer_id] = handle
        if isinstance(handle, _TimerHandle):
            handle.timer_id = timer_id
        return handle

    def remove(self, handle: _TimerHandle) -> None:
        """Take it back if it has not run: Qt gives the id of one that has to another, sooner or later."""
        if self._handles.get(handle.timer_id) is handle:
            del self._handles[handle.timer_id]
            self.killTimer(handle.timer_id)

    def timerEvent(self, event: QTimerEvent) -> None:
        timer_id = event.timerId()
        self.killTimer(timer_id)
        handle = self._handles.pop(timer_id, None)
        if handle is not None and not self._stopped and not handle.cancelled():
            handle._run()  # noqa: SLF001 - how asyncio's own loops run a handle

    def stop(self) -> None:
        self._stopped = True

    def set_debug(self, enabled: bool) -> None:  # qasync calls it
        del enabled


class _Exec:
    """The `app` that qasync runs, made of QEventLoop.

    A second `app.exec()` in a process that has used the web engine crashes (platform.md#one-exec).
    """

    def __init__(self, app: QCoreApplication | None) -> None:
        if app is None:
            raise RuntimeError("no application object")
        self._app = app
        self._loop: QtEventLoop | None = None

    def exec(self) -> int:
        self._loop = QtEventLoop()
        return self._loop.exec()

    def exit(self, code: int = 0) -> None:
        if self._loop is not None:
            self._loop.exit(code)

    def eventDispatcher(self) -> QAbstractEventDispatcher:  # noqa: N802 - Qt's name, called by qasync
        return self._app.eventDispatcher()
