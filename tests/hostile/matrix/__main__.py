"""The fault matrix: every fault in every phase, over real sockets, as a table.

Marks: R registered in spite of the fault; W waited with a named cause, then registered by itself; P the
remedy that was shown helped a person; - does not apply (below: why); . not tried; ! a broken promise.
"""

import sys

from tests.hostile.command import add_choice, count, parser_of, run_command, say, share
from tests.hostile.matrix.cell import Result
from tests.hostile.matrix.faults import EVERY_PHASE, FAULTS
from tests.hostile.matrix.matrix import AT_A_TIME, chosen, report, run, told


def main() -> bool:
    """Try the cells and print their table; return whether a promise was broken."""
    parser = parser_of("matrix", __doc__)
    parser.add_argument("--share", type=share, default=1.0, metavar="PART", help="of the cells, as 0.1")
    add_choice(parser, "--fault", FAULTS, "faults")
    add_choice(parser, "--phase", EVERY_PHASE, "phases")
    parser.add_argument("--jobs", type=count, default=AT_A_TIME, metavar="N", help="cells at a time")
    parser.add_argument("--verbose", action="store_true", help="tell each cell, on stderr")
    options = parser.parse_args()
    cells = chosen(options.seed, options.share, faults=options.fault, phases=options.phase)
    if not cells:
        parser.error("none of these faults can be met in any of these phases")
    say(f"seed {options.seed}, {len(cells)} cells")

    def tell(result: Result) -> None:
        if options.verbose:
            sys.stderr.write(f"{told(result)}\n")

    results, figures = run(cells, at_a_time=options.jobs, tell=tell)
    say(report(results, figures, seed=options.seed))
    return any(result.broken for result in results) or bool(figures.broken)


if __name__ == "__main__":
    run_command(main)
