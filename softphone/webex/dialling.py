"""From a host's name to a connection: the look-up, the addresses in turn, the secure channel (for httpcore).

The name is looked up anew for each connection. Limits count running time (`system.loop_time`), so that no
server is blamed for our own delay; reading is done in small bites, each a turn of the loop, so that an answer
of a million tiny pieces neither holds the loop nor outlives its deadline.
"""

import asyncio
import contextlib
import errno
import select
import socket
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextvars import ContextVar
from itertools import chain, zip_longest
from typing import Any, TypeVar

import httpcore

from softphone.system.loop_time import within
from softphone.webex.threads import Threads, ThreadsBusyError

STAGGER_S = 0.25  # the next address is tried beside one that hesitates (RFC 8305)
BITE_BYTES = 4096  # 50 ms of parsing at most, however small the pieces inside
LOOKED_AT_FOR_S = 0.02

_T = TypeVar("_T")
Addresses = tuple[str, ...]
Found = Callable[[str, Addresses], None]

on_received: ContextVar[Callable[[int], None] | None] = ContextVar("on_received", default=None)
"""What the task that reads is told of each bite, in bytes; it may raise."""


class NamesSlowError(socket.gaierror):
    """The resolver did not answer in time: nothing was learnt about the host."""

    def __init__(self) -> None:
        super().__init__(socket.EAI_AGAIN, "the name was not looked up in time")


class Dialler(httpcore.AsyncNetworkBackend):
    """Opens connections, each at the first attempt. `found` is told the addresses of each host looked up."""

    def __init__(self, threads: Threads, found: Found) -> None:
        self._threads = threads
        self._found = found
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002 - never given
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect (httpcore override). Raises ConnectError, from an OSError, and ConnectTimeout."""
        named = False

        async def connected() -> httpcore.AsyncNetworkStream:
            nonlocal named
            addresses = await look_up(self._threads, host)
            self._found(host, addresses)
            named = True
            return await first_opened(
                [
                    lambda ip=ip: self._sockets.connect_tcp(ip, port, socket_options=socket_options)  # type: ignore[misc]
                    for ip in addresses
                ],
                let_go=_closed,
            )

        try:
            return _Stream(await limited(connected(), timeout, let_go=_closed))
        except TimeoutError:
            if not named:
                raise httpcore.ConnectError from NamesSlowError()
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            raise httpcore.ConnectError from error


async def look_up(threads: Threads, host: str) -> Addresses:
    """Return the host's addresses, families in turn. Raises gaierror."""
    if _is_ip(host):
        return (host,)
    try:
        rows = await threads.run(
            ("name", host), lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        )
    except ThreadsBusyError:
        raise NamesSlowError from None
    by_family: dict[int, list[str]] = {}
    for family, _, _, _, place in rows:
        by_family.setdefault(family, []).append(str(place[0]))
    turns = chain.from_iterable(zip_longest(*by_family.values()))
    return tuple(dict.fromkeys(ip for ip in turns if ip is not None))


class _Stream(httpcore.AsyncNetworkStream):
    """A connection, read in bites."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._socket: socket.socket | None = None
        self._looked_at_s = float("-inf")
        self._was_readable = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        await asyncio.sleep(0)  # whoever has a deadline comes first, even when much has arrived
        bite = await self._inner.read(min(max_bytes, BITE_BYTES), timeout)
        told = on_received.get()
        if told is not None:
            told(len(bite))
        return bite

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        handshake = self._inner.start_tls(ssl_context, server_hostname)
        try:
            return _Stream(await limited(handshake, timeout, let_go=_closed))
        except TimeoutError:
            await self.aclose()
            raise httpcore.ConnectTimeout from None
        except BaseException:  # whoever is stopped here has the connection, and httpcore does not close it
            await self.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        if info != "is_readable":
            return self._inner.get_extra_info(info)
        # httpcore asks it of every kept connection before and after each request, and AnyIO looks up all it
        # knows each time: half of what a crowd's request costs.
        if self._socket is None:
            self._socket = self._inner.get_extra_info("socket")
        now_s = asyncio.get_running_loop().time()
        if now_s - self._looked_at_s > LOOKED_AT_FOR_S:
            self._looked_at_s = now_s
            self._was_readable = self._socket is None or _is_readable(self._socket.fileno())
        return self._was_readable


async def _closed(spare: httpcore.AsyncNetworkStream) -> None:
    await spare.aclose()


def _is_readable(descriptor: int) -> bool:
    """Whether something came, or the connection has ended."""
    if descriptor < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([descriptor], [], [], 0)[0])
    asked = select.poll()
    asked.register(descriptor, select.POLLIN)
    return bool(asked.poll(0))


async def limited(
    work: Coroutine[Any, Any, _T],
    limit_s: float | None,
    *,
    let_go: Callable[[_T], Awaitable[object]] | None = None,
) -> _T:
    """Return the result of the work; raise TimeoutError when it takes more running time than it may.

    A result that comes when nobody can take it any more is let go.
    """
    task = asyncio.ensure_future(work)
    try:
        await (asyncio.wait({task}) if limit_s is None else within(task, limit_s))
        if task.done():
            return task.result()
    except BaseException:
        await _dropped(task, let_go)
        raise
    await _dropped(task, let_go)
    raise TimeoutError


async def _dropped(task: asyncio.Future[_T], let_go: Callable[[_T], Awaitable[object]] | None) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        spare = await task
        if let_go is not None:
            await let_go(spare)


async def first_opened(
    ways: Iterable[Callable[[], Awaitable[_T]]], *, let_go: Callable[[_T], Awaitable[object]]
) -> _T:
    """Return the first connection that stands; each next address is tried a moment after the one before.

    Connections too many are let go. Raises the most telling OSError when none stands: what a host said tells
    more than what our network did.
    """
    left = list(ways)
    tried: list[asyncio.Future[_T]] = []
    failed: list[OSError] = [OSError(errno.EADDRNOTAVAIL, "the name has no address")]
    winner: _T | None = None
    try:
        while left or not all(each.done() for each in tried):
            if left:
                tried.append(asyncio.ensure_future(left.pop(0)()))
            done, _ = await asyncio.wait(
                [each for each in tried if not each.done()],
                timeout=STAGGER_S if left else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for each in done:
                error = each.exception()
                if error is None:
                    winner = each.result()
                    return winner
                failed.append(_os_error(error))
        raise max(reversed(failed), key=_tells)
    finally:
        for each in tried:
            each.cancel()
        for spare in await asyncio.gather(*tried, return_exceptions=True):
            if not isinstance(spare, BaseException) and spare is not winner:
                await let_go(spare)


def _os_error(error: BaseException | None) -> OSError:
    """Return what the system said; anyio wraps it in groups of attempts."""
    while error is not None:
        if isinstance(error, OSError) and (error.errno or not (error.__cause__ or error.__context__)):
            return error
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        else:
            error = error.__cause__ or error.__context__
    return OSError(errno.EADDRNOTAVAIL, "no connection")


def _tells(error: OSError) -> int:
    by_host = isinstance(error, ConnectionError)
    return 2 if by_host else 1 if isinstance(error, TimeoutError) else 0


def _is_ip(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            socket.inet_pton(family, host)
            return True
    return False
