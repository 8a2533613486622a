"""Fields that a person types in or chooses from, one below the other."""

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QWidget

from softphone.ui.kit.button import CONTROL_HEIGHT
from softphone.ui.kit.layout import NO_MARGINS, in_column


class Outlined(QWidget):
    """Controls one below the other; the first one has the keyboard."""

    def __init__(self, *controls: QWidget) -> None:
        super().__init__()
        self.controls: list[QWidget] = []  # in the order of the Tab key
        self._column = in_column(of=self, margins=NO_MARGINS, spacing=8)
        for control in controls:
            self.outline(control)

    def outline(self, control: QWidget) -> None:
        """Take a control in."""
        self.controls.append(control)
        narrow = isinstance(control, QAbstractButton)
        self._column.addWidget(control, 0, Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag(0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Give the keyboard to the first control. A focus proxy would be one more Tab stop."""
        self.controls[0].setFocus(event.reason())


class Tick(QCheckBox):
    """A box to tick without words; all of its square may be pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(CONTROL_HEIGHT, CONTROL_HEIGHT)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def sizeHint(self) -> QSize:
        return QSize(CONTROL_HEIGHT, CONTROL_HEIGHT)
