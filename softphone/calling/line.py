"""One line as the vendor's guide describes it: properties, events, `register()` and `deregister()`.

A developer's handle on a `LineRunner`. A listener that raises is logged and never stops the line or other
listeners; an `error` without listeners is nothing special (sdk.md#weaknesses, 43).
"""

import logging
from collections.abc import Callable
from typing import Any

from softphone.line.failure import Failure
from softphone.line.model import LineEvent, LineIdentity, LineSnapshot, LineStatus, Registration, vendor_name

_log = logging.getLogger(__name__)

Listener = Callable[..., object]


class Line:
    """The public face of one line (scripts.md#api; types and units: protocol.md#properties).

    Everything it tells is a copy of the latest snapshot. Properties that the service has not provided are
    None; the registration's values stay after the line is unregistered, as `status` shows.
    """

    def __init__(self, identity: LineIdentity) -> None:
        self._snapshot = LineSnapshot(identity=identity)
        self._granted: Registration | None = None
        self._listeners: dict[LineEvent, list[Listener]] = {event: [] for event in LineEvent}
        self._register: Callable[[], None] = _not_connected
        self._deregister: Callable[[], None] = _not_connected

    # ---- what a developer does

    def register(self) -> None:
        """Begin to register; returns at once. `connecting` follows, then `registered` or `error`."""
        self._register()

    def deregister(self) -> None:
        """Begin to deregister; returns at once. `unregistered` follows."""
        self._deregister()

    def on(self, event: str, listener: Listener) -> None:
        """Call `listener` at each event of that name, with the payload of scripts.md#errors.

        Raises ValueError for a name that is not an event.
        """
        self._listeners[LineEvent(event)].append(listener)

    def off(self, event: str, listener: Listener) -> None:
        """Stop calling `listener`; nothing happens if it was not called."""
        listeners = self._listeners[LineEvent(event)]
        if listener in listeners:
            listeners.remove(listener)

    # ---- what the line is

    @property
    def snapshot(self) -> LineSnapshot:
        """All that may be shown of the line now."""
        return self._snapshot

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
        """When the service saw the device, ISO 8601: of the moment of registration."""
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

    # ---- what the runner tells

    def connect(self, register: Callable[[], None], deregister: Callable[[], None]) -> None:
        """Join the line to what drives it."""
        self._register = register
        self._deregister = deregister

    def show(self, snapshot: LineSnapshot) -> None:
        """Take over a new snapshot."""
        self._snapshot = snapshot
        if snapshot.registration is not None:
            self._granted = snapshot.registration

    def emit(self, event: LineEvent, failure: Failure | None) -> None:
        """Call the listeners of the event; also those added or removed meanwhile are treated fairly."""
        payload: tuple[object, ...] = ()
        if event is LineEvent.REGISTERED:
            payload = (self,)
        elif event is LineEvent.ERROR and failure is not None:
            payload = (error_payload(failure),)
        for listener in tuple(self._listeners[event]):
            try:
                listener(*payload)
            except Exception:  # noqa: BLE001 - a developer's listener must never stop the line
                _log.exception("A listener of %s raised", event.value)


_NOT_IN_THE_GUIDE = ("snapshot", "user_id")
_PROPERTIES = [
    name for name, one in vars(Line).items() if isinstance(one, property) and name not in _NOT_IN_THE_GUIDE
]


def error_payload(failure: Failure) -> dict[str, str]:
    """Return what an `error` event passes (scripts.md#errors)."""
    return {
        "status": LineStatus.INACTIVE.value,
        "type": failure.error_type.value,
        "msg": failure.message,
    }


def _not_connected() -> None:
    raise RuntimeError("The line's client is closed")
