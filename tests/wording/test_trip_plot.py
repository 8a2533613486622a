"""The chart's numbers and words (interface.md#round-trips)."""

from dataclasses import replace

import pytest

from softphone.wording.trip_plot import TripPlot, header, sample_words, trip_plot, trip_table
from tests.ui.history.days import ZONE, samples


def plot_of(*trips_ms: float | None, **changes: int) -> TripPlot:
    plot = trip_plot(samples(*trips_ms, **changes))
    assert plot is not None
    return plot


def test_the_figures_are_values_that_were_measured():
    plot = plot_of(*range(1, 21))
    assert (plot.p50_ms, plot.p95_ms) == (10, 19)
    assert header(plot) == "p50 10 / p95 19 ms"


def test_the_last_sixty_are_shown():
    plot = plot_of(*[9_000.0] * 10, *[40.0] * 60)
    assert len(plot.samples) == 60
    assert plot.p95_ms == 40


@pytest.mark.parametrize(("slowest_ms", "top_ms"), [(88.0, 200.0), (200.0, 300.0)])
def test_the_scale_ends_above_what_matters(slowest_ms: float, top_ms: float):
    assert plot_of(slowest_ms).top_ms == top_ms


def test_misses_are_counted_and_have_no_time():
    plot = plot_of(41, None, None, 88)
    assert plot.missed == 2
    assert header(plot) == "p50 41 / p95 88 ms · 2 missed"
    assert header(plot_of(None)) == "1 missed"


def test_a_change_of_server_is_marked_where_it_happened():
    assert plot_of(40, 41, 42, backup_from=2).changes == (2,)


def test_a_sample_without_a_server_is_no_change():
    first, middle, last = samples(40, None, 41)
    plot = trip_plot((first, replace(middle, server_url=""), last))
    assert plot is not None
    assert plot.changes == ()
    assert sample_words(plot.samples[1], ZONE) == "10:13:52 no answer, unknown server"


def test_the_words_of_a_check():
    answered, missed = plot_of(41.6, None).samples
    host = "mobius-eu-central-1.prod.infra.webex.com"
    assert sample_words(answered, ZONE) == f"10:13:52 42 ms, {host}"
    assert sample_words(missed, ZONE) == f"10:14:22 no answer, {host}"


def test_there_is_no_plot_before_the_first_check():
    assert trip_plot(()) is None


def test_the_table_has_the_numbers_of_the_chart():
    plot = plot_of(41, None, 88)
    table = trip_table("Reception", plot, ZONE)
    assert table.summary == header(plot)
    assert [row[:2] for row in table.rows] == [
        ("2026-11-22 10:13:22", "41"),
        ("2026-11-22 10:13:52", "no answer"),
        ("2026-11-22 10:14:22", "88"),
    ]
