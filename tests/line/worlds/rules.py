"""What must hold after every step, whatever happened: checked by every story, pair and random history."""

import math
from typing import get_args

from softphone.line.effects import (
    CancelTimer,
    Discard,
    Effect,
    Emit,
    Rediscover,
    SendDeregister,
    SendKeepalive,
    SendPing,
    SendRegister,
    StartDeadline,
    StartTimer,
)
from softphone.line.events import Answer, AnyEvent, Deregister, Proved, RequestFailed
from softphone.line.failure import NO_ANSWER
from softphone.line.model import LineEvent
from softphone.line.states import (
    ActionNeeded,
    Deregistering,
    Elsewhere,
    Failed,
    Idle,
    Reconnecting,
    Registered,
    Rehoming,
    SignedOut,
    State,
)

STATES = get_args(State)
REQUESTS = (SendRegister, SendKeepalive, SendDeregister, SendPing, Rediscover)
AT_REST = (Idle, ActionNeeded, Elsewhere, Failed, SignedOut)  # not wanted, or a person's turn: no timer
HOLDING = (Registered, Reconnecting, Rehoming)  # a device is held
LONGEST_WAIT_S = 3600.0


class TimerSlot:
    """The runner's one timer, as the effects leave it."""

    def __init__(self) -> None:
        self.due_s: float | None = None

    def take(self, effects: tuple[Effect, ...], now_s: float) -> None:
        for effect in effects:
            if isinstance(effect, StartTimer | StartDeadline):
                self.due_s = now_s + effect.delay_s
            elif isinstance(effect, CancelTimer):
                self.due_s = None

    def fire(self) -> None:
        self.due_s = None


def is_late(state: State, event: AnyEvent) -> bool:
    """Whether this is an answer that nobody waits for."""
    keepalive = state.keepalive if isinstance(state, Registered | Reconnecting) else None
    awaited = {state.facts.request} if state.facts.awaiting else set()
    if keepalive is not None:
        awaited.add(keepalive.request)
    return isinstance(event, Answer) and event.request not in awaited


def broken_rules(
    before: State, event: AnyEvent, after: State, effects: tuple[Effect, ...], timer: TimerSlot
) -> list[str]:
    """Return the rules that this step broke; `timer` is the slot after the effects were taken."""
    broken = []
    if not isinstance(after, STATES):
        broken.append("the state is not one of the union")
    owns_timer = timer.due_s is not None
    if owns_timer is isinstance(after, AT_REST):
        broken.append("a state at rest owns a timer" if owns_timer else "a state at work owns no timer")
    if isinstance(after, AT_REST) and after.facts.awaiting:
        broken.append("a state at rest awaits an answer")
    for effect in effects:
        if isinstance(effect, StartTimer | StartDeadline):
            delay_s = effect.delay_s
            if not (math.isfinite(delay_s) and 0 <= delay_s <= LONGEST_WAIT_S + 1e-6):
                broken.append(f"a wait of {delay_s} s")
        if isinstance(effect, Emit) and (effect.event is LineEvent.ERROR) != (effect.failure is not None):
            broken.append("a failure goes with an error event and with no other")
    requests = [effect for effect in effects if isinstance(effect, REQUESTS)]
    if len(requests) > 1:
        broken.append("two requests at once")
    if requests and is_late(after, RequestFailed(at_s=0, request=requests[0].request, failure=NO_ANSWER)):
        broken.append("the answer to the request just sent is not awaited")
    if requests and requests[0].request <= before.facts.request:
        broken.append("a request number was used twice")
    broken += _broken_on_leaving(before, event, after, effects)
    broken += _broken_when_late(before, event, after, effects)
    return broken


def _broken_on_leaving(
    before: State, event: AnyEvent, after: State, effects: tuple[Effect, ...]
) -> list[str]:
    if not isinstance(event, Deregister):
        return []
    removals = [effect for effect in effects if isinstance(effect, Discard | SendDeregister)]
    if isinstance(before, HOLDING):
        if isinstance(after, Deregistering) and [each.device for each in removals] == [before.lease.device]:
            return []
        return ["deregister did not remove the device held"]
    if isinstance(after, Deregistering if isinstance(before, Deregistering) else Idle) and not removals:
        return []
    return ["deregister without a device must end at once and send nothing"]


def _broken_when_late(before: State, event: AnyEvent, after: State, effects: tuple[Effect, ...]) -> list[str]:
    """A late answer sends nothing, but for a proof; a registration of no use is removed beside the way."""
    if not is_late(before, event) or isinstance(event, Proved):
        return []
    return [f"a late answer asked for {each}" for each in effects if isinstance(each, REQUESTS)][:1]
