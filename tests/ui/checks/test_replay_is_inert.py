"""In replay nothing acts: whatever is pressed while the past is shown, the panel hears of none of it."""

import asyncio
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QMenu, QWidget

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.errors import SoftphoneError
from softphone.history.entries import Replay
from softphone.line.model import Account, LineState
from softphone.ui.bridge import Bridge, LineModel
from softphone.ui.commands import ACTING, Command
from softphone.ui.desktop.tray import TrayIcon
from softphone.ui.kit.button import Button
from softphone.ui.kit.toast import Toast, show_toast
from softphone.ui.window.main_window import MainWindow
from softphone.wording.presentation import Tone
from tests.ui.checks.pressing import buttons_in, dismiss_dialogs, open_dialogs
from tests.ui.conftest import cards, find
from tests.ui.fakes import MOMENT, PanelSpy, line

NOW = tuple(line(state, f"Line {place}", f"{1000 + place}") for place, state in enumerate(LineState))
# What nobody wanted then, and what nobody could reach: every button that a card may have.
PAST = tuple(
    line(state, f"Line {place}", f"{1000 + place}") for place, state in enumerate(reversed(LineState))
)


def actions_of(menu: QMenu) -> Iterator[QAction]:
    for action in menu.actions():
        yield action
        if isinstance(inner := action.menu(), QMenu):
            yield from actions_of(inner)


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def press_everything_in(widget: QWidget) -> int:
    pressed = 0
    for button in buttons_in(widget):
        if not shiboken6.isValid(button):
            continue  # what was pressed before has taken it away
        if button.isVisible() and button.isEnabled():
            button.click()
            pressed += 1
            await turns()
    return pressed


async def answer_dialogs() -> None:
    """Press all that a dialog offers, to agree among it."""
    for dialog in open_dialogs():
        await press_everything_in(dialog)
    dismiss_dialogs()
    await turns()


@pytest.fixture
def spy() -> PanelSpy:
    return PanelSpy(NOW)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
async def test_no_command_acts_whichever_way_it_comes(open_window, spy: PanelSpy, monkeypatch):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: True)
    window: MainWindow = open_window(spy)
    window.contents.model.show_past(PAST)
    for command in Command:
        window.contents.commands.asked.emit(command)  # as if its key had got through
        await turns()
        await answer_dialogs()
    assert spy.calls == []
    window.contents.model.show_past(None)
    window.contents.commands.asked.emit(Command.REGISTER_ALL)
    assert spy.calls == [("register_all",)], "it acts again in the present"


async def test_no_button_of_the_window_acts(open_window, spy: PanelSpy):
    window: MainWindow = open_window(spy)
    window.contents.model.show_past(PAST)
    await turns()
    assert await press_everything_in(window) > 0
    await answer_dialogs()
    assert spy.calls == []


async def test_no_entry_of_the_tray_acts(open_window, spy: PanelSpy):
    window: MainWindow = open_window(spy)
    bridge: Bridge = window.contents._bridge
    tray = TrayIcon(LineModel(bridge, window), lambda: MOMENT, window, available=lambda: False)
    tray.register_all_asked.connect(bridge.panel.register_all)
    tray.retry_asked.connect(lambda: bridge.panel.retry("line-1000"))
    asked = QSignalSpy(tray.register_all_asked)
    window.contents.model.show_past(PAST)
    for action in list(actions_of(tray._menu)):
        action.trigger()
    await turns()
    tray.close()
    assert asked.count() == 1
    assert spy.calls == []


async def test_what_would_answer_says_that_this_is_the_past(open_window, spy: PanelSpy):
    window: MainWindow = open_window(spy)
    window.contents.model.show_past(PAST)
    panel = window.contents._bridge.panel
    assert panel.lines == NOW, "what only looks goes on"
    for ask in (panel.sign_out, panel.devices):
        with pytest.raises(SoftphoneError, match="Go back to now"):
            await ask("ada")
    with pytest.raises(SoftphoneError, match="Go back to now"):
        panel.begin_sign_in()
    assert spy.calls == []


def test_what_acts_is_not_offered_in_the_past(open_window, spy: PanelSpy):
    window: MainWindow = open_window(spy)
    window.contents.commands.hold(held=True)
    window.contents.commands.offer(Command, offered=True)  # an account comes meanwhile
    assert not any(window.contents.commands.action(command).isEnabled() for command in ACTING)
    window.contents.commands.hold(held=False)
    assert all(window.contents.commands.action(command).isEnabled() for command in ACTING)


async def test_no_tone_of_the_past_alarms_and_nothing_that_acts_is_left(open_window, spy: PanelSpy):
    ended = AccountSnapshot(account=Account(key="bob", name="Bob"), state=AccountState.ENDED)
    spy.set_accounts(*spy.accounts, ended)
    window: MainWindow = open_window(spy)
    await turns()
    assert find(window, "noLines").findChildren(Button)
    show_toast(window, "Deregistered", lambda: None)
    replay = Replay(at=MOMENT.wall, now_s=MOMENT.now_s, lines=PAST, running=True)
    window.contents.model.show_past(PAST)
    window.contents._show_replay(replay)
    await turns()
    tones = {row.words.tone for row in cards(window) if row.words is not None}
    assert tones == {Tone.NEUTRAL}
    assert not find(window, "noLines").findChildren(Button)
    assert not [one for one in window.findChildren(Toast) if one.isVisible()]
    menu = window.contents._chip.filled_menu()
    assert not [one.text() for one in actions_of(menu) if one.isEnabled() and one.text() == "Sign out…"]
    model = LineModel(window.contents._bridge, window)
    tray = TrayIcon(model, lambda: MOMENT, window, available=lambda: False)
    entries = {one.text(): one.isEnabled() for one in tray._menu.actions()}
    tray.close()
    assert (entries["Retry now"], entries["Register all"]) == (False, False)
    assert window.contents._replay_bar in window.contents._parts
