"""Asks of code, scripts, workflows, files, history and dependencies what nobody should find there."""

import time

from tests.hostile.command import parser_of, run_command, say
from tests.hostile.supply.checks import ALWAYS, BESIDE, ONLINE, NotAskedError


def main() -> bool:
    """Print a row for each check and what it found; return whether anything was found, or nobody answered."""
    parser = parser_of("supply", __doc__, seed=False)
    parser.add_argument("--offline", action="store_true", help="leave out what has to ask the network")
    options = parser.parse_args()
    whole: list[str] = []
    say(f"{'check':36} {'found':>9} {'s':>5}")
    for name, check in {**ALWAYS, **BESIDE, **ONLINE}.items():
        began_s = time.monotonic()
        try:
            left_out = options.offline and name in ONLINE
            found = [] if left_out else check()
            figure = "left out" if left_out else str(len(found))
        except NotAskedError as why:
            found, figure = [str(why)], "not asked"
        say(f"{name:36} {figure:>9} {time.monotonic() - began_s:5.1f}")
        for one in found:
            say(f"    {one}")
        whole += found
    return bool(whole)


if __name__ == "__main__":
    run_command(main)
