"""`devices` and `devices remove` on a panel behind a socket."""

import asyncio
import json

import pytest

from softphone.errors import SoftphoneError
from softphone.headless import instance
from softphone.headless.terminal.devices import _rows, list_devices, remove
from softphone.headless.terminal.status_rows import text_of
from softphone.line.device import Device
from tests.accounts.fakes import profile, services
from tests.calling.fake_provider import BUSY
from tests.headless.test_control_socket import place, served

__all__ = ["place", "profile", "services"]  # fixtures

pytestmark = pytest.mark.skipif(not instance.SOCKETS_EXIST, reason="no such sockets here")

OLD = Device(device_id="old-00002", name="Old laptop", last_seen="2026-11-22T10:00:00Z")


def row(name: str, account: str = "ada@example.org", **more: object) -> dict[str, object]:
    return {"name": name, "seen": "seen just now", "id": "i" * 36, "account": account, **more}


def test_devices_of_several_people_stand_below_their_names():
    text = text_of(_rows([row("A"), row("B", "bob@example.org", this_computer=True)], None))
    assert [line.split("  ")[0] for line in text.splitlines()] == [
        "ada@example.org",
        "DEVICE",
        "A",
        "bob@example.org",
        "DEVICE",
        "B",
    ]
    assert "this computer" in text.splitlines()[-1]


def test_in_a_narrow_terminal_no_row_is_wider():
    text = text_of(_rows([row("A", this_computer=True)], 40))
    assert text.splitlines() == ["A", "  seen just now", "  this computer", f"  {'i' * 36}"]


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_device_is_named_before_it_goes(place, services, profile, capsys, as_json: bool):
    async with served(place, services, profile):
        services.providers[0].listed = (OLD,)
        assert await asyncio.to_thread(remove, place, "old laptop", line=None, as_json=as_json) == 0
        assert "deregister old-00002" in services.providers[0].requests
        said = capsys.readouterr().out
    if as_json:
        assert json.loads(said)["device"]["id"] == "old-00002"
    else:
        assert said.splitlines()[0].startswith("Removing Old laptop, seen ")
        assert said.splitlines()[1] == "Old laptop was removed. Webex can no longer reach it."


async def test_what_cannot_be_listed_or_removed_is_said(place, services, profile, capsys):
    async with served(place, services, profile):
        assert await asyncio.to_thread(list_devices, place, line=None, as_json=False) == 0
        assert capsys.readouterr().out == "No device is registered.\n"
        services.providers[0].fail("devices", BUSY, BUSY)
        assert await asyncio.to_thread(list_devices, place, line=None, as_json=True) == 1
        said = capsys.readouterr()
        assert json.loads(said.out)["ok"] is False
        assert BUSY.advice in said.err
        with pytest.raises(SoftphoneError, match="no device 'x'"):
            await asyncio.to_thread(remove, place, "x", line=None, as_json=False)


def test_without_a_program_it_says_so(place, capsys):
    assert list_devices(place, line=None, as_json=True) == 3
    assert remove(place, "x", line=None, as_json=False) == 3
    assert json.loads(capsys.readouterr().out)["running"] is False
