"""The control socket's other form: a named pipe. It has not been tried on Windows yet.

Both sides look whose process the other one is: only the same user is answered, and only the same user is
asked. Windows itself lets nobody else write to such a pipe.
"""

import asyncio
import queue
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from softphone.headless.instance import REQUEST_LIMIT_BYTES
from softphone.headless.transport.door import Door, Serve

WAITING_LIMIT = 16  # clients that came in and have no place yet
LOOK_EVERY_S = 0.02

_PIPE_BUSY = 231  # ERROR_PIPE_BUSY
_QUERY_LIMITED, _TOKEN_QUERY, _TOKEN_USER = 0x1000, 0x0008, 1


def pipe_name(path: Path) -> str:
    """Return the name of the pipe that stands for the socket at a path."""
    return rf"\\.\pipe\softphone-{path.stem}"


class PipeDoor(Door):
    """A named pipe, on a loop that can serve one."""

    def __init__(self, serve: Serve, *, is_ours: Callable[[Any], bool] | None = None) -> None:
        """`is_ours`: whether the process at the other end of a pipe is the same user's."""
        super().__init__(serve)
        self._is_ours = is_ours or (lambda pipe: is_ours_at(pipe.handle, "GetNamedPipeClientProcessId"))
        self._servers: list[Any] = []
        self._waiting = 0
        self._is_closed = False

    async def open(self, path: Path) -> None:
        """Serve the pipe that stands for the path. Raises OSError, also when somebody serves it already."""
        loop: Any = asyncio.get_running_loop()
        self._servers = await loop.start_serving_pipe(self._protocol, pipe_name(path))

    async def close(self) -> None:
        """Let nobody in any more, and let go of everybody."""
        self._is_closed = True  # for those whom the loop has let in already
        for server in self._servers:
            server.close()
        await super().close()

    def _protocol(self) -> asyncio.StreamReaderProtocol:
        reader = asyncio.StreamReader(limit=REQUEST_LIMIT_BYTES)
        return asyncio.StreamReaderProtocol(reader, self._came)

    def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_full = self._is_closed or self._waiting >= WAITING_LIMIT
        if is_full or not self._is_ours(writer.get_extra_info("pipe")):
            writer.close()
            return
        self._waiting += 1
        waiting = self._accepting.start(self._in_turn(reader, writer), "a client that waits")
        waiting.add_done_callback(lambda task: writer.close() if task.cancelled() else None)

    async def _in_turn(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._ready()
        finally:
            self._waiting -= 1
        self._receive(reader, writer)


class PipeConnection:
    """The client's end. A pipe knows no time limit, so that a thread reads it."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._came: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="pipe", daemon=True).start()

    def send(self, data: bytes) -> None:
        """Send all of it. Raises OSError."""
        self._pipe.write(data)
        self._pipe.flush()

    def receive(self, timeout_s: float | None) -> bytes:
        """Return what came next, empty at the end. Raises TimeoutError."""
        try:
            return self._came.get(timeout=timeout_s)
        except queue.Empty:
            raise TimeoutError from None

    def close(self) -> None:
        """Let go of it; the thread ends with the process at the latest."""

    def _read(self) -> None:
        data = b"more"
        while data:
            try:
                data = self._pipe.read(64 * 1024)
            except (OSError, ValueError):
                data = b""
            self._came.put(data)


def connect_pipe(
    name: str,
    deadline_s: float,
    *,
    open_pipe: Callable[[str], BinaryIO] = lambda name: open(name, "r+b", buffering=0),  # noqa: SIM115, PTH123
    is_ours: Callable[[BinaryIO], bool] | None = None,
) -> PipeConnection | None:
    """Return a connection to whoever serves the pipe; None when nobody does, or another user.

    Raises TimeoutError when there is no place for one more in time.
    """
    ends_at_s = time.monotonic() + deadline_s
    while True:
        try:
            pipe = open_pipe(name)
        except OSError as error:
            if getattr(error, "winerror", None) != _PIPE_BUSY:
                return None
        else:
            if (is_ours or _is_served_by_us)(pipe):
                return PipeConnection(pipe)
            pipe.close()
            return None
        if time.monotonic() > ends_at_s:
            raise TimeoutError
        time.sleep(LOOK_EVERY_S)


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    def _is_served_by_us(pipe: BinaryIO) -> bool:
        return is_ours_at(msvcrt.get_osfhandle(pipe.fileno()), "GetNamedPipeServerProcessId")

    def is_ours_at(handle: int, ask: str) -> bool:
        """Whether the process at the other end of a pipe, which `ask` names, is the same user's."""
        kernel, process = ctypes.WinDLL("kernel32"), wintypes.ULONG()
        if not getattr(kernel, ask)(wintypes.HANDLE(handle), ctypes.byref(process)):
            return False
        kernel.OpenProcess.restype = wintypes.HANDLE
        other = kernel.OpenProcess(_QUERY_LIMITED, False, process)
        try:
            user = _user_of(other)
            return user is not None and user == _user_of(wintypes.HANDLE(-1))  # of this process
        finally:
            kernel.CloseHandle(wintypes.HANDLE(other))

    def _user_of(process: object) -> bytes | None:
        """Return the security identifier of the user a process runs as, None when it is not to be seen."""
        kernel, security = ctypes.WinDLL("kernel32"), ctypes.WinDLL("advapi32")
        token, size = wintypes.HANDLE(), wintypes.DWORD()
        if not security.OpenProcessToken(process, _TOKEN_QUERY, ctypes.byref(token)):
            return None
        try:
            security.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(size))
            found = ctypes.create_string_buffer(size.value)
            if not security.GetTokenInformation(token, _TOKEN_USER, found, size, ctypes.byref(size)):
                return None
            place = ctypes.cast(found, ctypes.POINTER(ctypes.c_void_p))[0]
            length = security.GetLengthSid(ctypes.c_void_p(place))
            return ctypes.string_at(place, length)
        finally:
            kernel.CloseHandle(token)

else:

    def _is_served_by_us(pipe: BinaryIO) -> bool:
        del pipe
        return False

    def is_ours_at(handle: int, ask: str) -> bool:
        """Whether the process at the other end of a pipe, which `ask` names, is the same user's."""
        del handle, ask
        return False
