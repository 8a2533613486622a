"""How long, how many, and how close: the limits of a line's calls (calling/calls.py), in virtual time."""

import pytest

from softphone.calling.calls import (
    ANSWER_KEPT_S,
    AT_ONCE,
    DEVICE_KEPT_S,
    LOST_AFTER_S,
    OLDEST_S,
    SAME_CALL_S,
    SHOWN_S,
    CallPolicy,
    LineCalls,
    Release,
)
from softphone.calling.messages import CallConnected, CallEnded, CallEvent, CallRinging, PastCall, PastCalls
from softphone.line.model import Caller, CallPhase
from softphone.values import replace
from tests.calling.test_calls import ANN, WALL_S, Desk, desk

__all__ = ["desk"]  # a fixture

# ---- every limit but those of dates goes by the pace of the cloud

SCALES = pytest.mark.parametrize("scale", [1.0, 0.5, 3.0])


@SCALES
def test_a_ring_is_lost_track_of_after_three_minutes_and_shown_for_half_a_minute_more(scale: float):
    desk = Desk(time_scale=scale)
    desk.rings()
    assert desk.calls.next_at_s == desk.now_s + LOST_AFTER_S * scale
    desk.pass_time(LOST_AFTER_S * scale)
    assert desk.phase is CallPhase.LOST_TRACK
    assert desk.calls.shown is not None
    assert desk.calls.shown.rang_s == LOST_AFTER_S * scale
    assert desk.calls.next_at_s == desk.now_s + SHOWN_S * scale
    desk.pass_time(SHOWN_S * scale - 0.1)
    assert desk.phase is CallPhase.LOST_TRACK
    desk.pass_time(0.1)
    assert desk.calls.shown is None
    assert desk.calls.next_at_s is None
    assert desk.told == ["ringing", "lost_track"]


@SCALES
def test_an_end_is_told_when_nobody_has_said_how_for_ten_seconds(scale: float):
    desk = Desk(time_scale=scale)
    desk.rings()
    desk.ends()
    assert desk.calls.next_at_s == desk.now_s + ANSWER_KEPT_S * scale
    desk.pass_time(ANSWER_KEPT_S * scale - 0.1)
    assert desk.told == ["ringing"]
    desk.pass_time(0.1)
    assert desk.told == ["ringing", "ended"]
    assert desk.calls.next_at_s == desk.now_s + (SHOWN_S - ANSWER_KEPT_S) * scale
    desk.pass_time((SHOWN_S - ANSWER_KEPT_S) * scale)
    assert desk.calls.shown is None


@SCALES
def test_events_of_the_device_before_are_taken_for_a_minute_and_a_half(scale: float):
    desk = Desk(time_scale=scale)
    desk.calls.hold("d2", desk.now_s)
    desk.calls.hold("d2", desk.now_s + 50)
    desk.pass_time(DEVICE_KEPT_S * scale - 0.1)
    desk.rings("c0", device_id="other")
    desk.rings("c1", device_id="d1")
    desk.pass_time(0.1)
    desk.rings("c2", device_id="d1")
    desk.rings("c3", device_id="d2")
    assert [call.call_id for call in desk.news] == ["c1", "c3"]


# ---- what is taken for a call, and for its end


def test_a_line_without_a_device_has_no_calls():
    desk = Desk()
    desk.calls = LineCalls(time_scale=1.0)
    desk.rings(device_id="")
    assert desk.news == []


@pytest.mark.parametrize(("age_s", "told"), [(None, 1), (-5.0, 1), (OLDEST_S, 1), (OLDEST_S + 0.1, 0)])
def test_a_ring_is_told_up_to_a_minute_after_it_began_or_where_nobody_says_when(
    desk: Desk, age_s: float | None, told: int
):
    desk.hear(CallRinging(call_id="c1", device_id="d1", caller=ANN, age_s=age_s))
    assert (len(desk.news), desk.calls.too_late) == (told, 1 - told)


def test_of_twenty_calls_at_once_all_ring_and_no_more_are_shown(desk: Desk):
    for number in range(AT_ONCE + 1):
        desk.rings(f"c{number}")
    assert len(desk.news) == AT_ONCE


def test_where_it_is_chosen_a_call_that_was_told_is_let_go_of_once_when_it_ends():
    desk = Desk(CallPolicy(release=True))
    desk.rings()
    desk.ends("other")
    assert desk.sent == [], "nobody here knows of it"
    desk.ends()
    desk.ends()
    assert desk.sent == [Release("d1", "c1")]


def test_an_end_that_comes_after_we_lost_track_is_told_by_what_is_shown_and_not_again(desk: Desk):
    desk.rings()
    desk.pass_time(LOST_AFTER_S)
    desk.ends(cause="Elsewhere")
    assert desk.phase is CallPhase.ANSWERED_ELSEWHERE
    assert desk.told == ["ringing", "lost_track"]
    desk.pass_time(SHOWN_S - 0.1)
    assert desk.phase is CallPhase.ANSWERED_ELSEWHERE
    desk.pass_time(0.1)
    assert desk.calls.shown is None


def past(
    number: str = "5008", *, began_s: float = 0.0, ended_s: float | None = 20.0, how: str = "MISSED"
) -> PastCall:
    """An item of the history, by seconds from the ring of a call that began at 1000 s, a moment ago."""
    at = WALL_S + 1000.0
    return PastCall(
        session_type="WEBEXCALLING",
        direction="INCOMING",
        disposition=how,
        started_at=at + began_s,
        ended_at=None if ended_s is None else at + ended_s,
        other=Caller("Ann", number),
    )


@pytest.mark.parametrize(
    ("item", "outcome"),
    [
        (past(began_s=SAME_CALL_S), CallPhase.MISSED),
        (past(began_s=SAME_CALL_S + 0.1), CallPhase.ENDED),
        (past(began_s=-SAME_CALL_S), CallPhase.MISSED),
        (past(began_s=-SAME_CALL_S - 0.1), CallPhase.ENDED),
        (past(began_s=-30.0, ended_s=-1.0), CallPhase.MISSED),
        (past(began_s=-30.0, ended_s=-1.1), CallPhase.ENDED),
        (past(ended_s=None), CallPhase.MISSED),
        (past(how="CANCELLED"), CallPhase.MISSED),
        (past(how="ANSWERED"), CallPhase.ANSWERED_ELSEWHERE),
        (past(number="4711"), CallPhase.MISSED),  # the only one: the number may be written in any way
    ],
)
def test_an_item_of_the_history_is_about_a_call_that_began_and_ended_close_to_it(
    desk: Desk, item: PastCall, outcome: CallPhase
):
    desk.rings(age_s=0.0)
    desk.ends()
    desk.hear(PastCalls((item,)))
    assert desk.phase is outcome


def test_where_two_items_fit_nothing_is_guessed(desk: Desk):
    desk.rings(age_s=0.0)
    desk.ends()
    desk.hear(PastCalls((past(how="MISSED"), past(began_s=1.0, how="ANSWERED"))))
    assert desk.phase is CallPhase.ENDED


def test_what_explained_a_call_explains_no_other_also_when_it_is_told_again(desk: Desk):
    desk.rings("c1", age_s=0.0)
    desk.ends("c1")
    item = past()
    desk.hear(PastCalls((item,)))
    desk.pass_time(1)
    desk.rings("c2", age_s=0.0)
    desk.ends("c2")
    desk.hear(PastCalls((item,)))
    assert desk.phase is CallPhase.ENDED
    desk.hear(PastCalls((item, past(began_s=2.0, how="ANSWERED"))))
    assert desk.told == ["ringing", "missed", "ringing", "answered_elsewhere"]


# ---- whatever was heard before


def test_calls_that_are_over_make_room_also_when_nobody_has_looked_meanwhile(desk: Desk):
    for number in range(AT_ONCE):
        desk.rings(f"c{number}")
        desk.ends(f"c{number}", cause="elsewhere")
    desk.now_s += SHOWN_S
    desk.rings("another")
    assert desk.news[-1].call_id == "another"


def test_what_explained_a_call_is_forgotten_with_the_history_that_named_it(desk: Desk):
    for number in range(100):
        desk.rings(f"c{number}", age_s=0.0)
        desk.ends(f"c{number}")
        desk.history("MISSED", number=f"{number}")
        desk.pass_time(SHOWN_S)
    assert desk.told == ["ringing", "missed"] * 100
    assert len(desk.calls._used) <= 1


@pytest.mark.parametrize(
    "event",
    [
        CallConnected(call_id="c1", device_id="other"),
        CallEnded(call_id="c1", device_id="other"),
        CallRinging(call_id="c1", device_id="other", age_s=120.0),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_somebody_elses_device_did_says_nothing_of_a_device_that_becomes_ours(
    desk: Desk, event: CallEvent
):
    desk.hear(event)
    assert desk.calls.too_late == 0
    desk.calls.hold("other", desk.now_s)
    desk.rings(device_id="other")
    assert desk.told == ["ringing"]


def test_a_ring_that_comes_again_after_we_lost_track_of_its_call_is_none(desk: Desk):
    desk.rings()
    desk.pass_time(LOST_AFTER_S + SHOWN_S)
    desk.rings()
    assert desk.told == ["ringing", "lost_track"]
    assert desk.calls.shown is None


@pytest.mark.parametrize(
    ("age_s", "began_s", "outcome"),
    [
        (None, -SAME_CALL_S, CallPhase.MISSED),
        (None, -SAME_CALL_S - 0.1, CallPhase.ENDED),
        (-5.0, -SAME_CALL_S, CallPhase.MISSED),
        (30.0, -SAME_CALL_S - 30.0, CallPhase.MISSED),
        (30.0, -SAME_CALL_S - 30.1, CallPhase.ENDED),
    ],
)
def test_a_call_began_as_long_ago_as_its_ring_says_and_never_in_the_future(
    desk: Desk, age_s: float | None, began_s: float, outcome: CallPhase
):
    desk.hear(CallRinging(call_id="c1", device_id="d1", caller=ANN, age_s=age_s))
    desk.ends()
    desk.hear(PastCalls((past(began_s=began_s),)))
    assert desk.phase is outcome


ANSWERED, OVER = CallConnected(call_id="c1", device_id="d1"), CallEnded(call_id="c1", device_id="d1")


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ((ANSWERED, OVER), CallPhase.ANSWERED_ELSEWHERE),
        ((ANSWERED, ANSWERED), CallPhase.ANSWERED_ELSEWHERE),
        ((OVER, ANSWERED), CallPhase.ENDED),
        ((OVER, OVER), CallPhase.ENDED),
    ],
)
def test_of_two_ends_the_first_counts(desk: Desk, events: tuple[CallEvent, ...], outcome: CallPhase):
    desk.rings()
    for event in events:
        desk.hear(event)
        assert desk.phase is (CallPhase.ANSWERED_ELSEWHERE if events[0] is ANSWERED else CallPhase.ENDED)
        desk.pass_time(1)
    desk.pass_time(ANSWER_KEPT_S)
    assert desk.told == ["ringing", outcome.value]
    desk.pass_time(SHOWN_S - ANSWER_KEPT_S - 2)
    assert desk.calls.shown is None, "it is shown for half a minute after the first"


@pytest.mark.parametrize("lost", [False, True])
def test_a_history_ends_no_call_that_may_still_ring(desk: Desk, lost: bool):
    desk.rings(age_s=0.0)
    if lost:
        desk.calls.socket_lost()
    before = desk.phase
    desk.hear(PastCalls((past(),)))
    assert desk.phase is before
    assert desk.told == ["ringing"]


def test_an_item_of_the_history_that_does_not_say_when_it_began_is_about_nothing(desk: Desk):
    desk.rings()
    desk.ends()
    desk.hear(PastCalls((replace(past(), started_at=None),)))
    assert desk.phase is CallPhase.ENDED


def test_two_calls_of_the_same_moment_have_an_item_of_the_history_each(desk: Desk):
    numbers = {"c1": "5008", "c2": "4711"}
    for call_id, number in numbers.items():
        desk.rings(call_id, caller=Caller("", number), age_s=0.0)
    for call_id in numbers:
        desk.ends(call_id)
    desk.hear(PastCalls((past("5008", how="MISSED"), past("4711", how="ANSWERED"))))
    assert [(call.call_id, call.phase) for call in desk.news[2:]] == [
        ("c1", CallPhase.MISSED),
        ("c2", CallPhase.ANSWERED_ELSEWHERE),
    ]
