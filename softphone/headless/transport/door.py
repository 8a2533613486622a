"""Where other processes of the same user come in to the running program: few at a time, and not too often.

Whoever floods it waits outside: a client is not even accepted before there is a place and time for it, so
that the lines never notice. One that stays (it follows, or asks the service) gives its place to the next.
"""

import asyncio
import contextlib
import logging
import os
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from softphone.errors import ConfigError
from softphone.headless.instance import REQUEST_LIMIT_BYTES, fits, make_private
from softphone.system.tasks import Tasks

_log = logging.getLogger(__name__)

# scripts.md#socket
CLIENTS_LIMIT = 4
STAYING_LIMIT = 8
CLIENTS_PER_S = 20.0
BURST = 40
OUTSIDE_LIMIT = 32  # wait in their order: who comes after a flood is answered within ANSWER_DEADLINE_S

_PAUSE_S = 1.0  # after an accept that failed: no descriptor is left
_PEER = struct.Struct("3i")  # struct ucred: process, user, group

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Pace:
    """`burst` at once, then `per_s` in a second."""

    def __init__(self, per_s: float, burst: int) -> None:
        self._every_s = 1 / per_s
        self._ahead_s = burst / per_s
        self._booked_until_s = 0.0  # of the loop's clock

    async def turn(self) -> None:
        """Wait until it is the next one's turn."""
        now_s = asyncio.get_running_loop().time()
        self._booked_until_s = max(self._booked_until_s, now_s) + self._every_s
        await asyncio.sleep(self._booked_until_s - self._ahead_s - now_s)


class Door:
    """Lets `serve` answer each client; its deadlines are its own affair.

    A client that is too slow, sends a line of more than `REQUEST_LIMIT_BYTES`, or goes away is let go without
    a word.
    """

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._places = asyncio.Semaphore(CLIENTS_LIMIT)
        self._pace = Pace(CLIENTS_PER_S, BURST)
        self._staying: set[asyncio.Task[None]] = set()
        self._clients = Tasks()
        self._accepting = Tasks()

    async def open(self, path: Path) -> None:
        """Serve at a place of the user alone. Raises OSError and ConfigError."""
        raise NotImplementedError

    async def close(self) -> None:
        """Let nobody in any more, and let go of everybody."""
        await self._accepting.close()
        await self._clients.close()

    def stay(self) -> bool:
        """Give the place of the client that is being served to the next; False when too many stay already."""
        task = asyncio.current_task()
        if task is None or len(self._staying) >= STAYING_LIMIT:
            return False
        self._staying.add(task)
        self._places.release()
        return True

    async def _ready(self) -> None:
        """Wait until there are a place and time for one more."""
        await self._places.acquire()
        await self._pace.turn()

    def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one for whom there is a place."""
        serving = self._clients.start(self._answer(reader, writer), "a client")
        serving.add_done_callback(lambda _: self._left(serving, writer))  # also one that never had its turn

    def _left(self, task: asyncio.Task[None], writer: asyncio.StreamWriter) -> None:
        writer.close()
        if task in self._staying:
            self._staying.discard(task)
        else:
            self._places.release()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(
            OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):  # too slow, too much or gone: there is nobody to answer
            await self._serve(reader, writer)


class SocketDoor(Door):
    """A Unix socket."""

    def __init__(self, serve: Serve) -> None:
        super().__init__(serve)
        self._path: Path | None = None
        self._listening: socket.socket | None = None

    async def open(self, path: Path) -> None:
        """Serve at a path of the user alone; the lock is ours, so a file in its place is stale.

        Raises OSError and ConfigError.
        """
        self._listening, self._path = _listen(path), path
        self._accepting.start(self._accept(self._listening), "the control socket")

    async def close(self) -> None:
        """Let nobody in any more, and let go of everybody."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        await super().close()
        if self._listening is not None:
            self._listening.close()

    async def _accept(self, listening: socket.socket) -> None:
        while True:
            await self._ready()
            try:
                client = await _next_client(listening)
            except OSError as error:
                _log.info("nobody can come in: %s", error)
                await asyncio.sleep(_PAUSE_S)
                self._places.release()
                continue
            if not _is_ours(client):
                client.close()
                self._places.release()
                continue
            self._receive(*await asyncio.open_unix_connection(sock=client, limit=REQUEST_LIMIT_BYTES))


def _listen(path: Path) -> socket.socket:
    """Return a listening socket for the user alone."""
    make_private(path.parent)
    if not fits(path):
        raise ConfigError(f"{path} is too long for a socket; a shorter SOFTPHONE_HOME helps.")
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o177)
    try:
        listening.bind(str(path))
        listening.listen(OUTSIDE_LIMIT)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    finally:
        os.umask(mask)
    return listening


async def _next_client(listening: socket.socket) -> socket.socket:
    """Wait for the next client. Raises OSError.

    Not the loop's `sock_accept`: cancelled while somebody comes, it takes them in for nobody and raises in a
    callback.
    """
    loop, knocked = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(listening, knocked.set)
    try:
        while True:
            await knocked.wait()
            knocked.clear()
            with contextlib.suppress(BlockingIOError):  # they went away
                client, _ = listening.accept()
                client.setblocking(False)
                return client
    finally:
        loop.remove_reader(listening)


def _is_ours(peer: socket.socket) -> bool:
    """Whether the same user asks; where the system does not tell, the folder's mode has to do."""
    if sys.platform != "linux":
        return True
    _, user, _ = _PEER.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return bool(user == os.geteuid())
