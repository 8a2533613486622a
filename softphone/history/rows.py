"""The history as rows of JSON: taken out of one file, read again elsewhere. Nothing of it is trusted there.

A row is one of a table in `history.database`, with the same columns. What is text in the file and JSON within
is JSON here, so that whoever passes it on can look into it.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from softphone.history.entries import EntryKind
from softphone.i18n import visible
from softphone.line.model import LineState
from softphone.system.files import WHY_AT_MOST_CHARS

# Of each table the newest rows are taken, so many and so many bytes; a week of a few lines is a tenth of it.
MOST = {"entries": (40_000, 8_000_000), "shown": (30_000, 11_000_000), "samples": (60_000, 4_000_000)}
MOST_OF_OTHERS = (20_000, 1_500_000)
ROWS_LIMIT = 200_000  # that are read
# Of what stands inside a row.
TIME_LIMIT, NUMBER_LIMIT = 1e8, 2**53  # three years in seconds
TEXT_LIMIT, LEVELS_LIMIT = 4_000, 12

_Number = Annotated[int, Meta(ge=0, le=2**53)]
_LEAST_MS, _MOST_MS = -(10**13), 4 * 10**12  # of a clock, or since 1970: until 2096
_Ms = Annotated[int, Meta(ge=_LEAST_MS, le=_MOST_MS)]
_Word = Annotated[str, Meta(max_length=TEXT_LIMIT)]
_Values = dict[str, Any]


class SessionRow(Struct, frozen=True, tag_field="table", tag="sessions"):
    """A run of the program."""

    id: _Number
    began_ms: _Ms
    last_ms: _Ms
    offset_ms: _Ms
    ended: _Word = ""


class LineRow(Struct, frozen=True, tag_field="table", tag="lines"):
    """Whose line."""

    id: _Number
    key: _Word
    identity: _Values


class TextRow(Struct, frozen=True, tag_field="table", tag="texts"):
    """What many rows share: what was granted, or a server's address."""

    id: _Number
    text: _Values | _Word


class EntryRow(Struct, frozen=True, tag_field="table", tag="entries"):
    """What happened."""

    id: _Number
    session: _Number
    steady_ms: _Ms
    at_ms: _Ms
    kind: EntryKind
    line_key: _Word
    account_key: _Word
    facts: _Values


class ShownRow(Struct, frozen=True, tag_field="table", tag="shown"):
    """What was shown of a line from then on."""

    id: _Number
    line: _Number
    session: _Number
    steady_ms: _Ms
    state: LineState
    wanted: Annotated[int, Meta(ge=0, le=1)]
    registration: _Number | None
    shown: _Values | None


class SampleRow(Struct, frozen=True, tag_field="table", tag="samples"):
    """A keepalive."""

    line: _Number
    session: _Number
    steady_ms: _Ms
    trip_us: _Number | None
    server: _Number
    next_ms: _Ms | None


Row = SessionRow | LineRow | TextRow | EntryRow | ShownRow | SampleRow
_TABLES: dict[str, type[Row]] = {
    "sessions": SessionRow,
    "lines": LineRow,
    "texts": TextRow,
    "samples": SampleRow,
    "shown": ShownRow,
    "entries": EntryRow,
}
_ORDER = {"samples": "session DESC, steady_ms DESC"}
_TIMES = ("_s", "_ms", "_minutes")
_ODD_SIGN = re.compile(rb"\\[bfnrtu]")  # as JSON writes a character that is not plain
_JSON = frozenset({"identity", "text", "facts", "shown"})


class Taken(Struct, frozen=True, kw_only=True):
    """Rows, oldest first in each table; how many older ones were left out; and why not all could be read."""

    rows: tuple[Row, ...] = ()
    left_out: int = 0
    trouble: str = ""


def is_ms(*values: object) -> bool:
    """Whether all are milliseconds of a clock, or since 1970: SQLite takes any value in any column."""
    return all(isinstance(value, int) and _LEAST_MS <= value <= _MOST_MS for value in values)


def take(base: sqlite3.Connection, until: datetime | None = None) -> Taken:
    """Return what the file has, as far as it can be read. The run that has not ended lasts `until` then."""
    rows: list[Row] = []
    left_out, trouble = 0, ""
    for table in _TABLES:
        found: list[Row] = []
        most_rows, room = MOST.get(table, MOST_OF_OTHERS)
        try:
            order = _ORDER.get(table, "id DESC")
            rows_of = f"SELECT * FROM {table} ORDER BY {order}"  # nosec B608 # noqa: S608 - our own names
            for values in base.execute(rows_of):
                row = _row(table, values)
                if row is None:
                    continue
                room -= len(msgspec.json.encode(row))
                if room < 0 or len(found) >= most_rows:
                    left_out += 1
                else:
                    found.append(row)
        except sqlite3.Error as error:
            trouble = visible(str(error), WHY_AT_MOST_CHARS)
        rows += _lasting(found, until) if table == "sessions" else reversed(found)
    return Taken(rows=tuple(rows), left_out=left_out, trouble=trouble)


def _lasting(sessions: Sequence[Any], until: datetime | None) -> Iterator[Row]:
    """Yield the runs, the oldest first; the newest may go on."""
    for place, row in reversed([*enumerate(sessions)]):
        if place == 0 and until is not None and not row.ended:
            now_ms = round(until.timestamp() * 1000) - row.offset_ms
            yield msgspec.structs.replace(row, last_ms=max(row.last_ms, now_ms))
        else:
            yield row


def _row(table: str, values: Sequence[Any]) -> Row | None:
    """Return the row, None when it is not ours any more."""
    kind = _TABLES[table]
    named: dict[str, Any] = dict(zip(kind.__struct_fields__, values, strict=False))
    try:
        for name in _JSON & named.keys():
            if named[name] is not None and (name != "text" or named[name].startswith("{")):
                named[name] = msgspec.json.decode(named[name])
        row = msgspec.convert(named | {"table": table}, kind)
        _check_row(row)
    except (ValueError, AttributeError, TypeError, RecursionError):  # msgspec's errors are ValueErrors
        return None
    return row


def encode(rows: Iterable[Row]) -> bytes:
    """Return the rows as JSON, one a line."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def decode(content: bytes) -> tuple[Row, ...]:
    """Return the rows of a text that may be anybody's, all plain. Raises ValueError naming the line."""
    decoder = msgspec.json.Decoder(Row)
    rows: list[Row] = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line:
            continue
        if number > ROWS_LIMIT:
            raise ValueError(f"more than {ROWS_LIMIT} rows")
        try:
            row = decoder.decode(line)
            _check_row(row)
            if _ODD_SIGN.search(line) or not line.decode().isprintable():
                row = msgspec.convert(_visible(msgspec.to_builtins(row)), Row)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            raise ValueError(f"line {number}: {visible(str(error), WHY_AT_MOST_CHARS)}") from None
        rows.append(row)
    return tuple(rows)


def _visible(value: Any) -> Any:
    """Return the value without what would turn the words of a window or a terminal around."""
    if isinstance(value, dict):
        return {visible(key): _visible(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_visible(inner) for inner in value]
    return visible(value) if isinstance(value, str) else value


def _check_row(row: Row) -> None:
    """Refuse what no part of the window is made for. Raises ValueError."""
    for name in _JSON.intersection(row.__struct_fields__):
        _check(getattr(row, name))


def _check(value: Any, name: str = "", levels: int = LEVELS_LIMIT) -> None:
    if levels == 0:
        raise ValueError("too many levels")
    if isinstance(value, dict):
        for key, inner in value.items():
            _check(inner, key, levels - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, name, levels - 1)
    elif isinstance(value, str):
        if len(value) > TEXT_LIMIT:
            raise ValueError("a text is too long")
        if "://" in value:
            urlsplit(value)  # some addresses can be read by nobody
    elif isinstance(value, int | float):
        limit = TIME_LIMIT if name.endswith(_TIMES) else NUMBER_LIMIT
        if not -limit <= value <= limit:
            raise ValueError("a number is too large")
