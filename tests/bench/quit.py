"""`quit`: how long forty registered lines take to be deregistered and the process to be gone."""

import signal
import tempfile
import time

from softphone.sim.server import CloudServer
from tests.bench.figures import Figure
from tests.bench.watching import until_registered, watch

LINES = 40


def quitting(runs: int) -> tuple[Figure, ...]:
    """Compare with the end of one line."""
    found: dict[str, list[float]] = {"forty": [], "calm": []}
    for _ in range(runs):
        for scenario, took in found.items():
            with (
                CloudServer(scenario) as cloud,
                tempfile.TemporaryDirectory() as home,
                watch(cloud, home) as process,
            ):
                until_registered(process)
                began_s = time.monotonic()
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=60)
                took.append((time.monotonic() - began_s) * 1000)
    return (Figure(name="quit: forty lines / one", unit="ms", ours=found["forty"], floor=found["calm"]),)
