"""A chip: one of the filters above a list, with its shape, word and how many it lets through."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QWidget

from softphone.i18n import tr
from softphone.ui.kit.button import LOW_HEIGHT
from softphone.ui.kit.painting import paint_ground, paint_shape, smooth
from softphone.ui.kit.text import TextStyle, styled
from softphone.ui.kit.theme import tokens
from softphone.wording.presentation import Shape, Tone

_MARGIN = 12
_SHAPE_SIZE = 14
_GAP = 6


class Chip(QAbstractButton):
    """28 high, chosen or not; hidden while its count is 0. The one that lets all through has no shape."""

    def __init__(
        self,
        shape: Shape | None,
        tone: Tone,
        word: str,
        does: Callable[[bool], object] | None = None,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shape = shape
        self._tone = tone
        self._count = -1
        self._quiet = False
        self.setText(word)
        self.setFont(styled(self.font(), TextStyle.SMALL))
        self.setObjectName(name)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ring", LOW_HEIGHT / 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if does is not None:
            self.clicked.connect(does)
        self.hide()

    def set_quiet(self, *, quiet: bool) -> None:
        """Show the shape without its tone, or with it."""
        if quiet is not self._quiet:
            self._quiet = quiet
            self.update()

    @property
    def count(self) -> int:
        """How many it lets through."""
        return max(0, self._count)

    def set_count(self, count: int) -> None:
        """Say how many it lets through; with none it hides."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(tr("{word}, {n}", word=self.text(), n=count))
            self.setVisible(count > 0)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        shape = 0 if self._shape is None else _SHAPE_SIZE + _GAP
        words = metrics.horizontalAdvance(self.text()) + _GAP + metrics.horizontalAdvance(str(self.count))
        return QSize(round(2 * _MARGIN + shape + words) + 1, max(LOW_HEIGHT, round(metrics.height()) + 8))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = smooth(self)
        whole, radius = QRectF(self.rect()), self.height() / 2
        lit, down = self.underMouse(), self.isDown()
        if self.isChecked():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(QColor(colours.selected))
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
        else:
            fill = colours.pressed if down else colours.hover if lit else colours.card
            paint_ground(painter, whole, radius, fill, colours.subtle)
        left = float(_MARGIN)
        if self._shape is not None:
            tone = Tone.NEUTRAL if self._quiet else self._tone
            box = QRectF(left, (self.height() - _SHAPE_SIZE) / 2, _SHAPE_SIZE, _SHAPE_SIZE)
            paint_shape(painter, self._mirrored(box), self._shape, colours.ink(tone))
            left += _SHAPE_SIZE + _GAP
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter
        for words, ink in ((self.text(), colours.text), (str(self.count), colours.secondary)):
            width = QFontMetricsF(self.font()).horizontalAdvance(words) + 1
            painter.setPen(QColor(ink))
            painter.drawText(self._mirrored(QRectF(left, 0, width, self.height())), flags, words)
            left += width - 1 + _GAP

    def _mirrored(self, place: QRectF) -> QRectF:
        whole = self.rect()
        return (
            QRectF(QStyle.visualRect(self.layoutDirection(), whole, place.toRect()))
            if (self.layoutDirection() is Qt.LayoutDirection.RightToLeft)
            else place
        )
