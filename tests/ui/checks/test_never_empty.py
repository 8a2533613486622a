"""Never an empty window: whatever accounts, lines and notices meet, it says how it is and a way on."""

from itertools import product
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from softphone.accounts.snapshot import (
    ENDED,
    NOT_STORED,
    AccountState,
    Notice,
    NoticeKind,
    notice_of,
    warning_notice,
)
from softphone.auth.keystore import Entry, MemoryKeystore, locked, refused, silent
from softphone.auth.token_answer import signed_out
from softphone.errors import ConfigError, KeystoreAbsent, KeystoreError, RenewalError
from softphone.line.model import Account, LineState
from softphone.ui.kit.banner import Banner
from softphone.ui.kit.theme import Theme
from softphone.ui.window.main_window import MainWindow
from softphone.values import replace
from tests.ui.checks.pressing import buttons_in
from tests.ui.conftest import find, settle
from tests.ui.fakes import SIGNED_IN, PanelSpy, line
from tests.ui.real_window import cloud_of, opened

NOTICES: dict[str, Notice | None] = {
    "none": None,
    "ended": ENDED,
    "not stored": NOT_STORED,
    "refused renewal": notice_of(signed_out()),
    "keyring locked": notice_of(locked()),
    "keyring refused": notice_of(refused()),
    "keyring silent": notice_of(silent()),
    "keyring fails": notice_of(KeystoreError("The keyring failed (InitError).")),
    "no keyring": notice_of(KeystoreAbsent("There is none.")),
    "renewal": notice_of(RenewalError("No answer.")),
    "disk": notice_of(ConfigError("The disk is full.")),
    "remark": warning_notice(("A remark.",)),
    "news": Notice(title="Signed in already", sentence="It was renewed.", kind=NoticeKind.NEWS),
}
# What is in the bars and menus of every page, and helps nobody out of a trouble.
BARS = frozenset({"accountHeader", "topBar", "demoRibbon", "replayBar"})
WORDS = 3  # a sentence has as many


def in_a_bar(widget: QWidget, window: QWidget) -> bool:
    place: QWidget | None = widget
    while place is not None and place is not window:
        if place.objectName() in BARS:
            return True
        place = place.parentWidget()
    return False


def sentences(window: QWidget) -> list[str]:
    labels = [one for one in window.findChildren(QLabel) if one.isVisible() and not in_a_bar(one, window)]
    return [label.text() for label in labels if len(label.text().split()) >= WORDS]


def reasons(window: QWidget) -> list[str]:
    """What each line says of itself, where its row shows it or a screen reader finds it."""
    found = []
    for card in window.findChildren(QWidget, "lineCard"):
        if card.isVisible():
            said = [one.text() for one in card.findChildren(QLabel, "lineReason") if one.isVisible()]
            found.append(" ".join(said) or card.accessibleDescription())
    return found


def ways_on(window: QWidget) -> list[str]:
    offered = [one.text() for one in buttons_in(window) if not in_a_bar(one, window)]
    busy = [one for one in window.findChildren(QWidget, "fetchingLines") if one.isVisible()]
    return [*offered, *(one.accessibleName() for one in busy)]


@pytest.mark.parametrize("notice", NOTICES)
def test_every_account_state_with_every_line_state_says_how_it_is_and_a_way_on(open_window, notice: str):
    lines = tuple(line(state) for state in LineState)
    panel = PanelSpy((), accounts=(SIGNED_IN,))
    window: MainWindow = open_window(panel)
    empty = []
    for state, shown in product(AccountState, (None, *lines)):
        expected = Account(key="bob", name="Bob") if state is AccountState.CHOICE else None
        account = replace(SIGNED_IN, state=state, notice=NOTICES[notice], instead_of=expected)
        if shown is None and panel.lines:
            panel.drop(panel.lines[0].identity.line_id)
        elif shown is not None:
            panel.put(shown)
        panel.set_accounts(account)
        window.contents.model._tell()  # at once, not a moment later
        settle()
        told = reasons(window) if shown is not None else sentences(window)
        if not (told and all(told) and ways_on(window)):
            empty.append((state.value, shown and shown.state.value, told, ways_on(window)))
    assert empty == []


@pytest.mark.parametrize("notice", NOTICES)
def test_an_ended_account_without_lines_stands_in_their_place_and_each_of_its_buttons_acts(
    open_window, notice: str
):
    """What says it in place of cards is no banner as well, and it leads back to signing in."""
    panel = PanelSpy((), accounts=(replace(SIGNED_IN, state=AccountState.ENDED, notice=NOTICES[notice]),))
    window: MainWindow = open_window(panel)
    page = find(window, "noLines")
    words = page.accessibleName()
    assert [one.accessibleName() for one in window.contents.page.banners.findChildren(Banner)].count(
        words
    ) == 0
    offered = [one.text() for one in buttons_in(page)]
    assert "Sign in again" in offered
    assert ("Unlock" in offered) == (notice in {"keyring locked", "keyring refused"})
    for number in range(len(offered)):
        panel.calls.clear()
        buttons_in(find(window, "noLines"))[number].click()
        settle()
        effects = [("begin_sign_in",)] if offered[number] == "Sign in again" else [("check_again", "ada")]
        assert panel.calls == effects
        window.contents._sign_in.cancel()
        settle()


class LockableKeystore(MemoryKeystore):
    """A keyring that its person unlocks, or will not."""

    shut = refuses = False

    def close(self) -> None:
        """It outlives the program."""

    async def _read(self, entry: Entry) -> str | None:
        if self.shut:
            raise locked()
        return await super()._read(entry)

    async def _unlock(self, *, make: bool) -> None:
        del make
        if self.refuses:
            raise refused()
        self.shut = False


@pytest.mark.slow
@pytest.mark.parametrize("way", ["unlock", "sign in again"])
async def test_the_page_in_place_of_cards_leads_back_to_registered(theme: Theme, tmp_path: Path, way: str):
    keystore = LockableKeystore()
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme, keystore=keystore) as seat:
            await seat.sign_in_by_browser()
            await seat.until_badges("Registered")
        keystore.shut = keystore.refuses = True
        async with opened(cloud, tmp_path, theme, keystore=keystore) as seat:

            def buttons() -> dict[str, QAbstractButton]:
                page = seat.find("noLines")
                return {one.text(): one for one in buttons_in(page)} if page is not None else {}

            def says(title: str) -> bool:
                page = seat.find("noLines")
                return page is not None and page.accessibleName() == title

            await seat.until("the keyring", lambda: says("Your keyring is locked"))
            assert seat.banners() == []
            buttons()["Unlock"].click()
            await seat.until("what came of it", lambda: says("Your keyring was not unlocked"))
            if way == "unlock":
                keystore.refuses = False
                buttons()["Unlock"].click()
            else:
                buttons()["Sign in again"].click()
                await seat.type_credentials(again=True)
                await seat.accept()
            await seat.until_badges("Registered")
            assert seat.find("noLines") is None


class LostKeystore(MemoryKeystore):
    """A keyring that kept a sign-in once, and fails ever after."""

    failing = False

    async def read(self, entry: Entry) -> str | None:
        if self.failing:
            raise KeystoreError("The keyring failed (InitError).")
        return await super().read(entry)


@pytest.mark.slow
async def test_a_second_start_with_a_failing_keyring_says_so_and_offers_to_sign_in(
    theme: Theme, tmp_path: Path
):
    keystore = LostKeystore()
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme, keystore=keystore) as seat:
            await seat.sign_in_by_browser()
            await seat.until_badges("Registered")
        keystore.failing = True
        async with opened(cloud, tmp_path, theme, keystore=keystore) as seat:
            await seat.until("words", lambda: len(sentences(seat.window)) > 0)
            await seat.until("a way to sign in", lambda: "Sign in again" in ways_on(seat.window))
