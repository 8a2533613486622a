"""HTTP, and the only module that asks it of httpx.

One client for the process: one TLS context, kept connections for each host (`webex.pools`), and a number of
requests on their way to one (`webex.in_flight`). Every request passes `check_trusted` before it is sent, has
a total deadline, and ends as a `Response` or as a `RequestError`: each foreign exception is translated
here, once (reliability.md#transport, protocol.md#trust). Tokens, codes and bodies are in no log line and no
exception.
"""

import asyncio
import logging
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import httpx

from softphone.auth.token_answer import TOKEN_BODY_LIMIT_BYTES
from softphone.calling.provider import Resent, nobody_counts
from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.i18n import phrase
from softphone.line.failure import Failure
from softphone.settings.cloud_file import SYSTEM_PROXY, Cloud
from softphone.settings.proxy import Proxy, UnusableProxyError, find_proxy
from softphone.system import live_secrets
from softphone.system.loop_time import running_s, within
from softphone.values import replace
from softphone.webex.address import Trust, read_address
from softphone.webex.dialling import on_received
from softphone.webex.exchange import Exchange, causes, exchanged, fault_of
from softphone.webex.failures import renewal_failure, signed_out_failure, voice_of
from softphone.webex.in_flight import AnswerTooLongError, Handshakes, HeadTooLongError, InFlight, Places
from softphone.webex.pools import Pools, Way
from softphone.webex.threads import Threads
from softphone.webex.tls import issuer_of, new_tls_context
from softphone.webex.transport_faults import Fault, transport_failure
from softphone.webex.wire import BODY_LIMIT_BYTES

log: logging.Logger = logging.getLogger(__name__)

# Real seconds, whatever the policy's time_scale (reliability.md#deadlines).
DEADLINE_S = 15.0
FORM_DEADLINE_S = 20.0
SILENCE_S = 10.0  # without a byte of an answer
LEAVE_S = 0.2
ON_LOOP_LIMIT_BYTES = 32 * 1024  # a bigger body is read in a thread: no body holds the loop for 50 ms

# Failures of a kept connection that the server closed while we wrote: nothing of the answer has come.
_STALE_CONNECTION_ERRORS = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
_REPEATABLE_METHODS = frozenset({"GET", "PUT", "DELETE"})
_SECRET_FIELDS = frozenset(  # of forms
    {"client_secret", "code", "code_verifier", "device_code", "refresh_token", "token"}
)
_NOT_CONNECTED = frozenset(
    {Fault.REFUSED, Fault.UNREACHABLE, Fault.DNS, Fault.NAMES_SILENT, Fault.TIMED_OUT, Fault.RESET}
)
_SERVER_ERROR = 500


class TokenSource(Protocol):
    """Whose bearer token goes along with a request (`auth.session.Session` is one)."""

    async def access_token(self) -> str:
        """Raises SignedOutError or RenewalError."""
        ...

    async def renew(self, rejected: str) -> str:
        """Return another token than the rejected one. Raises SignedOutError or RenewalError."""
        ...


@dataclass(frozen=True, slots=True)
class Response:
    """What a host answered: any status but a redirect. `headers` is case-insensitive.

    `was_repeated`: the same request had gone out before on a kept connection, and may have been carried out.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    host: str = ""
    tracking_id: str = ""
    was_repeated: bool = False

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return self.status in range(200, 300)


class Client:
    """The process's HTTP client, on the cloud's network. Nothing is opened before the first request.

    `trust`: in place of the cloud's own rules, where it is not the cloud that is asked. `on_exchange`, where
    it is set, is called after each exchange, well ended or not, and must not raise.
    """

    def __init__(self, cloud: Cloud, trust: Trust | None = None) -> None:
        self.on_exchange: Callable[[Exchange], None] | None = None
        for name in ("httpx", "httpcore"):  # at INFO and DEBUG they print whole addresses and headers
            logging.getLogger(name).setLevel(logging.WARNING)
        self._trust = trust or Trust.of(cloud)
        device = (cloud.device_authorization_url, cloud.device_token_url)
        self._form_urls = {cloud.token_url, cloud.revoke_url, *device}
        self._network = cloud.network
        self._threads = Threads()  # not for names: those that hang may take all threads of theirs
        self._pools: Pools | None = None
        self._opening = asyncio.Lock()
        self._places: defaultdict[bytes, Places] = defaultdict(Places)
        self._in_flight: set[InFlight[Response]] = set()
        self.handshakes: Handshakes = Handshakes()  # of message sockets

    @property
    def connect_s(self) -> float:
        """How long a name and a connection may take together."""
        return self._network.connect_s

    def network_changed(self) -> None:
        """Send nothing more on the connections that there are: they belong to the network before."""
        if self._pools is not None:
            self._pools.retire_all()

    def is_trusted(self, url: str) -> bool:
        """Whether the address may be asked at all."""
        return self._refusal(url)[1] is None

    def check_trusted(self, url: str) -> httpx.URL:
        """Return the parsed address, which is what will be dialled; raise RequestError if it is not ours."""
        parsed, reason = self._refusal(url)
        if parsed is None or reason is not None:
            plain = parsed.host if parsed is not None and parsed.host.isascii() else ""
            host = plain[:100] or phrase("an unknown host")
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
        silence_s: float | None = SILENCE_S,
        repeatable: bool | None = None,
        resent: Resent = nobody_counts,
    ) -> Response:
        """Send a request and return the answer, whatever its status; raise RequestError without one.

        With `tokens` a 401 renews the token and sends once more; a second 401 is the answer. A redirect is
        never followed and never an answer. `repeatable` says that the request may be sent again when a kept
        connection turns out to be closed (default: by method). `resent` is asked before each sending beyond
        the first. `silence_s` is how long no byte of an answer may come; None: up to the deadline.
        """
        target = self.check_trusted(url)
        until_s = running_s() + deadline_s
        call = _Call(
            method=method,
            url=target,
            headers=dict(headers or {}),
            json=json,
            repeatable=method in _REPEATABLE_METHODS if repeatable is None else repeatable,
            silence_s=silence_s,
            resent=resent,
        )
        if tokens is None:
            answer = await self._answer(call, until_s)
        else:
            answer = await self._answer_with_token(call, until_s, tokens)
        if answer.status in range(300, 400):
            failure = transport_failure(
                Fault.REDIRECTED, answer.host, tracking_id=answer.tracking_id, sent=True
            )
            raise RequestError(failure)
        return answer

    async def post_form(
        self, url: str, form: Mapping[str, str], *, basic: tuple[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send a form to an address of the cloud's sign-in and nowhere else; never with a bearer token.

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
        until_s = running_s() + FORM_DEADLINE_S
        try:
            answer = await self._answer(call, until_s)
        except _NothingSentError:
            answer = await self._answer(call, until_s)
        return answer.status, answer.headers, answer.body

    async def way_to(self, url: str) -> tuple[Way, Pools]:
        """Return the way to an address of ours, for a connection that is no request, and what makes it.

        Raises RequestError, before anything is dialled.
        """
        target = self.check_trusted(url)
        try:
            proxy = await self._proxy_to(target)
            return Way.to(target, proxy), await self._opened()
        except UnusableProxyError as error:
            raise RequestError(transport_failure(Fault.PROXY_UNUSABLE, target.host)) from error
        except OSError as error:  # the file of certificates
            raise RequestError(transport_failure(fault_of(error), target.host)) from error

    async def close(self) -> None:
        """Wait a moment for what is on its way, then let go of every connection."""
        for flight in self._in_flight:
            flight.abandon()
        tasks = {flight.task for flight in self._in_flight}
        if tasks:
            await asyncio.wait(tasks, timeout=LEAVE_S)
        for task in tasks:
            task.cancel()  # the pool goes with it, so it cannot be poisoned any more
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._pools is not None:
            await self._pools.aclose()
        self._pools = None

    # --- Trust ---

    def _refusal(self, url: str) -> tuple[httpx.URL | None, str | None]:
        address = read_address(url)
        if address is None:
            return None, phrase("it is not an address as we write them")
        try:
            parsed = httpx.URL(url)
            str(parsed.host)  # decodes punycode: a label that cannot be decoded is refused here
        except (httpx.InvalidURL, UnicodeError, ValueError):
            return None, phrase("it is not an address")
        return parsed, self._trust.refusal(address)

    # --- Sending ---

    async def _answer_with_token(self, call: "_Call", until_s: float, tokens: TokenSource) -> Response:
        bearer = await _token(tokens.access_token(), until_s)
        answer = await self._answer(call, until_s, bearer)
        if _is_refused(answer):
            bearer = await _token(tokens.renew(bearer), until_s, refused=answer)
            if call.resent():
                again = await self._answer(call, until_s, bearer)
                answer = replace(again, was_repeated=again.was_repeated or answer.was_repeated)
        return answer

    async def _answer(self, call: "_Call", until_s: float, bearer: str = "") -> Response:
        """Send once, or twice when a kept connection turned out to be closed."""
        try:
            return await self._sent(call, until_s, bearer)
        except _StaleConnectionError:
            if not call.resent():
                raise
        try:
            return replace(await self._sent(call, until_s, bearer), was_repeated=True)
        except RequestError as error:  # the first one may have been carried out all the same
            raise RequestError(replace(error.failure, unsure=True)) from error

    async def _sent(self, call: "_Call", until_s: float, bearer: str) -> Response:
        began_s = asyncio.get_running_loop().time()
        trace = f"WXC_{uuid.uuid4()}"
        live_secrets.note(bearer, *call.secrets)
        flight: InFlight[Response] = InFlight(self._places[call.url.netloc], silence_s=call.silence_s)
        self._in_flight.add(flight)
        seen = Exchange(call.method, str(call.url)) if self.on_exchange is not None else None
        flight.start(self._carry(call, flight, bearer, trace, seen))
        flight.task.add_done_callback(lambda _: self._in_flight.discard(flight))
        try:
            answer = await flight.answer_within(until_s - running_s())
        except TimeoutError:
            failure = transport_failure(
                Fault.TIMED_OUT, call.url.host, tracking_id=trace, sent=flight.was_sent
            )
            log.info("%s: no answer after %s [%s]", call, _took(began_s), trace)
            self._tell(seen, began_s, failure.title)
            raise RequestError(failure) from None
        except RequestError as error:
            log.info("%s: %s after %s [%s]", call, error.title, _took(began_s), trace)
            self._tell(seen, began_s, error.title)
            raise
        self._tell(seen, began_s)
        log.debug("%s: %d in %s [%s]", call, answer.status, _took(began_s), trace)
        return answer

    def _tell(self, seen: Exchange | None, began_s: float, trouble: str = "") -> None:
        if seen is not None and self.on_exchange is not None:
            seen.took_s, seen.trouble = asyncio.get_running_loop().time() - began_s, trouble
            self.on_exchange(seen)

    async def _carry(
        self, call: "_Call", flight: InFlight[Response], bearer: str, trace: str, seen: Exchange | None
    ) -> Response:
        """Do the exchange on httpx; runs in the flight's own task. What is seen of it goes into `seen`."""
        host = call.url.host
        proxy: Proxy | None = None

        def failed(fault: Fault, **told: str) -> Failure:
            return transport_failure(fault, host, tracking_id=trace, sent=flight.was_sent, **told)

        try:
            proxy = await self._proxy_to(call.url)
            pools = await self._opened()
            way = Way.to(call.url, proxy)
            async with pools.use(way) as pool:
                request = pool.build_request(
                    call.method,
                    call.url,
                    headers=call.headers
                    | {"trackingid": trace}
                    | ({"Authorization": f"Bearer {bearer}"} if bearer else {}),
                    json=call.json,
                    data=call.form,
                    # Only connecting: all else is ended by the flight, which charges nobody with our delay.
                    timeout=httpx.Timeout(None, connect=self._network.connect_s),
                    extensions={"trace": flight.trace},
                )
                auth = httpx.BasicAuth(*call.basic) if call.basic else None
                on_received.set(flight.received)
                flight.on_abandoned = partial(pools.retire, pool)
                well = False
                flight.enter_pool()
                try:
                    status, answered, body = await exchanged(pool, request, auth, call.limit_bytes)
                    well = status < _SERVER_ERROR and not isinstance(body, Fault)
                    if seen is not None:
                        seen.sent_headers, seen.sent_body = request.headers, request.content
                        seen.status, seen.headers = status, answered
                        seen.body = b"" if isinstance(body, Fault) else body
                finally:
                    if not well:
                        pools.retire(pool)
            if isinstance(body, Fault):
                raise RequestError(failed(body))
            return Response(status, answered, body, host, trace)
        except _STALE_CONNECTION_ERRORS as error:
            failure = failed(fault_of(error))
            is_stale = flight.on_kept_connection and not flight.received_bytes
            if is_stale:
                pools.distrust(way.host)
            if is_stale and call.repeatable:
                raise _StaleConnectionError(failure) from error
            raise RequestError(failure) from error
        except AnswerTooLongError as error:
            fault = Fault.BROKEN if isinstance(error, HeadTooLongError) else Fault.TOO_LONG
            raise RequestError(failed(fault)) from error
        except UnusableProxyError as error:
            raise RequestError(failed(Fault.PROXY_UNUSABLE)) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            fault, issuer = fault_of(error), next(filter(None, map(issuer_of, causes(error))), "")
            kind = _NothingSentError if fault is Fault.REFUSED else RequestError
            if proxy is not None and not flight.reached_proxy and fault in _NOT_CONNECTED:
                fault = Fault.PROXY_UNREACHABLE
            raise kind(failed(fault, issuer=issuer, proxy=str(proxy or ""))) from error

    async def _proxy_to(self, url: httpx.URL) -> Proxy | None:
        """Return the proxy on the way. Through a proxy go tunnels only, so only to https."""
        if url.scheme != "https":
            return None
        host = url.raw_host.decode("ascii")
        if self._network.proxy != SYSTEM_PROXY:
            return find_proxy(self._network, host)
        return await self._threads.run(("proxy", host), lambda: find_proxy(self._network, host))

    async def _opened(self) -> Pools:
        async with self._opening:
            if self._pools is None:
                # 30 ms and more: not on the event loop
                tls = await self._threads.run("tls", lambda: new_tls_context(self._network.extra_ca_file))
                self._pools = Pools(tls, Threads())
            return self._pools


def _is_refused(answer: Response) -> bool:
    """Whether the service itself refused the token: a gateway's page renews none."""
    refused = answer.status == httpx.codes.UNAUTHORIZED and len(answer.body) <= ON_LOOP_LIMIT_BYTES
    return refused and voice_of(answer.headers, answer.body).is_service


async def _token(source: Awaitable[str], until_s: float, *, refused: Response | None = None) -> str:
    """Wait for a token. `refused` is the answer that has just refused the one before."""
    by = {"rejected_by": refused.host, "tracking_id": refused.tracking_id} if refused else {}
    waiting = asyncio.ensure_future(source)
    try:
        if not await within(waiting, until_s - running_s()):
            slow = RenewalError("The sign-in server did not answer. You stay signed in; it is tried again.")
            raise RequestError(renewal_failure(slow, **by))
        return waiting.result()
    except SignedOutError as error:
        error.tracking_id = error.tracking_id or by.get("tracking_id", "")  # for all that it is told to
        raise RequestError(signed_out_failure(error)) from error
    except RenewalError as error:
        raise RequestError(renewal_failure(error, **by)) from error
    finally:
        if waiting.cancel():
            await asyncio.wait((waiting,))  # it has its turn, also when the program is ending


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
    silence_s: float | None = SILENCE_S
    resent: Resent = nobody_counts

    @property
    def secrets(self) -> Iterator[str]:
        """What the server may send back and nobody else may read, but for the bearer token."""
        yield from (value for name, value in (self.form or {}).items() if name in _SECRET_FIELDS)
        if self.basic:
            yield self.basic[1]

    def __str__(self) -> str:
        return f"{self.method} {self.url.netloc.decode('ascii')}{self.url.path}"


class _StaleConnectionError(RequestError):
    """The server had closed the kept connection: the same request may go out on a new one."""


class _NothingSentError(RequestError):
    """The connection was refused, so the request cannot have arrived."""


def _took(began_s: float) -> str:
    return f"{1000 * (asyncio.get_running_loop().time() - began_s):.0f} ms"
