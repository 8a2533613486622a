"""The thread that owns the history's file: gathers rows, writes them, asks the file, copes with its faults.

A file that is damaged or newer than this program is set aside and a new one begun; where none can be
opened the history is in memory; rows that a full disk does not take are kept and tried again.
"""

import logging
import os
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from softphone.history.database import SIDE_FILES, Began, Ended, HistoryFile, NewerFileError, Row, Shown
from softphone.history.entries import line_key
from softphone.i18n import phrase

_T = TypeVar("_T")

_log = logging.getLogger(__name__)

GATHER_S = 1.0  # what comes within this is written together
BEAT_S = 60.0  # a program that is killed counts as running until at most this long before its end
AGAIN_S = 60.0  # after the disk took nothing
PRUNE_EVERY_S = 86_400.0
UNSAVED_AT_MOST = 10_000  # rows kept while the disk takes none; the oldest go first

NOT_KEPT = (  # shown
    "The history of your lines cannot be saved, so it lasts until you quit. Your lines work on."
)

Ask = Callable[[HistoryFile], _T]


class HistoryThread:
    """A daemon thread: a disk that hangs must not keep the program from ending.

    `tell` is called in the thread with a sentence for a person when something is wrong with the file, and
    with None when it is mended. `steady_s` and `now` are the clocks of the rows.
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
        self._path = path
        self._tell = tell
        self._kept = kept
        self._steady_s = steady_s
        self._now = now
        self._jobs: queue.SimpleQueue[Row | tuple[Ask[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="history", daemon=True)
        # The rest belongs to the thread.
        self._file: HistoryFile
        self._unsaved: deque[Row] = deque(maxlen=UNSAVED_AT_MOST)
        self._shown: dict[str, Shown] = {}  # the latest of each line
        self._failing = False
        self._write_at_s = float("inf")  # of time.monotonic, as the next two
        self._beat_at_s = self._prune_at_s = 0.0

    def start(self) -> None:
        """Begin; opens the file."""
        self._thread.start()

    def put(self, row: Row) -> None:
        """Write a row soon; returns at once."""
        self._jobs.put(row)

    def ask(self, question: Ask[_T]) -> "Future[_T | None]":
        """Ask the file after everything put before; None comes when the file fails."""
        answer: Future[_T | None] = Future()
        self._jobs.put((question, answer))
        return answer

    def erase(self, account_key: str) -> "Future[bool | None]":
        """Forget everything of an account; True comes when it is gone."""

        def forget(file: HistoryFile) -> bool:
            for key in [key for key in self._shown if key.startswith(f"{account_key}/")]:
                del self._shown[key]
            file.erase(account_key)
            return True

        return self.ask(forget)

    def end(self) -> None:
        """Write what is left, close the file and end."""
        self._jobs.put(None)

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return not self._thread.is_alive()

    # ---- in the thread

    def _work(self) -> None:
        self._open()
        while True:
            try:
                self._do_what_is_due()
            except Exception:  # noqa: BLE001 - a fault of ours; whoever asks still gets an answer
                _log.exception("the history made a mistake")
            due_at_s = min(self._write_at_s, self._beat_at_s, self._prune_at_s)
            try:
                job = self._jobs.get(timeout=max(0.0, due_at_s - time.monotonic()))
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

    def _answer(self, question: Ask[Any], answer: "Future[Any]") -> None:
        if not answer.set_running_or_notify_cancel():
            return
        found: list[Any] = []
        try:
            self._try(lambda file: found.append(question(file)))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits
            answer.set_exception(error)
        else:
            answer.set_result(found[0] if found else None)

    def _try(self, work: Ask[object]) -> bool:
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
        except sqlite3.Error as error:
            if _is_damage(error):
                self._set_aside("damaged")
            else:
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


def _is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is bad. Its subclasses speak of the disk, of locks and of our own mistakes."""
    return type(error) is sqlite3.DatabaseError
