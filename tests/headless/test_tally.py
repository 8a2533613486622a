"""What is counted of a line, from the snapshots of its life."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.headless.tally import (
    OTHER,
    PLACES_LIMIT,
    TEXT_LIMIT_CHARS,
    TRIP_BOUNDS_S,
    Histogram,
    Tally,
)
from softphone.line.failure import Disposition, Failure
from softphone.line.model import LineSnapshot, LineState, Role, Server
from softphone.values import replace
from tests.ui.fakes import BACKUP, NOW_S, PRIMARY, failure, line

UP = line(LineState.REGISTERED)


def seen(*snapshots: LineSnapshot, times: int = 1) -> Tally:
    """Take snapshots, each as often as somebody may look."""
    tally = Tally()
    for snapshot in snapshots:
        for _ in range(times):
            tally.see(snapshot, NOW_S)
    return tally


def proved(before: LineSnapshot, at_s: float, round_trip_s: float) -> LineSnapshot:
    return replace(before, proved_at_s=at_s, round_trip_s=round_trip_s, misses=0, state=LineState.REGISTERED)


@pytest.mark.parametrize("times", [1, 3])
def test_keepalives_are_counted_once_however_often_somebody_looks(times: int):
    missed = [
        replace(UP, state=LineState.RECONNECTING, misses=1),
        replace(UP, state=LineState.RECONNECTING, misses=3),
    ]
    after = [proved(UP, NOW_S - 2, 0.2), proved(UP, NOW_S - 1, 0.03)]
    tally = seen(UP, *missed, *after, times=times)
    assert tally.keepalives == {"answered": 2, "missed": 3}
    assert tally.round_trips_s.sum == pytest.approx(0.23)
    assert tally.attempts["registered"] == 0


def test_what_was_before_the_first_snapshot_is_not_counted():
    for state in LineState:
        tally = seen(line(state))
        assert set(tally.keepalives.values()) == set(tally.attempts.values()) == {0}
        assert tally.superseded == tally.outages_s.buckets[-1][1] == 0


def test_a_line_that_comes_again_under_another_id_is_no_change():
    again = replace(UP, identity=replace(UP.identity, line_id="another"))
    tally = seen(UP, replace(again, state=LineState.RECONNECTING, misses=2), again)
    assert tally.keepalives["missed"] == 0


def asking(server: Server = PRIMARY, attempt: int = 1, why: Failure | None = None) -> LineSnapshot:
    return line(LineState.REGISTERING, asking=server, attempt=attempt, failure=why)


@pytest.mark.parametrize(
    ("after", "result"),
    [
        (UP, "registered"),
        (asking(BACKUP, 2, failure(disposition=Disposition.DEAD_HOST)), "no_answer"),
        (asking(PRIMARY, 2, failure(disposition=Disposition.NEXT_SERVER)), "refused"),
        (line(LineState.RETRY_WAIT, failure=failure(disposition=Disposition.THROTTLED)), "throttled"),
        (line(LineState.RETRY_WAIT, failure=failure(disposition=Disposition.SICK_HOST)), "trouble"),
        (
            line(LineState.OFFLINE, failure=failure(disposition=Disposition.NO_NETWORK), registration=None),
            "no_network",
        ),
        (line(LineState.ACTION), "refused"),
        (line(LineState.FAILED), "refused"),
        (line(LineState.IDLE), "stopped"),
    ],
)
def test_a_try_to_register_ends_in_one_result(after: LineSnapshot, result: str):
    tally = seen(line(LineState.IDLE), asking(), replace(asking(), wanted=True), after, after)
    assert {name: count for name, count in tally.attempts.items() if count} == {result: 1}


def test_the_way_home_from_a_backup_and_a_longer_wait_are_no_tries():
    home = replace(UP, state=LineState.REGISTERING)
    waits = line(LineState.RETRY_WAIT)
    tally = seen(replace(UP, server=BACKUP), home, UP, waits, replace(waits, next_at_s=NOW_S + 90))
    assert not any(tally.attempts.values())


def test_every_disposition_has_a_result():
    for each in Disposition:
        tally = seen(asking(), line(LineState.RETRY_WAIT, failure=failure(disposition=each)))
        assert sum(tally.attempts.values()) == 1


def test_a_line_that_another_device_takes_is_counted_each_time():
    taken = line(LineState.ELSEWHERE)
    assert seen(UP, taken, replace(taken, wanted=False), UP, taken).superseded == 2


# ---- outages


def outages(*moments: tuple[float, LineSnapshot]) -> list[float]:
    """Return how many are over, and how long they took together."""
    tally = Tally()
    for at_s, snapshot in moments:
        tally.see(snapshot, at_s)
    return [tally.outages_s.buckets[-1][1], round(tally.outages_s.sum, 3)]


def up_at(at_s: float) -> LineSnapshot:
    return replace(UP, proved_at_s=at_s)


DOWN = line(LineState.RETRY_WAIT)


@pytest.mark.parametrize(
    ("moments", "told"),
    [
        ([(0, up_at(0)), (10, DOWN), (40, up_at(40)), (42, up_at(40))], [1, 30]),
        ([(0, up_at(0)), (10, DOWN), (40, up_at(40)), (41, up_at(40))], [0, 0]),  # it may go on
        ([(0, up_at(0)), (10, DOWN), (40, up_at(40)), (41, DOWN), (50, up_at(50)), (60, up_at(50))], [1, 40]),
        ([(0, up_at(0)), (10, DOWN), (11, up_at(11)), (20, up_at(20))], [0, 0]),  # a moment
        ([(0, up_at(0)), (10, DOWN), (500, DOWN)], [0, 0]),  # it lasts
        ([(0, up_at(0)), (10, line(LineState.IDLE)), (40, up_at(40)), (90, up_at(90))], [0, 0]),  # not wanted
        ([(0, asking()), (30, up_at(30)), (40, up_at(40))], [0, 0]),  # a start that goes well
        ([(0, up_at(0)), (100, up_at(100)), (110, up_at(110))], [1, 55]),  # the proof was old from 45 s on
    ],
    ids=["over", "may go on", "joined", "moment", "lasts", "not wanted", "start", "old proof"],
)
def test_an_outage_is_what_the_day_bar_shows_as_one(moments: Any, told: list[float]):
    assert outages(*moments) == told


# ---- histograms


@given(st.lists(st.floats(0, 100)))
def test_a_histogram_counts_each_value_at_and_above_its_bound(values: list[float]):
    histogram = Histogram(TRIP_BOUNDS_S)
    for value in values:
        histogram.add(value)
    assert histogram.sum == pytest.approx(sum(values))
    for bound, count in histogram.buckets:
        assert count == sum(value <= float(bound) for value in values)
    assert histogram.buckets[-1] == ("+Inf", len(values))


# ---- what a service may say


@given(st.text(), st.text(), st.text())
def test_whatever_a_service_says_is_short_and_can_be_printed(extension: str, region: str, url: str):
    server = Server(f"https://{url}", Role.PRIMARY, region)
    tally = seen(replace(UP, server=server, identity=replace(UP.identity, extension=extension)))
    assert list(tally.place) == ["extension", "role", "region", "server"]
    for text in tally.place.values():
        assert len(text) <= TEXT_LIMIT_CHARS
        assert text.isprintable()
    assert "/" not in tally.place["server"]


def test_a_service_cannot_make_places_without_end():
    tally, places = Tally(), set()
    for number in range(1000):
        server = Server(f"https://p{number}.example.com/", Role.PRIMARY, f"region {number}")
        extension = replace(UP.identity, extension=str(number))
        tally.see(replace(UP, server=server, identity=extension), NOW_S)
        places.add(tuple(tally.place.values()))
    assert len(places) == PLACES_LIMIT + 1
    assert tally.place == {"extension": OTHER, "role": "primary", "region": OTHER, "server": OTHER}
    first = Server("https://p0.example.com/", Role.PRIMARY, "region 0")
    tally.see(replace(UP, server=first, identity=replace(UP.identity, extension="0")), NOW_S)
    assert tally.place["server"] == "p0.example.com"
