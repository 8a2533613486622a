"""Whose a listed device is: ours to remove, somebody's to ask about, or not ours at all. Pure.

A device id is ours when this installation was granted it (in this process, or as its profile remembers).
Any other device on one of our WDM devices may be that of a copied profile: it is alive if the service saw it
within two keepalive intervals, or if that time moves between two looks; then a person is asked. Else it is
an orphan. After a request whose end is unknown a device seen just now may be what that request made: it is
in doubt until it has stood still for two intervals, for nothing keeps it alive.
"""

from collections.abc import Iterable
from enum import Enum

from softphone.line.device import Device
from softphone.line.policy import Policy
from softphone.line.states import EARLY_S, Facts, Look
from softphone.values import replace


class Owner(Enum):
    """What may be done with a device that is in the way."""

    OURS = "ours"  # granted to this installation: it may go
    ORPHAN = "orphan"  # on our WDM device and not alive: it may go
    IN_DOUBT = "in doubt"  # perhaps what an unsure request made: look again
    ALIVE = "alive"  # on our WDM device and in use: a person decides
    OTHER = "other"  # another phone: a person decides


def looked_at(facts: Facts, devices: Iterable[Device], at_s: float) -> Facts:
    """Note how the devices were listed just now, to see whether they move."""
    before = {look.device_id: look for look in facts.looks}
    return replace(facts, looks=tuple(_look(before.get(one.device_id), one, at_s) for one in devices))


def owner_of(device: Device, facts: Facts, at_s: float, policy: Policy) -> Owner:
    """Say whose a device is that was just listed (`looked_at` comes first)."""
    if device.device_id in facts.granted:
        return Owner.OURS
    if not device.client_device_uri or device.client_device_uri not in facts.known_device_uris:
        return Owner.OTHER
    still_s = policy.alive_s(facts.interval_s)
    look = next(look for look in facts.looks if look.device_id == device.device_id)
    if look.moved:
        return Owner.ALIVE
    seen_ago_s = device.seen_ago_s or 0.0  # unknown is not long ago
    unsure = facts.may_have_left_a_device
    if seen_ago_s >= still_s or (unsure and at_s - look.since_s >= still_s - EARLY_S):
        return Owner.ORPHAN
    return Owner.IN_DOUBT if unsure else Owner.ALIVE


def _look(before: Look | None, device: Device, at_s: float) -> Look:
    if before is None:
        return Look(device.device_id, device.last_seen, at_s)
    if before.last_seen == device.last_seen:
        return before
    return Look(device.device_id, device.last_seen, at_s, moved=True)
