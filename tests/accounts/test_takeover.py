"""Taking over, in virtual time: a panel in memory whose lines a test puts where it wants them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from itertools import pairwise
from typing import Any, cast

import pytest

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import PanelListener
from softphone.accounts.takeover import EVICTION_EVERY_S, TakeOverOldest, oldest_of
from softphone.line.device import Device
from softphone.line.model import LineIdentity, LineSnapshot, LineState, Registration
from tests.calling.fake_provider import ADA
from tests.calling.virtual_time import run

NEW = Device(device_id="new", seen_ago_s=60.0)
OLD = Device(device_id="old", seen_ago_s=7200.0)


class FakePanel:
    """What taking over needs of a panel."""

    def __init__(self, *devices: Device) -> None:
        self.devices = devices  # newest first, as the panel returns them
        self.removed: list[tuple[float, str, str]] = []
        self.shown: dict[str, LineSnapshot] = {}
        self.listeners: list[PanelListener] = []

    @property
    def lines(self) -> tuple[LineSnapshot, ...]:
        return tuple(self.shown.values())

    def subscribe(self, listener: PanelListener) -> None:
        self.listeners.append(listener)

    def unsubscribe(self, listener: PanelListener) -> None:
        self.listeners.remove(listener)

    async def blocking_devices(self, line_id: str) -> tuple[Device, ...]:
        await asyncio.sleep(0.1)
        return self.devices if self.shown[line_id].state is LineState.ACTION else ()

    def remove_device(self, line_id: str, device: Device) -> None:
        self.removed.append((asyncio.get_running_loop().time(), line_id, device.device_id))
        self.show(line_id, LineState.REGISTERING)

    def show(self, line_id: str, state: LineState, registration: Registration | None = None) -> None:
        identity = LineIdentity(line_id=line_id, account=ADA)
        self.shown[line_id] = LineSnapshot(identity=identity, state=state, registration=registration)
        for listener in self.listeners:
            listener.line_changed(self.shown[line_id])


def seen(*ago_s: float | None) -> list[Device]:
    return [Device(device_id=f"d{number}", seen_ago_s=each) for number, each in enumerate(ago_s)]


@pytest.mark.parametrize(
    ("ago_s", "oldest"),
    [
        ((60.0, 7200.0), "d1"),
        ((7200.0, None), "d0"),  # of which nothing is known is not old
        ((5.0,), "d0"),
        ((None,), None),
        ((), None),
        ((7200.0, 60.0, 7200.0), None),  # a tie is for a person
    ],
)
def test_the_oldest_is_told_by_time_and_never_guessed(ago_s, oldest):
    found = oldest_of(seen(*ago_s))
    assert (found.device_id if found else None) == oldest


@asynccontextmanager
async def taking(*devices: Device) -> AsyncIterator[tuple[FakePanel, TakeOverOldest]]:
    panel = FakePanel(*devices)
    takeover = TakeOverOldest(cast("Panel", panel))
    yield panel, takeover
    await takeover.close()


def in_virtual_time(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    return wraps(test)(lambda: run(test()))


@in_virtual_time
async def test_the_device_seen_longest_ago_goes_and_only_one():
    async with taking(NEW, OLD) as (panel, _):
        panel.show("line", LineState.ACTION)
        panel.show("line", LineState.ACTION)
        await asyncio.sleep(10)
        assert [removed[1:] for removed in panel.removed] == [("line", "old")]


@in_virtual_time
async def test_nothing_goes_in_any_other_state_or_from_an_empty_list():
    async with taking() as (panel, _):
        for state in LineState:
            panel.show("line", state)
            await asyncio.sleep(1)
        panel.devices = (OLD,)
        for state in set(LineState) - {LineState.ACTION}:
            panel.show("line", state)
            await asyncio.sleep(1)
        assert panel.removed == []
        panel.show("line", LineState.ACTION)
        await asyncio.sleep(1)
        assert panel.removed, "an empty list did not cost the hour"


@in_virtual_time
async def test_a_line_evicts_at_most_once_an_hour_and_goes_on_when_it_is_over():
    async with taking(NEW, OLD) as (panel, _):
        for _ in range(4 * 60):  # another program takes the place back every minute
            panel.show("line", LineState.ACTION)
            await asyncio.sleep(60)
        times_s = [at for at, *_ in panel.removed]
        assert len(times_s) == 4
        assert all(later - sooner >= EVICTION_EVERY_S for sooner, later in pairwise(times_s))


@in_virtual_time
async def test_each_line_has_an_hour_of_its_own():
    async with taking(OLD) as (panel, _):
        panel.show("one", LineState.ACTION)
        panel.show("two", LineState.ACTION)
        await asyncio.sleep(1)
        assert {line for _, line, _ in panel.removed} == {"one", "two"}


@in_virtual_time
async def test_a_device_of_another_line_of_ours_stays():
    async with taking(NEW, OLD) as (panel, _):
        panel.show("one", LineState.REGISTERED, Registration(device=OLD))
        panel.show("two", LineState.ACTION)
        await asyncio.sleep(1)
        assert [removed[1:] for removed in panel.removed] == [("two", "new")]


@in_virtual_time
async def test_a_line_that_no_longer_waits_or_is_gone_takes_nothing():
    async with taking(OLD) as (panel, takeover):
        panel.show("line", LineState.ACTION)
        panel.show("line", LineState.IDLE)
        panel.show("other", LineState.ACTION)
        await asyncio.sleep(0)
        takeover.line_removed("other")
        await asyncio.sleep(1)
        assert panel.removed == []


@in_virtual_time
async def test_after_closing_nothing_is_taken():
    async with taking(OLD) as (panel, _):
        panel.show("line", LineState.ACTION)
    panel.show("line", LineState.ACTION)
    await asyncio.sleep(1)
    assert panel.removed == []
