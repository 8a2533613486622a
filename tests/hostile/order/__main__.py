"""The asyncio parts on a loop that shuffles what is ready, one seed after the other.

What is shuffled, and what asyncio promises and is kept: `tests/hostile/order/shuffling.py`. Prints what broke
and with which seed it breaks again: `--seed N --seeds 1 --scenario NAME`.
"""

import gc
import logging
import time
from collections import Counter

from tests.hostile.command import add_choice, count, parser_of, run_command, say
from tests.hostile.order.playing import played
from tests.hostile.order.scenarios import SCENARIOS

TOLD_AT_MOST = 30


def main() -> bool:
    """Play the scenarios and print their table; return whether a promise was broken."""
    parser = parser_of("order", __doc__)
    parser.add_argument("--seeds", type=count, default=1000, metavar="N", help="how many, from --seed on")
    add_choice(parser, "--scenario", SCENARIOS, "scenarios")
    parser.add_argument("--strict", action="store_true", help="keep no order that only asyncio itself keeps")
    options = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    chosen = options.scenario or list(SCENARIOS)
    broken, took_s = Counter[str](), dict.fromkeys(chosen, 0.0)
    seeds = range(options.seed, options.seed + options.seeds)
    say(f"seeds {seeds[0]} to {seeds[-1]}{', strict' if options.strict else ''}")
    gc.freeze()
    for seed in seeds:
        for name in chosen:
            scenario, lines = SCENARIOS[name]
            began_s = time.process_time()
            wrong = played(scenario, seed=seed, lines=lines, strict=options.strict)
            took_s[name] += time.process_time() - began_s
            broken[name] += bool(wrong)
            if wrong and broken.total() <= TOLD_AT_MOST:
                say(f"seed {seed}, {name}: {wrong[0]}")
    say(f"{'scenario':16}{'plays':>8}{'broken':>8}{'CPU a play, s':>16}")
    for name in chosen:
        say(f"{name:16}{len(seeds):8}{broken[name]:8}{took_s[name] / len(seeds):16.3f}")
    return broken.total() > 0


if __name__ == "__main__":
    run_command(main)
