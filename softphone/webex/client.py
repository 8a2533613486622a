"""HTTP, and the only module that knows httpx.

One client for the process: one TLS context, one pool, at most 32 requests on their way. Every request passes
`check_trusted` before anything is sent, has a total deadline, and ends as an `Answer` or as a `RequestError`:
each foreign exception is translated here, once (reliability.md 4 and 6). Tokens, codes and bodies are in no
log line and in no exception.
"""

import asyncio
import contextlib
import errno
import http.cookiejar
import logging
import socket
import ssl
import uuid
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from softphone import __version__
from softphone.auth.token_answer import TOKEN_BODY_LIMIT_BYTES
from softphone.config import Cloud
from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.proxy import Proxy, UnusableProxyError, find_proxy
from softphone.webex.failures import Fault, renewal_failure, signed_out_failure, transport_failure
from softphone.webex.flight import Flight
from softphone.webex.tls import fault_of_certificate, issuer_of, new_tls_context
from softphone.webex.trust import Trust
from softphone.webex.wire import BODY_LIMIT_BYTES
from softphone.words import phrase

log = logging.getLogger(__name__)

# Real seconds, whatever the policy's time_scale (reliability.md 4; oauth.md 4.3 rule 10 for forms).
DEADLINE_S = 15.0
FORM_DEADLINE_S = 20.0
CONNECT_S = 5.0
READ_S = 10.0
LEAVE_S = 2.0
IDLE_CONNECTION_S = 75.0  # longer than a keepalive interval, or each beat pays a TLS handshake
IN_FLIGHT_LIMIT = 32

USER_AGENT = f"softphone/{__version__}"

# Failures of a kept connection that the server closed while we wrote: nothing of the answer has come.
_STALE_CONNECTION_ERRORS = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
_REPEATABLE_METHODS = frozenset({"GET", "PUT", "DELETE"})

_NOT_CONNECTED = frozenset({Fault.REFUSED, Fault.UNREACHABLE, Fault.DNS})
_PROXY = "softphone.proxy"  # an extension of a request
_RESET_ERRNOS = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})


class TokenSource(Protocol):
    """Whose bearer token goes along with a request (`auth.session.Session` is one)."""

    async def access_token(self) -> str:
        """Raises SignedOutError or RenewalError."""
        ...

    async def renew(self, rejected: str) -> str:
        """Return another token than the rejected one. Raises SignedOutError or RenewalError."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered: any status but a redirect. `headers` is case-insensitive."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    host: str = ""
    tracking_id: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return self.status in range(200, 300)


class Client:
    """The process's HTTP client, on the cloud's network. Nothing is opened before the first request."""

    def __init__(self, cloud: Cloud) -> None:
        for name in ("httpx", "httpcore"):  # at INFO and DEBUG they print whole addresses and headers
            logging.getLogger(name).setLevel(logging.WARNING)
        self._trust = Trust.of(cloud)
        self._form_urls = {cloud.token_url, cloud.revoke_url} - {""}
        self._network = cloud.network
        self._tls: ssl.SSLContext | None = None
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._slots = asyncio.Semaphore(IN_FLIGHT_LIMIT)
        self._flights: set[Flight[Answer]] = set()

    def is_trusted(self, url: str) -> bool:
        """Whether the address may be asked at all."""
        return self._refusal(url)[1] is None

    def check_trusted(self, url: str) -> httpx.URL:
        """Return the parsed address, which is what will be dialled; raise RequestError if it is not ours."""
        parsed, reason = self._refusal(url)
        if parsed is None or reason is not None:
            named = parsed is not None and parsed.host.isascii()
            host = parsed.host[:100] if parsed is not None and named else phrase("an unknown host")
            log.warning("address refused (%s): %s", reason, host)
            raise RequestError(transport_failure(Fault.UNTRUSTED, host, reason=reason or ""))
        return parsed

    async def request(
        self,
        method: str,
        url: str,
        *,
        tokens: TokenSource | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        deadline_s: float = DEADLINE_S,
        repeatable: bool | None = None,
    ) -> Answer:
        """Send a request and return the answer, whatever its status; raise RequestError without one.

        With `tokens` a 401 renews the token and sends once more; a second 401 is the answer. A redirect is
        never followed and never an answer. `repeatable` says that sending twice does no harm (default: by
        method); only such a request is sent again when a kept connection turns out to be closed.
        """
        target = self.check_trusted(url)
        until_s = asyncio.get_running_loop().time() + deadline_s
        call = _Call(
            method=method,
            url=target,
            headers=dict(headers or {}),
            json=json,
            repeatable=method in _REPEATABLE_METHODS if repeatable is None else repeatable,
        )
        if tokens is None:
            answer = await self._answer(call, until_s)
        else:
            answer = await self._answer_with_token(call, until_s, tokens)
        if answer.status in range(300, 400):
            raise RequestError(
                transport_failure(Fault.REDIRECTED, answer.host, tracking_id=answer.tracking_id)
            )
        return answer

    async def post_form(
        self, url: str, form: Mapping[str, str], *, basic: tuple[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send a form to the cloud's token or revoke address and nowhere else; never with a bearer token.

        A refused connection is tried once more, because nothing was sent (T26). Raises RequestError.
        """
        target = self.check_trusted(url)
        if url not in self._form_urls:
            reason = phrase("it takes no forms")
            raise RequestError(transport_failure(Fault.UNTRUSTED, target.host, reason=reason))
        call = _Call(
            method="POST",
            url=target,
            headers={"Accept": "application/json"},
            form=dict(form),
            basic=basic,
            limit_bytes=TOKEN_BODY_LIMIT_BYTES,
        )
        until_s = asyncio.get_running_loop().time() + FORM_DEADLINE_S
        try:
            answer = await self._answer(call, until_s)
        except _NothingSentError:
            answer = await self._answer(call, until_s)
        return answer.status, answer.headers, answer.body

    async def close(self) -> None:
        """Wait a moment for what is on its way, then let go of every connection."""
        for flight in self._flights:
            flight.abandon()
        tasks = {flight.task for flight in self._flights}
        if tasks:
            await asyncio.wait(tasks, timeout=LEAVE_S)
        for task in tasks:
            task.cancel()  # the pool goes with it, so it cannot be poisoned any more
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    # --- Trust ---

    def _refusal(self, url: str) -> tuple[httpx.URL | None, str | None]:
        if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or "#" in url:
            return None, phrase("it is not an address as we write them")
        try:
            parsed = httpx.URL(url)
            host = parsed.raw_host.decode("ascii")
            str(parsed.host)  # decodes punycode: a label that cannot be decoded is refused here
        except (httpx.InvalidURL, UnicodeError, ValueError):
            return None, phrase("it is not an address")
        authority = url.partition("://")[2].partition("/")[0]
        return parsed, self._trust.refusal(
            scheme=parsed.scheme, host=host, port=parsed.port, has_user_info="@" in authority
        )

    # --- Sending ---

    async def _answer_with_token(self, call: "_Call", until_s: float, tokens: TokenSource) -> Answer:
        bearer = await self._token(tokens.access_token(), until_s)
        answer = await self._answer(call, until_s, bearer)
        if answer.status == httpx.codes.UNAUTHORIZED:
            bearer = await self._token(tokens.renew(bearer), until_s)
            answer = await self._answer(call, until_s, bearer)
        return answer

    async def _token(self, source: Awaitable[str], until_s: float) -> str:
        try:
            async with asyncio.timeout_at(until_s):
                return await source
        except SignedOutError as error:
            raise RequestError(signed_out_failure(error)) from error
        except RenewalError as error:
            raise RequestError(renewal_failure(error)) from error
        except TimeoutError as error:
            slow = RenewalError("The sign-in server did not answer. You stay signed in; we keep trying.")
            raise RequestError(renewal_failure(slow)) from error

    async def _answer(self, call: "_Call", until_s: float, bearer: str = "") -> Answer:
        """Send once, or twice when a kept connection turned out to be closed."""
        try:
            return await self._sent(call, until_s, bearer)
        except _StaleConnectionError:
            return await self._sent(call, until_s, bearer)

    async def _sent(self, call: "_Call", until_s: float, bearer: str) -> Answer:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        trace = f"WXC_{uuid.uuid4()}"
        flight: Flight[Answer] = Flight(self._slots)
        self._flights.add(flight)
        flight.start(self._carry(call, flight, until_s, bearer, trace))
        flight.task.add_done_callback(lambda _: self._flights.discard(flight))
        try:
            answer = await flight.answer_within(until_s - began_s)
        except TimeoutError:
            log.info("%s: no answer after %.0f ms [%s]", call, 1000 * (loop.time() - began_s), trace)
            failure = transport_failure(Fault.TIMED_OUT, call.url.host, tracking_id=trace)
            raise RequestError(failure) from None
        except RequestError as error:
            log.info("%s: %s after %.0f ms [%s]", call, error.title, 1000 * (loop.time() - began_s), trace)
            raise
        log.debug("%s: %d in %.0f ms [%s]", call, answer.status, 1000 * (loop.time() - began_s), trace)
        return answer

    async def _carry(
        self, call: "_Call", flight: Flight[Answer], until_s: float, bearer: str, trace: str
    ) -> Answer:
        """Do the exchange on httpx; runs in the flight's own task."""
        host = call.url.host
        proxy = None
        try:
            if call.url.scheme == "https":  # through a proxy go tunnels only
                proxy = await asyncio.to_thread(find_proxy, self._network, call.url.raw_host.decode("ascii"))
            http = await self._opened()
            left_s = max(until_s - asyncio.get_running_loop().time(), 0.1)
            request = http.build_request(
                call.method,
                call.url,
                headers=call.headers
                | {"trackingid": trace}
                | ({"Authorization": f"Bearer {bearer}"} if bearer else {}),
                json=call.json,
                data=call.form,
                timeout=httpx.Timeout(min(READ_S, left_s), connect=min(CONNECT_S, left_s)),
                extensions={"trace": flight.trace, _PROXY: proxy},
            )
            auth = httpx.BasicAuth(*call.basic) if call.basic else None
            status, answered, body = await _exchanged(http, request, auth, call.limit_bytes)
            if isinstance(body, Fault):
                raise RequestError(transport_failure(body, host, tracking_id=trace))
            return Answer(status, answered, body, host, trace)
        except httpx.PoolTimeout as error:
            await self._rebuild_if_stuck()
            raise RequestError(transport_failure(Fault.TIMED_OUT, host, tracking_id=trace)) from error
        except _STALE_CONNECTION_ERRORS as error:
            failure = transport_failure(_fault_of(error), host, tracking_id=trace)
            if flight.on_kept_connection and call.repeatable:
                raise _StaleConnectionError(failure) from error
            raise RequestError(failure) from error
        except UnusableProxyError as error:
            raise RequestError(transport_failure(Fault.PROXY_UNUSABLE, host, tracking_id=trace)) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            fault, issuer = _fault_of(error), next(filter(None, map(issuer_of, _causes(error))), "")
            kind = _NothingSentError if fault is Fault.REFUSED else RequestError
            if proxy is not None and fault in _NOT_CONNECTED:
                fault = Fault.PROXY_UNREACHABLE
            raise kind(
                transport_failure(fault, host, tracking_id=trace, issuer=issuer, proxy=str(proxy or ""))
            ) from error

    async def _opened(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._http is None:
                if self._tls is None:  # 30 ms and more: not on the event loop
                    self._tls = await asyncio.to_thread(new_tls_context, self._network.extra_ca_file)
                self._http = _http_client(self._tls)
            return self._http

    async def _rebuild_if_stuck(self) -> None:
        """A pool that is full while nobody else is on the way has lost its count (reliability.md 1, 7)."""
        if len(self._flights) <= 1 and self._http is not None:
            log.info("connection pool is stuck: opening another")
            stuck, self._http = self._http, None
            await stuck.aclose()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One request as it was asked for; `str()` is what a log may hold: no query, no header, no body."""

    method: str
    url: httpx.URL
    headers: dict[str, str] = field(repr=False)
    json: object = field(default=None, repr=False)
    form: dict[str, str] | None = field(default=None, repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    repeatable: bool = False
    limit_bytes: int = BODY_LIMIT_BYTES

    def __str__(self) -> str:
        return f"{self.method} {self.url.netloc.decode('ascii')}{self.url.path}"


class _StaleConnectionError(RequestError):
    """The server had closed the kept connection: the same request may go out on a new one."""


class _NothingSentError(RequestError):
    """The connection was refused, so the request cannot have arrived."""


async def _exchanged(
    http: httpx.AsyncClient, request: httpx.Request, auth: httpx.Auth | None, limit_bytes: int
) -> tuple[int, httpx.Headers, bytes | Fault]:
    """Return status, headers and the raw body, or why the body was not read to its end.

    Encodings are refused: 590 bytes can become 256 MiB.
    """
    response = await http.send(request, auth=auth, stream=True)
    async with contextlib.aclosing(response):
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            return response.status_code, response.headers, Fault.ENCODED
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > limit_bytes:
                return response.status_code, response.headers, Fault.TOO_LONG
        return response.status_code, response.headers, bytes(body)


class _Ways(httpx.AsyncBaseTransport):
    """A pool for the straight way and one for each proxy; a request's extension says which it takes."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._pools: dict[Proxy | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send on the right pool (httpx override)."""
        proxy: Proxy | None = request.extensions[_PROXY]
        if proxy not in self._pools:
            if proxy is not None:
                log.info("the way to %s leads through the proxy %s", request.url.host, proxy)
            self._pools[proxy] = _new_pool(self._tls, proxy)
        return await self._pools[proxy].handle_async_request(request)

    async def aclose(self) -> None:
        """Close every pool (httpx override)."""
        for pool in self._pools.values():
            await pool.aclose()


def _new_pool(tls: ssl.SSLContext, proxy: Proxy | None) -> httpx.AsyncHTTPTransport:
    by = None
    if proxy is not None:
        by = httpx.Proxy(f"http://{proxy}", auth=(proxy.user, proxy.password) if proxy.user else None)
    return httpx.AsyncHTTPTransport(
        verify=tls,
        proxy=by,
        trust_env=False,
        limits=httpx.Limits(
            max_connections=2 * IN_FLIGHT_LIMIT,  # our own semaphore is the queue, not the pool
            max_keepalive_connections=IN_FLIGHT_LIMIT,
            keepalive_expiry=IDLE_CONNECTION_S,
        ),
    )


def _http_client(tls: ssl.SSLContext) -> httpx.AsyncClient:
    refuse_cookies = http.cookiejar.DefaultCookiePolicy(allowed_domains=[])
    return httpx.AsyncClient(
        transport=_Ways(tls),
        trust_env=False,
        follow_redirects=False,
        cookies=http.cookiejar.CookieJar(refuse_cookies),
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
    )


def _fault_of(error: BaseException) -> Fault:
    """Find out what happened by type, verify_code and errno; texts differ between systems."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return fault_of_certificate(cause)
            case ssl.SSLError():
                return Fault.TLS
            case socket.gaierror():
                return Fault.DNS
            case ConnectionRefusedError():
                return Fault.REFUSED
            case OSError() if cause.errno in _RESET_ERRNOS:
                return Fault.RESET
            case OSError() if cause.errno:
                return Fault.UNREACHABLE
    match error:
        case httpx.TimeoutException():
            return Fault.TIMED_OUT
        case httpx.ProxyError():
            return Fault.PROXY_SIGN_IN if str(error).startswith("407") else Fault.PROXY_REFUSED
        case httpx.ConnectError():
            return Fault.UNREACHABLE
    return Fault.BROKEN


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Walk down to what was first raised; a connect to several addresses fails with a group."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__ or error.__context__
