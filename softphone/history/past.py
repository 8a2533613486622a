"""The questions to the history's SQLite file. Writes nothing; `history.database` says how it is kept."""

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from softphone.history.entries import Entry, Replay, Sample
from softphone.history.intervals import Change, Interval, Run, intervals_of
from softphone.history.rows import Taken, is_ms, take
from softphone.history.values import entry_of, shown_of
from softphone.line.model import REGISTERED_STATES, LineIdentity, LineSnapshot, LineState
from softphone.values import replace

SAMPLES_KEPT = timedelta(hours=24)
AHEAD_MS = 1000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# What comes of a value that is not ours: SQLite takes any in any column. msgspec's errors are ValueErrors.
ODD = (TypeError, ValueError, OverflowError, AttributeError, RecursionError)


def ms(seconds: float) -> int:
    """Return seconds as whole milliseconds."""
    return round(seconds * 1000)


def utc_ms(at: datetime) -> int:
    """Return a moment as milliseconds since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def moment(at_ms: int) -> datetime:
    """Return milliseconds since 1970 as a moment, UTC."""
    return _EPOCH + timedelta(milliseconds=at_ms)


def line_number(base: sqlite3.Connection, key: str) -> int:
    """Return the number of a line in the file, 0 for one it does not know."""
    found = base.execute("SELECT id FROM lines WHERE key = ?", (key,)).fetchone()
    return int(found[0]) if found else 0


class Past:
    """All there is to find at one moment: session `now_session` runs (0: none), and it is `now_s` in it.

    Methods raise sqlite3.Error. A row that is not ours any more is passed over.
    """

    def __init__(self, base: sqlite3.Connection, now_session: int, now_s: float) -> None:
        self._base = base
        self._now_session = now_session
        self._now_ms = ms(now_s)

    def entries(
        self, key: str | None, since: datetime | None, before_id: int | None, limit: int | None
    ) -> tuple[Entry, ...]:
        """Return entries, newest first; of one line with what concerns its account and everything."""
        rows = self._all(
            "SELECT id, session, steady_ms, at_ms, kind, line_key, account_key, facts FROM entries"
            " WHERE (?1 IS NULL OR line_key = ?1 OR (line_key = '' AND account_key IN ('', ?2)))"
            " AND at_ms >= ?3 AND id < ?4 ORDER BY id DESC LIMIT ?5",
            key,
            key.rpartition("/")[0] if key else "",
            utc_ms(since) if since else -(2**62),
            2**62 if before_id is None else before_id,
            -1 if limit is None else limit,
        )
        found = [_entry(row) for row in rows]
        return tuple(entry for entry in found if entry is not None)

    def intervals(self, key: str, began: datetime, ended: datetime) -> tuple[Interval, ...]:
        """Return the time from `began` to `ended` without a gap, oldest first."""
        line = line_number(self._base, key)
        runs: list[Run] = []
        for session, began_ms, last_ms, offset_ms in self._sessions():
            run_began = moment(offset_ms + began_ms)
            run_ended = moment(offset_ms + last_ms + self._ahead_ms(session))
            if run_ended >= began and run_began <= ended:
                changes = self._changes(line, session, utc_ms(began) - offset_ms, offset_ms)
                runs.append(Run(began=run_began, ended=run_ended, changes=changes))
        return intervals_of(runs, began, ended)

    def first_registered(self, key: str) -> datetime | None:
        """Return the oldest moment that is known at which a line was registered: its record begins there."""
        [(at_ms,)] = self._all(
            "SELECT min(offset_ms + steady_ms) FROM shown JOIN sessions ON session = sessions.id"
            " WHERE line = ? AND state IN (?, ?)",
            line_number(self._base, key),
            LineState.REGISTERED.value,
            LineState.REGISTERED_BACKUP.value,
        )
        with contextlib.suppress(*ODD):
            return None if at_ms is None else moment(at_ms)
        return None

    def samples(self, key: str, last: int, until: datetime | None) -> tuple[Sample, ...]:
        """Return the last keepalives of a line up to a moment (None: now), oldest first."""
        rows = self._all(
            "SELECT offset_ms + steady_ms, trip_us, text FROM samples JOIN sessions ON session = sessions.id"
            " JOIN texts ON server = texts.id WHERE line = ? AND offset_ms + steady_ms <= ?"
            " ORDER BY session DESC, steady_ms DESC LIMIT ?",
            line_number(self._base, key),
            2**62 if until is None else utc_ms(until),
            last,
        )
        found = [_sample(row) for row in reversed(rows)]
        return tuple(sample for sample in found if sample is not None)

    def replay(self, when: datetime) -> Replay:
        """Return what the window showed at `when`."""
        for session, began_ms, last_ms, offset_ms in reversed(self._sessions()):
            at_ms = utc_ms(when) - offset_ms
            if began_ms <= at_ms <= last_ms + self._ahead_ms(session):
                return self._replay_in(session, when, at_ms, old=self._is_old(at_ms + offset_ms))
        return Replay(at=when, now_s=0.0, running=False)

    def lines(self) -> dict[str, LineIdentity]:
        """Return whose lines there is anything of, by key; as they were known last."""
        found: dict[str, LineIdentity] = {}
        for key, identity in self._all("SELECT key, identity FROM lines ORDER BY id"):
            with contextlib.suppress(*ODD):
                found[str(key)] = msgspec.json.decode(identity, type=LineIdentity)
        return found

    def span(self) -> tuple[datetime, datetime] | None:
        """Return the oldest and the newest moment there is anything of."""
        sessions = self._sessions()
        if not sessions:
            return None
        return (
            min(moment(offset_ms + began_ms) for _, began_ms, _, offset_ms in sessions),
            max(moment(offset_ms + last_ms) for _, _, last_ms, offset_ms in sessions),
        )

    def taken(self, until: datetime | None = None) -> Taken:
        """Return the rows themselves, as far as they can be read. What has not ended lasts `until` then."""
        return take(self._base, until)

    # ---- private

    def _all(self, query: str, *values: object) -> list[Any]:
        return self._base.execute(query, values).fetchall()

    def _sessions(self) -> list[tuple[int, int, int, int]]:
        """Return number, begin, end and offset of every session; the one that runs lasts until now."""
        return [
            (session, began, max(last, self._now_ms) if session == self._now_session else last, offset)
            for session, began, last, offset in self._all(
                "SELECT id, began_ms, last_ms, offset_ms FROM sessions ORDER BY id"
            )
            if is_ms(began, last, offset)
        ]

    def _ahead_ms(self, session: int) -> int:
        """The "now" of whoever asks may be a moment ahead of ours: still within the session that runs."""
        return AHEAD_MS if session == self._now_session else 0

    def _changes(self, line: int, session: int, from_ms: int, offset_ms: int) -> list[Change]:
        """Return a line's changes from `from_ms` on, with the one that was in force then."""
        rows = self._all(
            "SELECT steady_ms, state, wanted FROM shown WHERE line = ?1 AND session = ?2 AND steady_ms >="
            " coalesce((SELECT max(steady_ms) FROM shown WHERE line = ?1 AND session = ?2"
            " AND steady_ms <= ?3), ?3) ORDER BY id",
            line,
            session,
            from_ms,
        )
        found: list[Change] = []
        for at_ms, state, wanted in rows:
            with contextlib.suppress(*ODD):
                found.append(
                    Change(at=moment(offset_ms + at_ms), state=LineState(state), wanted=bool(wanted))
                )
        return found

    def _replay_in(self, session: int, when: datetime, at_ms: int, *, old: bool) -> Replay:
        lines: list[LineSnapshot] = []
        exact = True
        for line, identity in self._all("SELECT id, identity FROM lines ORDER BY id"):
            rows = self._all(
                "SELECT shown, text, steady_ms FROM shown LEFT JOIN texts ON registration = texts.id"
                " WHERE line = ? AND session = ? AND steady_ms <= ?"
                " ORDER BY steady_ms DESC, shown.id DESC LIMIT 1",
                line,
                session,
                at_ms,
            )
            with contextlib.suppress(*ODD):
                for shown, registration, steady_ms in rows:
                    if shown is None:
                        continue  # the line was gone
                    snapshot = shown_of(shown, identity, registration)
                    proven = self._proven(snapshot, line, session, steady_ms, at_ms)
                    if old and proven is snapshot and proven.state_at(at_ms / 1000) is not proven.state:
                        proven, exact = replace(proven, proved_at_s=at_ms / 1000, round_trip_s=None), False
                    lines.append(proven)
        return Replay(at=when, now_s=at_ms / 1000, lines=tuple(lines), exact=exact)

    def _proven(
        self, snapshot: LineSnapshot, line: int, session: int, shown_ms: int, at_ms: int
    ) -> LineSnapshot:
        """Return the snapshot with the proof that was the last one at that moment."""
        if snapshot.state not in REGISTERED_STATES:
            return snapshot
        rows = self._all(
            "SELECT steady_ms, trip_us, next_ms FROM samples WHERE line = ? AND session = ?"
            " AND steady_ms > ? AND steady_ms <= ? AND trip_us IS NOT NULL ORDER BY steady_ms DESC LIMIT 1",
            line,
            session,
            shown_ms,
            at_ms,
        )
        for proved_ms, trip_us, next_ms in rows:
            return replace(
                snapshot,
                proved_at_s=proved_ms / 1000,
                round_trip_s=trip_us / 1e6,
                next_at_s=None if next_ms is None else next_ms / 1000,
            )
        return snapshot

    def _is_old(self, at_ms: int) -> bool:
        """Whether the single keepalives of that moment are not kept any more."""
        span = self.span()
        return span is not None and moment(at_ms) < span[1] - SAMPLES_KEPT


def _entry(row: Sequence[Any]) -> Entry | None:
    number, session, steady_ms, at_ms, kind, line, account, facts = row
    if not is_ms(steady_ms, at_ms):
        return None
    try:
        return entry_of(
            facts,
            id=number,
            session=session,
            steady_s=steady_ms / 1000,
            at=moment(at_ms),
            kind=kind,
            line_key=line,
            account_key=account,
        )
    except ODD:
        return None


def _sample(row: Sequence[Any]) -> Sample | None:
    at_ms, us, url = row
    try:
        return Sample(at=moment(at_ms), round_trip_ms=None if us is None else us / 1000, server_url=str(url))
    except ODD:
        return None
