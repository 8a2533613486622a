"""What the default policy achieves, in virtual time: `python -m tests.line.figures`.

(a) the primary host is dead at the start, the backup healthy; (b) the host dies while the line is
registered, at a random phase of the 30 s keepalive; (c) the most requests a line sends in 60 s when the
servers do their worst. 1,000 draws each, seeded; latency 50 ms.
"""

import random
import statistics
import sys
from collections.abc import Callable, Iterable

from softphone.line.states import Registered
from tests.line.soak import soak
from tests.line.world import FAULTS, World

RUNS = 1000
TICK_S = 0.25


def seconds_to_register(world: World, limit_s: float = 600.0) -> float:
    """Let time pass until the line is registered at a living host."""
    began_s = world.now_s
    while world.now_s - began_s < limit_s:
        if isinstance(world.state, Registered) and world.state.lease.server not in world.dead:
            return world.now_s - began_s
        world.pass_time(TICK_S)
    return float("inf")


def dead_at_start(seed: int, *, black_hole: bool) -> float:
    world = World(seed, primaries=1, backups=1)
    world.black_hole = black_hole
    world.dead = set(world.servers.primaries)
    world.register()
    return seconds_to_register(world)


def dies_while_registered(seed: int, *, black_hole: bool) -> float:
    world = World(seed, primaries=1, backups=1)
    world.black_hole = black_hole
    world.register()
    world.pass_time(100.0 + 30.0 * random.Random(seed).random())
    world.dead = set(world.servers.primaries)
    return seconds_to_register(world)


def worst_per_minute(seeds: Iterable[int]) -> int:
    """The most automatic requests in any 60 s over an hour of hostile answers and a beat of 30 s."""
    worst = 0
    for seed in seeds:
        dice = random.Random(seed)
        world = World(seed, primaries=dice.choice((1, 3, 8)), backups=dice.choice((1, 8)))
        world.register()
        for _ in range(60):
            world.will_answer(*dice.choices(FAULTS, k=12))
            world.pass_time(60.0)
        worst = max(worst, world.worst_in_60_s)
    return worst


def figure(title: str, play: Callable[[int], float]) -> str:
    found = sorted(play(seed) for seed in range(RUNS))
    p95 = found[int(0.95 * RUNS)]
    return f"{title:<54} median {statistics.median(found):5.1f} s  p95 {p95:5.1f} s  worst {found[-1]:5.1f} s"


def main() -> None:
    """Print the figures."""
    rows = (
        ("primary refuses at the start", lambda seed: dead_at_start(seed, black_hole=False)),
        ("primary is a black hole at the start", lambda seed: dead_at_start(seed, black_hole=True)),
        ("host refuses while registered", lambda seed: dies_while_registered(seed, black_hole=False)),
        (
            "host becomes a black hole while registered",
            lambda seed: dies_while_registered(seed, black_hole=True),
        ),
    )
    for title, play in rows:
        sys.stdout.write(f"{figure(title, play)}\n")
    hostile = worst_per_minute(range(200))
    mixed = soak(steps=200_000, seed=1).worst_in_60_s
    sys.stdout.write(
        f"most automatic requests in 60 s: {hostile} (hostile answers), {mixed} (random histories)\n"
    )


if __name__ == "__main__":
    main()
