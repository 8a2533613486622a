"""What signing in and out asks and says besides pages: token, guide, receipt, somebody else, keyring."""

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QWidget

from softphone.accounts.snapshot import AccountState, Purpose
from softphone.auth.changes import Receipt, keyring_item, tokens_item
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.keystore import Entry, EntryKind, MemoryKeystore, client_entry_of
from softphone.auth.refusals import TOKENS_PAGE
from softphone.errors import KeystoreLocked, SignInError, SignInOutcome
from softphone.line.failure import Remedy
from softphone.line.model import Account
from softphone.settings.cloud_file import Cloud
from softphone.system import system_clock
from softphone.ui.commands import Command
from softphone.ui.kit.button import Button
from softphone.ui.window.account_dialogs import keyring_dialog
from softphone.ui.window.main_window import MainWindow
from softphone.values import replace
from tests.auth.test_client_identity import Locked
from tests.ui.conftest import check_nothing_is_clipped, find, until, words
from tests.ui.fakes import ACCOUNT, SIGNED_IN, PanelSpy

pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support raise", "This plugin does not support propagateSizeHints"
)
GRACE = Account(key="grace", address="grace@example.com", name="Grace Hopper")
TOKEN = "t0ken-of-a-developer"


def dialogs(window: QWidget, name: str) -> list[QDialog]:
    return [dialog for dialog in window.findChildren(QDialog, name) if dialog.isVisible()]


async def gone(window: QWidget, name: str) -> None:
    await until(lambda: not window.findChildren(QDialog, name))


def opened(window: MainWindow, command: Command, name: str) -> Any:
    window.contents.accounts.carry_out(command)
    return find(window, name)


async def fits(dialog: QDialog) -> None:
    dialog.resize(420, 320)
    await asyncio.sleep(0.05)
    check_nothing_is_clipped(dialog)
    assert all(button.accessibleName() for button in dialog.findChildren(Button))


# Access token


async def test_a_pasted_token_is_used_and_forgotten_by_the_dialog(open_window, panel: PanelSpy):
    window = open_window(panel)
    dialog = opened(window, Command.USE_TOKEN, "tokenDialog")
    field = find(dialog, "tokenField", QLineEdit)
    assert field.echoMode() is QLineEdit.EchoMode.Password
    assert not find(dialog, "useTokenButton").isEnabled()
    QGuiApplication.clipboard().setText(f" {TOKEN}\n")
    find(dialog, "pasteTokenButton").click()
    find(dialog, "useTokenButton").click()
    assert field.text() == ""
    field.undo()
    assert field.text() == "", "no way back to it"
    await gone(window, "tokenDialog")
    assert panel.calls == [("sign_in_with_token", TOKEN)]


async def test_a_token_that_is_refused_says_why_and_can_be_tried_again(open_window, panel: PanelSpy):
    panel.token_error = SignInError(
        "Webex does not accept this access token.", outcome=SignInOutcome.DENIED, title="It cannot be used"
    )
    window = open_window(panel)
    dialog = opened(window, Command.USE_TOKEN, "tokenDialog")
    field = find(dialog, "tokenField", QLineEdit)
    field.setText(TOKEN)
    QTest.keyClick(field, Qt.Key.Key_Return)
    await until(lambda: "does not accept" in words(dialog))
    assert field.isEnabled()
    assert TOKEN not in words(dialog)
    panel.token_error = None
    field.setText(TOKEN)
    QTest.keyClick(field, Qt.Key.Key_Return)
    await gone(window, "tokenDialog")


async def test_the_token_dialog_says_that_it_keeps_nothing_and_fits(open_window, panel: PanelSpy):
    window = open_window(panel)
    dialog = opened(window, Command.USE_TOKEN, "tokenDialog")
    assert "12 hours" in words(dialog)
    assert "in memory only" in words(dialog)
    await fits(dialog)
    field = find(dialog, "tokenField", QLineEdit)
    field.setText(TOKEN)
    dialog.reject()
    assert field.text() == ""
    await gone(window, "tokenDialog")
    assert panel.calls == []


# Guide


@pytest.fixture
def unset(panel: PanelSpy) -> PanelSpy:
    panel.identity = ClientIdentity(Cloud(), panel.keyring, {})
    return panel


async def test_without_a_client_id_the_person_gets_a_message_for_the_administrator_and_no_redirect_uris(
    open_window, unset: PanelSpy
):
    window = open_window(unset)
    assert not window.findChild(Button, "signInButton").isVisible()
    copy = find(window, "copyAdminMessageButton", Button)
    await until(copy.hasFocus)
    copy.click()
    assert QGuiApplication.clipboard().text().endswith("under “I am the administrator”.")
    assert "Copied" in words(window)
    assert "http://localhost" not in words(window)
    unset.identity._use("C-keyring")
    assert find(window, "signInButton", Button).hasFocus()
    assert not copy.isVisible()


async def test_a_keyring_that_is_locked_may_hold_the_client_id_so_signing_in_is_offered(
    open_window, unset: PanelSpy
):
    window = open_window(unset)
    unset.identity._keystore = Locked()
    with pytest.raises(KeystoreLocked):
        await unset.identity.load()
    assert find(window, "signInButton", Button).isVisible()


async def test_the_administrator_is_led_through_the_guide_and_signing_in_goes_on(
    open_window, unset: PanelSpy, monkeypatch
):
    window = open_window(unset)
    begun: list[Purpose] = []
    monkeypatch.setattr(window.contents._sign_in, "begin", begun.append)
    find(window, "setUpButton").click()
    await until(lambda: dialogs(window, "setUpGuide"))
    guide = find(window, "setUpGuide")
    assert begun == []
    assert "http://localhost:47113/softphone/callback" in words(guide).replace("\u200b", "")
    assert "spark:webrtc_calling" in words(guide)
    find(guide, "clientIdField", QLineEdit).setText("C0123")
    secret = find(guide, "clientSecretField", QLineEdit)
    assert secret.echoMode() is QLineEdit.EchoMode.Password
    secret.setText("s3cret")
    QTest.keyClick(secret, Qt.Key.Key_Return)
    await gone(window, "setUpGuide")
    assert begun == [Purpose()]
    assert unset.identity.cloud.client_id == "C0123"
    while await unset.keyring.read(client_entry_of(Cloud())) != "C0123":
        await asyncio.sleep(0)


async def test_the_addresses_and_scopes_can_be_copied(open_window, unset: PanelSpy):
    window = open_window(unset)
    guide = opened(window, Command.SET_UP, "setUpGuide")
    found = [button for button in guide.findChildren(Button, "copyButton") if button.isVisible()]
    copied = []
    for button in found:
        button.click()
        copied.append(QGuiApplication.clipboard().text())
    assert copied[:3] == [f"http://localhost:{port}/softphone/callback" for port in (47113, 47114, 47115)]
    assert copied[3].split() == list(Cloud().scopes)
    await fits(guide)
    guide.reject()
    await gone(window, "setUpGuide")


async def test_what_is_no_client_id_is_said_in_the_guide(open_window, unset: PanelSpy):
    window = open_window(unset)
    guide = opened(window, Command.SET_UP, "setUpGuide")
    save = find(guide, "setUpSaveButton")
    assert not save.isEnabled()
    QTest.keyClick(find(guide, "clientSecretField", QLineEdit), Qt.Key.Key_Return)
    find(guide, "clientIdField", QLineEdit).setText(" ")
    assert not save.isEnabled()
    find(guide, "clientIdField", QLineEdit).setText("two words")
    save.click()
    await until(lambda: "No client ID" in words(guide))
    guide.reject()
    await gone(window, "setUpGuide")


async def test_an_id_that_the_keyring_gives_late_closes_the_guide_and_goes_on(
    open_window, unset: PanelSpy, monkeypatch
):
    window = open_window(unset)
    begun: list[Purpose] = []
    monkeypatch.setattr(window.contents._sign_in, "begin", begun.append)
    find(window, "setUpButton").click()
    await until(lambda: dialogs(window, "setUpGuide"))
    unset.identity._use("C-keyring")
    assert begun == [Purpose()]
    await gone(window, "setUpGuide")


async def test_an_id_that_was_entered_before_is_found_when_the_guide_opens(
    open_window, unset: PanelSpy, monkeypatch
):
    await unset.keyring.write(client_entry_of(Cloud()), "C-before")
    window = open_window(unset)
    begun: list[Purpose] = []
    monkeypatch.setattr(window.contents._sign_in, "begin", begun.append)
    find(window, "setUpButton").click()
    await gone(window, "setUpGuide")
    assert begun == [Purpose()]
    assert unset.identity.cloud.client_id == "C-before"


async def test_an_id_that_is_given_from_elsewhere_cannot_be_changed(open_window, panel: PanelSpy):
    cloud = Cloud(client_id="C-policy", source="/etc/softphone/policy.toml")
    panel.identity = ClientIdentity(cloud, MemoryKeystore(), {})
    window = open_window(panel)
    guide = opened(window, Command.SET_UP, "setUpGuide")
    assert not guide.findChildren(QLineEdit) or not any(f.isVisible() for f in guide.findChildren(QLineEdit))
    assert "/etc/softphone/policy.toml" in words(guide)
    guide.reject()
    await gone(window, "setUpGuide")


async def test_a_portal_that_cannot_be_opened_is_named(open_window, unset: PanelSpy, monkeypatch):
    monkeypatch.setattr("softphone.ui.sign_in.set_up_guide.open_in_browser", lambda _: False)
    window = open_window(unset)
    guide = opened(window, Command.SET_UP, "setUpGuide")
    find(guide, "openPortalButton").click()
    assert "developer.webex.com" in words(guide).replace("\u200b", "")
    guide.reject()
    await gone(window, "setUpGuide")


async def test_the_window_never_shows_a_secret(open_window, unset: PanelSpy):
    window = open_window(unset)
    guide = opened(window, Command.SET_UP, "setUpGuide")
    secret = find(guide, "clientSecretField", QLineEdit)
    secret.setText("s3cret")
    find(guide, "clientIdField", QLineEdit).setText("two words")
    find(guide, "setUpSaveButton").click()
    await until(lambda: "one word" in words(guide))
    assert "s3cret" not in words(guide)
    guide.reject()
    assert secret.text() == ""
    await gone(window, "setUpGuide")


# Receipt


LEFT = Receipt((tokens_item(revoked=False), keyring_item([])))
CLEAN = Receipt((tokens_item(revoked=True), keyring_item([])))


async def test_check_39_signing_out_shows_what_was_done_and_what_was_not(open_window, panel: PanelSpy):
    panel.set_accounts(SIGNED_IN)
    panel.receipt = LEFT
    window = open_window(panel)
    window.contents.accounts.ask_to_sign_out("ada")
    find(find(window, "signOutDialog"), "confirmButton").click()
    assert panel.calls == []
    assert not dialogs(window, "receiptDialog")
    await until(lambda: dialogs(window, "receiptDialog"))
    [dialog] = dialogs(window, "receiptDialog")
    assert "Ada Lovelace: something is left behind" in words(dialog)
    rows = [row for row in dialog.findChildren(QWidget, "receiptItem") if row.isVisible()]
    assert [row.accessibleName() for row in rows] == ["Sign-in at Webex: failed", "Keyring: done"]
    await fits(dialog)
    find(dialog, "copyButton").click()
    assert QGuiApplication.clipboard().text() == TOKENS_PAGE
    find(dialog, "copyReceiptButton").click()
    text = QGuiApplication.clipboard().text()
    assert "Sign-in at Webex (failed): The sign-in could not be revoked" in text
    assert "Keyring (done): " in text
    find(dialog, "closeButton").click()
    await gone(window, "receiptDialog")


async def test_signing_out_of_all_shows_one_dialog_for_everybody(open_window, panel: PanelSpy):
    panel.set_accounts(SIGNED_IN, replace(SIGNED_IN, account=GRACE))
    panel.receipt = CLEAN
    window = open_window(panel)
    window.contents.accounts._sign_out("")
    await until(lambda: "Grace Hopper" in "".join(words(each) for each in dialogs(window, "receiptDialog")))
    [dialog] = dialogs(window, "receiptDialog")
    assert "Ada Lovelace: nothing is left behind" in words(dialog)
    assert panel.calls == [("sign_out", "ada"), ("sign_out", "grace")]
    dialog.reject()
    await gone(window, "receiptDialog")
    window.contents.accounts._sign_out("ada")
    await until(lambda: dialogs(window, "receiptDialog"))
    assert "Grace Hopper" not in words(dialogs(window, "receiptDialog")[0])
    dialogs(window, "receiptDialog")[0].reject()
    await gone(window, "receiptDialog")


# Somebody else


CHOICE = replace(SIGNED_IN, account=GRACE, state=AccountState.CHOICE, instead_of=ACCOUNT)


@pytest.mark.parametrize(
    ("button", "calls"),
    [
        ("bothButton", [("accept", "grace")]),
        ("replaceButton", [("accept", "grace"), ("sign_out", "ada")]),
        ("neitherButton", [("sign_out", "grace")]),
    ],
)
async def test_u14_the_person_says_what_becomes_of_both(
    open_window, panel: PanelSpy, button: str, calls: list[tuple[str, ...]]
):
    panel.set_accounts(replace(SIGNED_IN, state=AccountState.ENDED), CHOICE)
    window = open_window(panel)
    assert not dialogs(window, "somebodyElseDialog"), "it never opens by itself"
    window.contents.accounts.mend(Remedy.CHOOSE_ACCOUNT, "grace")
    dialog = find(window, "somebodyElseDialog")
    assert "Ada Lovelace was to sign in again, but Grace Hopper did." in words(dialog)
    await fits(dialog)
    find(dialog, button).click()
    await until(lambda: panel.calls == calls)
    await gone(window, "somebodyElseDialog")
    for receipt in dialogs(window, "receiptDialog"):
        receipt.reject()
    await gone(window, "receiptDialog")


async def test_u14_escape_chooses_nothing_and_the_question_stays(open_window, panel: PanelSpy):
    panel.set_accounts(replace(SIGNED_IN, state=AccountState.ENDED), CHOICE)
    window = open_window(panel)
    window.contents.accounts.mend(Remedy.CHOOSE_ACCOUNT, "grace")
    QTest.keyClick(find(window, "somebodyElseDialog"), Qt.Key.Key_Escape)
    await gone(window, "somebodyElseDialog")
    assert panel.calls == []
    window.contents.accounts.mend(Remedy.CHOOSE_ACCOUNT, "ada")
    assert not dialogs(window, "somebodyElseDialog")


# Remedies


async def test_signing_in_again_says_for_whom_and_for_this_session_that_nothing_is_kept(
    open_window, panel: PanelSpy, monkeypatch
):
    panel.set_accounts(replace(SIGNED_IN, state=AccountState.ENDED))
    window = open_window(panel)
    embedded: list[Purpose] = []
    browser: list[Purpose] = []
    monkeypatch.setattr(window.contents._sign_in, "begin", embedded.append)
    monkeypatch.setattr(window.contents._sign_in, "begin_in_browser", browser.append)
    window.contents.accounts.mend(Remedy.SIGN_IN, "ada")
    window.contents.accounts.mend(Remedy.THIS_SESSION_ONLY, "ada")
    window.contents.accounts.mend(Remedy.USE_MY_BROWSER, "ada")
    window.contents.accounts.carry_out(Command.SIGN_IN)
    window.contents.accounts.carry_out(Command.USE_BROWSER)
    assert embedded == [Purpose(account_key="ada"), Purpose(account_key="ada", keep=False), Purpose()]
    assert browser == [Purpose(account_key="ada"), Purpose()]


async def test_unlocking_and_trying_now_try_again(open_window, panel: PanelSpy):
    panel.set_accounts(SIGNED_IN)
    window = open_window(panel)
    window.contents.accounts.mend(Remedy.UNLOCK, "ada")
    window.contents.accounts.mend(Remedy.TRY_NOW, "ada")
    assert panel.calls == [("check_again", "ada"), ("check_again", "ada")]


async def test_how_to_fix_explains_in_plain_words(open_window, panel: PanelSpy):
    window = open_window(panel)
    window.contents.accounts.mend(Remedy.HOW_TO_FIX, "")
    dialog = find(window, "keyringDialog")
    assert "GNOME Keyring or KWallet" in words(dialog)
    await fits(dialog)
    find(dialog, "closeButton").click()
    await gone(window, "keyringDialog")


@pytest.mark.parametrize(
    ("platform", "named"), [("win32", "Credential Manager"), ("darwin", "Keychain Access")]
)
def test_each_system_has_its_own_way(open_window, panel: PanelSpy, platform: str, named: str):
    window = open_window(panel)
    dialog = keyring_dialog(window, platform)
    assert any(named in label.text() for label in dialog.findChildren(QLabel))
    dialog.deleteLater()


async def test_the_date_settings_are_opened(open_window, panel: PanelSpy, monkeypatch):
    opened_times: list[bool] = []
    monkeypatch.setattr(system_clock, "date_settings", lambda: lambda: opened_times.append(True))
    window = open_window(panel)
    window.contents.accounts.mend(Remedy.DATE_SETTINGS, "ada")
    assert opened_times == [True]
    monkeypatch.setattr(system_clock, "date_settings", lambda: None)
    window.contents.accounts.mend(Remedy.DATE_SETTINGS, "ada")


def test_where_no_settings_program_is_known_there_is_nothing_to_open(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert system_clock.date_settings("linux") is None
    assert system_clock.date_settings("win32") is not None


async def test_an_error_of_sign_in_can_be_told_to_an_administrator(open_window, panel: PanelSpy):
    window = open_window(panel)
    error = SignInError(
        "Ask your administrator.", outcome=SignInOutcome.CONFIG_ERROR, title="Not allowed", tracking_id="T1"
    )
    window.contents._sign_in.ended.emit(error)
    window.contents.accounts.mend(Remedy.COPY_FOR_ADMIN, "")
    text = QGuiApplication.clipboard().text()
    assert "Not allowed. Ask your administrator." in text
    assert "T1" in text


# Keyring


class Asking(MemoryKeystore):
    hint_s = 0.01

    async def _read(self, entry: Entry) -> str | None:
        return await asyncio.Future()


async def test_k04_a_keyring_that_asks_is_said_and_the_wait_can_be_cancelled(open_window, panel: PanelSpy):
    keyring = panel.keyring = Asking()
    panel.set_accounts(SIGNED_IN)
    window = open_window(panel)
    entry = Entry(environment="example", client_id="C1", kind=EntryKind.REFRESH, owner="ada")
    reading = asyncio.create_task(keyring.read(entry))
    await until(lambda: [b for b in window.findChildren(QWidget, "banner") if b.isVisible()])
    assert find(window, "banner").accessibleName() == "Waiting for the system keyring…"
    assert "Waiting for the system keyring…" in window.contents._sign_in._waiting.accessibleName()
    window.contents.accounts.mend(Remedy.STOP_WAITING, "")
    await asyncio.gather(reading, return_exceptions=True)
    await until(lambda: not [b for b in window.findChildren(QWidget, "banner") if b.isVisible()])
    assert window.contents._sign_in._waiting.accessibleName() == "Fetching your lines…"
