"""Between the journal and the widgets: what is asked for is read off the loop and comes back as a signal.

A question that is asked again before its answer came is answered once, with the latest wish.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from softphone.history.entries import Entry, Sample, Scene, Stretch
from softphone.history.outages import Outage, outages, story
from softphone.i18n import tr
from softphone.wording import timeline_words
from softphone.wording.moment import LOCAL

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
ENTRIES_SHOWN = 2000  # of seven days; older ones are in the journal, and in its export
STORY_ENTRIES = 1000
SAMPLES_SHOWN = 60  # interface.md#round-trips


class Journal(Protocol):
    """The history as the window reads it."""

    async def entries(
        self,
        line_key: str | None = None,
        *,
        since: datetime | None = None,
        before_id: int | None = None,
        limit: int = 200,
    ) -> tuple[Entry, ...]:
        """Return entries, newest first; of a line: its own and those of the whole program."""
        ...

    async def stretches(self, line_key: str, began: datetime, ended: datetime) -> tuple[Stretch, ...]:
        """Return the states of a line within a time, oldest first, without gaps."""
        ...

    async def samples(self, line_key: str, last: int = SAMPLES_SHOWN) -> tuple[Sample, ...]:
        """Return its last keepalives, oldest first."""
        ...

    async def at(self, when: datetime) -> Scene:
        """Return what the window showed then."""
        ...

    async def span(self) -> tuple[datetime, datetime] | None:
        """Return the oldest and the newest moment known."""
        ...

    async def clear(self, line_key: str | None = None) -> None:
        """Forget it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The last 24 hours of a line, and the keepalives that are plotted. `stories` are newest first."""

    stretches: tuple[Stretch, ...] = ()
    samples: tuple[Sample, ...] = ()
    stories: tuple[str, ...] = ()


class History(QObject):
    """The journal for widgets.

    Signals:
        entries_read(tuple[Entry, ...], datetime | None): newest first, and the oldest moment known.
        day_read(str, Day): of the line with this key.
        scene_read(Scene): what was asked for with `read_scene`.
    """

    entries_read = Signal(object, object)
    day_read = Signal(str, object)
    scene_read = Signal(object)

    def __init__(self, journal: Journal, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._journal = journal
        self._tasks: dict[str, asyncio.Task[None]] = {}  # by what is asked
        self._again: dict[str, Coroutine[Any, Any, None]] = {}
        self._closed = False

    def close(self) -> None:
        """Ask nothing more."""
        self._closed = True
        for waiting in self._again.values():
            waiting.close()
        self._again.clear()
        for task in self._tasks.values():
            task.cancel()

    def read_entries(self) -> None:
        """`entries_read` follows."""
        self._ask("entries", self._read_entries())

    def read_day(self, line_key: str) -> None:
        """`day_read` follows."""
        self._ask(f"day {line_key}", self._read_day(line_key))

    def read_scene(self, when: datetime) -> None:
        """`scene_read` follows."""
        self._ask("scene", self._read_scene(when))

    def clear(self) -> None:
        """Forget everything; `entries_read` follows."""
        self._ask("clear", self._clear())

    def _ask(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        if self._closed:
            work.close()
        elif what in self._tasks:
            if (superseded := self._again.get(what)) is not None:
                superseded.close()
            self._again[what] = work
        else:
            task = asyncio.get_running_loop().create_task(work, name=f"history: {what}")
            self._tasks[what] = task
            task.add_done_callback(lambda done: self._done(what, done))

    def _done(self, what: str, task: asyncio.Task[None]) -> None:
        del self._tasks[what]
        if not task.cancelled() and (fault := task.exception()) is not None:
            task.get_loop().call_exception_handler(
                {"message": "the history could not be read", "exception": fault, "task": task}
            )
        if (again := self._again.pop(what, None)) is not None:
            self._ask(what, again)

    async def _read_entries(self) -> None:
        entries = await self._journal.entries(limit=ENTRIES_SHOWN)
        span = await self._journal.span()
        self.entries_read.emit(entries, span[0] if span else None)

    async def _read_day(self, line_key: str) -> None:
        now = datetime.now(UTC)
        # Of the whole week: an outage of today may have begun yesterday.
        entries = await self._journal.entries(line_key, since=now - WEEK, limit=STORY_ENTRIES)
        told = [
            outage
            for outage in outages(tuple(reversed(entries)), line_key, now)
            if outage.ended is None or outage.ended > now - DAY
        ]
        day = Day(
            stretches=await self._journal.stretches(line_key, now - DAY, now),
            samples=await self._journal.samples(line_key, SAMPLES_SHOWN),
            stories=tuple(_told(outage, now.astimezone(LOCAL)) for outage in reversed(told)),
        )
        self.day_read.emit(line_key, day)

    async def _read_scene(self, when: datetime) -> None:
        self.scene_read.emit(await self._journal.at(when))

    async def _clear(self) -> None:
        await self._journal.clear()
        await self._read_entries()


def _told(outage: Outage, now: datetime) -> str:
    return " ".join(tr(sentence) for sentence in story(outage, now))


async def as_text(journal: Journal) -> str:
    """Return the history as text, oldest first, for support."""
    entries = await journal.entries(limit=ENTRIES_SHOWN)
    return timeline_words.as_text(reversed(entries), LOCAL)
