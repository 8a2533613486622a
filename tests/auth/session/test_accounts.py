"""Who signs in, on the simulated cloud: U14 and U16 of sign-in.md#u-vectors."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountState
from softphone.app import Program, Services
from softphone.auth.keystore import EntryKind, MemoryKeystore, entry_of
from softphone.line.model import LineState
from softphone.settings import cloud_file
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from tests.auth.token_server import eventually
from tests.kit.browsing import redirect_of

pytestmark = pytest.mark.slow


@pytest.fixture
def simulated() -> Iterator[CloudServer]:
    with CloudServer("mixed", time_scale=0.1, seed=2) as server:
        yield server


@contextlib.asynccontextmanager
async def panel_at(server: CloudServer, path: Path) -> AsyncIterator[tuple[Services, Panel]]:
    folders = Folders(config=path / "config", state=path / "state")
    folders.make()
    cloud = cloud_file.load_cloud(server.cloud_file, folders)
    services = Services(Program(cloud=cloud, folders=folders, keystore=MemoryKeystore()))
    panel = services.panel()
    try:
        yield services, panel
    finally:
        await panel.close()
        await services.close()


async def sign_in(panel: Panel, server: CloudServer, number: int) -> None:
    attempt = panel.begin_sign_in()
    await panel.finish_sign_in(attempt, await redirect_of(server, attempt, email=server.users[number].name))
    known = number + 1
    await eventually(lambda: len([one for one in panel.accounts if one.state is AccountState.READY]) == known)


async def test_u14_another_person_is_an_account_of_their_own_and_replaces_nobody(
    tmp_path: Path, simulated: CloudServer
):
    folders = Folders(config=tmp_path / "config", state=tmp_path / "state")
    folders.make()
    cloud, keystore = cloud_file.load_cloud(simulated.cloud_file, folders), MemoryKeystore()
    services = Services(Program(cloud=cloud, folders=folders, keystore=keystore))
    panel = services.panel()
    try:
        await sign_in(panel, simulated, 0)
        await sign_in(panel, simulated, 1)
        names = {one.account.address for one in panel.accounts}
        assert names == {user.name for user in simulated.users[:2]}
        for one in panel.accounts:
            async with asyncio.timeout(30):  # its lines exist a moment before it is stored
                while not await keystore.read(entry_of(cloud, EntryKind.REFRESH, one.account.key)):
                    await asyncio.sleep(0.01)
    finally:
        await panel.close()
        await services.close()


async def test_u16_a_name_that_may_not_be_read_is_a_note_that_names_the_scope(
    tmp_path: Path, simulated: CloudServer
):
    simulated.faults([{"where": "people", "answer": {"status": 403}}])
    async with panel_at(simulated, tmp_path) as (_, panel):
        await sign_in(panel, simulated, 0)
        await eventually(lambda: LineState.REGISTERED in {line.state for line in panel.lines})
        notice = panel.accounts[0].notice
        assert notice is not None
        assert "spark:people_read" in notice.sentence
        await asyncio.sleep(0)


@pytest.mark.parametrize("where", ["register", "discovery", "catalog", "wdm"])
async def test_l18_a_stray_401_for_a_token_that_nothing_renews_is_asked_about(
    tmp_path: Path, simulated: CloudServer, where: str
):
    simulated.faults([{"where": where, "times": 1, "answer": {"status": 401}}])
    async with panel_at(simulated, tmp_path) as (services, panel):
        panel.add(services.given_token(simulated.users[0].token))
        await eventually(lambda: LineState.REGISTERED in {line.state for line in panel.lines})
        assert panel.accounts[0].state is AccountState.READY


async def test_an_account_whose_token_is_asked_for_goes_on_with_the_next_one(
    tmp_path: Path, simulated: CloudServer
):
    user = simulated.users[0]
    answers: list[str | OSError] = [user.token, OSError("the vault is locked")]

    async def ask() -> str:
        token = answers.pop(0) if answers else simulated.token(user.name)
        if isinstance(token, OSError):
            raise token
        return token

    async with panel_at(simulated, tmp_path) as (services, panel):
        panel.add(services.given_token(ask))
        await eventually(lambda: LineState.REGISTERED in {line.state for line in panel.lines})
        simulated.alter_user(user.name, expire_tokens=True)
        await eventually(lambda: "the vault is locked" in told_of(panel))
        await eventually(lambda: told_of(panel) == "")
        since = len(simulated.journal())
        await asyncio.to_thread(simulated.wait_for, place="keepalive", status=200, since=since)
        assert panel.accounts[0].state is AccountState.READY
        assert len(simulated.journal(method="POST", place="register")) == 1


def told_of(panel: Panel) -> str:
    notice = panel.accounts[0].notice
    return notice.sentence if notice is not None else ""


async def test_l18_a_token_that_identity_refuses_too_has_ended(tmp_path: Path, simulated: CloudServer):
    async with panel_at(simulated, tmp_path) as (services, panel):
        panel.add(services.given_token("nobody's"))
        await eventually(lambda: [one.state for one in panel.accounts] == [AccountState.ENDED])
