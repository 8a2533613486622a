"""What mends the program is said in the words of how it was installed."""

import sys
from pathlib import Path

import pytest

from softphone.checks import doctor, remedies
from softphone.checks.remedies import Installed

LIBRARY = "libasound.so.2"


@pytest.fixture
def as_if(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Let the program seem to be installed in a way; `debian`: on such a system."""

    def seem(way: Installed, *, debian: bool = True) -> None:
        monkeypatch.delenv("FLATPAK_ID", raising=False)
        monkeypatch.setattr(remedies, "_ROOT", tmp_path)
        monkeypatch.setattr(remedies, "_DEBIAN", tmp_path if debian else tmp_path / "none")
        if way is Installed.CHECKOUT:
            (tmp_path / "packaging").mkdir()
            (tmp_path / "packaging/run").touch()
        prefix = "/home/ada/.local/pipx/venvs/softphone" if way is Installed.PIPX else "/home/ada/venv"
        monkeypatch.setattr(sys, "prefix", prefix)
        if way in (Installed.CHECKOUT, Installed.PIP, Installed.PIPX):
            return
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        places = {
            Installed.BUNDLE: "/home/ada/softphone/softphone",
            Installed.STORE: "/snap/softphone/softphone",
        }
        monkeypatch.setattr(sys, "executable", places.get(way, "/usr/lib/softphone/softphone"))
        if way is Installed.FLATPAK:
            monkeypatch.setenv("FLATPAK_ID", "io.github.softphone.panel")

    return seem


@pytest.mark.skipif(sys.platform == "win32", reason="its packages are found by other names")
@pytest.mark.parametrize("way", Installed)
def test_how_it_was_installed_is_seen(way: Installed, as_if):
    as_if(way, debian=way is not Installed.RPM)
    assert remedies.installed_as() is way


@pytest.mark.parametrize(
    ("way", "says"),
    [
        (Installed.CHECKOUT, "Run packaging/run, which installs what is missing."),
        (Installed.PIP, "pip install --force-reinstall 'softphone[window]'"),
        (Installed.PIPX, "pipx install --force 'softphone[window]'"),
        (Installed.DEB, "sudo apt install --reinstall softphone"),
        (Installed.RPM, "sudo dnf reinstall softphone"),
        (Installed.FLATPAK, "flatpak install --reinstall io.github.softphone.panel"),
        (Installed.BUNDLE, "Download it again"),
    ],
)
def test_what_is_damaged_is_installed_again_in_the_same_way(way: Installed, says: str, as_if):
    as_if(way, debian=way is not Installed.RPM)
    assert says in remedies.again()
    assert ("packaging/run" in remedies.again()) == (way is Installed.CHECKOUT)
    assert says in remedies.library("libQt6Quick.so.6")  # which comes with the program


def test_a_library_of_the_system_is_named_as_the_system_calls_it(as_if):
    as_if(Installed.PIP)
    assert remedies.library(LIBRARY) == (
        "Install it: sudo apt install libasound2t64 (on older systems libasound2)."
    )
    assert remedies.library("libEGL.so.1") == "Install it: sudo apt install libegl1."


@pytest.mark.parametrize(
    ("way", "debian", "says"),
    [
        (Installed.PIP, False, "Install libasound2t64 or libasound2 (its name on Debian and Ubuntu)."),
        (Installed.DEB, True, "Install what belongs to it: sudo apt install --fix-broken."),
        (Installed.FLATPAK, True, "Bring it up to date: flatpak update."),
    ],
)
def test_elsewhere_a_library_comes_in_another_way(way: Installed, debian: bool, says: str, as_if):
    as_if(way, debian=debian)
    assert remedies.library(LIBRARY) == says


def test_another_python_and_another_pyside_come_as_the_program_did(as_if, monkeypatch: pytest.MonkeyPatch):
    as_if(Installed.PIPX)
    monkeypatch.setattr(doctor, "pyside_version", lambda: "6.12.0")
    remedy = doctor.python_and_pyside((3, 11, 4)).remedy
    assert remedy.endswith("pipx runpip softphone install 'PySide6<6.12'.")
    assert "pipx reinstall softphone --python" in doctor.python_and_pyside((3, 10, 1)).remedy
    as_if(Installed.PIP)
    assert doctor.python_and_pyside((3, 16, 0)).remedy == (
        "Use Python 3.11 to 3.14, or the package, which has Python inside."
    )
