"""WDM devices that a request of unknown end has made: none piles up, and nobody else's is touched."""

import asyncio
import json
import time
from email.utils import formatdate
from typing import Any

import pytest

from softphone.errors import RequestError
from softphone.webex import wdm
from tests.webex.provider.small_cloud import Small, small
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
            await self.say(exchange, {"devices": list(self.devices.values())}, self._list_status)
        elif method == "DELETE":
            await self.say(exchange, self.devices.pop(name))
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
        register = Register(bench, list_status=500)
        register.silent_posts = 1
        with pytest.raises(RequestError):
            await bench.provider.discover()
        register.mends_with_next_post = True
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
