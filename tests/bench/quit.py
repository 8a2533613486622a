"""`quit`: how long forty registered lines take to be deregistered and the process to be gone."""

import json
import signal
import subprocess
import sys
import time

from tests.bench.figures import Figure

LINES = {"forty": 40, "calm": 1}  # of the scenarios, each with its own cloud in the process


def quitting(runs: int) -> tuple[Figure, ...]:
    """Compare with the end of one line."""
    found: dict[str, list[float]] = {scenario: [] for scenario in LINES}
    for _ in range(runs):
        for scenario, took_ms in found.items():
            took_ms.append(_end_of(scenario))
    return (Figure(name="quit: forty lines / one", unit="ms", ours=found["forty"], floor=found["calm"]),)


def _end_of(scenario: str) -> float:
    with subprocess.Popen(
        [sys.executable, "-m", "softphone", "watch", "--json", "--demo", scenario],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        registered: set[str] = set()
        while len(registered) < LINES[scenario]:
            event = json.loads(process.stdout.readline())
            if event.get("event") == "registered":
                registered.add(str(event.get("line")))
        began_s = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        return (time.monotonic() - began_s) * 1000
