"""Fields that a person types in or chooses from, with an edge and a focus ring that are seen in every theme.

Fusion draws edges darker than the window, which in the dark are gone.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QSlider,
    QWidget,
)

from softphone.ui.kit.button import FACE_HEIGHT, RING_ROOM, Button
from softphone.ui.kit.layout import in_column
from softphone.ui.kit.painting import paint_ring, smooth
from softphone.ui.kit.theme import tokens

_RADIUS = 6.0
_TICK = 18.0
_TEXT_MARGIN = 5


class Outlined(QWidget):
    """Controls one below the other, each with its edge and its ring; the first one has the keyboard."""

    def __init__(self, *controls: QWidget) -> None:
        super().__init__()
        self.controls: list[QWidget] = []  # in the order of the Tab key
        self._column = in_column(of=self, margins=4 * (RING_ROOM,), spacing=2 * RING_ROOM)
        for control in controls:
            self.outline(control)

    def outline(self, control: QWidget) -> None:
        """Take a control in."""
        self.controls.append(control)
        if isinstance(control, QLineEdit | QAbstractSpinBox | QComboBox):
            control.setFrame(False)
        line = control.lineEdit() if isinstance(control, QAbstractSpinBox) else control
        if isinstance(line, QLineEdit):
            line.setTextMargins(_TEXT_MARGIN, 0, _TEXT_MARGIN, 0)
        control.setMinimumHeight(FACE_HEIGHT)
        control.installEventFilter(self)
        narrow = isinstance(control, QAbstractButton)
        self._column.addWidget(control, 0, Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag(0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Give the keyboard to the first control. A focus proxy would be one more Tab stop."""
        self.controls[0].setFocus(event.reason())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = smooth(self)
        for control in self.controls:
            face = QRectF(control.geometry())
            if not control.isVisible() or isinstance(control, Button):
                continue  # a button paints its own
            if not isinstance(control, Tick | QSlider):  # they have an edge of their own
                painter.setPen(QPen(QColor(colours.border if control.isEnabled() else colours.subtle), 1))
                painter.drawRoundedRect(face.adjusted(-0.5, -0.5, 0.5, 0.5), 2, 2)
            if control.hasFocus():
                room = RING_ROOM
                paint_ring(painter, face.adjusted(-room, -room, room, room), _RADIUS, colours.accent)


def labelled_field(name: str, label: str) -> QLineEdit:
    """Return a field for text that says what belongs in it."""
    field = QLineEdit()
    field.setObjectName(name)
    field.setAccessibleName(label)
    field.setPlaceholderText(label)
    return field


def hide_what_is_typed(field: QLineEdit) -> None:
    """Show dots, and have no keyboard on the screen learn what is typed."""
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)


class Tick(QCheckBox):
    """A box to tick, painted from the palette; all of it may be pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedSize(FACE_HEIGHT, FACE_HEIGHT)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def sizeHint(self) -> QSize:
        return QSize(FACE_HEIGHT, FACE_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = smooth(self)
        box = QRectF(0, 0, _TICK, _TICK)
        box.moveCenter(QRectF(self.rect()).center())
        on = self.isChecked()
        lit = self.isEnabled() and (on or self.underMouse())
        edge = colours.accent if lit else colours.border
        painter.setPen(QPen(QColor(edge), 1.5))
        painter.setBrush(QColor(edge if on else colours.card))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            painter.setPen(QPen(QColor(colours.on_accent), 2.2))
            middle = box.center()
            painter.drawPolyline(
                [middle + QPointF(-4.5, 0.2), middle + QPointF(-1.3, 3.4), middle + QPointF(4.8, -3.2)]
            )
