import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from softphone.system.ending import on_interrupt


@pytest.fixture
def signals() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name
)
async def test_d8_each_signal_that_means_the_end_asks_for_it(number: signal.Signals):
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    on_interrupt(loop, asked.set)
    os.kill(os.getpid(), number)
    await asyncio.wait_for(asked.wait(), 5)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.remove_signal_handler(each)


@pytest.mark.usefixtures("signals")
async def test_d8_a_terminal_that_closes_ends_nothing_that_nohup_started():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    loop = asyncio.get_running_loop()
    on_interrupt(loop, lambda: pytest.fail("asked to end"))
    os.kill(os.getpid(), signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(each)


@pytest.mark.parametrize("hardened", [True, False])
def test_d3_a_process_that_was_asked_to_end_is_gone_whatever_hangs(hardened: bool):
    script = (
        "import sys, time; from softphone.system import ending, hardening\n"
        "ending.GONE_S = 0.2\n"
        f"if {hardened}: hardening.harden()\n"
        "import asyncio\n"
        "async def main(): ending.Ending().set()\n"
        "asyncio.run(main()); time.sleep(1.5)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (int(hardened), b"")
