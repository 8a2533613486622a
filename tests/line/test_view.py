"""What each state shows: the words of interface.md#badges and the vendor's status."""

from typing import get_args

import pytest

from softphone.line.failure import NOT_CONFIRMED_YET, Disposition
from softphone.line.model import LineState, LineStatus, Role
from softphone.line.states import (
    ActionNeeded,
    Deregistering,
    Elsewhere,
    Episode,
    Facts,
    Failed,
    Idle,
    Lease,
    Reconnecting,
    Rediscovering,
    Registered,
    Registering,
    Rehoming,
    RemovingDevice,
    SignedOut,
    State,
    WaitingToRetry,
)
from softphone.line.view import view
from softphone.values import replace
from tests.line.script import Script
from tests.line.tables.representatives import (
    B1,
    DEAD,
    FACTS,
    FOREIGN,
    HELD,
    NOW_S,
    ORPHAN,
    P1,
    SICK,
    SIGN_IN,
    failure,
)

EPISODE = Episode(began_at_s=NOW_S, attempts=3, failure=SICK)
HOME = Lease(server=P1, registration=HELD, sent_at_s=NOW_S, proved_at_s=NOW_S, round_trip_s=0.04)
AWAY = replace(HOME, server=B1, rehome_at_s=NOW_S + 3600)
OFFLINE: Facts = replace(FACTS, offline=True)
LIMIT = failure(Disposition.DEVICE_LIMIT, FOREIGN)

ROWS: tuple[tuple[State, LineState, LineStatus], ...] = (
    (Idle(facts=FACTS), LineState.IDLE, LineStatus.IDLE),
    (Registering(facts=FACTS, episode=EPISODE, server=P1), LineState.REGISTERING, LineStatus.INACTIVE),
    (
        RemovingDevice(facts=FACTS, episode=EPISODE, server=P1, device=ORPHAN, asked=P1),
        LineState.REGISTERING,
        LineStatus.INACTIVE,
    ),
    (WaitingToRetry(facts=FACTS, episode=EPISODE), LineState.RETRY_WAIT, LineStatus.INACTIVE),
    (WaitingToRetry(facts=OFFLINE, episode=EPISODE), LineState.OFFLINE, LineStatus.INACTIVE),
    (Rediscovering(facts=FACTS, episode=EPISODE), LineState.REGISTERING, LineStatus.INACTIVE),
    (Registered(facts=FACTS, lease=HOME), LineState.REGISTERED, LineStatus.ACTIVE),
    (Registered(facts=FACTS, lease=AWAY), LineState.REGISTERED_BACKUP, LineStatus.ACTIVE),
    (Registered(facts=FACTS, lease=AWAY, checking=True), LineState.CHECKING, LineStatus.ACTIVE),
    (
        Reconnecting(facts=FACTS, lease=HOME, failure=DEAD, misses=2),
        LineState.RECONNECTING,
        LineStatus.ACTIVE,
    ),
    (
        Reconnecting(facts=OFFLINE, lease=HOME, failure=DEAD, misses=2),
        LineState.OFFLINE,
        LineStatus.ACTIVE,
    ),
    (Rehoming(facts=FACTS, lease=AWAY, primary=P1), LineState.REGISTERING, LineStatus.ACTIVE),
    (Deregistering(facts=FACTS, lease=HOME), LineState.DEREGISTERING, LineStatus.ACTIVE),
    (ActionNeeded(facts=FACTS, failure=LIMIT, server=P1), LineState.ACTION, LineStatus.INACTIVE),
    (Elsewhere(facts=FACTS, failure=SICK), LineState.ELSEWHERE, LineStatus.INACTIVE),
    (Failed(facts=FACTS, failure=SICK), LineState.FAILED, LineStatus.INACTIVE),
    (SignedOut(facts=FACTS, failure=SIGN_IN), LineState.SIGNED_OUT, LineStatus.INACTIVE),
)


def test_every_state_has_a_word():
    assert {type(state) for state, _, _ in ROWS} == set(get_args(State))


@pytest.mark.parametrize(
    ("state", "word", "status"), ROWS, ids=[f"{type(state).__name__}-{word.value}" for state, word, _ in ROWS]
)
def test_a_state_shows_its_word_and_the_vendors_status(state: State, word: LineState, status: LineStatus):
    assert (view(state).state, view(state).status) == (word, status)


@pytest.mark.parametrize("state", [state for state, _, _ in ROWS], ids=lambda state: type(state).__name__)
def test_a_device_is_shown_exactly_while_the_status_is_active(state: State):
    shown = view(state)
    assert (shown.registration is not None) == (shown.status is LineStatus.ACTIVE)
    assert (shown.proved_at_s is not None) == (shown.status is LineStatus.ACTIVE)


def test_an_effort_shows_whom_it_asks_how_often_it_tried_and_why_it_must():
    shown = view(Registering(facts=FACTS, episode=EPISODE, server=P1))
    assert (shown.asking, shown.attempt, shown.failure) == (P1, 3, SICK)


def test_a_wait_shows_its_cause():
    assert view(WaitingToRetry(facts=FACTS, episode=EPISODE)).failure is SICK


def test_a_backup_shows_when_the_way_home_is_tried():
    shown = view(Registered(facts=FACTS, lease=AWAY))
    assert shown.server is not None
    assert shown.server.role is Role.BACKUP
    assert (shown.rehome_at_s, shown.round_trip_s) == (NOW_S + 3600, 0.04)


def test_misses_are_counted_on_the_badge():
    state = Reconnecting(facts=FACTS, lease=HOME, failure=DEAD, misses=2)
    assert (view(state).misses, view(state).failure) == (2, DEAD)


@pytest.mark.parametrize(
    ("answers", "unconfirmed"),
    [
        ("200", False),
        ("204", False),
        ("404", False),
        ("401", True),
        ("503", True),
        ("silent", True),
        ("503 200", False),
        ("200~9", False),
    ],
)
def test_a_deregistration_that_nobody_confirmed_says_so(answers: str, unconfirmed: bool):
    script = Script(delete={"P1": answers}).play("register@0 deregister@5", 60)
    assert view(script.state).state is LineState.IDLE
    assert view(script.state).unconfirmed is unconfirmed
    assert (view(script.state).failure is not None) is unconfirmed


def test_l2_a_person_sees_reconnecting_from_the_first_miss():
    script = Script(keepalive={"P1": "503"}).play(until_s=30.0)
    assert isinstance(script.state, Reconnecting)
    assert (view(script.state).state, view(script.state).misses) == (LineState.RECONNECTING, 1)


@pytest.mark.parametrize(
    ("until_s", "misses"), [(31.0, 1), (59.0, 1), (61.0, 2), (77.0, 2), (93.0, 3), (117.0, 3)]
)
def test_l2_missed_are_whole_intervals_without_proof(until_s: float, misses: int):
    script = Script(keepalive={"P1": "503"}).play(until_s=until_s)
    assert view(script.state).misses == misses


@pytest.mark.parametrize(
    ("answer", "until_s", "told"),
    [("silent", 6.0, True), ("200~9", 13.9, True), ("200~9", 14.0, False), ("503 200", 6.0, True)],
)
def test_l19_the_line_is_off_at_once_and_the_end_of_the_delete_is_told(
    answer: str, until_s: float, told: bool
):
    script = Script(delete={"P1": answer}).play("register@0 deregister@5", until_s)
    assert isinstance(script.state, Idle)
    assert view(script.state).unconfirmed is told


def test_l19_deregistering_is_shown_for_a_second_at_most():
    script = Script(delete={"P1": "silent"})
    assert view(script.play("register@0 deregister@5", 5.9).state).state is LineState.DEREGISTERING
    after = script.play("", 6.0).state
    assert isinstance(after, Idle)
    assert after.unconfirmed is NOT_CONFIRMED_YET


def test_l17_the_button_is_gone_until_the_time_is_over():
    script = Script(keepalive={"P1": "429:60"})
    assert view(script.play("register@0", 31.0).state).retry_held_until_s is None
    held_until_s = view(script.play("retry@32", 40.0).state).retry_held_until_s
    assert held_until_s == pytest.approx(32.0 + 63.0)


def test_l17_one_press_is_for_every_host_that_asks_to_wait_and_a_new_wish_for_another():
    busy = dict.fromkeys(("P1", "B1", "D"), "429:60")
    script = Script(post=busy, draw=0.0)
    assert not view(script.play("register@0", 5.0).state).retry_held_until_s
    assert view(script.play("retry@6", 7.0).state).retry_held_until_s == pytest.approx(60.0)
    again = view(script.play("", 68.0).state)
    assert again.state is LineState.RETRY_WAIT
    assert (again.retry_held_until_s or 0.0) <= script.now_s


def test_a_press_is_not_offered_while_every_host_still_owes_an_answer():
    script = Script(primaries="P1", backups="", post={"P1": "silent"})
    seen = view(script.play("register@0", 12.0).state)
    assert seen.state is LineState.RETRY_WAIT
    assert seen.retry_held_until_s == pytest.approx(30.0)
