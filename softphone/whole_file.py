"""A small file that is read and replaced as a whole, so that a crash leaves the old one or the new one.

It is the user's alone (0600). One that cannot be understood is set aside under another name.
"""

import contextlib
import os
import stat
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

LEFT_BEHIND_S = 60.0  # no write takes that long
SIZE_LIMIT_BYTES = 1024 * 1024  # a thousand accounts need less


def read_file(path: Path) -> str:
    """Return the text. Raises OSError, and ValueError for what is no regular file, too long or no UTF-8."""

    def at_once(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))  # a pipe may have no writer

    with open(path, "rb", opener=at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("not a regular file")
        content = file.read(SIZE_LIMIT_BYTES + 1)
    if len(content) > SIZE_LIMIT_BYTES:
        raise ValueError("too long")
    return content.decode("utf-8")


def replace_file(path: Path, text: str) -> None:
    """Write the file; raises OSError, and the old one is still there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    for left in path.parent.glob(f".{path.name}-*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND_S:
                left.unlink()


def set_aside(path: Path, why: str) -> Path:
    """Give the file another name, with `why` and the time in it; raises OSError."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}.{why}-{stamp}{path.suffix}")
    path.replace(aside)
    return aside
