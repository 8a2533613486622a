"""When a registration in doubt is looked at again (line/keeping.py): the edges that no story tells."""

import pytest

from softphone.line.effects import StartTimer
from softphone.line.events import Event
from softphone.line.failure import Disposition, Failure
from softphone.line.keeping import ends_at_s, nudge, recheck
from softphone.line.policy import Policy
from softphone.line.states import Bar, Reconnecting
from softphone.values import replace
from tests.line.tables.representatives import AWAITED, DEAD, HOME, KEEPALIVE, NOW_S, P1, SICK, failure

POLICY = Policy()
DOUBTED = Reconnecting(facts=AWAITED, lease=HOME, failure=SICK, failures=1, looking=True)
BUSY = failure(Disposition.THROTTLED)


def delay_s(state: Reconnecting, draw: float = 0.5) -> float:
    after, (timer,) = recheck(state, Event(at_s=NOW_S, draw=draw), POLICY)
    assert isinstance(timer, StartTimer)
    assert after == replace(state, facts=state.facts.at_rest(), looking=False)
    assert not after.facts.awaiting
    return timer.delay_s


@pytest.mark.parametrize(
    ("failures", "silences", "draw", "after_s"),
    [
        (0, 0, 0.5, 2.0),
        (1, 0, 0.0, 1.5),
        (1, 0, 1.0, 2.5),
        (2, 1, 0.5, 4.0),
        (1, 2, 0.5, 4.0),
        (3, 0, 0.5, 8.0),
        (9, 0, 0.5, 8.0),
    ],
)
def test_it_is_asked_again_ever_more_slowly_and_at_random(failures, silences, draw: float, after_s: float):
    assert delay_s(replace(DOUBTED, failures=failures, silences=silences), draw) == after_s


@pytest.mark.parametrize(
    ("why", "failures", "after_s"),
    [(BUSY, 1, 30.0), (BUSY, 2, 45.0), (replace(BUSY, retry_after_s=5.0), 2, 4.0), (DEAD, 2, 4.0)],
)
def test_a_busy_host_that_names_no_time_is_left_alone_for_an_interval(why: Failure, failures, after_s: float):
    assert delay_s(replace(DOUBTED, failure=why, failures=failures)) == after_s


@pytest.mark.parametrize(("asked_s", "after_s"), [(1.0, 2.0), (9.0, 9.0), (99.0, 99.0), (500.0, 100.0)])
def test_a_host_is_left_alone_as_long_as_it_asked_but_not_beyond_the_lease(asked_s: float, after_s: float):
    facts = replace(AWAITED, bars=(Bar(P1.url, NOW_S + asked_s),))
    assert delay_s(replace(DOUBTED, facts=facts)) == after_s


@pytest.mark.parametrize(("ago_s", "after_s"), [(0.0, 10.0), (4.0, 6.0), (9.5, 0.5), (30.0, 0.5)])
def test_where_nothing_answers_looks_are_ten_seconds_apart(ago_s: float, after_s: float):
    facts = replace(AWAITED, sent_at_s=(NOW_S - 50, NOW_S - ago_s))
    assert delay_s(replace(DOUBTED, facts=facts, alone=True)) == after_s
    assert delay_s(replace(DOUBTED, facts=replace(facts, offline=True))) == after_s


def test_a_keepalive_that_is_still_open_is_looked_at_when_it_is_lost():
    slow = replace(DOUBTED, failure=BUSY, keepalive=KEEPALIVE)
    assert delay_s(slow) == KEEPALIVE.lost_at_s - NOW_S


@pytest.mark.parametrize(("left_s", "after_s"), [(9.0, 1.75), (0.25, 0.25), (0.0, 0.0), (-5.0, 0.0)])
def test_after_waking_it_is_looked_at_soon_but_not_beyond_the_lease(left_s: float, after_s: float):
    state = replace(DOUBTED, failures=3)
    _, (*_, timer) = nudge(state, Event(at_s=ends_at_s(state, POLICY) - left_s), POLICY)
    assert timer == StartTimer(after_s)
