"""Getting registered: whom to ask, in which order, and how long to wait (design.md 4).

`refused` is the one place that decides what a refusal means; `list_failed` and `all_failed` decide where
to turn when a whole list of servers is of no use.
"""

from dataclasses import replace

from softphone.line.device import Device
from softphone.line.effects import (
    CancelTimer,
    Effect,
    Emit,
    Rediscover,
    SendDeregister,
    SendRegister,
    StartDeadline,
    StartTimer,
)
from softphone.line.events import Event
from softphone.line.failure import ALL_SERVERS_FAILED, ASKED_TO_WAIT, Disposition, Failure
from softphone.line.model import LineEvent, Role, Server
from softphone.line.policy import Policy
from softphone.line.states import (
    ActionNeeded,
    Episode,
    Facts,
    Rediscovering,
    Registering,
    RemovingDevice,
    WaitingToRetry,
)
from softphone.line.stopping import UNREGISTERED, Step, failed, first, signed_out, stay
from softphone.line.waits import barred, first_role, hosts_ask_s, retry_s


def begin(
    facts: Facts,
    when: Event,
    policy: Policy,
    *,
    cause: Failure | None = None,
    avoid: Server | None = None,
) -> Step:
    """Start an effort to get registered: primaries first, leaving out a host just found dead."""
    episode = Episode(began_at_s=when.at_s, role=first_role(facts), failure=cause)
    if not facts.servers:
        return go_on(facts, episode, when, policy)
    return ask_list(facts, episode, when, policy, avoid=avoid)


def connect(facts: Facts, when: Event, policy: Policy) -> Step:
    """The same, because the user asked: announced as `connecting`."""
    return first((Emit(LineEvent.CONNECTING),), begin(facts, when, policy))


def ask_list(
    facts: Facts, episode: Episode, when: Event, policy: Policy, *, avoid: Server | None = None
) -> Step:
    """Ask the servers of `episode.role`, one after the other, those that may be asked now."""
    servers = facts.servers.primaries if episode.role is Role.PRIMARY else facts.servers.backups
    free = facts.free(servers, when.at_s)
    # A host that asked us to wait lives: its list is not a dead one.
    episode = replace(episode, answered=len(free) < len(servers), remaining=())
    if episode.role is first_role(facts):
        episode = replace(episode, round_at_s=when.at_s)
    targets = tuple(server for server in free if server != avoid)
    if not targets:
        return list_failed(facts, episode, when, policy)
    return ask(facts, episode, targets, when, policy)


def ask(facts: Facts, episode: Episode, targets: tuple[Server, ...], when: Event, policy: Policy) -> Step:
    """Ask the first target, as soon as the bound on requests allows."""
    room_at_s = facts.room_at_s(when.at_s, policy.requests_per_minute)
    if room_at_s > when.at_s:
        return wait(facts, replace(episode, remaining=targets), room_at_s - when.at_s)
    facts = facts.asked(when.at_s)
    episode = replace(episode, remaining=targets[1:], attempts=episode.attempts + 1)
    return Registering(facts=facts, episode=episode, server=targets[0]), (
        SendRegister(facts.request, targets[0]),
        StartDeadline(policy.answer_deadline_s),
    )


def refused(
    facts: Facts, episode: Episode, server: Server, failure: Failure, when: Event, policy: Policy
) -> Step:
    """A server did not take the line: decide between a person, the next server and waiting."""
    facts = facts.at_rest()
    match failure.disposition:
        case Disposition.SIGN_IN:
            return signed_out(facts, failure)
        case Disposition.GIVE_UP:
            return failed(facts, failure)
        case Disposition.DEVICE_LIMIT if failure.devices:
            return limit_met(facts, episode, server, failure, when, policy)
        case Disposition.THROTTLED:
            told: tuple[Effect, ...] = ()
        case _:
            told = (UNREGISTERED,)
    alive = failure.disposition is not Disposition.DEAD_HOST
    facts = barred(replace(facts, offline=facts.offline and not alive), server, failure, when, policy)
    # Whatever this answer was, the server may have made a device: the next orphan is a new one.
    episode = replace(episode, failure=failure, answered=episode.answered or alive, orphan_removed=False)
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
    asked_s = hosts_ask_s(facts, facts.servers.primaries, when)
    if window_s <= 0 or asked_s > window_s:
        return ask_list(facts, backups, when, policy)
    delay_s = max(retry_s(episode, when, policy), asked_s)
    if delay_s >= window_s:
        return wait(facts, backups, window_s)
    return wait(facts, replace(episode, rounds=episode.rounds + 1, remaining=()), delay_s)


def all_failed(facts: Facts, episode: Episode, when: Event, policy: Policy) -> Step:
    """No server took the line: say so once, then try again for ever, ever more slowly."""
    asked_s = hosts_ask_s(facts, facts.servers.primaries + facts.servers.backups, when)
    home_s = hosts_ask_s(facts, facts.servers.primaries, when)
    if home_s - asked_s <= policy.next_list_max_s:
        asked_s = max(asked_s, home_s)  # worth a moment more: a backup would keep the line for an hour
    delay_s = max(retry_s(episode, when, policy), asked_s)
    patient = episode.role is Role.PRIMARY and episode.answered
    within_window = when.at_s - episode.began_at_s < policy.primary_window_s
    tell = not (episode.told or facts.offline or (patient and within_window))
    effects: tuple[Effect, ...] = ()
    if tell:
        effects = (Emit(LineEvent.ERROR, _of_all(episode.failure)),)
    episode = replace(
        episode,
        role=first_role(facts),
        remaining=(),
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
    lists_failed = failed_long and episode.role is first_role(facts) and not episode.remaining
    if not facts.servers or (lists_failed and stale):
        room_at_s = facts.room_at_s(when.at_s, policy.requests_per_minute)
        if room_at_s > when.at_s:
            return wait(facts, episode, room_at_s - when.at_s)
        facts = replace(facts.asked(when.at_s), discovered_at_s=when.at_s)
        return Rediscovering(facts=facts, episode=episode), (
            Rediscover(facts.request),
            StartDeadline(policy.answer_deadline_s),
        )
    targets = facts.free(episode.remaining, when.at_s)
    if targets:
        return ask(facts, episode, targets, when, policy)
    return ask_list(facts, episode, when, policy)


def retry(state: WaitingToRetry, when: Event, policy: Policy) -> Step:
    """Do not wait any longer, but a host that asked us to wait is not asked."""
    servers = state.facts.servers
    if servers and not state.facts.free(servers.primaries + servers.backups, when.at_s):
        return stay(state)
    if not servers:
        return go_on(state.facts, state.episode, when, policy)
    return next_round(state.facts, state.episode, when, policy)


def next_round(facts: Facts, episode: Episode, when: Event, policy: Policy) -> Step:
    """Begin at the first list again."""
    episode = replace(episode, role=first_role(facts), remaining=())
    return ask_list(facts, episode, when, policy)


def limit_met(
    facts: Facts, episode: Episode, server: Server, failure: Failure, when: Event, policy: Policy
) -> Step:
    """403/101: remove our own orphan, once; any other device is the user's to choose (design.md 4)."""
    orphans = [
        device
        for device in failure.devices
        if device.client_device_uri and device.client_device_uri in facts.known_device_uris
    ]
    if orphans and not episode.orphan_removed:
        episode = replace(episode, failure=failure)
        room_at_s = facts.room_at_s(when.at_s, policy.requests_per_minute - 1)
        if room_at_s > when.at_s:
            return wait(facts, replace(episode, remaining=(server,)), room_at_s - when.at_s)
        return remove(facts, episode, server, orphans[0], when, policy)
    return ActionNeeded(facts=facts, failure=failure, server=server), (
        Emit(LineEvent.ERROR, failure),
        CancelTimer(),
    )


def remove(
    facts: Facts, episode: Episode, server: Server, device: Device, when: Event, policy: Policy
) -> Step:
    """Remove a device that stands in the way, then ask the same server once more."""
    facts = facts.asked(when.at_s)
    return RemovingDevice(facts=facts, episode=episode, server=server, device=device), (
        SendDeregister(facts.request, server, device),
        StartDeadline(policy.answer_deadline_s),
    )


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
