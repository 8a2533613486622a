"""The one way to a local file: what is read is bounded, what is written is the user's alone (0600).

A small file is read and replaced as a whole, so that a crash leaves the old one or the new one; one that
cannot be understood is set aside under another name. Our own files are never opened through a link, nor when
they are somebody else's or no files at all.
"""

import contextlib
import errno
import os
import stat
import tempfile
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from softphone.system.file_owner import is_ours

LEFT_BEHIND_S = 60.0  # no write takes that long
SIZE_LIMIT_BYTES = 1024 * 1024  # a thousand accounts need less
DEPTH_LIMIT = 32  # of tables and lists in each other
DOTS_SQUARED_LIMIT = 2_000_000  # `a.a.a...` costs the parser their square, in time and memory
NUMBER_LIMIT = 2**63  # as TOML has it; Python cannot even print a much longer one


class ForeignFileError(OSError):
    """In the place of our file is a link, a pipe, a folder, or something that belongs to another user."""


def read_file(
    path: Path, *, limit_bytes: int = SIZE_LIMIT_BYTES, may_be: Callable[[int], bool] = lambda _: True
) -> bytes:
    """Return the content of a regular file, to which a link may lead.

    `may_be` judges the open file by its descriptor, before anything is read. Raises OSError
    (ForeignFileError for a file that was judged badly), and ValueError for whatever else may stand there: a
    folder, a pipe, a device, more than the limit.
    """
    try:
        file = os.open(path, os.O_RDONLY | _AT_ONCE)
    except OSError as error:
        if error.errno in _NO_FILES:
            raise ValueError("not a regular file") from None
        raise
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise ValueError("not a regular file")
    with os.fdopen(file, "rb") as opened:
        if not may_be(file):
            raise _foreign(path, "it belongs to another user, or others may write it")
        content = opened.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise ValueError("too long")
    return content


def parse_toml(content: bytes | str) -> dict[str, Any]:
    """Return what a TOML file says. Raises ValueError, also for what would only cost time and memory."""
    text = content if isinstance(content, str) else content.decode("utf-8")
    if sum(line.count(".") ** 2 for line in text.split("\n")) > DOTS_SQUARED_LIMIT:
        raise ValueError("too many dots")
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise ValueError("too many brackets in each other") from None
    _check_bounds(document)
    return document


def open_ours(path: Path, flags: int) -> int:
    """Open a file of this program, with O_CREAT made for the user alone; return its descriptor.

    Raises OSError; ForeignFileError when it is not what it should be.
    """
    try:
        file = os.open(path, flags | _AT_ONCE | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as error:
        if error.errno in _NO_FILES:
            raise _foreign(path, "it is a link" if path.is_symlink() else "it is no file") from error
        raise
    wrong = ""
    if not stat.S_ISREG(os.fstat(file).st_mode):
        wrong = "it is no file"
    elif not is_ours(file):
        wrong = "it belongs to another user"
    if wrong:
        os.close(file)
        raise _foreign(path, wrong)
    return file


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for the user alone (0700). Raises OSError."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def replace_file(path: Path, text: str) -> None:
    """Write the file; raises OSError, and the old one is still there."""
    make_folder(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600 by itself
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def sweep(path: Path) -> None:
    """Remove what crashes in the middle of writing left behind; another program may be writing just now."""
    for left in found_in(path.parent, f".{path.name}-*"):
        with contextlib.suppress(OSError):
            if datetime.now(UTC).timestamp() - left.lstat().st_mtime > LEFT_BEHIND_S:
                left.unlink()


def is_there(path: Path) -> bool:
    """Whether something has that name, or may have it: a folder that cannot be looked into says neither."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True


def found_in(folder: Path, pattern: str) -> list[Path]:
    """Return the paths that fit, in order; none where the folder cannot be looked into."""
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def set_aside(path: Path, why: str) -> Path:
    """Give the file another name, with `why` and the time in it; raises OSError."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for again in count():
        aside = path.with_name(f"{path.stem}.{why}-{stamp}{f'-{again}' if again else ''}{path.suffix}")
        if not os.path.lexists(aside):
            break
    path.replace(aside)
    return aside


_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # a pipe may have no other end

# A link, on some systems; a socket, a pipe without the other end, a device without hardware; a folder.
_NO_FILES = frozenset({errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.ENODEV, errno.EISDIR})


def _foreign(path: Path, why: str) -> ForeignFileError:
    return ForeignFileError(errno.EPERM, why, str(path))


def _check_bounds(document: dict[str, Any]) -> None:
    level: list[Any] = [document]
    for _ in range(DEPTH_LIMIT):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
            elif isinstance(value, int) and not -NUMBER_LIMIT <= value < NUMBER_LIMIT:
                raise ValueError("a number is too long")
        level = inner
    if level:
        raise ValueError("too many tables in each other")
