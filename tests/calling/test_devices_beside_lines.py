"""The person's devices, listed and removed beside the lines (CallingClient)."""

import pytest

from softphone.errors import RequestError, SoftphoneError
from softphone.line.device import Device
from softphone.line.model import LineState, Server, Servers
from softphone.values import replace
from tests.calling.fake_provider import BACKUP, BUSY, LIMIT_MET, PRIMARY, REFUSED
from tests.calling.test_calling_client import BOTH
from tests.calling.test_lines_of_an_account import ELSEWHERE, Noting, started, until
from tests.calling.virtual_time import in_virtual_time

OLD, NEW = Device(device_id="old", seen_ago_s=90.0), Device(device_id="new", seen_ago_s=1.0)


@in_virtual_time
async def test_blocking_devices_are_asked_for_afresh_and_those_of_the_refusal_where_nobody_tells():
    provider = Noting()
    provider.listed = (OLD, NEW)
    async with started(provider) as client:
        [(line_id, line)] = client.get_lines().items()
        assert await client.blocking_devices(line_id) == (), "nothing blocks it"
        provider.fail("register", BUSY, BUSY)
        line.register()
        await until(line, LineState.RETRY_WAIT)
        assert await client.blocking_devices(line_id) == (), "no device has to do with it"
        assert provider.asked == []
        met = replace(LIMIT_MET, devices=(OLD, Device(device_id="other", seen_ago_s=5.0)))
        provider.failures["register"].clear()
        provider.fail("register", met)
        client.retry(line_id)
        await until(line, LineState.ACTION)
        assert await client.blocking_devices(line_id) == (NEW, OLD)
        provider.fail("devices", BUSY, BUSY)
        assert [one.device_id for one in await client.blocking_devices(line_id)] == ["other", "old"]
        provider.listed = ()
        assert [one.device_id for one in await client.blocking_devices(line_id)] == ["other", "old"]
        client.remove_device(line_id, OLD)
        await until(line, LineState.REGISTERED)
        assert "deregister old" in provider.requests
        assert await client.blocking_devices(line_id) == ()


@pytest.mark.parametrize("holder", [PRIMARY, BACKUP])
@in_virtual_time
async def test_the_server_that_holds_the_line_is_asked_for_devices_before_the_others(holder: Server):
    provider = Noting()
    provider.servers = Servers(primaries=(PRIMARY, ELSEWHERE), backups=(BACKUP,))
    provider.fail("register", *([REFUSED] * 2 if holder is BACKUP else []))
    async with started(provider) as client:
        [(line_id, line)] = client.get_lines().items()
        line.register()
        await line.registered()
        provider.asked.clear()
        provider.fail("devices", BUSY, BUSY, REFUSED)
        with pytest.raises(RequestError) as caught:
            await client.devices(line_id)
        assert caught.value.failure == REFUSED, "that of the last one"
        others = [one for one in provider.servers.all if one is not holder]
        assert provider.asked == [holder, *others]


@pytest.mark.parametrize(
    "device",
    [
        Device(device_id="d2"),
        Device(device_id="other", client_device_uri="https://wdm.example.com/devices/2"),
        Device(device_id="other", client_device_uri="https://wdm.example.com/devices/1"),
    ],
)
@in_virtual_time
async def test_a_device_of_any_line_of_this_computer_is_not_deleted_behind_its_back(device: Device):
    provider = Noting()
    async with started(provider, services=BOTH) as client:
        for line in client.get_lines().values():
            line.register()
            await until(line, LineState.REGISTERED)
        line_id = next(iter(client.get_lines()))
        with pytest.raises(SoftphoneError) as caught:
            await client.delete_device(line_id, device)
        assert (caught.value.title, str(caught.value)) == (
            "That is this computer",
            "Deregister its line instead.",
        )
        assert provider.asked == []
        await client.delete_device(line_id, Device(device_id="d9"))
        assert provider.requests[-1] == "deregister d9"
