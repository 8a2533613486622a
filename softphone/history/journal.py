"""The journal: what happened, kept for a week in a file of the state folder. The loop never waits for it.

`record` only hands values over; `history.thread` writes what came within a second in one go. Questions
are coroutines, answered by the same thread after everything recorded before them.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from softphone.history.database import Row
from softphone.history.entries import Entry, Sample, Scene, Stretch
from softphone.history.past import Past
from softphone.history.thread import HistoryThread

_T = TypeVar("_T")

_log = logging.getLogger(__name__)

CLOSE_DEADLINE_S = 2.0  # a disk that hangs does not keep the program from ending
LOOK_EVERY_S = 0.002


class Journal:
    """The history of one profile.

    `on_notice` is called on the loop's thread with a sentence for a person when the file was set aside or
    cannot be written, and with None when it is written again; `notice` is the last of them. One process at
    a time may have the file open: a run that another one still writes would be taken for cut off.
    """

    def __init__(
        self,
        path: Path,
        *,
        on_notice: Callable[[str | None], object] = lambda _: None,
        kept: timedelta = timedelta(days=7),
        steady_s: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`steady_s` is the clock of what is recorded: the event loop's."""
        self.notice: str | None = None
        self.on_notice = on_notice
        self._steady_s = steady_s
        self._thread = HistoryThread(path, tell=self._tell, kept=kept, steady_s=steady_s, now=now)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Begin, and wait until the file is open; `notice` then says what was wrong with it."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        await asyncio.wrap_future(self._thread.ask(lambda _: None))

    async def close(self) -> None:
        """Write what is left. Twice is harmless; a disk that hangs is left behind."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        self._thread.end()
        try:
            async with asyncio.timeout(CLOSE_DEADLINE_S):
                while not self._thread.ended:  # noqa: ASYNC110 - a thread's end sets no event of the loop
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            _log.info("the history could not be written to its end")

    def record(self, row: Row) -> None:
        """Keep a row; returns at once. Does nothing while the journal is closed."""
        if self._loop is not None:
            self._thread.put(row)

    async def entries(
        self,
        line_key: str | None = None,
        *,
        since: datetime | None = None,
        before_id: int | None = None,
        limit: int | None = 500,
    ) -> tuple[Entry, ...]:
        """Return entries, newest first: all, or a line's with what concerns its account and everything.

        `before_id` is the id of the last entry of the page before; a `limit` of None returns all.
        """
        return await self._find(lambda past: past.entries(line_key, since, before_id, limit), ())

    async def stretches(self, line_key: str, began: datetime, ended: datetime) -> tuple[Stretch, ...]:
        """Return the time from `began` to `ended` without a gap, oldest first."""
        nothing = (Stretch(began=began, ended=ended, state=None),)
        return await self._find(lambda past: past.stretches(line_key, began, ended), nothing)

    async def samples(self, line_key: str, last: int = 60) -> tuple[Sample, ...]:
        """Return the last keepalives of a line, oldest first; they are kept for a day."""
        return await self._find(lambda past: past.samples(line_key, last), ())

    async def at(self, when: datetime) -> Scene:
        """Return what the window showed at that moment."""
        return await self._find(lambda past: past.scene(when), Scene(at=when, now_s=0.0, running=False))

    async def span(self) -> tuple[datetime, datetime] | None:
        """Return the oldest and the newest moment there is anything of, None when there is nothing."""
        return await self._find(lambda past: past.span(), None)

    async def clear(self, line_key: str | None = None) -> None:
        """Forget a line's past, or everything; what is so now stays known, from now on."""
        if self._loop is not None:
            await asyncio.wrap_future(self._thread.ask(lambda file: file.clear(line_key, self._steady_s())))

    async def erase(self, account_key: str) -> bool:
        """Forget everything of an account; whether it is gone."""
        if self._loop is None:
            return False
        return await asyncio.wrap_future(self._thread.erase(account_key)) is True

    async def _find(self, question: Callable[[Past], _T], nothing: _T) -> _T:
        """Return the answer; `nothing` when the file gives none or the journal is closed."""
        if self._loop is None:
            return nothing
        answer: Future[tuple[_T] | None] = self._thread.ask(
            lambda file: (question(file.past(self._steady_s())),)
        )
        found = await asyncio.wrap_future(answer)
        return nothing if found is None else found[0]

    def _tell(self, notice: str | None) -> None:
        """Called in the thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._notice, notice)

    def _notice(self, notice: str | None) -> None:
        self.notice = notice
        self.on_notice(notice)
