"""What the menu opens: a check for updates only where one is possible, and wanted."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from softphone.checks.updates import Update
from softphone.settings.policy_file import Managed
from softphone.settings.store import SettingsStore
from softphone.ui.bridge import Bridge
from softphone.ui.commands import Command
from softphone.ui.settings.setting_row import SettingRow
from softphone.ui.tools import Tools
from softphone.ui.window.main_window import MainWindow
from tests.ui.conftest import find, until
from tests.ui.fakes import MOMENT, PanelSpy

NAME = "check_for_updates"


class Place:
    """A window with its tools."""

    def __init__(self, window: MainWindow, store: SettingsStore, *, possible: bool) -> None:
        self.window = window
        self.store = store
        self.looks = 0
        self.recordings: list[str] = []
        self._bridge = Bridge(PanelSpy())
        self.tools = Tools(
            window,
            self._bridge,
            store,
            lambda: MOMENT,
            run_check=self._nothing,
            try_network=self._nothing,
            export=self._nothing,
            open_url=lambda _: True,
            open_recording=self.recordings.append,
            look_for_update=self._look if possible else None,
        )

    @property
    def offered(self) -> bool:
        return self.window.contents.commands.action(Command.CHECK_FOR_UPDATES).isVisible()

    def row(self) -> SettingRow | None:
        """The row in the settings, None where there is none."""
        self.tools.open_general_settings()
        rows = self.window.findChildren(SettingRow)
        return next((row for row in rows if row.name == NAME), None)

    async def close(self) -> None:
        self._bridge.close()
        await self.tools.close()

    async def _look(self) -> Update:
        self.looks += 1
        return Update("99.0.0", date(2026, 12, 24), "New.", "https://updates.example.com/")

    async def _nothing(self, *_: object) -> Any:
        pytest.fail("nobody has asked for it")


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "default.settings.toml")


async def test_it_is_off_offered_once_it_is_switched_on_and_asks_only_when_it_is_pressed(
    open_window, store: SettingsStore
):
    window: MainWindow = open_window(PanelSpy())
    action = window.contents.commands.action(Command.CHECK_FOR_UPDATES)
    assert not action.isVisible()  # before there are tools
    place = Place(window, store, possible=True)
    assert not place.offered
    row = place.row()
    assert row is not None
    assert not store.settings.check_for_updates
    store.change(check_for_updates=True)
    assert place.offered
    assert place.looks == 0
    place.tools.carry_out(Command.CHECK_FOR_UPDATES)
    await until(lambda: place.looks == 1)
    store.change(check_for_updates=False)
    assert not place.offered
    await place.close()


async def test_where_it_is_not_possible_there_is_no_trace_of_it(open_window, store: SettingsStore):
    store.change(check_for_updates=True)  # as an exported file of another computer may say
    place = Place(open_window(PanelSpy()), store, possible=False)
    assert not place.offered
    assert place.row() is None
    place.tools.carry_out(Command.CHECK_FOR_UPDATES)
    assert place.window.findChildren(QWidget, "updateDialog") == []
    await place.close()


@pytest.mark.parametrize("wanted", [True, False])
async def test_the_organisation_may_set_it(open_window, tmp_path: Path, *, wanted: bool):
    store = SettingsStore(tmp_path / "s.toml", managed=Managed(values={NAME: wanted}))
    place = Place(open_window(PanelSpy()), store, possible=True)
    assert place.offered is wanted
    row = place.row()
    assert row is not None
    assert not row.fields[0].isEnabled()
    await place.close()


async def test_a_file_of_diagnostics_is_chosen_and_opened_beside_the_window(
    open_window, store: SettingsStore
):
    place = Place(open_window(PanelSpy()), store, possible=False)
    place.tools.carry_out(Command.OPEN_DIAGNOSTICS)
    dialog: QFileDialog = find(place.window, "openDiagnosticsDialog", QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFile
    dialog.fileSelected.emit("/somewhere/it.zip")
    dialog.reject()
    assert place.recordings == ["/somewhere/it.zip"]
    await place.close()
