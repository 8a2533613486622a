"""kill -9 at every step of a life: `python -m tests.hostile.kills [STORY ...] [--seed N] [--share S]`."""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.hostile.kills.judging import Outcome, played
from tests.hostile.kills.program import stop_server
from tests.hostile.kills.stories import STORIES, Story
from tests.hostile.seed import drawn_seed

AT_ONCE = 8


def killed_at(
    story: Story, seed: int, share: float, *, at_once: int = AT_ONCE
) -> Iterator[tuple[int, Outcome]]:
    """Yield what came of a life that ends by itself (0), then of one for each step, or of a share of them."""
    whole = played(story, seed, 0)
    yield 0, whole
    chance = random.Random(f"{story.__name__} {seed}")
    steps = [step for step in range(1, whole.steps + 1) if chance.random() < share]
    with ThreadPoolExecutor(at_once) as pool:
        yield from zip(steps, pool.map(lambda step: played(story, seed, step), steps), strict=True)


def main() -> int:
    """Print the table; returns 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.kills", description=__doc__)
    parser.add_argument("story", nargs="*", help=", ".join(story.__name__ for story in STORIES))
    parser.add_argument("--seed", type=int, default=drawn_seed())
    parser.add_argument("--share", type=float, default=1.0, help="of the steps, drawn by the seed")
    parser.add_argument("--at", type=int, help="this step only")
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    chosen = parser.parse_args()
    _say(f"seed {chosen.seed}, share {chosen.share:g}")
    _say(
        f"{'story':20} {'steps':>5} {'lives':>5} {'orphans':>7} {'lost':>4} {'window':>6} {'later':>5} {'spare':>5}  s"
    )
    broken: list[str] = []
    for story in STORIES:
        if chosen.story and story.__name__ not in chosen.story:
            continue
        began_s = time.monotonic()
        if chosen.at is not None:
            rows = [(chosen.at, played(story, chosen.seed, chosen.at))]
        else:
            rows = list(killed_at(story, chosen.seed, chosen.share, at_once=chosen.at_once))
        outcomes = [outcome for _, outcome in rows]
        sums = (
            *(rows[0][1].steps, len(rows), sum(one.orphans for one in outcomes)),
            *(sum(map(len, (one.lost for one in outcomes))), sum(one.in_the_window for one in outcomes)),
            *(sum(one.later for one in outcomes), sum(one.spare for one in outcomes)),
        )
        widths = (5, 5, 7, 4, 6, 5, 5)
        figures = " ".join(f"{value:>{width}}" for value, width in zip(sums, widths, strict=True))
        _say(f"{story.__name__:20} {figures}  {time.monotonic() - began_s:.0f}")
        for step, outcome in rows:
            if outcome.broken:
                broken.append(f"{story.__name__} {step} ({outcome.last}): {'; '.join(outcome.broken)}")
                _say(f"    {broken[-1]}\n      {outcome.requests}")
            elif chosen.at is not None:
                _say(f"    {outcome}")
    stop_server()
    return bool(broken)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
