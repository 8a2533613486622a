from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from softphone.history.uptime import Change, Run, stretches_of
from softphone.line.model import LineState

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
UP, RETRY = LineState.REGISTERED, LineState.RETRY_WAIT


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def run(began_s: float, ended_s: float, *changes: tuple[float, LineState]) -> tuple[Run, list[Change]]:
    return (
        Run(began=after(began_s), ended=after(ended_s)),
        [Change(at=after(at_s), state=state, wanted=True) for at_s, state in changes],
    )


def told(runs, began_s: float, ended_s: float) -> list[tuple[LineState | None, float]]:
    found = stretches_of(runs, after(began_s), after(ended_s))
    return [(one.state, (one.ended - one.began).total_seconds()) for one in found]


def test_equal_states_one_after_the_other_are_one_stretch():
    assert told([run(0, 100, (0, UP), (10, UP), (50, RETRY), (60, RETRY))], 0, 100) == [(UP, 50), (RETRY, 50)]


def test_before_the_first_change_and_outside_the_runs_nothing_ran():
    assert told([run(10, 50, (20, UP)), run(70, 90, (70, UP))], 0, 100) == [
        (None, 20),
        (UP, 30),
        (None, 20),
        (UP, 20),
        (None, 10),
    ]


def test_where_runs_overlap_the_later_one_is_believed():
    assert told([run(0, 100, (0, RETRY)), run(50, 120, (50, UP))], 0, 120) == [(RETRY, 50), (UP, 70)]


def test_nothing_at_all_is_one_stretch_of_not_running():
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
    found = stretches_of(runs, began, ended)
    assert sum((one.ended - one.began for one in found), timedelta(0)) == ended - began
    assert all(one.ended > one.began for one in found)
    for one, then in pairwise(found):
        assert one.ended == then.began
        assert (one.state, one.wanted) != (then.state, then.wanted)


@given(_runs)
def test_no_state_where_nothing_ran(runs):
    for one in stretches_of(runs, after(0), after(1000)):
        if one.state is not None:
            middle = one.began + (one.ended - one.began) / 2
            assert any(run.began <= middle <= run.ended for run, _ in runs)
