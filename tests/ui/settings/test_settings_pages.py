"""The settings dialog: keyboard, room and what is left of it when it is closed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QLabel, QWidget

from softphone import i18n
from softphone.settings.policy_file import Managed
from softphone.settings.store import SettingsStore
from softphone.wording.settings_words import Tab
from tests.kit.certificates import certificate
from tests.ui.conftest import check_nothing_is_clipped, settle
from tests.ui.settings.test_settings_dialog import PROXY, Open, opened, store

__all__ = ["opened", "store"]  # fixtures


def test_a_dialog_that_is_closed_hears_no_more(opened: Open, store: SettingsStore):
    dialog = opened(store)
    dialog.close()
    store.change(theme="dark")
    assert store._listeners == []


def test_it_opens_at_its_size_with_the_keyboard_at_close(opened: Open, store: SettingsStore):
    dialog = opened(store)
    assert (dialog.width(), dialog.height()) == (700, 560)
    focused = dialog.focusWidget()
    assert focused is not None
    assert focused.objectName() == "settingsClose"


@pytest.mark.parametrize("tab", Tab)
def test_tab_reaches_everything_from_the_top_to_the_bottom(opened: Open, store: SettingsStore, tab: Tab):
    store.change(proxy=PROXY)
    dialog = opened(store, tab)
    seen: list[QWidget] = []
    while True:
        focused = dialog.focusWidget()
        assert focused is not None
        if focused in seen:
            break
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        settle()
        assert len(seen) < 50
    reachable = {
        each.objectName()
        for each in dialog.findChildren(QWidget)
        if each.objectName().endswith(("Setting", "Address", "Close", "Import", "Export"))
        and each.isVisible()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(each.parentWidget(), QDoubleSpinBox | QComboBox)
    }
    assert reachable <= {each.objectName() for each in seen}
    inside = seen[seen.index(next(each for each in seen if each.objectName().endswith("Setting"))) :]
    tops = [
        each.mapTo(dialog, QPoint(0, each.height())).y() for each in inside if "Setting" in each.objectName()
    ]
    assert tops == sorted(tops)


@pytest.mark.parametrize("size", [(420, 320), (640, 400), (700, 560)])
@pytest.mark.parametrize("tab", Tab)
def test_nothing_is_clipped(opened: Open, tmp_path: Path, tab: Tab, size: tuple[int, int]):
    _, ca_file = certificate(tmp_path)
    store = SettingsStore(tmp_path / "s.toml", managed=Managed(values={"theme": "dark", "proxy": PROXY}))
    store.change(history_days=14, extra_ca_file=str(ca_file))
    dialog = opened(store, tab, size=size)
    assert (dialog.width(), dialog.height()) == size
    check_nothing_is_clipped(dialog)


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_nothing_is_clipped_when_words_are_longer_or_run_the_other_way(
    opened: Open, store: SettingsStore, direction: Qt.LayoutDirection, qapp: QApplication
):
    i18n.speak(lambda text, _: f"[{text}{' long' * (1 + len(text) // 12)}]")
    qapp.setLayoutDirection(direction)
    try:
        for tab in Tab:
            dialog = opened(store, tab, size=(420, 320))
            check_nothing_is_clipped(dialog)
            shown = [each.text() for each in dialog.findChildren(QLabel) if each.isVisible() and each.text()]
            assert [text for text in shown if not text.startswith("[")] == []
            dialog.close()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        i18n.speak(None)
