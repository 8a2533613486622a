"""Proof of life: a ring round a badge's shape that drains from one proof to the end of its window.

A notch shows where the next check is due: the ring refills when it gets there, or drains on and the badge
leaves green (interface.md#proof-ring).
"""

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from softphone.ui.kit.motion import motion
from softphone.ui.kit.status_shapes import GRID
from softphone.ui.kit.theme import tokens
from softphone.wording.presentation import Shape, Tone
from softphone.wording.proof import Proof

FRAME_MS = 40
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
        self._frame = QTimer(self)
        self._frame.setInterval(FRAME_MS)
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
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
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
