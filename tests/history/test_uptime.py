from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.history.entries import Stretch
from softphone.history.uptime import BUCKET, BUCKETS, SEVERITY, buckets, drops, uptime, worst
from softphone.line.model import REGISTERED_STATES, LineState
from softphone.wording.presentation import _TROUBLES

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
UP, RETRY, ASKING = LineState.REGISTERED, LineState.RETRY_WAIT, LineState.REGISTERING


def day(*parts: tuple[LineState | None, float] | tuple[LineState | None, float, bool]) -> list[Stretch]:
    """Stretches one after the other: state, seconds, wanted."""
    at, found = BEGAN, []
    for state, seconds, *wanted in parts:
        ended = at + timedelta(seconds=seconds)
        found.append(Stretch(began=at, ended=ended, state=state, wanted=(*wanted, True)[0]))
        at = ended
    return found


days = st.lists(
    st.tuples(st.sampled_from([None, *LineState]), st.floats(0.1, 5000), st.booleans()), max_size=30
).map(lambda parts: day(*parts))


def test_severity_is_the_order_of_the_roll_up():
    rank = {state: number for number, state in enumerate(SEVERITY)}
    assert set(rank) == set(LineState)
    order = [max(rank[state] for state in members) for members, *_ in _TROUBLES]
    assert order == sorted(order)
    assert worst([]) is None


def test_the_share_is_proven_by_wanted_time():
    found = uptime(day((UP, 900), (RETRY, 100), (LineState.IDLE, 5000, False), (None, 9000), (UP, 1000)))
    assert found.share == 0.95
    assert (found.drops, found.longest) == (1, timedelta(seconds=100))


def test_a_line_nobody_wanted_has_no_share():
    assert uptime(day((LineState.IDLE, 100, False), (None, 50))).share is None
    assert uptime([]).share is None


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


def test_stretches_outside_the_buckets_are_left_out():
    found = buckets(day((RETRY, 60), (UP, 3540)), BEGAN + timedelta(hours=1), count=1)
    assert [one.state for one in found] == [UP]


@given(days)
def test_not_running_and_not_wanted_never_count(stretches):
    found = uptime(stretches)
    wanted = sum(
        (
            one.ended - one.began
            for one in stretches
            if one.wanted and one.state not in (None, LineState.DEREGISTERING)
        ),
        timedelta(0),
    )
    assert found.wanted == wanted
    assert found.proven <= found.wanted
    assert found.share is None or 0 <= found.share <= 1
    assert found.longest <= sum((drop.lasted for drop in drops(stretches)), timedelta(0))


@given(days)
def test_no_drop_holds_a_proven_time_longer_than_a_moment(stretches):
    for drop in drops(stretches):
        inside = [
            one.ended - one.began
            for one in stretches
            if drop.began <= one.began and one.ended <= drop.ended and one.state in REGISTERED_STATES
        ]
        assert all(lasted < timedelta(seconds=2) for lasted in inside)


@given(days)
def test_buckets_hold_no_more_than_they_last_and_no_state_that_was_not(stretches):
    ended = stretches[-1].ended if stretches else BEGAN
    states = {one.state for one in stretches}
    for bucket in buckets(stretches, ended):
        assert bucket.lasted <= BUCKET
        assert (bucket.state is None) == (bucket.lasted == timedelta(0))
        assert bucket.state is None or bucket.state in states
