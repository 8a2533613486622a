"""The last checks of a line: a dot for each, an x for a missed one (interface.md#round-trips)."""

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr
from softphone.ui.history.plot import Plot
from softphone.ui.kit.text import announce
from softphone.ui.kit.theme import Tokens, resized
from softphone.wording.plots import CHECKS_SHOWN, NO_CHECKS, TripPlot
from softphone.wording.presentation import Tone

SIZE = QSize(288, 96)

_STRIDE = 10
_DOT_PX = 2.0
_REACH_PX = 3.0  # of an x
_EDGE_PX = 5.0  # room above the highest dot, where the misses stand
_SCALE_GAP_PX = 6.0


class TripChart(Plot):
    """The chart. The newest check is at the right; a dot above the scale lies on its top as a ring."""

    def __init__(
        self, parent: QWidget | None = None, announcer: Callable[[QWidget, str, bool], None] = announce
    ) -> None:
        super().__init__(SIZE, _STRIDE, parent, announcer)
        self.setObjectName("tripChart")
        self._plot: TripPlot | None = None
        self._zone: tzinfo | None = None

    def show_plot(self, line: str, plot: TripPlot | None, zone: tzinfo | None = None) -> None:
        """Show the checks of a line, in the times of a zone (None: the computer's); None: none yet."""
        words = tr(NO_CHECKS) if plot is None else plot.header
        self.describe(tr("Round trips of {line}", line=line), words)
        if (plot, zone) != (self._plot, self._zone):
            self._plot, self._zone = plot, zone
            self.renew()

    def place_count(self) -> int:
        """One for each check."""
        return 0 if self._plot is None else len(self._plot.samples)

    def place_words(self, place: int) -> str:
        """As in `10:14:22 42 ms, mobius-eu.webex.com`."""
        assert self._plot is not None  # noqa: S101 - there are no places without
        return self._plot.words(place, self._zone)

    def place_rect(self, place: int) -> QRectF:
        """The square round a dot."""
        middle = self._middle(place)
        return QRectF(middle.x() - _REACH_PX, middle.y() - _REACH_PX, 2 * _REACH_PX, 2 * _REACH_PX)

    def place_at(self, x: float) -> int | None:
        """The check nearest to a distance from the left."""
        field, count = self._field(), self.place_count()
        if not count or not field.left() <= x <= field.right():
            return None
        return max(0, int((x - field.left()) / (field.width() / CHECKS_SHOWN)) - (CHECKS_SHOWN - count))

    def paint_plot(self, painter: QPainter, colours: Tokens) -> None:
        """Paint scale, lines and dots."""
        if self._plot is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_scale(painter, colours, self._plot)
        for place in self._plot.changes:
            self._paint_change(painter, colours, place)
        for value_ms, style in (
            (self._plot.p50_ms, Qt.PenStyle.SolidLine),
            (self._plot.p95_ms, Qt.PenStyle.DashLine),
        ):
            if value_ms is not None:
                painter.setPen(QPen(colours.ink(Tone.NEUTRAL), 1, style))
                self._paint_level(painter, value_ms)
        for place, sample in enumerate(self._plot.samples):
            if sample.round_trip_ms is None:
                self._paint_miss(painter, colours, place)
            else:
                self._paint_dot(painter, colours, place, above=sample.round_trip_ms > self._plot.top_ms)

    def _field(self) -> QRectF:
        scale_px = self.fontMetrics().horizontalAdvance("0000") + _SCALE_GAP_PX
        return self.area.adjusted(scale_px, _EDGE_PX, 0, -_DOT_PX)

    def _y(self, value_ms: float) -> float:
        assert self._plot is not None  # noqa: S101 - nothing is placed without
        field = self._field()
        return field.bottom() - min(1.0, value_ms / self._plot.top_ms) * field.height()

    def _middle(self, place: int) -> QPointF:
        assert self._plot is not None  # noqa: S101 - nothing is placed without
        field = self._field()
        x = field.left() + (place + CHECKS_SHOWN - self.place_count() + 0.5) * field.width() / CHECKS_SHOWN
        trip_ms = self._plot.samples[place].round_trip_ms
        return QPointF(x, field.top() if trip_ms is None else self._y(trip_ms))

    def _paint_scale(self, painter: QPainter, colours: Tokens, plot: TripPlot) -> None:
        field = self._field()
        painter.setFont(resized(self.font(), 0.85))
        height = painter.fontMetrics().height()
        for value_ms in (0.0, plot.top_ms):
            y = self._y(value_ms)
            painter.setPen(QPen(QColor(colours.subtle), 1))
            self._paint_level(painter, value_ms)
            painter.setPen(QColor(colours.secondary))
            top = min(max(y - height / 2, self.area.top()), self.area.bottom() - height)
            where = QRectF(self.area.left(), top, field.left() - self.area.left() - _SCALE_GAP_PX, height)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
            painter.drawText(where, flags | Qt.AlignmentFlag.AlignVCenter, f"{value_ms:.0f}")

    def _paint_level(self, painter: QPainter, value_ms: float) -> None:
        y = round(self._y(value_ms)) + 0.5
        painter.drawLine(QPointF(self._field().left(), y), QPointF(self._field().right(), y))

    def _paint_change(self, painter: QPainter, colours: Tokens, place: int) -> None:
        x = self._middle(place).x() - self._field().width() / CHECKS_SHOWN / 2
        painter.setPen(QPen(QColor(colours.text), 1))
        painter.drawLine(QPointF(x, self.area.top()), QPointF(x, self.area.bottom()))

    def _paint_miss(self, painter: QPainter, colours: Tokens, place: int) -> None:
        x, y = self._middle(place).toTuple()
        painter.setPen(QPen(colours.ink(Tone.BAD), 1.6))
        for rise in (-_REACH_PX, _REACH_PX):
            painter.drawLine(QPointF(x - _REACH_PX, y - rise), QPointF(x + _REACH_PX, y + rise))

    def _paint_dot(self, painter: QPainter, colours: Tokens, place: int, *, above: bool) -> None:
        ink = colours.ink(Tone.BUSY)
        painter.setPen(QPen(ink, 1.2) if above else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.card) if above else ink)
        painter.drawEllipse(self._middle(place), _DOT_PX + above, _DOT_PX + above)
