"""Every interval, limit and window of the registration machine: one value, unit and source each.

The numbers are nominal seconds. `time_scale` multiplies every wait: the runner applies it when it starts
a timer, so the machine and its tests see nominal seconds only.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The defaults are the product's (design.md 4); a cloud file may override any by name."""

    time_scale: float = 1.0

    # Keepalive (design.md 4, protocol.md 1.9)
    keepalive_default_s: float = 30.0  # when the service names no interval
    keepalive_min_s: float = 5.0  # a smaller interval would be a request storm (protocol.md V38)
    keepalive_max_s: float = 300.0  # a larger one would leave a dead line green for too long
    keepalive_jitter: float = 0.1  # +- this part, so that lines do not beat in phase
    keepalive_deadline_s: float = 10.0  # or a third of the interval if that is less
    recheck_s: tuple[float, ...] = (2.0, 4.0, 8.0)  # after the 1st, 2nd, 3rd and later miss
    recheck_jitter: float = 0.25
    dead_host_misses: int = 3  # transport misses in a row before the host is pinged
    loss_misses: int = 5  # misses of any kind before the registration is given up (the SDK's 5)
    proof_window: float = 1.5  # times the interval: how long proof stays green
    expiry_intervals: float = 5.0  # the service drops a line after so many (protocol.md 1.9)

    # Asking for a registration (design.md 4 "Dead host or sick host")
    answer_deadline_s: float = 20.0  # the machine's own guard; the client's total deadline is shorter
    answer_grace_s: float = 1.0  # the guard round a keepalive fires this much after its own deadline
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
    requests_per_minute: int = 12  # per line, whatever the servers answer, clicks aside

    # Rehoming (protocol.md 4.6): minutes, used when the primary names none
    rehoming_min_minutes: float = 60.0
    rehoming_max_minutes: float = 120.0
    rehoming_span_minutes: tuple[float, float] = (1.0, 1440.0)  # outside it counts as none (reliability.md 7)
    pings_at_most: int = 3  # primaries asked whether they are up

    # Surroundings
    nudge_min_s: float = 0.5  # after waking or the network's return: a random wait in this span
    nudge_max_s: float = 3.0
    nudge_every_s: float = 30.0  # a flapping network must not become a storm
    offline_recheck_s: float = 10.0  # a wrong hint "offline" must not keep a line down

    # Leaving
    deregister_tries: int = 2  # a DELETE without an answer is sent once more
    deregister_retry_s: float = 1.0

    def keepalive_s(self, interval_s: float | None) -> float:
        """Return the interval to use for the one the service sent (None: it sent none)."""
        if interval_s is None or not interval_s > 0:
            return self.keepalive_default_s
        return min(max(interval_s, self.keepalive_min_s), self.keepalive_max_s)

    def keepalive_answer_s(self, interval_s: float | None) -> float:
        """How long one keepalive may take."""
        return min(self.keepalive_deadline_s, self.keepalive_s(interval_s) / 3)

    def recheck_after_s(self, misses: int) -> float:
        """Return the nominal wait after the given number of misses (1 or more)."""
        return self.recheck_s[min(misses, len(self.recheck_s)) - 1]
