"""Registration sockets that come late, are lost while it rings, or are left while they move."""

import asyncio

import pytest

from softphone.calling.calls import CallPolicy
from softphone.calling.messages import CallRinging
from softphone.line.model import Caller, CallPhase
from tests.webex.wss.bench import WssServer, over_wss
from tests.webex.wss.test_registrar import line_of, registered, visit_of


async def test_a_line_waits_a_while_for_servers_that_say_nothing_then_http_is_asked(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("softphone.webex.wss.registrar.SERVER_WITHIN_S", 0.2)
    monkeypatch.setattr("softphone.webex.wss.registrar.GROUP_WITHIN_S", 0.3)
    servers = [WssServer() for _ in range(4)]
    for server in servers:
        server.will("auth", None)
    async with over_wss(*servers) as bench:
        async with asyncio.timeout(5):
            device = (await bench.register()).device
            assert await bench.beat(device) == 200
        assert [line.split()[0] for line in bench.http] == ["POST", "POST"]
        assert [server.asked for server in servers] == [1, 1, 0, 0]


async def test_a_lost_socket_that_cannot_be_had_again_in_time_delays_no_keepalive_twice(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("softphone.webex.wss.registrar.SERVER_WITHIN_S", 0.3)
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("auth", *[None] * 5)
        visit_of(server).cut()
        await bench.until(lambda: server.kinds.count("auth") == 2)
        async with asyncio.timeout(5):
            assert await bench.beat(device) == 200
        assert server.kinds.count("auth") == 2
        assert bench.http == ["POST /p/api/v1/calling/web/devices/d1/status"]


async def test_what_rings_when_the_registration_socket_is_lost_may_still_be_ringing():
    server = WssServer()
    async with over_wss(server) as bench:
        client, line = await line_of(bench)
        call = CallRinging(call_id="c1", device_id="d1", caller=Caller("Ann"), age_s=None)
        client.hear(call, CallPolicy())
        assert line.snapshot.call is not None
        assert line.snapshot.call.phase is CallPhase.RINGING
        visit_of(server).cut()
        async with asyncio.timeout(5):
            while line.snapshot.call.phase is not CallPhase.UNCERTAIN:
                await asyncio.sleep(0.005)
        await client.close()


async def test_a_line_that_leaves_while_its_socket_moves_leaves_none_open():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("auth", None)
        await visit_of(server).say({"type": "shutdown"})
        await bench.until(lambda: server.kinds.count("auth") == 2)
        await bench.provider.deregister(bench.primary, device)
        await server.answer(visit_of(server, 1), server.asked_for[-2])
        async with asyncio.timeout(5):
            await visit_of(server, 1).closed.wait()
