"""Blocking work that nobody has to wait for."""

import asyncio
import subprocess
import sys
import threading
import time
from concurrent.futures import Future

import pytest

from softphone.system.background import DaemonThreads, WriteBehind, in_thread


async def test_work_that_nobody_waits_for_is_left_behind():
    release, ended = threading.Event(), threading.Event()

    def block() -> None:
        release.wait()
        ended.set()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await in_thread(block)
    release.set()
    await in_thread(ended.wait)


async def test_what_work_raises_belongs_to_whoever_waits():
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await in_thread(fail)


async def test_an_executor_of_such_threads_serves_a_loop():
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(DaemonThreads(), divmod, 7, 3) == (2, 1)


def test_a_process_ends_while_such_work_hangs():
    script = (
        "import asyncio, time; from softphone.system.background import *\n"
        "async def main():\n"
        "    asyncio.create_task(in_thread(lambda: time.sleep(60)))\n"
        "    asyncio.wrap_future(DaemonThreads().submit(time.sleep, 60))\n"
        "    await asyncio.sleep(0.05)\n"
        "asyncio.run(main())"
    )
    began_s = time.monotonic()
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
    assert time.monotonic() - began_s < 20


PATIENCE_S = 40.0


def test_d20_all_who_ask_before_it_begins_share_one_write():
    written: list[str] = []
    writer = WriteBehind(lambda: written.append(threading.current_thread().name))
    outcomes = {id(one): one for one in (writer.ask() for _ in range(40))}
    [outcome] = outcomes.values()
    assert outcome.result(PATIENCE_S) is None
    assert written == ["write behind"]


def test_after_a_pause_it_works_again():
    writer = WriteBehind(lambda: None)
    for _ in range(3):
        writer.hurry()
        assert writer.ask().result(PATIENCE_S) is None
        for thread in threading.enumerate():
            if thread.name == "write behind":
                thread.join(PATIENCE_S)


def test_an_error_is_the_outcome_and_the_next_write_is_tried():
    errors: list[Exception] = [OSError(28, "No space left on device"), RuntimeError("a fault of ours")]

    def write() -> None:
        if errors:
            raise errors.pop(0)

    writer = WriteBehind(write)

    def outcome() -> Exception | None:
        asked: Future[Exception | None] = writer.ask()
        return asked.result(PATIENCE_S)

    assert [type(outcome()) for _ in range(3)] == [OSError, RuntimeError, type(None)]


def test_one_who_gives_up_does_not_end_the_wait_of_the_others():
    writer = WriteBehind(lambda: None)
    asked = writer.ask()
    assert not asked.cancel()
    assert asked.result(PATIENCE_S) is None
