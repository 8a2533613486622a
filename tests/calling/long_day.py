"""A day of lines on a cloud that flaps, in virtual time: does anything grow?

    python -m tests.calling.long_day [--lines 40] [--hours 24] [--seed 1]

The lines are real (`LineRunner`, `Circuits`, `CallingClient`), the servers and the clock are not. Of each
hour some minutes are bad: a server or both refuse, are busy or say nothing. At its calm end all lines must be
registered, and what the process holds is counted. Ends with 1 if a line is not back or something has grown.
"""

import argparse
import asyncio
import gc
import random
import statistics
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from tests.calling.fake_provider import BACKUP, PRIMARY
from tests.calling.thousand import REGISTERED, Crowd, World
from tests.calling.virtual_time import run

HOUR_S = 3600.0
CALM_S = 1200.0  # all are back by then, and at home
ROOM_KIB = 4.0  # for each line; what Python's own tables may take
LINE = "{:>6}{:>12}{:>10}{:>8}{:>8}{:>8}{:>12}"


@dataclass(frozen=True, slots=True)
class Hour:
    """What there is at the end of an hour."""

    hour: int
    registered: int
    requests: int
    tasks: int
    timers: int
    files: int
    memory_kib: float


async def long_day(
    lines: int, hours: int, *, seed: int = 1, tell: Callable[[Hour], object] = lambda _: None
) -> list[Hour]:
    """Return how each hour ended."""
    dice = random.Random(seed)
    crowd = await Crowd.gathered(lines, backup=True, seed=seed, world=World())
    tracemalloc.start()
    seen = []
    try:
        for number in range(1, hours + 1):
            await _bad_minutes(crowd.world, dice)
            crowd.world.down.clear()
            await asyncio.sleep(CALM_S)
            seen.append(_hour(number, crowd))
            tell(seen[-1])
    finally:
        tracemalloc.stop()
        await crowd.close()
    return seen


async def _bad_minutes(world: World, dice: random.Random) -> None:
    loop = asyncio.get_running_loop()
    until_s = loop.time() + HOUR_S - CALM_S
    while (left_s := until_s - loop.time()) > 0:
        world.how = dice.choice(("refuse", "busy", "hang"))
        world.retry_after_s = dice.choice((None, 1.0, 20.0)) if world.how == "busy" else None
        world.down = set(dice.choice(((), (PRIMARY,), (BACKUP,), (PRIMARY, BACKUP))))
        await asyncio.sleep(min(left_s, dice.choice((2.0, 15.0, 60.0, 200.0, 700.0))))


def _hour(number: int, crowd: Crowd) -> Hour:
    loop, requests = asyncio.get_running_loop(), len(crowd.world.asked)
    _forget(crowd.world)
    gc.collect()
    memory, _ = tracemalloc.get_traced_memory()
    return Hour(
        hour=number,
        registered=crowd.registered(REGISTERED),
        requests=requests,
        tasks=len(asyncio.all_tasks()),
        timers=sum(not timer.cancelled() for timer in loop._scheduled),  # type: ignore[attr-defined]
        files=len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0,
        memory_kib=round(memory / 1024, 1),
    )


def _forget(world: World) -> None:
    """Let go of what the world alone keeps."""
    now_s = asyncio.get_running_loop().time()
    world.asked.clear()
    world.devices = {device: until_s for device, until_s in world.devices.items() if until_s > now_s}


def grown(seen: list[Hour], lines: int) -> list[str]:
    """Return what is more in the last third of the hours than in the middle one."""
    third = len(seen) // 3
    found = []
    for name, room in (("tasks", 0), ("timers", lines), ("files", 0), ("memory_kib", ROOM_KIB * lines)):
        middle, last = (
            statistics.median(getattr(hour, name) for hour in part)
            for part in (seen[third : 2 * third], seen[2 * third :])
        )
        if last > middle + room:
            found.append(f"{name}: {middle:g} at noon, {last:g} in the evening")
    return found


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=40)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.stdout.write(LINE.format(*(field.name for field in fields(Hour))) + "\n")

    def tell(hour: Hour) -> None:
        sys.stdout.write(LINE.format(*astuple(hour)) + "\n")
        sys.stdout.flush()

    seen = run(long_day(options.lines, options.hours, seed=options.seed, tell=tell))
    found = grown(seen, options.lines)
    found += [
        f"hour {hour.hour}: {hour.registered} lines" for hour in seen if hour.registered < options.lines
    ]
    sys.stdout.write("\n".join(found or ["nothing has grown"]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
