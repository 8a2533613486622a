"""The history in its SQLite file: what is written and how it is found again. One thread uses it.

Times within a session are milliseconds of a clock that only goes on; `offset_ms` of the session turns them
into UTC. The wall clock may be set while the program runs: its last word is taken for right, and every
duration and every order of a session stays what it was.
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never

from msgspec import Struct

from softphone.history.entries import Entry, EntryKind, line_key
from softphone.history.past import ODD, SAMPLES_KEPT, Past, line_number, moment, ms, utc_ms
from softphone.history.rows import is_ms
from softphone.history.sqlite_file import VERSION, connected, create, is_history, make, make_private
from softphone.history.values import (
    entry_text,
    harmless,
    identity_text,
    registration_text,
    shown_text,
)
from softphone.line.model import LineIdentity, LineSnapshot, LineState

# A line that tries and fails all week makes more rows than anybody reads; the newest are kept.
MOST_ENTRIES = 100_000
MOST_SHOWN = 100_000

# What each way of forgetting deletes; `:session` is the one that runs.
_CLEAR = (
    "DELETE FROM entries",
    "DELETE FROM samples",
    "DELETE FROM sessions WHERE id <> :session",
    "UPDATE sessions SET began_ms = :now_ms",
    "DELETE FROM shown WHERE session <> :session OR id NOT IN (SELECT max(id) FROM shown GROUP BY line)",
    "UPDATE shown SET steady_ms = :now_ms",
)
_CLEAR_LINE = (
    "DELETE FROM entries WHERE line_key = :key",
    "DELETE FROM samples WHERE line = :line",
    "DELETE FROM shown WHERE line = :line AND (session <> :session"
    " OR id <> (SELECT max(id) FROM shown WHERE line = :line))",
    "UPDATE shown SET steady_ms = :now_ms WHERE line = :line",
)
_ERASE = (
    "DELETE FROM entries WHERE account_key = :key OR substr(line_key, 1, length(:prefix)) = :prefix",
    "DELETE FROM samples WHERE line IN"
    " (SELECT id FROM lines WHERE substr(key, 1, length(:prefix)) = :prefix)",
    "DELETE FROM shown WHERE line IN (SELECT id FROM lines WHERE substr(key, 1, length(:prefix)) = :prefix)",
)
_FORGET_CALLERS = (
    "UPDATE entries SET facts = json_remove(facts, '$.caller')"
    " WHERE kind = 'call' AND substr(line_key, 1, length(:prefix)) = :prefix",
)
_PRUNE = (  # of the session `:of`
    "DELETE FROM entries WHERE session = :of AND steady_ms < :old_ms",
    "DELETE FROM samples WHERE session = :of AND steady_ms < :samples_old_ms",
    # The last row before the limit still says what was so at the limit.
    "DELETE FROM shown WHERE session = :of AND steady_ms < :old_ms AND id NOT IN"
    " (SELECT max(id) FROM shown WHERE session = :of AND steady_ms < :old_ms GROUP BY line)",
    "UPDATE sessions SET began_ms = min(last_ms, max(began_ms, :old_ms)) WHERE id = :of",
    "DELETE FROM sessions WHERE id = :of AND last_ms < :old_ms AND id <> :session",
    "DELETE FROM shown WHERE session = :of AND NOT EXISTS (SELECT 1 FROM sessions WHERE id = :of)",
)
_LIMIT = (
    "DELETE FROM entries WHERE id <= (SELECT max(id) FROM entries) - :most_entries",
    "DELETE FROM shown WHERE id <= (SELECT max(id) FROM shown) - :most_shown"
    " AND id NOT IN (SELECT max(id) FROM shown GROUP BY line, session)",
)
_TIDY = (
    "DELETE FROM texts WHERE id NOT IN (SELECT registration FROM shown WHERE registration IS NOT NULL"
    " UNION SELECT server FROM samples)",
    "DELETE FROM lines WHERE id NOT IN (SELECT line FROM shown)",
)


class Began(Struct, frozen=True, kw_only=True):
    """A run of the program began, or went on after sleep; every row after it belongs to it."""

    at: datetime
    steady_s: float


class Ended(Struct, frozen=True, kw_only=True):
    """The run ended in order. `why` is a word for whoever reads the file."""

    at: datetime
    steady_s: float
    why: str


class Shown(Struct, frozen=True, kw_only=True):
    """What was shown of a line from here on; `snapshot` None: nothing any more."""

    at: datetime
    steady_s: float
    identity: LineIdentity
    snapshot: LineSnapshot | None


class Keepalive(Struct, frozen=True, kw_only=True):
    """One keepalive. `round_trip_s` is None for a miss; the next was planned for `next_at_s`."""

    at: datetime
    steady_s: float
    identity: LineIdentity
    round_trip_s: float | None
    server_url: str = ""
    next_at_s: float | None = None


Row = Began | Ended | Entry | Shown | Keepalive


class NewerFileError(Exception):
    """The file was written by a newer version of this program."""


class HistoryFile:
    """An open file; `path` None keeps the history in memory. Methods raise sqlite3.Error.

    Opening raises NewerFileError too. What the previous run of the program left open is closed as cut off.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            make(path)
            make_private(path)
        self._base = connected(path or ":memory:")
        self._session = 0
        self._ids: dict[tuple[str, str], int] = {}
        try:
            if path is None:
                create(self._base)
            self._prepare()
        except ODD as error:
            self._base.close()
            raise sqlite3.DatabaseError("its rows make no sense") from error
        except BaseException:
            self._base.close()
            raise

    def close(self) -> None:
        """Close the file; what was written stays."""
        self._base.close()

    # ---- writing

    def write(self, rows: Sequence[Row]) -> None:
        """Write all rows or none, in their order."""
        with self._together():
            for row in rows:
                self._write_one(row)
            if rows and self._session:
                self._be_alive(rows[-1])

    def beat(self, steady_s: float) -> None:
        """Note that the program still runs."""
        self._base.execute(
            "UPDATE sessions SET last_ms = max(last_ms, ?) WHERE id = ?", (ms(steady_s), self._session)
        )

    def clear(self, key: str | None, steady_s: float) -> None:
        """Forget a line's past, or everything; what is so now stays known, from now on."""
        line = 0 if key is None else line_number(self._base, key)
        with self._together():
            self._run(_CLEAR if key is None else _CLEAR_LINE, key=key, line=line, now_ms=ms(steady_s))
        self._tidy()

    def erase(self, account_key: str) -> None:
        """Forget everything of an account, its name and numbers too."""
        with self._together():
            self._run(_ERASE, key=account_key, prefix=f"{account_key}/")
        self._tidy()

    def forget_callers(self, account_key: str) -> None:
        """Forget who called an account; that somebody did stays."""
        with self._together():
            self._run(_FORGET_CALLERS, prefix=f"{account_key}/")
        self._tidy()

    def prune(self, now: datetime, kept: timedelta) -> None:
        """Forget what is older than it is kept, and the oldest of what is too much."""
        old_ms, samples_old_ms = utc_ms(now - kept), utc_ms(now - SAMPLES_KEPT)
        with self._together():
            for of, offset_ms in self._base.execute("SELECT id, offset_ms FROM sessions").fetchall():
                if not is_ms(offset_ms):
                    continue
                limits = {"old_ms": old_ms - offset_ms, "samples_old_ms": samples_old_ms - offset_ms}
                self._run(_PRUNE, of=of, **limits)
            self._run(_LIMIT, most_entries=MOST_ENTRIES, most_shown=MOST_SHOWN)
        self._tidy()

    # ---- reading

    def past(self, steady_s: float) -> Past:
        """Return what can be asked now."""
        return Past(self._base, self._session, steady_s)

    # ---- private

    def _run(self, statements: Sequence[str], **values: object) -> None:
        for statement in statements:
            self._base.execute(statement, {"session": self._session, **values})

    def _prepare(self) -> None:
        """Look before touching: a file that is set aside is kept as it was found."""
        (version,) = self._base.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise NewerFileError
        if not is_history(self._base):
            raise sqlite3.DatabaseError("this is no history")
        (health,) = self._base.execute("PRAGMA quick_check(1)").fetchone()
        if health != "ok":
            raise sqlite3.DatabaseError(health)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last second, no more
        self._base.execute("PRAGMA journal_size_limit = 1000000")
        self._base.execute("PRAGMA secure_delete = ON")  # what a person clears is gone
        with self._together():
            self._close_what_was_cut_off()

    def _close_what_was_cut_off(self) -> None:
        left = self._base.execute("SELECT id, last_ms, offset_ms FROM sessions WHERE ended = ''").fetchall()
        for session, last_ms, offset_ms in left:
            entry = Entry(at=moment(offset_ms + last_ms), kind=EntryKind.CUT_OFF, steady_s=last_ms / 1000)
            self._write_entry(entry, session)
            self._base.execute("UPDATE sessions SET ended = 'cut off' WHERE id = ?", (session,))

    @contextlib.contextmanager
    def _together(self) -> Iterator[None]:
        """Write all of it or nothing."""
        session = self._session
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._base.execute("COMMIT")
        except BaseException:
            self._session = session
            self._ids.clear()
            with contextlib.suppress(sqlite3.Error):
                self._base.execute("ROLLBACK")
            raise

    def _write_one(self, row: Row) -> None:
        if isinstance(row, Began) or not (self._session or isinstance(row, Ended)):
            self._session = self._insert(
                "INSERT INTO sessions (began_ms, last_ms, offset_ms) VALUES (?, ?, ?)",
                ms(row.steady_s),
                ms(row.steady_s),
                _offset_ms(row),
            )
        match row:
            case Began():
                pass
            case Ended():
                self._be_alive(row)
                self._base.execute("UPDATE sessions SET ended = ? WHERE id = ?", (row.why, self._session))
                self._session = 0
            case Entry():
                self._write_entry(row, self._session)
            case Shown():
                self._write_shown(row)
            case Keepalive():
                self._base.execute(
                    "INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        self._line(row.identity),
                        self._session,
                        ms(row.steady_s),
                        None if row.round_trip_s is None else round(row.round_trip_s * 1e6),
                        self._text(harmless(row.server_url)),
                        None if row.next_at_s is None else ms(row.next_at_s),
                    ),
                )
            case _:
                assert_never(row)

    def _write_entry(self, entry: Entry, session: int) -> None:
        self._base.execute(
            "INSERT INTO entries (session, steady_ms, at_ms, kind, line_key, account_key, facts)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                session,
                ms(entry.steady_s),
                utc_ms(entry.at),
                entry.kind.value,
                entry.line_key,
                entry.account_key,
                entry_text(entry),
            ),
        )

    def _write_shown(self, row: Shown) -> None:
        snapshot, granted = row.snapshot, row.snapshot.registration if row.snapshot else None
        self._base.execute(
            "INSERT INTO shown (line, session, steady_ms, state, wanted, registration, shown)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self._line(row.identity),
                self._session,
                ms(row.steady_s),
                (snapshot.state if snapshot else LineState.SIGNED_OUT).value,
                bool(snapshot and snapshot.wanted),
                self._text(registration_text(granted)) if granted else None,
                shown_text(snapshot) if snapshot else None,
            ),
        )

    def _be_alive(self, row: Row) -> None:
        self._base.execute(
            "UPDATE sessions SET last_ms = max(last_ms, ?), offset_ms = ? WHERE id = ?",
            (ms(row.steady_s), _offset_ms(row), self._session),
        )

    def _line(self, identity: LineIdentity) -> int:
        """Return the line's number; what is known of it is the latest."""
        text = identity_text(identity)
        if ("line", text) not in self._ids:
            self._ids["line", text] = self._insert(
                "INSERT INTO lines (key, identity) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET identity = excluded.identity RETURNING id",
                line_key(identity),
                text,
            )
        return self._ids["line", text]

    def _text(self, text: str) -> int:
        """Return the number of a text that many rows share."""
        if ("text", text) not in self._ids:
            self._ids["text", text] = self._insert(
                "INSERT INTO texts (text) VALUES (?)"
                " ON CONFLICT (text) DO UPDATE SET text = text RETURNING id",
                text,
            )
        return self._ids["text", text]

    def _insert(self, statement: str, *values: object) -> int:
        cursor = self._base.execute(statement, values)
        found = cursor.fetchone()  # of RETURNING
        return int(found[0]) if found else int(cursor.lastrowid or 0)

    def _tidy(self) -> None:
        """Give the room of what was deleted back to the disk."""
        self._run(_TIDY)
        self._ids.clear()
        self._base.execute("PRAGMA incremental_vacuum").fetchall()
        self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _offset_ms(row: Row) -> int:
    return utc_ms(row.at) - ms(row.steady_s)
