"""Menu and keys: one table, and every row of it does something (interface.md#keys)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.line.model import Account, LineState
from softphone.ui.commands import LINE_KEYS, LOOKS, Command, Place
from softphone.ui.window.main_window import MainWindow
from tests.ui.conftest import find, settle
from tests.ui.fakes import ACCOUNT, SIGNED_IN, PanelSpy, line, mixed

BOB = AccountSnapshot(
    account=Account(key="bob", address="bob@example.com", name="Bob"), state=AccountState.READY
)

# The keys of interface.md#keys, but for what widgets do themselves (Tab, arrows, Enter).
KEYS = {
    "F6": Command.NEXT_PART,
    "Shift+F6": Command.PREVIOUS_PART,
    "Esc": Command.ESCAPE,
    "F5": Command.RETRY,
    "Ctrl+Shift+F5": Command.RETRY_ALL,
    "Ctrl+R": Command.REGISTER,
    "Ctrl+D": Command.DEREGISTER,
    "Ctrl+Shift+R": Command.REGISTER_ALL,
    "Ctrl+T": Command.TIMELINE,
    "Ctrl+F": Command.FILTER,
    "Ctrl+Shift+C": Command.COPY_DIAGNOSTICS,
    "Ctrl+S": Command.EXPORT_DIAGNOSTICS,
    "Ctrl+,": Command.SETTINGS,
    "F1": Command.HELP,
    "Ctrl+?": Command.SHORTCUTS,
    "Ctrl+Shift+O": Command.SIGN_OUT,
    "Ctrl+W": Command.CLOSE,
    "Ctrl+Q": Command.QUIT,
}


def test_the_keys_are_those_of_the_table():
    assert {keys: command for command, look in LOOKS.items() for keys in look.keys} == KEYS
    assert tuple(f"Ctrl+{n}" for n in range(1, 10)) == LINE_KEYS


def test_every_command_has_one_place_and_its_words():
    assert set(LOOKS) == set(Command)
    assert all(look.words for look in LOOKS.values())


@pytest.mark.parametrize(
    "command", [command for command in Command if LOOKS[command].place is not Place.NONE]
)
def test_every_command_that_is_shown_stands_in_its_menu(open_window, command: Command):
    window: MainWindow = open_window(PanelSpy(mixed()))
    [menu] = [m for m in window._menu.findChildren(QMenu) if m.title() == LOOKS[command].place.value]
    assert window.commands.action(command) in menu.actions()


def test_every_key_is_asked_once(open_window):
    window: MainWindow = open_window(PanelSpy(mixed()))
    window.commands.offer(Command, offered=True)
    asked: list[Command] = []
    window.commands.asked.disconnect()
    window.commands.asked.connect(asked.append)
    for keys in KEYS:
        QTest.keySequence(window, QKeySequence(keys))
    assert asked == list(KEYS.values())


def test_numbers_go_to_lines(open_window):
    window: MainWindow = open_window(PanelSpy(mixed()))
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.page.lines.cards[2]
    QTest.keyClick(window, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.page.lines.cards[2]


def test_f6_goes_round_the_parts_that_show(open_window):
    window: MainWindow = open_window(PanelSpy(mixed()))
    window.page.open_details("line-1001")
    window.page.lines.focus_first()
    seen = []
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_F6)
        seen.append(window.focusWidget().objectName())
    assert seen == ["detailsCloseButton", "deregisterAllButton", "lineCard"]
    QTest.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.focusWidget().objectName() == "deregisterAllButton"


def test_retry_all_takes_no_line_from_anybody(open_window):
    panel = PanelSpy(
        (
            line(LineState.RETRY_WAIT),
            line(LineState.ELSEWHERE, "Bob", "1002"),
            line(LineState.ACTION, "Cleo", "1003"),
            line(LineState.OFFLINE, "Dan", "1004"),
            line(LineState.IDLE, "Eve", "1005"),
        )
    )
    window: MainWindow = open_window(panel)
    window.commands.action(Command.RETRY_ALL).trigger()
    assert panel.calls == [("retry", "line-1001"), ("retry", "line-1004")]


@pytest.mark.parametrize("command", [Command.HELP, Command.SHORTCUTS, Command.ABOUT])
def test_pages_of_words_open_without_a_loop_of_their_own_and_close(open_window, command: Command):
    window: MainWindow = open_window(PanelSpy())
    window.commands.action(command).trigger()
    settle()
    [dialog] = window.findChildren(QDialog)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()


def test_lines_of_one_account_can_be_shown_alone(open_window):
    panel = PanelSpy(
        (
            line(LineState.REGISTERED),
            line(
                LineState.IDLE,
                "Bob",
                "1002",
                identity=line(LineState.IDLE).identity.__class__(line_id="line-1002", account=BOB.account),
            ),
        ),
        accounts=(SIGNED_IN, BOB),
    )
    window: MainWindow = open_window(panel)
    assert [card.line_id for card in window.page.lines.cards] == ["line-1001", "line-1002"]
    window._menu.account_chosen.emit("bob")
    settle()
    assert [card.line_id for card in window.page.lines.cards] == ["line-1002"]
    assert find(window, "rollup").text() == "Webex can reach 1 of 2 lines"
    panel.set_accounts(SIGNED_IN)
    settle()
    assert [card.line_id for card in window.page.lines.cards] == ["line-1001", "line-1002"]


def test_one_account_is_signed_out_by_the_menu_and_several_by_a_submenu(open_window):
    window: MainWindow = open_window(PanelSpy((line(LineState.REGISTERED),)))
    [account] = [m for m in window._menu.findChildren(QMenu) if m.title() == "Account"]
    assert window.commands.action(Command.SIGN_OUT) in account.actions()
    window._menu.show_accounts((SIGNED_IN, BOB), "")
    assert window.commands.action(Command.SIGN_OUT) not in account.actions()
    [choices] = [m for m in window._menu.findChildren(QMenu) if m.title() == "Sign out…"]
    assert [action.text() for action in choices.actions()] == ["All accounts", ACCOUNT.name, "Bob"]
