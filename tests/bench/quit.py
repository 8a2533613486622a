"""`quit`: how long forty registered lines take to be deregistered and the process to be gone."""

import time

from tests.bench.figures import Figure
from tests.kit.program import next_event, started

LINES = {"forty": 40, "calm": 1}  # of the scenarios, each with its own cloud in the process


def quitting(runs: int) -> tuple[Figure, ...]:
    """Compare with the end of one line."""
    found: dict[str, list[float]] = {scenario: [] for scenario in LINES}
    for _ in range(runs):
        for scenario, took_ms in found.items():
            took_ms.append(_end_of(scenario))
    return (Figure(name="quit: forty lines / one", unit="ms", ours=found["forty"], floor=found["calm"]),)


def _end_of(scenario: str) -> float:
    with started("watch", "--json", "--demo", scenario) as process:
        registered: set[str] = set()
        while len(registered) < LINES[scenario]:
            event = next_event(process)
            if event["event"] == "registered":
                registered.add(event["line"])
        began_s = time.monotonic()
        process.terminate()
        process.communicate(timeout=60)
        return (time.monotonic() - began_s) * 1000
