"""Shows notifications: by the desktop's own service, or else beside the tray (interface.md#notifications).

Never a window of its own: where neither exists, the window says it anyway. What the service has shown can be
replaced: a call by its end, and who calls by nobody's name when the screen is locked.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QApplication, QWidget

from softphone.line.model import Call, LineSnapshot
from softphone.system.tasks import Tasks
from softphone.ui.bridge import LineModel
from softphone.ui.desktop.desktop_notifications import DesktopNotifications
from softphone.ui.desktop.screen_lock import ScreenLock
from softphone.ui.desktop.tray import TrayIcon
from softphone.ui.kit.text import announce
from softphone.wording.call_words import notification, spoken
from softphone.wording.moment import Moment
from softphone.wording.notifications import Notification, NotificationRules, NotificationSettings

TICK_MS = 1000


class Notifier(QObject):
    """Feeds the rules and shows what they say.

    Signals:
        open_asked(str): the person clicked the notification of the line with this id.
    """

    open_asked: Signal = Signal(str)

    def __init__(
        self,
        model: LineModel,
        moment: Callable[[], Moment],
        tray: TrayIcon,
        window: QWidget,
        calls: SignalInstance,
    ) -> None:
        """`calls` is the bridge's `call_told`."""
        super().__init__(window)
        self._model = model
        self._moment = moment
        self._tray = tray
        self._window = window
        self._desktop = DesktopNotifications(self.open_asked.emit)
        self._rules = NotificationRules()
        self._tasks = Tasks()
        self._lock = ScreenLock(self._hide_names)
        self._tasks.start(self._lock.watch(), "screen lock")
        self._closed = False
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._feed)
        self._tick.start()  # what is wrong already is news, once the settings are here
        model.lines_changed.connect(self._feed)
        model.rows_changed.connect(self._feed)
        calls.connect(self._call_told)

    def use(self, settings: NotificationSettings) -> None:
        """Tell as it is chosen from now on."""
        self._rules.settings = settings
        self._hide_names()

    async def close(self) -> None:
        """Show nothing more."""
        self._closed = True
        self._tick.stop()
        await self._tasks.close()
        await self._desktop.close()

    def _feed(self) -> None:
        if self._closed:
            return
        notifications = self._rules.feed(
            self._model.every,
            self._moment().now_s,
            window_active=self._is_in_sight(),
            snoozed=self._tray.snooze.until is not None,
        )
        for one in notifications:
            self._show(one)
        if self._rules.waiting != self._tick.isActive():
            (self._tick.start if self._rules.waiting else self._tick.stop)()

    def _call_told(self, line: LineSnapshot, call: Call) -> None:
        """Tell of a call that rings, and of its end in the same place; who looks at the window hears it."""
        chosen = self._rules.settings
        if self._closed:
            return
        if self._is_in_sight():
            announce(self._window, spoken(line, call), call.rings)
        elif chosen.enabled and self._tray.snooze.until is None:
            self._show(notification(line, call))

    def _show(self, one: Notification) -> None:
        self._tasks.start(self._tell(one), "notification")

    async def _tell(self, one: Notification) -> None:
        if not await self._desktop.show(self._without_names(one)):
            shown = self._without_names(one)  # asking may have taken a while
            self._tray.show_message(shown.title, shown.text, shown.line_id)

    def _without_names(self, one: Notification) -> Notification:
        """Return it, or what names nobody if nobody may be named now."""
        named = self._rules.settings.names_callers(locked=self._lock.locked)
        return one if named or one.unnamed is None else one.unnamed

    def _hide_names(self) -> None:
        if not self._closed and not self._rules.settings.names_callers(locked=self._lock.locked):
            self._tasks.start(self._desktop.hide_names(), "hidden names")

    def _is_in_sight(self) -> bool:
        # A dialog of ours over the window is still the person looking at it. Nobody looks at a locked screen.
        window = self._window
        shown = window.isVisible() and not window.isMinimized() and QApplication.activeWindow() is not None
        return shown and not self._lock.locked
