"""The tip after the first registration: two choices, kept at once, reached by the keyboard, said once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from softphone.errors import ConfigError
from softphone.settings.policy_file import Managed
from softphone.settings.store import SettingsStore
from softphone.ui.kit.button import Button
from softphone.ui.outlined import Tick
from softphone.ui.window.first_run_tip import FirstRunTip, TipOnce
from tests.ui.conftest import find

Open = Callable[[SettingsStore], FirstRunTip]


@pytest.fixture
def open_tip(theme, qtbot) -> Open:
    def show(store: SettingsStore) -> FirstRunTip:
        tip = FirstRunTip(store)
        qtbot.addWidget(tip)
        tip.show()
        tip.activateWindow()
        qtbot.waitUntil(tip.isActiveWindow)
        return tip

    return show


def test_the_keyboard_chooses_and_puts_it_away(open_tip: Open, tmp_path: Path):
    store = SettingsStore(tmp_path / "settings.toml")
    tip = open_tip(store)
    dismissed: list[bool] = []
    tip.dismissed.connect(lambda: dismissed.append(True))
    find(tip, "start_at_loginTick", Tick).setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(tip.focusWidget(), Qt.Key.Key_Space)
    assert store.settings.start_at_login
    QTest.keyClick(tip.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(tip.focusWidget(), Qt.Key.Key_Space)
    assert not store.settings.notifications
    QTest.keyClick(tip.focusWidget(), Qt.Key.Key_Tab)
    assert tip.focusWidget().objectName() == "firstRunTipDismiss"
    QTest.keyClick(tip.focusWidget(), Qt.Key.Key_Return)
    assert dismissed == [True]


def test_the_box_that_has_the_keyboard_shows_it(open_tip: Open, tmp_path: Path):
    tip = open_tip(SettingsStore(tmp_path / "settings.toml"))
    find(tip, "firstRunTipDismiss", Button).setFocus()
    without = tip.grab().toImage()
    find(tip, "start_at_loginTick", Tick).setFocus(Qt.FocusReason.TabFocusReason)
    ring = find(tip, "start_at_loginTick", Tick).parentWidget()
    assert isinstance(ring, QWidget)
    assert tip.grab(ring.geometry()).toImage() != without.copy(ring.geometry())


def test_every_control_has_a_name_and_is_large_enough(open_tip: Open, tmp_path: Path):
    tip = open_tip(SettingsStore(tmp_path / "settings.toml"))
    for control in [*tip.findChildren(Tick), *tip.findChildren(Button)]:
        assert control.accessibleName() or control.text()
        assert min(control.width(), control.height()) >= 24


def test_what_the_organisation_has_set_is_shown_and_cannot_be_changed(open_tip: Open, tmp_path: Path):
    tip = open_tip(SettingsStore(tmp_path / "s.toml", managed=Managed(values={"start_at_login": True})))
    tick = find(tip, "start_at_loginTick", Tick)
    assert tick.isChecked()
    assert not tick.isEnabled()


def test_a_choice_that_cannot_be_kept_is_taken_back_and_said_once(
    open_tip: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(**_: object) -> None:
        raise ConfigError("The file cannot be written.")

    store = SettingsStore(tmp_path / "settings.toml")
    tip = open_tip(store)
    failed: list[ConfigError] = []
    tip.failed.connect(failed.append)
    monkeypatch.setattr(store, "change", refuse)
    tick = find(tip, "start_at_loginTick", Tick)
    tick.click()
    assert not tick.isChecked()
    assert len(failed) == 1


def test_it_is_remembered_that_it_was_put_away(tmp_path: Path):
    file = tmp_path / "profiles" / "default" / "tip-seen"
    assert TipOnce(file).is_due
    TipOnce(file).seen()
    assert not TipOnce(file).is_due
    TipOnce(file / "below-a-file").seen()  # a folder that cannot be written
