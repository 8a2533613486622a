"""What a release says of itself: its notes, and what Windows shows of its files."""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import softphone
from softphone.system.folders import APP_ID

CHECKOUT = Path(__file__).parents[2]
VERSION_INFO = CHECKOUT / "packaging" / "windows" / "version_info.py"
CHANGELOG = """\
# Changelog

## [Unreleased]

- Not yet.

## [1.2.3] - 2026-12-01

### Fixed

- A ring.

## [1.2.30] - 2026-11-30

- Another.
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of version 1.2.3 with the script, which must not depend on where it is called."""
    (tmp_path / "packaging").mkdir()
    (tmp_path / "softphone").mkdir()
    shutil.copy(CHECKOUT / "packaging/release-notes", tmp_path / "packaging")
    (tmp_path / "packaging/CHANGELOG.md").write_text(CHANGELOG)
    (tmp_path / "softphone/__init__.py").write_text('__version__ = "1.2.3"\n')
    return tmp_path


def notes(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "packaging/release-notes", *arguments],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a script of bash")
class TestReleaseNotes:
    def test_they_are_what_the_changelog_says_of_the_version(self, checkout: Path):
        done = notes(checkout, "v1.2.3")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "### Fixed\n\n- A ring.\n"

    def test_the_last_section_ends_with_the_file(self, checkout: Path):
        (checkout / "softphone/__init__.py").write_text('__version__ = "1.2.30"\n')
        assert notes(checkout, "v1.2.30").stdout == "- Another.\n"

    @pytest.mark.parametrize("arguments", [(), ("1.2.3",), ("v1.2.4",), ("v1.2.30",)])
    def test_a_tag_that_is_not_the_version_has_none(self, checkout: Path, arguments: tuple[str, ...]):
        done = notes(checkout, *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert "the version is '1.2.3'" in done.stderr

    def test_a_version_of_which_nothing_is_said_has_none(self, checkout: Path):
        (checkout / "softphone/__init__.py").write_text('__version__ = "1.2.4"\n')
        done = notes(checkout, "v1.2.4")
        assert (done.returncode, done.stdout) == (1, "")
        assert "no section" in done.stderr

    def test_the_program_as_it_is_has_some(self):
        assert notes(CHECKOUT, f"v{softphone.__version__}").stdout.startswith("### ")


class Read:
    """Stands for each part of PyInstaller's form of a version resource: keeps what it was given."""

    def __init__(self, *values: Any, **named: Any) -> None:
        self.values, self.named = values, named


def read(text: str) -> Read:
    """Read a version resource as PyInstaller does."""
    parts = ("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "StringStruct")
    names = dict.fromkeys((*parts, "VarFileInfo", "VarStruct"), Read)
    resource = eval(text, names)  # noqa: S307 - what our own script has just written
    assert isinstance(resource, Read)
    return resource


def test_windows_shows_the_version_of_the_program(tmp_path: Path):
    file = tmp_path / "version_info.txt"
    subprocess.run([sys.executable, VERSION_INFO, file], check=True)
    resource = read(file.read_text(encoding="utf-8"))
    [table] = resource.named["kids"][0].values[0]
    said = dict(row.values for row in table.values[1])
    assert said["FileVersion"] == said["ProductVersion"] == softphone.__version__
    assert said["ProductName"] == "Softphone"


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("1.2.3", (1, 2, 3, 0)), ("1.2.3rc4", (1, 2, 3, 0)), ("0.10", (0, 10, 0, 0))],
)
def test_windows_gets_four_numbers(version: str, numbers: tuple[int, ...]):
    fixed = read(runpy.run_path(str(VERSION_INFO))["text_of"](version)).named["ffi"]
    assert fixed.named["filevers"] == fixed.named["prodvers"] == numbers


def test_the_recipes_name_the_program_alike():
    installer = (CHECKOUT / "packaging/windows/softphone.iss").read_text(encoding="utf-8")
    flatpak = (CHECKOUT / "packaging/flatpak/io.github.softphone.panel.yaml").read_text(encoding="utf-8")
    assert f"\nAppId={APP_ID}\n" in installer
    assert f'ValueName: "{APP_ID}"' in installer  # what softphone.system.launch writes
    assert f"\nid: {APP_ID}\n" in flatpak
    assert re.findall(r"(?<=path: )\S+\.desktop", flatpak) == [f"../linux/{APP_ID}.desktop"]
