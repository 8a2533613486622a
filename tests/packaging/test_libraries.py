"""packaging/debian-packages against what the installed wheels need: the next missing library shows here."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import PySide6
import pytest

from softphone.checks.missing_library import debian_package
from tests.packaging.elf import needed_libraries

CHECKOUT = Path(__file__).parents[2]
QT = Path(PySide6.__file__).parent
SITE_PACKAGES = QT.parent

# Parts of Qt that are loaded by need: what a desktop has or the program asks for. The others (databases,
# printers, GTK's own look) are left out by Qt where their library is missing, and nothing is missed.
PLUGINS = (
    "iconengines/*",
    "imageformats/*",
    "networkinformation/*",
    "platforminputcontexts/*",
    "platforms/libqoffscreen.so",
    "platforms/libqwayland*.so",
    "platforms/libqxcb.so",
    "tls/*",
    "wayland-decoration-client/*",
    "wayland-graphics-integration-client/*",
    "wayland-shell-integration/*",
    "xcbglintegrations/*",
)
WITHOUT_LIBRARIES = {"ca-certificates"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the list is of Debian packages")


def listed() -> list[str]:
    """Return the lines of [run] in packaging/debian-packages."""
    text = (CHECKOUT / "packaging/debian-packages").read_text()
    section = text.partition("[run]\n")[2].partition("[")[0]
    return [line for line in section.splitlines() if line and not line.startswith("#")]


def files_that_the_program_loads() -> list[Path]:
    """Return the modules of PySide6 that the source imports, Qt's plugins, and what other wheels bring."""
    source = "".join(file.read_text() for file in (CHECKOUT / "softphone").rglob("*.py"))
    modules = set(re.findall(r"from PySide6\.(\w+) import", source))
    found = [file for module in modules for file in QT.glob(f"{module}.*.so")]
    found += [file for pattern in PLUGINS for file in (QT / "Qt/plugins").glob(pattern)]
    found += [QT / "Qt/libexec/QtWebEngineProcess"]
    found += [
        file for file in SITE_PACKAGES.rglob("*.so*") if file.relative_to(SITE_PACKAGES).parts[0] != "PySide6"
    ]
    return found


def needs_from_outside(files: Iterable[Path]) -> set[str]:
    """Follow what `files` need through the wheels; return what none of them brings."""
    own = {file.name: file for file in [*QT.glob("*.so*"), *(QT / "Qt/lib").iterdir()]}
    own |= {file.name: file for file in SITE_PACKAGES.glob("*/*.so*")}
    known: set[str] = set()
    ahead, outside = list(files), set()
    while ahead:
        for library in needed_libraries(ahead.pop()) - known:
            known.add(library)
            if library in own:
                ahead.append(own[library])
            else:
                outside.add(library)
    return outside


@pytest.fixture(scope="module")
def needs() -> set[str]:
    return {
        library
        for library in needs_from_outside(files_that_the_program_loads())
        if not of_the_c_library(library)
    }


def of_the_c_library(library: str) -> bool:
    """Whether every Debian system has it: libc6 and libgcc-s1."""
    return bool(re.match(r"(ld-linux|lib(c|dl|gcc_s|m|pthread|resolv|rt|util)\.so)", library))


def unlisted(needs: Iterable[str], lines: list[str]) -> dict[str, str | None]:
    """Return the libraries whose package is in no line, each with that package."""
    return {library: debian_package(library) for library in needs if debian_package(library) not in lines}


def test_d2_every_library_that_the_wheels_need_has_its_package_in_the_list(needs: set[str]) -> None:
    assert unlisted(needs, listed()) == {}


def test_every_package_in_the_list_brings_a_library_that_the_wheels_need(needs: set[str]) -> None:
    assert set(listed()) - {debian_package(library) for library in needs} == WITHOUT_LIBRARIES


@pytest.mark.parametrize(
    ("package", "library"),
    [
        ("libxfixes3", "libXfixes.so.3"),
        ("libasound2t64 | libasound2", "libasound.so.2"),
        ("libxcb-image0", "libxcb-image.so.0"),
    ],
)
def test_d2_a_package_that_is_not_listed_is_named_with_its_library(
    package: str, library: str, needs: set[str]
) -> None:
    lines = [line for line in listed() if line != package]
    assert unlisted(needs, lines) == {library: package}


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="asks Debian's own list of files")
def test_d2_this_release_has_each_library_in_a_package_of_one_of_its_names(needs: set[str]) -> None:
    cache = output_of("/sbin/ldconfig", "-p")
    paths = [path for name, path in re.findall(r"^\t(\S+) .* => (\S+)$", cache, re.M) if name in needs]
    places = [prefix + path.removeprefix("/usr") for path in paths for prefix in ("", "/usr")]
    owners: dict[str, set[str]] = {}
    for line in output_of("dpkg-query", "--search", *places).splitlines():
        packages, _, path = line.partition(": ")
        owners.setdefault(Path(path).name, set()).update(re.findall(r"([^\s,:]+)(?::\w+)?", packages))
    strangers = {
        library: owners.get(library)
        for library in needs
        if not owners.get(library, set()) & set((debian_package(library) or "").split(" | "))
    }
    assert strangers == {}


def output_of(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
