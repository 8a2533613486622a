"""The last 24 hours of a line in 288 buckets: how each is filled, and all of it in words. Pure and Qt-free.

The bar and its table are made from the same `DayPlot`, so they cannot disagree (interface.md#day-bar).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import Enum

from softphone.history.entries import Stretch
from softphone.history.outages import duration
from softphone.history.uptime import Bucket, Uptime, buckets, uptime
from softphone.i18n import clock, counted, date_and_time, decimal, tr
from softphone.line.model import LineState
from softphone.wording.table import Table

EMPTY = "Collecting. The bar fills as the app runs."  # shown


class Fill(Enum):
    """How a bucket is filled. In this order a later one hides an earlier one: the worst wins."""

    NONE = "blank"
    OFF = "outline"
    UP = "solid"
    BACKUP = "solid with dots"
    TROUBLE = "diagonal"
    DOWN = "cross-hatch"


_FILLS = {
    LineState.REGISTERED: Fill.UP,
    LineState.REGISTERED_BACKUP: Fill.BACKUP,
    LineState.REGISTERING: Fill.TROUBLE,
    LineState.CHECKING: Fill.TROUBLE,
    LineState.RECONNECTING: Fill.TROUBLE,
    LineState.WAITING_CALL: Fill.TROUBLE,
    LineState.RETRY_WAIT: Fill.DOWN,
    LineState.FAILED: Fill.DOWN,
    LineState.ACTION: Fill.DOWN,
    LineState.ELSEWHERE: Fill.DOWN,
    LineState.OFFLINE: Fill.DOWN,
    LineState.SIGNED_OUT: Fill.DOWN,
    LineState.DEREGISTERING: Fill.OFF,
    LineState.IDLE: Fill.OFF,
}
_STATES = {  # shown
    LineState.REGISTERED: "registered",
    LineState.REGISTERED_BACKUP: "registered on the backup",
    LineState.REGISTERING: "registering",
    LineState.CHECKING: "being checked",
    LineState.RECONNECTING: "reconnecting",
    LineState.WAITING_CALL: "waiting for a call to end",
    LineState.RETRY_WAIT: "waiting for the next try",
    LineState.FAILED: "failed",
    LineState.ACTION: "needed somebody",
    LineState.ELSEWHERE: "in use elsewhere",
    LineState.OFFLINE: "offline",
    LineState.SIGNED_OUT: "signed out",
    LineState.DEREGISTERING: "deregistering",
    LineState.IDLE: "switched off",
}
_KEY = {  # shown
    Fill.UP: "registered",
    Fill.BACKUP: "on the backup",
    Fill.TROUBLE: "trouble",
    Fill.DOWN: "no calls",
    Fill.OFF: "switched off",
    Fill.NONE: "app not running",
}
_NOT_RUNNING = "app not running, no data"  # shown


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlot:
    """What the bar shows: the buckets from left to right, and the figures over all of them."""

    buckets: tuple[Bucket, ...]
    uptime: Uptime


def day_plot(stretches: Sequence[Stretch]) -> DayPlot | None:
    """Return the plot of gapless stretches that end now, None while there is nothing to show."""
    if all(stretch.state is None for stretch in stretches):
        return None
    return DayPlot(buckets=buckets(stretches, stretches[-1].ended), uptime=uptime(stretches))


def fill(bucket: Bucket) -> Fill:
    """Return how a bucket is filled."""
    return Fill.NONE if bucket.state is None else _FILLS[bucket.state]


def key(plot: DayPlot) -> tuple[tuple[Fill, str], ...]:
    """Return the fills that occur, with what they mean."""
    there = {fill(bucket) for bucket in plot.buckets}
    return tuple((each, tr(words)) for each, words in _KEY.items() if each in there)


def share(figures: Uptime) -> str:
    """Return the part of the wanted time that was proven, never rounded up; empty when nothing was wanted."""
    if figures.share is None:
        return ""
    percent = math.floor(figures.share * 1000) / 10
    return tr("{share} %", share=decimal(percent, 0 if percent.is_integer() else 1))


def header(figures: Uptime) -> str:
    """Return the figures, as in `99.6 % · 2 drops · longest 4 min 50 s`."""
    if figures.share is None:
        return tr("Switched off all the time")
    if not figures.drops:
        return tr("{share} · no drops", share=share(figures))
    drops = counted(figures.drops, "{n} drop", "{n} drops")
    longest = tr("longest {time}", time=tr(duration(figures.longest)))
    return " · ".join((share(figures), drops, longest))


def bucket_words(bucket: Bucket, zone: tzinfo | None = None) -> str:
    """Return a bucket, as in `10:10-10:15 reconnecting, 70 s`. `zone` None: the computer's."""
    began, ended = bucket.began.astimezone(zone), bucket.ended.astimezone(zone)
    values = {"began": clock(began), "ended": clock(ended), "state": _state(bucket)}
    if bucket.state is None or bucket.lasted >= bucket.ended - bucket.began:
        return tr("{began}-{ended} {state}", **values)
    return tr("{began}-{ended} {state}, {n} s", **values, n=_seconds(bucket))


def day_table(line: str, plot: DayPlot, zone: tzinfo | None = None) -> Table:
    """Return the buckets of a line as rows, oldest first."""
    return Table(
        title=tr("Last 24 hours of {line}", line=line),
        summary=header(plot.uptime),
        columns=(tr("From"), tr("To"), tr("Worst state"), tr("Seconds")),
        rows=tuple(
            (
                date_and_time(bucket.began.astimezone(zone)),
                date_and_time(bucket.ended.astimezone(zone)),
                _state(bucket),
                "" if bucket.state is None else str(_seconds(bucket)),
            )
            for bucket in plot.buckets
        ),
    )


def _state(bucket: Bucket) -> str:
    return tr(_NOT_RUNNING if bucket.state is None else _STATES[bucket.state])


def _seconds(bucket: Bucket) -> int:
    return max(1, round(bucket.lasted.total_seconds()))
