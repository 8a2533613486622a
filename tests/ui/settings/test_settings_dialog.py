"""The settings, as a person meets them: with the keyboard, locked, in a narrow window."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QWidget,
)

from softphone.line.model import camel
from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud, Network
from softphone.settings.keys import KEYS, Page
from softphone.settings.store import SettingsStore
from softphone.ui.kit.button import Button
from softphone.ui.kit.theme import Theme
from softphone.ui.settings.setting_row import SettingRow
from softphone.ui.settings.settings_dialog import SettingsDialog
from softphone.wording.settings_words import WORDS
from tests.kit.certificates import certificate
from tests.ui.conftest import find, settle

PROXY = "http://proxy.example.com:3128"
Open = Callable[..., SettingsDialog]


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "default.settings.toml")


@pytest.fixture
def opened(theme: Theme, qtbot) -> Iterator[Open]:
    """Open the dialog above a window; both are gone after the test."""
    host = QWidget()
    host.resize(900, 700)
    host.show()

    def open_it(store: SettingsStore, page: Page = Page.GENERAL, **options: Any) -> SettingsDialog:
        size = options.pop("size", None)
        dialog = SettingsDialog(store, host, **options)
        dialog.open()
        if size is not None:
            dialog.resize(*size)
        dialog.show_page(page)
        wait_for_rows(dialog)
        return dialog

    yield open_it
    for dialog in host.findChildren(SettingsDialog):
        dialog.close()
    host.close()
    host.deleteLater()
    settle()


def wait_for_rows(dialog: SettingsDialog) -> None:
    for _ in range(20):
        settle()
        if not any(section._wanted for section in dialog._sections.values()):
            break
    settle()


def control(dialog: SettingsDialog, name: str, kind: type[Any] = QWidget) -> Any:
    return find(dialog, f"{camel(name)}Setting", kind)


def rows(dialog: SettingsDialog) -> list[str]:
    return [row.name for row in dialog.findChildren(SettingRow) if row.isVisible()]


def problem(dialog: SettingsDialog, name: str) -> str:
    settle()
    found = [each for each in dialog.findChildren(QLabel, f"{camel(name)}Problem") if each.isVisible()]
    return found[0].text() if found else ""


def type_text(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


# What is there


def test_every_setting_has_a_row_on_its_page_with_a_control_a_name_and_its_default(
    opened: Open, store: SettingsStore
):
    dialog = opened(store)
    for page in Page:
        dialog.show_page(page)
        wait_for_rows(dialog)
        names = [name for name, key in KEYS.items() if key.page is page]
        assert rows(dialog) == names
        for name in names:
            field = control(dialog, name)
            interface = QAccessible.queryAccessibleInterface(field)
            assert interface.text(QAccessible.Text.Name)
            row = find(dialog, f"{camel(name)}Row")
            texts = [label.text() for label in row.findChildren(QLabel) if label.isVisible()]
            assert WORDS[name].label in texts
            assert any(text.startswith("Default: ") for text in texts), name
            assert any("next start" in text for text in texts) is KEYS[name].restart
            assert min(field.width(), field.height()) >= 24
            assert not find_all(dialog, f"{camel(name)}Reset"), "nothing is chosen yet"


def find_all(dialog: QWidget, name: str) -> list[QWidget]:
    return [each for each in dialog.findChildren(QWidget, name) if each.isVisible()]


def test_settings_without_a_meaning_here_are_left_out_and_not_found(opened: Open, store: SettingsStore):
    dialog = opened(store, Page.APPEARANCE, without={"tray_monochrome"})
    assert "tray_monochrome" not in rows(dialog)
    find(dialog, "settingsSearch").setText("tray")
    wait_for_rows(dialog)
    assert "tray_monochrome" not in rows(dialog)


def test_defaults_are_those_of_the_cloud_file(opened: Open, tmp_path: Path):
    cloud = Cloud(policy=Policy(retry_cap_s=45.0), network=Network(proxy="none"))
    dialog = opened(SettingsStore(tmp_path / "s.toml", cloud=cloud), Page.REGISTRATION)
    texts = [label.text() for label in find(dialog, "retryCapSRow").findChildren(QLabel)]
    assert "Default: 45 s  Takes effect at the next start." in texts
    dialog.show_page(Page.NETWORK)
    wait_for_rows(dialog)
    assert control(dialog, "proxy", QComboBox).currentText() == "None"


# What is chosen


def test_a_switch_and_a_choice_hold_at_once(opened: Open, store: SettingsStore):
    dialog = opened(store, Page.APPEARANCE)
    heard: list[frozenset[str]] = []
    store.subscribe(heard.append)
    compact = control(dialog, "compact", QCheckBox)
    compact.setFocus()
    QTest.keyClick(compact, Qt.Key.Key_Space)
    theme = control(dialog, "theme", QComboBox)
    theme.setFocus()
    QTest.keyClick(theme, Qt.Key.Key_Down)
    assert heard == [{"compact"}, {"theme"}]
    assert (store.settings.compact, store.settings.theme) == (True, "light")


def test_the_whole_square_of_a_switch_may_be_pressed(opened: Open, store: SettingsStore):
    box = control(opened(store, Page.APPEARANCE), "compact", QCheckBox)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert store.settings.compact


def test_a_number_is_chosen_when_it_has_stood_for_a_moment(opened: Open, store: SettingsStore, qtbot):
    dialog = opened(store, Page.REGISTRATION)
    box = control(dialog, "retry_cap_s", QDoubleSpinBox)
    assert (box.text(), box.minimum(), box.maximum()) == ("60 s", 5, 3600)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert store.chosen == {}, "the key may still be held down"
    qtbot.waitUntil(lambda: store.chosen != {})
    assert store.cloud.policy.retry_cap_s == box.value() > 60
    assert find(dialog, "retryCapSReset").isVisible()


def test_a_number_that_is_typed_is_chosen_on_enter_or_when_the_dialog_closes(
    opened: Open, store: SettingsStore
):
    dialog = opened(store, Page.ADVANCED)
    type_text(control(dialog, "metrics_port", QDoubleSpinBox).lineEdit(), "9999")
    assert store.settings.metrics_port == 9999
    assert dialog.isVisible(), "Enter belongs to the field"
    box = control(dialog, "keepalive_jitter", QDoubleSpinBox)
    assert box.text() == "± 10 %"
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "25")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert store.cloud.policy.keepalive_jitter == 0.25


def test_the_wheel_scrolls_and_chooses_nothing(opened: Open, store: SettingsStore):
    dialog = opened(store, Page.REGISTRATION)
    box = control(dialog, "retry_cap_s", QDoubleSpinBox)
    box.setFocus()
    middle = QPointF(box.rect().center())
    wheel = QWheelEvent(
        middle,
        box.mapToGlobal(middle),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, wheel)
    assert box.value() == 60
    assert not wheel.isAccepted(), "the page scrolls"


def test_numbers_in_a_row_are_typed_with_spaces(opened: Open, store: SettingsStore):
    dialog = opened(store, Page.REGISTRATION)
    line = control(dialog, "recheck_s", QLineEdit)
    assert line.text() == "2 4 8"
    type_text(line, "1,5 3")
    assert store.settings.policy == {"recheck_s": (1.5, 3.0)}
    assert line.text() == "1.5 3"
    type_text(line, "1 two")
    assert problem(dialog, "recheck_s") == "Check again after a miss must be 1 to 10 numbers from 0.5 to 60."
    assert line.text() == "1 two", "to be mended"
    type_text(line, "2")
    assert problem(dialog, "recheck_s") == ""


def test_values_in_the_wrong_order_are_told_in_the_words_of_the_window(opened: Open, store: SettingsStore):
    dialog = opened(store, Page.ADVANCED)
    type_text(control(dialog, "nudge_min_s", QDoubleSpinBox).lineEdit(), "50")
    assert problem(dialog, "nudge_min_s") == (
        "Shortest wait after waking must not be greater than Longest wait after waking."
    )
    assert store.chosen == {}


def test_a_proxy_is_the_systems_none_or_an_address(opened: Open, store: SettingsStore):
    dialog = opened(store, Page.NETWORK)
    kind = control(dialog, "proxy", QComboBox)
    assert not find_all(dialog, "proxyAddress")
    kind.setCurrentIndex(1)
    assert store.settings.proxy == "none"
    kind.setCurrentIndex(2)
    line = find(dialog, "proxyAddress", QLineEdit)
    type_text(line, "proxy.example.com")
    assert problem(dialog, "proxy").startswith('Proxy must be "system", "none" or an address like')
    assert store.settings.proxy == "none"
    type_text(line, PROXY)
    assert store.cloud.network.proxy == PROXY
    assert problem(dialog, "proxy") == ""
    find(dialog, "proxyReset", Button).click()
    assert store.settings.proxy is None
    assert kind.currentText() == "Like the system"
    assert not find_all(dialog, "proxyAddress")


def test_a_region_is_typed_in_any_case_and_empty_is_automatic(opened: Open, store: SettingsStore):
    dialog = opened(store, Page.NETWORK)
    type_text(control(dialog, "region", QLineEdit), "us-east")
    type_text(control(dialog, "country", QLineEdit), "us")
    assert store.settings.place == ("US-EAST", "US")
    type_text(control(dialog, "region", QLineEdit), " ")
    assert store.settings.place is None


def test_certificates_are_chosen_from_a_file_and_named(opened: Open, store: SettingsStore, tmp_path: Path):
    _, ca_file = certificate(tmp_path, issuer="Example Root")
    dialog = opened(store, Page.NETWORK)
    control(dialog, "extra_ca_file", Button).click()
    files = find_files(dialog, "certificateFileDialog")
    files.fileSelected.emit(str(ca_file))
    files.reject()
    assert store.settings.extra_ca_file == ca_file
    told = find(dialog, "certificateSubjects", QLabel).text()
    assert told.startswith("Example Root, issued by Example Root, valid until ")
    control(dialog, "extra_ca_file", Button).click()
    files = find_files(dialog, "certificateFileDialog")
    files.fileSelected.emit(str(tmp_path))
    files.reject()
    assert "must be the whole path of a file of certificates" in problem(dialog, "extra_ca_file")
    assert store.settings.extra_ca_file == ca_file
    ca_file.unlink()
    dialog._changed(frozenset({"extra_ca_file"}))
    assert find(dialog, "certificateSubjects", QLabel).text() == "The file cannot be read any more."


@pytest.fixture(autouse=True)
def _no_native_dialogs(qapp: QApplication) -> Iterator[None]:
    attribute = Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    before = qapp.testAttribute(attribute)
    qapp.setAttribute(attribute)
    yield
    qapp.setAttribute(attribute, before)


def find_files(dialog: QWidget, name: str) -> QFileDialog:
    settle()
    (found,) = (each for each in dialog.findChildren(QFileDialog, name) if each.isVisible())
    return found


def test_the_network_is_tested_as_it_is_chosen(opened: Open, store: SettingsStore):
    dialog = opened(store, Page.NETWORK)
    asked: list[Network] = []
    dialog.network_test_asked.connect(asked.append)
    store.change(proxy=PROXY)
    find(dialog, "networkTest", Button).click()
    assert asked == [Network(proxy=PROXY)]
    assert find(dialog, "networkTestResult", QLabel).text() == "Trying…"
    dialog.show_network_test("The service answers in 42 ms.")
    assert find(dialog, "networkTestResult", QLabel).text() == "The service answers in 42 ms."


def test_what_changes_elsewhere_is_shown(opened: Open, store: SettingsStore):
    dialog = opened(store, Page.APPEARANCE)
    store.change(theme="dark", language="pseudo")
    assert control(dialog, "theme", QComboBox).currentText() == "Dark"
    dialog.show_page(Page.GENERAL)
    assert control(dialog, "language", QComboBox).currentText() == "Pseudo"


def test_a_file_that_cannot_be_written_is_told_at_the_row(opened: Open, store: SettingsStore, tmp_path: Path):
    dialog = opened(store, Page.APPEARANCE)
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    store._file.path = in_the_way / "s.toml"
    control(dialog, "compact", QCheckBox).click()
    assert "cannot be written" in problem(dialog, "compact")
