"""The people of the demo organisation: what is set up for each, and what they have registered.

`Person` is what an administrator set up and never changes by itself (control may replace it).
`Account` is that person's state: live Mobius devices and WDM devices. It knows no routes and no tokens.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from softphone.sim.services.mint import id_of

# A device of somebody else that is in use shows a last sign of life this fresh.
_OTHERS_KEEPALIVE_S = 30.0

_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class OtherDevice:
    """A registration that other software of the same person holds when the cloud starts."""

    name: str
    in_use: bool = True
    seen_ago_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Person:
    """What is set up for one person; `name` is the e-mail address and the key."""

    name: str
    display_name: str = ""
    password: str = "demo"  # noqa: S105 - it is printed on the sign-in page
    phone_number: str = ""
    extension: str = ""
    entitled: bool = True  # False: register answers 403/102
    sip_rejected: bool = False  # True: register answers 403/103
    device_limit: int = 1
    newest_wins: bool = False  # True: a registration beyond the limit supersedes the oldest
    calls: int = 0  # live calls; while there are some, deregister answers 503
    taken_after_s: float | None = None  # another session takes the line this long after it registers
    short_grants: int = 0  # so many of the next sign-ins end early and cannot be refreshed
    short_grant_s: float = 60.0
    other_devices: tuple[OtherDevice, ...] = ()

    @property
    def user_id(self) -> str:
        """Return the plain id that WDM and Mobius use."""
        return id_of(self.name)


@dataclass(slots=True)
class Device:
    """One Mobius registration. Times are nominal seconds of the cloud."""

    device_id: str
    host: str
    uri: str
    client_device_uri: str
    addresses: tuple[str, ...]
    registered_at_s: float
    last_seen_s: float
    lifetime_s: float
    deleted_at_s: float = math.inf  # when a DELETE takes effect
    others: bool = False  # not ours to keep alive: its owner does, or it lies about for ever
    in_use: bool = True

    def expired(self, now_s: float) -> bool:
        """Say whether it was deleted, or not kept alive for its lifetime (protocol.md#test-service)."""
        unkept = not self.others and now_s >= self.last_seen_s + self.lifetime_s
        return unkept or now_s >= self.deleted_at_s

    def seen_at_s(self, now_s: float) -> float:
        """Return when the device last showed itself; others' devices in use do so all the time."""
        if self.others and self.in_use:
            beats = math.floor((now_s - self.registered_at_s) / _OTHERS_KEEPALIVE_S)
            return self.registered_at_s + beats * _OTHERS_KEEPALIVE_S
        return self.last_seen_s


@dataclass(slots=True)
class WdmDevice:
    """One WDM device: the `cisco-device-url` and the name people know a device by."""

    device_id: str
    url: str
    facts: dict[str, object]
    etag: str
    created_s: float
    modified_s: float
    ttl_s: float = math.inf

    def expired(self, now_s: float) -> bool:
        """Say whether an ephemeral device was not refreshed in time (protocol.md#wdm-device)."""
        return now_s >= self.modified_s + self.ttl_s


@dataclass(slots=True)
class Leg:
    """One device's part of a call that came in; `ended_by` is cloud or client once it is over."""

    call_id: str
    device_id: str
    wdm_url: str
    told: bool = False  # the device had a socket to be told over
    correlation_id: str = ""  # of the client, once it told one
    alerted: int = 0
    ended_by: str | None = None


# So many legs are remembered of one person; what is older is forgotten.
_LEGS_KEPT = 200


@dataclass(slots=True)
class Account:
    """One person's state."""

    person: Person
    devices: dict[str, Device] = field(default_factory=dict)
    wdm_devices: dict[str, WdmDevice] = field(default_factory=dict)
    superseded: set[str] = field(default_factory=set)
    short_grants_left: int = 0
    taken: bool = False
    requests_s: deque[float] = field(default_factory=deque)  # when, within the last minute
    legs: deque[Leg] = field(default_factory=lambda: deque(maxlen=_LEGS_KEPT))

    def drop_expired(self, now_s: float) -> None:
        """Forget what nobody kept alive."""
        for device in [one for one in self.devices.values() if one.expired(now_s)]:
            del self.devices[device.device_id]
        for wdm in [one for one in self.wdm_devices.values() if one.expired(now_s)]:
            del self.wdm_devices[wdm.device_id]

    def leg(self, device_id: str, call_id: str) -> Leg | None:
        """Return a call at a device, ended or not."""
        found = (one for one in self.legs if (one.device_id, one.call_id) == (device_id, call_id))
        return next(found, None)

    def has_calls(self, device_id: str) -> bool:
        """Say whether calls are on a device: it cannot be deregistered then."""
        ringing = any(one.device_id == device_id and one.told and not one.ended_by for one in self.legs)
        return ringing or self.person.calls > 0

    def over_rate(self, limit: int, now_s: float) -> float | None:
        """Count a request; with `limit` of them in the last minute, return how long to wait instead."""
        while self.requests_s and now_s - self.requests_s[0] >= _MINUTE_S:
            self.requests_s.popleft()
        if len(self.requests_s) >= limit:
            return self.requests_s[0] + _MINUTE_S - now_s
        self.requests_s.append(now_s)
        return None

    def supersede(self, device: Device) -> None:
        """End a registration because another session took its place: its keepalive gets 409."""
        del self.devices[device.device_id]
        self.superseded.add(device.device_id)
