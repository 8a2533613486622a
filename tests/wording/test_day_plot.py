"""The bar's numbers and words: interface.md#day-bar."""

from datetime import UTC, datetime, timedelta

import pytest

from softphone.history.entries import Stretch
from softphone.line.model import LineState
from softphone.wording.day_plot import (
    DayPlot,
    Fill,
    bucket_words,
    day_plot,
    day_table,
    fill,
    header,
    key,
    share,
)
from tests.ui.history.days import DAY_MIN, MIXED, ZONE, day

END = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)


def plot_of(*parts: tuple[float, LineState | None], end: datetime = END) -> DayPlot:
    plot = day_plot(day(*parts, end=end))
    assert plot is not None
    return plot


@pytest.mark.parametrize("state", LineState)
def test_every_state_has_a_fill_and_words(state: LineState):
    [*_, last] = plot_of((DAY_MIN, state)).buckets
    assert fill(last) is not Fill.NONE
    assert bucket_words(last, UTC).startswith("10:10-10:15 ")


def test_the_words_of_a_bucket():
    plot = plot_of(
        (DAY_MIN - 5, LineState.REGISTERED),
        (70 / 60, LineState.RECONNECTING),
        (230 / 60, LineState.REGISTERED),
    )
    assert bucket_words(plot.buckets[-1], UTC) == "10:10-10:15 reconnecting, 70 s"
    assert bucket_words(plot.buckets[-2], UTC) == "10:05-10:10 registered"


def test_the_times_are_local():
    assert bucket_words(plot_of((DAY_MIN, LineState.OFFLINE)).buckets[-1], ZONE) == "11:10-11:15 offline"


def test_a_time_without_the_app_is_blank_and_not_counted():
    plot = plot_of((60, LineState.REGISTERED))
    assert fill(plot.buckets[0]) is Fill.NONE
    assert bucket_words(plot.buckets[0], UTC) == "10:15-10:20 app not running, no data"
    assert header(plot.uptime) == "100 % · no drops"


def test_the_figures():
    plot = plot_of(
        (1000, LineState.REGISTERED),
        (290 / 60, LineState.OFFLINE),
        (200, LineState.REGISTERED),
        (1, LineState.RECONNECTING),
        (DAY_MIN - 1201 - 290 / 60, LineState.REGISTERED),
    )
    assert header(plot.uptime) == "99.5 % · 2 drops · longest 4 min 50 s"
    one = plot_of((1000, LineState.REGISTERED), (1, LineState.OFFLINE), (100, LineState.REGISTERED))
    assert header(one.uptime) == "99.9 % · 1 drop · longest 1 min 0 s"


def test_less_than_all_is_never_called_all():
    plot = plot_of((DAY_MIN - 0.1, LineState.REGISTERED), (0.1, LineState.OFFLINE))
    assert share(plot.uptime) == "99.9 %"


def test_a_line_that_nobody_wanted_has_no_share():
    plot = plot_of((DAY_MIN, LineState.IDLE))
    assert share(plot.uptime) == ""
    assert header(plot.uptime) == "Switched off all the time"
    assert fill(plot.buckets[0]) is Fill.OFF


@pytest.mark.parametrize("stretches", [(), day((DAY_MIN, None))])
def test_there_is_no_plot_before_anything_ran(stretches: tuple[Stretch, ...]):
    assert day_plot(stretches) is None


def test_the_table_has_the_numbers_of_the_bar():
    plot = day_plot(MIXED)
    assert plot is not None
    table = day_table("Reception", plot, UTC)
    assert table.title == "Last 24 hours of Reception"
    assert table.summary == header(plot.uptime)
    assert len(table.rows) == len(plot.buckets) == 288
    for row, bucket in zip(table.rows, plot.buckets, strict=True):
        assert datetime.fromisoformat(f"{row[0]}+00:00") == bucket.began
        assert datetime.fromisoformat(f"{row[1]}+00:00") == bucket.ended
        assert row[2] in bucket_words(bucket, UTC)
        assert row[3] == (
            "" if bucket.state is None else str(max(1, round(bucket.lasted / timedelta(seconds=1))))
        )


def test_the_key_names_the_fills_that_occur():
    plot = day_plot(MIXED)
    assert plot is not None
    assert key(plot) == (
        (Fill.UP, "registered"),
        (Fill.BACKUP, "on the backup"),
        (Fill.DOWN, "no calls"),
        (Fill.OFF, "switched off"),
        (Fill.NONE, "app not running"),
    )
