"""How a line stands, drawn: a pill with shape and word, or a large shape and a word (interface.md#badges).

Round the large shape stands the proof of life: a ring that drains from one proof to the end of its window
(interface.md#proof-ring).
"""

from enum import Enum

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHideEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QWidget

from softphone.i18n import tr
from softphone.ui.kit.painting import GRID, paint_ground, paint_shape, smooth
from softphone.ui.kit.text import TextStyle, styled, tooltip
from softphone.ui.kit.theme import ToneFade, mixed, motion, tokens
from softphone.wording.presentation import BUSY_SHAPES, Shape, Tone

_TRACK_SHARE = 0.22  # of ink, on the ground of the stage
_NOTCH = 18.2  # on the grid of the shapes: right of it and below, the backup's square stands alone


class ProofRing(QWidget):
    """The ring round a shape of `size_px`; it draws nothing while nothing is proven."""

    def __init__(self, size_px: int, width_px: float, gap_px: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size_px = size_px
        self._width_px = width_px
        self._proof: float | None = None
        self._shape = Shape.DISC_CHECK
        self._tone = Tone.GOOD
        self.reach_px: int = round(width_px + gap_px)  # beyond the shape
        self.setFixedSize(size_px + 2 * self.reach_px, size_px + 2 * self.reach_px)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def drawn(self) -> float | None:
        """The bright part of the ring, 0..1, all of it with reduced motion; None: there is no ring."""
        if self._proof is None:
            return None
        return 1.0 if motion.is_reduced(self) else self._proof

    def show_proof(self, proof: float | None, shape: Shape, tone: Tone) -> None:
        """Show what is left of a proof, round this shape and in this tone."""
        if (proof, shape, tone) != (self._proof, self._shape, self._tone):
            self._proof, self._shape, self._tone = proof, shape, tone
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        bright = self.drawn
        if bright is not None:
            self._paint(smooth(self), bright)

    def _paint(self, painter: QPainter, bright: float) -> None:
        if self._shape is Shape.DISC_BACKUP:
            painter.setClipPath(self._without_notch())
        colours = tokens(self.palette())
        ink = colours.ink(self._tone)
        # Not translucent: that takes Qt five times as long, and wakes threads of its own, with every tick.
        track = mixed(colours.tint(self._tone), ink, _TRACK_SHARE)
        half = self._width_px / 2
        where = QRectF(self.rect()).adjusted(half, half, -half, -half)
        for part, colour in ((1.0, track), (bright, ink)):
            painter.setPen(QPen(colour, self._width_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            if span := round(part * 360 * 16):  # none at all would be painted as a whole turn
                painter.drawArc(where, 90 * 16, -span)  # with the clock, from the top

    def _without_notch(self) -> QPainterPath:
        corner = self.reach_px + _NOTCH * self._size_px / GRID
        whole, notch = QPainterPath(), QPainterPath()
        whole.addRect(QRectF(self.rect()))
        notch.addRect(QRectF(QPointF(corner, corner), QPointF(self.width(), self.height())))
        return whole.subtracted(notch)


TURN_MS = 1200  # one turn of a busy arc
FRAME_MS = 40


class StatusShape(QWidget):
    """The shape alone; it turns while it is busy, visible and motion is wanted."""

    def __init__(
        self,
        size: int,
        shape: Shape = Shape.RING,
        tone: Tone = Tone.NEUTRAL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shape = shape
        self._tone = ToneFade(self, tone)
        self._clock = QElapsedTimer()
        self._frame = QTimer(self, interval=FRAME_MS)
        self._frame.timeout.connect(self.update)
        motion.changed.connect(self._turn_if_wanted)
        self.setFixedSize(size, size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def turns(self) -> bool:
        """The arc is moving now."""
        return self._frame.isActive()

    def show_shape(self, shape: Shape, tone: Tone) -> None:
        """Show this shape in this tone."""
        self._tone.become(tone)
        if shape is not self._shape:
            self._shape = shape
            self._turn_if_wanted()
            self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._turn_if_wanted()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._frame.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Another style may want less motion."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._turn_if_wanted()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        turned = self._clock.elapsed() % TURN_MS / TURN_MS * 360 if self.turns else 0.0
        painter = QPainter(self)
        paint_shape(painter, QRectF(self.rect()), self._shape, self._tone.ink, turned)

    def _turn_if_wanted(self) -> None:
        if self._shape in BUSY_SHAPES and self.isVisible() and not motion.is_reduced(self):
            if not self._frame.isActive():
                self._clock.start()
                self._frame.start()
        else:
            self._frame.stop()


class StageSize(Enum):
    """How large a stage's shape is: pixels alone and inside a ring, the ring's width and its gap."""

    HERO = (80, 72, 3.0, 6.0)
    CARD = (40, 36, 2.5, 4.0)  # and whatever lies flat
    FLAT = CARD


class StatusStage(QWidget):
    """The large shape of a hero or card, in a ring while something is proven. Its size never changes."""

    def __init__(self, size: StageSize = StageSize.HERO, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        alone, inside, width, gap = size.value
        self._alone = StatusShape(alone, parent=self)
        self._inside = StatusShape(inside, parent=self)
        self._ring = ProofRing(inside, width, gap, self)
        room = max(alone, self._ring.width())
        self.setFixedSize(room, room)
        for part in (self._alone, self._inside, self._ring):
            part.move((room - part.width()) // 2, (room - part.height()) // 2)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def shape(self) -> StatusShape:
        """The shape that is shown."""
        return self._alone if self._ring.drawn is None else self._inside

    @property
    def ring(self) -> ProofRing:
        """What is left of the proof."""
        return self._ring

    def show_state(self, shape: Shape, tone: Tone, proof: float | None = None) -> None:
        """Show this shape in this tone, and what is left of the proof."""
        self._ring.show_proof(proof, shape, tone)
        for part in (self._alone, self._inside):
            part.setVisible(part is self.shape)
            part.show_shape(shape, tone)


class BadgeLook(Enum):
    """How a badge looks."""

    PILL = "pill"
    WORD = "word"  # larger, without ground and shape: a stage stands beside or above it


_PILL_HEIGHT = 26
_PILL_LEFT, _PILL_RIGHT = 8, 10
_SHAPE_SIZE = 14
_LINE_HEIGHT = 18  # of words beside a shape of that size
_GAP = 6
_TAG_GAP = 8
_TAG_HEIGHT = 16
_TAG_MARGIN = 6
_LAID_OUT_BY = frozenset(
    {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange, QEvent.Type.LayoutDirectionChange}
)


class StatusBadge(QLabel):  # a label to a screen reader; it paints itself
    """The state in a word, as "Registered", and at times a tag, as "backup".

    Its accessible name is `<line>: <word> · <tag>`; the tooltip explains.
    """

    def __init__(
        self, line_name: str, parent: QWidget | None = None, *, look: BadgeLook = BadgeLook.PILL
    ) -> None:
        super().__init__(parent)
        self.setObjectName("statusBadge")
        self._line_name = line_name
        self._look = look
        self._words = ""
        self._tag = ""
        self._tone = ToneFade(self, Tone.NEUTRAL)
        self._shape = StatusShape(_SHAPE_SIZE, parent=self)
        self._shape.setVisible(look is BadgeLook.PILL)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """What it says, without the tag."""
        return self._words

    @property
    def tag(self) -> str:
        """What the tag says, empty without one."""
        return self._tag

    @property
    def shape(self) -> StatusShape:
        """The drawn part."""
        return self._shape

    def show_state(self, words: str, shape: Shape, tone: Tone, *, tag: str = "", explained: str = "") -> None:
        """Show a state; nothing is laid out again unless its width changes. `explained` is the tooltip."""
        self.setToolTip(tooltip(explained))
        self._shape.show_shape(shape, tone)
        self._tone.become(tone)
        if (words, tag) == (self._words, self._tag):
            return
        self._words, self._tag = words, tag
        state = f"{words} · {tag}" if tag else words
        self.setAccessibleName(tr("{line}: {state}", line=self._line_name, state=state))
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:
        # All digits count as the widest, so that a ticking countdown does not move its neighbours.
        steady = "".join("0" if letter.isdigit() else letter for letter in self._words)
        metrics = QFontMetricsF(self._words_font())
        width = self._words_left() + metrics.horizontalAdvance(steady) + self._right() + 1
        if self._tag:
            width += self._tag_width() + _TAG_GAP
        least = _PILL_HEIGHT if self._look is BadgeLook.PILL else 0
        return QSize(round(width), max(least, round(metrics.height()) + (8 if least else 0)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LAID_OUT_BY:
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self._words:
            return
        ink = self._tone.ink
        painter = smooth(self)
        if self._look is BadgeLook.PILL:
            paint_ground(painter, QRectF(self.rect()), self.height() / 2, self._tone.tint)
        painter.setPen(ink)
        painter.setFont(self._words_font())
        words = self.rect().adjusted(self._words_left(), 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(QStyle.visualRect(self.layoutDirection(), self.rect(), words), flags, self._words)
        if self._tag:
            self._paint_tag(painter, ink)

    def _paint_tag(self, painter: QPainter, ink: QColor) -> None:
        height = max(_TAG_HEIGHT, QFontMetricsF(self._tag_font()).height() + 1)
        width = self._tag_width()
        place = QRectF(self.width() - self._right() - width, (self.height() - height) / 2, width, height)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            place.moveLeft(self._right())
        painter.setPen(QPen(ink, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(self._tag_font())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._tag)

    def _right(self) -> int:
        if self._look is BadgeLook.WORD:
            return 0
        return _PILL_LEFT if self._tag else _PILL_RIGHT

    def _words_left(self) -> int:
        return _PILL_LEFT + self._shape_px() + _GAP if self._look is BadgeLook.PILL else 0

    def _words_font(self) -> QFont:
        style = TextStyle.SMALL if self._look is BadgeLook.PILL else TextStyle.WORD
        return styled(self.font(), style, bold=True)

    def _tag_font(self) -> QFont:
        return styled(self.font(), TextStyle.TICK, bold=True)

    def _tag_width(self) -> float:
        return QFontMetricsF(self._tag_font()).horizontalAdvance(self._tag) + 2 * _TAG_MARGIN

    def _shape_px(self) -> int:
        """As large as the words."""
        height = QFontMetricsF(self._words_font()).height()
        return max(_SHAPE_SIZE, round(height * _SHAPE_SIZE / _LINE_HEIGHT))

    def _fit(self) -> None:
        size, side = self.sizeHint(), self._shape_px()
        if size != self.size():
            self.setFixedSize(size)
        place = QRect(_PILL_LEFT, (size.height() - side) // 2, side, side)
        place = QStyle.visualRect(self.layoutDirection(), QRect(QPoint(), size), place)
        self._shape.setFixedSize(place.size())
        self._shape.move(place.topLeft())
