"""The history of a profile, for another process than the one that writes it: read only."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from softphone.errors import ConfigError
from softphone.history.past import Past
from softphone.history.sqlite_file import SIZE_LIMIT_BYTES, VERSION, connected, is_history
from softphone.i18n import visible
from softphone.system.files import WHY_AT_MOST_CHARS, open_ours


@contextlib.contextmanager
def open_past(path: Path) -> Iterator[Past | None]:
    """Yield what the file knows, None when there is no file. Nothing of the file or beside it is changed.

    What the program that writes it recorded in the last second may be missing. Raises ConfigError for a file
    that is damaged, newer, or not ours, naming it; also for damage that shows only inside the block.
    """
    try:
        file = open_ours(path, os.O_RDONLY)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise _unreadable(path, error.strerror or "") from error
    size_bytes = os.fstat(file).st_size
    os.close(file)
    if size_bytes > SIZE_LIMIT_BYTES:
        raise _unreadable(path, "too long")
    try:
        with contextlib.closing(_open(path)) as base:
            (version,) = base.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise _unreadable(path, "written by a newer version of this program")
            if not is_history(base):
                raise _unreadable(path, "no history")
            base.execute("BEGIN")  # everything is read as it was at one moment
            yield Past(base, 0, 0.0)
    except (sqlite3.Error, UnicodeError) as error:  # what is wrong may be said in bytes that are no text
        raise _unreadable(path, visible(str(error), WHY_AT_MOST_CHARS)) from error


def _open(path: Path) -> sqlite3.Connection:
    """Open for reading. SQLite leaves files beside one that it reads, unless it is told that nobody writes.

    So it is told where nothing waits beside the file to be written, and in a folder that cannot be written.
    """
    address = path.resolve().as_uri()
    written = path.with_name(path.name + "-wal").exists()
    for mode in (*(("mode=ro",) if written else ()), "mode=ro&immutable=1"):
        base = connected(f"{address}?{mode}", uri=True)
        try:
            base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            base.close()
            if "immutable" in mode:
                raise
        else:
            return base
    raise AssertionError  # the loop returns or raises


def _unreadable(path: Path, why: str) -> ConfigError:
    return ConfigError(f"{path}: the history cannot be read ({why}).", title="No history")
