"""Asks of code, scripts, workflows, files, history and dependencies what nobody should find there."""

import argparse
import sys
import time

from tests.hostile.supply.checks import ALWAYS, BESIDE, ONLINE, NotAskedError


def main() -> int:
    """Print a row for each check, and below it what was found; return 1 unless all was asked and well."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.supply", description=__doc__)
    parser.add_argument("--offline", action="store_true", help="leave out what has to ask the network")
    chosen = parser.parse_args()
    well = True
    sys.stdout.write(f"{'check':36} {'found':>9} {'s':>5}\n")
    for name, check in {**ALWAYS, **BESIDE, **ONLINE}.items():
        began_s = time.monotonic()
        try:
            if chosen.offline and name in ONLINE:
                found, figure = [], "left out"
            else:
                found = check()
                figure = str(len(found))
        except NotAskedError as why:
            found, figure = [str(why)], "not asked"
        sys.stdout.write(f"{name:36} {figure:>9} {time.monotonic() - began_s:5.1f}\n")
        sys.stdout.writelines(f"    {one}\n" for one in found)
        sys.stdout.flush()
        well = well and not found
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
