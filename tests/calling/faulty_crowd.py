"""Two hundred lines whose servers answer every third request wrongly for minutes: do all come back?

    python -m tests.calling.faulty_crowd [--lines 200] [--faulty 0.35] [--minutes 5] [--seed N]
                                       [--rule shared|own]

The lines are real (as in `thousand`); the servers, their faults and the clock are not. The service grants a
person one device, at any of its hosts (rule `shared`) or at each of them (`own`). A fault is one of `FAULTS`;
what was carried out and not heard leaves a device behind. Then everything is well, and it is seen when all
lines are back and whether each has one device. Every request counts where a server would count it.
"""

import argparse
import asyncio
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from softphone.calling.provider import Discovery, Resent, ServiceRequest, nobody_counts
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.model import Reach, Registration, Server, Servers, Service
from softphone.values import replace
from softphone.webex.failures import Route, Voice, broken_answer, failure_of
from softphone.webex.transport_faults import Fault, transport_failure
from softphone.webex.webex_provider import PING_DEADLINE_S, REGISTER_DEADLINE_S
from tests.calling.fake_provider import FORGOTTEN, LIMIT_MET
from tests.calling.thousand import HANG_S, KEEPALIVE_S, REGISTERED, ROUND_TRIP_S, Crowd, World, WorldProvider
from tests.calling.virtual_time import run

T = TypeVar("T")

KEPT_S = 5 * KEEPALIVE_S  # the service drops what nobody kept alive so long
SLOW_S = (12.0, 25.0)
BACK_WITHIN_S = 75.0
GIVEN_UP_S = 600.0  # who is not back by then never comes back
SETTLED_S = KEPT_S + 2 * KEEPALIVE_S  # after that even the service has dropped what was left

# How an answer goes wrong: a status with its headers, or a word that `FaultyWorld.spoil` knows.
STATUSES: Mapping[str, tuple[int, Mapping[str, str]]] = {
    "500": (500, {}),
    "503": (503, {}),
    "429": (429, {}),
    "429 for 5 s": (429, {"retry-after": "5"}),
    "429 for 60 s": (429, {"retry-after": "60"}),
    "429 senseless": (429, {"retry-after": "-5"}),
    "403": (403, {}),
    "404": (404, {}),
    "401": (401, {}),
}
FAULTS = (*STATUSES, "page", "hang", "reset", "lost", "lost and hang", "slow")
REGISTER_ONLY = frozenset({"404", "slow"})  # elsewhere a 404 is the truth about a device


@dataclass
class Kept:
    """A device at the service."""

    device: Device
    server: Server
    person: int
    until_s: float
    seen_at_s: float


@dataclass
class FaultyWorld(World):
    """Servers that keep devices, and of whose answers a part goes wrong while `faulty` is above 0."""

    faulty: float = 0.0
    shared: bool = True
    seed: int = 1
    kept: dict[str, Kept] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def provider(self, number: int, servers: Servers) -> "FaultyProvider":
        return FaultyProvider(self, number, servers)

    def devices_of(self, person: int, server: Server | None = None) -> list[Kept]:
        """Return the live devices of a person that a server knows; without one, all."""
        now_s = asyncio.get_running_loop().time()
        self.kept = {key: one for key, one in self.kept.items() if one.until_s > now_s}
        return [
            one
            for one in self.kept.values()
            if one.person == person and (server is None or self.shared or one.server == server)
        ]

    def draw(self, method: str) -> str:
        """Return how the answer to a request goes wrong, or nothing."""
        if self.chance.random() >= self.faulty:
            return ""
        fitting = [fault for fault in FAULTS if method == "register" or fault not in REGISTER_ONLY]
        fault = self.chance.choice(fitting)
        self.met[fault] += 1
        return fault


class FaultyProvider(WorldProvider):
    """One account in that world, as `webex.webex_provider` would show it to a line."""

    world: FaultyWorld

    async def discover(self, services: Sequence[Service] = (Service.CALLING,)) -> Discovery:
        async def found() -> Discovery:
            return await super(FaultyProvider, self).discover(services)

        return await self._asked("discover", found)

    async def register(
        self, server: Server, service: ServiceRequest, *, resent: Resent = nobody_counts
    ) -> Registration:
        async def granted() -> Registration:
            return self._grant(server)

        return await self._asked(
            "register", granted, within_s=REGISTER_DEADLINE_S, resent=resent, route=Route.REGISTER
        )

    async def keepalive(
        self, server: Server, device: Device, deadline_s: float, *, resent: Resent = nobody_counts
    ) -> None:
        async def kept_alive() -> None:
            known = {one.device.device_id: one for one in self.world.devices_of(self.number, server)}
            kept = known.get(device.device_id)
            if kept is None or kept.server != server:
                raise RequestError(FORGOTTEN)
            kept.seen_at_s = self._now_s()
            kept.until_s = kept.seen_at_s + KEPT_S

        await self._asked("keepalive", kept_alive, within_s=deadline_s, resent=resent, route=Route.KEEPALIVE)

    async def deregister(self, server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        async def deleted() -> None:
            if device.device_id in {
                one.device.device_id for one in self.world.devices_of(self.number, server)
            }:
                del self.world.kept[device.device_id]

        await self._asked("deregister", deleted, resent=resent)

    async def ping(self, server: Server, *, resent: Resent = nobody_counts) -> Reach:
        async def up() -> Reach:
            return Reach.UP

        try:
            return await self._asked("ping", up, within_s=PING_DEADLINE_S, resent=resent)
        except RequestError as error:
            return Reach.ANSWERS if error.failure.http_status is not None else Reach.SILENT

    async def devices(self, server: Server, *, resent: Resent = nobody_counts) -> tuple[Device, ...]:
        async def listed() -> tuple[Device, ...]:
            return self._listed(server)

        self.world.note("names", self.number)  # of the WDM devices, beside the list
        return await self._asked("devices", listed, resent=resent)

    # ---- what the service does

    def _grant(self, server: Server) -> Registration:
        if self.world.devices_of(self.number, server):
            raise RequestError(replace(LIMIT_MET, devices=self._listed(server)))
        self.world.granted += 1
        device_id = f"d{self.world.granted}"
        device = Device(
            device_id=device_id,
            uri=f"{server.url}devices/{device_id}",
            client_device_uri=f"https://wdm.example.com/devices/{self.number}",
        )
        now_s = self._now_s()
        self.world.kept[device_id] = Kept(device, server, self.number, now_s + KEPT_S, now_s)
        return Registration(device=device, keepalive_interval_s=KEEPALIVE_S)

    def _listed(self, server: Server) -> tuple[Device, ...]:
        now_s = self._now_s()
        return tuple(
            replace(one.device, last_seen=f"{one.seen_at_s:.3f}", seen_ago_s=now_s - one.seen_at_s)
            for one in self.world.devices_of(self.number, server)
        )

    # ---- how answers go wrong

    async def _asked(
        self,
        method: str,
        act: Callable[[], Awaitable[T]],
        *,
        within_s: float = HANG_S,
        resent: Resent = nobody_counts,
        route: Route = Route.OTHER,
    ) -> T:
        """Send a request, and once more as the client does: on a connection found closed, after a 401."""
        self.world.note(method, self.number)
        fault = self.world.draw(method)
        if fault in {"reset", "401"} and self.world.chance.random() < 0.5:
            await asyncio.sleep(ROUND_TRIP_S)
            if resent():
                self.world.note(method, self.number)
                fault = self.world.draw(method)
        if fault.startswith("lost") or fault == "slow":
            granted = await act()
            if fault == "slow":
                await asyncio.sleep(self.world.chance.uniform(*SLOW_S))
                return granted
        if fault.endswith("hang"):
            await asyncio.sleep(within_s)
            raise RequestError(transport_failure(Fault.TIMED_OUT, "p1.example.com", sent=True))
        await asyncio.sleep(ROUND_TRIP_S)
        if fault in {"reset", "lost"}:
            raise RequestError(transport_failure(Fault.RESET, "p1.example.com", sent=True))
        if fault == "page":
            raise RequestError(broken_answer("p1.example.com", voice=Voice.PAGE))
        if fault in STATUSES:
            status, headers = STATUSES[fault]
            body, typed = b'{"message": "no"}', {"content-type": "application/json", **headers}
            failure = failure_of(route, status, typed, body, host="p1.example.com", now=0.0)
            assert failure is not None
            raise RequestError(failure)
        return await act()

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was measured. `all_back_s` is None when a line did not come back; `lost` says how those ended."""

    lines: int
    rule: str
    requests: int
    faulty_answers: int
    granted: int
    registered_at_the_end_of_the_faults: int
    half_back_s: float | None
    all_back_s: float | None
    lost: Mapping[str, int]
    most_requests_a_minute_and_line: int
    devices_beside_when_all_were_back: int
    lines_without_just_one_device_in_the_end: int


async def faulty_minutes(
    lines: int, *, faulty: float = 0.35, minutes: float = 5.0, shared: bool = True, seed: int = 1
) -> Outcome:
    """Let that part of all answers go wrong for some minutes, then none."""
    world = FaultyWorld(shared=shared, seed=seed)
    crowd = await Crowd.gathered(lines, backup=True, seed=seed, world=world)
    loop = asyncio.get_running_loop()
    begin = len(world.asked)
    world.faulty = faulty
    await asyncio.sleep(60 * minutes)
    world.faulty = 0.0
    ended_s, registered = loop.time(), crowd.registered()
    half_s = await _until_registered(crowd, (lines + 1) // 2, ended_s)
    all_s = await _until_registered(crowd, lines, ended_s)
    beside = len(world.kept) - lines
    await asyncio.sleep(SETTLED_S)
    lost = Counter({state.value: count for state, count in crowd.states().items() if state not in REGISTERED})
    held: defaultdict[int, int] = defaultdict(int)
    for number in range(lines):
        held[len(world.devices_of(number))] += 1
    await crowd.close()
    return Outcome(
        lines=lines,
        rule="shared" if shared else "own",
        requests=len(world.asked) - begin,
        faulty_answers=world.met.total(),
        granted=world.granted,
        registered_at_the_end_of_the_faults=registered,
        half_back_s=half_s,
        all_back_s=all_s,
        lost=dict(lost),
        most_requests_a_minute_and_line=world.most_of_a_line(),
        devices_beside_when_all_were_back=beside,
        lines_without_just_one_device_in_the_end=lines - held[1],
    )


async def _until_registered(crowd: Crowd, count: int, since_s: float) -> float | None:
    loop = asyncio.get_running_loop()
    while crowd.registered() < count:
        if loop.time() > since_s + GIVEN_UP_S:
            return None
        await asyncio.sleep(0.25)
    return round(loop.time() - since_s, 1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--faulty", type=float, default=0.35, metavar="PART")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rule", choices=("shared", "own"), help="both unless given")
    options = parser.parse_args()
    outcomes = [
        run(
            faulty_minutes(
                options.lines,
                faulty=options.faulty,
                minutes=options.minutes,
                shared=rule == "shared",
                seed=options.seed,
            )
        )
        for rule in ([options.rule] if options.rule else ["shared", "own"])
    ]
    for name in vars(outcomes[0]):
        values = "".join(f"{vars(one)[name]!s:>12}" for one in outcomes)
        sys.stdout.write(f"{name:44}{values}\n")
    sys.stdout.write(json.dumps([vars(one) for one in outcomes]) + "\n")


if __name__ == "__main__":
    main()
