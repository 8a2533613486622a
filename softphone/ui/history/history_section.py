"""The past of a line in the drawer: the bar of its day, its round trips, its outages in plain words."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr
from softphone.ui.copyable import copy
from softphone.ui.history.day_bar import IN_DRAWER, DayBar, DayKey
from softphone.ui.history.history_reader import Day
from softphone.ui.history.plot import RING_ROOM
from softphone.ui.history.table_dialog import open_table
from softphone.ui.history.trip_chart import TripChart
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, TOP, FlowLayout, empty, in_column, in_row
from softphone.ui.kit.text import Text
from softphone.wording.plots import NO_CHECKS, NO_DAY, DayPlot, Fill, TripPlot, day_plot, trip_plot

LEADING = Qt.AlignmentFlag.AlignLeading

_KEY_PX = 12
_NO_OUTAGES = "No outages in the last 24 hours."  # shown


class HistorySection(QWidget):
    """The section. Hidden until it is given a day.

    It reaches over the words beside it by the room of the plots' rings, so that plots begin where words do.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = ""
        self._day: DayPlot | None = None
        self._trips: TripPlot | None = None
        self._bar = DayBar(IN_DRAWER, with_times=True)
        self._chart = TripChart()
        self._day_words, self._trip_words = _inset(Text()), _inset(Text())
        self._day_table = Button(
            tr("Show as table"),
            lambda: self._open_table(self._day),
            name="dayTableButton",
            spoken=tr("Show the last 24 hours as table"),
            compact=True,
        )
        self._trip_table = Button(
            tr("Show as table"),
            lambda: self._open_table(self._trips),
            name="tripTableButton",
            spoken=tr("Show the round trips as table"),
            compact=True,
        )
        self._key = _Key()
        self._outages = _Outages()
        day = (_title(tr("Last 24 hours")), self._day_words, self._bar, self._key, (self._day_table, LEADING))
        trips = (self._trip_words, self._chart, (self._trip_table, LEADING))
        in_column(
            *day,
            _title(tr("Round trip, last 60 checks")),
            *trips,
            _title(tr("Outages")),
            self._outages,
            of=self,
            margins=NO_MARGINS,
            spacing=2,
        )
        self.hide()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What the Tab key reaches, in its order."""
        return (self._bar, self._day_table, self._chart, self._trip_table, *self._outages.stops)

    def show_day(self, line: str, day: Day) -> None:
        """Show the past of a line."""
        self._line = line
        self._day = day_plot(day.intervals)
        self._trips = trip_plot(day.samples)
        self._bar.show_plot(line, self._day)
        self._chart.show_plot(line, self._trips)
        self._key.show_plot(self._day)
        self._outages.show_stories(day.stories)
        for plot, words, nothing, widgets in (
            (self._day, self._day_words, NO_DAY, (self._bar, self._day_table)),
            (self._trips, self._trip_words, NO_CHECKS, (self._chart, self._trip_table)),
        ):
            words.say(tr(nothing) if plot is None else plot.header)
            for widget in widgets:
                widget.setVisible(plot is not None)
        self.show()

    def _open_table(self, plot: DayPlot | TripPlot | None) -> None:
        if plot is not None:
            open_table(plot.table(self._line), self)


class _Key(QWidget):
    """What the fills of the bar mean: those that it has."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[tuple[Fill, str], ...] = ()
        self._row = FlowLayout(outset=(-RING_ROOM, -RING_ROOM), spacing=8)
        self.setLayout(self._row)

    def show_plot(self, plot: DayPlot | None) -> None:
        meanings = () if plot is None else plot.key
        if meanings == self._shown:
            return
        self._shown = meanings
        empty(self._row)
        for fill, words in meanings:
            pair = QWidget()
            meaning = Text(words, secondary=True, factor=0.9, wraps=False)
            in_row(DayKey(fill, _KEY_PX), meaning, of=pair, margins=NO_MARGINS, spacing=4)
            self._row.addWidget(pair)
            pair.show()


class _Outages(QWidget):
    """One text for each outage, newest first, each with a way to the clipboard."""

    def __init__(self) -> None:
        super().__init__()
        self._stories: tuple[str, ...] = ()
        self._buttons: list[Button] = []
        self._none = _inset(Text(tr(_NO_OUTAGES), secondary=True))
        self._rows = in_column(spacing=4)
        self._copy_all = Button(
            tr("Copy all"),
            lambda: copy("\n".join(self._stories), self._copy_all),
            name="copyOutagesButton",
            spoken=tr("Copy all outages"),
            compact=True,
        )
        self._copy_all.hide()
        in_column(self._none, self._rows, (self._copy_all, LEADING), of=self, margins=NO_MARGINS, spacing=2)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        return (*self._buttons, self._copy_all)

    def show_stories(self, stories: tuple[str, ...]) -> None:
        if stories == self._stories:
            return
        self._stories = stories
        empty(self._rows)
        self._buttons = [self._add_row(story) for story in stories]
        self._none.say("" if stories else tr(_NO_OUTAGES))
        self._copy_all.setVisible(len(stories) > 1)

    def _add_row(self, story: str) -> Button:
        button = Button(
            tr("Copy"),
            lambda: copy(story, button),
            name="copyOutageButton",
            spoken=tr("Copy: {story}", story=story),
            kind=ButtonKind.QUIET,
            compact=True,
        )
        row = QWidget()
        in_row((_inset(Text(story)), 1), (button, TOP), of=row, margins=NO_MARGINS, spacing=8)
        self._rows.addWidget(row)
        row.show()
        return button


def _title(words: str) -> Text:
    return _inset(Text(words, secondary=True), above_px=8)


def _inset(words: Text, above_px: int = 0) -> Text:
    words.setContentsMargins(RING_ROOM, above_px, RING_ROOM, 0)
    return words
