"""Signing in with the person's own browser, from the click to a registered line, over real sockets."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.auth.refusals import TOKENS_PAGE
from softphone.commands.first_contact import contact
from softphone.commands.signing import sign_out
from softphone.errors import ConfigError, SignInError, SignInOutcome
from softphone.line.model import Account, LineState
from softphone.settings import cloud_file
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from softphone.values import replace
from tests.kit.ports import free_port


class Browser:
    """The person's browser: signs in on the pages of the cloud and follows every redirect."""

    def __init__(self, cloud: CloudServer, decision: str = "accept") -> None:
        self.ended: asyncio.Task[str] | None = None
        self._cloud = cloud
        self._decision = decision

    def open(self, address: str) -> None:
        self.ended = asyncio.create_task(self._browse(address))

    async def _browse(self, address: str) -> str:
        async with httpx.AsyncClient(
            trust_env=False, base_url=self._cloud.base, follow_redirects=True
        ) as browser:
            page = (await browser.get(address)).text
            user = self._cloud.users[0]
            for path, fields in (
                ("/v1/authorize/sign-in", {"email": user.name, "password": user.password}),
                ("/v1/authorize/consent", {"decision": self._decision}),
            ):
                hidden = re.search(r'name="(\w+)" value="([^"]+)"', page)
                assert hidden is not None
                page = (await browser.post(path, data=fields | {hidden[1]: hidden[2]})).text
            return page


async def sign_in(program: Program, browser: Browser) -> None:
    """Sign in with the browser, wait until the line is registered and close the program."""
    services = Services(program)
    panel = services.panel()
    try:
        await panel.sign_in_with_browser(browser.open)
        async with asyncio.timeout(40):
            while not panel.lines or panel.lines[0].state is not LineState.REGISTERED:
                await asyncio.sleep(0.01)
        tokens = panel._accounts.entries[0].tokens
        await tokens.renew(await tokens.access_token())
    finally:
        assert browser.ended is not None
        assert "go back to the app" in await browser.ended
        await panel.close()
        await services.close()


@pytest.fixture
def cloud() -> Iterator[CloudServer]:
    redirect_uri = f"http://localhost:{free_port()}/callback"
    with CloudServer(redirect_uris=(redirect_uri,), time_scale=0.1) as server:
        yield server


@pytest.fixture
def program(tmp_path: Path, cloud: CloudServer) -> Program:
    home = Folders(config=tmp_path / "config", state=tmp_path / "state")
    home.make()
    return Program(cloud=cloud_file.load_cloud(cloud.cloud_file, home), folders=home, keystore=OpenKeystore())


class OpenKeystore(MemoryKeystore):
    """Outlives the program, as a keyring does."""

    def close(self) -> None:
        pass


async def test_the_browser_comes_back_and_the_line_registers(program: Program, cloud: CloudServer):
    await sign_in(program, Browser(cloud))
    assert [entry["status"] for entry in cloud.journal() if entry["place"] == "token"] == [200]
    assert len(list(program.folders.state.glob("renewal-*.lock"))) == 1, "renewed, excluding other processes"


async def test_a_person_who_declines_in_the_browser_is_told_so(program: Program, cloud: CloudServer):
    with pytest.raises(SignInError) as caught:
        await sign_in(program, Browser(cloud, "deny"))
    assert caught.value.outcome is SignInOutcome.DENIED


async def test_a_first_contact_works_with_the_stored_sign_in_and_renews_it(
    program: Program, cloud: CloudServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    await sign_in(program, Browser(cloud))
    before = dict(program.keystore._values)  # type: ignore[attr-defined]
    quick = replace(program.cloud, policy=replace(program.cloud.policy, time_scale=0.01))
    path = tmp_path / "report.json"
    with path.open("w") as file:
        assert await contact(replace(program, cloud=quick), None, path, file) == 0
    said = capsys.readouterr().out
    assert "Renew: The sign-in was renewed." in said
    routes = [one["route"] for one in json.loads(path.read_text())["exchanges"]]
    assert routes.count("token") == 1
    assert program.keystore._values != before  # type: ignore[attr-defined]
    assert "look at it before you send it" in said


async def test_signing_out_later_prints_a_receipt_and_leaves_nothing(
    program: Program, cloud: CloudServer, capsys: pytest.CaptureFixture[str]
):
    await sign_in(program, Browser(cloud))
    assert await sign_out(program, None, everybody=False) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Signed out: {cloud.users[0].name}\n")
    assert said.count("  done  ") == 5
    assert [entry["status"] for entry in cloud.journal() if entry["place"] == "revoke"] == [200, 200]
    assert [one["status"] for one in cloud.journal() if one["method"] == "DELETE"] == [200, 204]
    assert program.keystore._values == {}  # type: ignore[attr-defined]
    assert await sign_out(program, None, everybody=True) == 0
    assert capsys.readouterr().out == "Nobody is signed in.\n"


async def test_u11_signing_out_offline_empties_this_computer_and_says_what_is_left(
    program: Program, cloud: CloudServer, capsys: pytest.CaptureFixture[str]
):
    await sign_in(program, Browser(cloud))
    cloud.stop()
    async with asyncio.timeout(40):
        assert await sign_out(program, cloud.users[0].name.upper(), everybody=False) == 1
    said = capsys.readouterr().out
    assert "FAILED  Sign-in at Webex" in said
    assert TOKENS_PAGE in said
    assert "FAILED  Device" in said
    assert "done    Keyring" in said
    assert program.keystore._values == {}  # type: ignore[attr-defined]


async def test_one_of_several_accounts_must_be_named(program: Program, cloud: CloudServer):
    profile = Services(program).profile
    for key in ("ada", "grace"):
        profile.remember_account(Account(key=key, address=f"{key}@example.com"))
    await profile.close()
    with pytest.raises(ConfigError, match=r"--all: ada@example.com, grace@example.com"):
        await sign_out(program, None, everybody=False)
