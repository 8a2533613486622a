"""What a line is: plain frozen values, shared by every folder above.

Nothing here decides anything. `line.registration` decides, `calling.line_runner` turns its state into the
`LineSnapshot` that everything else (window, command line, public API) shows.
"""

from enum import Enum

from msgspec import Struct

from softphone.line.device import Device
from softphone.line.failure import Failure


class Role(Enum):
    """Which list of the discovery answer a server stands in (protocol.md#server-lists)."""

    PRIMARY = "primary"
    BACKUP = "backup"


class Reach(Enum):
    """What a ping found: a server that is up, one that answers something else, or nobody."""

    UP = "up"
    ANSWERS = "answers"
    SILENT = "silent"


class Service(Enum):
    """`serviceData.indicator` of a registration (protocol.md#register)."""

    CALLING = "calling"
    CONTACT_CENTER = "contactcenter"
    GUEST = "guestcalling"


class LineStatus(Enum):
    """The vendor's own coarse status (protocol.md#properties)."""

    IDLE = "IDLE"
    ACTIVE = "active"
    INACTIVE = "inactive"


class LineState(Enum):
    """The words of interface.md#badges: what a person, a script and a badge are told."""

    REGISTERED = "registered"
    REGISTERED_BACKUP = "registered_backup"
    REGISTERING = "registering"
    CHECKING = "checking"
    RECONNECTING = "reconnecting"
    RETRY_WAIT = "retry_wait"
    WAITING_CALL = "waiting_call"
    DEREGISTERING = "deregistering"
    IDLE = "idle"
    FAILED = "failed"
    ACTION = "action"
    ELSEWHERE = "elsewhere"
    OFFLINE = "offline"
    SIGNED_OUT = "signed_out"


class LineEvent(Enum):
    """The events of the public API (protocol.md#events)."""

    CONNECTING = "connecting"
    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    RECONNECTING = "reconnecting"
    RECONNECTED = "reconnected"
    ERROR = "error"


class Server(Struct, frozen=True):
    """One Mobius server. `url` is its base and ends in `/calling/web/` (protocol.md#server-lists)."""

    url: str
    role: Role
    region: str = ""


class Servers(Struct, frozen=True):
    """The two lists, in the order in which they are asked; no server stands in both."""

    primaries: tuple[Server, ...] = ()
    backups: tuple[Server, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def all(self) -> tuple[Server, ...]:
        """Both lists, in the order in which they are asked."""
        return self.primaries + self.backups

    def granting(self, device: Device) -> Server | None:
        """Return the server that a device's own address names as the one that granted it, if it is listed."""
        return next((server for server in self.all if device.uri.startswith(server.url)), None)


class Registration(Struct, frozen=True, kw_only=True):
    """What a server granted: values as it sent them, None where it sent none.

    The keepalive interval is in seconds, rehoming intervals are in minutes (protocol.md#properties). Bounds
    and defaults are `line.policy`'s: these are shown, those are used.
    """

    device: Device
    keepalive_interval_s: float | None = None
    call_keepalive_interval_s: float | None = None
    rehoming_interval_min_minutes: float | None = None
    rehoming_interval_max_minutes: float | None = None
    voice_portal_number: str | None = None
    voice_portal_extension: str | None = None


def camel(name: str) -> str:
    """Return a name with underscores as JSON and objectNames write it."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def vendor_name(name: str) -> str:
    """Return the vendor's name, which has no unit: keepaliveInterval for keepalive_interval_s."""
    return camel(name.removesuffix("_s").removesuffix("_minutes"))


class Account(Struct, frozen=True, kw_only=True):
    """Whose lines these are. `key` is stable and not secret (the person's id); `address` is the e-mail."""

    key: str
    address: str = ""
    name: str = ""
    organisation: str = ""

    @property
    def label(self) -> str:
        """What a person calls it."""
        return self.name or self.address or self.key

    def completed(self, before: "Account") -> "Account":
        """Return the account with what was known of it before where nothing is told now."""
        if before.key != self.key:
            return self
        return Account(
            key=self.key,
            address=self.address or before.address,
            name=self.name or before.name,
            organisation=self.organisation or before.organisation,
        )


class LineIdentity(Struct, frozen=True, kw_only=True):
    """What does not change while the program runs (protocol.md#properties); None: not provided."""

    line_id: str
    account: Account
    service: Service = Service.CALLING
    user_id: str = ""
    client_device_uri: str = ""
    phone_number: str | None = None
    extension: str | None = None
    voicemail: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """What a person may call it on the command line, in small letters."""
        account = self.account
        known = (self.line_id, self.extension, self.phone_number, account.address, account.name, account.key)
        return frozenset(name.casefold() for name in known if name)

    @property
    def label(self) -> str:
        """Whose line, for a card, a log line or a screen reader."""
        return self.account.name or self.account.address or self.line_id


class Caller(Struct, frozen=True):
    """Who calls, as the service says: plain text of at most 64 characters, "" for what is not told.

    In no `repr`: logs, histories and tickets never hold it (sockets.md#privacy).
    """

    name: str = ""
    number: str = ""

    def __repr__(self) -> str:
        return "Caller(...)"


class CallPhase(Enum):
    """How far a call is that came in, as far as the service lets us know (sockets.md#notices)."""

    RINGING = "ringing"
    UNCERTAIN = "uncertain"  # it rang when the socket was lost: it may still ring
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    MISSED = "missed"
    ENDED = "ended"  # over; nobody says how
    LOST_TRACK = "lost_track"  # no end was told


RINGING_PHASES = frozenset({CallPhase.RINGING, CallPhase.UNCERTAIN})


class Call(Struct, frozen=True, kw_only=True):
    """A call that rings at a line, or rang a moment ago. `_at_s`: on the loop's clock."""

    call_id: str
    device_id: str
    caller: Caller
    began_at_s: float
    phase: CallPhase = CallPhase.RINGING
    ended_at_s: float | None = None

    @property
    def rings(self) -> bool:
        """Whether it rings, or may."""
        return self.phase in RINGING_PHASES

    @property
    def rang_s(self) -> float:
        """How long it rang, 0.0 while it does."""
        return 0.0 if self.ended_at_s is None else self.ended_at_s - self.began_at_s


class View(Struct, frozen=True, kw_only=True):
    """The part of a `LineSnapshot` that the machine knows; `line.view` derives it from a state."""

    state: LineState = LineState.IDLE
    status: LineStatus = LineStatus.IDLE
    server: Server | None = None
    asking: Server | None = None  # whom a request in flight goes to
    registration: Registration | None = None
    failure: Failure | None = None
    attempt: int = 0
    misses: int = 0
    proved_at_s: float | None = None  # the last 2xx
    round_trip_s: float | None = None  # of the last proof
    rehome_at_s: float | None = None  # when the way back to a primary is tried
    unconfirmed: bool = False  # switched off here, the service did not say so
    retry_held_until_s: float | None = None  # every host wants no request, and a press was tried already


class LineSnapshot(View, frozen=True, kw_only=True):
    """All that may be shown of a line at one moment.

    Times ending in `_at_s` are on the monotonic clock of the event loop, so that a jump of the wall clock
    changes nothing but labels. `wanted` is the user's wish and never changed by an error.
    """

    identity: LineIdentity
    wanted: bool = False
    miss_limit: int = 5
    next_at_s: float | None = None  # the next check or the next try
    proof_window_s: float = 45.0  # older proof is not shown as green
    since_s: float | None = None  # when `state` began; None: it was so when the program started
    last_proof_at_s: float | None = None  # the last 2xx, also of a registration that is lost
    unreachable_since_s: float | None = None  # since when Webex cannot reach it, whatever was tried meanwhile
    call: Call | None = None  # that rings, or rang a moment ago; in no history

    def state_at(self, now_s: float) -> LineState:
        """`state`, but `CHECKING` once the proof behind green is too old (reliability.md#proof-of-life)."""
        proven = self.proved_at_s is not None and now_s - self.proved_at_s <= self.proof_window_s
        if self.state in REGISTERED_STATES and not proven:
            return LineState.CHECKING
        return self.state


REGISTERED_STATES = frozenset({LineState.REGISTERED, LineState.REGISTERED_BACKUP})
