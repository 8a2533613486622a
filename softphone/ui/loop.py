"""asyncio on Qt's event loop, and the application object (platform.md).

Everything of ours runs in the window's thread. `AppLoop` is qasync's loop with three of its habits changed,
each because of a fault seen in practice; `App` turns "quit" into a request, so that nothing ends the loop
from outside while lines are still registered.

WORKAROUND for qasync 0.28, pinned in pyproject.toml: `_Exec` and `_Timers` stand in for its private
application and timer objects. tests/ui/test_loop.py holds what they promise.
"""

import asyncio
import contextvars
import math
import sys
from collections.abc import Callable
from typing import Any

import PySide6
from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QEvent, QObject, Qt, QTimerEvent
from PySide6.QtCore import QEventLoop as QtEventLoop
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from softphone.system.background import DaemonThreads

import qasync  # isort: skip - takes the binding that is imported already


_MARGIN_PX = 12  # left round what is scrolled to


class App(QApplication):
    """The application: "quit" (Cmd-Q, log-out) and a session that ends ask, nothing else happens.

    Set `ask_to_stop` to what begins an orderly stop. An event filter would crash the web engine
    (platform.md#event-filters), hence the override.
    """

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self.setQuitOnLastWindowClosed(False)
        self.ask_to_stop: Callable[[], object] = lambda: None
        self.commitDataRequest.connect(lambda _: self.ask_to_stop())
        self.focusChanged.connect(_bring_into_sight)

    def event(self, event: QEvent) -> bool:
        """Turn a request to quit into `ask_to_stop` (Qt override)."""
        if event.type() == QEvent.Type.Quit:
            self.ask_to_stop()
            return True
        return super().event(event)


def _bring_into_sight(_: QWidget | None, focused: QWidget | None) -> None:
    """Scroll to what the keyboard has moved to; Qt does so only where it comes from the same scroll area."""
    if focused is None or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
        return  # what is pressed must not move from under the pointer
    place = focused.parentWidget()
    while place is not None:
        if isinstance(place, QScrollArea):
            place.ensureWidgetVisible(focused, 0, _MARGIN_PX)
        place = place.parentWidget()


class AppLoop(qasync.QEventLoop):  # type: ignore[misc] # qasync is untyped
    """The loop: timers never early, cancelled timers gone at once, and any number of runs in one process."""

    def __init__(self, app: QCoreApplication | None = None) -> None:
        super().__init__(_Exec(app or QCoreApplication.instance()))
        self._timer = _Timers()
        # qasync's own aborts the process when a task ends by SystemExit (platform.md#executors).
        self.set_default_executor(DaemonThreads())

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        """Run `callback` on the next turn."""
        handle = asyncio.Handle(callback, args, self, context)
        self._timer.add_callback(handle)
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run `callback` at `when` on the loop's clock, never before."""
        handle = _TimerHandle(when, callback, args, self, context)
        self._timer.add_callback(handle, when - self.time())
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run `callback` after `delay` seconds, never before."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        if isinstance(handle, _TimerHandle):
            self._timer.remove(handle)


def refuse_bad_pair(
    python: tuple[int, ...] = sys.version_info[:2],
    qt: tuple[int, ...] = PySide6.__version_info__[:2],
) -> str | None:
    """Return why this Python and PySide6 must not run together, None when they may (platform.md#versions)."""
    if python < (3, 12) and qt >= (6, 12):
        return "PySide6 6.12 and later need Python 3.12 or later. Install PySide6 6.11 or a newer Python."
    if qt < (6, 11):
        return f"PySide6 {qt[0]}.{qt[1]} is too old. Install PySide6 6.11 or newer."
    return None


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
        if self._handles.pop(handle.timer_id, None) is not None:
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
