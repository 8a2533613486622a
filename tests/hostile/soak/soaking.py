"""A soak from its first storm to its last calm, wherever the clocks and the cloud are.

`virtual` and `real` say how the program is begun and ended, and how the cloud is told and looked at.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from typing import Any

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountState, Purpose
from softphone.app import Services
from softphone.calling.messages import MessageState
from softphone.line.failure import Disposition, ErrorType, Failure
from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState, Service
from softphone.settings.profile import Profile
from softphone.sim.services.mint import id_of
from tests.hostile.soak import figures
from tests.hostile.soak.outcome import Outcome, own_faults
from tests.hostile.soak.person import Person
from tests.hostile.soak.promises import A_PERSONS
from tests.hostile.soak.weather import Deed

LOOK_EVERY_S = 5.0
SAMPLE_EVERY_S = 60.0
BACK_S = 75.0  # after the last fault, or after the time that a server asked to wait for
LONG_BACK_S = 288.0 + 60.0  # after an hour without any server the tries are that far apart
LONG_OUTAGE_S = 3600.0
IN_DOUBT_S = 120.0  # a device that a lost answer may have made is looked at for two intervals (Owners)
RENEWAL_S = 300.0  # the tries to renew a sign-in are at most so far apart (sign-in.md#retries)
MESSAGES_WAIT_S = 3600.0 + LONG_BACK_S
ENDS_WITHIN_S = 3.0  # real seconds


class Soak(ABC):
    """One soak. `second_s`: what a nominal second lasts on the loop."""

    profile: Profile
    services: Services

    def __init__(self, names: Iterable[str], outcome: Outcome, *, second_s: float = 1.0) -> None:
        self.out = outcome
        self.names = tuple(names)
        self.panel: Panel | None = None
        self.second_s = second_s
        self.person = Person(self.names, self.sign_in, self._pressed, outcome.promises.who, second_s=second_s)
        self._who = outcome.promises.who
        self.loop = asyncio.get_running_loop()
        self._began_s = self.loop.time()
        self._back_s = BACK_S + 2 * outcome.promises.slack_s
        self._awaited: dict[str, float] = {}  # by when each must be back, 0.0: not known yet
        self._recent: deque[float] = deque()

    # ---- what differs

    @abstractmethod
    async def begin(self) -> Panel:
        """Start the program; its panel is started."""

    @abstractmethod
    async def end(self) -> tuple[str, ...]:
        """End the program as a person does; return what it says that it leaves."""

    @abstractmethod
    async def sign_in(self, name: str, purpose: Purpose) -> None:
        """Sign somebody in. Raises SignInError."""

    @abstractmethod
    async def do(self, deed: Deed) -> None:
        """Have a deed happen that is no press of a button."""

    @abstractmethod
    async def clear(self) -> None:
        """Nothing is wrong any more."""

    @abstractmethod
    def devices(self, name: str) -> set[str]:
        """Return the devices of ours that the service keeps for somebody."""

    @abstractmethod
    async def look(self) -> None:
        """Look at the cloud."""

    # ---- the whole of it

    @property
    def now_s(self) -> float:
        """Nominal seconds since the beginning."""
        return (self.loop.time() - self._began_s) / self.second_s

    async def run(self) -> None:
        """Go through all storms."""
        with own_faults(self.out.faults_of_ours):
            await self._begin()
            looking = asyncio.create_task(self._look_on())
            for name in self.names:
                await self.sign_in(name, Purpose())
            self.out.signed_in_s = self.now_s
            calm = asyncio.create_task(self._calm())
            for storm in self.out.storms:
                await self.until(storm.begin_s)
                await self._check_calm(calm)
                for deed in storm.deeds:
                    await self.until(deed.at_s)
                    await self._do(deed)
                await self.until(storm.end_s)
                await self.clear()
                self.person.want_all()
                calm = asyncio.create_task(self._calm())
            await self.until(self.out.length_s)
            await self._check_calm(calm)
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await self._end()
            self.out.mended = self.person.mended

    async def until(self, at_s: float) -> None:
        """Wait for a moment of the timetable, which begins when everybody has signed in."""
        await asyncio.sleep(max(0.0, self.out.signed_in_s + at_s - self.now_s) * self.second_s)

    async def _do(self, deed: Deed) -> None:
        match deed.resource:
            case "press":
                self.person.press(*deed.body)
            case "hint":
                self.hint(online=deed.body)
            case "restart":
                await self._end()
                await asyncio.sleep(deed.body * self.second_s)
                await self._begin()
            case _:
                await self.do(deed)

    def hint(self, *, online: bool) -> None:
        """The desktop says that there is a network, or none."""
        if self.person.panel is not None:
            self.person.panel.network_changed(online=online)

    async def _begin(self) -> None:
        self.out.promises.ended(None)
        for name in self.names:  # the bound counts anew with each start
            self.out.promises.pressed(name, self.now_s, wanted=None)
        self.panel = self.person.panel = await self.begin()

    async def _end(self) -> None:
        """End the program, and look at what it leaves."""
        promises, self.person.panel = self.out.promises, None
        began_s = self.loop.time()
        left = await self.end()
        self.panel = None
        took_s = self.loop.time() - began_s
        await self.look()
        promises.ended(self.now_s)
        if took_s > ENDS_WITHIN_S:
            promises.breaks("the end takes 3 s", self.now_s, f"{took_s:.1f} s")
        for name in self.names:
            ledger = self.profile.ledger(id_of(name), Service.CALLING)
            known = {one.device.device_id for one in ledger.left()}
            alive = self.devices(name)
            if alive - known and not ledger.unsure:
                promises.breaks("I3 what is left is known", self.now_s, f"{name}: {alive - known}")
            if alive and not left:
                promises.breaks("I3 what is left is said", self.now_s, f"{name}: {alive}")
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.sleep(0.1)  # closing transports need some turns
        ours = [task for task in tasks if not task.done() and not _is_of_the_soak(task)]
        if ours:
            promises.breaks("no task outlives the end", self.now_s, repr(ours[:3]))

    # ---- the calm

    async def _calm(self) -> None:
        """Mend what only a person can, and see until when each line must be back, and when it is."""
        began_s = self.now_s
        self._awaited = dict.fromkeys(self.names, 0.0)
        while True:
            self.person.want_all()
            was = {self._who(line): line.state for line in self._lines()}
            await self.person.mend()
            shown = {self._who(line): line for line in self._lines()}
            for name, known_s in tuple(self._awaited.items()):
                line = shown.get(name)
                by_s = known_s or self._back_by_s(line)
                if line is None or was.get(name) in A_PERSONS or line.state in A_PERSONS:
                    by_s = max(by_s, self.now_s + self._back_s)
                if line is not None and line.failure is not None:
                    by_s = max(by_s, began_s + _longer_s(line.failure) + self._back_s)
                self._awaited[name] = by_s
                if line is not None and self._is_back(name, line):
                    del self._awaited[name]
                    self.out.back_s.append(self.now_s - began_s)
                elif self.now_s > by_s:
                    del self._awaited[name]
                    self.out.promises.breaks("never gives up: back in time", self.now_s, _words(name, line))
            await asyncio.sleep(self.second_s)

    def _is_back(self, name: str, line: LineSnapshot) -> bool:
        """Whether it is registered, and the service agrees."""
        held = line.registration.device.device_id if line.registration else ""
        return line.state_at(self.loop.time()) in REGISTERED_STATES and held in self.devices(name)

    def _back_by_s(self, line: LineSnapshot | None) -> float:
        """Return until when a line must be back, as it is when the calm begins."""
        now_s, clock_s = self.now_s, self.loop.time()
        if line is None:
            return now_s + self._back_s
        since_s = line.unreachable_since_s
        if since_s is not None and clock_s - since_s > LONG_OUTAGE_S * self.second_s:
            return now_s + LONG_BACK_S + self._back_s
        asked = line.failure is not None and line.failure.disposition is Disposition.THROTTLED
        wait_s = line.next_at_s - clock_s if asked and line.next_at_s is not None else 0.0
        return now_s + max(0.0, wait_s / self.second_s) + self._back_s

    async def _check_calm(self, calm: asyncio.Task[None]) -> None:
        """At its end all is as it should be."""
        await self.look()
        promises, now_s = self.out.promises, self.now_s
        shown = {self._who(line): line for line in self._lines()}
        for name in self._awaited:
            promises.breaks("never gives up: back in time", now_s, _words(name, shown.get(name)))
        calm.cancel()
        await asyncio.gather(calm, return_exceptions=True)
        panel = self.person.panel
        assert panel is not None
        for account in panel.accounts:
            who = account.account.address
            if account.state is not AccountState.READY:
                promises.breaks("accounts are ready after a calm", now_s, f"{who}: {account.state}")
            if not self._hears(account.messages):
                cause = account.messages.cause if account.messages else "no socket"
                promises.breaks("messages are back after a calm", now_s, f"{who}: {cause}")
        for name, line in shown.items():
            self._check_line(name, line, now_s)
            if line.identity.account.address != name:
                promises.breaks("a line has its name after a calm", now_s, name)
        self.out.away += sum(line.state is LineState.REGISTERED_BACKUP for line in shown.values())
        self.out.rests.append(figures.rest(now_s, panel, self.services))

    def _hears(self, messages: MessageState | None) -> bool:
        """Whether calls are heard of, or it is said why not for an hour at most (sockets.md#reconnecting)."""
        if messages is None or messages.online:
            return messages is not None
        gone_s = (self.loop.time() - messages.since_s) / self.second_s
        return bool(messages.cause) and not messages.needs_person and gone_s < MESSAGES_WAIT_S

    def _check_line(self, name: str, line: LineSnapshot, now_s: float) -> None:
        promises, held = self.out.promises, set[str]()
        if line.registration is not None:
            held = {line.registration.device.device_id}
        home_at_s = line.rehome_at_s
        overdue = home_at_s is not None and self.loop.time() - home_at_s > self._back_s * self.second_s
        if line.state not in REGISTERED_STATES or overdue:
            promises.breaks("registered, and on its way home", now_s, _words(name, line))
        if self.devices(name) != held:
            promises.breaks("I1 no orphan after a calm", now_s, f"{name}: {self.devices(name)}, {held}")
        ledger = self.profile.ledger(id_of(name), Service.CALLING)
        kept = {one.device.device_id for one in ledger.left()}
        if kept != held or ledger.unsure:
            promises.breaks("the ledger holds what is held", now_s, f"{name}: {kept} {held} {ledger.unsure}")

    # ---- looking on

    def heard(self, entry: dict[str, Any], at_s: float) -> None:
        """Take one request that the service had, at a nominal moment."""
        self.out.promises.wire(entry, at_s)
        self._recent.append(at_s)

    async def _look_on(self) -> None:
        next_sample_s = 0.0
        while True:
            await self.look()
            clock_s = self.loop.time()
            self.out.promises.look(self._lines(), self.person.wishes, self.now_s, clock_s)
            if self.now_s >= next_sample_s:
                next_sample_s = self.now_s + SAMPLE_EVERY_S
                while self._recent and self._recent[0] < self.now_s - 60:
                    self._recent.popleft()
                registered = sum(line.state_at(clock_s) in REGISTERED_STATES for line in self._lines())
                self.out.samples.append(figures.sample(self.now_s, registered, len(self._recent)))
            await asyncio.sleep(LOOK_EVERY_S * self.second_s)

    def _lines(self) -> tuple[LineSnapshot, ...]:
        return self.person.panel.lines if self.person.panel is not None else ()

    def _pressed(self, name: str, wanted: bool | None) -> None:
        self.out.promises.pressed(name, self.now_s, wanted=wanted)


def _words(name: str, line: LineSnapshot | None) -> str:
    if line is None:
        return f"{name}: no line"
    return f"{name}: {line.state.value} at {line.server}, {line.failure and line.failure.title}"


def _longer_s(failure: Failure) -> float:
    """Return how much longer than others a line may take that waits for this."""
    if failure.disposition is Disposition.DEVICE_LIMIT:
        return IN_DOUBT_S
    return RENEWAL_S if failure.error_type is ErrorType.TOKEN else 0.0


def _is_of_the_soak(task: asyncio.Task[Any]) -> bool:
    return "hostile" in str(getattr(task.get_coro(), "cr_code", None))
