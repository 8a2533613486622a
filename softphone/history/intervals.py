"""A line's time in intervals of one state each, and what is counted in them: drops, uptime, columns. Pure.

A time in which the program did not run, the computer slept or the user did not want the line is never
counted, neither as up nor as down, and neither is a start that goes well (interface.md#day-bar).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from softphone.line.model import REGISTERED_STATES, LineState
from softphone.values import replace

SHORT = timedelta(seconds=2)  # what is over sooner is no drop, and joins the drops round it

# Worst first: not reachable, uncertain, off, reachable.
SEVERITY = (
    LineState.ACTION,
    LineState.ELSEWHERE,
    LineState.FAILED,
    LineState.SIGNED_OUT,
    LineState.OFFLINE,
    LineState.RETRY_WAIT,
    LineState.REGISTERING,
    LineState.WAITING_CALL,
    LineState.RECONNECTING,
    LineState.CHECKING,
    LineState.DEREGISTERING,
    LineState.IDLE,
    LineState.REGISTERED_BACKUP,
    LineState.REGISTERED,
)

PLANNED = frozenset({LineState.DEREGISTERING, LineState.IDLE})  # somebody wished it so, or nothing began yet
# Passing states: part of a drop when one is under way or a proven line falls into them, else a normal start.
PASSING = frozenset({LineState.REGISTERING, LineState.CHECKING, LineState.WAITING_CALL})
UNCERTAIN = frozenset({LineState.CHECKING, LineState.RECONNECTING})  # the last proof may still hold


class Interval(Struct, frozen=True, kw_only=True):
    """A time in one state. `state` is None while the program did not run; times are UTC."""

    began: datetime
    ended: datetime
    state: LineState | None
    wanted: bool = True

    @property
    def lasted(self) -> timedelta:
        """How long it took."""
        return self.ended - self.began


class Change(Struct, frozen=True, kw_only=True):
    """From here on the line was in `state`, until the next change or the end of the run. UTC."""

    at: datetime
    state: LineState
    wanted: bool


class Run(Struct, frozen=True, kw_only=True):
    """A time in which the program ran and the computer was awake, UTC, with a line's changes in order."""

    began: datetime
    ended: datetime
    changes: Sequence[Change] = ()


class Drop(Struct, frozen=True, kw_only=True):
    """A time in which a wanted line was not proven. `over`: it ended within what was looked at."""

    began: datetime
    ended: datetime
    over: bool

    @property
    def lasted(self) -> timedelta:
        """How long it took, so far if it is not over."""
        return self.ended - self.began


class Uptime(Struct, frozen=True, kw_only=True):
    """The figures of interface.md#day-bar. `share` is None when nothing of the time counts."""

    proven: timedelta
    counted: timedelta
    drops: int
    longest: timedelta

    @property
    def share(self) -> float | None:
        """Proven time by all time that counts, 0..1: less than 1 exactly when there was a drop."""
        return self.proven / self.counted if self.counted else None


class Column(Struct, frozen=True, kw_only=True):
    """A part of the time, in UTC. `state` is the worst in it, `lasted` how long; None: nothing to tell."""

    began: datetime
    ended: datetime
    state: LineState | None
    lasted: timedelta


def intervals_of(runs: Sequence[Run], began: datetime, ended: datetime) -> tuple[Interval, ...]:
    """Return the time from `began` to `ended` without a gap, oldest first; equal states are joined.

    Before a run's first change the line was not known yet, so it counts as not running. Where clocks were
    set between two runs they may overlap: then the later one is believed.
    """
    found: list[Interval] = []  # newest first
    end = ended

    def put(start: datetime, state: LineState | None = None, *, wanted: bool = True) -> None:
        nonlocal end
        start = max(start, began)
        if start >= end:
            return
        if found and found[-1].state is state and found[-1].wanted is wanted:
            found[-1] = replace(found[-1], began=start)
        else:
            found.append(Interval(began=start, ended=end, state=state, wanted=wanted))
        end = start

    for run in reversed(runs):
        put(min(run.ended, end))
        for change in reversed(run.changes):
            put(max(change.at, run.began), change.state, wanted=change.wanted)
        put(run.began)
    put(began)
    return tuple(reversed(found))


def worst(states: Iterable[LineState]) -> LineState | None:
    """Return the worst of the states, None without any."""
    return min(states, key=SEVERITY.index, default=None)


def told(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """Return the intervals with only what counts or was wished; the rest becomes a time without a state.

    The rest is a start that goes well, a time too short for a drop, and a first try that is still under way.
    """
    found = iter(drops(intervals))
    drop = next(found, None)
    kept: list[Interval] = []
    for each in intervals:
        while drop is not None and drop.ended <= each.began:
            drop = next(found, None)
        wished = not each.wanted or each.state in PLANNED or each.state in REGISTERED_STATES
        dropped = drop is not None and drop.began <= each.began
        kept.append(each if wished or dropped else replace(each, state=None))
    return tuple(kept)


def uptime(intervals: Sequence[Interval]) -> Uptime:
    """Return the figures over intervals in their order."""
    nothing = timedelta(0)
    lasted = [drop.lasted for drop in drops(intervals)]
    proven = sum((each.lasted for each in intervals if _is_proven(each)), nothing)
    return Uptime(
        proven=proven,
        counted=proven + sum(lasted, nothing),
        drops=len(lasted),
        longest=max(lasted, default=nothing),
    )


def drops(intervals: Sequence[Interval]) -> tuple[Drop, ...]:
    """Return when a wanted line was not proven, in order; drops that a moment parts are one."""
    finder = DropFinder()
    found = [finder.enter(each.state, each.began, wanted=each.wanted) for each in intervals]
    rest = finder.end(intervals[-1].ended) if intervals else ()
    return tuple(drop for drop in (*found, *rest) if drop is not None)


class DropFinder:
    """Finds a line's drops as its states come, one after the other."""

    def __init__(self) -> None:
        self._began: datetime | None = None  # of the drop it is in
        self._passing: datetime | None = None  # since when it has not been proven, a drop or not yet
        self._proven = False
        self._over: Drop | None = None  # unless the next one follows at once

    def enter(self, state: LineState | None, at: datetime, *, wanted: bool) -> Drop | None:
        """Take a state that begins, or still lasts, at a time. Returns the drop that is over for sure."""
        over = self._settled(at)
        if state is None or not wanted or state in PLANNED or state in REGISTERED_STATES:
            if self._began is not None:
                self._over = Drop(began=self._began, ended=at, over=True)
            self._began = self._passing = None
            self._proven = state in REGISTERED_STATES and wanted
            return over
        self._passing = self._passing or at
        if self._began is None and (self._proven or state not in PASSING):
            self._began = self._over.began if self._over is not None else self._passing
            self._over = None
        self._proven = False
        return over

    def end(self, at: datetime) -> tuple[Drop, ...]:
        """Return what is left when nothing follows after a time."""
        lasting = Drop(began=self._began, ended=at, over=False) if self._began is not None else None
        return tuple(drop for drop in (self._over, lasting) if drop is not None and drop.lasted >= SHORT)

    def _settled(self, at: datetime) -> Drop | None:
        drop = self._over
        if drop is None or (self._passing or at) - drop.ended < SHORT:
            return None
        self._over = None
        return drop if drop.lasted >= SHORT else None


def columns(intervals: Sequence[Interval], span: timedelta, most: int) -> tuple[Column, ...]:
    """Return the time of gapless intervals in columns: `most` make a span, the last may be shorter."""
    if not intervals:
        return ()
    began, ended, width = intervals[0].began, intervals[-1].ended, span / most
    count = min(most, max(1, -((began - ended) // width)))
    edges = [*(began + number * width for number in range(count)), ended]
    spent: list[dict[LineState, timedelta]] = [{} for _ in range(count)]
    for interval in intervals:
        if interval.state is None:
            continue
        state = interval.state if interval.wanted else LineState.IDLE
        first = int((interval.began - began) // width)
        last = min(count - 1, int((interval.ended - began) // width))
        for number in range(first, last + 1):
            inside = min(interval.ended, edges[number + 1]) - max(interval.began, edges[number])
            if inside > timedelta(0):
                spent[number][state] = spent[number].get(state, timedelta(0)) + inside
    return tuple(_column(edges[number], edges[number + 1], states) for number, states in enumerate(spent))


def _column(began: datetime, ended: datetime, spent: dict[LineState, timedelta]) -> Column:
    lasting = [state for state, lasted in spent.items() if lasted >= SHORT]  # a moment colours no column
    state = worst(lasting or spent)
    return Column(began=began, ended=ended, state=state, lasted=spent[state] if state else timedelta(0))


def _is_proven(interval: Interval) -> bool:
    return interval.wanted and interval.state in REGISTERED_STATES
