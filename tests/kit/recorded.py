"""A history of twenty hours with an interruption, and a capsule made of it."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from softphone.checks.capsule import Manifest
from softphone.checks.gathering import Diagnostics
from softphone.history.database import Began, Ended, HistoryFile, Keepalive, Row, Shown
from softphone.history.entries import Entry, EntryKind, Instant, line_entry
from softphone.history.reading import open_past
from softphone.history.recording import Recording
from softphone.history.rows import Row as FileRow
from softphone.history.rows import Taken
from softphone.line.model import LineSnapshot, LineState
from softphone.settings.cloud_file import Cloud
from softphone.values import replace
from softphone.wording.recording_words import summary
from tests.ui.fakes import NOW_S, WALL, line

RAN_S, OUTAGE_S, OUT_S = 72_000.0, 10_800.0, 300.0


def rows_of(lines: tuple[LineSnapshot, ...], now_s: float, wall: datetime) -> Iterator[Row]:
    """What is recorded of lines that were registered, lost for five minutes, and are such at the end."""

    def at(ago_s: float) -> dict[str, Any]:
        return {"at": wall - timedelta(seconds=ago_s), "steady_s": now_s - ago_s}

    def shown(line: LineSnapshot, ago_s: float, state: LineState, **changes: Any) -> Iterator[Row]:
        since: Any = {"state": state, "since_s": now_s - ago_s, "proved_at_s": now_s - ago_s} | changes
        snapshot = replace(line, **since)
        moment = Instant(*at(ago_s).values())
        yield Shown(identity=line.identity, snapshot=snapshot, **at(ago_s))
        yield line_entry(EntryKind.STATE, snapshot, moment, failure=snapshot.failure)

    yield Began(**at(RAN_S))
    yield Entry(kind=EntryKind.STARTED, **at(RAN_S))
    for one in lines:
        well = replace(one, failure=None, misses=0)
        yield from shown(well, RAN_S - 1, LineState.REGISTERED)
        yield from shown(well, OUTAGE_S, LineState.RECONNECTING, misses=2)
        yield from shown(one, OUTAGE_S - 60, LineState.RETRY_WAIT, next_at_s=now_s - OUTAGE_S + 120)
        yield from shown(well, OUTAGE_S - OUT_S, LineState.REGISTERED)
        for ago_s in range(1800, 60, -30):
            trip_s = 0.04 + ago_s % 7 / 100
            server = one.server.url if one.server else ""
            yield Keepalive(identity=one.identity, round_trip_s=trip_s, server_url=server, **at(ago_s))
        yield Shown(identity=one.identity, snapshot=one, **at(30))
        yield line_entry(EntryKind.STATE, one, Instant(*at(30).values()), failure=one.failure)
    yield Ended(why="stopped", **at(0))


def write_history(path: Path, lines: tuple[LineSnapshot, ...], now_s: float, wall: datetime) -> None:
    """Write that history into a file of its own."""
    file = HistoryFile(path)
    file.write(sorted(rows_of(lines, now_s, wall), key=lambda row: row.steady_s))
    file.close()


def rows_of_history(*lines: LineSnapshot) -> tuple[FileRow, ...]:
    """The same as the rows of a file; of one registered line by default."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite"
        write_history(path, lines or (line(LineState.REGISTERED),), NOW_S, WALL)
        with open_past(path) as past:
            assert past is not None
            return past.taken().rows


def in_words(recording: Recording, told: Manifest) -> str:
    return summary(recording, told.trouble, with_events=True)


def from_file(path: Path, **more: Any) -> Diagnostics:
    """What makes a capsule of a history's file."""

    async def taken() -> Taken | None:
        with open_past(path) as past:
            return None if past is None else past.taken()

    parts: Any = {"cloud": Cloud(), "taken": taken, "summary": in_words} | more
    return Diagnostics(**parts)
