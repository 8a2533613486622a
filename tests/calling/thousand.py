"""A thousand lines in one process lose their server and get it back: how polite are they?

    python -m tests.calling.thousand [--lines 1000] [--outage 600] [--how refuse|busy|hang] [--backup]

The lines are real (`LineRunner`, `Circuits`, `CallingClient`), the server and the clock are not. Prints
requests a second during the outage and on return, and how long it takes until all are back (the goals are in
reliability.md#figures).
"""

import argparse
import asyncio
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from softphone.calling.calling_client import CallingClient
from softphone.calling.circuits import Circuits
from softphone.calling.line import Line
from softphone.calling.messages import MessageListener
from softphone.calling.provider import Discovery, Resent, ServiceRequest, nobody_counts
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import Account, LineState, Reach, Registration, Server, Servers, Service
from softphone.line.policy import Policy
from softphone.values import replace
from softphone.webex.webex_provider import PING_DEADLINE_S, REGISTER_DEADLINE_S
from tests.calling.fake_provider import BACKUP, BUSY, FORGOTTEN, PRIMARY, REFUSED, FakeMessages
from tests.calling.virtual_time import run

KEEPALIVE_S = 30.0
# In which lines find out: with keepalives that were due anyway, until the last lease has ended.
NOTICE_S = 5 * KEEPALIVE_S + KEEPALIVE_S
ROUND_TRIP_S = 0.03
HANG_S = 10.0  # no byte of an answer; of a registration and a keepalive it is awaited for longer
REGISTERED = (LineState.REGISTERED, LineState.REGISTERED_BACKUP)


@dataclass
class World:
    """The servers, and every request with its time."""

    down: set[Server] = field(default_factory=set)
    how: str = "refuse"
    retry_after_s: float | None = None
    asked: list[tuple[float, str, int]] = field(default_factory=list)  # when, what, whose line
    devices: dict[str, float] = field(default_factory=dict)  # until when each is kept
    granted: int = 0

    def provider(self, number: int, servers: Servers) -> "WorldProvider":
        """Return one account in this world."""
        return WorldProvider(self, number, servers)

    def note(self, method: str, number: int, times: int = 1) -> None:
        """Note that requests of a line went on the wire."""
        self.asked += [(asyncio.get_running_loop().time(), method, number)] * times

    async def ask(self, method: str, server: Server, number: int, hang_s: float = HANG_S) -> None:
        """Note a request and fail it if the server is down."""
        self.note(method, number)
        await asyncio.sleep(hang_s if server in self.down and self.how == "hang" else ROUND_TRIP_S)
        if server in self.down:
            raise RequestError(self.failure)

    @property
    def failure(self) -> Failure:
        """What a server that is down answers."""
        return replace(BUSY if self.how == "busy" else REFUSED, retry_after_s=self.retry_after_s)

    def requests(self, begin_s: float, end_s: float, *methods: str) -> list[float]:
        """Return the times of the requests in a span, of all methods unless some are named."""
        return [
            at for at, method, _ in self.asked if begin_s <= at < end_s and (not methods or method in methods)
        ]

    def most_of_a_line(self, window_s: float = 60.0) -> int:
        """Return the most requests that any line sent within any such window.

        Looking the lists up is counted by account, not by line.
        """
        times: defaultdict[int, list[float]] = defaultdict(list)
        for at, method, number in self.asked:
            if method != "discover":
                times[number].append(at)
        return max(most_within(each, window_s) for each in times.values())


class WorldProvider:
    """One account in that world."""

    def __init__(self, world: World, number: int, servers: Servers) -> None:
        self.world = world
        self._servers = servers
        self.number = number

    async def discover(self, services: Sequence[Service] = (Service.CALLING,)) -> Discovery:
        self.world.note("discover", self.number)
        await asyncio.sleep(ROUND_TRIP_S)
        return Discovery(
            account=Account(key=f"person-{self.number}", name=f"Person {self.number}"),
            user_id=f"person-{self.number}",
            device_uri=f"https://wdm.example.com/devices/{self.number}",
            servers=self._servers,
        )

    async def find_servers(self) -> Discovery:
        return await self.discover()

    async def find_details(self) -> Discovery:
        return await self.discover()

    async def tell_alerting(self, server: Server, device_id: str, call_id: str) -> None:
        """Nobody calls."""

    async def tell_release(self, server: Server, device_id: str, call_id: str) -> None:
        """Nobody calls."""

    def messages(self, listener: MessageListener) -> FakeMessages:
        return FakeMessages(listener)

    def on_doubt(self, listener: Callable[[], None]) -> None:
        """Nothing of it is ever in doubt."""

    async def register(
        self, server: Server, service: ServiceRequest, *, resent: Resent = nobody_counts
    ) -> Registration:
        await self.world.ask("register", server, self.number, REGISTER_DEADLINE_S)
        self.world.granted += 1
        device_id = f"d{self.world.granted}"
        self.world.devices[device_id] = self._kept_until_s()
        return Registration(device=Device(device_id=device_id), keepalive_interval_s=KEEPALIVE_S)

    async def keepalive(
        self, server: Server, device: Device, deadline_s: float, *, resent: Resent = nobody_counts
    ) -> None:
        await self.world.ask("keepalive", server, self.number, deadline_s)
        if self.world.devices[device.device_id] < asyncio.get_running_loop().time():
            raise RequestError(FORGOTTEN)
        self.world.devices[device.device_id] = self._kept_until_s()

    async def deregister(self, server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        await self.world.ask("deregister", server, self.number)

    async def ping(self, server: Server, *, resent: Resent = nobody_counts) -> Reach:
        try:
            await self.world.ask("ping", server, self.number, PING_DEADLINE_S)
        except RequestError as error:
            return Reach.ANSWERS if error.failure.http_status else Reach.SILENT
        return Reach.UP

    async def devices(self, server: Server, *, resent: Resent = nobody_counts) -> tuple[Device, ...]:
        return ()

    async def token_expiry(self) -> float | None:
        return None

    async def delete_wdm_device(self) -> None: ...

    async def close(self) -> None: ...

    @staticmethod
    def _kept_until_s() -> float:
        return asyncio.get_running_loop().time() + 5 * KEEPALIVE_S


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was measured; every figure is of all lines together."""

    lines: int
    outage_peak_per_s: int
    outage_mean_per_s: float
    outage_peak_after_notice_per_s: int
    outage_mean_after_notice_per_s: float
    return_peak_per_s: int
    return_peak_with_keepalives_per_s: int
    first_back_s: float
    half_back_s: float
    all_back_s: float
    most_requests_a_minute_and_line: float


@dataclass
class Crowd:
    """The lines, and where they are."""

    world: World
    clients: list[CallingClient]
    circuits: Circuits

    @classmethod
    async def gathered(
        cls, lines: int, *, backup: bool = False, seed: int = 1, world: World | None = None
    ) -> "Crowd":
        """Return that many accounts of one line each, registered over one keepalive interval."""
        chance = random.Random(seed)
        crowd = cls(world or World(), [], Circuits(chance=chance))
        servers = Servers((PRIMARY,), (BACKUP,) if backup else ())
        span_s = max(KEEPALIVE_S, lines / 20)
        for number in range(lines):
            provider = crowd.world.provider(number, servers)
            client = await CallingClient.start(provider, policy=Policy(), circuits=crowd.circuits)
            (runner,) = client._runners.values()
            runner._driver._chance = random.Random(seed * 100_000 + number)
            crowd.clients.append(client)
        for line in crowd.lines:
            asyncio.get_running_loop().call_later(chance.uniform(0, span_s), line.register)
        await asyncio.sleep(span_s + 3 * KEEPALIVE_S)
        assert crowd.registered() == lines
        return crowd

    @property
    def lines(self) -> list[Line]:
        """One line of each account."""
        return [line for client in self.clients for line in client.get_lines().values()]

    def states(self) -> Counter[LineState]:
        """Return how many lines are in each state."""
        return Counter(line.snapshot.state for line in self.lines)

    def registered(self, states: tuple[LineState, ...] = REGISTERED) -> int:
        """Return how many lines are registered, or in these states."""
        return sum(count for state, count in self.states().items() if state in states)

    async def until_registered(self, count: int, states: tuple[LineState, ...] = REGISTERED) -> float:
        """Wait for that many registered lines; return the time."""
        async with asyncio.timeout(3600):
            while self.registered(states) < count:
                await asyncio.sleep(0.25)
        return asyncio.get_running_loop().time()

    async def close(self) -> None:
        """End all lines without a word."""
        for client in self.clients:
            await client.close(deregister=False)
        self.circuits.close()


async def outage(
    lines: int, outage_s: float, *, how: str = "refuse", backup: bool = False, seed: int = 1
) -> Outcome:
    """Take the primary away for a while and bring it back."""
    crowd = await Crowd.gathered(lines, backup=backup, seed=seed, world=World(how=how))
    world, loop = crowd.world, asyncio.get_running_loop()
    began_s = loop.time()
    world.down.add(PRIMARY)
    if backup:  # it is back when all have moved
        moved = (LineState.REGISTERED_BACKUP,)
        first_s = await crowd.until_registered(1, moved)
        half_s = await crowd.until_registered((lines + 1) // 2, moved)
        all_s = await crowd.until_registered(lines, moved)
        ended_s, return_s = all_s, began_s
        await asyncio.sleep(6 * KEEPALIVE_S)
    else:
        await asyncio.sleep(outage_s)
        world.down.clear()
        ended_s = return_s = loop.time()
        first_s = await crowd.until_registered(1)
        half_s = await crowd.until_registered((lines + 1) // 2)
        all_s = await crowd.until_registered(lines)
    end_s = loop.time()
    noticed_s = min(began_s + NOTICE_S, ended_s)
    outage_all = world.requests(began_s, ended_s)
    outage_later = world.requests(noticed_s, ended_s)
    await crowd.close()
    return Outcome(
        lines=lines,
        outage_peak_per_s=peak_per_s(outage_all),
        outage_mean_per_s=round(len(outage_all) / max(1.0, ended_s - began_s), 2),
        outage_peak_after_notice_per_s=peak_per_s(outage_later),
        outage_mean_after_notice_per_s=round(len(outage_later) / max(1.0, ended_s - noticed_s), 2),
        return_peak_per_s=peak_per_s(world.requests(return_s, end_s, "register", "ping", "discover")),
        return_peak_with_keepalives_per_s=peak_per_s(world.requests(return_s, end_s)),
        first_back_s=round(first_s - return_s, 1),
        half_back_s=round(half_s - return_s, 1),
        all_back_s=round(all_s - return_s, 1),
        most_requests_a_minute_and_line=round(
            max(len(world.requests(at, at + 60)) for at in range(int(began_s), int(end_s), 30)) / lines, 2
        ),
    )


def peak_per_s(times: Sequence[float]) -> int:
    """Return the most requests in any one second."""
    return most_within(times, 1.0)


def most_within(times: Sequence[float], window_s: float) -> int:
    """Return the most of the times, in order, that lie within any such window."""
    most = first = 0
    for last, at_s in enumerate(times):
        while times[first] <= at_s - window_s:
            first += 1
        most = max(most, last - first + 1)
    return most


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--outage", type=float, default=600.0, metavar="SECONDS")
    parser.add_argument("--how", choices=("refuse", "busy", "hang"), default="refuse")
    parser.add_argument("--backup", action="store_true", help="a backup server is healthy: all move there")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcome = run(
        outage(options.lines, options.outage, how=options.how, backup=options.backup, seed=options.seed)
    )
    for name, value in vars(outcome).items():
        sys.stdout.write(f"{name:36} {value}\n")
    sys.stdout.write(json.dumps(vars(outcome)) + "\n")


if __name__ == "__main__":
    main()
