"""The journal: what happened, kept for a week in a file of the state folder. The loop never waits for it.

`record` only hands values over; a thread that owns the file writes what came within a second in one go.
Questions are coroutines, answered by the same thread after everything recorded before them.
"""

import asyncio
import logging
import os
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from softphone.history.database import Began, Ended, HistoryFile, NewerFileError, Row, Shown
from softphone.history.entries import line_key
from softphone.history.past import Past
from softphone.history.questions import Questions
from softphone.history.rows import Taken
from softphone.history.sqlite_file import SIDE_FILES
from softphone.i18n import phrase
from softphone.values import replace

_T = TypeVar("_T")

_log = logging.getLogger(__name__)

GATHER_S = 1.0  # what comes within this is written together
BEAT_S = 60.0  # a program that is killed counts as running until at most this long before its end
AGAIN_S = 60.0  # after the disk took nothing
PRUNE_EVERY_S = 86_400.0
UNSAVED_AT_MOST = 10_000  # rows kept while the disk takes none; the oldest go first
OPEN_DEADLINE_S = 1.0  # no line waits longer for it
CLOSE_DEADLINE_S = 2.0  # a disk that hangs does not keep the program from ending
LOOK_EVERY_S = 0.002

NOT_KEPT = (  # shown
    "The history of your lines cannot be saved, so it lasts until you quit. Your lines work on."
)

Question = Callable[[HistoryFile], _T]


class Journal(Questions):
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
        self._now = now
        self._thread = _Thread(path, tell=self._tell, kept=kept, steady_s=steady_s, now=now)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Begin, and wait until the file is open; `notice` then says what was wrong with it.

        A disk that hangs is not waited for: what is recorded is written when it goes on.
        """
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        await asyncio.wait({asyncio.ensure_future(self._ask(lambda _: None))}, timeout=OPEN_DEADLINE_S)

    async def close(self) -> None:
        """Write what is left. Twice is harmless; a disk that hangs is left behind."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        self._thread.jobs.put(None)
        try:
            async with asyncio.timeout(CLOSE_DEADLINE_S):
                while self._thread.is_alive():  # noqa: ASYNC110 - a thread's end sets no event of the loop
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            _log.info("the history could not be written to its end")

    def record(self, row: Row) -> None:
        """Keep a row; returns at once. Does nothing while the journal is closed."""
        if self._loop is not None:
            self._thread.jobs.put(row)

    async def taken(self) -> Taken | None:
        """Return all there is as rows; None when the file gives none."""
        return await self._find(lambda past: past.taken(self._now()), None)

    def now(self) -> datetime:
        """Return the moment up to which something is known: the present one."""
        return self._now()

    async def clear(self, line_key: str | None = None) -> None:
        """Forget a line's past, or everything; what is so now stays known, from now on."""
        await self._ask(lambda file: file.clear(line_key, self._steady_s()))

    async def erase(self, account_key: str) -> bool:
        """Forget everything of an account; whether it is gone."""
        return await self._ask(lambda file: self._thread.erase(file, account_key)) is True

    async def forget_callers(self, account_key: str) -> bool:
        """Forget who called an account; whether that is gone."""

        def forget(file: HistoryFile) -> bool:
            file.forget_callers(account_key)
            return True

        return await self._ask(forget) is True

    async def _find(self, question: Callable[[Past], _T], nothing: _T) -> _T:
        found = await self._ask(lambda file: question(file.past(self._steady_s())))
        return nothing if found is None else found

    async def _ask(self, question: Question[_T]) -> _T | None:
        """Return the answer; None when the file gives none or the journal is closed."""
        return None if self._loop is None else await asyncio.wrap_future(self._thread.ask(question))

    def _tell(self, notice: str | None) -> None:
        """Called in the thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._notice, notice)

    def _notice(self, notice: str | None) -> None:
        self.notice = notice
        self.on_notice(notice)


class _Thread(threading.Thread):
    """Owns the file: gathers rows, writes them, answers, and survives what is wrong with the file.

    A file that is damaged or newer than this program is set aside and a new one begun; where none can be
    opened the history is in memory; rows that a full disk does not take are kept and tried again. A daemon:
    a disk that hangs must not keep the program from ending.

    `jobs` takes rows to write soon, questions with where their answers go, and None: write what is left and
    end. `tell` is called in the thread with a sentence for a person when something is wrong with the file,
    and with None when it is mended. `steady_s` and `now` are the clocks of the rows.
    """

    def __init__(
        self,
        path: Path,
        *,
        tell: Callable[[str | None], object],
        kept: timedelta,
        steady_s: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(name="history", daemon=True)
        self.jobs: queue.SimpleQueue[Row | tuple[Question[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._path = path
        self._tell = tell
        self._kept = kept
        self._steady_s = steady_s
        self._now = now
        # The rest belongs to the thread.
        self._file: HistoryFile
        self._unsaved: deque[Row] = deque(maxlen=UNSAVED_AT_MOST)
        self._shown: dict[str, Shown] = {}  # the latest of each line
        self._failing = False
        self._write_at_s = float("inf")  # of time.monotonic, as the next two
        self._beat_at_s = self._prune_at_s = 0.0

    def ask(self, question: Question[_T]) -> "Future[_T | None]":
        """Ask the file after everything put before; None comes when the file fails."""
        answer: Future[_T | None] = Future()
        self.jobs.put((question, answer))
        return answer

    # ---- in the thread

    def erase(self, file: HistoryFile, account_key: str) -> bool:
        """Forget everything of an account, in the file and here; return True when it is gone."""
        for key in [key for key in self._shown if key.startswith(f"{account_key}/")]:
            del self._shown[key]
        file.erase(account_key)
        return True

    def run(self) -> None:
        """Open the file, and do every job as it comes and all that is due in between."""
        self._open()
        while True:
            try:
                self._do_what_is_due()
            except Exception:  # noqa: BLE001 - a fault of ours; whoever asks still gets an answer
                _log.exception("the history made a mistake")
            due_at_s = min(self._write_at_s, self._beat_at_s, self._prune_at_s)
            try:
                job = self.jobs.get(timeout=max(0.0, due_at_s - time.monotonic()))
            except queue.Empty:
                continue
            if job is None:
                break
            if isinstance(job, tuple):
                self._write()
                self._answer(*job)
            else:
                self._gather(job)
        self._write()
        self._file.close()

    def _do_what_is_due(self) -> None:
        clock_s = time.monotonic()
        if clock_s >= self._write_at_s:
            self._write()
        if clock_s >= self._beat_at_s:
            self._beat_at_s = clock_s + BEAT_S
            self._try(lambda file: file.beat(self._steady_s()))
        if clock_s >= self._prune_at_s:
            self._prune_at_s = clock_s + PRUNE_EVERY_S
            self._try(lambda file: file.prune(self._now(), self._kept))

    def _gather(self, row: Row) -> None:
        if not self._unsaved:
            self._write_at_s = time.monotonic() + GATHER_S
        self._unsaved.append(row)
        if isinstance(row, Shown):
            self._shown[line_key(row.identity)] = row
        elif isinstance(row, Ended):
            self._shown.clear()

    def _write(self) -> None:
        self._write_at_s = float("inf")
        if not self._unsaved:
            return
        rows = tuple(self._unsaved)
        try:
            written = self._try(lambda file: file.write(rows))
        except Exception:  # noqa: BLE001 - a fault of ours; these rows must not be tried for ever
            _log.exception("the history lost something")
            written = True
        if written:
            self._unsaved.clear()
            self._mended()
        else:
            self._write_at_s = time.monotonic() + AGAIN_S

    def _answer(self, question: Question[Any], answer: "Future[Any]") -> None:
        if not answer.set_running_or_notify_cancel():
            return
        found: list[Any] = []
        try:
            self._try(lambda file: found.append(question(file)))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits
            answer.set_exception(error)
        else:
            answer.set_result(found[0] if found else None)

    def _try(self, work: Question[object]) -> bool:
        """Do something with the file; whether that went well."""
        try:
            work(self._file)
        except sqlite3.Error as error:
            self._failed(error)
            return False
        return True

    def _failed(self, error: sqlite3.Error) -> None:
        if _is_damage(error):
            self._file.close()
            self._set_aside("damaged")
            self._go_on_in_the_new_file()
        elif not self._failing:
            self._failing = True
            self._not_kept(error)

    def _mended(self) -> None:
        if self._failing:
            self._failing = False
            self._tell(None)

    def _go_on_in_the_new_file(self) -> None:
        """What was shown is the new file's beginning; what is not written yet follows."""
        at, steady_s = self._now(), self._steady_s()
        unsaved = tuple(self._unsaved)
        if unsaved:
            at, steady_s = unsaved[0].at, unsaved[0].steady_s
        shown = (replace(row, at=at, steady_s=steady_s) for row in self._shown.values())
        self._unsaved.clear()
        self._unsaved.extend((Began(at=at, steady_s=steady_s), *shown, *unsaved))

    def _open(self) -> None:
        try:
            self._file = HistoryFile(self._path)
        except NewerFileError:
            self._set_aside("newer")
        except (OSError, sqlite3.Error) as error:
            if _is_damage(error):
                self._set_aside("damaged")
            else:
                self._keep_in_memory(error)
        except Exception as error:  # noqa: BLE001 - a fault of ours; whoever asks still gets an answer
            _log.exception("the history could not be opened")
            self._keep_in_memory(error)

    def _set_aside(self, why: str) -> None:
        """Keep the file under another name and begin a new one."""
        stamp = self._now().strftime("%Y%m%d-%H%M%S")
        aside = self._path.with_name(f"{self._path.stem}.{why}-{stamp}{self._path.suffix}")
        try:
            for tail in (*SIDE_FILES, ""):  # together they are the database
                part = self._path.with_name(self._path.name + tail)
                if os.path.lexists(part):
                    part.replace(aside.with_name(aside.name + tail))
            self._file = HistoryFile(self._path)
        except (OSError, sqlite3.Error, NewerFileError) as error:
            self._keep_in_memory(error)
            return
        _log.info("history file set aside as %s", aside)
        if why == "damaged":
            self._tell(phrase("The history file was damaged. It was kept as {name}.", name=aside.name))
        else:
            self._tell(
                phrase(
                    "The history file was written by a newer version of this program. It was kept as {name}.",
                    name=aside.name,
                )
            )

    def _keep_in_memory(self, error: Exception) -> None:
        self._file = HistoryFile(None)
        self._not_kept(error)

    def _not_kept(self, error: Exception) -> None:
        _log.info("%s: the history cannot be written: %s", self._path, error)
        self._tell(NOT_KEPT)


def _is_damage(error: Exception) -> bool:
    """Whether the file itself is bad. Its subclasses speak of the disk, of locks and of our own mistakes."""
    return type(error) is sqlite3.DatabaseError
