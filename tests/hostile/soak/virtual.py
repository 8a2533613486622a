"""The soak in virtual time: the whole program but its window, and the cloud, on one loop (`small_world`)."""

import math
import random
from collections import deque
from collections.abc import Mapping
from typing import Any

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import Purpose
from softphone.calling import driver
from softphone.sim.scenarios import Scenario
from softphone.sim.settings import Settings
from softphone.sim.sockets import desk
from tests.hostile.soak.outcome import Outcome
from tests.hostile.soak.promises import Promises
from tests.hostile.soak.soaking import Soak
from tests.hostile.soak.weather import CALM_SETTINGS, Deed, timetable
from tests.kit.small_world import SmallWorld, live, people

HOSTS: Mapping[str, Any] = {"clusters": 1, "primaries": 2, "backups": 2, "spares": 1}
RULES: Mapping[str, Any] = {
    "access_token_ttl_s": 5400,
    "rotate_refresh_token": True,
    "rehoming_min_minutes": 4,
    "rehoming_max_minutes": 8,
}


class VirtualSoak(Soak):
    """The cloud tells of each request, and its state is looked into."""

    def __init__(self, world: SmallWorld, outcome: Outcome) -> None:
        self.world = world
        self.state = world.cloud._cloud.state
        self.profile = world.profile
        super().__init__(self.state.accounts, outcome)
        journal = self.state.journal
        journal.entries = deque(maxlen=200)  # nobody reads it later
        published, self._starts = journal.on_entry, 0

        def on_entry(entry: dict[str, Any]) -> None:
            published(entry)
            self.heard(entry, self.now_s)
            if entry["user"]:
                self._see(entry["user"])

        journal.on_entry = on_entry

    async def begin(self) -> Panel:
        panel = self.world.open()
        self.services = self.world.services
        self._starts += 1
        panel._accounts.circuits._chance = random.Random(self.out.seed + self._starts)
        panel.hear_calls(wanted=True)
        await panel.start()
        return panel

    async def end(self) -> tuple[str, ...]:
        return await self.world.close()

    async def sign_in(self, name: str, purpose: Purpose) -> None:
        await self.world.sign_in(name, purpose)

    async def look(self) -> None:
        for name in self.names:
            self._see(name)

    def devices(self, name: str) -> set[str]:
        account = self.state.accounts[name]
        self.state.age(account, self.world.cloud.now_s)
        kept = [one for one in account.devices.values() if not one.others]
        return {one.device_id for one in kept if math.isinf(one.deleted_at_s)}  # a DELETE may act later

    async def do(self, deed: Deed) -> None:
        cloud, network = self.world.cloud, self.world.network
        match deed.resource:
            case "faults":
                cloud.faults(deed.body)
            case "users":
                cloud.alter_user(**deed.body)
            case "settings":
                cloud.change_settings(**deed.body)
            case "sockets":
                cloud.sockets(**deed.body)
            case "calls":
                desk.ring(self.state, deed.body, cloud.now_s)
                cloud._follow()
            case "network":
                network.is_up, hinted = deed.body
                self._plug()
                if hinted:
                    self.hint(online=network.is_up)
            case "silent":
                network.silent = {int(cloud.hosts[host].rpartition(":")[2]) for host in deed.body}
            case "sleep":  # for everybody else time goes on
                self.world.clocks.slept_s += deed.body
                cloud.advance(deed.body)
                self.out.promises.woke(self.now_s)
            case "wall":
                self.world.clocks.wrong_s = deed.body

    async def clear(self) -> None:
        cloud, network = self.world.cloud, self.world.network
        cloud.clear_faults()
        cloud.change_settings(**CALM_SETTINGS)
        network.is_up, network.silent = True, set()
        self._plug()
        cloud._follow()
        self.world.clocks.wrong_s = 0.0

    def _plug(self) -> None:
        """What goes over open connections goes nowhere while the network is down."""
        cloud, plan = self.world.cloud, self.state.faults.faults
        plan[:] = [one for one in plan if one.source.get("reused") is not False]
        if not self.world.network.is_up:
            cloud.faults([{"where": "any", "answer": "hang", "reused": False}])
        cloud.sockets(silence=not self.world.network.is_up)

    def _see(self, name: str) -> None:
        slept_s = self.world.clocks.slept_s + self._began_s
        devices = self.state.accounts[name].devices.values()
        seen = [
            (one.device_id, one.last_seen_s - slept_s, one.lifetime_s) for one in devices if not one.others
        ]
        self.out.promises.seen(name, seen)


def virtual_soak(*, seed: int, lines: int, hours: float) -> Outcome:
    """Soak so many lines for so many hours of virtual time."""
    dice = random.Random(seed)
    driver._CHANCE.seed(seed)
    everybody = people(lines)
    storms = timetable(seed, length_s=hours * 3600, people=[one.name for one in everybody], local=True)
    promises = Promises([one.name for one in everybody])
    outcome = Outcome(seed, lines, storms, promises, length_s=hours * 3600)
    settings = Settings(devices_shared=dice.random() < 0.5, **RULES)

    async def play(world: SmallWorld) -> None:
        await VirtualSoak(world, outcome).run()

    live(play, Scenario("soak", "", "", everybody, settings=settings), seed=seed, **HOSTS)
    return outcome
