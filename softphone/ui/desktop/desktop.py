"""What stands round the window: its place, tray, notifications, closing, starting with the desktop, metrics.

Built once the window is on the screen; whatever the settings say is carried out at once when it changes.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from softphone.calling.calls import CallPolicy
from softphone.errors import ConfigError
from softphone.settings.store import SettingsStore
from softphone.system.launch import Autostart
from softphone.system.tasks import Tasks
from softphone.ui.bridge import Bridge, LineModel
from softphone.ui.commands import Command
from softphone.ui.desktop.notifier import Notifier
from softphone.ui.desktop.tray import TrayIcon
from softphone.ui.opening import remembered_of
from softphone.ui.placement import Placement
from softphone.ui.window.line_commands import RETRIED
from softphone.ui.window.main_window import MainWindow
from softphone.wording.moment import Moment
from softphone.wording.notifications import NotificationSettings

_OF_A_TRAY = frozenset({"close_to_tray", "tray_monochrome", "tray_damping_s"})

# A demo has no start after this one: it forgets everything.
_OF_THE_NEXT_START = frozenset({"start_at_login", "start_hidden", "language", "text_size_percent"})


class Desktop(QObject):
    """The window's surroundings. A demo has no `autostart`: it leaves nothing behind.

    `placement` remembers where the window was, and what its first picture must know.

    Signals:
        settings_asked(): by the tray.
        quit_asked(): by the tray, or by closing where that means quitting.
    """

    settings_asked: Signal = Signal()
    quit_asked: Signal = Signal()

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        store: SettingsStore,
        moment: Callable[[], Moment],
        *,
        serve_metrics: Callable[[int | None], Coroutine[Any, Any, None]],
        autostart: Autostart | None,
        placement: Placement,
    ) -> None:
        super().__init__(window)
        self._placement = placement
        self._window = window
        self._bridge = bridge
        self._store = store
        self._serve_metrics = serve_metrics
        self._autostart = autostart
        self._tasks = Tasks()
        self._metrics_port: int | None = None
        # Of its own: in replay the window's model shows the past.
        model = LineModel(bridge, self)
        self._model = model
        self.tray: TrayIcon = TrayIcon(model, moment, window)
        # Without a tray, notifications come all the same.
        self._snoozes = self.tray.snooze.offer_in(
            window.contents.more_menu, window.contents.commands.action(Command.QUIT)
        )
        self._snoozes.offer(offered=not self.tray.available)
        self.tray.availability_changed.connect(lambda there: self._snoozes.offer(offered=not there))
        self._notifier = Notifier(model, moment, self.tray, window, bridge.call_told)
        self.tray.open_asked.connect(window.bring_to_front)
        self.tray.retry_asked.connect(self._retry_all)
        self.tray.register_all_asked.connect(bridge.panel.register_all)
        self.tray.settings_asked.connect(self.settings_asked)
        self.tray.quit_asked.connect(self.quit_asked)
        self._notifier.open_asked.connect(window.bring_to_front)
        window.close_asked.connect(self._close)
        self._unsubscribe = store.subscribe(self._settings_changed)
        self.apply()
        if store.is_locked("start_at_login"):
            self._apply_autostart()

    @property
    def keys_without_meaning(self) -> frozenset[str]:
        """The settings that nobody serves here."""
        without = frozenset() if self._autostart is not None else _OF_THE_NEXT_START
        return without if self.tray.available else without | _OF_A_TRAY

    def hide_window(self) -> None:
        """Put the window into the tray, or minimise it where there is none: never hide the only window."""
        if self.tray.available:
            self._window.hide()
        else:
            self._window.showMinimized()

    def carry_out(self, command: Command) -> bool:
        """Carry out what concerns the surroundings; False for any other command."""
        if command is Command.CLOSE:
            self.hide_window()
        return command is Command.CLOSE

    def apply(self) -> None:
        """Be as the settings say."""
        settings = self._store.settings
        self.tray.use(
            monochrome=settings.tray_monochrome,
            damping_s=settings.tray_damping_s,
            quit_deregisters=settings.deregister_on_quit,
        )
        self._notifier.use(
            NotificationSettings(
                enabled=settings.notifications,
                delay_s=settings.notification_delay_s,
                tell_recovery=settings.notify_recovery,
                notify_caller=settings.notify_caller,
            )
        )
        self._placement.words = remembered_of(settings)
        policy = CallPolicy(alerting=settings.call_alerting, release=settings.call_release)
        self._bridge.panel.hear_calls(wanted=settings.call_notices, policy=policy, keep=settings.call_history)
        port = settings.metrics_port if settings.metrics_endpoint else None
        if port != self._metrics_port:
            self._metrics_port = port
            self._tasks.start(self._serve(port), "metrics endpoint")

    def _settings_changed(self, keys: frozenset[str]) -> None:
        self.apply()
        if "start_at_login" in keys:  # else the desktop's own settings have the last word
            self._apply_autostart()

    def _apply_autostart(self) -> None:
        if self._autostart is not None:
            try:
                self._autostart.set(on=self._store.settings.start_at_login)
            except ConfigError as error:
                self._window.contents.banners.show_error(error)

    async def close(self) -> None:
        """Take everything away."""
        self._unsubscribe()
        await self._tasks.close()
        await self._placement.remember()
        await self._notifier.close()
        self.tray.close()

    def _close(self) -> None:
        """The window was closed: with a tray it may stay there, without one that is the end."""
        if self.tray.available and self._store.settings.close_to_tray:
            self._window.hide()
        else:
            self.quit_asked.emit()

    def _retry_all(self) -> None:
        for line in self._model.every:
            if line.state in RETRIED:
                self._bridge.panel.retry(line.identity.line_id)

    async def _serve(self, port: int | None) -> None:
        try:
            await self._serve_metrics(port)
        except ConfigError as error:
            self._window.contents.banners.show_error(error)
