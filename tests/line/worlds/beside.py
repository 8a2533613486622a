"""What the runner does beside the machine of world.py: DELETEs of devices that must not stay, and
the look at the list of devices after an unsure request (calling/removals.py).
"""

from typing import TYPE_CHECKING

from softphone.line import events as happens
from softphone.line.device import Device
from softphone.line.ownership import Owner, looked_at, owner_of
from softphone.line.states import Facts, Registered
from softphone.values import replace
from tests.line.failures import DONE_ALL_THE_SAME, REMOVAL_RETRY_S, failure_for

if TYPE_CHECKING:
    from tests.line.worlds.world import World

BOUND = 12  # requests of a line in any 60 s (reliability.md#bound), clicks aside
ROOM_FOR_OTHERS = 4
LOOK_AFTER_S = 20.0


class Beside:
    """The devices that must not stay (on disk, with the tries so far), and whether the list is looked at."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.tries: dict[str, int] = {}
        self.looking = False
        self._looked: Facts = world.state.facts

    def starts_again(self, left: set[str]) -> None:
        """After a kill: what is on disk is removed."""
        self.looking = False
        self.tries = {}
        for device_id in left:
            kept = self.world.kept[device_id]
            self.remove(kept.url, kept.device)

    def remove(self, url: str, device: Device, for_s: float | None = None) -> None:
        """DELETE until it is gone, or until the service has dropped it by itself."""
        self.tries.setdefault(device.device_id, 0)
        keeps_s = 5 * self.world.service.interval_s if for_s is None else for_s
        self._remove_after(0.0, url, device, self.world.now_s + keeps_s)

    def is_gone(self, device_id: str) -> None:
        self.tries.pop(device_id, None)

    def _remove_after(self, after_s: float, url: str, device: Device, until_s: float) -> None:
        self.world.put_on_agenda(after_s, lambda: self._remove_now(url, device, until_s))

    def _remove_now(self, url: str, device: Device, until_s: float) -> happens.AnyEvent | None:
        world = self.world
        if device.device_id not in self.tries:
            return None
        if world.now_s >= until_s:  # the service has dropped it by itself
            self.is_gone(device.device_id)
            return happens.Discarded(at_s=0, device=device)
        room_at_s = world.state.facts.room_at_s(world.now_s, BOUND - ROOM_FOR_OTHERS)
        if room_at_s > world.now_s:
            self._remove_after(min(room_at_s, until_s) - world.now_s, url, device, until_s)
            return None
        world.sends_beside()
        word = world.word_of(url)
        done = word in DONE_ALL_THE_SAME or word in {"slow", "404"}
        if done:
            world.service.delete(url, device.device_id)
        if done and word not in {"lost", "nonsense", "late"}:
            self.is_gone(device.device_id)
            return happens.Discarded(at_s=0, device=device)
        tries = self.tries[device.device_id]
        self.tries[device.device_id] = tries + 1
        self._remove_after(REMOVAL_RETRY_S[min(tries, len(REMOVAL_RETRY_S) - 1)], url, device, until_s)
        return happens.Discarded(at_s=0, device=device, failure=failure_for("delete", "503"))

    def look_if_unsure(self) -> None:
        """Once registered again after an unsure request, list the devices and remove what is ours."""
        state = self.world.state
        if not self.looking and state.facts.unsure and isinstance(state, Registered):
            self.looking = True
            self.world.put_on_agenda(LOOK_AFTER_S, self._look_now)

    def _look_now(self) -> happens.AnyEvent | None:
        world, facts = self.world, self.world.state.facts
        self.looking = False
        if not isinstance(world.state, Registered) or facts.posts or world.word_of("") != "200":
            return None
        if not facts.has_room(world.now_s, 1, BOUND - ROOM_FOR_OTHERS):
            return None
        world.sends_beside()
        world.service.expire(world.now_s)
        held = world.state.lease.device.device_id
        listed = [kept.listed(world.now_s) for key, kept in world.kept.items() if key != held]
        self._looked = looked_at(replace(facts, looks=self._looked.looks), listed, world.now_s)
        doubts = False
        for device in listed:
            owner = owner_of(device, self._looked, world.now_s, world.policy)
            doubts = doubts or owner is Owner.IN_DOUBT
            if owner in (Owner.OURS, Owner.ORPHAN) and device.device_id not in self.tries:
                self.remove(world.kept[device.device_id].url, device)
        return None if doubts else happens.Tidied(at_s=0)
