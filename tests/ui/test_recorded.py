"""A file of diagnostics in a window: as it was, and nothing acts, whatever is pressed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from softphone.accounts.panel import Panel
from softphone.checks import capsule
from softphone.errors import SoftphoneError
from softphone.line.model import LineSnapshot, LineState
from softphone.ui.commands import ACTING, LOOKS, Command
from softphone.ui.gate import _LOOKS
from softphone.ui.kit.button import Button
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.recorded import show_recording
from softphone.ui.window.main_window import MainWindow
from softphone.values import replace
from tests.kit.program import wait_until
from tests.kit.recorded import OUTAGE_S, from_file, write_history
from tests.ui.conftest import buttons_of, cards, find, until, words
from tests.ui.fakes import ACCOUNT, NOW_S, WALL, line, mixed

STATUS = {
    "ok": True,
    "accounts": [{"account": ACCOUNT.address, "state": "ended", "notice": "Ended: Sign in."}],
}


def of_their_own(lines: tuple[LineSnapshot, ...]) -> tuple[LineSnapshot, ...]:
    """Lines of as many people."""
    return tuple(
        replace(one, identity=replace(one.identity, account=replace(one.identity.account, key=str(place))))
        for place, one in enumerate(lines)
    )


async def made(folder: Path, *lines: LineSnapshot, **more: Any) -> Path:
    history = folder / "history.sqlite"
    if lines:
        write_history(history, lines, NOW_S, WALL)
    await from_file(history, **more).export(folder / "it.zip")
    return folder / "it.zip"


@asynccontextmanager
async def opened(file: Path, theme: Theme) -> AsyncIterator[MainWindow]:
    """The window on a capsule; with the block it ends."""
    app: Any = QApplication.instance()
    stop, shown = asyncio.Event(), list[MainWindow]()
    read = capsule.read(file)
    running = asyncio.ensure_future(
        show_recording(read, file.name, app, theme, stop=stop, shown=shown.append)
    )
    await until(lambda: shown or running.done())
    try:
        yield shown[0]
    finally:
        stop.set()
        assert await running == 0


def offered(menu: QMenu) -> list[str]:
    """What a menu and those in it offer."""
    found = []
    for action in menu.actions():
        if action.isVisible() and not action.isSeparator():
            inner: Any = action.menu()
            found += [action.text(), *(offered(inner) if inner else [])]
    return found


async def test_it_shows_the_lines_as_they_were_and_says_that_nothing_acts(tmp_path: Path, theme: Theme):
    file = await made(tmp_path, *of_their_own(mixed()))
    async with opened(file, theme) as window:
        await until(lambda: len(cards(window)) == 4)
        ribbon = find(window, "demoRibbon")
        assert ribbon.accessibleName().startswith("This is a recording from ")
        assert ribbon.accessibleName().endswith(": nothing here acts.")
        assert "Nothing here acts." in words(ribbon)
        assert window.windowTitle() == "Recording: it.zip"
        told = [(card.words.badge, card.words.sentence) for card in cards(window) if card.words]
        assert told == [
            ("Action needed", "Too many devices on this line."),
            ("Reconnecting · 2 of 5 missed", "Next check in 0:09"),
            ("Registered", "Confirmed 3 s ago"),
            ("Registered", "Confirmed 8 s ago"),
        ]
        assert {f"Person {number}" for number in (1, 2, 3, 4)} <= set(words(window).split(" | "))
        assert not [text for card in cards(window) for text in buttons_of(card) if text]


async def test_nothing_that_acts_is_offered_and_what_is_called_all_the_same_does_nothing(
    tmp_path: Path, theme: Theme
):
    file = await made(tmp_path, line(LineState.RETRY_WAIT), status=lambda: STATUS)
    async with opened(file, theme) as window:
        contents = window.contents
        commands = contents.commands
        nothing = ACTING | {Command.SETTINGS, Command.NETWORK_SETTINGS, Command.EXPORT_DIAGNOSTICS}
        assert [one for one in nothing if commands.action(one).isVisible()] == []
        assert [one for one in nothing if commands.action(one).isEnabled()] == []
        menu = offered(contents.more_menu)
        assert "Copy diagnostics" in menu
        assert not {LOOKS[one].words for one in nothing} & set(menu)
        assert not [one for one in window.findChildren(QWidget, "settingsButton") if one.isVisible()]
        chip = find(window, "accountHeader")
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
        assert QApplication.activePopupWidget() is None
        panel = contents._bridge.panel
        line_id = panel.lines[0].identity.line_id
        for name in ("register", "deregister", "retry", "check_again"):
            getattr(panel, name)(line_id)
        panel.network_changed(online=True)
        with pytest.raises(SoftphoneError, match="nothing acts in the past"):
            panel.begin_sign_in()
        with pytest.raises(SoftphoneError, match="nothing acts in the past"):
            await panel.sign_out("person-1")
        assert [text for text in buttons_of(window) if text] == ["Details"]


def test_everything_of_a_panel_is_either_a_look_or_kept_back():
    acts = {name for name in vars(Panel) if not name.startswith("_")} - _LOOKS
    assert {"register", "sign_out", "add", "start", "close"} <= acts


async def test_activity_and_replay_go_through_it_and_back_to_its_end(tmp_path: Path, theme: Theme):
    file = await made(tmp_path, line(LineState.RETRY_WAIT))
    async with opened(file, theme) as window:
        contents = window.contents
        await until(lambda: contents.page.activity.began is not None)
        contents.commands.action(Command.TIMELINE).trigger()
        await until(lambda: "Not reachable" in " ".join(find(window, "timelineList").rows.texts()))
        menu: Any = window.findChild(QMenu, "activityMenu")
        assert offered(menu) == ["Copy", "Export…"]
        find(window, "activityReplay", Button).click()
        bar = find(window, "replayBar")
        slider = find(window, "replaySlider")
        slider.setValue(slider.maximum() - round(OUTAGE_S) + 30)
        await until(lambda: contents.model.every[0].state is LineState.RECONNECTING)
        assert "2026" in find(window, "replayMoment").text() or "26" in find(window, "replayMoment").text()
        back = find(window, "backToNowButton", Button)
        assert back.text() == "Back to the end"
        back.click()
        await until(lambda: contents.model.every[0].state is LineState.RETRY_WAIT)
        assert not bar.isVisible()
        assert not contents.model.acts
        assert not contents.commands.action(Command.REGISTER_ALL).isEnabled()
        assert not [text for card in cards(window) for text in buttons_of(card) if text != "Details"]


async def test_details_tell_the_day_up_to_the_end(tmp_path: Path, theme: Theme):
    file = await made(tmp_path, line(LineState.REGISTERED))
    async with opened(file, theme) as window:
        page = window.contents.page
        await until(lambda: "1 interruption" in words(window))
        page.open_details(page.lines.cards[0].line_id)
        await until(page.details.isVisible)
        assert "Run check" not in buttons_of(page.details)
        assert "Deregister" not in buttons_of(page.details)


async def test_copied_diagnostics_are_its_summary(tmp_path: Path, theme: Theme):
    file = await made(tmp_path, line(LineState.REGISTERED))
    async with opened(file, theme) as window:
        window.contents.commands.action(Command.COPY_DIAGNOSTICS).trigger()
        copied = QApplication.clipboard().text()
        assert copied.startswith("Recorded until ")
        assert "Person 1 ext. 01: Registered, Confirmed 12 s ago" in copied


async def test_what_could_not_be_had_is_said_and_without_a_line_there_is_no_way_to_sign_in(
    tmp_path: Path, theme: Theme
):
    (tmp_path / "history.sqlite").write_text("damaged")
    file = await made(tmp_path)
    async with opened(file, theme) as window:
        assert "A note from this recording" in words(window)
        assert "the history cannot be read" in words(window)
        assert [text for text in buttons_of(window) if text] == []


async def test_the_account_is_told_of_as_the_running_program_did_without_a_remedy(
    tmp_path: Path, theme: Theme
):
    lost = line(LineState.SIGNED_OUT)
    file = await made(tmp_path, lost, replace_all(line(LineState.REGISTERED)), status=lambda: STATUS)
    async with opened(file, theme) as window:
        assert [one.state.value for one in window.contents._bridge.panel.accounts] == ["ended", "ready"]
        assert not {"Sign in", "Sign in again"} & set(buttons_of(window))


def replace_all(one: LineSnapshot) -> LineSnapshot:
    """The line of somebody else."""
    account = replace(ACCOUNT, key="bob", name="Bob", address="bob@example.com")
    return replace(one, identity=replace(one.identity, account=account, line_id="bob"))


@pytest.mark.parametrize("way", ["close", "keys", "quit"])
async def test_it_ends_when_it_is_closed(way: str, tmp_path: Path, theme: Theme):
    file = await made(tmp_path, line(LineState.REGISTERED))
    app: Any = QApplication.instance()
    shown: list[MainWindow] = []
    running = asyncio.ensure_future(
        show_recording(capsule.read(file), "it", app, theme, stop=asyncio.Event(), shown=shown.append)
    )
    await until(lambda: shown)
    actions: dict[str, QAction] = {
        "keys": shown[0].contents.commands.action(Command.CLOSE),
        "quit": shown[0].contents.commands.action(Command.QUIT),
    }
    actions[way].trigger() if way in actions else shown[0].close()
    assert await asyncio.wait_for(running, 20) == 0


async def test_the_theme_can_be_chosen_and_is_kept_nowhere(tmp_path: Path, theme: Theme):
    file = await made(tmp_path, line(LineState.REGISTERED))
    async with opened(file, theme) as window:
        window.theme_chosen.emit(ThemeChoice.DARK)
        assert theme.choice is ThemeChoice.DARK
        assert "Text size" not in offered(window.contents.more_menu)


# ---- as a program

LOADED = """
import sys
from softphone import cli
code = cli.main(["open", sys.argv[1]])
heavy = {"httpx", "keyring", "PySide6.QtWebEngineCore", "softphone.webex.client"}
print(code, sorted(heavy & set(sys.modules)), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="ended by a signal")
async def test_several_are_open_beside_each_other_and_touch_no_profile_network_or_keyring(tmp_path: Path):
    file = await made(tmp_path, line(LineState.REGISTERED))
    await asyncio.to_thread(open_two, file, tmp_path / "home")


def open_two(file: Path, home: Path) -> None:
    environment = {**os.environ, "SOFTPHONE_HOME": str(home)}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    command = [sys.executable, "-c", LOADED, str(file)]
    two = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for one in two:
            wait_until(partial(has_a_handler, one.pid))
            one.send_signal(signal.SIGTERM)
        assert [one.communicate(timeout=30)[0] for one in two] == ["0 []\n"] * 2
    finally:
        for one in two:
            one.kill()
            one.wait()
    assert not home.exists()


def has_a_handler(pid: int) -> bool:
    """Whether SIGTERM would be an orderly end by now."""
    caught = Path(f"/proc/{pid}/status").read_text().partition("SigCgt:")[2].split()[0]
    return bool(int(caught, 16) & 1 << (signal.SIGTERM - 1))
