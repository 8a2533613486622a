"""What is said of devices: names, how long ago, what a removal does. Pure and Qt-free.

The texts come from the service, so a time may be anything: what cannot be read is never guessed.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from msgspec import Struct

from softphone.i18n import counted, date_and_time, tr
from softphone.line.device import Device
from softphone.line.model import LineIdentity
from softphone.wording.moment import Moment, ago

TITLE = "Too many devices on this line"  # shown
FETCHING = "Asking Webex for the devices…"  # shown
NONE_LISTED = "Webex names no device. One may be gone by now."  # shown
NO_OTHERS = "No other devices."  # shown
NOT_CHOSEN = "Choose a device first."  # shown
CONSEQUENCE = "Webex can no longer reach that device."  # shown
OURS = "This computer"  # shown
OLDEST = "oldest"  # shown
OURS_STAYS = "Deregister its line to remove it."  # shown

_NAME_AT_MOST = 80
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # an earlier time is the zero of some clock
_CLOCKS_DIFFER_S = 120  # a time less far ahead of ours means that the clocks differ
_MINUTE_S = 60
_TOGETHER_S = 60  # two keepalive intervals: devices that dropped at once were last seen within them
_ACTIVE = "active"


class DeviceChoice(Struct, frozen=True, kw_only=True):
    """One device to choose. `seen_at` is the moment in full, for a tooltip; `oldest`: by its age.

    `at` is the same as a value, None when it is unknown.
    """

    device: Device
    name: str
    seen: str
    seen_at: str
    at: datetime | None
    ours: bool
    oldest: bool

    @property
    def notes(self) -> str:
        """What stands below the name."""
        parts = (tr(OURS) if self.ours else "", self.seen, tr(OLDEST) if self.oldest else "")
        return " · ".join(filter(None, parts))

    @property
    def spoken(self) -> str:
        """All of it, for a screen reader."""
        return f"{self.name}, {self.notes.replace(' · ', ', ')}"


def sentence(identity: LineIdentity) -> str:
    """Return what the choice is about."""
    return tr("Choose which device to remove for {line}.", line=identity.label)


def not_fetched(why: str) -> str:
    """Return what is said when the devices could not be asked for."""
    return f"{tr('The devices could not be listed.')} {tr(why)}"


def choices(devices: Iterable[Device], own_uris: Collection[str], moment: Moment) -> tuple[DeviceChoice, ...]:
    """Return the devices as they are shown, newest last; first those that were seen at an unknown time.

    `own_uris` are the WDM devices of this computer. Of devices that are equally old none is the oldest.
    """
    seen = [(device, _read(device.last_seen)) for device in devices]
    seen.sort(key=lambda each: each[1] or _EARLIEST)
    times = [at for _, at in seen if at is not None]
    marks = len(seen) > 1 and times.count(times[0]) == 1 if times else False
    return tuple(
        DeviceChoice(
            device=device,
            name=_name(device),
            seen=_seen(at, moment),
            seen_at=_seen_at(at, moment),
            at=at,
            ours=bool(device.client_device_uri) and device.client_device_uri in own_uris,
            oldest=marks and at == times[0],
        )
        for device, at in seen
    )


# --- The screen of all devices ---


def question(choice: DeviceChoice) -> str:
    """Return what is asked before a device is removed."""
    return tr("Remove {name}?", name=choice.name)


def removed(choice: DeviceChoice) -> str:
    """Return what is said once a device is gone."""
    return tr("{name} was removed.", name=choice.name)


def still_there(choice: DeviceChoice) -> str:
    """Return what is said of a device that is listed after Webex let it go."""
    return tr("Webex still lists {name}. Try again in a minute.", name=choice.name)


def not_removed(choice: DeviceChoice, why: str) -> str:
    """Return what is said when a device could not be removed."""
    return f"{tr('{name} was not removed.', name=choice.name)} {tr(why)}"


def dropped_together(devices: Collection[Device], moment: Moment) -> str:
    """Return what devices that fell silent at once tell of the cause (interface.md#devices), or nothing.

    Only what the service itself calls inactive counts: a last keepalive alone says nothing.
    """
    silent = [device for device in devices if device.status.lower() not in {"", _ACTIVE}]
    times = sorted(at for device in silent if (at := _read(device.last_seen)) is not None)
    most: list[datetime] = []
    for place, first in enumerate(times):
        near = [at for at in times[place:] if (at - first).total_seconds() <= _TOGETHER_S]
        most = max(most, near, key=len)
    if len(most) < 2:  # noqa: PLR2004 - one alone tells nothing
        return ""
    return counted(
        len(devices),
        "{silent} of {n} device dropped together, {when}: the network or Webex, not one computer.",
        "{silent} of {n} devices dropped together, {when}: the network or Webex, not one computer.",
        silent=len(most),
        when=_local(most[-1], moment),
    )


def _name(device: Device) -> str:
    name = " ".join(device.name.split()) or tr("Unnamed device")
    return f"{name[: _NAME_AT_MOST - 1]}…" if len(name) > _NAME_AT_MOST else name


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
        return tr("seen at an unknown time")
    age_s = int((moment.wall - at).total_seconds())
    if age_s < -_CLOCKS_DIFFER_S:
        return tr("seen {time} by Webex's clock", time=_local(at, moment))
    if age_s < _MINUTE_S:
        return tr("seen just now")
    return tr("seen {ago}", ago=ago(age_s))


def _seen_at(at: datetime | None, moment: Moment) -> str:
    if at is None:
        return tr("Webex did not say when it was seen")
    return tr("Last seen {time}", time=_local(at, moment))


def _local(at: datetime, moment: Moment) -> str:
    return date_and_time(moment.local(at))
