"""Each request of a provider to the letter, and what each answer to a ping means."""

import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from softphone.calling.provider import GrantRefusedError, ServiceRequest
from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.line.device import Device
from softphone.line.model import Reach, Role, Server, Service
from softphone.values import replace
from softphone.webex import client
from tests.kit.ports import free_port
from tests.webex.provider.small_cloud import Small, small
from tests.webex.raw_server import HOST, Tokens

MOBIUS = "/p/api/v1/calling/web"


def lines(bench: Small) -> list[str]:
    """What was asked since the last look."""
    asked = [one.line.removesuffix(" HTTP/1.1") for one in bench.server.asked]
    bench.server.asked.clear()
    return sorted(asked)


DISCOVERY = [
    "GET /api/v1/calling/web/?regionCode=US-EAST&countryCode=US",
    "GET /u2c/api/v1/catalog?format=hostmap",
    "GET /v1/people/me?callingData=true",
    "GET /v1/region",
    "GET /v1/telephony/config/people/me",
]


@pytest.mark.parametrize("ending", ["", "/"])
async def test_discovery_asks_so_much_and_no_more(ending: str):
    async with small() as bench:
        bench.provider._discoverer._cloud = replace(
            bench.cloud, api_url=bench.cloud.api_url + ending, u2c_url=bench.cloud.u2c_url + ending
        )
        found = await bench.provider.discover()
        assert lines(bench) == [*DISCOVERY, "POST /wdm/devices?includeUpstreamServices=all"]
        assert found.user_id == found.account.key == "user-1"
        assert (found.region, found.country, found.extension) == ("US-EAST", "US", "7")
        assert (found.account.name, found.account.address) == ("Ada", "ada@example.com")
        assert found.device_uris == {Service.CALLING: found.device_uri}
        assert found.known_device_uris == {found.device_uri}
        assert found.warnings == ()
        assert not found.details_pending
        await bench.provider.discover()
        assert lines(bench) == [*DISCOVERY, "PUT /wdm/devices/w1?includeUpstreamServices=all"]
        await bench.provider.find_servers()
        assert lines(bench) == [*DISCOVERY[:2], "GET /v1/region"]


async def test_a_device_that_is_prolonged_keeps_its_place_and_tells_its_address_anew():
    async with small() as bench:
        await bench.provider.discover()
        url = f"{bench.server.url}/wdm/devices/w1"
        told = {"url": url, "userId": "user-1", "webSocketUrl": bench.server.url.replace("http", "ws") + "/m"}
        bench.routes.table["PUT /wdm/devices/w1"] = (200, told)
        lines(bench)
        assert await bench.provider.refresh_device() is None
        assert lines(bench) == ["PUT /wdm/devices/w1?includeUpstreamServices=all"]
        assert bench.provider.socket_url == told["webSocketUrl"]


async def test_a_device_that_is_forgotten_is_made_anew_for_the_same_line():
    async with small() as bench:
        await bench.provider.discover((Service.CONTACT_CENTER,))
        bench.routes.table["PUT /wdm/devices/w1"] = (404, {})
        url = f"{bench.server.url}/wdm/devices/w2"
        bench.routes.table["POST /wdm/devices"] = (200, {"url": url, "userId": "user-1"})
        found = await bench.provider.refresh_device()
        assert found is not None
        assert found.device_uris == {Service.CONTACT_CENTER: url}
        assert bench.memory.urls == {}
        assert bench.memory.urls_beside == {("user-1", Service.CONTACT_CENTER): url}


async def test_a_fault_of_ours_is_one_failed_request_that_may_have_been_carried_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    async def fails(*_: object) -> None:
        raise KeyError("ours")

    async with small() as bench:
        monkeypatch.setattr(bench.provider._discoverer, "discover", fails)
        with pytest.raises(RequestError) as raised:
            await bench.provider.discover()
        assert raised.value.failure.unsure
        assert raised.value.failure.advice == "This is likely a fault in this app. It is tried again."
    assert "discover ended in a way that nobody expected" in caplog.text
    caplog.clear()


async def test_what_is_told_of_a_call_is_told_once_and_to_the_letter():
    async with small() as bench:
        await bench.provider.discover()
        lines(bench)
        bench.routes.table[f"PATCH {MOBIUS}/devices/d%2F1/calls/c%201"] = (200, {})
        bench.routes.table[f"DELETE {MOBIUS}/devices/d%2F1/calls/c%201"] = (200, {})
        await bench.provider.tell_alerting(bench.primary, "d/1", "c 1")
        await bench.provider.tell_release(bench.primary, "d/1", "c 1")
        alerting, release = (json.loads(asked.body) for asked in bench.server.asked)
        device = {"deviceId": "d/1", "correlationId": str(uuid.uuid5(uuid.NAMESPACE_URL, "d/1/c 1"))}
        assert alerting == {
            "device": device,
            "callId": "c 1",
            "callState": "sig_alerting",
            "inbandMedia": False,
        }
        assert release == {
            "device": device,
            "callId": "c 1",
            "causecode": 0,
            "cause": "Normal Disconnect.",
            "metrics": {},
        }
        assert lines(bench) == [
            f"DELETE {MOBIUS}/devices/d%2F1/calls/c%201",
            f"PATCH {MOBIUS}/devices/d%2F1/calls/c%201",
        ]


async def test_what_is_asked_of_a_device_names_it_and_whose_it_is():
    async with small() as bench:
        await bench.provider.discover()
        lines(bench)
        table = bench.routes.table
        table[f"POST {MOBIUS}/devices/d1/status"] = table[f"DELETE {MOBIUS}/devices/d1"] = (200, {})
        table[f"GET {MOBIUS}/devices"] = (
            200,
            {"devices": [bench.routes.device(clientDeviceUri="https://w/1")]},
        )
        table["GET /wdm/devices"] = (200, [{"url": "https://w/1", "name": "Desk", "model": "m"}])
        table["GET /v1/authorizations/tokenExpiry"] = (200, {"exp": 5})
        device = Device(device_id="d1", client_device_uri="https://w/1")
        await bench.provider.keepalive(bench.primary, device, 5)
        await bench.provider.deregister(bench.primary, device)
        assert [one.headers["cisco-device-url"] for one in bench.server.asked] == ["https://w/1"] * 2
        (listed,) = await bench.provider.devices(bench.primary)
        assert (listed.name, listed.model) == ("Desk", "m")
        assert await bench.provider.token_expiry() == 5.0
        assert lines(bench) == [
            f"DELETE {MOBIUS}/devices/d1",
            f"GET {MOBIUS}/devices?userid=user-1",
            "GET /v1/authorizations/tokenExpiry",
            "GET /wdm/devices",
            f"POST {MOBIUS}/devices/d1/status",
        ]
        table[f"DELETE {MOBIUS}/devices/d1"] = (404, {})
        await bench.provider.deregister(bench.primary, device)
        table[f"DELETE {MOBIUS}/devices/d1"] = (403, {})
        with pytest.raises(RequestError):
            await bench.provider.deregister(bench.primary, device)


async def test_signing_out_deletes_each_device_once_and_forgets_it():
    async with small() as bench:
        await bench.provider.delete_wdm_device()
        assert lines(bench) == []
        await bench.provider.discover()
        lines(bench)
        bench.routes.table["DELETE /wdm/devices/w1"] = (404, {})
        await bench.provider.delete_wdm_device()
        assert lines(bench) == ["DELETE /wdm/devices/w1"]
        assert bench.memory.urls == {}
        bench.memory.fails = True
        await bench.provider.delete_wdm_device()


@pytest.mark.parametrize(
    ("answer", "reach"),
    [
        ((200, b""), Reach.UP),
        ((204, b""), Reach.ANSWERS),
        ((401, b""), Reach.ANSWERS),
        ((404, {}), Reach.ANSWERS),
        ((429, b""), Reach.ANSWERS),
        ((500, b""), Reach.ANSWERS),
        ((200, b"<html>"), Reach.ANSWERS),
    ],
)
async def test_whatever_a_server_answers_it_can_be_reached(answer: tuple[int, Any], reach: Reach):
    async with small() as bench:
        await bench.provider.discover()
        lines(bench)
        bench.routes.table["GET /p/api/v1/ping"] = answer
        assert await bench.provider.ping(bench.primary) is reach
        assert set(lines(bench)) == {"GET /p/api/v1/ping"}


async def test_a_server_that_says_nothing_or_is_not_asked_is_silent():
    async with small() as bench:
        await bench.provider.discover()
        nobody = Server(f"http://{HOST}:{free_port()}/calling/web/", Role.PRIMARY)
        assert await bench.provider.ping(nobody) is Reach.SILENT

        class Ended(Tokens):
            async def access_token(self) -> str:
                raise SignedOutError("Over.")

        bench.provider._requests._tokens = Ended()
        assert await bench.provider.ping(bench.primary) is Reach.ANSWERS  # the service has said 401


async def test_a_device_that_wdm_has_forgotten_is_forgotten_here_for_its_account(
    monkeypatch: pytest.MonkeyPatch,
):
    forgotten: list[tuple[str, str]] = []
    async with small() as bench:
        await bench.provider.discover()
        monkeypatch.setattr(bench.memory, "forget_device", lambda key, url: forgotten.append((key, url)))
        bench.routes.table["PUT /wdm/devices/w1"] = (404, {})
        await bench.provider.discover()
        assert forgotten == [("user-1", f"{bench.server.url}/wdm/devices/w1")]


async def test_names_of_devices_are_waited_for_half_as_long_as_the_devices(monkeypatch: pytest.MonkeyPatch):
    limits: dict[str, float | None] = {}
    async with small() as bench:
        await bench.provider.discover()
        bench.routes.table[f"GET {MOBIUS}/devices"] = (200, {"devices": []})
        bench.routes.table["GET /wdm/devices"] = (200, [])
        send = bench.client.request

        async def request(method: str, url: str, **options: Any) -> Any:
            limits[url.partition("?")[0].removeprefix(bench.server.url)] = options.get("deadline_s")
            return await send(method, url, **options)

        monkeypatch.setattr(bench.client, "request", request)
        await bench.provider.devices(bench.primary)
    assert limits == {f"{MOBIUS}/devices": None, "/wdm/devices": client.DEADLINE_S / 2}


async def test_how_long_each_answer_is_waited_for_and_what_may_be_sent_again(monkeypatch: pytest.MonkeyPatch):
    """(deadline, silence, sent again on a new connection): a registration is waited for in silence."""
    asked: dict[str, tuple[object, ...]] = {}
    async with small() as bench:
        send = bench.client.request

        async def request(method: str, url: str, **options: Any) -> Any:
            told = [options.get(name, "") for name in ("deadline_s", "silence_s", "repeatable")]
            asked[f"{method} {url.partition('?')[0].removeprefix(bench.server.url)}"] = tuple(told)
            return await send(method, url, **options)

        monkeypatch.setattr(bench.client, "request", request)
        table = bench.routes.table
        table[f"POST {MOBIUS}/devices/d1/status"] = table[f"DELETE {MOBIUS}/devices/d1"] = (200, {})
        for method in ("PATCH", "DELETE"):
            table[f"{method} {MOBIUS}/devices/d1/calls/c1"] = (200, {})
        provider, device = bench.provider, Device(device_id="d1")
        await provider.discover()
        await provider.register(bench.primary, ServiceRequest())
        await provider.keepalive(bench.primary, device, 7)
        await provider.deregister(bench.primary, device)
        await provider.ping(bench.primary)
        await provider.tell_alerting(bench.primary, "d1", "c1")
        await provider.tell_release(bench.primary, "d1", "c1")
        await provider.discover()  # now the device is known
        provider._discoverer.wdm._unsure = [(0.0, 0.0)]
        table["PUT /wdm/devices/w1"] = (404, {})
        await provider.discover()
    of_the_client = ("", "", "")
    assert asked == {
        "GET /u2c/api/v1/catalog": of_the_client,
        "GET /v1/region": (2.0, "", ""),
        "GET /v1/people/me": of_the_client,
        "GET /v1/telephony/config/people/me": of_the_client,
        "POST /wdm/devices": of_the_client,
        "PUT /wdm/devices/w1": (5.0, "", ""),
        "GET /wdm/devices": (5.0, "", ""),
        "GET /api/v1/calling/web/": of_the_client,
        f"POST {MOBIUS}/device": (30.0, None, True),
        f"POST {MOBIUS}/devices/d1/status": (7, None, True),
        f"DELETE {MOBIUS}/devices/d1": of_the_client,
        "GET /p/api/v1/ping": (5.0, "", ""),
        f"PATCH {MOBIUS}/devices/d1/calls/c1": (5.0, "", ""),
        f"DELETE {MOBIUS}/devices/d1/calls/c1": (5.0, "", ""),
    }


async def test_a_device_that_does_not_say_whose_it_is_is_asked_for_in_the_name_of_our_own():
    async with small() as bench:
        found = await bench.provider.discover()
        lines(bench)
        table = bench.routes.table
        table[f"POST {MOBIUS}/devices/d1/status"] = table[f"DELETE {MOBIUS}/devices/d1"] = (200, {})
        await bench.provider.keepalive(bench.primary, Device(device_id="d1"), 5)
        await bench.provider.deregister(bench.primary, Device(device_id="d1"))
        await bench.provider.ping(bench.primary)
        assert [one.headers["cisco-device-url"] for one in bench.server.asked] == [found.device_uri] * 3


async def test_what_is_told_of_a_call_is_not_told_again_when_the_token_was_refused():
    async with small() as bench:
        await bench.provider.discover()
        lines(bench)
        bench.tokens.renewals = ["token-1", "token-2"]
        for method in ("PATCH", "DELETE"):
            bench.routes.table[f"{method} {MOBIUS}/devices/d1/calls/c1"] = (401, b"")
        for tell in (bench.provider.tell_alerting, bench.provider.tell_release):
            with pytest.raises(RequestError):
                await tell(bench.primary, "d1", "c1")
        assert len(lines(bench)) == 2
        assert bench.tokens.rejected == ["token-0", "token-1"]


async def test_a_token_that_cannot_be_had_yet_says_nothing_of_any_server():
    class Slow(Tokens):
        async def access_token(self) -> str:
            raise RenewalError("Later.")

    async with small() as bench:
        await bench.provider.discover()
        lines(bench)
        bench.provider._requests._tokens = Slow()
        assert await bench.provider.ping(bench.primary) is Reach.SILENT
        assert lines(bench) == []


@pytest.mark.parametrize("url", ["ws://evil.example/m", "http://127.0.0.1/m", "", 5])
async def test_an_address_of_messages_that_may_not_be_asked_is_none(url: object):
    async with small() as bench:
        assert bench.provider.socket_url == ""
        device = {"url": f"{bench.server.url}/wdm/devices/w1", "userId": "user-1", "webSocketUrl": url}
        bench.routes.table["POST /wdm/devices"] = (200, device)
        await bench.provider.discover()
        assert bench.provider.socket_url == ""


async def test_the_address_of_messages_is_that_of_the_latest_answer_of_wdm():
    async with small() as bench:
        device = {"url": f"{bench.server.url}/wdm/devices/w1", "userId": "user-1"}
        urls = [bench.server.url.replace("http", "ws") + f"/{number}" for number in range(2)]
        bench.routes.table["POST /wdm/devices"] = (200, device | {"webSocketUrl": urls[0]})
        bench.routes.table["PUT /wdm/devices/w1"] = (200, device | {"webSocketUrl": urls[1]})
        for url in urls:
            await bench.provider.discover()
            assert bench.provider.socket_url == url


async def test_a_device_that_wdm_does_not_delete_is_told_and_stays_remembered():
    async with small() as bench:
        await bench.provider.discover()
        bench.routes.table["DELETE /wdm/devices/w1"] = (503, b"")
        with pytest.raises(RequestError):
            await bench.provider.delete_wdm_device()
        assert bench.memory.urls == {"user-1": f"{bench.server.url}/wdm/devices/w1"}


async def test_signing_out_deletes_a_device_that_could_not_be_remembered():
    async with small() as bench:
        bench.memory.fails = True
        await bench.provider.discover((Service.CONTACT_CENTER,))
        bench.routes.table["DELETE /wdm/devices/w1"] = (204, b"")
        lines(bench)
        await bench.provider.delete_wdm_device()
        assert lines(bench) == ["DELETE /wdm/devices/w1"]


async def test_the_device_of_this_computer_has_its_name(monkeypatch: pytest.MonkeyPatch):
    for node, name in (("desk-3", "softphone on desk-3"), ("", "softphone on this computer")):
        monkeypatch.setattr("platform.node", lambda node=node: node)
        async with small() as bench:
            await bench.provider.discover()
            [made] = bench.asked("POST /wdm/")
            assert json.loads(made.body)["name"] == name


async def test_a_grant_with_a_foreign_address_is_told_with_what_support_asks_for(
    caplog: pytest.LogCaptureFixture,
):
    async with small() as bench:
        device = bench.routes.device(uri="https://evil.example/api/v1/calling/web/devices/d1")
        bench.routes.table[f"POST {MOBIUS}/device"] = (200, {"device": device})
        with pytest.raises(GrantRefusedError) as raised:
            await bench.provider.register(bench.primary, ServiceRequest())
        failure = raised.value.failure
        assert (failure.http_status, failure.tracking_id[:4]) == (200, "WXC_")
        assert failure.advice.startswith(f"{HOST} named an address for this device")
        caplog.clear()


async def test_a_device_that_says_everything_is_kept_and_taken_down_without_any_discovery():
    async with small() as bench:
        table = bench.routes.table
        table[f"POST {MOBIUS}/devices/d1/status"] = table[f"DELETE {MOBIUS}/devices/d1"] = (200, {})
        device = Device(device_id="d1", uri=bench.routes.device()["uri"], client_device_uri="https://w/1")
        await bench.provider.keepalive(bench.primary, device, 5)
        await bench.provider.deregister(bench.primary, device)
        assert lines(bench) == [f"DELETE {MOBIUS}/devices/d1", f"POST {MOBIUS}/devices/d1/status"]


async def test_messages_move_when_discovery_brings_another_device_and_only_then():
    moves: list[str] = []
    async with small() as bench:
        bench.provider._messages = SimpleNamespace(  # type: ignore[assignment]
            move=lambda: moves.append(bench.memory.urls["user-1"])
        )
        for _ in range(2):
            await bench.provider.discover()
        assert moves == []
        bench.routes.table["PUT /wdm/devices/w1"] = (404, {})
        second = {"url": f"{bench.server.url}/wdm/devices/w2", "userId": "user-1"}
        bench.routes.table["POST /wdm/devices"] = bench.routes.table["PUT /wdm/devices/w2"] = (200, second)
        for _ in range(2):
            await bench.provider.discover()
        assert moves == [second["url"]]
