"""The settings, as a person meets them: few, at once, with the keyboard, locked, in a narrow window."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSlider,
    QWidget,
)

from softphone.line.model import camel
from softphone.settings.cloud_file import Cloud, Network
from softphone.settings.policy_file import Managed
from softphone.settings.store import SettingsStore
from softphone.ui.kit.button import Button
from softphone.ui.kit.switch import Switch
from softphone.ui.kit.theme import Theme
from softphone.ui.settings.setting_row import SettingRow
from softphone.ui.settings.settings_dialog import SettingsDialog
from softphone.wording.settings_words import IN_ROW_OF, LABELS, LOCKED, TABS, Tab
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

    def open_it(store: SettingsStore, tab: Tab = Tab.GENERAL, **options: Any) -> SettingsDialog:
        size = options.pop("size", None)
        dialog = SettingsDialog(store, host, **options)
        if size is not None:
            dialog.resize(*size)  # before it is shown: the screen may answer late with the size before
        dialog.open()
        dialog.show_tab(tab)
        settle()
        qtbot.waitUntil(dialog.isActiveWindow)  # a field in another window is not left, and so not finished
        return dialog

    yield open_it
    for dialog in host.findChildren(SettingsDialog):
        dialog.close()
    host.close()
    host.deleteLater()
    settle()


def control(dialog: SettingsDialog, name: str, kind: type[Any] = QWidget) -> Any:
    return find(dialog, f"{camel(name)}Setting", kind)


def rows(dialog: SettingsDialog) -> list[str]:
    return [row.name for row in dialog.findChildren(SettingRow) if row.isVisible()]


def texts(dialog: SettingsDialog, name: str) -> list[str]:
    """What stands in a row, without its control."""
    row = find(dialog, f"{camel(name)}Row")
    fields = [field for each in [row] for field in each.fields]
    labels = [each for each in row.findChildren(QLabel) if each.isVisible() and each.text()]
    return [each.text() for each in labels if not any(field.isAncestorOf(each) for field in fields)]


def shown_as(dialog: QWidget, name: str) -> list[QWidget]:
    return [each for each in dialog.findChildren(QWidget, name) if each.isVisible()]


def type_text(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


# ---- What is there


@pytest.mark.parametrize("tab", Tab)
def test_a_tab_has_its_rows_which_say_no_more_than_their_label(opened: Open, store: SettingsStore, tab: Tab):
    dialog = opened(store, tab)
    names = [name for card in TABS[tab] for name in card]
    assert rows(dialog) == names
    for name in names:
        assert texts(dialog, name) == [LABELS[name]]
        for each in (name, *filter(None, [IN_ROW_OF.get(name)])):
            field = control(dialog, each)
            assert QAccessible.queryAccessibleInterface(field).text(QAccessible.Text.Name)
            assert field.width() >= 24
            assert field.height() >= 20


def test_settings_without_a_meaning_here_are_left_out(opened: Open, store: SettingsStore):
    dialog = opened(store, without={"close_to_tray", "start_at_login", "check_for_updates"})
    assert rows(dialog)[-2:] == ["deregister_on_quit", "history_days"]


def test_the_defaults_are_those_of_the_cloud_file(opened: Open, tmp_path: Path):
    cloud = Cloud(network=Network(proxy="none"))
    dialog = opened(SettingsStore(tmp_path / "s.toml", cloud=cloud), Tab.NETWORK)
    assert control(dialog, "proxy", QComboBox).currentText() == "None"


# ---- What is chosen


def test_a_switch_a_list_and_segments_hold_at_once(opened: Open, store: SettingsStore):
    dialog = opened(store)
    heard: list[frozenset[str]] = []
    store.subscribe(heard.append)
    switch = control(dialog, "deregister_on_quit", Switch)
    switch.setFocus()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    language = control(dialog, "language", QComboBox)
    language.setFocus()
    QTest.keyClick(language, Qt.Key.Key_Down)
    dark = control(dialog, "theme").findChildren(QRadioButton)[-1]
    QTest.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert heard == [{"deregister_on_quit"}, {"language"}, {"theme"}]
    assert store.chosen == {"deregister_on_quit": False, "language": "en", "theme": "dark"}


@pytest.mark.parametrize(
    ("system", "before", "after"),
    [(False, "system", "on"), (False, "on", "system"), (True, "system", "off"), (True, "off", "system")],
)
def test_less_motion_follows_the_system_as_long_as_the_person_agrees_with_it(
    opened: Open, store: SettingsStore, monkeypatch, system: bool, before: str, after: str
):
    monkeypatch.setattr("softphone.ui.kit.theme.Motion.system_is_reduced", lambda _, __: system)
    store.change(reduced_motion=before)
    switch = control(opened(store), "reduced_motion", Switch)
    assert switch.isChecked() is (system if before == "system" else before == "on")
    switch.click()
    assert store.value("reduced_motion") == after


def test_a_number_is_chosen_when_it_has_stood_for_a_moment(opened: Open, store: SettingsStore, qtbot):
    dialog = opened(store)
    box = control(dialog, "history_days", QDoubleSpinBox)
    assert (box.text(), box.minimum(), box.maximum()) == ("7 days", 1, 90)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert store.chosen == {}, "the key may still be held down"
    qtbot.waitUntil(lambda: store.chosen == {"history_days": 9})


def test_a_number_that_is_typed_is_chosen_on_enter_or_when_the_dialog_closes(
    opened: Open, store: SettingsStore
):
    dialog = opened(store, Tab.NOTIFICATIONS)
    box = control(dialog, "notification_delay_s", QDoubleSpinBox)
    assert box.text() == "30 s"
    type_text(box.lineEdit(), "45")
    assert store.settings.notification_delay_s == 45
    assert dialog.isVisible(), "Enter belongs to the field"
    box.selectAll()
    QTest.keyClicks(box, "12")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert store.settings.notification_delay_s == 12


@pytest.mark.parametrize(
    ("tab", "name", "kind", "typed", "chosen"),
    [
        (Tab.NOTIFICATIONS, "notification_delay_s", QDoubleSpinBox, "12", 12),
        (Tab.NETWORK, "region", QLineEdit, "eu", "EU"),
    ],
)
def test_what_is_typed_while_the_desktop_looks_elsewhere_is_chosen_when_the_dialog_closes(
    tab: Tab, name: str, kind: type, typed: str, chosen: object, opened: Open, store: SettingsStore
):
    dialog = opened(store, tab)
    box = control(dialog, name, kind)
    line = box if isinstance(box, QLineEdit) else box.lineEdit()
    dialog.setFocus()
    line.selectAll()
    QTest.keyClicks(line, typed)
    assert not line.hasFocus()
    dialog.reject()
    assert store.value(name) == chosen


def test_the_text_size_is_pushed_in_steps_and_chosen_when_the_dialog_closes_at_the_latest(
    opened: Open, store: SettingsStore
):
    dialog = opened(store)
    slider = control(dialog, "text_size_percent", QSlider)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert find(dialog, "textSizePercentRow").fields[0]._number.text() == "105 %"
    dialog.close()
    assert store.settings.text_size_percent == 105


def test_the_wheel_scrolls_and_chooses_nothing(opened: Open, store: SettingsStore):
    dialog = opened(store)
    for name in ("history_days", "language", "text_size_percent"):
        box = control(dialog, name)
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
        assert not wheel.isAccepted(), "the page scrolls"
    dialog.close()
    assert store.chosen == {}


def test_a_field_with_a_wrong_value_does_not_take_the_keyboard_back(opened: Open, store: SettingsStore):
    dialog = opened(store, Tab.NETWORK)
    region = find(dialog, "regionRow").findChild(QLineEdit)
    assert isinstance(region, QLineEdit)
    region.setFocus()
    QTest.keyClicks(region, "zz!!")
    QTest.keyClick(region, Qt.Key.Key_Tab)
    settle()
    assert region.property("wrong")
    assert not region.hasFocus()
    assert any(text.startswith("Enter a code like") for text in texts(dialog, "region"))


def test_a_proxy_is_the_systems_none_or_an_address_and_a_bad_one_is_marked_and_told(
    opened: Open, store: SettingsStore
):
    dialog = opened(store, Tab.NETWORK)
    kind = control(dialog, "proxy", QComboBox)
    assert not shown_as(dialog, "proxyAddress")
    kind.setCurrentIndex(1)
    assert store.settings.proxy == "none"
    kind.setCurrentIndex(2)
    line = find(dialog, "proxyAddress", QLineEdit)
    type_text(line, "proxy.example.com")
    settle()
    assert texts(dialog, "proxy")[-1].startswith("Enter an address like http://proxy")
    assert line.property("wrong")
    assert not kind.property("wrong")
    assert store.settings.proxy == "none"
    type_text(line, PROXY)
    assert store.cloud.network.proxy == PROXY
    assert texts(dialog, "proxy") == ["Proxy", "At the next start"]
    assert not line.property("wrong")
    kind.setCurrentIndex(0)
    assert store.settings.proxy is None
    assert not shown_as(dialog, "proxyAddress")


def test_at_the_next_start_stands_only_where_a_change_waits_for_it(opened: Open, store: SettingsStore):
    dialog = opened(store)
    store.change(theme="dark", history_days=14)
    settle()
    assert texts(dialog, "theme") == ["Theme"]
    assert texts(dialog, "history_days") == ["Keep activity for", "At the next start"]
    store.change(history_days=7)
    settle()
    assert texts(dialog, "history_days") == ["Keep activity for"]


def test_a_region_is_typed_in_any_case_beside_its_country_and_empty_is_automatic(
    opened: Open, store: SettingsStore
):
    dialog = opened(store, Tab.NETWORK)
    type_text(control(dialog, "region", QLineEdit), "us-east")
    type_text(control(dialog, "country", QLineEdit), "us")
    assert store.settings.place == ("US-EAST", "US")
    type_text(control(dialog, "region", QLineEdit), " ")
    assert store.settings.place is None


def test_certificates_are_chosen_from_a_file_and_named(opened: Open, store: SettingsStore, tmp_path: Path):
    _, ca_file = certificate(tmp_path, issuer="Example Root")
    dialog = opened(store, Tab.NETWORK)

    def choose(path: Path) -> None:
        control(dialog, "extra_ca_file", Button).click()
        settle()
        (files,) = (each for each in dialog.findChildren(QFileDialog) if each.isVisible())
        files.fileSelected.emit(str(path))
        files.reject()
        settle()

    choose(ca_file)
    assert store.settings.extra_ca_file == ca_file
    assert texts(dialog, "extra_ca_file")[1].startswith("Example Root, issued by Example Root, valid until ")
    choose(tmp_path)
    assert "must be the whole path of a file of certificates" in texts(dialog, "extra_ca_file")[-1]
    assert store.settings.extra_ca_file == ca_file
    ca_file.unlink()
    dialog._changed(frozenset({"extra_ca_file"}))
    settle()
    assert "The file cannot be read any more." in texts(dialog, "extra_ca_file")


@pytest.fixture(autouse=True)
def _no_native_dialogs(qapp: QApplication) -> Iterator[None]:
    attribute = Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    before = qapp.testAttribute(attribute)
    qapp.setAttribute(attribute)
    yield
    qapp.setAttribute(attribute, before)


def test_the_network_is_tested_as_it_is_chosen(opened: Open, store: SettingsStore):
    dialog = opened(store, Tab.NETWORK)
    asked: list[Network] = []
    dialog.network_test_asked.connect(asked.append)
    store.change(proxy=PROXY)
    find(dialog, "networkTest", Button).click()
    assert asked == [Network(proxy=PROXY)]
    assert find(dialog, "networkTestResult", QLabel).text() == "Trying…"
    dialog.show_network_test("The service answers in 42 ms.")
    assert find(dialog, "networkTestResult", QLabel).text() == "The service answers in 42 ms."


def test_what_changes_elsewhere_is_shown(opened: Open, store: SettingsStore):
    dialog = opened(store)
    store.change(theme="dark", language="pseudo")
    assert control(dialog, "theme").chosen == "dark"
    assert control(dialog, "language", QComboBox).currentText() == "Pseudo"


def test_a_file_that_cannot_be_written_is_told_at_the_row(opened: Open, store: SettingsStore, tmp_path: Path):
    dialog = opened(store)
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    store._file.path = in_the_way / "s.toml"
    control(dialog, "deregister_on_quit", Switch).click()
    settle()
    assert "cannot be written" in texts(dialog, "deregister_on_quit")[-1]
    assert not store.settings.deregister_on_quit, "act first"


# ---- Locked


def test_what_the_organisation_has_set_is_locked_with_a_sign_and_words(opened: Open, tmp_path: Path):
    managed = Managed(values={"close_to_tray": False, "proxy": PROXY, "country": "GB"})
    store = SettingsStore(tmp_path / "s.toml", managed=managed)
    dialog = opened(store)
    switch = control(dialog, "close_to_tray", Switch)
    assert not switch.isEnabled()
    assert not switch.isChecked()
    assert LOCKED in switch.accessibleDescription()
    assert texts(dialog, "close_to_tray") == ["Keep running when the window is closed", LOCKED]
    assert shown_as(find(dialog, "closeToTrayRow"), "lockIcon")
    assert not shown_as(find(dialog, "themeRow"), "lockIcon")
    assert control(dialog, "theme").isEnabled()
    dialog.show_tab(Tab.NETWORK)
    settle()
    assert find(dialog, "proxyAddress", QLineEdit).text() == PROXY
    assert not find(dialog, "proxyAddress").isEnabled()
    assert control(dialog, "region").isEnabled()
    assert not control(dialog, "country").isEnabled()
