"""One port of the cloud, which can really refuse connections and still be ours.

A *keeper* socket is bound to the port for the whole run and never listens: a connection then meets
ECONNREFUSED, and nobody else can take the port meanwhile. A second socket on the same port listens
whenever the host is up.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import sys
from collections.abc import Callable
from typing import Any

from softphone.sim.connection import Connection

ADDRESS = "127.0.0.1"

# A thousand lines may connect in one moment; the kernel cuts this to its own limit.
_BACKLOG = 1024


class PortInUseError(Exception):
    """The port asked for belongs to another program, or is not for this user."""

    def __init__(self, port: int, error: OSError | None = None) -> None:
        why = "is in use by another program"
        if error is not None and error.errno != errno.EADDRINUSE:
            why = f"cannot be had ({error.strerror})"
        super().__init__(f"port {port} on {ADDRESS} {why}")
        self.port = port


class Listener:
    """A port on the loopback address; raises PortInUseError when it cannot be had."""

    def __init__(self, port: int = 0) -> None:
        self._keeper = _bound_socket(port)
        self.port: int = self._keeper.getsockname()[1]
        self._socket: socket.socket | None = None
        self._accepting: dict[asyncio.Task[Any], socket.socket] = {}
        self.connections: set[Connection] = set()
        try:
            # Only listening shows whether somebody else listens here.
            self._listen()
        except BaseException:
            self.release()
            raise

    def open(
        self,
        loop: asyncio.AbstractEventLoop,
        serve: Callable[[], Connection],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Accept connections from now on; must be called on the loop's thread."""
        sock = self._socket or self._listen()
        loop.add_reader(sock, self._accept, loop, sock, serve, tls)

    @property
    def refuses(self) -> bool:
        """Say whether connections are refused."""
        return self._socket is None

    def close(self, loop: asyncio.AbstractEventLoop) -> None:
        """Refuse connections from now on and drop those that exist."""
        if self._socket is not None:
            loop.remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        for task in list(self._accepting):
            task.cancel()
        for connection in list(self.connections):
            connection.abort()

    def release(self) -> None:
        """Give the port up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._keeper.close()

    def _listen(self) -> socket.socket:
        self._socket = _bound_socket(self.port)
        try:
            self._socket.listen(_BACKLOG)
        except OSError:
            raise PortInUseError(self.port) from None
        self._socket.setblocking(False)
        return self._socket

    def _accept(
        self,
        loop: asyncio.AbstractEventLoop,
        listening: socket.socket,
        serve: Callable[[], Connection],
        tls: ssl.SSLContext | None,
    ) -> None:
        for _ in range(_BACKLOG):
            try:
                accepted, _address = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            accepted.setblocking(False)
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = loop.create_task(loop.connect_accepted_socket(serve, accepted, ssl=tls))
            self._accepting[task] = accepted
            task.add_done_callback(self._accepted)

    def _accepted(self, task: asyncio.Task[Any]) -> None:
        accepted = self._accepting.pop(task)
        # A task that never began to run cannot close the socket itself.
        if task.cancelled() or task.exception() is not None:
            accepted.close()


def _bound_socket(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Two sockets of ours share the port: Linux and Windows want SO_REUSEADDR for it, macOS and
        # the BSDs SO_REUSEPORT. On Linux a port on which somebody listens is still refused.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform not in {"linux", "win32"}:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((ADDRESS, port))
    except BaseException as error:  # a port beyond 65535 is no OSError
        sock.close()
        if isinstance(error, OSError):
            raise PortInUseError(port, error) from None
        raise
    return sock
