"""`softphone first-contact` and `softphone cloud --like` as processes: the file, exit codes, words."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from softphone.sim.scenarios import Scenario
from softphone.sim.server import CloudServer
from softphone.sim.services.people import Person
from tests.checks.first_contact.contact import QUICK
from tests.kit.program import softphone, started, wait_until

pytestmark = pytest.mark.slow

WILMA = Person(
    "wilhelmina.zwackelmann@tenant-of-wilhelmina.example",
    "Wilhelmina Zwackelmann",
    phone_number="+4930998877665",
    extension="739512",
)
CANARY = Scenario("canary", "One person", "registered", people=(WILMA,))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def report_in(folder: Path) -> Path:
    [path] = folder.glob("softphone-first-contact-*.json")
    return path


def test_a_report_is_written_for_its_owner_and_holds_nothing_of_a_person(here: Path) -> None:
    with CloudServer(CANARY, time_scale=QUICK) as cloud:
        done = softphone(
            "first-contact", "--cloud", cloud.cloud_file, "--token-env", "T", T=cloud.users[0].token
        )
        entries = cloud.journal()
        state: dict[str, Any] = cloud.state()["users"][0]
        assert (state["devices"], state["wdm_devices"]) == ([], [])
    assert done.returncode == 0, done.stderr
    path = report_in(here)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [granted] = [entry for entry in entries if entry["place"] == "register"]
    told = (done.stdout + done.stderr + path.read_text()).lower()
    ids = {entry["device"] for entry in entries if entry["device"]}
    secrets = {
        *ids,
        cloud.users[0].token,
        state["user_id"],
        state["public_id"],
        granted["body"]["clientDeviceUri"],
    }
    parts = {"wilhelmina", "zwackelmann", "tenant", "998877665", "739512", "127.0.0.1"}
    tokens = {cloud.users[0].token[start : start + 12] for start in range(0, 60, 12)}
    assert [each for each in secrets | parts | tokens if each.lower() in told] == []
    assert "look at it before you send it" in done.stdout
    assert json.loads(path.read_text())["outcome"] == "complete"


def test_what_was_learnt_is_played_back(here: Path) -> None:
    first = softphone("first-contact", "--demo", "--time-scale", QUICK, "--out", "a.json")
    assert first.returncode == 0, first.stderr
    with started("cloud", "--time-scale", QUICK, "--like", "a.json") as cloud:
        assert cloud.stdout is not None
        ready = json.loads(cloud.stdout.readline())
        token = ready["users"][0]["token"]
        again = softphone(
            "first-contact", "--cloud", ready["cloud_file"], "--token-env", "T", "--out", "b.json", T=token
        )
    assert again.returncode == 0, again.stderr
    routes = [
        [one["route"] for one in json.loads(Path(name).read_text())["exchanges"]]
        for name in ("a.json", "b.json")
    ]
    assert sorted(routes[0]) == sorted(routes[1])


def test_a_file_that_is_there_is_never_overwritten(here: Path) -> None:
    (here / "mine.json").write_text("mine")
    done = softphone("first-contact", "--demo", "--out", "mine.json")
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert (here / "mine.json").read_text() == "mine"
    for _ in range(2):
        assert softphone("first-contact", "--demo", "--time-scale", QUICK).returncode == 0
    assert len(list(here.glob("softphone-first-contact-*.json"))) == 2


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_asked() -> None:
    done = softphone("first-contact", "--demo", "--out", "/nowhere/a.json")
    assert done.returncode == 2
    assert "--out /nowhere/a.json: cannot be written" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="limits of a process")
def test_a_full_disk_is_said_and_leaves_no_half_a_report(here: Path) -> None:
    words = [sys.executable, "-m", "softphone", "first-contact", "--demo", "--time-scale", str(QUICK)]
    limited = ["bash", "-c", 'ulimit -f 16; exec "$@"', "bash", *words]
    done = subprocess.run(limited, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "The report could not be written" in done.stderr
    assert list(here.iterdir()) == []


def test_without_a_sign_in_the_remedy_is_said_and_no_file_is_left(here: Path) -> None:
    done = softphone("first-contact")
    assert done.returncode == 4
    assert "softphone sign-in" in done.stderr
    assert "--token-env" in done.stderr
    assert list(here.iterdir()) == []


def test_a_token_that_is_refused_ends_with_its_own_code(here: Path) -> None:
    with CloudServer("calm", time_scale=QUICK) as cloud:
        done = softphone(
            "first-contact", "--cloud", cloud.cloud_file, "--token-env", "T", T="no-token-of-anybody"
        )
    assert done.returncode == 4
    assert "Take a fresh access token" in done.stdout
    assert json.loads(report_in(here).read_text())["outcome"] == "refused"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_signal_takes_back_what_was_registered_and_keeps_the_report(here: Path) -> None:
    with CloudServer("calm") as cloud:
        arguments = ("first-contact", "--cloud", cloud.cloud_file, "--token-env", "T")
        with started(*arguments, T=cloud.users[0].token) as running:
            wait_until(lambda: cloud.journal(place="register", status=200))
            running.send_signal(signal.SIGINT)
            out, errors = running.communicate(timeout=10)
        assert running.returncode == 1, errors
        user = cloud.state()["users"][0]
        assert (user["devices"], user["wdm_devices"]) == ([], [])
    assert "Nothing of this run is left" in out
    assert json.loads(report_in(here).read_text())["outcome"] == "stopped"


@pytest.mark.parametrize(
    ("content", "said"),
    [("{}", "no report of a first contact"), ("x" * 9, "JSON is needed"), (None, "cannot be read")],
)
def test_what_is_no_report_is_refused(here: Path, content: str | None, said: str) -> None:
    if content is not None:
        (here / "x.json").write_text(content)
    done = softphone("cloud", "--like", "x.json")
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.startswith("softphone: --like x.json: ")
