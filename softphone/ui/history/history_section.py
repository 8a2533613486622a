"""The past of one line in its details: its interruptions, and its round trips (interface.md#round-trips)."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr
from softphone.ui.history.activity_list import ActivityList
from softphone.ui.history.history_reader import Day
from softphone.ui.history.plot import RING_ROOM
from softphone.ui.history.table_dialog import open_table
from softphone.ui.history.trip_chart import TripChart
from softphone.ui.kit.button import LOW_HEIGHT, Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, gap, in_column
from softphone.ui.kit.text import Text
from softphone.wording.moment import LOCAL
from softphone.wording.plots import NO_CHECKS, TripPlot, trip_plot

LEADING = Qt.AlignmentFlag.AlignLeading


class HistorySection(QWidget):
    """The section. Hidden until it is given a day.

    Signals:
        moment_chosen(datetime): the person wants to see that moment (UTC).
    """

    moment_chosen: Signal = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = ""
        self._trips: TripPlot | None = None
        self._until: datetime | None = None
        self._interruptions = ActivityList(self._now, fits=True)
        self._interruptions.moment_chosen.connect(self.moment_chosen)
        self._none = Text(tr("No interruption"), secondary=True)
        self._chart = TripChart()
        self._trip_words = Text(secondary=True)
        self._trip_words.setContentsMargins(RING_ROOM, 0, RING_ROOM, 0)
        title = Text(tr("Round trip"), bold=True)
        title.setContentsMargins(RING_ROOM, 0, RING_ROOM, 0)
        self._table = Button(
            tr("Show as table"),
            self._open_table,
            name="tripTableButton",
            spoken=tr("Show the round trips as table"),
            kind=ButtonKind.QUIET,
            height=LOW_HEIGHT,
        )
        in_column(
            self._none,
            self._interruptions,
            gap(12),
            title,
            self._trip_words,
            self._chart,
            (self._table, LEADING),
            of=self,
            margins=NO_MARGINS,
            spacing=2,
        )
        self.hide()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What the Tab key reaches, in its order."""
        return (self._interruptions, self._chart, self._table)

    def show_day(self, line: str, day: Day) -> None:
        """Show the past of a line."""
        self._line = line
        self._until = day.until
        self._trips = trip_plot(day.samples)
        self._interruptions.show_happenings(day.interruptions)
        self._interruptions.setVisible(bool(day.interruptions))
        self._none.setVisible(not day.interruptions)
        self._chart.show_plot(line, self._trips)
        self._trip_words.say(tr(NO_CHECKS) if self._trips is None else self._trips.header)
        for widget in (self._chart, self._table):
            widget.setVisible(self._trips is not None)
        self.show()

    def _now(self) -> datetime:
        """The moment that the section shows: of a replay, or the present one."""
        return datetime.now(LOCAL) if self._until is None else self._until.astimezone(LOCAL)

    def _open_table(self) -> None:
        if self._trips is not None:
            open_table(self._trips.table(self._line), self)
