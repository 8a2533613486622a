"""A second calling service in the program's own wiring."""

import asyncio

from softphone import CallingClient
from softphone.otherco.otherco_provider import SERVER
from softphone.settings.cloud_file import Cloud


async def test_a_line_registers_and_deregisters_at_the_one_server():
    client = await CallingClient.create(token="t", cloud=Cloud(api_url=SERVER.url))
    [line] = client.get_lines().values()
    told = asyncio.Event()
    line.on("registered", lambda _: told.set())
    line.register()
    await asyncio.wait_for(told.wait(), 5)
    assert line.snapshot.server == SERVER
    assert await client.close() == ()
    assert line.status == "IDLE"
