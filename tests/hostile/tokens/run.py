"""Many lives, one after the other, each of its own number; what was wrong in any of them."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.hostile.tokens.answers import HostileCloud
from tests.hostile.tokens.in_memory import PROXY, Net, in_memory
from tests.hostile.tokens.life import Life, Log, cloud_of
from tests.hostile.tokens.secret_search import Secrets
from tests.hostile.tokens.trusted import Judgement

STEPS = 20  # of one life
_PROXIED = 0.2


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
    with Log() as log:
        while figures.answers < answers:
            number = numbers.getrandbits(32)
            hostile, judgement = await one(number, log)
            figures.lives += 1
            figures.answers += hostile.answers
            figures.sent += judgement.sent
            figures.wrong += [f"life {number}: {what}" for what in judgement.conclude()]
    return figures


async def in_memory_life(number: int, log: Log) -> tuple[HostileCloud, Judgement]:
    """Layer two: one life with its connections in memory."""
    chance = random.Random(number)
    judgement = Judgement(Secrets(chance))
    hostile = HostileCloud(chance, judgement.secrets)
    proxy = PROXY if chance.random() < _PROXIED else ""
    cloud = cloud_of(chance, proxy=f"http://{PROXY}:3128") if proxy else cloud_of(chance)
    with in_memory(Net(hostile, judgement, chance, proxy=proxy)):
        await Life(cloud, hostile, judgement, chance).live(log, STEPS)
    return hostile, judgement
