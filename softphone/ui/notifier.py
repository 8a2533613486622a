"""Shows notifications: beside the tray, or by the desktop's own service where there is none (ux.md 3, 17).

Never a window of its own: where neither exists, the window says it anyway.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from softphone.ui.desktop_notifications import DesktopNotifications
from softphone.ui.line_model import LineModel
from softphone.ui.moment import Moment
from softphone.ui.notifications import NotificationRules, NotificationSettings
from softphone.ui.tray import TrayIcon, monotonic_of

TICK_MS = 1000


class Notifier(QObject):
    """Feeds the rules and shows what they say.

    Signals:
        open_asked(str): the person clicked the notification of the line with this id.
    """

    open_asked = Signal(str)

    def __init__(
        self,
        model: LineModel,
        moment: Callable[[], Moment],
        tray: TrayIcon,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._model = model
        self._moment = moment
        self._tray = tray
        self._window = window
        self._desktop = DesktopNotifications(self.open_asked.emit)
        self._rules = NotificationRules()
        self._tasks: set[asyncio.Task[None]] = set()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._feed)
        tray.snoozed.connect(self._snooze)
        model.lines_changed.connect(lambda _: self._feed())
        model.rows_changed.connect(self._feed)

    def use(self, settings: NotificationSettings) -> None:
        """Tell as it is chosen from now on."""
        self._rules.settings = settings

    async def close(self) -> None:
        """Show nothing more."""
        self._tick.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._desktop.close()

    def _snooze(self, until: datetime | None) -> None:
        self._rules.snoozed_until_s = monotonic_of(until, self._moment().wall)

    def _feed(self) -> None:
        active = self._window.isActiveWindow() and not self._window.isMinimized()
        for one in self._rules.feed(self._model.every, self._moment().now_s, window_active=active):
            if not self._tray.show_message(one.title, one.text, one.line_id):
                task = asyncio.get_running_loop().create_task(self._desktop.show(one))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        if self._rules.waiting != self._tick.isActive():
            (self._tick.start if self._rules.waiting else self._tick.stop)()
