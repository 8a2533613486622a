"""What a line shows and sends for calls, in virtual time (sockets.md#vectors, the notices C01 to C21)."""

import itertools
import random
from typing import Any

import pytest

from softphone.calling.calls import (
    KEPT_IDS,
    Alerting,
    CallPolicy,
    LineCalls,
    Release,
    Send,
)
from softphone.calling.messages import CallConnected, CallEnded, CallEvent, CallRinging, PastCall, PastCalls
from softphone.line.model import Call, Caller, CallPhase

ANN = Caller("Ann Example", "+12145555008")
WALL_S = 1_800_000_000.0


class Desk:
    """One line whose device is d1, and all that it told and sent; `pass_time` is virtual."""

    def __init__(self, policy: CallPolicy | None = None, *, time_scale: float = 1.0) -> None:
        self.calls = LineCalls(time_scale=time_scale)
        self.calls.policy = policy or CallPolicy()
        self.now_s = 1000.0
        self.sent: list[Send] = []
        self.news: list[Call] = []
        self.calls.hold("d1", self.now_s)

    def hear(self, event: CallEvent) -> None:
        self.sent += self.calls.take(event, self.now_s, WALL_S + self.now_s)
        self.news += self.calls.news(self.now_s)

    def rings(self, call_id: str = "c1", device_id: str = "d1", **told: float | Caller) -> None:
        fields = {"caller": ANN, "age_s": 0.2} | told
        self.hear(CallRinging(call_id=call_id, device_id=device_id, **fields))  # type: ignore[arg-type]

    def ends(self, call_id: str = "c1", device_id: str = "d1", cause: str = "Normal disconnect") -> None:
        self.hear(CallEnded(call_id=call_id, device_id=device_id, cause_code=0, cause=cause))

    def history(self, disposition: str, number: str = "5008", began_s: float = 0.0, **other: str) -> None:
        at = WALL_S + self.now_s + began_s
        item = PastCall(
            session_type=other.get("session_type", "WEBEXCALLING"),
            direction=other.get("direction", "INCOMING"),
            disposition=disposition,
            started_at=at,
            ended_at=at + 20,
            other=Caller("Ann", number),
        )
        self.hear(PastCalls((item,)))

    def pass_time(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        looks = 0
        while (due_s := self.calls.next_at_s) is not None and due_s <= until_s:
            self.now_s = max(self.now_s, due_s)
            self.news += self.calls.news(self.now_s)
            looks += 1
            assert looks < 1000, "the same is due again and again"
        self.now_s = until_s
        self.news += self.calls.news(until_s)

    @property
    def phase(self) -> CallPhase | None:
        return self.calls.shown.phase if self.calls.shown else None

    @property
    def told(self) -> list[str]:
        return [call.phase.value for call in self.news]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_c01_a_ring_is_told_once_with_its_caller_and_by_default_nothing_is_sent(desk: Desk):
    desk.rings()
    assert desk.calls.shown is not None
    assert desk.calls.shown.caller == ANN
    assert desk.told == ["ringing"]
    assert desk.sent == []


def test_c01_where_it_is_chosen_the_ring_is_told_to_the_service_once():
    desk = Desk(CallPolicy(alerting=True))
    desk.rings()
    desk.rings()
    assert desk.sent == [Alerting("d1", "c1")]


def test_c02_a_ring_that_comes_twice_is_one(desk: Desk):
    desk.rings()
    desk.pass_time(1)
    desk.rings()
    assert desk.told == ["ringing"]


def test_c04_a_ring_for_a_device_of_somebody_else_is_nothing():
    desk = Desk(CallPolicy(alerting=True, release=True))
    desk.rings(device_id="other")
    desk.ends(device_id="other")
    assert (desk.news, desk.sent, desk.calls.shown) == ([], [], None)


def test_a_ring_at_the_device_before_counts_for_a_while(desk: Desk):
    desk.calls.hold("d2", desk.now_s)
    desk.pass_time(89)
    desk.rings(device_id="d1")
    desk.rings("c2", device_id="d2")
    assert desk.told == ["ringing", "ringing"]
    desk.pass_time(2)
    desk.rings("c3", device_id="d1")
    assert desk.told == ["ringing", "ringing"]


def test_c06_a_ring_without_an_end_rings_on_then_we_lost_track_and_nothing_is_sent():
    desk = Desk(CallPolicy(release=True))
    desk.rings()
    desk.pass_time(179)
    assert desk.phase is CallPhase.RINGING
    desk.pass_time(2)
    assert desk.told == ["ringing", "lost_track"]
    desk.pass_time(60)
    assert desk.calls.shown is None
    assert desk.sent == []


def test_c07_an_end_is_found_by_the_call_and_is_shown_at_once(desk: Desk):
    desk.rings()
    desk.ends()
    assert desk.phase is CallPhase.ENDED
    assert desk.told == ["ringing"]  # it may still be told how


@pytest.mark.parametrize(
    ("disposition", "outcome"),
    [("MISSED", "missed"), ("CANCELED", "missed"), ("ANSWERED", "answered_elsewhere")],
)
def test_c08_the_history_of_calls_says_how_it_ended(desk: Desk, disposition: str, outcome: str):
    desk.rings()
    desk.ends()
    desk.pass_time(3)
    desk.history(disposition, began_s=-3)
    assert desk.told == ["ringing", outcome]
    desk.pass_time(30)
    assert desk.told == ["ringing", outcome]
    assert desk.calls.shown is None


def test_c08_a_history_that_comes_before_the_end_counts_too(desk: Desk):
    desk.rings()
    desk.history("MISSED")
    desk.ends()
    assert desk.told == ["ringing", "missed"]


def test_c09_without_a_word_of_the_history_it_just_ended(desk: Desk):
    desk.rings()
    desk.ends()
    desk.pass_time(9)
    assert desk.told == ["ringing"]
    desk.pass_time(2)
    assert desk.told == ["ringing", "ended"]
    desk.history("MISSED", began_s=-11)
    assert desk.phase is CallPhase.ENDED  # it was told already


@pytest.mark.parametrize(
    "other",
    [
        {"session_type": "SPARK"},
        {"direction": "OUTGOING"},
        {"disposition": "INITIATED"},
        {"disposition": "something new"},
        {"began_s": -91.0},
    ],
)
def test_c09_what_is_not_surely_about_the_call_is_not_guessed_from(desk: Desk, other: dict[str, Any]):
    desk.rings()
    desk.ends()
    desk.history(**({"disposition": "MISSED"} | other))
    desk.pass_time(11)
    assert desk.told == ["ringing", "ended"]


def test_c09_one_item_of_the_history_explains_one_call(desk: Desk):
    desk.rings("c1")
    desk.ends("c1")
    desk.history("MISSED")
    desk.rings("c2")
    desk.ends("c2")
    desk.pass_time(11)
    assert desk.told == ["ringing", "missed", "ringing", "ended"]


def test_of_several_items_the_one_with_the_number_counts(desk: Desk):
    desk.rings()
    desk.ends()
    at = WALL_S + desk.now_s
    items = [
        PastCall(
            session_type="WEBEXCALLING",
            direction="INCOMING",
            disposition=disposition,
            started_at=at,
            ended_at=at + 5,
            other=Caller("", number),
        )
        for disposition, number in (("ANSWERED", "5009"), ("MISSED", "5008"))
    ]
    desk.hear(PastCalls(tuple(items)))
    assert desk.told == ["ringing", "missed"]


def test_c10_a_cause_that_says_so_is_answered_elsewhere(desk: Desk):
    desk.rings()
    desk.ends(cause="Call completed elsewhere")
    assert desk.told == ["ringing", "answered_elsewhere"]


def test_a_call_that_is_connected_was_answered_elsewhere(desk: Desk):
    desk.rings()
    desk.hear(CallConnected(call_id="c1", device_id="d1"))
    assert desk.told == ["ringing", "answered_elsewhere"]
    desk.ends()
    desk.pass_time(60)
    assert desk.told == ["ringing", "answered_elsewhere"]


def test_c11_a_ring_after_its_end_is_none(desk: Desk):
    desk.ends()
    desk.rings()
    assert desk.news == []


def test_a_ring_after_its_call_was_answered_elsewhere_is_none(desk: Desk):
    desk.hear(CallConnected(call_id="c1", device_id="d1"))
    desk.rings()
    assert desk.news == []
    assert desk.calls.shown is None


def test_c13_a_ring_that_is_two_minutes_old_is_counted_and_not_told(desk: Desk):
    desk.rings(age_s=120.0)
    assert desk.news == []
    assert desk.calls.too_late == 1


def test_c16_two_calls_have_an_end_each_and_the_latest_is_shown(desk: Desk):
    desk.rings("c1")
    desk.pass_time(1)
    desk.rings("c2")
    assert desk.calls.shown is not None
    assert desk.calls.shown.call_id == "c2"
    desk.ends("c2", cause="answered elsewhere")
    assert desk.calls.shown.call_id == "c1"
    assert desk.phase is CallPhase.RINGING
    desk.ends("c1", cause="answered elsewhere")
    assert desk.told == ["ringing", "ringing", "answered_elsewhere", "answered_elsewhere"]


def test_c17_when_the_socket_is_lost_it_may_still_ring_then_we_lost_track(desk: Desk):
    desk.rings()
    desk.calls.socket_lost()
    assert desk.phase is CallPhase.UNCERTAIN
    desk.pass_time(181)
    assert desk.told == ["ringing", "lost_track"]


def test_c17_an_end_that_is_heard_after_all_counts(desk: Desk):
    desk.rings()
    desk.calls.socket_lost()
    desk.ends(cause="answered elsewhere")
    assert desk.told == ["ringing", "answered_elsewhere"]


def test_c21_in_any_order_of_events_a_call_is_let_go_of_after_its_end_only_and_told_twice_at_most():
    chance = random.Random(21)
    desk = Desk(CallPolicy(alerting=True, release=True))
    ended: set[tuple[str, str]] = set()
    for number in itertools.count():
        if number == 10_000:
            break
        call_id, device_id = f"c{chance.randrange(40) + number // 100}", chance.choice(("d1", "d1", "other"))
        match chance.randrange(7):
            case 0 | 1:
                desk.rings(call_id, device_id, age_s=chance.choice((0.0, 30.0, 90.0)))
            case 2:
                ended.add((device_id, call_id))
                desk.ends(call_id, device_id, cause=chance.choice(("", "elsewhere")))
            case 3:
                desk.hear(CallConnected(call_id=call_id, device_id=device_id))
            case 4:
                desk.history(chance.choice(("MISSED", "ANSWERED", "")), began_s=-chance.random() * 30)
            case 5:
                desk.calls.socket_lost()
            case _:
                desk.pass_time(chance.random() * 60)
        for send in desk.sent:
            assert send.device_id == "d1"
            assert isinstance(send, Alerting) or (send.device_id, send.call_id) in ended
        desk.sent.clear()
    rung = [call.call_id for call in desk.news if call.rings]
    over = [call.call_id for call in desk.news if not call.rings]
    assert len(set(over)) == len(over) or len(rung) >= len(over)
    assert not [send for send in desk.sent if isinstance(send, Release)]


@pytest.mark.parametrize(("later", "is_none"), [(KEPT_IDS - 1, True), (KEPT_IDS, False)])
def test_of_so_many_calls_that_are_over_a_late_ring_is_known(desk: Desk, later: int, is_none: bool):
    desk.ends("first")
    for number in range(later):
        desk.ends(f"c{number}")
    desk.rings("first")
    assert (desk.calls.shown is None) is is_none


@pytest.mark.parametrize(
    ("number", "outcome"),
    [("008", CallPhase.MISSED), ("08", CallPhase.ENDED), ("+1 (214) 555-5008", CallPhase.MISSED)],
)
def test_a_number_of_three_digits_may_be_the_end_of_another(desk: Desk, number: str, outcome: CallPhase):
    desk.rings()
    desk.ends()
    at = WALL_S + desk.now_s
    items = (
        PastCall(
            session_type="WEBEXCALLING",
            direction="INCOMING",
            disposition=disposition,
            started_at=at,
            ended_at=at + 20,
            other=Caller("Ann", who),
        )
        for disposition, who in (("MISSED", number), ("ANSWERED", "4711"))
    )
    desk.hear(PastCalls(tuple(items)))
    assert desk.phase is outcome


@pytest.mark.parametrize("order", [("c1", "c2"), ("c2", "c1")])
def test_of_calls_that_are_over_the_one_that_ended_last_is_shown(desk: Desk, order: tuple[str, str]):
    for call_id in ("c1", "c2"):
        desk.rings(call_id)
    for call_id in order:
        desk.pass_time(1)
        desk.ends(call_id)
    assert desk.calls.shown is not None
    assert desk.calls.shown.call_id == order[-1]
