"""The settings: defaults, what is locked, search and pages, keyboard and room."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QWidget,
)

from softphone import i18n
from softphone.settings.keys import KEYS, Page
from softphone.settings.policy_file import Managed
from softphone.settings.store import SettingsStore
from softphone.ui.kit.button import Button
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.settings.setting_row import SettingRow
from softphone.wording.settings_words import LOCKED
from tests.kit.certificates import certificate
from tests.ui.conftest import check_nothing_is_clipped, find, settle
from tests.ui.settings.test_settings_dialog import (
    PROXY,
    Open,
    control,
    find_all,
    opened,
    rows,
    store,
    wait_for_rows,
)

__all__ = ["opened", "store"]  # fixtures


# ---- Back to the defaults


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


# ---- Locked


def test_what_the_organisation_has_set_is_locked_with_a_sign_and_words(opened: Open, tmp_path: Path):
    managed = Managed(values={"theme": "dark", "proxy": PROXY, "retry_cap_s": 30.0})
    store = SettingsStore(tmp_path / "s.toml", managed=managed)
    dialog = opened(store, Page.APPEARANCE)
    theme = control(dialog, "theme", QComboBox)
    assert not theme.isEnabled()
    assert theme.currentText() == "Dark"
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


# ---- Search and pages


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


# ---- Keyboard and room


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
    i18n.speak(lambda text, _: f"[{text}{' long' * (1 + len(text) // 12)}]")
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
        i18n.speak(None)


def test_the_edges_of_fields_are_seen_in_the_dark(opened: Open, store: SettingsStore, theme: Theme):
    theme.choose(ThemeChoice.DARK)
    dialog = opened(store, Page.REGISTRATION)
    field = control(dialog, "recheck_s").parentWidget()
    picture = field.grab().toImage()
    edge = max(picture.pixelColor(3, y).lightness() for y in range(8, 30))
    assert edge > 110
