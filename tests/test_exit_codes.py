"""The exit code of every command in every situation: 0 to 6 mean the same everywhere."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.exit_codes import (
    EXIT_NOT_RUNNING,
    EXIT_OK,
    EXIT_PROFILE_IN_USE,
    EXIT_SIGN_IN_NEEDED,
    EXIT_TIME_RAN_OUT,
    EXIT_TROUBLE,
    EXIT_USAGE,
)
from softphone.sim.server import CloudServer
from tests.kit.program import next_event, softphone, started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets of Unix")

NOBODY_RUNS = {
    "status": EXIT_NOT_RUNNING,
    "status --json": EXIT_NOT_RUNNING,
    "register": EXIT_NOT_RUNNING,
    "deregister --all": EXIT_NOT_RUNNING,
    "show": EXIT_NOT_RUNNING,
    "quit": EXIT_NOT_RUNNING,
    "sign-out": EXIT_OK,
    "sign-out eve@example.com": EXIT_USAGE,
    "watch --cloud {cloud}": EXIT_SIGN_IN_NEEDED,
    "watch --cloud {no_id}": EXIT_SIGN_IN_NEEDED,
    "watch --cloud {bad}": EXIT_USAGE,
    "watch --cloud {cloud} --token-env NONE": EXIT_USAGE,
    "watch --cloud {cloud} --token-env TOKEN --until registered --for 30": EXIT_OK,
    "watch --cloud {cloud} --token-env TOKEN --until error --for 0.5": EXIT_TIME_RAN_OUT,
    "watch --cloud {cloud} --token-env TOKEN --for 0.5": EXIT_OK,
    "watch --cloud {cloud} --token-env BAD --until registered --for 30": EXIT_SIGN_IN_NEEDED,
    "accounts": EXIT_SIGN_IN_NEEDED,
    "sign-in --cloud {no_id}": EXIT_SIGN_IN_NEEDED,
    "history": EXIT_OK,
    "outages --line 5": EXIT_USAGE,
    "logs": EXIT_OK,
    "config get theme": EXIT_OK,
    "config get them": EXIT_USAGE,
    "completion tcsh": EXIT_USAGE,
    "help": EXIT_OK,
    "doctor --cloud {bad}": EXIT_USAGE,
    "cloud --port 99999": EXIT_USAGE,
    "--cloud {bad}": EXIT_USAGE,
    "dance": EXIT_USAGE,
}
# While `watch` runs, its line registered; in this order.
WATCH_RUNS = {
    "status": EXIT_OK,
    "watch --cloud {cloud}": EXIT_PROFILE_IN_USE,
    "watch --cloud {no_id}": EXIT_PROFILE_IN_USE,
    "--cloud {cloud}": EXIT_PROFILE_IN_USE,
    "show": EXIT_TROUBLE,
    "register 9999": EXIT_TROUBLE,
    "register 5101": EXIT_OK,
    "deregister": EXIT_OK,
    "status --json": EXIT_TROUBLE,
    "accounts": EXIT_OK,
    "config set theme dark": EXIT_PROFILE_IN_USE,
    "sign-out": EXIT_OK,
    "accounts --json": EXIT_SIGN_IN_NEEDED,
    "quit": EXIT_OK,
    "status --profile other": EXIT_NOT_RUNNING,
}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What commands are filled in with, and their environment."""
    with CloudServer("calm") as cloud:
        (tmp_path / "bad.toml").write_text("[cloud]\nclientid = 1")
        (tmp_path / "no_id.toml").write_text('[cloud]\nname = "Ours"')
        yield {
            "cloud": str(cloud.cloud_file),
            "bad": str(tmp_path / "bad.toml"),
            "no_id": str(tmp_path / "no_id.toml"),
            "TOKEN": cloud.users[0].token,
            "BAD": "nobody's",
            "SOFTPHONE_HOME": str(tmp_path / "home"),
            "QT_QPA_PLATFORM": "offscreen",
        }


def codes(commands: dict[str, int], place: dict[str, str]) -> dict[str, int]:
    environment = {name: value for name, value in place.items() if name.isupper()}
    found = {}
    for command in commands:
        done = softphone(*command.format_map(place).split(), **environment)
        assert "Traceback" not in done.stderr, command
        if done.returncode not in {EXIT_OK, EXIT_TROUBLE}:
            assert done.stderr or done.stdout or done.returncode == EXIT_NOT_RUNNING, f"{command} says why"
        found[command] = done.returncode
    return found


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_every_code_where_nobody_runs(place: dict[str, str]) -> None:
    assert codes(NOBODY_RUNS, place) == NOBODY_RUNS


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_every_code_while_watch_runs(place: dict[str, str]) -> None:
    environment = {name: value for name, value in place.items() if name.isupper()}
    arguments = ("watch", "--json", "--cloud", place["cloud"], "--token-env", "TOKEN")
    with started(*arguments, **environment) as watch:
        while next_event(watch)["event"] != "registered":
            pass
        assert codes(WATCH_RUNS, place) == WATCH_RUNS
        assert watch.wait(10) == EXIT_OK
        assert watch.stdout is not None
        assert json.loads(watch.stdout.readlines()[-1])["event"] == "unregistered"
