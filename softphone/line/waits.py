"""How long to wait: every delay the machine asks for, in nominal seconds. Pure numbers."""

from softphone.line.events import Event
from softphone.line.failure import Failure
from softphone.line.model import Role, Server
from softphone.line.policy import Policy
from softphone.line.states import Episode, Facts


def first_role(facts: Facts) -> Role:
    """Which list is asked first."""
    return Role.PRIMARY if facts.servers.primaries else Role.BACKUP


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
    return facts.barred(server, when.at_s + wait_s) if wait_s > 0 else facts


def hosts_ask_s(facts: Facts, servers: tuple[Server, ...], when: Event) -> float:
    """How long until one of the servers may be asked; 0 if one may be now, or if there is none."""
    until_s = min((facts.busy_until_s(server) for server in servers), default=0.0)
    return max(0.0, until_s - when.at_s)


def no_sooner(facts: Facts, when: Event, policy: Policy, delay_s: float) -> float:
    """Lengthen a wait so that the request after it keeps to the bound."""
    return max(delay_s, facts.room_at_s(when.at_s, policy.requests_per_minute) - when.at_s)


def shortest_rehoming_s(facts: Facts, policy: Policy) -> float:
    """Return the shortest rehoming interval that is in force, in seconds."""
    return 60 * _rehoming_minutes(facts, policy)[0]


def rehome_at_s(facts: Facts, server: Server, when: Event, policy: Policy) -> float | None:
    """When to try a primary again: at random in the span the primary gave (protocol.md 4.6)."""
    at_home = any(server.url == primary.url for primary in facts.servers.primaries)
    if at_home or not facts.servers.primaries:
        return None
    low, high = _rehoming_minutes(facts, policy)
    return when.at_s + 60 * (low + (high - low) * when.draw)


def _rehoming_minutes(facts: Facts, policy: Policy) -> tuple[float, float]:
    shortest, longest = policy.rehoming_span_minutes
    low, high = facts.rehoming_minutes
    low = low if low is not None and shortest <= low <= longest else policy.rehoming_min_minutes
    high = high if high is not None and shortest <= high <= longest else policy.rehoming_max_minutes
    return low, max(high, low)
