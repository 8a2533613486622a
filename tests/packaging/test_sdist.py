"""The source archive: whoever has nothing else builds the same wheel of it, and runs the tests."""

import os
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

import softphone
from tests.packaging.building import CHECKOUT, build, files_in, run

pytestmark = pytest.mark.slow

# Without a screen, and done in a few seconds.
QUICK_TESTS = ("tests/line/test_model.py", "tests/line/test_view.py", "tests/packaging/test_scripts.py")
MADE_BY_THE_BUILD = "PKG-INFO"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(build("sdist", source=CHECKOUT, folder=tmp_path_factory.mktemp("sdist"))) as archive:
        archive.extractall(folder, filter="data")
    [top] = folder.iterdir()
    assert top.name == f"softphone-{softphone.__version__}"
    return top


def test_it_is_the_checkout_and_nothing_that_was_made_in_it(unpacked: Path):
    if shutil.which("git") is None or not (CHECKOUT / ".git").exists():
        pytest.skip("only git knows what belongs to a checkout")
    listing = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    done = run("git", "-c", f"safe.directory={CHECKOUT}", *listing, cwd=CHECKOUT)
    assert done.returncode == 0, done.stderr
    kept = {name for name in done.stdout.split("\0") if name and (CHECKOUT / name).exists()}
    packed = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert packed == {*kept, MADE_BY_THE_BUILD}


def test_its_wheel_is_that_of_the_checkout(unpacked: Path, tmp_path: Path):
    ours, its = (tmp_path / name for name in ("ours", "its"))
    for folder in (ours, its):
        folder.mkdir()
    wheel = build("wheel", source=CHECKOUT, folder=ours)
    again = build("wheel", source=unpacked, folder=its)
    assert again.name == wheel.name
    assert files_in(again) == files_in(wheel)


def test_tests_run_where_it_was_unpacked(unpacked: Path, tmp_path: Path):
    done = run(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *QUICK_TESTS),
        cwd=unpacked,
        PYTHONPATH=str(unpacked),
        HYPOTHESIS_STORAGE_DIRECTORY=str(tmp_path),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    where = run(sys.executable, "-c", "import softphone; print(softphone.__file__)", cwd=unpacked)
    assert os.path.commonpath([where.stdout.strip(), unpacked]) == str(unpacked)
