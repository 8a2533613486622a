"""The one way to a local file: what is read is bounded, what is written is the user's alone (0600).

A small file is read and replaced as a whole, so that a crash leaves the old one or the new one; one that
cannot be understood is set aside under another name. Our own files are never opened through a link, nor when
they are somebody else's or no files at all. A `LockFile` says which process of the user goes first.
"""

import contextlib
import errno
import os
import stat
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

from softphone.i18n import visible

LEFT_BEHIND_S = 60.0  # no write takes that long
SIZE_LIMIT_BYTES = 1024 * 1024  # a thousand accounts need less
DEPTH_LIMIT = 32  # of tables and lists in each other
DOTS_SQUARED_LIMIT = 2_000_000  # `a.a.a...` costs the parser their square, in time and memory
NUMBER_LIMIT = 2**63  # as TOML has it; Python cannot even print a much longer one

WHY_AT_MOST_CHARS = 200

LOOK_EVERY_S = 0.05  # whether a lock is free
NOTE_LIMIT_BYTES = 200


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
    import tomllib  # noqa: PLC0415 - the first picture of the window needs none

    try:
        text = content if isinstance(content, str) else content.decode("utf-8")
    except UnicodeDecodeError as error:  # PowerShell's > writes UTF-16
        raise ValueError(f"not text in UTF-8 (at byte {error.start + 1})") from None
    if sum(line.count(".") ** 2 for line in text.split("\n")) > DOTS_SQUARED_LIMIT:
        raise ValueError("too many dots")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:  # it may quote what is in the file
        raise ValueError(visible(str(error), WHY_AT_MOST_CHARS)) from None
    except RecursionError:
        raise ValueError("too many brackets in each other") from None
    except ValueError:  # Python's own limit, in words for programmers
        raise ValueError("a number of too many digits") from None
    _check_bounds(document)
    return document


def path_bytes(text: str) -> bytes:
    """Return a text with a path in it in UTF-8; a path may hold bytes that are no text (PEP 383)."""
    return text.encode(errors="surrogateescape")


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
            if time.time() - left.lstat().st_mtime > LEFT_BEHIND_S:
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
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
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


# ---- locks


class LockFile:
    """A lock on `path` between processes of one user; two objects exclude each other in one process, too.

    The system holds it for an open file and lets go of it when the process dies, however it dies; the file
    itself means nothing. Its holder may leave a `note` in it for whoever finds it locked. `fleeting`: the
    file goes when it is let go of. Not the `filelock` package: its asyncio lock spends a thread on each try.
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

    def is_held(self) -> bool:
        """Whether somebody holds it now; nothing is written for the answer."""
        try:
            file = open_ours(self._path, os.O_RDONLY)
        except OSError:
            return False
        try:
            _lock(file)
        except OSError:
            return True
        finally:
            os.close(file)
        return False

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
    import asyncio  # noqa: PLC0415 - the first picture of the window waits for no lock

    lock = LockFile(path)
    async with asyncio.timeout(wait_s):
        while not lock.try_acquire():  # noqa: ASYNC110 - another process cannot set an event here
            await asyncio.sleep(LOOK_EVERY_S)
    try:
        yield
    finally:
        lock.release()


# ---- who owns a file or a folder, and who else may write it: what can be believed, and where to write
#
# Where anybody may create files, as in Windows' ProgramData, the place alone proves nothing.

if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _SE_FILE_OBJECT = 1
    _OWNER_SECURITY_INFORMATION = 1
    # SYSTEM, the Administrators group, TrustedInstaller
    _ADMINISTRATORS = frozenset(
        {
            "S-1-5-18",
            "S-1-5-32-544",
            "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
        }
    )

    def is_administrators(file: int, *, or_users_own: bool = False) -> bool:
        """Whether the open file belongs to the administrator; who else may write it is not looked at.

        `or_users_own`: any owner will do.
        """
        return or_users_own or _owner_of(file) in _ADMINISTRATORS

    def is_ours(file: int) -> bool:  # noqa: ARG001 - elsewhere it is asked
        """Whether this user or the administrator has put the file there: nobody else can, in a user's own."""
        return True

    def opening_for_others(folder: Path) -> tuple[Path, str] | None:  # noqa: ARG001 - elsewhere it is
        """Return where another user could exchange what is kept in a folder: nowhere in a user's own."""
        return None

    def _owner_of(file: int) -> str:
        owner, descriptor, words = ctypes.c_void_p(), ctypes.c_void_p(), wintypes.LPWSTR()
        failed = ctypes.windll.advapi32.GetSecurityInfo(
            wintypes.HANDLE(msvcrt.get_osfhandle(file)),
            _SE_FILE_OBJECT,
            _OWNER_SECURITY_INFORMATION,
            ctypes.byref(owner),
            None,
            None,
            None,
            ctypes.byref(descriptor),
        )
        if failed:
            return ""
        try:
            if not ctypes.windll.advapi32.ConvertSidToStringSidW(owner, ctypes.byref(words)):
                return ""
            return words.value or ""
        finally:
            ctypes.windll.kernel32.LocalFree(words)
            ctypes.windll.kernel32.LocalFree(descriptor)

    def _lock(file: int) -> None:
        os.lseek(file, NOTE_LIMIT_BYTES, os.SEEK_SET)  # nobody can read what is locked
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def is_administrators(file: int, *, or_users_own: bool = False) -> bool:
        """Whether the open file belongs to root and nobody else may write it.

        `or_users_own`: the user's own file will do, too.
        """
        facts = os.fstat(file)
        owners = {0, os.geteuid()} if or_users_own else {0}
        return facts.st_uid in owners and not facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)

    def is_ours(file: int) -> bool:
        """Whether the open file is this user's or root's: nobody else has put it there."""
        return os.fstat(file).st_uid in (0, os.geteuid())

    def opening_for_others(folder: Path) -> tuple[Path, str] | None:
        """Return where another user could exchange what is kept in a folder, and why; None when nowhere.

        The folder and the one above it must be this user's or root's, like every link that leads there; no
        folder on the way may be writable by all, unless it is sticky as /tmp is, and the folder itself not
        even then. A group that is the user's own first one may write: many systems give each user a group.
        """
        path = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow the links
        places = [path, *path.parents]
        path = path.resolve()
        for place in (*places, path, *path.parents):
            try:
                facts = place.lstat()
            except OSError:
                continue  # not there, or not to be looked at: nothing is read there either
            if stat.S_ISLNK(facts.st_mode):
                if facts.st_uid not in (0, os.geteuid()):
                    return place, "is a link of another user"
                continue
            if place in (path, path.parent) and facts.st_uid not in (0, os.geteuid()):
                return place, "belongs to another user"
            writers, sticky = stat.S_IWOTH, facts.st_mode & stat.S_ISVTX
            if place == path:  # in it, who may write may put files of ours
                writers, sticky = writers | (stat.S_IWGRP if facts.st_gid != os.getegid() else 0), 0
            if facts.st_mode & writers and not sticky:
                return place, "can be written by other users"
        return None

    def _lock(file: int) -> None:
        # Not fcntl.lockf: its lock is lost when the process closes any other descriptor of the file.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
