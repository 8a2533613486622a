"""Every interval, limit and window of the registration machine: one value, unit and source each.

The numbers are nominal seconds. `time_scale` multiplies every wait: the runner applies it when it starts
a timer, so the machine and its tests see nominal seconds only.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The defaults are the product's (reliability.md); a cloud file may override any by name."""

    time_scale: float = 1.0

    # Keepalive (protocol.md#keepalive); when a registration ends is told in `line.keeping`
    keepalive_default_s: float = 30.0  # when the service names no interval
    keepalive_min_s: float = 5.0  # a smaller interval would be a request storm (sdk.md#keepalives, V38)
    keepalive_max_s: float = 300.0  # a larger one would leave a dead line green for too long
    keepalive_spacing_s: float = 7.5  # keepalives come no closer, so that other requests find room
    home_spacing_s: float = 15.0  # and before the way home, which needs room, no closer than this
    keepalive_jitter: float = 0.1  # +- this part, so that lines do not beat in phase
    keepalive_deadline_s: float = 10.0  # or a third of the interval if less: from then on it is late
    keepalive_patience: float = 1.5  # times the slowest answer of late: how long is not late
    recheck_s: tuple[float, ...] = (2.0, 4.0, 8.0)  # after the 1st, 2nd, 3rd and later failure
    recheck_jitter: float = 0.25
    dead_host_misses: int = 3  # keepalives and pings in a row without an answer: the host is dead
    servers_looked_at: int = 3  # pinged at once to tell a dead host from a dead network
    alone_recheck_s: float = 10.0  # nothing answers, so it is our network: look again this often
    proof_window: float = 1.5  # times the interval: how long proof stays green
    lease_intervals: float = 4.0  # a registration is ours this long after its last proof was sent
    expiry_intervals: float = 5.0  # the service drops a line after so many (protocol.md#keepalive)

    # Asking for a registration (reliability.md#hosts)
    next_server_s: float = 10.0  # a POST without an answer: the next server is asked, this one stays open
    register_deadline_s: float = 30.0  # and then it is taken for lost
    answer_deadline_s: float = 20.0  # the guard round any other request; the client's own is shorter
    next_list_max_s: float = 5.0  # a whole list dead: the other list after 0..this
    retry_base_s: float = 2.0  # W = min(cap, base * 2^n), the wait is uniform in [W/2, W]
    retry_cap_s: float = 60.0
    retry_cap_jitter: float = 0.1  # at the cap the wait is uniform in the last part of it: at most 60 s
    primary_window_s: float = 30.0  # of sick primaries before the backups are asked (the SDK: 114 s)
    long_outage_s: float = 3600.0  # after this the cap is the next line's
    slow_retry_s: float = 240.0  # +- slow_retry_jitter: at most 5 minutes
    slow_retry_jitter: float = 0.2
    retry_after_max_s: float = 3600.0
    retry_after_jitter: float = 0.1  # 0..this part on top, never less than asked
    rediscover_every_s: float = 300.0  # while every server fails, the lists are looked up this often
    fresh_lists_s: float = 120.0  # so long before the way home the lists are looked up, once
    requests_per_minute: int = 12  # per line on the wire, whatever the servers answer, clicks aside
    requests_of_discovery: int = 3  # looking the lists up is so many requests

    # Whose device it is (line/ownership.py)
    alive_intervals: float = 2.0  # seen within so many intervals, a device is in use
    removals_at_most: int = 4  # of one device that stays listed; then the next server, or the person

    # Rehoming (reliability.md#way-home): minutes, used when the primary names none
    rehoming_min_minutes: float = 60.0
    rehoming_max_minutes: float = 120.0
    rehoming_span_minutes: tuple[float, float] = (1.0, 1440.0)  # outside it is none (protocol.md#limits)
    pings_at_most: int = 3  # primaries asked whether they are up

    # Surroundings
    nudge_min_s: float = 0.5  # after waking or the network's return: a random wait in this span
    nudge_max_s: float = 3.0
    nudge_every_s: float = 30.0  # a flapping network must not become a storm

    # Leaving
    deregister_shown_s: float = 1.0  # then the line is off for the person; the DELETE goes on

    def keepalive_s(self, interval_s: float | None) -> float:
        """Return the interval to use for the one the service sent (None: it sent none)."""
        if interval_s is None or not interval_s > 0:
            return self.keepalive_default_s
        return min(max(interval_s, self.keepalive_min_s), self.keepalive_max_s)

    def keepalive_every_s(self, interval_s: float | None) -> float:
        """Return how far apart keepalives are sent, and how long each may stay unanswered."""
        return max(self.keepalive_s(interval_s), self.keepalive_spacing_s)

    def keepalive_answer_s(self, interval_s: float | None, slowest_s: float = 0.0) -> float:
        """After how long a keepalive is late, for a host whose slowest answer of late took `slowest_s`."""
        usual_s = min(self.keepalive_deadline_s, self.keepalive_s(interval_s) / 3)
        longest_s = self.keepalive_every_s(interval_s)
        return min(max(usual_s, self.keepalive_patience * slowest_s), longest_s)

    def proof_window_s(self, interval_s: float | None, *, away: bool = False) -> float:
        """How long proof stays green; `away` from home keepalives may come further apart."""
        apart_s = self.keepalive_every_s(interval_s)
        return self.proof_window * (max(apart_s, self.home_spacing_s) if away else apart_s)

    def alive_s(self, interval_s: float | None) -> float:
        """A device seen within so long is in use; one that is soon to go home is seen the most rarely."""
        rarest_s = self.home_spacing_s + self.keepalive_spacing_s
        return max(self.alive_intervals * self.keepalive_every_s(interval_s), rarest_s)

    def recheck_after_s(self, failures: int) -> float:
        """Return the nominal wait after so many failures in a row (1 or more)."""
        return self.recheck_s[min(failures, len(self.recheck_s)) - 1]
