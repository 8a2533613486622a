"""The record of a line and its last keepalives as plots: scales, figures, words. Pure and Qt-free.

A plot and its table are made from the same values, so they cannot disagree (interface.md#day-bar,
interface.md#round-trips). A `zone` of None is the computer's.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from enum import Enum
from itertools import pairwise

from msgspec import Struct

from softphone.history.entries import Sample
from softphone.history.intervals import Column, Interval, Uptime, columns, told, uptime
from softphone.i18n import clock, counted, date_and_time, decimal, tr
from softphone.line.model import LineState
from softphone.wording.presentation import host_of
from softphone.wording.timeline_words import duration

COLUMNS = 72
LEAST, MOST = timedelta(hours=1), timedelta(hours=24)  # what a whole bar has room for
FINE = timedelta(minutes=2)  # a column of less is told to the second
TICK_GAP_PX = 36  # no time stands nearer to an end
TICK_ROOM_PX = 64  # in a bar of less than `NARROW_PX` times keep this distance
NARROW_PX = 400

CHECKS_SHOWN = 60
TOP_AT_LEAST_MS = 200.0
ROOM_ABOVE_P95 = 1.5
_STEPS_MS, _LARGE_STEP_MS = ((1000.0, 100.0), (5000.0, 500.0)), 1000.0

NO_DAY = "History starts with the first registration."  # shown
NO_CHECKS = "Collecting. Each check adds a dot."  # shown


class Fill(Enum):
    """What a column tells, by its height and its colour."""

    REACHABLE = "reachable"
    BACKUP = "on backup"
    UNCERTAIN = "uncertain"
    NOT_REACHABLE = "not reachable"
    OFF = "off"
    NOT_RUNNING = "not running"


_STATES = {  # shown
    None: (Fill.NOT_RUNNING, "not running"),
    LineState.REGISTERED: (Fill.REACHABLE, "registered"),
    LineState.REGISTERED_BACKUP: (Fill.BACKUP, "registered on the backup"),
    LineState.REGISTERING: (Fill.NOT_REACHABLE, "registering"),
    LineState.CHECKING: (Fill.UNCERTAIN, "being checked"),
    LineState.RECONNECTING: (Fill.UNCERTAIN, "reconnecting"),
    LineState.WAITING_CALL: (Fill.NOT_REACHABLE, "waiting for a call to end"),
    LineState.RETRY_WAIT: (Fill.NOT_REACHABLE, "waiting for the next try"),
    LineState.FAILED: (Fill.NOT_REACHABLE, "failed"),
    LineState.ACTION: (Fill.NOT_REACHABLE, "needed somebody"),
    LineState.ELSEWHERE: (Fill.NOT_REACHABLE, "in use elsewhere"),
    LineState.OFFLINE: (Fill.NOT_REACHABLE, "offline"),
    LineState.SIGNED_OUT: (Fill.NOT_REACHABLE, "signed out"),
    LineState.DEREGISTERING: (Fill.OFF, "deregistering"),
    LineState.IDLE: (Fill.OFF, "not registered"),
}
# Up to so long a record, a tick stands below the bar this often.
_TICKS = (
    (timedelta(minutes=90), timedelta(minutes=15)),
    (timedelta(hours=4), timedelta(minutes=30)),
    (timedelta(hours=10), timedelta(hours=1)),
    (timedelta(hours=24), timedelta(hours=3)),
)


class Table(Struct, frozen=True, kw_only=True):
    """The numbers of a plot in words. `summary` is what the plot says above it."""

    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def tsv(self, numbers: tuple[int, ...] | None = None) -> str:
        """Return the rows with these numbers (None: all) and their heads, for a spreadsheet."""
        chosen = self.rows if numbers is None else tuple(self.rows[number] for number in numbers)
        return "\n".join("\t".join(row) for row in (self.columns, *chosen))


class DayPlot(Struct, frozen=True, kw_only=True):
    """What the bar shows: columns of equal width, up to now, and the figures over them.

    `span` is the time the whole bar has room for: an hour at least, so a young record begins at its left.
    """

    columns: tuple[Column, ...]
    span: timedelta
    uptime: Uptime

    @property
    def began(self) -> datetime:
        """When the record begins, as far as it is shown."""
        return self.columns[0].began

    @property
    def ended(self) -> datetime:
        """The moment that is shown."""
        return self.columns[-1].ended

    @property
    def caption(self) -> str:
        """How often the line was not reachable, as in `2 interruptions`."""
        if self.uptime.share is None:
            return tr("Not registered")
        return (
            counted(self.uptime.drops, "{n} interruption", "{n} interruptions")
            if self.uptime.drops
            else tr("No interruption")
        )

    @property
    def longest(self) -> str:
        """How long the longest interruption took, empty without any."""
        return tr("Longest {time}", time=duration(self.uptime.longest)) if self.uptime.drops else ""

    def period(self, zone: tzinfo | None = None) -> str:
        """Return the time that is shown and what part of it counts, as in `97.8 % reachable since 08:12`."""
        whole = self.ended - self.began >= MOST
        told_share = self.uptime.drops and self.ended - self.began >= LEAST
        values = {"time": clock(self.began.astimezone(zone)), "share": self.share}
        if told_share:
            words = "{share} reachable in 24 h" if whole else "{share} reachable since {time}"  # shown
        else:
            words = "last 24 h" if whole else "since {time}"  # shown
        return tr(words, **values)

    @property
    def share(self) -> str:
        """The proven part of the time that counts, never rounded up; empty when none does."""
        return "" if self.uptime.share is None else percent(self.uptime.share)

    def header(self, zone: tzinfo | None = None) -> str:
        """Return all figures in one row."""
        return " · ".join(part for part in (self.caption, self.longest, self.period(zone)) if part)

    def ticks(
        self, width_px: float, zone: tzinfo | None = None, *, scale: float = 1.0
    ) -> tuple[tuple[float, str], ...]:
        """Return where below a bar of a width which time stands: 0 is its left end, 1 its right one.

        `scale` is that of the text.
        """
        width_px /= scale
        step = next(step for longest, step in _TICKS if self.span <= longest)
        if width_px < NARROW_PX:
            while width_px * (step / self.span) < TICK_ROOM_PX:
                step *= 2
        found = []
        midnight = self.began.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight
        while at <= self.ended:
            place = (at - self.began) / self.span
            now = (self.ended - self.began) / self.span
            if place * width_px >= TICK_GAP_PX and (now - place) * width_px >= TICK_GAP_PX:
                words = clock(at.astimezone(zone))
                found.append((place, words.replace(":00", "", 1) if step >= LEAST else words))
            at += step
        return tuple(found)

    def words(self, place: int, zone: tzinfo | None = None) -> str:
        """Return a column, as in `10:10-10:15 reconnecting, 70 s`."""
        column = self.columns[place]
        fine = self.span / COLUMNS < FINE
        began, ended = (clock(at.astimezone(zone), seconds=fine) for at in (column.began, column.ended))
        values = {"began": began, "ended": ended, "state": _state(column)}
        if column.state is None or column.lasted >= column.ended - column.began:
            return tr("{began}–{ended} {state}", **values)
        return tr("{began}–{ended} {state}, {lasted}", **values, lasted=duration(_lasted(column)))

    def table(self, line: str, zone: tzinfo | None = None) -> Table:
        """Return the columns of a line as rows, oldest first."""
        return Table(
            title=tr("History of {line}", line=line),
            summary=self.header(zone),
            columns=(tr("From"), tr("To"), tr("Worst state"), tr("Seconds")),
            rows=tuple(
                (
                    date_and_time(column.began.astimezone(zone), seconds=True),
                    date_and_time(column.ended.astimezone(zone), seconds=True),
                    _state(column),
                    "" if column.state is None else str(round(_lasted(column).total_seconds())),
                )
                for column in self.columns
            ),
        )


class TripPlot(Struct, frozen=True, kw_only=True):
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


def percent(share: float) -> str:
    """Return a share of 0..1, never rounded up."""
    value = math.floor(share * 1000) / 10
    return tr("{share} %", share=decimal(value, 0 if value.is_integer() else 1))


def day_plot(intervals: Sequence[Interval]) -> DayPlot | None:
    """Return the plot of gapless intervals from the first registration to now, None before there was one."""
    if not intervals:
        return None
    span = max(LEAST, min(MOST, intervals[-1].ended - intervals[0].began))
    return DayPlot(columns=columns(told(intervals), span, COLUMNS), span=span, uptime=uptime(intervals))


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
        top_ms=max(TOP_AT_LEAST_MS, _round_up((p95_ms or 0.0) * ROOM_ABOVE_P95)),
        missed=len(last) - len(trips),
        changes=tuple(place for (_, before), (place, url) in pairwise(known) if url != before),
    )


def fill_of(column: Column) -> Fill:
    """Return what a column tells."""
    return _STATES[column.state][0]


def _state(column: Column) -> str:
    return tr(_STATES[column.state][1])


def _lasted(column: Column) -> timedelta:
    return max(timedelta(seconds=1), column.lasted)


def _round_up(value_ms: float) -> float:
    """Return the next number that one reads at a glance."""
    step_ms = next((step_ms for most_ms, step_ms in _STEPS_MS if value_ms <= most_ms), _LARGE_STEP_MS)
    return math.ceil(value_ms / step_ms) * step_ms


def _percentile(ordered: Sequence[float], part: float) -> float | None:
    """Return the nearest rank: a value that was measured."""
    return ordered[math.ceil(part * len(ordered)) - 1] if ordered else None


def _host(sample: Sample) -> str:
    return host_of(sample.server_url) or tr("unknown server")
