"""What is counted of the process while it soaks, and whether any of it grows."""

import asyncio
import gc
import os
import statistics
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE_KIB = os.sysconf("SC_PAGE_SIZE") / 1024 if hasattr(os, "sysconf") else 4.0
GROWS_MIB_PER_H = 1.0  # less than that is noise (reliability.md#figures)
OBJECTS_PART = 0.02
ENOUGH_CALMS = 24  # before that the process may still grow to its usual size
# Not the program's, or remembered up to a limit that a day is needed to reach (`live_secrets`).
NOT_COUNTED = ("softphone.sim", "softphone.system.live_secrets", "tests")


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
    objects: int


def timers_of(loop: asyncio.AbstractEventLoop) -> int:
    """Return how many timers wait; those that were cancelled are nobody's."""
    return sum(not timer.cancelled() for timer in loop._scheduled)  # type: ignore[attr-defined]


def files() -> int:
    """Return how many descriptors this process has open; 0 where nobody can say."""
    place = Path("/proc/self/fd")
    return len(list(place.iterdir())) if place.exists() else 0


def memory_mib() -> float:
    """Return the memory of this process that is in use; 0 where nobody can say."""
    place = Path("/proc/self/statm")
    return round(int(place.read_text().split()[1]) * PAGE_KIB / 1024, 2) if place.exists() else 0.0


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
        memory_mib(),
    )


def rest(at_s: float) -> Rest:
    """Look closely, after collecting what is nobody's."""
    gc.collect()
    seen = sample(at_s, 0, 0)
    objects = sum(not type(one).__module__.startswith(NOT_COUNTED) for one in gc.get_objects())
    return Rest(at_s, seen.tasks, seen.timers, seen.files, seen.threads, seen.memory_mib, objects)


def kinds_of_objects(most: int = 12) -> str:
    """Return the most numerous kinds of objects, to tell what has grown."""
    counts = Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
    return ", ".join(f"{count} {kind}" for kind, count in counts.most_common(most))


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
        "files": lines / 4,  # connections kept alive come and go
        "threads": 1.0,
        "memory_mib": max(GROWS_MIB_PER_H * hours, 1.0),
        "objects": OBJECTS_PART * middle[0].objects,
    }
    found = []
    if len(rests) < ENOUGH_CALMS:
        del rooms["memory_mib"], rooms["objects"]
    for name, room in rooms.items():
        before, after = (statistics.median(getattr(one, name) for one in part) for part in (middle, last))
        if after > before + room:
            found.append(f"{name}: {before:g} in the middle, {after:g} at the end")
    return found
