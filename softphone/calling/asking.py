"""Carries out the requests of one line's machine: each ends in one event, whatever happens to it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar, assert_never

from softphone.calling.circuits import Circuits
from softphone.calling.driver import Driver
from softphone.calling.provider import Discovery, GrantRefusedError, Provider, Resent, ServiceRequest
from softphone.calling.removals import Removals
from softphone.calling.tidying import Tidying
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.effects import Rediscover, Request, SendDeregister, SendKeepalive, SendPing, SendRegister
from softphone.line.events import (
    Accepted,
    AnyEvent,
    DeviceGone,
    PingAnswered,
    Proved,
    RequestFailed,
    RetryNow,
    Sent,
    ServersFound,
)
from softphone.line.failure import ASKED_TO_WAIT, Disposition, ErrorType, Failure, Remedy
from softphone.line.model import Reach, Server
from softphone.line.states import Rediscovering, is_awaited
from softphone.settings.ledger import Granted, Ledger

T = TypeVar("T")

_log = logging.getLogger(__name__)

_DEVICE_ENDED = frozenset({Disposition.DEVICE_GONE, Disposition.SUPERSEDED})

INTERNAL_FAULT = Failure(
    disposition=Disposition.SICK_HOST,
    error_type=ErrorType.SERVER,
    title="Something went wrong in this program",
    advice="This is a fault in the program, not yours. The line is tried again by itself.",
    message="Internal error",
    remedies=(Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
)


class Asking:
    """The requests of the line of `driver`. The rest is as `LineRunner` has it."""

    def __init__(
        self,
        driver: Driver,
        provider: Provider,
        service: ServiceRequest,
        *,
        rediscover: Callable[[bool], Awaitable[Discovery]],
        circuits: Circuits,
        ledger: Ledger,
        removals: Removals,
        tidying: Tidying,
    ) -> None:
        self._driver = driver
        self._provider = provider
        self._service = service
        self._rediscover = rediscover
        self._circuits = circuits
        self._ledger = ledger
        self._removals = removals
        self._tidying = tidying

    async def event_of(self, request: Request) -> AnyEvent:
        """Carry a request out and return what became of it."""
        label, kind = self._driver.label(), type(request).__name__
        try:
            return await self._answer(request)
        except RequestError as error:
            _log.info(
                "%s: %s failed: %s (HTTP %s, tracking ID %s)",
                *(label, kind, error.title, error.failure.http_status, error.tracking_id),
            )
            if isinstance(request, SendKeepalive) and error.failure.disposition in _DEVICE_ENDED:
                await self._removals.gone(request.device)
            failure = error.failure
        except Exception:  # noqa: BLE001 - a fault of ours must not leave the line without an owner
            _log.exception("%s: %s failed unexpectedly", label, kind)
            failure = INTERNAL_FAULT
        return self._driver.happened(RequestFailed, request=request.request, failure=failure)

    async def _answer(self, request: Request) -> AnyEvent:
        number, happened = request.request, self._driver.happened
        match request:
            case SendRegister(server=server):
                return await self._registered(number, server)
            case SendKeepalive(server=server, device=device, deadline_s=deadline_s):
                return await self._proved(number, server, device, deadline_s)
            case SendDeregister(server=server, device=device):
                await self._provider.deregister(server, device, resent=self._resent(number))
                await self._removals.gone(device)
                return happened(DeviceGone, request=number)
            case SendPing(servers=servers):
                found = await asyncio.gather(*(self._reach(server, number) for server in servers))
                reached = tuple(zip(servers, found, strict=True))
                return happened(
                    PingAnswered,
                    request=number,
                    up=tuple(server for server, reach in reached if reach is Reach.UP),
                    alive=tuple(server for server, reach in reached if reach is not Reach.SILENT),
                )
            case Rediscover():
                everything = isinstance(self._driver.state, Rediscovering)
                discovery = await self._rediscover(everything)
                return happened(
                    ServersFound,
                    request=number,
                    servers=discovery.servers,
                    known_device_uris=discovery.own_device_uris(self._service.indicator),
                )
            case _:
                assert_never(request)

    async def _proved(self, number: int, server: Server, device: Device, deadline_s: float) -> Proved:
        """Send a keepalive. Raises RequestError."""
        within_s = self._driver.deadline_s(deadline_s)
        began_s, sent_at_s = _loop_s(), self._driver.now_s()
        resent = self._resent(number)
        await self._ask(server, lambda: self._provider.keepalive(server, device, within_s, resent=resent))
        return self._driver.happened(
            Proved,
            request=number,
            device_id=device.device_id,
            sent_at_s=sent_at_s,
            round_trip_s=_loop_s() - began_s,
        )

    async def _registered(self, number: int, server: Server) -> Accepted:
        """Ask for a registration; it is in the ledger before it is told. Raises RequestError."""
        await self._turn(server, number)
        await self._ledger.asking()
        sent_at_s = self._driver.now_s()
        try:
            registration = await self._ask(
                server, lambda: self._provider.register(server, self._service, resent=self._resent(number))
            )
        except GrantRefusedError as error:
            await self._ledger.granted(Granted(device=error.device, server_url=server.url))
            self._removals.add(server, error.device)
            raise
        except RequestError as error:
            if error.failure.unsure:
                self._tidying.suspect(server)
            raise
        granted = Granted(
            device=registration.device,
            server_url=server.url,
            interval_s=registration.keepalive_interval_s,
        )
        await self._ledger.granted(granted)
        return self._driver.happened(
            Accepted, request=number, server=server, registration=registration, sent_at_s=sent_at_s
        )

    async def _reach(self, server: Server, number: int) -> Reach:
        """Ping a server, together with the other lines that want to know."""
        resent = self._resent(number)
        return await self._circuits.reach(server, lambda: self._provider.ping(server, resent=resent))

    def _resent(self, number: int) -> Resent:
        """Return what lets a request go out once more, and counts it: only while its answer is wanted."""

        def may() -> bool:
            return is_awaited(self._driver.state, number) and self._driver.resent()

        return may

    async def _turn(self, server: Server, number: int) -> None:
        """Keep to the pace that all registrations share. Raises RequestError if it takes too long."""
        if self._circuits.refusal(server, self._driver, None) is not None:
            return  # nothing will be sent
        wait_s = self._circuits.registration_turn_s(server)
        if wait_s is None:
            raise RequestError(ASKED_TO_WAIT)
        if wait_s > 0:
            await asyncio.sleep(wait_s)
            state = self._driver.state
            if not is_awaited(state, number):
                raise RequestError(ASKED_TO_WAIT)  # meanwhile nobody wants it any more
            post = next((post for post in state.facts.posts if post.request == number), None)
            if post is not None:
                self._driver.tell(Sent, noted_at_s=post.sent_at_s)

    async def _ask(self, server: Server, request: Callable[[], Awaitable[T]]) -> T:
        """Ask a server, unless it is known to be of no use, and note how it went. Raises RequestError."""
        refusal = self._circuits.refusal(server, self._driver, self._try_again)
        if refusal is not None:
            raise RequestError(refusal)
        try:
            answer = await request()
        except RequestError as error:
            self._circuits.failed(server, self._driver, error.failure, self._try_again)
            raise
        except Exception:
            self._circuits.learnt_nothing(server, self._driver)
            raise
        self._circuits.succeeded(server, self._driver)
        return answer

    def _try_again(self) -> None:
        """The servers' circuits let this line ask."""
        self._driver.tell(RetryNow, by_person=False)


def _loop_s() -> float:
    return asyncio.get_running_loop().time()
