"""`check`, and the file of diagnostics: written beside a running program or without one, and opened."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from softphone import cli
from softphone.checks import capsule
from softphone.system.folders import find_folders
from softphone.ui import early_dialog
from tests.kit.program import next_event, softphone, started, wait_until
from tests.kit.recorded import write_history
from tests.ui.fakes import NOW_S, WALL, mixed

needs_socket = pytest.mark.skipif(sys.platform == "win32", reason="no control socket there yet")
OUTSIDE = ["Network", "Proxy and name", "Secure connection", "Clock", "Region"]
OF_THE_LINE = ["Sign-in", "Discovery", "Calling servers", "Line"]
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    """Folders of this test's own, as an environment."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    return {"SOFTPHONE_HOME": str(tmp_path / "home"), "XDG_RUNTIME_DIR": str(runtime)}


@pytest.fixture
def home(place: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same for commands that run in this process; nothing of the way to Webex is looked at."""
    for name, value in place.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("softphone.checks.doctor.examine", lambda *_: {})
    return Path(place["SOFTPHONE_HOME"])


@pytest.fixture
def cloud(place: dict[str, str]) -> Iterator[dict[str, Any]]:
    with started("cloud", "--time-scale", "0.1", **place) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())


def parts_of(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def until_event(process: "subprocess.Popen[str]", event: str) -> None:
    while next_event(process)["event"] != event:
        pass


def summary_of(file: Path, place: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """What `open` prints where there is no display."""
    there = {name: value for name, value in os.environ.items() if name not in SCREENS}
    return subprocess.run(
        [sys.executable, "-m", "softphone", "open", str(file)],
        env=there | place,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@needs_socket
def test_a_capsule_of_a_running_program_has_what_it_shows_and_not_the_token_that_a_server_sent_back(
    place: dict[str, str], cloud: dict[str, Any], tmp_path: Path
):
    token, own = cloud["users"][0]["token"], ("--cloud", cloud["cloud_file"])
    file = tmp_path / "it.zip"
    with started("watch", "--json", *own, "--token-env", "T", T=token, **place) as watch:
        until_event(watch, "registered")
        answer = {"status": 503, "headers": {"trackingid": token}, "body": {"message": f"Say {token}."}}
        faults = json.dumps([{"where": "keepalive", "times": 1, "answer": answer}]).encode()
        urlopen(cloud["control"] + "faults", faults).close()
        until_event(watch, "reconnected")
        wait_until(
            lambda: '"answered"' in softphone("history", "--json", **place).stdout
        )  # written in a second
        made = softphone("diagnostics", file, *own, **place)
        assert (made.returncode, made.stderr) == (0, "")
        assert made.stdout.startswith(f"{file}: ")
        assert "no secrets, names and numbers replaced" in made.stdout
        assert softphone("status", **place).returncode == 0  # the program that writes was not disturbed
        parts = parts_of(file)
    everything = "\n".join(parts.values())
    for secret in (token, token[:20], cloud["client_secret"], cloud["users"][0]["name"], "Ada Lovelace"):
        assert secret not in everything
    status = json.loads(parts["status.json"])
    assert (status["running"], status["lines"][0]["name"]) == (True, "Person 1 ext. 01")
    assert "Check unanswered" in parts["summary.txt"]
    assert json.loads(parts["doctor.json"])["checks"]
    told = summary_of(file, place)
    assert (told.returncode, told.stderr) == (0, "")
    assert "Person 1 ext. 01: Registered, " in told.stdout
    assert "Person 1 ext. 01: 100 % reachable; no interruption" in told.stdout


def test_without_a_program_its_files_are_enough_and_stay_as_they_are(
    home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    folders = find_folders()
    folders.make("default")
    write_history(folders.history_file("default"), mixed()[:1], NOW_S, WALL)
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}
    assert cli.main(["diagnostics", str(tmp_path / "it.zip")]) == 0
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()} == before
    assert "no secrets" in capsys.readouterr().out
    read = capsule.read(tmp_path / "it.zip")
    assert read.status == {"ok": False, "running": False}
    assert [line.identity.label for line in read.recording.present.lines] == ["Person 1"]
    assert read.recording.now() == WALL


def test_names_stay_where_that_is_asked_for(home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    folders = find_folders()
    folders.make("default")
    write_history(folders.history_file("default"), mixed()[:1], NOW_S, WALL)
    assert cli.main(["diagnostics", str(tmp_path / "it.zip"), "--with-names"]) == 0
    assert "with names and numbers" in capsys.readouterr().out
    (line,) = capsule.read(tmp_path / "it.zip").recording.present.lines
    assert line.identity == mixed()[0].identity


def test_a_damaged_history_is_said_and_the_rest_is_written(
    home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    history = find_folders().history_file("default")
    history.parent.mkdir(parents=True)
    history.write_text("this is no history")
    assert cli.main(["diagnostics", str(tmp_path / "it.zip")]) == 0
    assert "the history cannot be read" in capsys.readouterr().err
    assert history.read_text() == "this is no history"
    assert "log.txt" in parts_of(tmp_path / "it.zip")


def test_the_client_secret_of_the_environment_is_found_in_every_text(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    secret = "ThisIsTheClientSecret0815"
    monkeypatch.setenv("SOFTPHONE_CLIENT_SECRET", secret)
    log = find_folders().state / "softphone.log"
    log.parent.mkdir(parents=True)
    log.write_text(f"a server said {secret}\n")
    assert cli.main(["diagnostics", str(tmp_path / "it.zip")]) == 0
    assert parts_of(tmp_path / "it.zip")["log.txt"] == "a server said [hidden]\n"


def test_a_place_that_can_be_no_file_is_a_slip(
    home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    (tmp_path / "there.zip").write_text("mine")
    for name, says in (
        ("-", "diagnostics are a zip file"),
        (str(tmp_path), "this is a folder"),
        (str(tmp_path / "none" / "it.zip"), "there is no folder"),
        (str(tmp_path / "there.zip"), "there is a file already"),
    ):
        assert cli.main(["diagnostics", name]) == 2, name
        assert says in capsys.readouterr().err
    assert (tmp_path / "there.zip").read_text() == "mine"
    assert cli.main(["diagnostics", str(tmp_path / "there.zip"), "--force"]) == 0
    assert zipfile.is_zipfile(tmp_path / "there.zip")


def test_what_is_no_file_of_diagnostics_is_one_line_and_a_slip(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    shown: list[str] = []  # from an icon nobody sees the line
    monkeypatch.setattr(early_dialog, "show", lambda error: shown.append(error.sentence))
    home.mkdir()
    (home / "it.zip").write_bytes(b"PK\x03\x04 and no more")
    for name in ("it.zip", "gone.zip", "."):
        assert cli.main(["open", str(home / name)]) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"softphone: {home / name}: cannot be opened: ")
        assert said.count("\n") == 1
        assert said == f"softphone: {shown.pop()}\n"


# ---- check


@needs_socket
def test_a_check_looks_at_the_way_and_has_the_running_program_look_at_its_line(
    place: dict[str, str], cloud: dict[str, Any]
):
    own = ("--cloud", cloud["cloud_file"])
    alone = softphone("check", *own, **place)
    assert (alone.returncode, alone.stderr) == (0, "")
    assert [row.split()[0] for row in alone.stdout.splitlines()[:-1]] == ["ok"] * len(OUTSIDE)
    assert f"Not looked at: {', '.join(OF_THE_LINE)}. No program is running.\n" in alone.stdout
    token = cloud["users"][0]["token"]
    with started("watch", "--json", *own, "--token-env", "T", T=token, **place) as watch:
        until_event(watch, "registered")
        told = json.loads(softphone("check", "--json", *own, **place).stdout)
        assert (told["ok"], told["running"], told["skipped"]) == (True, True, [])
        assert [step["step"] for step in told["steps"]] == OUTSIDE + OF_THE_LINE
        assert told["line"].startswith("Ada Lovelace")
        assert all(step["took_ms"] >= 0 and step["remedy"] is None for step in told["steps"])
        wrong = softphone("check", "9999", *own, **place)
        assert (wrong.returncode, "There is no line '9999'" in wrong.stderr) == (1, True)


@needs_socket
def test_a_check_that_finds_a_fault_ends_with_1_and_says_what_mends_it(
    place: dict[str, str], cloud: dict[str, Any]
):
    own = ("--cloud", cloud["cloud_file"])
    with started("watch", "--json", *own, "--token-env", "T", T=cloud["users"][0]["token"], **place) as watch:
        until_event(watch, "registered")
        down = [
            {"where": "any", "host": host, "answer": "refuse"} for host in cloud["hosts"] if host != "base"
        ]
        urlopen(cloud["control"] + "faults", json.dumps(down).encode()).close()
        found = softphone("check", "--json", *own, **place)
        told = {step["step"]: step for step in json.loads(found.stdout)["steps"]}
        assert found.returncode == 1
        assert told["Calling servers"]["state"] == "fault"
        assert told["Calling servers"]["remedy"]
        in_words = softphone("check", *own, **place)
        assert in_words.returncode == 1
        assert told["Calling servers"]["remedy"] in in_words.stdout


def test_a_check_leaves_nothing_behind(place: dict[str, str], cloud: dict[str, Any]):
    assert softphone("check", "--cloud", cloud["cloud_file"], **place).returncode == 0
    assert not Path(place["SOFTPHONE_HOME"]).exists()
