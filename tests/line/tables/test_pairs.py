"""Every state times every event has a row: nothing raises, and the rules of worlds/rules.py hold."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.line.effects import Discard
from softphone.line.events import (
    Accepted,
    AnyEvent,
    CallRings,
    Deregister,
    DeviceGone,
    Discarded,
    PingAnswered,
    Proved,
    Register,
    RequestFailed,
    Sent,
    Tidied,
    TimerFired,
)
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import (
    ActionNeeded,
    Deregistering,
    Failed,
    Idle,
    Reconnecting,
    Rediscovering,
    Registered,
    Registering,
    Rehoming,
    RemovingDevice,
    State,
    WaitingToRetry,
)
from softphone.values import replace
from tests.line.tables.representatives import NOW_S, STATES, UNASKED, answers, events_for
from tests.line.worlds.rules import AT_REST, TimerSlot, broken_rules, is_late

POLICY = Policy()
KINDS_OF_STATE = get_args(State)
KINDS_OF_EVENT = get_args(AnyEvent)
HOLDING_NOTHING = (Registering, RemovingDevice, WaitingToRetry, Rediscovering, ActionNeeded, Failed)


def running_timer(state: State) -> TimerSlot:
    """The timer as it is when the line is in this state."""
    timer = TimerSlot()
    timer.due_s = None if isinstance(state, AT_REST) else NOW_S + 1
    return timer


def pair(state: State, event: AnyEvent) -> tuple[State, list[str]]:
    timer = running_timer(state)
    if isinstance(event, TimerFired):
        timer.fire()
    after, effects = step(state, event, POLICY)
    timer.take(effects, event.at_s)
    return after, broken_rules(state, event, after, effects, timer)


def test_representatives_stand_for_every_state_and_every_event():
    assert {type(state) for state in STATES} == set(KINDS_OF_STATE)
    assert {type(event) for event in events_for(STATES[0])} == set(KINDS_OF_EVENT)


@pytest.mark.parametrize("event_kind", KINDS_OF_EVENT, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("state_kind", KINDS_OF_STATE, ids=lambda kind: kind.__name__)
def test_every_pair_keeps_the_rules(state_kind: type[State], event_kind: type[AnyEvent]):
    rows = 0
    for state in STATES:
        if not isinstance(state, state_kind):
            continue
        for event in events_for(state):
            if not isinstance(event, event_kind):
                continue
            rows += 1
            _, broken = pair(state, event)
            assert not broken, f"{broken}: {state} -- {event}"
    assert rows


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_deregister_leads_out_of_every_state(state: State):
    after, _ = pair(state, Deregister(at_s=NOW_S))
    assert isinstance(after, Idle | Deregistering)


def unknown(state: State) -> int:
    """The number of a request to which no state waits for an answer."""
    return state.facts.request - 3


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_a_late_refusal_changes_no_state(state: State):
    for answer in answers(unknown(state)):
        assert is_late(state, answer)
        after, _ = pair(state, answer)
        if isinstance(answer, RequestFailed | DeviceGone | PingAnswered):
            assert after is state


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_of_late_answers_only_a_grant_and_a_proof_move_a_line(state: State):
    """A grant ends the search for one, the proof of the device held ends reconnecting."""
    for answer in answers(unknown(state)):
        after, _ = pair(state, answer)
        adopted = isinstance(answer, Accepted) and isinstance(state, HOLDING_NOTHING)
        proved = isinstance(answer, Proved) and isinstance(state, Reconnecting)
        if not isinstance(after, type(state)):
            assert isinstance(after, Registered)
            assert adopted or proved


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_after_a_late_grant_the_device_is_held_or_discarded(state: State):
    for answer in answers(unknown(state)):
        if not isinstance(answer, Accepted):
            continue
        after, effects = step(state, answer, POLICY)
        device = answer.registration.device
        held = isinstance(after, Registered | Reconnecting | Rehoming) and after.lease.device == device
        discarded = device in [effect.device for effect in effects if isinstance(effect, Discard)]
        assert held is not discarded
        assert device.device_id in after.facts.granted or after is state


NOT_THE_ANSWER_TO_ITS_REQUEST: dict[type[State], tuple[type[AnyEvent], ...]] = {
    Registering: (DeviceGone, PingAnswered, Proved),
    RemovingDevice: (PingAnswered, Proved),
    Rediscovering: (DeviceGone, PingAnswered, Proved),
    Rehoming: (PingAnswered, Proved),
    Deregistering: (DeviceGone, PingAnswered, Proved, RequestFailed),
}


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_an_answer_of_another_kind_changes_nothing(state: State):
    for answer in answers(state.facts.request):
        if isinstance(answer, NOT_THE_ANSWER_TO_ITS_REQUEST.get(type(state), ())):
            after, _ = pair(state, answer)
            assert after is state, f"{state} -- {answer}"


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_what_goes_on_beside_the_line_moves_nothing_but_an_end_that_was_waited_for(state: State):
    for note in (note for note in UNASKED if isinstance(note, Sent | CallRings | Tidied | Discarded)):
        after, effects = step(state, note, POLICY)
        assert isinstance(after, type(state)) or isinstance(state, Deregistering)
        assert not effects or isinstance(state, Deregistering)


STATES_AT_REST = [state for state in STATES if isinstance(state, AT_REST)]


@pytest.mark.parametrize("state", STATES_AT_REST, ids=lambda state: type(state).__name__)
def test_a_timer_without_an_owner_changes_nothing(state: State):
    assert step(state, TimerFired(at_s=NOW_S), POLICY) == (state, ())


@given(st.data())
def test_any_sequence_of_events_keeps_the_rules(data: st.DataObject):
    state: State = data.draw(st.sampled_from(STATES))
    timer = running_timer(state)
    for _ in range(data.draw(st.integers(1, 12))):
        choices = [*UNASKED, *answers(state.facts.request)]
        if timer.due_s is None:
            choices = [event for event in choices if not isinstance(event, TimerFired)]
        event = data.draw(st.sampled_from(choices))
        if isinstance(event, TimerFired):
            timer.fire()
        before = state
        state, effects = step(before, event, POLICY)
        timer.take(effects, event.at_s)
        broken = broken_rules(before, event, state, effects, timer)
        assert not broken, f"{broken}: {before} -- {event}"
        if is_late(before, event) and isinstance(event, RequestFailed | DeviceGone | PingAnswered):
            assert replace(state, facts=before.facts) == before


@pytest.mark.parametrize("state", STATES_AT_REST, ids=lambda state: type(state).__name__)
def test_register_leads_out_of_every_state_at_rest(state: State):
    after, _ = pair(state, Register(at_s=NOW_S))
    assert not isinstance(after, AT_REST)
