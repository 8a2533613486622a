"""Kept connections, and when they are not to be trusted any more.

There is a pool for each host and way to it. A pool whose host failed (5xx, reset, time-out) or said more than
an answer, whose name moved or that is older than a change of the network is retired: what is under way in it
comes to its end, and nothing new goes out on its connections. A pool that httpcore has lost count of
(reliability.md#connections) times out once and is retired with the rest.
"""

import asyncio
import contextlib
import http.cookiejar
import importlib.util
import logging
import ssl
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from softphone import __version__
from softphone.settings.proxy import Proxy
from softphone.webex.dialling import Addresses, Dialler
from softphone.webex.threads import Threads

log: logging.Logger = logging.getLogger(__name__)

# WORKAROUND: httpcore 1.0 imports sniffio several times a request, and looks for it on the disk each time
# where it is not installed: a tenth of what a keepalive costs.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]

USER_AGENT = f"softphone/{__version__}"
CONNECTIONS_LIMIT = 64  # above what one host is asked at once: our own places are the queue, not the pool
KEPT_LIMIT = 16
ALL_HEADERS = "all headers"  # extension of a response: those that came, where one of them is hidden
IDLE_CONNECTION_S = 75.0  # longer than a keepalive interval, or each beat pays a TLS handshake
FRESH_FOR_S = 300.0  # a host that closed a kept connection unanswered gets a new one for each request


@dataclass(frozen=True, slots=True)
class Way:
    """To a host (scheme, name, port), through a proxy or straight."""

    scheme: str
    host: str
    port: int | None
    proxy: Proxy | None

    @property
    def dials(self) -> str:
        """Whose name is looked up."""
        return self.host if self.proxy is None else self.proxy.host

    @classmethod
    def to(cls, url: httpx.URL, proxy: Proxy | None) -> "Way":
        """Return the way to the host of an address."""
        return cls(url.scheme, url.raw_host.decode("ascii"), url.port, proxy)


class Pool(httpx.AsyncClient):
    """The connections on one way, without cookies, redirects and surroundings."""

    def __init__(self, way: Way, tls: ssl.SSLContext, dialler: Dialler) -> None:
        refuse_cookies = http.cookiejar.DefaultCookiePolicy(allowed_domains=[])
        self.wire: _Transport = _Transport(way.proxy, tls, dialler)
        super().__init__(
            transport=self.wire,
            trust_env=False,
            follow_redirects=False,
            cookies=http.cookiejar.CookieJar(refuse_cookies),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
            event_hooks={"response": [_lead_nowhere]},
        )
        self.way = way
        self.users = 0
        self.is_retired = False


async def _lead_nowhere(response: httpx.Response) -> None:
    """Hide where a redirect leads from httpx, which takes it apart though it follows none, and may fail."""
    if "location" in response.headers:
        response.extensions[ALL_HEADERS] = response.headers.copy()
        del response.headers["location"]


class _Transport(httpx.AsyncHTTPTransport):
    """WORKAROUND: httpx 0.28 hands no network backend on to httpcore."""

    def __init__(self, proxy: Proxy | None, tls: ssl.SSLContext, dialler: Dialler) -> None:
        limits: dict[str, Any] = {
            "ssl_context": tls,
            "max_connections": CONNECTIONS_LIMIT,
            "max_keepalive_connections": KEPT_LIMIT,
            "keepalive_expiry": IDLE_CONNECTION_S,
            "network_backend": dialler,
        }
        if proxy is None:
            self._pool = httpcore.AsyncConnectionPool(**limits)
        else:
            user = (proxy.user.encode(), proxy.password.encode()) if proxy.user else None
            self._pool = httpcore.AsyncHTTPProxy(f"http://{proxy}", proxy_auth=user, **limits)

    @property
    def was_told_more(self) -> bool:
        """Whether something came behind an answer: the next request there would take it for its own answer.

        WORKAROUND: httpcore 1.0 leaves it in the parser of the connection, behind names that are private.
        """
        idle = (getattr(one, "_connection", None) for one in self._pool.connections if one.is_idle())
        parsers = (getattr(one, "_h11_state", None) for one in idle)
        return any(parser is not None and parser.trailing_data[0] for parser in parsers)


@dataclass(slots=True)
class _Host:
    """What is remembered of a host. `fresh_until_s`: on the loop's clock, no connection is kept before."""

    addresses: Addresses = ()
    fresh_until_s: float = 0.0


@dataclass(slots=True)
class Pools:
    """Every pool of the process."""

    tls: ssl.SSLContext
    threads: Threads
    _pools: dict[Way, Pool] = field(default_factory=dict)
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _closing: set[asyncio.Task[None]] = field(default_factory=set)

    @contextlib.asynccontextmanager
    async def use(self, way: Way) -> AsyncIterator[Pool]:
        """Give the pool to send with; it is not closed before it is given back."""
        pool = self._pools.get(way)
        if pool is None:
            if way.proxy is not None:
                log.info("the way to %s leads through the proxy %s", way.host, way.proxy)
            pool = self._pools[way] = Pool(way, self.tls, Dialler(self.threads, self._found))
        pool.users += 1
        try:
            yield pool
        finally:
            pool.users -= 1
            if self._must_be_fresh(way.host) or pool.wire.was_told_more:
                self.retire(pool)
            self._close_unused(pool)

    def retire(self, pool: Pool) -> None:
        """Send nothing more on its connections."""
        if not pool.is_retired:
            self._pools.pop(pool.way, None)
            pool.is_retired = True
            self._close_unused(pool)

    def retire_all(self) -> None:
        """Send nothing more on any connection that there is."""
        for pool in list(self._pools.values()):
            self.retire(pool)

    def distrust(self, host: str) -> None:
        """The host closed a kept connection instead of answering: keep none for some minutes."""
        self._host(host).fresh_until_s = asyncio.get_running_loop().time() + FRESH_FOR_S

    async def aclose(self) -> None:
        """Close every connection, whatever is under way."""
        pools = [*self._pools.values()]
        self._pools.clear()
        await asyncio.gather(*self._closing, *(pool.aclose() for pool in pools))

    def _must_be_fresh(self, host: str) -> bool:
        known = self._hosts.get(host)
        return known is not None and asyncio.get_running_loop().time() < known.fresh_until_s

    def _host(self, name: str) -> _Host:
        return self._hosts.setdefault(name, _Host())

    def _found(self, name: str, addresses: Addresses) -> None:
        """Let go of the connections to addresses that a name has no more."""
        host = self._host(name)
        if host.addresses and not set(host.addresses) & set(addresses):
            log.info("%s has moved: its kept connections are given up", name)
            for pool in [pool for pool in self._pools.values() if pool.way.dials == name]:
                self.retire(pool)
        host.addresses = addresses

    def _close_unused(self, pool: Pool) -> None:
        if pool.is_retired and not pool.users:
            closing = asyncio.get_running_loop().create_task(pool.aclose(), name="close pool")
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
