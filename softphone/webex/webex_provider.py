"""The Webex calling service as `calling.provider.Provider`: discover, register, keep alive, take down.

Addresses of devices are data (protocol.md#device-addresses): keepalives go to who granted the device, or to
another discovered server when the device's address names its origin; a device is taken down at the server
that the caller names. Nothing goes anywhere else.
"""

import functools
import logging
import platform
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

from softphone.auth.untrusted import answered_at
from softphone.calling.messages import MessageListener, Messages
from softphone.calling.provider import Discovery, GrantRefusedError, Resent, ServiceRequest, nobody_counts
from softphone.errors import RequestError, SoftphoneError
from softphone.line.device import Device
from softphone.line.failure import Disposition, ErrorType
from softphone.line.model import Reach, Registration, Server, Servers, Service
from softphone.settings.cloud_file import Cloud
from softphone.system.folders import APP_NAME
from softphone.system.tasks import together
from softphone.values import replace
from softphone.webex.account_requests import AccountRequests
from softphone.webex.address import as_http, read_address
from softphone.webex.client import DEADLINE_S, Client, Response, TokenSource
from softphone.webex.discovery import DeviceMemory, Discoverer
from softphone.webex.failures import FOREIGN_DEVICE_ADDRESS, UNEXPECTED, Route
from softphone.webex.messages.message_frames import Frame
from softphone.webex.wire import (
    read_confirmation,
    read_devices,
    read_granted_device,
    read_registration,
    read_token_expiry,
    read_wdm_rows,
    register_body,
)
from softphone.webex.wss.wss_rules import REGISTER, STATUS, UNREGISTER

if TYPE_CHECKING:
    from softphone.webex.messages.message_keeper import MessageKeeper
    from softphone.webex.wss.registrar import Registrar
    from softphone.webex.wss.wss_frames import Notice

__all__ = ["DeviceMemory", "WebexProvider"]

log: logging.Logger = logging.getLogger(__name__)

_NOT_FOUND = 404
_OK = 200
PING_DEADLINE_S = 5.0
_CALL_DEADLINE_S = 5.0
REGISTER_DEADLINE_S = 30.0  # an answer that late is taken

_P = ParamSpec("_P")
_T = TypeVar("_T")


def _guarded(
    method: Callable[Concatenate["WebexProvider", _P], Coroutine[Any, Any, _T]],
) -> Callable[Concatenate["WebexProvider", _P], Coroutine[Any, Any, _T]]:
    """Let nothing but RequestError out: a fault of ours ends one request, not the task of an account."""

    @functools.wraps(method)
    async def guarded(self: "WebexProvider", /, *args: _P.args, **options: _P.kwargs) -> _T:
        try:
            return await method(self, *args, **options)
        except RequestError:
            raise
        except Exception as error:
            log.exception("%s ended in a way that nobody expected", method.__name__)
            raise RequestError(UNEXPECTED.failure(unsure=True)) from error

    return guarded


class WebexProvider:
    """One signed-in account at Webex. `client` is shared with other accounts and closed by its owner.

    `account_key` is known when the session was restored: it saves one round trip. `computer` names this
    machine in the list of the person's devices (interface.md#details).
    """

    def __init__(
        self,
        cloud: Cloud,
        client: Client,
        tokens: TokenSource,
        memory: DeviceMemory,
        *,
        account_key: str = "",
        computer: str = "",
    ) -> None:
        self._api_url = cloud.api_url
        self._time_scale = cloud.policy.time_scale
        self._tokens = tokens
        self._requests = AccountRequests(client, tokens)
        self._memory = memory
        name = f"{APP_NAME} on {computer or platform.node() or 'this computer'}"
        self._discoverer = Discoverer(
            cloud, self._requests, memory, account_key=account_key, device_name=name
        )
        self._found: Discovery | None = None
        self._messages: MessageKeeper | None = None
        self._registrar: Registrar | None = None
        self._doubted: Callable[[], None] = lambda: None

    @_guarded
    async def discover(self, services: Sequence[Service] = (Service.CALLING,)) -> Discovery:
        """Do everything up to the server lists. Names and numbers that take longer: see `find_details`."""
        before, self._found = self._found, await self._discoverer.discover(services)
        if self._messages is not None and before and before.device_uri != self._found.device_uri:
            self._messages.move()
        return self._found

    @_guarded
    async def find_servers(self) -> Discovery:
        """Look the server lists up again; everything else stays as `discover` found it."""
        if self._found is None:
            return await self.discover()
        found = await self._discoverer.find_servers(self._found)
        self._found = replace(self._found, servers=found.servers, region=found.region, country=found.country)
        return replace(self._found, warnings=found.warnings)

    @_guarded
    async def find_details(self) -> Discovery:
        """Return the discovery with the names and numbers that `discover` did not wait for."""
        await self._known()
        await self._discoverer.find_details()
        self._found = self._discoverer.detailed(await self._known())  # another one may have come meanwhile
        return self._found

    @_guarded
    async def register(
        self, server: Server, service: ServiceRequest, *, resent: Resent = nobody_counts
    ) -> Registration:
        """POST device (protocol.md#register). `discover` comes first.

        A grant that cannot be used (its address is on no discovered server, or it is garbled) is a
        GrantRefusedError when it names its device, and that address gets nothing.
        """
        found = await self._known()
        device_uri = found.device_uri_of(service.indicator)
        body = register_body(found.user_id, device_uri, service)
        over_wss = await self._over_wss(REGISTER, server, body, device_uri, REGISTER_DEADLINE_S)
        answer = over_wss or await self._requests.send(
            "POST",
            f"{server.url}device",
            device_url=device_uri,
            json=body,
            deadline_s=REGISTER_DEADLINE_S,
            silence_s=None,
            repeatable=True,
            resent=resent,
        )
        try:
            await self._requests.refuse(answer, Route.REGISTER)
            registration = await self._requests.read(
                answer, functools.partial(read_registration, answered_at=self._answered_at(answer))
            )
        except RequestError as error:
            granted = read_granted_device(answer.body) if answer.is_success else None
            if granted is None or granted.client_device_uri not in {"", device_uri}:
                raise
            granted = replace(granted, client_device_uri=device_uri)
            raise GrantRefusedError(error.failure, granted) from error
        if over_wss is not None and self._registrar is not None:
            self._registrar.granted(server, registration.device.device_id)
        elif self._base_of(server, registration.device) is None:
            log.warning("device address refused: %s", _named(registration.device.uri))
            failure = FOREIGN_DEVICE_ADDRESS.failure(
                answer.host, http_status=_OK, tracking_id=answer.tracking_id, unsure=True
            )
            raise GrantRefusedError(failure, registration.device)
        return registration

    @_guarded
    async def keepalive(
        self, server: Server, device: Device, deadline_s: float, *, resent: Resent = nobody_counts
    ) -> None:
        """POST devices/{id}/status (protocol.md#keepalive); only a word of the service itself is proof."""
        device_url = device.client_device_uri or (await self._known()).device_uri
        body = {"deviceId": device.device_id}
        answer = await self._over_wss(STATUS, server, body, device_url, deadline_s)
        if answer is not None:
            await self._requests.refuse(answer, Route.KEEPALIVE)
            await self._requests.read(answer, read_confirmation)
            return
        base = self._base_of(server, device)
        if base is None:  # from a list, or granted before the servers changed: the id still counts
            log.info("device address refused: %s", _named(device.uri))
        answer = await self._requests.ask(
            "POST",
            f"{_device_url(base or server.url, device)}/status",
            route=Route.KEEPALIVE,
            device_url=device_url,
            json=body,
            deadline_s=deadline_s,
            silence_s=None,
            repeatable=True,
            resent=resent,
        )
        await self._requests.read(answer, read_confirmation)

    @_guarded
    async def deregister(self, server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        """DELETE devices/{id} (protocol.md#deregister) at this very server; returns for 2xx and for 404."""
        device_url = device.client_device_uri or (await self._known()).device_uri
        answer = await self._over_wss(
            UNREGISTER, server, {"deviceId": device.device_id}, device_url, DEADLINE_S
        )
        if answer is not None:
            await self._requests.refuse(answer, accept={_NOT_FOUND})
            return
        await self._requests.ask(
            "DELETE",
            _device_url(server.url, device),
            device_url=device_url,
            accept={_NOT_FOUND},
            resent=resent,
        )

    async def ping(self, server: Server, *, resent: Resent = nobody_counts) -> Reach:
        """GET /api/v1/ping (protocol.md#ping). Never raises."""
        try:
            return await self._reach_of(server, resent)
        except RequestError as error:
            failure = error.failure
            # What is sick has answered; of a token that could not be had, no host knows.
            is_sick = (
                failure.disposition is Disposition.SICK_HOST and failure.error_type is not ErrorType.TOKEN
            )
            return Reach.ANSWERS if is_sick or failure.http_status is not None else Reach.SILENT

    @_guarded
    async def devices(self, server: Server, *, resent: Resent = nobody_counts) -> tuple[Device, ...]:
        """GET devices?userid= (protocol.md#devices), named after their WDM devices where they join."""
        found = await self._known()
        url = f"{server.url}devices?userid={quote(found.user_id, safe='')}"
        async with together() as steps:
            answer_task = steps.create_task(
                self._requests.ask("GET", url, device_url=found.device_uri, resent=resent)
            )
            names_task = steps.create_task(self._names(found, resent))
        answer, names = answer_task.result(), names_task.result()
        listed = await self._requests.read(
            answer, functools.partial(read_devices, answered_at=self._answered_at(answer))
        )
        joined = ((one, names.get(one.client_device_uri, ("", "", None))) for one in listed)
        return tuple(replace(one, name=name, model=model) for one, (name, model, _) in joined)

    @_guarded
    async def token_expiry(self) -> float | None:
        """GET authorizations/tokenExpiry (protocol.md#names)."""
        answer = await self._requests.ask("GET", f"{self._api_url}/authorizations/tokenExpiry")
        return await self._requests.read(answer, read_token_expiry)

    @_guarded
    async def delete_wdm_device(self) -> None:
        """DELETE this installation's WDM devices, for signing out; 2xx and 404 are well.

        Does nothing when no device is known: none is created only to be deleted.
        """
        found = self._found
        key = found.account.key if found is not None else self._discoverer.account_key
        stored = [self._memory.device_url(key, service) for service in Service] if key else []
        used = [found.device_uri, *found.device_uris.values()] if found is not None else []
        for url in dict.fromkeys(filter(None, [*used, *stored])):
            await self._requests.ask("DELETE", url, accept={_NOT_FOUND})
            try:
                self._memory.forget_device(key, url)
            except SoftphoneError as error:  # a 404 at the next start says the same
                log.info("device not forgotten: %s", error.title)

    @_guarded
    async def tell_alerting(self, server: Server, device_id: str, call_id: str) -> None:
        """PATCH devices/{id}/calls/{id} (sockets.md#what-is-sent)."""
        await self._tell_call(
            "PATCH", server, device_id, call_id, callState="sig_alerting", inbandMedia=False
        )

    @_guarded
    async def tell_release(self, server: Server, device_id: str, call_id: str) -> None:
        """DELETE devices/{id}/calls/{id} of a call that has ended; a word of ours that rejects none."""
        await self._tell_call(
            "DELETE", server, device_id, call_id, causecode=0, cause="Normal Disconnect.", metrics={}
        )

    def messages(self, listener: MessageListener) -> Messages:
        """Keep the account's message socket open from now on (sockets.md). `discover` comes first."""
        from softphone.webex.messages.message_keeper import MessageKeeper  # noqa: PLC0415 - when wanted

        client, scale = self._requests.client, self._time_scale
        self._messages = MessageKeeper(client, self, self._tokens, listener, time_scale=scale)
        return self._messages

    async def _tell_call(
        self, method: str, server: Server, device_id: str, call_id: str, **words: object
    ) -> None:
        ours = uuid.uuid5(uuid.NAMESPACE_URL, f"{device_id}/{call_id}")  # the same in all we say of a call
        device = {"deviceId": device_id, "correlationId": str(ours)}
        await self._requests.ask(
            method,
            f"{server.url}devices/{quote(device_id, safe='')}/calls/{quote(call_id, safe='')}",
            device_url=(await self._known()).device_uri,
            json={"device": device, "callId": call_id, **words},
            deadline_s=_CALL_DEADLINE_S,
            resent=_never,
        )

    @property
    def socket_url(self) -> str:
        """Where messages come from, as WDM told last, if it may be asked; else ""."""
        url = self._discoverer.socket_url
        return url if self._requests.client.is_trusted(as_http(url)) else ""

    @_guarded
    async def refresh_device(self) -> Discovery | None:
        """PUT the WDM device of the first line; when it is forgotten there, discover with another."""
        found = await self._known()
        device = await self._discoverer.wdm.prolong(found.device_uri)
        if device is not None:
            self._discoverer.socket_url = device.socket_url
            return None
        self._found = await self._discoverer.discover(tuple(found.device_uris))
        return self._found

    async def close(self) -> None:
        """Give up what is still looked up, and every registration socket; the client is the process's."""
        registrar, self._registrar = self._registrar, None
        if registrar is not None:
            await registrar.close()
        await self._discoverer.close()

    def on_doubt(self, listener: Callable[[], None]) -> None:
        """Call the listener when a registration may have ended: keepalives are due soon."""
        self._doubted = listener

    async def _over_wss(
        self, kind: str, server: Server, body: Mapping[str, object], device_url: str, limit_s: float
    ) -> Response | None:
        """Return the answer over a WebSocket; None: HTTP is the way. Raises RequestError."""
        if not self._discoverer.over_wss:
            return None
        if self._registrar is None:
            from softphone.webex.wss.registrar import Registrar  # noqa: PLC0415 - where it is switched on

            self._registrar = Registrar(
                self._requests.client,
                self._tokens,
                on_notice=self._notice,
                on_doubt=lambda: self._doubted(),  # noqa: PLW0108 - whoever it is then
                time_scale=self._time_scale,
            )
        self._registrar.use(self._discoverer.wss)
        return await self._registrar.send(kind, server, body, device_url, limit_s)

    def _notice(self, notice: "Notice") -> None:
        """Pass on what is told of calls over a registration socket (then not on the message socket)."""
        if self._messages is not None:
            self._messages.hear(
                Frame(frame_id=notice.event_id, event_type=notice.event_type, data=notice.data)
            )

    async def _known(self) -> Discovery:
        return self._found or await self.discover()

    @_guarded
    async def _reach_of(self, server: Server, resent: Resent) -> Reach:
        answer = await self._requests.ask(
            "GET",
            f"{server.url.removesuffix('calling/web/')}ping",
            device_url=(await self._known()).device_uri,
            deadline_s=PING_DEADLINE_S,
            resent=resent,
        )
        return Reach.UP if answer.status == _OK else Reach.ANSWERS

    async def _names(self, found: Discovery, resent: Resent) -> dict[str, tuple[str, str, float | None]]:
        """Return names and models of WDM devices by address; none when WDM does not tell."""
        url = found.device_uri.rpartition("/")[0]
        try:
            answer = await self._requests.ask("GET", url, deadline_s=DEADLINE_S / 2, resent=resent)
            return dict(await self._requests.read(answer, read_wdm_rows))
        except RequestError:
            return {}

    def _answered_at(self, answer: Response) -> float:
        return answered_at(answer.headers, self._requests.now())

    def _base_of(self, server: Server, device: Device) -> str | None:
        """Return the base of the discovered server that has the device; None for a foreign address."""
        if not device.uri:
            return server.url
        servers = self._found.servers if self._found is not None else Servers()
        for known in (server, *servers.all):
            if _origin(known.url) == _origin(device.uri):
                return known.url
        return None


def _never() -> bool:
    return False


def _device_url(base: str, device: Device) -> str:
    return f"{base}devices/{quote(device.device_id, safe='')}"


def _origin(url: str) -> tuple[str, str, int] | None:
    address = read_address(url)
    return None if address is None else address.origin


def _named(url: str) -> str:
    """Return the host of an address, for the log."""
    address = read_address(url)
    return "no address" if address is None else address.host[:100]
