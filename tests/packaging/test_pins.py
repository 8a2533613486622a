"""packaging/requirements: exact, with hashes, without addresses, and what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[2]
REQUIREMENTS = CHECKOUT / "packaging" / "requirements"
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = ("linux", "win32", "darwin")
# What markers may ask about each; the rest is of the Python that runs the tests.
KINDS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "win32": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}


def pins_of(name: str) -> dict[str, list[str]]:
    """Return the lines of a file without comments: each requirement with its hashes."""
    text = re.sub(r"^\s*#.*\n", "", (REQUIREMENTS / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    rows = text.replace("\\\n", " ").splitlines()
    return {row.partition(" --hash=")[0].strip(): re.findall(r"--hash=(\S+)", row) for row in rows if row}


def asked_for(extra: str) -> list[Requirement]:
    """Return what an extra of the project needs, and the project itself."""
    own = map(Requirement, PROJECT["optional-dependencies"][extra])
    return [one for one in [*map(Requirement, PROJECT["dependencies"]), *own] if one.name != "softphone"]


def chosen(name: str, python: str, system: str) -> dict[str, str]:
    """Return the versions that a file gives one Python on one system."""
    place = {"python_version": python, "python_full_version": f"{python}.1", **KINDS[system]}
    found: dict[str, str] = {}
    for pin in map(Requirement, pins_of(name)):
        if pin.marker is None or pin.marker.evaluate(place):
            assert found.setdefault(canonicalize_name(pin.name), str(pin.specifier)) == str(pin.specifier)
    return {one: version.removeprefix("==") for one, version in found.items()}


@pytest.mark.parametrize("name", [file.name for file in REQUIREMENTS.glob("*.txt")])
def test_every_pin_is_one_version_with_hashes_and_there_is_no_address(name: str):
    assert "://" not in (REQUIREMENTS / name).read_text(encoding="utf-8")
    pins = pins_of(name)
    assert pins
    for pin, hashes in pins.items():
        assert re.fullmatch(r"[\w.-]+==[\w.+!]+( ; .+)?", pin)
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    ("name", "extra"), [("run.txt", "window"), ("package.txt", "package"), ("test.txt", "dev")]
)
def test_the_pins_are_what_the_project_asks_for(name: str, extra: str, system: str, python: str):
    pins = chosen(name, python, system)
    place = {"python_version": python, "python_full_version": f"{python}.1", **KINDS[system]}
    for one in asked_for(extra):
        if one.marker is None or one.marker.evaluate(place):
            assert pins[canonicalize_name(one.name)] in one.specifier, "packaging/pin was not run"


def test_every_tool_of_a_release_is_pinned():
    text = (REQUIREMENTS / "release.in").read_text(encoding="utf-8")
    tools = {line for line in text.splitlines() if not line.startswith("#")}
    assert tools <= chosen("release.txt", "3.13", "linux").keys()


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_packages_are_made_of_what_a_person_runs_and_tests_run_with_it(system: str, python: str):
    assert chosen("run.txt", python, system).items() <= chosen("package.txt", python, system).items()
    assert chosen("run.txt", python, system).items() <= chosen("test.txt", python, system).items()


def test_python_3_11_has_the_older_qt():
    assert chosen("run.txt", "3.11", "linux")["pyside6"].startswith("6.11.")
