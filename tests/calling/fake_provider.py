"""A calling service in memory: a `Provider` whose answers a test writes down."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from softphone.calling.messages import MessageListener
from softphone.calling.provider import Discovery, Resent, ServiceRequest, nobody_counts
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.failure import Disposition, ErrorType, Failure
from softphone.line.model import Account, Reach, Registration, Role, Server, Servers, Service
from softphone.values import replace

PRIMARY = Server("https://p1.example.com/api/v1/calling/web/", Role.PRIMARY)
BACKUP = Server("https://b1.example.com/api/v1/calling/web/", Role.BACKUP)
ADA = Account(key="ada", address="ada@example.com", name="Ada Lovelace")

REFUSED = Failure(
    disposition=Disposition.DEAD_HOST, error_type=ErrorType.NETWORK, title="No answer", advice="It is down."
)
BUSY = Failure(
    disposition=Disposition.SICK_HOST,
    error_type=ErrorType.SERVICE_UNAVAILABLE,
    title="Webex has trouble",
    advice="Nothing is wrong on your side.",
    http_status=503,
    tracking_id="T1",
)
FORGOTTEN = Failure(
    disposition=Disposition.DEVICE_GONE,
    error_type=ErrorType.REGISTRATION,
    title="Webex forgot this device",
    advice="Registering again.",
    message="Device not found",
    http_status=404,
)
LIMIT_MET = Failure(
    disposition=Disposition.DEVICE_LIMIT,
    error_type=ErrorType.REGISTRATION,
    title="Too many devices",
    advice="Choose one to disconnect.",
    message="Device limit exceeded",
    http_status=403,
    error_code=101,
    devices=(Device(device_id="other"),),
)
TOKEN_ENDED = Failure(
    disposition=Disposition.SIGN_IN,
    error_type=ErrorType.TOKEN,
    title="Your sign-in has ended",
    advice="Sign in again.",
    message="Token expired",
    http_status=401,
)


class FakeMessages:
    """A message socket whose life a test plays: `listener` is who is told."""

    def __init__(self, listener: MessageListener) -> None:
        self.listener = listener
        self.checks = self.sign_ins = 0
        self.closed = False

    def check(self) -> None:
        self.checks += 1

    def signed_in(self) -> None:
        self.sign_ins += 1

    async def close(self) -> None:
        self.closed = True


class FakeProvider:
    """Grants everything, unless told otherwise.

    `failures` holds, per method name, the failures still to come (None: succeed). `requests` is what was
    asked, in order, as `'register P'`, `'deregister d1'`. `devices_alive` is what the service keeps.
    While `hold` is not set, requests of the methods named in `held` do not return.
    """

    def __init__(self, account: Account = ADA) -> None:
        self.account = account
        self.servers = Servers(primaries=(PRIMARY,), backups=(BACKUP,))
        self.failures: dict[str, deque[Failure | None]] = {}
        self.requests: list[str] = []
        self.untold = 0  # so often in a row nobody tells names and numbers
        self.services: list[ServiceRequest] = []  # of each registration granted or not
        self.devices_alive: list[str] = []
        self.hold = asyncio.Event()
        self.held: set[str] = set()
        self.keepalive_interval_s: float | None = 30.0
        self.listed: tuple[Device, ...] = ()
        self.closed = False
        self.crash: Callable[[], None] | None = None
        self.wdm_deleted = False
        self.token_ends_at: float | None = None
        self.reach = Reach.UP
        self.sockets: list[FakeMessages] = []
        self._found: Discovery | None = None
        self._granted = 0

    def fail(self, method: str, *failures: Failure | None) -> None:
        """Let the next calls of a method end so."""
        self.failures.setdefault(method, deque()).extend(failures)

    async def until_asked(self, request: str, times: int = 1) -> None:
        """Wait until a request was made that often."""
        while self.requests.count(request) < times:
            await asyncio.sleep(0.001)

    async def discover(self, services: Sequence[Service] = (Service.CALLING,)) -> Discovery:
        await self._answer("discover")
        devices = {one: f"https://wdm.example.com/devices/{number}" for number, one in enumerate(services, 1)}
        self._found = Discovery(
            account=self._told_account(),
            details_untold=self.untold > 0,
            user_id="user",
            device_uri=devices[services[0]],
            device_uris=devices,
            servers=self.servers,
            region="US-EAST",
            phone_number="+12145550101",
            extension="5101",
        )
        return self._found

    async def find_servers(self) -> Discovery:
        await self._answer("find_servers")
        found = self._found or await self.discover()
        self._found = replace(found, servers=self.servers)
        return self._found

    async def find_details(self) -> Discovery:
        await self._answer("find_details")
        self.untold -= self.untold > 0
        found = self._found or await self.discover()
        return replace(found, account=self._told_account(), details_untold=self.untold > 0)

    async def tell_alerting(self, server: Server, device_id: str, call_id: str) -> None:
        await self._answer("alerting", f"{device_id} {call_id}")

    async def tell_release(self, server: Server, device_id: str, call_id: str) -> None:
        await self._answer("release", f"{device_id} {call_id}")

    def messages(self, listener: MessageListener) -> FakeMessages:
        self.sockets.append(FakeMessages(listener))
        return self.sockets[-1]

    def on_doubt(self, listener: Callable[[], None]) -> None:
        """Nothing of it is ever in doubt."""

    async def register(
        self, server: Server, service: ServiceRequest, *, resent: Resent = nobody_counts
    ) -> Registration:
        await self._answer("register", server.role.value)
        self.services.append(service)
        self._granted += 1
        device_id = f"d{self._granted}"
        self.devices_alive.append(device_id)
        return Registration(
            device=Device(device_id=device_id, sip_addresses=("sip:ada@example.com",)),
            keepalive_interval_s=self.keepalive_interval_s,
            rehoming_interval_min_minutes=60,
            rehoming_interval_max_minutes=120,
        )

    async def keepalive(
        self, server: Server, device: Device, deadline_s: float, *, resent: Resent = nobody_counts
    ) -> None:
        await self._answer("keepalive", device.device_id)

    async def deregister(self, server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        await self._answer("deregister", device.device_id)
        if device.device_id in self.devices_alive:
            self.devices_alive.remove(device.device_id)

    async def ping(self, server: Server, *, resent: Resent = nobody_counts) -> Reach:
        try:
            await self._answer("ping", server.role.value)
        except RequestError as error:
            return Reach.SILENT if error.failure.http_status is None else Reach.ANSWERS
        return self.reach

    async def devices(self, server: Server, *, resent: Resent = nobody_counts) -> tuple[Device, ...]:
        await self._answer("devices")
        return self.listed

    async def token_expiry(self) -> float | None:
        await self._answer("token_expiry")
        return self.token_ends_at

    async def delete_wdm_device(self) -> None:
        await self._answer("delete_wdm_device")
        self.wdm_deleted = True

    async def close(self) -> None:
        self.closed = True

    def _told_account(self) -> Account:
        return Account(key=self.account.key) if self.untold else self.account

    async def _answer(self, method: str, what: str = "") -> None:
        self.requests.append(f"{method} {what}".strip())
        await asyncio.sleep(0)
        if method in self.held:
            await self.hold.wait()
        if self.crash is not None:
            self.crash()
        failures = self.failures.get(method)
        failure = failures.popleft() if failures else None
        if failure is not None:
            raise RequestError(failure)
