"""One device to choose: a radio button of two lines, painted from the palette."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QRadioButton, QSizePolicy, QWidget

from softphone.ui.kit.layout import in_column
from softphone.ui.kit.painting import paint_ground, smooth
from softphone.ui.kit.text import Text, TextStyle, breakable
from softphone.ui.kit.theme import Tokens, tokens
from softphone.wording.device_words import DeviceChoice

HEIGHT_PX = 48

_CIRCLE = 18.0
_LEFT = 12
_RADIUS = 8.0
_NARROW_LETTERS = 14  # of a name in the narrowest window


class DeviceRow(QRadioButton):
    """A device. Arrow keys and Space choose it; Enter belongs to the dialog's button."""

    def __init__(self, choice: DeviceChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice: DeviceChoice = choice
        self._name = Text(bold=True)
        self._notes = Text(style=TextStyle.SMALL, secondary=True)
        self.setObjectName("deviceRow")
        self.setProperty("ring", _RADIUS)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(HEIGHT_PX)
        margins = (_LEFT + round(_CIRCLE) + 10, 7, _LEFT, 7)
        in_column(self._name, self._notes, of=self, margins=margins, spacing=0)
        for label in (self._name, self._notes):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.show_choice(choice)

    def show_choice(self, choice: DeviceChoice) -> None:
        """Show the same device with other words: time has passed."""
        self.choice = choice
        self._name.say(breakable(choice.name, _NARROW_LETTERS))
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
        colours = tokens(QApplication.palette())  # the style sheet has its way with our own
        painter = smooth(self)
        face = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked():
            paint_ground(painter, face, _RADIUS, colours.selected, colours.accent)
        else:
            ground = colours.hover if self.underMouse() else colours.card
            paint_ground(painter, face, _RADIUS, ground, colours.subtle)
        self._paint_circle(painter, colours)

    def _paint_circle(self, painter: QPainter, colours: Tokens) -> None:
        from_left = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
        along = _LEFT + _CIRCLE / 2
        middle = QPointF(along if from_left else self.width() - along, self.height() / 2)
        on = self.isChecked()
        painter.setPen(QPen(QColor(colours.accent if on else colours.border), 1.0))
        painter.setBrush(QColor(colours.accent if on else colours.card))
        painter.drawEllipse(middle, _CIRCLE / 2 - 0.5, _CIRCLE / 2 - 0.5)
        if on:
            painter.setBrush(QColor(colours.on_accent))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(middle, 3.5, 3.5)
