"""`softphone watch` as a process: its events, its exit codes, and how it is stopped."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest

from softphone.headless.records import ErrorRecord, Record
from softphone.sim.server import CloudServer
from tests.kit.program import (
    DEADLINE_S,
    LEAVING_DEADLINE_S,
    events_of,
    next_event,
    requests_in,
    softphone,
    started,
)

EVENT_KEYS = set(Record.__struct_fields__)
ERROR_KEYS = set(ErrorRecord.__struct_fields__)


# ---- watch: events and exit codes


@pytest.mark.slow
def test_watch_registers_in_the_demo_and_leaves_no_device(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    result = softphone(
        *("watch", "--demo", "--json", "--until", "registered", "--for", 60),
        *("--deregister-on-exit", "--journal", journal),
    )
    assert result.returncode == 0
    assert result.stderr == ""
    events = events_of(result.stdout)
    assert [event["event"] for event in events] == ["connecting", "registered", "unregistered"]
    assert all(event.keys() == EVENT_KEYS for event in events)

    registered = events[1]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", registered["time"])
    assert registered["account"] == "ada@example.com"
    assert (registered["state"], registered["status"], registered["role"]) == (
        "registered",
        "active",
        "primary",
    )
    assert registered["server"].startswith("http://127.0.0.1:")
    assert registered["error"] is None
    assert registered["info"]["lineId"] == registered["line"]
    assert registered["info"]["extension"] == "5101"
    assert registered["info"]["status"] == "active"

    (granted,) = requests_in(journal, "POST", "register")
    (removed,) = requests_in(journal, "DELETE", "deregister")
    assert (granted["status"], removed["status"]) == (200, 200)
    assert removed["device"] == registered["info"]["mobiusDeviceId"]


@pytest.mark.slow
def test_watch_can_leave_the_device_registered(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    result = softphone(
        *("watch", "--demo", "--json", "--until", "registered", "--for", 60),
        *("--no-deregister-on-exit", "--journal", journal),
    )
    assert result.returncode == 0
    assert [event["event"] for event in events_of(result.stdout)] == ["connecting", "registered"]
    assert len(requests_in(journal, "POST", "register")) == 1
    assert requests_in(journal, "DELETE", "deregister") == []


@pytest.mark.slow
def test_watch_without_json_prints_a_sentence_an_event() -> None:
    result = softphone("watch", "--demo", "--until", "registered", "--for", 60)
    assert result.returncode == 0
    sentences = result.stdout.splitlines()
    assert len(sentences) == 3
    assert "connecting" in sentences[0]
    assert re.search(
        r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S+ +Ada Lovelace ext\. 5101 .*registered, primary http://127",
        sentences[1],
    )


@pytest.mark.slow
def test_watch_prints_an_error_with_what_support_needs() -> None:
    result = softphone("watch", "--demo", "device-limit", "--json", "--until", "error", "--for", 60)
    assert result.returncode == 0
    (error,) = [event["error"] for event in events_of(result.stdout) if event["event"] == "error"]
    assert error.keys() == ERROR_KEYS
    assert (error["http_status"], error["error_code"]) == (403, 101)
    assert (error["status"], error["type"]) == ("inactive", "registrationError")
    assert error["msg"].startswith("Device limit exceeded")
    assert error["tracking_id"]


@pytest.mark.slow
def test_watch_exits_with_5_when_the_time_ran_out_first() -> None:
    result = softphone("watch", "--demo", "--json", "--until", "error", "--for", 2)
    assert result.returncode == 5
    assert result.stderr == "softphone: error was not seen within 2 s.\n"
    assert events_of(result.stdout)[-1]["event"] == "unregistered"


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--token-env", "TOKEN")], ids=["nobody", "a token that is refused"])
def test_watch_exits_with_4_when_nobody_is_signed_in(options: tuple[str, ...]) -> None:
    with CloudServer("calm") as cloud:
        result = softphone("watch", "--json", "--cloud", cloud.cloud_file, *options, TOKEN="no")
    assert result.returncode == 4
    assert options or result.stdout == ""
    assert options or result.stderr.startswith("softphone: nobody is signed in.")
    assert len(result.stderr.splitlines()) == 1


def test_watch_says_that_the_profile_file_was_damaged(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "default.toml").write_text("damaged")
    with CloudServer("calm") as cloud:
        result = softphone("watch", "--cloud", cloud.cloud_file, SOFTPHONE_HOME=str(tmp_path))
    assert result.returncode == 4
    assert "softphone: The profile file was damaged. It was kept as profile.damaged-" in result.stderr


@pytest.mark.parametrize("token", ["two words", "to\r\nken: x", "tök", "a" * 10_000])
def test_what_can_be_no_token_is_refused_before_anybody_is_asked(token: str) -> None:
    with CloudServer("calm") as cloud:
        result = softphone("watch", "--cloud", cloud.cloud_file, "--token-env", "TOKEN", TOKEN=token)
        assert cloud.journal() == []
    assert result.returncode == 2
    assert result.stderr == "softphone: --token-env TOKEN: it holds no access token: that is one long word.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are text")
def test_s12_a_home_whose_name_is_no_text_is_a_home_like_others(tmp_path: Path) -> None:
    home = os.fsdecode(bytes(tmp_path / "jos") + b"\xe9")
    with CloudServer("calm") as cloud:
        ways = ("--cloud", cloud.cloud_file, "--token-env", "TOKEN", "--until", "registered", "--for", 25)
        token = cloud.user("ada").token
        result = softphone("watch", *ways, SOFTPHONE_HOME=home, TOKEN=token)
        assert (result.returncode, result.stderr) == (0, "")
        for command in (("accounts",), ("diagnostics", tmp_path / "for-support.zip")):
            result = softphone(*command, SOFTPHONE_HOME=home)
            assert "fault in the program" not in result.stderr
    assert (tmp_path / "for-support.zip").exists()


# ---- stopping


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_deregisters_and_ends_watch_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    with started("watch", "--demo", "--json", "--journal", journal) as process:
        while next_event(process)["event"] != "registered":
            pass
        process.send_signal(number)
        output, errors = process.communicate(timeout=LEAVING_DEADLINE_S)
    assert process.returncode == 0
    assert errors == ""
    assert [event["event"] for event in events_of(output)] == ["unregistered"]
    assert len(requests_in(journal, "DELETE", "deregister")) == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_signal_ends_watch_while_no_server_answers() -> None:
    with started("watch", "--demo", "all-down", "--json") as process:
        assert next_event(process)["event"] == "connecting"
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=LEAVING_DEADLINE_S)
    assert process.returncode == 0
    assert errors == ""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_the_simulated_cloud_prints_one_json_line_and_ends_at_a_signal(number: signal.Signals) -> None:
    with started("cloud", "--scenario", "calm", "--time-scale", "0.5") as process:
        ready = next_event(process)
        assert Path(ready["cloud_file"]).is_file()
        process.send_signal(number)
        output, errors = process.communicate(timeout=LEAVING_DEADLINE_S)
    assert process.returncode == 0
    assert (output, errors) == ("", "")
    assert {"base", "cloud_file", "control", "hosts", "users"} <= ready.keys()
    assert {"name", "password", "token"} <= ready["users"][0].keys()
    assert not Path(ready["cloud_file"]).exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pipes of Unix")
def test_a_reader_that_leaves_ends_watch_quietly_and_deregisters(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    # Every second keepalive is missed, so that there is something to print after the reader has left.
    with started(
        "watch", "--demo", "flapping", "--time-scale", "0.02", "--json", "--journal", journal
    ) as process:
        while next_event(process)["event"] != "registered":
            pass
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, errors = process.communicate(timeout=DEADLINE_S)
    assert errors == ""
    assert process.returncode == 1
    assert len(requests_in(journal, "DELETE", "deregister")) == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pipes of Unix")
@pytest.mark.parametrize("command", ["cloud", "--help", "doctor"])
def test_a_reader_that_leaves_at_once_is_no_error(command: str) -> None:
    with started(command) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, errors = process.communicate(timeout=DEADLINE_S)
    assert errors == ""
