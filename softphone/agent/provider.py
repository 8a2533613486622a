"""What the agent needs from a calling service: the seam between `agent` and `webex`.

`webex.provider.WebexProvider` implements it over HTTP; tests implement it in memory. Every method raises
`RequestError` and nothing else; each has its own total deadline, so none hangs.
"""

from dataclasses import dataclass, field
from typing import Protocol

from softphone.line.device import Device
from softphone.line.model import Account, Registration, Server, Servers, Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Whom the token belongs to, and who may register them (protocol.md 1.3-1.7, 1.12).

    `warnings` are failures of optional steps, worded for a person (region unknown, number unknown).
    `device_uri` is the WDM device of this installation, `known_device_uris` every one it has used before.
    """

    account: Account
    user_id: str
    device_uri: str
    servers: Servers
    region: str = ""
    country: str = ""
    phone_number: str | None = None
    extension: str | None = None
    known_device_uris: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = field(default=())


class Provider(Protocol):
    """One signed-in account at one calling service."""

    async def discover(self) -> Discovery:
        """Do everything up to the server lists; a second call looks the servers up again."""
        ...

    async def register(self, server: Server, service: Service) -> Registration:
        """POST device (protocol.md 1.8). The answer is validated: a device id is always there."""
        ...

    async def keepalive(self, server: Server, device: Device, deadline_s: float) -> None:
        """POST devices/{id}/status (protocol.md 1.9); returns when a 2xx proves the registration."""
        ...

    async def deregister(self, server: Server, device: Device) -> None:
        """DELETE devices/{id} (protocol.md 1.10); returns for 2xx and for 404."""
        ...

    async def ping(self, server: Server) -> bool:
        """GET /api/v1/ping (protocol.md 1.11): whether the host answers 200."""
        ...

    async def devices(self, server: Server) -> tuple[Device, ...]:
        """GET devices?userid= (protocol.md 1.11), named after their WDM devices where they join."""
        ...

    async def delete_wdm_device(self) -> None:
        """Remove this installation's WDM device; only signing out does."""
        ...

    async def close(self) -> None:
        """Let go of what the provider holds open. Nothing is sent."""
        ...
