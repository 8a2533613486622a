"""A history that was taken elsewhere, in memory: it is asked as the journal is, and nothing is written."""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from softphone.history.entries import Entry, EntryKind, Replay
from softphone.history.past import Past
from softphone.history.questions import Questions
from softphone.history.rows import Row, SessionRow
from softphone.history.sqlite_file import SCHEMA
from softphone.line.model import LineState

_T = TypeVar("_T")

LONGEST = timedelta(days=400)


class Recording(Questions):
    """The past up to a moment that is over. `made_at` (UTC) is that moment where nothing tells it.

    `past` answers at once, `present` is what the window showed last. Raises ValueError for rows that
    contradict each other.
    """

    def __init__(self, rows: Iterable[Row], made_at: datetime) -> None:
        rows = tuple(rows)
        if any(isinstance(row, SessionRow) and row.last_ms < row.began_ms for row in rows):
            raise ValueError("a session ends before it begins")
        self._base = _base_of(rows)
        self.past: Past = Past(self._base, 0, 0.0)
        span = self.past.span()
        self._ended = made_at if span is None else span[1]
        if span is not None and not timedelta(0) <= span[1] - span[0] <= LONGEST:
            raise ValueError("its times are too far apart")

    @property
    def present(self) -> Replay:
        """What was shown at the last moment."""
        return self.past.replay(self._ended)

    def entries_of_all(self) -> tuple[Entry, ...]:
        """Return all that happened, oldest first."""
        return self.past.entries(None, None, None, None)[::-1]

    def now(self) -> datetime:
        """Return the last moment."""
        return self._ended

    async def clear(self, line_key: str | None = None) -> None:
        """Forget nothing: it is a recording."""

    async def _find(self, question: Callable[[Past], _T], nothing: _T) -> _T:
        del nothing
        return question(self.past)


def _base_of(rows: Iterable[Row]) -> sqlite3.Connection:
    base = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        base.executescript(f"BEGIN;{SCHEMA}")
        for row in rows:
            values = [_column(getattr(row, name)) for name in row.__struct_fields__]
            places = ", ".join("?" * len(values))
            table = row.__struct_config__.tag
            base.execute(f"INSERT INTO {table} VALUES ({places})", values)  # nosec B608 # noqa: S608 - our own names
        base.execute("COMMIT")
    except sqlite3.Error as error:
        base.close()
        raise ValueError(str(error)) from error
    return base


def _column(value: Any) -> Any:
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    return value.value if isinstance(value, EntryKind | LineState) else value
