from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.history.entries import Entry, EntryKind
from softphone.history.outages import Cause, CauseKind, Ending, Outage, outages
from softphone.line.model import REGISTERED_STATES, LineState, Role

KEY = "ada/calling"
BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
UP, BACKUP = LineState.REGISTERED, LineState.REGISTERED_BACKUP
RETRY, MISSING, ASKING = LineState.RETRY_WAIT, LineState.RECONNECTING, LineState.REGISTERING


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def whole(kind: EntryKind, at_s: float, **values: object) -> Entry:
    standard: dict[str, object] = {"at": after(at_s), "steady_s": at_s, "kind": kind, "session": 1}
    return Entry(**(standard | values))  # type: ignore[arg-type]


def line(state: LineState | None, at_s: float, kind: EntryKind = EntryKind.STATE, **values: object) -> Entry:
    mine: dict[str, object] = {"line_key": KEY, "line_label": "Ada", "account_key": "ada", "state": state}
    return whole(kind, at_s, **(mine | values))


def failed(at_s: float, role: Role = Role.PRIMARY, state: LineState = ASKING, **values: object) -> Entry:
    kind = EntryKind.FAILURE if state is ASKING else EntryKind.STATE
    return line(state, at_s, kind, title="No answer", role=role, **values)


def found(*entries: Entry, until_s: float = 10_000) -> tuple[Outage, ...]:
    return outages(entries, KEY, after(until_s))


def test_causes_stand_in_the_order_of_their_coming_and_the_ending_is_known():
    (outage,) = found(
        line(UP, 0),
        whole(EntryKind.NETWORK_LOST, 4440),
        line(MISSING, 4450, EntryKind.MISSED, misses=1),
        line(MISSING, 4460, EntryKind.MISSED, misses=2),
        line(ASKING, 4470),
        failed(4480),
        line(ASKING, 4480, EntryKind.TRY),
        failed(4490, http_status=503),
        failed(4500),
        line(BACKUP, 4740, EntryKind.SERVER, role=Role.BACKUP),
    )
    assert (outage.began, outage.ended, outage.worst) == (after(4450), after(4740), ASKING)
    assert outage.causes == (
        Cause(kind=CauseKind.NETWORK_LOST),
        Cause(kind=CauseKind.MISSED, times=2),
        Cause(kind=CauseKind.NO_ANSWER, times=2, role=Role.PRIMARY),
        Cause(kind=CauseKind.TROUBLE, role=Role.PRIMARY),
    )
    assert outage.ending is not None


def test_what_lasts_has_no_end_yet():
    (outage,) = found(line(UP, 0), failed(60, state=RETRY, http_status=429), until_s=180)
    assert (outage.ended, outage.ending, outage.lasted) == (None, None, timedelta(minutes=2))
    assert outage.causes == (Cause(kind=CauseKind.ASKED_TO_WAIT, role=Role.PRIMARY),)


@pytest.mark.parametrize(
    ("entry", "cause"),
    [
        (line(LineState.ELSEWHERE, 60), Cause(kind=CauseKind.ELSEWHERE)),
        (
            line(LineState.FAILED, 60, title="Not allowed"),
            Cause(kind=CauseKind.NEEDS_SOMEBODY, title="Not allowed"),
        ),
        (whole(EntryKind.SLEPT, 60, after_s=0.0), Cause(kind=CauseKind.SLEPT)),
        (whole(EntryKind.SIGN_IN_ENDED, 60, account_key="ada"), Cause(kind=CauseKind.SIGN_IN_ENDED)),
        (failed(60, state=RETRY, http_status=403), Cause(kind=CauseKind.REFUSED, role=Role.PRIMARY)),
    ],
)
def test_each_cause_is_known(entry: Entry, cause: Cause):
    (outage,) = found(line(UP, 0), entry, line(RETRY, 61), line(UP, 120))
    assert cause in outage.causes


@pytest.mark.parametrize(
    ("entry", "ending"),
    [
        (line(UP, 120, EntryKind.ANSWERED), Ending.ANSWERED),
        (line(RETRY, 120, EntryKind.UNWANTED, wanted=False), Ending.SWITCHED_OFF),
        (line(LineState.DEREGISTERING, 120), Ending.SWITCHED_OFF),
        (whole(EntryKind.SIGNED_OUT, 120, account_key="ada"), Ending.SIGNED_OUT),
        (whole(EntryKind.STOPPED, 120), Ending.STOPPED),
        (whole(EntryKind.CUT_OFF, 120), Ending.STOPPED),
        (whole(EntryKind.SLEPT, 180, after_s=60.0), Ending.SLEPT),
    ],
)
def test_each_ending_is_known(entry: Entry, ending: Ending):
    outage = outages([line(UP, 0), line(RETRY, 60), entry], KEY, after(200))[0]
    assert (outage.ending, outage.lasted) == (ending, timedelta(seconds=60))


def test_a_normal_start_and_a_moment_are_no_outage():
    assert found(whole(EntryKind.STARTED, 0), line(ASKING, 1), line(UP, 5)) == ()
    assert found(line(UP, 0), line(ASKING, 60), line(UP, 61.5)) == ()


def test_a_start_that_fails_is_an_outage_from_its_beginning():
    (one,) = found(whole(EntryKind.STARTED, 0), line(ASKING, 60), failed(80, state=RETRY), line(UP, 120))
    assert (one.began, one.ended) == (after(60), after(120))


def test_two_outages_that_a_moment_parts_are_one():
    (one,) = found(line(UP, 0), line(RETRY, 60), line(UP, 90), line(RETRY, 91), line(UP, 120))
    assert (one.began, one.ended) == (after(60), after(120))


def test_causes_of_other_lines_and_accounts_are_not_this_lines():
    other = line(ASKING, 70, EntryKind.FAILURE, line_key="bob/calling", title="No", role=Role.PRIMARY)
    bobs = whole(EntryKind.SIGN_IN_ENDED, 61, account_key="bob")
    (outage,) = outages([line(UP, 0), line(RETRY, 60), other, bobs, line(UP, 90)], KEY, after(100))
    assert outage.causes == ()


def test_switching_off_and_not_running_are_no_outage():
    entries = [
        whole(EntryKind.STARTED, 0),
        line(UP, 0),
        line(UP, 600, EntryKind.UNWANTED, wanted=False),
        line(LineState.IDLE, 601, wanted=False),
        line(ASKING, 900, EntryKind.WANTED),
        line(UP, 901),
        whole(EntryKind.CUT_OFF, 1200),
        whole(EntryKind.STARTED, 1800, session=2),
        line(UP, 1800, session=2),
        whole(EntryKind.SLEPT, 3600, after_s=600.0, session=2),
        whole(EntryKind.STOPPED, 4000, session=2),
    ]
    assert outages(entries, KEY, after(4600)) == ()


def test_a_clock_set_back_in_an_outage_does_not_change_its_length():
    jump = timedelta(hours=2)
    entries = [
        line(UP, 0),
        line(RETRY, 60),
        whole(EntryKind.CLOCK_SET, 90, at=after(90) - jump, after_s=-7200.0),
        line(UP, 350, at=after(350) - jump),
    ]
    (outage,) = outages(entries, KEY, after(400) - jump)
    assert outage.lasted == timedelta(minutes=4, seconds=50)
    assert outage.ended == after(350) - jump


def test_entries_without_a_session_are_taken_at_their_own_time():
    entries = [line(UP, 0, session=0), line(RETRY, 60, session=0), line(UP, 90, session=0)]
    assert outages(entries, KEY, after(100))[0].lasted == timedelta(seconds=30)


def test_misses_count_themselves_and_tries_are_counted():
    entries = [
        line(UP, 0),
        *(line(MISSING, 10 * n, EntryKind.MISSED, misses=n) for n in range(1, 4)),
        failed(50),
        failed(60, Role.BACKUP),
        failed(70),
        line(UP, 80),
    ]
    (outage,) = outages(entries, KEY, after(100))
    assert outage.causes == (
        Cause(kind=CauseKind.MISSED, times=3),
        Cause(kind=CauseKind.NO_ANSWER, times=2, role=Role.PRIMARY),
        Cause(kind=CauseKind.NO_ANSWER, times=1, role=Role.BACKUP),
    )


@given(
    st.lists(
        st.tuples(
            st.floats(0, 100),
            st.sampled_from([*LineState, *(kind for kind in EntryKind if kind is not EntryKind.STATE)]),
            st.booleans(),
        ),
        max_size=25,
    )
)
def test_outages_are_in_order_apart_and_only_where_the_line_was_not_proven(happened):
    at_s, entries = 0.0, []
    for gap_s, what, wanted in happened:
        at_s += gap_s
        if isinstance(what, LineState):
            entries.append(line(what, at_s, wanted=wanted))
        else:
            entries.append(whole(what, at_s, after_s=gap_s / 2))
    until = after(at_s + 5)
    told = outages(entries, KEY, until)
    for one in told:
        assert one.lasted >= timedelta(seconds=2)
        assert one.lasted == (one.ended or until) - one.began
        assert one.worst not in REGISTERED_STATES
    for before, then in pairwise(told):
        assert before.ended is not None
        assert before.ended < then.began
