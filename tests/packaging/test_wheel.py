"""The wheel, in an empty environment outside the checkout: what it brings, and that nothing else is needed.

The environment has the wheel and what it says that it needs, by links to what the tests themselves run on: no
network is asked.
"""

import importlib.metadata
import json
import os
import sys
import venv
import zipfile
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import softphone
from softphone.exit_codes import EXIT_TROUBLE
from softphone.sim.server import CloudServer
from tests.kit.program import NEEDS_DISPLAY
from tests.packaging.building import CHECKOUT, build, files_in, run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", source=CHECKOUT, folder=tmp_path_factory.mktemp("wheel"))


def about(wheel: Path) -> Message:
    """Return what the wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        [place] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return BytesParser().parsebytes(archive.read(place))


def needed(requirements: Iterable[str], extras: AbstractSet[str] = frozenset()) -> Iterator[str]:
    """Yield the names of what requirements bring along on this computer, their own too."""
    for one in map(Requirement, requirements):
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            yield canonicalize_name(one.name)
            yield from needed(importlib.metadata.requires(one.name) or (), one.extras)


def link(folder: Path, *names: str) -> None:
    """Put what installed distributions consist of into a folder of packages."""
    folder.mkdir(exist_ok=True)
    for name in names:
        distribution = importlib.metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or () if file.parts[0] not in {"..", "."}}:
            if top != "__pycache__" and not (folder / top).exists():
                (folder / top).symlink_to(str(distribution.locate_file(top)))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "environment"
    venv.create(folder, with_pip=False, symlinks=True)
    install = ("-m", "pip", "--python", folder, "install", "--no-deps", "--no-index", "--no-compile", wheel)
    done = run(sys.executable, *install, cwd=folder)
    assert done.returncode == 0, done.stderr
    [packages] = folder.glob("lib/python*/site-packages")
    link(packages, *needed(about(wheel).get_all("Requires-Dist", ())))
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir(mode=0o700)
    return tmp_path / "home"


def test_the_wheel_says_what_it_is_and_needs_qt_only_for_the_window(wheel: Path):
    files = files_in(wheel)
    with zipfile.ZipFile(wheel) as archive:
        [commands] = [name for name in files if name.endswith(".dist-info/entry_points.txt")]
        entries = archive.read(commands).decode()
    metadata = about(wheel)
    assert metadata["Version"] == softphone.__version__
    assert metadata["Author"]
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Description-Content-Type"] == "text/markdown"
    requirements = [Requirement(text) for text in metadata.get_all("Requires-Dist", ())]
    core = {one.name for one in requirements if "extra ==" not in str(one.marker)}
    assert {"httpx", "keyring"} <= core
    assert not {"PySide6", "qasync"} & core
    assert "[gui_scripts]" in entries
    for file in ("theme.qss", "docs/index.md", "monitoring/alerts.yml"):
        assert f"softphone/resources/{file}" in files
    assert "softphone/py.typed" in files
    assert {name.split("/")[0] for name in files} == {"softphone", commands.split("/")[0]}
    assert not [name for name in files if "screenshots" in name or "__pycache__" in name]


def test_without_the_window_a_line_registers_and_says_so(environment: Path, home: Path):
    program = environment / "bin/softphone"
    done = run(program, "--version", cwd=home, SOFTPHONE_HOME=str(home))
    assert (done.stdout, done.stderr) == (f"softphone {softphone.__version__}\n", "")
    done = run(program, "watch", "--demo", "--json", "--until", "registered", cwd=home)
    assert done.returncode == 0, done.stderr
    assert "registered" in [json.loads(told)["event"] for told in done.stdout.splitlines()]
    where = run(environment / "bin/python", "-c", "import softphone; print(softphone.__file__)", cwd=home)
    assert Path(where.stdout).is_relative_to(environment)


def test_a_start_without_the_window_says_in_one_line_what_to_install(environment: Path, home: Path):
    seen_by_nobody = {"SOFTPHONE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    done = run(environment / "bin/softphone", cwd=home, **seen_by_nobody)
    assert done.returncode == EXIT_TROUBLE
    assert done.stderr.count("\n") == 1
    assert "pip install 'softphone[window]'" in done.stderr


@NEEDS_DISPLAY
def test_the_window_of_the_wheel_signs_in_and_registers(
    environment: Path, wheel: Path, home: Path, tmp_path: Path
):
    """A person of the tests sits in front of it; of the checkout it has the tests alone."""
    beside = tmp_path / "beside"
    wanted = about(wheel).get_all("Requires-Dist", ())
    window = set(needed(wanted, {"window"})) - set(needed(wanted))
    link(beside, *window, *needed(["pytest"]))
    (beside / "tests").symlink_to(CHECKOUT / "tests")
    as_root = {"QTWEBENGINE_DISABLE_SANDBOX": "1"} if os.geteuid() == 0 else {}
    with CloudServer("calm") as cloud:
        done = run(
            environment / "bin/python",
            *("-m", "tests.end_to_end.person", cloud.cloud_file, home, tmp_path / "seen.json"),
            cwd=tmp_path,
            PYTHONPATH=str(beside),
            **as_root,
        )
        assert done.returncode == 0, done.stderr
        assert len(cloud.journal(place="register", status=200)) == 2
    assert json.loads((tmp_path / "seen.json").read_text())["renderers at the end"] == 0
