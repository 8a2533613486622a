"""kill -9 at any point, restart: one live device, no orphan, the same WDM device, wishes kept.

The program is a process of its own, the simulated cloud counts. With a device limit of 1 a forgotten device
would lock the person out; with 5 it would stay behind unseen.
"""

import random
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from softphone.line.model import Service
from softphone.settings.profile import Profile
from softphone.sim.server import CloudServer
from tests.end_to_end.weather.watching import Watch

pytestmark = pytest.mark.slow

TIME_SCALE = 0.05  # a keepalive every 1.5 s; a device nobody keeps alive is forgotten after 7.5 s
HANG = {"answer": "hang", "times": 1}


@dataclass
class Crash:
    """A cloud, a home, and what happens in them."""

    cloud: CloudServer
    home: Path

    def watch(self, *options: str) -> Watch:
        return Watch(self.cloud, self.home, *options)

    def fault(self, where: str, **more: Any) -> None:
        self.cloud.faults([{"where": where, **more}])

    def until_asked(self, place: str, times: int = 1, **fields: Any) -> None:
        self.cloud.wait_for(times, place=place, timeout_s=15, **fields)

    @property
    def account(self) -> dict[str, Any]:
        [account] = [one for one in self.cloud.state()["users"] if one["name"] == self.cloud.users[0].name]
        return dict(account)

    @property
    def profile_file(self) -> Path:
        return self.home / "config" / "profiles" / "default" / "profile.toml"

    @property
    def profile(self) -> Profile:
        return Profile(self.profile_file, f"{self.cloud.base}/v1")

    def stored_device(self) -> str | None:
        return self.profile.device_url(self.account["user_id"]) if self.profile_file.exists() else None


# Each rule with the limit under which a forgotten device hurts it most: one that locks the person out
# everywhere, one that nobody sees.
@pytest.fixture(params=[(1, True), (5, False)], ids=["limit 1, devices shared", "limit 5, devices per host"])
def crash(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crash]:
    limit, devices_shared = request.param
    with CloudServer("calm", time_scale=TIME_SCALE, backups=1) as cloud:
        cloud.change_settings(devices_shared=devices_shared)
        name = cloud.users[0].name
        cloud.alter_user(name, device_limit=limit)
        if limit > 1:
            cloud.alter_user(name, other_devices=[{"name": "Webex on another computer"}])
        scene = Crash(cloud, tmp_path / "home")
        scene.profile.want("somebody else", Service.CALLING, wanted=False)
        yield scene


# ---- the points: each runs the program up to one and kills it there


def before_wdm_answers(crash: Crash) -> None:
    crash.fault("wdm", **HANG)
    with crash.watch():
        crash.until_asked("wdm")


def after_wdm_made_the_device(crash: Crash) -> None:
    crash.fault("discovery", **HANG)
    with crash.watch():
        crash.until_asked("discovery")
        assert crash.stored_device(), "it is on disk before the next request"


def before_the_server_takes_the_registration(crash: Crash) -> None:
    crash.fault("register", **HANG)
    with crash.watch():
        crash.until_asked("register")


def after_the_server_took_it_and_before_its_answer(crash: Crash) -> None:
    crash.fault("register", acts=True, **HANG)
    with crash.watch():
        crash.until_asked("register")
        assert live(crash), "the service has a device nobody here knows of"
        assert crash.stored_device()


def registered(crash: Crash) -> None:
    with crash.watch() as watch:
        watch.until_event("registered")


def in_a_keepalive(crash: Crash) -> None:
    crash.fault("keepalive", acts=True, **HANG)
    with crash.watch() as watch:
        watch.until_event("registered")
        crash.until_asked("keepalive")


def before_the_server_takes_the_deregistration(crash: Crash) -> None:
    crash.fault("deregister", **HANG)
    with crash.watch() as watch:
        watch.until_event("registered")
        watch.process.send_signal(signal.SIGTERM)
        crash.until_asked("deregister")


def after_the_server_took_the_deregistration(crash: Crash) -> None:
    crash.fault("deregister", acts=True, **HANG)
    with crash.watch() as watch:
        watch.until_event("registered")
        watch.process.send_signal(signal.SIGTERM)
        crash.until_asked("deregister")
        assert not live(crash)


def waiting_to_retry(crash: Crash) -> None:
    crash.fault("register", answer={"status": 503}, acts=True, nth=[1])
    crash.fault("register", answer={"status": 503}, times=3)
    with crash.watch() as watch:
        watch.until_event("unregistered")
        assert live(crash)
    crash.cloud.clear_faults()


def removing_the_orphan_of_the_crash_before(crash: Crash) -> None:
    registered(crash)
    crash.fault("deregister", acts=True, **HANG)
    with crash.watch():
        crash.until_asked("deregister")


def registering_after_the_orphan_was_removed(crash: Crash) -> None:
    registered(crash)
    crash.fault("register", acts=True, answer="hang", nth=[1])
    with crash.watch():
        crash.until_asked("deregister")
        crash.until_asked("register", times=2)


def on_the_way_home_between_two_servers(crash: Crash) -> None:
    with crash.cloud.cloud_file.open("a") as file:  # it ends with [policy]
        file.write("rehoming_min_minutes = 1\nrehoming_max_minutes = 1\n")
    crash.fault("any", host="P1", answer="refuse", for_s=30)
    crash.fault("register", host="P1", acts=True, answer="hang", times=1)
    with crash.watch() as watch:
        watch.until_event("registered")
        crash.until_asked("register", host="P1")
        assert live(crash)


POINTS: tuple[Callable[[Crash], None], ...] = (
    before_wdm_answers,
    after_wdm_made_the_device,
    before_the_server_takes_the_registration,
    after_the_server_took_it_and_before_its_answer,
    registered,
    in_a_keepalive,
    before_the_server_takes_the_deregistration,
    after_the_server_took_the_deregistration,
    waiting_to_retry,
    removing_the_orphan_of_the_crash_before,
    registering_after_the_orphan_was_removed,
    on_the_way_home_between_two_servers,
)


def live(crash: Crash) -> list[dict[str, Any]]:
    """Return the person's devices at the service but those of other software."""
    return [device for device in crash.account["devices"] if not device["others"]]


def until_one_is_live(crash: Crash) -> list[dict[str, Any]]:
    """Wait until what the last run left is gone, and return what is still there."""
    until_s = time.monotonic() + 15
    while len(devices := live(crash)) > 1 and time.monotonic() < until_s:
        time.sleep(0.02)
    return devices


def ours(crash: Crash) -> list[str]:
    """Return the WDM devices that this program made."""
    return [one["url"] for one in crash.account["wdm_devices"] if one["name"].startswith("softphone on")]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.__name__.replace("_", " "))
def test_after_a_crash_the_next_start_leaves_one_device(crash: Crash, point: Callable[[Crash], None]):
    others = [device["device_id"] for device in crash.account["devices"] if device["others"]]
    point(crash)
    stored = crash.stored_device()
    with crash.watch() as watch:
        now = watch.until_event("registered")
        devices = until_one_is_live(crash)
        assert [device["device_id"] for device in devices] == [now["info"]["mobiusDeviceId"]]
        assert "error" not in watch.names
        assert crash.stored_device() == devices[0]["client_device_uri"]
        if stored:
            assert crash.stored_device() == stored
            assert ours(crash) == [stored]
        left = [device["device_id"] for device in crash.account["devices"] if device["others"]]
        assert left == others, "nobody else's device was touched"
        assert crash.profile.notice is None
        assert crash.profile.wanted(crash.account["user_id"], Service.CALLING)
        assert not crash.profile.wanted("somebody else", Service.CALLING)
        assert watch.stop() == 0
    assert not live(crash)


def test_a_token_that_tells_no_name_makes_no_new_webex_device_at_each_start(tmp_path: Path):
    with CloudServer("calm", time_scale=TIME_SCALE) as cloud:
        scene = Crash(cloud, tmp_path / "home")
        scene.fault("people", answer={"status": 403})
        registered(scene)
        stored = scene.stored_device()
        with scene.watch() as watch:
            watch.until_event("registered")
            assert len(live(scene)) == 1
            assert ours(scene) == [stored]
            assert watch.stop() == 0


WRITER = """
import asyncio, sys
from pathlib import Path
from softphone.settings.ledger import Granted
from softphone.settings.profile import Profile
from softphone.line.device import Device
from softphone.line.model import Account, Service

def say(line):
    sys.stdout.write(line)
    sys.stdout.flush()

async def write():
    profile = Profile(Path(sys.argv[1]), "cloud")
    ledger = profile.ledger("ada", Service.CALLING)
    for number in range(10**6):
        profile.remember_account(Account(key="ada", name="Ada " + "x" * (number % 3000)))
        profile.remember_device("ada", f"https://wdm.example.com/devices/{number}")
        await ledger.asking()
        say(f"asking {number}\\n")
        await ledger.granted(Granted(device=Device(device_id=str(number)), server_url="https://m.example.com"))
        say(f"granted {number}\\n")
        await ledger.answered()

asyncio.run(write())
"""


def test_whenever_it_is_killed_the_profile_is_whole_and_knows_of_every_grant(tmp_path: Path):
    path = tmp_path / "default.toml"
    chance = random.Random(1)
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            text=True,
        ) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline() for _ in range(8)]
            time.sleep(chance.uniform(0, 0.05))
            writer.kill()
            lines += writer.stdout.readlines()
        what, number = lines[-1].split()
        tomllib.loads(path.read_text())
        profile = Profile(path, "cloud")
        assert profile.notice is None
        assert profile.device_url("ada")
        ledger = profile.ledger("ada", Service.CALLING)
        left = [granted.device.device_id for granted in ledger.left()]
        if what == "granted":
            assert number in left
        else:
            assert ledger.unsure
