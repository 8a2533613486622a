"""The window's ways in and out on the simulated cloud: own browser, access token, somebody else, receipt."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QTabBar, QWidget

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountState
from softphone.app import Program, Services
from softphone.auth.keystore import EntryKind, MemoryKeystore, entry_of
from softphone.checks.diagnostics import report_of
from softphone.line.failure import Remedy
from softphone.line.model import LineState
from softphone.settings import cloud_file
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from softphone.ui.commands import Command
from softphone.ui.window.main_window import MainWindow
from tests.end_to_end.test_own_browser import Browser
from tests.kit.ports import free_port
from tests.ui.conftest import find, until

pytestmark = pytest.mark.slow


class At:
    """The window in front of a real panel, and a browser on the cloud's pages."""

    def __init__(self, window: MainWindow, panel: Panel, cloud: CloudServer, program: Program) -> None:
        self.window, self.panel, self.cloud, self.program = window, panel, cloud, program
        self.browsers: list[Browser] = []
        self.opens = True
        self.person = 0
        window.contents._sign_in._open_url = self._open

    def _open(self, address: str) -> bool:
        browser = Browser(self.cloud)
        browser._cloud = _As(self.cloud, self.person)  # type: ignore[assignment]
        browser.open(address)
        self.browsers.append(browser)
        return True

    async def sign_in(
        self, person: int = 0, *, again: str = "", remedy: Remedy = Remedy.USE_MY_BROWSER
    ) -> None:
        self.person = person
        if again:
            self.window.contents.accounts.mend(remedy, again)
        else:
            self.window.contents.accounts.carry_out(Command.USE_BROWSER)
        await until(lambda: not self.window.contents._sign_in.active)

    def stored(self, key: str) -> bool:
        store: Any = self.program.keystore
        return entry_of(self.program.cloud, EntryKind.REFRESH, key) in store._values

    def words(self) -> str:
        return " | ".join(label.text() for label in self.window.findChildren(QLabel) if label.isVisible())

    def spoken(self, pattern: str) -> bool:
        """Something that shows has a name of this pattern."""
        shown = (widget for widget in self.window.findChildren(QWidget) if widget.isVisible())
        return any(re.fullmatch(pattern, widget.accessibleName()) for widget in shown)

    async def registered(self, lines: int) -> None:
        await until(lambda: [line.state for line in self.panel.lines] == [LineState.REGISTERED] * lines)


class _As:
    """The cloud as another of its people sees it."""

    def __init__(self, cloud: CloudServer, person: int) -> None:
        self.base = cloud.base
        self.users = cloud.users[person:]


@pytest.fixture
def cloud() -> Iterator[CloudServer]:
    uris = tuple(f"http://localhost:{free_port()}/callback" for _ in range(2))
    with CloudServer("mixed", redirect_uris=uris, time_scale=0.1) as server:
        yield server


@pytest.fixture
def sit_down(open_window, cloud: CloudServer, tmp_path: Path):
    home = Folders(config=tmp_path / "config", state=tmp_path / "state")
    home.make()
    program = Program(
        cloud=cloud_file.load_cloud(cloud.cloud_file, home), folders=home, keystore=MemoryKeystore()
    )

    @asynccontextmanager
    async def sit() -> AsyncIterator[At]:
        services = Services(program)
        panel = services.panel()
        window = open_window(panel)
        at = At(window, panel, cloud, program)
        try:
            await panel.start()
            yield at
        finally:
            for browser in at.browsers:
                if browser.ended is not None:
                    browser.ended.cancel()
                    await asyncio.gather(browser.ended, return_exceptions=True)
            window.contents._bridge.close()
            await panel.close()
            await services.close()

    return sit


async def test_the_own_browser_signs_in_and_is_remembered(sit_down):
    async with sit_down() as at:
        await at.sign_in()
        await until(lambda: at.panel.accounts[0].state is AccountState.READY)
        await until(lambda: at.stored(at.panel.accounts[0].account.key))
        assert "go back to the app" in await at.browsers[0].ended


async def test_a_second_person_is_added_and_the_same_one_recognised(sit_down):
    async with sit_down() as at:
        await at.sign_in(0)
        await until(lambda: at.panel.accounts[0].state is AccountState.READY)
        await at.sign_in(1)
        await until(lambda: [one.state for one in at.panel.accounts] == [AccountState.READY] * 2)
        await at.sign_in(0)
        await until(lambda: len(at.panel.accounts) == 2)
        await until(lambda: "is signed in already; the sign-in was renewed." in at.words())


async def test_for_this_session_only_nothing_is_kept(sit_down):
    async with sit_down() as at:
        await at.sign_in()
        await until(lambda: at.panel.accounts[0].state is AccountState.READY)
        key = at.panel.accounts[0].account.key
        await until(lambda: at.stored(key))
        # The sign-in ends, and the person wants the next one for this session only.
        at.panel._accounts.entries[0].end()
        await at.program.keystore.delete(entry_of(at.program.cloud, EntryKind.REFRESH, key))
        at.window.contents.accounts.mend(Remedy.THIS_SESSION_ONLY, key)
        assert at.window.contents._sign_in._purpose.keep is False
        purpose = at.window.contents._sign_in._purpose
        at.window.contents._sign_in.cancel()
        at.window.contents._sign_in.begin_in_browser(purpose)
        await until(lambda: not at.window.contents._sign_in.active)
        await until(lambda: at.panel.accounts[0].state is AccountState.READY)
        await until(lambda: at.panel.accounts[0].by_choice)
        assert not at.stored(key)


@pytest.mark.parametrize("button", ["bothButton", "replaceButton", "neitherButton"])
async def test_u14_somebody_else_signs_in_and_the_person_decides(sit_down, button: str):
    async with sit_down() as at:
        await at.sign_in(0)
        await until(lambda: at.panel.accounts[0].state is AccountState.READY)
        ada = at.panel.accounts[0].account
        await until(lambda: at.stored(ada.key))
        at.panel._accounts.entries[0].end()
        await at.sign_in(1, again=ada.key)
        await until(lambda: at.panel.accounts[-1].state is AccountState.CHOICE)
        other = at.panel.accounts[-1].account
        assert not at.stored(other.key)
        assert f"{other.name} signed in, not {ada.name}" in at.words()
        at.window.contents.accounts.mend(Remedy.CHOOSE_ACCOUNT, other.key)
        find(find(at.window, "somebodyElseDialog"), button).click()
        left = {"bothButton": {ada.key, other.key}, "replaceButton": {other.key}, "neitherButton": {ada.key}}
        await until(lambda: {one.account.key for one in at.panel.accounts} == left[button])
        await until(lambda: at.stored(other.key) is (button != "neitherButton"))
        await until(lambda: at.stored(ada.key) is (button != "replaceButton"))


async def test_check_39_signing_out_shows_the_receipt_and_the_keyring_is_empty(sit_down):
    async with sit_down() as at:
        await at.sign_in()
        await until(lambda: at.panel.accounts[0].state is AccountState.READY)
        key = at.panel.accounts[0].account.key
        at.window.contents.accounts._sign_out("")
        dialog = await _seen(at.window, "receiptDialog")
        rows = [row for row in dialog.findChildren(QWidget, "receiptItem") if row.isVisible()]
        assert [row.accessibleName().partition(": ")[2] for row in rows] == ["done"] * 5
        assert not at.stored(key)
        dialog.reject()


async def test_an_access_token_is_used_says_when_it_ends_and_is_stored_nowhere(sit_down, cloud: CloudServer):
    async with sit_down() as at:
        at.window.contents.accounts.carry_out(Command.USE_TOKEN)
        dialog = find(at.window, "tokenDialog")
        find(dialog, "tokenField", QLineEdit).setText(cloud.users[0].token)
        find(dialog, "useTokenButton").click()
        await until(lambda: at.panel.accounts and at.panel.accounts[0].state is AccountState.READY)
        [account] = at.panel.accounts
        assert account.given_token
        assert account.signed_in_until is not None
        await until(lambda: at.panel.lines)
        at.window.contents.page.open_details(at.panel.lines[0].identity.line_id)
        tabs = find(at.window, "detailsTabs", QTabBar)
        tabs.setCurrentIndex(tabs.count() - 1)
        await until(lambda: at.spoken(r"Sign-in lasts: \d+ h \d+ min"))
        store: Any = at.program.keystore
        assert store._values == {}
        assert cloud.users[0].token not in report_of(at.panel)


async def test_a_dead_token_adds_nobody(sit_down):
    async with sit_down() as at:
        at.window.contents.accounts.carry_out(Command.USE_TOKEN)
        dialog = find(at.window, "tokenDialog")
        find(dialog, "tokenField", QLineEdit).setText("dead-token")
        find(dialog, "useTokenButton").click()
        await until(lambda: "does not accept this access token" in at.words())
        assert at.panel.accounts == ()
        dialog.reject()


async def _seen(window: MainWindow, name: str) -> Any:
    await until(lambda: [one for one in window.findChildren(QWidget, name) if one.isVisible()])
    return find(window, name)
