"""The last 24 hours and the last keepalives of a line as plots: scales, figures, words. Pure and Qt-free.

A plot and its table are made from the same values, so they cannot disagree (interface.md#day-bar,
interface.md#round-trips). A `zone` of None is the computer's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import Enum
from itertools import pairwise
from urllib.parse import urlsplit

from softphone.history.entries import Sample
from softphone.history.intervals import Bucket, Interval, Uptime, buckets, uptime
from softphone.i18n import clock, counted, date_and_time, decimal, tr
from softphone.line.model import LineState
from softphone.wording.timeline_words import duration

CHECKS_SHOWN = 60
TOP_AT_LEAST_MS = 200.0
ROOM_ABOVE_P95 = 1.5

NO_DAY = "Collecting. The bar fills as the app runs."  # shown
NO_CHECKS = "Collecting. Each check adds a dot."  # shown


class Fill(Enum):
    """How a bucket is filled. In this order a later one hides an earlier one: the worst wins."""

    NONE = "blank"
    OFF = "outline"
    UP = "solid"
    BACKUP = "solid with dots"
    TROUBLE = "diagonal"
    DOWN = "cross-hatch"


_STATES = {  # shown
    None: (Fill.NONE, "app not running, no data"),
    LineState.REGISTERED: (Fill.UP, "registered"),
    LineState.REGISTERED_BACKUP: (Fill.BACKUP, "registered on the backup"),
    LineState.REGISTERING: (Fill.TROUBLE, "registering"),
    LineState.CHECKING: (Fill.TROUBLE, "being checked"),
    LineState.RECONNECTING: (Fill.TROUBLE, "reconnecting"),
    LineState.WAITING_CALL: (Fill.TROUBLE, "waiting for a call to end"),
    LineState.RETRY_WAIT: (Fill.DOWN, "waiting for the next try"),
    LineState.FAILED: (Fill.DOWN, "failed"),
    LineState.ACTION: (Fill.DOWN, "needed somebody"),
    LineState.ELSEWHERE: (Fill.DOWN, "in use elsewhere"),
    LineState.OFFLINE: (Fill.DOWN, "offline"),
    LineState.SIGNED_OUT: (Fill.DOWN, "signed out"),
    LineState.DEREGISTERING: (Fill.OFF, "deregistering"),
    LineState.IDLE: (Fill.OFF, "switched off"),
}
_KEY = {  # shown
    Fill.UP: "registered",
    Fill.BACKUP: "on the backup",
    Fill.TROUBLE: "trouble",
    Fill.DOWN: "no calls",
    Fill.OFF: "switched off",
    Fill.NONE: "app not running",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The numbers of a plot in words. `summary` is what the plot says above it."""

    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def tsv(self, numbers: tuple[int, ...] | None = None) -> str:
        """Return the rows with these numbers (None: all) and their heads, for a spreadsheet."""
        chosen = self.rows if numbers is None else tuple(self.rows[number] for number in numbers)
        return "\n".join("\t".join(row) for row in (self.columns, *chosen))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlot:
    """What the bar shows: the buckets from left to right, and the figures over all of them."""

    buckets: tuple[Bucket, ...]
    uptime: Uptime

    @property
    def key(self) -> tuple[tuple[Fill, str], ...]:
        """The fills that occur, with what they mean."""
        there = {fill_of(bucket) for bucket in self.buckets}
        return tuple((each, tr(words)) for each, words in _KEY.items() if each in there)

    @property
    def share(self) -> str:
        """The part of the wanted time that was proven, never rounded up; empty when nothing was wanted."""
        if self.uptime.share is None:
            return ""
        percent = math.floor(self.uptime.share * 1000) / 10
        return tr("{share} %", share=decimal(percent, 0 if percent.is_integer() else 1))

    @property
    def header(self) -> str:
        """The figures, as in `99.6 % · 2 drops · longest 4 min 50 s`."""
        if self.uptime.share is None:
            return tr("Switched off all the time")
        if not self.uptime.drops:
            return tr("{share} · no drops", share=self.share)
        drops = counted(self.uptime.drops, "{n} drop", "{n} drops")
        longest = tr("longest {time}", time=duration(self.uptime.longest))
        return " · ".join((self.share, drops, longest))

    def words(self, place: int, zone: tzinfo | None = None) -> str:
        """Return a bucket, as in `10:10-10:15 reconnecting, 70 s`."""
        bucket = self.buckets[place]
        began, ended = bucket.began.astimezone(zone), bucket.ended.astimezone(zone)
        values = {"began": clock(began), "ended": clock(ended), "state": _state(bucket)}
        if bucket.state is None or bucket.lasted >= bucket.ended - bucket.began:
            return tr("{began}-{ended} {state}", **values)
        return tr("{began}-{ended} {state}, {n} s", **values, n=_seconds(bucket))

    def table(self, line: str, zone: tzinfo | None = None) -> Table:
        """Return the buckets of a line as rows, oldest first."""
        return Table(
            title=tr("Last 24 hours of {line}", line=line),
            summary=self.header,
            columns=(tr("From"), tr("To"), tr("Worst state"), tr("Seconds")),
            rows=tuple(
                (
                    date_and_time(bucket.began.astimezone(zone)),
                    date_and_time(bucket.ended.astimezone(zone)),
                    _state(bucket),
                    "" if bucket.state is None else str(_seconds(bucket)),
                )
                for bucket in self.buckets
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TripPlot:
    """What the chart shows, oldest first. Times are milliseconds; None: no check was answered.

    `changes` are the places of samples whose server is another one than before.
    """

    samples: tuple[Sample, ...]
    p50_ms: float | None
    p95_ms: float | None
    top_ms: float
    missed: int
    changes: tuple[int, ...]

    @property
    def header(self) -> str:
        """The figures, as in `p50 41 / p95 88 ms · 2 missed`."""
        parts = []
        if self.p50_ms is not None and self.p95_ms is not None:
            parts.append(tr("p50 {p50} / p95 {p95} ms", p50=round(self.p50_ms), p95=round(self.p95_ms)))
        if self.missed:
            parts.append(counted(self.missed, "{n} missed", "{n} missed"))
        return " · ".join(parts)

    def words(self, place: int, zone: tzinfo | None = None) -> str:
        """Return a check, as in `10:14:22 42 ms, mobius-eu.webex.com`."""
        sample = self.samples[place]
        values = {"time": clock(sample.at.astimezone(zone), seconds=True), "server": _host(sample)}
        if sample.round_trip_ms is None:
            return tr("{time} no answer, {server}", **values)
        return tr("{time} {n} ms, {server}", **values, n=round(sample.round_trip_ms))

    def table(self, line: str, zone: tzinfo | None = None) -> Table:
        """Return the checks of a line as rows, oldest first."""
        return Table(
            title=tr("Last checks of {line}", line=line),
            summary=self.header,
            columns=(tr("Time"), tr("Round trip in ms"), tr("Server")),
            rows=tuple(
                (
                    date_and_time(sample.at.astimezone(zone), seconds=True),
                    tr("no answer") if sample.round_trip_ms is None else str(round(sample.round_trip_ms)),
                    _host(sample),
                )
                for sample in self.samples
            ),
        )


def day_plot(intervals: Sequence[Interval]) -> DayPlot | None:
    """Return the plot of gapless intervals that end now, None while there is nothing to show."""
    if all(interval.state is None for interval in intervals):
        return None
    return DayPlot(buckets=buckets(intervals, intervals[-1].ended), uptime=uptime(intervals))


def trip_plot(samples: Sequence[Sample]) -> TripPlot | None:
    """Return the plot of the last `CHECKS_SHOWN` samples, None without any."""
    if not samples:
        return None
    last = tuple(samples[-CHECKS_SHOWN:])
    trips = sorted(sample.round_trip_ms for sample in last if sample.round_trip_ms is not None)
    p95_ms = _percentile(trips, 0.95)
    known = [(place, sample.server_url) for place, sample in enumerate(last) if sample.server_url]
    return TripPlot(
        samples=last,
        p50_ms=_percentile(trips, 0.5),
        p95_ms=p95_ms,
        top_ms=max(TOP_AT_LEAST_MS, (p95_ms or 0.0) * ROOM_ABOVE_P95),
        missed=len(last) - len(trips),
        changes=tuple(place for (_, before), (place, url) in pairwise(known) if url != before),
    )


def fill_of(bucket: Bucket) -> Fill:
    """Return how a bucket is filled."""
    return _STATES[bucket.state][0]


def _state(bucket: Bucket) -> str:
    return tr(_STATES[bucket.state][1])


def _seconds(bucket: Bucket) -> int:
    return max(1, round(bucket.lasted.total_seconds()))


def _percentile(ordered: Sequence[float], part: float) -> float | None:
    """Return the nearest rank: a value that was measured."""
    return ordered[math.ceil(part * len(ordered)) - 1] if ordered else None


def _host(sample: Sample) -> str:
    return urlsplit(sample.server_url).hostname or tr("unknown server")
