import asyncio

from softphone.system.system_clock import SLEPT_S, since_boot_s, watch_for_sleep


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
