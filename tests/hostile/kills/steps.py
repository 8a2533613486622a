"""The steps of a process are counted, and at one of them it is killed or stopped, or its disk fails.

A step is each callback of the event loop (each time a task goes on after an await), each change of a file,
each half of a text that is written, each statement of the history and each touch of the keyring. Who started
the process maps the same file: it says when counting begins, and reads how far it came.
"""

import asyncio
import errno
import mmap
import os
import resource
import signal
import sqlite3
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NamedTuple

_NUMBERS = struct.Struct("<5i")  # counts, count, end_at, number, times
_LABEL_BYTES = 200
_FILE_CHANGES = ("mkdir", "fsync", "replace", "rename", "unlink", "ftruncate", "truncate", "link")
_TAKE_NO_ROOM = ("file: replace", "file: rename", "file: unlink", "file: ftruncate", "file: truncate")
_HOME = "/home/"  # in each path on the disk that may fail
FOR_EVER = 1_000_000


class Plan(NamedTuple):
    """What happens at a step; `end_at` 0: nothing. `number` is the signal that the process sends itself.

    Below 0 it is an error of the disk (-ENOSPC): then changes of files on it are all that is counted, and so
    many of them fail from there on; if for ever, there is no room for what SQLite writes past us either.
    """

    end_at: int = 0
    number: int = signal.SIGKILL
    times: int = FOR_EVER


class Steps:
    """The shared file."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_NUMBERS.size + _LABEL_BYTES))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        self._turn = threading.Lock()

    def plan(self, plan: Plan) -> None:
        """Nothing is counted yet."""
        self._write(0, 0, *plan)

    def begin(self) -> None:
        """Count from here on."""
        self._map[:4] = struct.pack("<i", 1)

    def end(self) -> None:
        """Count no more."""
        self._map[:4] = bytes(4)

    @property
    def count(self) -> int:
        """How many there were."""
        return int(_NUMBERS.unpack_from(self._map)[1])

    @property
    def last(self) -> str:
        """Where the signal was sent; empty when it came to no such step."""
        return self._map[_NUMBERS.size :].rstrip(b"\0").decode()

    def step(self, what: object) -> None:
        """Count one, in the process that is watched; `what` tells where, and is asked at the end only."""
        if not self._map[0]:
            return
        with self._turn:
            counts, count, end_at, number, times = _NUMBERS.unpack_from(self._map)
            if number < 0 and not (str(what).startswith("file: ") and _HOME in str(what)):
                return
            count += 1
            self._write(counts, count, end_at, number, times)
            if count == end_at:
                words = (_place(what) if isinstance(what, asyncio.Handle) else str(what)).encode()
                self._map[_NUMBERS.size :] = words[:_LABEL_BYTES].ljust(_LABEL_BYTES, b"\0")
            if number > 0 and count == end_at:
                os.kill(os.getpid(), number)
            if number < 0 and 0 < end_at <= count < end_at + times:
                self._fail(-number, str(what), leaves_room=times < FOR_EVER)

    def _fail(self, error: int, what: str, *, leaves_room: bool) -> None:
        if error == errno.ENOSPC and what.startswith(_TAKE_NO_ROOM):
            return
        if not leaves_room:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        raise OSError(error, os.strerror(error), what)

    def _write(self, *numbers: int) -> None:
        _NUMBERS.pack_into(self._map, 0, *numbers)

    # ---- in the process that is watched

    def watch(self) -> None:
        """Have everything counted that this process does from now on."""
        run, fdopen, open_file = asyncio.Handle._run, os.fdopen, os.open
        connect: Callable[..., sqlite3.Connection] = sqlite3.connect

        def counted_run(handle: asyncio.Handle) -> None:
            self.step(handle)
            run(handle)

        def counted_connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
            connection = connect(*arguments, **more)
            connection.set_trace_callback(lambda statement: self.step(f"history: {statement}"))
            return connection

        def torn_fdopen(file: int, mode: str = "r", *arguments: Any, **more: Any) -> Any:
            opened = fdopen(file, mode, *arguments, **more)
            return _Torn(opened, self.step) if mode == "w" else opened

        def counted_open(path: Any, flags: int, *arguments: Any, **more: Any) -> int:
            if flags & os.O_CREAT:
                self.step(f"file: open {path}")
            return open_file(path, flags, *arguments, **more)

        put(asyncio.Handle, "_run", counted_run)
        put(sqlite3, "connect", counted_connect)
        put(os, "fdopen", torn_fdopen)
        put(os, "open", counted_open)
        for name in _FILE_CHANGES:
            put(os, name, self._counted(name, getattr(os, name)))

    def _counted(self, name: str, change: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **more: Any) -> Any:
            self.step(f"file: {name} {_path(arguments[0])}")
            return change(*arguments, **more)

        return counted


def put(owner: Any, name: str, value: object) -> None:
    """Have something be another one in this process."""
    setattr(owner, name, value)


class _Torn:
    """A text file of which one half can be on the disk without the other."""

    def __init__(self, file: IO[str], step: Callable[[object], None]) -> None:
        self._file = file
        self._step = step

    def write(self, text: str) -> None:
        self._file.write(text[: len(text) // 2])
        self._file.flush()
        self._step(f"file: half of {_path(self._file.fileno())}")
        self._file.write(text[len(text) // 2 :])

    def __enter__(self) -> "_Torn":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _path(argument: object) -> str:
    return str(Path(f"/proc/self/fd/{argument}").readlink()) if isinstance(argument, int) else str(argument)


def _place(handle: asyncio.Handle) -> str:
    """Return which await goes on here, or which callback is called."""
    callback: Any = handle._callback  # type: ignore[attr-defined]
    task = getattr(callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        return f"loop: {getattr(callback, '__qualname__', callback)}"
    work: Any = task.get_coro()
    while hasattr(getattr(work, "cr_await", None), "cr_await"):
        work = work.cr_await
    frame = getattr(work, "cr_frame", None)
    return f"await: {work.__qualname__} line {frame.f_lineno if frame is not None else 'none'}"
