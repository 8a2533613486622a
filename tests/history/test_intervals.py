from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.history.intervals import (
    BUCKET,
    BUCKETS,
    SEVERITY,
    Change,
    Interval,
    Run,
    buckets,
    drops,
    intervals_of,
    uptime,
    worst,
)
from softphone.line.model import REGISTERED_STATES, LineState

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
UP, RETRY, ASKING = LineState.REGISTERED, LineState.RETRY_WAIT, LineState.REGISTERING


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def run(began_s: float, ended_s: float, *changes: tuple[float, LineState]) -> Run:
    made = [Change(at=after(at_s), state=state, wanted=True) for at_s, state in changes]
    return Run(began=after(began_s), ended=after(ended_s), changes=made)


def told(runs, began_s: float, ended_s: float) -> list[tuple[LineState | None, float]]:
    found = intervals_of(runs, after(began_s), after(ended_s))
    return [(one.state, (one.ended - one.began).total_seconds()) for one in found]


def test_equal_states_one_after_the_other_are_one_interval():
    assert told([run(0, 100, (0, UP), (10, UP), (50, RETRY), (60, RETRY))], 0, 100) == [(UP, 50), (RETRY, 50)]


def test_where_runs_overlap_the_later_one_is_believed():
    assert told([run(0, 100, (0, RETRY)), run(50, 120, (50, UP))], 0, 120) == [(RETRY, 50), (UP, 70)]


def test_nothing_at_all_is_one_interval_of_not_running():
    assert told([], 0, 100) == [(None, 100)]
    assert told([], 100, 100) == []


_seconds = st.integers(0, 1000)
_runs = st.lists(
    st.tuples(_seconds, _seconds, st.lists(st.tuples(_seconds, st.sampled_from(LineState)), max_size=6)).map(
        lambda made: run(min(made[:2]), max(made[:2]), *sorted(made[2], key=lambda change: change[0]))
    ),
    max_size=5,
)


@given(_runs, _seconds, _seconds)
def test_the_whole_time_is_covered_once(runs, one_s, other_s):
    began, ended = after(min(one_s, other_s)), after(max(one_s, other_s))
    found = intervals_of(runs, began, ended)
    assert sum((one.ended - one.began for one in found), timedelta(0)) == ended - began
    assert all(one.ended > one.began for one in found)
    for one, then in pairwise(found):
        assert one.ended == then.began
        assert (one.state, one.wanted) != (then.state, then.wanted)


@given(_runs)
def test_no_state_where_nothing_ran(runs):
    for one in intervals_of(runs, after(0), after(1000)):
        if one.state is not None:
            middle = one.began + (one.ended - one.began) / 2
            assert any(run.began <= middle <= run.ended for run in runs)


# Drops, uptime, buckets


def day(*parts: tuple[LineState | None, float] | tuple[LineState | None, float, bool]) -> list[Interval]:
    """Intervals one after the other: state, seconds, wanted."""
    at, found = BEGAN, []
    for state, seconds, *wanted in parts:
        ended = at + timedelta(seconds=seconds)
        found.append(Interval(began=at, ended=ended, state=state, wanted=(*wanted, True)[0]))
        at = ended
    return found


days = st.lists(
    st.tuples(st.sampled_from([None, *LineState]), st.floats(0.1, 5000), st.booleans()), max_size=30
).map(lambda parts: day(*parts))


def test_every_state_has_its_place_among_the_worst():
    assert sorted(SEVERITY, key=str) == sorted(LineState, key=str)
    assert worst([]) is None


def test_the_share_is_proven_by_wanted_time():
    found = uptime(day((UP, 900), (RETRY, 100), (LineState.IDLE, 5000, False), (None, 9000), (UP, 1000)))
    assert found.share == 0.95
    assert (found.drops, found.longest) == (1, timedelta(seconds=100))


@pytest.mark.parametrize("state", [LineState.DEREGISTERING, LineState.IDLE])
def test_leaving_is_no_drop(state: LineState):
    assert drops(day((UP, 100), (state, 60), (None, 10))) == ()


def test_a_drop_that_goes_on_is_not_over():
    (drop,) = drops(day((UP, 100), (LineState.OFFLINE, 30)))
    assert (drop.over, drop.lasted) == (False, timedelta(seconds=30))


def test_registering_counts_when_the_line_was_proven_before_and_not_at_a_start():
    assert len(drops(day((UP, 100), (ASKING, 30), (UP, 10)))) == 1
    assert drops(day((None, 100), (ASKING, 30), (UP, 10))) == ()
    assert drops(day((None, 100), (ASKING, 30), (RETRY, 5), (UP, 10)))[0].lasted == timedelta(seconds=35)


def test_the_worst_state_of_a_bucket_wins_but_a_moment_does_not():
    ended = BEGAN + BUCKET * 3
    found = buckets(
        day((UP, 200), (RETRY, 70), (UP, 30), (UP, 299), (ASKING, 1), (None, 300)), ended, count=3
    )
    assert [(one.state, one.lasted / timedelta(seconds=1)) for one in found] == [
        (RETRY, 70),
        (UP, 299),
        (None, 0),
    ]


def test_buckets_begin_at_whole_five_minutes_and_hold_the_end():
    ended = BEGAN + timedelta(minutes=2)
    found = buckets(day((UP, 120)), ended)
    assert len(found) == BUCKETS
    assert (found[-1].began, found[-1].ended) == (BEGAN, BEGAN + BUCKET)
    assert found[-1].state is UP
    assert {one.state for one in found[:-1]} == {None}


def test_intervals_outside_the_buckets_are_left_out():
    found = buckets(day((RETRY, 60), (UP, 3540)), BEGAN + timedelta(hours=1), count=1)
    assert [one.state for one in found] == [UP]


@given(days)
def test_not_running_and_not_wanted_never_count(intervals):
    found = uptime(intervals)
    wanted = sum(
        (
            one.ended - one.began
            for one in intervals
            if one.wanted and one.state not in (None, LineState.DEREGISTERING)
        ),
        timedelta(0),
    )
    assert found.wanted == wanted
    assert found.proven <= found.wanted
    assert found.share is None or 0 <= found.share <= 1
    assert found.longest <= sum((drop.lasted for drop in drops(intervals)), timedelta(0))


@given(days)
def test_no_drop_holds_a_proven_time_longer_than_a_moment(intervals):
    for drop in drops(intervals):
        inside = [
            one.ended - one.began
            for one in intervals
            if drop.began <= one.began and one.ended <= drop.ended and one.state in REGISTERED_STATES
        ]
        assert all(lasted < timedelta(seconds=2) for lasted in inside)


@given(days)
def test_buckets_hold_no_more_than_they_last_and_no_state_that_was_not(intervals):
    ended = intervals[-1].ended if intervals else BEGAN
    states = {one.state for one in intervals}
    for bucket in buckets(intervals, ended):
        assert bucket.lasted <= BUCKET
        assert (bucket.state is None) == (bucket.lasted == timedelta(0))
        assert bucket.state is None or bucket.state in states
