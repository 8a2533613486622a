"""The seed of a random sample: drawn anew for each run, and said, so that a failure can be run again."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLE = "SOFTPHONE_TEST_SEED"


def new_seed() -> int:
    """Draw a seed."""
    return random.SystemRandom().randrange(1_000_000)


def drawn_seed() -> int:
    """Return the seed that the environment asks for, else a new one."""
    return int(os.environ.get(VARIABLE) or new_seed())


@contextmanager
def sample() -> Iterator[random.Random]:
    """Give a test its chance; what fails says with which seed it fails again."""
    seed = drawn_seed()
    try:
        yield random.Random(seed)
    except BaseException as error:
        error.add_note(f"{VARIABLE}={seed} runs this sample again")
        raise
