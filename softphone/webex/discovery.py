"""From a token to server lists, in as few round trips as the protocol allows (protocol.md 1.3 to 1.7, 1.12).

    known device:   catalog, region, person, numbers, WDM refresh  ->  servers
    known account:  catalog, region, person, numbers  ->  WDM refresh, servers
    first time:     catalog, region, person, numbers  ->  WDM create  ->  servers

A line beside the first has a WDM device of its own, looked after when the first one is known.

Only the catalog, a device and one server are needed; what else fails becomes a warning.
"""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from softphone.agent.provider import Discovery
from softphone.config import Cloud
from softphone.errors import RequestError, SoftphoneError
from softphone.line.failure import Disposition
from softphone.line.model import Account, Role, Server, Servers, Service
from softphone.webex.account_requests import AccountRequests
from softphone.webex.failures import no_calling_service, too_many_webex_devices
from softphone.webex.wire import (
    Catalog,
    Person,
    WdmDevice,
    read_catalog,
    read_own_numbers,
    read_person,
    read_region,
    read_servers,
    read_wdm_device,
    wdm_body,
)
from softphone.words import phrase

log = logging.getLogger(__name__)

_NOT_FOUND = 404
_FULL = "excessive device registrations"  # the words of WDM's refusal (protocol.md 1.4)

_T = TypeVar("_T")


class DeviceMemory(Protocol):
    """Which WDM devices this installation has used, per account (protocol.md 7 row 29)."""

    def device_url(self, account_key: str, service: Service) -> str | None:
        """Return the device to use again for the service's line."""
        ...

    def known_device_urls(self, account_key: str) -> frozenset[str]:
        """Return every device ever used here, so that orphans can be told from other people's phones."""
        ...

    def remember_device(self, account_key: str, url: str, service: Service) -> None:
        """Have the device kept for the next start."""
        ...

    async def kept(self) -> None:
        """Wait until it is, where the disk does not take too long."""
        ...

    def forget_device(self, account_key: str, url: str) -> None:
        """Do not use it again; it stays known."""
        ...


_REGION_UNKNOWN = (  # shown
    "Region unknown; using the default. Calls work; the nearest server may not be used."
)
_NAME_UNKNOWN = (  # shown
    "Your name could not be looked up. This app may lack the scope spark:people_read."
)
_NUMBER_UNKNOWN = (  # shown
    "Your number could not be looked up. This app may lack the scope spark:telephony_config_read."
)
_DEVICE_NOT_REFRESHED = (  # shown
    "Webex could not confirm this computer's device; the one from before is used."
)


@dataclass(frozen=True, slots=True)
class _Place:
    region: str = ""
    country: str = ""


class _NotSaidError(Exception):
    """An optional step was answered without what it was asked for."""


class Discoverer:
    """The steps of discovery for one account; keeps nothing but the account's key between two runs."""

    def __init__(
        self,
        cloud: Cloud,
        requests: AccountRequests,
        memory: DeviceMemory,
        *,
        account_key: str,
        device_name: str,
    ) -> None:
        self._cloud = cloud
        self._requests = requests
        self._memory = memory
        self._account_key = account_key
        self._device_name = device_name

    async def discover(self, services: Sequence[Service]) -> Discovery:
        """Run all steps. Raises RequestError when no device or no server could be had."""
        warnings: list[str] = []
        first = services[0]
        stored = self._stored_url(self._account_key, first)
        async with _Together() as together:
            catalog_task = together.begin(self._catalog())
            place_task = together.begin(self._optional(self._place(), _Place(), warnings, _REGION_UNKNOWN))
            person_task = together.begin(self._optional(self._person(), Person(), warnings, _NAME_UNKNOWN))
            numbers_task = together.begin(
                self._optional(self._numbers(), Person(), warnings, _NUMBER_UNKNOWN)
            )
            device_task = together.begin(self._refreshed(stored, warnings)) if stored else None
        catalog, place, numbers = catalog_task.result(), place_task.result(), numbers_task.result()
        person = person_task.result()
        device = device_task.result() if device_task else None

        if device is None and not stored and (stored := self._stored_url(person.uuid, first)):
            self._account_key = person.uuid
            async with _Together() as together:
                device_task = together.begin(self._refreshed(stored, warnings))
                early_task = together.begin(self._servers(catalog, place, stored, warnings))
            device, servers = device_task.result(), early_task.result()
            if device is None:
                device = await self._created(catalog)
            await self._remember(device, first, warnings)
        else:
            device = device or await self._created_once(catalog, first, warnings)
            await self._remember(device, first, warnings)
            servers = await self._servers(catalog, place, device.url, warnings)
        devices = {first: device.url}
        for service in services[1:]:
            devices[service] = await self._device_beside(catalog, service, warnings)

        return Discovery(
            account=Account(key=device.user_id, address=person.address, name=person.name),
            user_id=device.user_id,
            device_uri=device.url,
            device_uris=devices,
            servers=servers,
            region=place.region,
            country=place.country,
            phone_number=numbers.phone_number or person.phone_number,
            extension=numbers.extension or person.extension,
            known_device_uris=self._memory.known_device_urls(device.user_id).union(devices.values()),
            warnings=tuple(dict.fromkeys(warnings)),
        )

    # --- Steps that are needed ---

    async def _catalog(self) -> Catalog:
        answer = await self._requests.ask("GET", f"{self._cloud.u2c_url.rstrip('/')}/catalog?format=hostmap")
        catalog = self._requests.read(answer, partial(read_catalog, u2c_url=self._cloud.u2c_url))
        trusted = tuple(url for url in catalog.cluster_urls if self._is_trusted(url))
        if not trusted or not catalog.wdm_url:
            raise RequestError(no_calling_service(answer.host, tracking_id=answer.tracking_id))
        return replace(catalog, cluster_urls=trusted)

    async def _created(self, catalog: Catalog) -> WdmDevice:
        url = f"{catalog.wdm_url}/devices?includeUpstreamServices=all"
        answer = await self._requests.ask(
            "POST", url, json=wdm_body(self._device_name), accept=range(400, 500)
        )
        if _FULL in answer.body.decode("utf-8", "replace"):
            raise RequestError(too_many_webex_devices(answer.status, tracking_id=answer.tracking_id))
        self._requests.refuse(answer)
        return self._requests.read(answer, read_wdm_device)

    async def _created_once(self, catalog: Catalog, service: Service, warnings: list[str]) -> WdmDevice:
        """Create the device; where only its answer says whose it is, prefer the one used before."""
        created = await self._created(catalog)
        stored = self._stored_url(created.user_id, service) if not self._account_key else None
        self._account_key = created.user_id
        before = await self._refreshed(stored, warnings) if stored else None
        if before is None:
            return created
        try:
            await self._requests.ask("DELETE", created.url, accept={_NOT_FOUND})
        except RequestError as error:
            log.info("a device too many stays at WDM: %s", error.title)
        return before

    async def _device_beside(self, catalog: Catalog, service: Service, warnings: list[str]) -> str:
        """Return the device of a line beside the first one."""
        stored = self._stored_url(self._account_key, service)
        device = await self._refreshed(stored, warnings) if stored else None
        device = device or await self._created(catalog)
        await self._remember(device, service, warnings)
        return device.url

    async def _refreshed(self, url: str, warnings: list[str]) -> WdmDevice | None:
        """Prolong the stored device; None when WDM does not know it any more.

        When WDM cannot say, the device is used as it is: a calling server will soon object if it is gone.
        """
        body = wdm_body(self._device_name)
        try:
            answer = await self._requests.ask(
                "PUT", f"{url}?includeUpstreamServices=all", json=body, accept={_NOT_FOUND}
            )
        except RequestError as error:
            if error.failure.disposition is Disposition.SIGN_IN or not self._account_key:
                raise
            warnings.append(_DEVICE_NOT_REFRESHED)
            return WdmDevice(url, self._account_key)
        if answer.status == _NOT_FOUND:
            self._forget(url)
            return None
        return self._requests.read(answer, read_wdm_device)

    async def _servers(
        self, catalog: Catalog, place: _Place, device_url: str, warnings: list[str]
    ) -> Servers:
        """Ask each cluster in turn for the lists (protocol.md 1.7, fallback table).

        Without a region nobody is asked: the first cluster serves. A sign-in that has ended ends this too.
        Raises the last RequestError when no cluster answered, so that nobody waits for empty lists (V91).
        """
        if not place.region or not place.country:
            return Servers((Server(catalog.cluster_urls[0], Role.PRIMARY),))
        query = urlencode({"regionCode": place.region, "countryCode": place.country})
        for last, cluster_url in _marking_last(catalog.cluster_urls):
            try:
                answer = await self._requests.ask("GET", f"{cluster_url}?{query}", device_url=device_url)
                servers, dropped = self._requests.read(
                    answer, partial(read_servers, cluster_url=cluster_url, trusted=self._is_trusted)
                )
            except RequestError as error:
                if last or error.failure.disposition is Disposition.SIGN_IN:
                    raise
                warnings.append(phrase("{title}. Another server was asked.", title=error.title))
                continue
            if dropped:
                log.info("dropped %d calling servers that are not trusted", len(dropped))
                warnings.append(
                    phrase(
                        "Calling servers were left out because their addresses are not trusted: {n}.",
                        n=len(dropped),
                    )
                )
            return servers
        raise AssertionError("a catalog names at least one cluster")

    # --- Steps that only enrich ---

    async def _place(self) -> _Place:
        if self._cloud.region and self._cloud.country:
            return _Place(self._cloud.region, self._cloud.country)
        answer = await self._requests.ask("GET", self._cloud.region_url, with_token=False)
        place = _Place(*self._requests.read(answer, read_region))
        if not place.region or not place.country:
            raise _NotSaidError
        return place

    async def _person(self) -> Person:
        url = f"{self._cloud.api_url.rstrip('/')}/people/me?callingData=true"
        return self._requests.read(await self._requests.ask("GET", url), read_person)

    async def _numbers(self) -> Person:
        url = f"{self._cloud.api_url.rstrip('/')}/telephony/config/people/me"
        return self._requests.read(await self._requests.ask("GET", url), read_own_numbers)

    async def _optional(self, step: Awaitable[_T], otherwise: _T, warnings: list[str], warning: str) -> _T:
        try:
            return await step
        except _NotSaidError:
            warnings.append(warning)
        except RequestError as error:
            if error.failure.disposition is Disposition.SIGN_IN:
                raise
            warnings.append(warning)
        return otherwise

    # --- Memory ---

    def _stored_url(self, account_key: str, service: Service) -> str | None:
        url = self._memory.device_url(account_key, service) if account_key else None
        return url if url and self._is_trusted(url) else None

    async def _remember(self, device: WdmDevice, service: Service, warnings: list[str]) -> None:
        """Keep the device before anything can be registered on it: an orphan is known by its device."""
        self._account_key = device.user_id
        try:
            self._memory.remember_device(device.user_id, device.url, service)
            await self._memory.kept()
        except SoftphoneError as error:
            warnings.append(error.sentence)

    def _forget(self, url: str) -> None:
        try:
            self._memory.forget_device(self._account_key, url)
        except SoftphoneError as error:
            log.info("device not forgotten: %s", error.title)

    def _is_trusted(self, url: str) -> bool:
        return self._requests.client.is_trusted(url)


class _Together:
    """Steps side by side: the first that fails ends the others and is what is raised."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()

    async def __aenter__(self) -> "_Together":
        await self._group.__aenter__()
        return self

    def begin(self, step: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        return self._group.create_task(step)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._group.__aexit__(kind, error, trace)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None


def _marking_last(urls: tuple[str, ...]) -> Iterator[tuple[bool, str]]:
    return ((url is urls[-1], url) for url in urls)
