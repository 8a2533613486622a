"""What the machine wants done: everything `registration.step` may ever ask for.

Effects travel one way, from the machine to the runner, which carries them out in order. A request's answer
comes back as an event with the same number. A line has one timer: starting it replaces it.
"""

from msgspec import Struct

from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import LineEvent, Server


class SendRegister(Struct, frozen=True):
    """POST device at this server. Its answer may come long after the next server was asked."""

    request: int
    server: Server


class SendKeepalive(Struct, frozen=True):
    """POST devices/{id}/status; no answer within `deadline_s` is a transport failure."""

    request: int
    server: Server
    device: Device
    deadline_s: float


class SendDeregister(Struct, frozen=True):
    """DELETE devices/{id}."""

    request: int
    server: Server
    device: Device


class SendPing(Struct, frozen=True):
    """Ping all of the servers at once."""

    request: int
    servers: tuple[Server, ...]


class Rediscover(Struct, frozen=True):
    """Look the server lists up again."""

    request: int


class Discard(Struct, frozen=True):
    """A device that must not stay: DELETE it at the server that granted it, until it is gone.

    After `for_s` the service has dropped it by itself. How it goes comes back as `Discarded`.
    """

    server: Server
    device: Device
    for_s: float


class StartTimer(Struct, frozen=True):
    """Wait for the next step."""

    delay_s: float


class StartDeadline(Struct, frozen=True):
    """The same timer as a guard round the request just sent. Network time: a quicker demo has no less."""

    delay_s: float


class CancelTimer(Struct, frozen=True):
    """Nothing is waited for any more."""


class Emit(Struct, frozen=True):
    """Tell the listeners of the public API. `failure` goes with LineEvent.ERROR only."""

    event: LineEvent
    failure: Failure | None = None


Request = SendRegister | SendKeepalive | SendDeregister | SendPing | Rediscover
Effect = Request | Discard | StartTimer | StartDeadline | CancelTimer | Emit
