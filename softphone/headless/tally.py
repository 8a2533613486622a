"""What is counted of one line: keepalives, tries, interruptions. Pure; `headless.figures` shows it.

A snapshot says what is; what happened is the difference between two of them.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate

from softphone.history.entries import proof_between
from softphone.history.intervals import DropFinder
from softphone.line.failure import Disposition
from softphone.line.model import LineSnapshot, LineState

ANSWERED, MISSED = "answered", "missed"
REGISTERED, STOPPED = "registered", "stopped"
_ENDS = {  # of a try to register; all that is not here is a refusal
    Disposition.DEAD_HOST: "no_answer",
    Disposition.NO_NETWORK: "no_network",
    Disposition.SICK_HOST: "trouble",
    Disposition.THROTTLED: "throttled",
}
RESULTS = (REGISTERED, "refused", *_ENDS.values(), STOPPED)

# A keepalive may stay open for its interval, mostly 30 s (reliability.md#lease).
TRIP_BOUNDS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
OUTAGE_BOUNDS_S = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 14400.0)

# Of one line. Servers and extensions that a service makes up for ever must not become series without end.
PLACES_LIMIT = 32
TEXT_LIMIT_CHARS = 128
OTHER = "other"


class Histogram:
    """How many values were at most each of the bounds, which ascend."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.sum: float = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self.sum += value

    @property
    def buckets(self) -> list[tuple[str, float]]:
        """For each bound, and the infinite one, how many values were no larger."""
        return list(zip((*map(str, self._bounds), "+Inf"), accumulate(self._counts), strict=True))


class Tally:
    """The counts of one line, from its first snapshot on.

    `place` is what may change of a line, as short texts that can be printed: extension, role, region, server.
    """

    def __init__(self) -> None:
        self.line_id: str = ""
        self.place: dict[str, str] = {}
        self.keepalives: dict[str, int] = {ANSWERED: 0, MISSED: 0}
        self.attempts: dict[str, int] = dict.fromkeys(RESULTS, 0)
        self.superseded: int = 0
        self.round_trips_s: Histogram = Histogram(TRIP_BOUNDS_S)
        self.outages_s: Histogram = Histogram(OUTAGE_BOUNDS_S)
        self._before: LineSnapshot | None = None
        self._drops = DropFinder()
        self._places: set[tuple[str, ...]] = set()

    def see(self, line: LineSnapshot, now_s: float) -> None:
        """Take the line as it is now, however often; `now_s` is the loop's clock."""
        before, self._before = self._before, line
        if before is not None and before.identity.line_id != line.identity.line_id:
            before = None  # its account left and came again
        self.line_id, self.place = line.identity.line_id, self._bounded(_place_of(line))
        if before is not None:
            self._count(before, line)
            if before.proved_at_s is not None and before.state_at(now_s) is not before.state:
                # Its proof grew too old before now, and nobody looked.
                self._follow(LineState.CHECKING, before.proved_at_s + before.proof_window_s, before.wanted)
        self._follow(line.state_at(now_s), now_s, line.wanted)

    def _count(self, before: LineSnapshot, after: LineSnapshot) -> None:
        answered, missed = proof_between(before, after)
        if answered and after.round_trip_s is not None:
            self.keepalives[ANSWERED] += 1
            self.round_trips_s.add(after.round_trip_s)
        if missed:
            self.keepalives[MISSED] += after.misses - before.misses
        result = result_of(before, after)
        if result is not None:
            self.attempts[result] += 1
        if after.state is LineState.ELSEWHERE is not before.state:
            self.superseded += 1

    def _bounded(self, place: dict[str, str]) -> dict[str, str]:
        """Return the place, or past the limit one that stands for all new ones."""
        key = tuple(place.values())
        if key not in self._places and len(self._places) >= PLACES_LIMIT:
            return place | {"extension": OTHER, "region": OTHER, "server": OTHER}
        self._places.add(key)
        return place

    def _follow(self, state: LineState, at_s: float, wanted: bool) -> None:
        """Observe an outage once it is over; the loop's clock stands in for that of the history."""
        drop = self._drops.enter(state, datetime.fromtimestamp(at_s, UTC), wanted=wanted)
        if drop is not None:
            self.outages_s.add(drop.lasted.total_seconds())


def result_of(before: LineSnapshot, after: LineSnapshot) -> str | None:
    """Return how a try to register ended between two snapshots, None when none did."""
    if before.asking is None or (before.asking, before.attempt) == (after.asking, after.attempt):
        return None
    if after.registration is not None:
        return REGISTERED
    return _ENDS.get(after.failure.disposition, "refused") if after.failure is not None else STOPPED


def _place_of(line: LineSnapshot) -> dict[str, str]:
    server = line.server
    told = {
        "extension": line.identity.extension or "",
        "role": server.role.value if server else "",
        "region": server.region if server else "",
        "server": server.url.partition("://")[2].partition("/")[0] if server else "",
    }
    return {name: _printable(text) for name, text in told.items()}


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:TEXT_LIMIT_CHARS])
