"""Figures to reach: what must be as good as the vendor's SDK, or better, and can be measured in virtual time.

`python -m tests.line.worlds.figures` prints them beside what was measured of the SDK.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from softphone.line.model import Role, Server
from softphone.line.policy import Policy
from softphone.line.states import Registered
from tests.line.worlds.world import World

TICK_S = 0.05
NEVER_S = float("inf")
GONE_S = 100.0


@dataclass(frozen=True, slots=True)
class Measured:
    """How long it took, and how many devices were granted on the way."""

    seconds: float
    devices: int


def slow_grant(seed: int, takes_s: float = 12.0) -> Measured:
    """Every server needs so long for the grant."""
    world = World(seed)
    world.takes_s["post"] = takes_s
    world.register()
    seconds = until(world, lambda: isinstance(world.state, Registered))
    world.pass_time(300.0)
    return Measured(seconds, world.service.granted)


def sick_hosts(seed: int, sick_s: float = 60.0, *, word: str = "503", backups_too: bool = True) -> Measured:
    """A registered line: the hosts answer everything with 503 for a while. Seconds from their recovery."""
    world = registered(seed)
    sick = world.servers.primaries + (world.servers.backups if backups_too else ())
    world.standing = dict.fromkeys((server.url for server in sick), word)
    world.pass_time(sick_s)
    world.standing = {}
    return Measured(until_proved(world), world.service.granted)


def slow_keepalives(seed: int, interval_s: float, takes_s: float, for_s: float = 240.0) -> Measured:
    """Keepalives are answered late for a while. Seconds from the end of that."""
    world = registered(seed, interval_s=interval_s)
    world.takes_s["keepalive"] = takes_s
    world.pass_time(for_s)
    world.takes_s.clear()
    return Measured(until_proved(world), world.service.granted)


def internet_gone(
    seed: int, gone_s: float = GONE_S, *, black_hole: bool = False, word: str = "", backups: int = 1
) -> Measured:
    """Nothing answers (`word`: a proxy says so) and nothing hints at it. Seconds from the return to proof."""
    world = registered(seed, backups=backups)
    world.black_hole = black_hole
    world.network = bool(word)
    world.standing = dict.fromkeys((server.url for server in every(world)), word) if word else {}
    world.pass_time(gone_s)
    world.network, world.standing = True, {}
    return Measured(until_proved(world), world.service.granted)


def primary_dies(seed: int, *, shared: bool, black_hole: bool = False) -> Measured:
    """The primary of a registered line dies; a device is counted over all hosts, or for each."""
    world = registered(seed, shared=shared, device_limit=1, backups=2)
    world.black_hole = black_hole
    world.dead = set(world.servers.primaries)
    return Measured(until(world, lambda: role_of(world) is Role.BACKUP), world.service.granted)


def way_home(seed: int, interval_s: float, minutes: float) -> Measured:
    """On the backup, the primary comes back. Seconds until the line is home."""
    world = registered(seed, interval_s=interval_s, rehoming_minutes=minutes)
    world.dead = set(world.servers.primaries)
    until(world, lambda: role_of(world) is Role.BACKUP)
    world.pass_time(60 * minutes * random.Random(seed).random())
    world.dead = set()
    return Measured(until(world, lambda: role_of(world) is Role.PRIMARY), world.service.granted)


def worst_on_a_short_interval(seeds: Iterable[int]) -> int:
    """The most automatic requests in any 60 s at an interval of 5 s, primaries coming and going."""
    worst = 0
    for seed in seeds:
        dice = random.Random(seed)
        world = registered(seed, interval_s=5.0, rehoming_minutes=1.0)
        for _ in range(20):
            world.dead = set(world.servers.primaries) if dice.random() < 0.5 else set()
            world.pass_time(dice.uniform(20.0, 200.0))
        worst = max(worst, world.worst_in_60_s)
    return worst


# ---- worlds


def registered(
    seed: int,
    *,
    backups: int = 1,
    shared: bool = True,
    device_limit: int = 5,
    interval_s: float = 30.0,
    rehoming_minutes: float | None = None,
) -> World:
    """A line on its primary, at a random phase of its keepalive."""
    world = World(
        seed, primaries=1, backups=backups, shared=shared, device_limit=device_limit, interval_s=interval_s
    )
    world.service.rehoming_minutes = rehoming_minutes
    world.register()
    world.pass_time(100.0 + interval_s * random.Random(seed).random())
    return world


def every(world: World) -> tuple[Server, ...]:
    return world.servers.primaries + world.servers.backups


def role_of(world: World) -> Role | None:
    return world.state.lease.server.role if isinstance(world.state, Registered) else None


def until_proved(world: World) -> float:
    """Let time pass until the service proves the registration."""
    began_s = world.now_s
    return until(
        world, lambda: isinstance(world.state, Registered) and world.state.lease.proved_at_s > began_s
    )


def until(world: World, reached: Callable[[], bool], limit_s: float = 10_000.0) -> float:
    began_s = world.now_s
    while world.now_s - began_s < limit_s:
        if reached():
            return world.now_s - began_s
        world.pass_time(TICK_S)
    return NEVER_S


# ---- the table


@dataclass(frozen=True, slots=True)
class Goal:
    """One row: at most so many seconds, and so many devices granted in all."""

    title: str
    sdk: str
    play: Callable[[int], Measured]
    seconds: float
    devices: int

    def worst(self, seeds: Iterable[int]) -> Measured:
        """Return the longest time and the most devices."""
        found = [self.play(seed) for seed in seeds]
        return Measured(max(each.seconds for each in found), max(each.devices for each in found))


GOALS = (
    Goal("every server needs 12 s for the grant", "12 s, 1 device", slow_grant, 13.0, 1),
    Goal("all answer 503 for 60 s", "kept", sick_hosts, 33.0, 1),
    Goal("the primary alone answers 503 for 60 s", "kept", partial(sick_hosts, backups_too=False), 33.0, 1),
    Goal(
        "keepalives take 12 s of 30, 4 minutes",
        "kept",
        partial(slow_keepalives, interval_s=30.0, takes_s=12.0),
        33.0,
        1,
    ),
    Goal(
        "keepalives take 4 s of 10, 4 minutes",
        "kept",
        partial(slow_keepalives, interval_s=10.0, takes_s=4.0),
        11.0,
        1,
    ),
    Goal("internet refuses for 100 s, no hint", "10 s, 2 devices", internet_gone, 15.0, 1),
    Goal(
        "internet silent for 100 s, no hint",
        "10 s, 2 devices",
        partial(internet_gone, black_hole=True),
        15.0,
        1,
    ),
    Goal(
        "internet silent, one server known",
        "10 s, 2 devices",
        partial(internet_gone, black_hole=True, backups=0),
        15.0,
        1,
    ),
    Goal(
        "local proxy dead for 40 s",
        "-",
        partial(internet_gone, gone_s=40.0, word="no-network"),
        15.0,
        1,
    ),
    # Five misses, then the old server's back-off: sdk.md#keepalives, V33.
    Goal("primary refuses, devices shared", "about 230 s", partial(primary_dies, shared=True), 60.0, 2),
    Goal("primary refuses, devices per host", "about 230 s", partial(primary_dies, shared=False), 50.0, 2),
    Goal(
        "primary in a black hole, shared",
        "never noticed",
        partial(primary_dies, shared=True, black_hole=True),
        90.0,
        2,
    ),
    Goal(
        "primary in a black hole, per host",
        "never noticed",
        partial(primary_dies, shared=False, black_hole=True),
        90.0,
        2,
    ),
    *(
        Goal(
            f"home again, interval {interval_s:g} s, rehoming {minutes:g} min",
            "-",
            partial(way_home, interval_s=interval_s, minutes=minutes),
            60 * minutes + Policy().home_spacing_s,
            3,
        )
        for interval_s, minutes in ((5.0, 1.0), (5.0, 2.0), (7.0, 2.0), (30.0, 2.0), (300.0, 2.0))
    ),
)
