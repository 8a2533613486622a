"""The numbers and words of the bar and of the chart (interface.md#day-bar, interface.md#round-trips)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from softphone.line.model import LineState
from softphone.values import replace
from softphone.wording.plots import DayPlot, Fill, Table, TripPlot, day_plot, fill_of, trip_plot
from tests.ui.history.days import DAY_MIN, MIXED, ZONE, day, samples

END = datetime(2026, 11, 22, 10, 12, tzinfo=UTC)
UP, OFFLINE, IDLE = LineState.REGISTERED, LineState.OFFLINE, LineState.IDLE


def plot_of(*parts: tuple[float, LineState | None], end: datetime = END) -> DayPlot:
    plot = day_plot(day(*parts, end=end))
    assert plot is not None
    return plot


def fills(plot: DayPlot) -> list[Fill]:
    return [fill_of(column) for column in plot.columns]


@pytest.mark.parametrize("state", LineState)
def test_every_state_has_a_fill_and_words(state: LineState):
    plot = plot_of((30, UP), (30, state), (30, UP))
    assert fill_of(plot.columns[36]) is not Fill.NOT_RUNNING
    assert plot.words(36, UTC)


def test_a_flawless_start_is_flawless():
    """Asking Webex before the first registration, and at each start, is no interruption and no mark."""
    plot = plot_of((60, UP), (30, None), (0.5, LineState.REGISTERING), (60, UP))
    assert (plot.caption, plot.share, plot.period(UTC)) == ("No interruption", "100 %", "since 07:41")
    assert set(fills(plot)) == {Fill.REACHABLE, Fill.NOT_RUNNING}


@pytest.mark.parametrize(
    ("minutes", "columns", "span"),
    [
        (10, 12, timedelta(hours=1)),
        (60, 72, timedelta(hours=1)),
        (354, 72, timedelta(minutes=354)),
        (DAY_MIN, 72, timedelta(hours=24)),
    ],
)
def test_it_spans_the_record_but_an_hour_at_least(minutes: int, columns: int, span: timedelta):
    plot = plot_of((minutes, UP))
    assert (len(plot.columns), plot.span) == (columns, span)
    assert plot.ended == END


def test_the_worst_state_of_a_column_wins():
    plot = plot_of((DAY_MIN - 20, UP), (19, UP), (1, LineState.RECONNECTING))
    assert fills(plot)[-1] is Fill.UNCERTAIN
    plot = plot_of((DAY_MIN - 20, UP), (10, LineState.RECONNECTING), (1, OFFLINE), (9, UP))
    assert fills(plot)[-1] is Fill.NOT_REACHABLE


def test_the_words_of_a_column():
    plot = plot_of((DAY_MIN - 20, UP), (70 / 60, LineState.RECONNECTING), (20 - 70 / 60, UP))
    assert plot.words(-1, UTC) == "09:52–10:12 reconnecting, 1 min 10 s"
    assert plot.words(-2, UTC) == "09:32–09:52 registered"
    assert plot.words(-2, ZONE) == "10:32–10:52 registered"
    assert plot_of((60, UP)).words(0, UTC) == "09:12:00–09:12:50 registered"


@pytest.mark.parametrize(
    ("parts", "caption", "longest", "period"),
    [
        (((354, UP),), "No interruption", "", "since 04:18"),
        (((DAY_MIN, UP),), "No interruption", "", "last 24 h"),
        (((20, UP), (1, OFFLINE), (20, UP)), "1 interruption", "Longest 1 min 0 s", "since 09:31"),
        (
            ((100, UP), (5, OFFLINE), (50, UP), (1, LineState.RECONNECTING), (100, UP)),
            "2 interruptions",
            "Longest 5 min 0 s",
            "97.6 % reachable since 05:56",
        ),
        (
            ((1000, UP), (290 / 60, OFFLINE), (DAY_MIN - 1000 - 290 / 60, UP)),
            "1 interruption",
            "Longest 4 min 50 s",
            "99.6 % reachable in 24 h",
        ),
        (((DAY_MIN, IDLE),), "Not registered", "", "last 24 h"),
    ],
)
def test_the_captions(parts, caption: str, longest: str, period: str):
    plot = plot_of(*parts)
    assert (plot.caption, plot.longest, plot.period(UTC)) == (caption, longest, period)
    assert plot.header(UTC) == " · ".join(part for part in (caption, longest, period) if part)


def test_less_than_all_is_never_called_all():
    plot = plot_of((DAY_MIN - 0.1, UP), (0.1, OFFLINE))
    assert plot.share == "99.9 %"


def test_off_and_not_running_do_not_count():
    plot = plot_of((60, UP), (600, None), (300, IDLE), (60, UP))
    assert (plot.caption, plot.share) == ("No interruption", "100 %")
    assert {Fill.NOT_RUNNING, Fill.OFF} < set(fills(plot))


def test_before_the_first_registration_there_is_no_plot():
    assert day_plot(()) is None


@pytest.mark.parametrize(
    ("minutes", "width_px", "words"),
    [
        (60, 478, ["09:30", "09:45", "10:00"]),
        (100, 478, ["09:00", "09:30", "10:00"]),
        (354, 478, ["05", "06", "07", "08", "09"]),
        (354, 364, ["06", "08"]),
        (DAY_MIN, 478, ["15", "18", "21", "00", "03", "06"]),
    ],
)
def test_ticks_are_whole_hours_away_from_the_ends(minutes: int, width_px: int, words: list[str]):
    plot = plot_of((minutes, UP))
    assert [tick for _, tick in plot.ticks(width_px, UTC)] == words
    for place, _ in plot.ticks(width_px, UTC):
        assert 36 <= place * width_px <= width_px - 36


@pytest.mark.parametrize("minutes", [60, 100, 354, DAY_MIN])
@pytest.mark.parametrize("width_px", [240, 478, 560])
def test_ticks_of_large_text_keep_their_distance(minutes: int, width_px: int):
    places = [place * width_px for place, _ in plot_of((minutes, UP)).ticks(width_px, UTC, scale=2.0)]
    assert all(72 <= place <= width_px - 72 for place in places)
    assert all(later - sooner >= 90 for sooner, later in pairwise(places))


def test_no_tick_stands_in_the_future():
    assert plot_of((30, UP)).ticks(478, UTC) == ((pytest.approx(18 / 60), "10:00"),)


def test_the_table_has_the_numbers_of_the_bar():
    plot = day_plot(MIXED)
    assert plot is not None
    table = plot.table("Reception", UTC)
    assert table.title == "History of Reception"
    assert table.summary == plot.header(UTC)
    assert len(table.rows) == len(plot.columns) == 72
    for place, (row, column) in enumerate(zip(table.rows, plot.columns, strict=True)):
        assert abs(datetime.fromisoformat(f"{row[0]}+00:00") - column.began) < timedelta(seconds=1)
        assert abs(datetime.fromisoformat(f"{row[1]}+00:00") - column.ended) < timedelta(seconds=1)
        assert row[2] in plot.words(place, UTC)
        assert row[3] == (
            "" if column.state is None else str(max(1, round(column.lasted / timedelta(seconds=1))))
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


@pytest.mark.parametrize(
    ("slowest_ms", "top_ms"),
    [(88.0, 200.0), (200.0, 300.0), (240.0, 400.0), (777.0, 1500.0), (9000.0, 14000.0)],
)
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
