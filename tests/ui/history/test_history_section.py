"""The past of a line in its details (interface.md#round-trips, interface.md#checks: 22)."""

import pytest
from PySide6.QtWidgets import QTableWidget, QWidget

from softphone.ui.history.activity_list import ActivityList
from softphone.ui.history.history_reader import Day
from softphone.ui.history.history_section import HistorySection
from softphone.ui.history.table_dialog import TableDialog
from softphone.ui.history.trip_chart import TripChart
from softphone.ui.kit.button import Button
from softphone.ui.kit.text import Text
from softphone.wording.plots import trip_plot
from tests.ui.conftest import find, settle
from tests.ui.history.days import DAY, NOW


@pytest.fixture
def section(qtbot) -> HistorySection:
    made = HistorySection()
    qtbot.addWidget(made)
    made.resize(400, 600)
    return made


def words(section: QWidget) -> list[str]:
    return [label.text() for label in section.findChildren(Text) if label.isVisible() and label.text()]


def test_it_is_hidden_until_it_is_given_a_day(section: HistorySection):
    assert section.isHidden()


def test_interruptions_stand_as_in_activity_and_round_trips_below(section: HistorySection):
    section.show_day("Reception", DAY)
    rows = find(section, "activityList", ActivityList).rows.texts()
    assert len(rows) == 2
    assert rows[1].endswith(
        "Ada Lovelace, Not reachable. The network was down. The backup server took over, 4 min 50 s"
    )
    assert "p50 42 / p95 61 ms · 1 missed" in words(section)
    assert find(section, "tripChart", TripChart).accessibleName() == "Round trips of Reception"


def test_the_list_is_as_high_as_its_rows(section: HistorySection):
    section.show_day("Reception", DAY)
    settle()
    view = find(section, "activityList", ActivityList)
    last = view.rows.index(1, 0)
    assert view.viewport().rect().contains(view.visualRect(last))
    assert view.height() <= view.visualRect(last).bottom() + 4


def test_before_anything_happened_it_says_so(section: HistorySection):
    section.show_day("Reception", Day())
    assert words(section) == ["No interruption", "Round trip", "Collecting. Each check adds a dot."]
    assert not [button for button in section.findChildren(Button) if button.isVisible()]
    section.show_day("Reception", DAY)
    assert "No interruption" not in words(section)


def test_the_table_has_the_numbers_of_the_chart(section: HistorySection, qtbot):
    section.show_day("Reception", DAY)
    find(section, "tripTableButton").click()
    [dialog] = section.findChildren(TableDialog)
    table: QTableWidget = find(dialog, "plotTable")
    trips = trip_plot(DAY.samples)
    assert trips is not None
    plotted = trips.table("Reception")
    assert table.rowCount() == len(plotted.rows)
    for place, row in enumerate(plotted.rows):
        assert tuple(table.model().index(place, column).data() for column in range(len(row))) == row
    dialog.reject()
    qtbot.waitUntil(lambda: not section.findChildren(TableDialog))


def test_every_stop_is_named_in_its_order(section: HistorySection):
    section.show_day("Reception", DAY)
    assert [stop.objectName() for stop in section.stops] == ["activityList", "tripChart", "tripTableButton"]


def test_a_row_of_two_lines_has_room_for_both(qtbot):
    view = ActivityList(lambda: NOW, fits=True)  # as wide as it likes at first
    qtbot.addWidget(view)
    view.show_happenings(DAY.interruptions)
    view.resize(400, 200)
    view.show()
    settle()
    assert view.narrow
    assert view.visualRect(view.rows.index(1, 0)).height() >= 2 * view.fontMetrics().height()
