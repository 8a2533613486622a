"""Threads for work that blocks: what becomes of a caller, and of the loop, that goes away."""

import asyncio
import gc
import threading

import pytest

from softphone.webex.threads import Threads


async def test_what_the_work_raises_reaches_everybody_who_waits():
    threads, go = Threads(), threading.Event()

    def work() -> None:
        go.wait(5)
        raise OSError("no such host")

    callers = [asyncio.ensure_future(threads.run("name", work)) for _ in range(2)]
    await asyncio.sleep(0)
    go.set()
    for caller in callers:
        with pytest.raises(OSError, match="no such host"):
            await caller


def test_work_that_fails_as_its_loop_ends_is_logged_nowhere(caplog: pytest.LogCaptureFixture):
    failing, go = threading.Event(), threading.Event()

    def work() -> None:
        failing.set()
        go.wait(5)
        raise OSError("no such host")

    loop = asyncio.new_event_loop()
    threads = Threads()
    caller = loop.create_task(threads.run("name", work))
    loop.run_until_complete(asyncio.sleep(0))
    [running] = threads._running.values()
    failing.wait(5)
    caller.cancel()
    loop.run_until_complete(asyncio.wait({caller}))
    go.set()
    while not running.done():  # the loop turns until the end is in, and not once more
        loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    del running, caller, threads
    gc.collect()
    assert not caplog.records
