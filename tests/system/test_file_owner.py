import os
import sys
from pathlib import Path

import pytest

from softphone.system.file_owner import is_administrators

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="owners are of another kind there")
needs_root = pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root gives files away")


def judged(path: Path, **options: bool) -> bool:
    with path.open() as file:
        return is_administrators(file.fileno(), **options)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text("")
    path.chmod(0o644)
    return path


@needs_root
def test_a_file_of_root_that_nobody_else_may_write_is_believed(file: Path):
    assert judged(file)


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_file_that_others_may_write_is_not(file: Path, mode: int):
    file.chmod(mode)
    assert not judged(file)
    assert not judged(file, or_users_own=True)


@needs_root
def test_another_users_file_is_not(file: Path):
    os.chown(file, 12345, 0)
    assert not judged(file)
    assert not judged(file, or_users_own=True)


def test_the_users_own_will_do_where_that_is_asked_for(file: Path):
    assert judged(file, or_users_own=True)
    assert judged(file) is (os.geteuid() == 0)
