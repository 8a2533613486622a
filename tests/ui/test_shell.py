"""What the shell does where it depends on how the program was installed."""

import base64
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from softphone.app import Program
from softphone.checks import capsule
from softphone.checks.capsule import Manifest
from softphone.settings.cloud_file import Cloud
from softphone.system.folders import Folders
from softphone.ui import shell, start
from softphone.ui.commands import Command
from softphone.ui.kit.theme import Theme
from softphone.values import replace
from tests.ui.conftest import find
from tests.ui.real_window import cloud_of, opened


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
    assert shell.start_beside("--demo")
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
    assert not shell.start_beside("--demo")


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


async def test_a_bundle_that_is_replaced_or_removed_while_it_runs_says_so(
    theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "program"
    program.write_text("this version")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme, demo="calm") as seat:
            (tmp_path / "next").write_text("the next version")
            (tmp_path / "next").rename(program)  # as a package manager does it
            await seat.until("the update", lambda: "updated while it ran" in " ".join(seat.texts()))
            assert "Restart this app" in seat.texts()
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme, demo="calm") as seat:
            program.unlink()
            await seat.until("the removal", lambda: "was removed from" in " ".join(seat.texts()))
            assert "Restart this app" not in seat.texts()


def test_a_bundle_loads_all_that_a_person_may_come_to_use_but_not_the_web_engine():
    found = set(start._all_of_ours())
    assert {"softphone.checks.drills", "softphone.ui.help.guide_dialog", "softphone.ui.tools"} <= found
    assert not [name for name in found if "sign_in." in name and name.startswith("softphone.ui.")]


async def test_a_recording_is_read_first_and_then_opened_by_a_program_of_its_own(
    theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(shell, "start_beside", lambda *words: bool(started.append(words)) or True)
    (tmp_path / "no.zip").write_bytes(b"PK and no more")
    (tmp_path / "it.zip").write_bytes(capsule.pack({}, Manifest(created=datetime.now(UTC))))
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme) as seat:
            for name in ("no.zip", "it.zip"):
                seat.command(Command.OPEN_DIAGNOSTICS)
                dialog: QFileDialog = find(seat.window, "openDiagnosticsDialog", QFileDialog)
                dialog.fileSelected.emit(str(tmp_path / name))
                dialog.close()
                if name == "no.zip":
                    await seat.until("the error", lambda: "no zip file" in " ".join(seat.texts()))
                    assert "This file cannot be opened" in seat.texts()
                    assert started == []
            await seat.until("the recording", lambda: started)
    assert started == [("open", str(tmp_path / "it.zip"))]
