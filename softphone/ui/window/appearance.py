"""What a person has chosen of the looks, carried out at once when it changes."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from softphone.errors import ConfigError
from softphone.settings.store import SettingsStore
from softphone.ui.commands import Command
from softphone.ui.kit.theme import MotionChoice, Theme, ThemeChoice, motion, resized
from softphone.ui.window.main_window import MainWindow

_SETTINGS = {Command.COMPACT: "compact", Command.ALWAYS_ON_TOP: "always_on_top"}


class Appearance(QObject):
    """Theme, motion, compactness and place of a window, as the settings say."""

    def __init__(self, store: SettingsStore, theme: Theme, window: MainWindow) -> None:
        super().__init__(window)
        self._store = store
        self._theme = theme
        self._window = window
        window.destroyed.connect(store.subscribe(lambda _: self.apply()))
        window.theme_chosen.connect(lambda choice: self._choose(theme=choice.value))
        self.apply()

    def carry_out(self, command: Command) -> None:
        """Turn a choice of the menu over."""
        if command in _SETTINGS:
            name = _SETTINGS[command]
            self._choose(**{name: not getattr(self._store.settings, name)})

    def apply(self) -> None:
        """Look as it is chosen now."""
        settings, window = self._store.settings, self._window
        self._theme.choose(ThemeChoice(settings.theme))
        motion.choose(MotionChoice(settings.reduced_motion))
        window.show_theme(ThemeChoice(settings.theme))
        for command, name in _SETTINGS.items():
            window.commands.check(command, checked=getattr(settings, name))
            window.commands.lock(command, locked=self._store.is_locked(name))
        on_top = Qt.WindowType.WindowStaysOnTopHint
        if bool(window.windowFlags() & on_top) != settings.always_on_top:
            shown = window.isVisible()
            window.setWindowFlag(on_top, settings.always_on_top)
            window.setVisible(shown)  # changing the flag has hidden it

    def _choose(self, **values: object) -> None:
        try:
            self._store.change(**values)
        except ConfigError as error:
            self._window.banners.show_error(error)
            self.apply()  # the menu shows what holds


def scale_text(app: QApplication, percent: int) -> None:
    """Make all text larger, before the first widget is made."""
    app.setFont(resized(app.font(), percent / 100))
