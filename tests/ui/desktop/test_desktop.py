"""What stands round the window: closing, hiding, metrics, starting with the desktop, the tip, the looks."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from softphone.errors import ConfigError
from softphone.line.model import LineState
from softphone.settings.policy_file import Managed
from softphone.settings.store import SettingsStore
from softphone.system.launch import Autostart
from softphone.ui.commands import Command
from softphone.ui.desktop.desktop import Desktop
from softphone.ui.desktop.tray import TrayIcon
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.placement import Placement
from softphone.ui.window.appearance import Appearance
from softphone.ui.window.main_window import MainWindow
from tests.ui.conftest import find, until
from tests.ui.fakes import MOMENT, PanelSpy, line


@dataclass
class Around:
    """A desktop with all it is given."""

    window: MainWindow
    desktop: Desktop
    store: SettingsStore
    panel: PanelSpy
    autostart: Autostart
    quits: list[bool] = field(default_factory=list)
    ports: list[int | None] = field(default_factory=list)
    refuse: bool = False

    async def serve(self, port: int | None) -> None:
        if self.refuse:
            raise ConfigError("Port 9464 cannot be used.")
        self.ports.append(port)


def make(open_window, tmp_path: Path, managed: Managed | None = None) -> Around:
    panel = PanelSpy((line(LineState.REGISTERING),))
    window: MainWindow = open_window(panel)
    store = SettingsStore(tmp_path / "settings.toml", managed=managed)
    autostart = Autostart(environment={}, platform="linux", home=tmp_path)
    made: list[Around] = []
    desktop = Desktop(
        window,
        window.contents._bridge,
        store,
        lambda: MOMENT,
        serve_metrics=lambda port: made[0].serve(port),  # noqa: PLW0108 - made later
        autostart=autostart,
        placement=Placement(window, None),
    )
    around = Around(window, desktop, store, panel, autostart)
    made.append(around)
    desktop.quit_asked.connect(lambda: around.quits.append(True))
    window.command_asked.connect(desktop.carry_out)
    return around


def with_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TrayIcon, "available", property(lambda _: True))


async def test_without_a_tray_closing_quits_and_the_key_minimises(open_window, tmp_path: Path):
    around = make(open_window, tmp_path)
    around.window.contents.commands.action(Command.CLOSE).trigger()
    await until(around.window.isMinimized)
    assert not around.window.isHidden()
    around.window.showNormal()
    around.window.close()
    assert around.quits == [True]
    assert not around.window.isHidden()
    await around.desktop.close()


async def test_with_a_tray_closing_hides_unless_the_person_wants_to_quit(
    open_window, tmp_path: Path, monkeypatch
):
    with_tray(monkeypatch)
    around = make(open_window, tmp_path)
    around.window.close()
    assert around.window.isHidden()
    assert around.quits == []
    around.desktop.tray.open_asked.emit("line-1001")
    assert around.window.isVisible()
    around.store.change(close_to_tray=False)
    around.window.close()
    assert around.quits == [True]
    await around.desktop.close()


async def test_it_starts_hidden_in_the_tray_or_minimised(open_window, tmp_path: Path, monkeypatch):
    around = make(open_window, tmp_path)
    around.desktop.hide_window()
    await until(around.window.isMinimized)
    with_tray(monkeypatch)
    around.desktop.hide_window()
    assert around.window.isHidden()
    await around.desktop.close()


async def test_the_tray_says_what_quitting_does(open_window, tmp_path: Path, monkeypatch):
    with_tray(monkeypatch)
    around = make(open_window, tmp_path)
    last = around.desktop.tray._menu.actions()[-1]
    assert last.text() == "Quit and deregister"
    around.store.change(deregister_on_quit=False)
    assert last.text() == "Quit"
    await around.desktop.close()


async def test_the_metrics_endpoint_follows_its_setting(open_window, tmp_path: Path):
    around = make(open_window, tmp_path)
    around.store.change(metrics_endpoint=True)
    await until(lambda: around.ports)
    assert around.ports == [9464]
    around.store.change(metrics_port=9500)
    around.store.change(metrics_endpoint=False)
    await until(lambda: len(around.ports) == 3)
    assert around.ports[1:] == [9500, None]
    await around.desktop.close()


async def test_a_port_that_is_taken_is_said(open_window, tmp_path: Path):
    around = make(open_window, tmp_path)
    around.refuse = True
    around.store.change(metrics_endpoint=True)
    await until(lambda: [one for one in around.window.findChildren(QWidget, "banner") if one.isVisible()])
    await around.desktop.close()


async def test_starting_with_the_desktop_follows_its_setting(open_window, tmp_path: Path):
    around = make(open_window, tmp_path)
    around.store.change(start_at_login=True)
    assert around.autostart.is_on()
    around.store.change(start_at_login=None)
    assert not around.autostart.is_on()
    await around.desktop.close()


async def test_the_tray_retries_only_what_can_be_retried(open_window, tmp_path: Path):
    around = make(open_window, tmp_path)
    around.panel.put(line(LineState.ELSEWHERE, "Bob", "1002"))
    around.panel.put(line(LineState.RETRY_WAIT))
    await asyncio.sleep(0.1)
    around.desktop.tray.retry_asked.emit()
    assert around.panel.calls == [("retry", "line-1001")]
    await around.desktop.close()


# The looks


def looking(
    open_window, tmp_path: Path, theme: Theme, managed: Managed | None = None
) -> tuple[MainWindow, SettingsStore]:
    window: MainWindow = open_window(
        PanelSpy((line(LineState.REGISTERED), line(LineState.FAILED, "Bob", "1002")))
    )
    store = SettingsStore(tmp_path / "settings.toml", managed=managed)
    looks = Appearance(store, theme, window)
    window.command_asked.connect(looks.carry_out)
    return window, store


def test_a_theme_chosen_in_the_menu_is_kept(open_window, tmp_path: Path, theme: Theme):
    window, _ = looking(open_window, tmp_path, theme)
    window.contents._more.theme_chosen.emit(ThemeChoice.DARK)
    assert theme.choice is ThemeChoice.DARK
    assert SettingsStore(tmp_path / "settings.toml").settings.theme == "dark"


def test_what_the_organisation_has_set_stays(open_window, tmp_path: Path, theme: Theme):
    window, _ = looking(open_window, tmp_path, theme, Managed(values={"theme": "light"}))
    window.contents._more.theme_chosen.emit(ThemeChoice.DARK)
    assert theme.choice is ThemeChoice.LIGHT
    assert find(window, "banner").accessibleName() == "This setting is locked"


def test_always_on_top_keeps_the_window_in_sight(open_window, tmp_path: Path, theme: Theme):
    window, _ = looking(open_window, tmp_path, theme)
    window.contents.commands.action(Command.ALWAYS_ON_TOP).trigger()
    assert window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert window.isVisible()
    assert window.contents.commands.action(Command.ALWAYS_ON_TOP).isChecked()
