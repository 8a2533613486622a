"""What a line needs from a calling service: the seam between `calling` and `webex`.

`webex_provider.WebexProvider` implements it over HTTP; tests implement it in memory. Every method raises
`RequestError` and nothing else; each has its own total deadline, so none hangs.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from softphone.calling.messages import MessageListener, Messages
from softphone.errors import ConfigError, RequestError
from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import Account, Reach, Registration, Server, Servers, Service
from softphone.system import live_secrets

# Labels of letters and digits joined by single '-' or '.'; the last one has 2 to 6 (protocol.md#register).
_DOMAIN = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*\.[A-Za-z]{2,6}")
_DOMAIN_LIMIT_CHARS = 253


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """What a line registers for: the `serviceData` of its POST (protocol.md#register). Raises ConfigError.

    Only contact center needs a `domain`; `guest_name` and `jwe`, the guest's token, are sent for a guest.
    """

    indicator: Service = Service.CALLING
    domain: str = ""
    guest_name: str = ""
    jwe: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        live_secrets.note(self.jwe)
        if self.indicator not in tuple(Service):
            allowed = ", ".join(f"Service.{one.name}" for one in Service)
            raise ConfigError(f"service {self.indicator!r}: must be one of {allowed}.")
        needed = self.indicator is Service.CONTACT_CENTER
        usable = len(self.domain) <= _DOMAIN_LIMIT_CHARS and _DOMAIN.fullmatch(self.domain)
        if (self.domain or needed) and not usable:
            hint = "" if needed else ", or empty"
            raise ConfigError(
                f"service {self.indicator.value}: domain {self.domain[:100]!r} "
                f"must be a name like rtw.prod-us.rtmsprod.net{hint}."
            )

    @classmethod
    def of(cls, service: "Service | ServiceRequest") -> "ServiceRequest":
        """Return the request itself, or the plain one for a service."""
        return service if isinstance(service, ServiceRequest) else cls(service)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Whom the token belongs to, and who may register them (protocol.md#order).

    `warnings` are failures of optional steps, worded for a person (region unknown, number unknown).
    `device_uri` is the WDM device of the first line; a line of another service has its own in `device_uris`,
    for the service grants each device one registration. `known_device_uris` are all ever used here.
    `details_pending`: names and numbers are still looked up, `Provider.find_details` brings them.
    `details_untold`: who should tell them did not; `find_details` asks again.
    """

    account: Account
    user_id: str
    device_uri: str
    servers: Servers
    region: str = ""
    country: str = ""
    phone_number: str | None = None
    extension: str | None = None
    device_uris: Mapping[Service, str] = field(default_factory=dict)
    known_device_uris: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = field(default=())
    details_pending: bool = False
    details_untold: bool = False

    def device_uri_of(self, service: Service) -> str:
        """Return the WDM device on which the line of this service registers."""
        return self.device_uris.get(service, self.device_uri)

    def own_device_uris(self, service: Service) -> frozenset[str]:
        """Return the WDM devices whose registrations are this line's own, not those of lines beside it."""
        beside = {uri for other, uri in self.device_uris.items() if other is not service}
        return (self.known_device_uris | {self.device_uri_of(service)}) - beside


class GrantRefusedError(RequestError):
    """A server granted a registration that we refuse: its device is given back (DELETE) where it was made."""

    def __init__(self, failure: Failure, device: Device) -> None:
        super().__init__(failure)
        self.device = device


Resent = Callable[[], bool]


def nobody_counts() -> bool:
    """Count no resend, and let each be."""
    return True


class Provider(Protocol):
    """One signed-in account at one calling service.

    `resent` is asked each time before a request goes on the wire once more than it was asked for: after a
    kept connection turned out to be closed, or with a renewed token. False: it ends as it is instead.
    """

    async def discover(self, services: Sequence[Service] = (Service.CALLING,)) -> Discovery:
        """Do everything up to the server lists; names and numbers that take longer come by `find_details`.

        There is a WDM device for each of the services afterwards, known again at the next start.
        """
        ...

    async def find_servers(self) -> Discovery:
        """Look the server lists up again, in few requests; what else is known stays (after `discover`)."""
        ...

    async def find_details(self) -> Discovery:
        """Wait for the names and numbers that `discover` did not wait for; what is not told is a warning."""
        ...

    async def register(
        self, server: Server, service: ServiceRequest, *, resent: Resent = nobody_counts
    ) -> Registration:
        """POST device (protocol.md#register). The answer is validated: a device id is always there.

        An answer is waited for up to 30 s. Raises GrantRefusedError for a grant that is not to be used.
        """
        ...

    async def keepalive(
        self, server: Server, device: Device, deadline_s: float, *, resent: Resent = nobody_counts
    ) -> None:
        """POST devices/{id}/status (protocol.md#keepalive); returns when the service itself has confirmed."""
        ...

    async def deregister(self, server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        """DELETE devices/{id} (protocol.md#deregister) at this server; returns for 2xx and for 404."""
        ...

    async def ping(self, server: Server, *, resent: Resent = nobody_counts) -> Reach:
        """GET /api/v1/ping (protocol.md#ping): 200 is up, any other answer is somebody; never raises."""
        ...

    async def devices(self, server: Server, *, resent: Resent = nobody_counts) -> tuple[Device, ...]:
        """GET devices?userid= (protocol.md#devices), named after their WDM devices where they join."""
        ...

    async def tell_alerting(self, server: Server, device_id: str, call_id: str) -> None:
        """PATCH devices/{id}/calls/{id} (sockets.md#what-is-sent): the call rings here. Once, within 5 s."""
        ...

    async def tell_release(self, server: Server, device_id: str, call_id: str) -> None:
        """DELETE devices/{id}/calls/{id} of a call whose end was told, and of no other. Once, within 5 s."""
        ...

    def messages(self, listener: MessageListener) -> Messages:
        """Hear of the account's calls from now on, until what is returned is closed (after `discover`)."""
        ...

    def on_doubt(self, listener: Callable[[], None]) -> None:
        """Call the listener when a registration may have ended: keepalives are due soon."""
        ...

    async def token_expiry(self) -> float | None:
        """Return when the access token ends, on the wall clock; None when the service does not say."""
        ...

    async def delete_wdm_device(self) -> None:
        """Remove this installation's WDM device; only signing out does."""
        ...

    async def close(self) -> None:
        """Let go of what the provider holds open. Nothing is sent."""
        ...
