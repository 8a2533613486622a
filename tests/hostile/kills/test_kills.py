"""A small sample of `python -m tests.hostile.kills`: other points in each run."""

import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.hostile.kills import clocks, damage, disks, pairs
from tests.hostile.kills.judging import Outcome, played
from tests.hostile.kills.program import stop_server
from tests.hostile.kills.rows import Sample, used_home
from tests.hostile.kills.steps import FOR_EVER
from tests.hostile.kills.stories import STORIES
from tests.hostile.seed import sample

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="forks, pipes and /proc"),
]

AT_ONCE = 4
DISK_CHANGES, STEPS_OF_TWO = 40, 600  # about, as the command says in "points"

Life = Callable[[], Outcome]


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_running() -> Iterator[None]:
    yield
    stop_server()


def broken_in(lives: dict[str, Life]) -> dict[str, list[str]]:
    """Live them, several at a time; return what was broken in each where something was."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = dict(zip(lives, pool.map(lambda life: life(), lives.values()), strict=True))
    return {point: [*one.broken, one.last, one.requests] for point, one in outcomes.items() if one.broken}


def drawn_kills(chance: random.Random, count: int) -> dict[str, Life]:
    seed = chance.randrange(10**6)
    lives: dict[str, Life] = {}
    for story, steps in chance.sample(list(STORIES.items()), count):
        step = chance.randint(1, steps)
        lives[f"{story.__name__} killed at {step}, seed {seed}"] = partial(played, story, seed, step)
    return lives


def test_whenever_it_is_killed_the_next_start_finds_everything_and_leaves_nothing():
    with sample() as chance:
        assert not broken_in(drawn_kills(chance, 7))


def test_a_disk_that_fails_costs_what_would_be_kept_and_nothing_else():
    with sample() as chance:
        lives: dict[str, Life] = {}
        for times in (1, FOR_EVER):
            error, step = chance.choice(disks.ERRORS), chance.randint(1, DISK_CHANGES)
            lives[f"error {error}, {times} times from change {step}"] = partial(
                disks.failed_at, error, times, chance.random(), step
            )
        assert not broken_in(lives)


def test_two_programs_a_copy_and_a_clock_that_is_set_cost_no_line_and_no_device():
    with sample() as chance:
        step, seed = chance.randint(1, STEPS_OF_TWO), chance.random()
        copy, same = chance.choice(pairs.COPIES), chance.random() < 0.5
        setting = chance.choice(clocks.SETTINGS)
        lives: dict[str, Life] = {
            f"two programs, the first one still at {step}": partial(pairs.met_at, seed, step),
            f"{copy.__name__}, same computer: {same}": partial(pairs.copied, copy, same, seed=seed),
            f"clock set to {setting} s": partial(clocks.clock_set, *setting, seed=seed),
        }
        assert not broken_in(lives)


def test_a_damaged_file_is_set_aside_and_said_and_never_lost_without_a_word():
    with sample() as chance, used_home() as (scene, home):
        seed = chance.randrange(10**6)
        for name, share in ((damage.PROFILE, 0.03), (damage.SETTINGS, 0.1), (damage.HISTORY, 0.00004)):
            content = next(home.rglob(name)).read_bytes()
            for what, outcome in damage.damaged_everywhere(name, content, random.Random(seed), share):
                assert not outcome.broken, (name, what)
        points = [(name, kind) for name in damage.files_of(scene.computer) for kind in damage.DAMAGES]
        for name, kind in Sample(seed, 4 / len(points)).of(points):
            outcome = damage.damaged_whole(scene, home, name, kind)
            assert not outcome.broken, (name, kind)
