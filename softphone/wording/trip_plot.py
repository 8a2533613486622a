"""The last keepalives of a line as a plot: its scale, its figures, and all of it in words. Pure and Qt-free.

The chart and its table are made from the same `TripPlot`, so they cannot disagree (interface.md#round-trips).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from urllib.parse import urlsplit

from softphone.history.entries import Sample
from softphone.i18n import clock, counted, date_and_time, tr
from softphone.wording.table import Table

SHOWN = 60  # keepalives
TOP_AT_LEAST_MS = 200.0
ROOM_ABOVE_P95 = 1.5

EMPTY = "Collecting. Each check adds a dot."  # shown


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


def trip_plot(samples: Sequence[Sample]) -> TripPlot | None:
    """Return the plot of the last `SHOWN` samples, None without any."""
    if not samples:
        return None
    last = tuple(samples[-SHOWN:])
    trips = sorted(sample.round_trip_ms for sample in last if sample.round_trip_ms is not None)
    p95_ms = _percentile(trips, 0.95)
    return TripPlot(
        samples=last,
        p50_ms=_percentile(trips, 0.5),
        p95_ms=p95_ms,
        top_ms=max(TOP_AT_LEAST_MS, (p95_ms or 0.0) * ROOM_ABOVE_P95),
        missed=len(last) - len(trips),
        changes=_changes(last),
    )


def header(plot: TripPlot) -> str:
    """Return the figures, as in `p50 41 / p95 88 ms · 2 missed`."""
    parts = []
    if plot.p50_ms is not None and plot.p95_ms is not None:
        parts.append(tr("p50 {p50} / p95 {p95} ms", p50=round(plot.p50_ms), p95=round(plot.p95_ms)))
    if plot.missed:
        parts.append(counted(plot.missed, "{n} missed", "{n} missed"))
    return " · ".join(parts)


def sample_words(sample: Sample, zone: tzinfo | None = None) -> str:
    """Return a check, as in `10:14:22 42 ms, mobius-eu.webex.com`. `zone` None: the computer's."""
    values = {"time": clock(sample.at.astimezone(zone), seconds=True), "server": _host(sample)}
    if sample.round_trip_ms is None:
        return tr("{time} no answer, {server}", **values)
    return tr("{time} {n} ms, {server}", **values, n=round(sample.round_trip_ms))


def trip_table(line: str, plot: TripPlot, zone: tzinfo | None = None) -> Table:
    """Return the checks of a line as rows, oldest first."""
    return Table(
        title=tr("Last checks of {line}", line=line),
        summary=header(plot),
        columns=(tr("Time"), tr("Round trip in ms"), tr("Server")),
        rows=tuple(
            (
                date_and_time(sample.at.astimezone(zone), seconds=True),
                tr("no answer") if sample.round_trip_ms is None else str(round(sample.round_trip_ms)),
                _host(sample),
            )
            for sample in plot.samples
        ),
    )


def _percentile(ordered: Sequence[float], part: float) -> float | None:
    """Return the nearest rank: a value that was measured."""
    return ordered[math.ceil(part * len(ordered)) - 1] if ordered else None


def _changes(samples: Sequence[Sample]) -> tuple[int, ...]:
    changes = []
    server = ""
    for place, sample in enumerate(samples):
        if sample.server_url and server and sample.server_url != server:
            changes.append(place)
        server = sample.server_url or server
    return tuple(changes)


def _host(sample: Sample) -> str:
    return urlsplit(sample.server_url).hostname or tr("unknown server")
