"""The control socket: verbs, limits and who may ask (scripts.md#socket)."""

import asyncio
import contextlib
import json
import os
import socket
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.errors import ConfigError
from softphone.headless import control_socket, following, instance
from softphone.headless.control_socket import Control, verdict
from softphone.headless.following import Following
from softphone.headless.instance import Instance, ask
from softphone.headless.transport import door
from softphone.line.model import Account, LineIdentity, LineSnapshot, LineState, Service
from softphone.settings.profile import Profile
from tests.accounts.fakes import FakeServices, Shown, profile, running, services, sign_in
from tests.headless.test_instance import place

__all__ = ["place", "profile", "services"]  # fixtures

pytestmark = pytest.mark.skipif(not instance.SOCKETS_EXIST, reason="no such sockets here")


@dataclass
class Served:
    """A panel with one registered line behind a socket."""

    panel: Panel
    shown: Shown
    place: Instance
    raised: list[str] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def check(self, line_id: str) -> list[dict[str, Any]]:
        await asyncio.sleep(0)
        return [{"step": "Line", "state": "ok", "sentence": line_id}]

    async def ask(self, **request: Any) -> dict[str, Any] | None:
        answer = await asyncio.to_thread(ask, self.place, request)
        assert answer is None or answer.pop("version") == 1
        return answer

    async def send(self, data: bytes) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(self.place.socket_path))
        try:
            writer.write(data)
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


@contextlib.asynccontextmanager
async def served(
    place: Instance, services: FakeServices, profile, *, window: bool = True
) -> AsyncIterator[Served]:
    async with running(services, profile) as (panel, shown):
        await sign_in(panel, services)
        await shown.until_lines_are(LineState.REGISTERED)
        it = Served(panel, shown, place)
        show = (lambda: it.raised.append("window")) if window else None
        async with Control(place, panel, show=show, leave=it.left.set, check=it.check):
            yield it


async def test_status_tells_what_the_window_shows(place, services, profile):
    async with served(place, services, profile) as it:
        answer = await it.ask(verb="status")
        assert answer is not None
        assert (answer["ok"], answer["running"], answer["registered"]) == (True, True, "all")
        assert answer["window"] is True
        (line,) = answer["lines"]
        assert line["line"] == it.panel.lines[0].identity.line_id
        assert (line["state"], line["wanted"], line["error"]) == ("registered", True, None)
        assert line["name"] == "Ada Lovelace ext. 5101"
        assert answer["accounts"] == [
            {
                "account": "ada@example.com",
                "name": "Ada Lovelace",
                "state": "ready",
                "kept": "keyring",
                "notice": None,
                "messages": None,
            }
        ]


@pytest.mark.parametrize("line", [None, "5101", "+12145550101", "ADA@example.com", "ada"])
async def test_a_line_is_told_by_any_of_its_names_or_by_being_the_only_one(place, services, profile, line):
    async with served(place, services, profile) as it:
        told = {
            "ok": True,
            "lines": ["Ada Lovelace ext. 5101"],
            "ids": [it.panel.lines[0].identity.line_id],
        }
        assert await it.ask(verb="deregister", line=line) == told
        await it.shown.until_lines_are(LineState.IDLE)
        assert await it.ask(verb="register", all=True) == told
        await it.shown.until_lines_are(LineState.REGISTERED)


async def test_a_wish_is_on_disk_when_the_answer_comes(place, services, profile, tmp_path: Path):
    """A kill after it must not bring back a line that the person was told is off."""
    async with served(place, services, profile) as it:
        for wanted, verb in ((False, "deregister"), (True, "register")):
            await it.ask(verb=verb, all=True)
            assert Profile(tmp_path / "default.toml", "cloud").wanted("ada", Service.CALLING) is wanted


@pytest.mark.parametrize("line", [None, "5101"])
async def test_a_check_of_a_line_is_made_here_and_told_there(place, services, profile, line):
    async with served(place, services, profile) as it:
        assert await it.ask(verb="check", line=line) == {
            "ok": True,
            "line": "Ada Lovelace ext. 5101",
            "steps": [{"step": "Line", "state": "ok", "sentence": it.panel.lines[0].identity.line_id}],
        }
        answer = await it.ask(verb="check", line="9999")
        assert answer == {"ok": False, "error": "There is no line '9999'. There are: Ada Lovelace ext. 5101."}


async def test_a_check_may_take_longer_than_any_other_answer(
    place, services, profile, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(control_socket, "DEADLINE_S", 0.2)

    async def check(_: object, line_id: str) -> list[dict[str, Any]]:
        await asyncio.sleep(0.3)
        return []

    monkeypatch.setattr(Served, "check", check)
    async with served(place, services, profile) as it:
        assert await it.ask(verb="check") == {"ok": True, "line": "Ada Lovelace ext. 5101", "steps": []}


async def test_an_unknown_line_is_named_and_nothing_is_done(place, services, profile):
    async with served(place, services, profile) as it:
        answer = await it.ask(verb="deregister", line="9999")
        assert answer == {"ok": False, "error": "There is no line '9999'. There are: Ada Lovelace ext. 5101."}
        assert it.panel.lines[0].state is LineState.REGISTERED


async def test_why_there_is_no_line_is_said(place, services, profile):
    async with (
        running(services, profile) as (panel, _),
        Control(place, panel, show=None, leave=lambda: None),
    ):
        nobody = await asyncio.to_thread(ask, place, {"verb": "register"})
        assert nobody is not None
        assert "Nobody is signed in" in nobody["error"]
        services.providers[0].held.add("discover")
        await sign_in(panel, services)
        fetching = await asyncio.to_thread(ask, place, {"verb": "register"})
        assert fetching is not None
        assert "being fetched" in fetching["error"]
        services.providers[0].hold.set()


async def test_of_two_lines_one_must_be_named(place, services, profile):
    async with served(place, services, profile) as it:
        services.providers[1].account = Account(key="grace", address="grace@example.com", name="Grace")
        await sign_in(it.panel, services)
        await it.shown.until(lambda: len(it.shown.lines) == 2)
        answer = await it.ask(verb="deregister")
        assert answer is not None
        assert "Which line?" in answer["error"]
        assert "Grace ext. 5101" in answer["error"]
        answer = await it.ask(verb="deregister", line="grace")
        assert answer is not None
        assert answer["lines"] == ["Grace ext. 5101"]


async def test_show_raises_the_window_and_is_refused_without_one(place, services, profile):
    async with served(place, services, profile) as it:
        assert await it.ask(verb="show") == {"ok": True}
        assert it.raised == ["window"]
    services.made.clear()
    async with served(place, services, profile, window=False) as it:
        answer = await it.ask(verb="show")
        assert answer is not None
        assert "no window" in answer["error"]


async def test_quit_answers_first_and_then_begins_the_stop(place, services, profile):
    async with served(place, services, profile) as it:
        assert await it.ask(verb="quit") == {"ok": True}
        await it.left.wait()


@pytest.mark.parametrize(
    "data",
    [
        b"\n",
        b"{}\n",
        b"null\n",
        b'{"verb": "open", "url": "https://x"}\n',
        b'{"verb": ["quit"]}\n',
        b"\xff\n",
    ],
)
async def test_anything_else_is_refused_with_what_is_allowed(place, services, profile, data: bytes):
    async with served(place, services, profile) as it:
        assert "Allowed: status" in json.loads(await it.send(data))["error"]
        assert not it.left.is_set()


async def test_a_request_above_four_kilobytes_gets_nothing(place, services, profile):
    async with served(place, services, profile) as it:
        assert await it.send(b'{"verb": "status", "x": "' + b"y" * 5000 + b'"}\n') == b""
        assert await it.ask(verb="show") == {"ok": True}


async def test_a_silent_client_is_dropped(place, services, profile, monkeypatch):
    monkeypatch.setattr(control_socket, "DEADLINE_S", 0.05)
    async with served(place, services, profile) as it:
        assert await it.send(b'{"verb"') == b""


async def test_a_fifth_client_waits_while_four_are_served(place, services, profile):
    async with served(place, services, profile) as it:
        silent = [
            await asyncio.open_unix_connection(str(place.socket_path)) for _ in range(door.CLIENTS_LIMIT)
        ]
        fifth = asyncio.create_task(it.ask(verb="show"))
        await asyncio.wait((fifth,), timeout=0.1)
        assert not it.raised
        silent[0][1].close()
        assert await fifth == {"ok": True}
        for _, writer in silent:
            writer.close()


async def test_another_user_is_turned_away(place, services, profile, monkeypatch):
    async with served(place, services, profile) as it:
        monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
        assert await it.send(b'{"verb": "show"}\n') == b""


async def test_socket_and_folder_are_the_users_alone_whatever_the_umask(place, services, profile):
    before = os.umask(0)
    try:
        async with served(place, services, profile):
            assert stat.S_IMODE(place.socket_path.stat().st_mode) == 0o600
            assert stat.S_IMODE(place.socket_path.parent.stat().st_mode) == 0o700
    finally:
        assert os.umask(before) == 0


async def test_a_stale_socket_is_replaced_and_ours_is_removed_at_the_end(place, services, profile):
    instance.make_private(place.socket_path.parent)
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(place.socket_path))
    assert await asyncio.to_thread(ask, place, {"verb": "show"}) is None
    async with served(place, services, profile) as it:
        assert await it.ask(verb="show") == {"ok": True}
    assert not place.socket_path.exists()
    assert await asyncio.to_thread(ask, place, {"verb": "show"}) is None


async def test_a_folder_open_to_others_is_neither_used_nor_asked(place, services, profile):
    place.socket_path.parent.mkdir(mode=0o777)
    place.socket_path.parent.chmod(0o777)
    async with served(place, services, profile):
        assert not place.socket_path.exists()
    assert ask(place, {"verb": "show"}) is None
    with pytest.raises(ConfigError, match="yours alone"):
        place.take("me")


async def test_a_path_too_long_for_a_socket_costs_the_socket_and_nothing_else(
    tmp_path: Path, services, profile
):
    deep = tmp_path / ("d" * 100)
    place = Instance(name="default", lock_path=deep / "a.lock", socket_path=deep / "a.sock")
    async with served(place, services, profile) as it:
        assert it.panel.lines[0].state is LineState.REGISTERED


# ---- versions, and following


@pytest.mark.parametrize("version", [2, 0, "1", None, [1]])
async def test_another_version_is_refused_in_words(place, services, profile, version):
    async with served(place, services, profile) as it:
        answer = json.loads(await it.send(json.dumps({"version": version, "verb": "quit"}).encode() + b"\n"))
        assert (answer["version"], answer["ok"]) == (1, False)
        assert "speaks version 1" in answer["error"]
        assert not it.left.is_set()


async def test_a_client_of_before_there_were_versions_is_answered(place, services, profile):
    async with served(place, services, profile) as it:
        assert json.loads(await it.send(b'{"verb": "show"}\n'))["ok"] is True


async def followed(place: Instance, limit: int = 2**20) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_unix_connection(str(place.socket_path), limit=limit)
    writer.write(b'{"verb": "follow"}\n')
    return reader, writer


async def until(reader: asyncio.StreamReader, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    while not holds(told := json.loads(await reader.readline())):
        pass
    return dict(told)


async def test_a_follower_is_told_how_all_is_and_then_each_change(place, services, profile):
    async with served(place, services, profile) as it:
        reader, writer = await followed(place)
        first = json.loads(await reader.readline())
        assert (first["registered"], first["lines"][0]["state"]) == ("all", "registered")
        assert (first["version"], first["running"]) == (1, True)
        await it.ask(verb="deregister")
        off = await until(reader, lambda told: any(line["state"] == "idle" for line in told["lines"]))
        assert (off["registered"], off["gone"]) == ("none", [])
        await it.panel.sign_out(it.panel.accounts[0].account.key)
        gone = await until(reader, lambda told: told["gone"])
        assert gone["gone"] == [first["lines"][0]["line"]]
        writer.close()


async def test_a_follower_that_does_not_read_misses_some_and_is_told_how_many(place, services, profile):
    async with served(place, services, profile) as it:
        reader, writer = await followed(place)
        await reader.readline()
        (listener,) = [one for one in it.panel._accounts.listeners if isinstance(one, Following)]
        for _ in range(3):  # before it can be told of the first
            listener.line_changed(it.panel.lines[0])
        told = await until(reader, lambda told: told["missed"])
        assert told["missed"] >= 2
        assert len(told["lines"]) == 1
        writer.close()


async def test_a_follower_that_goes_is_forgotten(place, services, profile):
    async with served(place, services, profile) as it:
        _, writer = await followed(place)
        listeners = it.panel._accounts.listeners
        while not any(isinstance(one, Following) for one in listeners):
            await asyncio.sleep(0.01)
        writer.close()
        while any(isinstance(one, Following) for one in listeners):
            await asyncio.sleep(0.01)


async def test_a_beat_tells_that_proof_has_grown_old_though_nothing_changed(
    place, services, profile, monkeypatch
):
    monkeypatch.setattr(following, "BEAT_S", 0.02)
    async with served(place, services, profile):
        reader, writer = await followed(place)
        await reader.readline()
        beat = await until(reader, lambda told: not told["lines"])
        assert (beat["registered"], beat["gone"], beat["missed"]) == ("all", [], 0)
        writer.close()


# ---- how much is registered


def line(state: LineState, *, wanted: bool = True, key: str = "ada") -> LineSnapshot:
    return LineSnapshot(
        identity=LineIdentity(line_id=f"{key}-{state.value}", account=Account(key=key)),
        state=state,
        wanted=wanted,
        proved_at_s=0.0,
    )


def account(key: str, state: AccountState) -> AccountSnapshot:
    return AccountSnapshot(account=Account(key=key), state=state)


REGISTERED, BACKUP, IDLE = LineState.REGISTERED, LineState.REGISTERED_BACKUP, LineState.IDLE
READY = account("ada", AccountState.READY)


@pytest.mark.parametrize(
    ("accounts", "lines", "now_s", "expected"),
    [
        ([], [], 0.0, "none"),
        ([READY], [line(REGISTERED)], 0.0, "all"),
        ([READY], [line(BACKUP)], 0.0, "all"),
        ([READY], [line(REGISTERED), line(IDLE, wanted=False)], 0.0, "all"),
        ([READY], [line(REGISTERED), line(LineState.RECONNECTING)], 0.0, "some"),
        ([READY], [line(IDLE, wanted=False)], 0.0, "none"),
        ([READY], [line(LineState.SIGNED_OUT)], 0.0, "none"),
        ([READY], [line(REGISTERED)], 46.0, "none"),
        ([READY, account("grace", AccountState.ENDED)], [line(REGISTERED)], 0.0, "some"),
        ([READY, account("grace", AccountState.NO_LINES)], [line(REGISTERED)], 0.0, "all"),
    ],
    ids=[
        *("nobody", "all", "on a backup", "one switched off", "one lost", "all switched off"),
        *("signed out", "proof too old", "another account ended", "another account without lines"),
    ],
)
def test_all_some_or_none_of_what_is_wanted(accounts, lines, now_s: float, expected: str):
    assert verdict(accounts, lines, now_s) == expected
