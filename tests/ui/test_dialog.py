"""The dialog of Qt that stands in for a window."""

import signal
import sys

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from softphone.errors import ConfigError
from softphone.ui import early_dialog


class NoTerminal:
    def isatty(self) -> bool:
        return False


@pytest.mark.qt_log_ignore("does not support propagateSizeHints")
def test_d13_the_dialog_has_the_words_of_the_error_and_goes_on_when_it_is_closed(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "stderr", NoTerminal())
    monkeypatch.setattr(early_dialog, "is_seen", lambda: True)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    seen = []

    def close() -> None:
        [box] = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMessageBox)]
        seen.extend([box.text(), box.informativeText(), box.isVisible()])
        box.accept()

    QTimer.singleShot(0, close)
    early_dialog.show(ConfigError("<b>x.toml</b>: no.", title="The cloud file is damaged"))
    assert seen == ["The cloud file is damaged", "<b>x.toml</b>: no.", True]


@pytest.mark.parametrize(
    ("environment", "seen"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "minimal:x"}, False),
        ({}, False),
    ],
)
def test_d13_a_dialog_is_for_a_screen_that_somebody_sees(
    environment: dict[str, str], seen: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert early_dialog.is_seen() is seen
