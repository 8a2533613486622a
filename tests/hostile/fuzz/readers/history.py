"""The history: its file, its rows, and the capsule that may be anybody's."""

import contextlib
import hashlib
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from softphone.checks import capsule
from softphone.checks.stand_ins import StandIns
from softphone.commands.past import _history, _outages
from softphone.errors import ConfigError
from softphone.headless.records import entry_record, json_text
from softphone.history import rows
from softphone.history.database import (
    Began,
    HistoryFile,
    Keepalive,
    NewerFileError,
)
from softphone.history.happenings import Interruption, happenings
from softphone.history.past import Past
from softphone.history.reading import open_past
from softphone.history.recording import Recording
from softphone.history.sqlite_file import SCHEMA, VERSION
from softphone.i18n import tr, visible
from softphone.line.model import LineState
from softphone.wording import timeline_words as words
from softphone.wording.moment import LOCAL, Moment
from softphone.wording.presentation import words_of
from softphone.wording.recording_words import summary
from tests.hostile.fuzz.readers.settings import folder
from tests.hostile.fuzz.target import Target, promise, texts
from tests.kit.recorded import rows_of_history, write_history
from tests.ui.fakes import NOW_S, WALL, line

_CREATED = datetime(2026, 11, 22, 9, 14, 22, tzinfo=UTC)
_EVENTS = 6  # of each kind of row in a seed: what they say matters, and not how many there are
_WORDS = (
    *('"template":', '"values":', '"number":', '"one":', "{a}", "{n}", "{a.b}", "{a[0]}", "{", "}}", "{0}"),
    "{}",
    *('"state":', '"kind":', '"server_url":', '"facts":', '"shown":', '"table":', "registered", "retry_wait"),
    *("http://[", "://", '"http_status":', '"at":', '"steady_ms":', '"began_ms":', '"last_ms":'),
    '"offset_ms":',
)


@cache
def _few_rows() -> tuple[rows.Row, ...]:
    counts: dict[str, int] = {}
    kept = []
    for row in rows_of_history(line(LineState.RETRY_WAIT)):
        kind = type(row).__name__
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= _EVENTS:
            kept.append(row)
    return tuple(kept)


def _row_seeds() -> Iterator[bytes]:
    yield rows.encode(_few_rows())
    for row in _few_rows():
        yield rows.encode([row])


def _rows(data: bytes) -> object:
    found = rows.decode(data)
    promise(rows.decode(rows.encode(found)) == found, "what is written is read again")
    return [type(row).__name__ for row in found[:3]]


def _recording(data: bytes) -> object:
    """The rows in the place of those of a sound history that they are like."""
    given = rows.decode(data)
    places = {_place(row) for row in given}
    kept = [row for row in _few_rows() if _place(row) not in places]
    return _asked(Recording([*kept, *given], _CREATED))


def _place(row: rows.Row) -> tuple[str, object]:
    return type(row).__name__, getattr(row, "id", 0)


def _asked(recording: Recording) -> list[str]:
    """Ask all that the window asks, and say all that it says."""
    past, present = recording.past, recording.present
    moment = Moment(present.now_s, present.at.astimezone(LOCAL))
    said = summary(recording, ("Something is missing.",), with_events=True).split("\n")
    for shown in present.lines:
        looks = words_of(shown, moment)
        said += [tr(looks.badge), tr(looks.sentence), *texts(shown)]
    now = recording.now()
    for one in happenings(recording.entries_of_all()[::-1], now)[:20]:
        began = one.began if isinstance(one, Interruption) else one.at
        said += [
            words.whose(one),
            words.words(one),
            words.time_words(one, LOCAL),
            f"{began.astimezone(LOCAL):%Y}",
        ]
    for entry in recording.entries_of_all()[:20]:
        said += [*texts(entry), tr(entry.title), tr(entry.sentence)]
    span = past.span()
    for key, identity in past.lines().items():
        said += texts(identity)
        if span is not None:
            past.samples(key, 60, None)
            past.first_registered(key)
            past.intervals(key, *span)
    return said


def _told(said: Any) -> Iterator[str]:
    yield from (text.replace("\t", " ") for text in said or ())


# ---- the file

_SQL = ("sessions", "lines", "texts", "entries", "shown", "samples")


@cache
def _file_bytes() -> bytes:
    path = folder() / "history.sqlite"
    write_history(path, (line(LineState.RETRY_WAIT),), NOW_S, WALL)
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.execute("DELETE FROM samples WHERE steady_ms > (SELECT min(steady_ms) + 90000 FROM samples)")
        base.commit()
        base.execute("PRAGMA journal_mode = DELETE").fetchone()
        base.execute("VACUUM")
    return path.read_bytes()


def _file(data: bytes) -> object:
    path = folder() / "history.sqlite"
    path.write_bytes(data)
    path.chmod(0o600)
    with open_past(path) as past:
        said = None if past is None else _printed(past)
    _gone_on_with(path)
    return said


class _Options:
    line: str | None = None
    since: datetime | None = None
    limit: int = 50
    json: bool = False


def _printed(past: Past) -> object:
    """Print what the commands print, and take what a capsule takes."""
    lines, options = past.lines(), _Options()
    said = [*_history(past, lines, options), *_outages(past, lines, options)]  # type: ignore[arg-type]
    for entry in past.entries(None, None, None, 20):
        json.loads(json_text(entry_record(entry, lines.get(entry.line_key))))
    past.replay(WALL)
    taken = past.taken(WALL)
    read = rows.decode(rows.encode(taken.rows))
    promise(len(read) == len(taken.rows), "what is taken is read again")
    stand_ins = StandIns(names_here={})
    for row in taken.rows[:20]:
        msgspec.convert(stand_ins.value(msgspec.to_builtins(row)), rows.Row)
    return [visible(text) for text in said]


def _cells_seeds() -> Iterator[bytes]:
    cells: dict[str, list[list[Any]]] = {name: [] for name in _SQL}
    for row in _few_rows():
        values = [getattr(row, name) for name in row.__struct_fields__]
        text = [msgspec.json.encode(v).decode() if isinstance(v, dict) else v for v in values]
        cells[row.__struct_config__.tag].append(msgspec.to_builtins(text))  # type: ignore[index]
    yield json.dumps(cells).encode()


def _cells(data: bytes) -> object:
    """Any values in the columns of a file whose tables are ours: SQLite takes any in any column."""
    try:
        cells = json.loads(data)
    except (ValueError, RecursionError):
        return None
    path = folder() / "cells.sqlite"
    path.write_bytes(_empty())
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA synchronous = OFF")
        base.execute("PRAGMA journal_mode = MEMORY")
        for name in _SQL:
            given = cells.get(name) if isinstance(cells, dict) else None
            for row in given if isinstance(given, list) else ():
                values = [_cell(value) for value in row] if isinstance(row, list) else []
                with contextlib.suppress(sqlite3.Error, OverflowError, UnicodeError):
                    base.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608 - names of ours
        base.commit()
    path.chmod(0o600)
    with open_past(path) as past:
        said = None if past is None else _printed(past)
    _gone_on_with(path)
    return said


def _gone_on_with(path: Path) -> None:
    """Go on with the file, as the program does that has it: it writes, asks and forgets; one in four."""
    if zlib.crc32(path.read_bytes()) % 4:
        return
    try:
        file = HistoryFile(path)
    except (NewerFileError, sqlite3.Error):
        return
    try:
        identity = line(LineState.REGISTERED).identity
        trip: Any = {"at": WALL, "steady_s": NOW_S, "identity": identity, "round_trip_s": 0.04}
        file.write([Began(at=WALL, steady_s=NOW_S), Keepalive(**trip)])
        past = file.past(NOW_S)
        past.replay(WALL)
        past.entries(None, None, None, 50)
        for key in past.lines():
            past.intervals(key, WALL - timedelta(days=1), WALL)
            past.samples(key, 60, None)
        file.prune(WALL, timedelta(days=7))
        file.clear(None, NOW_S)
    except sqlite3.Error:
        pass
    finally:
        file.close()


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


@cache
def _empty() -> bytes:
    path = folder() / "empty.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.executescript(f"{SCHEMA}PRAGMA user_version = {VERSION};")
    return path.read_bytes()


# ---- the capsule


def _capsule(data: bytes) -> object:
    path = folder() / "capsule.zip"
    path.write_bytes(data)
    read = capsule.read(path)
    return _asked(read.recording)


def _capsule_seeds() -> Iterator[bytes]:
    manifest = capsule.Manifest(created=_CREATED, trouble=("Something is missing.",))
    history = rows.encode(_few_rows())
    yield capsule.pack({"history.jsonl": history, "status.json": b'{"ok": true}\n'}, manifest)
    yield capsule.pack({"log.txt": b"nothing\n"}, manifest)
    yield _zipped(_parts(b'{"ok": true}', history), zipfile.ZIP_STORED)
    yield _zipped(_parts(b"{}", b""), zipfile.ZIP_LZMA)
    yield _zipped(_parts(b"{}", b""), zipfile.ZIP_BZIP2)


def _parts(status: bytes, history: bytes, manifest: bytes = b"{}") -> dict[str, bytes]:
    told = json.loads(manifest)
    parts = {"status.json": status, "history.jsonl": history}
    described = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in parts.items()
    }
    whole = {"format": capsule.FORMAT, "version": 1, "created": "2026-11-22T09:14:22Z", "parts": described}
    whole |= told if isinstance(told, dict) else {}
    return {"manifest.json": json.dumps(whole).encode("utf-8", "replace"), **parts}


def _zipped(parts: dict[str, bytes], how: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _capsule_parts(data: bytes) -> object:
    """What stands in a capsule whose outside is in order: manifest, status, history."""
    manifest, _, rest = data.partition(b"\n")
    status, _, history = rest.partition(b"\n\n")
    try:
        parts = _parts(status, history, manifest)
    except (ValueError, RecursionError):
        return None
    return _capsule(_zipped(parts, zipfile.ZIP_STORED))


def _capsule_part_seeds() -> Iterator[bytes]:
    account = {"account": "ada@example.com", "state": "ready", "notice": "A: b"}
    manifest = {"program": "0.2.0", "platform": "Linux", "counts": {"entries": 3}, "trouble": ["Something."]}
    first = f"{json.dumps(manifest)}\n{json.dumps({'ok': True, 'accounts': [account]})}\n\n".encode()
    yield first + rows.encode(_few_rows())
    for row in _few_rows()[:20]:
        yield first + rows.encode([row])


_CAPSULE: dict[str, Any] = {"words": _WORDS, "raises": (ConfigError,), "told": _told, "told_chars": 4000}

TARGETS = (
    Target(
        name="history's rows",
        read=_rows,
        modules=("history/rows.py",),
        seeds=_row_seeds,
        words=_WORDS,
        raises=(ValueError,),
        share=5,
    ),
    Target(
        name="recording of rows",
        read=_recording,
        modules=("history/recording.py", "history/values.py", "history/past.py"),
        seeds=_row_seeds,
        words=_WORDS,
        raises=(ValueError,),
        told=_told,
        told_chars=4000,
        usual_bytes=8192,
        share=1.5,
    ),
    Target(
        name="history's file",
        read=_file,
        modules=("history/reading.py", "history/database.py", "history/sqlite_file.py"),
        seeds=lambda: [_file_bytes()],
        usual_bytes=200_000,
        most_bytes=200_000,
        share=0.15,
        **_CAPSULE,
    ),
    Target(
        name="history's cells",
        read=_cells,
        modules=("history/past.py", "history/values.py"),
        seeds=_cells_seeds,
        usual_bytes=16_384,
        share=0.02,
        **_CAPSULE,
    ),
    Target(
        name="capsule's bytes",
        read=_capsule,
        modules=("checks/capsule.py",),
        seeds=_capsule_seeds,
        usual_bytes=16_384,
        share=1.5,
        **_CAPSULE,
    ),
    Target(
        name="capsule's parts",
        read=_capsule_parts,
        modules=("checks/capsule.py", "ui/recorded.py"),
        seeds=_capsule_part_seeds,
        usual_bytes=16_384,
        share=0.15,
        **_CAPSULE,
    ),
)
