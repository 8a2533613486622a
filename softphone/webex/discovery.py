"""From a token to server lists, in as few round trips as may be (protocol.md#order).

    known device:   catalog, region, WDM refresh  ->  servers
    known account:  catalog, region  ->  WDM refresh, servers
    first time:     catalog, region  ->  WDM create  ->  servers

A line beside the first has a WDM device of its own, looked after when the first one is known. Only the
catalog, a device and one server are needed. The region is waited for a moment; the person's name and numbers
are asked for beside all that and may come later. What fails of these becomes a warning, and what a service
will not tell today is taken from an earlier look (L18).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Protocol
from urllib.parse import urlencode

from msgspec import Struct

from softphone.calling.provider import Discovery
from softphone.errors import RequestError, SoftphoneError
from softphone.i18n import own, phrase
from softphone.line.failure import Disposition, ErrorType
from softphone.line.model import Account, Role, Server, Servers, Service
from softphone.settings.cloud_file import Cloud
from softphone.system.loop_time import within
from softphone.system.tasks import together
from softphone.values import replace
from softphone.webex.account_requests import AccountRequests
from softphone.webex.client import DEADLINE_S
from softphone.webex.failures import NO_CALLING_SERVICE
from softphone.webex.wdm import WdmDevices
from softphone.webex.wire import (
    Catalog,
    Person,
    WdmDevice,
    read_catalog,
    read_own_numbers,
    read_person,
    read_region,
    read_servers,
)
from softphone.webex.wss.wss_lists import read_wss

log: logging.Logger = logging.getLogger(__name__)

REGION_DEADLINE_S = 2.0
REFRESH_DEADLINE_S = 5.0  # a device that WDM is slow to confirm is used as it is
DETAILS_PATIENCE_S = 0.1  # beyond what the needed steps took


class DeviceMemory(Protocol):
    """Which WDM devices this installation has used, per account (sdk.md#weaknesses, 29)."""

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
_CATALOG_OLD = (  # shown
    "Webex did not name its servers just now; those from before are used."
)
_DEVICE_NOT_REFRESHED = (  # shown
    "Webex could not confirm this computer's device; the one from before is used."
)


class _Location(Struct, frozen=True):
    """Both are known, or neither."""

    region: str = ""
    country: str = ""


class _Detail:
    """A look-up about the person that nobody waits for: the task under way, and the last good answer."""

    def __init__(self, look: Callable[[], Awaitable[Person]], warning: str) -> None:
        self._look = look
        self._warning = warning
        self._task: asyncio.Task[bool] | None = None
        self.person = Person()

    @property
    def is_pending(self) -> bool:
        return self._task is not None and not self._task.done()

    @property
    def warnings(self) -> tuple[str, ...]:
        failed = self._task is not None and self._task.done() and not self._task.result()
        return (self._warning,) if failed else ()

    def begin(self) -> None:
        if not self.is_pending:
            self._task = asyncio.get_running_loop().create_task(self._looked_up(), name="details")

    async def wait(self, limit_s: float) -> None:
        if self._task is not None:
            await within(self._task, limit_s)

    async def close(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    async def _looked_up(self) -> bool:
        """Return whether it was told. Whether the sign-in has ended the needed steps find out."""
        try:
            self.person = await self._look()
        except RequestError as error:
            log.info("not told: %s", error.title)
            return False
        return True


class Discoverer:
    """The steps of discovery for one account; what was told once serves when it is not told again."""

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
        self.account_key: str = account_key  # empty until it is known
        self.wdm: WdmDevices = WdmDevices(requests, device_name)
        self._person = _Detail(self._asked_person, _NAME_UNKNOWN)
        self._numbers = _Detail(self._asked_numbers, _NUMBER_UNKNOWN)
        self._known_catalog: Catalog | None = None
        self._known_place = _Location()
        self._known_servers = Servers()
        self.socket_url: str = ""  # of the first line's device, as WDM told it last
        self.over_wss: bool | None = None  # as WDM told first
        self.wss: Mapping[Role, tuple[str, ...]] = {}

    async def discover(self, services: Sequence[Service]) -> Discovery:
        """Run all steps. Raises RequestError when no device or no server could be had."""
        warnings: list[str] = []
        first = services[0]
        stored = self._stored_url(self.account_key, first)
        self._person.begin()
        self._numbers.begin()
        async with together() as steps:
            catalog_task = steps.create_task(self._catalog(warnings))
            place_task = steps.create_task(self._location(warnings))
            device_task = steps.create_task(self._refreshed(stored, warnings)) if stored else None
        catalog, place = catalog_task.result(), place_task.result()
        device = device_task.result() if device_task else None
        if not self.account_key:
            await self._person.wait(DETAILS_PATIENCE_S)

        uuid = self._person.person.uuid
        if device is None and not stored and (stored := self._stored_url(uuid, first)):
            self.account_key = uuid
            async with together() as steps:
                device_task = steps.create_task(self._refreshed(stored, warnings))
                early_task = steps.create_task(self._servers(catalog, place, stored, warnings))
            device, servers = device_task.result(), early_task.result()
            if device is None:
                device = await self._created(catalog)
            await self._remember(device, first, warnings)
        else:
            device = device or await self._created_once(catalog, first, warnings)
            await self._remember(device, first, warnings)
            servers = await self._servers(catalog, place, device.url, warnings)
        self.socket_url = device.socket_url
        self.over_wss = device.over_wss if self.over_wss is None else self.over_wss
        devices = {first: device.url}
        for service in services[1:]:
            devices[service] = await self._device_beside(catalog, service, warnings)

        found = Discovery(
            account=Account(key=device.user_id),
            user_id=device.user_id,
            device_uri=device.url,
            device_uris=devices,
            servers=servers,
            region=place.region,
            country=place.country,
            known_device_uris=self._memory.known_device_urls(device.user_id).union(devices.values()),
            warnings=tuple(dict.fromkeys(warnings)),
        )
        await self._wait_for_details(DETAILS_PATIENCE_S)
        return self.detailed(found)

    async def find_servers(self, found: Discovery) -> Discovery:
        """Look region and servers up again for the same devices. Raises RequestError."""
        warnings: list[str] = []
        async with together() as steps:
            catalog_task = steps.create_task(self._catalog(warnings))
            place_task = steps.create_task(self._location(warnings))
        place = place_task.result()
        servers = await self._servers(catalog_task.result(), place, found.device_uri, warnings)
        return replace(
            found,
            servers=servers,
            region=place.region,
            country=place.country,
            warnings=tuple(dict.fromkeys(warnings)),
        )

    async def find_details(self) -> None:
        """Wait for what is still asked about the person; ask again for what was not told."""
        for detail in (self._person, self._numbers):
            if detail.warnings:
                detail.begin()
        await self._wait_for_details(DEADLINE_S)

    async def close(self) -> None:
        """Ask nothing more."""
        await self._person.close()
        await self._numbers.close()

    def detailed(self, found: Discovery) -> Discovery:
        """Return the discovery with what is known of the person by now."""
        person, numbers = self._person.person, self._numbers.person
        said = [text for text in found.warnings if text not in {_NAME_UNKNOWN, _NUMBER_UNKNOWN}]
        return replace(
            found,
            account=replace(found.account, address=person.address, name=person.name),
            phone_number=numbers.phone_number or person.phone_number,
            extension=numbers.extension or person.extension,
            warnings=(*said, *self._person.warnings, *self._numbers.warnings),
            details_pending=self._person.is_pending or self._numbers.is_pending,
            details_untold=bool(self._person.warnings or self._numbers.warnings),
        )

    async def _wait_for_details(self, limit_s: float) -> None:
        await asyncio.gather(self._person.wait(limit_s), self._numbers.wait(limit_s))

    # --- Steps that are needed ---

    async def _catalog(self, warnings: list[str]) -> Catalog:
        try:
            answer = await self._requests.ask(
                "GET", f"{self._cloud.u2c_url.rstrip('/')}/catalog?format=hostmap"
            )
            catalog = await self._requests.read(answer, partial(read_catalog, u2c_url=self._cloud.u2c_url))
        except RequestError as error:
            if self._known_catalog is None or error.failure.disposition is Disposition.SIGN_IN:
                raise
            warnings.append(_CATALOG_OLD)
            return self._known_catalog
        trusted = tuple(url for url in catalog.cluster_urls if self._is_trusted(url))
        if not trusted or not catalog.wdm_url:
            raise RequestError(NO_CALLING_SERVICE.failure(answer.host, tracking_id=answer.tracking_id))
        self._known_catalog = replace(catalog, cluster_urls=trusted)
        return self._known_catalog

    async def _created(self, catalog: Catalog) -> WdmDevice:
        known = self._memory.known_device_urls(self.account_key)
        return await self.wdm.create(catalog.wdm_url, known)

    async def _created_once(self, catalog: Catalog, service: Service, warnings: list[str]) -> WdmDevice:
        """Create the device; where only its answer says whose it is, prefer the one used before."""
        created = await self._created(catalog)
        stored = self._stored_url(created.user_id, service) if not self.account_key else None
        self.account_key = created.user_id
        before = await self._refreshed(stored, warnings) if stored else None
        if before is None:
            return created
        await self.wdm.delete(created.url)
        return before

    async def _device_beside(self, catalog: Catalog, service: Service, warnings: list[str]) -> str:
        """Return the device of a line beside the first one."""
        stored = self._stored_url(self.account_key, service)
        device = await self._refreshed(stored, warnings) if stored else None
        device = device or await self._created(catalog)
        await self._remember(device, service, warnings)
        return device.url

    async def _refreshed(self, url: str, warnings: list[str]) -> WdmDevice | None:
        """Prolong the stored device; None when WDM does not know it any more.

        When WDM cannot say, the device is used as it is: a calling server will soon object if it is gone.
        """
        try:
            device = await self.wdm.prolong(url, deadline_s=REFRESH_DEADLINE_S)
        except RequestError as error:
            if error.failure.disposition is Disposition.SIGN_IN:
                raise
            warnings.append(_DEVICE_NOT_REFRESHED)
            return WdmDevice(url, self.account_key)
        if device is None:
            self._forget(url)
        return device

    async def _servers(
        self, catalog: Catalog, place: _Location, device_url: str, warnings: list[str]
    ) -> Servers:
        """Ask each cluster in turn for the lists (protocol.md#server-lists, its second table).

        Without a region nobody is asked: the first cluster serves. When no cluster answers, the lists of
        before serve; without any, the first cluster when each refused the token (L18), else the last other
        RequestError is raised, so that nobody waits for empty lists (V91). The end of the sign-in ends this.
        """
        first = Servers((Server(catalog.cluster_urls[0], Role.PRIMARY),))
        if not place.region:
            return first
        failed: RequestError | None = None
        query = urlencode({"regionCode": place.region, "countryCode": place.country})
        for cluster_url in catalog.cluster_urls:
            try:
                answer = await self._requests.ask("GET", f"{cluster_url}?{query}", device_url=device_url)
                servers, dropped = await self._requests.read(
                    answer, partial(read_servers, cluster_url=cluster_url, trusted=self._is_trusted)
                )
            except RequestError as error:
                if error.failure.disposition is Disposition.SIGN_IN:
                    raise
                if error.failure.error_type is not ErrorType.TOKEN:
                    failed = error
                warnings.append(phrase("{title}. Another server was asked.", title=own(error.title)))
                continue
            if dropped:
                log.info("dropped %d calling servers that are not trusted", len(dropped))
                warnings.append(
                    phrase(
                        "Calling servers were left out because their addresses are not trusted: {n}.",
                        n=len(dropped),
                    )
                )
            self._known_servers = servers
            self.wss = read_wss(answer.body, trusted=self._is_trusted)
            return servers
        if failed is not None and not self._known_servers:
            raise failed
        return self._known_servers or first

    # --- Steps that only enrich ---

    async def _location(self, warnings: list[str]) -> _Location:
        """Return where this computer is, or was at the last look."""
        if self._cloud.region and self._cloud.country:
            return _Location(self._cloud.region, self._cloud.country)
        try:
            answer = await self._requests.ask(
                "GET", self._cloud.region_url, with_token=False, deadline_s=REGION_DEADLINE_S
            )
            place = _Location(*await self._requests.read(answer, read_region))
        except RequestError as error:
            log.info("region not told: %s", error.title)
            place = _Location()
        if place.region and place.country:
            self._known_place = place
        elif not self._known_place.region:
            warnings.append(_REGION_UNKNOWN)
        return self._known_place

    async def _asked_person(self) -> Person:
        url = f"{self._cloud.api_url.rstrip('/')}/people/me?callingData=true"
        return await self._requests.read(await self._requests.ask("GET", url), read_person)

    async def _asked_numbers(self) -> Person:
        url = f"{self._cloud.api_url.rstrip('/')}/telephony/config/people/me"
        return await self._requests.read(await self._requests.ask("GET", url), read_own_numbers)

    # --- Memory ---

    def _stored_url(self, account_key: str, service: Service) -> str | None:
        url = self._memory.device_url(account_key, service) if account_key else None
        return url if url and self._is_trusted(url) else None

    async def _remember(self, device: WdmDevice, service: Service, warnings: list[str]) -> None:
        """Keep the device before anything can be registered on it: an orphan is known by its device."""
        self.account_key = device.user_id
        try:
            self._memory.remember_device(device.user_id, device.url, service)
            await self._memory.kept()
        except SoftphoneError as error:
            warnings.append(error.sentence)

    def _forget(self, url: str) -> None:
        try:
            self._memory.forget_device(self.account_key, url)
        except SoftphoneError as error:
            log.info("device not forgotten: %s", error.title)

    def _is_trusted(self, url: str) -> bool:
        return self._requests.client.is_trusted(url)
