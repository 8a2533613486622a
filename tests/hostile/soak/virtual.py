"""The soak in virtual time: the whole program but its window, and the cloud, on one loop (`small_world`)."""

import asyncio
import random
from collections import deque
from collections.abc import Mapping
from typing import Any

from softphone.accounts.snapshot import AccountState, Purpose
from softphone.calling import driver
from softphone.line.failure import Disposition
from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState, Service
from softphone.sim.scenarios import Scenario
from softphone.sim.settings import Settings
from softphone.sim.sockets import desk
from tests.hostile.soak import figures
from tests.hostile.soak.outcome import Outcome, own_faults
from tests.hostile.soak.person import Person
from tests.hostile.soak.promises import A_PERSONS, Promises
from tests.hostile.soak.weather import REST, Deed, timetable
from tests.kit.small_world import SmallWorld, live, people

LOOK_EVERY_S = 5.0
SAMPLE_EVERY_S = 60.0
BACK_S = 75.0  # after the last fault, or after the time that a server asked to wait for
LONG_BACK_S = 288.0 + 60.0  # after an hour without any server the tries are that far apart
LONG_OUTAGE_S = 3600.0
ENDS_WITHIN_S = 3.0
REHOMING_MINUTES = (4, 8)
TOKEN_LIFE_S = 5400
HOSTS: Mapping[str, Any] = {"clusters": 1, "primaries": 2, "backups": 2, "spares": 1}


class Soak:
    """One soak, from its seed."""

    def __init__(self, world: SmallWorld, outcome: Outcome) -> None:
        self.world = world
        self.out = outcome
        self.state = world.cloud._cloud.state
        self.names = tuple(self.state.accounts)
        self.person = Person(self.names, self._sign_in, self._pressed)
        self.loop = asyncio.get_running_loop()
        self._awaited: dict[str, float] = {}
        self._recent: deque[float] = deque()
        self._restarts = 0

    @property
    def now_s(self) -> float:
        return self.loop.time()

    # ---- the whole of it

    async def run(self) -> None:
        journal = self.state.journal
        journal.entries = deque(maxlen=200)
        published = journal.on_entry

        def heard(entry: dict[str, Any]) -> None:
            published(entry)
            self._heard(entry)

        journal.on_entry = heard
        with own_faults(self.out.faults_of_ours):
            await self._begin()
            for name in self.names:
                await self._sign_in(name, Purpose())
            looking = asyncio.create_task(self._look_on())
            calm = asyncio.create_task(self._calm())
            for storm in self.out.storms:
                await self._until(storm.begin_s)
                await self._check_calm(calm)
                for deed in storm.deeds:
                    await self._until(deed.at_s)
                    await self._do(deed)
                await self._until(storm.end_s)
                await self._clear()
                calm = asyncio.create_task(self._calm())
            await self._until(self.out.length_s)
            await self._check_calm(calm)
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await self._end()
            self.out.mended = self.person.mended

    async def _begin(self) -> None:
        panel = self.world.open()
        self._restarts += 1
        panel._accounts.circuits._chance = random.Random(self.out.seed + self._restarts)
        panel.hear_calls(wanted=True)
        self.person.panel = panel
        self.out.promises.ended(None)
        await panel.start()

    async def _end(self) -> None:
        """End the program, and look at what it leaves."""
        promises, panel = self.out.promises, self.person.panel
        assert panel is not None
        self.person.panel = None
        began_s = self.now_s
        left = await self.world.close()
        took_s = self.now_s - began_s
        promises.ended(self.now_s)
        if took_s > ENDS_WITHIN_S:
            promises.breaks("the end takes 3 s", self.now_s, f"{took_s:.1f} s")
        for name, account in self.state.accounts.items():
            ledger = self.world.profile.ledger(account.person.user_id, Service.CALLING)
            known = {one.device.device_id for one in ledger.left()}
            alive = self._devices(name)
            if alive - known and not ledger.unsure:
                promises.breaks("I3 what is left is known", self.now_s, f"{name}: {alive - known}")
            if alive and not left:
                promises.breaks("I3 what is left is said", self.now_s, f"{name}: {alive}")
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        ours = [task for task in tasks if "hostile" not in str(task.get_coro().cr_code.co_filename)]  # type: ignore[union-attr]
        await asyncio.sleep(0.1)  # closing transports need some turns
        ours = [task for task in ours if not task.done()]
        if ours:
            promises.breaks("no task outlives the end", self.now_s, repr(ours[:3]))

    # ---- deeds

    async def _do(self, deed: Deed) -> None:
        cloud, network = self.world.cloud, self.world.network
        match deed.resource:
            case "faults":
                cloud.faults(deed.body)
            case "users":
                cloud.alter_user(**deed.body)
            case "settings":
                cloud.change_settings(**deed.body)
                self.out.promises.interval_s = float(self.state.settings.keepalive_interval_s)
            case "sockets":
                cloud.sockets(**deed.body)
            case "calls":
                desk.ring(self.state, deed.body, cloud.now_s)
                cloud._follow()
            case "press":
                self.person.press(*deed.body)
            case "hint":
                self._hint(deed.body)
            case "network":
                network.is_up, hinted = deed.body
                if not network.is_up:
                    cloud.faults([{"where": "any", "answer": "hang", "host": host} for host in cloud.hosts])
                    cloud.sockets(silence=True)
                else:
                    self._unplugged(over=True)
                if hinted:
                    self._hint(network.is_up)
            case "silent":
                network.silent = {int(cloud.hosts[host].rpartition(":")[2]) for host in deed.body}
            case "sleep":
                self._sleep(deed.body)
            case "wall":
                self.world.clocks.wrong_s = deed.body
            case "restart":
                await self._end()
                await asyncio.sleep(deed.body)
                await self._begin()

    def _hint(self, online: bool) -> None:
        if self.person.panel is not None:
            self.person.panel.network_changed(online=online)

    def _unplugged(self, *, over: bool) -> None:
        """What a cable that is plugged in again brings back: all but what the storm had begun beside it."""
        del over
        plan = self.state.faults.faults
        plan[:] = [one for one in plan if not (one.where == "any" and one.answer.word == "hang" and one.host)]
        self.world.cloud.sockets(silence=False)

    def _sleep(self, seconds: float) -> None:
        """The computer sleeps: for everybody else time goes on."""
        self.world.clocks.slept_s += seconds
        self.world.cloud.advance(seconds)
        self.out.promises.woke(self.now_s)

    async def _clear(self) -> None:
        """Nothing is wrong any more, and people want their lines."""
        cloud, network = self.world.cloud, self.world.network
        cloud.clear_faults()
        cloud.change_settings(**REST)
        cloud.sockets(silence=False)
        cloud._follow()
        network.is_up, network.silent = True, set()
        self.world.clocks.wrong_s = 0.0
        self.person.want_all()

    # ---- the calm

    async def _calm(self) -> None:
        """Mend what only a person can, and see until when each line must be back, and when it is."""
        began_s = self.now_s
        self._awaited = dict.fromkeys(self.names, 0.0)  # by when each must be back
        while True:
            self.person.want_all()
            was = {line.identity.account.address: line.state for line in self._lines()}
            await self.person.mend()
            shown = {line.identity.account.address: line for line in self._lines()}
            for name, known_s in tuple(self._awaited.items()):
                line = shown.get(name)
                by_s = known_s or self._back_by_s(line)
                if line is None or was.get(name) in A_PERSONS or line.state in A_PERSONS:
                    by_s = max(by_s, self.now_s + BACK_S)
                self._awaited[name] = by_s
                if line is not None and self._is_back(name, line):
                    del self._awaited[name]
                    self.out.back_s.append(self.now_s - began_s)
                elif self.now_s > by_s:
                    del self._awaited[name]
                    words = (
                        "no line" if line is None else f"{line.state} {line.failure and line.failure.title}"
                    )
                    self.out.promises.breaks("never gives up: back in time", self.now_s, f"{name}: {words}")
            await asyncio.sleep(1.0)

    def _is_back(self, name: str, line: LineSnapshot) -> bool:
        """Whether it is registered, and the service agrees."""
        held = line.registration.device.device_id if line.registration else ""
        return line.state_at(self.now_s) in REGISTERED_STATES and held in self._devices(name)

    def _back_by_s(self, line: LineSnapshot | None) -> float:
        """Return until when a line must be back, as it is when the calm begins."""
        now_s = self.now_s
        if line is None:
            return now_s + BACK_S
        since_s = line.unreachable_since_s
        if since_s is not None and now_s - since_s > LONG_OUTAGE_S:
            return now_s + LONG_BACK_S + BACK_S
        asked = line.failure is not None and line.failure.disposition is Disposition.THROTTLED
        named_s = line.next_at_s if asked and line.next_at_s is not None else now_s
        return max(now_s, named_s) + BACK_S

    async def _check_calm(self, calm: asyncio.Task[None]) -> None:
        """At its end all is as it should be."""
        promises, now_s = self.out.promises, self.now_s
        for name in self._awaited:
            promises.breaks("never gives up: back in time", now_s, f"{name}: the calm was too short")
        calm.cancel()
        await asyncio.gather(calm, return_exceptions=True)
        panel = self.person.panel
        assert panel is not None
        for account in panel.accounts:
            who, messages = account.account.address, account.messages
            if account.state is not AccountState.READY:
                promises.breaks("accounts are ready after a calm", now_s, f"{who}: {account.state}")
            if messages is None or not messages.online:
                cause = messages.cause if messages else "no socket"
                promises.breaks("messages are back after a calm", now_s, f"{who}: {cause}")
        for line in self._lines():
            name = line.identity.account.address
            held = {line.registration.device.device_id} if line.registration else set()
            overdue = line.rehome_at_s is not None and line.rehome_at_s < now_s - BACK_S
            if line.state not in REGISTERED_STATES or overdue:
                promises.breaks(
                    "registered, and on its way home", now_s, f"{name}: {line.state} {line.server}"
                )
            if self._devices(name) != held:
                promises.breaks("I1 no orphan after a calm", now_s, f"{name}: {self._devices(name)}, {held}")
            ledger = self.world.profile.ledger(self.state.accounts[name].person.user_id, Service.CALLING)
            if {one.device.device_id for one in ledger.left()} != held or ledger.unsure:
                promises.breaks(
                    "the ledger holds what is held", now_s, f"{name}: {ledger.left()} {ledger.unsure}"
                )
        self.out.away += sum(line.state is LineState.REGISTERED_BACKUP for line in self._lines())
        self.out.rests.append(figures.rest(now_s))

    # ---- looking on

    def _heard(self, entry: dict[str, Any]) -> None:
        self.out.promises.wire(entry, self.now_s)
        self._recent.append(self.now_s)
        if entry["user"]:
            self._seen(entry["user"])

    def _seen(self, name: str) -> None:
        account = self.state.accounts[name]
        slept_s = self.world.clocks.slept_s
        devices = [
            (one.device_id, one.last_seen_s - slept_s) for one in account.devices.values() if not one.others
        ]
        self.out.promises.seen(name, devices)

    async def _look_on(self) -> None:
        next_sample_s = 0.0
        while True:
            for name in self.names:
                self._seen(name)
            self.out.promises.look(self._lines(), self.person.wishes, self.now_s, self.now_s)
            if self.now_s >= next_sample_s:
                next_sample_s = self.now_s + SAMPLE_EVERY_S
                while self._recent and self._recent[0] < self.now_s - 60:
                    self._recent.popleft()
                registered = sum(line.state_at(self.now_s) in REGISTERED_STATES for line in self._lines())
                self.out.samples.append(figures.sample(self.now_s, registered, len(self._recent)))
            await asyncio.sleep(LOOK_EVERY_S)

    def _lines(self) -> tuple[LineSnapshot, ...]:
        return self.person.panel.lines if self.person.panel is not None else ()

    def _devices(self, name: str) -> set[str]:
        account = self.state.accounts[name]
        self.state.age(account, self.world.cloud.now_s)
        return {one.device_id for one in account.devices.values() if not one.others}

    def _pressed(self, name: str, wanted: bool | None) -> None:
        self.out.promises.pressed(name, self.now_s, wanted=wanted)

    async def _sign_in(self, name: str, purpose: Purpose) -> None:
        await self.world.sign_in(name, purpose)

    async def _until(self, at_s: float) -> None:
        await asyncio.sleep(max(0.0, at_s - self.now_s))


def virtual_soak(*, seed: int, lines: int, hours: float, shared: bool | None = None) -> Outcome:
    """Soak so many lines for so many hours of virtual time."""
    dice = random.Random(seed)
    driver._CHANCE.seed(seed)
    everybody = people(lines)
    storms = timetable(seed, length_s=hours * 3600, people=[one.name for one in everybody], local=True)
    outcome = Outcome(seed, lines, storms, Promises(), length_s=hours * 3600)
    settings = Settings(
        access_token_ttl_s=TOKEN_LIFE_S,
        rotate_refresh_token=True,
        devices_shared=dice.random() < 0.5 if shared is None else shared,
        rehoming_min_minutes=REHOMING_MINUTES[0],
        rehoming_max_minutes=REHOMING_MINUTES[1],
    )

    async def play(world: SmallWorld) -> None:
        await Soak(world, outcome).run()

    live(play, Scenario("soak", "", "", everybody, settings=settings), seed=seed, **HOSTS)
    return outcome
