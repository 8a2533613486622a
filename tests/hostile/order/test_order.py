"""Some seeds of the shuffled loop; a thousand: `python -m tests.hostile.order`."""

import asyncio
import random
from typing import Any

import pytest

from tests.hostile.order.playing import played
from tests.hostile.order.scenarios import SCENARIOS
from tests.hostile.order.shuffling import ShufflingLoop
from tests.hostile.seed import sample

SEEDS = 22


def test_whatever_is_ready_goes_on_in_any_order_and_nothing_is_lost_or_left():
    with sample() as chance:
        first = chance.randrange(1_000_000)
        for number in range(SEEDS):
            name = list(SCENARIOS)[number % len(SCENARIOS)]
            scenario, lines = SCENARIOS[name]
            wrong = played(scenario, seed=first + number, lines=lines)
            again = f"python -m tests.hostile.order --seeds 1 --seed {first + number} --scenario '{name}'"
            assert wrong == [], again


def order_of(seed: int, *, strict: bool) -> list[Any]:
    """Return in which order callbacks and tasks that are ready at once go on."""
    seen: list[Any] = []

    async def wakes(number: int, event: asyncio.Event) -> None:
        await event.wait()
        seen.append(number)

    async def main() -> None:
        event = asyncio.Event()
        tasks = [asyncio.create_task(wakes(number, event)) for number in range(6)]
        await asyncio.sleep(0.5)
        event.set()
        for name in "abcdef":
            asyncio.get_running_loop().call_soon(seen.append, name)
        await asyncio.gather(*tasks)
        await asyncio.sleep(0.5)

    with asyncio.Runner(loop_factory=lambda: ShufflingLoop(seed, strict=strict)) as runner:
        runner.run(main())
    return seen


def test_tasks_go_on_in_any_order_and_callbacks_in_theirs():
    orders = [order_of(seed, strict=False) for seed in range(8)]
    assert all([one for one in order if isinstance(one, str)] == list("abcdef") for order in orders)
    assert len({tuple(one for one in order if isinstance(one, int)) for order in orders}) > 4
    assert len(set(map(tuple, orders))) > 4


def test_the_strict_loop_keeps_not_even_the_order_of_callbacks():
    orders = [order_of(seed, strict=True) for seed in range(8)]
    assert any([one for one in order if isinstance(one, str)] != list("abcdef") for order in orders)


@pytest.mark.parametrize("strict", [True, False])
def test_the_same_seed_shuffles_in_the_same_way(strict: bool):
    seed = random.SystemRandom().randrange(1000)
    assert order_of(seed, strict=strict) == order_of(seed, strict=strict), seed
