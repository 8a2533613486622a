"""`scale`: a thousand lines in one process, over real sockets; the simulated cloud is this process."""

import json
import statistics
import subprocess
import sys

from softphone.sim.scenarios import Scenario
from softphone.sim.server import CloudServer
from softphone.sim.services.people import Person
from tests.bench.figures import Figure
from tests.bench.watching import bare_post_ms

LINES = 1000
SECONDS = 90.0  # three keepalives of each line


def scale(runs: int) -> tuple[Figure, ...]:
    """CPU of a second of a thousand lines, beside as many bare POSTs as they send keepalives in it."""
    people = tuple(Person(f"person{number:04}@example.com", f"Person {number:04}") for number in range(LINES))
    crowd = Scenario("crowd", "A thousand people", "All register and stay registered.", people)
    found: list[dict[str, float]] = []
    floor = []
    for _ in range(runs):
        with CloudServer(crowd) as cloud:
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.crowd", str(cloud.cloud_file), str(SECONDS)],
                input=json.dumps([user.token for user in cloud.users]),
                capture_output=True,
                text=True,
                check=True,
            )
            found.append(json.loads(done.stdout.splitlines()[-1]))
            floor.append(bare_post_ms(cloud) * found[-1]["keepalives"] / SECONDS)
    ours = [one["CPU, share of a core"] * 1000 for one in found]
    more = {name: statistics.median(one[name] for one in found) for name in found[0]}
    return (Figure(name=f"{LINES} lines: CPU in a second", unit="ms", ours=ours, floor=floor, more=more),)
