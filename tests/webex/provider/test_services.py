"""Several accounts and services at once, against the simulated cloud: no line waits for another."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from softphone import CallingClient
from softphone.accounts.sign_in_service import Tokens
from softphone.app import Program, Services
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import MemoryKeystore
from softphone.calling import calling_client
from softphone.calling.circuits import Circuits
from softphone.calling.line import Line
from softphone.calling.provider import ServiceRequest
from softphone.errors import ConfigError
from softphone.line.model import Service
from softphone.settings import cloud_file
from softphone.sim.server import CloudServer
from softphone.system.folders import find_folders

pytestmark = pytest.mark.slow  # real waits and processes: seconds, not milliseconds

CONTACT_CENTER = ServiceRequest(Service.CONTACT_CENTER, domain="rtw.prod-us.rtmsprod.net")
GUEST = ServiceRequest(Service.GUEST, guest_name="Ann", jwe="a.secret.of.the.guest")
BOTH = (Service.CALLING, CONTACT_CENTER)


@pytest.fixture
def cloud() -> Iterator[CloudServer]:
    with CloudServer(time_scale=0.02) as server:  # a keepalive every 0.6 s
        for user in server.users:
            server.alter_user(user.name, device_limit=2)
        yield server


@contextlib.asynccontextmanager
async def two_accounts(cloud: CloudServer) -> AsyncIterator[list[dict[Service, Line]]]:
    """Yield the lines of two people with two services each, in one process as the window has them."""
    folders = find_folders()
    folders.make()
    program = Program(
        cloud=cloud_file.load_cloud(cloud.cloud_file, folders), folders=folders, keystore=MemoryKeystore()
    )
    services, circuits = Services(program), Circuits(time_scale=cloud.time_scale)
    clients = [
        await calling_client.CallingClient.start(
            services.provider(Tokens(FixedToken(user.token)), ""),
            policy=program.cloud.policy,
            services=BOTH,
            circuits=circuits,
        )
        for user in cloud.users[:2]
    ]
    try:
        yield [
            {line.snapshot.identity.service: line for line in client.get_lines().values()}
            for client in clients
        ]
    finally:
        cloud.clear_faults()
        await asyncio.gather(*(client.close(deadline_s=1.0) for client in clients))
        circuits.close()
        await services.close()


async def until_active(*lines: Line, within_s: float = 30.0) -> None:
    async with asyncio.timeout(within_s):
        while any(line.status != "active" for line in lines):
            await asyncio.sleep(0.01)


def bodies(cloud: CloudServer) -> list[dict[str, Any]]:
    return [entry["body"] for entry in cloud.journal(place="register")]


async def test_two_accounts_with_two_services_hold_four_registrations(cloud: CloudServer):
    async with two_accounts(cloud) as accounts:
        lines = [line for account in accounts for line in account.values()]
        for line in lines:
            line.register()
        await until_active(*lines)
        await asyncio.sleep(1.5)  # some keepalives
        assert {len(user["devices"]) for user in cloud.state()["users"][:2]} == {2}
        assert {entry["status"] for entry in cloud.journal(place="keepalive")} == {200}
        assert not cloud.journal(place="deregister"), "no line took another for an orphan"
        sent = {(body["serviceData"]["indicator"], body["serviceData"]["domain"]) for body in bodies(cloud)}
        assert sent == {("calling", ""), ("contactcenter", CONTACT_CENTER.domain)}
        assert len({body["clientDeviceUri"] for body in bodies(cloud)}) == 4


@pytest.mark.parametrize("answer", ["hang", "refuse", {"status": 503}, {"status": 401}, {"delay_s": 100}])
async def test_a_server_that_fails_one_person_delays_no_other(cloud: CloudServer, answer: Any):
    """Whatever happens to Ada's requests, Grace's lines register at once and stay registered."""
    ada, grace = cloud.users[:2]
    async with two_accounts(cloud) as accounts:
        for where in ("register", "keepalive"):
            cloud.faults([{"where": where, "user": ada.name, "answer": answer}])
        for line in accounts[0].values():
            line.register()
        await asyncio.sleep(0.5)
        began_s = time.monotonic()
        for line in accounts[1].values():
            line.register()
        await until_active(*accounts[1].values())
        assert time.monotonic() - began_s < 1.0
        for _ in range(15):
            await asyncio.sleep(0.1)
            assert {line.snapshot.state.value for line in accounts[1].values()} <= {"registered"}
        beats = cloud.journal(place="keepalive", user=grace.name)
        assert len(beats) >= 4
        assert {beat["status"] for beat in beats} == {200}


async def test_a_line_whose_service_fails_delays_no_line_of_the_same_person(cloud: CloudServer):
    ada = cloud.users[0]
    async with two_accounts(cloud) as accounts:
        calling, contact_center = accounts[0][Service.CALLING], accounts[0][Service.CONTACT_CENTER]
        cloud.faults([{"where": "register", "user": ada.name, "answer": "hang", "nth": 1}])
        contact_center.register()
        await asyncio.to_thread(cloud.wait_for, 1, place="register")
        calling.register()
        await until_active(calling)
        assert contact_center.status == "inactive"


async def test_after_a_restart_each_service_uses_its_own_device_again(cloud: CloudServer):
    used: list[dict[Service, str]] = []
    for services in (BOTH, tuple(reversed(BOTH))):
        client = await CallingClient.create(
            token=cloud.users[0].token, cloud=cloud.cloud_file, services=services, profile="desk"
        )
        lines = client.get_lines().values()
        for line in lines:
            line.register()
        await until_active(*lines)
        identities = [line.snapshot.identity for line in lines]
        used.append({identity.service: identity.client_device_uri for identity in identities})
        await client.close(deregister=False)  # as a crash leaves it
    assert used[0] == used[1]
    assert len(cloud.state()["users"][0]["devices"]) == 2
    assert len(cloud.state()["users"][0]["wdm_devices"]) == 2


async def test_v88_a_guest_registers_with_name_and_token_and_the_token_is_nowhere_else(
    cloud: CloudServer, caplog: pytest.LogCaptureFixture, tmp_path: Path
):
    caplog.set_level(logging.DEBUG)
    client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file, services=(GUEST,))
    (line,) = client.get_lines().values()
    line.register()
    await until_active(line)
    pictures = [repr(line.snapshot), str(line.to_dict()), repr(GUEST), caplog.text]
    await client.close()
    [body] = bodies(cloud)
    assert body["serviceData"] | {"jwe": ""} == {
        "indicator": "guestcalling",
        "domain": "",
        "guestName": "Ann",
        "jwe": "",
    }
    assert body["serviceData"]["jwe"]
    files = [path.read_text() for path in find_folders().config.rglob("*") if path.is_file()]
    assert [text for text in (*pictures, *files) if GUEST.jwe in text] == []


async def test_v89_a_service_that_cannot_be_is_refused_before_any_request(cloud: CloudServer):
    for services in ((Service.CONTACT_CENTER,), ("abc",), (Service.CALLING, Service.CALLING)):
        with pytest.raises(ConfigError):
            await CallingClient.create(
                token=cloud.users[0].token,
                cloud=cloud.cloud_file,
                services=services,  # type: ignore[arg-type]
            )
    assert cloud.journal() == []
