"""Getting registered: whom to ask, in which order, and how long to wait (reliability.md#hosts).

`refused` is the one place that decides what a refusal means; `list_failed` and `all_failed` decide where
to turn when a whole list of servers is of no use.
"""

from http import HTTPStatus

from softphone.line.device import Device
from softphone.line.effects import (
    Effect,
    Emit,
    Rediscover,
    SendDeregister,
    SendRegister,
    StartDeadline,
    StartTimer,
)
from softphone.line.events import Discarded, Event, RetryNow
from softphone.line.failure import (
    ALL_SERVERS_FAILED,
    ASKED_TO_WAIT,
    OWN_DEVICE_IN_THE_WAY,
    Disposition,
    Failure,
)
from softphone.line.model import LineEvent, Role, Server
from softphone.line.ownership import Owner, looked_at, owner_of
from softphone.line.policy import Policy
from softphone.line.states import (
    ActionNeeded,
    Deregistering,
    Episode,
    Facts,
    Failed,
    Idle,
    Open,
    Rediscovering,
    Registering,
    RemovingDevice,
    SignedOut,
    State,
    WaitingToRetry,
)
from softphone.line.stopping import UNREGISTERED, Step, first, idle, stay, until_a_person_acts
from softphone.values import replace


def begin(facts: Facts, episode: Episode, when: Event, policy: Policy) -> Step:
    """Start an effort to get registered: primaries first, leaving out a host just found dead."""
    if not facts.servers:
        return go_on(facts, episode, when, policy)
    return next_round(facts, episode, when, policy)


def connect(facts: Facts, when: Event, policy: Policy) -> Step:
    """Start because the user asked: announced as `connecting`, tried once also against a wish to wait."""
    episode = Episode(began_at_s=when.at_s)
    return first((Emit(LineEvent.CONNECTING),), press(facts, episode, when, policy))


def press(facts: Facts, episode: Episode, when: Event, policy: Policy) -> Step:
    """A person does not want to wait: ask who may be asked, or else one host that asked us to wait.

    That is done once: the press is used up against every wait that was asked for by then.
    """
    primaries, servers = facts.servers.primaries, facts.servers.all
    free, targets = facts.free(servers, when.at_s), facts.pressable(servers, when.at_s)
    if not targets or not primaries or facts.free(primaries, when.at_s):
        return begin(facts, episode, when, policy)
    if free:
        return ask(facts, replace(episode, role=Role.BACKUP), free, when, policy)
    return ask(facts.pressed(servers, when.at_s), episode, targets[:1], when, policy)


def ask_list(facts: Facts, episode: Episode, when: Event, policy: Policy) -> Step:
    """Ask the servers of `episode.role`, one after the other, those that may be asked now."""
    servers = facts.servers.primaries if episode.role is Role.PRIMARY else facts.servers.backups
    # A host that asked us to wait lives: its list is not a dead one.
    asked_to_wait = any(facts.bar_of(server).until_s > when.at_s for server in servers)
    episode = replace(episode, answered=asked_to_wait)
    if episode.role is facts.first_role:
        episode = replace(episode, round_at_s=when.at_s)
    targets = tuple(server for server in facts.free(servers, when.at_s) if server != episode.avoid)
    if not targets:
        return list_failed(facts, episode, when, policy)
    return ask(facts, episode, targets, when, policy)


def ask(facts: Facts, episode: Episode, targets: tuple[Server, ...], when: Event, policy: Policy) -> Step:
    """Ask the first target, as soon as the bound on requests allows."""
    room_at_s = facts.room_at_s(when.at_s, policy.requests_per_minute)
    if room_at_s > when.at_s:
        return wait(facts, replace(episode, remaining=targets), room_at_s - when.at_s)
    facts = facts.asked(when.at_s)
    lost_at_s = when.at_s + policy.register_deadline_s
    facts = facts.posting(Open(facts.request, targets[0].url, when.at_s, lost_at_s))
    episode = replace(episode, remaining=targets[1:], attempts=episode.attempts + 1)
    return Registering(facts=facts, episode=episode, server=targets[0]), (
        SendRegister(facts.request, targets[0]),
        StartDeadline(policy.next_server_s),
    )


def refused(
    facts: Facts, episode: Episode, server: Server, failure: Failure, when: Event, policy: Policy
) -> Step:
    """A server did not take the line: decide between a person, the next server and waiting."""
    facts = facts.at_rest()
    match failure.disposition:
        case Disposition.SIGN_IN:
            return until_a_person_acts(SignedOut(facts=facts, failure=failure))
        case Disposition.GIVE_UP:
            return until_a_person_acts(Failed(facts=facts, failure=failure))
        case Disposition.DEVICE_LIMIT if failure.devices:
            return limit_met(facts, episode, server, failure, when, policy)
        case _:
            pass
    # As the SDK: neither a host that is busy nor a conflict there is told.
    quiet = failure.disposition is Disposition.THROTTLED or failure.http_status == HTTPStatus.CONFLICT
    told: tuple[Effect, ...] = () if quiet else (UNREGISTERED,)
    alive = failure.disposition not in (Disposition.DEAD_HOST, Disposition.NO_NETWORK)
    facts = barred(replace(facts, offline=facts.offline and not alive), server, failure, when, policy)
    episode = replace(episode, failure=failure, answered=episode.answered or alive)
    targets = facts.free(episode.remaining, when.at_s)
    if targets:
        return first(told, ask(facts, episode, targets, when, policy))
    return first(told, list_failed(facts, episode, when, policy))


def list_failed(facts: Facts, episode: Episode, when: Event, policy: Policy) -> Step:
    """Every server of one list failed: the other list, the same again, or a longer wait for all.

    A dead list hands over to the backups at once (spread over a few seconds); a list in which a host lives
    gets `primary_window_s` of patience first, unless its hosts asked for a longer wait than that.
    """
    if episode.role is Role.BACKUP or not facts.servers.backups:
        return all_failed(facts, episode, when, policy)
    backups = replace(episode, role=Role.BACKUP, remaining=())
    if not episode.answered:
        return wait(facts, backups, policy.next_list_max_s * when.draw)
    window_s = episode.began_at_s + policy.primary_window_s - when.at_s
    asked_s = facts.asking_wait_s(facts.servers.primaries, when.at_s)
    if window_s <= 0 or asked_s > window_s:
        return ask_list(facts, backups, when, policy)
    delay_s = max(retry_s(episode, when, policy), asked_s)
    if delay_s >= window_s:
        return wait(facts, backups, window_s)
    return wait(facts, replace(episode, rounds=episode.rounds + 1, remaining=()), delay_s)


def all_failed(facts: Facts, episode: Episode, when: Event, policy: Policy) -> Step:
    """No server took the line: say so once, then try again for ever, ever more slowly."""
    asked_s = facts.asking_wait_s(facts.servers.all, when.at_s)
    home_s = facts.asking_wait_s(facts.servers.primaries, when.at_s)
    if home_s - asked_s <= policy.next_list_max_s:
        asked_s = max(asked_s, home_s)  # worth a moment more: a backup would keep the line for an hour
    delay_s = max(retry_s(episode, when, policy), asked_s)
    patient = episode.role is Role.PRIMARY and episode.answered
    within_window = when.at_s - episode.began_at_s < policy.primary_window_s
    awaited = any(post.lost_at_s > when.at_s for post in facts.posts)  # a slow server may still grant it
    tell = not (episode.told or facts.offline or awaited or (patient and within_window))
    effects: tuple[Effect, ...] = ()
    if tell:
        effects = (Emit(LineEvent.ERROR, _of_all(episode.failure)),)
    episode = replace(
        episode,
        role=facts.first_role,
        remaining=(),
        avoid=None,
        removals=(),
        rounds=episode.rounds + 1,
        told=episode.told or tell,
        failure=episode.failure or ALL_SERVERS_FAILED,
    )
    return first(effects, wait(facts, episode, delay_s))


def wait(facts: Facts, episode: Episode, delay_s: float) -> Step:
    """Wait, then go on with `episode.remaining`, or else with the list `episode.role`."""
    episode = replace(episode, failure=episode.failure or ASKED_TO_WAIT)  # a wait has a cause
    return WaitingToRetry(facts=facts.at_rest(), episode=episode), (StartTimer(delay_s),)


def go_on(facts: Facts, episode: Episode, when: Event, policy: Policy) -> Step:
    """The wait is over: the next server, but first fresh lists if all the old ones failed for long."""
    stale = when.at_s - facts.discovered_at_s >= policy.rediscover_every_s
    # Offline nothing is told, and the hint may be wrong: old lists must not hold the line down.
    failed_long = episode.told or facts.offline
    lists_failed = failed_long and episode.role is facts.first_role and not episode.remaining
    if not facts.servers or (lists_failed and stale):
        times = policy.requests_of_discovery
        room_at_s = facts.room_at_s(when.at_s, policy.requests_per_minute - times + 1)
        if room_at_s > when.at_s:
            return wait(facts, episode, room_at_s - when.at_s)
        facts = replace(facts.asked(when.at_s, times), discovered_at_s=when.at_s, lists_doubtful=False)
        return Rediscovering(facts=facts, episode=episode), (
            Rediscover(facts.request),
            StartDeadline(policy.answer_deadline_s),
        )
    targets = facts.free(episode.remaining, when.at_s)
    if targets:
        return ask(facts, episode, targets, when, policy)
    return ask_list(facts, episode, when, policy)


def retry(state: WaitingToRetry, event: RetryNow, policy: Policy) -> Step:
    """Do not wait any longer; a host that asked us to wait is tried only by a person, and once.

    While a device of ours is in the way only a person cuts the wait short: asking again would spend the room
    in the bound that its removal needs.
    """
    facts, servers = state.facts, state.facts.servers.all
    if state.episode.failure == OWN_DEVICE_IN_THE_WAY and not event.by_person:
        return stay(state)
    may_be = facts.pressable if event.by_person else facts.free
    if servers and not may_be(servers, event.at_s):
        return stay(state)
    go = press if event.by_person else begin
    return go(facts, state.episode, event, policy)


def next_round(facts: Facts, episode: Episode, when: Event, policy: Policy) -> Step:
    """Begin at the first list again."""
    return ask_list(facts, replace(episode, role=facts.first_role), when, policy)


def limit_met(
    facts: Facts, episode: Episode, server: Server, failure: Failure, when: Event, policy: Policy
) -> Step:
    """403/101: remove our own device and ask again; any other is the user's to choose (line/ownership.py)."""
    facts = looked_at(facts, failure.devices, when.at_s)
    owners = {device: owner_of(device, facts, when.at_s, policy) for device in failure.devices}
    removable = [device for device, owner in owners.items() if owner in (Owner.OURS, Owner.ORPHAN)]
    chosen = [device for device in failure.devices if device.device_id in episode.removals]
    for device in removable or chosen:
        if episode.removals.count(device.device_id) < policy.removals_at_most:
            # A removal takes effect when it does: the first is followed at once, later ones after a wait.
            episode = replace(episode, failure=OWN_DEVICE_IN_THE_WAY)
            if not facts.has_room(when.at_s, 2, policy.requests_per_minute):
                # It goes on with a POST, so three must fit then.
                room_at_s = facts.room_at_s(when.at_s, policy.requests_per_minute - 2)
                return wait(facts, replace(episode, remaining=(server,)), room_at_s - when.at_s)
            return remove(facts, episode, server, device, when, policy)
    lapses_s = policy.expiry_intervals * policy.keepalive_s(facts.interval_s)
    runs_out = any((device.seen_ago_s or 0.0) < lapses_s for device in removable)
    if runs_out or (removable and len(removable) == len(owners)):  # nobody chooses among our own devices
        return refused(facts, episode, server, OWN_DEVICE_IN_THE_WAY, when, policy)
    if Owner.IN_DOUBT in owners.values():
        episode = replace(episode, failure=OWN_DEVICE_IN_THE_WAY, remaining=(server,))
        delay_s = policy.keepalive_every_s(facts.interval_s) * (1 + when.draw / 4) / 2
        return wait(facts, episode, delay_s)
    return until_a_person_acts(ActionNeeded(facts=facts, failure=failure, server=server))


def remove(
    facts: Facts, episode: Episode, server: Server, device: Device, when: Event, policy: Policy
) -> Step:
    """Remove a device that stands in the way, then ask `server`, which reported it, once more.

    The host that granted it is asked first; when that one is dead or did not remove it, the one that reports
    it is.
    """
    origin = facts.servers.granting(device) or server
    origin = server if origin == episode.avoid else origin
    candidates = (origin, server) if origin != server else (server,)
    asked = candidates[episode.removals.count(device.device_id) % len(candidates)]
    facts = facts.asked(when.at_s)
    episode = replace(episode, removals=(*episode.removals, device.device_id))
    return RemovingDevice(facts=facts, episode=episode, server=server, device=device, asked=asked), (
        SendDeregister(facts.request, asked, device),
        StartDeadline(policy.answer_deadline_s),
    )


def removed(state: RemovingDevice, when: Event, policy: Policy) -> Step:
    """The device in the way is said to be gone: ask again, the more often it was said the later."""
    facts, episode = state.facts.at_rest(), state.episode
    tried = episode.removals.count(state.device.device_id)
    targets = (state.server, *episode.remaining)
    if tried <= 1:
        return ask(facts, episode, targets, when, policy)
    delay_s = min(policy.retry_cap_s, 2.0 ** (tried - 2)) * (1 + when.draw / 4)
    return wait(facts, replace(episode, remaining=targets), delay_s)


def not_removed(state: RemovingDevice, failure: Failure, when: Event, policy: Policy) -> Step:
    """The device in the way was not removed: the server that reports it is asked, then it is a refusal."""
    facts, server = state.facts.at_rest(), state.server
    if state.asked != server and failure.disposition is not Disposition.SIGN_IN:
        if facts.has_room(when.at_s, 1, policy.requests_per_minute):
            return remove(facts, state.episode, server, state.device, when, policy)
        return wait(facts, replace(state.episode, remaining=(server,)), policy.retry_base_s)
    return refused(facts, state.episode, server, failure, when, policy)


def _of_all(last: Failure | None) -> Failure:
    """Return the error of a round in which all failed, with what support asks for from the last one."""
    if last is None:
        return ALL_SERVERS_FAILED
    return replace(
        ALL_SERVERS_FAILED,
        http_status=last.http_status,
        error_code=last.error_code,
        tracking_id=last.tracking_id,
    )


# ---- off, and perhaps on again


def left(state: Deregistering, when: Event, policy: Policy, *, unconfirmed: Failure | None) -> Step:
    """The line is off: as the service says, or as far as the person is concerned."""
    gone = idle(state.facts, unconfirmed, left=state.lease.device.device_id if unconfirmed else "")
    if not state.register_next:
        return gone
    return first(gone[1], connect(state.facts.at_rest(), when, policy))


def discarded(state: State, event: Discarded, policy: Policy) -> Step:
    """A device that must not stay is gone, or is not gone yet: shown where a person switched it off."""
    device_id = event.device.device_id
    match state:
        case Deregistering(lease=lease) if lease.device.device_id == device_id:
            return left(state, event, policy, unconfirmed=event.failure)
        case Idle(left=waited_for) if waited_for == device_id:
            left_over = waited_for if event.failure else ""
            return stay(replace(state, unconfirmed=event.failure, left=left_over))
        case _:
            return stay(state)


# ---- how long


def retry_s(episode: Episode, when: Event, policy: Policy) -> float:
    """Equal jitter: W = min(cap, base * 2^rounds), uniform in [W/2, W]; steadier and slower in an outage."""
    if when.at_s - episode.began_at_s >= policy.long_outage_s:
        return policy.slow_retry_s * (1 + policy.slow_retry_jitter * (2 * when.draw - 1))
    widest_s = min(policy.retry_cap_s, policy.retry_base_s * 2.0 ** min(episode.rounds, 30))
    if widest_s < policy.retry_cap_s:
        return widest_s * (1 + when.draw) / 2
    # From round to round, not from the last answer: hosts that never answer would add their deadlines.
    spent_s = when.at_s - episode.round_at_s
    return max(policy.retry_base_s, widest_s * (1 - policy.retry_cap_jitter * (1 - when.draw)) - spent_s)


def asked_wait_s(failure: Failure, when: Event, policy: Policy) -> float:
    """Return the wait a host asked for, a little more and never over the cap; 0 if it asked for none."""
    asked_s = (failure.retry_after_s or 0.0) * (1 + policy.retry_after_jitter * when.draw)
    return min(asked_s, policy.retry_after_max_s)


def barred(facts: Facts, server: Server, failure: Failure, when: Event, policy: Policy) -> Facts:
    """Note the wait a host asked for with its refusal."""
    wait_s = asked_wait_s(failure, when, policy)
    return facts.barred(server, when.at_s + wait_s, when.at_s) if wait_s > 0 else facts
