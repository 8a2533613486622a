"""What a registration socket leaves behind, and how long HTTP is asked in its place."""

import asyncio
import re

import pytest

from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.model import Role
from softphone.line.policy import Policy
from softphone.webex.client import Client
from softphone.webex.messages.message_keeper import MessageKeeper
from softphone.webex.transport_faults import Fault, transport_failure
from softphone.webex.wss.connection import Connection
from tests.kit.message_server import Refusal
from tests.webex.messages.bench import CALL, Told, keeping
from tests.webex.provider.small_cloud import small
from tests.webex.raw_server import HOST, loopback_cloud
from tests.webex.wss.bench import WssServer, over_wss
from tests.webex.wss.test_registrar import notice, registered, visit_of


async def test_after_half_an_hour_over_http_a_socket_is_tried_again():
    server = WssServer()
    async with over_wss(server, scale=0.0001) as bench:  # 0.18 s
        server.script.append(Refusal(503))
        await bench.register()
        assert server.kinds == []
        assert len(bench.http) == 1
        await bench.register()
        assert len(bench.http) == 2
        await asyncio.sleep(0.2)
        await bench.register()
        assert server.kinds == ["auth", "register"]
        assert len(bench.http) == 2


async def test_a_device_that_was_not_granted_over_the_socket_is_asked_for_over_http():
    server = WssServer()
    async with over_wss(server) as bench:
        assert await bench.beat(Device(device_id="d1")) == 200
        assert bench.http == ["POST /p/api/v1/calling/web/devices/d1/status"]
        device = (await bench.register()).device
        assert await bench.beat(device) == 200
        assert server.kinds == ["auth", "register", "device_status"]


async def test_a_socket_serves_while_one_of_its_devices_is_left():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        group = bench.registrar._groups[Role.PRIMARY]
        group.devices.add("d2")
        await bench.provider.deregister(bench.primary, device)
        assert group.devices == {"d2"}
        assert not visit_of(server).closed.is_set()
        server.will("unregister", {"statusCode": 404})
        await bench.provider.deregister(bench.primary, Device(device_id="d2"))
        await visit_of(server).closed.wait()
        assert (visit_of(server).code, visit_of(server).reason) == (3050, "done (forced)")
        assert (group.devices, group.connection) == (set(), None)


async def test_of_the_sockets_only_those_that_live_are_kept():
    server = WssServer()
    async with over_wss(server) as bench:
        await registered(bench)
        first = bench.registrar._groups[Role.PRIMARY].connection
        visit_of(server).cut()
        await bench.until(lambda: bench.doubts == 1)
        second = bench.registrar._groups[Role.PRIMARY].connection
        assert second is not first
        assert bench.registrar._open == {second}


async def test_a_socket_that_is_given_up_is_cut():
    server = WssServer()
    async with over_wss(server) as bench:
        await registered(bench)
        connection = bench.registrar._groups[Role.PRIMARY].connection
        assert connection is not None
        connection.life.cancel()
        await asyncio.gather(connection.life, return_exceptions=True)
        assert connection._connection.transport.is_closing()
        bench.registrar._groups[Role.PRIMARY].connection = None
    async with keeping() as told:
        await told.online()
        live = told.keeper._live
        assert live is not None
        live.life.cancel()
        await asyncio.gather(live.life, return_exceptions=True)
        assert live._connection.transport.is_closing()
        told.keeper._open.clear()


async def test_of_the_last_notices_each_is_told_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("softphone.webex.wss.connection.REMEMBERED_NOTICES", 2)
    server, told = WssServer(), []
    async with over_wss(server) as bench:
        await registered(bench)
        monkeypatch.setattr(bench.registrar, "_tell", lambda notice: told.append(notice.event_id))
        visit = visit_of(server)
        for event_id in ("e1", "e2", "e1", "e3", "e2", "e3", "e1"):
            await visit.say(notice(event_id, "mobius.call", **CALL))
        await bench.until(lambda: len(visit.of("event_ack")) == 7)
        assert told == ["e1", "e2", "e3", "e1"]


async def test_what_tells_requests_apart_has_the_form_of_the_vendors_ids():
    server = WssServer()
    async with over_wss(server) as bench:
        await registered(bench)
    for frame in server.asked_for:
        assert re.fullmatch(r"WXC_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", frame["trackingId"])


async def test_everything_keeps_the_time_of_the_cloud_():
    policy = Policy(time_scale=0.5)
    async with small(place={"policy": policy}) as bench:
        messages = bench.provider.messages(Told(""))
        assert isinstance(messages, MessageKeeper)
        assert messages._waits.time_scale == 0.5
        await messages.close()


async def test_what_is_asked_of_a_socket_that_has_ended_fails_at_once_and_in_the_words_of_a_reset():
    server = WssServer()
    async with server.running():
        client = Client(loopback_cloud())
        connection = await Connection.open(client, server.url, lambda *_: None)
        (await server.visit(0)).cut()
        assert await connection.life == 1006
        async with asyncio.timeout(5):
            with pytest.raises(RequestError) as raised:
                await connection.ask("device_status", {}, "https://w/1", 60.0)
        failure = raised.value.failure
        assert failure == transport_failure(Fault.RESET, HOST, tracking_id=failure.tracking_id, sent=True)
        assert re.fullmatch(r"WXC_[0-9a-f-]{36}", failure.tracking_id)
        assert connection._pending == {}
        await client.close()


async def test_what_waits_for_an_answer_when_the_socket_ends_fails_in_the_same_words():
    server = WssServer()
    server.will("device_status", None)
    async with server.running():
        client = Client(loopback_cloud())
        connection = await Connection.open(client, server.url, lambda *_: None)
        asking = asyncio.create_task(connection.ask("device_status", {}, "https://w/1", 60.0))
        await server.until(lambda: server.kinds == ["device_status"])
        (await server.visit(0)).cut()
        async with asyncio.timeout(5):
            with pytest.raises(RequestError) as raised:
                await asking
        trace = server.asked_for[0]["trackingId"]
        assert raised.value.failure == transport_failure(Fault.RESET, HOST, tracking_id=trace, sent=True)
        await client.close()


async def test_who_closes_a_socket_waits_until_the_last_frame_is_taken(monkeypatch: pytest.MonkeyPatch):
    taking, go_on = asyncio.Event(), asyncio.Event()

    async def slow(self: Connection, message: str) -> None:
        taking.set()
        await go_on.wait()

    monkeypatch.setattr(Connection, "_take", slow)
    server = WssServer()
    async with server.running():
        client = Client(loopback_cloud())
        connection = await Connection.open(client, server.url, lambda *_: None)
        await (await server.visit(0)).say({"type": "shutdown"})
        await taking.wait()
        closing = asyncio.create_task(connection.close())
        await connection._connection.wait_closed()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not closing.done()
        go_on.set()
        await closing
        assert connection.life.done()
        await client.close()
