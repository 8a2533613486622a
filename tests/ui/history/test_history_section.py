"""The past of a line in the drawer (interface.md#day-bar, interface.md#checks: 22 and 44)."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableWidget, QWidget

from softphone.ui.history.day_bar import DayBar
from softphone.ui.history.history_reader import Day
from softphone.ui.history.history_section import HistorySection
from softphone.ui.history.table_dialog import TableDialog
from softphone.ui.history.trip_chart import TripChart
from softphone.ui.kit.button import Button
from softphone.ui.kit.text import Text
from softphone.wording.plots import day_plot, trip_plot
from tests.ui.conftest import find
from tests.ui.history.days import DAY, STORIES


@pytest.fixture
def section(qtbot) -> HistorySection:
    made = HistorySection()
    qtbot.addWidget(made)
    made.resize(340, 600)
    return made


def words(section: QWidget) -> list[str]:
    return [label.text() for label in section.findChildren(Text) if label.isVisible() and label.text()]


def buttons(section: QWidget) -> list[str]:
    return [button.accessibleName() for button in section.findChildren(Button) if button.isVisible()]


def test_it_is_hidden_until_it_is_given_a_day(section: HistorySection):
    assert section.isHidden()


def test_all_of_a_day(section: HistorySection):
    section.show_day("Reception", DAY)
    told = words(section)
    assert "87.6 % · 2 drops · longest 1 h 0 min" in told
    assert "p50 42 / p95 61 ms · 1 missed" in told
    assert set(STORIES) <= set(told)
    assert {"registered", "on the backup", "no calls", "switched off", "app not running"} <= set(told)
    assert find(section, "dayBar", DayBar).accessibleName() == "Last 24 hours of Reception"
    assert find(section, "tripChart", TripChart).accessibleName() == "Round trips of Reception"


def test_before_anything_happened_it_says_so(section: HistorySection):
    section.show_day("Reception", Day())
    assert words(section) == [
        "Last 24 hours",
        "Collecting. The bar fills as the app runs.",
        "Round trip, last 60 checks",
        "Collecting. Each check adds a dot.",
        "Outages",
        "No outages in the last 24 hours.",
    ]
    assert buttons(section) == []
    section.show_day("Reception", DAY)
    assert "No outages in the last 24 hours." not in words(section)


@pytest.mark.parametrize("name", ["dayTableButton", "tripTableButton"])
def test_a_table_has_the_numbers_of_its_plot(section: HistorySection, qtbot, name: str):
    section.show_day("Reception", DAY)
    find(section, name).click()
    [dialog] = section.findChildren(TableDialog)
    table: QTableWidget = find(dialog, "plotTable")
    day, trips = day_plot(DAY.intervals), trip_plot(DAY.samples)
    assert day is not None
    assert trips is not None
    plotted = {
        "dayTableButton": day.table("Reception"),
        "tripTableButton": trips.table("Reception"),
    }[name]
    assert table.rowCount() == len(plotted.rows)
    for place, row in enumerate(plotted.rows):
        assert tuple(table.model().index(place, column).data() for column in range(len(row))) == row
    assert plotted.summary in words(section)
    dialog.reject()
    qtbot.waitUntil(lambda: not section.findChildren(TableDialog))


def test_an_outage_is_copied_and_all_of_them_are(section: HistorySection):
    section.show_day("Reception", DAY)
    [first] = [b for b in section.findChildren(Button) if b.accessibleName() == f"Copy: {STORIES[0]}"]
    first.click()
    assert QGuiApplication.clipboard().text() == STORIES[0]
    find(section, "copyOutagesButton").click()
    assert QGuiApplication.clipboard().text() == "\n".join(STORIES)


def test_one_outage_needs_no_second_button(section: HistorySection):
    section.show_day("Reception", replace(DAY, stories=STORIES[:1]))
    assert "Copy all outages" not in buttons(section)


def test_the_same_stories_are_not_made_anew(section: HistorySection):
    section.show_day("Reception", DAY)
    before = section.findChildren(Button, "copyOutageButton")
    section.show_day("Reception", replace(DAY, samples=()))
    assert section.findChildren(Button, "copyOutageButton") == before


def test_every_stop_is_named_in_its_order(section: HistorySection):
    section.show_day("Reception", DAY)
    assert [stop.objectName() for stop in section.stops] == [
        "dayBar",
        "dayTableButton",
        "tripChart",
        "tripTableButton",
        "copyOutageButton",
        "copyOutageButton",
        "copyOutagesButton",
    ]
