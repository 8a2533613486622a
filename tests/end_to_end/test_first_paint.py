"""The first picture: what may be loaded before it is on the screen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.program import NEEDS_DISPLAY

pytestmark = [pytest.mark.slow, NEEDS_DISPLAY]

# Runs `softphone` and ends it with its first picture.
UNTIL_PAINTED = """
import os, sys
from softphone import cli
from softphone.ui import opening
show = opening.show
def shown(app, opened):
    show(app, opened)
    import PySide6.QtCore
    made = [f"PySide6.QtCore.{name}" for name in ("Qt",) if name in vars(PySide6.QtCore)]
    print(opened.window.is_painted, *sys.modules, *made, flush=True)
    os._exit(0)
opening.show = shown
cli.main()
"""

# Whoever adds one makes everybody's start slower. What is not shown by then is loaded behind the picture.
OURS = {
    "softphone": "cli errors exit_codes i18n",
    "softphone.commands": "options parser program window",
    "softphone.line": "device failure",
    "softphone.system": "collector files folders hardening launch streams",
    "softphone.headless": "instance",
    "softphone.ui": "early_dialog language opening placement",
    "softphone.ui.kit": "theme",
    "softphone.ui.window": "main_window",
}
MAY_BE_LOADED = {f"{room}.{name}" for room, names in OURS.items() for name in names.split()} | OURS.keys()
# `Qt` stands for its names: Python makes all of them at once, which takes as long as an eighth of the start.
TOO_EARLY = {
    "asyncio",
    "qasync",
    "httpx",
    "ssl",
    "keyring",
    "sqlite3",
    "msgspec",
    "json",
    "PySide6.QtCore.Qt",
}


def test_the_window_is_on_the_screen_before_anything_heavy_is_imported(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", UNTIL_PAINTED],
        env={**os.environ, "SOFTPHONE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    painted, *loaded = done.stdout.split()
    assert painted == "True"
    assert {name for name in loaded if name.partition(".")[0] == "softphone"} == MAY_BE_LOADED
    assert TOO_EARLY.intersection(loaded) == set()
