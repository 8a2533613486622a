"""Timings, as ratios taken in one run: `python -m tests.bench [start | sign-in]`. Needs an X display.

`start` compares the time to the program's first picture with that of an empty window, runs alternating.
`sign-in` compares the time from the click on Accept to the code, in the program's page and in a bare one.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def first_paint(kind: str, home: Path) -> dict[str, object]:
    """Start a window once; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.first_paint", kind, repr(time.monotonic()), str(home)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[1],
    )
    found: dict[str, object] = json.loads(done.stdout.splitlines()[0])
    return found


def start(runs: int) -> None:
    """Print medians and their ratio."""
    painted_ms: dict[str, list[float]] = {"bare": [], "program": []}
    with tempfile.TemporaryDirectory() as home:
        for run in range(runs + 1):
            for kind, found in painted_ms.items():
                milliseconds = float(str(first_paint(kind, Path(home))["painted_ms"]))
                if run > 0:  # the first one warms the disk
                    found.append(milliseconds)
    compare(painted_ms, "runs")


def sign_in(cycles: int) -> None:
    """Print how long the code takes after the click, and the ratio."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.click_to_code", str(cycles)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30 + 10 * cycles,
        cwd=Path(__file__).parents[1],
    )
    compare(json.loads(done.stdout.splitlines()[-1]), "cycles")


def compare(found_ms: dict[str, list[float]], unit: str) -> None:
    """Print what was found for the program and beside it for the bare thing, and the ratio of the medians."""
    for kind, found in found_ms.items():
        p95_ms = statistics.quantiles(found, n=20, method="inclusive")[-1]
        sys.stdout.write(
            f"{kind:<8} median {statistics.median(found):6.1f} ms  p95 {p95_ms:6.1f} ms  "
            f"worst {max(found):6.1f} ms  ({len(found)} {unit})\n"
        )
    medians = {kind: statistics.median(found) for kind, found in found_ms.items()}
    sys.stdout.write(f"ratio    {medians['program'] / medians['bare']:.2f}\n")


def main() -> None:
    """Run the benchmark asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("start", "sign-in"), default="start")
    parser.add_argument("--runs", type=int, default=9, help="of start, at least 2")
    parser.add_argument("--cycles", type=int, default=30, help="of sign-in, at least 2")
    options = parser.parse_args()
    if options.what == "start":
        start(options.runs)
    else:
        sign_in(options.cycles)


if __name__ == "__main__":
    main()
