"""The numbers and words of the bar and of the chart (interface.md#day-bar, interface.md#round-trips)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from softphone.history.intervals import Interval
from softphone.line.model import LineState
from softphone.wording.plots import DayPlot, Fill, Table, TripPlot, day_plot, fill_of, trip_plot
from tests.ui.history.days import DAY_MIN, MIXED, ZONE, day, samples

END = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)


def plot_of(*parts: tuple[float, LineState | None], end: datetime = END) -> DayPlot:
    plot = day_plot(day(*parts, end=end))
    assert plot is not None
    return plot


@pytest.mark.parametrize("state", LineState)
def test_every_state_has_a_fill_and_words(state: LineState):
    plot = plot_of((DAY_MIN, state))
    assert fill_of(plot.buckets[-1]) is not Fill.NONE
    assert plot.words(-1, UTC).startswith("10:10-10:15 ")


def test_the_words_of_a_bucket():
    plot = plot_of(
        (DAY_MIN - 5, LineState.REGISTERED),
        (70 / 60, LineState.RECONNECTING),
        (230 / 60, LineState.REGISTERED),
    )
    assert plot.words(-1, UTC) == "10:10-10:15 reconnecting, 70 s"
    assert plot.words(-2, UTC) == "10:05-10:10 registered"


def test_the_times_are_local():
    assert plot_of((DAY_MIN, LineState.OFFLINE)).words(-1, ZONE) == "11:10-11:15 offline"


def test_a_time_without_the_app_is_blank_and_not_counted():
    plot = plot_of((60, LineState.REGISTERED))
    assert fill_of(plot.buckets[0]) is Fill.NONE
    assert plot.words(0, UTC) == "10:15-10:20 app not running, no data"
    assert plot.header == "100 % · no drops"


def test_the_figures():
    plot = plot_of(
        (1000, LineState.REGISTERED),
        (290 / 60, LineState.OFFLINE),
        (200, LineState.REGISTERED),
        (1, LineState.RECONNECTING),
        (DAY_MIN - 1201 - 290 / 60, LineState.REGISTERED),
    )
    assert plot.header == "99.5 % · 2 drops · longest 4 min 50 s"
    one = plot_of((1000, LineState.REGISTERED), (1, LineState.OFFLINE), (100, LineState.REGISTERED))
    assert one.header == "99.9 % · 1 drop · longest 1 min 0 s"


def test_less_than_all_is_never_called_all():
    plot = plot_of((DAY_MIN - 0.1, LineState.REGISTERED), (0.1, LineState.OFFLINE))
    assert plot.share == "99.9 %"


def test_a_line_that_nobody_wanted_has_no_share():
    plot = plot_of((DAY_MIN, LineState.IDLE))
    assert plot.share == ""
    assert plot.header == "Switched off all the time"
    assert fill_of(plot.buckets[0]) is Fill.OFF


@pytest.mark.parametrize("intervals", [(), day((DAY_MIN, None))])
def test_there_is_no_plot_before_anything_ran(intervals: tuple[Interval, ...]):
    assert day_plot(intervals) is None


def test_the_table_has_the_numbers_of_the_bar():
    plot = day_plot(MIXED)
    assert plot is not None
    table = plot.table("Reception", UTC)
    assert table.title == "Last 24 hours of Reception"
    assert table.summary == plot.header
    assert len(table.rows) == len(plot.buckets) == 288
    for place, (row, bucket) in enumerate(zip(table.rows, plot.buckets, strict=True)):
        assert datetime.fromisoformat(f"{row[0]}+00:00") == bucket.began
        assert datetime.fromisoformat(f"{row[1]}+00:00") == bucket.ended
        assert row[2] in plot.words(place, UTC)
        assert row[3] == (
            "" if bucket.state is None else str(max(1, round(bucket.lasted / timedelta(seconds=1))))
        )


def test_the_key_names_the_fills_that_occur():
    plot = day_plot(MIXED)
    assert plot is not None
    assert plot.key == (
        (Fill.UP, "registered"),
        (Fill.BACKUP, "on the backup"),
        (Fill.DOWN, "no calls"),
        (Fill.OFF, "switched off"),
        (Fill.NONE, "app not running"),
    )


# Round trips


def trips(*trips_ms: float | None, **changes: int) -> TripPlot:
    plot = trip_plot(samples(*trips_ms, **changes))
    assert plot is not None
    return plot


def test_the_figures_are_values_that_were_measured():
    plot = trips(*range(1, 21))
    assert (plot.p50_ms, plot.p95_ms) == (10, 19)
    assert plot.header == "p50 10 / p95 19 ms"


def test_the_last_sixty_are_shown():
    plot = trips(*[9_000.0] * 10, *[40.0] * 60)
    assert len(plot.samples) == 60
    assert plot.p95_ms == 40


@pytest.mark.parametrize(("slowest_ms", "top_ms"), [(88.0, 200.0), (200.0, 300.0)])
def test_the_scale_ends_above_what_matters(slowest_ms: float, top_ms: float):
    assert trips(slowest_ms).top_ms == top_ms


def test_misses_are_counted_and_have_no_time():
    plot = trips(41, None, None, 88)
    assert plot.missed == 2
    assert plot.header == "p50 41 / p95 88 ms · 2 missed"
    assert trips(None).header == "1 missed"


def test_a_change_of_server_is_marked_where_it_happened():
    assert trips(40, 41, 42, backup_from=2).changes == (2,)


def test_a_sample_without_a_server_is_no_change():
    first, middle, last = samples(40, None, 41)
    plot = trip_plot((first, replace(middle, server_url=""), last))
    assert plot is not None
    assert plot.changes == ()
    assert plot.words(1, ZONE) == "10:13:52 no answer, unknown server"


def test_the_words_of_a_check():
    plot = trips(41.6, None)
    host = "mobius-eu-central-1.prod.infra.webex.com"
    assert plot.words(0, ZONE) == f"10:13:52 42 ms, {host}"
    assert plot.words(1, ZONE) == f"10:14:22 no answer, {host}"


def test_there_is_no_plot_before_the_first_check():
    assert trip_plot(()) is None


def test_the_table_has_the_numbers_of_the_chart():
    plot = trips(41, None, 88)
    table = plot.table("Reception", ZONE)
    assert table.summary == plot.header
    assert [row[:2] for row in table.rows] == [
        ("2026-11-22 10:13:22", "41"),
        ("2026-11-22 10:13:52", "no answer"),
        ("2026-11-22 10:14:22", "88"),
    ]


# Tables

TABLE = Table(title="t", summary="s", columns=("a", "b"), rows=(("1", "2"), ("3", "4"), ("5", "6")))


def test_a_table_is_copied_with_its_heads():
    assert TABLE.tsv() == "a\tb\n1\t2\n3\t4\n5\t6"


def test_some_rows_are_copied_with_the_heads_too():
    assert TABLE.tsv((2, 0)) == "a\tb\n5\t6\n1\t2"
