"""Staying registered: keepalives, misses, loss, and the way home from a backup (design.md 4).

`missed` is the one place that decides what a failed keepalive means.
"""

from dataclasses import replace

from softphone.line.effects import (
    Effect,
    Emit,
    SendDeregister,
    SendKeepalive,
    SendPing,
    StartDeadline,
    StartTimer,
)
from softphone.line.events import Event, Woke
from softphone.line.failure import Disposition, Failure
from softphone.line.model import LineEvent, Registration, Role, Server
from softphone.line.policy import Policy
from softphone.line.seeking import ask, begin, connect
from softphone.line.states import (
    Awaiting,
    Deregistering,
    Episode,
    Facts,
    Lease,
    Reconnecting,
    Rediscovering,
    Registered,
    Registering,
    Rehoming,
    RemovingDevice,
    State,
    WaitingToRetry,
)
from softphone.line.stopping import (
    UNREGISTERED,
    Step,
    elsewhere,
    failed,
    first,
    idle,
    signed_out,
    stay,
    told_and_lost,
)
from softphone.line.waits import barred, hosts_ask_s, no_sooner, rehome_at_s


def registered(state: Registering, registration: Registration, when: Event, policy: Policy) -> Step:
    """A server granted the line."""
    facts, server = state.facts, state.server
    others = tuple(bar for bar in facts.barred if bar[0] != server.url)
    facts = replace(facts.at_rest(), barred=others, offline=False)
    if server.role is Role.PRIMARY:
        asked = (registration.rehoming_interval_min_minutes, registration.rehoming_interval_max_minutes)
        facts = replace(facts, rehoming_minutes=asked)
    lease = Lease(
        server=server,
        registration=registration,
        proved_at_s=when.at_s,
        attempts=state.episode.attempts,
        rehome_at_s=rehome_at_s(facts, server, when, policy),
    )
    return first((Emit(LineEvent.REGISTERED),), hold(facts, lease, when, policy))


def hold(facts: Facts, lease: Lease, when: Event, policy: Policy) -> Step:
    """Registered and proved: the next keepalive is one interval away."""
    swing = policy.keepalive_jitter * (2 * when.draw - 1)
    interval_s = policy.keepalive_s(lease.registration.keepalive_interval_s)
    delay_s = no_sooner(facts, when, policy, interval_s * (1 + swing))
    return Registered(facts=facts.at_rest(), lease=lease), (StartTimer(delay_s),)


def prove(state: Registered | Reconnecting, when: Event, policy: Policy) -> Step:
    """Send a keepalive."""
    facts, lease = state.facts.asked(when.at_s), state.lease
    deadline_s = policy.keepalive_answer_s(lease.registration.keepalive_interval_s)
    return replace(state, facts=facts, awaiting=Awaiting.KEEPALIVE), (
        SendKeepalive(facts.request, lease.server, lease.device, deadline_s),
        StartDeadline(deadline_s + policy.answer_grace_s),
    )


def doubt(state: Registered, when: Event, policy: Policy) -> Step:
    """Something hints that the registration is dead: ask now, at most once in a while."""
    facts = state.facts
    room = facts.room_at_s(when.at_s, policy.requests_per_minute) <= when.at_s
    # Counted apart from the nudges: the return after a loss is news, however soon it comes.
    recently = _recently(facts.doubted_at_s, when, policy)
    if not room or recently or state.awaiting is not Awaiting.NOTHING:
        return stay(state)
    return prove(replace(state, facts=replace(facts, doubted_at_s=when.at_s)), when, policy)


def ask_now(state: Registered | Reconnecting, when: Event, policy: Policy) -> Step:
    """The user does not want to wait; a host that asked us to wait is not asked."""
    may_ask = state.facts.free((state.lease.server,), when.at_s)
    return prove(state, when, policy) if may_ask and state.awaiting is Awaiting.NOTHING else stay(state)


def proved(state: Registered | Reconnecting, round_trip_s: float | None, when: Event, policy: Policy) -> Step:
    """A keepalive was answered: green again, and perhaps time to go home."""
    lease = replace(state.lease, proved_at_s=when.at_s, round_trip_s=round_trip_s)
    facts = replace(state.facts.at_rest(), offline=False)
    told: tuple[Effect, ...] = ()
    if isinstance(state, Reconnecting):
        told = (Emit(LineEvent.RECONNECTED),)
    if lease.rehome_at_s is None or when.at_s < lease.rehome_at_s:
        return first(told, hold(facts, lease, when, policy))
    primaries = facts.free(facts.servers.primaries, when.at_s)[: policy.pings_at_most]
    # The pings, the DELETE, the POST and a POST back must all fit the bound, or the line is stranded.
    bound = policy.requests_per_minute - len(primaries) - 3
    if not primaries or facts.room_at_s(when.at_s, bound) > when.at_s:
        return first(told, hold(facts, lease, when, policy))
    for _ in primaries:
        facts = facts.asked(when.at_s)
    return Registered(facts=facts, lease=lease, awaiting=Awaiting.PING), (
        *told,
        SendPing(facts.request, primaries),
        StartDeadline(policy.answer_deadline_s),
    )


def missed(state: Registered | Reconnecting, failure: Failure, when: Event, policy: Policy) -> Step:
    """A keepalive failed: decide between a person, asking again, and moving on."""
    dead = failure.disposition is Disposition.DEAD_HOST
    facts, lease = state.facts.at_rest(), state.lease
    facts = barred(replace(facts, offline=facts.offline and dead), lease.server, failure, when, policy)
    match failure.disposition:
        case Disposition.SIGN_IN:
            return told_and_lost(signed_out(facts, failure))
        case Disposition.GIVE_UP:
            return told_and_lost(failed(facts, failure))
        case Disposition.SUPERSEDED:
            return told_and_lost(elsewhere(facts, failure))
        case Disposition.DEVICE_GONE:
            told_gone = (Emit(LineEvent.ERROR, failure), UNREGISTERED)
            return first(told_gone, begin(facts, when, policy, cause=failure))
        case _:
            pass
    # A busy host and a computer without network say nothing about the registration.
    counts = failure.disposition is not Disposition.THROTTLED and not facts.offline
    misses, dead_misses = 0, 0
    if isinstance(state, Reconnecting):
        misses, dead_misses = state.misses, state.dead_misses
    misses = misses + 1 if counts else max(misses, 1)
    dead_misses = dead_misses + 1 if dead else 0
    expired = when.at_s >= _expires_at_s(lease, policy)
    if misses >= policy.loss_misses or expired:  # also offline: the hint may be wrong
        return lost(facts, lease, failure, when, policy)
    told = Emit(LineEvent.RECONNECTING)
    now = Reconnecting(facts=facts, lease=lease, failure=failure, misses=misses, dead_misses=dead_misses)
    room = facts.room_at_s(when.at_s, policy.requests_per_minute) <= when.at_s
    if dead_misses >= policy.dead_host_misses and room and not facts.offline:
        facts = facts.asked(when.at_s)
        return replace(now, facts=facts, awaiting=Awaiting.PING), (
            told,
            SendPing(facts.request, (lease.server,)),
            StartDeadline(policy.answer_deadline_s),
        )
    return first((told,), recheck(now, when, policy))


def recheck(state: Reconnecting, when: Event, policy: Policy) -> Step:
    """Wait a little, then send the next keepalive; as long as the host asked, if it did."""
    swing = policy.recheck_jitter * (2 * when.draw - 1)
    delay_s = policy.recheck_after_s(state.misses) * (1 + swing)
    if state.facts.offline:
        delay_s = policy.offline_recheck_s
    delay_s = _as_asked_s(state, delay_s, when, policy)
    delay_s = no_sooner(state.facts, when, policy, delay_s)
    at_rest = replace(state, facts=state.facts.at_rest(), awaiting=Awaiting.NOTHING)
    return at_rest, (StartTimer(delay_s),)


def check_again(state: Reconnecting, when: Event, policy: Policy) -> Step:
    """The wait is over: a keepalive, or a new start if the host wants none as long as the lease lasts."""
    if state.facts.barred_until_s(state.lease.server) > _expires_at_s(state.lease, policy):
        return lost(state.facts, state.lease, state.failure, when, policy)
    return prove(state, when, policy)


def lost(
    facts: Facts, lease: Lease, cause: Failure, when: Event, policy: Policy, *, dead: bool = False
) -> Step:
    """The registration is given up and sought anew; a dead host is not asked first."""
    avoid = lease.server if dead else None
    return first((UNREGISTERED,), begin(facts.at_rest(), when, policy, cause=cause, avoid=avoid))


def look_home(state: Registered, primary: Server | None, when: Event, policy: Policy) -> Step:
    """The primaries were pinged: go to the one that is up, or stay for another rehoming interval."""
    facts = state.facts.at_rest()
    if primary is None:
        lease = replace(state.lease, rehome_at_s=rehome_at_s(facts, state.lease.server, when, policy))
        if state.checking:  # a ping is no proof
            return prove(replace(state, facts=facts, lease=lease), when, policy)
        return hold(facts, lease, when, policy)
    facts = facts.asked(when.at_s)
    return Rehoming(facts=facts, lease=state.lease, primary=primary), (
        SendDeregister(facts.request, state.lease.server, state.lease.device),
        StartDeadline(policy.answer_deadline_s),
    )


def go_home(state: Rehoming, when: Event, policy: Policy) -> Step:
    """The backup's device is gone: the primary, and at once the old backup if it refuses."""
    episode = Episode(began_at_s=when.at_s)
    targets = (state.primary, state.lease.server)
    return first((UNREGISTERED,), ask(state.facts.at_rest(), episode, targets, when, policy))


def stay_on_backup(state: Rehoming, when: Event, policy: Policy) -> Step:
    """The backup did not say that the device is gone: ask it whether the registration still stands."""
    facts, lease = state.facts.at_rest(), state.lease
    lease = replace(lease, rehome_at_s=rehome_at_s(facts, lease.server, when, policy))
    return prove(Registered(facts=facts, lease=lease, checking=True), when, policy)


def nudge(state: State, when: Event, policy: Policy) -> Step:
    """The computer woke or the network is back: prove or try soon, at most once in a while."""
    facts = replace(state.facts, offline=False)
    state = replace(state, facts=facts)
    # Sleep cannot flap: it is not limited, and does not limit the network's return after it.
    woke = isinstance(when, Woke)
    recently = not woke and _recently(facts.nudged_at_s, when, policy)
    delay_s = policy.nudge_min_s + (policy.nudge_max_s - policy.nudge_min_s) * when.draw
    delay_s = no_sooner(facts, when, policy, delay_s)
    nudged = facts if woke else replace(facts, nudged_at_s=when.at_s)
    match state:
        case Registered(awaiting=Awaiting.NOTHING) if not recently:
            return replace(state, facts=nudged, checking=True), (StartTimer(delay_s),)
        case Registered():
            return replace(state, checking=True), ()
        case Reconnecting(awaiting=Awaiting.NOTHING) if not recently:
            delay_s = _as_asked_s(state, delay_s, when, policy)
            return replace(state, facts=nudged), (StartTimer(delay_s),)
        case WaitingToRetry() if not recently:
            servers = facts.servers.primaries + facts.servers.backups
            delay_s = max(delay_s, hosts_ask_s(facts, servers, when))
            episode = _with_quick_tries(state.episode, when, policy)
            return replace(state, facts=nudged, episode=episode), (StartTimer(delay_s),)
        case Registering() | RemovingDevice() | Rediscovering() if not recently:
            return replace(state, facts=nudged, episode=_with_quick_tries(state.episode, when, policy)), ()
        case _:
            return stay(state)


def left(state: Deregistering, failure: Failure | None, when: Event, policy: Policy) -> Step:
    """The DELETE was answered, or not: once more, or gone as far as we can tell."""
    again = failure is not None and failure.disposition in (
        Disposition.DEAD_HOST,
        Disposition.SICK_HOST,
        Disposition.THROTTLED,
    )
    if again and state.tries < policy.deregister_tries:
        return replace(state, facts=state.facts.at_rest()), (StartTimer(policy.deregister_retry_s),)
    gone = idle(state.facts, failure)
    if not state.register_next:
        return gone
    return first(gone[1], connect(state.facts.at_rest(), when, policy))


def _recently(at_s: float | None, when: Event, policy: Policy) -> bool:
    return at_s is not None and when.at_s - at_s < policy.nudge_every_s


def _with_quick_tries(episode: Episode, when: Event, policy: Policy) -> Episode:
    """Back off from the start: what failed before says little about the network of now.

    A long outage is forgotten too, but not the patience that sick primaries already had.
    """
    began_at_s = max(episode.began_at_s, when.at_s - policy.primary_window_s)
    return replace(episode, began_at_s=began_at_s, rounds=0)


def _expires_at_s(lease: Lease, policy: Policy) -> float:
    """When the service drops a registration that no keepalive renewed."""
    interval_s = policy.keepalive_s(lease.registration.keepalive_interval_s)
    return lease.proved_at_s + policy.expiry_intervals * interval_s


def _as_asked_s(state: Reconnecting, delay_s: float, when: Event, policy: Policy) -> float:
    """Wait as long as the host asked, but not beyond the lease: after it another server is better."""
    asked_s = hosts_ask_s(state.facts, (state.lease.server,), when)
    left_s = max(0.0, _expires_at_s(state.lease, policy) - when.at_s)
    return max(delay_s, min(asked_s, left_s))
