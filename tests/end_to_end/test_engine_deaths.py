"""The sign-in page's engine dies (issue 10, part 6); the line beside it does not notice."""

import json
import subprocess
import sys
from typing import Any

import pytest

from softphone.again import START_AGAIN
from softphone.sim.server import CloudServer
from tests.ordinary_user import ordinary_user

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(150),
    pytest.mark.skipif(sys.platform != "linux", reason="names processes as they are on Linux"),
]

TIME_SCALE = 0.05  # a keepalive every 1.5 s


def run(what: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Let the person of `dying_engine` kill that; returns how it ended and what was seen."""
    with CloudServer("calm", time_scale=TIME_SCALE) as cloud, ordinary_user() as user:
        cloud_file, out = user.home / "cloud.toml", user.home / "seen.json"
        cloud_file.write_text(cloud.cloud_file_text)
        token = cloud.token(cloud.users[0].name)
        home = str(user.home / "home")
        done = user.run("-m", "tests.end_to_end.dying_engine", str(cloud_file), home, str(out), token, what)
        seen = json.loads(out.read_text()) if out.exists() else {}
        seen["journal"] = cloud.journal()
    return done, seen


def kept(journal: list[dict[str, Any]]) -> None:
    """One device was registered, kept alive throughout, and deleted at the end."""
    answered = [entry["place"] for entry in journal if entry["status"] == 200]
    assert answered.count("register") == 1
    assert answered.count("deregister") == 1
    assert answered.count("keepalive") >= 1
    assert [entry for entry in journal if entry["place"] == "keepalive" and entry["status"] != 200] == []


@pytest.mark.parametrize(
    ("what", "said"),
    [("page", "The sign-in page stopped. Nothing was lost."), ("a zygote without pages", "")],
)
def test_a_page_that_dies_says_so_and_loads_again(what: str, said: str):
    done, seen = run(what)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (seen["message"], seen["again"]) == (said, "")
    kept(seen["journal"])


@pytest.mark.parametrize("what", ["zygotes", "everything"])
def test_an_engine_that_can_start_no_page_says_so_and_offers_the_restart(what: str):
    done, seen = run(what)
    assert done.returncode == START_AGAIN & 0xFF, done.stdout + done.stderr
    assert seen["message"] == "The sign-in page stopped. Nothing was lost."
    assert "Use my browser instead" in seen["texts"]
    assert any("Your lines stay registered until you restart it." in text for text in seen["texts"])
    kept(seen["journal"])
