"""A switch: something that is on or off at once, painted."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from softphone.ui.kit.painting import smooth
from softphone.ui.kit.theme import tokens

_WIDTH, _HEIGHT = 36, 20
_DOT_OFF, _DOT_ON = 10.0, 14.0


class Switch(QAbstractButton):
    """36x20. `does` is told whether it is on whenever a person turned it over."""

    def __init__(
        self,
        does: Callable[[bool], object] | None = None,
        *,
        on: bool = False,
        name: str = "",
        spoken: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ring", _HEIGHT / 2)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setCheckable(True)
        self.setChecked(on)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(_WIDTH, _HEIGHT)
        if does is not None:
            self.clicked.connect(does)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = smooth(self)
        lit = self.underMouse() or self.isDown()
        if not self.isEnabled():
            ground, edge, dot = colours.hover, colours.subtle, colours.disabled
            if self.isChecked():
                ground, edge, dot = colours.disabled, colours.disabled, colours.card
        elif self.isChecked():
            ground = edge = colours.accent_hover if lit else colours.accent
            dot = colours.on_accent
        else:
            ground, edge, dot = (colours.hover if lit else colours.card), colours.border, colours.border
        painter.setPen(QPen(QColor(edge), 2))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _HEIGHT / 2 - 1, _HEIGHT / 2 - 1)
        on_the_right = self.isChecked() is (self.layoutDirection() is Qt.LayoutDirection.LeftToRight)
        middle = QPointF(_WIDTH - _HEIGHT / 2 if on_the_right else _HEIGHT / 2, _HEIGHT / 2)
        radius = (_DOT_ON if self.isChecked() else _DOT_OFF) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(dot))
        painter.drawEllipse(middle, radius, radius)
