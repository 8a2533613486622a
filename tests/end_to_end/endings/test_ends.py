"""D3, D8, S11 and every other end: a part of the table of `tests.end_to_end.endings.ends` that covers it."""

import os
import pty
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from softphone.line.model import Account
from softphone.settings.profile import Profile
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from tests.end_to_end.endings.ends import COVERING, TABLE, Case, Outcome, played_all
from tests.kit.keyrings import Bus
from tests.kit.program import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="a desktop of its own")]

BUSY_LIMIT_S = 10.0  # the promise is 3 s: `python -m tests.end_to_end.endings.ends` holds it against that


@pytest.fixture(scope="module")
def outcomes() -> dict[Case, Outcome]:
    return dict(played_all(COVERING, limit_s=BUSY_LIMIT_S))


def test_the_chosen_ends_cover_every_way_and_every_moment_of_each_program():
    for part in ((0, 1), (0, 2)):
        assert {tuple(case[n] for n in part) for case in COVERING} >= {
            tuple(case[n] for n in part) for case in TABLE if not case[0].startswith("demo")
        }


@pytest.mark.timeout(240)
@pytest.mark.parametrize("case", COVERING, ids=", ".join)
def test_d3_d8_s11_whatever_ends_it_whenever_no_line_is_left(case: Case, outcomes: dict[Case, Outcome]):
    assert not outcomes[case].faults, f"{outcomes[case]}\n{outcomes[case].said}"


@pytest.mark.parametrize("closed", ["terminal", "terminal, under nohup"])
def test_d8_a_terminal_that_closes_ends_watch_unless_nohup_was_asked_for(closed: str, tmp_path: Path):
    master, slave = pty.openpty()
    nohup = ["nohup"] if "nohup" in closed else []
    with CloudServer("calm", time_scale=0.1) as cloud:
        command = [
            sys.executable,
            "-m",
            "softphone",
            "watch",
            "--cloud",
            str(cloud.cloud_file),
            "--token-env",
            "T",
        ]
        watch = subprocess.Popen(
            ["setsid", "--ctty", *nohup, *command],
            env={**os.environ, "SOFTPHONE_HOME": str(tmp_path / "home"), "T": cloud.users[0].token},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=tmp_path if nohup else None,
        )
        try:
            os.close(slave)
            cloud.wait_for(place="keepalive", status=200, timeout_s=20)
            os.close(master)
            if nohup:
                kept = len(cloud.journal(place="keepalive", status=200))
                cloud.wait_for(kept + 1, place="keepalive", status=200, timeout_s=20)
                watch.send_signal(signal.SIGTERM)
            assert watch.wait(BUSY_LIMIT_S) == 0
            assert len(cloud.journal(place="deregister", status=200)) == 1
        finally:
            watch.kill()
            watch.wait()


@pytest.mark.parametrize("how", ["SIGTERM", "a stopped bus"])
def test_d3_a_keyring_that_hangs_keeps_no_watch_from_ending(how: str):
    """A signed-in profile, and a keyring that never answers: the start never ends, the program does."""
    with (
        tempfile.TemporaryDirectory(prefix="ends-", dir="/tmp") as place,
        CloudServer("calm", time_scale=0.1) as cloud,
        Bus(Path(place)) as bus,
    ):
        home = Path(place) / "softphone"
        profile = Folders(config=home / "config", state=home / "state").profile_file("default")
        profile.parent.mkdir(parents=True)
        Profile(profile, f"{cloud.base}/v1").remember_account(Account(key="ada"))
        bus.bad_keyring("hanging")
        command = [sys.executable, "-m", "softphone", "watch", "--cloud", str(cloud.cloud_file)]
        watch = bus.start(*command, environment={"SOFTPHONE_HOME": str(home)})
        wait_until(lambda: list(Path(place, "runtime").rglob("*.sock")))
        if how != "SIGTERM":
            bus.stop_answering()
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(BUSY_LIMIT_S) == 0
