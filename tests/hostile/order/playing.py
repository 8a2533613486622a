"""One play of a scenario on a loop that shuffles, and what must hold when it is over."""

import asyncio
import contextlib
import gc
import random
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from softphone.accounts.panel import Panel
from softphone.calling import driver
from softphone.calling.calling_client import CallingClient
from softphone.calling.line import Line
from softphone.line.model import LineSnapshot, LineState, Service
from softphone.sim.scenarios import Scenario
from softphone.sim.settings import Settings
from tests.hostile.order.shuffling import ShufflingLoop
from tests.hostile.soak.outcome import own_faults
from tests.hostile.soak.promises import Promises
from tests.kit.small_world import SmallWorld, live, people

PATIENCE_S = 200.0  # virtual
LOOK_EVERY_S = 0.02
ENDS_WITHIN_S = 3.2
SETTINGS = Settings(
    access_token_ttl_s=5400, rotate_refresh_token=True, rehoming_min_minutes=1, rehoming_max_minutes=2
)


class Play:
    """What a scenario works with. `dice` is its chance, `promises` hear of every request."""

    def __init__(self, world: SmallWorld, dice: random.Random, promises: Promises) -> None:
        self.world = world
        self.dice = dice
        self.promises = promises
        self.state = world.cloud._cloud.state
        self.names = tuple(self.state.accounts)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, ShufflingLoop)
        self.loop = loop
        self.panel: Panel
        journal = self.state.journal
        published = journal.on_entry

        def on_entry(entry: dict[str, Any]) -> None:
            published(entry)
            promises.wire(entry, self.now_s)
            self.see()

        journal.on_entry = on_entry

    @property
    def now_s(self) -> float:
        return self.loop.time()

    # ---- the program

    async def open(self, *, sessions: bool = False, messages: bool = False) -> None:
        """Start the program with everybody signed in: by a given token, or as a person does."""
        self.panel = self.world.open()
        self.panel._accounts.circuits._chance = random.Random(self.dice.random())
        self.panel.hear_calls(wanted=messages)
        await self.panel.start(restore=False)
        for user in self.world.cloud.users:
            if sessions:
                await self.world.sign_in(user.name)
            else:
                self.panel.add(self.world.services.given_token(user.token))

    async def open_registered(self, **how: bool) -> None:
        """The same, and wait until all lines are registered."""
        await self.open(**how)
        await self.all_are(LineState.REGISTERED)

    def line_of(self, snapshot: LineSnapshot) -> Line:
        return self.client_of(snapshot).get_lines()[snapshot.identity.line_id]

    def client_of(self, snapshot: LineSnapshot) -> CallingClient:
        behind = self.panel.behind(snapshot.identity.line_id)
        assert behind is not None
        return behind[1]

    def press(self, what: str, snapshot: LineSnapshot) -> None:
        """Press register, deregister or retry."""
        wanted = None if what == "retry" else what == "register"
        self.promises.pressed(snapshot.identity.account.address, self.now_s, wanted=wanted)
        getattr(self.panel, what)(snapshot.identity.line_id)

    # ---- time and chance

    async def until(self, what: str, holds: Callable[[], Any], within_s: float = PATIENCE_S) -> None:
        """Wait for a condition."""
        by_s = self.now_s + within_s
        while not holds():
            shown = [(line.state.value, line.failure and line.failure.title) for line in self.panel.lines]
            assert self.now_s < by_s, f"no {what}: {shown}"
            await asyncio.sleep(LOOK_EVERY_S)

    async def all_are(self, *states: LineState) -> None:
        """Wait until every line is in one of these states."""
        await self.until(
            " or ".join(state.value for state in states),
            lambda: (
                len(self.panel.lines) == len(self.names)
                and all(line.state_at(self.now_s) in states for line in self.panel.lines)
            ),
        )

    async def a_moment(self, most_s: float = 0.5) -> None:
        """Let chance decide how many turns or seconds pass."""
        if self.dice.random() < 0.5:
            for _ in range(self.dice.randrange(40)):
                await asyncio.sleep(0)
        else:
            await asyncio.sleep(self.dice.random() ** 3 * most_s)

    async def hurt(self, work: Coroutine[Any, Any, Any], most_s: float = 0.5) -> bool:
        """Run the work and cancel it at any moment; return whether it ended before. Raises what it raised."""
        task = asyncio.ensure_future(work)
        await self.a_moment(most_s)
        task.cancel()
        await asyncio.wait({task})
        if task.cancelled():
            return False
        await task
        return True

    # ---- the service

    def see(self) -> None:
        """Tell the promises what the service keeps."""
        for name, account in self.state.accounts.items():
            ours = [one for one in account.devices.values() if not one.others]
            devices = [(one.device_id, one.last_seen_s, one.lifetime_s) for one in ours]
            if devices:
                self.promises.seen(name, devices)

    def devices(self, name: str) -> set[str]:
        """Return the devices of ours that the service keeps for somebody."""
        account = self.state.accounts[name]
        self.state.age(account, self.world.cloud.now_s)
        return {one.device_id for one in account.devices.values() if not one.others}

    def fault(self, where: str, answer: Any, **more: Any) -> None:
        self.world.cloud.faults([{"where": where, "answer": answer, **more}])

    def asked(self, place: str) -> int:
        """Return how often something was asked."""
        return self.promises.requests[place]

    # ---- the end

    async def close(self) -> None:
        """End the program, and look at what it leaves."""
        began_s = self.now_s
        left = await self.world.close()
        took_s = self.now_s - began_s
        self.promises.ended(self.now_s)
        dialled = self.world.network.dialled
        await asyncio.sleep(5.0)
        assert self.world.network.dialled == dialled, "connects after the end"
        assert took_s < ENDS_WITHIN_S, f"the end took {took_s:.2f} s"
        for name, account in self.state.accounts.items():
            alive = self.devices(name)
            ledger = self.world.profile.ledger(account.person.user_id, Service.CALLING)
            known = {one.device.device_id for one in ledger.left()}
            assert not alive or left, f"left behind without a word: {name} {alive}"
            assert ledger.unsure or alive <= known, f"left behind and not known: {name} {alive}, {known}"


Scenario_ = Callable[[Play], Awaitable[None]]


async def _played(world: SmallWorld, *, scenario: Scenario_, seed: int) -> list[str]:
    """Play it, and return what was wrong."""
    told: list[str] = []
    promises = Promises()
    with own_faults(told):
        play = Play(world, random.Random(seed), promises)
        try:
            await scenario(play)
        except Exception as error:  # noqa: BLE001 - what was played tells how it ended
            place = traceback.extract_tb(error.__traceback__)[-1]
            told.append(f"{error!r} at {Path(place.filename).name}:{place.lineno}")
            with contextlib.suppress(Exception):  # what it leaves is not told: it had no end
                await world.close()
        await asyncio.sleep(0.5)  # what was closed ends within some turns
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        told += [f"a task is left: {task!r}" for task in left]
        told += [f"a timer is left: {timer!r}" for timer in play.loop._scheduled if _is_ours(timer)]  # type: ignore[attr-defined]
        open_ones = sum(len(listener.connections) for listener in world.cloud._listeners.values())
        if open_ones and not told:
            told.append(f"{open_ones} connections are left open")
        told += [f"somebody asked a stranger: {place}" for place in world.network.strangers]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        gc.collect()
    return [*told, *promises.told]


def _is_ours(timer: asyncio.TimerHandle) -> bool:
    owner = getattr(timer._callback, "__self__", None)  # type: ignore[attr-defined]
    module = type(owner).__module__
    return (
        not timer.cancelled() and module.startswith("softphone.") and not module.startswith("softphone.sim.")
    )


def played(scenario: Scenario_, *, seed: int, lines: int, strict: bool = False) -> list[str]:
    """Play a scenario on the loop of a seed; return what was wrong."""
    driver._CHANCE.seed(seed)
    settings = replace(SETTINGS, devices_shared=seed % 2 == 0)
    return live(
        partial(_played, scenario=scenario, seed=seed),
        Scenario("order", "", "", people(lines), settings=settings),
        seed=seed,
        loop_factory=partial(ShufflingLoop, seed, strict=strict),
    )
