"""The second way to sign in: the person's own browser brings the redirect to a port of this computer.

Open only while one attempt lasts. Whatever can reach the port may be hostile: nothing of a request is
believed but a redirect that carries the attempt's state, and nothing of it is ever sent back or logged
(sign-in.md#own-browser). The redirect's address goes the same way as that of the embedded page.
"""

import asyncio
import errno
import logging
import socket
import sys
from html import escape
from http import HTTPStatus
from typing import Self
from urllib.parse import urlsplit

from msgspec import Struct

from softphone.auth.oauth import (
    ATTEMPT_LIFE_S,
    SignInAttempt,
    adapt,
    carries_state,
    is_redirect,
    read_redirect,
)
from softphone.errors import SignInError, SignInOutcome
from softphone.i18n import phrase, tr
from softphone.line.failure import Remedy
from softphone.settings.cloud_file import LOOPBACK_HOSTS
from softphone.system.local_server import LocalServer

_log = logging.getLogger(__name__)

# sign-in.md#own-browser
LINE_LIMIT_BYTES = 8 * 1024
CONNECTION_DEADLINE_S = 5.0
WRONG_STATES_LIMIT = 20

# Ours: more is no browser.
HEADERS_LIMIT = 100
CONNECTIONS_LIMIT = 32

_HTTP_PORT = 80

_BUSY = frozenset({errno.EADDRINUSE, errno.EACCES, 10013, 10048})  # the numbers: Windows' own
_NO_SUCH_FAMILY = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, 10047, 10049})

_HEADERS = (
    "Content-Type: text/html; charset=utf-8",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "Cache-Control: no-store",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
)
_TAKEN = "The answer has arrived. You can close this page and go back to the app."  # shown
_NOT_TAKEN = {  # shown
    HTTPStatus.BAD_REQUEST: "This did not belong to the sign-in under way. Go back to the app.",
    HTTPStatus.NOT_FOUND: "There is nothing here.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Only GET works here.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "That address is too long.",
}


class LoopbackListener:
    """Listens on the attempt's redirect address, or on a spare one, from `async with` to its end.

    `attempt` is the one to open in the browser: once entered, it comes back to the port that is heard.
    Entering raises SignInError when the address is not on this computer or all ports are taken. Not so
    `by_hand`, when somebody can bring the redirect (`take`): then `deaf` is that error.
    """

    def __init__(
        self, attempt: SignInAttempt, *, limit_s: float = ATTEMPT_LIFE_S, by_hand: bool = False
    ) -> None:
        self.attempt: SignInAttempt = attempt
        self.deaf: SignInError | None = None
        self._by_hand = by_hand
        self._place = _place_of(attempt.redirect_uri)
        self._limit_s = limit_s
        self._answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._server = LocalServer(self._serve, clients_limit=CONNECTIONS_LIMIT, limit_bytes=LINE_LIMIT_BYTES)
        self._wrong_states = 0

    async def __aenter__(self) -> Self:
        try:
            for listening in self._first_free():
                await self._server.listen(sock=listening)
        except SignInError as error:  # nothing is listened to yet
            if not self._by_hand:
                raise
            self.deaf = error
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def redirect(self) -> str:
        """Wait for the redirect and return its address.

        Raises SignInError after ten minutes, and after twenty answers with a wrong state.
        """
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._answer
        except TimeoutError:
            raise SignInError(
                "Your browser did not come back in time. Nothing was changed.",
                outcome=SignInOutcome.EXPIRED,
                remedies=(Remedy.SIGN_IN, Remedy.USE_MY_BROWSER),
            ) from None

    def take(self, url: str) -> None:
        """Take the redirect's address from a person, who saw it in a browser that could not come back.

        Raises SignInError for what is not the answer to this attempt, which goes on.
        """
        scheme, _, _ = self.attempt.redirect_uri.partition("://")
        url = url.strip() if "://" in url.partition("?")[0] else f"{scheme}://{url.strip()}"
        try:
            read_redirect(self.attempt, url)
        except SignInError as error:
            if error.outcome in (SignInOutcome.BAD_CALLBACK, SignInOutcome.STATE_MISMATCH):
                raise
        if not self._answer.done():  # a refusal ends the attempt as it would have by itself
            self._answer.set_result(url)

    # ---- opening and closing

    def _first_free(self) -> list[socket.socket]:
        """Bind the first of the attempt's addresses whose port is free; the attempt follows it."""
        places = [_place_of(uri) for uri in (self.attempt.redirect_uri, *self.attempt.spare_redirect_uris)]
        usable = [place for place in places if place.addresses]
        if not usable:
            raise SignInError(
                "This cloud's redirect address is not on this computer, so your browser cannot come back.",
                outcome=SignInOutcome.CONFIG_ERROR,
                title="Your own browser cannot be used here",
            )
        faults: list[OSError] = []
        for place in usable:
            try:
                bound = _bind_all(place)
            except OSError as fault:
                faults.append(fault)
                continue
            self.attempt = adapt(self.attempt, redirect_uri=place.uri)
            self._place = place
            return bound
        raise _ports_taken([place.port for place in usable], faults)

    async def _close(self) -> None:
        await self._server.close()
        if not self._answer.cancel() and not self._answer.cancelled():
            self._answer.exception()  # seen: whoever waited may be gone

    # ---- one connection

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        url = None
        try:
            async with asyncio.timeout(CONNECTION_DEADLINE_S):
                status, url = await self._read(reader)
                writer.write(_page(status))
                await writer.drain()
                if status is HTTPStatus.REQUEST_URI_TOO_LONG:
                    # Closing with bytes unread would reset the connection before the answer is seen.
                    writer.write_eof()
                    await reader.read(8 * LINE_LIMIT_BYTES)
        finally:
            if url is not None and not self._answer.done():
                self._answer.set_result(url)

    async def _read(self, reader: asyncio.StreamReader) -> tuple[HTTPStatus, str | None]:
        """Return how to answer, and the redirect's address once it is the right one."""
        try:
            line = await reader.readuntil(b"\r\n")
        except asyncio.LimitOverrunError:
            return HTTPStatus.REQUEST_URI_TOO_LONG, None
        words = line.decode("latin-1").split()
        hosts = await _read_hosts(reader)
        if len(words) != 3 or not words[2].startswith("HTTP/1.") or not words[1].startswith("/"):  # noqa: PLR2004 - method, target, version
            return HTTPStatus.BAD_REQUEST, None
        method, target, _ = words
        if method != "GET":
            return HTTPStatus.METHOD_NOT_ALLOWED, None
        if len(hosts) != 1 or hosts[0].lower() not in self._place.hosts:  # another name: DNS rebinding
            return HTTPStatus.BAD_REQUEST, None
        url = self._place.origin + target
        if not is_redirect(self.attempt.redirect_uri, url):
            return HTTPStatus.NOT_FOUND, None
        if not carries_state(self.attempt, url):
            self._count_wrong_state()
            return HTTPStatus.BAD_REQUEST, None
        return HTTPStatus.OK, url

    def _count_wrong_state(self) -> None:
        self._wrong_states += 1
        _log.info("an answer with a wrong state came to the redirect address, number %d", self._wrong_states)
        if self._wrong_states >= WRONG_STATES_LIMIT and not self._answer.done():
            self._answer.set_exception(
                SignInError(
                    "Answers kept coming that did not belong to this request.",
                    outcome=SignInOutcome.STATE_MISMATCH,
                    title="Sign-in stopped for your safety",
                    remedies=(Remedy.SIGN_IN, Remedy.COPY_DIAGNOSTICS),
                )
            )


class _Place(Struct, frozen=True, kw_only=True):
    """Where the browser comes back to. `addresses` is empty when that is not this computer."""

    uri: str
    origin: str
    port: int
    addresses: tuple[tuple[socket.AddressFamily, str], ...]
    hosts: frozenset[str]  # what `Host` may say


def _place_of(uri: str) -> _Place:
    parts = urlsplit(uri)
    port = parts.port or _HTTP_PORT
    hosts = ("localhost", "127.0.0.1", "[::1]")
    bare = hosts if port == _HTTP_PORT else ()
    return _Place(
        uri=uri,
        origin=f"{parts.scheme}://{parts.netloc}",
        port=port,
        addresses=_addresses_of(parts.hostname or "") if parts.scheme == "http" else (),
        hosts=frozenset((*(f"{host}:{port}" for host in hosts), *bare)),
    )


def _ports_taken(ports: list[int], faults: list[OSError]) -> SignInError:
    tried = ", ".join(str(port) for port in ports)
    if all(fault.errno in _BUSY for fault in faults):
        words = phrase(
            "Your browser cannot come back here: other programs use port {ports}. Sign in inside this window "
            "instead, or end the other program.",
            ports=tried,
        )
    else:
        words = phrase(
            "Your browser cannot come back here: port {ports} cannot be opened ({why}). Sign in inside this "
            "window instead.",
            ports=tried,
            why=faults[0].strerror or phrase("not allowed"),
        )
    return SignInError(words, outcome=SignInOutcome.TRANSIENT, title="Your browser cannot come back")


def _addresses_of(host: str) -> tuple[tuple[socket.AddressFamily, str], ...]:
    four, six = (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")
    if host not in LOOPBACK_HOSTS:
        return ()
    return {"127.0.0.1": (four,), "::1": (six,)}.get(host, (four, six))


def _bind_all(place: _Place) -> list[socket.socket]:
    """Bind every address of the redirect's host: a browser may take `localhost` for either."""
    bound: list[socket.socket] = []
    for family, host in place.addresses:
        try:
            bound.append(_bind(family, host, place.port))
        except OSError as error:
            if error.errno in _NO_SUCH_FAMILY and family == socket.AF_INET6:
                continue  # a computer without IPv6: nothing else can answer there either
            for other in bound:
                other.close()
            raise
    return bound


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # a connection of the attempt before may still be on its way out
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen()
        listening.setblocking(False)
    except BaseException:  # a port beyond 65535 is no OSError
        listening.close()
        raise
    return listening


async def _read_hosts(reader: asyncio.StreamReader) -> list[str]:
    """Read the headers to their end; return the values of `Host`."""
    hosts: list[str] = []
    for _ in range(HEADERS_LIMIT):
        name, _, value = (await reader.readuntil(b"\r\n")).decode("latin-1").strip().partition(":")
        if not name:
            return hosts
        if name.lower() == "host":
            hosts.append(value.strip())
    raise asyncio.LimitOverrunError("too many headers", HEADERS_LIMIT)


def _page(status: HTTPStatus) -> bytes:
    title, text = tr("Softphone sign-in"), tr(_NOT_TAKEN.get(status, _TAKEN))
    body = f"<!doctype html><html><title>{escape(title)}</title><p>{escape(text)}</p></html>\n".encode()
    rows = (f"HTTP/1.1 {status.value} {status.phrase}", *_HEADERS, f"Content-Length: {len(body)}")
    return ("\r\n".join(rows) + "\r\n\r\n").encode() + body
