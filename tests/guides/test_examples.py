"""The programs beside the guide of the API (api.md#begin) do what they say, against the simulated cloud."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from softphone.sim.scenarios import ADA, GRACE, LINUS, Scenario
from softphone.sim.server import CloudServer
from softphone.system.folders import CLOUD_FILE_NAME
from tests.house.test_citations import DOCS, ROOT

pytestmark = pytest.mark.slow

EXAMPLES = DOCS / "examples"
LIMIT_S = 40
PEOPLE = Scenario("people", "Three people", "", people=(replace(ADA, device_limit=5), GRACE, LINUS))


@pytest.fixture
def cloud() -> Iterator[CloudServer]:
    with CloudServer(PEOPLE, time_scale=0.02) as server:
        yield server


@contextlib.contextmanager
def running(
    name: str, cloud: CloudServer, folder: Path, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Start an example where the simulated cloud is the only one; it is killed if it is still there."""
    config = folder / "config"
    config.mkdir(mode=0o700, exist_ok=True)
    (config / CLOUD_FILE_NAME).write_text(cloud.cloud_file_text)
    known = {"SOFTPHONE_HOME": str(folder), "PYTHONPATH": str(ROOT), "WEBEX_TOKEN": cloud.users[0].token}
    with subprocess.Popen(
        [sys.executable, "-W", "error", EXAMPLES / f"{name}.py"],
        env={**os.environ, **known, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run(name: str, cloud: CloudServer, folder: Path, **environment: str) -> tuple[int, str]:
    """Run an example to its end; return its exit code and what it said."""
    with running(name, cloud, folder, **environment) as process:
        said, _ = process.communicate(timeout=LIMIT_S)
        return process.returncode, said


def said_until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return
    pytest.fail(f"it never said {words!r}")


def ends(process: subprocess.Popen[str]) -> int:
    process.terminate()
    process.communicate(timeout=LIMIT_S)
    return process.returncode


def devices(cloud: CloudServer) -> list[object]:
    return [device for user in cloud.state()["users"] for device in user["devices"] if not device["others"]]


def test_a_line_is_kept_until_the_program_is_told_to_end(cloud: CloudServer, tmp_path: Path):
    with running("keep_registered", cloud, tmp_path) as process:
        said_until(process, "+12145550101 ext. 5101 registered")
        said_until(process, "confirmed within")
        assert len(devices(cloud)) == 1
        assert ends(process) == 0
    assert devices(cloud) == []


def test_the_first_program_is_short():
    code = (EXAMPLES / "keep_registered.py").read_text().splitlines()
    assert len([line for line in code if line]) <= 25


def test_several_people_are_registered_and_one_bad_token_is_that_persons_trouble(
    cloud: CloudServer, tmp_path: Path
):
    tokens = " ".join([*(user.token for user in cloud.users), "dead"])
    code, said = run("several_accounts", cloud, tmp_path, WEBEX_TOKENS=tokens)
    assert code == 0
    lines = said.splitlines()
    assert [line[:19] for line in lines[:3]] == [f"510{n}: registered as" for n in (1, 2, 3)]
    assert lines[3].startswith("Your sign-in has ended: ")
    assert devices(cloud) == []


def test_a_token_that_has_ended_is_replaced_by_the_one_in_the_file(cloud: CloudServer, tmp_path: Path):
    file, user = tmp_path / "token", cloud.users[0]
    file.write_text(user.token)
    with running("token_from_file", cloud, tmp_path, WEBEX_TOKEN_FILE=str(file)) as process:
        said_until(process, "alive")
        cloud.alter_user(user.name, expire_tokens=True)
        file.write_text(cloud.token(user.name))
        since = len(cloud.journal())
        cloud.wait_for(place="keepalive", status=200, since=since)
        assert len(devices(cloud)) == 1
        assert ends(process) == 0
    assert len(cloud.journal(method="POST", place="register", status=200)) == 1
    assert devices(cloud) == []


def test_a_monitor_reads_from_the_exit_code_whether_the_line_can_be_registered(
    cloud: CloudServer, tmp_path: Path
):
    assert run("health_check", cloud, tmp_path) == (0, "")
    code, said = run("health_check", cloud, tmp_path, WEBEX_TOKEN="dead")
    assert code == 1
    assert said.startswith("Your sign-in has ended: ")
    assert "(HTTP 401, tracking ID " in said
    code, said = run("health_check", cloud, tmp_path, WEBEX_TOKEN="")
    assert (code, said.partition(":")[2].strip()[:10]) == (1, "token: mus")


def test_an_agents_two_lines_are_registered(cloud: CloudServer, tmp_path: Path):
    code, said = run("contact_centre", cloud, tmp_path, CONTACT_CENTER_DOMAIN="rtw.example.net")
    assert code == 0, said
    assert "calls reach +12145550101 and ('sip:" in said
    assert devices(cloud) == []


def test_every_example_has_a_test_and_stands_in_the_guide():
    named = {path.name for path in EXAMPLES.glob("*.py")}
    guide, tests = (DOCS / "api.md").read_text(), Path(__file__).read_text()
    assert [name for name in named if f"`examples/{name}`" not in guide] == []
    assert [name for name in named if f'"{name.removesuffix(".py")}"' not in tests] == []
