"""The soak in real time: the program in this process with its history and its log, the cloud in another.

They speak TLS over real sockets. The cloud is told by its control desk, and looked at there twice a second.
"""

import asyncio
import json
import logging
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from softphone.accounts.panel import Panel
from softphone.accounts.recorder import Recorder
from softphone.accounts.snapshot import Purpose
from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.history.journal import Journal
from softphone.settings.cloud_file import read_cloud
from softphone.system import log
from softphone.system.background import in_thread
from softphone.system.folders import Folders
from tests.hostile.soak.outcome import Outcome
from tests.hostile.soak.promises import Promises
from tests.hostile.soak.soaking import Soak
from tests.hostile.soak.virtual import HOSTS, RULES
from tests.hostile.soak.weather import CALM_SETTINGS, Deed, Storm, timetable
from tests.kit.browsing import redirect_of
from tests.kit.small_world import people

TIME_SCALE = 0.2  # a keepalive every 6 s: five nominal hours in one
LOOK_EVERY_S = 0.5
# What this process does not see at once: two looks, and the limits on the network that stay real seconds.
SLACK_REAL_S = 2.5


class CloudProcess:
    """The cloud in its process, and its control desk; `told` is what it printed when it was ready."""

    def __init__(self, told: dict[str, str]) -> None:
        self.told = told
        self.tls = ssl.create_default_context(cafile=told["issuer"])

    async def ask(self, resource: str, body: Any = None, *, method: str = "") -> Any:
        """Ask the control desk; the thread that waits is no part of the program."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.told['control']}{resource}", data)
        request.method = method or ("GET" if body is None else "POST")

        def asked() -> Any:
            with urllib.request.urlopen(request, context=self.tls, timeout=20) as answer:
                return json.load(answer)

        return await in_thread(asked)


class RealSoak(Soak):
    """The cloud is looked at, and its journal read on from where it was."""

    def __init__(
        self, cloud: CloudProcess, outcome: Outcome, folder: Path, names: list[str], time_scale: float
    ) -> None:
        self.cloud = cloud
        self._folder = folder
        self._read_up_to = 0
        self._ahead_s = 0.0  # of the cloud's clock, nominal
        self._alive: dict[str, set[str]] = {}
        self._secrets: set[str] = set()
        super().__init__(names, outcome, second_s=time_scale)

    async def begin(self) -> Panel:
        self._ahead_s = (await self.cloud.ask("state"))["now_s"] - self.now_s
        folders = Folders(config=self._folder / "config", state=self._folder / "state")
        folders.make()
        self.keystore = MemoryKeystore()
        cloud = read_cloud(self.cloud.told["cloud_file"], "cloud.toml")
        program = Program(cloud=cloud, folders=folders, keystore=self.keystore)
        self.services = Services(program)
        self.profile = self.services.profile
        panel = self.services.panel()
        panel.hear_calls(wanted=True, keep=True)
        self.journal = Journal(program.history_file, steady_s=self.loop.time)
        await self.journal.open()
        self.recorder = Recorder(panel, self.journal)
        self.recorder.start()
        await panel.start()
        return panel

    async def end(self) -> tuple[str, ...]:
        self._note_secrets()
        self.recorder.close()
        assert self.panel is not None
        left = await self.panel.close()
        await self.services.close()
        await self.journal.close()
        self._look_for_secrets()
        return tuple(map(str, left))

    async def sign_in(self, name: str, purpose: Purpose) -> None:
        panel = self.panel
        assert panel is not None
        attempt = panel.begin_sign_in(purpose)
        try:
            address = await redirect_of(self.cloud.told["base"], attempt, email=name, tls=self.cloud.tls)
            await panel.finish_sign_in(attempt, address)
        finally:
            panel.cancel_sign_in(attempt)

    async def look(self) -> None:
        for entry in await self.cloud.ask(f"journal?since={self._read_up_to}"):
            self._read_up_to = entry["n"]
            self.heard(entry, entry["time_s"] - self._ahead_s)
        state = await self.cloud.ask("state")
        at_s = state["now_s"] - self._ahead_s
        for user in state["users"]:
            ours = [one for one in user["devices"] if not one["others"]]
            self._alive[user["name"]] = {one["device_id"] for one in ours}
            seen = [
                (one["device_id"], at_s - one["seen_ago_s"], one["seen_ago_s"] + one["expires_in_s"])
                for one in ours
            ]
            self.out.promises.seen(user["name"], seen)

    def devices(self, name: str) -> set[str]:
        return self._alive.get(name, set())

    async def do(self, deed: Deed) -> None:
        await self.cloud.ask(deed.resource, deed.body)

    async def clear(self) -> None:
        await self.cloud.ask("faults", method="DELETE")
        await self.cloud.ask("settings", CALM_SETTINGS)
        await self.cloud.ask("sockets", {"silence": False})
        self._note_secrets()

    def _note_secrets(self) -> None:
        for value in self.keystore._values.values():
            for name, secret in json.loads(value).items():
                if name in {"access_token", "refresh_token"}:
                    self._secrets.add(secret[:40])

    def _look_for_secrets(self) -> None:
        for path in self._folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            if any(secret.encode() in content for secret in self._secrets):
                self.out.promises.breaks("I6 no secret is written", self.now_s, path.name)


@contextmanager
def _cloud(lines: int, seed: int, time_scale: float) -> Iterator[CloudProcess]:
    options = {"lines": lines, "seed": seed, "time_scale": time_scale, "rules": dict(RULES)}
    options["hosts"] = dict(HOSTS)
    command = [sys.executable, "-m", "tests.hostile.soak.cloud", json.dumps(options)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        yield CloudProcess(json.loads(process.stdout.readline()))
        process.communicate("")


@contextmanager
def _logged(folder: Path) -> Iterator[None]:
    """Have a log, as the program has, at DEBUG."""
    handler = log._open_file(folder / log.LOG_FILE_NAME)
    assert handler is not None
    before = logging.getLogger().level
    log._add(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logging.getLogger().setLevel(before)
        logging.getLogger().removeHandler(handler)
        handler.close()


def real_soak(
    *,
    seed: int,
    lines: int,
    minutes: float,
    time_scale: float = TIME_SCALE,
    storms: tuple[Storm, ...] | None = None,
) -> Outcome:
    """Soak so many lines for so many minutes, in storms of the seed unless others are given."""
    names = [one.name for one in people(lines)]
    length_s = minutes * 60 / time_scale
    storms = timetable(seed, length_s=length_s, people=names, local=False) if storms is None else storms
    promises = Promises(names, second_s=time_scale, slack_s=SLACK_REAL_S / time_scale)
    outcome = Outcome(seed, lines, storms, promises, length_s=length_s)

    async def play(cloud: CloudProcess, folder: Path) -> None:
        await RealSoak(cloud, outcome, folder, names, time_scale).run()

    with tempfile.TemporaryDirectory(prefix="softphone-soak-") as home:
        folder = Path(home)
        with _cloud(lines, seed, time_scale) as cloud, _logged(folder), asyncio.Runner() as runner:
            runner.run(play(cloud, folder))
    return outcome
