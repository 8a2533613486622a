"""Registration over WebSockets against a scripted service (sockets.md#registration-over-wss, W01 to W22)."""

import asyncio
import json
import logging
import tracemalloc
from typing import Any

import msgspec
import pytest

from softphone.calling.calling_client import CallingClient
from softphone.calling.line import Line
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.failure import Disposition
from softphone.line.model import LineState, Registration, Role
from softphone.line.policy import Policy
from softphone.system import live_secrets
from softphone.webex.client import Client
from softphone.webex.wss import wss_frames
from softphone.webex.wss.connection import Connection
from softphone.webex.wss.wss_lists import over_wss as is_on
from softphone.webex.wss.wss_lists import read_wss
from softphone.webex.wss.wss_rules import End, end_of
from tests.kit.message_server import Refusal, Visit, closing
from tests.webex.messages.bench import CALL, Told
from tests.webex.raw_server import loopback_cloud
from tests.webex.wss.bench import FEATURE, SCALE, Bench, WssServer, over_wss


async def registered(bench: Bench) -> Registration:
    registration = await bench.register()
    assert registration.device.device_id == "d1"
    assert bench.http == []
    return registration


def visit_of(server: WssServer, number: int = 0) -> Visit:
    return server.visits[number]


@pytest.mark.parametrize("feature", [None, (), [FEATURE | {"value": False}], [FEATURE | {"value": "true"}]])
async def test_wss_01_without_the_feature_it_is_http(feature: Any):
    server = WssServer()
    async with over_wss(server, features=feature) as bench:
        await bench.register()
        assert bench.http == ["POST /p/api/v1/calling/web/device"]
        assert server.asked == 0


async def test_wss_02_a_group_without_addresses_is_http():
    async with over_wss(WssServer(), urls=[]) as bench:
        await bench.register()
        assert bench.http == ["POST /p/api/v1/calling/web/device"]


async def test_wss_03_it_signs_in_registers_beats_and_takes_down_over_one_socket():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        assert await bench.beat(device) == 200
        await bench.provider.deregister(bench.primary, device)
        assert server.kinds == ["auth", "register", "device_status", "unregister"]
        sign_in, register, status, unregister = server.asked_for
        assert sign_in["data"] == {"token": "token-0"}
        assert register["data"]["userId"] == "user-1"
        assert register["metadata"] == {
            "cisco-device-url": f"{bench.cloud.server.url}/wdm/devices/w1",
            "spark-user-agent": "webex-calling/beta",
            "userAgent": "webex-calling/beta",
            "authorization": "",
        }
        assert status["data"] == unregister["data"] == {"deviceId": "d1"}
        assert len({frame["trackingId"] for frame in server.asked_for}) == 4
        assert visit_of(server).target == "/messages"
        await visit_of(server).closed.wait()
        assert visit_of(server).code == 3050
        assert bench.http == []


async def test_wss_04_a_refused_token_is_renewed_once_and_then_the_next_server_is_asked():
    first, second = WssServer(), WssServer()
    first.will("auth", {"statusCode": 401}, {"statusCode": 401})
    async with over_wss(first, second) as bench:
        await registered(bench)
        assert bench.cloud.tokens.rejected == ["token-0"]
        assert [frame["data"]["token"] for frame in first.asked_for] == ["token-0", "token-1"]
        assert second.kinds == ["auth", "register"]


async def test_wss_05_a_server_that_answers_no_sign_in_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("softphone.webex.wss.connection.SIGN_IN_WITHIN_S", 0.2)
    first, second = WssServer(), WssServer()
    first.will("auth", None)
    async with over_wss(first, second) as bench:
        await registered(bench)
        assert second.kinds == ["auth", "register"]


async def test_wss_06_where_none_can_be_opened_http_is_asked_at_once():
    server = WssServer()
    async with over_wss(server, urls=["ws://127.0.0.1:1/x", "ws://127.0.0.1:2/x"]) as bench:
        began_s = asyncio.get_running_loop().time()
        device = (await bench.register()).device
        assert asyncio.get_running_loop().time() - began_s < 5
        assert await bench.beat(device) == 200
        assert [line.split()[0] for line in bench.http] == ["POST", "POST"]


async def test_wss_06_a_line_that_comes_home_from_the_backup_tries_a_socket_again():
    server = WssServer()
    async with over_wss(server) as bench:
        server.script.append(Refusal(503))
        device = (await bench.register()).device
        await bench.register()
        assert not server.kinds
        await bench.provider.deregister(msgspec.structs.replace(bench.primary, role=Role.BACKUP), device)
        await bench.register()
        assert server.kinds == ["auth", "register"]


async def test_wss_07_08_a_reply_of_another_kind_or_too_late_is_dropped():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("device_status", {"subtype": "register"}, None)
        assert await bench.beat(device, limit_s=0.2) == 0
        assert await bench.beat(device, limit_s=0.2) == 0
        late = server.asked_for[-1]
        await server.answer(visit_of(server), late)
        assert await bench.beat(device) == 200


async def test_wss_09_440_signs_in_again_and_sends_the_same_beat_once_more():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("device_status", {"statusCode": 440})
        assert await bench.beat(device) == 200
        assert server.kinds == ["auth", "register", "device_status", "auth", "device_status"]
        server.will("device_status", {"statusCode": 440}, {"statusCode": 440})
        assert await bench.beat(device) == 440


@pytest.mark.parametrize("wish", [20, "20"])
async def test_wss_10_the_wish_to_wait_comes_in_the_metadata(wish: object):
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("device_status", {"statusCode": 429, "metadata": {"retry-after": wish}})
        with pytest.raises(RequestError) as raised:
            await bench.provider.keepalive(bench.primary, device, 30)
        assert raised.value.failure.disposition is Disposition.THROTTLED
        assert raised.value.failure.retry_after_s == 20


async def test_wss_11_the_devices_in_the_way_are_told_and_ours_is_taken_down_over_the_socket():
    server = WssServer()
    async with over_wss(server) as bench:
        other = {"deviceId": "d0", "clientDeviceUri": "https://w/1"}
        server.will("register", {"statusCode": 403, "data": {"errorCode": 101, "devices": [other]}})
        with pytest.raises(RequestError) as raised:
            await bench.register()
        assert raised.value.failure.disposition is Disposition.DEVICE_LIMIT
        (orphan,) = raised.value.failure.devices
        await bench.provider.deregister(bench.primary, orphan)
        await registered(bench)
        assert server.kinds == ["auth", "register", "unregister", "register"]


async def test_wss_12_13_a_cut_socket_is_opened_again_and_a_beat_tells_whether_the_device_is_there():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        visit_of(server).cut()
        await bench.until(lambda: bench.doubts == 1)
        assert len(server.visits) == 2
        assert await bench.beat(device) == 200
        server.will("device_status", {"statusCode": 404})
        assert await bench.beat(device) == 404
        assert server.kinds.count("register") == 1


async def test_a_cut_socket_that_cannot_be_opened_again_is_followed_by_http():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.script.extend([closing(1011)] * 8)
        visit_of(server).cut()
        await bench.until(lambda: bench.doubts == 1)
        assert await bench.beat(device) == 200
        assert bench.http == ["POST /p/api/v1/calling/web/devices/d1/status"]


async def test_wss_14_4001_on_the_live_socket_hurries_a_beat_that_finds_the_device_gone():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        await visit_of(server).close(4001)
        await bench.until(lambda: bench.doubts == 1)
        assert await bench.beat(device) == 404
        assert server.kinds == ["auth", "register"]  # nobody was asked
        await registered(bench)
        assert server.kinds == ["auth", "register"] * 2


async def test_wss_15_the_old_sockets_4001_is_no_news_after_a_move():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        await visit_of(server).say({"type": "shutdown"})
        await bench.until(lambda: server.kinds == ["auth", "register", "auth"])
        await visit_of(server).close(4001)
        await visit_of(server).closed.wait()
        assert await bench.beat(device) == 200
        assert bench.doubts == 0
        visit_of(server, 1).cut()
        await bench.until(lambda: bench.doubts == 1)
        assert await bench.beat(device) == 200


async def test_wss_16_registration_down_is_acked_and_nothing_is_taken_down():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        visit = visit_of(server)
        await visit.say(notice("e1", "registration.down", deviceInfo={}))
        await bench.until(lambda: bench.doubts == 1)
        assert await bench.beat(device) == 404
        await bench.until(lambda: bool(visit.of("event_ack")))
        assert visit.of("event_ack") == [{"type": "event_ack", "trackingId": "t-e1", "eventId": "e1"}]
        await registered(bench)
        assert server.kinds == ["auth", "register", "register"]


@pytest.mark.parametrize("told_by", ["close", "status"])
async def test_wss_17_a_line_in_use_elsewhere_is_left_to_a_person(told_by: str):
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        if told_by == "close":
            await visit_of(server).close(4000)
            await bench.until(lambda: bench.doubts == 1)
        else:
            server.will("device_status", {"statusCode": 409})
        with pytest.raises(RequestError) as raised:
            await bench.provider.keepalive(bench.primary, device, 30)
        assert raised.value.failure.disposition is Disposition.SUPERSEDED


async def test_wss_18_too_many_waits_and_goes_on_over_http():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        await visit_of(server).close(4429)
        await bench.until(lambda: bench.doubts == 1)
        with pytest.raises(RequestError) as raised:
            await bench.provider.keepalive(bench.primary, device, 30)
        assert raised.value.failure.retry_after_s == 60
        assert await bench.beat(device) == 200
        assert bench.http == ["POST /p/api/v1/calling/web/devices/d1/status"]


async def test_wss_19_a_notice_that_comes_twice_is_acked_twice_and_told_once():
    server = WssServer()
    async with over_wss(server) as bench:
        told = Told("")
        messages = bench.provider.messages(told)
        await registered(bench)
        visit = visit_of(server)
        for _ in range(2):
            await visit.say(notice("e1", "mobius.call", **CALL))
        await bench.until(lambda: len(visit.of("event_ack")) == 2)
        assert len(told.events) == 1
        await messages.close()


async def test_wss_20_a_close_fails_all_that_waits_as_a_lost_connection():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("device_status", None, None, None)
        beats = [asyncio.ensure_future(bench.beat(device)) for _ in range(3)]
        await bench.until(lambda: server.kinds.count("device_status") == 3)
        visit_of(server).cut()
        assert await asyncio.gather(*beats) == [0, 0, 0]


async def test_wss_21_an_address_that_is_not_trusted_is_not_dialled():
    async with over_wss(WssServer(), urls=["wss://evil.example/x", "ws://user@127.0.0.1/x"]) as bench:
        await bench.register()
        assert bench.http == ["POST /p/api/v1/calling/web/device"]


async def test_wss_22_a_lost_answer_to_taking_down_is_told(monkeypatch: pytest.MonkeyPatch):
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        monkeypatch.setattr("softphone.webex.webex_provider.DEADLINE_S", 0.2)
        server.will("unregister", None)
        with pytest.raises(RequestError):
            await bench.provider.deregister(bench.primary, device)
        await bench.provider.deregister(bench.primary, device)
        await bench.provider.deregister(bench.primary, Device(device_id="d1"))


async def test_4401_renews_the_token_first():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        await visit_of(server).close(4401)
        await bench.until(lambda: bench.doubts == 1)
        assert server.asked_for[-1]["data"] == {"token": "token-1"}
        assert await bench.beat(device) == 200


async def test_a_service_that_has_gone_silent_is_noticed_without_a_request(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("softphone.webex.wss.connection.PING_EVERY_S", 0.1)
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        visit_of(server).connection.transport.pause_reading()
        await bench.until(lambda: bench.doubts == 1)
        assert len(server.visits) == 2
        assert await bench.beat(device) == 200
        visit_of(server).cut()


async def test_the_socket_signs_in_again_every_hour():
    server = WssServer()
    async with over_wss(server, scale=0.0002) as bench:
        await registered(bench)
        await bench.until(lambda: server.kinds.count("auth") >= 3)
        assert len(server.visits) == 1


def notice(event_id: str, event_type: str, **data: Any) -> dict[str, Any]:
    told = {"eventType": event_type, **data}
    return {"type": "async_event", "eventId": event_id, "trackingId": f"t-{event_id}", "data": told}


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1005, 1006, 1011, 1012, 3050, 4403, 4404, 4999])
def test_most_ends_leave_the_registration_to_a_beat(code: int):
    assert end_of(code) is End.RECONNECT


def test_addresses_are_read_without_strangers():
    body = (
        b'{"primary": {"wss": ["wss://a.example/x/", "wss://a.example/x", "wss://evil/", 5]}, "backup": {}}'
    )
    found = read_wss(body, trusted=lambda url: url == "https://a.example/x")
    assert found == {Role.PRIMARY: ("wss://a.example/x",), Role.BACKUP: ()}
    assert read_wss(b"", trusted=lambda _: True) == {Role.PRIMARY: (), Role.BACKUP: ()}
    assert read_wss(b"[", trusted=lambda _: True) == {}


@pytest.mark.parametrize("status", [0, 99, 600, -1, 10**30, True, 200.0, "200"])
def test_a_status_that_http_does_not_have_is_no_reply(status: object):
    frame = {"type": "response_event", "subtype": "register", "trackingId": "WXC_1", "statusCode": status}
    assert wss_frames.read(json.dumps(frame)) is None
    assert wss_frames.read(json.dumps(frame | {"statusCode": 599})) is not None


@pytest.mark.parametrize("key", ['"statusCode":', '"statusCode":200,"metadata":{"retry-after":'])
def test_a_reply_takes_little_memory_whatever_is_in_it(key: str):
    text = f'{{"type":"response_event",{key}[{"[]," * 80_000}0]{"}" * key.count("{")}}}'
    tracemalloc.start()
    try:
        wss_frames.read(text)
        assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("features", [None, 5, {}, {"developer": []}, {"developer": 5}])
def test_features_that_are_not_told_say_nothing(features: object):
    assert is_on(features) is None


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "null", "text", "{}", '{"type": "response_event"}', '{"type": 5}']
)
async def test_what_is_no_frame_is_dropped_and_nothing_of_any_frame_is_logged(
    text: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        visit = visit_of(server)
        await visit.say(text)
        await visit.say(notice("e1", "conversation.activity", text="the merger"))
        await visit.say(notice("e2", "mobius.call", callerId={"from": '"Merger" <sip:1@h>'}, **CALL))
        await bench.until(lambda: len(visit.of("event_ack")) == 2)
        assert await bench.beat(device) == 200
        await visit.close(1000, "merger")
        await bench.until(lambda: bench.doubts == 1)
    assert "merger" not in caplog.text.lower()
    assert "token-0" not in caplog.text


# ---- with the machine


async def line_of(bench: Bench) -> tuple[CallingClient, Line]:
    client = await CallingClient.start(bench.provider, policy=Policy(time_scale=SCALE))
    (line,) = client.get_lines().values()
    line.register()
    await until_is(line, LineState.REGISTERED)
    return client, line


async def until_is(line: Line, state: LineState) -> None:
    while line.snapshot.state is not state:
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("told_by", ["4001", "registration.down"])
async def test_wss_14_16_a_line_whose_registration_is_gone_registers_within_five_seconds(told_by: str):
    server = WssServer()
    async with over_wss(server) as bench:
        client, _ = await line_of(bench)
        began_s = asyncio.get_running_loop().time()
        if told_by == "4001":
            await visit_of(server).close(4001)
        else:
            await visit_of(server).say(notice("e1", "registration.down"))
        await bench.until(lambda: server.kinds.count("register") == 2)
        assert asyncio.get_running_loop().time() - began_s < 5 * SCALE + 0.5
        assert "unregister" not in server.kinds
        await client.close()
        assert server.kinds[-1] == "unregister"
        assert bench.http == []


async def test_wss_17_a_line_in_use_elsewhere_says_so_and_takes_nothing_down():
    server = WssServer()
    async with over_wss(server) as bench:
        client, line = await line_of(bench)
        await visit_of(server).close(4000)
        await until_is(line, LineState.ELSEWHERE)
        await client.close()
        assert server.kinds == ["auth", "register"]
        assert bench.http == []


async def test_a_line_outlives_the_loss_of_its_socket_and_of_all_of_them():
    server = WssServer()
    async with over_wss(server) as bench:
        client, line = await line_of(bench)
        visit_of(server).cut()
        await bench.until(lambda: "device_status" in server.kinds)
        server.script.extend([closing(1011)] * 50)
        visit_of(server, 1).cut()
        await bench.until(lambda: len(bench.http) >= 2)
        assert line.snapshot.state is LineState.REGISTERED
        assert server.kinds.count("register") == 1
        assert {one.split("/", 1)[0] for one in bench.http} == {"POST "}
        await client.close()


async def test_a_token_that_signs_in_a_socket_is_hidden_from_then_on():
    server, token = WssServer(), "Zx81-that-no-request-has-shown-4711"
    async with server.running():
        client = Client(loopback_cloud())
        connection = await Connection.open(client, server.url, lambda *_: None)
        try:
            assert token in live_secrets.hide(f"said {token}")
            assert await connection.sign_in(token) == 200
            assert token not in live_secrets.hide(f"said {token}")
        finally:
            await connection.close()
            await client.close()
