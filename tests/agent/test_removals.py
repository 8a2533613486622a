"""Devices that must not stay: when each is tried again."""

import asyncio

from softphone.agent.ledger import Ledger
from softphone.agent.removals import Removals
from softphone.line.device import Device
from tests.agent import virtual_time
from tests.agent.fake_provider import BUSY, PRIMARY, FakeProvider


def test_a_try_waits_until_there_is_room_for_it_even_when_that_was_taken_meanwhile():
    async def play() -> list[float]:
        loop = asyncio.get_running_loop()
        provider, tried_s = FakeProvider(), []
        provider.fail("deregister", BUSY)

        def room_s(at_once: bool) -> float:
            """There is room from 10 s on; then somebody takes it, until 20 s."""
            now_s = loop.time()
            if at_once:
                return 0.0
            return 10.0 - now_s if now_s < 5 else max(0.0, 20.0 - now_s)

        removals = Removals(
            provider,
            Ledger(),
            time_scale=1.0,
            room_s=room_s,
            sent=lambda: tried_s.append(loop.time()),
            useless=lambda _server: False,
            told=lambda _device, _failure: None,
        )
        removals.add(PRIMARY, Device(device_id="d1"), 300.0)
        while removals.pending:
            await asyncio.sleep(1.0)
        await removals.close()
        return tried_s

    assert virtual_time.run(play()) == [0.0, 20.0]


def test_the_first_try_keeps_to_the_bound_but_for_a_person():
    async def play(by_person: bool) -> list[float]:
        loop = asyncio.get_running_loop()
        tried_s: list[float] = []
        removals = Removals(
            FakeProvider(),
            Ledger(),
            time_scale=1.0,
            room_s=lambda _at_once: max(0.0, 8.0 - loop.time()),
            sent=lambda: tried_s.append(loop.time()),
            useless=lambda _server: False,
            told=lambda _device, _failure: None,
        )
        removals.add(PRIMARY, Device(device_id="d1"), 300.0, by_person=by_person)
        while removals.pending:
            await asyncio.sleep(1.0)
        await removals.close()
        return tried_s

    assert virtual_time.run(play(by_person=False)) == [8.0]
    assert virtual_time.run(play(by_person=True)) == [0.0]
