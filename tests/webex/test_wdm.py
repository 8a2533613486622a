"""WDM devices that a request of unknown end has made: none piles up, and nobody else's is touched."""

import asyncio
import json
import time
from email.utils import formatdate
from typing import Any

import pytest

from softphone.errors import RequestError
from softphone.line.model import Service
from softphone.webex import wdm
from tests.webex.provider.small_cloud import Small, small
from tests.webex.provider.test_provider import fail_of
from tests.webex.raw_server import Exchange

OURS = "softphone on desk"


class Register:
    """A WDM that carries everything out, and does not always say so."""

    def __init__(
        self, bench: Small, *, age_s: float = 0.0, list_status: int = 200, put_status: int = 200
    ) -> None:
        self.devices: dict[str, dict[str, Any]] = {}
        self.silent_posts = 0
        self._age_s = age_s
        self._list_status = list_status
        self._put_status = put_status
        self.mends_with_next_post = False
        self.hides = False  # what it has
        self.delete_status = 200
        self._bench = bench
        self._others = bench.server.handler
        bench.server.handler = self.answer

    async def answer(self, exchange: Exchange) -> None:
        method, path = exchange.asked.line.split(" ")[:2]
        name = path.partition("?")[0].rpartition("/")[2]
        if "/wdm/" not in path:
            await self._others(exchange)
        elif method == "POST":
            device = self.add(f"w{len(self.devices) + 1}", OURS, age_s=self._age_s)
            if self.silent_posts:
                self.silent_posts -= 1
                exchange.reset()
            else:
                self._list_status = 200 if self.mends_with_next_post else self._list_status
                await self.say(exchange, device)
        elif method == "GET":
            listed = [] if self.hides else list(self.devices.values())
            await self.say(exchange, {"devices": listed}, self._list_status)
        elif method == "DELETE":
            gone = self.devices[name] if self.delete_status != 200 else self.devices.pop(name)
            await self.say(exchange, gone, self.delete_status)
        else:
            await self.say(exchange, self.devices[name], self._put_status)

    def add(self, name: str, called: str, *, age_s: float = 0.0) -> dict[str, Any]:
        url = f"{self._bench.server.url}/wdm/devices/{name}"
        # The service's clock is a year ahead of ours.
        made = _ahead() - 1000 * age_s
        self.devices[name] = {"url": url, "name": called, "userId": "user-1", "creationTime": made}
        return self.devices[name]

    async def say(self, exchange: Exchange, value: Any, status: int = 200) -> None:
        date = formatdate(_ahead() / 1000, usegmt=True)
        await exchange.answer(status, json.dumps(value).encode(), Date=date)


def _ahead() -> float:
    return 1000 * (time.time() + 365 * 86_400)


async def discovered(bench: Small, tries: int) -> str:
    """Discover as the program does: again and again; return the device."""
    for _ in range(tries - 1):
        with pytest.raises(RequestError):
            await bench.provider.discover()
    return (await bench.provider.discover()).device_uri


async def with_one_too_many(bench: Small) -> Register:
    """A WDM that made a device without a word, and tells of it once it has made another one."""
    register = Register(bench, list_status=500)
    register.silent_posts = 1
    with pytest.raises(RequestError):
        await bench.provider.discover()
    register.mends_with_next_post = True
    return register


@pytest.mark.parametrize("silent", [1, 3])
async def test_a_device_that_was_made_without_a_word_is_used_and_no_second_one_made(silent: int):
    async with small(computer="desk") as bench:
        register = Register(bench)
        register.silent_posts = silent
        assert await discovered(bench, 2) == register.devices["w1"]["url"]
        assert list(register.devices) == ["w1"]


async def test_what_piled_up_while_wdm_told_nothing_is_deleted_but_for_the_newest():
    async with small(computer="desk") as bench:
        register = Register(bench, list_status=500)
        register.silent_posts = 3
        with pytest.raises(RequestError):
            await bench.provider.discover()
        with pytest.raises(RequestError):
            await bench.provider.discover()
        await asyncio.sleep(0.01)
        with pytest.raises(RequestError):
            await bench.provider.discover()
        register._list_status = 200
        newest = register.devices["w3"]["url"]
        assert (await bench.provider.discover()).device_uri == newest
        assert list(register.devices) == ["w3"]


async def test_what_piled_up_is_deleted_too_when_another_one_could_be_made():
    async with small(computer="desk") as bench:
        register = await with_one_too_many(bench)
        assert (await bench.provider.discover()).device_uri == register.devices["w2"]["url"]
        assert list(register.devices) == ["w2"]


async def test_while_what_was_made_cannot_be_had_no_other_one_is_made():
    async with small(computer="desk") as bench:
        register = Register(bench, put_status=500)
        register.silent_posts = 1
        for _ in range(4):
            with pytest.raises(RequestError):
                await bench.provider.discover()
        assert list(register.devices) == ["w1"]


async def test_devices_of_others_and_older_ones_are_left_alone():
    async with small(computer="desk") as bench:
        register = Register(bench, age_s=wdm.MADE_BEFORE_S + 60)
        register.add("phone", "Ada's phone")
        register.add("before", OURS, age_s=3600)
        register.silent_posts = 1
        await discovered(bench, 2)
        assert {"phone", "before"} < set(register.devices)


async def test_without_an_unsure_request_wdm_is_asked_for_nothing_more():
    async with small(computer="desk") as bench:
        Register(bench)
        await bench.provider.discover()
        assert bench.asked("GET /wdm/") == []


async def test_once_it_is_known_what_was_made_wdm_is_not_asked_again():
    async with small(computer="desk") as bench:
        register = Register(bench)
        register.silent_posts = 1
        await discovered(bench, 2)
        found = await bench.provider.discover((Service.CALLING, Service.CONTACT_CENTER))
        assert found.device_uris == {
            Service.CALLING: register.devices["w1"]["url"],
            Service.CONTACT_CENTER: register.devices["w2"]["url"],
        }
        assert len(bench.asked("GET /wdm/")) == 1


async def test_a_refusal_has_made_nothing_that_could_be_looked_for():
    async with small(computer="desk") as bench:
        for status in (403, 503):
            bench.routes.table["POST /wdm/devices"] = (status, {"message": "no"})
            for _ in range(2):
                await fail_of(bench.provider.discover())
            assert len(bench.asked("GET /wdm/")) == (status == 503)  # then nobody knows what it has done


async def test_a_list_that_names_no_device_at_all_is_no_word_about_what_was_made():
    async with small(computer="desk") as bench:
        register = Register(bench)
        register.silent_posts = 1
        register.hides = True
        found = await discovered(bench, 2)
        assert found == register.devices["w2"]["url"]
        register.hides = False
        both = await bench.provider.discover((Service.CALLING, Service.CONTACT_CENTER))
        assert both.device_uris == {
            Service.CALLING: found,
            Service.CONTACT_CENTER: register.devices["w1"]["url"],  # nobody else's: w2 is accounted for
        }
        assert list(register.devices) == ["w1", "w2"]


async def test_one_too_many_that_wdm_does_not_delete_stops_nothing():
    async with small(computer="desk") as bench:
        register = await with_one_too_many(bench)
        register.delete_status = 500
        assert (await bench.provider.discover()).device_uri == register.devices["w2"]["url"]
        assert len(bench.asked("DELETE /wdm/devices/w1 ")) == 1


async def test_a_row_that_says_too_little_or_names_a_stranger_is_passed_over():
    async with small(computer="desk") as bench:
        register = Register(bench)
        register.silent_posts = 1
        with pytest.raises(RequestError):
            await bench.provider.discover()
        del register.add("undated", OURS)["creationTime"]
        register.add("stranger", OURS)["url"] = "https://evil.example/wdm/devices/9"
        assert (await bench.provider.discover()).device_uri == register.devices["w1"]["url"]
        assert list(register.devices) == ["w1", "undated", "stranger"]


@pytest.mark.parametrize(
    ("made_s", "is_ours"), [(97.9, False), (98.0, True), (105.0, True), (140.0, True), (140.1, False)]
)
async def test_whole_seconds_before_an_unsure_request_and_half_a_minute_behind_it_a_device_is_its_own(
    monkeypatch: pytest.MonkeyPatch, made_s: float, is_ours: bool
):
    monkeypatch.setattr(wdm, "_loop_s", lambda: 200.0)
    async with small() as bench:
        devices = wdm.WdmDevices(bench.provider._requests, OURS)
        devices._unsure = [(10.0, 11.0), (100.0, 110.0)]
        url, told_at = f"{bench.server.url}/wdm/devices/w1", 1_800_000_000.0
        rows = {url: (OURS, "", told_at - 200.0 + made_s)}
        assert [found for _, found in devices._ours(rows, frozenset(), told_at)] == [url] * is_ours


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (400, "Too many Webex apps on this account"),
        (499, "Too many Webex apps on this account"),
        (500, "Webex has trouble"),
    ],
)
async def test_only_a_refusal_says_that_the_list_of_webex_apps_is_full(status: int, title: str):
    async with small() as bench:
        message = {"message": "User has excessive device registrations"}
        bench.routes.table["POST /wdm/devices"] = (status, message)
        error = await fail_of(bench.provider.discover())
        assert (error.title, error.failure.http_status) == (title, status)
        assert error.failure.tracking_id.startswith("WXC_")
