"""Random histories of one line, as many as wanted.

`python -m tests.line.worlds.soak --steps 1000000 --seed 1`.
Prints the steps, the rate, the worst number of automatic requests in 60 s and the number of broken
histories; each broken one is named by its seed and can be played again with `--seed` and `--steps 1`.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.line.failures import FAULTS, FINAL_FAULTS
from tests.line.worlds.world import BrokenError, World

DEEDS_PER_HISTORY = 40
HEALTHY_S = 600.0
SICK_WORDS = ("500", "503", "nonsense", "403", "103")
DEAD_WORDS = ("refused", "timeout", "silent", "lost")


@dataclass(slots=True)
class Report:
    """What a soak found."""

    steps: int = 0
    histories: int = 0
    seconds: float = 0.0
    worst_in_60_s: int = 0
    broken: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        rate = self.steps / self.seconds if self.seconds else 0
        return (
            f"{self.steps} steps in {self.histories} histories, {rate:.0f} steps/s, "
            f"worst {self.worst_in_60_s} requests in 60 s, {len(self.broken)} broken"
        )


def soak(steps: int, seed: int) -> Report:
    """Play histories until so many steps were taken."""
    report = Report()
    began_s = time.perf_counter()
    while report.steps < steps:
        world = history(seed + report.histories, report.broken)
        report.histories += 1
        report.steps += world.steps
        report.worst_in_60_s = max(report.worst_in_60_s, world.worst_in_60_s)
    report.seconds = time.perf_counter() - began_s
    return report


def history(seed: int, broken: list[str]) -> World:
    """One random history, then ten minutes in which everything works."""
    dice = random.Random(seed)
    primaries = dice.choice((0, 1, 1, 2, 3, 8))
    world = World(
        seed,
        primaries=primaries,
        backups=dice.choice((0, 1, 2, 8) if primaries else (1, 2, 8)),
        device_limit=dice.choice((1, 1, 5)),
        known_at_start=dice.random() < 0.9,
        shared=dice.random() < 0.6,
        interval_s=dice.choice((5.0, 10.0, 30.0, 30.0, 30.0, 60.0)),
    )
    world.service.rehoming_minutes = dice.choice((None, None, 1.0, 5.0))
    world.early_s = dice.choice((0.0, 0.039))
    if dice.random() < 0.2:
        extreme = dice.choice((0.0, 0.999_999))
        world.draw = lambda: extreme
    deeds = dice.choices(*zip(*DEEDS, strict=True), k=DEEDS_PER_HISTORY)
    try:
        world.register()
        for deed in deeds:
            deed(world, dice)
        world.heal()
        world.pass_time(HEALTHY_S)
    except BrokenError as error:
        broken.append(f"seed {seed}: {error}")
        return world
    found = world.broken_liveness()
    if found:
        broken.append(f"seed {seed}: {found}")
    return world


Deed = Callable[[World, random.Random], None]


def _time_passes(world: World, dice: random.Random) -> None:
    world.pass_time(dice.choice((0.01, 0.5, 2.0, 5.0, 12.0, 31.0, 61.0, 160.0, 700.0)))


def _an_hour_passes(world: World, dice: random.Random) -> None:
    world.pass_time(dice.choice((3600.0, 7300.0)))


def _trouble(world: World, dice: random.Random) -> None:
    words = dice.choice((FAULTS, SICK_WORDS, DEAD_WORDS, ("429", "429:5", "429:60")))
    world.will_answer(*dice.choices(words, k=dice.choice((1, 2, 3, 6, 20))))


def _one_answer_goes_wrong(world: World, dice: random.Random) -> None:
    world.will_answer(dice.choice(FAULTS))


def _a_final_answer(world: World, dice: random.Random) -> None:
    world.will_answer(dice.choice(FINAL_FAULTS))


def _hosts_die(world: World, dice: random.Random) -> None:
    every = world.servers.primaries + world.servers.backups
    world.dead = set(dice.sample(every, dice.randint(0, len(every))))


def _servers_are_slow(world: World, dice: random.Random) -> None:
    slow = dice.sample(("post", "keepalive", "delete", "discover"), k=dice.randint(0, 4))
    world.takes_s = {route: dice.choice((1.0, 4.0, 9.0, 12.0, 20.0, 29.0, 31.0)) for route in slow}


def _hosts_are_sick(world: World, dice: random.Random) -> None:
    every = world.servers.primaries + world.servers.backups
    words = ("503", "403", "nonsense", "429", "429:20", "409", "no-network", "refused")
    sick = dice.sample(every, dice.randint(0, len(every)))
    world.standing = {server.url: dice.choice(words) for server in sick}
    world.seen |= set(world.standing.values())


def _the_network_goes(world: World, dice: random.Random) -> None:
    world.network = False
    if dice.random() < 0.7:
        world.hint_lost()


def _the_network_comes(world: World, dice: random.Random) -> None:
    world.network = True
    if dice.random() < 0.7:
        world.hint_back()


DEEDS: Sequence[tuple[Deed, int]] = (
    (_time_passes, 40),
    (_an_hour_passes, 2),
    (_trouble, 14),
    (_one_answer_goes_wrong, 8),
    (_a_final_answer, 1),
    (_hosts_die, 6),
    (_servers_are_slow, 4),
    (_hosts_are_sick, 4),
    (_the_network_goes, 3),
    (_the_network_comes, 4),
    (lambda world, _: world.register(), 4),
    (lambda world, _: world.deregister(), 3),
    (lambda world, _: world.retry_now(), 3),
    (lambda world, _: world.remove_a_device(), 3),
    (lambda world, _: world.sign_in_ends(), 1),
    (lambda world, _: world.sign_in(), 2),
    (lambda world, _: world.hint_lost(), 1),
    (lambda world, _: world.hint_back(), 2),
    (lambda world, _: world.wake(), 2),
    (lambda world, _: world.crash_and_start(), 1),
    (lambda world, _: world.somebody_registers(), 1),
    (lambda world, _: world.a_copy_registers(), 1),
    (lambda world, _: world.the_copy_ends(), 1),
)


def main() -> int:
    """Run from the command line; 1 if anything broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    report = soak(options.steps, options.seed)
    for each in report.broken[:5]:
        sys.stdout.write(f"{each}\n\n")
    sys.stdout.write(f"{report}\n")
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
