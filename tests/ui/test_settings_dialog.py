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
    QListWidget,
    QMessageBox,
    QScrollArea,
    QWidget,
)

from softphone import words
from softphone.config import Cloud, Network
from softphone.line.policy import Policy
from softphone.managed import Managed
from softphone.settings import KEYS, Page
from softphone.settings_file import SettingsStore
from softphone.ui.button import Button
from softphone.ui.setting_fields import camel
from softphone.ui.setting_row import SettingRow
from softphone.ui.settings_dialog import SettingsDialog
from softphone.ui.settings_words import LOCKED, WORDS
from softphone.ui.theme import Theme, ThemeChoice
from tests.certificates import certificate
from tests.ui.conftest import find, settle
from tests.ui.test_main_window import check_nothing_is_clipped

pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support raise", "This plugin does not support propagateSizeHints"
)

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
    for name, kind in (("retry_cap_s", QDoubleSpinBox),):
        box = control(dialog, name, kind)
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
    area = dialog.findChild(QScrollArea)
    assert area is not None


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
    store._path = in_the_way / "s.toml"
    control(dialog, "compact", QCheckBox).click()
    assert "cannot be written" in problem(dialog, "compact")


# Back to the defaults


def test_reset_goes_back_to_the_default_and_leaves_the_keyboard_at_the_row(
    opened: Open, store: SettingsStore
):
    store.change(theme="dark")
    dialog = opened(store, Page.APPEARANCE)
    reset = find(dialog, "themeReset", Button)
    assert reset.accessibleName() == "Reset Theme"
    reset.setFocus()
    QTest.keyClick(reset, Qt.Key.Key_Return)
    assert store.chosen == {}
    assert not find_all(dialog, "themeReset")
    assert dialog.focusWidget() is control(dialog, "theme")


@pytest.mark.parametrize(
    ("button", "left"), [("appearanceReset", {"dead_host_misses": 4}), ("settingsResetAll", {})]
)
def test_a_page_or_all_is_reset_after_asking(
    opened: Open, store: SettingsStore, button: str, left: dict[str, object]
):
    store.change(theme="dark", compact=True, dead_host_misses=4)
    dialog = opened(store, Page.APPEARANCE if button == "appearanceReset" else Page.GENERAL)
    for answer, chosen in ((QMessageBox.ButtonRole.RejectRole, dict(store.chosen)), (None, left)):
        find(dialog, button, Button).click()
        settle()
        (question,) = (each for each in dialog.findChildren(QMessageBox) if each.isVisible())
        role = answer or QMessageBox.ButtonRole.DestructiveRole
        count = 2 if button == "appearanceReset" else 3
        assert question.text() == f"Set {count} settings back to their defaults?"
        next(each for each in question.buttons() if question.buttonRole(each) is role).click()
        settle()
        assert store.chosen == chosen
    assert not find_all(dialog, "appearanceReset")


# Locked


def test_what_the_organisation_has_set_is_locked_with_a_sign_and_words(opened: Open, tmp_path: Path):
    managed = Managed(values={"theme": "dark", "proxy": PROXY, "retry_cap_s": 30.0})
    store = SettingsStore(tmp_path / "s.toml", managed=managed)
    dialog = opened(store, Page.APPEARANCE)
    theme = control(dialog, "theme", QComboBox)
    assert not theme.isEnabled()
    assert theme.currentText() == "Dark"
    assert LOCKED == "Set by your organisation"
    assert LOCKED in theme.accessibleDescription()
    row = find(dialog, "themeRow")
    assert find(row, "lockIcon").isVisible()
    assert LOCKED in [label.text() for label in row.findChildren(QLabel)]
    assert not find_all(find(dialog, "compactRow"), "lockIcon")
    assert control(dialog, "compact").isEnabled()
    dialog.show_page(Page.NETWORK)
    wait_for_rows(dialog)
    assert find(dialog, "proxyAddress", QLineEdit).text() == PROXY
    assert not find(dialog, "proxyAddress").isEnabled()
    dialog.show_page(Page.REGISTRATION)
    wait_for_rows(dialog)
    assert control(dialog, "retry_cap_s", QDoubleSpinBox).value() == 30
    assert not control(dialog, "retry_cap_s").isEnabled()


# Search and pages


def test_a_search_shows_the_rows_of_all_pages_that_match(opened: Open, store: SettingsStore):
    dialog = opened(store)
    search: QLineEdit = find(dialog, "settingsSearch", QLineEdit)
    assert dialog.focusWidget() == search
    QTest.keyClicks(search, "silences")
    wait_for_rows(dialog)
    assert rows(dialog) == ["dead_host_misses"]
    assert find(dialog, "settingsPages", QListWidget).selectedItems() == []
    search.setText("xyzzy")
    assert rows(dialog) == []
    assert "No setting matches." in [each.text() for each in dialog.findChildren(QLabel) if each.isVisible()]
    search.clear()
    assert rows(dialog) == [name for name, key in KEYS.items() if key.page is Page.GENERAL]
    assert [each.text() for each in find(dialog, "settingsPages", QListWidget).selectedItems()] == ["General"]


def test_a_page_that_is_chosen_ends_the_search(opened: Open, store: SettingsStore):
    dialog = opened(store)
    find(dialog, "settingsSearch", QLineEdit).setText("wait")
    wait_for_rows(dialog)
    pages = find(dialog, "settingsPages", QListWidget)
    pages.setFocus()
    assert find(dialog, "settingsSearch", QLineEdit).text() == "wait", "passing by ends nothing"
    QTest.keyClick(pages, Qt.Key.Key_Down)
    wait_for_rows(dialog)
    assert find(dialog, "settingsSearch", QLineEdit).text() == ""
    assert rows(dialog)[0] == "theme"
    find(dialog, "settingsSearch", QLineEdit).setText("wait")
    QTest.mouseClick(
        pages.viewport(), Qt.MouseButton.LeftButton, pos=pages.visualItemRect(pages.item(1)).center()
    )
    wait_for_rows(dialog)
    assert find(dialog, "settingsSearch", QLineEdit).text() == ""
    assert rows(dialog)[0] == "theme"


def test_a_search_in_a_narrow_window_ends_with_the_same_page_too(opened: Open, store: SettingsStore):
    dialog = opened(store, size=(420, 320))
    find(dialog, "settingsSearch", QLineEdit).setText("theme")
    wait_for_rows(dialog)
    find(dialog, "settingsPage", QComboBox).activated.emit(0)
    assert find(dialog, "settingsSearch", QLineEdit).text() == ""


def test_a_dialog_that_is_closed_hears_no_more(opened: Open, store: SettingsStore):
    dialog = opened(store)
    dialog.close()
    store.change(theme="dark")
    assert store._listeners == []


# Keyboard and room


@pytest.mark.parametrize("page", Page)
def test_tab_follows_the_page_and_reaches_everything(opened: Open, store: SettingsStore, page: Page):
    store.change(theme="dark", dead_host_misses=4, proxy=PROXY)
    dialog = opened(store, page)
    find(dialog, "settingsSearch").setFocus()
    seen: list[QWidget] = []
    while True:
        focused = dialog.focusWidget()
        assert focused is not None
        if focused in seen:
            break
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        assert len(seen) < 200
    reachable = {
        each
        for each in dialog.findChildren(QWidget)
        if each.isVisible()
        and each.isEnabled()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(each.parentWidget(), QDoubleSpinBox | QComboBox)
    }
    assert set(seen) == reachable
    inside = [row_of(each) for each in seen if dialog._area.isAncestorOf(each)]
    tops = [each.mapTo(dialog, QPoint(0, 0)).y() for each in inside]
    assert tops == sorted(tops)
    assert seen[-1].objectName() == "settingsClose"


def row_of(widget: QWidget) -> QWidget:
    row: QWidget | None = widget
    while row is not None and not isinstance(row, SettingRow):
        row = row.parentWidget()
    return row or widget


def test_the_one_that_has_the_keyboard_is_scrolled_into_sight(opened: Open, store: SettingsStore):
    dialog = opened(store, Page.REGISTRATION, size=(420, 320))
    find(dialog, "settingsSearch").setFocus()
    for _ in range(20):
        focused = dialog.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    focused = dialog.focusWidget()
    assert focused is not None
    viewport = dialog._area.viewport()
    assert viewport.rect().contains(focused.mapTo(viewport, focused.rect().center()))


@pytest.mark.parametrize("size", [(420, 320), (640, 400), (800, 600)])
@pytest.mark.parametrize("page", Page)
def test_nothing_is_clipped(opened: Open, tmp_path: Path, page: Page, size: tuple[int, int]):
    _, ca_file = certificate(tmp_path)
    store = SettingsStore(tmp_path / "s.toml", managed=Managed(values={"theme": "dark", "proxy": PROXY}))
    store.change(compact=True, dead_host_misses=4, extra_ca_file=str(ca_file))
    dialog = opened(store, page, size=size)
    assert (dialog.width(), dialog.height()) == size
    check_nothing_is_clipped(dialog)


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_nothing_is_clipped_when_words_are_longer_or_run_the_other_way(
    opened: Open, store: SettingsStore, direction: Qt.LayoutDirection, qapp: QApplication
):
    words.speak(lambda text, _: f"[{text}{' long' * (1 + len(text) // 12)}]")
    qapp.setLayoutDirection(direction)
    try:
        for page in Page:
            dialog = opened(store, page, size=(420, 320))
            check_nothing_is_clipped(dialog)
            shown = [each.text() for each in dialog.findChildren(QLabel) if each.isVisible() and each.text()]
            assert [text for text in shown if not text.startswith("[")] == []
            dialog.close()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        words.speak(None)


def test_the_edges_of_fields_are_seen_in_the_dark(opened: Open, store: SettingsStore, theme: Theme):
    theme.choose(ThemeChoice.DARK)
    dialog = opened(store, Page.REGISTRATION)
    field = control(dialog, "recheck_s").parentWidget()
    picture = field.grab().toImage()
    edge = max(picture.pixelColor(3, y).lightness() for y in range(8, 30))
    assert edge > 110
