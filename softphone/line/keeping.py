"""Staying registered: keepalives, the lease, and loss.

Two questions are kept apart.

*Does the service still hold our registration?* That is the lease. It began when the last proven request was
sent and ends four keepalive intervals later (the service drops a device after five). Only its end gives a
registration up, with one exception: a dead host ends it early, for no call can come that way.

*Is this server any use?* Each keepalive that fails, or is late, says something about the host:

    what came                        the host is    counted as    what follows
    2xx, also a late one             well           proof         the lease begins anew; reconnected
    5xx, 403, a web page, nonsense   sick           alive         asked again after 2, 4, 8 s
    429 with a wish                  busy           alive         asked again when it allows
    429 without one                  busy           alive         after 1, 1.5, 2.25 .. intervals
    no answer yet, but late          perhaps dead   a silence     left open up to an interval; pings meanwhile
    refused, no name, TLS, reset     perhaps dead   a silence     asked again after 2, 4, 8 s
    our proxy or network failed      unknown        alone         looked at again every 10 s
    404                              well           -             device gone: registered anew
    409, 401, 400, 102               well           -             a person's turn

After three silences, and while a keepalive is late, the host and some others are pinged: if it answers it
lives; if only others answer it is dead; if nobody answers it is our own network, and the lease stands as long
as the service may hold the device. The first who answers after that sets off a keepalive at once. Quick
re-checks cost the lease nothing. A person sees 'reconnecting' from the first failure or lateness on.

`missed` decides what a failed keepalive means, `looked` what the pings mean, `over` when a lease has ended.
"""

from softphone.line.effects import Emit, SendKeepalive, SendPing, StartDeadline, StartTimer
from softphone.line.events import Accepted, AnyAnswer, Event, Proved, RetryNow, ServersFound, Woke
from softphone.line.failure import NO_ANSWER, Disposition, Failure
from softphone.line.model import LineEvent, Role, Server
from softphone.line.policy import Policy
from softphone.line.rehoming import duties, hold, rehome_at_s, with_new_lists
from softphone.line.seeking import barred, begin
from softphone.line.states import (
    EARLY_S,
    ActionNeeded,
    Awaiting,
    Elsewhere,
    Episode,
    Facts,
    Failed,
    Lease,
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
from softphone.line.stopping import (
    UNREGISTERED,
    Step,
    discard,
    first,
    give_up,
    stay,
    told_and_lost,
    until_a_person_acts,
)
from softphone.values import replace

# ---- a registration is granted


def registered(facts: Facts, attempts: int, granted: Accepted, policy: Policy) -> Step:
    """A server granted the line."""
    server, registration = granted.server, granted.registration
    facts = replace(
        facts.at_rest().welcomed(server).with_granted(registration.device.device_id),
        offline=False,
        interval_s=registration.keepalive_interval_s,
        looks=(),
    )
    if server.role is Role.PRIMARY:
        asked = (registration.rehoming_interval_min_minutes, registration.rehoming_interval_max_minutes)
        facts = replace(facts, rehoming_minutes=asked)
    lease = Lease(
        server=server,
        registration=registration,
        sent_at_s=granted.at_s if granted.sent_at_s is None else granted.sent_at_s,
        proved_at_s=granted.at_s,
        attempts=attempts,
        rehome_at_s=rehome_at_s(facts, server, granted, policy),
    )
    return first((Emit(LineEvent.REGISTERED),), hold(facts, lease, granted, policy))


def late(state: State, answer: AnyAnswer, policy: Policy) -> Step:
    """Handle an answer that is not awaited any more: what it brings is used, or given back.

    A registration is adopted while the line is wanted and holds nothing, else deleted where it was made. A
    keepalive of the device held is proof whenever it comes. Server lists are as good as in time.
    """
    match answer:
        case Accepted():
            return _granted_late(state, answer, policy)
        case Proved():
            return _proved_late(state, answer, policy)
        case ServersFound():
            return stay(with_new_lists(state, answer, policy))
        case _:
            return stay(state)


def _granted_late(state: State, granted: Accepted, policy: Policy) -> Step:
    device_id = granted.registration.device.device_id
    match state:
        case Registered(lease=lease) | Reconnecting(lease=lease) | Rehoming(lease=lease):
            if lease.device.device_id == device_id:
                return stay(state)
        case RemovingDevice(device=device) if device.device_id == device_id:
            pass  # it will be gone in a moment
        case Registering() | RemovingDevice() | WaitingToRetry() | Rediscovering():
            return registered(state.facts, state.episode.attempts, granted, policy)
        case ActionNeeded() | Failed():
            return registered(state.facts, 1, granted, policy)
        case _:
            pass
    given_back = discard(granted.server, granted.registration, policy)
    return replace(state, facts=state.facts.with_granted(device_id)), (given_back,)


def _proved_late(state: State, answer: Proved, policy: Policy) -> Step:
    match state:
        case Reconnecting(lease=lease) if lease.device.device_id == answer.device_id:
            return proved(state, answer, policy)
        case Registered(lease=lease) if lease.device.device_id == answer.device_id:
            return stay(replace(state, lease=_with_proof(lease, answer)))
        case _:
            return stay(state)


# ---- keepalives


def prove(state: Registered | Reconnecting, when: Event, policy: Policy) -> Step:
    """Send a keepalive. It may stay open for an interval; from its time limit on it is late."""
    facts, lease = state.facts, state.lease
    interval_s = lease.registration.keepalive_interval_s
    open_s = policy.keepalive_every_s(interval_s)
    facts = replace(facts.sent(when.at_s).at_rest(), request=facts.request + 1)
    keepalive = Open(facts.request, lease.server.url, when.at_s, when.at_s + open_s)
    effects = (
        SendKeepalive(facts.request, lease.server, lease.device, open_s),
        StartDeadline(policy.keepalive_answer_s(interval_s, lease.slowest_s)),
    )
    if isinstance(state, Reconnecting):
        return replace(state, facts=facts, keepalive=keepalive, looking=False), effects
    return replace(state, facts=facts, keepalive=keepalive, awaiting=Awaiting.NOTHING), effects


def doubt(state: Registered, when: Event, policy: Policy) -> Step:
    """Something hints that the registration is dead: ask now, at most once in a while."""
    facts = state.facts
    room = facts.has_room(when.at_s, 1, policy.requests_per_minute)
    # Counted apart from the nudges: the return after a loss is news, however soon it comes.
    recently = _recently(facts.doubted_at_s, when, policy)
    if not room or recently or state.keepalive is not None:
        return stay(state)
    return prove(replace(state, facts=replace(facts, doubted_at_s=when.at_s)), when, policy)


def ask_now(state: Registered | Reconnecting, event: RetryNow, policy: Policy) -> Step:
    """Do not wait for the next keepalive; a host that asked us to wait is tried by a person, and once."""
    facts, bar = state.facts, state.facts.bar_of(state.lease.server)
    barred_now = bar.until_s > event.at_s + EARLY_S
    if barred_now and (bar.pressed or not event.by_person):
        return stay(state)
    if not event.by_person and not facts.has_room(event.at_s, 1, policy.requests_per_minute):
        return stay(state)
    waited_for = state.keepalive is not None or (isinstance(state, Reconnecting) and state.looking)
    if waited_for and (isinstance(state, Registered) or not event.by_person):
        return stay(state)
    facts = facts.pressed((state.lease.server,), event.at_s)
    return prove(replace(state, facts=facts), event, policy)


def proved(state: Registered | Reconnecting, event: Proved, policy: Policy) -> Step:
    """The service confirmed: green again, and perhaps time to look the lists up or to go home."""
    lease = _with_proof(state.lease, event)
    facts = replace(state.facts.at_rest().welcomed(lease.server), offline=False)
    told = (Emit(LineEvent.RECONNECTED),) if isinstance(state, Reconnecting) else ()
    return first(told, duties(facts, lease, event, policy))


def overdue(state: Registered | Reconnecting, keepalive: Open, when: Event, policy: Policy) -> Step:
    """A keepalive is late: it stays open for its interval, and the servers are looked at meanwhile."""
    if when.at_s >= keepalive.lost_at_s - EARLY_S:
        return missed(state, NO_ANSWER, when, policy)
    if isinstance(state, Reconnecting):
        if over(state, when, policy):
            return lost(state, when, policy)
        return look(replace(state, misses=_misses(state.lease, when, policy)), when, policy)
    now = Reconnecting(
        facts=state.facts.at_rest(),
        lease=state.lease,
        failure=NO_ANSWER,
        misses=_misses(state.lease, when, policy),
        silences=1,
        keepalive=keepalive,
    )
    return first((Emit(LineEvent.RECONNECTING),), look(now, when, policy))


def missed(state: Registered | Reconnecting, failure: Failure, when: Event, policy: Policy) -> Step:
    """A keepalive failed: decide between a person, asking again, and moving on."""
    silent = failure.disposition is Disposition.DEAD_HOST
    alone = failure.disposition is Disposition.NO_NETWORK
    facts, lease = state.facts.at_rest(), state.lease
    facts = replace(facts, offline=facts.offline and (silent or alone))
    facts = barred(facts, lease.server, failure, when, policy)
    away = discard(lease.server, lease.registration, policy)
    match failure.disposition:
        case Disposition.SIGN_IN:
            return told_and_lost(until_a_person_acts(SignedOut(facts=facts, failure=failure)), away)
        case Disposition.GIVE_UP:
            return told_and_lost(until_a_person_acts(Failed(facts=facts, failure=failure)), away)
        case Disposition.SUPERSEDED:
            return told_and_lost(until_a_person_acts(Elsewhere(facts=facts, failure=failure)))
        case Disposition.DEVICE_GONE:
            told_gone = (Emit(LineEvent.ERROR, failure), UNREGISTERED)
            episode = Episode(began_at_s=when.at_s, failure=failure)
            return first(told_gone, begin(facts, episode, when, policy))
        case _:
            pass
    before = state if isinstance(state, Reconnecting) else None
    now = Reconnecting(
        facts=facts,
        lease=lease,
        failure=failure,
        misses=_misses(lease, when, policy),
        failures=(before.failures if before else 0) + 1,
        silences=(before.silences if before else 0) + silent if silent or alone else 0,
        alone=alone or (silent and before is not None and before.alone),
    )
    if over(now, when, policy):
        return lost(now, when, policy)
    told = (Emit(LineEvent.RECONNECTING),)
    if silent and before is not None and before.looking:  # what the pings find says what to do
        facts = replace(facts, awaiting=state.facts.awaiting)
        return replace(now, facts=facts, looking=True), told
    if now.silences >= policy.dead_host_misses and not now.alone:
        return first(told, look(now, when, policy))
    return first(told, recheck(now, when, policy))


# ---- reconnecting


def look(state: Reconnecting, when: Event, policy: Policy) -> Step:
    """Ping the host and some others, to tell a dead host from a dead network.

    Alone, one is pinged at a time, in turn: each is asked rarely, and any answer will do.
    """
    held = state.lease.server
    others = [server for server in state.facts.servers.all if server.url != held.url]
    turn = state.facts.request % (len(others) or 1)
    in_turn = (held, *others[turn:], *others[:turn])
    if state.alone:
        asked = in_turn[:1] if state.facts.request % 2 or not others else in_turn[1:2]
    else:
        asked = in_turn[: policy.servers_looked_at]
    kept_free = 1 if state.alone else 2  # for the keepalive that follows the first answer
    asked = state.facts.fitting(asked, when.at_s, policy.requests_per_minute - kept_free)
    if not asked:
        return recheck(state, when, policy)
    facts = state.facts.asked(when.at_s, len(asked))
    return replace(state, facts=facts, looking=True), (
        SendPing(facts.request, asked),
        StartDeadline(policy.answer_deadline_s),
    )


def looked(state: Reconnecting, alive: tuple[Server, ...], when: Event, policy: Policy) -> Step:
    """The servers were pinged: judge the host by who answered."""
    was_alone = state.alone
    answers = any(server.url == state.lease.server.url for server in alive)
    facts = state.facts.at_rest()
    facts = replace(facts, offline=facts.offline and not alive)
    state = replace(state, facts=facts, looking=False, alone=was_alone or not alive)
    if over(state, when, policy):
        return lost(state, when, policy)
    if not alive:
        return recheck(state, when, policy)
    if was_alone and not facts.has_room(when.at_s, 1, policy.requests_per_minute):
        return recheck(state, when, policy)  # the lease of a line alone stands until it is proved
    state = replace(state, alone=False, silences=0 if answers else state.silences + 1)
    if was_alone:
        return prove(state, when, policy)
    if state.silences >= policy.dead_host_misses:
        return lost(state, when, policy, dead=True)
    if answers and state.keepalive is not None:  # slow, not dead: its answer has until then
        wait_s = min(state.keepalive.lost_at_s, ends_at_s(state, policy)) - when.at_s
        return state, (StartTimer(max(wait_s, 0.0)),)
    return recheck(state, when, policy)


def recheck(state: Reconnecting, when: Event, policy: Policy) -> Step:
    """Wait a little, then look or ask again; as long as the host asked, but not beyond the lease."""
    interval_s = state.lease.registration.keepalive_interval_s
    swing = policy.recheck_jitter * (2 * when.draw - 1)
    delay_s = policy.recheck_after_s(max(state.failures, state.silences, 1)) * (1 + swing)
    asked_none = (state.failure.retry_after_s or 0.0) <= 0
    if state.failure.disposition is Disposition.THROTTLED and asked_none:
        delay_s = policy.keepalive_every_s(interval_s) * 1.5 ** (state.failures - 1)
    if state.alone or state.facts.offline:
        # From look to look: a look into a black hole takes its time, and the bound allows no more.
        spent_s = when.at_s - max(state.facts.sent_at_s, default=when.at_s)
        delay_s = max(policy.alone_recheck_s * (1 + swing) - spent_s, policy.nudge_min_s)
    asked_s = state.facts.bar_of(state.lease.server).until_s - when.at_s
    delay_s = max(delay_s, asked_s)
    if state.keepalive is not None:
        delay_s = min(delay_s, state.keepalive.lost_at_s - when.at_s)
    delay_s = min(delay_s, ends_at_s(state, policy) - when.at_s)
    delay_s = max(state.facts.no_sooner(when.at_s, delay_s, policy.requests_per_minute), 0.0)
    return replace(state, facts=state.facts.at_rest(), looking=False), (StartTimer(delay_s),)


def check_again(state: Reconnecting, when: Event, policy: Policy) -> Step:
    """The wait is over: look or ask again, or start anew if the lease ends before the host may be asked."""
    barred_until_s = state.facts.bar_of(state.lease.server).until_s
    if over(state, when, policy) or barred_until_s > ends_at_s(state, policy):
        return lost(state, when, policy)
    has_room = state.facts.has_room(when.at_s, 1, policy.requests_per_minute)
    if barred_until_s > when.at_s + EARLY_S or not has_room:
        return recheck(state, when, policy)
    return look(state, when, policy) if state.alone else prove(state, when, policy)


def ends_at_s(state: Reconnecting, policy: Policy) -> float:
    """When the registration is given up: at the end of the lease; alone, when the service drops it."""
    interval_s = policy.keepalive_s(state.lease.registration.keepalive_interval_s)
    intervals = policy.expiry_intervals if state.alone else policy.lease_intervals
    return state.lease.sent_at_s + intervals * interval_s


def over(state: Reconnecting, when: Event, policy: Policy) -> bool:
    """Whether the lease has ended."""
    return when.at_s >= ends_at_s(state, policy) - EARLY_S


def lost(state: Reconnecting, when: Event, policy: Policy, *, dead: bool = False) -> Step:
    """The registration is given up and sought anew; its device must not stay.

    A dead host is not asked first, nor one that has twice granted what it never confirmed: it would grant
    again. Any other sick one has had its time, so the backups are not kept waiting.
    """
    lease, url = state.lease, state.lease.server.url
    of_no_use = dead or (not lease.confirmed and state.facts.unconfirmed == url)
    # Alone until the service must have dropped it, nothing is left; else an unanswered keepalive may have
    # prolonged the device until now.
    away = give_up(lease, when, policy) if state.alone else discard(lease.server, lease.registration, policy)
    episode = Episode(
        began_at_s=when.at_s - policy.primary_window_s,
        failure=state.failure,
        avoid=lease.server if of_no_use else None,
    )
    facts = replace(state.facts.at_rest(), unconfirmed="" if lease.confirmed else url)
    return first((UNREGISTERED, away), begin(facts, episode, when, policy))


def stay_on_backup(state: Rehoming, when: Event, policy: Policy) -> Step:
    """The backup did not say that the device is gone: ask it whether the registration still stands."""
    facts, lease = state.facts.at_rest(), state.lease
    lease = replace(lease, rehome_at_s=rehome_at_s(facts, lease.server, when, policy))
    return prove(Registered(facts=facts, lease=lease, checking=True), when, policy)


# ---- surroundings


def nudge(state: State, when: Event, policy: Policy) -> Step:
    """The computer woke or the network is back: prove or try soon, at most once in a while.

    What was sent before went out on another network: no answer to it is waited for.
    """
    facts = replace(state.facts, offline=False, lists_doubtful=True)
    # Sleep cannot flap: it is not limited, and does not limit the network's return after it.
    woke = isinstance(when, Woke)
    recently = not woke and _recently(facts.nudged_at_s, when, policy)
    if not recently:
        facts = facts.forgetting_posts()
        facts = facts if woke else replace(facts, nudged_at_s=when.at_s)
    state = replace(state, facts=facts)
    delay_s = policy.nudge_min_s + (policy.nudge_max_s - policy.nudge_min_s) * when.draw
    delay_s = facts.no_sooner(when.at_s, delay_s, policy.requests_per_minute)
    match state:
        case Registered() if not recently:
            at_rest = replace(state, facts=facts.at_rest(), keepalive=None, awaiting=Awaiting.NOTHING)
            return replace(at_rest, checking=True), (StartTimer(delay_s),)
        case Registered():
            return stay(replace(state, checking=True))
        case Reconnecting() if not recently:
            delay_s = max(delay_s, facts.bar_of(state.lease.server).until_s - when.at_s)
            delay_s = max(min(delay_s, ends_at_s(state, policy) - when.at_s), 0.0)
            fresh = replace(state, facts=facts.at_rest(), keepalive=None, looking=False, alone=False)
            return replace(fresh, silences=0), (StartTimer(delay_s),)
        case WaitingToRetry() if not recently:
            delay_s = max(delay_s, facts.asking_wait_s(facts.servers.all, when.at_s))
            return replace(state, episode=_with_quick_tries(state.episode, when, policy)), (
                StartTimer(delay_s),
            )
        case Registering() | RemovingDevice() | Rediscovering() if not recently:
            return stay(replace(state, episode=_with_quick_tries(state.episode, when, policy)))
        case _:
            return stay(state)


# ---- small things


def _misses(lease: Lease, when: Event, policy: Policy) -> int:
    """Return the whole intervals without proof, at least 1."""
    interval_s = policy.keepalive_s(lease.registration.keepalive_interval_s)
    return max(1, int((when.at_s - lease.sent_at_s) / interval_s))


def _with_proof(lease: Lease, event: Proved) -> Lease:
    """The lease counts from the sending; the host's slowest answer is forgotten little by little."""
    sent_at_s = event.at_s if event.sent_at_s is None else event.sent_at_s
    return replace(
        lease,
        sent_at_s=max(lease.sent_at_s, sent_at_s),
        proved_at_s=event.at_s,
        confirmed=True,
        round_trip_s=event.round_trip_s,
        slowest_s=max(event.at_s - sent_at_s, 0.8 * lease.slowest_s),
    )


def _recently(at_s: float | None, when: Event, policy: Policy) -> bool:
    return at_s is not None and when.at_s - at_s < policy.nudge_every_s


def _with_quick_tries(episode: Episode, when: Event, policy: Policy) -> Episode:
    """Back off from the start: what failed before says little about the network of now.

    A long outage is forgotten too, but not the patience that sick primaries already had.
    """
    began_at_s = max(episode.began_at_s, when.at_s - policy.primary_window_s)
    return replace(episode, began_at_s=began_at_s, rounds=0)
