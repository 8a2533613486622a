"""A lock between processes of one user: who may renew a sign-in, who is the first to run a profile.

The system holds the lock for an open file and lets go of it when the process dies, however it dies; the
file itself means nothing. A few lines here and not the `filelock` package: its
asyncio lock spends a thread on each try, and none of its other kinds of lock is wanted.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from softphone.system.file_owner import is_ours
from softphone.system.whole_file import ForeignFileError, open_ours, read_file

LOOK_EVERY_S = 0.05
NOTE_LIMIT_BYTES = 200

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, NOTE_LIMIT_BYTES, os.SEEK_SET)  # nobody can read what is locked
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        # Not fcntl.lockf: its lock is lost when the process closes any other descriptor of the file.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class LockFile:
    """A lock on `path`; two objects exclude each other, in one process too. `fleeting`: the file goes too.

    Its holder may leave a `note` in the file for whoever finds it locked.
    """

    def __init__(self, path: Path, *, fleeting: bool = False) -> None:
        self._path = path
        self._fleeting = fleeting
        self._file: int | None = None

    def try_acquire(self, note: str = "", *, create: bool = True) -> bool:
        """Take the lock if it is free; whether we hold it now. Raises OSError when there can be no file."""
        if self._file is not None:
            return True
        try:
            file = open_ours(self._path, os.O_RDWR | (os.O_CREAT if create else 0))
        except ForeignFileError:
            raise
        except OSError:  # nothing can be written here; a file that is there already will do
            file = open_ours(self._path, os.O_RDONLY)
        try:
            _lock(file)
            current = self._is_current(file)
        except OSError:
            os.close(file)
            return False
        if not current:  # its holder removed it between our opening and our locking
            os.close(file)
            return self.try_acquire(note, create=create)
        self._file = file
        with contextlib.suppress(OSError):  # a full disk, or one that is only read
            os.ftruncate(file, 0)
            os.write(file, note.encode()[:NOTE_LIMIT_BYTES])
        return True

    def note(self) -> str:
        """Return what the last holder wrote; empty when it wrote nothing, or it cannot be read."""
        try:
            note = read_file(self._path, limit_bytes=NOTE_LIMIT_BYTES, may_be=is_ours)
            return note.decode("utf-8", "replace")
        except (OSError, ValueError):
            return ""

    def release(self) -> None:
        """Let go of the lock; harmless when it is not held."""
        if self._file is None:
            return
        if self._fleeting:
            with contextlib.suppress(OSError):  # Windows removes no open file
                self._path.unlink()
        os.close(self._file)
        self._file = None

    def _is_current(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self._path.stat())
        except FileNotFoundError:
            return False


@contextlib.asynccontextmanager
async def held(path: Path, *, wait_s: float) -> AsyncIterator[None]:
    """Hold the lock on `path`. Raises TimeoutError when it was not free in time, OSError without a file."""
    lock = LockFile(path)
    async with asyncio.timeout(wait_s):
        while not lock.try_acquire():  # noqa: ASYNC110 - another process cannot set an event here
            await asyncio.sleep(LOOK_EVERY_S)
    try:
        yield
    finally:
        lock.release()
