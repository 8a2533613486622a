"""'Try the demo' of the welcome page opens the demo, whatever this program is."""

import base64
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from softphone.app import Program
from softphone.settings.cloud_file import Cloud
from softphone.system.folders import Folders
from softphone.ui import shell
from softphone.values import replace


def test_d15_the_demo_of_a_frozen_program_is_that_program_with_demo(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    started = tmp_path / "started"
    bundle = tmp_path / "soft phone"
    bundle.write_text(
        f'#!/bin/sh\necho "$@" "$PYINSTALLER_RESET_ENVIRONMENT" >"{started}.new"\n'
        f'mv "{started}.new" "{started}"\n'
    )
    bundle.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(bundle))
    assert shell.start_demo()
    until_s = time.monotonic() + 20
    while not started.exists():
        assert time.monotonic() < until_s
        time.sleep(0.01)
    assert started.read_text() == "--demo 1\n"


@pytest.mark.parametrize("name", ["gone", "no-program"])
def test_d15_a_demo_that_cannot_be_started_is_no_success(
    name: str, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "no-program").write_text("text")
    monkeypatch.setattr(sys, "executable", str(tmp_path / name))
    assert not shell.start_demo()


def test_a_demo_looks_for_no_updates_where_the_program_itself_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    key = base64.b64encode(bytes(32)).decode()
    (tmp_path / "updates.toml").write_text(
        f'url = "https://updates.example.com/list.json"\npublic_key = "{key}"\n'
    )
    monkeypatch.setattr(shell, "resource", lambda name: tmp_path / name)
    program = Program(cloud=Cloud(), folders=Folders(config=tmp_path, state=tmp_path))
    demo = replace(program, demo="calm")
    assert shell._way_to_updates(program) is None  # a checkout
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "softphone"))
    assert shell._way_to_updates(program) is not None
    assert shell._way_to_updates(demo) is None
