"""Crash and disk: a table of what comes of a life that is cut short, disturbed or begun on what is damaged.

The program is killed at every step of every story; its disk fails at every change of a file; every file is
damaged at every place and in every way; two programs start on one profile; a profile is copied; the clock is
set. Exit code 1 when a promise was broken.
"""

import argparse
import sys
import time

from tests.hostile.kills.judging import Outcome
from tests.hostile.kills.program import stop_server
from tests.hostile.kills.rows import ROWS, Row, Sample
from tests.hostile.seed import drawn_seed

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


def main() -> int:
    """Print the table; returns 1 when a promise was broken."""
    legend = "; ".join(f"{name}: {meaning}" for name, meaning in COLUMNS)
    parser = argparse.ArgumentParser(
        prog="python -m tests.hostile.kills", description=__doc__, epilog=f"Columns: {legend}."
    )
    parser.add_argument("row", nargs="*", help=f"those whose name has one of these words: {', '.join(ROWS)}")
    parser.add_argument("--seed", type=int, default=drawn_seed())
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the points, drawn by the seed (default: 1)"
    )
    parser.add_argument("--at", type=int, metavar="STEP", help="this one only, where points are steps")
    parser.add_argument("--at-once", type=int, default=Sample(0).at_once, help="how many lives side by side")
    chosen = parser.parse_args()
    sample = Sample(chosen.seed, chosen.share, chosen.at, chosen.at_once)
    _say(f"seed {chosen.seed}, share {chosen.share:g}")
    _say(f"{'':32} {' '.join(f'{name:>7}' for name, _ in COLUMNS)}       s")
    broken = 0
    for name, row in ROWS.items():
        if not chosen.row or any(word in name for word in chosen.row):
            broken += _played(name, row, sample)
    stop_server()
    _say(f"{broken} broken")
    return bool(broken)


def _played(name: str, row: Row, sample: Sample) -> int:
    """Print a row and what was broken in it; returns how much that is."""
    began_s = time.monotonic()
    points, lives = row(sample)
    found = list(lives)
    figures = " ".join(f"{figure:>7}" for figure in _figures(points, [outcome for _, outcome in found]))
    _say(f"{name:32} {figures} {time.monotonic() - began_s:>7.0f}")
    bad = [(point, outcome) for point, outcome in found if outcome.broken]
    for point, outcome in bad:
        _say(f"    {point} ({outcome.last}): {'; '.join(outcome.broken)}\n      {outcome.requests}")
    return len(bad)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
