"""Local files: bounded, the user's alone, and locks on them; tests/settings/test_toml_file.py has more."""

import asyncio
import os
import stat
import threading
from pathlib import Path

import pytest

from softphone.system.files import (
    SIZE_LIMIT_BYTES,
    ForeignFileError,
    LockFile,
    held,
    make_folder,
    open_ours,
    parse_toml,
    read_file,
    replace_file,
    set_aside,
)


def test_a_file_is_read_up_to_the_limit(tmp_path: Path):
    path = tmp_path / "a.toml"
    path.write_bytes("é".encode() * (SIZE_LIMIT_BYTES // 2))
    assert len(read_file(path)) == SIZE_LIMIT_BYTES
    path.write_bytes(b"a" * (SIZE_LIMIT_BYTES + 1))
    with pytest.raises(ValueError, match="too long"):
        read_file(path)


@pytest.mark.skipif(os.name != "posix", reason="no such files there")
@pytest.mark.parametrize("what", ["link", "link to nothing", "folder", "pipe", "socket"])
def test_s14_our_file_is_opened_through_no_link_and_is_nothing_but_a_file(tmp_path: Path, what: str):
    path, victim = tmp_path / "a.log", tmp_path / "victim"
    match what:
        case "link":
            victim.write_text("precious")
            path.symlink_to(victim)
        case "link to nothing":
            path.symlink_to(victim)
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "socket":
            os.mknod(path, stat.S_IFSOCK | 0o600)
    with pytest.raises(ForeignFileError, match="it is a link" if "link" in what else "it is no file"):
        open_ours(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    assert what != "link" or victim.read_text() == "precious"
    assert what != "link to nothing" or not victim.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_s14_a_file_of_another_user_is_not_opened_as_ours(tmp_path: Path):
    (tmp_path / "a.log").write_text("")
    os.chown(tmp_path / "a.log", 1234, 1234)
    with pytest.raises(ForeignFileError, match="another user"):
        open_ours(tmp_path / "a.log", os.O_WRONLY)


def test_folders_are_made_for_the_user_alone_whatever_the_mask_is(tmp_path: Path):
    mask = os.umask(0)
    try:
        make_folder(tmp_path / "a" / "b")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        make_folder(tmp_path / "file")


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 100_000, "a." * 100_000 + "a = 1", "a = " + "1" * 5_000, "a = 0x" + "f" * 5_000, "a"],
    ids=["brackets", "dots", "digits", "hexadecimal digits", "no TOML"],
)
def test_s12_a_text_that_would_cost_time_and_memory_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is said
        parse_toml(text.encode())


@pytest.mark.parametrize("key", ["k" * 100_000, '"\\u202e"', '"\\u001b[31m"'])
def test_why_a_text_is_refused_is_said_in_few_plain_words(key: str):
    with pytest.raises(ValueError, match="Cannot") as refused:
        parse_toml(f"[{key}]\n[{key}]\n")
    assert len(str(refused.value)) < 2500
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[cloud]\n".encode("utf-16"), "not text in UTF-8 (at byte 1)"),
        (b'name = "J\xf6rg"', "not text in UTF-8 (at byte 10)"),
        (b"a = " + b"9" * 5_000, "a number of too many digits"),
    ],
    ids=["UTF-16", "Latin-1", "digits"],
)
def test_why_a_text_is_refused_is_said_in_our_words_and_not_in_pythons(content: bytes, words: str):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words follow
        parse_toml(content)
    assert str(refused.value) == words


def test_two_set_aside_in_one_second_are_both_kept(tmp_path: Path):
    kept = []
    for text in ("one", "two", "three"):
        (tmp_path / "a.toml").write_text(text)
        kept.append(set_aside(tmp_path / "a.toml", "damaged"))
    assert [aside.read_text() for aside in kept] == ["one", "two", "three"]
    assert all(aside.name.startswith("a.damaged-") and aside.suffix == ".toml" for aside in kept)
    assert not (tmp_path / "a.toml").exists()


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


def test_one_holder_at_a_time_and_then_the_next(tmp_path: Path):
    first, second = LockFile(tmp_path / "a.lock"), LockFile(tmp_path / "a.lock")
    assert first.try_acquire()
    assert first.try_acquire()
    assert not second.try_acquire()
    first.release()
    first.release()
    assert second.try_acquire()
    second.release()


def test_the_file_is_private_and_stays_unless_it_is_fleeting(tmp_path: Path):
    for fleeting in (False, True):
        path = tmp_path / f"{fleeting}.lock"
        lock = LockFile(path, fleeting=fleeting)
        assert lock.try_acquire()
        assert path.stat().st_mode & 0o777 == 0o600
        lock.release()
        assert path.exists() is not fleeting


def test_a_fleeting_lock_never_has_two_holders(tmp_path: Path):
    path, inside, most = tmp_path / "a.lock", [0], [0]

    def contend() -> None:
        for _ in range(300):
            lock = LockFile(path, fleeting=True)
            if lock.try_acquire():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1
                lock.release()

    threads = [threading.Thread(target=contend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_the_holder_leaves_a_note_for_whoever_finds_it_locked(tmp_path: Path):
    first, second = LockFile(tmp_path / "a.lock"), LockFile(tmp_path / "a.lock")
    assert second.note() == ""
    assert first.try_acquire("a window, long open")
    assert not second.try_acquire("another")
    assert second.note() == "a window, long open"
    first.release()
    assert second.try_acquire("another")
    assert first.note() == "another"
    second.release()


def test_a_link_in_its_place_is_not_followed(tmp_path: Path):
    (tmp_path / "a.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="it is a link"):
        LockFile(tmp_path / "a.lock").try_acquire()
    assert not (tmp_path / "elsewhere").exists()


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "a.lock")
    assert LockFile(tmp_path / "a.lock").note() == ""
    with pytest.raises(ForeignFileError):
        LockFile(tmp_path / "a.lock").try_acquire()


async def test_waiting_ends_when_the_lock_is_free_or_the_time_is_up(tmp_path: Path):
    lock = LockFile(tmp_path / "a.lock")
    lock.try_acquire()
    with pytest.raises(TimeoutError):
        async with held(tmp_path / "a.lock", wait_s=0.06):
            pass
    asyncio.get_running_loop().call_later(0.05, lock.release)
    async with held(tmp_path / "a.lock", wait_s=5.0):
        assert not lock.try_acquire()
