"""The provider against servers of our own that fail."""

import asyncio
import json
import time
from typing import Any

import pytest

from softphone.auth.fixed_token import FixedToken
from softphone.calling.provider import GrantRefusedError, ServiceRequest
from softphone.errors import RequestError, SignedOutError
from softphone.line.device import Device
from softphone.line.failure import Disposition
from softphone.line.model import Reach, Service
from softphone.sim.server import CloudServer
from softphone.webex.webex_provider import WebexProvider
from tests.webex.provider.small_cloud import Memory, Routes, small
from tests.webex.provider.test_provider import CALLING, bench_of, fail_of, simulated
from tests.webex.raw_server import Exchange, hanging, serving

__all__ = ["simulated"]  # fixtures


CONTACT_CENTER = ServiceRequest(Service.CONTACT_CENTER, domain="rtw.example.net")


async def test_requests_carry_what_the_protocol_asks_for():
    async with small(computer="DESK-7") as bench:
        found = await bench.provider.discover()
        registration = await bench.provider.register(bench.primary, CONTACT_CENTER)
        bench.routes.table |= {
            "POST /p/api/v1/calling/web/devices/d1/status": (200, b""),
            "DELETE /p/api/v1/calling/web/devices/d1": (204, b""),
            "GET /p/api/v1/ping": (200, b""),
        }
        await bench.provider.keepalive(bench.primary, registration.device, 5)
        await bench.provider.deregister(bench.primary, registration.device)
        assert await bench.provider.ping(bench.primary) is Reach.UP
        [region] = bench.asked("GET /v1/region")
        assert "authorization" not in region.headers
        assert "spark-user-agent" not in region.headers
        [register] = bench.asked("POST /p/api/v1/calling/web/device ")
        assert json.loads(register.body) == {
            "userId": "user-1",
            "clientDeviceUri": found.device_uri,
            "serviceData": {"indicator": "contactcenter", "domain": "rtw.example.net"},
        }
        [beat] = bench.asked("POST /p/api/v1/calling/web/devices/d1/status")
        assert json.loads(beat.body) == {"deviceId": "d1"}
        mobius = [asked for asked in bench.server.asked if "/calling/web/" in asked.line]
        assert len(mobius) == 4
        for request in mobius:
            assert request.headers["authorization"] == "Bearer token-0"
            assert request.headers["cisco-device-url"] == found.device_uri
            assert request.headers["spark-user-agent"] == "webex-calling/beta"
        [wdm] = bench.asked("POST /wdm/devices")
        assert json.loads(wdm.body)["name"] == "softphone on DESK-7"
        [discovery] = bench.asked("GET /api/v1/calling/web/")
        assert "regionCode=US-EAST&countryCode=US" in discovery.line
        assert len({asked.headers["trackingid"] for asked in bench.server.asked}) == len(bench.server.asked)


async def test_a_known_device_takes_two_round_trips():
    async with small(account_key="user-1") as bench:
        bench.memory.urls["user-1"] = f"{bench.server.url}/wdm/devices/w1"
        await bench.provider.discover()
        assert bench.server.asked[-1].line.startswith("GET /api/v1/calling/web/")
        assert bench.asked("POST /wdm/devices") == []


@pytest.mark.parametrize(
    ("route", "answer", "warning"),
    [
        pytest.param("GET /v1/region", (500, b""), "Region unknown", id="V96"),
        pytest.param("GET /v1/region", (200, {}), "Region unknown", id="V97"),
        ("GET /v1/region", (200, b"<html>"), "Region unknown"),
        ("GET /v1/people/me", (403, b""), "spark:people_read"),  # U16
        ("GET /v1/telephony/config/people/me", (403, b""), "spark:telephony_config_read"),
    ],
)
async def test_steps_that_only_enrich_become_warnings(route: str, answer: Any, warning: str):
    async with small() as bench:
        bench.routes.table[route] = answer
        found = await bench.provider.discover()
        assert [text for text in found.warnings if warning in text]
        if "region" in route:
            assert [server.url for server in found.servers.primaries] == [
                f"{bench.server.url}/api/v1/calling/web/"
            ]
            assert found.servers.backups == ()
            assert bench.asked("GET /api/v1/calling/web/") == []


async def test_v94_only_the_lists_of_this_region_are_asked_for():
    async with small() as bench:
        bench.routes.table["GET /v1/region"] = (200, {"clientRegion": "AP-SOUTHEAST", "countryCode": "IN"})
        found = await bench.provider.discover()
        [asked] = bench.asked("GET /api/v1/calling/web/")
        assert "?regionCode=AP-SOUTHEAST&countryCode=IN " in asked.line
        assert [server.url for server in found.servers.backups] == [f"{bench.server.url}/api/v1/calling/web/"]


async def test_v95_a_region_that_is_set_is_not_looked_up():
    async with small(place={"region": "AP-SOUTHEAST", "country": "IN"}) as bench:
        found = await bench.provider.discover()
        assert (found.region, found.country) == ("AP-SOUTHEAST", "IN")
        assert bench.asked("GET /v1/region") == []
        [asked] = bench.asked("GET /api/v1/calling/web/")
        assert "?regionCode=AP-SOUTHEAST&countryCode=IN " in asked.line


async def test_v100_empty_lists_leave_the_cluster():
    async with small() as bench:
        bench.routes.table["GET /api/v1/calling/web/"] = (200, {})
        found = await bench.provider.discover()
        assert [server.url for server in found.servers.primaries] == [
            f"{bench.server.url}/api/v1/calling/web/"
        ]


async def test_v99_the_next_cluster_is_asked():
    async with small() as bench:
        answers = iter([(503, b""), bench.routes.table["GET /api/v1/calling/web/"]])
        original = bench.server.handler

        async def flaky(exchange: Exchange) -> None:
            if exchange.asked.line.startswith("GET /api/v1/calling/web/"):
                bench.routes.table["GET /api/v1/calling/web/"] = next(answers)
            await original(exchange)

        bench.server.handler = flaky
        found = await bench.provider.discover()
        assert found.servers.primaries == (bench.primary,)
        assert [server.url.split("/")[2].split(":")[0] for server in found.servers.backups] == ["localhost"]
        assert any("Another server was asked" in text for text in found.warnings)


async def test_v91_when_every_cluster_fails_discovery_says_so():
    async with small() as bench:
        bench.routes.table["GET /api/v1/calling/web/"] = (503, b"")
        error = await fail_of(bench.provider.discover())
        assert error.failure.disposition is Disposition.SICK_HOST
        assert len(bench.asked("GET /api/v1/calling/web/")) == 2


async def test_v98_clusters_that_refuse_a_fresh_token_leave_the_first_cluster():
    async with small() as bench:
        bench.tokens.renewals = ["token-1", "token-2"]
        bench.routes.table["GET /api/v1/calling/web/"] = (401, b"")
        found = await bench.provider.discover()
        [only] = found.servers.primaries
        assert only.url == f"{bench.server.url}/api/v1/calling/web/"
        assert len(bench.asked("GET /api/v1/calling/web/")) == 4  # each once more with the renewed token


async def test_what_a_service_refuses_today_is_known_from_before():
    async with small() as bench:
        first = await bench.provider.discover()
        bench.tokens.renewals = [f"token-{number}" for number in range(10)]
        for route in ("GET /api/v1/calling/web/", "GET /u2c/api/v1/catalog", "GET /v1/region"):
            bench.routes.table[route] = (401, b"")
        again = await bench.provider.discover()
        assert (again.servers, again.region, again.country) == (first.servers, first.region, first.country)


@pytest.mark.parametrize("route", ["GET /api/v1/calling/web/", "PUT /wdm/devices/w1"])
async def test_a_sign_in_that_has_ended_ends_discovery(route: str):
    async with small(account_key="user-1") as bench:
        bench.memory.urls["user-1"] = f"{bench.server.url}/wdm/devices/w1"
        bench.tokens.renewals = [SignedOutError("Over.")]
        bench.routes.table[route] = (401, b"")
        error = await fail_of(bench.provider.discover())
        assert error.failure.disposition is Disposition.SIGN_IN
        assert len(bench.asked(route)) == 1


@pytest.mark.parametrize(
    "catalog",
    [
        {},
        {"serviceLinks": {"mobius": "https://evil.example/api/v1", "wdm": "https://w"}},
        {"serviceLinks": {"wdm": "x"}},
    ],
)
async def test_v92_a_catalog_without_calling_is_told(catalog: Any):
    async with small() as bench:
        bench.routes.table["GET /u2c/api/v1/catalog"] = (200, catalog)
        assert (await fail_of(bench.provider.discover())).title == "Webex named no calling server"


@pytest.mark.parametrize("answer", [(500, b""), (401, b""), (200, b"<html>"), (200, [])])
async def test_a_catalog_that_fails_ends_discovery(answer: Any):
    async with small() as bench:
        bench.tokens.renewals = ["token-1", "token-2"]
        bench.routes.table["GET /u2c/api/v1/catalog"] = answer
        assert (await fail_of(bench.provider.discover())).failure.disposition is Disposition.SICK_HOST


@pytest.mark.parametrize("status", [400, 403])
async def test_a_full_list_of_webex_devices_is_told_and_nothing_is_deleted(status: int):
    async with small() as bench:
        message = {"message": "User has excessive device registrations"}
        bench.routes.table["POST /wdm/devices"] = (status, message)
        error = await fail_of(bench.provider.discover())
        assert error.title == "Too many Webex apps on this account"
        assert bench.asked("DELETE") == []


async def test_wdm_in_trouble_does_not_stop_a_known_device():
    async with small(account_key="user-1") as bench:
        bench.memory.urls["user-1"] = f"{bench.server.url}/wdm/devices/w1"
        bench.routes.table["PUT /wdm/devices/w1"] = (503, b"")
        found = await bench.provider.discover()
        assert found.device_uri == f"{bench.server.url}/wdm/devices/w1"
        assert any("could not confirm" in text for text in found.warnings)


@pytest.mark.parametrize("path", ["people/me", "telephony/config/people/me", "region"])
async def test_a_stray_401_of_an_optional_service_is_a_warning(path: str):
    async with small() as bench:
        bench.tokens.renewals = ["token-1", "token-2"]
        bench.routes.table[f"GET /v1/{path}"] = (401, b"")
        found = await bench.provider.discover()
        assert found.servers
        assert len(found.warnings) == 1


async def test_signing_out_before_discovery_deletes_the_stored_device_and_creates_none():
    async with small(account_key="user-1") as bench:
        await bench.provider.delete_wdm_device()
        assert bench.server.asked == []
        bench.memory.urls["user-1"] = f"{bench.server.url}/wdm/devices/w1"
        await bench.provider.delete_wdm_device()
        bench.memory.urls["user-1"] = f"{bench.server.url}/wdm/devices/w1"
        bench.memory.fails = True
        await bench.provider.delete_wdm_device()
        assert [asked.line.split(" ")[0] for asked in bench.server.asked] == ["DELETE", "DELETE"]


async def test_a_server_list_with_strangers_is_cleaned():
    async with small() as bench:
        uris = ["https://evil.example/api/v1", f"{bench.server.url}/p/api/v1"]
        bench.routes.table["GET /api/v1/calling/web/"] = (200, {"primary": {"uris": uris}})
        found = await bench.provider.discover()
        assert found.servers.primaries == (bench.primary,)
        assert any("not trusted" in text for text in found.warnings)


@pytest.mark.parametrize("answer", [(200, b""), (200, {}), (200, {"device": {"deviceId": "d1"}})])
async def test_v116_a_registration_without_a_device_is_a_sick_host(answer: Any):
    async with small() as bench:
        bench.routes.table["POST /p/api/v1/calling/web/device"] = answer
        error = await fail_of(bench.provider.register(bench.primary, CALLING))
        assert error.failure.disposition is Disposition.SICK_HOST


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.2:80", "https://user@evil.example"]
)
async def test_a_device_at_a_foreign_address_is_refused_and_gets_nothing(
    origin: str, caplog: pytest.LogCaptureFixture
):
    async with small() as bench:
        device = bench.routes.device(uri=f"{origin}/api/v1/calling/web/devices/d1")
        bench.routes.table["POST /p/api/v1/calling/web/device"] = (200, {"device": device})
        await bench.provider.discover()
        before = len(bench.server.asked)
        with pytest.raises(GrantRefusedError) as raised:
            await bench.provider.register(bench.primary, CALLING)
        assert raised.value.failure.disposition is Disposition.SICK_HOST
        assert raised.value.failure.unsure
        assert raised.value.device.device_id == "d1"
        assert len(bench.server.asked) == before + 1
        caplog.clear()


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
async def test_a_refusal_that_names_a_device_has_granted_none(status: int):
    async with small() as bench:
        body = {"device": bench.routes.device(), "errorCode": 1}
        bench.routes.table["POST /p/api/v1/calling/web/device"] = (status, body)
        await bench.provider.discover()
        with pytest.raises(RequestError) as raised:
            await bench.provider.register(bench.primary, CALLING)
        assert not isinstance(raised.value, GrantRefusedError)
        assert raised.value.failure.http_status == status


async def test_a_device_on_another_discovered_server_is_asked_there():
    async with small() as bench, serving(Routes()) as other:
        groups = {
            "primary": {"uris": [f"{bench.server.url}/p/api/v1"]},
            "backup": {"uris": [f"{other.url}/b/api/v1"]},
        }
        bench.routes.table["GET /api/v1/calling/web/"] = (200, groups)
        await bench.provider.discover()
        device = Device(device_id="d1", uri=f"{other.url}/other/path/devices/d1")
        await fail_of(bench.provider.keepalive(bench.primary, device, 5))
        assert other.asked[0].line.startswith("POST /b/api/v1/calling/web/devices/d1/status")


async def test_a_listed_device_at_a_foreign_address_is_asked_at_the_server_that_listed_it():
    async with small() as bench:
        await bench.provider.discover()
        device = Device(device_id="d1", uri="https://evil.example/devices/d1")
        await bench.provider.deregister(bench.primary, device)
        assert bench.asked("DELETE /p/api/v1/calling/web/devices/d1")


async def test_devices_are_listed_without_names_when_wdm_does_not_tell():
    async with small() as bench:
        bench.routes.table["GET /p/api/v1/calling/web/devices"] = (200, {"devices": [bench.routes.device()]})
        [device] = await bench.provider.devices(bench.primary)
        assert (device.device_id, device.name) == ("d1", "")


async def test_nobody_goes_on_asking_for_names_when_the_list_is_refused():
    async with small() as bench:
        await bench.provider.discover()

        async def silent_about_names(exchange: Exchange) -> None:
            await (hanging if exchange.asked.line.startswith("GET /wdm/devices ") else bench.routes)(exchange)

        bench.server.handler = silent_about_names
        await fail_of(bench.provider.devices(bench.primary))
        assert [task for task in asyncio.all_tasks() if "_names" in repr(task.get_coro())] == []


async def test_a_keepalive_reads_the_body_of_its_refusal():
    async with small() as bench:
        bench.routes.table["POST /p/api/v1/calling/web/devices/d1/status"] = (403, {"errorCode": 102})
        error = await fail_of(bench.provider.keepalive(bench.primary, Device(device_id="d1"), 5))
        assert error.failure.disposition is Disposition.GIVE_UP


async def test_a_token_that_expires_is_renewed_in_the_middle():
    async with small() as bench:
        await bench.provider.discover()
        original = bench.server.handler

        async def strict(exchange: Exchange) -> None:
            if exchange.asked.headers["authorization"] == "Bearer token-0":
                await exchange.answer(401, b"")
            else:
                await original(exchange)

        bench.server.handler = strict
        assert (await bench.provider.register(bench.primary, CALLING)).device.device_id == "d1"
        assert bench.tokens.rejected == ["token-0"]


async def test_v40_every_keepalive_carries_the_token_of_its_moment():
    async with small() as bench:
        beat = "POST /p/api/v1/calling/web/devices/d1/status"
        bench.routes.table[beat] = (200, {})
        await bench.provider.discover()
        for token in ("token-0", "token-1", "token-2"):
            bench.tokens.held = token
            await bench.provider.keepalive(bench.primary, Device(device_id="d1"), 5)
        sent = [asked.headers["authorization"] for asked in bench.asked(beat)]
        assert sent == ["Bearer token-0", "Bearer token-1", "Bearer token-2"]


async def test_a_device_that_only_its_answer_tells_to_be_ours_gives_way_to_the_one_used_before():
    async with small() as bench:
        before = f"{bench.server.url}/wdm/devices/w0"
        bench.memory.urls["user-1"] = before
        bench.routes.table["PUT /wdm/devices/w0"] = (200, {"url": before, "userId": "user-1"})
        found = await bench.provider.discover()
        assert found.device_uri == before
        assert bench.asked("DELETE /wdm/devices/w1 ")


async def test_the_device_is_remembered_before_a_server_is_asked():
    async with small() as bench:
        bench.routes.table["GET /api/v1/calling/web/"] = (503, b"")
        await fail_of(bench.provider.discover())
        assert bench.memory.urls == {"user-1": f"{bench.server.url}/wdm/devices/w1"}


async def test_signing_out_deletes_the_devices_of_all_services():
    async with small() as bench:
        second = {"url": f"{bench.server.url}/wdm/devices/w2", "userId": "user-1"}
        bench.memory.urls_beside["user-1", Service.CONTACT_CENTER] = second["url"]
        bench.routes.table["PUT /wdm/devices/w2"] = (200, second)
        found = await bench.provider.discover((Service.CALLING, Service.CONTACT_CENTER))
        assert found.device_uri_of(Service.CONTACT_CENTER) == second["url"]
        await bench.provider.delete_wdm_device()
        assert len(bench.asked("DELETE /wdm/devices/")) == 2
        assert (bench.memory.urls, bench.memory.urls_beside) == ({}, {})


async def test_a_token_says_when_it_ends(simulated: CloudServer):
    async with bench_of(simulated) as bench:
        ends_at = await bench.provider.token_expiry()
        assert ends_at is not None
        assert 0 < ends_at - time.time() < 15 * 86_400


@pytest.mark.parametrize("answer", [{}, {"exp": "soon"}, {"exp": True}, {"exp": -1}, {"exp": 1.8e12}, []])
async def test_an_end_that_makes_no_sense_is_not_known(answer: Any):
    async with small() as bench:
        bench.routes.table["GET /v1/authorizations/tokenExpiry"] = (200, answer)
        if answer == []:
            with pytest.raises(RequestError):
                await bench.provider.token_expiry()
        else:
            assert await bench.provider.token_expiry() is None


async def test_a_dead_token_is_refused_as_ended(simulated: CloudServer):
    async with bench_of(simulated) as bench:
        provider = WebexProvider(bench.cloud, bench.client, FixedToken("dead"), Memory())
        with pytest.raises(RequestError) as caught:
            await provider.token_expiry()
        assert caught.value.failure.disposition is Disposition.SIGN_IN
