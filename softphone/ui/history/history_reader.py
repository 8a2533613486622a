"""Between the journal and the widgets: what is asked for is read off the loop and comes back as a signal.

A question that is asked again before its answer came is answered once, with the latest wish.
"""

from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from softphone.history.entries import Entry, Sample
from softphone.history.happenings import Happening, Interruption, happenings
from softphone.history.intervals import Interval
from softphone.system.background import in_thread
from softphone.system.tasks import Tasks
from softphone.wording import timeline_words
from softphone.wording.moment import LOCAL

if TYPE_CHECKING:  # SQLite comes after the first picture
    from softphone.history.journal import Journal

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
ENTRIES_SHOWN = 2000  # of seven days; older ones are in the journal, and in its export
LINE_ENTRIES = 1000
SAMPLES_SHOWN = 60  # interface.md#round-trips

_Work = Callable[[], Coroutine[Any, Any, None]]


class Day(Struct, frozen=True, kw_only=True):
    """The record of a line up to a moment, a day at most, and the keepalives that are plotted.

    `intervals` begin with the first registration at the earliest. `interruptions` are the latest first. The
    moment is `until` (UTC), None: the present one.
    """

    intervals: tuple[Interval, ...] = ()
    samples: tuple[Sample, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    until: datetime | None = None


class History(QObject):
    """The journal for widgets.

    Signals:
        past_read(tuple[Entry, ...], tuple[Happening, ...], datetime | None): what happened, and as rows, both
            newest first; and the oldest moment known.
        day_read(str, Day): of the line with this key.
        replay_read(Replay): what was asked for with `read_replay`.
    """

    past_read: Signal = Signal(object, object, object)
    day_read: Signal = Signal(str, object)
    replay_read: Signal = Signal(object)

    def __init__(self, journal: "Journal", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._journal = journal
        self._tasks = Tasks()
        self._asked: dict[str, _Work | None] = {}  # what is being answered, and the wish that came meanwhile
        self._closed = False

    def close(self) -> None:
        """Ask nothing more."""
        self._closed = True
        self._tasks.cancel()

    def read_entries(self) -> None:
        """`past_read` follows."""
        self._ask("entries", self._read_entries)

    def read_day(self, line_key: str, until: datetime | None = None) -> None:
        """`day_read` follows, with the record up to a moment (None: now)."""
        self._ask(f"day {line_key}", partial(self._read_day, line_key, until))

    def read_replay(self, when: datetime) -> None:
        """`replay_read` follows."""
        self._ask("replay", partial(self._read_replay, when))

    def clear(self) -> None:
        """Forget everything; `past_read` follows."""
        self._ask("clear", self._clear)

    def _ask(self, what: str, work: _Work) -> None:
        if what in self._asked:
            self._asked[what] = work
        elif not self._closed:
            self._asked[what] = None
            self._tasks.start(self._answer(what, work), f"history: {what}")

    async def _answer(self, what: str, work: _Work) -> None:
        try:
            await work()
        finally:
            if (again := self._asked.pop(what)) is not None:
                self._ask(what, again)

    async def _read_entries(self) -> None:
        entries = await self._journal.entries(limit=ENTRIES_SHOWN)
        span = await self._journal.span()
        happened = await _happened(entries[::-1], datetime.now(UTC))
        self.past_read.emit(entries, happened, span[0] if span else None)

    async def _read_day(self, line_key: str, until: datetime | None) -> None:
        ended = until or datetime.now(UTC)
        registered = await self._journal.first_registered(line_key)
        intervals: tuple[Interval, ...] = ()
        if registered is not None and registered < ended:
            intervals = await self._journal.intervals(line_key, max(registered, ended - DAY), ended)
        # Of the whole week: an interruption of today may have begun yesterday.
        entries = await self._journal.entries(line_key, since=ended - WEEK, limit=LINE_ENTRIES)
        known = tuple(entry for entry in reversed(entries) if entry.at <= ended)
        happened = await _happened(known, ended)
        day = Day(
            until=until,
            intervals=intervals,
            samples=await self._journal.samples(line_key, SAMPLES_SHOWN, until=until),
            interruptions=tuple(one for one in happened if isinstance(one, Interruption)),
        )
        self.day_read.emit(line_key, day)

    async def _read_replay(self, when: datetime) -> None:
        self.replay_read.emit(await self._journal.at(when))

    async def _clear(self) -> None:
        await self._journal.clear()
        await self._read_entries()


async def _happened(entries: Sequence[Entry], until: datetime) -> tuple[Happening, ...]:
    """Return what happened, from entries with the oldest first; off the loop, for thousands take a while."""
    return await in_thread(partial(happenings, entries, until))


async def as_text(journal: "Journal") -> str:
    """Return the history as text, oldest first, for support."""
    entries = await journal.entries(limit=ENTRIES_SHOWN)
    return timeline_words.as_text(reversed(entries), LOCAL)
