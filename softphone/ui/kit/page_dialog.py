"""The base of the dialogs: a page that scrolls, a note, and buttons that stay in sight; for `open()`.

The keys that scroll work wherever the keyboard is: a page of words has nothing else to stop at.
"""

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QAbstractSlider, QDialog, QVBoxLayout, QWidget

from softphone.i18n import tr
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, FlowLayout, ScrollArea, in_column, in_row
from softphone.ui.kit.text import Text, TextStyle, announce, breakable
from softphone.ui.placement import give_size

MINIMUM_SIZE = (320, 220)
MARGIN = 24

_QUIET_PADDING = 10  # of a quiet button: its words begin where the page does
_SCREEN_ROOM = 48
_SCROLLS: Mapping[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_Home: QAbstractSlider.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QAbstractSlider.SliderAction.SliderToMaximum,
}


class Dialog(QDialog):
    """Has a title and fits its screen; `_first`, if any, has the keyboard when it is shown."""

    def __init__(
        self,
        title: str,
        parent: QWidget,
        *,
        name: str,
        size: tuple[int, int],
        minimum: tuple[int, int] = MINIMUM_SIZE,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        give_size(self, size, minimum)
        self._first: QWidget | None = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.activateWindow()  # without a window manager nobody else gives it the keyboard
        self._focus_first()

    def _focus_first(self) -> None:
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.TabFocusReason)


class PageDialog(Dialog):
    """What it shows goes into `page`; the last button added has the keyboard at first.

    `content` stands in place of the title and the scrolling page, up to the edges.
    """

    def __init__(
        self,
        title: str,
        parent: QWidget,
        *,
        name: str,
        size: tuple[int, int],
        content: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent, name=name, size=size)
        self._note = Text(name=f"{name}Note")
        self.page: QVBoxLayout = in_column(spacing=12)
        self._width = size[0]
        self._content = _Content()
        self._area = ScrollArea(self._content, QPalette.ColorRole.Window)
        if content is None:
            heading = Text(title, style=TextStyle.PAGE_TITLE)
            in_column(heading, self.page, 1, of=self._content, margins=(MARGIN, 20, MARGIN, 8), spacing=12)
        self._aside = FlowLayout()
        self._buttons = FlowLayout(side=Qt.AlignmentFlag.AlignRight)
        self._note.setContentsMargins(_QUIET_PADDING, 0, 0, 0)
        row = in_row((self._aside, 0), (self._buttons, 1), spacing=8)
        self._foot = in_column(self._note, row, margins=(MARGIN - _QUIET_PADDING, 12, MARGIN, 12), spacing=8)
        in_column((content or self._area, 1), self._foot, of=self, margins=NO_MARGINS, spacing=0)

    def add_button(self, button: Button, *, aside: bool = False) -> None:
        """Put a button into the foot, beside the ones that are there; `aside`: at the other end of it."""
        if aside:
            self._aside.addWidget(button)
        else:
            self._buttons.addWidget(button)
            self._first = button

    def add_close(self, name: str) -> None:
        """Put the primary button into the foot: it closes the dialog."""
        self.add_button(Button(tr("Close"), self.accept, name=name, kind=ButtonKind.PRIMARY))

    def show_note(self, words: str, *, spoken: bool = True) -> None:
        """Say something above the buttons."""
        self._note.say(breakable(words))
        if words and spoken:
            announce(self, words)

    def reveal(self, widget: QWidget) -> None:
        """Scroll until a part of the page can be seen."""
        self._area.ensureWidgetVisible(widget, 0, MARGIN)

    def take_focus(self) -> None:
        """Give the keyboard to the last button, unless something in sight has it."""
        focused = self.focusWidget()
        if not (self.isAncestorOf(focused) and focused.isVisible() and focused.isEnabled()):
            self._focus_first()

    def be_as_high_as_needed(self) -> None:
        """Grow or shrink to the words and rows there are, as far as the screen goes, over the same middle."""
        room = self.screen().availableGeometry()
        width = min(self._width, room.width() - _SCREEN_ROOM)
        layout = self._content.layout()
        assert layout is not None  # noqa: S101 - there is a page
        layout.activate()
        height = layout.totalHeightForWidth(width) + self._foot.totalHeightForWidth(width)
        self.resize(width, min(height, room.height() - _SCREEN_ROOM))
        parent = self.parentWidget()
        if parent is not None:
            place = QRect(self.rect())
            place.moveCenter(parent.window().frameGeometry().center())
            place.moveTop(max(room.top(), min(place.top(), room.bottom() - place.height())))
            place.moveLeft(max(room.left(), min(place.left(), room.right() - place.width())))
            self.move(place.topLeft())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = _SCROLLS.get(event.key())
        if action is not None:
            self._area.verticalScrollBar().triggerAction(action)
        else:
            super().keyPressEvent(event)


class _Content(QWidget):
    """What scrolls: as high as its words need at its width, not as they would need in a narrow column."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)
