"""The program without its window, and the simulated cloud, on one loop and in virtual time.

Sockets are real and both ends are on this loop; the clocks are not. `Clocks` are those of the computer, which
may sleep and be set wrongly; `Network` is what lies between it and the cloud. Threads do their work at once.
"""

import asyncio
import contextlib
import errno
import os
import random
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import Purpose
from softphone.app import Program, Services
from softphone.auth.keystore import Keystore, MemoryKeystore
from softphone.auth.token_service import Clock
from softphone.settings.cloud_file import read_cloud
from softphone.settings.profile import Profile
from softphone.sim.scenarios import Scenario
from softphone.sim.server import CloudServer
from softphone.sim.services.people import Person
from softphone.system import background
from softphone.system.folders import Folders
from softphone.system.system_clock import watch_for_sleep
from softphone.webex import threads
from softphone.webex.account_requests import AccountRequests
from tests.calling.virtual_time import VirtualTimeLoop
from tests.kit.browsing import redirect_of

T = TypeVar("T")

EPOCH_S = 1_764_000_000.0  # when it begins, for the wall clock and the cloud


class Network:
    """What lies between this computer and every host.

    `is_up`: else nothing is reached. `silent` are ports whose packets are lost on the way; `dialled` is how
    often somebody connected, `strangers` are those whom they dialled although no host of the cloud is there.
    """

    def __init__(self) -> None:
        self.is_up = True
        self.dialled = 0
        self.silent: set[int] = set()
        self.known: set[int] = set()
        self.strangers: list[tuple[Any, int]] = []

    async def pass_through(self, host: Any, port: int) -> None:
        """Return once the connection may be tried. Raises OSError."""
        self.dialled += 1
        if port not in self.known:
            self.strangers.append((host, port))
        if not self.is_up:
            raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
        while port in self.silent:
            await asyncio.sleep(1.0)


class WorldLoop(VirtualTimeLoop):
    """A loop whose connections go over `network`."""

    def __init__(self) -> None:
        super().__init__()
        self.network = Network()

    async def create_connection(self, *args: Any, **options: Any) -> Any:
        if len(args) > 2 and args[1] is not None:
            await self.network.pass_through(args[1], args[2])
        return await super().create_connection(*args, **options)

    async def sock_connect(self, sock: Any, address: Any) -> None:
        if isinstance(address, tuple):  # no Unix socket
            await self.network.pass_through(*address[:2])
        await super().sock_connect(sock, address)


class Clocks:
    """The clocks of the computer: `steady_s` stands still in sleep, `wall` is what somebody has set."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.slept_s = 0.0
        self.wrong_s = 0.0

    def steady_s(self) -> float:
        return self._loop.time()

    def since_boot_s(self) -> float:
        return self._loop.time() + self.slept_s

    def wall(self) -> float:
        return EPOCH_S + self.since_boot_s() + self.wrong_s


def _at_once(work: Callable[[], T], name: str | None = None) -> Future[T]:
    """Do what a thread would do, before anything else."""
    del name
    future: Future[T] = Future()
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
        future.set_exception(error)
    return future


@contextlib.contextmanager
def virtual_clocks(clocks: Clocks, chance: random.Random) -> Iterator[None]:
    """Have everything in this process read these clocks, and threads do their work at once."""
    asleep = watch_for_sleep.__kwdefaults__ or {}
    defaults: list[tuple[Any, str, Any]] = [
        (Clock.__init__, "__defaults__", (clocks.wall, clocks.steady_s, asyncio.sleep, chance.random)),
        (AccountRequests.__init__, "__kwdefaults__", {"now": clocks.wall}),
        (
            watch_for_sleep,
            "__kwdefaults__",
            {**asleep, "awake_s": clocks.steady_s, "elapsed_s": clocks.since_boot_s},
        ),
        (time, "time", clocks.wall),
        (time, "monotonic", clocks.steady_s),
        (threads, "begin_in_thread", _at_once),
        (background, "begin_in_thread", _at_once),
    ]
    with contextlib.ExitStack() as undo:
        for owner, name, value in defaults:
            undo.enter_context(mock.patch.object(owner, name, value))
        yield


class LoopCloud(CloudServer):
    """The simulated cloud on the running loop, instead of in a thread of its own."""

    def start(self) -> None:
        self._loop, self._thread = asyncio.get_running_loop(), threading.current_thread()
        for (name, _role), listener in self._listeners.items():
            listener.open(self._loop, self._serving(name, listener), self._tls)
        self._follow()

    async def end(self) -> None:
        """Drop every connection and free every port."""
        loop = asyncio.get_running_loop()
        self._thread = None
        if self._next_change is not None:
            self._next_change.cancel()
        for listener in self._listeners.values():
            listener.close(loop)
        for _ in range(3):  # aborted transports and cancelled tasks end in the next turns
            await asyncio.sleep(0)
        self._undo.close()

    def _do(self, act: Callable[[], Any]) -> Any:
        result = act()
        if self._thread is not None:
            self._follow()
        return result

    @property
    def ports(self) -> set[int]:
        """Where its hosts are."""
        return {listener.port for listener in self._listeners.values()}

    @property
    def now_s(self) -> float:
        """Nominal seconds of the cloud, as its journal has them."""
        return self._now_s()


def people(count: int, **facts: Any) -> tuple[Person, ...]:
    """Return so many people of the demo organisation."""
    return tuple(
        Person(
            f"person{number:02}@example.com",
            f"Person {number:02}",
            phone_number=f"+121455502{number:02}",
            extension=f"52{number:02}",
            **facts,
        )
        for number in range(1, count + 1)
    )


class SmallWorld:
    """A computer with the program, and the cloud: `open` makes the program anew, `close` ends it.

    The profile and the keyring outlive a start; both are in memory.
    """

    def __init__(self, cloud: LoopCloud, network: Network, clocks: Clocks) -> None:
        self.cloud = cloud
        self.network = network
        self.clocks = clocks
        self.text = cloud.cloud_file_text
        self.keystore: Keystore = MemoryKeystore()
        self.read = read_cloud(self.text, "cloud.toml")
        self.profile = Profile(None, self.read.api_url)
        self.services: Services
        self.panel: Panel
        self._folder = tempfile.TemporaryDirectory(prefix="softphone-world-")

    def open(self) -> Panel:
        """Make the program anew; its panel is still to be started."""
        place = Path(self._folder.name)
        folders = Folders(config=place / "config", state=place / "state")
        folders.make()
        program = Program(cloud=self.read, folders=folders, keystore=self.keystore)
        self.services = Services(program, self.profile)
        self.panel = self.services.panel()
        return self.panel

    async def sign_in(self, email: str, purpose: Purpose | None = None) -> None:
        """Have a person sign in, with a browser. Raises SignInError, and what httpx raises."""
        attempt = self.panel.begin_sign_in(purpose)
        try:
            address = await redirect_of(self.cloud, attempt, email=email)
            await self.panel.finish_sign_in(attempt, address)
        finally:
            self.panel.cancel_sign_in(attempt)

    async def close(self, *, deregister: bool = True) -> tuple[str, ...]:
        """End the program; return what it says that it leaves."""
        left = await self.panel.close(deregister=deregister)
        values = dict(self.keystore._values)  # type: ignore[attr-defined]
        await self.services.close()
        self.keystore._values.update(values)  # type: ignore[attr-defined]
        return tuple(map(str, left))

    def free(self) -> None:
        """Let go of its folder."""
        self._folder.cleanup()


async def _lived(
    play: Callable[[SmallWorld], Awaitable[T]], scenario: Scenario, seed: int, hosts: Mapping[str, Any]
) -> T:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, WorldLoop)
    clocks = Clocks(loop)
    with virtual_clocks(clocks, random.Random(seed)):
        cloud = LoopCloud(scenario, seed=seed, **hosts)
        loop.network.known = cloud.ports
        cloud.start()
        world = SmallWorld(cloud, loop.network, clocks)
        try:
            return await play(world)
        finally:
            await cloud.end()
            world.free()


def live(
    play: Callable[[SmallWorld], Awaitable[T]],
    scenario: Scenario,
    *,
    seed: int,
    loop_factory: Callable[[], WorldLoop] = WorldLoop,
    **hosts: Any,
) -> T:
    """Play something in a world of its own, in virtual time; the program's own chance is by the seed.

    `hosts`: how many of each kind, as `CloudServer` takes them.
    """
    random.seed(seed)  # jitter, not a secret: the program draws it from here
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(_lived(play, scenario, seed, hosts))
