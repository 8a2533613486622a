"""A computer with the program on it, and the cloud that counts what the program left there."""

import contextlib
import json
import os
import random
import shutil
import signal
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import tomli_w

from softphone.app import Program, Services
from softphone.errors import SoftphoneError
from softphone.headless.instance import Instance, ask, instance_of
from softphone.line.model import REGISTERED_STATES, Service
from softphone.settings import cloud_file
from softphone.settings.profile import Profile
from softphone.sim.server import CloudServer
from softphone.system.files import replace_file
from softphone.system.folders import Folders
from tests.hostile.kills.program import COMPUTER_FILE, KEYRING_FILE, STEPS_FILE, STREAMS, Process
from tests.hostile.kills.steps import Plan, Steps
from tests.kit.browsing import walk
from tests.kit.file_keyring import FileKeyring, FileKeystore

TIME_SCALE = 0.02  # a keepalive every 0.6 s
EXPIRY_INTERVALS = 100.0  # what is forgotten here stays: nothing goes by itself while a test looks
PATIENCE_S = 25.0
LOOK_EVERY_S = 0.02
REDIRECT_URI = "http://localhost:18417/callback"  # read off the page: nobody listens there
NOTHING = Plan()
REGISTERED = {state.value for state in REGISTERED_STATES}

Json = dict[str, Any]


class KilledError(Exception):
    """The program has ended while something was expected of it."""


class Life:
    """One run of the program."""

    def __init__(
        self,
        computer: "Computer",
        arguments: tuple[str, ...],
        more: Mapping[str, str],
        plan: Plan = NOTHING,
        *,
        counted: bool = False,
    ) -> None:
        self.computer = computer
        self.room = Path(tempfile.mkdtemp(prefix="life-", dir=computer.folder))
        self.steps = Steps(self.room / STEPS_FILE)
        self.steps.plan(plan)
        if counted:
            self.steps.begin()
        for name in STREAMS:
            os.mkfifo(self.room / name)
        # Held open from before the start: what nobody has open when its writer ends is gone.
        self._pipes = {name: os.open(self.room / name, os.O_RDWR | os.O_NONBLOCK) for name in ("out", "err")}
        cloud = () if arguments[0] == "config" else ("--cloud", str(computer.cloud.cloud_file))
        self.process = Process((*arguments, *cloud), {**computer.environment, **more}, self.room)
        self._heard = {"out": "", "err": ""}
        computer.lives.append(self)

    @property
    def out(self) -> str:
        return self._hear("out")

    @property
    def said(self) -> str:
        return self._hear("err")

    def _let_go(self) -> None:
        for name in tuple(self._pipes):
            self._hear(name)
            os.close(self._pipes.pop(name))

    def _hear(self, name: str) -> str:
        with contextlib.suppress(BlockingIOError, KeyError):  # nothing more; all was heard
            while text := os.read(self._pipes[name], 65_536):
                self._heard[name] += text.decode()
        return self._heard[name]

    def until(self, holds: Callable[[], Any], what: str = "it") -> Any:
        """Wait for a condition and return what it returned. Raises KilledError, or AssertionError in vain."""
        ends_at_s = time.monotonic() + PATIENCE_S
        while not (found := holds()):
            code = self.process.code(LOOK_EVERY_S)
            if code is not None:
                raise KilledError(f"it ended with {code}")
            assert time.monotonic() < ends_at_s, f"waited in vain for {what}: {self.said}{self.status()}"
        return found

    def ask(self, **request: Any) -> Json | None:
        """Ask the running program as a command does; None when it is not there, or died of it."""
        with contextlib.suppress(SoftphoneError):
            return ask(self.computer.instance, request)
        return None

    def told(self, **request: Any) -> Json:
        """Ask until it is answered well, for a line may not be known yet."""
        answer = self.until(lambda: _well(self.ask(**request)), f"the answer to {request}")
        return dict(answer)

    def status(self) -> Json:
        return self.ask(verb="status") or {}

    def of(self, account: Json) -> tuple[Json, Json]:
        """Return how the program shows an account, and its line; empty while it does not."""
        status, names = self.status(), (account["name"], account["user_id"])

        def first(part: str) -> Json:
            return next((dict(one) for one in status.get(part, ()) if one["account"] in names), {})

        return first("accounts"), first("lines")

    def until_registered(self, account: Json) -> None:
        self.until(lambda: self.of(account)[1].get("state") in REGISTERED, "a registered line")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; returns its code."""
        self.process.send(number)
        code = self.process.code(PATIENCE_S)
        if code is None:
            self.process.send(signal.SIGKILL)
            code = self.process.code(PATIENCE_S)
        self._let_go()
        return code if code is not None else -signal.SIGKILL


def _well(answer: Json | None) -> Json | None:
    return answer if answer is not None and answer.get("ok") is True else None


class Computer:
    """A home on a computer of its own."""

    def __init__(self, cloud: CloudServer, folder: Path) -> None:
        self.cloud = cloud
        self.folder = folder
        folder.mkdir(exist_ok=True)
        (folder / "run").mkdir(mode=0o700)
        (folder / COMPUTER_FILE).write_text(f"{random.getrandbits(128):032x}")
        self.home = folder / "home"
        self.lives: list[Life] = []
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "SOFTPHONE_HOME": str(self.home),
            "TOKEN": cloud.users[0].token,
            "LANG": "C.UTF-8",
        }

    def close(self) -> None:
        """Let nothing of it live on."""
        for life in self.lives:
            life.end(signal.SIGKILL)

    @property
    def folders(self) -> Folders:
        return Folders(config=self.home / "config", state=self.home / "state")

    @property
    def instance(self) -> Instance:
        return instance_of(self.folders, "default", None, self.environment)

    @property
    def keyring(self) -> FileKeyring:
        return FileKeyring(self.folder / KEYRING_FILE)

    def kept(self, account: Json) -> Json:
        """Return what the profile's file says of an account."""
        try:
            document = tomllib.loads(self.folders.profile_file("default").read_text())
        except FileNotFoundError:
            return {}
        return next((dict(one[account["user_id"]]) for one in document.get("clouds", {}).values() if one), {})

    def ledger(self, account: Json) -> tuple[list[str], bool]:
        """Return which devices that file names as not gone, and whether there may be another one."""
        line = self.kept(account).get("lines", {}).get(Service.CALLING.value, {})
        return [one["device_id"] for one in line.get("granted", ())], line.get("asking", False)

    def begin(self, *arguments: str, **more: str) -> Life:
        """Start the program: a command and its options, with more variables."""
        return Life(self, arguments, more)

    async def sign_in(self, account: Json) -> None:
        """Leave a sign-in in the keyring and its account in the profile, as an earlier run did."""
        self.folders.make("default")
        keystore = FileKeystore(self.keyring)
        program = Program(
            cloud=cloud_file.load_cloud(self.cloud.cloud_file, self.folders),
            folders=self.folders,
            keystore=keystore,
        )
        services = Services(program, Profile(None, f"{self.cloud.base}/v1"))
        attempt = services.begin_sign_in()
        redirect_url = walk(attempt.authorize_url, comes_back=False)
        session = await services.finish_sign_in(attempt, redirect_url)
        await session.keep(account["user_id"])
        await session.close()
        await services.close()
        record = {"address": account["name"], "name": account["display_name"]}
        clouds = {f"{self.cloud.base}/v1": {account["user_id"]: record}}
        replace_file(self.folders.profile_file("default"), tomli_w.dumps({"version": 1, "clouds": clouds}))


class Scene:
    """A cloud and a computer, and what is promised of them at the moment.

    `wanted` and `signed_in` are what the next start must find; None: either, for nobody was told yet.
    `chance` draws the rules of the cloud: whether devices are shared, and how many there may be. `plan`
    is for the life that is watched.
    """

    def __init__(self, chance: random.Random, plan: Plan = NOTHING) -> None:
        self.chance = chance
        self.plan = plan
        self.wanted: bool | None = True
        self.signed_in: bool | None = True
        self.life: Life | None = None
        self.comes_back: tuple[str, ...] = ("watch", "--json")
        self._folder = Path(tempfile.mkdtemp(prefix="kills-", dir="/tmp"))
        self.cloud = CloudServer("calm", time_scale=TIME_SCALE, redirect_uris=(REDIRECT_URI,))

    def __enter__(self) -> Self:
        self.cloud.start()
        self.cloud.change_settings(
            expiry_intervals=EXPIRY_INTERVALS,
            devices_shared=self.chance.random() < 0.5,
            rotate_refresh_token=True,
        )
        name = self.cloud.users[0].name
        self.cloud.alter_user(name, device_limit=self.chance.choice((2, 5)))
        self.cloud.alter_user(name, other_devices=[{"name": "Webex on another computer"}])
        self.others = self._devices(others=True)
        self.computer = Computer(self.cloud, self._folder / "first")
        self.computers = [self.computer]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for computer in self.computers:
            computer.close()
        self.cloud.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def another_computer(self, *, same: bool) -> Computer:
        """Return another home; `same`: on the same computer."""
        other = Computer(self.cloud, self._folder / "second")
        if same:
            shutil.copy(self.computer.folder / COMPUTER_FILE, other.folder / COMPUTER_FILE)
        self.computers.append(other)
        return other

    # ---- what a story does

    def begin(self, *arguments: str, counted: bool = False, **more: str) -> Life:
        """Start the program that is watched; `counted`: from its first step on."""
        self.life = Life(self.computer, arguments, more, self.plan, counted=counted)
        return self.life

    @property
    def account(self) -> Json:
        """The first person, as the cloud sees them."""
        name = self.cloud.users[0].name
        return dict(next(one for one in self.cloud.state()["users"] if one["name"] == name))

    def _devices(self, *, others: bool) -> list[str]:
        return [one["device_id"] for one in self.account["devices"] if one["others"] is others]

    @property
    def live(self) -> list[str]:
        """The devices of this program, as the cloud counts."""
        return self._devices(others=False)

    @property
    def webex_devices(self) -> list[str]:
        """The WDM devices that this program made."""
        return [one["url"] for one in self.account["wdm_devices"] if one["name"].startswith("softphone on")]

    def renewals(self) -> int:
        """How often the service has renewed the sign-in: each of them ended the refresh token before."""
        return len(self.cloud.journal(place="refresh", status=200))

    def since_renewal_s(self) -> float:
        """Return how long ago that was last (nominal)."""
        last_s = max((one["time_s"] for one in self.cloud.journal(place="refresh")), default=float("-inf"))
        return float(self.cloud.state()["now_s"]) - last_s

    def generation(self) -> int:
        """The renewal that the keyring holds; -1 without one."""
        kept = [
            json.loads(text) for name, text in self.computer.keyring.values.items() if "/refresh/" in name
        ]
        return max((one["generation"] for one in kept), default=-1)
