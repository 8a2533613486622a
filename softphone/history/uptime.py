"""How much of the time a line was proven, and when it was not: for the 24-hour bar and its figures. Pure.

A time in which the program did not run, the computer slept or the user did not want the line is never
counted, neither as up nor as down (interface.md#day-bar).
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from softphone.history.entries import Stretch
from softphone.line.model import REGISTERED_STATES, LineState

SHORT = timedelta(seconds=2)  # what is over sooner is no drop, and joins the drops round it
BUCKET = timedelta(minutes=5)
BUCKETS = 288  # a day

# Worst first, in the order of the roll-up (ui.presentation).
SEVERITY = (
    LineState.ELSEWHERE,
    LineState.ACTION,
    LineState.SIGNED_OUT,
    LineState.FAILED,
    LineState.OFFLINE,
    LineState.RETRY_WAIT,
    LineState.RECONNECTING,
    LineState.REGISTERING,
    LineState.CHECKING,
    LineState.WAITING_CALL,
    LineState.DEREGISTERING,
    LineState.IDLE,
    LineState.REGISTERED_BACKUP,
    LineState.REGISTERED,
)

PLANNED = frozenset({LineState.DEREGISTERING, LineState.IDLE})  # somebody wished it so, or nothing began yet
# Passing states: part of a drop when one is under way or a proven line falls into them, else a normal start.
PASSING = frozenset({LineState.REGISTERING, LineState.CHECKING, LineState.WAITING_CALL})

_RANK = {state: rank for rank, state in enumerate(SEVERITY)}


def worst(states: Iterable[LineState]) -> LineState | None:
    """Return the worst of the states, None without any."""
    return min(states, key=_RANK.__getitem__, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A time in which a wanted line was not proven. `over`: it ended within what was looked at."""

    began: datetime
    ended: datetime
    over: bool

    @property
    def lasted(self) -> timedelta:
        """How long it took, so far if it is not over."""
        return self.ended - self.began


@dataclass(frozen=True, slots=True, kw_only=True)
class Uptime:
    """The figures of interface.md#day-bar. `share` is None when the line was not wanted for a moment."""

    proven: timedelta
    wanted: timedelta
    drops: int
    longest: timedelta

    @property
    def share(self) -> float | None:
        """Proven time by wanted time, 0..1."""
        return self.proven / self.wanted if self.wanted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Five minutes, in UTC. `state` is the worst in them, `lasted` how long; None: nothing ran."""

    began: datetime
    ended: datetime
    state: LineState | None
    lasted: timedelta


def uptime(stretches: Sequence[Stretch]) -> Uptime:
    """Return the figures over stretches in their order."""
    counted = [stretch for stretch in stretches if _counts(stretch)]
    found = drops(stretches)
    return Uptime(
        proven=_total(stretch for stretch in counted if stretch.state in REGISTERED_STATES),
        wanted=_total(counted),
        drops=len(found),
        longest=max((drop.lasted for drop in found), default=timedelta(0)),
    )


def drops(stretches: Sequence[Stretch]) -> tuple[Drop, ...]:
    """Return when a wanted line was not proven, in order; drops that a moment parts are one."""
    joined: list[Drop] = []
    for drop in _each_drop(stretches):
        if joined and drop.began - joined[-1].ended < SHORT:
            joined[-1] = Drop(began=joined[-1].began, ended=drop.ended, over=drop.over)
        else:
            joined.append(drop)
    return tuple(drop for drop in joined if drop.lasted >= SHORT)


def buckets(
    stretches: Sequence[Stretch], ended: datetime, *, count: int = BUCKETS, width: timedelta = BUCKET
) -> tuple[Bucket, ...]:
    """Return the last `count` buckets, the one `ended` lies in last; they begin at whole multiples."""
    last = math.ceil(ended.timestamp() / width.total_seconds())
    first = last - count
    spent: list[dict[LineState, timedelta]] = [{} for _ in range(count)]
    edges = [
        datetime.fromtimestamp((first + number) * width.total_seconds(), UTC) for number in range(count + 1)
    ]
    for stretch in stretches:
        if stretch.state is None:
            continue
        begin = max(0, int((stretch.began - edges[0]) // width))
        end = min(count - 1, int((stretch.ended - edges[0]) // width))
        for number in range(begin, end + 1):
            inside = min(stretch.ended, edges[number + 1]) - max(stretch.began, edges[number])
            if inside > timedelta(0):
                spent[number][stretch.state] = spent[number].get(stretch.state, timedelta(0)) + inside
    return tuple(_bucket(edges[number], edges[number + 1], states) for number, states in enumerate(spent))


def _bucket(began: datetime, ended: datetime, spent: dict[LineState, timedelta]) -> Bucket:
    lasting = [state for state, lasted in spent.items() if lasted >= SHORT]  # a moment colours no bucket
    state = worst(lasting or spent)
    return Bucket(began=began, ended=ended, state=state, lasted=spent[state] if state else timedelta(0))


def _counts(stretch: Stretch) -> bool:
    return stretch.wanted and stretch.state is not None and stretch.state is not LineState.DEREGISTERING


def _total(stretches: Iterable[Stretch]) -> timedelta:
    return sum((stretch.ended - stretch.began for stretch in stretches), timedelta(0))


def _each_drop(stretches: Sequence[Stretch]) -> Iterator[Drop]:
    """Yield the drops as they are, however short."""
    began: datetime | None = None
    start: datetime | None = None  # of passing states that may yet turn out to be a drop
    proven = False
    for stretch in stretches:
        state = stretch.state
        if state is None or not stretch.wanted or state in PLANNED or state in REGISTERED_STATES:
            if began is not None:
                yield Drop(began=began, ended=stretch.began, over=True)
            began = start = None
            proven = state in REGISTERED_STATES and stretch.wanted
            continue
        start = start or stretch.began
        if began is None and (proven or state not in PASSING):
            began = start
        proven = False
    if began is not None:
        yield Drop(began=began, ended=stretches[-1].ended, over=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A time in which the program ran and the computer was awake, UTC."""

    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From here on the line was in `state`. UTC, within a run."""

    at: datetime
    state: LineState
    wanted: bool


def stretches_of(
    runs: Sequence[tuple[Run, Sequence[Change]]], began: datetime, ended: datetime
) -> tuple[Stretch, ...]:
    """Return the time from `began` to `ended` without a gap, each run with its changes in order.

    Before a run's first change the line was not known yet, so it counts as not running. Where clocks were
    set between two runs they may overlap: then the later one is believed.
    """
    pieces: list[Stretch] = []
    end = ended
    for run, changes in reversed(runs):
        end = _put(pieces, min(run.ended, end), end, None, wanted=True)
        for change in reversed(changes):
            end = _put(pieces, max(change.at, run.began), end, change.state, wanted=change.wanted)
        end = _put(pieces, run.began, end, None, wanted=True)
    _put(pieces, began, end, None, wanted=True)
    return tuple(_within(pieces[::-1], began))


def _put(
    pieces: list[Stretch], began: datetime, end: datetime, state: LineState | None, *, wanted: bool
) -> datetime:
    """Put a piece before the ones that are there, joined with an equal one; returns where it begins."""
    if began >= end:
        return end
    if pieces and pieces[-1].state is state and pieces[-1].wanted is wanted:
        end = pieces.pop().ended
    pieces.append(Stretch(began=began, ended=end, state=state, wanted=wanted))
    return began


def _within(pieces: Sequence[Stretch], began: datetime) -> list[Stretch]:
    return [
        Stretch(began=max(piece.began, began), ended=piece.ended, state=piece.state, wanted=piece.wanted)
        for piece in pieces
        if piece.ended > began
    ]
