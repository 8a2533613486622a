"""Server lists that are looked up again, and the way home from a backup: none of it holds up a keepalive."""

import math

from softphone.line.effects import Rediscover, SendDeregister, SendPing, StartDeadline, StartTimer
from softphone.line.events import Event, ServersFound
from softphone.line.model import Server
from softphone.line.policy import Policy
from softphone.line.seeking import ask
from softphone.line.states import (
    EARLY_S,
    Awaiting,
    Episode,
    Facts,
    Lease,
    Reconnecting,
    Registered,
    Rehoming,
    State,
)
from softphone.line.stopping import UNREGISTERED, Step, first, stay
from softphone.values import replace


def duties(facts: Facts, lease: Lease, when: Event, policy: Policy) -> Step:
    """Just proved: look the lists up when they are old, go home when it is time, or only hold.

    Nothing here holds up the next keepalive: its timer runs on.
    """
    home_at_s = _home_at_s(facts, lease, when)
    if when.at_s >= home_at_s - policy.fresh_lists_s:
        old = facts.discovered_at_s < home_at_s - policy.fresh_lists_s  # once for each way home
    else:
        old = when.at_s - facts.discovered_at_s >= shortest_rehoming_s(facts, policy)
    times = policy.requests_of_discovery
    if (facts.lists_doubtful or old) and facts.has_room(when.at_s, times, policy.requests_per_minute):
        facts = replace(facts.asked(when.at_s, times), discovered_at_s=when.at_s, lists_doubtful=False)
        return Registered(facts=facts, lease=lease, awaiting=Awaiting.SERVERS), (
            Rediscover(facts.request),
            _beat(facts, lease, when, policy),
        )
    if when.at_s < home_at_s - EARLY_S or old:
        return hold(facts, lease, when, policy)
    primaries = facts.free(facts.servers.primaries, when.at_s)[: policy.pings_at_most]
    # The pings, the DELETE, the POST and a POST back must all fit the bound, or the line is stranded.
    primaries = facts.fitting(primaries, when.at_s, policy.requests_per_minute - 3)
    if not primaries:
        return hold(facts, lease, when, policy)
    facts = facts.asked(when.at_s, len(primaries))
    return Registered(facts=facts, lease=lease, awaiting=Awaiting.PING), (
        SendPing(facts.request, primaries),
        _beat(facts, lease, when, policy),
    )


def hold(facts: Facts, lease: Lease, when: Event, policy: Policy) -> Step:
    """Registered and proved: nothing to do before the next keepalive."""
    return Registered(facts=facts.at_rest(), lease=lease), (_beat(facts, lease, when, policy),)


def _beat(facts: Facts, lease: Lease, when: Event, policy: Policy) -> StartTimer:
    """The wait for the next keepalive, which comes one interval after the last proven request.

    On a backup one comes when it is time for the way home; before that they keep room for it in the bound.
    """
    interval_s = policy.keepalive_s(lease.registration.keepalive_interval_s)
    swing = policy.keepalive_jitter * (2 * when.draw - 1)
    closest_s = policy.keepalive_spacing_s * (1 + policy.keepalive_jitter * when.draw)
    home_at_s = _home_at_s(facts, lease, when)
    if when.at_s >= home_at_s - policy.fresh_lists_s:
        closest_s = policy.home_spacing_s
    apart_s = max(closest_s, min(interval_s * (1 + swing), home_at_s - lease.sent_at_s))
    delay_s = lease.sent_at_s + apart_s - when.at_s
    return StartTimer(max(facts.no_sooner(when.at_s, delay_s, policy.requests_per_minute), 0.0))


# ---- server lists


def relisted(state: Registered, found: ServersFound, policy: Policy) -> Step:
    """The lists are new."""
    at_rest = replace(state, facts=state.facts.at_rest(), awaiting=Awaiting.NOTHING)
    return stay(with_new_lists(at_rest, found, policy))


def not_relisted(state: Registered, when: Event, policy: Policy) -> Registered:
    """The lists were not found: again after a while, but the way home does not wait for them."""
    facts = state.facts.at_rest()
    if when.at_s < _home_at_s(facts, state.lease, when) - policy.fresh_lists_s:
        again_at_s = when.at_s + policy.rediscover_every_s
        found_at_s = min(facts.discovered_at_s, again_at_s - shortest_rehoming_s(facts, policy))
        facts = replace(facts, discovered_at_s=found_at_s)
    return replace(state, facts=facts, awaiting=Awaiting.NOTHING)


def with_new_lists(state: State, found: ServersFound, policy: Policy) -> State:
    """Take the lists: a server that is not listed any more is as good as a backup."""
    facts = with_lists(state.facts, found)
    if not isinstance(state, Registered | Reconnecting):
        return replace(state, facts=facts)
    lease = state.lease
    rehome = rehome_at_s(facts, lease.server, found, policy)
    if rehome is not None and lease.rehome_at_s is not None:
        rehome = lease.rehome_at_s
    server = next((one for one in facts.servers.all if one.url == lease.server.url), lease.server)
    return replace(state, facts=facts, lease=replace(lease, server=server, rehome_at_s=rehome))


def with_lists(facts: Facts, found: ServersFound) -> Facts:
    """Take the lists, unless they are empty: the old ones are better than none."""
    facts = replace(facts, known_device_uris=facts.known_device_uris | found.known_device_uris)
    return replace(facts, servers=found.servers) if found.servers else facts


# ---- home


def look_home(state: Registered, up: tuple[Server, ...], when: Event, policy: Policy) -> Step:
    """The primaries were pinged: go to the first that is up, or stay for another rehoming interval.

    While a call rings the line stays for now: without its device the call would end.
    """
    if when.at_s < state.facts.rings_until_s:
        return stay(replace(state, facts=state.facts.at_rest(), awaiting=Awaiting.NOTHING))
    if not up:
        return stay(not_home(state, when, policy))
    facts = state.facts.at_rest().asked(when.at_s)
    return Rehoming(facts=facts, lease=state.lease, primary=up[0]), (
        SendDeregister(facts.request, state.lease.server, state.lease.device),
        StartDeadline(policy.answer_deadline_s),
    )


def not_home(state: Registered, when: Event, policy: Policy) -> Registered:
    """No primary is up: another rehoming interval."""
    facts = state.facts.at_rest()
    lease = replace(state.lease, rehome_at_s=rehome_at_s(facts, state.lease.server, when, policy))
    return replace(state, facts=facts, lease=lease, awaiting=Awaiting.NOTHING)


def go_home(state: Rehoming, when: Event, policy: Policy) -> Step:
    """The backup's device is gone: the primary, and at once the old backup if it refuses."""
    episode = Episode(began_at_s=when.at_s)
    targets = (state.primary, state.lease.server)
    return first((UNREGISTERED,), ask(state.facts.at_rest(), episode, targets, when, policy))


def rehome_at_s(facts: Facts, server: Server, when: Event, policy: Policy) -> float | None:
    """When to try a primary again: at random in the span the primary gave (reliability.md#way-home)."""
    at_home = any(server.url == primary.url for primary in facts.servers.primaries)
    if at_home or not facts.servers.primaries:
        return None
    low, high = _rehoming_minutes(facts, policy)
    return when.at_s + 60 * (low + (high - low) * when.draw)


def _home_at_s(facts: Facts, lease: Lease, when: Event) -> float:
    """When it is time for the way home: never for a line at home.

    Not before a primary may be asked, nor while a call rings.
    """
    if lease.rehome_at_s is None:
        return math.inf
    asked_s = facts.asking_wait_s(facts.servers.primaries, when.at_s)
    free_at_s = when.at_s + asked_s if asked_s > 0 else 0.0
    return max(lease.rehome_at_s, free_at_s, facts.rings_until_s)


def shortest_rehoming_s(facts: Facts, policy: Policy) -> float:
    """Return the shortest rehoming interval that is in force, in seconds."""
    return 60 * _rehoming_minutes(facts, policy)[0]


def _rehoming_minutes(facts: Facts, policy: Policy) -> tuple[float, float]:
    shortest, longest = policy.rehoming_span_minutes
    low, high = facts.rehoming_minutes
    low = low if low is not None and shortest <= low <= longest else policy.rehoming_min_minutes
    high = high if high is not None and shortest <= high <= longest else policy.rehoming_max_minutes
    return low, max(high, low)
