"""What can happen to a line: everything `registration.step` may ever be told.

Events travel one way, from the runner into the machine. Each carries when it happened (`at_s`, seconds on
the monotonic clock) and one random number in [0, 1) (`draw`), so the machine needs neither clock nor dice.
An answer carries the number of the request it answers; an answer to any other request is late.
"""

from msgspec import Struct

from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import Registration, Server, Servers


class Event(Struct, frozen=True, kw_only=True):
    """When it happened, and the dice for what follows from it."""

    at_s: float
    draw: float = 0.5


# ---- the user


class Register(Event, frozen=True, kw_only=True):
    """The line shall be registered. Where somebody took it, this takes it back."""


class Deregister(Event, frozen=True, kw_only=True):
    """The line shall not be registered (a click, or the program is leaving)."""


class RetryNow(Event, frozen=True, kw_only=True):
    """Do not wait for the timer. A person's press may be tried once against a host's wish to wait."""

    by_person: bool = True


class RemoveDevice(Event, frozen=True, kw_only=True):
    """Too many devices, and the user chose the one that goes."""

    device: Device


# ---- the surroundings


class SignInEnded(Event, frozen=True, kw_only=True):
    """The account's sign-in has ended; no request can succeed."""

    failure: Failure


class SignedIn(Event, frozen=True, kw_only=True):
    """The account is signed in again."""


class NetworkLost(Event, frozen=True, kw_only=True):
    """A hint that the computer is offline; never taken for proof."""


class NetworkBack(Event, frozen=True, kw_only=True):
    """A hint that the network is back or has changed."""


class Woke(Event, frozen=True, kw_only=True):
    """The computer slept: every proof is from before."""


class TimerFired(Event, frozen=True, kw_only=True):
    """The line's one timer. Its firing is the fact; `at_s` is not compared with what was asked."""


class Sent(Event, frozen=True, kw_only=True):
    """Requests went on the wire that the machine did not ask for: resends, and DELETEs of what was left.

    `noted_at_s`: one that it asked for then went out only now.
    """

    times: int = 1
    noted_at_s: float | None = None


class CallRings(Event, frozen=True, kw_only=True):
    """A call rings at the line, at most until `until_s`, or ended: then it is now.

    Until then nothing removes a healthy device only to put another in its place.
    """

    until_s: float


class Discarded(Event, frozen=True, kw_only=True):
    """How a `Discard` goes: the device is gone, or (`failure`) it is still there and is tried again."""

    device: Device
    failure: Failure | None = None


class Tidied(Event, frozen=True, kw_only=True):
    """The person's devices were listed after an unsure request: nothing of ours is left among them."""


# ---- answers


class Answer(Event, frozen=True, kw_only=True):
    """What came back for one request."""

    request: int


class Accepted(Answer, frozen=True, kw_only=True):
    """A server granted the registration; `sent_at_s` is when it was asked (None: just now)."""

    server: Server
    registration: Registration
    sent_at_s: float | None = None


class Proved(Answer, frozen=True, kw_only=True):
    """The service confirmed a keepalive, sent at `sent_at_s` (None: just now), for the device."""

    device_id: str = ""
    sent_at_s: float | None = None
    round_trip_s: float | None = None


class DeviceGone(Answer, frozen=True, kw_only=True):
    """A DELETE was answered: the device is not there any more."""


class PingAnswered(Answer, frozen=True, kw_only=True):
    """Which of the pinged servers are up, and which answered at all (those that are up among them)."""

    up: tuple[Server, ...] = ()
    alive: tuple[Server, ...] = ()


class ServersFound(Answer, frozen=True, kw_only=True):
    """Discovery was repeated; it may have made a new WDM device for this installation."""

    servers: Servers
    known_device_uris: frozenset[str] = frozenset()


class RequestFailed(Answer, frozen=True, kw_only=True):
    """Any request that did not succeed."""

    failure: Failure


AnyAnswer = Accepted | Proved | DeviceGone | PingAnswered | ServersFound | RequestFailed
# What each state answers in its own way, and what `registration.step` answers for all of them.
Move = Register | RetryNow | RemoveDevice | SignedIn | TimerFired | AnyAnswer
Common = Deregister | SignInEnded | NetworkLost | NetworkBack | Woke | Sent | CallRings | Discarded | Tidied
AnyEvent = Move | Common
