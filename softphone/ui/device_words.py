"""What the choice between devices says: names, how long ago, what a removal does. Pure and Qt-free.

The texts come from the service, so a time may be anything: what cannot be read is never guessed.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from softphone.line.device import Device
from softphone.line.model import LineIdentity
from softphone.ui.moment import Moment, span

TITLE = "Too many phones on this line"
FETCHING = "Asking Webex for the devices…"
NONE_LISTED = "Webex did not say which devices are in the way. Try to register again; one may be gone by now."
UNNAMED = "Unnamed device"
NOT_CHOSEN = "Choose the device to disconnect."
SUGGESTED = "suggested: not seen for longest"

_NAME_AT_MOST = 80
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # an earlier time is the zero of some clock
_CLOCKS_DIFFER_S = 120  # a time less far ahead of ours means that the clocks differ


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChoice:
    """One device to choose. `seen_at` is the moment in full, for a tooltip; `suggested`: the oldest."""

    device: Device
    name: str
    seen: str
    seen_at: str
    suggested: bool = False

    @property
    def notes(self) -> str:
        """What stands below the name."""
        return f"{self.seen} · {SUGGESTED}" if self.suggested else self.seen

    @property
    def spoken(self) -> str:
        """All of it, for a screen reader."""
        return f"{self.name}, {self.seen}{f', {SUGGESTED}' if self.suggested else ''}"

    @property
    def consequence(self) -> str:
        """What removing it does."""
        name = f"the {self.name[0].lower()}{self.name[1:]}" if self.name.startswith(UNNAMED) else self.name
        return f"Removing {name}, {self.seen}, will stop its calls."


def sentence(identity: LineIdentity) -> str:
    """Return what the choice is about."""
    return (
        f"Webex allows no more devices for {identity.label}. Choose one to disconnect; it will stop receiving"
        " calls."
    )


def not_fetched(why: str) -> str:
    """Return what is said when the devices could not be asked for."""
    return f"The devices could not be listed. {why}"


def choices(devices: Iterable[Device], identity: LineIdentity, moment: Moment) -> tuple[DeviceChoice, ...]:
    """Return the devices as they are shown, in the order given; of several the oldest is suggested."""
    devices = tuple(devices)
    seen = {device.device_id: _read(device.last_seen) for device in devices}
    oldest = min((at for at in seen.values() if at is not None), default=None)
    suggested = next((key for key, at in seen.items() if at is not None and at == oldest), None)
    return tuple(
        DeviceChoice(
            device=device,
            name=_name(device, identity),
            seen=_seen(seen[device.device_id], moment),
            seen_at=_seen_at(seen[device.device_id], moment),
            suggested=len(devices) > 1 and device.device_id == suggested,
        )
        for device in devices
    )


def preselected(found: tuple[DeviceChoice, ...]) -> DeviceChoice | None:
    """Return the one that is chosen at first: the suggested or only one; None when nothing suggests one."""
    if len(found) == 1:
        return found[0]
    return next((choice for choice in found if choice.suggested), None)


def _name(device: Device, identity: LineIdentity) -> str:
    name = " ".join(device.name.split()) or UNNAMED
    if len(name) > _NAME_AT_MOST:
        name = f"{name[: _NAME_AT_MOST - 1]}…"
    ours = device.client_device_uri and device.client_device_uri == identity.client_device_uri
    return f"{name} (this computer)" if ours else name


def _read(iso: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(iso)
        if at.tzinfo is None:  # nothing honest can be computed from it
            return None
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at > _EARLIEST else None


def _seen(at: datetime | None, moment: Moment) -> str:
    if at is None:
        return "last seen at an unknown time"
    age_s = int((moment.wall - at).total_seconds())
    if age_s < -_CLOCKS_DIFFER_S:
        return f"seen {_local(at, moment)} by Webex's clock"
    return f"seen {span(age_s)} ago" if age_s >= 60 else "seen less than a minute ago"  # noqa: PLR2004


def _seen_at(at: datetime | None, moment: Moment) -> str:
    return "Webex did not say when it was seen" if at is None else f"Last seen {_local(at, moment)}"


def _local(at: datetime, moment: Moment) -> str:
    with contextlib.suppress(OverflowError):  # so far from our years that UTC says as much
        at = at.astimezone(moment.wall.tzinfo)
    return f"{at.day} {at.strftime('%B')} {at.year}, {at:%H:%M}"
