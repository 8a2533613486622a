"""How another process of the same user reaches the running program: lines of JSON over a socket, or a pipe.

A Unix socket; on Windows a named pipe (`headless.transport.windows_pipe`), which has not been tried there.
"""

import os
import socket
import sys
import time
from pathlib import Path
from typing import Protocol

LINE_LIMIT_BYTES = 4 * 1024 * 1024  # a thousand lines need less
LOOK_EVERY_S = 0.02  # whether one that serves others just now has a place for us


class Connection(Protocol):
    """Bytes to and from the running program."""

    def send(self, data: bytes) -> None:
        """Send all of it. Raises OSError."""
        ...

    def receive(self, timeout_s: float | None) -> bytes:
        """Return what came next, empty at the end. Raises TimeoutError and OSError."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Channel:
    """Lines over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._came = bytearray()

    def send(self, line: bytes) -> None:
        """Send one line, which has no end yet. Raises OSError."""
        self._connection.send(line + b"\n")

    def line(self, deadline_s: float | None = None) -> bytes:
        """Return the next line, empty when the other side has gone.

        Raises TimeoutError when it is not there in time, and OSError, also for one that is too long.
        """
        ends_at_s = None if deadline_s is None else time.monotonic() + deadline_s
        while b"\n" not in self._came:
            if len(self._came) > LINE_LIMIT_BYTES:
                raise OSError("a line without an end")
            left_s = None if ends_at_s is None else max(0.001, ends_at_s - time.monotonic())
            data = self._connection.receive(left_s)
            if not data:
                return b""
            self._came += data
        line, _, rest = bytes(self._came).partition(b"\n")
        self._came = bytearray(rest)
        return line

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


class SocketConnection:
    """Over a Unix socket."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def send(self, data: bytes) -> None:
        """Send all of it. Raises OSError."""
        self._socket.sendall(data)

    def receive(self, timeout_s: float | None) -> bytes:
        """Return what came next, empty at the end. Raises TimeoutError and OSError."""
        self._socket.settimeout(timeout_s)
        return self._socket.recv(64 * 1024)

    def close(self) -> None:
        """Let go of it."""
        self._socket.close()


def connect(path: Path, deadline_s: float) -> Channel | None:
    """Return a channel to whoever serves the place, None when nobody does.

    Raises TimeoutError when there is no place for one more in time.
    """
    if sys.platform == "win32":
        from softphone.headless.transport.windows_pipe import connect_pipe, pipe_name  # noqa: PLC0415

        connected = connect_pipe(pipe_name(path), deadline_s)
        return None if connected is None else Channel(connected)
    ends_at_s = time.monotonic() + deadline_s
    while True:
        connecting = socket.socket(socket.AF_UNIX)
        connecting.settimeout(deadline_s)
        try:
            connecting.connect(os.fspath(path))
        except BlockingIOError:  # so many wait already
            connecting.close()
            if time.monotonic() > ends_at_s:
                raise TimeoutError from None
            time.sleep(LOOK_EVERY_S)
        except TimeoutError:
            connecting.close()
            raise
        except OSError:
            connecting.close()
            return None
        else:
            return Channel(SocketConnection(connecting))
