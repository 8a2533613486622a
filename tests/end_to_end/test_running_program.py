"""The running program and the commands that speak to it, as processes (interface.md#checks: 36 and 40)."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from softphone.sim.server import CloudServer
from tests.kit.program import next_event, softphone, started, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no control socket there yet")


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    """Folders of this test's own, as an environment."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    return {"SOFTPHONE_HOME": str(tmp_path / "home"), "XDG_RUNTIME_DIR": str(runtime)}


def until_registered(process: "subprocess.Popen[str]") -> None:
    while next_event(process)["event"] != "registered":
        pass


def test_without_a_program_every_command_says_so_and_leaves_nothing_behind(place: dict[str, str]):
    for command in (
        ["status"],
        ["status", "--json"],
        ["register"],
        ["deregister", "--all"],
        ["show"],
        ["quit"],
    ):
        result = softphone(*command, **place)
        assert result.returncode == 3, command
        assert "no program is running" in result.stderr
    assert json.loads(softphone("status", "--json", **place).stdout)["running"] is False
    assert not Path(place["SOFTPHONE_HOME"]).exists()


def test_a_watch_is_asked_told_and_ended(place: dict[str, str]):
    with started("watch", "--demo", "--json", "--time-scale", "0.1", **place) as watch:
        until_registered(watch)
        asked = softphone("status", "--demo", "--json", **place)
        assert asked.returncode == 0
        status = json.loads(asked.stdout)
        assert (status["registered"], status["window"]) == ("all", False)
        assert [line["state"] for line in status["lines"]] == ["registered"]
        assert "Ada Lovelace ext. 5101  Registered" in softphone("status", "--demo", **place).stdout

        assert softphone("deregister", "--demo", "--all", **place).returncode == 0
        assert next_event(watch)["event"] == "unregistered"
        assert softphone("status", "--demo", **place).returncode == 1
        wrong = softphone("register", "1", "--demo", **place)
        assert (wrong.returncode, "There is no line '1'" in wrong.stderr) == (1, True)
        assert softphone("register", "--demo", **place).returncode == 0
        until_registered(watch)

        assert softphone("show", "--demo", **place).returncode == 1
        assert softphone("quit", "--demo", **place).returncode == 0
        assert watch.wait(5) == 0
        assert softphone("status", "--demo", **place).returncode == 3


def test_after_kill_9_the_next_one_is_first_again(place: dict[str, str]):
    with started("watch", "--demo", "--json", **place) as killed:
        until_registered(killed)
        killed.send_signal(signal.SIGKILL)
        killed.wait(5)
    assert softphone("status", "--demo", **place).returncode == 3
    with started("watch", "--demo", "--json", **place) as watch:
        until_registered(watch)
        assert softphone("status", "--demo", **place).returncode == 0


def test_a_program_that_hangs_is_named_and_keeps_nobody_long(place: dict[str, str]):
    with CloudServer() as cloud:
        own = ("--cloud", cloud.cloud_file)
        token = cloud.users[0].token
        with started("watch", "--json", *own, "--token-env", "T", T=token, **place) as watch:
            until_registered(watch)
            os.kill(watch.pid, signal.SIGSTOP)
            try:
                who = softphone("accounts", **place)
                assert (who.returncode, f"(process {watch.pid}, " in who.stderr) == (6, True)
                asked = softphone("devices", **place)
                assert (asked.returncode, f"(process {watch.pid}, " in asked.stderr) == (1, True)
                found = json.loads(softphone("check", "--json", *own, **place).stdout)
                assert (found["running"], len(found["skipped"])) == (True, 4)
                assert {step["state"] for step in found["steps"]} == {"ok"}
            finally:
                os.kill(watch.pid, signal.SIGCONT)


def test_a_profile_runs_once_and_a_second_process_says_who_has_it(place: dict[str, str]):
    with started("cloud", **place) as cloud:
        assert cloud.stdout is not None
        it = json.loads(cloud.stdout.readline())
        tokens = {"A": it["users"][0]["token"], "B": it["users"][1]["token"]}
        first = ("watch", "--json", "--cloud", it["cloud_file"], "--token-env", "A")
        with started(*first, **place, **tokens) as watch:
            until_registered(watch)
            assert softphone("status", **place).returncode == 0
            other = ("watch", "--cloud", it["cloud_file"], "--token-env", "B", "--until", "registered")
            screen = {"QT_QPA_PLATFORM": "offscreen"}
            for command in (
                ("watch", "--cloud", it["cloud_file"]),
                other,
                ("--cloud", it["cloud_file"]),
            ):
                refused = softphone(*command, **place, **tokens, **screen)
                assert refused.returncode == 6, command
                assert f"in use by 'softphone watch' (process {watch.pid}, since 2" in refused.stderr
                assert "'softphone status --profile default'" in refused.stderr
                assert "'softphone quit --profile default'" in refused.stderr
            assert softphone(*other, "--profile", "other", **place, **tokens).returncode == 0


def test_a_lock_file_that_cannot_be_opened_is_one_line(place: dict[str, str]):
    lock = Path(place["SOFTPHONE_HOME"]) / "state" / "default.lock"
    lock.mkdir(parents=True)
    result = softphone("sign-out", **place)
    assert result.returncode == 2
    assert "default.lock: cannot be opened (it is no file)." in result.stderr
    assert "Traceback" not in result.stderr


def test_signing_out_when_nobody_is_signed_in_is_well(place: dict[str, str]):
    result = softphone("sign-out", "--all", **place)
    assert (result.returncode, result.stdout) == (0, "Nobody is signed in.\n")
    unknown = softphone("sign-out", "eve@example.com", **place)
    assert unknown.returncode == 2
    assert "eve@example.com is not signed in here" in unknown.stderr


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_second_start_raises_the_first_window_and_ends_well(place: dict[str, str]):
    screen = {"QT_QPA_PLATFORM": "offscreen"}
    environment = {**os.environ, **place, **screen}
    with subprocess.Popen([sys.executable, "-m", "softphone", "--demo", "forty"], env=environment) as window:
        try:
            ask = ("status", "--demo", "forty", "--json")

            def all_registered() -> dict[str, Any] | None:
                asked = softphone(*ask, **place)
                return json.loads(asked.stdout) if asked.returncode == 0 else None

            status = wait_until(all_registered, 60)
            assert status["window"] is True
            assert len(status["lines"]) == 40

            second = softphone("--demo", "forty", **place, **screen)
            assert second.returncode == 0, second.stderr
            assert softphone("show", "--demo", "forty", **place).returncode == 0

            assert softphone("quit", "--demo", "forty", **place).returncode == 0
            assert window.wait(5) == 0
        finally:
            window.kill()
