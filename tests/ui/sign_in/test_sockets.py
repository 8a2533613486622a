"""The program's two listeners on the window's own loop: the browser's way back and the control socket."""

import asyncio
import sys
from pathlib import Path

import pytest

from softphone.accounts.panel import Panel
from softphone.headless.control_socket import Control
from softphone.headless.instance import Instance, ask
from softphone.line.policy import Policy
from softphone.settings.profile import Profile
from tests.accounts.fakes import FakeServices
from tests.auth.test_loopback import new_attempt, status_of, waiting


async def test_the_browser_comes_back_to_the_windows_loop():
    async with waiting(new_attempt()) as (browser, redirect):
        assert status_of(await browser.get("/favicon.ico")) == 404
        assert status_of(await browser.get(browser.callback())) == 200
        assert "code=c0de" in await redirect


@pytest.mark.skipif(sys.platform == "win32", reason="no control socket there yet")
async def test_the_control_socket_answers_on_the_windows_loop(tmp_path: Path):
    place = Instance(name="default", lock_path=tmp_path / "r/a.lock", socket_path=tmp_path / "r/a.sock")
    panel = Panel(FakeServices(), Profile(tmp_path / "p.toml", "cloud"), policy=Policy())
    raised = asyncio.Event()
    async with Control(place, panel, show=raised.set, leave=lambda: None):
        assert await asyncio.to_thread(ask, place, {"verb": "show"}) == {"version": 1, "ok": True}
        assert raised.is_set()
    await panel.close()
