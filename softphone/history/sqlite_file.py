"""The history's SQLite file: its tables, how it is made and opened, and whether it is one at all."""

import contextlib
import functools
import os
import sqlite3
from pathlib import Path
from typing import Any

from softphone.system.files import ForeignFileError, make_folder, open_ours

VERSION = 1
SIZE_LIMIT_BYTES = 256 * 1024 * 1024  # the most rows there may be take a fifth of it
SIDE_FILES = ("-wal", "-shm", "-journal")

SCHEMA = """
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY, began_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, offset_ms INTEGER NOT NULL,
    ended TEXT NOT NULL DEFAULT ''
);
CREATE TABLE lines (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, identity TEXT NOT NULL);
CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, session INTEGER NOT NULL, steady_ms INTEGER NOT NULL,
    at_ms INTEGER NOT NULL, kind TEXT NOT NULL, line_key TEXT NOT NULL, account_key TEXT NOT NULL,
    facts TEXT NOT NULL
);
CREATE INDEX entries_of_line ON entries (line_key, id);
CREATE TABLE shown (
    id INTEGER PRIMARY KEY AUTOINCREMENT, line INTEGER NOT NULL, session INTEGER NOT NULL,
    steady_ms INTEGER NOT NULL, state TEXT NOT NULL, wanted INTEGER NOT NULL, registration INTEGER,
    shown TEXT
);
CREATE INDEX shown_of_line ON shown (line, session, steady_ms);
CREATE TABLE samples (
    line INTEGER NOT NULL, session INTEGER NOT NULL, steady_ms INTEGER NOT NULL, trip_us INTEGER,
    server INTEGER NOT NULL, next_ms INTEGER, PRIMARY KEY (line, session, steady_ms)
) WITHOUT ROWID;
"""


class _Base(sqlite3.Connection):
    """A connection that raises nothing but sqlite3.Error."""

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        """Execute a statement."""
        try:
            return super().execute(*statement)
        except UnicodeDecodeError as error:  # SQLite quotes a damaged name, which Python cannot read
            raise sqlite3.DatabaseError("damaged") from error


def connected(address: Path | str, *, uri: bool = False) -> sqlite3.Connection:
    """Open a database. Text that a damage has made none is read all the same: it costs no other row."""
    base = sqlite3.connect(address, isolation_level=None, timeout=2.0, uri=uri, factory=_Base)
    base.text_factory = lambda text: text.decode("utf-8", "replace")
    return base


def is_history(base: sqlite3.Connection) -> bool:
    """Whether the tables and their columns are those of a history. Raises sqlite3.Error."""
    return _columns_of(base) == _columns()


def _columns_of(base: sqlite3.Connection) -> set[tuple[str, str]]:
    found = base.execute(
        "SELECT of.name, one.name FROM sqlite_master of, pragma_table_info(of.name) one"
        " WHERE of.type = 'table'"
    )
    return {(table, column) for table, column in found if not table.startswith("sqlite_")}


@functools.cache
def _columns() -> set[tuple[str, str]]:
    with contextlib.closing(connected(":memory:")) as base:
        create(base)
        return _columns_of(base)


def create(base: sqlite3.Connection) -> None:
    """Make the tables of a history that nothing is in yet."""
    base.execute("PRAGMA auto_vacuum = INCREMENTAL")  # counts before there is anything in it
    base.executescript(f"BEGIN; {SCHEMA}; PRAGMA user_version = {VERSION}; COMMIT")


def make(path: Path) -> None:
    """Make a file that is missing, whole under another name first: one without a table has lost what it held.

    Raises sqlite3.Error.
    """
    if os.path.lexists(path):
        return
    new = path.with_name(f".{path.name}-new")
    try:
        make_folder(path.parent)
        for tail in SIDE_FILES:  # of a file that is gone, what waits to be written into it is of no use
            path.with_name(path.name + tail).unlink(missing_ok=True)
        new.unlink(missing_ok=True)
        make_private(new)
        with contextlib.closing(connected(new)) as base:
            create(base)
        new.replace(path)
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from error


def make_private(path: Path) -> None:
    """Make sure that the file is the user's alone before anything is in it; raises sqlite3.Error.

    What SQLite keeps beside it must be ours, too: it would follow a link.
    """
    try:
        make_folder(path.parent)
        file = open_ours(path, os.O_RDWR | os.O_CREAT)
        try:
            os.chmod(path, 0o600)  # noqa: PTH101
            size_bytes = os.fstat(file).st_size
        finally:
            os.close(file)
        for beside in SIDE_FILES:
            with contextlib.suppress(FileNotFoundError):
                os.close(open_ours(path.with_name(path.name + beside), os.O_RDWR))
    except ForeignFileError as error:
        raise sqlite3.DatabaseError(error.strerror) from error
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from error
    if size_bytes > SIZE_LIMIT_BYTES:
        raise sqlite3.DatabaseError("too long")
