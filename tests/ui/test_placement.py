"""Every window fits the screens that are there now, and the main window is where it was (row D9)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from softphone.ui.placement import Placement

Screens = list[tuple[int, int, int, int]]


def on(screens: Screens, scale: str, file: Path) -> dict[str, Any]:
    """What `on_screens` sees on screens of these places and sizes, in pixels."""
    names = ("x", "y", "width", "height")
    made = [{"name": f"S{n}"} | dict(zip(names, screen, strict=True)) for n, screen in enumerate(screens)]
    configuration = file.with_name("screens.json")
    configuration.write_text(json.dumps({"screens": made}))
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.gallery.on_screens", str(file)],
        env=os.environ
        | {"QT_QPA_PLATFORM": f"offscreen:configfile={configuration}", "QT_SCALE_FACTOR": scale},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "scale"),
    [
        ((1366, 768), "2"),
        ((1280, 800), "1.5"),
        ((640, 480), "1"),
        ((800, 600), "2"),  # smaller than the window's own least size
        ((1024, 600), "1.25"),
        ((720, 1600), "2"),  # a phone's, upright
    ],
)
def test_d9_the_window_and_every_dialog_fit_the_screen(tmp_path: Path, size: tuple[int, int], scale: str):
    found = on([(0, 0, *size)], scale, tmp_path / "it.window")
    assert found["outside"] == []
    assert found["room"][2] == round(size[0] / float(scale))


@pytest.mark.slow
def test_d9_size_and_place_are_remembered_and_checked_against_the_screens_that_are_there(tmp_path: Path):
    file = tmp_path / "it.window"
    two: Screens = [(0, 0, 1920, 1080), (1920, 0, 1280, 1024)]
    left_at = on(two, "1", file)["left at"]
    assert left_at[0] >= 1920
    assert on(two, "1", file)["window"] == left_at
    unplugged = on(two[:1], "1", file)
    assert unplugged["outside"] == []
    assert unplugged["window"][2:] == left_at[2:]
    assert on([(0, 0, 640, 480)], "1", file)["outside"] == []


@pytest.mark.parametrize("content", [None, "", "no base64 at all", "AAAA", "x" * 2_000_000])
async def test_d9_a_file_that_is_not_ours_is_no_place(
    open_window, panel, tmp_path: Path, content: str | None
):
    file = tmp_path / "it.window"
    if content is not None:
        file.write_text(content)
    window = open_window(panel)
    placement = Placement(window, file)
    assert window.screen().availableGeometry().contains(window.geometry())
    await placement.remember()
    assert file.read_text() not in {content, ""}


async def test_d9_a_place_that_cannot_be_kept_costs_nothing(open_window, panel, tmp_path: Path):
    (tmp_path / "a file").touch()
    for file in (None, tmp_path / "a file" / "it.window"):
        await Placement(open_window(panel), file).remember()
