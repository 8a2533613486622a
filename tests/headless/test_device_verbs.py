"""The verbs about devices: who is listed, and which one goes."""

import asyncio
import contextlib

import pytest

from softphone.headless.device_verbs import DeviceVerbs
from softphone.line.device import Device
from softphone.line.model import LineState
from tests.accounts.fakes import profile, running, services, sign_in
from tests.calling.fake_provider import BUSY, LIMIT_MET

__all__ = ["profile", "services"]  # fixtures

DESK = Device(device_id="desk-0001", name="Desk phone", last_seen="2026-11-22T10:00:00Z", uri="https://p1/1")
OLD = Device(device_id="old-00002", name="Old laptop", seen_ago_s=60.0)
TWIN = Device(device_id="desk-0003", name="Desk phone", seen_ago_s=90.0)


@contextlib.asynccontextmanager
async def asked(services, profile):
    async with running(services, profile) as (panel, shown):
        await sign_in(panel, services)
        await shown.until_lines_are(LineState.REGISTERED)
        services.providers[0].listed = (DESK, OLD)
        yield panel, services.providers[0], DeviceVerbs(panel)


async def test_devices_are_listed_with_when_they_were_seen(services, profile):
    async with asked(services, profile) as (panel, provider, verbs):
        ours = Device(
            device_id="mine", name="Mine", client_device_uri=panel.lines[0].identity.client_device_uri
        )
        provider.listed = (DESK, ours)
        answer = await verbs.answer({"verb": "devices"}, panel.lines)
        assert (answer["ok"], len(answer["devices"])) == (True, 2)
        desk = next(one for one in answer["devices"] if one["id"] == "desk-0001")
        assert desk["last_seen"] == "2026-11-22T10:00:00.000Z"
        assert (desk["name"], desk["account"]) == ("Desk phone", "ada@example.com")
        assert [one["this_computer"] for one in answer["devices"] if one["id"] == "mine"] == [True]


async def test_what_cannot_be_listed_is_said(services, profile):
    async with asked(services, profile) as (panel, provider, verbs):
        provider.fail("devices", BUSY, BUSY)
        answer = await verbs.answer({"verb": "devices"}, panel.lines)
        assert answer["ok"] is False
        assert BUSY.advice in answer["error"]


@pytest.mark.parametrize("name", ["old-00002", "old-", "old laptop"])
async def test_a_device_is_meant_by_id_or_how_it_begins_or_name_and_looked_at_before_it_goes(
    services, profile, name: str
):
    async with asked(services, profile) as (panel, provider, verbs):
        asking = {"verb": "remove_device", "device": name}
        found = await verbs.answer({**asking, "look": True}, panel.lines)
        assert (found["ok"], found["device"]["name"]) == (True, "Old laptop")
        assert "deregister old-00002" not in provider.requests
        assert (await verbs.answer(asking, panel.lines))["ok"] is True
        assert "deregister old-00002" in provider.requests
        assert panel.lines[0].state is LineState.REGISTERED


@pytest.mark.parametrize(
    ("name", "said"), [("x", "no device 'x'"), ("old", "no device 'old'"), ("Desk phone", "may be")]
)
async def test_one_that_is_not_clear_is_asked_for_with_those_there_are(
    services, profile, name: str, said: str
):
    async with asked(services, profile) as (panel, provider, verbs):
        provider.listed = (DESK, OLD, TWIN)
        answer = await verbs.answer({"verb": "remove_device", "device": name}, panel.lines)
        assert answer["ok"] is False
        assert said in answer["error"]
        assert "desk-0003" in answer["error"]


async def test_this_computer_is_not_removed(services, profile):
    async with asked(services, profile) as (panel, provider, verbs):
        ours = Device(
            device_id="mine", name="Mine", client_device_uri=panel.lines[0].identity.client_device_uri
        )
        provider.listed = (ours,)
        answer = await verbs.answer({"verb": "remove_device", "device": "mine", "look": True}, panel.lines)
        assert (answer["ok"], "this computer" in answer["error"]) == (False, True)


async def test_a_line_that_waits_for_the_choice_registers_afterwards(services, profile):
    async with running(services, profile) as (panel, shown):
        provider = services.providers[0]
        provider.fail("register", LIMIT_MET)
        provider.listed = (DESK, OLD)
        await sign_in(panel, services)
        await shown.until_lines_are(LineState.ACTION)
        verbs = DeviceVerbs(panel)
        answer = await verbs.answer({"verb": "remove_device", "device": "old-00002"}, panel.lines)
        assert (answer["ok"], answer["registers"]) == (True, True)
        async with asyncio.timeout(20):
            await shown.until_lines_are(LineState.REGISTERED)
