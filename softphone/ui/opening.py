"""The opening: the application and its window on the screen, before anything that stands behind it is loaded.

What is imported here comes before the first picture (tests/end_to_end/test_first_paint.py has the list), so
it is little: Qt, and what the picture shows.
"""

import builtins
import linecache
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QEvent, QEventLoop, qInstallMessageHandler
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from softphone.errors import SoftphoneError
from softphone.system.folders import APP_ID
from softphone.ui import early_dialog, language
from softphone.ui.kit.theme import DARK, LIGHT, STYLE, ThemeChoice, Tokens, palette_of
from softphone.ui.placement import Placement
from softphone.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from PySide6.QtCore import QtMsgType

    from softphone.settings.keys import Settings

# WORKAROUND: PySide6 6.11 reads the source of every module that is imported after it, and keeps the text, to
# see whether it is for `__feature__`, which nothing of ours uses: 12 MB and a third of the time of an import.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
linecache.clearcache()

_COLOURS = {ThemeChoice.LIGHT.value: LIGHT, ThemeChoice.DARK.value: DARK}  # chosen; else as the desktop is
PAINT_LIMIT_S = 0.5  # a screen that shows nothing by then is not waited for
HIDDEN, ON_TOP = "hidden", "on-top"  # words in the file of the window; others are the values of `ThemeChoice`


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

    def event(self, event: QEvent) -> bool:
        """Turn a request to quit into `ask_to_stop` (Qt override)."""
        if event.type() == QEvent.Type.Quit:
            self.ask_to_stop()
            return True
        return super().event(event)


def make_app() -> App:
    """Return the application on its screen. Raises SoftphoneError, or ends the process, where none can be."""
    if refusal := refuse_bad_pair():
        raise SoftphoneError(refusal, title="This Python and this Qt must not run together")
    qInstallMessageHandler(early_dialog.leave_if_fatal)
    app = App([sys.argv[0]])
    qInstallMessageHandler(_log_qt)
    app.setApplicationName("Softphone")  # what a screen reader and the desktop call it
    app.setDesktopFileName(APP_ID)
    language.install(app, language.SYSTEM)  # until the settings are read: something may be wrong with them
    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A window that has nothing in it yet, with its place."""

    window: MainWindow
    placement: Placement


def remembered_of(settings: "Settings") -> frozenset[str]:
    """Return what the next first picture must know of the settings."""
    chosen = {HIDDEN: settings.start_hidden, ON_TOP: settings.always_on_top, settings.theme: True}
    return frozenset(word for word, holds in chosen.items() if holds)


def prepare(app: QApplication, *, demo: str | None = None, file: Path | None = None) -> Opening:
    """Make the window as it was at its last end, which `file` knows; not shown yet."""
    window = MainWindow(demo=demo)
    placement = Placement(window, file)
    if ON_TOP in placement.words:
        from PySide6.QtCore import Qt

        window.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
    app.setStyle(STYLE)
    colours = [one for word, one in _COLOURS.items() if word in placement.words] or [_like_the_desktop(app)]
    app.setPalette(palette_of(colours[0]))
    return Opening(window=window, placement=placement)


def take_away(opening: Opening) -> None:
    """Take the window from the screen, if nobody has done so."""
    if isValid(opening.window):
        opening.window.hide()


def _like_the_desktop(app: QApplication) -> Tokens:
    palette, role = app.palette(), QPalette.ColorRole
    dark = palette.color(role.Window).lightness() < palette.color(role.WindowText).lightness()
    return DARK if dark else LIGHT


def show(app: QApplication, opening: Opening) -> None:
    """Bring the first picture to the screen, unless the window was to begin hidden when it last ended."""
    if HIDDEN in opening.placement.words:
        return
    window = opening.window
    window.show()
    until_s = time.monotonic() + PAINT_LIMIT_S
    while not window.is_painted and time.monotonic() < until_s:
        app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


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


def _log_qt(kind: "QtMsgType", _: object, text: str) -> None:
    """Log what Qt and the web engine say: to the file only, for people can mend none of it."""
    level = logging.INFO if kind.name in ("QtWarningMsg", "QtCriticalMsg", "QtFatalMsg") else logging.DEBUG
    logging.getLogger("qt").log(level, "%s", text)
