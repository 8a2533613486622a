"""`--watch` and `--wait` on a panel behind a socket: what they print, and how they end."""

import asyncio
import json
import signal
from typing import TYPE_CHECKING, cast

import pytest

from softphone.headless import instance
from softphone.headless.control_socket import Control
from softphone.headless.terminal import waiting
from softphone.headless.terminal.waiting import Shown, wait, watch_status
from softphone.line.model import LineState
from tests.accounts.fakes import FakeSignIn, profile, running, services
from tests.calling.fake_provider import LIMIT_MET, FakeProvider
from tests.headless.test_control_socket import place, served

if TYPE_CHECKING:
    from softphone.auth.session import Session

__all__ = ["place", "profile", "services"]  # fixtures

pytestmark = pytest.mark.skipif(not instance.SOCKETS_EXIST, reason="no such sockets here")


def told_and_waited(place: instance.Instance, verb: str, timeout_s: float | None = None) -> int:
    return waiting.wish(place, verb, line=None, every_line=True, timeout_s=timeout_s)


async def waited(it, verb: str, timeout_s: float | None = None) -> int:
    ids = [line.identity.line_id for line in it.panel.lines]
    return await asyncio.to_thread(wait, it.place, verb, ids, timeout_s=timeout_s)


async def test_waiting_ends_when_the_line_is_off_and_when_it_is_back(place, services, profile, capsys):
    async with served(place, services, profile) as it:
        await it.ask(verb="deregister")
        assert await waited(it, "deregister") == 0
        assert capsys.readouterr().out == "Ada Lovelace ext. 5101: Not registered\n"
        await it.ask(verb="register")
        assert await waited(it, "register") == 0
        assert capsys.readouterr().out == "Ada Lovelace ext. 5101: Registered\n"


async def test_waiting_ends_when_a_person_is_needed_and_says_why_and_what_helps(
    place, services, profile, capsys
):
    async with served(place, services, profile) as it:
        await it.ask(verb="deregister")
        await it.shown.until_lines_are(LineState.IDLE)
        services.providers[0].fail("register", LIMIT_MET)
        await it.ask(verb="register")
        assert await waited(it, "register") == 1
        said = capsys.readouterr().err
        assert "Action needed. Too many devices." in said
        assert "softphone devices remove DEVICE --line 5101" in said


async def test_who_waits_for_a_program_that_is_starting_is_not_told_that_none_runs(
    place, services, profile, capsys
):
    telling = asyncio.create_task(asyncio.to_thread(told_and_waited, place, "register"))
    await asyncio.sleep(0)  # it looks for the program before there is one
    async with served(place, services, profile):
        assert await telling == 0
    assert capsys.readouterr().out == "Ada Lovelace ext. 5101: Registered\n"


async def test_who_waits_also_waits_until_the_lines_are_known(place, services, profile, capsys):
    services.providers = [provider := FakeProvider()]
    provider.held.add("discover")
    async with running(services, profile) as (panel, _):
        panel.add(cast("Session", FakeSignIn()))
        async with Control(place, panel, show=None, leave=lambda: None):
            assert await asyncio.to_thread(told_and_waited, place, "register", 0.2) == 5
            said = capsys.readouterr().err
            assert "the time ran out after 0.2 s. The lines are being fetched still." in said
            telling = asyncio.create_task(asyncio.to_thread(told_and_waited, place, "register"))
            provider.hold.set()
            assert await telling == 0


def test_without_a_program_who_waits_is_told_so_after_a_moment(place, capsys, monkeypatch):
    monkeypatch.setattr(waiting, "START_S", 0.1)
    assert told_and_waited(place, "register") == 3
    assert capsys.readouterr().err.startswith("softphone: no program is running")


async def test_waiting_ends_when_the_time_is_over(place, services, profile, capsys):
    async with served(place, services, profile) as it:
        await it.ask(verb="deregister")
        await it.shown.until_lines_are(LineState.IDLE)
        services.providers[0].held.add("register")
        await it.ask(verb="register")
        assert await waited(it, "register", 0.2) == 5
        assert "the time ran out after 0.2 s." in capsys.readouterr().err
        services.providers[0].hold.set()


async def test_waiting_ends_when_somebody_wants_the_opposite_or_signs_out(place, services, profile, capsys):
    async with served(place, services, profile) as it:
        assert await waited(it, "deregister") == 1  # it is registered, and wanted
        await it.ask(verb="deregister")
        await it.shown.until_lines_are(LineState.IDLE)
        assert await waited(it, "register") == 1
        ids = [line.identity.line_id for line in it.panel.lines]
        await it.panel.sign_out(it.panel.accounts[0].account.key)
        assert await asyncio.to_thread(wait, it.place, "register", ids, timeout_s=None) == 1
        assert "its account was signed out" in capsys.readouterr().err
        assert await asyncio.to_thread(wait, it.place, "deregister", ids, timeout_s=None) == 0


async def test_waiting_ends_with_the_program(place, services, profile, capsys):
    async with served(place, services, profile) as it:
        await it.ask(verb="deregister")
        await it.shown.until_lines_are(LineState.IDLE)
        services.providers[0].held.add("register")
        await it.ask(verb="register")
        waits = asyncio.create_task(waited(it, "register"))
        while len(it.panel._accounts.listeners) < 2:
            await asyncio.sleep(0.01)
    assert await waits == 3
    assert "the program has ended" in capsys.readouterr().err


@pytest.mark.parametrize("as_json", [False, True])
async def test_watching_prints_what_changes_until_the_program_ends(
    place, services, profile, capsys, monkeypatch, as_json: bool
):
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # it runs in a thread here
    async with served(place, services, profile) as it:
        listeners = len(it.panel._accounts.listeners)
        watching = asyncio.create_task(asyncio.to_thread(watch_status, place, as_json=as_json))
        while len(it.panel._accounts.listeners) == listeners:
            await asyncio.sleep(0.01)
        await it.ask(verb="deregister")
        said = ""
        while "Not registered" not in said:
            await asyncio.sleep(0.01)
            said += capsys.readouterr().out
    assert await watching == 3
    assert "Webex can reach this line" in said
    rows = said.splitlines()
    if as_json:
        told = [json.loads(row) for row in rows]
        assert [told[0]["ok"], told[-1]["ok"]] == [True, False]
    else:
        assert rows[-1].endswith("Register: softphone register 5101")


def test_a_change_takes_the_place_of_what_was_and_what_is_gone_goes():
    shown = Shown()
    shown.take({"registered": "all", "lines": [{"line": "a", "state": "x"}, {"line": "b"}], "accounts": [1]})
    shown.take({"registered": "some", "lines": [{"line": "c"}, {"line": "a", "state": "y"}], "gone": ["b"]})
    assert [*shown.lines] == ["a", "c"]
    assert shown.lines["a"]["state"] == "y"
    assert (shown.status["registered"], shown.status["accounts"]) == ("some", [1])


async def test_without_a_program_watching_says_so(place, capsys, monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert await asyncio.to_thread(watch_status, place, as_json=False) == 3
    assert "no program is running" in capsys.readouterr().err
