"""Settings without the window."""

import json
from pathlib import Path

import pytest

from softphone import cli
from softphone.headless.instance import instance_of
from softphone.settings.keys import KEYS
from softphone.system.folders import find_folders


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOFTPHONE_HOME", str(tmp_path))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], words: str, code: int = 0) -> tuple[str, str]:
    assert cli.main(["config", *words.split()]) == code
    said = capsys.readouterr()
    return said.out, said.err


def test_every_setting_is_listed_with_who_has_set_it(capsys) -> None:
    run(capsys, "set history_days 9")
    out, _ = run(capsys, "list")
    rows = {row.split()[0]: row.split()[1:] for row in out.splitlines()}
    assert rows.keys() == KEYS.keys()
    assert rows["history_days"] == ["9", "you"]
    assert rows["theme"] == ["system"]
    record = json.loads(run(capsys, "list --json")[0])
    assert (record["version"], record["ok"]) == (1, True)
    told = record["settings"]
    assert told["history_days"] == {"value": 9, "set_by": "you"}
    assert told["close_to_tray"] == {"value": True, "set_by": "default"}


@pytest.mark.parametrize(
    ("key", "written", "shown", "as_json"),
    [
        ("history_days", "30", "30", "30"),
        ("metrics_endpoint", "on", "on", "true"),
        ("metrics_endpoint", "TRUE", "on", "true"),
        ("close_to_tray", "no", "off", "false"),
        ("notification_delay_s", "2.5", "2.5", "2.5"),
        ("recheck_s", "[1,2]", "[1.0, 2.0]", "[1.0, 2.0]"),
        ("theme", "dark", "dark", '"dark"'),
        ("proxy", "http://proxy.example.com:3128", "http://proxy.example.com:3128", None),
        ("region", "EU", "EU", '"EU"'),
    ],
)
def test_what_is_set_is_got_and_unset_again(key: str, written: str, shown: str, as_json: str, capsys) -> None:
    before = run(capsys, f"get {key}")[0]
    run(capsys, f"set {key} {written}")
    assert run(capsys, f"get {key}")[0] == f"{shown}\n"
    if as_json is not None:
        record = json.loads(run(capsys, f"get {key} --json")[0])
        assert record["settings"] == {key: {"value": json.loads(as_json), "set_by": "you"}}
    run(capsys, f"unset {key}")
    assert run(capsys, f"get {key}")[0] == before


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("get history_day", "Did you mean 'history_days'?"),
        ("set x 1", "config list"),
        ("set history_days 900", "from 1 to 90"),
        ("set history_days many", "history_days"),
        ("set metrics_endpoint maybe", "metrics_endpoint"),
        ("set theme pink", "theme"),
        ("set proxy http://me:s3cret@proxy:1", "proxy"),
        ("set keepalive_min_s 200", "keepalive_default_s"),
        ("set history_days", "config set KEY VALUE"),
        ("set", "config set KEY VALUE"),
        ("get", "config get KEY"),
        ("get history_days 7", "config get KEY"),
        ("list history_days", "config list"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_changes(words: str, named: str, home: Path, capsys) -> None:
    out, said = run(capsys, words, code=2)
    assert out == ""
    assert named in said
    assert "s3cret" not in said
    assert not list(home.rglob("*.toml"))


def test_reading_leaves_nothing_behind(home: Path, capsys) -> None:
    run(capsys, "list")
    assert list(home.iterdir()) == []


def test_a_program_that_runs_keeps_its_settings(home: Path, capsys) -> None:
    folders = find_folders()
    folders.make("default")
    lock = instance_of(folders, "default").take("a test")
    assert lock is not None
    with lock:
        _, said = run(capsys, "set history_days 9", code=6)
        assert "in use by a test" in said
        assert run(capsys, "get history_days")[0] == "7\n"
    run(capsys, "set history_days 9")


def test_a_damaged_file_is_said_and_kept(home: Path, capsys) -> None:
    folders = find_folders()
    folders.make("default")
    folders.settings_file("default").write_text("= nothing")
    out, said = run(capsys, "get history_days")
    assert out == "7\n"
    assert "damaged" in said
