"""Where a line can be: a closed union of frozen values, each holding only what is true in it.

Three values outlive a single state: `Facts` (of the line), `Lease` (of a registration) and `Episode` (of
one effort to get registered). 'Registered without a device' cannot be written.
"""

from enum import Enum

from msgspec import Struct

from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import Registration, Role, Server, Servers
from softphone.values import replace

EARLY_S = 0.1  # a timer of the Qt loop may fire 39 ms before its time (platform.md#timers)
GRANTED_LIMIT = 64  # devices; the service has long forgotten what was granted before these
# Requests are counted over the last minute (reliability.md#bound), and never over less.
BOUND_WINDOW_S = 60.0 + EARLY_S


class Open(Struct, frozen=True):
    """A request whose answer may still come, until it is taken for lost. `url` is the server's."""

    request: int
    url: str
    sent_at_s: float
    lost_at_s: float


class Bar(Struct, frozen=True):
    """A host asked us to wait. `pressed`: a person has used the one try against it."""

    url: str
    until_s: float
    pressed: bool = False


class Look(Struct, frozen=True):
    """A device on one of our WDM devices, as it was listed: `last_seen` has not changed since `since_s`.

    `moved`: it did change before that, so somebody is using it.
    """

    device_id: str
    last_seen: str
    since_s: float
    moved: bool = False


class Facts(Struct, frozen=True, kw_only=True):
    """What is known in every state.

    `request` is the number of the last request and `awaiting` says whether its answer is still wanted;
    registrations and keepalives stay open beside it (`posts`, and `Open` in the states that keep one).
    `bars` are the waits that hosts asked for. `known_device_uris` are the WDM devices this installation has
    used, `granted` the Mobius devices it was granted, the newest last. `unsure`: a request may have left a
    device of ours. `unconfirmed` is the server (URL) that granted last and confirmed nothing until the lease
    ended.
    """

    servers: Servers
    known_device_uris: frozenset[str] = frozenset()
    granted: tuple[str, ...] = ()
    unsure: bool = False
    looks: tuple[Look, ...] = ()
    request: int = 0
    awaiting: bool = False
    posts: tuple[Open, ...] = ()
    sent_at_s: tuple[float, ...] = ()
    bars: tuple[Bar, ...] = ()
    unconfirmed: str = ""
    interval_s: float | None = None  # of keepalives, as last granted
    rehoming_minutes: tuple[float | None, float | None] = (None, None)
    offline: bool = False
    nudged_at_s: float | None = None
    doubted_at_s: float | None = None
    discovered_at_s: float = 0.0
    rings_until_s: float = 0.0  # a call rings at the line, at most until then
    lists_doubtful: bool = False  # the network has changed since they were found

    def sent(self, at_s: float, times: int = 1) -> "Facts":
        """Note that requests went on the wire."""
        recent = tuple(sent for sent in self.sent_at_s if sent > at_s - BOUND_WINDOW_S)
        return replace(self, sent_at_s=(*recent, *(at_s,) * times))

    def without_sent(self, at_s: float | None) -> "Facts":
        """Take back the note of a request that did not go on the wire then."""
        if at_s not in self.sent_at_s:
            return self
        first = self.sent_at_s.index(at_s)
        return replace(self, sent_at_s=self.sent_at_s[:first] + self.sent_at_s[first + 1 :])

    def asked(self, at_s: float, times: int = 1) -> "Facts":
        """Note one more request, on the wire so many times, whose answer is awaited."""
        return replace(self.sent(at_s, times), request=self.request + 1, awaiting=True)

    def posting(self, post: Open) -> "Facts":
        """Note that a registration was asked for; those taken for lost by now leave us unsure."""
        waited = tuple(other for other in self.posts if other.lost_at_s > post.sent_at_s)
        return replace(self, posts=(*waited, post), unsure=self.unsure or len(waited) < len(self.posts))

    def forgetting_posts(self) -> "Facts":
        """Wait for no answer to a registration any more: it went out on another network."""
        return replace(self, posts=(), unsure=self.unsure or bool(self.posts))

    def at_rest(self) -> "Facts":
        """Note that no answer is awaited: whatever still comes is late."""
        return replace(self, awaiting=False) if self.awaiting else self

    def room_at_s(self, at_s: float, limit: int) -> float:
        """Return when one more request keeps to `limit` in any 60 s; `at_s` if it does now."""
        if limit <= 0:
            return at_s + BOUND_WINDOW_S
        if len(self.sent_at_s) < limit:
            return at_s
        room_at_s = self.sent_at_s[-limit] + BOUND_WINDOW_S
        return room_at_s if room_at_s > at_s + EARLY_S else at_s

    def has_room(self, at_s: float, times: int, limit: int) -> bool:
        """Whether so many requests keep to the bound now."""
        return self.room_at_s(at_s, limit - times + 1) <= at_s

    def no_sooner(self, at_s: float, delay_s: float, limit: int) -> float:
        """Lengthen a wait so that the request after it keeps to the bound."""
        return max(delay_s, self.room_at_s(at_s, limit) - at_s)

    def fitting(self, servers: tuple[Server, ...], at_s: float, limit: int) -> tuple[Server, ...]:
        """Return as many of the servers, the first of them, as may each be sent a request now."""
        while servers and not self.has_room(at_s, len(servers), limit):
            servers = servers[:-1]
        return servers

    @property
    def may_have_left_a_device(self) -> bool:
        """Whether a registration may have been made that nobody here knows of, or may be yet."""
        return self.unsure or bool(self.posts)

    # ---- which hosts may be asked

    @property
    def first_role(self) -> Role:
        """Which list is asked first."""
        return Role.PRIMARY if self.servers.primaries else Role.BACKUP

    def bar_of(self, server: Server) -> Bar:
        """Return the wait that this host asked for; one that is over if it did not."""
        return next((bar for bar in self.bars if bar.url == server.url), Bar(server.url, 0.0))

    def barred(self, server: Server, until_s: float, at_s: float) -> "Facts":
        """Note that this host asks us to wait. A press that was used up stays so until the time is over."""
        before = self.bar_of(server)
        bar = Bar(server.url, until_s, pressed=before.pressed and before.until_s > at_s + EARLY_S)
        return replace(self, bars=(*self._other_bars(server), bar))

    def welcomed(self, server: Server) -> "Facts":
        """Note that this host served us: whatever it asked for is over."""
        return replace(self, bars=self._other_bars(server))

    def with_granted(self, device_id: str) -> "Facts":
        """Note a device that this installation was granted."""
        others = (one for one in self.granted if one != device_id)
        return replace(self, granted=(*others, device_id)[-GRANTED_LIMIT:])

    def pressed(self, servers: tuple[Server, ...], at_s: float) -> "Facts":
        """Note that a person's press is used up against the waits that these hosts asked for."""
        urls = {server.url for server in servers}
        bars = (
            replace(bar, pressed=True) if bar.url in urls and bar.until_s > at_s + EARLY_S else bar
            for bar in self.bars
        )
        return replace(self, bars=tuple(bars))

    def pressable(self, servers: tuple[Server, ...], at_s: float) -> tuple[Server, ...]:
        """Return those of the servers that a person's press may try now."""
        free = self.free(servers, at_s)
        return free or tuple(
            server
            for server in servers
            if not self.bar_of(server).pressed and self._unanswered_until_s(server) <= at_s + EARLY_S
        )

    def press_held_until_s(self, servers: tuple[Server, ...]) -> float:
        """Return from when a person's press may try one of the servers; the past if it may now."""
        return min(
            (
                max(bar.until_s if bar.pressed else 0.0, self._unanswered_until_s(server))
                for server in servers
                for bar in (self.bar_of(server),)
            ),
            default=0.0,
        )

    def busy_until_s(self, server: Server) -> float:
        """Return until when this host must not be asked for a registration; the past if it may be."""
        return max(self.bar_of(server).until_s, self._unanswered_until_s(server))

    def free(self, servers: tuple[Server, ...], at_s: float) -> tuple[Server, ...]:
        """Return those of the servers that may be asked now."""
        return tuple(server for server in servers if self.busy_until_s(server) <= at_s + EARLY_S)

    def asking_wait_s(self, servers: tuple[Server, ...], at_s: float) -> float:
        """Return how long until one of the servers may be asked; 0 if one may be now, or if there is none."""
        until_s = min((self.busy_until_s(server) for server in servers), default=0.0)
        return max(0.0, until_s - at_s)

    def _other_bars(self, server: Server) -> tuple[Bar, ...]:
        return tuple(bar for bar in self.bars if bar.url != server.url)

    def _unanswered_until_s(self, server: Server) -> float:
        """A second POST to a host that has not answered the first could make a second device."""
        return max((post.lost_at_s for post in self.posts if post.url == server.url), default=0.0)


class Lease(Struct, frozen=True, kw_only=True):
    """A registration held, and when the service last proved it.

    `sent_at_s` is when the last proven request was sent: the lease counts from there. `proved_at_s` is when
    its answer came, `confirmed` whether a keepalive was proven at all since the grant. `attempts` is how many
    POSTs it took, `slowest_s` how long the host's slowest answer of late took; a primary is tried again at
    `rehome_at_s`.
    """

    server: Server
    registration: Registration
    sent_at_s: float
    proved_at_s: float
    confirmed: bool = False
    attempts: int = 1
    round_trip_s: float | None = None
    slowest_s: float = 0.0
    rehome_at_s: float | None = None

    @property
    def device(self) -> Device:
        """The Mobius device this registration is."""
        return self.registration.device


class Episode(Struct, frozen=True, kw_only=True):
    """One effort to get registered, from its first request to success, a person's turn or deregister.

    `rounds` counts the rounds that failed (the exponent of the back-off), `attempts` the POSTs sent; the
    round under way began at `round_at_s`.
    `answered`: a host of the list being asked lives. `told`: the error event was emitted. `removals` are the
    devices that were removed because they stood in the way, each as often as that was done. `avoid` is the
    host that was just found dead.
    """

    began_at_s: float
    round_at_s: float = 0.0
    role: Role = Role.PRIMARY
    remaining: tuple[Server, ...] = ()
    rounds: int = 0
    attempts: int = 0
    answered: bool = False
    told: bool = False
    removals: tuple[str, ...] = ()
    avoid: Server | None = None
    failure: Failure | None = None


class Awaiting(Enum):
    """Which answer a registered line waits for, beside that of a keepalive."""

    NOTHING = "nothing"
    SERVERS = "servers"
    PING = "ping"


class _Known(Struct, frozen=True, kw_only=True):
    """What every state knows."""

    facts: Facts


class Idle(_Known, frozen=True, kw_only=True):
    """The user does not want the line. `unconfirmed`: the service did not confirm the deregistration yet.

    `left` is the device that it concerns.
    """

    unconfirmed: Failure | None = None
    left: str = ""


class Registering(_Known, frozen=True, kw_only=True):
    """A server is being asked."""

    episode: Episode
    server: Server


class RemovingDevice(_Known, frozen=True, kw_only=True):
    """The device limit was met: `asked` removes a device, then `server` is asked once more."""

    episode: Episode
    server: Server
    device: Device
    asked: Server


class WaitingToRetry(_Known, frozen=True, kw_only=True):
    """Nobody took the line yet; `episode.role` is the list that is asked next."""

    episode: Episode


class Rediscovering(_Known, frozen=True, kw_only=True):
    """Every server failed for a while: the lists are looked up again before the next round."""

    episode: Episode


class Registered(_Known, frozen=True, kw_only=True):
    """Proved by the last keepalive. `checking`: the proof is from before sleep or a network change.

    `keepalive` is the one whose answer is awaited; it is not late yet.
    """

    lease: Lease
    keepalive: Open | None = None
    awaiting: Awaiting = Awaiting.NOTHING
    checking: bool = False


class Reconnecting(_Known, frozen=True, kw_only=True):
    """Proof is overdue: at least one keepalive failed or is late.

    `misses` are whole intervals without proof, at least 1. `failures` counts keepalives that failed in a row,
    `silences` keepalives and pings in a row that the host did not answer at all. `alone`: nothing answered
    when the servers were looked at, so it is our own network. `looking`: the servers are being pinged.
    """

    lease: Lease
    failure: Failure
    misses: int = 1
    failures: int = 0
    silences: int = 0
    alone: bool = False
    looking: bool = False
    keepalive: Open | None = None


class Rehoming(_Known, frozen=True, kw_only=True):
    """Going back to a primary that is up: the backup's device is being removed."""

    lease: Lease
    primary: Server


class Deregistering(_Known, frozen=True, kw_only=True):
    """The device is being removed, for a moment also for the eye; `register_next`: it is wanted again."""

    lease: Lease
    register_next: bool = False


class ActionNeeded(_Known, frozen=True, kw_only=True):
    """Too many devices: the user picks one of `failure.devices`, or asks again."""

    failure: Failure
    server: Server


class Elsewhere(_Known, frozen=True, kw_only=True):
    """Another session took the line; only the user takes it back."""

    failure: Failure


class Failed(_Known, frozen=True, kw_only=True):
    """Asking again cannot help until somebody changes something."""

    failure: Failure


class SignedOut(_Known, frozen=True, kw_only=True):
    """The sign-in has ended; signing in again registers the line by itself.

    Not if somebody had taken it: then `superseded` says so, and the user decides as before.
    """

    failure: Failure
    superseded: Failure | None = None


State = (
    Idle
    | Registering
    | RemovingDevice
    | WaitingToRetry
    | Rediscovering
    | Registered
    | Reconnecting
    | Rehoming
    | Deregistering
    | ActionNeeded
    | Elsewhere
    | Failed
    | SignedOut
)


def is_awaited(state: State, request: int) -> bool:
    """Whether the state still waits for the answer to this request."""
    keepalive = state.keepalive if isinstance(state, Registered | Reconnecting) else None
    awaited = state.facts.awaiting and request == state.facts.request
    return awaited or (keepalive is not None and request == keepalive.request)
