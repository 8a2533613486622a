"""100,000 hostile answers: does a bearer token, refresh token or code reach anybody but who it is for?

`python -m tests.hostile.tokens [--seed N] [--answers N]`. Exit code 1 when a promise broke.
"""

import argparse
import asyncio
import sys
import time

from tests.hostile.seed import drawn_seed
from tests.hostile.tokens.run import Figures, in_memory_life, live_on

SHOWN = 20  # of what was wrong


async def main(options: argparse.Namespace) -> int:
    began_s = time.monotonic()
    figures = await live_on(options.seed, options.answers, in_memory_life)
    rows = [("in memory", figures, time.monotonic() - began_s)]
    sys.stdout.write(f"seed {options.seed}\n")
    sys.stdout.write(
        f"{'layer':<12} {'answers':>8} {'lives':>6} {'secrets in place':>17} {'wrong':>6} {'s':>6}\n"
    )
    for name, found, took_s in rows:
        sys.stdout.write(_row(name, found, took_s))
    for what in figures.wrong[:SHOWN]:
        sys.stdout.write(f"{what}\n")
    return int(bool(figures.wrong))


def _row(name: str, found: Figures, took_s: float) -> str:
    counts = f"{found.answers:>8} {found.lives:>6} {found.sent:>17} {len(found.wrong):>6}"
    return f"{name:<12} {counts} {took_s:>6.1f}\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=None, help="of the lives; without it a new one is drawn")
    parser.add_argument("--answers", type=int, default=100_000, help="how many at least, in all layers")
    chosen = parser.parse_args()
    chosen.seed = drawn_seed() if chosen.seed is None else chosen.seed
    with asyncio.Runner() as runner:
        sys.exit(runner.run(main(chosen)))
