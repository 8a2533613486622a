"""The rows of the table: a name, how many points there are, and what comes of the life at each of them."""

import errno
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from tests.hostile.kills import clocks, damage, disks, pairs
from tests.hostile.kills.judging import Outcome, played
from tests.hostile.kills.scene import Scene
from tests.hostile.kills.steps import FOR_EVER
from tests.hostile.kills.stories import STORIES

AT_ONCE = 8
SHARE_OF_HISTORY = 0.005  # of its places, for a share of 1: a database is long, and slow to open
_T = TypeVar("_T")


@dataclass(frozen=True)
class Sample:
    """Which points are tried: a share of them, drawn by the seed, or the one at a step."""

    seed: int
    share: float = 1.0
    at: int | None = None
    at_once: int = AT_ONCE

    def of(self, points: Sequence[_T]) -> list[_T]:
        """Return the points that are drawn, at least one."""
        chance = random.Random(self.seed)
        return [point for point in points if chance.random() < self.share] or [chance.choice(points)]

    def lived(self, life: Callable[[_T], Outcome], points: Sequence[_T]) -> Iterator[tuple[str, Outcome]]:
        """Live one life for each point, several at a time."""
        with ThreadPoolExecutor(self.at_once) as pool:
            yield from zip(map(str, points), pool.map(life, points), strict=True)


Lives = Iterator[tuple[str, Outcome]]
Row = Callable[[Sample], tuple[int, Lives]]  # how many points there are, and what came of those tried


def _steps(life: Callable[[object, int], Outcome]) -> Row:
    """Every step of a life; one that ends by itself shows how many there are."""

    def row(sample: Sample) -> tuple[int, Lives]:
        whole = life(sample.seed, 0)
        there = range(1, whole.steps + 1)
        steps = sample.of(there) if sample.at is None else [sample.at] if sample.at in there else []

        def lives() -> Lives:
            yield "0", whole
            yield from sample.lived(partial(life, sample.seed), steps)

        return whole.steps, lives()

    return row


def _each(life: Callable[..., Outcome], points: Sequence[tuple[object, ...]]) -> Row:
    """Every point of a list."""

    def row(sample: Sample) -> tuple[int, Lives]:
        return len(points), sample.lived(lambda point: life(*point, seed=sample.seed), sample.of(points))

    return row


@contextmanager
def used_home() -> Iterator[tuple[Scene, Path]]:
    """Yield a scene, and the home of a program that was used in it."""
    with Scene(random.Random(0)) as scene, tempfile.TemporaryDirectory(prefix="used-", dir="/tmp") as place:
        damage.used(scene)
        yield scene, Path(shutil.copytree(scene.computer.home, Path(place) / "home"))


def _places_in(name: str) -> Row:
    """Every place of a file."""

    def row(sample: Sample) -> tuple[int, Lives]:
        with used_home() as (_, home):
            content = next(home.rglob(name)).read_bytes()
        share = sample.share * (SHARE_OF_HISTORY if name == damage.HISTORY else 1.0)
        points = damage.damaged_everywhere(name, content, random.Random(sample.seed), share)
        return damage.WAYS * len(content), points

    return row


def _kinds_of_damage(sample: Sample) -> tuple[int, Lives]:
    """Every way to damage each file that the program leaves."""
    with used_home() as (scene, home):
        names = damage.files_of(scene.computer)
        points = [(name, kind) for name in names for kind in damage.DAMAGES]
        chosen = sample.of(points)
        outcomes = [damage.damaged_whole(scene, home, *point) for point in chosen]
    return len(points), zip(map(str, chosen), outcomes, strict=True)


ROWS: dict[str, Row] = {
    **{f"kill: {story.__name__}": _steps(partial(played, story)) for story in STORIES},
    **{
        f"disk: {errno.errorcode[error]} {often}": _steps(partial(disks.failed_at, error, times))
        for error in disks.ERRORS
        for often, times in (("once", 1), ("from there on", FOR_EVER))
    },
    **{f"damage: {name}": _places_in(name) for name in damage.READERS},
    "damage: every file": _kinds_of_damage,
    "two programs": _steps(pairs.met_at),
    "copied profile": _each(pairs.copied, [(copy, same) for copy in pairs.COPIES for same in (True, False)]),
    "clock set": _each(clocks.clock_set, clocks.SETTINGS),
}
