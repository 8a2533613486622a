"""The Webex calling service as `agent.provider.Provider`: discover, register, keep alive, take down.

A device's own address is data (design.md 4): requests go to the server that granted the device, or to another
discovered server when the device's address names its origin, and nowhere else.
"""

import asyncio
import logging
import platform
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, urlsplit

from softphone.agent.provider import Discovery, ServiceRequest
from softphone.config import APP_NAME, Cloud
from softphone.errors import RequestError, SoftphoneError
from softphone.line.device import Device
from softphone.line.model import Registration, Server, Servers, Service
from softphone.webex.account_requests import AccountRequests
from softphone.webex.client import DEADLINE_S, Client, TokenSource
from softphone.webex.discovery import DeviceMemory, Discoverer
from softphone.webex.failures import Route, foreign_device_address
from softphone.webex.wire import (
    read_devices,
    read_registration,
    read_token_expiry,
    read_wdm_names,
    register_body,
)

__all__ = ["DeviceMemory", "WebexProvider"]

log = logging.getLogger(__name__)

_NOT_FOUND = 404
_OK = 200
_PING_DEADLINE_S = 5.0


class WebexProvider:
    """One signed-in account at Webex. `client` is shared with other accounts and closed by its owner.

    `account_key` is known when the session was restored: it saves one round trip. `computer` names this
    machine in the list of the person's devices (ux.md 4.2).
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
        self._requests = AccountRequests(client, tokens)
        self._memory = memory
        self._account_key = account_key
        name = f"{APP_NAME} on {computer or platform.node() or 'this computer'}"
        self._discoverer = Discoverer(
            cloud, self._requests, memory, account_key=account_key, device_name=name
        )
        self._found: Discovery | None = None

    async def discover(self, services: Sequence[Service] = (Service.CALLING,)) -> Discovery:
        """Do everything up to the server lists; a second call looks the servers up again."""
        self._found = await self._discoverer.discover(services)
        return self._found

    async def register(self, server: Server, service: ServiceRequest) -> Registration:
        """POST device (protocol.md 1.8). `discover` comes first.

        A device whose address is on no discovered server is a RequestError, and that address gets nothing.
        """
        found = await self._known()
        device_uri = found.device_uri_of(service.indicator)
        answer = await self._requests.ask(
            "POST",
            f"{server.url}device",
            route=Route.REGISTER,
            device_url=device_uri,
            json=register_body(found.user_id, device_uri, service),
        )
        registration = self._requests.read(answer, read_registration)
        if self._base_of(server, registration.device) is None:
            log.warning("device address refused: %.100s", urlsplit(registration.device.uri).netloc)
            raise RequestError(foreign_device_address(answer.host, tracking_id=answer.tracking_id))
        return registration

    async def keepalive(self, server: Server, device: Device, deadline_s: float) -> None:
        """POST devices/{id}/status without a body (protocol.md 1.9)."""
        await self._requests.ask(
            "POST",
            f"{self._device_url(server, device)}/status",
            route=Route.KEEPALIVE,
            device_url=device.client_device_uri or (await self._known()).device_uri,
            deadline_s=deadline_s,
            repeatable=True,
        )

    async def deregister(self, server: Server, device: Device) -> None:
        """DELETE devices/{id} (protocol.md 1.10); returns for 2xx and for 404."""
        await self._requests.ask(
            "DELETE",
            self._device_url(server, device),
            device_url=device.client_device_uri or (await self._known()).device_uri,
            accept={_NOT_FOUND},
        )

    async def ping(self, server: Server) -> bool:
        """GET /api/v1/ping (protocol.md 1.11): whether the host answers 200."""
        try:
            answer = await self._requests.ask(
                "GET",
                f"{server.url.removesuffix('calling/web/')}ping",
                device_url=(await self._known()).device_uri,
                deadline_s=_PING_DEADLINE_S,
            )
        except RequestError:
            return False
        return answer.status == _OK

    async def devices(self, server: Server) -> tuple[Device, ...]:
        """GET devices?userid= (protocol.md 1.11), named after their WDM devices where they join."""
        found = await self._known()
        url = f"{server.url}devices?userid={quote(found.user_id, safe='')}"
        answer, names = await asyncio.gather(
            self._requests.ask("GET", url, device_url=found.device_uri), self._names(found)
        )
        listed = self._requests.read(answer, read_devices)
        joined = ((one, names.get(one.client_device_uri, ("", ""))) for one in listed)
        return tuple(replace(one, name=name, model=model) for one, (name, model) in joined)

    async def token_expiry(self) -> float | None:
        """GET authorizations/tokenExpiry (oauth.md 1.7)."""
        answer = await self._requests.ask("GET", f"{self._api_url}/authorizations/tokenExpiry")
        return self._requests.read(answer, read_token_expiry)

    async def delete_wdm_device(self) -> None:
        """DELETE this installation's WDM devices, for signing out; 2xx and 404 are well.

        Does nothing when no device is known: none is created only to be deleted.
        """
        found = self._found
        key = found.account.key if found is not None else self._account_key
        stored = [self._memory.device_url(key, service) for service in Service] if key else []
        used = [found.device_uri, *found.device_uris.values()] if found is not None else []
        for url in dict.fromkeys(filter(None, [*used, *stored])):
            await self._requests.ask("DELETE", url, accept={_NOT_FOUND})
            try:
                self._memory.forget_device(key, url)
            except SoftphoneError as error:  # a 404 at the next start says the same
                log.info("device not forgotten: %s", error.title)

    async def close(self) -> None:
        """Nothing is held open here: the client belongs to the process."""

    async def _known(self) -> Discovery:
        return self._found or await self.discover()

    async def _names(self, found: Discovery) -> dict[str, tuple[str, str]]:
        """Return names and models of WDM devices by address; none when WDM does not tell."""
        url = found.device_uri.rpartition("/")[0]
        try:
            answer = await self._requests.ask("GET", url, deadline_s=DEADLINE_S / 2)
            return dict(self._requests.read(answer, read_wdm_names))
        except RequestError:
            return {}

    def _device_url(self, server: Server, device: Device) -> str:
        base = self._base_of(server, device)
        if base is None:  # from a list, or granted before the servers changed: the id still counts
            log.info("device address refused: %.100s", urlsplit(device.uri).netloc)
            base = server.url
        return f"{base}devices/{quote(device.device_id, safe='')}"

    def _base_of(self, server: Server, device: Device) -> str | None:
        """Return the base of the discovered server that has the device; None for a foreign address."""
        if not device.uri:
            return server.url
        servers = self._found.servers if self._found is not None else Servers()
        for known in (server, *servers.primaries, *servers.backups):
            if _origin(known.url) == _origin(device.uri):
                return known.url
        return None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower().removesuffix(":443")
