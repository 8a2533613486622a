"""The chart as it is painted (interface.md#round-trips)."""

import pytest
from PySide6.QtGui import QImage

from softphone.ui.history.trip_chart import TripChart
from softphone.wording.plots import trip_plot
from tests.ui.history.days import ZONE, samples


@pytest.fixture
def chart(qtbot) -> TripChart:
    made = TripChart()
    qtbot.addWidget(made)
    made.show()
    return made


def show(chart: TripChart, *trips_ms: float | None, **changes: int) -> QImage:
    chart.show_plot("Reception", trip_plot(samples(*trips_ms, **changes)), ZONE)
    return chart.grab().toImage()


def test_it_says_what_it_is(chart: TripChart):
    show(chart, 41, 88)
    assert chart.accessibleName() == "Round trips of Reception"
    assert chart.accessibleDescription() == "p50 41 / p95 88 ms"


def test_a_slow_check_stands_higher_and_a_miss_on_the_top_edge(chart: TripChart):
    show(chart, 20, 120, None, 5_000, *[30] * 40)
    fast, slow, missed, off = (chart.place_rect(place).center().y() for place in range(4))
    assert fast > slow > missed == off


def test_the_newest_is_at_the_right(chart: TripChart):
    show(chart, 20, 30)
    first, last = chart.place_rect(0), chart.place_rect(1)
    assert chart.area.center().x() < first.center().x() < last.center().x() < chart.area.right()


def test_every_check_is_found_where_it_is_painted(chart: TripChart):
    for count in (1, 7, 60):
        show(chart, *[40.0] * count)
        for place in range(count):
            assert chart.place_at(chart.place_rect(place).center().x()) == place
    assert chart.place_at(chart.area.left()) is None


def test_dots_misses_and_changes_all_show(chart: TripChart):
    plain = show(chart, 40, 50, 60)
    assert show(chart, 40, None, 60) != plain
    assert show(chart, 40, 50, 60, backup_from=1) != plain
    assert show(chart, 40, 50, 1_000) != plain


def test_before_the_first_check_it_has_no_places(chart: TripChart):
    chart.show_plot("Reception", None)
    assert chart.accessibleDescription() == "Collecting. Each check adds a dot."
    assert chart.place_count() == 0
    assert chart.place_at(chart.area.center().x()) is None
    assert not chart.grab().isNull()
