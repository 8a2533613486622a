"""Timings, as ratios taken in one run: `python -m tests.bench [start]`. Needs an X display.

`start` compares the time to the program's first picture with that of an empty window, runs alternating.
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
    medians = {kind: statistics.median(found) for kind, found in painted_ms.items()}
    for kind, found in painted_ms.items():
        sys.stdout.write(
            f"{kind:<8} median {medians[kind]:6.1f} ms  worst {max(found):6.1f} ms  ({runs} runs)\n"
        )
    sys.stdout.write(f"ratio    {medians['program'] / medians['bare']:.2f}\n")


def main() -> None:
    """Run the benchmark asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("start",), default="start")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    start(options.runs)


if __name__ == "__main__":
    main()
