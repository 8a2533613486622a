"""How a line is left: what is waited for, what is said, and that nothing goes on (calling/line_runner.py)."""

import asyncio

import pytest

from softphone.calling.calls import CallPolicy
from softphone.calling.line_runner import MAYBE_LEFT, MAYBE_LEFT_FOR_GOOD
from softphone.line.device import Device
from softphone.line.events import Woke
from softphone.line.model import LineEvent, LineState
from softphone.line.policy import Policy
from softphone.settings.ledger import Granted, Ledger, LineRecord
from tests.calling.fake_provider import PRIMARY, FakeProvider
from tests.calling.test_line_runner import registered, ring, running
from tests.calling.virtual_time import in_virtual_time


@pytest.mark.parametrize(("lasts", "said"), [(True, MAYBE_LEFT), (False, MAYBE_LEFT_FOR_GOOD)])
@in_virtual_time
async def test_an_end_that_leaves_an_answer_open_says_whether_the_next_start_knows_of_it(
    lasts: bool, said: object
):
    provider = FakeProvider()
    provider.held.add("register")
    async with running(provider, Policy(), ledger=Ledger(lasts=lambda: lasts)) as (runner, _told):
        runner.register()
        await asyncio.sleep(1)
        assert await runner.leave(2.0) == (said,)
        assert asyncio.get_running_loop().time() == pytest.approx(3.0)


@in_virtual_time
async def test_a_line_that_is_being_left_takes_no_wish_any_more():
    provider = FakeProvider()
    async with registered(provider, Policy()) as (runner, told):
        told_at = len(told.events)
        provider.held.add("deregister")
        leaving = asyncio.ensure_future(runner.leave(5.0))
        await asyncio.sleep(1)
        runner.register()
        await leaving
        assert told.events[told_at:] == [LineEvent.UNREGISTERED]
        assert "register primary" not in provider.requests[1:]


@pytest.mark.parametrize("left", ["registration", "removal"])
@in_virtual_time
async def test_leaving_lasts_until_the_service_has_confirmed_it_and_no_longer(left: str):
    provider, ledger, loop = FakeProvider(), Ledger(), asyncio.get_running_loop()
    provider.held.add("deregister")
    if left == "removal":
        await ledger.granted(Granted(device=Device(device_id="left"), server_url=PRIMARY.url))
    async with running(provider, Policy(), ledger=ledger) as (runner, told):
        if left == "removal":
            runner.clean_up()
        else:
            runner.register()
            await told.heard(LineEvent.REGISTERED)
        began_s = loop.time()
        loop.call_later(2.0, provider.hold.set)
        assert await runner.leave(8.0) == ()
        assert loop.time() - began_s == pytest.approx(2.0, abs=0.1)
        assert runner.snapshot.state is LineState.IDLE
        assert ledger.left() == ()


@in_virtual_time
async def test_leaving_lasts_until_the_line_is_off_whatever_happens_meanwhile():
    class SlowToForget(Ledger):
        async def gone(self, device_id: str) -> None:
            await asyncio.sleep(0.5)
            await super().gone(device_id)

    async with registered(FakeProvider(), Policy(), ledger=SlowToForget()) as (runner, _told):
        leaving = asyncio.ensure_future(runner.leave(5.0))
        await asyncio.sleep(0.2)
        runner.tell(Woke)
        assert await leaving == ()
        assert runner.snapshot.state is LineState.IDLE


@pytest.mark.parametrize("under_way", ["tidying", "removal", "registration", "word of a call"])
@in_virtual_time
async def test_after_the_end_nothing_is_under_way_and_nothing_goes_out(under_way: str):
    provider, ledger = FakeProvider(), Ledger(LineRecord(asking=under_way == "tidying"))
    await ledger.granted(Granted(device=Device(device_id="left"), server_url=PRIMARY.url))
    async with running(provider, Policy(), ledger=ledger) as (runner, told):
        match under_way:
            case "tidying":
                provider.held.add("devices")
                runner.tell(Woke)
            case "removal":
                provider.held.add("deregister")
                runner.clean_up()
            case "registration":
                provider.held.add("register")
                runner.register()
            case _:
                runner.register()
                await told.heard(LineEvent.REGISTERED)
                provider.held.add("alerting")
                runner.hear(ring(), CallPolicy(alerting=True))
        await asyncio.sleep(1)
        assert len(asyncio.all_tasks()) == 2
        asked = list(provider.requests)
        await runner.stop()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        provider.hold.set()
        await asyncio.sleep(300)
        assert provider.requests == asked
