"""The registration machine: `step(state, event, policy) -> (state, effects)`.

Read this file as the table of what may happen. `step` answers the events that mean the same in every state
(`Common`); then comes one function a state with one branch a `Move`, every pair written, also where nothing
changes; the type checker fails when one is missing. What a move does is in
`line.seeking`, `line.keeping`, `line.rehoming` and `line.stopping`, the vocabulary in `line.states`,
`line.events` and `line.effects`, every number in `line.policy`. The machine is pure: time and chance arrive
inside events, work leaves as effects, and `calling.driver` is its only driver.

Rules that hold everywhere (reliability.md):
- an answer that is not awaited any more is late: `line.keeping.late` says what it is still good for;
- deregister wins in every state;
- every state that is not idle or waiting for a person owns the line's one timer.
"""

from typing import TypeVar, assert_never

from softphone.line import keeping, rehoming, seeking
from softphone.line.effects import Emit
from softphone.line.events import (
    Accepted,
    Answer,
    AnyEvent,
    CallRings,
    Deregister,
    DeviceGone,
    Discarded,
    Move,
    NetworkBack,
    NetworkLost,
    PingAnswered,
    Proved,
    Register,
    RemoveDevice,
    RequestFailed,
    RetryNow,
    Sent,
    ServersFound,
    SignedIn,
    SignInEnded,
    Tidied,
    TimerFired,
    Woke,
)
from softphone.line.failure import NO_ANSWER, NOT_CONFIRMED_YET, Disposition
from softphone.line.model import LineEvent
from softphone.line.policy import Policy
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
    is_awaited,
)
from softphone.line.stopping import Step, idle, leave, sign_in_ended, stay
from softphone.values import replace


def step(state: State, event: AnyEvent, policy: Policy) -> Step:
    """Return the state after the event and what is to be done, in order."""
    match event:
        case Sent():
            facts = state.facts.without_sent(event.noted_at_s).sent(event.at_s, event.times)
            return stay(replace(state, facts=facts))
        case CallRings(until_s=until_s):
            return stay(replace(state, facts=replace(state.facts, rings_until_s=until_s)))
        case Tidied():
            return stay(replace(state, facts=replace(state.facts, unsure=False)))
        case Discarded():
            return seeking.discarded(state, event, policy)
        case Deregister():
            return _deregister(state, policy)
        case SignInEnded():
            return _sign_in_ended(state, event, policy)
        case NetworkLost():
            state = replace(state, facts=replace(state.facts, offline=True))
            return keeping.doubt(state, event, policy) if isinstance(state, Registered) else stay(state)
        case NetworkBack() | Woke():
            return keeping.nudge(state, event, policy)
        case Answer():
            state = _without_post(state, event)
            if not is_awaited(state, event.request):
                return keeping.late(state, event, policy)
        case _:
            pass
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


def _deregister(state: State, policy: Policy) -> Step:
    match state:
        case Idle():
            return stay(state)
        case Registered() | Reconnecting() | Rehoming():
            return leave(state.facts, state.lease, policy)
        case Deregistering():
            return stay(replace(state, register_next=False))
        case _:
            return idle(state.facts)


def _sign_in_ended(state: State, event: SignInEnded, policy: Policy) -> Step:
    match state:
        case Idle() | SignedOut():
            return stay(state)
        case Deregistering(register_next=False):
            return seeking.left(state, event, policy, unconfirmed=event.failure)
        case _:
            return sign_in_ended(state, event.failure, policy)


def _idle(state: Idle, event: Move, policy: Policy) -> Step:
    match event:
        case Register():
            return seeking.connect(state.facts, event, policy)
        case RetryNow() | RemoveDevice() | SignedIn() | TimerFired():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _registering(state: Registering, event: Move, policy: Policy) -> Step:
    facts, episode, server = state.facts, state.episode, state.server
    match event:
        case Accepted():
            return keeping.registered(facts, episode.attempts, event, policy)
        case RequestFailed():
            return seeking.refused(facts, episode, server, event.failure, event, policy)
        case TimerFired():
            return seeking.refused(facts, episode, server, NO_ANSWER, event, policy)
        case Register() | RetryNow() | RemoveDevice() | SignedIn():
            return stay(state)  # there is one effort already
        case Proved() | DeviceGone() | PingAnswered() | ServersFound():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _removing_device(state: RemovingDevice, event: Move, policy: Policy) -> Step:
    match event:
        case DeviceGone():
            return seeking.removed(state, event, policy)
        case RequestFailed():
            return seeking.not_removed(state, event.failure, event, policy)
        case TimerFired():
            return seeking.not_removed(state, NO_ANSWER, event, policy)
        case Register() | RetryNow() | RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | Proved() | PingAnswered() | ServersFound():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _waiting_to_retry(state: WaitingToRetry, event: Move, policy: Policy) -> Step:
    match event:
        case TimerFired():
            return seeking.go_on(state.facts, state.episode, event, policy)
        case Register():
            return seeking.connect(state.facts, event, policy)
        case RetryNow():
            return seeking.retry(state, event, policy)
        case RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _rediscovering(state: Rediscovering, event: Move, policy: Policy) -> Step:
    facts, episode = state.facts.at_rest(), state.episode
    match event:
        case ServersFound():
            return seeking.next_round(rehoming.with_lists(facts, event), episode, event, policy)
        case RequestFailed() if event.failure.disposition is Disposition.SIGN_IN:
            return sign_in_ended(state, event.failure, policy)
        case RequestFailed() | TimerFired():
            return seeking.next_round(facts, episode, event, policy)  # the old lists are better than none
        case Register() | RetryNow() | RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _registered(state: Registered, event: Move, policy: Policy) -> Step:
    match event:
        case TimerFired():
            if state.keepalive is not None:
                return keeping.overdue(state, state.keepalive, event, policy)
            if state.awaiting is Awaiting.PING:
                state = rehoming.not_home(state, event, policy)
            if state.awaiting is Awaiting.SERVERS:
                state = rehoming.not_relisted(state, event, policy)
            return keeping.prove(state, event, policy)
        case Proved():
            return keeping.proved(state, event, policy)
        case RequestFailed():
            match state.awaiting:
                case Awaiting.NOTHING:
                    return keeping.missed(state, event.failure, event, policy)
                case Awaiting.SERVERS:
                    return stay(rehoming.not_relisted(state, event, policy))
                case Awaiting.PING:
                    return rehoming.look_home(state, (), event, policy)
                case _:
                    assert_never(state.awaiting)
        case PingAnswered():
            return rehoming.look_home(state, event.up, event, policy)
        case ServersFound():
            return rehoming.relisted(state, event, policy)
        case Register():
            return state, (Emit(LineEvent.REGISTERED),)  # whoever asked waits for this event
        case RetryNow():
            return keeping.ask_now(state, event, policy)
        case RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | DeviceGone():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _reconnecting(state: Reconnecting, event: Move, policy: Policy) -> Step:
    match event:
        case TimerFired():
            if state.looking:
                return keeping.looked(state, (), event, policy)
            if state.keepalive is not None:
                return keeping.overdue(state, state.keepalive, event, policy)
            return keeping.check_again(state, event, policy)
        case Proved():
            return keeping.proved(state, event, policy)
        case RequestFailed():
            if state.keepalive is not None and event.request == state.keepalive.request:
                return keeping.missed(state, event.failure, event, policy)
            return keeping.looked(state, (), event, policy)
        case PingAnswered():
            return keeping.looked(state, event.alive, event, policy)
        case RetryNow():
            return keeping.ask_now(state, event, policy)
        case Register() | RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | DeviceGone() | ServersFound():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _rehoming(state: Rehoming, event: Move, policy: Policy) -> Step:
    match event:
        case DeviceGone():
            return rehoming.go_home(state, event, policy)
        case RequestFailed() | TimerFired():
            return keeping.stay_on_backup(state, event, policy)
        case Register() | RetryNow() | RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | Proved() | PingAnswered() | ServersFound():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _deregistering(state: Deregistering, event: Move, policy: Policy) -> Step:
    match event:
        case TimerFired():
            return seeking.left(state, event, policy, unconfirmed=NOT_CONFIRMED_YET)
        case Register():
            return stay(replace(state, register_next=True))
        case RetryNow() | RemoveDevice() | SignedIn():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _action_needed(state: ActionNeeded, event: Move, policy: Policy) -> Step:
    match event:
        case RemoveDevice():
            episode = Episode(began_at_s=event.at_s, failure=state.failure)
            return seeking.remove(state.facts, episode, state.server, event.device, event, policy)
        case Register() | RetryNow():
            return seeking.connect(state.facts, event, policy)
        case SignedIn() | TimerFired():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _stopped(state: Elsewhere | Failed, event: Move, policy: Policy) -> Step:
    match event:
        case RetryNow(by_person=False):
            return stay(state)
        case Register() | RetryNow():
            return seeking.connect(state.facts, event, policy)
        case RemoveDevice() | SignedIn() | TimerFired():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


def _signed_out(state: SignedOut, event: Move, policy: Policy) -> Step:
    match event:
        case SignedIn() if state.superseded is not None:
            # still the user's to take back
            return stay(Elsewhere(facts=state.facts, failure=state.superseded))
        case RetryNow(by_person=False):
            return stay(state)
        case SignedIn() | Register() | RetryNow():
            return seeking.connect(state.facts, event, policy)
        case RemoveDevice() | TimerFired():
            return stay(state)
        case Accepted() | Proved() | DeviceGone() | PingAnswered() | ServersFound() | RequestFailed():
            return keeping.late(state, event, policy)
        case _:
            assert_never(event)


StateT = TypeVar("StateT", bound=State)


def _without_post(state: StateT, answer: Answer) -> StateT:
    """A registration was answered: it is open no more, and perhaps it was made all the same."""
    posts = tuple(post for post in state.facts.posts if post.request != answer.request)
    if len(posts) == len(state.facts.posts):
        return state
    unsure = state.facts.unsure or (isinstance(answer, RequestFailed) and answer.failure.unsure)
    return replace(state, facts=replace(state.facts, posts=posts, unsure=unsure))
