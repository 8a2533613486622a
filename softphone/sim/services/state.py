"""Everything the cloud knows, in one value that its rules read and change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from softphone.sim.clock import Clock
from softphone.sim.faults import FaultPlan
from softphone.sim.messages import RefusalError, Reply, Request, json_reply
from softphone.sim.request_journal import RequestJournal
from softphone.sim.services.mint import Mint
from softphone.sim.services.people import Account, Device, OtherDevice, Person, WdmDevice
from softphone.sim.services.tokens import Grant, IssuedTokens
from softphone.sim.settings import SCOPES, Settings
from softphone.sim.sockets.agenda import Agenda
from softphone.sim.sockets.socket import OpenSockets

# Of a cloud at a hundred times the pace ten seconds are a tenth of one.
_ACK_AT_LEAST_WALL_S = 2.0

BASE_ROLES = frozenset({"base", "control"})


@dataclass(frozen=True, slots=True)
class Host:
    """One 'host' of the cloud: a port. `role` is base, control, cluster, primary, backup or spare.

    A spare is a primary or backup that discovery does not name until the settings do.
    """

    name: str
    role: str
    origin: str  # 'http://127.0.0.1:PORT'

    @property
    def is_mobius(self) -> bool:
        """Say whether it speaks Mobius."""
        return self.role not in BASE_ROLES


@dataclass(slots=True)
class Transaction:
    """One visit to the sign-in pages, between the authorize request and the redirect."""

    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    challenge: str
    login_hint: str
    ends_s: float
    user: str | None = None  # set once the password was right
    device_code: str = ""  # of the device that is signed in; empty: a program waits for a redirect


@dataclass(slots=True)
class DeviceSignIn:
    """One device that waits for a person to enter its code elsewhere (RFC 8628)."""

    user_code: str
    scopes: tuple[str, ...]
    ends_s: float
    interval_s: float  # each `slow_down` makes it longer
    asked_s: float | None = None  # when it asked for its token last
    decision: bool | None = None  # None: the person has not decided
    user: str = ""  # who did


@dataclass(slots=True)
class CloudState:
    """The whole cloud. Only the thread that handles requests may touch it."""

    clock: Clock
    mint: Mint
    tokens: IssuedTokens = field(init=False)
    settings: Settings = field(default_factory=Settings)
    hosts: dict[str, Host] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    transactions: dict[str, Transaction] = field(default_factory=dict)
    device_sign_ins: dict[str, DeviceSignIn] = field(default_factory=dict)  # by device code
    faults: FaultPlan = field(default_factory=FaultPlan)
    journal: RequestJournal = field(default_factory=RequestJournal)
    agenda: Agenda = field(default_factory=Agenda)
    sockets: OpenSockets = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = IssuedTokens(self.mint)
        self.sockets = OpenSockets(self.agenda, self.journal)

    @property
    def base(self) -> str:
        """Return the origin that serves everything but Mobius."""
        return self.hosts["base"].origin

    @property
    def ack_within_s(self) -> float:
        """Return how long an acknowledgement may take; a quick cloud must not blame a busy machine."""
        return max(self.settings.socket_ack_s, self.clock.of_wall(_ACK_AT_LEAST_WALL_S))

    def hosts_of(self, role: str) -> list[Host]:
        """Return the hosts with this role in the order they were made."""
        return [host for host in self.hosts.values() if host.role == role]

    def discovered(self, role: str) -> list[Host]:
        """Return the hosts that discovery names as primary or backup: those of the role, or as set."""
        named = {"primary": self.settings.primary_hosts, "backup": self.settings.backup_hosts}[role]
        return [self.hosts[name] for name in named] or self.hosts_of(role)

    def add_person(self, person: Person, now_s: float) -> Account:
        """Set a person up, with the registrations other software holds for them."""
        account = Account(person, short_grants_left=person.short_grants)
        self.accounts[person.name] = account
        for other in person.other_devices:
            self.add_other_device(account, other, now_s)
        return account

    def add_other_device(self, account: Account, other: OtherDevice, now_s: float) -> Device:
        """Register a device of other software: it appears in Mobius and, by its name, in WDM."""
        seen_at_s = now_s - other.seen_ago_s
        wdm = self.new_wdm_device(account, {"name": other.name, "deviceType": "WEB"}, seen_at_s)
        host = (self.hosts_of("primary") or self.hosts_of("backup") or self.hosts_of("cluster"))[0]
        device = self.new_device(account, host, wdm.url, seen_at_s)
        device.others, device.in_use = True, other.in_use
        return device

    def new_device(self, account: Account, host: Host, wdm_url: str, now_s: float) -> Device:
        """Grant a Mobius registration on `host` (protocol.md#test-service)."""
        device_id = self.mint.uuid()
        device = Device(
            device_id=device_id,
            host=host.name,
            uri=f"{host.origin}/api/v1/calling/web/devices/{device_id}",
            client_device_uri=wdm_url,
            addresses=(f"sip:{self.mint.short()}_{account.person.user_id[:8]}@sip.example.com",),
            registered_at_s=now_s,
            last_seen_s=now_s,
            lifetime_s=self.settings.expiry_intervals * self.settings.keepalive_interval_s,
        )
        account.devices[device_id] = device
        return device

    def new_wdm_device(self, account: Account, facts: dict[str, object], now_s: float) -> WdmDevice:
        """Create a WDM device for this person."""
        device_id = self.mint.uuid()
        url = f"{self.base}/wdm/api/v1/devices/{device_id}"
        device = WdmDevice(device_id, url, facts, self.mint.short(), now_s, now_s)
        account.wdm_devices[device_id] = device
        return device

    def new_grant(self, account: Account, now_s: float, scopes: tuple[str, ...] = SCOPES) -> Grant:
        """Record a person's consent; a short one if the person is set up to lose the sign-in."""
        short = account.short_grants_left > 0
        account.short_grants_left -= short
        ttl_s = account.person.short_grant_s if short else self.settings.access_token_ttl_s
        return self.tokens.new_grant(
            account.person.name,
            scopes,
            refresh_ends_s=now_s + self.settings.refresh_token_ttl_s,
            access_ttl_s=ttl_s,
            refreshable=not short,
        )

    def age(self, account: Account, now_s: float) -> None:
        """Let happen to an account what time brings: expiry, and a session that takes the line."""
        account.drop_expired(now_s)
        after_s = account.person.taken_after_s
        if after_s is None or account.taken:
            return
        own = [device for device in account.devices.values() if not device.others]
        if any(now_s >= device.registered_at_s + after_s for device in own):
            account.taken = True
            self.take_line(account, now_s)

    def take_line(self, account: Account, now_s: float) -> None:
        """Another session registers and supersedes every registration there is."""
        for device in list(account.devices.values()):
            account.supersede(device)
        self.add_other_device(account, OtherDevice("Webex on another computer"), now_s)


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way through the rules: what is known about it beside its bytes."""

    state: CloudState
    request: Request
    now_s: float
    tracking_id: str
    ids: Mapping[str, str]
    user: Account | None = None
    scopes: tuple[str, ...] = ()

    @property
    def account(self) -> Account:
        """Return the signed-in person; refuses with 401 when the bearer is missing or dead."""
        if self.user is None:
            raise self.refusal(401, "A valid access token is needed in the Authorization header.")
        return self.user

    def need_scope(self, *scopes: str) -> None:
        """Refuse with 403 when none of these scopes was granted (sign-in.md#scopes)."""
        if self.user is not None and not set(scopes) & set(self.scopes):
            raise self.refusal(403, f"The token lacks the scope {' or '.join(scopes)}.")

    def refusal(self, status: int, message: str, headers: Iterable[tuple[str, str]] = ()) -> RefusalError:
        """Return an error in the shape of the service, ready to raise."""
        body = {
            "message": message,
            "errors": [{"description": message}],
            "trackingId": self.tracking_id,
        }
        return RefusalError(json_reply(status, body, tuple(headers)))


Rule = Callable[[Call], Reply]
