"""Discovery when services hang or refuse: what is optional holds up nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from softphone.errors import SignedOutError
from softphone.line.failure import Disposition
from softphone.line.model import Role
from softphone.values import replace
from softphone.webex import discovery
from softphone.webex.wire import Person
from tests.webex.provider.small_cloud import Small, small
from tests.webex.provider.test_provider import CALLING, fail_of
from tests.webex.raw_server import Exchange

PEOPLE = "GET /v1/people/me"
NUMBERS = "GET /v1/telephony/config/people/me"
REGION = "GET /v1/region"
LISTS = "GET /api/v1/calling/web/"


@contextlib.asynccontextmanager
async def hanging(*routes: str, **options: str) -> AsyncIterator[tuple[Small, asyncio.Event]]:
    """Yield a cloud some of whose routes answer only when the event is set."""
    async with small(**options) as bench:  # type: ignore[arg-type]
        original, go_on = bench.server.handler, asyncio.Event()

        async def handler(exchange: Exchange) -> None:
            if exchange.asked.line.startswith(tuple(f"{route}{end}" for route in routes for end in " ?")):
                await go_on.wait()
            await original(exchange)

        bench.server.handler = handler
        try:
            yield bench, go_on
        finally:
            go_on.set()
            await bench.provider.close()


@pytest.mark.parametrize("routes", [(PEOPLE,), (NUMBERS,), (PEOPLE, NUMBERS)])
@pytest.mark.parametrize("account_key", ["", "user-1"])
async def test_l13_names_and_numbers_arrive_later(routes: tuple[str, ...], account_key: str):
    async with hanging(*routes, account_key=account_key) as (bench, go_on):
        found = await bench.provider.discover()
        assert found.servers.primaries == (bench.primary,)
        assert found.details_pending
        assert found.warnings == ()
        assert (await bench.provider.register(bench.primary, CALLING)).device.device_id == "d1"
        go_on.set()
        detailed = await bench.provider.find_details()
        assert not detailed.details_pending
        assert (detailed.account.name, detailed.account.address) == ("Ada", "ada@example.com")
        assert detailed.extension == "7"
        assert (
            replace(detailed, account=found.account, extension=found.extension, details_pending=True) == found
        )
        assert len(bench.asked(PEOPLE)) == len(bench.asked(NUMBERS)) == 1


async def test_details_that_arrive_after_another_discovery_change_nothing_else():
    async with hanging(PEOPLE) as (bench, go_on):
        await bench.provider.discover()
        detailing = asyncio.create_task(bench.provider.find_details())
        await asyncio.sleep(0)
        bench.routes.table["PUT /wdm/devices/w1"] = (404, {})
        renewed = {"url": f"{bench.server.url}/wdm/devices/w2", "userId": "user-1"}
        bench.routes.table["POST /wdm/devices"] = (200, renewed)
        again = await bench.provider.discover()
        assert again.device_uri == renewed["url"]
        go_on.set()
        assert (await detailing).device_uri == renewed["url"]
        assert (await detailing).account.name == "Ada"


async def test_what_was_told_in_time_is_there_at_once():
    async with hanging(NUMBERS) as (bench, _):
        found = await bench.provider.discover()
        assert found.account.name == "Ada"
        assert found.extension is None


@pytest.mark.parametrize(("route", "other"), [(PEOPLE, NUMBERS), (NUMBERS, PEOPLE)])
async def test_a_detail_that_was_refused_is_asked_for_again_when_somebody_wants_it(route: str, other: str):
    async with small() as bench:
        good = bench.routes.table[route]
        bench.routes.table[route] = (503, b"")
        found = await bench.provider.discover()
        assert (found.details_pending, len(found.warnings)) == (False, 1)
        assert found.details_untold
        bench.routes.table[route] = good
        detailed = await bench.provider.find_details()
        assert (detailed.account.name, detailed.extension) == ("Ada", "7")
        assert (detailed.warnings, detailed.details_untold) == ((), False)
        assert len(bench.asked(route)) == 2
        assert len(bench.asked(other)) == 1


async def test_what_was_told_once_is_kept_when_it_is_refused_later():
    async with small() as bench:
        first = await bench.provider.discover()
        for route in (PEOPLE, NUMBERS, REGION):
            bench.routes.table[route] = (503, b"")
        again = await bench.provider.discover()
        assert again.account == first.account
        assert (again.extension, again.region) == (first.extension, first.region)


async def test_l13_a_region_that_hangs_leaves_the_first_cluster(monkeypatch: pytest.MonkeyPatch):
    assert discovery.REGION_DEADLINE_S == 2.0
    monkeypatch.setattr(discovery, "REGION_DEADLINE_S", 0.05)
    async with hanging(REGION) as (bench, go_on):
        found = await bench.provider.discover()
        [only] = found.servers.primaries
        assert only.url == f"{bench.server.url}/api/v1/calling/web/"
        assert any("Region unknown" in text for text in found.warnings)
        go_on.set()
        again = await bench.provider.find_servers()
        assert again.servers.primaries == (bench.primary,)
        assert again.warnings == ()


async def test_a_region_that_hangs_later_is_that_of_before(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(discovery, "REGION_DEADLINE_S", 0.05)
    async with small() as bench:
        first = await bench.provider.discover()
        bench.routes.table[REGION] = (200, b"<html>")
        again = await bench.provider.find_servers()
        assert (again.servers, again.region) == (first.servers, "US-EAST")


async def test_l13_a_known_device_that_wdm_is_slow_to_confirm_is_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(discovery, "REFRESH_DEADLINE_S", 0.05)
    async with hanging("PUT /wdm/devices/w1", account_key="user-1") as (bench, _):
        bench.memory.urls["user-1"] = f"{bench.server.url}/wdm/devices/w1"
        found = await bench.provider.discover()
        assert found.device_uri == f"{bench.server.url}/wdm/devices/w1"
        assert any("could not confirm" in text for text in found.warnings)


async def test_l9_the_lists_are_looked_up_again_in_three_requests():
    async with small() as bench:
        first = await bench.provider.discover()
        before = len(bench.server.asked)
        moved = f"{bench.server.url}/q/api/v1"
        bench.routes.table["GET /api/v1/calling/web/"] = (200, {"primary": {"uris": [moved]}})
        found = await bench.provider.find_servers()
        assert len(bench.server.asked) == before + 3
        assert [server.url for server in found.servers.primaries] == [f"{moved}/calling/web/"]
        assert replace(found, servers=first.servers) == first


async def test_lists_that_are_looked_up_first_are_a_whole_discovery():
    async with small() as bench:
        assert (await bench.provider.find_servers()).servers.primaries == (bench.primary,)
        assert bench.asked("POST /wdm/devices")


@pytest.mark.parametrize("status", [401, 403, 500, 503])
async def test_l18_what_every_cluster_refuses_is_known_from_before(status: int):
    async with small() as bench:
        first = await bench.provider.discover()
        bench.tokens.renewals = [f"token-{number}" for number in range(9)]
        bench.routes.table["GET /api/v1/calling/web/"] = (status, b"")
        found = await bench.provider.find_servers()
        assert found.servers == first.servers
        assert found.warnings


async def test_a_sign_in_that_has_ended_uses_nothing_of_before():
    async with small() as bench:
        await bench.provider.discover()
        bench.tokens.renewals = [SignedOutError("Over.")]
        bench.routes.table["GET /u2c/api/v1/catalog"] = (401, b"")
        error = await fail_of(bench.provider.find_servers())
        assert error.failure.disposition is Disposition.SIGN_IN


async def test_closing_asks_nothing_more():
    async with hanging(PEOPLE, NUMBERS) as (bench, _):
        assert (await bench.provider.discover()).details_pending
        await bench.provider.close()
        assert not bench.client._in_flight or all(flight._abandoned for flight in bench.client._in_flight)


async def test_what_is_still_being_looked_up_is_given_up_at_the_end_and_no_warning():
    never = asyncio.Event()

    async def look() -> Person:
        await never.wait()
        return Person()

    detail = discovery._Detail(look, "not known")
    await detail.close()  # nothing was begun
    detail.begin()
    await asyncio.sleep(0)
    assert detail.is_pending
    async with asyncio.timeout(10):
        await detail.close()
    assert (detail.is_pending, detail.warnings) == (False, ())


# ---- What is known from before, and what is told only in part


@pytest.mark.parametrize(
    "told", [{"clientRegion": "EU"}, {"countryCode": "DE"}, {"clientRegion": "", "countryCode": "DE"}]
)
async def test_half_a_region_is_none(told: dict[str, str]):
    async with small() as bench:
        bench.routes.table[REGION] = (200, told)
        found = await bench.provider.discover()
        assert (found.region, found.country) == ("", "")
        assert any("Region unknown" in text for text in found.warnings)
        [only] = found.servers.all
        assert (only.role, only.url) == (Role.PRIMARY, f"{bench.server.url}/api/v1/calling/web/")
        assert bench.asked(LISTS) == []


@pytest.mark.parametrize("place", [{"region": "EU"}, {"country": "DE"}])
async def test_half_a_region_that_is_set_is_looked_up_all_the_same(place: dict[str, str]):
    async with small(place=place) as bench:
        found = await bench.provider.discover()
        assert (found.region, found.country) == ("US-EAST", "US")
        assert len(bench.asked(REGION)) == 1


async def test_another_region_that_is_told_later_takes_the_place_of_the_first():
    async with small() as bench:
        first = await bench.provider.discover()
        bench.routes.table[REGION] = (200, {"clientRegion": "EU", "countryCode": "DE"})
        bench.routes.table[LISTS] = (200, {"primary": {"uris": [f"{bench.server.url}/q/api/v1"]}})
        found = await bench.provider.find_servers()
        assert (found.region, found.country) == ("EU", "DE")
        assert found.servers != first.servers
        assert await bench.provider.find_details() == found
        assert bench.asked(LISTS)[-1].line.endswith("?regionCode=EU&countryCode=DE HTTP/1.1")
        bench.routes.table[REGION] = (503, b"")
        again = await bench.provider.discover()
        assert (again.region, again.country, again.warnings) == ("EU", "DE", ())


async def test_a_warning_of_a_look_up_of_the_lists_is_told_and_not_kept():
    async with small() as bench:
        first = await bench.provider.discover()
        good = bench.routes.table["GET /u2c/api/v1/catalog"]
        bench.routes.table["GET /u2c/api/v1/catalog"] = (503, b"")
        bench.routes.table[LISTS] = (503, b"")
        found = await bench.provider.find_servers()
        assert found == replace(
            first,
            warnings=(
                "Webex did not name its servers just now; those from before are used.",
                "Webex has trouble. Another server was asked.",  # of two clusters, and told once
            ),
        )
        assert await bench.provider.find_details() == first
        bench.routes.table["GET /u2c/api/v1/catalog"] = good
        again = await bench.provider.discover()
        assert again.warnings == found.warnings[1:]


@pytest.mark.parametrize("route", [PEOPLE, NUMBERS])
async def test_either_detail_that_is_not_told_is_untold(route: str):
    async with small() as bench:
        bench.routes.table[route] = (403, b"")
        found = await bench.provider.discover()
        assert found.details_untold
        assert len(found.warnings) == 1
        assert (await bench.provider.find_details()).warnings == found.warnings  # each once


async def test_the_best_source_of_numbers_is_believed_and_the_other_where_it_says_nothing():
    async with small() as bench:
        numbers = [{"type": "work", "value": "+1"}, {"type": "work_extension", "value": "8"}]
        bench.routes.table[PEOPLE] = (200, {"displayName": "Ada", "phoneNumbers": numbers})
        found = await bench.provider.discover()
        assert (found.phone_number, found.extension) == ("+1", "7")
        bench.routes.table[NUMBERS] = (200, {"phoneNumbers": [{"directNumber": "+2"}]})
        again = await bench.provider.discover()
        assert (again.phone_number, again.extension) == ("+2", "8")


async def test_what_is_still_asked_about_a_person_is_not_asked_twice():
    async with hanging(PEOPLE, account_key="user-1") as (bench, _):
        await bench.provider.discover()
        await bench.provider.discover()
        assert len(bench.asked(PEOPLE)) == 1
        assert len(bench.asked(NUMBERS)) == 2
