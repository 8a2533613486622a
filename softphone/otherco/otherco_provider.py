"""Other Co's calling service: it has one server, knows everybody and grants everything."""
# ruff: noqa: ARG002 - it has nothing to ask a server for

from collections.abc import Sequence
from uuid import uuid4

from softphone.calling.provider import Discovery, Resent, ServiceRequest, nobody_counts
from softphone.line.device import Device
from softphone.line.model import Account, Reach, Registration, Role, Server, Servers, Service

SERVER = Server("https://calls.otherco.example/", Role.PRIMARY)


class OtherCoProvider:
    """One account at Other Co."""

    def __init__(self, account_key: str) -> None:
        self._account = Account(key=account_key or "otherco", organisation="Other Co")
        self._devices: dict[str, Device] = {}

    async def discover(self, services: Sequence[Service] = (Service.CALLING,)) -> Discovery:
        """Return the one server; each service has a device address of its own."""
        uris = {service: f"{SERVER.url}apps/{service.value}" for service in services}
        return Discovery(
            account=self._account,
            user_id=self._account.key,
            device_uri=uris[services[0]],
            device_uris=uris,
            servers=Servers(primaries=(SERVER,)),
        )

    async def find_servers(self) -> Discovery:
        """Return what `discover` does."""
        return await self.discover()

    async def find_details(self) -> Discovery:
        """Return what `discover` does."""
        return await self.discover()

    async def register(
        self, server: Server, service: ServiceRequest, *, resent: Resent = nobody_counts
    ) -> Registration:
        """Grant a device."""
        device_id = str(uuid4())
        device = Device(device_id=device_id, uri=f"{server.url}devices/{device_id}")
        self._devices[device_id] = device
        return Registration(device=device)

    async def keepalive(
        self, server: Server, device: Device, deadline_s: float, *, resent: Resent = nobody_counts
    ) -> None:
        """Confirm."""

    async def deregister(self, server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        """Forget the device."""
        self._devices.pop(device.device_id, None)

    async def ping(self, server: Server, *, resent: Resent = nobody_counts) -> Reach:
        """Be up."""
        return Reach.UP

    async def devices(self, server: Server, *, resent: Resent = nobody_counts) -> tuple[Device, ...]:
        """Return what is granted."""
        return tuple(self._devices.values())

    async def token_expiry(self) -> float | None:
        """Say nothing."""
        return None

    async def delete_wdm_device(self) -> None:
        """Nothing to remove."""

    async def close(self) -> None:
        """Nothing is held."""
