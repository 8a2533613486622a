from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.history.intervals import (
    PLANNED,
    SEVERITY,
    UNCERTAIN,
    Change,
    DropFinder,
    Interval,
    Run,
    columns,
    drops,
    intervals_of,
    told,
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


def intervals_told(runs, began_s: float, ended_s: float) -> list[tuple[LineState | None, float]]:
    found = intervals_of(runs, after(began_s), after(ended_s))
    return [(one.state, (one.ended - one.began).total_seconds()) for one in found]


def test_equal_states_one_after_the_other_are_one_interval():
    assert intervals_told([run(0, 100, (0, UP), (10, UP), (50, RETRY), (60, RETRY))], 0, 100) == [
        (UP, 50),
        (RETRY, 50),
    ]


def test_where_runs_overlap_the_later_one_is_believed():
    assert intervals_told([run(0, 100, (0, RETRY)), run(50, 120, (50, UP))], 0, 120) == [
        (RETRY, 50),
        (UP, 70),
    ]


def test_nothing_at_all_is_one_interval_of_not_running():
    assert intervals_told([], 0, 100) == [(None, 100)]
    assert intervals_told([], 100, 100) == []


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


# Drops, uptime, columns


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


def test_what_is_not_reachable_is_worse_than_what_is_uncertain():
    assert set(SEVERITY) == set(LineState)
    last_bad = max(map(SEVERITY.index, set(LineState) - UNCERTAIN - REGISTERED_STATES - PLANNED))
    assert last_bad < min(map(SEVERITY.index, UNCERTAIN))
    assert max(map(SEVERITY.index, UNCERTAIN)) < min(map(SEVERITY.index, PLANNED | REGISTERED_STATES))
    assert worst([]) is None


def test_the_share_is_proven_by_the_time_that_counts():
    found = uptime(day((UP, 900), (RETRY, 100), (LineState.IDLE, 5000, False), (None, 9000), (UP, 1000)))
    assert found.share == 0.95
    assert (found.drops, found.longest) == (1, timedelta(seconds=100))


def test_a_start_that_goes_well_counts_neither_way():
    found = uptime(day((UP, 900), (None, 5000), (ASKING, 60), (UP, 900)))
    assert (found.share, found.drops) == (1, 0)


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


def test_the_worst_state_of_a_column_wins_but_a_moment_does_not():
    found = columns(
        day((UP, 200), (RETRY, 70), (UP, 30), (UP, 299), (ASKING, 1), (None, 300)), timedelta(minutes=15), 3
    )
    assert [(one.state, one.lasted / timedelta(seconds=1)) for one in found] == [
        (RETRY, 70),
        (UP, 299),
        (None, 0),
    ]


def test_columns_begin_with_the_record_and_the_last_one_ends_with_it():
    found = columns(day((UP, 720)), timedelta(hours=1), 12)
    assert [(one.began, one.ended) for one in found] == [
        (after(0), after(300)),
        (after(300), after(600)),
        (after(600), after(720)),
    ]
    assert columns((), timedelta(hours=1), 12) == ()


def test_what_nobody_wanted_is_off_whatever_its_state():
    (column,) = columns(day((LineState.SIGNED_OUT, 60, False)), timedelta(hours=1), 12)
    assert column.state is LineState.IDLE


def test_only_what_counts_or_was_wished_is_told():
    good_start = day(
        (UP, 60), (None, 60), (ASKING, 30), (UP, 60), (RETRY, 1), (UP, 60), (ASKING, 30), (UP, 9)
    )
    assert [one.state for one in told(good_start)] == [UP, None, None, UP, None, UP, ASKING, UP]
    off = day((UP, 60), (LineState.DEREGISTERING, 1, False), (LineState.IDLE, 60, False), (ASKING, 3))
    assert [one.state for one in told(off)] == [UP, LineState.DEREGISTERING, LineState.IDLE, None]


@given(days)
def test_not_running_and_not_wanted_never_count(intervals):
    found = uptime(intervals)
    lost = sum((drop.lasted for drop in drops(intervals)), timedelta(0))
    assert found.counted == found.proven + lost
    assert found.share is None or 0 <= found.share <= 1
    assert (found.share in (None, 1)) == (not found.drops)
    assert found.longest <= lost


@given(days)
def test_what_is_told_agrees_with_what_is_counted(intervals):
    bad = {one.state for one in told(intervals) if one.wanted} - REGISTERED_STATES - PLANNED - {None}
    assert bool(bad) == bool(drops(intervals))


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
def test_drops_found_as_they_come_are_those_of_the_whole_day_however_often_somebody_looks(intervals):
    finder = DropFinder()
    found = [
        finder.enter(one.state, one.began + one.lasted * part / 4, wanted=one.wanted)
        for one in intervals
        for part in range(4)
    ]
    rest = finder.end(intervals[-1].ended) if intervals else ()
    assert tuple(drop for drop in (*found, *rest) if drop is not None) == drops(intervals)


def test_a_drop_is_told_once_it_cannot_go_on():
    finder = DropFinder()
    assert finder.enter(UP, after(0), wanted=True) is None
    assert finder.enter(RETRY, after(10), wanted=True) is None
    assert finder.enter(UP, after(40), wanted=True) is None
    assert finder.enter(UP, after(41.9), wanted=True) is None
    drop = finder.enter(UP, after(42), wanted=True)
    assert drop is not None
    assert drop.lasted == timedelta(seconds=30)
    assert finder.enter(UP, after(50), wanted=True) is None


@given(days)
def test_columns_hold_no_more_than_they_last_and_no_state_that_was_not(intervals):
    span = (
        max(timedelta(hours=1), intervals[-1].ended - intervals[0].began) if intervals else timedelta(hours=1)
    )
    states = {one.state if one.wanted else LineState.IDLE for one in intervals if one.state}
    found = columns(intervals, span, 72)
    assert len(found) <= 72
    for column in found:
        assert column.lasted <= column.ended - column.began <= span / 72 + timedelta(milliseconds=1)
        assert (column.state is None) == (column.lasted == timedelta(0))
        assert column.state is None or column.state in states
    assert all(one.ended == then.began for one, then in pairwise(found))
    if found:
        assert (found[0].began, found[-1].ended) == (intervals[0].began, intervals[-1].ended)
