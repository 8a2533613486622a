"""The registration machine: `step(state, event, policy) -> (state, effects)`.

Read this file as the table of what may happen: one function a state, one branch an event, every pair
written, also where nothing changes; the type checker fails when one is missing. What a move does is in
`line.seeking`, `line.keeping` and `line.stopping`, the vocabulary in `line.states`, `line.events` and
`line.effects`, every number in `line.policy`. The machine is pure: time and chance arrive inside events,
work leaves as effects, and `agent.line_runner` is its only driver.

Rules that hold everywhere (design.md 4):
- an answer to any but the last request, or one nobody waits for, is late and changes nothing; a
  registration that comes late is deleted again;
- deregister wins in every state;
- every state that is not registered, idle or waiting for a person owns the line's one timer.
"""

from dataclasses import replace
from typing import TypeVar, assert_never

from softphone.line.effects import Emit
from softphone.line.events import (
    Accepted,
    Answer,
    AnyEvent,
    Deregister,
    DeviceGone,
    NetworkBack,
    NetworkLost,
    PingAnswered,
    Proved,
    Register,
    RemoveDevice,
    RequestFailed,
    RetryNow,
    ServersFound,
    SignedIn,
    SignInEnded,
    TimerFired,
    Woke,
)
from softphone.line.failure import NO_ANSWER, Disposition
from softphone.line.keeping import (
    ask_now,
    check_again,
    doubt,
    go_home,
    left,
    look_home,
    lost,
    missed,
    nudge,
    prove,
    proved,
    recheck,
    registered,
    stay_on_backup,
)
from softphone.line.model import LineEvent
from softphone.line.policy import Policy
from softphone.line.seeking import ask, connect, go_on, next_round, refused, remove, retry
from softphone.line.states import (
    ActionNeeded,
    Awaiting,
    Deregistering,
    Elsewhere,
    Episode,
    Failed,
    Idle,
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
from softphone.line.stopping import Step, idle, late, leave, leave_again, sign_in_ended, stay


def step(state: State, event: AnyEvent, policy: Policy) -> Step:
    """Return the state after the event and what is to be done, in order."""
    if isinstance(event, Answer) and not (state.facts.awaiting and event.request == state.facts.request):
        return late(state, event)
    match state:
        case Idle():
            return _idle(state, event, policy)
        case Registering():
            return _registering(state, event, policy)
        case RemovingDevice():
            return _removing_device(state, event, policy)
        case WaitingToRetry():
            return _waiting_to_retry(state, event, policy)
        case Rediscovering():
            return _rediscovering(state, event, policy)
        case Registered():
            return _registered(state, event, policy)
        case Reconnecting():
            return _reconnecting(state, event, policy)
        case Rehoming():
            return _rehoming(state, event, policy)
        case Deregistering():
            return _deregistering(state, event, policy)
        case ActionNeeded():
            return _action_needed(state, event, policy)
        case Elsewhere() | Failed():
            return _stopped(state, event, policy)
        case SignedOut():
            return _signed_out(state, event, policy)
        case _:
            assert_never(state)


def _idle(state: Idle, event: AnyEvent, policy: Policy) -> Step:
    match event:
        case Register():
            return connect(state.facts, event, policy)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case Deregister() | RetryNow() | RemoveDevice() | SignInEnded() | SignedIn() | TimerFired():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return late(state, event)
        case _:
            assert_never(event)


def _registering(state: Registering, event: AnyEvent, policy: Policy) -> Step:
    facts, episode, server = state.facts, state.episode, state.server
    match event:
        case Accepted():
            return registered(state, event.registration, event, policy)
        case RequestFailed():
            return refused(facts, episode, server, event.failure, event, policy)
        case TimerFired():
            return refused(facts, episode, server, NO_ANSWER, event, policy)
        case Deregister():
            return idle(facts)
        case SignInEnded():
            return sign_in_ended(state, event.failure)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case Register() | RetryNow() | RemoveDevice() | SignedIn():
            return stay(state)  # there is one effort already
        case Proved() | DeviceGone() | PingAnswered() | ServersFound():
            return late(state, event)
        case _:
            assert_never(event)


def _removing_device(state: RemovingDevice, event: AnyEvent, policy: Policy) -> Step:
    facts, episode, server = state.facts, state.episode, state.server
    match event:
        case DeviceGone():
            episode = replace(episode, orphan_removed=True)
            return ask(facts.at_rest(), episode, (server, *episode.remaining), event, policy)
        case RequestFailed():
            return refused(facts, episode, server, event.failure, event, policy)
        case TimerFired():
            return refused(facts, episode, server, NO_ANSWER, event, policy)
        case Deregister():
            return idle(facts)
        case SignInEnded():
            return sign_in_ended(state, event.failure)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case Register() | RetryNow() | RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | Proved() | PingAnswered() | ServersFound():
            return late(state, event)
        case _:
            assert_never(event)


def _waiting_to_retry(state: WaitingToRetry, event: AnyEvent, policy: Policy) -> Step:
    match event:
        case TimerFired():
            return go_on(state.facts, state.episode, event, policy)
        case Register():
            return connect(state.facts, event, policy)
        case RetryNow():
            return retry(state, event, policy)
        case Deregister():
            return idle(state.facts)
        case SignInEnded():
            return sign_in_ended(state, event.failure)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return late(state, event)
        case _:
            assert_never(event)


def _rediscovering(state: Rediscovering, event: AnyEvent, policy: Policy) -> Step:
    facts, episode = state.facts.at_rest(), state.episode
    match event:
        case ServersFound():
            facts = replace(facts, known_device_uris=facts.known_device_uris | event.known_device_uris)
            if event.servers:
                facts = replace(facts, servers=event.servers)
            return next_round(facts, episode, event, policy)
        case RequestFailed() if event.failure.disposition is Disposition.SIGN_IN:
            return sign_in_ended(state, event.failure)
        case RequestFailed() | TimerFired():
            return next_round(facts, episode, event, policy)  # the old lists are better than none
        case Deregister():
            return idle(facts)
        case SignInEnded():
            return sign_in_ended(state, event.failure)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case Register() | RetryNow() | RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered():
            return late(state, event)
        case _:
            assert_never(event)


def _registered(state: Registered, event: AnyEvent, policy: Policy) -> Step:
    match event:
        case TimerFired():
            match state.awaiting:
                case Awaiting.NOTHING:
                    return prove(state, event, policy)
                case Awaiting.KEEPALIVE:
                    return missed(state, NO_ANSWER, event, policy)
                case Awaiting.PING:
                    return look_home(state, None, event, policy)
                case _:
                    assert_never(state.awaiting)
        case Proved():
            return proved(state, event.round_trip_s, event, policy)
        case RequestFailed():
            if state.awaiting is Awaiting.PING:
                return look_home(state, None, event, policy)
            return missed(state, event.failure, event, policy)
        case PingAnswered():
            return look_home(state, event.server, event, policy)
        case Register():
            return state, (Emit(LineEvent.REGISTERED),)  # whoever asked waits for this event
        case RetryNow():
            return ask_now(state, event, policy)
        case Deregister():
            return leave(state.facts, state.lease, event, policy)
        case SignInEnded():
            return sign_in_ended(state, event.failure)
        case NetworkLost():
            return doubt(_offline(state), event, policy)
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | DeviceGone() | ServersFound():
            return late(state, event)
        case _:
            assert_never(event)


def _reconnecting(state: Reconnecting, event: AnyEvent, policy: Policy) -> Step:
    match event:
        case TimerFired():
            match state.awaiting:
                case Awaiting.NOTHING:
                    return check_again(state, event, policy)
                case Awaiting.KEEPALIVE:
                    return missed(state, NO_ANSWER, event, policy)
                case Awaiting.PING:
                    return lost(state.facts, state.lease, state.failure, event, policy, dead=True)
                case _:
                    assert_never(state.awaiting)
        case Proved():
            return proved(state, event.round_trip_s, event, policy)
        case RequestFailed():
            if state.awaiting is Awaiting.PING:
                return lost(state.facts, state.lease, state.failure, event, policy, dead=True)
            return missed(state, event.failure, event, policy)
        case PingAnswered():
            if event.server is None:
                return lost(state.facts, state.lease, state.failure, event, policy, dead=True)
            return recheck(state, event, policy)
        case RetryNow():
            return ask_now(state, event, policy)
        case Deregister():
            return leave(state.facts, state.lease, event, policy)
        case SignInEnded():
            return sign_in_ended(state, event.failure)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case Register() | RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | DeviceGone() | ServersFound():
            return late(state, event)
        case _:
            assert_never(event)


def _rehoming(state: Rehoming, event: AnyEvent, policy: Policy) -> Step:
    match event:
        case DeviceGone():
            return go_home(state, event, policy)
        case RequestFailed() | TimerFired():
            return stay_on_backup(state, event, policy)
        case Deregister():
            return leave(state.facts, state.lease, event, policy)
        case SignInEnded():
            return sign_in_ended(state, event.failure)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case Register() | RetryNow() | RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | Proved() | PingAnswered() | ServersFound():
            return late(state, event)
        case _:
            assert_never(event)


def _deregistering(state: Deregistering, event: AnyEvent, policy: Policy) -> Step:
    match event:
        case DeviceGone():
            return left(state, None, event, policy)
        case RequestFailed():
            return left(state, event.failure, event, policy)
        case TimerFired():
            if state.facts.awaiting:
                return left(state, NO_ANSWER, event, policy)
            return leave_again(state, event, policy)
        case Register():
            return stay(replace(state, register_next=True))
        case Deregister():
            return stay(replace(state, register_next=False))
        case SignInEnded():
            if state.register_next:
                return sign_in_ended(state, event.failure)
            return idle(state.facts, event.failure)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case RetryNow() | RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | Proved() | PingAnswered() | ServersFound():
            return late(state, event)
        case _:
            assert_never(event)


def _action_needed(state: ActionNeeded, event: AnyEvent, policy: Policy) -> Step:
    match event:
        case RemoveDevice():
            # The user's choice is the one removal of this effort.
            episode = Episode(began_at_s=event.at_s, orphan_removed=True, failure=state.failure)
            return remove(state.facts, episode, state.server, event.device, event, policy)
        case Register() | RetryNow():
            return connect(state.facts, event, policy)
        case Deregister():
            return idle(state.facts)
        case SignInEnded():
            return sign_in_ended(state, event.failure)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case SignedIn() | TimerFired():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return late(state, event)
        case _:
            assert_never(event)


def _stopped(state: Elsewhere | Failed, event: AnyEvent, policy: Policy) -> Step:
    match event:
        case Register() | RetryNow():
            return connect(state.facts, event, policy)
        case Deregister():
            return idle(state.facts)
        case SignInEnded():
            return sign_in_ended(state, event.failure)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case RemoveDevice() | SignedIn() | TimerFired():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return late(state, event)
        case _:
            assert_never(event)


def _signed_out(state: SignedOut, event: AnyEvent, policy: Policy) -> Step:
    match event:
        case SignedIn() if state.superseded is not None:
            return stay(
                Elsewhere(facts=state.facts, failure=state.superseded)
            )  # still the user's to take back
        case SignedIn() | Register() | RetryNow():
            return connect(state.facts, event, policy)
        case Deregister():
            return idle(state.facts)
        case NetworkLost():
            return stay(_offline(state))
        case NetworkBack() | Woke():
            return nudge(state, event, policy)
        case SignInEnded() | RemoveDevice() | TimerFired():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return late(state, event)
        case _:
            assert_never(event)


StateT = TypeVar("StateT", bound=State)


def _offline(state: StateT) -> StateT:
    return replace(state, facts=replace(state.facts, offline=True))
