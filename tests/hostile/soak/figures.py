"""What is counted of the process while it soaks, and whether any of it grows."""

import asyncio
import gc
import statistics
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import BuiltinFunctionType, FrameType, FunctionType, ModuleType

from tests.kit.memory import give_back, resident_mib

GROWS_MIB_PER_H = 1.0  # less than that is noise (reliability.md#figures)
HELD_KIB = 4.0  # of a line; what Python's own tables may take
ENOUGH_CALMS = 24  # before that the process may still grow to its usual size
NOT_COUNTED = ("softphone.sim", "tests")
_NOT_HELD = (ModuleType, type, FunctionType, BuiltinFunctionType, FrameType, asyncio.AbstractEventLoop)


@dataclass(frozen=True, slots=True)
class Sample:
    """What there is at one moment. `at_s`: nominal. `requests`: in the minute before, of all lines."""

    at_s: float
    registered: int
    requests: int
    tasks: int
    timers: int
    files: int
    threads: int
    memory_mib: float


@dataclass(frozen=True, slots=True)
class Rest:
    """What there is at the end of a calm, when all is as it was at the end of the one before."""

    at_s: float
    tasks: int
    timers: int
    files: int
    threads: int
    memory_mib: float
    held_kib: float


def timers_of(loop: asyncio.AbstractEventLoop) -> int:
    """Return how many timers wait; those that were cancelled are nobody's."""
    return sum(not timer.cancelled() for timer in loop._scheduled)  # type: ignore[attr-defined]


def files() -> int:
    """Return how many descriptors this process has open; 0 where nobody can say."""
    place = Path("/proc/self/fd")
    return len(list(place.iterdir())) if place.exists() else 0


def sample(at_s: float, registered: int, requests: int) -> Sample:
    """Look at the running loop's process."""
    loop = asyncio.get_running_loop()
    return Sample(
        at_s,
        registered,
        requests,
        len(asyncio.all_tasks()),
        timers_of(loop),
        files(),
        threading.active_count(),
        round(resident_mib(), 2),
    )


def rest(at_s: float, *roots: object) -> Rest:
    """Look closely; `roots` lead to all that the program holds.

    Before that what is nobody's is collected, and what the C library keeps for later given back: how much
    that is depends on the worst moment before, not on what the program holds.
    """
    give_back()
    seen = sample(at_s, 0, 0)
    return Rest(at_s, seen.tasks, seen.timers, seen.files, seen.threads, seen.memory_mib, held_kib(*roots))


def held_kib(*roots: object) -> float:
    """Return the size of whatever can be reached from there, but over the loop: that is everybody's."""
    seen: set[int] = set()
    size, ways = 0, list(roots)
    while ways:
        one = ways.pop()
        if id(one) in seen or isinstance(one, _NOT_HELD) or type(one).__module__.startswith(NOT_COUNTED):
            continue
        seen.add(id(one))
        size += sys.getsizeof(one)
        ways += gc.get_referents(one)
    return round(size / 1024, 1)


def grown(rests: Sequence[Rest], lines: int) -> list[str]:
    """Return what is more in the last third of the calms than in the middle one."""
    third = len(rests) // 3
    if third < 2:
        return []
    middle, last = rests[third : 2 * third], rests[2 * third :]
    hours = (
        statistics.median(one.at_s for one in last) - statistics.median(one.at_s for one in middle)
    ) / 3600
    rooms = {
        "tasks": 4.0,
        "timers": lines / 4,
        "files": max(8.0, lines / 4),  # connections kept alive come and go
        "threads": 1.0,
        "memory_mib": max(GROWS_MIB_PER_H * hours, 1.0),
        "held_kib": HELD_KIB * lines,
    }
    found = []
    if len(rests) < ENOUGH_CALMS:
        del rooms["memory_mib"], rooms["held_kib"]
    for name, room in rooms.items():
        before, after = (statistics.median(getattr(one, name) for one in part) for part in (middle, last))
        if after > before + room:
            found.append(f"{name}: {before:g} in the middle, {after:g} at the end")
    return found
