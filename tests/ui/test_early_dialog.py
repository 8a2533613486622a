"""What a person sees who started the program from an icon and gets no window."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from softphone import cli
from softphone.commands import window
from softphone.errors import ConfigError
from softphone.ui import early_dialog
from tests.kit.program import DEADLINE_S

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="screens of Linux")

NO_SCREEN = ":nowhere"
MISSING_EGL = """
import sys
class Missing:
    def find_spec(self, name, path, target=None):
        if name == "PySide6.QtWidgets":
            raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
sys.meta_path.insert(0, Missing())
"""


def started_from_an_icon(folder: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """Return the exit code, what was said on stderr, and the words in the desktop's own dialog."""
    shown = folder / "shown"
    tool = folder / "zenity"
    tool.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >"{shown}"\n')
    tool.chmod(0o755)
    base = {
        name: value
        for name, value in os.environ.items()
        if name not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")
    }
    base |= {"DISPLAY": NO_SCREEN, "PATH": f"{folder}:{base['PATH']}", "SOFTPHONE_HOME": str(folder / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "softphone", *arguments],
        env=base | environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    words = shown.read_text().replace("\n", " ") if shown.exists() else ""
    return done.returncode, done.stderr, words


@pytest.mark.slow
def test_d13_a_screen_that_is_not_there_is_said_twice_and_nothing_aborts(tmp_path: Path) -> None:
    code, said, shown = started_from_an_icon(tmp_path, "--demo")
    assert code == 1
    assert f"No window can open on DISPLAY={NO_SCREEN}: Qt cannot reach it." in said
    assert f"No window can open on DISPLAY={NO_SCREEN}: Qt cannot reach it." in shown


@pytest.mark.slow
def test_d13_a_missing_library_is_named_with_its_package(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(MISSING_EGL)
    path = os.pathsep.join([str(tmp_path), str(Path.cwd())])
    code, said, shown = started_from_an_icon(tmp_path, PYTHONPATH=path)
    assert code == 1
    for words in (said, shown):
        assert "the library libEGL.so.1 is missing. Install" in words
        assert "libegl1" in words


@pytest.mark.slow
@pytest.mark.parametrize("command", ["watch", "doctor"])
def test_d13_a_command_without_a_window_opens_no_dialog(command: str, tmp_path: Path) -> None:
    code, said, shown = started_from_an_icon(tmp_path, command, "--cloud", "none.toml")
    assert (code, shown) == (2, "")
    assert "none.toml" in said


def test_d13_a_fault_of_ours_is_said_in_plain_words_and_its_trace_goes_to_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_: object) -> int:
        raise ZeroDivisionError

    shown: list[str] = []
    traced: list[type[BaseException]] = []
    monkeypatch.setattr(window, "run", fails)
    monkeypatch.setattr(early_dialog, "show", lambda error: shown.append(error.title))
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: traced.append(kind))
    assert cli.main([]) == 1
    assert (shown, traced) == (["The program has stopped"], [ZeroDivisionError])
    assert capsys.readouterr().err.startswith("softphone: This is a fault in the program, not yours.")


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
