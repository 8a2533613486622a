"""All devices of a person: listed and removed beside the line, which notices nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from softphone import CallingClient as WebexCallingClient
from softphone.accounts.panel import Panel
from softphone.calling.calling_client import CallingClient
from softphone.calling.line import Line
from softphone.checks.probes import check_line
from softphone.errors import RequestError, SoftphoneError
from softphone.line.device import Device
from softphone.line.model import LineState
from softphone.sim.scenarios import ADA, Scenario
from softphone.sim.server import CloudServer
from softphone.sim.services.people import OtherDevice
from softphone.values import replace
from tests.accounts.fakes import FakeServices, running
from tests.calling.fake_provider import BUSY, REFUSED, FakeProvider

OLD = Device(device_id="old", seen_ago_s=7200.0)
NEW = Device(device_id="new", seen_ago_s=60.0)


@asynccontextmanager
async def registered(provider: FakeProvider) -> AsyncIterator[tuple[CallingClient, str, Line]]:
    client = await CallingClient.start(provider)
    [(line_id, line)] = client.get_lines().items()
    line.register()
    await until_registered(line)
    try:
        yield client, line_id, line
    finally:
        await client.close()


async def until_registered(line: Line) -> None:
    while line.snapshot.state is not LineState.REGISTERED:
        await asyncio.sleep(0.001)


async def test_devices_are_listed_while_registered_newest_first_and_the_line_stays_as_it_is():
    provider = FakeProvider()
    provider.listed = (OLD, NEW)
    async with registered(provider) as (client, line_id, line):
        before = line.snapshot
        assert await client.devices(line_id) == (NEW, OLD)
        await client.delete_device(line_id, OLD)
        assert provider.requests[-1] == "deregister old"
        assert line.snapshot is before


async def test_a_server_that_does_not_tell_is_passed_over_and_the_last_one_says_why():
    provider = FakeProvider()
    provider.listed = (OLD,)
    async with registered(provider) as (client, line_id, _):
        provider.fail("devices", BUSY)
        assert await client.devices(line_id) == (OLD,)
        provider.fail("devices", BUSY, REFUSED)
        with pytest.raises(RequestError) as caught:
            await client.devices(line_id)
        assert caught.value.failure is REFUSED


async def test_this_computer_is_never_removed_as_a_device():
    provider = FakeProvider()
    async with registered(provider) as (client, line_id, line):
        assert line.snapshot.registration is not None
        orphan = replace(OLD, client_device_uri=line.snapshot.identity.client_device_uri)
        for ours in (line.snapshot.registration.device, orphan):
            with pytest.raises(SoftphoneError, match="Deregister its line instead"):
                await client.delete_device(line_id, ours)
        assert not any(request.startswith("deregister") for request in provider.requests)


async def test_the_panel_finds_the_account_of_a_line_and_says_when_it_is_gone(
    services: FakeServices,
    profile,
):
    async with running(services, profile) as (panel, _):
        assert isinstance(panel, Panel)
        for question in (panel.devices("none"), panel.delete_device("none", OLD)):
            with pytest.raises(SoftphoneError, match="signed out meanwhile"):
                await question
        await check_line(panel, "none", lambda _: None, outside={})


async def test_at_the_service_the_other_device_goes_and_the_line_beats_on():
    others = (OtherDevice("Webex on Front-desk PC"), OtherDevice("Webex on an old laptop", in_use=False))
    people = (replace(ADA, device_limit=5, other_devices=others),)
    with CloudServer(Scenario("devices", "Several devices", "", people=people), time_scale=0.05) as cloud:
        client = await WebexCallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
        line = client.line
        line.register()
        await until_registered(line)
        listed = await client.devices(line)
        laptop = next(device for device in listed if device.name == "Webex on an old laptop")
        assert len(listed) == 3
        assert line.snapshot.registration is not None
        assert [device.status for device in listed] == ["active"] * 3
        for _ in range(2):  # the second time it is gone already, which is well
            await client.delete_device(line, laptop)
        assert laptop.device_id not in [device.device_id for device in await client.devices(line)]
        since = len(cloud.journal())
        await asyncio.to_thread(cloud.wait_for, place="keepalive", status=200, since=since)
        assert line.snapshot.state is LineState.REGISTERED
        assert len(cloud.journal(place="register")) == 1
        await client.close()
