"""Forty lines on a machine without a moment to spare: is any server blamed for our own delay?

    python -m tests.calling.busy_crowd [--lines 40] [--seconds 60] [--time-scale 0.1] [--seed N]

The lines are in this process, on real sockets; the simulated cloud is a process of its own. Two busy loops
hold two cores, and this process's loop is held for 50 to 400 ms now and then. Every request is answered as
soon as the cloud is run, so there must be no time-out and no `reconnecting`.
"""

import argparse
import asyncio
import json
import logging
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from softphone.accounts.sign_in_service import Tokens
from softphone.app import Program, Services
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import MemoryKeystore
from softphone.calling.calling_client import CallingClient
from softphone.calling.circuits import Circuits
from softphone.line.model import LineEvent, LineState
from softphone.settings import cloud_file
from softphone.system.folders import find_folders
from softphone.system.loop_time import Lateness, lateness

HELD_S = (0.05, 0.4)
APART_S = (0.2, 1.0)
CORES = 2
REGISTER_WITHIN_S = 60.0
NO_ANSWER = "No answer"


@dataclass
class Seen:
    """What the lines told while the machine was busy."""

    events: Counter[LineEvent] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    holds: int = 0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was measured. `not_answered` are the cloud's requests whose status was not 200."""

    lines: int
    seconds: float
    keepalives: int
    not_answered: int
    holds: int
    no_answer: int
    other_failures: int
    reconnecting: int
    registered_in_the_end: int
    worst_round_trip_ms: int
    late: Lateness


def busy(seconds: float) -> None:
    """Hold a core."""
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        pass


@contextmanager
def cores_held(seconds: float, cores: int = CORES) -> Iterator[None]:
    """Run busy loops in processes of their own, no longer than that."""
    context = multiprocessing.get_context("spawn")
    loops = [context.Process(target=busy, args=(seconds,), daemon=True) for _ in range(cores)]
    for loop in loops:
        loop.start()
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.join()


@contextmanager
def cloud_process(time_scale: float) -> Iterator[dict[str, Any]]:
    """Run the simulated cloud with forty people; yield what it prints at its start."""
    command = [sys.executable, "-m", "softphone", "cloud", "--scenario", "forty"]
    with subprocess.Popen(
        [*command, "--time-scale", str(time_scale)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


@asynccontextmanager
async def lines_of(cloud: dict[str, Any], lines: int, seen: Seen) -> AsyncIterator[list[CallingClient]]:
    """Yield so many registered lines of one process, as a window has them."""
    folders = find_folders()
    loaded = cloud_file.load_cloud(Path(cloud["cloud_file"]), folders)
    services = Services(Program(cloud=loaded, folders=folders, keystore=MemoryKeystore()))
    circuits = Circuits(time_scale=loaded.policy.time_scale)
    clients = []
    for user in cloud["users"][:lines]:
        provider = services.provider(Tokens(FixedToken(user["token"])), "")
        client = await CallingClient.start(provider, policy=loaded.policy, circuits=circuits)
        clients.append(client)
        for line in client.get_lines().values():
            line.register()
    async with asyncio.timeout(REGISTER_WITHIN_S):
        while registered(clients) < lines:
            await asyncio.sleep(0.05)
    for client in clients:
        client.on_event(lambda line, event, failure: seen.events.update([event]))
    try:
        yield clients
    finally:
        await asyncio.gather(*(client.close(deregister=False) for client in clients))
        circuits.close()
        await services.close()


def registered(clients: list[CallingClient]) -> int:
    """Return how many lines are registered."""
    snapshots = [line.snapshot for client in clients for line in client.get_lines().values()]
    return sum(one.state is LineState.REGISTERED for one in snapshots)


async def held_now_and_then(seconds: float, chance: random.Random, seen: Seen) -> None:
    """Keep the running loop from running, again and again."""
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        await asyncio.sleep(chance.uniform(*APART_S))
        busy(chance.uniform(*HELD_S))
        seen.holds += 1


class _Failures(logging.Handler):
    """Collects what the lines log of requests that failed."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(logging.INFO)
        self._seen = seen

    def emit(self, record: logging.LogRecord) -> None:
        if " failed: " in record.getMessage():
            self._seen.failures.append(record.getMessage().partition(" failed: ")[2])


@contextmanager
def failures_noted(seen: Seen) -> Iterator[None]:
    """Note what the lines say of requests that failed."""
    log, handler = logging.getLogger("softphone.calling.asking"), _Failures(seen)
    level = log.level
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


async def busy_minutes(
    lines: int, seconds: float, *, time_scale: float = 0.1, cores: int = CORES, seed: int = 1
) -> Outcome:
    """Keep lines registered beside busy loops; count what was blamed on the servers."""
    seen = Seen()
    with cloud_process(time_scale) as cloud:
        async with lines_of(cloud, lines, seen) as clients:
            since = len(await asyncio.to_thread(journal_of, cloud))
            with failures_noted(seen), cores_held(seconds + 10, cores):
                await held_now_and_then(seconds, random.Random(seed), seen)
                late = lateness()
                snapshots = [line.snapshot for client in clients for line in client.get_lines().values()]
            entries = (await asyncio.to_thread(journal_of, cloud))[since:]
            still = registered(clients)
    no_answer = sum(NO_ANSWER in failure for failure in seen.failures)
    return Outcome(
        lines=lines,
        seconds=seconds,
        keepalives=sum(entry["place"] == "keepalive" for entry in entries),
        not_answered=sum(entry["status"] != 200 for entry in entries),
        holds=seen.holds,
        no_answer=no_answer,
        other_failures=len(seen.failures) - no_answer,
        reconnecting=seen.events[LineEvent.RECONNECTING],
        registered_in_the_end=still,
        worst_round_trip_ms=round(1000 * max(one.round_trip_s or 0.0 for one in snapshots)),
        late=late,
    )


def journal_of(cloud: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every request that the cloud has answered."""
    with urllib.request.urlopen(f"{cloud['control']}journal", timeout=30) as answer:
        entries: list[dict[str, Any]] = json.load(answer)
    return entries


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--time-scale", type=float, default=0.1, metavar="FACTOR")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["SOFTPHONE_HOME"] = home
        work = busy_minutes(options.lines, options.seconds, time_scale=options.time_scale, seed=options.seed)
        with asyncio.Runner() as runner:
            outcome = runner.run(work)
    for name, value in vars(outcome).items():
        sys.stdout.write(f"{name:24} {value}\n")


if __name__ == "__main__":
    main()
