"""The fault matrix: every fault in every phase, over real sockets. Prints a table; 1: a promise was broken.

    python -m tests.hostile.matrix [--seed N] [--share 0.1] [--fault NAME] [--phase NAME]

Marks: R registered in spite of the fault; W waited with a named cause, then registered by itself; P the
remedy that was shown helped a person; - does not apply (below: why); . not tried; ! a broken promise.
"""

import argparse
import sys

from tests.hostile.matrix.cell import Result
from tests.hostile.matrix.faults import EVERY_PHASE, FAULTS
from tests.hostile.matrix.matrix import chosen, report, run, told
from tests.hostile.seed import drawn_seed


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, help="which cells of a share are tried; default: drawn")
    parser.add_argument("--share", type=float, default=1.0, help="the part of the cells; default: all")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="only this fault")
    parser.add_argument("--phase", action="append", default=[], choices=EVERY_PHASE, help="only this phase")
    parser.add_argument("--at-a-time", type=int, default=64, metavar="N", help="how many cells at once")
    parser.add_argument("--verbose", action="store_true", help="tell each cell")
    options = parser.parse_args()
    if unknown := set(options.fault) - set(FAULTS):
        parser.error(f"no such fault: {', '.join(unknown)}; known are:\n  " + "\n  ".join(FAULTS))
    seed = options.seed if options.seed is not None else drawn_seed()
    cells = chosen(seed, options.share, faults=options.fault, phases=options.phase)
    verbose = options.verbose

    def tell(result: Result) -> None:
        if verbose:
            print(told(result), file=sys.stderr, flush=True)  # noqa: T201

    results, figures = run(cells, at_a_time=options.at_a_time, tell=tell)
    print(report(results, figures, seed=seed))  # noqa: T201
    return int(any(result.broken for result in results) or bool(figures.broken))


if __name__ == "__main__":
    sys.exit(main())
