"""Rules of `registration.step` that no story tells: late answers, the bound, proof, extremes of the dice."""

import pytest

from softphone.line.effects import (
    CancelTimer,
    Discard,
    Emit,
    SendKeepalive,
    SendPing,
    SendRegister,
    StartTimer,
)
from softphone.line.events import (
    Accepted,
    Deregister,
    DeviceGone,
    Discarded,
    NetworkBack,
    NetworkLost,
    PingAnswered,
    Proved,
    Register,
    RequestFailed,
    RetryNow,
    Sent,
    ServersFound,
    SignInEnded,
    TimerFired,
    Woke,
)
from softphone.line.failure import ASKED_TO_WAIT, Failure
from softphone.line.model import LineEvent, LineState, Registration, Role, Servers
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import (
    BOUND_WINDOW_S,
    GRANTED_LIMIT,
    ActionNeeded,
    Awaiting,
    Bar,
    Deregistering,
    Elsewhere,
    Episode,
    Facts,
    Failed,
    Idle,
    Open,
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
    AWAITED,
    B1,
    DEAD,
    FACTS,
    HELD,
    HOME,
    NEW,
    NOW_S,
    ORPHAN,
    P1,
    P2,
    SICK,
    SIGN_IN,
)

POLICY = Policy()
AWAY = replace(HOME, server=B1, rehome_at_s=NOW_S - 1)
FULL = (NOW_S - 30.0,) * 12  # the bound on requests is met
UNTIL_ROOM_S = FULL[0] + BOUND_WINDOW_S - NOW_S
KEEPALIVE = Open(7, P1.url, NOW_S, NOW_S + 30)
PROVED = Proved(at_s=NOW_S, request=7, device_id=HOME.device.device_id, sent_at_s=NOW_S)
DISCARDED = Discard(B1, NEW.device, 150.0)


def accepted(request: int, registration: Registration = NEW) -> Accepted:
    return Accepted(at_s=NOW_S, request=request, server=B1, registration=registration)


# ---- late answers


@pytest.mark.parametrize(
    "state",
    [
        Idle(facts=FACTS),
        Registered(facts=FACTS, lease=HOME, keepalive=KEEPALIVE),
        Reconnecting(facts=FACTS, lease=HOME, failure=DEAD),
        Rehoming(facts=AWAITED, lease=AWAY, primary=P1),
        Deregistering(facts=FACTS, lease=HOME),
        Elsewhere(facts=FACTS, failure=SICK),
        SignedOut(facts=FACTS, failure=SIGN_IN),
    ],
    ids=lambda state: type(state).__name__,
)
def test_a_registration_that_comes_late_and_is_of_no_use_is_deleted_again(state: State):
    after, effects = step(state, accepted(FACTS.request - 1), POLICY)
    assert effects == (DISCARDED,)
    assert after == replace(state, facts=replace(state.facts, granted=("new",)))


def test_of_what_a_line_was_granted_the_newest_devices_are_known_and_no_others():
    facts = FACTS
    for number in range(2 * GRANTED_LIMIT):
        facts = facts.with_granted(f"d{number}").with_granted("ours")
    assert facts.granted[-1] == "ours"
    assert facts.granted[0] == f"d{GRANTED_LIMIT + 1}"
    assert len(facts.granted) == GRANTED_LIMIT == 64


@pytest.mark.parametrize(
    "state",
    [
        Registering(facts=AWAITED, episode=Episode(began_at_s=NOW_S), server=P1),
        RemovingDevice(facts=AWAITED, episode=Episode(began_at_s=NOW_S), server=P1, device=ORPHAN, asked=P1),
        WaitingToRetry(facts=FACTS, episode=Episode(began_at_s=NOW_S)),
        Rediscovering(facts=AWAITED, episode=Episode(began_at_s=NOW_S)),
        ActionNeeded(facts=FACTS, failure=SICK, server=P1),
        Failed(facts=FACTS, failure=SICK),
    ],
    ids=lambda state: type(state).__name__,
)
def test_a_registration_that_comes_late_is_taken_while_the_line_holds_nothing(state: State):
    after, effects = step(state, accepted(FACTS.request - 1), POLICY)
    assert isinstance(after, Registered)
    assert after.lease.device == NEW.device
    assert Emit(LineEvent.REGISTERED) in effects
    assert not any(isinstance(effect, Discard) for effect in effects)


def test_a_late_registration_that_is_being_removed_is_not_taken():
    state = RemovingDevice(
        facts=AWAITED, episode=Episode(began_at_s=NOW_S), server=P1, device=NEW.device, asked=P1
    )
    after, effects = step(state, accepted(FACTS.request - 1), POLICY)
    assert isinstance(after, RemovingDevice)
    assert effects == (DISCARDED,)


def test_the_lease_of_a_late_registration_counts_from_its_sending():
    state = WaitingToRetry(facts=FACTS, episode=Episode(began_at_s=NOW_S))
    late = replace(accepted(FACTS.request - 1), sent_at_s=NOW_S - 25)
    after, effects = step(state, late, POLICY)
    assert isinstance(after, Registered)
    assert after.lease.sent_at_s == NOW_S - 25
    assert effects[-1] == StartTimer(5.0)


@pytest.mark.parametrize("state", [Registered, Reconnecting], ids=lambda kind: kind.__name__)
def test_a_late_keepalive_of_the_device_held_is_proof(state: type[Registered | Reconnecting]):
    held: State = (
        Registered(facts=FACTS, lease=HOME)
        if state is Registered
        else Reconnecting(facts=FACTS, lease=HOME, failure=DEAD)
    )
    proof = Proved(at_s=NOW_S, request=FACTS.request - 1, device_id="held", sent_at_s=NOW_S - 15)
    after, _ = step(held, proof, POLICY)
    assert isinstance(after, Registered)
    assert (after.lease.sent_at_s, after.lease.proved_at_s) == (NOW_S - 15, NOW_S)


def test_a_late_keepalive_of_another_device_is_none():
    state = Reconnecting(facts=FACTS, lease=HOME, failure=DEAD)
    proof = Proved(at_s=NOW_S, request=FACTS.request - 1, device_id="another", sent_at_s=NOW_S - 15)
    assert step(state, proof, POLICY) == (state, ())


def test_server_lists_that_come_late_are_as_good_as_in_time():
    found = ServersFound(at_s=NOW_S, request=FACTS.request - 1, servers=Servers((P2,), (B1,)))
    after, effects = step(Idle(facts=FACTS), found, POLICY)
    assert (after.facts.servers, effects) == (Servers((P2,), (B1,)), ())


def test_the_device_held_is_not_deleted_when_it_is_granted_twice():
    """A server may give a WDM device the same id again (protocol.md#test-service): only the id counts."""
    again = replace(HELD, device=replace(HELD.device, last_seen="2026-01-05T05:08:46Z"))
    state = Registered(facts=FACTS, lease=HOME)
    assert step(state, accepted(FACTS.request - 1, again), POLICY) == (state, ())


def test_an_answer_is_late_once_nobody_waits_for_it():
    state = Idle(facts=FACTS)
    assert not state.facts.awaiting
    assert step(state, Proved(at_s=NOW_S, request=FACTS.request), POLICY) == (state, ())


@pytest.mark.parametrize(
    "state",
    [
        Idle(facts=AWAITED),
        WaitingToRetry(facts=AWAITED, episode=Episode(began_at_s=NOW_S)),
        ActionNeeded(facts=AWAITED, failure=SICK, server=P1),
        Elsewhere(facts=AWAITED, failure=SICK),
        Failed(facts=AWAITED, failure=SICK),
        SignedOut(facts=AWAITED, failure=SIGN_IN),
    ],
    ids=lambda state: type(state).__name__,
)
def test_a_state_that_asks_nothing_does_nothing_with_an_answer(state: State):
    assert step(state, Proved(at_s=NOW_S, request=7), POLICY) == (state, ())
    assert step(state, DeviceGone(at_s=NOW_S, request=7), POLICY) == (state, ())
    assert step(state, RequestFailed(at_s=NOW_S, request=7, failure=SIGN_IN), POLICY) == (state, ())


# ---- the bound


def test_a_register_beyond_the_bound_waits_and_says_why():
    facts = replace(FACTS, sent_at_s=FULL)
    state, effects = step(Idle(facts=facts), Register(at_s=NOW_S), POLICY)
    assert isinstance(state, WaitingToRetry)
    assert state.episode.failure is ASKED_TO_WAIT
    assert effects[-1] == StartTimer(UNTIL_ROOM_S)


def test_a_line_that_the_circuits_release_asks_only_when_the_bound_has_room():
    full = Reconnecting(facts=replace(FACTS, sent_at_s=FULL), lease=HOME, failure=SICK)
    room = replace(full, facts=replace(FACTS, sent_at_s=FULL[1:]))
    assert asks(room, RetryNow(at_s=NOW_S, by_person=False))
    assert not asks(full, RetryNow(at_s=NOW_S, by_person=False))
    assert asks(full, RetryNow(at_s=NOW_S)), "a click is not counted against the bound"


def test_a_request_that_waited_for_its_turn_counts_from_when_it_went_out():
    state: State = Idle(facts=replace(FACTS, sent_at_s=(NOW_S - 100, NOW_S - 10, NOW_S - 5)))
    sent = Sent(at_s=NOW_S, noted_at_s=NOW_S - 10)
    state, effects = step(state, sent, POLICY)
    assert (state.facts.sent_at_s, effects) == ((NOW_S - 5, NOW_S), ())
    state, _ = step(state, sent, POLICY)
    assert state.facts.sent_at_s == (NOW_S - 5, NOW_S, NOW_S), "what is noted nowhere is counted all the same"


def test_a_ping_of_a_dead_host_keeps_to_the_bound():
    state = Reconnecting(
        facts=replace(FACTS, sent_at_s=FULL), lease=HOME, failure=DEAD, silences=2, keepalive=KEEPALIVE
    )
    missed, effects = step(state, RequestFailed(at_s=NOW_S, request=7, failure=DEAD), POLICY)
    assert isinstance(missed, Reconnecting)
    assert not any(isinstance(effect, SendPing) for effect in effects)
    assert effects[-1] == StartTimer(UNTIL_ROOM_S)


def test_a_rediscovery_keeps_to_the_bound():
    episode = Episode(began_at_s=NOW_S - 100, rounds=4, told=True, failure=SICK)
    state = WaitingToRetry(facts=replace(FACTS, sent_at_s=FULL, discovered_at_s=0.0), episode=episode)
    after, effects = step(state, TimerFired(at_s=NOW_S), POLICY)
    assert isinstance(after, WaitingToRetry)
    assert effects == (StartTimer(UNTIL_ROOM_S),)
    assert isinstance(step(after, TimerFired(at_s=NOW_S + 30.05), POLICY)[0], Rediscovering)


def test_a_removal_waits_until_the_post_after_it_fits_the_bound_too():
    script = Script(post={"P1": "101:ours 101:ours 200"})
    script.state = Idle(facts=replace(script.state.facts, sent_at_s=(-1.0,) * 10))
    script.play(until_s=70.0)
    assert " · ".join(script.log) == (
        "C · POST P1 101:ours@0 · POST P1 101:ours@59.1 · DELETE P1/ours 200@59.1 · POST P1 200@59.1 · R"
    )


def test_the_way_home_is_left_for_later_when_it_does_not_fit_the_bound():
    fresh = replace(FACTS, sent_at_s=(NOW_S - 1,) * 9, discovered_at_s=NOW_S - 60)
    state = Registered(facts=fresh, lease=AWAY, keepalive=replace(KEEPALIVE, url=B1.url))
    after, effects = step(state, Proved(at_s=NOW_S, request=7), POLICY)
    assert isinstance(after, Registered)
    assert effects == (StartTimer(POLICY.home_spacing_s),)
    assert not after.facts.awaiting


def test_a_timer_that_fires_a_little_early_does_not_put_off_the_way_home():
    soon = replace(AWAY, rehome_at_s=NOW_S + 0.04)
    facts = replace(FACTS, discovered_at_s=NOW_S - 60)
    after, _ = step(Registered(facts=facts, lease=soon, keepalive=KEEPALIVE), PROVED, POLICY)
    assert isinstance(after, Registered)
    assert after.awaiting is Awaiting.PING


def test_while_every_primary_asks_us_to_wait_keepalives_come_as_ever():
    facts = replace(FACTS, bars=(Bar(P1.url, NOW_S + 1000), Bar(P2.url, NOW_S + 500)))
    facts = replace(facts, discovered_at_s=NOW_S - 60)
    _, effects = step(Registered(facts=facts, lease=AWAY, keepalive=KEEPALIVE), PROVED, POLICY)
    assert effects == (StartTimer(30.0),)


def test_one_is_sent_when_the_first_of_them_may_be_asked():
    facts = replace(FACTS, bars=(Bar(P1.url, NOW_S + 1000), Bar(P2.url, NOW_S + 20)))
    facts = replace(facts, discovered_at_s=NOW_S - 60)
    _, effects = step(Registered(facts=facts, lease=AWAY, keepalive=KEEPALIVE), PROVED, POLICY)
    assert effects == (StartTimer(20.0),)


@pytest.mark.parametrize("state", [Registered, Reconnecting], ids=lambda kind: kind.__name__)
def test_lists_that_come_late_show_the_way_home_too(state: type[Registered | Reconnecting]):
    held: State = (
        Registered(facts=FACTS, lease=HOME)
        if state is Registered
        else Reconnecting(facts=FACTS, lease=HOME, failure=SICK)
    )
    found = ServersFound(at_s=NOW_S, request=FACTS.request - 1, servers=Servers((P2,), (B1,)))
    after, effects = step(held, found, POLICY)
    assert isinstance(after, state)
    assert after.lease.rehome_at_s == NOW_S + 60 * 90
    assert effects == ()


# ---- proof


@pytest.mark.parametrize("awaiting", list(Awaiting), ids=lambda awaiting: awaiting.value)
def test_nothing_is_green_after_sleep(awaiting: Awaiting):
    facts = FACTS if awaiting is Awaiting.NOTHING else AWAITED
    state, _ = step(Registered(facts=facts, lease=HOME, awaiting=awaiting), Woke(at_s=NOW_S), POLICY)
    assert view(state).state is LineState.CHECKING


def test_a_ping_that_finds_nobody_is_no_proof_after_sleep():
    state = Registered(facts=AWAITED, lease=AWAY, awaiting=Awaiting.PING, checking=True)
    after, effects = step(state, PingAnswered(at_s=NOW_S, request=7), POLICY)
    assert view(after).state is LineState.CHECKING
    assert effects == ()  # the timer of the next keepalive runs on


# ---- rehoming intervals


@pytest.mark.parametrize(
    ("low", "high", "minutes"),
    [
        (None, None, 60.0),
        (90.0, 180.0, 90.0),
        (0.0, 0.0, 60.0),
        (-5.0, -1.0, 60.0),
        (float("nan"), float("nan"), 60.0),
        (float("inf"), 120.0, 60.0),
        (1e9, 1e9, 60.0),
        (0.001, 0.001, 60.0),
        (180.0, 90.0, 180.0),
    ],
)
def test_rehoming_waits_for_a_sensible_time_whatever_the_primary_asked(
    low: float | None, high: float | None, minutes: float
):
    state = Registering(
        facts=replace(AWAITED, rehoming_minutes=(low, high)), episode=Episode(began_at_s=NOW_S), server=B1
    )
    on_backup, _ = step(state, replace(accepted(7), draw=0.0), POLICY)
    assert isinstance(on_backup, Registered)
    assert on_backup.lease.rehome_at_s == NOW_S + 60 * minutes


def test_a_line_with_backups_only_never_tries_to_go_home():
    servers = Servers((), (B1,))
    state = Registering(facts=replace(AWAITED, servers=servers), episode=Episode(began_at_s=NOW_S), server=B1)
    on_backup, _ = step(state, accepted(7), POLICY)
    assert isinstance(on_backup, Registered)
    assert on_backup.lease.rehome_at_s is None


# ---- leaving


def test_the_sign_in_ending_after_a_register_during_deregister_keeps_the_wish():
    state = Deregistering(facts=FACTS, lease=HOME, register_next=True)
    after, _ = step(state, SignInEnded(at_s=NOW_S, failure=SIGN_IN), POLICY)
    assert isinstance(after, SignedOut)


def test_a_delete_that_is_refused_once_keeps_the_wish_to_register_next():
    script = Script(delete={"P1": "503~0.7 200"})
    script.play("register@0 deregister@5 register@5.5")
    assert " · ".join(script.log) == (
        "C · POST P1 200@0 · R · DELETE P1/d1 503@5 · U · C · POST P1 200@5.7 · R · DELETE P1/d1 200@7.7"
    )


def test_the_last_wish_counts_while_leaving():
    script = Script(delete={"P1": "200~3"})
    script.play("register@0 deregister@5 register@5.2 deregister@5.4")
    assert script.log == ["C", "POST P1 200@0", "R", "DELETE P1/d1 200@5", "U"]
    assert script.end == "Idle, no timer"


def test_deregister_during_the_way_home_removes_the_device():
    state = Rehoming(facts=AWAITED, lease=AWAY, primary=P1)
    after, effects = step(state, Deregister(at_s=NOW_S), POLICY)
    assert isinstance(after, Deregistering)
    assert effects[0] == Discard(B1, HELD.device, 150.0)
    gone, effects = step(after, Discarded(at_s=NOW_S, device=HELD.device), POLICY)
    assert isinstance(gone, Idle)
    assert gone.unconfirmed is None
    assert effects[-1] == CancelTimer()


def test_the_end_of_another_device_does_not_end_leaving():
    state = Deregistering(facts=FACTS, lease=HOME)
    assert step(state, Discarded(at_s=NOW_S, device=ORPHAN), POLICY) == (state, ())


# ---- whom to ask


def test_a_host_just_found_dead_is_not_asked_first():
    state = Reconnecting(facts=AWAITED, lease=HOME, failure=DEAD, misses=3, silences=3, looking=True)
    after, effects = step(state, PingAnswered(at_s=NOW_S, request=7, up=(B1,), alive=(B1,)), POLICY)
    assert isinstance(after, Registering)
    assert after.episode.failure is DEAD
    assert SendRegister(after.facts.request, P2) in effects


def asks(state: State, event: RetryNow) -> bool:
    """Whether this press sends a keepalive."""
    after, effects = step(state, event, POLICY)
    asked = any(isinstance(effect, SendKeepalive) for effect in effects)
    assert asked or after == state
    return asked


@pytest.mark.parametrize(
    ("bar", "by_person", "asked"),
    [
        (Bar(P1.url, NOW_S + 100.0), True, True),
        (Bar(P1.url, NOW_S + 100.0), False, False),
        (Bar(P1.url, NOW_S + 100.0, pressed=True), True, False),
        (Bar(P1.url, NOW_S, pressed=True), False, True),
    ],
)
def test_one_press_of_a_person_is_tried_against_a_wish_to_wait(bar: Bar, by_person: bool, asked: bool):
    state = Registered(facts=replace(FACTS, bars=(bar,)), lease=HOME)
    assert asks(state, RetryNow(at_s=NOW_S, by_person=by_person)) is asked


@pytest.mark.parametrize("draw", [0.0, 0.5, 0.999_999])
def test_a_list_found_dead_hands_over_within_five_seconds(draw: float):
    script = Script(post={"P1": "refused"}, backups="B1", draw=draw).play(until_s=5.0)
    assert isinstance(script.state, Registered)


def test_facts_begin_with_nothing_asked():
    facts = Facts(servers=Servers())
    assert facts.room_at_s(5.0, 12) == 5.0
    assert facts.busy_until_s(P1) == 0.0


@pytest.mark.parametrize("awaiting", [Awaiting.SERVERS, Awaiting.PING])
def test_a_doubtful_keepalive_that_fails_is_missed_whatever_was_awaited_before(awaiting: Awaiting):
    state = Registered(facts=AWAITED, lease=HOME, awaiting=awaiting)
    asked, _ = step(state, NetworkLost(at_s=NOW_S), POLICY)
    assert isinstance(asked, Registered)
    assert asked.keepalive is not None
    failed = RequestFailed(at_s=NOW_S + 1, request=asked.keepalive.request, failure=SICK)
    after, _ = step(asked, failed, POLICY)
    assert isinstance(after, Reconnecting)
    assert after.failures == 1


@pytest.mark.parametrize("checking", [True, False])
def test_a_network_that_is_back_again_at_once_leaves_what_is_shown_in_doubt_and_asks_nobody(checking: bool):
    facts = replace(FACTS, nudged_at_s=NOW_S - 1)
    state = Registered(facts=facts, lease=HOME, checking=checking)
    after, effects = step(state, NetworkBack(at_s=NOW_S), POLICY)
    assert isinstance(after, Registered)
    assert (after.checking, effects) == (True, ())


def test_lists_that_are_looked_up_anew_are_not_doubtful_any_more():
    facts = replace(FACTS, lists_doubtful=True)
    waiting = WaitingToRetry(facts=facts, episode=Episode(began_at_s=NOW_S - 500, told=True))
    after, _ = step(waiting, TimerFired(at_s=NOW_S), POLICY)
    assert isinstance(after, Rediscovering)
    assert not after.facts.lists_doubtful
    assert after.facts.discovered_at_s == NOW_S


@pytest.mark.parametrize("failure", [SICK, DEAD], ids=["sick", "dead"])
def test_after_a_round_in_which_all_failed_the_wait_names_what_the_last_server_said(failure: Failure):
    episode = Episode(began_at_s=NOW_S - 100, role=Role.BACKUP, attempts=3)
    last = Registering(facts=AWAITED, episode=episode, server=B1)
    after, _ = step(last, RequestFailed(at_s=NOW_S, request=7, failure=failure), POLICY)
    assert isinstance(after, WaitingToRetry)
    assert after.episode.failure == failure
    assert view(after).failure == failure
