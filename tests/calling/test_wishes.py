"""What a person wants of a line, and what the line makes of it (calling/line_runner.py)."""

import asyncio

from softphone.line.events import Woke
from softphone.line.model import LineState
from tests.calling.fake_provider import LIMIT_MET, FakeProvider
from tests.calling.test_line_runner import running


async def test_who_chooses_a_device_for_a_line_that_is_off_by_then_does_not_want_it_again():
    provider = FakeProvider()
    provider.fail("register", LIMIT_MET)
    async with running(provider) as (runner, told):
        runner.register()
        await told.until(lambda: runner.snapshot.state is LineState.ACTION)
        runner.deregister()
        runner.remove_device(LIMIT_MET.devices[0])
        runner.tell(Woke)
        await asyncio.sleep(0.05)
        assert not runner.snapshot.wanted
        assert provider.requests == ["register primary"]
