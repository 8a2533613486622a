"""The window as a person and a screen reader meet it."""

import math
import subprocess
import sys
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from softphone.accounts.snapshot import AccountSnapshot, AccountState, Notice, Purpose, notice_of
from softphone.errors import ConfigError, KeystoreAbsent, SignInError, SignInOutcome
from softphone.line.failure import Remedy
from softphone.line.model import Account, LineState
from softphone.ui.commands import Command
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.text import announce
from softphone.ui.lines.line_row import LineRow
from softphone.values import replace
from softphone.wording.moment import Moment
from tests.ui.conftest import buttons_of, cards, find, settle, wait_for_model, words
from tests.ui.fakes import ACCOUNT, MOMENT, NOW_S, SIGNED_IN, THROTTLED, WALL, PanelSpy, line, mixed

# Of Qt's platform without a screen.
pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support raise", "This plugin does not support propagateSizeHints"
)

LOADING = AccountSnapshot(account=ACCOUNT, state=AccountState.LOADING)
NO_LINES = AccountSnapshot(account=ACCOUNT, state=AccountState.NO_LINES)
ENDED = AccountSnapshot(account=ACCOUNT, state=AccountState.ENDED)


# Signed out


def test_signed_out_has_one_primary_button_with_the_focus(open_window, panel: PanelSpy, monkeypatch):
    window = open_window(panel)
    primary = [b for b in window.findChildren(Button) if b.isVisible() and b.kind is ButtonKind.PRIMARY]
    assert [b.objectName() for b in primary] == ["signInButton"]
    assert window.focusWidget() is primary[0]
    begun: list[bool] = []
    monkeypatch.setattr(window.contents._sign_in, "begin", lambda _: begun.append(True))
    QTest.keyClick(primary[0], Qt.Key.Key_Return)
    assert begun == [True]
    assert not window.findChild(QWidget, "accountHeader").isVisible()


def test_the_demo_is_offered_outside_the_demo_only(open_window):
    window = open_window(PanelSpy())
    asked: list[bool] = []
    window.demo_requested.connect(lambda: asked.append(True))
    find(window, "tryDemoButton").click()
    assert asked == [True]
    assert "Try the demo" not in buttons_of(open_window(PanelSpy(), demo_available=False))
    in_demo = open_window(PanelSpy(), demo="calm")
    assert "Try the demo" not in buttons_of(in_demo)
    assert find(in_demo, "demoRibbon").accessibleName() == "Demo. Simulated service. No real line is touched."


def test_the_session_only_notice_shows_and_can_be_put_away(open_window, panel: PanelSpy):
    window = open_window(panel)
    window.contents.banners.set_session_only(True)
    settle()
    banner = find(window, "banner")
    assert banner.accessibleName() == "This sign-in lasts until you quit."
    dismiss = find(banner, "dismissButton")
    dismiss.click()
    settle()
    assert not [b for b in window.findChildren(QWidget, "banner") if b.isVisible()]


def test_a_sign_in_that_cannot_begin_says_why(open_window, panel: PanelSpy):
    panel.begin_error = ConfigError("client_id is missing in cloud.toml", title="No client ID")
    window = open_window(panel)
    find(window, "signInButton").click()
    settle()
    assert find(window, "banner").accessibleName() == "No client ID"
    assert find(window, "signInButton").isVisible()


def test_a_missing_web_engine_says_so(open_window, panel: PanelSpy, monkeypatch):
    monkeypatch.setitem(sys.modules, "softphone.ui.sign_in.page", None)
    window = open_window(panel)
    find(window, "signInButton").click()
    settle()
    assert find(window, "banner").accessibleName() == "The sign-in page cannot be shown"
    assert panel.calls == [("begin_sign_in",), ("cancel_sign_in",)]


# Lines


def test_one_line_shows_badge_reason_and_button(open_window):
    window = open_window(PanelSpy((line(LineState.REGISTERED),)))
    assert find(window, "statusBadge", StatusBadge).accessibleName() == "Ada Lovelace: Registered"
    assert find(window, "lineReason", QLabel).text() == "Confirmed 12 s ago"
    assert find(window, "lineList").accessibleDescription() == "Webex can reach this line"
    assert find(window, "accountHeader").accessibleName() == "Ada Lovelace"
    assert set(buttons_of(cards(window)[0])) == {"Deregister", "Details"}


def test_four_lines_roll_up_worst_first(open_window):
    window = open_window(PanelSpy(mixed()))
    assert len(cards(window)) == 4
    assert find(window.contents.page, "rollup", QLabel).text() == "Webex can reach 2 of 4 lines"


@pytest.mark.parametrize(
    ("state", "name", "call"),
    [
        (LineState.REGISTERED, "deregisterButton", "deregister"),
        (LineState.IDLE, "registerButton", "register"),
        (LineState.RETRY_WAIT, "retryButton", "retry"),
        (LineState.ELSEWHERE, "remedyButton", "register"),
        (LineState.ELSEWHERE, "deregisterButton", "deregister"),
        (LineState.OFFLINE, "remedyButton", "retry"),
    ],
)
def test_a_cards_button_calls_the_panel_and_changes_nothing(open_window, state, name, call):
    panel = PanelSpy((line(state),))
    window = open_window(panel)
    before = find(window, "statusBadge", StatusBadge).words
    find(window, name).click()
    assert panel.calls == [(call, "line-1001")]
    assert find(window, "statusBadge", StatusBadge).words == before


def test_register_all_and_deregister_all(open_window):
    panel = PanelSpy((line(LineState.REGISTERED), line(LineState.IDLE, "Bob", "1002")))
    window = open_window(panel)
    window.contents.commands.action(Command.REGISTER_ALL).trigger()
    window.contents.commands.action(Command.DEREGISTER_ALL).trigger()
    assert panel.calls == [("register_all",)], "one click takes no line away"
    settle()
    assert find(window, "cancelButton").hasFocus() or window.focusWidget() is not None
    agree = find(window, "confirmButton", Button)
    assert agree.text() == "Deregister 1 line"
    agree.click()
    assert panel.calls == [("register_all",), ("deregister_all",)]


def test_all_buttons_are_shown_only_where_they_do_something(open_window):
    on, off = (open_window(PanelSpy((line(state),))) for state in (LineState.REGISTERED, LineState.IDLE))
    assert not on.contents.commands.action(Command.REGISTER_ALL).isVisible()
    assert on.contents.commands.action(Command.DEREGISTER_ALL).isVisible()
    assert off.contents.commands.action(Command.REGISTER_ALL).isVisible()
    assert not off.contents.commands.action(Command.DEREGISTER_ALL).isVisible()


def test_retry_now_is_gone_once_it_was_tried_against_a_wish_to_wait(open_window):
    asked = line(LineState.RETRY_WAIT, failure=THROTTLED)
    assert find(open_window(PanelSpy((asked,))), "retryButton").isEnabled()
    window = open_window(PanelSpy((replace(asked, retry_held_until_s=math.inf),)))
    assert "Retry now" not in buttons_of(window)


def test_a_message_for_the_administrator_is_copied(open_window):
    window = open_window(PanelSpy((line(LineState.FAILED),)))
    [remedy] = [b for b in window.findChildren(Button, "remedyButton") if b.isVisible()]
    remedy.click()
    assert "Code: 403 / 102" in QGuiApplication.clipboard().text()


def test_a_change_shows_in_place(open_window, qtbot):
    panel = PanelSpy((line(LineState.REGISTERING),))
    window = open_window(panel)
    [card] = cards(window)
    panel.put(line(LineState.REGISTERED))
    wait_for_model(qtbot)
    assert cards(window) == [card]
    assert find(window, "statusBadge", StatusBadge).words == "Registered"
    assert find(window, "lineList").accessibleDescription() == "Webex can reach this line"


def test_lines_come_and_go(open_window, qtbot):
    panel = PanelSpy((line(LineState.REGISTERED),))
    window = open_window(panel)
    panel.put(line(LineState.REGISTERED, "Bob", "1002"))
    wait_for_model(qtbot)
    assert len(cards(window)) == 2
    panel.drop("line-1001")
    wait_for_model(qtbot)
    assert [card.line_id for card in cards(window)] == ["line-1002"]


def test_the_proof_ages_before_ones_eyes(open_window, qtbot):
    moments = [MOMENT]
    window = open_window(PanelSpy((line(LineState.REGISTERED),)), moment=lambda: moments[-1])
    moments.append(Moment(NOW_S + 5, WALL + timedelta(seconds=5)))
    window.contents._on_tick()
    assert "Webex can reach this line | Confirmed 17 s ago" in words(window)
    moments.append(Moment(NOW_S + 40, WALL + timedelta(seconds=40)))
    window.contents._on_tick()
    assert find(window, "statusBadge", StatusBadge).words == "Checking…"
    assert "Webex may not reach this line" in words(window)


def test_nothing_ticks_while_hidden(open_window):
    window = open_window(PanelSpy((line(LineState.REGISTERED),)))
    assert window.contents._tick.isActive()
    window.hide()
    assert not window.contents._tick.isActive()
    window.show()
    assert window.contents._tick.isActive()


def test_the_same_words_are_not_set_again(open_window, monkeypatch):
    window = open_window(PanelSpy(mixed()))
    said: list[str] = []
    monkeypatch.setattr(QLabel, "setText", lambda self, text: said.append(text))
    window.contents._on_tick()
    assert said == []


def test_only_cards_in_sight_are_renewed(open_window, monkeypatch):
    many = tuple(line(LineState.REGISTERED, f"Line {n}", f"{n}") for n in range(40))
    window = open_window(PanelSpy(many))
    renewed: list[LineRow] = []
    monkeypatch.setattr(LineRow, "show_line", lambda row, *_, **__: renewed.append(row))
    window.contents._on_tick()
    assert 3 <= len(renewed) <= 10


def test_a_change_of_state_is_announced_once(open_window, qtbot, monkeypatch):
    said: list[tuple[str, bool]] = []
    moments = [MOMENT]
    panel = PanelSpy((line(LineState.REGISTERED),))
    window = open_window(panel, moment=lambda: moments[-1])
    monkeypatch.setattr(
        window.contents.page.lines, "_announce", lambda _, words, assertive: said.append((words, assertive))
    )
    moments.append(Moment(NOW_S + 1, WALL))
    window.contents._on_tick()
    assert said == []
    panel.put(line(LineState.RETRY_WAIT))
    wait_for_model(qtbot)
    window.contents._on_tick()
    panel.put(line(LineState.FAILED))
    wait_for_model(qtbot)
    assert [assertive for _, assertive in said] == [False, True]
    assert said[0][0] == (
        "Ada Lovelace: Retry in 41 seconds. Webex cannot reach this line. Webex has trouble."
    )


def test_a_line_that_appears_is_announced_and_many_at_once_are_not(open_window, qtbot, monkeypatch):
    said: list[str] = []
    panel = PanelSpy(accounts=(SIGNED_IN,))
    window = open_window(panel)
    monkeypatch.setattr(window.contents.page.lines, "_announce", lambda _, words, __: said.append(words))
    panel.put(line(LineState.REGISTERED))
    wait_for_model(qtbot)
    assert said == ["Ada Lovelace: Registered. Webex can reach this line. Confirmed 12 s ago."]
    for place in range(4):
        panel.put(line(LineState.REGISTERED, f"Line {place}", f"200{place}"))
    wait_for_model(qtbot)
    assert said[1:] == ["Webex can reach all 5 lines"]


def test_an_announcement_reaches_qt(open_window, monkeypatch):
    window = open_window(PanelSpy((line(LineState.REGISTERED),)))
    told: list[tuple[str, object]] = []
    monkeypatch.setattr(
        QAccessible,
        "updateAccessibility",
        staticmethod(lambda event: told.append((event.message(), event.politeness()))),
    )
    announce(window, "failed", assertive=True)
    assert told == [("failed", QAccessible.AnnouncementPoliteness.Assertive)]


# Accounts


def test_lines_on_their_way(open_window):
    window = open_window(PanelSpy(accounts=(LOADING,)))
    assert "Fetching your lines…" in words(window)
    assert find(window, "accountHeader").accessibleName() == "Ada Lovelace"


def test_lines_replace_the_skeleton(open_window, qtbot):
    panel = PanelSpy(accounts=(LOADING,))
    window = open_window(panel)
    panel.set_accounts(SIGNED_IN)
    panel.put(line(LineState.REGISTERING))
    wait_for_model(qtbot)
    assert "Fetching" not in words(window)
    assert len(cards(window)) == 1


def test_no_lines_says_who_can_help_and_asks_again(open_window):
    panel = PanelSpy(accounts=(NO_LINES,))
    window = open_window(panel)
    assert "No Webex Calling line on this account" in words(window)
    check, copy_message = (b for b in window.findChildren(Button, "remedyButton") if b.isVisible())
    check.click()
    assert panel.calls == [("check_again", "ada")]
    copy_message.click()
    assert "Organisation: Example Ltd" in QGuiApplication.clipboard().text()


def test_d4_every_account_says_its_own_state(open_window):
    """One is signed out, one has no line: neither hides the other."""
    grace = replace(NO_LINES, account=replace(ACCOUNT, key="grace", name="Grace Hopper"))
    window = open_window(PanelSpy(accounts=(ENDED, grace, LOADING)))
    said = [one.accessibleName() for one in window.findChildren(QWidget, "noLines") if one.isVisible()]
    assert said == [
        "Ada Lovelace: Your sign-in has ended",
        "Grace Hopper: No Webex Calling line on this account",
    ]
    assert find(window, "fetchingLines").isVisible()


def test_d4_a_start_without_a_keyring_shows_the_way_in(open_window):
    absent = notice_of(KeystoreAbsent("No safe place."))
    window = open_window(PanelSpy(accounts=(replace(ENDED, notice=absent),)))
    window.contents.banners.set_session_only(True)
    page = find(window, "noLines")
    assert page.accessibleName() == "Signed out"
    sign_in = find(page, "remedyButton", Button)
    assert sign_in.text() == "Sign in again"
    assert not sign_in.visibleRegion().isEmpty()


def test_an_ended_sign_in_is_said_once_by_a_few_cards_and_by_a_banner_above_many(open_window, monkeypatch):
    few = open_window(PanelSpy((line(LineState.SIGNED_OUT),), accounts=(ENDED,)))
    assert not [one for one in few.findChildren(QWidget, "banner") if one.isVisible()]
    begun: list[Purpose] = []
    monkeypatch.setattr(few.contents._sign_in, "begin", begun.append)
    find(few, "remedyButton").click()
    assert [purpose.account_key for purpose in begun] == ["ada"]
    lines = tuple(line(LineState.SIGNED_OUT, f"Line {n}", f"{n}") for n in range(4))
    many = open_window(PanelSpy(lines, accounts=(ENDED,)))
    banner = find(many, "banner")
    assert banner.accessibleName() == "Your sign-in has ended"
    assert buttons_of(banner) == ["Sign in again"]


def test_an_accounts_notice_is_a_banner_with_its_remedies(open_window):
    notice = Notice(title="Region unknown", sentence="Trying.", remedies=(Remedy.RETRY, Remedy.UNLOCK))
    panel = PanelSpy(accounts=(replace(LOADING, state=AccountState.TROUBLE, notice=notice),))
    window = open_window(panel)
    banner = find(window, "banner")
    assert buttons_of(banner) == ["Try again", "Unlock"]
    next(b for b in banner.findChildren(Button, "remedyButton")).click()
    assert panel.calls == [("check_again", "ada")]


FOUR_OFFLINE = tuple(line(LineState.OFFLINE, f"Line {n}", f"100{n}") for n in range(4))


def test_offline_has_a_banner_above_many_lines_that_asks_every_line_again(open_window):
    panel = PanelSpy(FOUR_OFFLINE)
    window = open_window(panel)
    banner = find(window, "banner")
    assert banner.accessibleName() == "This computer is offline"
    find(banner, "remedyButton").click()
    assert panel.calls == [("retry", f"line-100{n}") for n in range(4)]


def test_banners_are_not_made_anew_while_nothing_changed(open_window):
    window = open_window(PanelSpy(FOUR_OFFLINE))
    banner = find(window, "banner")
    window.contents._on_tick()
    settle()
    assert find(window, "banner") is banner


def test_the_last_account_gone_shows_the_way_in(open_window):
    panel = PanelSpy((line(LineState.REGISTERED),))
    window = open_window(panel)
    panel.drop("line-1001")
    panel.set_accounts()
    settle()
    assert find(window, "signInButton").hasFocus() or window.focusWidget().objectName() == "signInButton"


# Start and end


def test_closing_only_asks_until_it_is_meant(open_window):
    asked: list[bool] = []
    window = open_window(PanelSpy())
    window.close_asked.connect(lambda: asked.append(True))
    window.close()
    assert asked == [True]
    assert window.isVisible()
    window.closing = True
    window.close()
    assert asked == [True]
    assert window.isHidden()


def test_no_window_but_the_main_one_ever_opens(open_window):
    before = QApplication.topLevelWidgets()
    window = open_window(PanelSpy(mixed()))
    opened = [w for w in QApplication.topLevelWidgets() if w not in before and w.isVisible()]
    assert opened == [window]


def test_an_error_of_sign_in_is_shown_without_a_second_way_in(open_window, panel: PanelSpy):
    window = open_window(panel)
    window.contents._sign_in.ended.emit(
        SignInError("The answer did not belong to this request.", outcome=SignInOutcome.STATE_MISMATCH)
    )
    settle()
    banner = find(window, "banner")
    assert "did not belong" in words(banner)
    assert not buttons_of(banner)
    assert find(banner, "dismissButton").isVisible()


def test_the_window_loads_no_web_engine_no_network_no_keyring():
    code = (
        "import sys, softphone.ui.window.contents, softphone.ui.bridge, softphone.ui.loop\n"
        "heavy = {'PySide6.QtWebEngineCore', 'PySide6.QtWebEngineWidgets', 'httpx', 'keyring', 'sqlite3'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_outlines_stay_until_the_lines_stand_there(open_window, qtbot):
    panel = PanelSpy(accounts=(LOADING,))
    window = open_window(panel)
    panel.set_accounts(SIGNED_IN)
    panel.put(line(LineState.REGISTERED))
    assert find(window, "fetchingLines").isVisible(), "an empty page flashed by"
    wait_for_model(qtbot)
    assert cards(window)
    assert not [one for one in window.findChildren(QWidget, "fetchingLines") if one.isVisible()]


def test_an_account_that_is_not_known_yet_has_words(open_window):
    unknown = replace(LOADING, account=Account(key=""))
    window = open_window(PanelSpy(accounts=(unknown,)))
    assert find(window, "accountHeader").accessibleName() == "Signing in…"
