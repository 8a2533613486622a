"""The window itself, as its first picture shows it: the ground and the bar, before anything is in it.

`contents` fills it a moment later. Nothing is imported here that the first picture does not show.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QPainter, QPainterPath, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from softphone.i18n import tr
from softphone.ui.placement import give_size

if TYPE_CHECKING:
    from softphone.ui.window.contents import Contents

SIZE, MINIMUM_SIZE = (560, 680), (420, 320)


class MainWindow(QMainWindow):
    """The window. Set `closing` before the close that is meant; every other close is `close_asked`.

    `contents` fills it, once it is there. `starts_again`: the quit that was asked for is to be followed by a
    new start.

    Signals:
        demo_requested(): "Try the demo" was pressed.
        close_asked(): the person closed the window: hide, minimise or quit, as the program is set.
        closing_begun(): it closes for good.
        visibility_changed(): it is shown, hidden, minimised or restored.
        quit_asked()
        command_asked(Command): one that others carry out.
        theme_chosen(ThemeChoice), text_size_chosen(int): by the menu, the latter in percent.
    """

    demo_requested: Signal = Signal()
    close_asked: Signal = Signal()
    closing_begun: Signal = Signal()
    visibility_changed: Signal = Signal()
    quit_asked: Signal = Signal()
    command_asked: Signal = Signal(object)
    theme_chosen: Signal = Signal(object)
    text_size_chosen: Signal = Signal(int)
    contents: "Contents"

    def __init__(self, *, demo: str | None = None) -> None:
        super().__init__()
        self.closing = self.starts_again = False
        self.setObjectName("mainWindow")
        self.say_title(demo=demo is not None)
        give_size(self, SIZE, MINIMUM_SIZE)
        self._ground = _Ground()
        self.setCentralWidget(self._ground)

    @property
    def is_painted(self) -> bool:
        """The first picture has been drawn."""
        return self._ground.is_painted

    @property
    def is_in_sight(self) -> bool:
        """Neither hidden nor minimised."""
        return self.isVisible() and not self.isMinimized()

    def say_title(self, *, demo: bool) -> None:
        """Say in the person's language what this window is."""
        title = tr("Softphone demo") if demo else tr("Softphone")
        self.setWindowTitle(title)
        self.setAccessibleName(title)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask what closing means; close for good once `closing` is set (Qt override)."""
        if self.closing:
            self.closing_begun.emit()
            event.accept()
        else:
            event.ignore()
            self.close_asked.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Tell it (Qt override)."""
        super().showEvent(event)
        self.activateWindow()  # without a window manager nobody else gives it the keyboard
        self.visibility_changed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell it (Qt override)."""
        super().hideEvent(event)
        self.visibility_changed.emit()
        if not event.spontaneous():  # minimised is not hidden
            for dialog in [one for one in self.findChildren(QDialog) if one.isVisible()]:
                dialog.reject()  # it would stay on the screen without the window

    def changeEvent(self, event: QEvent) -> None:
        """Tell that it is minimised or restored (Qt override)."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.visibility_changed.emit()

    def bring_to_front(self, line_id: str = "") -> None:
        """Show the window before all others, with this line in sight."""
        from PySide6.QtCore import Qt

        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        if line_id:
            self.contents.page.lines.focus_line(line_id)


class _Ground(QWidget):
    """Where the bar's buttons will be: all that is known of the window by then."""

    _BUTTON_PX, _GAP_PX, _EDGE_PX, _TOP_PX = 24, 12, 16, 12

    def __init__(self) -> None:
        super().__init__()
        self.is_painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them (Qt override)."""
        super().paintEvent(event)
        self.is_painted = True
        shapes = QPainterPath()
        for place in range(2):
            edge = self._EDGE_PX + place * (self._BUTTON_PX + self._GAP_PX)
            left = edge if self.isRightToLeft() else self.width() - edge - self._BUTTON_PX
            shapes.addRoundedRect(left, self._TOP_PX, self._BUTTON_PX, self._BUTTON_PX, 6, 6)
        QPainter(self).fillPath(shapes, self.palette().midlight())
