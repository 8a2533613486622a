"""What mends this program, in the words of how it was installed: pip, a package, a bundle, a checkout."""

import os
import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from softphone.checks.missing_library import debian_package, packages_in_words
from softphone.checks.update_source import is_left_to_itself
from softphone.system import launch

_ROOT = Path(__file__).resolve().parents[2]
_DEBIAN = Path("/etc/debian_version")


class Installed(Enum):
    """How the program came here."""

    CHECKOUT = "checkout"  # with the scripts in packaging
    PIP = "pip"  # into a Python of this computer, by pip
    PIPX = "pipx"  # into one of its own, by pipx
    DEB = "deb"  # by apt
    RPM = "rpm"
    FLATPAK = "flatpak"
    STORE = "store"  # some other program that brings programs: Snap, Nix, Chocolatey, an MSIX package
    BUNDLE = "bundle"  # unpacked by a person: AppImage, folder, disk image, Windows installer


_WHEEL = "'softphone[window]' (or the wheel file, with [window] after its name)"
AGAIN: Mapping[Installed, str] = {
    Installed.CHECKOUT: "Run packaging/run, which installs what is missing.",
    Installed.PIP: f"Install the window again: pip install --force-reinstall {_WHEEL}.",
    Installed.PIPX: f"Install the window again: pipx install --force {_WHEEL}.",
    Installed.DEB: "Install it again: sudo apt install --reinstall softphone.",
    Installed.RPM: "Install it again: sudo dnf reinstall softphone.",
    Installed.FLATPAK: "Install it again: flatpak install --reinstall io.github.softphone.panel.",
    Installed.STORE: "Install it again with what installed it.",
    Installed.BUNDLE: "Download it again and put it in the place of this one.",
}
WITH_WINDOW: Mapping[Installed, str] = {
    **AGAIN,
    Installed.PIP: f"Install it: pip install {_WHEEL}.",
    Installed.PIPX: f"Install it: pipx install --force {_WHEEL}.",
}
PYTHON: Mapping[Installed, str] = {
    Installed.CHECKOUT: "Use Python {versions}: remove .venv and run packaging/run with it.",
    Installed.PIPX: "Use Python {versions}: pipx reinstall softphone --python python3.12.",
}
PYSIDE: Mapping[Installed, str] = {
    Installed.CHECKOUT: "Run packaging/run, which installs the right one.",
    Installed.PIP: "Install another: pip install '{wanted}'.",
    Installed.PIPX: "Install another: pipx runpip softphone install '{wanted}'.",
}


def installed_as() -> Installed:
    """Return how the program that runs was installed."""
    if not launch.is_bundle():
        if (_ROOT / "packaging/run").exists():
            return Installed.CHECKOUT
        return Installed.PIPX if "pipx" in Path(sys.prefix).parts else Installed.PIP
    if "FLATPAK_ID" in os.environ:
        return Installed.FLATPAK
    executable = os.path.realpath(sys.executable)
    if is_left_to_itself(executable, frozen=True, platform=sys.platform):
        return Installed.BUNDLE
    if not executable.startswith("/usr/"):
        return Installed.STORE
    return Installed.DEB if _DEBIAN.exists() else Installed.RPM


def again() -> str:
    """Return how what is damaged or missing of the program itself is brought back."""
    return AGAIN[installed_as()]


def with_window() -> str:
    """Return how a program without a window gets one."""
    return WITH_WINDOW[installed_as()]


def another_python(versions: str) -> str:
    """Return how the program gets one of these Pythons."""
    return PYTHON.get(
        installed_as(), "Use Python {versions}, or the package, which has Python inside."
    ).format(versions=versions)


def another_pyside(wanted: str) -> str:
    """Return how the program gets a PySide6 that fits, as pip writes it: `PySide6<6.12`."""
    known = PYSIDE.get(installed_as())
    return again() if known is None else known.format(wanted=wanted)


def library(name: str) -> str:
    """Return what brings a shared library that is missing."""
    package = debian_package(name)
    if package is None:
        return again()
    installed = installed_as()
    if installed is Installed.FLATPAK:
        return "Bring it up to date: flatpak update."
    if not _DEBIAN.exists():
        return f"Install {packages_in_words(package)} (its name on Debian and Ubuntu)."
    newest, _, older = package.partition(" | ")
    if installed is Installed.DEB:
        return "Install what belongs to it: sudo apt install --fix-broken."
    return f"Install it: sudo apt install {newest}{f' (on older systems {older})' if older else ''}."
