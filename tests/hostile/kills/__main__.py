"""Crash and disk: a table of what comes of a run of the program that is cut short, disturbed or damaged.

The program is killed at every step of every story (what a person does with it: sign in, quit, ...); its disk
fails at every change of a file; every file is damaged at every place and in every way; two programs start on
one profile; a profile is copied; the clock is set.
"""

import time

from tests.hostile.command import add_choice, count, parser_of, run_command, say, share
from tests.hostile.kills.judging import Outcome
from tests.hostile.kills.program import stop_server
from tests.hostile.kills.rows import AT_ONCE, ROWS, Row, Sample

COLUMNS = (
    ("points", "how many there are"),
    ("lives", "how many were tried"),
    ("orphans", "devices that nobody would have removed"),
    ("lost", "sign-ins, wishes or files' contents, of which a person had been told or had a file"),
    ("broken", "other promises: a traceback, a wrong exit code, no sentence"),
    ("window", "the service had renewed, and nobody could have stored that yet: said"),
    ("later", "nobody had been told of the sign-in yet: its device went with the next one"),
    ("spare", "Webex devices without a line: made, and not on disk yet"),
    ("told", "in a sentence"),
)


def _figures(points: int, outcomes: list[Outcome]) -> tuple[int, ...]:
    return (
        *(points, len(outcomes), sum(one.orphans for one in outcomes)),
        *(sum(len(one.lost) for one in outcomes), sum(len(one.faults) for one in outcomes)),
        *(sum(one.in_the_window for one in outcomes), sum(one.later for one in outcomes)),
        *(sum(one.spare for one in outcomes), sum(one.told for one in outcomes)),
    )


def main() -> bool:
    """Print the table; return whether a promise was broken."""
    parser = parser_of("kills", __doc__)
    legend = "\n".join(f"  {name:8} {meaning}" for name, meaning in COLUMNS)
    parser.epilog = f"columns:\n{legend}\n{parser.epilog}"
    add_choice(parser, "--row", ROWS, "rows")
    parser.add_argument("--share", type=share, default=1.0, metavar="PART", help="of the points, as 0.1")
    parser.add_argument("--at", type=count, metavar="STEP", help="only this point, of rows that go by steps")
    parser.add_argument("--jobs", type=count, default=AT_ONCE, metavar="N", help="lives at a time")
    options = parser.parse_args()
    sample = Sample(options.seed, options.share, options.at, options.jobs)
    say(f"seed {options.seed}, share {options.share:g}")
    say(f"{'row':32} {' '.join(f'{name:>7}' for name, _ in COLUMNS)} {'s':>7}")
    try:
        broken = [_played(name, ROWS[name], sample) for name in options.row or ROWS]
    finally:
        stop_server()
    return any(broken)


def _played(name: str, row: Row, sample: Sample) -> bool:
    """Print a row and what was broken in it; return whether anything was."""
    began_s = time.monotonic()
    points, lives = row(sample)
    found = list(lives)
    figures = " ".join(f"{figure:>7}" for figure in _figures(points, [outcome for _, outcome in found]))
    say(f"{name:32} {figures} {time.monotonic() - began_s:>7.0f}")
    bad = [(point, outcome) for point, outcome in found if outcome.broken]
    for point, outcome in bad:
        say(f"    {point} ({outcome.last}): {'; '.join(outcome.broken)}\n      {outcome.requests}")
    return bool(bad)


if __name__ == "__main__":
    run_command(main)
