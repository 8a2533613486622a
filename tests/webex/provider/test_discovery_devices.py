"""Discovery of a device and of clusters: what is remembered, what is passed over, whom nobody waits for."""

import asyncio
from typing import Any

import pytest

from softphone.errors import ConfigError
from softphone.line.failure import ErrorType
from softphone.line.model import Service
from softphone.webex import discovery
from tests.webex.provider.small_cloud import Small, small
from tests.webex.provider.test_discovery import LISTS, PEOPLE, REGION, hanging
from tests.webex.provider.test_provider import fail_of
from tests.webex.raw_server import Exchange


def person_is(bench: Small, account_key: str) -> None:
    bench.routes.table[PEOPLE] = (200, {"id": account_key, "displayName": "Ada"})


async def test_a_device_of_the_person_whose_token_it_is_is_used_though_wdm_cannot_confirm_it():
    async with small() as bench:
        url = bench.memory.urls["user-1"] = f"{bench.server.url}/wdm/devices/w1"
        person_is(bench, "user-1")
        bench.routes.table["PUT /wdm/devices/w1"] = (503, b"")
        found = await bench.provider.discover()
        assert (found.device_uri, found.user_id) == (url, "user-1")
        assert found.warnings == (
            "Webex could not confirm this computer's device; the one from before is used.",
        )
        assert [one.headers["cisco-device-url"] for one in bench.asked(LISTS)] == [url]
        assert bench.asked("POST /wdm/") == []


async def test_a_device_of_the_person_that_wdm_has_forgotten_is_replaced_and_remembered():
    async with small() as bench:
        bench.memory.urls["user-1"] = f"{bench.server.url}/wdm/devices/w0"
        person_is(bench, "user-1")
        found = await bench.provider.discover()
        assert found.device_uri == f"{bench.server.url}/wdm/devices/w1"
        assert bench.memory.urls == {"user-1": found.device_uri}
        assert found.servers.primaries == (bench.primary,)
        assert len(bench.asked(LISTS)) == len(bench.asked("PUT /wdm/")) == 1


async def test_a_device_that_cannot_be_remembered_is_ours_all_the_same():
    async with small() as bench:
        bench.memory.fails = True
        second = {"url": f"{bench.server.url}/wdm/devices/w2", "userId": "user-1"}
        found = await bench.provider.discover()
        bench.routes.table["POST /wdm/devices"] = (200, second)
        both = await bench.provider.discover((Service.CALLING, Service.CONTACT_CENTER))
        assert found.warnings == both.warnings == ("The disk is full.",)
        assert both.known_device_uris == {second["url"]}  # one that is in no memory is made anew
        assert both.device_uris == dict.fromkeys((Service.CALLING, Service.CONTACT_CENTER), second["url"])


async def test_a_device_that_wdm_has_forgotten_is_replaced_though_the_disk_is_full():
    async with small(account_key="user-1") as bench:
        bench.memory.urls["user-1"] = f"{bench.server.url}/wdm/devices/w0"
        bench.memory.fails = True
        assert (await bench.provider.discover()).device_uri == f"{bench.server.url}/wdm/devices/w1"


async def test_a_device_is_kept_before_a_server_is_asked(monkeypatch: pytest.MonkeyPatch):
    asked_before: list[int] = []

    async with small() as bench:

        async def kept() -> None:
            asked_before.append(len(bench.asked(LISTS)))
            raise ConfigError("The disk is slow.")

        monkeypatch.setattr(bench.memory, "kept", kept)
        assert (await bench.provider.discover()).warnings == ("The disk is slow.",)
    assert asked_before == [0]


async def test_each_line_has_its_own_device_which_wdm_confirms_at_each_start():
    async with small() as bench:
        second = {"url": f"{bench.server.url}/wdm/devices/w2", "userId": "user-1"}
        bench.memory.urls_beside["user-1", Service.CONTACT_CENTER] = second["url"]
        both = (Service.CALLING, Service.CONTACT_CENTER)
        found = await bench.provider.discover(both)  # WDM has forgotten the second
        assert bench.memory.urls_beside == {("user-1", Service.CONTACT_CENTER): found.device_uri}
        bench.memory.urls_beside["user-1", Service.CONTACT_CENTER] = second["url"]
        bench.routes.table["PUT /wdm/devices/w2"] = (200, second)
        again = await bench.provider.discover(both)
        assert again.device_uris == {Service.CALLING: found.device_uri, Service.CONTACT_CENTER: second["url"]}
        assert len(bench.asked("POST /wdm/")) == 2


async def test_whose_token_it_is_is_waited_for_before_another_device_is_made(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(discovery, "DETAILS_PATIENCE_S", 5.0)
    async with hanging(PEOPLE) as (bench, go_on):
        url = bench.memory.urls["user-1"] = f"{bench.server.url}/wdm/devices/w1"
        person_is(bench, "user-1")
        finding = asyncio.create_task(bench.provider.discover())
        while not (bench.asked("GET /u2c/") and bench.asked(REGION)):
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        go_on.set()
        assert (await finding).device_uri == url
        assert bench.asked("POST /wdm/") == []


async def test_where_it_is_known_whose_token_it_is_nobody_waits_for_the_person(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(discovery, "DETAILS_PATIENCE_S", 30.0)
    async with hanging(PEOPLE, account_key="user-1") as (bench, go_on):
        finding = asyncio.create_task(bench.provider.discover())
        async with asyncio.timeout(5):
            while not bench.asked(LISTS):
                await asyncio.sleep(0)
        go_on.set()
        assert not (await finding).details_pending


async def test_whose_device_it_is_says_wdm_and_that_account_has_it_and_forgets_it(
    monkeypatch: pytest.MonkeyPatch,
):
    forgotten: list[tuple[str, str]] = []
    async with small(account_key="before") as bench:
        url = bench.memory.urls["before"] = f"{bench.server.url}/wdm/devices/w1"
        found = await bench.provider.discover()
        assert (found.account.key, found.user_id) == ("user-1", "user-1")
        assert bench.memory.urls["user-1"] == url
        monkeypatch.setattr(bench.memory, "forget_device", lambda *told: forgotten.append(told))
        bench.routes.table["PUT /wdm/devices/w1"] = (404, {})
        await bench.provider.discover()
        assert forgotten == [("user-1", url)]


# ---- Catalog and clusters


async def test_a_catalog_without_a_place_for_devices_is_told_with_its_trace():
    async with small() as bench:
        links = {"mobius": f"{bench.server.url}/api/v1"}
        bench.routes.table["GET /u2c/api/v1/catalog"] = (200, {"serviceLinks": links})
        error = await fail_of(bench.provider.discover())
        assert error.title == "Webex named no calling server"
        assert error.failure.advice.startswith("127.0.0.1 knows no server")
        assert error.failure.tracking_id.startswith("WXC_")


async def test_a_strangers_cluster_is_passed_over_without_a_word():
    async with small() as bench:
        _, catalog = bench.routes.table["GET /u2c/api/v1/catalog"]
        rows = catalog["hostCatalog"]["m"]
        rows.insert(0, {"host": "evil.example", "priority": 1, "id": "z:mobius"})
        found = await bench.provider.discover()
        assert found.servers.primaries == (bench.primary,)
        assert found.warnings == ()


@pytest.mark.parametrize("sick", [{"127.0.0.1"}, {"localhost"}])
async def test_v91_a_cluster_that_fails_beside_one_that_refuses_the_token_is_told(sick: set[str]):
    """Whichever is asked first: the first cluster serves only where each refused the token."""
    async with small() as bench:
        bench.tokens.renewals = ["token-1", "token-2"]
        original = bench.server.handler

        async def handler(exchange: Exchange) -> None:
            is_sick = exchange.asked.headers["host"].partition(":")[0] in sick
            bench.routes.table[LISTS] = (503 if is_sick else 401, b"")
            await original(exchange)

        bench.server.handler = handler
        error = await fail_of(bench.provider.discover())
        assert (error.title, error.failure.error_type) == ("Webex has trouble", ErrorType.SERVICE_UNAVAILABLE)
        assert len(bench.asked(LISTS)) == 3  # the token was renewed and both clusters were asked


async def test_strangers_in_the_lists_are_counted():
    async with small() as bench:
        uris = [
            "https://evil.example/api/v1",
            "https://evil.example/2/api/v1",
            f"{bench.server.url}/p/api/v1",
        ]
        bench.routes.table[LISTS] = (200, {"primary": {"uris": uris}})
        assert (await bench.provider.discover()).warnings == (
            "Calling servers were left out because their addresses are not trusted: 2.",
        )


@pytest.mark.parametrize(("first", "later"), [(True, False), (False, True)])
async def test_how_lines_register_is_settled_by_what_wdm_told_first(first: bool, later: bool):
    def device(*, is_on: bool) -> dict[str, Any]:
        features = {"developer": [{"key": "webrtc-calling-over-ws-CALL-219562", "value": is_on}]}
        return {"url": f"{bench.server.url}/wdm/devices/w1", "userId": "user-1", "features": features}

    async with small() as bench:
        bench.routes.table["POST /wdm/devices"] = (200, device(is_on=first))
        bench.routes.table["PUT /wdm/devices/w1"] = (200, device(is_on=later))
        for _ in range(2):
            await bench.provider.discover()
            assert bench.provider._discoverer.over_wss is first
