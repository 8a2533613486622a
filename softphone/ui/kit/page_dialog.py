"""A dialog of a page that scrolls, a note, and buttons that stay in sight. Show it with `open()`.

The keys that scroll work wherever the keyboard is: a page of words has nothing else to stop at.
"""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractSlider, QDialog, QWidget

from softphone.i18n import tr
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, FlowLayout, ScrollArea, in_column
from softphone.ui.kit.text import Text, TextStyle, announce, breakable
from softphone.ui.placement import give_size

MINIMUM_SIZE = (320, 220)

_MARGIN = 20
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
    """What it shows goes into `page`; the last button added has the keyboard at first."""

    def __init__(self, title: str, parent: QWidget, *, name: str, size: tuple[int, int]) -> None:
        super().__init__(title, parent, name=name, size=size)
        self._note = Text(name=f"{name}Note")
        self.page = in_column(spacing=12)
        self._buttons = FlowLayout(side=Qt.AlignmentFlag.AlignRight)
        content = QWidget()
        in_column(
            Text(title, style=TextStyle.PAGE_TITLE),
            self.page,
            1,
            of=content,
            margins=(_MARGIN, _MARGIN - 2, _MARGIN, 8),
            spacing=12,
        )
        self._area = ScrollArea(content)
        foot = in_column(
            self._note,
            self._buttons,
            margins=(_MARGIN, 12, _MARGIN, _MARGIN),
            spacing=8,
        )
        in_column((self._area, 1), foot, of=self, margins=NO_MARGINS, spacing=0)

    def add_button(self, button: Button) -> None:
        """Put a button into the foot, beside the ones that are there."""
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
        self._area.ensureWidgetVisible(widget, 0, _MARGIN)

    def take_focus(self) -> None:
        """Give the keyboard to the last button, unless something in sight has it."""
        focused = self.focusWidget()
        if not (self.isAncestorOf(focused) and focused.isVisible() and focused.isEnabled()):
            self._focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = _SCROLLS.get(event.key())
        if action is not None:
            self._area.verticalScrollBar().triggerAction(action)
        else:
            super().keyPressEvent(event)
