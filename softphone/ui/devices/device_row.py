"""One device to choose: a radio button of two lines, painted from the palette."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from softphone.ui.kit.button import RING_ROOM
from softphone.ui.kit.layout import in_column
from softphone.ui.kit.painting import paint_ground, smooth
from softphone.ui.kit.text import Text, breakable
from softphone.ui.kit.theme import tokens
from softphone.wording.device_words import DeviceChoice

PADDING = 8  # inside the focus ring

_CIRCLE = 16.0
_GAP = 10
_RADIUS = 6.0


class DeviceRow(QRadioButton):
    """A device. Arrow keys and Space choose it; Enter belongs to the dialog's button."""

    def __init__(self, choice: DeviceChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self._name = Text()
        self._notes = Text(secondary=True, factor=0.95)
        self.setObjectName("deviceRow")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        edge = RING_ROOM + PADDING
        in_column(
            self._name,
            self._notes,
            of=self,
            margins=(edge + round(_CIRCLE) + _GAP, edge - 2, edge, edge - 2),
            spacing=1,
        )
        for label in (self._name, self._notes):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.show_choice(choice)

    def show_choice(self, choice: DeviceChoice) -> None:
        """Show the same device with other words: time has passed."""
        self.choice = choice
        self._name.say(breakable(choice.name))
        self._notes.say(choice.notes)
        if choice.spoken != self.accessibleName():
            self.setAccessibleName(choice.spoken)
            self.setToolTip(choice.seen_at)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return super().sizeHint() if layout is None else layout.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return super().minimumSizeHint() if layout is None else layout.totalMinimumSize()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = smooth(self)
        whole = QRectF(self.rect())
        face = whole.adjusted(RING_ROOM, RING_ROOM, -RING_ROOM, -RING_ROOM)
        if self.isChecked():
            paint_ground(painter, face, _RADIUS, colours.hover)
        self._paint_circle(painter, QPointF(face.left() + PADDING + _CIRCLE / 2, self._middle_of_name()))

    def _paint_circle(self, painter: QPainter, middle: QPointF) -> None:
        colours = tokens(self.palette())
        edge = QColor(colours.accent if self.isChecked() or self.underMouse() else colours.border)
        painter.setPen(QPen(edge, 2 if self.isChecked() else 1.5))
        painter.setBrush(QColor(colours.card))
        painter.drawEllipse(middle, _CIRCLE / 2 - 1, _CIRCLE / 2 - 1)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(middle, _CIRCLE / 4, _CIRCLE / 4)

    def _middle_of_name(self) -> float:
        return self._name.y() + self._name.fontMetrics().height() / 2
