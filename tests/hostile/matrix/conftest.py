"""A tenth of the matrix, chosen anew for each run, in two files: each worker has one of them."""

import pytest

from tests.hostile.matrix.cell import Result
from tests.hostile.matrix.matrix import Figures, chosen, run, told
from tests.hostile.seed import drawn_seed

SHARE = 0.1


@pytest.fixture(scope="module")
def tried(request: pytest.FixtureRequest) -> tuple[list[Result], Figures, str]:
    """Try the file's part of the sample; return how it ended, and how it is tried again."""
    seed = drawn_seed()
    results, figures = run(chosen(seed, SHARE)[request.module.PART :: 2])
    return results, figures, f"python -m tests.hostile.matrix --share {SHARE} --seed {seed}"


def assert_kept(tried: tuple[list[Result], Figures, str]) -> None:
    """No cell broke a promise."""
    results, figures, again = tried
    broken = [told(result) for result in results if result.broken]
    assert not broken, "\n".join([f"try it again: {again}", *broken])
    assert not figures.broken, f"{figures.broken}; try it again: {again}"
