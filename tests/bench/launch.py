"""`launch`: from the start of the process to its first picture, and on to the window's contents."""

import sys
import tempfile
import time

from tests.bench.figures import Figure
from tests.bench.screen import Screen, bare, environment

SETTLED_S = 1.5  # the program loads on behind its first picture; the next start is not to suffer from it


def launch(runs: int) -> tuple[Figure, ...]:
    """Compare the first pictures, in turns."""
    screen = Screen()
    commands = {"ours": [sys.executable, "-m", "softphone"], "floor": bare()}
    found: dict[str, list[float]] = {kind: [] for kind in commands}
    with tempfile.TemporaryDirectory() as home:
        for run in range(runs + 1):
            for kind, command in commands.items():
                with screen.started(command, environment(home)) as painted_ms:
                    time.sleep(SETTLED_S)
                if run > 0:  # the first one warms the disk
                    found[kind].append(painted_ms)
    return (
        Figure(
            name="launch to the first picture",
            unit="ms",
            target=1.35,
            ours=found["ours"],
            floor=found["floor"],
        ),
    )
