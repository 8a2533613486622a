"""`python -m tests.bench launch|sign-in|register|footprint|keepalive|quit`. A window wants an X display."""

import argparse
from collections.abc import Callable

from tests.bench.figures import Figure, tell
from tests.bench.launch import launch
from tests.bench.quit import quitting
from tests.bench.sign_in import sign_in
from tests.bench.watching import footprint, keepalive, register

MEASURES: dict[str, tuple[Callable[[int], tuple[Figure, ...]], int]] = {
    "launch": (launch, 9),
    "sign-in": (sign_in, 30),
    "register": (register, 7),
    "footprint": (footprint, 7),
    "keepalive": (keepalive, 7),
    "quit": (quitting, 7),
}


def main() -> None:
    """Take the figures asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=MEASURES, default="launch")
    parser.add_argument("--runs", type=int, help="of each, at least 2; medians are told")
    options = parser.parse_args()
    measure, runs = MEASURES[options.what]
    tell(*measure(options.runs or runs))


if __name__ == "__main__":
    main()
