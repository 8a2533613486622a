"""The sign-in page's engine dies (issue 10, part 6); the line beside it does not notice."""

import json
import subprocess
import sys
from typing import Any

import pytest

from softphone.sim.server import CloudServer
from tests.kit.ordinary_user import can_mount, ordinary_user

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(150),
    pytest.mark.skipif(sys.platform != "linux", reason="names processes as they are on Linux"),
]

TIME_SCALE = 0.05  # a keepalive every 1.5 s


def run(what: str, *, shared_memory: str = "") -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Let the person of `dying_engine` kill that; returns how it ended and what was seen."""
    with CloudServer("calm", time_scale=TIME_SCALE) as cloud, ordinary_user() as user:
        cloud_file, out = user.home / "cloud.toml", user.home / "seen.json"
        cloud_file.write_text(cloud.cloud_file_text)
        token = cloud.token(cloud.users[0].name)
        home = str(user.home / "home")
        person = ("-m", "tests.end_to_end.endings.dying_engine", str(cloud_file), home, str(out), token, what)
        done = user.with_shared_memory(shared_memory, *person) if shared_memory else user.run(*person)
        seen = json.loads(out.read_text()) if out.exists() else {}
        seen["journal"] = cloud.journal()
    return done, seen


def kept(journal: list[dict[str, Any]], *, starts: int = 1) -> None:
    """In each run of the program one device was registered, kept alive throughout, and deleted at the end."""
    mobius = [entry for entry in journal if entry["place"] in ("register", "keepalive", "deregister")]
    assert [entry for entry in mobius if entry["status"] != 200] == []
    changes = [entry["place"] for entry in mobius if entry["place"] != "keepalive"]
    assert changes == ["register", "deregister"] * starts
    assert [entry["place"] for entry in mobius][1] == "keepalive"


STOPPED = "The sign-in page stopped. Nothing was lost."


@pytest.mark.parametrize(
    ("what", "said"),
    [("page", STOPPED), ("page without memory", STOPPED), ("a zygote without pages", "")],
)
def test_a_page_that_dies_says_so_and_loads_again(what: str, said: str):
    done, seen = run(what)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (seen["message"], seen["again"]) == (said, "")
    kept(seen["journal"])


def test_an_engine_that_can_start_no_page_says_so_and_comes_back_with_the_restart():
    done, seen = run("everything")
    assert done.returncode == 0, done.stdout + done.stderr
    assert seen["message"] == STOPPED
    assert "Use my browser instead" in seen["texts"]
    assert any("Your lines stay registered until you restart it." in text for text in seen["texts"])
    kept(seen["journal"], starts=2)


@pytest.mark.skipif(not can_mount(), reason="only root mounts")
def test_full_shared_memory_costs_the_page_and_not_the_line():
    done, seen = run("full memory", shared_memory="size=100m")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "There is too little room for it: /dev/shm has" in seen["message"]
    assert seen["again"] == ""
    kept(seen["journal"])
