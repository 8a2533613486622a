"""Menu and keys: one table, and every row of it does something (interface.md#keys)."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.errors import SoftphoneError
from softphone.line.model import Account, LineState
from softphone.ui.commands import LINE_KEYS, LOOKS, Command, Place
from softphone.ui.window.main_window import MainWindow
from tests.ui.conftest import settle
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
    "F1": Command.GUIDES,
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


def test_every_command_of_the_menu_stands_in_it_in_the_order_of_the_table(open_window):
    window: MainWindow = open_window(PanelSpy(mixed()))
    for place in set(Place) - {Place.NONE}:
        menu = window.contents._more if place is Place.MORE else submenu(window, place.value)
        wanted = [
            window.contents.commands.action(command) for command in LOOKS if LOOKS[command].place is place
        ]
        assert [action for action in menu.actions() if action in wanted] == wanted, place


def test_the_more_menu_is_that_of_the_design(open_window):
    window: MainWindow = open_window(
        PanelSpy((line(LineState.REGISTERED), line(LineState.IDLE, "Bob", "1002")))
    )
    window.contents.commands.offer([Command.DRILLS], offered=False)
    window.contents._more.aboutToShow.emit()
    shown = [
        one.text() for one in window.contents._more.actions() if one.isVisible() and not one.isSeparator()
    ]
    assert shown == [
        *("Register all", "Deregister all…", "Devices…", "Run check", "Copy diagnostics", "Export…"),
        *("View", "Help", "Quit"),
    ]
    assert [one.text() for one in submenu(window, "View").actions() if not one.isSeparator()] == [
        *("Theme", "Text size", "Always on top"),
    ]


def submenu(window: MainWindow, title: str) -> QMenu:
    [menu] = [one for one in window.contents._more.findChildren(QMenu) if one.title() == title]
    return menu


def test_every_key_is_asked_once(open_window):
    window: MainWindow = open_window(PanelSpy(mixed()))
    window.contents.commands.offer(Command, offered=True)
    asked: list[Command] = []
    window.contents.commands.asked.disconnect()
    window.contents.commands.asked.connect(asked.append)
    for keys in KEYS:
        QTest.keySequence(window, QKeySequence(keys))
    assert asked == list(KEYS.values())


def test_numbers_go_to_lines(open_window):
    window: MainWindow = open_window(PanelSpy(mixed()))
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.contents.page.lines.cards[2]
    QTest.keyClick(window, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.contents.page.lines.cards[2]


def test_f6_goes_round_the_parts_that_show(open_window):
    window: MainWindow = open_window(PanelSpy(mixed()))
    window.resize(1280, 800)
    window.contents.banners.show_error(SoftphoneError("It went wrong.", title="A fault"))
    window.contents.page.open_details("line-1001")
    settle()
    window.contents.page.lines.focus_first()
    seen = []
    for _ in range(5):
        QTest.keyClick(window, Qt.Key.Key_F6)
        seen.append(window.focusWidget().objectName())
    assert seen == ["detailsTabs", "dismissButton", "accountHeader", "filterChip", "lineCard"]
    QTest.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.focusWidget().objectName() == "filterChip"


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
    window.contents.commands.action(Command.RETRY_ALL).trigger()
    assert panel.calls == [("retry", "line-1001"), ("retry", "line-1004")]


@pytest.mark.parametrize("command", [Command.HELP, Command.SHORTCUTS, Command.ABOUT])
def test_pages_of_words_open_without_a_loop_of_their_own_and_close(open_window, command: Command):
    window: MainWindow = open_window(PanelSpy())
    window.contents.commands.action(command).trigger()
    settle()
    [dialog] = window.findChildren(QDialog)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()


def test_the_chip_names_the_account_and_signs_out(open_window):
    window: MainWindow = open_window(PanelSpy((line(LineState.REGISTERED),)))
    assert [action.text() for action in rows(window.contents._chip.filled_menu())] == [
        "Sign out…",
        "Add account…",
    ]
    window.contents._chip.show_accounts((SIGNED_IN, BOB))
    assert window.contents._chip.accessibleName() == "2 accounts"
    menu = window.contents._chip.filled_menu()
    assert [action.text() for action in rows(menu)] == [ACCOUNT.name, "Bob", "Add account…"]
    chosen: list[str] = []
    window.contents._chip.sign_out_chosen.disconnect()
    window.contents._chip.sign_out_chosen.connect(chosen.append)
    for action in rows(menu)[:2]:
        [out] = action.menu().actions()
        assert not action.icon().isNull()
        out.trigger()
    assert chosen == ["ada", "bob"]


def rows(menu: QMenu) -> list[Any]:
    return [action for action in menu.actions() if not action.isSeparator()]
