import asyncio
import os
import threading
from pathlib import Path

import pytest

from softphone.system.lock_file import LockFile, held
from softphone.system.whole_file import ForeignFileError


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
