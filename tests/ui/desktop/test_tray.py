"""The tray icon, in this process and as a desktop's panel sees it from another one."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from jeepney.io.blocking import open_dbus_connection
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QMenu, QWidget

from softphone.line.model import Call, Caller, LineState
from softphone.ui.bridge import COALESCE_MS, Bridge, LineModel
from softphone.ui.desktop.tray import TrayIcon
from softphone.values import replace
from softphone.wording.moment import Moment
from softphone.wording.presentation import Shape
from tests.ui.conftest import settle
from tests.ui.desktop.fake_desktop import WATCHER, Tray, desktop, session_bus
from tests.ui.fakes import MOMENT, NOW_S, WALL, PanelSpy, line, mixed


@pytest.fixture
def panel() -> PanelSpy:
    return PanelSpy(mixed())


@pytest.fixture
def tray(qapp, panel: PanelSpy) -> Iterator[TrayIcon]:
    window = QWidget()
    bridge = Bridge(panel)
    made = TrayIcon(LineModel(bridge), lambda: MOMENT, window, available=lambda: False)
    yield made
    made.close()
    bridge.close()
    window.deleteLater()
    settle()


def shape_of(tray: TrayIcon) -> Shape | None:
    return tray._shown[0] if tray._shown else None


def rows(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text() and action.isVisible()]


def test_the_menu_has_a_row_for_each_line_and_what_can_be_done(tray: TrayIcon):
    assert rows(tray._menu) == [
        "Open",
        "Ada Lovelace: Registered",
        "Sales hunt: Registered · backup",
        "Reception: Reconnecting · 2 of 5 missed",
        "Lab phone: Action needed",
        "Retry now",
        "Register all",
        "Snooze notifications",
        "Settings…",
        "Quit and deregister",
    ]


def test_a_row_opens_the_window_at_its_line(tray: TrayIcon):
    opened: list[str] = []
    tray.open_asked.connect(opened.append)
    tray._menu.actions()[0].trigger()
    [reception] = [action for action in tray._menu.actions() if action.text().startswith("Reception")]
    reception.trigger()
    assert opened == ["", "line-3000"]


def test_the_shape_is_that_of_the_worst_line(tray: TrayIcon, panel: PanelSpy):
    assert shape_of(tray) is Shape.DIAMOND
    assert tray._words == "Webex can reach 2 of 4 lines. Lab phone: Action needed"


def test_a_state_that_passes_at_once_repaints_nothing(tray: TrayIcon, panel: PanelSpy, qtbot):
    tray.use(monochrome=False, damping_s=1.0, quit_deregisters=True)
    panel.put(line(LineState.REGISTERED, "Lab phone", "4000"))
    qtbot.wait(COALESCE_MS * 3)
    assert shape_of(tray) is Shape.DIAMOND
    panel.put(line(LineState.ACTION, "Lab phone", "4000"))
    qtbot.wait(1300)
    assert shape_of(tray) is Shape.DIAMOND
    panel.put(line(LineState.REGISTERED, "Lab phone", "4000"))
    qtbot.waitUntil(lambda: shape_of(tray) is Shape.TRIANGLE)


def test_monochrome_keeps_the_shape_and_gives_up_the_colour(tray: TrayIcon):
    coloured = tray._picture.pixmap(32).toImage()
    tray.use(monochrome=True, damping_s=2.0, quit_deregisters=True)
    plain = tray._picture.pixmap(32).toImage()
    assert coloured != plain
    middle = plain.pixelColor(16, 4)
    assert middle.saturation() < 20


def test_a_flicker_repaints_nothing_however_often_it_comes(tray: TrayIcon, panel: PanelSpy, qtbot):
    tray.use(monochrome=False, damping_s=2.0, quit_deregisters=True)
    for _ in range(6):
        for state in (LineState.REGISTERED, LineState.ACTION):
            panel.put(line(state, "Lab phone", "4000"))
            qtbot.wait(120)
            assert shape_of(tray) is Shape.DIAMOND


def test_proof_that_grows_old_takes_the_green_away_without_any_event(qapp):
    moments = [MOMENT]
    window, panel = QWidget(), PanelSpy((line(LineState.REGISTERED),))
    tray = TrayIcon(LineModel(Bridge(panel)), lambda: moments[-1], window, available=lambda: False)
    tray.use(monochrome=False, damping_s=0.0, quit_deregisters=True)
    assert shape_of(tray) is Shape.DISC_CHECK
    moments.append(Moment(NOW_S + 100, WALL + timedelta(seconds=100)))
    tray._look_round()
    tray._damping.timeout.emit()
    assert shape_of(tray) is Shape.ARC_DOT
    assert rows(tray._menu)[1] == "Ada Lovelace: Checking…"
    tray.close()
    window.deleteLater()
    settle()


def test_the_menu_keeps_its_rows_and_makes_nothing_anew(tray: TrayIcon, panel: PanelSpy):
    before, menus = tray._menu.actions(), len(tray._menu.findChildren(QMenu))
    for _ in range(5):
        tray._menu.aboutToShow.emit()
    assert tray._menu.actions() == before
    assert len(tray._menu.findChildren(QMenu)) == menus


def test_lines_that_come_and_go_take_their_rows_with_them(tray: TrayIcon, panel: PanelSpy, qtbot):
    panel.put(line(LineState.REGISTERED, "R & D", "5000"))
    qtbot.waitUntil(lambda: "R && D: Registered" in rows(tray._menu))
    assert tray._words.startswith("Webex can reach 3 of 5 lines")
    for each in panel.lines:
        panel.drop(each.identity.line_id)
    qtbot.waitUntil(lambda: len(rows(tray._menu)) == 4)
    assert rows(tray._menu) == [
        "Open",
        "Snooze notifications",
        "Settings…",
        "Quit and deregister",
    ]


def test_a_caller_is_no_markup_in_the_words_beside_the_icon(tray: TrayIcon, panel: PanelSpy, qtbot):
    caller = Caller("<img src=x>")
    call = Call(call_id="c", device_id="d", caller=caller, began_at_s=NOW_S)
    panel.put(replace(line(LineState.REGISTERED, "Ann", "5000"), call=call))
    qtbot.waitUntil(lambda: "img src=x" in tray._words)
    assert not Qt.mightBeRichText(tray._words)


def test_without_a_tray_nothing_is_shown_and_a_message_is_not_taken(tray: TrayIcon):
    assert not tray.available
    assert tray._icon is None
    assert tray.show_message("title", "text", "line-1001") is False


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)  # off the screen
def test_a_tray_that_comes_and_goes_is_noticed(qapp, panel: PanelSpy):
    there = [False]
    window = QWidget()
    tray = TrayIcon(LineModel(Bridge(panel)), lambda: MOMENT, window, available=lambda: there[0])
    told: list[bool] = []
    tray.availability_changed.connect(told.append)
    there[0] = True
    tray._look_for_tray()
    there[0] = False
    tray._look_for_tray()
    assert told == [True, False]
    tray.close()
    window.deleteLater()
    settle()


# As a desktop's panel sees it

OUTSIDE = pytest.mark.skipif(
    sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM") == "offscreen",
    reason="StatusNotifierItem is of freedesktop, and Qt has no tray off the screen",
)


@contextlib.contextmanager
def running(address: str) -> Iterator[subprocess.Popen[str]]:
    """The program with nothing but an icon; it must have said nothing about it on stderr."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ui.desktop.tray_program"],
        env=os.environ | {"DBUS_SESSION_BUS_ADDRESS": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            assert said(program) == "ready"
            yield program
        finally:
            program.terminate()
        assert program.stderr is not None
        assert program.stderr.read() == ""


def said(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def eventually(holds: Callable[[], object]) -> None:
    deadline_s = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


@pytest.mark.slow
@OUTSIDE
def test_a_panel_reads_icon_tooltip_and_menu_and_a_click_there_is_carried_out(tmp_path: Path):
    with session_bus(tmp_path) as address, desktop(address, WATCHER) as shell, running(address) as program:
        eventually(lambda: shell.items)
        with open_dbus_connection(address) as bus:
            tray = Tray(bus, shell.items[0])
            assert tray.tooltip() == "Webex can reach 2 of 4 lines. Lab phone: Action needed"
            assert "Reception: Reconnecting · 2 of 5 missed" in tray.menu()
            tray.click("Reception: Reconnecting · 2 of 5 missed")
            assert said(program) == "open line-3000"
            asks = tray.icon()
            assert any(asks)
            tray.click("Register all")
            eventually(lambda: tray.tooltip() == "Webex can reach all 4 lines")
            assert any(tray.icon())
            assert tray.icon() != asks
            assert "Reception: Registered" in tray.menu()
            tray.click("Quit and deregister")
            assert program.wait(timeout=60) == 0


@pytest.mark.slow
@OUTSIDE
def test_a_tray_that_starts_later_gets_the_icon_and_one_that_goes_gives_the_window_back(tmp_path: Path):
    with session_bus(tmp_path) as address, running(address) as program:
        for _ in range(2):
            with desktop(address, WATCHER) as shell, open_dbus_connection(address) as bus:
                assert said(program).startswith("tray True")
                eventually(lambda: shell.items)
                assert "Lab phone: Action needed" in Tray(bus, shell.items[0]).menu()
            assert said(program) == "tray False, window minimised"
