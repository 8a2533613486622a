"""The asyncio parts on a loop that shuffles what is ready, a seed after the other.

    python -m tests.hostile.order [--seeds 1000] [--first N] [--scenario NAME] [--strict]

What is shuffled, and what asyncio promises and is kept: `tests/hostile/order/shuffling.py`. Prints what broke
and with which seed it breaks again; ends with 1 if anything did.
"""

import argparse
import gc
import logging
import sys
import time
from collections import Counter

from tests.hostile.order.playing import played
from tests.hostile.order.scenarios import SCENARIOS

TOLD_AT_MOST = 30


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--first", type=int, default=1, metavar="N", help="the first of them")
    parser.add_argument("--scenario", choices=tuple(SCENARIOS), help="all unless given")
    parser.add_argument("--strict", action="store_true", help="keep no order that only asyncio itself keeps")
    options = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    chosen = [options.scenario] if options.scenario else list(SCENARIOS)
    plays, broken, told = Counter[str](), Counter[str](), 0
    took_s = dict.fromkeys(chosen, 0.0)
    gc.freeze()
    for seed in range(options.first, options.first + options.seeds):
        for name in chosen:
            scenario, lines = SCENARIOS[name]
            began_s = time.process_time()
            wrong = played(scenario, seed=seed, lines=lines, strict=options.strict)
            took_s[name] += time.process_time() - began_s
            plays[name] += 1
            broken[name] += bool(wrong)
            if wrong and told < TOLD_AT_MOST:
                told += 1
                sys.stdout.write(f"seed {seed}, {name}: {wrong[0]}\n")
                sys.stdout.flush()
    row = "{:16}{:>8}{:>8}{:>14}\n"
    sys.stdout.write(
        f"seeds {options.first} to {options.first + options.seeds - 1}"
        f"{', strict' if options.strict else ''}\n"
    )
    sys.stdout.write(row.format("scenario", "plays", "broken", "CPU a play, s"))
    for name in chosen:
        sys.stdout.write(row.format(name, plays[name], broken[name], f"{took_s[name] / plays[name]:.3f}"))
    sys.stdout.write("BROKEN\n" if broken.total() else "nothing broke\n")
    return 1 if broken.total() else 0


if __name__ == "__main__":
    sys.exit(main())
