"""The record of a line as a bar: height tells what was, colour repeats it (interface.md#day-bar)."""

from collections.abc import Callable, Sequence
from datetime import tzinfo

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from softphone.history.intervals import Interval
from softphone.i18n import clock, tr
from softphone.ui.history.plot import RING_ROOM, Plot
from softphone.ui.history.table_dialog import open_table
from softphone.ui.kit.button import LOW_HEIGHT, Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, in_column, in_row, turn
from softphone.ui.kit.text import Text, TextStyle, announce, styled, text_scale
from softphone.ui.kit.theme import Tokens
from softphone.wording.moment import LOCAL
from softphone.wording.plots import COLUMNS, NO_DAY, TICK_GAP_PX, DayPlot, Fill, day_plot, fill_of

HERO_PX, DETAILS_PX = 28, 24  # how high

_STRIDE = 12
_WIDE = 0.58  # of a column's room
_ROUND_PX = 1.5
_TICK_ABOVE_PX = 6
# How high a column stands: a share of the bar, or pixels, which stay what they are.
_HEIGHTS = {Fill.UNCERTAIN: 0.60, Fill.NOT_REACHABLE: 0.28}
_PIXELS = {Fill.OFF: 4.0, Fill.NOT_RUNNING: 2.0}
_CUT = (4.0, 7.0)  # of the backup: from where to where, below its top
_COLOURS = {
    Fill.REACHABLE: "bar_good",
    Fill.BACKUP: "bar_good",
    Fill.UNCERTAIN: "bar_caution",
    Fill.NOT_REACHABLE: "bar_bad",
    Fill.OFF: "bar_off",
    Fill.NOT_RUNNING: "subtle",
}


class DayBar(Plot):
    """The bar with times of day below it. It reaches over its neighbours by the room of the focus ring."""

    def __init__(
        self,
        height: int = HERO_PX,
        parent: QWidget | None = None,
        announcer: Callable[[QWidget, str, bool], None] = announce,
    ) -> None:
        super().__init__(QSize(4 * COLUMNS, height), _STRIDE, parent, announcer)
        self.setObjectName("dayBar")
        self._height = height
        self._plot: DayPlot | None = None
        self._zone: tzinfo = LOCAL
        self._past = False

    def show_plot(self, line: str, plot: DayPlot | None, zone: tzinfo = LOCAL, *, past: bool = False) -> None:
        """Show the record of a line, in the times of a zone; None: there is none. `past`: it ends then."""
        words = tr(NO_DAY) if plot is None else plot.header(zone)
        self.describe(tr("History of {line}", line=line), words)
        if (plot, zone, past) != (self._plot, self._zone, self._past):
            self._plot, self._zone, self._past = plot, zone, past
            self.renew()

    @property
    def end_words(self) -> str:
        """What stands below the end of the record."""
        ended = None if self._plot is None or not self._past else self._plot.ended
        return tr("now") if ended is None else clock(ended.astimezone(self._zone))

    def place_count(self) -> int:
        """One for each column that has begun."""
        return 0 if self._plot is None else len(self._plot.columns)

    def place_words(self, place: int) -> str:
        """As in `10:10-10:15 reconnecting, 1 min 10 s`."""
        assert self._plot is not None  # noqa: S101 - there are no places without
        return self._plot.words(place, self._zone)

    def place_rect(self, place: int) -> QRectF:
        """The room of a column."""
        bar = self._bar()
        room = bar.width() / COLUMNS
        return QRectF(bar.left() + place * room, bar.top(), room, bar.height())

    def place_at(self, x: float) -> int | None:
        """The column at a distance from the left."""
        bar = self._bar()
        place = int((x - bar.left()) * COLUMNS // bar.width())
        return place if 0 <= place < self.place_count() else None

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(0, self._times_height())

    def paint_plot(self, painter: QPainter, colours: Tokens) -> None:
        """Paint the columns, and the times below them."""
        if self._plot is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, column in enumerate(self._plot.columns):
            fill = fill_of(column)
            painter.setBrush(QColor(getattr(colours, _COLOURS[fill])))
            room = self.place_rect(place)
            for piece in _pieces(fill, QRectF(room.left(), room.top(), room.width() * _WIDE, room.height())):
                painter.drawRoundedRect(piece, _ROUND_PX, _ROUND_PX)
        painter.setPen(QColor(colours.secondary))
        self._paint_times(painter, self._plot)

    def _bar(self) -> QRectF:
        return self.area.adjusted(0, 0, 0, -self._times_height())

    def _times_height(self) -> int:
        return _TICK_ABOVE_PX + round(self.fontMetrics().height() * 14 / 18)

    def _paint_times(self, painter: QPainter, plot: DayPlot) -> None:
        bar = self._bar()
        painter.setFont(styled(self.font(), TextStyle.TICK))
        metrics, scale = painter.fontMetrics(), text_scale(self.font())

        def put(words: str, middle: float) -> None:
            half = metrics.horizontalAdvance(words) / 2
            middle = max(bar.left() + half, min(bar.right() - half, middle))
            where = QRectF(middle - half, bar.bottom() + _TICK_ABOVE_PX, 2 * half, bar.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)

        put(clock(plot.began.astimezone(self._zone)), bar.left())
        for place, words in plot.ticks(bar.width(), self._zone, scale=scale):
            put(words, bar.left() + place * bar.width())
        now_px = (plot.ended - plot.began) / plot.span * bar.width()
        if now_px >= 2 * TICK_GAP_PX * scale:
            put(self.end_words, bar.left() + now_px)


def _pieces(fill: Fill, whole: QRectF) -> list[QRectF]:
    """Return what is painted of a column that has this room."""
    if fill is Fill.BACKUP:
        first, last = _CUT
        return [
            QRectF(whole.left(), whole.top(), whole.width(), first),
            whole.adjusted(0, last, 0, 0),
        ]
    height = _PIXELS.get(fill) or round(whole.height() * _HEIGHTS.get(fill, 1.0))
    return [QRectF(whole.left(), whole.bottom() - height, whole.width(), height)]


class DayStrip(QWidget):
    """The bar with what it comes to above it; before the first registration a sentence in its place.

    `with_table`: with the way to its numbers.
    """

    def __init__(
        self, line: str, height: int = HERO_PX, *, with_table: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._line = line
        self._plot: DayPlot | None = None
        self.setObjectName("dayStrip")
        self.bar: DayBar = DayBar(height)
        self._caption = Text(bold=True, wraps=False)
        self._period = Text(style=TextStyle.SMALL, secondary=True, wraps=False)
        self._nothing = Text(tr(NO_DAY), secondary=True)
        self.table_button: Button = Button(
            tr("Show as table"),
            self._open_table,
            name="dayTableButton",
            spoken=tr("Show the history of {line} as table", line=line),
            kind=ButtonKind.QUIET,
            height=LOW_HEIGHT,
        )
        self._captions = QWidget()
        margins = (RING_ROOM, 0, RING_ROOM, 0)
        self._captioned = in_row(self._caption, 1, self._period, of=self._captions, margins=margins)
        self._nothing.setContentsMargins(RING_ROOM, 0, RING_ROOM, 0)
        table = in_row(self.table_button, 1)
        in_column(self._captions, self._nothing, self.bar, table, of=self, margins=NO_MARGINS, spacing=5)
        self._with_table = with_table
        self._flat = False
        self._show_parts()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What the Tab key reaches, in its order."""
        return (self.bar, self.table_button)

    def set_flat(self, *, flat: bool) -> None:
        """Leave out the words above the bar, where there is little room."""
        self._flat = flat
        self._show_parts()

    def show_intervals(
        self, intervals: Sequence[Interval], zone: tzinfo = LOCAL, *, past: bool = False
    ) -> None:
        """Show the states since the first registration, without gaps, oldest first, at most a day.

        They end now, or where they end in the `past`.
        """
        self._plot = plot = day_plot(intervals)
        self.bar.show_plot(self._line, plot, zone, past=past)
        if plot is not None:
            self._caption.say(plot.caption)
            self._period.say(plot.period(zone))
            self._captions.setToolTip(plot.longest)
            self._fit()
        self._show_parts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Put the period below what it belongs to, where it has no room beside it."""
        needed_px = self._caption.sizeHint().width() + self._period.sizeHint().width() + 2 * RING_ROOM
        turn(self._captioned, below=needed_px > self.width())

    def _show_parts(self) -> None:
        there = self._plot is not None
        self._captions.setVisible(there and not self._flat)
        self.bar.setVisible(there)
        self._nothing.setVisible(not there)
        self.table_button.setVisible(there and self._with_table)

    def _open_table(self) -> None:
        if self._plot is not None:
            open_table(self._plot.table(self._line), self)
