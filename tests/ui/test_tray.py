"""The tray icon, in this process and as a desktop's panel sees it from another one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from jeepney.io.blocking import open_dbus_connection
from PySide6.QtWidgets import QMenu, QWidget

from softphone.line.model import LineState
from softphone.ui.bridge import Bridge
from softphone.ui.line_model import COALESCE_MS, LineModel
from softphone.ui.presentation import Shape
from softphone.ui.tray import TrayIcon, tomorrow
from tests.ui.conftest import settle
from tests.ui.desktop import WATCHER, Tray, desktop, session_bus
from tests.ui.fakes import MOMENT, WALL, PanelSpy, line, mixed


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
    return [action.text() for action in menu.actions() if action.text()]


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
        "Quit (lines stop receiving calls here)",
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
    assert tray._icon.toolTip() == "2 of 4 registered. Lab phone: Action needed"


def test_a_state_that_passes_at_once_repaints_nothing(tray: TrayIcon, panel: PanelSpy, qtbot):
    tray.use(monochrome=False, damping_s=0.3)
    panel.put(line(LineState.REGISTERED, "Lab phone", "4000"))
    qtbot.wait(COALESCE_MS * 3)
    assert shape_of(tray) is Shape.DIAMOND
    panel.put(line(LineState.ACTION, "Lab phone", "4000"))
    qtbot.wait(500)
    assert shape_of(tray) is Shape.DIAMOND
    panel.put(line(LineState.REGISTERED, "Lab phone", "4000"))
    qtbot.waitUntil(lambda: shape_of(tray) is Shape.TRIANGLE)


def test_monochrome_keeps_the_shape_and_gives_up_the_colour(tray: TrayIcon):
    coloured = tray._icon.icon().pixmap(32).toImage()
    tray.use(monochrome=True, damping_s=2.0)
    plain = tray._icon.icon().pixmap(32).toImage()
    assert coloured != plain
    middle = plain.pixelColor(16, 4)
    assert middle.saturation() < 20


def test_snoozing_says_until_when_and_can_be_ended(tray: TrayIcon):
    told: list[datetime | None] = []
    tray.snoozed.connect(told.append)
    tray._snooze(MOMENT.wall + timedelta(minutes=30))
    [wake] = [action for action in tray._menu.actions() if "snoozed until" in action.text()]
    assert wake.text() == "Notifications snoozed until 10:44: wake"
    wake.trigger()
    assert told == [MOMENT.wall + timedelta(minutes=30), None]
    assert "Snooze notifications" in rows(tray._menu)


def test_until_tomorrow_is_until_seven():
    assert tomorrow(WALL) == WALL.replace(day=23, hour=7, minute=0, second=0)


def test_without_a_tray_nothing_is_shown_and_a_message_is_not_taken(tray: TrayIcon):
    assert not tray.available
    assert not tray._icon.isVisible()
    assert tray.show_message("title", "text", "line-1001") is False


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


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="StatusNotifierItem is of freedesktop")
def test_a_panel_reads_icon_tooltip_and_menu_from_outside(tmp_path: Path):
    with session_bus(tmp_path) as address, desktop(address, WATCHER) as shell:
        environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": address}
        with subprocess.Popen(
            [sys.executable, "-m", "tests.ui.tray_program"],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            try:
                deadline_s = time.monotonic() + 20
                while not shell.items and time.monotonic() < deadline_s:
                    time.sleep(0.05)
                assert shell.items, "the icon did not come"
                with open_dbus_connection(address) as bus:
                    tray = Tray(bus, shell.items[0])
                    assert tray.tooltip() == "2 of 4 registered. Lab phone: Action needed"
                    assert any(tray.icon())
                    assert "Reception: Reconnecting · 2 of 5 missed" in tray.menu()
            finally:
                program.terminate()
