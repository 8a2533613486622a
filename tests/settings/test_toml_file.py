"""A file of ours is used, or set aside whole with a sentence; profile and settings add what is theirs."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from softphone.settings.toml_file import TomlFile
from softphone.system.files import SIZE_LIMIT_BYTES

WORDS = {"damaged": "damaged, now {file}", "newer": "newer, now {file}", "stuck": "{file}"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config" / "default.toml"
    path.parent.mkdir()
    return path


def understood(document: dict[str, Any]) -> dict[str, Any]:
    if "odd" in document:
        raise ValueError("odd")
    return document


def read(path: Path) -> tuple[dict[str, Any] | None, str]:
    file = TomlFile(path, WORDS)
    return file.read(understood), file.notice or ""


def test_what_is_written_is_read_and_is_the_users_alone(tmp_path: Path):
    path = tmp_path / "new" / "default.toml"
    assert read(path) == (None, "")
    assert not path.parent.exists()
    for content in ({"version": 1, "a": []}, {"version": 1, "a": [1, 2]}):
        TomlFile(path, WORDS).write(content)
    assert read(path) == ({"version": 1, "a": [1, 2]}, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [item.name for item in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "content",
    [
        *(b"not = [toml", b"odd = 1", b"\xff\xfe\x00", b"version = 1\0", b"version = 99999999999999999999"),
        *(b"a = " + b"[" * 50_000, b"a = " + b"[" * 60 + b"]" * 60, b"# " + b"x" * SIZE_LIMIT_BYTES),
        *(
            b"a." * 100_000 + b"a = 1",
            b"[" + b"a." * 100_000 + b"a]",
            '"\u2028".'.encode() * 50_000 + b"a = 1",
        ),
        *(b"a = " + b"1" * 5_000, b"a = 0x" + b"f" * 5_000),
    ],
    ids=[
        *("syntax", "not understood", "not text", "NUL", "beyond 64 bits", "deep", "rather deep", "long"),
        *("dots", "table of dots", "dots beside other line ends", "long number", "hexadecimal"),
    ],
)
def test_a_damaged_file_is_set_aside_with_a_message_and_nothing_is_lost(path: Path, content: bytes):
    path.write_bytes(content)
    found, said = read(path)
    (aside,) = path.parent.iterdir()
    assert found is None
    assert said == f"damaged, now {aside.name}"
    assert aside.read_bytes() == content
    assert aside.name.startswith("default.damaged-")


def test_a_file_that_ends_anywhere_too_early_is_set_aside_and_never_taken_for_a_shorter_one(path: Path):
    TomlFile(path, WORDS).write({"version": 1, "a": {"b": [1, 2]}, "c": {"d": "e"}})
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        found, said = read(path)
        assert (found, said[:7]) == (None, "damaged"), whole[:length]
    for aside in path.parent.iterdir():
        aside.unlink()
    path.write_bytes(whole)
    assert read(path) == ({"version": 1, "a": {"b": [1, 2]}, "c": {"d": "e"}}, "")


def test_a_value_that_is_another_one_now_is_no_value_of_ours(path: Path):
    TomlFile(path, WORDS).write({"version": 1, "a": "https://one.example.com"})
    path.write_text(path.read_text().replace("one", "two"))
    assert read(path)[1].startswith("damaged")


def test_a_file_that_people_may_change_by_hand_holds_and_says_so(path: Path):
    TomlFile(path, WORDS).write({"version": 1, "a": 1})
    path.write_text(path.read_text().replace("a = 1", "a = 2"))
    file = TomlFile(path, WORDS | {"changed": "changed: {file}"})
    assert file.read(understood) == {"version": 1, "a": 2}
    assert file.notice == f"changed: {path.name}"
    file.write({"version": 1, "a": 2})
    assert read(path) == ({"version": 1, "a": 2}, "")


def test_a_file_without_a_checksum_is_an_older_programs(path: Path):
    path.write_text("a = 1\n")
    assert read(path) == ({"a": 1}, "")


def test_a_file_of_a_newer_program_is_set_aside(path: Path):
    path.write_text("version = 2\n")
    found, said = read(path)
    (aside,) = path.parent.iterdir()
    assert (found, said) == (None, f"newer, now {aside.name}")
    assert not path.exists()


@pytest.mark.parametrize(
    "what",
    ["pipe", "link to an endless file", "link to a folder", "link to nothing", "folder", "socket", "loop"],
)
def test_s12_what_is_no_regular_file_is_set_aside(path: Path, what: str):
    match what:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            (path / "inside").mkdir(parents=True)
        case "socket":
            os.mknod(path, stat.S_IFSOCK | 0o600)
        case "loop":
            path.symlink_to(path)
        case "link to nothing":  # a disk that is not there just now: what it leads to is not nobody's
            path.symlink_to(path.parent / "nothing")
        case _:
            path.symlink_to("/dev/zero" if "endless" in what else path.parent)
    assert read(path)[1].startswith("damaged, now default.damaged-")
    assert len(list(path.parent.iterdir())) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_s14_a_profile_that_another_user_put_there_is_set_aside(path: Path, tmp_path: Path):
    theirs = tmp_path / "theirs.toml"
    theirs.write_text("a = 1")
    os.chown(theirs, 1234, 1234)
    path.symlink_to(theirs)
    assert read(path)[0] is None
    assert theirs.exists()
    assert not path.is_symlink()


def test_a_link_to_a_file_of_ones_own_is_read(path: Path, tmp_path: Path):
    (tmp_path / "mine.toml").write_text("a = 1")
    path.symlink_to(tmp_path / "mine.toml")
    assert read(path) == ({"a": 1}, "")


def test_what_a_crash_left_half_written_is_swept_away(path: Path):
    left, fresh = (path.with_name(f".{path.name}-{name}") for name in ("left", "fresh"))
    for file in (left, fresh):
        file.write_text("version = ")
    os.utime(left, (0, 0))
    assert read(path) == (None, "")
    assert not left.exists()
    assert fresh.exists(), "another program may be writing it"
