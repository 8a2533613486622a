"""Leaving, late answers, and the states that wait for a person.

A move takes facts and the event that caused it (`when`: its time and its dice) and returns the new state
with the effects, in order. The moves of getting registered are in `line.seeking`, those of staying so in
`line.keeping`; `registration.step` says which event makes which.
"""

from dataclasses import replace

from softphone.line.effects import CancelTimer, Discard, Effect, Emit, SendDeregister, StartDeadline
from softphone.line.events import Accepted, AnyAnswer, Event
from softphone.line.failure import Failure
from softphone.line.model import LineEvent
from softphone.line.policy import Policy
from softphone.line.states import (
    Deregistering,
    Elsewhere,
    Facts,
    Failed,
    Idle,
    Lease,
    Reconnecting,
    Registered,
    Rehoming,
    SignedOut,
    State,
)

Step = tuple[State, tuple[Effect, ...]]

UNREGISTERED = Emit(LineEvent.UNREGISTERED)


def stay(state: State) -> Step:
    """Nothing changes: decided, not forgotten."""
    return state, ()


def first(effects: tuple[Effect, ...], step: Step) -> Step:
    """Put effects before those of a step."""
    state, rest = step
    return state, (*effects, *rest)


def late(state: State, answer: AnyAnswer) -> Step:
    """Handle an answer nobody waits for: a registration granted too late is taken back, the rest ignored."""
    if not isinstance(answer, Accepted):
        return stay(state)
    device = answer.registration.device
    held = state.lease.device.device_id if isinstance(state, Registered | Reconnecting | Rehoming) else None
    if device.device_id == held:
        return stay(state)
    return state, (Discard(answer.server, device),)


def leave(
    facts: Facts, lease: Lease, when: Event, policy: Policy, *, tries: int = 1
) -> tuple[Deregistering, tuple[Effect, ...]]:
    """Send the DELETE; whatever else was under way no longer counts."""
    facts = facts.asked(when.at_s)
    return Deregistering(facts=facts, lease=lease, tries=tries), (
        SendDeregister(facts.request, lease.server, lease.device),
        StartDeadline(policy.answer_deadline_s),
    )


def leave_again(state: Deregistering, when: Event, policy: Policy) -> Step:
    """The first DELETE had no answer: once more."""
    left_again, effects = leave(state.facts, state.lease, when, policy, tries=state.tries + 1)
    return replace(left_again, register_next=state.register_next), effects


def idle(facts: Facts, unconfirmed: Failure | None = None) -> Step:
    """No device, no timer, nothing under way."""
    return Idle(facts=facts.at_rest(), unconfirmed=unconfirmed), (UNREGISTERED, CancelTimer())


def signed_out(facts: Facts, failure: Failure, *, superseded: Failure | None = None) -> Step:
    """Only signing in again helps."""
    return SignedOut(facts=facts.at_rest(), failure=failure, superseded=superseded), (
        Emit(LineEvent.ERROR, failure),
        CancelTimer(),
    )


def failed(facts: Facts, failure: Failure) -> Step:
    """Asking again cannot help."""
    return Failed(facts=facts.at_rest(), failure=failure), (
        Emit(LineEvent.ERROR, failure),
        CancelTimer(),
    )


def elsewhere(facts: Facts, failure: Failure) -> Step:
    """Somebody took the line."""
    return Elsewhere(facts=facts.at_rest(), failure=failure), (
        Emit(LineEvent.ERROR, failure),
        CancelTimer(),
    )


def sign_in_ended(state: State, failure: Failure) -> Step:
    """The account's sign-in has ended while the line was wanted."""
    superseded = state.failure if isinstance(state, Elsewhere) else None
    step = signed_out(state.facts, failure, superseded=superseded)
    if isinstance(state, Registered | Reconnecting | Rehoming | Deregistering):
        return told_and_lost(step)
    return step


def told_and_lost(step: Step) -> Step:
    """A registration ended with an error: `error`, then `unregistered` (protocol.md 3)."""
    state, effects = step
    return state, (*effects, UNREGISTERED)
