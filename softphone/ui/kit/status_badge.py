"""A status badge: shape and words on a tinted pill, or the shape alone in two sizes (interface.md#badges).

Round the shape stands the proof of life: a ring that drains from one proof to the end of its window. A notch
shows where the next check is due: the ring refills when it gets there, or drains on and the badge leaves
green (interface.md#proof-ring).
"""

from collections.abc import Iterator

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QWidget

from softphone.i18n import tr
from softphone.ui.kit.painting import GRID, paint_ground, paint_shape, smooth
from softphone.ui.kit.text import tooltip
from softphone.ui.kit.theme import motion, resized, tokens
from softphone.wording.presentation import BUSY_SHAPES, Badge, Proof, Shape, Tone

REFILL_FRAMES = 8

# On the grid of the shapes, whose outermost point is 16 from the middle.
_RADIUS = 21.0
_WIDTH = 3.2
_REACH = 24.0
# Parts of the ring, against the clock from its top.
_NOTCH = 16 / 360
_CORNER = (209 / 360, 241 / 360)  # the backup's square stands out there
_TRACK_OPACITY = 0.25


class ProofRing(QWidget):
    """The ring round a shape of `size_px`; it draws nothing while nothing is proven."""

    def __init__(self, size_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = size_px / GRID
        self._proof: Proof | None = None
        self._shape = Shape.DISC_CHECK
        self._tone = Tone.GOOD
        self._drawn = 0.0  # the part that is painted: behind the proof while the ring refills
        self._step = 0.0
        self._frame = QTimer(self, interval=FRAME_MS)
        self._frame.timeout.connect(self._refill)
        self.reach_px = round(_REACH * self._scale - size_px / 2)  # beyond the shape
        self.setFixedSize(size_px + 2 * self.reach_px, size_px + 2 * self.reach_px)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def drawn(self) -> float | None:
        """The part of the ring that is painted, 0..1; None: there is no ring."""
        return None if self._proof is None else self._drawn

    @property
    def refills(self) -> bool:
        """The ring is moving now."""
        return self._frame.isActive()

    def show_proof(self, proof: Proof | None, shape: Shape, tone: Tone) -> None:
        """Show what is left of a proof, round this shape and in this tone."""
        if (proof, shape, tone) == (self._proof, self._shape, self._tone):
            return
        grows = proof is not None and self._proof is not None and proof.left > self._drawn
        self._proof, self._shape, self._tone = proof, shape, tone
        left = 0.0 if proof is None else proof.left
        if grows and self.isVisible() and not motion.is_reduced(self):
            self._step = (left - self._drawn) / REFILL_FRAMES
            self._frame.start()
        elif not grows or not self._frame.isActive():
            self._settle()
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._settle()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._proof is None:
            return
        painter = smooth(self)
        painter.translate(QRectF(self.rect()).center())
        painter.scale(self._scale, self._scale)
        ink = tokens(self.palette()).ink(self._tone)
        self._paint_part(painter, ink, 0.0, self._drawn)
        ink.setAlphaF(_TRACK_OPACITY)
        self._paint_part(painter, ink, self._drawn, 1.0)

    def _paint_part(self, painter: QPainter, ink: QColor, begin: float, end: float) -> None:
        painter.setPen(QPen(ink, _WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        where = QRectF(-_RADIUS, -_RADIUS, 2 * _RADIUS, 2 * _RADIUS)
        for first, last in _without(self._gaps(), begin, end):
            painter.drawArc(where, round((90 + first * 360) * 16), round((last - first) * 360 * 16))

    def _gaps(self) -> list[tuple[float, float]]:
        gaps = []
        if self._proof is not None and self._proof.check is not None:
            gaps.append((self._proof.check - _NOTCH / 2, self._proof.check + _NOTCH / 2))
        if self._shape is Shape.DISC_BACKUP:
            gaps.append(_CORNER)
        return sorted(gaps)

    def _refill(self) -> None:
        target = 0.0 if self._proof is None else self._proof.left
        self._drawn += self._step
        if self._drawn >= target:
            self._settle()
        self.update()

    def _settle(self) -> None:
        self._frame.stop()
        self._drawn = 0.0 if self._proof is None else self._proof.left


def _without(gaps: list[tuple[float, float]], begin: float, end: float) -> Iterator[tuple[float, float]]:
    """Yield what is left from `begin` to `end` outside the gaps, which are in order."""
    for first, last in gaps:
        if begin < min(first, end):
            yield begin, min(first, end)
        begin = max(begin, last)
    if begin < end:
        yield begin, end


TURN_MS = 1200  # one turn of a busy arc
FRAME_MS = 40

_PILL_HEIGHT = 28
_PILL_MARGIN = 10
_SHAPE_SIZE = 16
_LAID_OUT_BY = frozenset(
    {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange, QEvent.Type.LayoutDirectionChange}
)
_GAP = 8  # the ring of the proof reaches into it and into the margin


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
        self._tone = tone
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
        if (shape, tone) != (self._shape, self._tone):
            self._shape, self._tone = shape, tone
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
        paint_shape(painter, QRectF(self.rect()), self._shape, tokens(self.palette()).ink(self._tone), turned)

    def _turn_if_wanted(self) -> None:
        if self._shape in BUSY_SHAPES and self.isVisible() and not motion.is_reduced(self):
            if not self._frame.isActive():
                self._clock.start()
                self._frame.start()
        else:
            self._frame.stop()


class StatusBadge(QLabel):  # a label to a screen reader; it paints itself
    """The pill. Its accessible name is `<line>: <words>`; the tooltip explains."""

    def __init__(self, line_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBadge")
        self._line_name = line_name
        self._badge: Badge | None = None
        self._ring = ProofRing(_SHAPE_SIZE, self)
        self._shape = StatusShape(_SHAPE_SIZE, parent=self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """What it says."""
        return "" if self._badge is None else self._badge.words

    @property
    def shape(self) -> StatusShape:
        """The drawn part."""
        return self._shape

    @property
    def ring(self) -> ProofRing:
        """What is left of the proof."""
        return self._ring

    def show_badge(self, badge: Badge, proof: Proof | None = None) -> None:
        """Show this badge and its proof; nothing is laid out again unless its width changes."""
        self._ring.show_proof(proof, badge.shape, badge.tone)
        if badge == self._badge:
            return
        self._badge = badge
        self.setToolTip(tooltip(badge.tooltip))
        self.setAccessibleName(tr("{line}: {state}", line=self._line_name, state=badge.words))
        self._shape.show_shape(badge.shape, badge.tone)
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:
        # All digits count as the widest, so that a ticking countdown does not move its neighbours.
        steady = "".join("0" if letter.isdigit() else letter for letter in self.words)
        metrics = QFontMetricsF(self._words_font())
        width = 2 * _PILL_MARGIN + _SHAPE_SIZE + _GAP + metrics.horizontalAdvance(steady) + 1
        return QSize(round(width), max(_PILL_HEIGHT, round(metrics.height()) + 10))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LAID_OUT_BY:
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._badge is None:
            return
        colours = tokens(self.palette())
        painter = smooth(self)
        paint_ground(painter, QRectF(self.rect()), self.height() / 2, colours.tint(self._badge.tone))
        painter.setPen(colours.ink(self._badge.tone))
        painter.setFont(self._words_font())
        words = self.rect().adjusted(_PILL_MARGIN + _SHAPE_SIZE + _GAP, 0, -_PILL_MARGIN + 1, -1)
        words = QStyle.visualRect(self.layoutDirection(), self.rect(), words)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(words, flags, self._badge.words)

    def _words_font(self) -> QFont:
        return resized(self.font(), 1.0, QFont.Weight.DemiBold)

    def _fit(self) -> None:
        size = self.sizeHint()
        if size != self.size():
            self.setFixedSize(size)
        top = (size.height() - _SHAPE_SIZE) // 2
        place = QRect(_PILL_MARGIN, top, _SHAPE_SIZE, _SHAPE_SIZE)
        place = QStyle.visualRect(self.layoutDirection(), QRect(QPoint(), size), place)
        self._shape.move(place.topLeft())
        reach = self._ring.reach_px
        self._ring.move(place.left() - reach, place.top() - reach)
