"""An access token instead of a sign-in, on the way in that a person chooses."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.sim.server import CloudServer
from tests.kit.program import DEADLINE_S

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="descriptors of Unix")]


@pytest.fixture(scope="module")
def cloud() -> Iterator[CloudServer]:
    with CloudServer("calm") as server:
        yield server


def watch(cloud: CloudServer, home: Path, *more: str, inherited: tuple[int, ...] = ()):
    words = ("watch", "--cloud", str(cloud.cloud_file), "--until", "registered", "--for", "20", *more)
    return subprocess.run(
        [sys.executable, "-m", "softphone", *words],
        env={**os.environ, "SOFTPHONE_HOME": str(home)},
        pass_fds=inherited,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


def test_a_command_prints_it(cloud: CloudServer, tmp_path: Path) -> None:
    file = tmp_path / "token of the day"
    file.write_text(cloud.users[0].token + "\n")
    done = watch(cloud, tmp_path, "--token-command", f"cat {shlex.quote(str(file))}")
    assert done.returncode == 0, done.stderr
    assert "registered" in done.stdout


def test_a_command_that_fails_is_said_and_asked_again(cloud: CloudServer, tmp_path: Path) -> None:
    script, flag = tmp_path / "ask", tmp_path / "asked"
    token = cloud.users[0].token
    script.write_text(f"test -e {flag} && echo {token} && exit; touch {flag}; echo no vault >&2; exit 3")
    done = watch(cloud, tmp_path, "--token-command", f"sh {script}")
    assert done.returncode == 0, done.stderr
    assert "no vault" in done.stderr
    assert cloud.users[0].token not in done.stdout + done.stderr


def test_an_open_file_has_it(cloud: CloudServer, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, cloud.users[0].token.encode())
    os.close(writing)
    try:
        done = watch(cloud, tmp_path, "--token-fd", str(reading), inherited=(reading,))
    finally:
        os.close(reading)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--token-fd", "77"), "77"),
        (("--token-fd", "1"), "from 3 on"),
        (("--token-fd", "three"), "three"),
        (("--token-command", "'"), "cannot be read"),
        (("--token-command", ""), "empty"),
        (("--token-env", "A", "--token-fd", "3"), "not allowed with"),
    ],
)
def test_what_cannot_be_is_one_line(
    words: tuple[str, ...], named: str, cloud: CloudServer, tmp_path: Path
) -> None:
    done = watch(cloud, tmp_path / "home", *words)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert named in line
    assert not (tmp_path / "home").exists()
