"""What a person has chosen of the looks, carried out at once when it changes."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from softphone.errors import ConfigError
from softphone.settings.store import SettingsStore
from softphone.ui.commands import Command
from softphone.ui.kit.theme import MotionChoice, Theme, ThemeChoice, motion, resized
from softphone.ui.window.main_window import MainWindow


class Appearance(QObject):
    """Theme, motion and place of a window, as the settings say."""

    def __init__(self, store: SettingsStore, theme: Theme, window: MainWindow) -> None:
        super().__init__(window)
        self._store = store
        self._theme = theme
        self._window = window
        window.destroyed.connect(store.subscribe(lambda _: self.apply()))
        window.theme_chosen.connect(lambda choice: self._choose(theme=choice.value))
        window.text_size_chosen.connect(lambda percent: self._choose(text_size_percent=percent))
        self.apply()

    def carry_out(self, command: Command) -> None:
        """Turn a choice of the menu over."""
        if command is Command.ALWAYS_ON_TOP:
            self._choose(always_on_top=not self._store.settings.always_on_top)

    def apply(self) -> None:
        """Look as it is chosen now."""
        settings, window = self._store.settings, self._window
        self._theme.choose(ThemeChoice(settings.theme))
        motion.choose(MotionChoice(settings.reduced_motion))
        window.contents.show_choices(ThemeChoice(settings.theme), settings.text_size_percent)
        window.contents.commands.check(Command.ALWAYS_ON_TOP, checked=settings.always_on_top)
        window.contents.commands.lock(Command.ALWAYS_ON_TOP, locked=self._store.is_locked("always_on_top"))
        on_top = Qt.WindowType.WindowStaysOnTopHint
        if bool(window.windowFlags() & on_top) != settings.always_on_top:
            shown = window.isVisible()
            window.setWindowFlag(on_top, settings.always_on_top)
            window.setVisible(shown)  # changing the flag has hidden it

    def _choose(self, **values: object) -> None:
        try:
            self._store.change(**values)
        except ConfigError as error:
            self._window.contents.banners.show_error(error)
            self.apply()  # the menu shows what holds


def scale_text(app: QApplication, percent: int) -> None:
    """Make all text larger, before the first widget is made."""
    app.setFont(resized(app.font(), percent / 100))
