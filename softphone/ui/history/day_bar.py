"""The last 24 hours of a line as a bar: fill and pattern tell what was (interface.md#day-bar)."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from softphone.history.intervals import BUCKETS, Interval
from softphone.i18n import clock, tr
from softphone.ui.history.plot import Plot, snapped
from softphone.ui.kit.layout import in_row
from softphone.ui.kit.text import Text, announce
from softphone.ui.kit.theme import Tokens, resized, tokens
from softphone.wording.plots import NO_DAY, DayPlot, Fill, day_plot, fill_of
from softphone.wording.presentation import Tone

ON_CARD = QSize(BUCKETS, 14)
IN_DRAWER = QSize(BUCKETS, 28)
BUCKETS_AN_HOUR = 12

_MARKED_HOURS = 6  # a time stands below the bar this often
_LEAST_PX = 2.0  # a trouble of five minutes is still seen
_HATCH_PX = 4.0
_DOT_PX = 3.0


class DayBar(Plot):
    """The bar; `with_times` puts times of day below it."""

    def __init__(
        self,
        size: QSize = ON_CARD,
        *,
        with_times: bool = False,
        parent: QWidget | None = None,
        announcer: Callable[[QWidget, str, bool], None] = announce,
    ) -> None:
        super().__init__(size, BUCKETS_AN_HOUR, parent, announcer)
        self.setObjectName("dayBar")
        self._with_times = with_times
        self._plot: DayPlot | None = None
        self._zone: tzinfo | None = None
        self._runs: list[tuple[Fill, int, int]] = []  # fill, first place, the place after the last

    def show_plot(self, line: str, plot: DayPlot | None, zone: tzinfo | None = None) -> None:
        """Show the day of a line, in the times of a zone (None: the computer's); None: nothing yet."""
        words = tr(NO_DAY) if plot is None else plot.header
        self.describe(tr("Last 24 hours of {line}", line=line), words)
        if (plot, zone) != (self._plot, self._zone):
            self._plot, self._zone = plot, zone
            self._runs = _runs(plot)
            self.renew()

    def place_count(self) -> int:
        """One for each bucket, none while there is no day."""
        return 0 if self._plot is None else len(self._plot.buckets)

    def place_words(self, place: int) -> str:
        """As in `10:10-10:15 reconnecting, 70 s`."""
        assert self._plot is not None  # noqa: S101 - there are no places without
        return self._plot.words(place, self._zone)

    def place_rect(self, place: int) -> QRectF:
        """The column of a bucket."""
        return self._columns(place, place + 1)

    def place_at(self, x: float) -> int | None:
        """The bucket at a distance from the left."""
        bar = self._bar()
        count = self.place_count()
        if not count or not bar.left() <= x < bar.right():
            return None
        return min(count - 1, int((x - bar.left()) * count / bar.width()))

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(0, self._times_height())

    def paint_plot(self, painter: QPainter, colours: Tokens) -> None:
        """Paint runs of equal buckets, the worst last."""
        bar = self._bar()
        painter.setPen(QPen(QColor(colours.subtle), 1))
        painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
        for fill in Fill:
            columns = [
                self._columns(begin, end, least_px=_LEAST_PX if fill in _TROUBLES else 0.0)
                for each, begin, end in self._runs
                if each is fill
            ]
            if columns:
                _paint(painter, fill, columns, colours)
        if self._with_times:
            self._paint_times(painter, colours)

    def _bar(self) -> QRectF:
        return self.area.adjusted(0, 0, 0, -self._times_height())

    def _times_height(self) -> int:
        return self.fontMetrics().height() if self._with_times else 0

    def _columns(self, begin: int, end: int, least_px: float = 0.0) -> QRectF:
        bar, ratio = self._bar(), self.devicePixelRatioF()
        column_px = bar.width() / max(1, self.place_count())
        left = bar.left() + snapped(begin * column_px, ratio)
        width = max(bar.left() + snapped(end * column_px, ratio) - left, 1 / ratio, least_px)
        return QRectF(min(left, bar.right() - width), bar.top(), width, bar.height())

    def _paint_times(self, painter: QPainter, colours: Tokens) -> None:
        if self._plot is None:
            return
        bar = self._bar()
        painter.setFont(resized(self.font(), 0.85))
        painter.setPen(QColor(colours.secondary))
        for place, bucket in enumerate(self._plot.buckets):
            began = bucket.began.astimezone(self._zone)
            if began.hour % _MARKED_HOURS or began.minute:
                continue
            x = self.place_rect(place).left()
            painter.drawLine(QPointF(x, bar.bottom() + 1), QPointF(x, bar.bottom() + 4))
            words = clock(began)
            half = painter.fontMetrics().horizontalAdvance(words) / 2 + 1
            middle = max(bar.left() + half, min(bar.right() - half, x))
            where = QRectF(middle - half, bar.bottom() + 3, 2 * half, self._times_height())
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, words)


class DayKey(QWidget):
    """One fill as a small square, for the key that stands below a bar."""

    def __init__(self, fill: Fill, side_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fill = fill
        self.setFixedSize(side_px, side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = QPainter(self)
        painter.setPen(QPen(QColor(colours.subtle), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        _paint(painter, self._fill, [QRectF(self.rect()).adjusted(1, 1, -1, -1)], colours)


_TROUBLES = frozenset({Fill.TROUBLE, Fill.DOWN})


def _runs(plot: DayPlot | None) -> list[tuple[Fill, int, int]]:
    runs = []
    place = 0
    fills = () if plot is None else map(fill_of, plot.buckets)
    for each, equal in groupby(fills):
        end = place + len(tuple(equal))
        runs.append((each, place, end))
        place = end
    return runs


def _paint(painter: QPainter, fill: Fill, columns: list[QRectF], colours: Tokens) -> None:
    whole = QPainterPath()
    for column in columns:
        whole.addRect(column)
    match fill:
        case Fill.NONE:
            pass
        case Fill.OFF:
            painter.setPen(QPen(colours.ink(Tone.NEUTRAL), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for column in columns:
                painter.drawRect(column.adjusted(0.5, 0.5, -0.5, -0.5))
        case Fill.UP:
            painter.fillPath(whole, colours.ink(Tone.GOOD))
        case Fill.BACKUP:
            painter.fillPath(whole, colours.ink(Tone.CAUTION))
            _paint_dots(painter, columns, QColor(colours.card))
        case Fill.TROUBLE:
            _paint_hatch(painter, whole, colours, Tone.CAUTION, crossed=False)
        case Fill.DOWN:
            _paint_hatch(painter, whole, colours, Tone.BAD, crossed=True)


def _paint_dots(painter: QPainter, columns: list[QRectF], colour: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for column in columns:
        count = max(1, int(column.width() / (2 * _DOT_PX)))
        size = min(_DOT_PX, column.width())
        for number in range(count):
            x = column.left() + (number + 0.5) * column.width() / count
            painter.drawEllipse(QPointF(x, column.center().y()), size / 2, _DOT_PX / 2)
    painter.restore()


def _paint_hatch(
    painter: QPainter, whole: QPainterPath, colours: Tokens, tone: Tone, *, crossed: bool
) -> None:
    """Hatch all of a fill at once: the lines go on from one column to the next."""
    painter.save()
    painter.fillPath(whole, colours.tint(tone))
    painter.setClipPath(whole)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colours.ink(tone), 1.2))
    bounds = whole.boundingRect()
    lines = QPainterPath()
    x = bounds.left() - bounds.height() - bounds.left() % _HATCH_PX
    while x < bounds.right():
        lines.moveTo(x, bounds.bottom())
        lines.lineTo(x + bounds.height(), bounds.top())
        if crossed:
            lines.moveTo(x, bounds.top())
            lines.lineTo(x + bounds.height(), bounds.bottom())
        x += _HATCH_PX
    painter.drawPath(lines)
    painter.restore()


class DayStrip(QWidget):
    """The strip of one line. Hidden while there is nothing to show."""

    def __init__(self, line: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self.setObjectName("dayStrip")
        self.bar = DayBar()
        self._share = Text(secondary=True, factor=0.95, wraps=False)
        period = Text(tr("24 h"), secondary=True, factor=0.95, wraps=False)
        in_row(period, self.bar, self._share, 1, of=self, margins=(0, 0, 8, 0), spacing=3)
        self.hide()

    def show_intervals(self, intervals: Sequence[Interval]) -> None:
        """Show the states of the last 24 hours, without gaps, oldest first."""
        plot = day_plot(intervals)
        self.bar.show_plot(self._line, plot)
        if plot is not None:
            self._share.say(plot.share)
            self._share.setToolTip(plot.header)
        if self.isHidden() is (plot is not None):
            self.setVisible(plot is not None)
