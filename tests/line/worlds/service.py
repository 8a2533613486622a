"""The service of world.py: the devices of one person, as protocol.md#test-service keeps them.

A limit (one count over all hosts, or one for each: `shared`), expiry after five intervals, and a second
device on one WDM device refused. It knows its own devices only, and nothing of networks or lines.
"""

from dataclasses import dataclass

from softphone.line.device import Device
from softphone.line.model import Registration
from softphone.values import replace

OURS = "https://wdm.example/devices/ours"
THEIRS = "https://wdm.example/devices/theirs"
INTERVAL_S = 30.0


@dataclass(slots=True)
class Kept:
    """A device as the service keeps it. `url` is the host's; a `copy` is kept alive by another computer."""

    device: Device
    url: str
    seen_at_s: float
    expires_at_s: float
    copy: bool = False

    def listed(self, now_s: float) -> Device:
        """Return the device as a list shows it."""
        return replace(self.device, last_seen=f"{self.seen_at_s:g}", seen_ago_s=now_s - self.seen_at_s)


class Service:
    """What the hosts know. Each method says when it happens."""

    def __init__(self, *, device_limit: int, shared: bool, interval_s: float) -> None:
        self.device_limit = device_limit
        self.shared = shared
        self.interval_s = interval_s
        self.rehoming_minutes: float | None = None
        self.kept: dict[str, Kept] = {}
        self.granted = 0

    def register(self, url: str, now_s: float) -> Registration | tuple[Device, ...]:
        """Grant the line, or list the devices that are in the way."""
        self.expire(now_s)
        here = [kept for kept in self.kept.values() if self.shared or kept.url == url]
        ours = any(kept.device.client_device_uri == OURS for kept in here)
        if ours or len(here) >= self.device_limit:
            return tuple(kept.listed(now_s) for kept in here)
        return Registration(
            device=self.keep(OURS, url, now_s).device,
            keepalive_interval_s=self.interval_s,
            rehoming_interval_min_minutes=self.rehoming_minutes,
            rehoming_interval_max_minutes=self.rehoming_minutes,
        )

    def prove(self, url: str, device_id: str, now_s: float) -> bool:
        """Whether this host knows the device; it lives on if so."""
        self.expire(now_s)
        kept = self.kept.get(device_id)
        if kept is None or kept.url != url:
            return False
        self._lives(kept, now_s)
        return True

    def delete(self, url: str, device_id: str, *, anywhere: bool = False) -> None:
        """Forget the device, if this host may."""
        kept = self.kept.get(device_id)
        if kept is not None and (anywhere or kept.url == url):
            del self.kept[device_id]

    def keep(self, client_device_uri: str, url: str, now_s: float) -> Kept:
        self.granted += 1
        device_id = f"d{self.granted}"
        device = Device(
            device_id=device_id, uri=f"{url}devices/{device_id}", client_device_uri=client_device_uri
        )
        kept = Kept(device, url, now_s, now_s)
        self._lives(kept, now_s)
        self.kept[device_id] = kept
        return kept

    def expire(self, now_s: float) -> None:
        """Drop what nothing has kept alive; a copy's computer beats without pause."""
        for kept in self.kept.values():
            if kept.copy:
                self._lives(kept, now_s)
                kept.seen_at_s = now_s - now_s % self.interval_s
        self.kept = {key: kept for key, kept in self.kept.items() if kept.expires_at_s > now_s}

    def ours(self) -> set[str]:
        """Return the devices on our WDM device."""
        return {key for key, kept in self.kept.items() if kept.device.client_device_uri == OURS}

    # ---- other computers, and time

    def somebody_registers(self, url: str, now_s: float) -> None:
        """Another client of the person takes a seat, or ours if there is none."""
        self.expire(now_s)
        if len(self.kept) >= self.device_limit:
            self.kept.clear()
        self.keep(THEIRS, url, now_s)

    def a_copy_registers(self, url: str, now_s: float) -> bool:
        """A copy of our profile registers on another computer, on the same WDM device, if there is a seat."""
        self.expire(now_s)
        for key in self.ours():
            del self.kept[key]
        if len(self.kept) >= self.device_limit:
            return False
        self.keep(OURS, url, now_s).copy = True
        return True

    def the_copies_end(self) -> None:
        for kept in self.kept.values():
            kept.copy = False

    def ages(self, kept: Kept, seconds: float) -> None:
        """The service's clock ran on by so much."""
        kept.expires_at_s -= seconds
        kept.seen_at_s -= seconds

    def _lives(self, kept: Kept, now_s: float) -> None:
        kept.seen_at_s = now_s
        kept.expires_at_s = now_s + 5 * self.interval_s
