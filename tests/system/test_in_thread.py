"""Blocking work that nobody has to wait for."""

import asyncio
import subprocess
import sys
import threading
import time

import pytest

from softphone.system.in_thread import DaemonThreads, in_thread


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
        "import asyncio, time; from softphone.system.in_thread import *\n"
        "async def main():\n"
        "    asyncio.create_task(in_thread(lambda: time.sleep(60)))\n"
        "    asyncio.wrap_future(DaemonThreads().submit(time.sleep, 60))\n"
        "    await asyncio.sleep(0.05)\n"
        "asyncio.run(main())"
    )
    began_s = time.monotonic()
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
    assert time.monotonic() - began_s < 20
