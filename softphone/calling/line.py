"""One line as the vendor's guide describes it: properties, events, `register()` and `deregister()`.

A developer's handle; `calling.driven_line` is the side of it that the program tells.
"""

import asyncio
import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal, NamedTuple, Protocol, Self, TypedDict, overload

from softphone.errors import RegistrationError, RegistrationTimeoutError
from softphone.line.failure import NO_ANSWER, Disposition, ErrorType, Failure
from softphone.line.model import (
    REGISTERED_STATES,
    LineIdentity,
    LineSnapshot,
    LineState,
    LineStatus,
    Registration,
    vendor_name,
)

SilentEvent = Literal["connecting", "unregistered", "reconnecting", "reconnected"]
EventName = Literal[SilentEvent, "registered", "error", "keepalive"]
EVENT_NAMES: tuple[EventName, ...] = (
    *("connecting", "registered", "unregistered", "reconnecting", "reconnected", "error", "keepalive"),
)

# These end only when a person does something.
FINAL_STATES = frozenset({LineState.ACTION, LineState.ELSEWHERE, LineState.FAILED, LineState.SIGNED_OUT})

TOLD_OTHERWISE = Failure(
    disposition=Disposition.GIVE_UP,
    error_type=ErrorType.REGISTRATION,
    title="The line was told otherwise",
    advice="Meanwhile it was registered or deregistered by something else, or its client was closed.",
    message="The line was told otherwise meanwhile.",
)


class LineError(TypedDict):
    """What an `error` event passes (api.md#errors). `next_in_s`: seconds to the next try, None: no next."""

    status: str
    type: str
    msg: str
    http_status: int | None
    error_code: int | None
    tracking_id: str | None
    title: str
    advice: str
    remedies: tuple[str, ...]
    next_in_s: float | None


class Keepalive(NamedTuple):
    """What a `keepalive` event passes: the service confirmed the line. `at` is when, by our clock."""

    line: "Line"
    at: datetime
    round_trip_s: float


class AnyListener(Protocol):
    """A listener that takes whatever its event passes."""

    def __call__(self, *payload: object) -> object:
        """Hear an event."""
        ...


Listener = Callable[..., object]


class Line:
    """The public face of one line (api.md#lines; types and units: protocol.md#properties).

    Everything it tells is a copy of the latest snapshot. Properties that the service has not provided are
    None; the registration's values stay after the line is unregistered, as `status` shows.
    """

    def __init__(self, identity: LineIdentity) -> None:
        self._snapshot = LineSnapshot(identity=identity)
        self._granted: Registration | None = None
        self._proved_at_s: float | None = None  # wall clock, once a keepalive was confirmed
        self._listeners: dict[str, list[Listener]] = {event: [] for event in EVENT_NAMES}
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None  # whose driver it has
        self._waiting: list[asyncio.Future[None]] = []
        self._register: Callable[[], None] = not_connected
        self._deregister: Callable[[], None] = not_connected

    # ---- what a developer does

    def register(self) -> None:
        """Begin to register; returns at once. `connecting` follows, then `registered` or `error`.

        Raises RuntimeError once the client is closed, and on another event loop or thread.
        """
        self._check_loop()
        self._register()

    def deregister(self) -> None:
        """Begin to deregister; returns at once. `unregistered` follows.

        Raises RuntimeError on another event loop or thread.
        """
        self._check_loop()
        self._deregister()

    async def registered(self, *, timeout: float | None = None) -> Self:  # noqa: ASYNC109 - as asyncio says it
        """Return the line once it is registered, by fresh proof; register it if nobody wants it yet.

        Raises RegistrationError when only a person can help (`register()` tries again, and takes back what is
        in use elsewhere), or when the line is deregistered meanwhile; RegistrationTimeoutError when `timeout`
        seconds were not enough: the line goes on trying, and the error has the last reason.
        """
        if not self._snapshot.wanted and self._snapshot.state is not LineState.ELSEWHERE:
            self.register()
        await self._until(self._is_registered, timeout)
        return self

    async def deregistered(self, *, timeout: float | None = None) -> Self:  # noqa: ASYNC109
        """Return the line once it is off and the service has confirmed it; deregister it if it is wanted.

        Raises RegistrationError when it is registered again meanwhile, and RegistrationTimeoutError when
        `timeout` seconds were not enough: the service goes on being asked.
        """
        if self._snapshot.wanted or self._snapshot.state is not LineState.IDLE:
            self.deregister()
        await self._until(self._is_deregistered, timeout)
        return self

    @overload
    def on(self, event: SilentEvent, listener: Callable[[], object]) -> Callable[[], None]: ...
    @overload
    def on(
        self, event: Literal["registered"], listener: Callable[["Line"], object]
    ) -> Callable[[], None]: ...
    @overload
    def on(self, event: Literal["error"], listener: Callable[[LineError], object]) -> Callable[[], None]: ...
    @overload
    def on(
        self, event: Literal["keepalive"], listener: Callable[[Keepalive], object]
    ) -> Callable[[], None]: ...
    @overload
    def on(self, event: EventName, listener: AnyListener) -> Callable[[], None]: ...
    def on(self, event: EventName, listener: Listener) -> Callable[[], None]:
        """Call `listener` at each event of that name, with its payload (api.md#events).

        Returns what stops that, as `off` does. Raises ValueError for a name that is not an event, and
        TypeError for what cannot be called, or is a coroutine function: nobody would await it.
        """
        listeners = self._of(event)
        call = getattr(listener, "__call__", None)  # noqa: B004 - of an object, to see whether it is async
        if call is None or inspect.iscoroutinefunction(listener) or inspect.iscoroutinefunction(call):
            raise TypeError(f"{event}: the listener must be a plain function, which may start a task.")
        listeners.append(listener)
        return partial(self.off, event, listener)

    def off(self, event: EventName, listener: Listener) -> None:
        """Stop calling `listener`; nothing happens if it was not called. Raises ValueError as `on` does."""
        listeners = self._of(event)
        if listener in listeners:
            listeners.remove(listener)

    # ---- what the line is

    @property
    def snapshot(self) -> LineSnapshot:
        """All that may be shown of the line now."""
        return self._snapshot

    @property
    def state(self) -> LineState:
        """How it is at this moment, in one word: 'checking' once the proof of a registration is old."""
        loop = self._loop or asyncio.get_running_loop()
        return self._snapshot.state_at(loop.time())

    @property
    def line_id(self) -> str:
        """A UUID; new at each start of the program."""
        return self._snapshot.identity.line_id

    @property
    def user_id(self) -> str:
        """The person's UUID at the service."""
        return self._snapshot.identity.user_id

    @property
    def mobius_device_id(self) -> str | None:
        """The device the service granted."""
        return self._granted.device.device_id if self._granted else None

    @property
    def phone_number(self) -> str | None:
        """The number, as the service writes it."""
        return self._snapshot.identity.phone_number

    @property
    def extension(self) -> str | None:
        """The extension, as text."""
        return self._snapshot.identity.extension

    @property
    def status(self) -> str:
        """'IDLE', 'active' or 'inactive'."""
        return self._snapshot.status.value

    @property
    def sip_addresses(self) -> tuple[str, ...]:
        """The addresses the device answers to."""
        return self._granted.device.sip_addresses if self._granted else ()

    @property
    def voicemail(self) -> str | None:
        """The voicemail pilot number."""
        return self._snapshot.identity.voicemail

    @property
    def last_seen(self) -> str | None:
        """When the service last confirmed the device, ISO 8601.

        By the service's clock at the registration, by this computer's at each keepalive since.
        """
        if self._proved_at_s is not None:
            return datetime.fromtimestamp(self._proved_at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self._granted.device.last_seen or None if self._granted else None

    @property
    def keepalive_interval(self) -> float | None:
        """Seconds between keepalives, as the service sent it."""
        return self._granted.keepalive_interval_s if self._granted else None

    @property
    def call_keepalive_interval(self) -> float | None:
        """Seconds between keepalives of a call, as the service sent it (the unit is assumed)."""
        return self._granted.call_keepalive_interval_s if self._granted else None

    @property
    def rehoming_interval_min(self) -> float | None:
        """Minutes after which a primary is tried again, at least."""
        return self._granted.rehoming_interval_min_minutes if self._granted else None

    @property
    def rehoming_interval_max(self) -> float | None:
        """Minutes after which a primary is tried again, at most."""
        return self._granted.rehoming_interval_max_minutes if self._granted else None

    @property
    def voice_portal_number(self) -> str | None:
        """The voice portal (contact centre), as text."""
        return self._granted.voice_portal_number if self._granted else None

    @property
    def voice_portal_extension(self) -> str | None:
        """The voice portal's extension (contact centre), as text."""
        return self._granted.voice_portal_extension if self._granted else None

    def to_dict(self) -> dict[str, Any]:
        """Return the guide's 14 properties under its camelCase names."""
        values = {vendor_name(name): getattr(self, name) for name in _PROPERTIES}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    # ---- private

    def _check_loop(self) -> None:
        if self._loop is not None:
            check_loop(self._loop)

    def _of(self, event: str) -> list[Listener]:
        if event not in self._listeners:
            raise ValueError(f"{event!r} is no event of a line. There are: {', '.join(EVENT_NAMES)}.")
        return self._listeners[event]

    def _is_registered(self) -> bool:
        snapshot = self._snapshot
        if snapshot.state_at(asyncio.get_running_loop().time()) in REGISTERED_STATES:
            return True
        if snapshot.state in FINAL_STATES:
            raise RegistrationError(snapshot.failure or TOLD_OTHERWISE)
        if not snapshot.wanted:
            raise RegistrationError(TOLD_OTHERWISE)
        return False

    def _is_deregistered(self) -> bool:
        snapshot = self._snapshot
        if snapshot.wanted:
            raise RegistrationError(TOLD_OTHERWISE)
        return snapshot.state is LineState.IDLE and not snapshot.unconfirmed

    def _next_in_s(self) -> float | None:
        at_s = self._snapshot.next_at_s
        return None if at_s is None else round(max(0.0, at_s - asyncio.get_running_loop().time()), 1)

    async def _until(self, is_so: Callable[[], bool], timeout_s: float | None) -> None:
        self._check_loop()
        try:
            async with asyncio.timeout(timeout_s):
                while not is_so():
                    if self._closed:
                        raise RegistrationError(TOLD_OTHERWISE)
                    news = asyncio.get_running_loop().create_future()
                    self._waiting.append(news)
                    try:
                        await news
                    finally:
                        self._waiting.remove(news)
        except TimeoutError:
            failure = self._snapshot.failure or NO_ANSWER
            raise RegistrationTimeoutError(failure, next_in_s=self._next_in_s()) from None


_NOT_IN_THE_GUIDE = ("snapshot", "user_id", "state")
_PROPERTIES = [
    name for name, one in vars(Line).items() if isinstance(one, property) and name not in _NOT_IN_THE_GUIDE
]


def error_payload(failure: Failure, next_in_s: float | None = None) -> LineError:
    """Return what an `error` event passes."""
    return {
        "status": LineStatus.INACTIVE.value,
        "type": failure.error_type.value,
        "msg": failure.message,
        "http_status": failure.http_status,
        "error_code": failure.error_code,
        "tracking_id": failure.tracking_id or None,
        "title": failure.title,
        "advice": failure.advice,
        "remedies": tuple(remedy.value for remedy in failure.remedies),
        "next_in_s": next_in_s,
    }


def check_loop(own: asyncio.AbstractEventLoop) -> None:
    """Raise RuntimeError unless this is that event loop, which a client and its lines belong to."""
    try:
        running: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
    except RuntimeError:
        running = None
    if running is not own:
        raise RuntimeError(
            "A client and its lines belong to the event loop in which the client was entered. From another "
            "thread use loop.call_soon_threadsafe() or asyncio.run_coroutine_threadsafe()."
        )


def not_connected() -> None:
    """Raise RuntimeError: nothing drives the line."""
    raise RuntimeError("The line's client is closed")
