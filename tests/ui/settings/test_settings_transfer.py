from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget

from softphone.settings.policy_file import Managed
from softphone.settings.store import SettingsStore
from softphone.ui.kit.button import Button
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.theme import Theme
from softphone.ui.settings.settings_transfer import FILE_NAME, SettingsExchange
from tests.ui.conftest import check_nothing_is_clipped, find, settle


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "s.toml", managed=Managed(values={"always_on_top": True}))


@pytest.fixture
def window(theme: Theme, qapp: QApplication, qtbot) -> Iterator[QWidget]:
    attribute = Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    before = qapp.testAttribute(attribute)
    qapp.setAttribute(attribute)
    host = QWidget()
    host.resize(500, 400)
    host.show()
    yield host
    host.close()
    host.deleteLater()
    settle()
    qapp.setAttribute(attribute, before)


def choose(window: QWidget, name: str, path: Path) -> None:
    """Choose a file in the file dialog that is open."""
    settle()
    dialog: QFileDialog = find(window, name, QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    settle()


def texts(window: QWidget, name: str) -> list[str]:
    dialog: Any = find(window, name, PageDialog)
    check_nothing_is_clipped(dialog)
    return [each.text() for each in dialog.findChildren(QLabel) if each.isVisible()]


def test_an_export_says_what_is_in_it_and_what_is_not(window: QWidget, store: SettingsStore, tmp_path: Path):
    store.change(theme="dark", retry_cap_s=30)
    exchange = SettingsExchange(store, window)
    exchange.ask_to_export()
    settle()
    assert find(window, "exportFileDialog", QFileDialog).selectedFiles()[0].endswith(FILE_NAME)
    file = tmp_path / "out.toml"
    choose(window, "exportFileDialog", file)
    assert file.exists()
    assert texts(window, "exchangeDialog") == [
        "Settings exported",
        "2 settings are in out.toml.",
        "Accounts, sign-ins, devices and secrets are not in it, nor the file of certificates.",
        "Theme: Dark",
        "retry_cap_s: 30",
    ]
    find(window, "exchangeDialogClose", Button).click()
    settle()
    assert not any(each.isVisible() for each in window.findChildren(PageDialog))


def test_an_import_shows_what_will_change_and_changes_it_when_that_is_meant(
    window: QWidget, store: SettingsStore, tmp_path: Path
):
    file = tmp_path / "in.toml"
    file.write_text('version = 1\n[settings]\ntheme = "dark"\nstart_at_login = true\nalways_on_top = false\n')
    exchange = SettingsExchange(store, window)
    for pressed, chosen in (
        ("importDialogClose", {}),
        ("importButton", {"theme": "dark", "start_at_login": True}),
    ):
        exchange.ask_to_import()
        choose(window, "importFileDialog", file)
        assert store.chosen == {}
        assert texts(window, "importDialog") == [
            "Import settings",
            "in.toml changes these settings:",
            "Theme: Dark (now System)",
            "Start when I log in: On (now Off)",
            "These stay as your organisation has set them:",
            "always_on_top",
        ]
        find(window, pressed, Button).click()
        settle()
        assert store.chosen == chosen
    exchange.ask_to_import()
    choose(window, "importFileDialog", file)
    assert "in.toml changes nothing." in texts(window, "importDialog")
    assert not window.findChildren(Button, "importButton") or not any(
        each.isVisible() for each in window.findChildren(Button, "importButton")
    )


def test_a_file_with_something_wrong_is_told_and_changes_nothing(
    window: QWidget, store: SettingsStore, tmp_path: Path
):
    file = tmp_path / "in.toml"
    file.write_text('version = 1\n[settings]\nstart_at_login = true\ntheme = "blue"\n')
    SettingsExchange(store, window).ask_to_import()
    choose(window, "importFileDialog", file)
    told = texts(window, "exchangeDialog")
    assert told[0] == "Settings were not imported"
    assert told[1] == "in.toml: theme must be one of: system, light, dark."
    assert told[2] == "Nothing was changed."
    assert store.chosen == {}


def test_an_import_that_cannot_be_kept_and_an_export_that_cannot_be_written_are_told(
    window: QWidget, store: SettingsStore, tmp_path: Path
):
    in_the_way, file = tmp_path / "file", tmp_path / "in.toml"
    in_the_way.write_text("")
    file.write_text("version = 1\n[settings]\nstart_at_login = true\n")
    store._file.path = in_the_way / "s.toml"
    exchange = SettingsExchange(store, window)
    exchange.ask_to_import()
    choose(window, "importFileDialog", file)
    find(window, "importButton", Button).click()
    settle()
    assert "cannot be written" in texts(window, "exchangeDialog")[1]
    assert dict(store.chosen) == {"start_at_login": True}, "until the end"
    find(window, "exchangeDialogClose", Button).click()
    settle()
    exchange.ask_to_export()
    choose(window, "exportFileDialog", in_the_way / "out.toml")
    assert texts(window, "exchangeDialog")[0] == "Settings were not exported"


def test_settings_are_exchanged_from_their_dialog_too(window: QWidget, store: SettingsStore):
    from softphone.ui.settings.settings_dialog import SettingsDialog

    dialog = SettingsDialog(store, window)
    dialog.open()
    for button, files in (("settingsExport", "exportFileDialog"), ("settingsImport", "importFileDialog")):
        find(dialog, button, Button).click()
        settle()
        find(dialog, files, QFileDialog).reject()
        settle()
    dialog.close()
