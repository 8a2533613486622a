"""What the default policy achieves, in virtual time: `python -m tests.line.worlds.figures`.

(a) the primary host is dead at the start, the backup healthy; (b) the host dies while the line is
registered, at a random phase of the 30 s keepalive; (c) every server is away for a while, or the network
is, and comes back; (d) the most requests a line sends in 60 s when the servers do their worst. 1,000 draws
each (c: 200), seeded; latency 50 ms. Then the figures to reach (figures_to_reach.py), worst of 20.
"""

import random
import statistics
import sys
from collections.abc import Callable, Iterable
from functools import partial

from softphone.line.states import Registered
from tests.line.failures import FAULTS
from tests.line.worlds.beside import BOUND
from tests.line.worlds.figures_to_reach import GOALS, registered, until, worst_on_a_short_interval
from tests.line.worlds.soak import soak
from tests.line.worlds.world import World

RUNS = 1000
OUTAGE_RUNS = 200
GOAL_RUNS = 20
OUTAGES_S = {"10 s": 10.0, "5 min": 300.0, "1 h": 3600.0, "24 h": 86_400.0}
HINT_TOO_EARLY_S = 5.0  # a computer says "online" when it has an address, and the way out opens later


def seconds_to_register(world: World) -> float:
    """Let time pass until the line is registered at a living host."""
    return until(
        world, lambda: isinstance(world.state, Registered) and world.state.lease.server not in world.dead
    )


def dead_at_start(seed: int, *, black_hole: bool) -> float:
    world = World(seed, primaries=1, backups=1)
    world.black_hole = black_hole
    world.dead = set(world.servers.primaries)
    world.register()
    return seconds_to_register(world)


def dies_while_registered(seed: int, *, black_hole: bool) -> float:
    world = registered(seed, device_limit=1)
    world.black_hole = black_hole
    world.dead = set(world.servers.primaries)
    return seconds_to_register(world)


def after_an_outage(seed: int, outage_s: float, *, black_hole: bool = False) -> float:
    """Every server is away; seconds from their return, of which nobody tells."""
    world = _registered_world(seed)
    world.black_hole = black_hole
    world.dead = {*world.servers.primaries, *world.servers.backups}
    world.pass_time(outage_s)
    world.dead = set()
    return seconds_to_register(world)


def after_the_network_is_back(seed: int, offline_s: float, *, hint_too_early_s: float = 0.0) -> float:
    """The network is away and both hints come; seconds from the hint that it is back."""
    world = _registered_world(seed)
    world.network = False
    world.hint_lost()
    world.pass_time(offline_s)
    world.hint_back()
    world.pass_time(hint_too_early_s)
    world.network = True
    return hint_too_early_s + seconds_to_register(world)


def after_sleep(seed: int, offline_s: float) -> float:
    """The computer wakes without a network, which comes within half a minute; seconds from its return."""
    world = _registered_world(seed)
    world.network = False
    world.pass_time(offline_s)
    world.wake()
    world.pass_time(30.0 * random.Random(seed).random())
    world.network = True
    world.hint_back()
    return seconds_to_register(world)


def _registered_world(seed: int) -> World:
    """A line at a random phase of its keepalive, with or without a backup."""
    return registered(seed, backups=seed % 2, device_limit=1)


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


def figure(title: str, play: Callable[[int], float], runs: int = RUNS) -> str:
    found = sorted(play(seed) for seed in range(runs))
    p95 = found[int(0.95 * runs)]
    return f"{title:<54} median {statistics.median(found):5.1f} s  p95 {p95:5.1f} s  worst {found[-1]:5.1f} s"


def _seconds_and_devices(seconds: float, devices: int) -> str:
    return f"{seconds:5.1f} s, {devices} device{'s' if devices > 1 else ''}"


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
    for length, outage_s in OUTAGES_S.items():
        for title, after in (
            ("servers that refused", partial(after_an_outage, outage_s=outage_s)),
            ("servers in a black hole", partial(after_an_outage, outage_s=outage_s, black_hole=True)),
            ("network, after sleep", partial(after_sleep, offline_s=outage_s)),
            ("network, as hinted", partial(after_the_network_is_back, offline_s=outage_s)),
            (
                f"network, {HINT_TOO_EARLY_S:g} s after the hint",
                partial(after_the_network_is_back, offline_s=outage_s, hint_too_early_s=HINT_TOO_EARLY_S),
            ),
        ):
            sys.stdout.write(f"{figure(f'back after {length}: {title}', after, OUTAGE_RUNS)}\n")
    sys.stdout.write(f"\n{'figures to reach, worst of ' + str(GOAL_RUNS):<50} {'ours':<22}{'goal':<22}SDK\n")
    for goal in GOALS:
        worst = goal.worst(range(GOAL_RUNS))
        found = _seconds_and_devices(worst.seconds, worst.devices)
        asked = _seconds_and_devices(goal.seconds, goal.devices)
        sys.stdout.write(f"{goal.title:<50} {found:<22}{asked:<22}{goal.sdk}\n")
    hostile = worst_per_minute(range(200))
    mixed = soak(steps=200_000, seed=1).worst_in_60_s
    sys.stdout.write(
        f"most automatic requests in 60 s: {hostile} (hostile answers), {mixed} (random histories), "
        f"{worst_on_a_short_interval(range(40))} (interval 5 s); goal {BOUND}; SDK 63 in less than a second\n"
    )


if __name__ == "__main__":
    main()
