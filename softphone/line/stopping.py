"""Leaving, and the states that wait for a person.

A move takes facts and the event that caused it (`when`: its time and its dice) and returns the new state
with the effects, in order. Getting registered is in `line.seeking`, staying so in `line.keeping`, the way
home in `line.rehoming`; `registration.step` says which event makes which.
"""

from softphone.line.effects import CancelTimer, Discard, Effect, Emit, StartDeadline
from softphone.line.events import Event
from softphone.line.failure import Failure
from softphone.line.model import LineEvent, Registration, Server
from softphone.line.policy import Policy
from softphone.line.states import (
    ActionNeeded,
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
from softphone.values import replace

Step = tuple[State, tuple[Effect, ...]]

UNREGISTERED = Emit(LineEvent.UNREGISTERED)


def stay(state: State) -> Step:
    """Nothing changes: decided, not forgotten."""
    return state, ()


def first(effects: tuple[Effect, ...], step: Step) -> Step:
    """Put effects before those of a step."""
    state, rest = step
    return state, (*effects, *rest)


def discard(server: Server, registration: Registration, policy: Policy) -> Discard:
    """Have a device removed that must not stay, for as long as the service could keep it."""
    interval_s = policy.keepalive_s(registration.keepalive_interval_s)
    return Discard(server, registration.device, policy.expiry_intervals * interval_s)


def give_up(lease: Lease, when: Event, policy: Policy) -> Discard:
    """Have the device of a lost registration removed, until the service drops it for want of proof."""
    away = discard(lease.server, lease.registration, policy)
    return replace(away, for_s=max(0.0, lease.proved_at_s + away.for_s - when.at_s))


def leave(facts: Facts, lease: Lease, policy: Policy) -> Step:
    """Have the device removed; whatever else was under way no longer counts."""
    return Deregistering(facts=facts.at_rest(), lease=lease), (
        discard(lease.server, lease.registration, policy),
        StartDeadline(policy.deregister_shown_s),
    )


def idle(facts: Facts, unconfirmed: Failure | None = None, *, left: str = "") -> Step:
    """No timer, and nothing under way but perhaps the DELETE of the device `left`."""
    state = Idle(facts=facts.at_rest(), unconfirmed=unconfirmed, left=left)
    return state, (UNREGISTERED, CancelTimer())


def until_a_person_acts(state: ActionNeeded | Elsewhere | Failed | SignedOut) -> Step:
    """Only a person can help: no timer, and nothing that still comes is awaited."""
    state = replace(state, facts=state.facts.at_rest())
    return state, (Emit(LineEvent.ERROR, state.failure), CancelTimer())


def sign_in_ended(state: State, failure: Failure, policy: Policy) -> Step:
    """The account's sign-in has ended while the line was wanted."""
    superseded = state.failure if isinstance(state, Elsewhere) else None
    step = until_a_person_acts(SignedOut(facts=state.facts, failure=failure, superseded=superseded))
    match state:
        case Registered(lease=lease) | Reconnecting(lease=lease) | Rehoming(lease=lease):
            return told_and_lost(step, discard(lease.server, lease.registration, policy))
        case Deregistering():
            return told_and_lost(step)
        case _:
            return step


def told_and_lost(step: Step, *rest: Effect) -> Step:
    """A registration ended with an error: `error`, then `unregistered` (protocol.md#events)."""
    state, effects = step
    return state, (*effects, UNREGISTERED, *rest)
