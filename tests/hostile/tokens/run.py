"""Many lives, one after the other, each of its own number; what was wrong in any of them."""

import asyncio
import contextlib
import os
import random
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from softphone.settings.cloud_file import NO_PROXY, SYSTEM_PROXY, Cloud
from tests.hostile.tokens.cloud.answers import HostileCloud
from tests.hostile.tokens.cloud.tunnels import PROXY
from tests.hostile.tokens.in_memory import Net, in_memory
from tests.hostile.tokens.life import Life, Log, cloud_of
from tests.hostile.tokens.on_sockets import Internet, on_sockets
from tests.hostile.tokens.programs import run_commands
from tests.hostile.tokens.secret_search import Secrets
from tests.hostile.tokens.trusted import Judgement
from tests.hostile.tokens.whole import WholeProgram
from tests.kit.ports import free_port

STEPS = 20  # of one life
SHORT, LONG = 1e-4, 0.01  # scales of the nominal waits: nobody waits; lines live a day in a minute
LIKELY = 0.85  # likeness of a cloud on which lines register


@dataclass
class Figures:
    """What a layer came to. `wrong` has a line for each thing, with the number of its life."""

    lives: int = 0
    answers: int = 0
    sent: int = 0
    wrong: list[str] = field(default_factory=list)


One = Callable[[int, Log], Awaitable[tuple[HostileCloud, Judgement]]]


async def live_on(seed: int, answers: int, one: One) -> Figures:
    """Live until there were so many answers."""
    numbers, figures = random.Random(seed), Figures()
    with Log() as log, _nothing_unseen(figures.wrong):
        while figures.answers < answers:
            number = numbers.getrandbits(32)
            hostile, judgement = await one(number, log)
            figures.lives += 1
            figures.answers += hostile.answers
            figures.sent += judgement.sent
            figures.wrong += [f"life {number}: {what}" for what in judgement.conclude()]
    return figures


@contextlib.contextmanager
def _nothing_unseen(wrong: list[str]) -> Iterator[None]:
    """An exception that nobody looks at is wrong, too."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(
        lambda _, context: wrong.append(f"unseen: {context['message']} {context.get('exception')!r}")
    )
    try:
        yield
    finally:
        loop.set_exception_handler(before)


async def live_in_memory(seed: int, answers: int) -> Figures:
    """Take most lives, with their connections in memory."""
    return await live_on(seed, answers, _in_memory_life)


async def _in_memory_life(number: int, log: Log) -> tuple[HostileCloud, Judgement]:
    chance = random.Random(number)
    judgement = Judgement(Secrets(chance))
    hostile = HostileCloud(chance, judgement.secrets)
    with _way(chance, judgement.secrets) as proxy, in_memory(Net(hostile, judgement, chance)):
        cloud = cloud_of(chance, SHORT, proxy=proxy)
        await Life(cloud, hostile, judgement, chance).live(log, STEPS)
    return hostile, judgement


@contextlib.contextmanager
def _way(chance: random.Random, secrets: Secrets) -> Iterator[str]:
    """Yield the setting of the proxy: none, a hostile one, or the system's, which wants a password."""
    kind = chance.choice((NO_PROXY, NO_PROXY, NO_PROXY, SYSTEM_PROXY, f"http://{PROXY}:3128"))
    variables = {}
    if kind == SYSTEM_PROXY:
        variables["HTTPS_PROXY"] = f"http://me:{secrets.new('proxy')}@{PROXY}:3128"
    with mock.patch.dict(os.environ, variables):
        yield kind


class OnSockets:
    """The three layers on real sockets, below one folder; their loop is a `DirectedLoop`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._internet = Internet(folder)

    async def live(self, seed: int, answers: int) -> Figures:
        """Take many short lives."""
        with on_sockets(self._internet):
            return await live_on(seed, answers, self._life)

    async def run(self, seed: int, answers: int) -> Figures:
        """Run the whole program, again and again."""
        with on_sockets(self._internet):
            return await live_on(seed, answers, self._whole)

    async def commands(self, seed: int, answers: int) -> Figures:
        """Run the commands as processes of their own."""
        with on_sockets(self._internet):
            return await live_on(seed, answers, self._commands)

    async def close(self) -> None:
        await self._internet.close()

    async def _life(self, number: int, log: Log) -> tuple[HostileCloud, Judgement]:
        chance, hostile, judgement, home = self._begun(number)
        with _way(chance, judgement.secrets) as proxy:
            cloud = self._cloud(chance, SHORT, proxy)
            await Life(cloud, hostile, judgement, chance, home=home, hears=True).live(log, STEPS)
        await self._internet.end()
        judgement.read_files(home)
        return hostile, judgement

    async def _whole(self, number: int, log: Log) -> tuple[HostileCloud, Judgement]:
        chance, hostile, judgement, home = self._begun(number, LIKELY)
        with _way(chance, judgement.secrets) as proxy:
            await WholeProgram(self._cloud(chance, LONG, proxy), hostile, judgement, chance, home).run(log)
        await self._internet.end()
        judgement.read_files(home)
        return hostile, judgement

    async def _commands(self, number: int, log: Log) -> tuple[HostileCloud, Judgement]:
        _, hostile, judgement, home = self._begun(number, LIKELY)
        await run_commands(self._internet, judgement, home)
        await self._internet.end()
        judgement.read_files(home)
        return hostile, judgement

    def _begun(
        self, number: int, likeness: float = 0.6
    ) -> tuple[random.Random, HostileCloud, Judgement, Path]:
        chance = random.Random(number)
        judgement = Judgement(Secrets(chance))
        hostile = HostileCloud(chance, judgement.secrets, likeness)
        self._internet.begin(hostile, judgement, chance)
        return chance, hostile, judgement, Path(tempfile.mkdtemp(dir=self._folder))

    def _cloud(self, chance: random.Random, scale: float, proxy: str) -> Cloud:
        ca_file = self._internet.authority.ca_file
        return cloud_of(chance, scale, proxy=proxy, ca_file=ca_file, port=free_port())
