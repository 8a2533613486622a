"""The program and a keyring that nobody has asked for, that is locked, slow or dies: on real processes."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.app import Program
from softphone.auth.keystore import MemoryKeystore
from softphone.headless.instance import ask, instance_of
from softphone.settings.cloud_file import load_cloud
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from tests.kit.keyrings import Bus
from tests.kit.ports import free_port
from tests.kit.program import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="Secret Service")]

PATIENCE_S = 20.0


class Place:
    """A cloud, a bus with a keyring, and the folders of a program that runs there."""

    def __init__(self, cloud: CloudServer, bus: Bus) -> None:
        self.cloud = cloud
        self.bus = bus
        self.folders = Folders(
            config=bus.home / "softphone" / "config", state=bus.home / "softphone" / "state"
        )
        self.errors = bus.home / "stderr"

    def start(self, *command: str) -> "subprocess.Popen[str]":
        environment = {"SOFTPHONE_HOME": str(self.folders.config.parent), "QT_QPA_PLATFORM": "offscreen"}
        with self.errors.open("a") as errors:
            return self.bus.start(sys.executable, "-m", *command, environment=environment, errors=errors)

    def sign_in(self) -> None:
        """Leave a sign-in in the keyring."""
        user = self.cloud.users[0]
        seed = ("tests.end_to_end.stored_sign_in", str(self.cloud.cloud_file), user.name, user.password)
        assert self.start(*seed).wait(PATIENCE_S) == 0, self.errors.read_text()

    def take_away_client_id(self) -> None:
        """Have the cloud file name none."""
        text = self.cloud.cloud_file.read_text().splitlines()
        self.cloud.cloud_file.write_text("\n".join(one for one in text if not one.startswith("client_id")))

    def watch(self, *options: str) -> "subprocess.Popen[str]":
        return self.start("softphone", "watch", "--cloud", str(self.cloud.cloud_file), *options)

    def states(self) -> list[str]:
        """Return the states of the accounts, as `softphone status` tells them; empty while nothing runs."""
        environment = {**os.environ, **self.bus.environment}
        answer = ask(instance_of(self.folders, "default", environment=environment), {"verb": "status"})
        return [account["state"] for account in answer["accounts"]] if answer else []


@pytest.fixture
def place() -> Iterator[Place]:
    uris = (f"http://localhost:{free_port()}/callback",)
    with (
        tempfile.TemporaryDirectory(prefix="keyring-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        CloudServer("calm", time_scale=0.1, redirect_uris=uris) as cloud,
        Bus(Path(folder)) as bus,
    ):
        yield Place(cloud, bus)


@pytest.mark.parametrize("what", ["window", "watch", "a window with a client ID to be found"])
def test_d3_a_first_start_asks_no_keyring_anything(place: Place, what: str):
    cloud_file = place.cloud.cloud_file
    if "client ID" in what:
        place.take_away_client_id()
    if what == "watch":
        assert place.watch().wait(PATIENCE_S) == 4
    else:
        window = place.start("softphone", "--cloud", str(cloud_file))
        wait_until(lambda: place.folders.history_file("default").exists())  # opened when all else is ready
        window.send_signal(signal.SIGTERM)
        assert window.wait(PATIENCE_S) == 0
    assert not place.bus.touched
    assert place.bus.prompts == 0


def test_d3_the_keyring_is_looked_into_where_a_client_id_was_entered_once(place: Place):
    place.take_away_client_id()
    place.folders.make()
    program = Program(
        cloud=load_cloud(place.cloud.cloud_file, place.folders),
        folders=place.folders,
        keystore=MemoryKeystore(),
    )
    program.open_profile().note_use()
    window = place.start("softphone", "--cloud", str(place.cloud.cloud_file))
    wait_until(lambda: place.bus.touched)
    window.terminate()
    assert window.wait(PATIENCE_S) == 0
    assert place.bus.prompts == 0


def test_d3_a_stored_sign_in_comes_back_without_a_prompt_and_a_locked_one_says_so(place: Place):
    keyring = place.bus.gnome_keyring(password="pw")
    place.sign_in()
    assert place.watch("--until", "registered", "--for", "15").wait(PATIENCE_S) == 0
    keyring.kill()
    keyring.wait()
    place.bus.gnome_keyring()
    before = place.errors.read_text()
    assert place.watch().wait(PATIENCE_S) == 4
    assert "Your keyring is locked." in place.errors.read_text().removeprefix(before)
    assert place.bus.prompts == 0


def test_a_slow_keyring_brings_the_sign_in_back_late_and_holds_up_no_status(place: Place):
    keyring = place.bus.bad_keyring("well", slow_s=1.5)
    place.sign_in()
    place.bus.become(keyring, "slow")
    watch = place.watch()
    wait_until(lambda: place.states() == ["loading"])
    wait_until(lambda: place.states() == ["ready"])
    watch.terminate()
    assert watch.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("ill", ["dying", "gone", "stopped"])
def test_a_keyring_that_dies_costs_no_sign_in_that_it_keeps(place: Place, ill: str):
    keyring = place.bus.bad_keyring("well")
    place.sign_in()
    place.bus.become(keyring, "dying" if ill == "dying" else "well")
    if ill != "dying":
        keyring.send_signal(signal.SIGKILL if ill == "gone" else signal.SIGSTOP)
    watch = place.watch()
    if ill == "stopped":
        wait_until(lambda: place.states() == ["loading"])
        watch.terminate()
        assert watch.wait(PATIENCE_S) == 0
    else:
        assert watch.wait(PATIENCE_S) == 4
        assert "Your keyring does not work." in place.errors.read_text()
    profile = place.folders.profile_file("default").read_text()
    assert place.cloud.users[0].name in profile, "the account is still known"
    with contextlib.suppress(ProcessLookupError):
        keyring.send_signal(signal.SIGCONT)
