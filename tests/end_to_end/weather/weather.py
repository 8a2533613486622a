"""Bad weather on real sockets: the whole program but its window in this process, and a cloud for each test.

Most of the time of such a test is waiting. So those that are marked `together` are played on one loop, many
at the same time, when the first of them is due, and each then says how its own play ended. That they get in
each other's way is part of the weather: a slow process must not cost a registration either.
"""

import asyncio
import inspect
import itertools
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.calling.line import Line
from softphone.line.failure import Failure
from softphone.line.model import LineEvent, LineSnapshot, LineState
from softphone.settings.cloud_file import read_cloud
from softphone.settings.profile import Profile
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from softphone.system.loop_time import lateness

Entry = dict[str, Any]
Play = Callable[..., Awaitable[None]]
Outcome = BaseException | None

PATIENCE_S = 30.0
LOOK_EVERY_S = 0.03
APART_S = 0.08  # from one start to the next: most work is done then
AT_A_TIME = 24
LINE_PLACES = frozenset({"register", "keepalive", "deregister", "ping", "devices"})
REQUESTS_A_MINUTE = 12
LATE_S = 0.3  # of the wall: so much later than it was counted a request is on the wire, beside many others
ORIGINS = ("P1", "B1", "D1")  # the servers of a cloud with one of each

# Scales at which the least limits on the network (2 s) are what they are for a person: 10 s and 3.3 s.
EXACT = 0.2
EXACT_AT_10_S = 0.6

_BY_NAME = inspect.Parameter.POSITIONAL_OR_KEYWORD

_PLAYS: dict[str, dict[str, Play]] = {}


# ---- many at a time


def together(play: Play) -> Callable[..., None]:
    """Make a test of a play; its arguments are those of the test's parameters."""
    _PLAYS.setdefault(play.__module__, {})[play.__name__] = play

    def tell(weather: dict[str, Outcome], request: pytest.FixtureRequest, **_: object) -> None:
        error = weather[request.node.nodeid]
        if error is not None:
            raise error

    fixtures = [inspect.Parameter(name, _BY_NAME) for name in ("weather", "request")]
    parameters = inspect.signature(play).parameters.values()
    tell.__signature__ = inspect.Signature([*fixtures, *parameters])  # type: ignore[attr-defined]
    tell.__name__, tell.__doc__ = play.__name__, play.__doc__
    tell.pytestmark = getattr(play, "pytestmark", [])  # type: ignore[attr-defined]
    return tell


def play_all(items: Iterable[pytest.Item]) -> dict[str, Outcome]:
    """Play those of the selected tests that are plays, at once; return how each ended, by its id."""
    chosen: dict[str, Awaitable[None]] = {}
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        play = _PLAYS.get(item.module.__name__, {}).get(item.originalname)
        if play is not None:
            arguments = item.callspec.params if hasattr(item, "callspec") else {}
            chosen[item.nodeid] = play(**arguments)

    async def begin(number: int, play: Awaitable[None], places: asyncio.Semaphore) -> None:
        async with places:
            await asyncio.sleep(min(number, AT_A_TIME) * APART_S)
            await play

    async def play_them() -> list[Outcome]:
        places, longest_first = asyncio.Semaphore(AT_A_TIME), reversed(chosen.values())
        plays = [begin(number, each, places) for number, each in enumerate(longest_first)]
        return await asyncio.gather(*plays, return_exceptions=True)

    faults = _Faults()
    logging.getLogger().addHandler(faults)
    try:
        with asyncio.Runner() as runner:
            outcomes = dict(zip(reversed(chosen), runner.run(play_them()), strict=True))
    finally:
        logging.getLogger().removeHandler(faults)
    assert not faults.told, f"faults of the program: {faults.told}"
    return outcomes


class _Faults(logging.Handler):
    """What the program itself calls a fault of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.told.append(record.getMessage() + trace)


# ---- one of them


class Scene:
    """The program, a cloud, and what was told of the lines."""

    def __init__(self, cloud: CloudServer, services: Services) -> None:
        self.cloud = cloud
        self.panel = services.panel()
        self._outside = services
        self.told: list[tuple[str, LineSnapshot, Failure | None]] = []
        self.seen: list[LineSnapshot] = []
        self.panel.on_event(self._heard)
        self.panel.subscribe(self)

    # ---- from the panel

    def line_changed(self, snapshot: LineSnapshot) -> None:
        self.seen.append(snapshot)

    def line_removed(self, line_id: str) -> None:
        pass

    def accounts_changed(self, accounts: object) -> None:
        pass

    def _heard(self, line: Line, event: LineEvent, failure: Failure | None) -> None:
        self.told.append((event.value, line.snapshot, failure))

    def add(self, token: str) -> None:
        """Sign somebody in."""
        self.panel.add(self._outside.given_token(token))

    # ---- the line

    @property
    def line(self) -> LineSnapshot:
        """The only line, or the first."""
        return self.panel.lines[0]

    @property
    def line_id(self) -> str:
        return self.line.identity.line_id

    @property
    def names(self) -> list[str]:
        """The names of the events so far."""
        return [name for name, _, _ in self.told]

    @property
    def outline(self) -> list[str]:
        """The names, each run of equal ones as one: a line tells `reconnecting` at each miss."""
        return [name for name, _ in itertools.groupby(self.names)]

    @property
    def states(self) -> set[LineState]:
        """Every state that was shown so far."""
        return {one.state for one in self.seen}

    @property
    def device_id(self) -> str:
        """The device that the line holds."""
        held = self.line.registration
        return held.device.device_id if held is not None else ""

    @property
    def proved_at_s(self) -> float:
        """When the service confirmed the line last."""
        return self.line.proved_at_s or 0.0

    @property
    def at(self) -> str:
        """The name of the host that has the line."""
        server = self.line.server
        origins = {origin: name for name, origin in self.cloud.hosts.items()}
        return origins[server.url.removesuffix("/api/v1/calling/web/")] if server is not None else ""

    # ---- the cloud

    def fault(self, where: str, answer: Any, **more: Any) -> None:
        self.cloud.faults([{"where": where, "answer": answer, **more}])

    def faults_at(self, hosts: Iterable[str], where: str, answer: Any, **more: Any) -> None:
        for host in hosts:
            self.fault(where, answer, host=host, **more)

    def asked(self, place: str, **fields: Any) -> list[Entry]:
        """Return the requests to one route."""
        return self.cloud.journal(place=place, **fields)

    @property
    def devices(self) -> list[str]:
        """The devices at the service that are not those of other software."""
        users = self.cloud.state()["users"]
        return [one["device_id"] for user in users for one in user["devices"] if not one["others"]]

    @property
    def now_s(self) -> float:
        """Nominal seconds of the cloud, as its journal has them."""
        return self.cloud._now_s()

    # ---- waiting

    async def until(self, what: str, holds: Callable[[], Any], within_s: float = PATIENCE_S) -> Any:
        """Wait for a condition and return what it returned."""
        deadline_s = time.monotonic() + within_s
        while not (found := holds()):
            if time.monotonic() > deadline_s:
                states = [(line.state, line.failure) for line in self.panel.lines]
                raise AssertionError(f"no {what}: {self.names}, {states}, {self.story}")
            await asyncio.sleep(LOOK_EVERY_S)
        return found

    async def until_event(self, name: str, times: int = 1, within_s: float = PATIENCE_S) -> LineSnapshot:
        """Wait for an event of that name; return the line as it was then."""

        def nth() -> LineSnapshot | None:
            fitting = [line for one, line, _ in self.told if one == name]
            return fitting[times - 1] if len(fitting) >= times else None

        found: LineSnapshot = await self.until(f"{name} no. {times}", nth, within_s)
        return found

    async def registered(self) -> str:
        """Wait until the line is registered for the first time; return its device."""
        await self.until_event("registered")
        return self.device_id

    async def until_proved_again(self) -> None:
        """Wait for the service's next confirmation."""
        before_s = self.proved_at_s
        await self.until("the next proof", lambda: self.proved_at_s > before_s)

    async def until_asked(self, place: str, times: int = 1, **fields: Any) -> None:
        since = fields.pop("since", 0)
        await self.until(
            f"{place} {fields}", lambda: len(self.cloud.journal(since, place=place, **fields)) >= times
        )

    async def until_only(self, device_id: str | None = None) -> None:
        """Wait until nothing of ours is left at the service but the device that the line holds."""
        await self.until(
            "one device", lambda: self.devices == [device_id or self.device_id], within_s=PATIENCE_S
        )

    async def pass_s(self, nominal_s: float) -> None:
        """Let so many nominal seconds pass at the cloud."""
        until_s = self.now_s + nominal_s
        await self.until("time", lambda: self.now_s >= until_s)

    @property
    def story(self) -> str:
        """The journal in short."""
        return in_short(self.cloud.journal())


@asynccontextmanager
async def scene(
    *,
    time_scale: float = 0.05,
    faults: Iterable[Entry] = (),
    settings: Entry | None = None,
    person: Entry | None = None,
    home: Path | None = None,
    bounded: bool = True,
    clean: bool = True,
    policy: str = "",
    trusted: Iterable[str] = (),
    token: bool = True,
    **options: Any,
) -> AsyncIterator[Scene]:
    """Run the program for one signed-in person; afterwards nobody has anything to complain about.

    `home`: with a profile there, else nothing is written. Not `bounded`: people press buttons here, so more
    requests a minute are well. Not `clean`: the service refuses the DELETE, too. `trusted`: more hosts.
    Without `token` nobody is signed in yet.
    """
    with CloudServer("calm", time_scale=time_scale, **options) as cloud:
        ada = cloud.users[0]
        cloud.change_settings(**(settings or {}))
        cloud.alter_user(ada.name, **(person or {}))
        cloud.faults(list(faults))
        text = cloud.cloud_file_text.replace('"localhost"]', json.dumps(["localhost", *trusted])[1:])
        read = read_cloud(text + policy, "cloud.toml")
        place = home or Path("/nowhere")
        folders = Folders(config=place / "config", state=place / "state")
        profile = Profile(folders.profile_file("default") if home else None, read.api_url)
        program = Program(cloud=read, folders=folders, keystore=MemoryKeystore())
        services = Services(program, profile)
        played = Scene(cloud, services)
        try:
            if token:
                played.add(ada.token)
            await played.panel.start(restore=False)
            yield played
            assert_well_behaved(cloud.journal(), least_minute_s(time_scale) if bounded else None)
        finally:
            said = await played.panel.close()
            await services.close()
        if clean:  # on a busy machine a grant may land after the end's deadline: that is told
            assert len(played.devices) <= len(said), f"the end leaves nothing: {played.story}"


def in_short(journal: list[Entry]) -> str:
    return "; ".join(f"{one['time_s']:.1f} {one['host']} {one['place']} {one['status']}" for one in journal)


def least_minute_s(time_scale: float) -> float:
    """Return how short a minute may be on the wire, in nominal seconds, if its first request went out late.

    As late as another process or this one's own loop, which says how long it was held, made it.
    """
    return max(59.5 - (LATE_S + lateness().worst_late_s) / time_scale, 0.0)


def assert_well_behaved(journal: list[Entry], a_minute_s: float | None = 59.5) -> None:
    """No complaints, and at most twelve requests of each person in any minute; None: however many."""
    assert [entry["complaints"] for entry in journal if entry["complaints"]] == []
    if a_minute_s is None:
        return
    for user in {one["user"] for one in journal}:
        times = [one["time_s"] for one in journal if one["user"] == user and one["place"] in LINE_PLACES]
        bursts = [later - sooner for sooner, later in zip(times, times[REQUESTS_A_MINUTE:], strict=False)]
        assert all(burst > a_minute_s for burst in bursts), (user, min(bursts), in_short(journal))
