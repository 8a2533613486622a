"""Signing in by a code on another device, over real sockets: a person at the page, and what goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from softphone.accounts.sign_in_desk import Progress, SignInDesk, Stage
from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.errors import ConfigError, SignInOutcome
from softphone.settings import cloud_file
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from softphone.values import replace
from tests.kit.browsing import EMAIL, walk

SLOW_SERVICE = {"device_interval_s": 1, "device_code_ttl_s": 300}


class Asked:
    """A desk on a cloud; the person is on another device."""

    def __init__(self, services: Services, cloud: CloudServer) -> None:
        self.services = services
        self.cloud = cloud
        self.panel = services.panel()
        self.desk = SignInDesk(self.panel, register=False)

    async def until(self, *stages: Stage) -> Progress:
        while self.desk.progress.stage not in stages:
            await self.desk.changed()
        return self.desk.progress

    async def invited(self) -> str:
        """Begin, and return the page with the code in it."""
        await self.desk.begin(by_code=True)
        return (await self.until(Stage.WAITING, Stage.FAILED)).link

    async def ended(self) -> Progress:
        return await self.until(Stage.DONE, Stage.FAILED)

    def asks(self, **fields: Any) -> list[dict[str, Any]]:
        return self.cloud.journal(place="device-token", **fields)


@pytest.fixture
def cloud() -> Iterator[CloudServer]:
    with CloudServer(time_scale=0.05) as server:
        server.change_settings(**SLOW_SERVICE)
        yield server


@pytest.fixture
def program(tmp_path: Path, cloud: CloudServer) -> Program:
    home = Folders(config=tmp_path / "config", state=tmp_path / "state")
    home.make()
    return Program(
        cloud=cloud_file.load_cloud(cloud.cloud_file, home),
        folders=home,
        keystore=MemoryKeystore(),
        secrets={cloud_file.CLIENT_SECRET_VARIABLE: cloud.client_secret},
    )


async def asked(program: Program, cloud: CloudServer) -> AsyncIterator[Asked]:
    services = Services(program)
    it = Asked(services, cloud)
    try:
        yield it
    finally:
        await it.desk.cancel()
        await it.panel.close(deregister=False)
        await services.close()
        for _ in range(20):  # generators of httpx that were left half-read close one after another
            await asyncio.sleep(0)


@pytest.mark.parametrize("shape", ["oauth", "webex"])
async def test_a_person_enters_the_code_elsewhere_and_is_signed_in_here(
    program: Program, cloud: CloudServer, shape: str
):
    cloud.change_settings(secret_required=True, error_shape=shape)
    async for it in asked(program, cloud):
        page = await it.invited()
        await asyncio.to_thread(cloud.wait_for, 2, place="device-token", status=428)
        await asyncio.to_thread(walk, page)
        assert (await it.ended()).name == EMAIL
        assert {entry["headers"]["authorization"] for entry in it.asks()} == {"Basic ***"}
        assert it.services.profile.accounts()[0].address == EMAIL


async def test_a_person_who_declines_ends_it(program: Program, cloud: CloudServer):
    async for it in asked(program, cloud):
        page = await it.invited()
        await asyncio.to_thread(walk, page, decision="deny")
        assert (await it.ended()).outcome == SignInOutcome.DENIED.value
        assert it.panel.accounts == ()


async def test_a_code_that_nobody_enters_ends_in_time(program: Program, cloud: CloudServer):
    cloud.change_settings(device_code_ttl_s=4)
    async for it in asked(program, cloud):
        await it.invited()
        assert (await it.ended()).outcome == SignInOutcome.EXPIRED.value


async def test_slow_down_is_obeyed(program: Program, cloud: CloudServer):
    cloud.faults(
        [
            {
                "where": "device-token",
                "times": 1,
                "answer": {"status": 400, "body": {"error": "slow_down"}},
            }
        ]
    )
    async for it in asked(program, cloud):
        page = await it.invited()
        await asyncio.to_thread(walk, page)
        assert (await it.ended()).stage is Stage.DONE
        first, second = it.asks()
        assert second["time_s"] - first["time_s"] >= 6 - 0.5


@pytest.mark.parametrize(
    "answer",
    [
        "reset",
        "refuse",
        {"status": 503},
        {"status": 429, "headers": {"retry-after": "3"}},
        {"malformed": "html"},
    ],
)
async def test_trouble_on_the_way_ends_nothing(program: Program, cloud: CloudServer, answer: Any):
    cloud.faults([{"where": "device-token", "times": 2, "answer": answer}])
    async for it in asked(program, cloud):
        page = await it.invited()
        await asyncio.to_thread(walk, page)
        assert (await it.ended()).stage is Stage.DONE
        times = [entry["time_s"] for entry in it.asks()]
        assert times[-1] - times[0] >= 3


async def test_a_refused_code_says_why_and_nobody_is_invited(program: Program, cloud: CloudServer):
    cloud.faults(
        [{"where": "device-authorize", "answer": {"status": 400, "body": {"error": "invalid_scope"}}}]
    )
    async for it in asked(program, cloud):
        assert await it.invited() == ""
        assert it.desk.progress.outcome == SignInOutcome.CONFIG_ERROR.value


async def test_an_attempt_that_is_given_up_leaves_no_token_behind(program: Program, cloud: CloudServer):
    cloud.faults([{"where": "device-token", "answer": {"delay_s": 20}}])
    async for it in asked(program, cloud):
        page = await it.invited()
        await asyncio.to_thread(walk, page)
        await asyncio.to_thread(cloud.wait_for, place="device-token", status=200, timeout_s=20)
        await it.desk.cancel()
        await asyncio.to_thread(cloud.wait_for, 2, place="revoke", status=200)


@pytest.mark.parametrize("key", ["device_authorization_url", "device_token_url"])
async def test_a_host_that_is_not_trusted_gets_nothing(program: Program, cloud: CloudServer, key: str):
    changes: dict[str, Any] = {key: "https://elsewhere.example.com/device"}
    elsewhere = replace(program.cloud, **changes)
    async for it in asked(replace(program, cloud=elsewhere), cloud):
        with pytest.raises(ConfigError, match=f"{key}: its host is not in trusted_hosts"):
            await it.services.ask_for_code()
        assert cloud.journal() == []


async def test_a_cloud_that_names_no_address_says_so(program: Program, cloud: CloudServer):
    plain = replace(program.cloud, device_authorization_url="")
    async for it in asked(replace(program, cloud=plain), cloud):
        assert await it.invited() == ""
        assert "device_authorization_url is missing" in it.desk.progress.sentence
