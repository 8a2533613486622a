"""Builds what is given away, without asking the network; for the tests of all kinds of it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
LIMIT_S = 120


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run something to its end, without this checkout on Python's path."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def build(kind: str, *, source: Path, folder: Path) -> Path:
    """Return the `wheel` or `sdist` of a source tree, built into a folder without a warning."""
    command = (sys.executable, "-W", "error", "-m", "hatchling", "build", "-t", kind, "-d", folder)
    done = run(*command, cwd=source)
    assert done.returncode == 0, done.stderr
    assert "warning" not in (done.stdout + done.stderr).casefold()
    [built] = folder.iterdir()
    return built


def files_in(wheel: Path) -> list[str]:
    """Return the names of all files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return sorted(archive.namelist())
