"""Where windows stand: inside the screens that are there now, and the main window where it was before."""

import base64
import binascii
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QObject, QRect, QSize, QTimer
from PySide6.QtGui import QGuiApplication, QScreen, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from softphone.system.files import read_file, replace_file

if TYPE_CHECKING:
    from concurrent.futures import Future

SETTLE_MS = 200  # the desktop moves windows by itself when a screen goes
WRITE_LIMIT_S = 0.5
TITLE_BAR_PX = 24  # as Qt has it; what `QStyle` and `Qt` tell comes too late for the first picture


def give_size(window: QWidget, size: tuple[int, int], minimum: tuple[int, int]) -> None:
    """Let a new window have this size and be no smaller than the minimum, as far as its screen has room."""
    room = _room(window).size()
    window.setMinimumSize(QSize(*minimum).boundedTo(room))
    window.resize(QSize(*size).boundedTo(room))


def show_dialog(dialog: QDialog) -> None:
    """Open a dialog that fits its screen, and goes for good when it is done."""
    dialog.finished.connect(dialog.deleteLater)
    fit(dialog)
    dialog.open()  # not exec(): no second event loop
    fit(dialog)  # Qt has put it over the middle of its parent, even where that is half outside


def fit(window: QWidget) -> None:
    """Make a window small enough for its screen and, where it stands outside of it, bring it back."""
    from PySide6.QtCore import Qt

    _fit(
        window,
        sized=window.testAttribute(Qt.WidgetAttribute.WA_Resized) or window.isVisible(),
        moved=window.testAttribute(Qt.WidgetAttribute.WA_Moved),
    )


def _fit(window: QWidget, *, sized: bool, moved: bool) -> None:
    if window.isMaximized() or window.isFullScreen():
        return
    room = _room(window)
    size = (window.size() if sized else window.sizeHint()).boundedTo(room.size())
    window.setMinimumSize(window.minimumSize().boundedTo(room.size()))
    if size != window.size():
        window.resize(size)
    if window.isVisible() or moved:
        place = QRect(window.geometry().topLeft(), size)
        place.moveRight(min(place.right(), room.right()))
        place.moveBottom(min(place.bottom(), room.bottom()))
        place.moveTopLeft(QRect(room.topLeft(), place.bottomRight()).intersected(place).topLeft())
        if place != window.geometry():
            window.setGeometry(place)


class Placement(QObject):
    """Brings the main window back to where it was, and keeps every window on the screens there are.

    `file` holds size and place from one start to the next, as Qt writes them, and `words`: what else the
    first picture of the next start must know before the settings are read. None: nothing is kept.
    """

    def __init__(self, window: QMainWindow, file: Path | None) -> None:
        super().__init__(window)
        self._window = window
        self._file = file
        self.words: frozenset[str] = frozenset()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(_fit_all)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)  # noqa: S101 - there is a window
        app.screenAdded.connect(self._watch)
        app.screenRemoved.connect(self._changed)
        for screen in app.screens():
            self._watch(screen)
        moved = self._bring_back()
        _fit(window, sized=True, moved=moved)

    async def remember(self) -> None:
        """Write down where the window is; a disk that is full or hangs costs no more than a moment."""
        if self._file is not None:
            import asyncio

            written = self._write(self._file, bytes(self._window.saveGeometry().data()))
            await asyncio.wait([asyncio.wrap_future(written)], timeout=WRITE_LIMIT_S)

    def _write(self, file: Path, geometry: bytes) -> "Future[Exception | None]":
        from softphone.system.background import WriteBehind

        text = " ".join((base64.b64encode(geometry).decode("ascii"), *sorted(self.words)))
        return WriteBehind(lambda: replace_file(file, text)).ask()

    def _bring_back(self) -> bool:
        if self._file is not None:
            with contextlib.suppress(OSError, ValueError, binascii.Error):  # never kept, or not ours
                geometry, *words = read_file(self._file).decode("ascii").split()
                self.words = frozenset(words)
                return self._window.restoreGeometry(base64.b64decode(geometry, validate=True))
        return False

    def _watch(self, screen: QScreen) -> None:
        screen.availableGeometryChanged.connect(self._changed)
        self._changed()

    def _changed(self, *_: object) -> None:
        self._settle.start()


def _fit_all() -> None:
    from PySide6.QtCore import Qt

    for window in QApplication.topLevelWidgets():
        if window.isVisible() and window.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog):
            fit(window)


def _room(window: QWidget) -> QRect:
    """What a window may cover without its frame; that of a dialog not shown yet will be like its parent's."""
    parent = window.parentWidget()
    known = window if parent is None or window.isVisible() else parent.window()
    handle: QWindow | None = known.windowHandle()
    frame = QMargins() if handle is None else handle.frameMargins()
    if frame.isNull() and not window.isVisible():  # no window manager has seen it yet
        frame.setTop(TITLE_BAR_PX)
    return known.screen().availableGeometry().marginsRemoved(frame)
