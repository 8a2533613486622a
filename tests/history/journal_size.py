"""What a week of forty lines costs: `python -m tests.history.journal_size [outages a day and line]`.

A keepalive every 30 s and, twice a day or as often as said, an outage of two misses, a failed try, a move to
the backup and back. Prints the size of the file, what recording costs the loop, and how long answers take.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from softphone.accounts.recorder import Recorder
from softphone.history.database import HistoryFile, Row
from softphone.history.entries import (
    line_key,
)
from softphone.history.intervals import columns, uptime
from softphone.history.journal import Journal
from softphone.history.outages import outages
from softphone.line.model import LineSnapshot, LineState
from softphone.values import replace
from tests.ui.fakes import BACKUP, failure, line

LINES = 40
DAYS = 7
OUTAGES_A_DAY = 2
KEEPALIVE_S = 30
NO_PANEL = mock.Mock(lines=(), accounts=())
BEGAN = datetime(2026, 11, 22, tzinfo=UTC)


def say(text: str) -> None:
    """Print a figure as soon as it is there."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def snapshots(number: int, at_s: float, *, trouble: bool) -> list[LineSnapshot]:
    """Return what one keepalive, or one of the outages, makes of a line."""
    up = line(
        LineState.REGISTERED,
        f"Line {number}",
        str(1000 + number),
        proved_at_s=at_s,
        next_at_s=at_s + KEEPALIVE_S,
        since_s=0.0,
    )
    up = replace(up, identity=replace(up.identity, account=replace(up.identity.account, key=f"u{number}")))
    if not trouble:
        return [replace(up, next_at_s=None), up]
    missing = replace(up, state=LineState.RECONNECTING, misses=1, failure=failure(), since_s=at_s)
    asking = LineSnapshot(
        identity=up.identity,
        state=LineState.REGISTERING,
        wanted=True,
        asking=up.server,
        attempt=1,
        since_s=at_s,
    )
    tried = replace(asking, asking=BACKUP, attempt=2, failure=failure())
    away = replace(up, state=LineState.REGISTERED_BACKUP, server=BACKUP)
    return [missing, replace(missing, misses=2), asking, tried, away, replace(asking, since_s=at_s + 1), up]


class Week:
    """What the recorder needs: a journal that writes to a file, and the clock of a loop."""

    def __init__(self, file: HistoryFile) -> None:
        self.file = file
        self.rows: list[Row] = []
        self.steady_s = 0.0

    def time(self) -> float:
        return self.steady_s

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self.steady_s)

    def call_at(self, *_: object) -> mock.Mock:
        return mock.Mock()  # no timer is due: every line speaks often enough

    def record(self, row: Row) -> None:
        self.rows.append(row)

    def write(self) -> None:
        self.file.write(self.rows)
        self.rows.clear()


def write_a_week(path: Path, outages_a_day: int) -> None:
    """Write it with a run of the pruning each day."""
    week = Week(HistoryFile(path))
    with mock.patch("asyncio.get_running_loop", return_value=week):
        recorder = Recorder(NO_PANEL, week, now=week.now, asleep_s=lambda: 0.0)  # type: ignore[arg-type]
    recorder.start()
    beats_a_day = 86_400 // KEEPALIVE_S
    for beat in range(DAYS * beats_a_day):
        for number in range(LINES):
            at_s = beat * KEEPALIVE_S + number * KEEPALIVE_S / LINES
            trouble = (beat + number) % (beats_a_day // outages_a_day) == 0
            for step, after in enumerate(snapshots(number, at_s, trouble=trouble)):
                week.steady_s = at_s + step
                recorder.line_changed(after)
        week.write()
        if beat % beats_a_day == 0:
            week.file.prune(week.now(), timedelta(days=DAYS))
    week.file.prune(BEGAN + timedelta(days=DAYS), timedelta(days=DAYS))
    week.file.close()


async def timed(what: str, ask: Callable[[], Awaitable[Any]]) -> Any:
    """Print how long an answer takes, in milliseconds."""
    began_s = time.perf_counter()
    found = await ask()
    say(f"{what}: {(time.perf_counter() - began_s) * 1000:.1f} ms")
    return found


async def ask_and_record(path: Path) -> None:
    """Measure answers, and what a change of a line costs the loop."""
    now = BEGAN + timedelta(days=DAYS)
    journal = Journal(path, steady_s=lambda: DAYS * 86_400.0, now=lambda: now)
    await timed("open", journal.open)
    key = line_key(snapshots(0, 0.0, trouble=False)[0].identity)
    await timed("entries of all lines, 500", journal.entries)
    entries = await timed("a line's entries of 7 days", lambda: journal.entries(key, limit=None))
    day = (now - timedelta(days=1), now)
    intervals = await timed("a line's intervals of a day", lambda: journal.intervals(key, *day))
    await timed("a line's last 60 keepalives", lambda: journal.samples(key))
    await timed("the replay of a moment, 40 lines", lambda: journal.at(now - timedelta(hours=3)))
    await timed("the replay of six days ago", lambda: journal.at(now - timedelta(days=6)))
    for what, work in (
        (f"outages of {len(entries)} entries", lambda: outages(tuple(reversed(entries)), key, now)),
        (
            f"columns and figures of {len(intervals)} intervals",
            lambda: (columns(intervals, timedelta(days=1), 72), uptime(intervals)),
        ),
    ):
        began_s = time.perf_counter()
        work()
        say(f"{what}: {(time.perf_counter() - began_s) * 1000:.1f} ms")
    recorder = Recorder(NO_PANEL, journal)
    recorder.start()
    now_s = asyncio.get_running_loop().time()
    for what, trouble in (("a keepalive", False), ("a change of an outage", True)):
        costs = []
        for number in range(2000):
            for after in snapshots(number % LINES, now_s + number, trouble=trouble):
                began_s = time.perf_counter()
                recorder.line_changed(after)
                costs.append((time.perf_counter() - began_s) * 1e6)
            await asyncio.sleep(0)
        costs.sort()
        median, slow = costs[len(costs) // 2], costs[len(costs) * 99 // 100]
        say(f"{what}, on the loop: median {median:.0f} us, p99 {slow:.0f} us")
    recorder.close()
    await journal.close()


def main() -> None:
    """Print all figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "default.history.sqlite"
        began_s = time.perf_counter()
        write_a_week(path, int(sys.argv[1]) if len(sys.argv) > 1 else OUTAGES_A_DAY)
        say(f"{LINES} lines x {DAYS} days written in {time.perf_counter() - began_s:.0f} s")
        size = sum(each.stat().st_size for each in Path(folder).iterdir())
        say(f"size on disk: {size / 1e6:.1f} MB")
        with asyncio.Runner() as runner:
            runner.run(ask_and_record(path))


if __name__ == "__main__":
    main()
