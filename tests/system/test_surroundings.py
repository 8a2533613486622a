import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from softphone.system.surroundings import SLEPT_S, first_of, on_interrupt, since_boot_s, watch_for_sleep


class Clocks:
    """A pair of clocks: one stands still in sleep, one does not."""

    def __init__(self) -> None:
        self.awake = self.elapsed = 100.0
        self.looked = 0

    def awake_s(self) -> float:
        return self.awake

    def elapsed_s(self) -> float:
        self.looked += 1
        return self.elapsed


async def seen(clocks: Clocks, happen) -> int:
    woken: list[None] = []
    task = asyncio.get_running_loop().create_task(
        watch_for_sleep(
            lambda: woken.append(None),
            awake_s=clocks.awake_s,
            elapsed_s=clocks.elapsed_s,
            look_every_s=0.001,
        )
    )
    try:
        for change in happen:
            before = clocks.looked
            while clocks.looked < before + 2:
                await asyncio.sleep(0.001)
            change()
        before = clocks.looked
        while clocks.looked < before + 2:
            await asyncio.sleep(0.001)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return len(woken)


def passes(clocks: Clocks, awake: float = 0.0, elapsed: float = 0.0):
    def change() -> None:
        clocks.awake += awake
        clocks.elapsed += elapsed

    return change


async def test_time_that_passes_awake_is_no_sleep():
    clocks = Clocks()
    assert await seen(clocks, [passes(clocks, awake=60, elapsed=60)]) == 0


async def test_each_sleep_is_noticed_once():
    clocks = Clocks()
    sleep = passes(clocks, elapsed=600)
    assert await seen(clocks, [sleep, passes(clocks, awake=5, elapsed=5), sleep]) == 2


async def test_a_short_stall_is_no_sleep():
    clocks = Clocks()
    assert await seen(clocks, [passes(clocks, elapsed=SLEPT_S - 1)]) == 0


async def test_a_clock_set_back_is_no_sleep_and_hides_none_after_it():
    clocks = Clocks()
    assert await seen(clocks, [passes(clocks, elapsed=-3600), passes(clocks, elapsed=600)]) == 1


def test_the_clock_since_boot_goes_on():
    assert since_boot_s() <= since_boot_s()


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


async def test_the_first_of_several_waits_ends_the_others():
    others = [asyncio.Event() for _ in range(2)]
    await first_of(asyncio.sleep(0), *(other.wait() for other in others))


@pytest.mark.parametrize("hardened", [True, False])
def test_d3_a_process_that_was_asked_to_end_is_gone_whatever_hangs(hardened: bool):
    script = (
        "import sys, time; from softphone import hardening; from softphone.agent import surroundings\n"
        "surroundings.GONE_S = 0.2\n"
        f"if {hardened}: hardening.harden()\n"
        "import asyncio\n"
        "async def main(): surroundings.Ending().set()\n"
        "asyncio.run(main()); time.sleep(1.5)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (int(hardened), b"")
