import os
import stat
from pathlib import Path

import pytest

from softphone.whole_file import SIZE_LIMIT_BYTES, read_file, replace_file, set_aside, sweep


def test_a_file_is_read_up_to_the_limit(tmp_path: Path):
    path = tmp_path / "a.toml"
    path.write_bytes("é".encode() * (SIZE_LIMIT_BYTES // 2))
    assert len(read_file(path)) == SIZE_LIMIT_BYTES // 2
    path.write_bytes(b"a" * (SIZE_LIMIT_BYTES + 1))
    with pytest.raises(ValueError, match="too long"):
        read_file(path)


@pytest.mark.skipif(os.name != "posix", reason="no such files there")
def test_only_a_regular_file_is_read(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    for name in ("pipe", "endless"):
        with pytest.raises(ValueError, match="regular"):
            read_file(tmp_path / name)
    with pytest.raises(IsADirectoryError):
        read_file(tmp_path)
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        read_file(tmp_path / "bytes")


def test_a_file_is_replaced_and_is_the_users_alone(tmp_path: Path):
    path = tmp_path / "config" / "a.toml"
    replace_file(path, "one")
    replace_file(path, "two")
    assert path.read_text() == "two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [item.name for item in path.parent.iterdir()] == ["a.toml"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "a.toml"
    replace_file(path, "one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, "two")
    assert path.read_text() == "one"
    assert [item.name for item in tmp_path.iterdir()] == ["a.toml"]


def test_what_a_crash_left_is_swept_away_but_not_what_is_being_written(tmp_path: Path):
    path = tmp_path / "a.toml"
    left, fresh = tmp_path / ".a.toml-left", tmp_path / ".a.toml-fresh"
    for file in (left, fresh):
        file.write_text("")
    os.utime(left, (0, 0))
    sweep(path)
    assert not left.exists()
    assert fresh.exists()


def test_a_file_set_aside_keeps_its_content_and_says_why(tmp_path: Path):
    path = tmp_path / "a.settings.toml"
    path.write_text("x")
    aside = set_aside(path, "damaged")
    assert not path.exists()
    assert aside.read_text() == "x"
    assert aside.name.startswith("a.settings.damaged-")
    assert aside.suffix == ".toml"
