"""Where a line can be: a closed union of frozen values, each holding only what is true in it.

Three values outlive a single state: `Facts` (of the line), `Lease` (of a registration) and `Episode` (of
one effort to get registered). 'Registered without a device' cannot be written.
"""

from dataclasses import dataclass, replace
from enum import Enum

from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import Registration, Role, Server, Servers

EARLY_S = 0.1  # a timer of the Qt loop may fire 39 ms before its time (style.md 2.6)
# Requests are counted over the last minute (design.md 4 "Bound"), and never over less.
BOUND_WINDOW_S = 60.0 + EARLY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known in every state.

    `request` is the number of the last request and `awaiting` says whether its answer is still wanted.
    `barred` holds, per server url, the time until which that host asked us to wait. `known_device_uris`
    are the WDM devices this installation has used: a Mobius device on one of them is our own orphan.
    """

    servers: Servers
    known_device_uris: frozenset[str] = frozenset()
    request: int = 0
    awaiting: bool = False
    sent_at_s: tuple[float, ...] = ()
    barred: tuple[tuple[str, float], ...] = ()
    rehoming_minutes: tuple[float | None, float | None] = (None, None)
    offline: bool = False
    nudged_at_s: float | None = None
    doubted_at_s: float | None = None
    discovered_at_s: float = 0.0

    def asked(self, at_s: float) -> "Facts":
        """Note one more request, whose answer is awaited."""
        recent = tuple(sent for sent in self.sent_at_s if sent > at_s - BOUND_WINDOW_S)
        return replace(self, request=self.request + 1, awaiting=True, sent_at_s=(*recent, at_s))

    def at_rest(self) -> "Facts":
        """Note that no answer is awaited: whatever still comes is late."""
        return replace(self, awaiting=False) if self.awaiting else self

    def room_at_s(self, at_s: float, limit: int) -> float:
        """Return when one more request keeps to `limit` in any 60 s; `at_s` if it does now."""
        if len(self.sent_at_s) < limit:
            return at_s
        room_at_s = self.sent_at_s[-limit] + BOUND_WINDOW_S
        return room_at_s if room_at_s > at_s + EARLY_S else at_s

    def barred_until_s(self, server: Server) -> float:
        """Return until when this host asked us to wait; 0 if it did not."""
        return next((until for url, until in self.barred if url == server.url), 0.0)

    def bar(self, server: Server, until_s: float) -> "Facts":
        """Note that this host asked us to wait."""
        others = tuple((url, until) for url, until in self.barred if url != server.url)
        return replace(self, barred=(*others, (server.url, until_s)))

    def free(self, servers: tuple[Server, ...], at_s: float) -> tuple[Server, ...]:
        """Return those of the servers that may be asked now."""
        return tuple(server for server in servers if self.barred_until_s(server) <= at_s + EARLY_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A registration held, and when the service last proved it.

    `attempts` is how many POSTs it took; a primary is tried again at `rehome_at_s`.
    """

    server: Server
    registration: Registration
    proved_at_s: float
    attempts: int = 1
    round_trip_s: float | None = None
    rehome_at_s: float | None = None

    @property
    def device(self) -> Device:
        """The Mobius device this registration is."""
        return self.registration.device


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One effort to get registered, from its first request to success, a person's turn or deregister.

    `rounds` counts the rounds that failed (the exponent of the back-off), `attempts` the POSTs sent; the
    round under way began at `round_at_s`.
    `answered`: a host of the list being asked lives. `told`: the error event was emitted.
    """

    began_at_s: float
    round_at_s: float = 0.0
    role: Role = Role.PRIMARY
    remaining: tuple[Server, ...] = ()
    rounds: int = 0
    attempts: int = 0
    answered: bool = False
    told: bool = False
    orphan_removed: bool = False
    failure: Failure | None = None


class Awaiting(Enum):
    """Which answer a registered line waits for."""

    NOTHING = "nothing"
    KEEPALIVE = "keepalive"
    PING = "ping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """The user does not want the line. `unconfirmed`: the service did not confirm the deregistration."""

    facts: Facts
    unconfirmed: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registering:
    """A server is being asked."""

    facts: Facts
    episode: Episode
    server: Server


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovingDevice:
    """The device limit was met: a device is being removed, then `server` is asked once more."""

    facts: Facts
    episode: Episode
    server: Server
    device: Device


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingToRetry:
    """Nobody took the line yet; `episode.role` is the list that is asked next."""

    facts: Facts
    episode: Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Rediscovering:
    """Every server failed for a while: the lists are looked up again before the next round."""

    facts: Facts
    episode: Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """Proved by the last keepalive. `checking`: the proof is from before sleep or a network change."""

    facts: Facts
    lease: Lease
    awaiting: Awaiting = Awaiting.NOTHING
    checking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnecting:
    """At least one keepalive was missed. `dead_misses` counts transport failures in a row."""

    facts: Facts
    lease: Lease
    failure: Failure
    misses: int
    dead_misses: int
    awaiting: Awaiting = Awaiting.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehoming:
    """Going back to a primary that is up: the backup's device is being removed."""

    facts: Facts
    lease: Lease
    primary: Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Deregistering:
    """The device is being removed. `tries` DELETEs were sent; `register_next`: the user wants it again."""

    facts: Facts
    lease: Lease
    tries: int
    register_next: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionNeeded:
    """Too many devices: the user picks one of `failure.devices`, or asks again."""

    facts: Facts
    failure: Failure
    server: Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another session took the line; only the user takes it back."""

    facts: Facts
    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Asking again cannot help until somebody changes something."""

    facts: Facts
    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """The sign-in has ended; signing in again registers the line by itself.

    Not if somebody had taken it: then `superseded` says so, and the user decides as before.
    """

    facts: Facts
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
