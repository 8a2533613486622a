"""The history, the outages and the log as a terminal and a script get them."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from softphone import cli
from softphone.history.database import Began, Ended, HistoryFile, Shown
from softphone.history.entries import Entry, EntryKind, line_key
from softphone.line.model import Account, LineIdentity, LineSnapshot, LineState, Role
from softphone.system.folders import find_folders
from tests.kit.program import LEAVING_DEADLINE_S, started, wait_until

HOUR_S = 3600.0


def line_of(name: str, extension: str) -> LineIdentity:
    key = name.casefold()
    account = Account(key=key, address=f"{key}@example.org", name=name)
    return LineIdentity(line_id=extension, account=account, extension=extension)


ADA, BOB = line_of("Ada", "5101"), line_of("Bob", "5102")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOFTPHONE_HOME", str(tmp_path))
    return tmp_path


def at(seconds: float) -> datetime:
    """Return a moment of the last two hours, given in seconds since their beginning."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2) + timedelta(seconds=seconds)


def entry(seconds: float, kind: EntryKind, line: LineIdentity = ADA, **values: object) -> Entry:
    mine = {"line_key": line_key(line), "line_label": line.label, "account_key": line.account.key}
    return Entry(at=at(seconds), steady_s=seconds, kind=kind, **(mine | values))  # type: ignore[arg-type]


def shown(seconds: float, state: LineState, line: LineIdentity = ADA) -> Shown:
    snapshot = LineSnapshot(identity=line, state=state, wanted=True)
    return Shown(at=at(seconds), steady_s=seconds, identity=line, snapshot=snapshot)


@pytest.fixture
def two_hours(home: Path) -> None:
    """Ada's line was lost for two minutes after the first hour; Bob's was not."""
    folders = find_folders()
    folders.make("default")
    file = HistoryFile(folders.history_file("default"))
    up, missing, asking = LineState.REGISTERED, LineState.RECONNECTING, LineState.REGISTERING
    file.write(
        [
            Began(at=at(0), steady_s=0),
            *(shown(1, up), entry(1, EntryKind.STATE, state=up)),
            *(shown(1, up, BOB), entry(1, EntryKind.STATE, BOB, state=up)),
            shown(HOUR_S, missing),
            entry(HOUR_S, EntryKind.MISSED, state=missing, misses=1, miss_limit=5, title="No answer"),
            shown(HOUR_S + 60, asking),
            entry(HOUR_S + 60, EntryKind.STATE, state=asking),
            entry(
                HOUR_S + 61,
                EntryKind.FAILURE,
                state=asking,
                title="Webex has trouble",
                role=Role.PRIMARY,
                http_status=503,
                tracking_id="WX-1",
            ),
            shown(HOUR_S + 120, LineState.REGISTERED_BACKUP),
            entry(HOUR_S + 120, EntryKind.SERVER, state=LineState.REGISTERED_BACKUP, role=Role.BACKUP),
            Ended(at=at(2 * HOUR_S - 300), steady_s=2 * HOUR_S - 300, why="stopped"),
        ]
    )
    file.close()


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert cli.main(list(words)) == 0
    return capsys.readouterr().out.splitlines()


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    try:
        code = cli.main(list(words))
    except SystemExit as left:
        code = left.code  # type: ignore[assignment]
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    return said.err


@pytest.mark.usefixtures("two_hours")
def test_the_history_has_the_words_of_the_window_and_the_newest_last(capsys) -> None:
    rows = told(capsys, "history")
    assert [row.partition("  ")[2] for row in rows] == [
        "2 lines  Registered",
        "Ada  Not reachable. Webex had trouble. The backup server took over.  2 min 0 s",
    ]
    assert all(row.startswith("2") for row in rows)  # with its day


@pytest.mark.usefixtures("two_hours")
@pytest.mark.parametrize("name", ["5102", "bob", "BOB@example.org"])
def test_one_line_is_named_as_a_person_calls_it(name: str, capsys) -> None:
    assert [row.partition("  ")[2] for row in told(capsys, "history", "--line", name)] == ["Bob  Registered"]


@pytest.mark.usefixtures("two_hours")
def test_a_line_without_a_history_is_answered_with_those_that_have_one(capsys) -> None:
    said = refused(capsys, "outages", "--line", "5103")
    assert "--line 5103" in said
    assert "Ada ext. 5101, Bob ext. 5102" in said


@pytest.mark.usefixtures("two_hours")
def test_only_the_latest_are_shown(capsys) -> None:
    assert len(told(capsys, "history", "-n", "1")) == 1
    assert [json.loads(row)["event"] for row in told(capsys, "history", "--json", "-n", "2")] == [
        "failure",
        "server",
    ]


@pytest.mark.usefixtures("two_hours")
def test_since_when(capsys) -> None:
    assert len(told(capsys, "history", "--json", "--since", "90m")) == 4
    day = (at(0) - timedelta(days=1)).astimezone().date().isoformat()
    assert len(told(capsys, "history", "--json", "--since", day)) == 6
    assert told(capsys, "history", "--json", "--since", "1m") == []


@pytest.mark.parametrize(
    "when", ["soon", "2y", "-1h", "0001-01-01T00:00+14:00", "2026-13-01", "9" * 30 + "d"]
)
def test_what_is_no_time_is_named(when: str, capsys) -> None:
    assert when in refused(capsys, "outages", f"--since={when}")


@pytest.mark.usefixtures("two_hours")
def test_a_script_gets_events_with_the_names_that_watch_has(capsys) -> None:
    first, *_, failure, _ = map(json.loads, told(capsys, "history", "--json"))
    assert (first["event"], first["state"], first["account"]) == ("state", "registered", "ada@example.org")
    assert datetime.fromisoformat(first["time"]).utcoffset() == timedelta(0)
    assert failure["error"] == {
        **dict.fromkeys(("status", "type", "msg")),
        "title": "Webex has trouble",
        "advice": "",
        "http_status": 503,
        "error_code": None,
        "tracking_id": "WX-1",
    }


@pytest.mark.usefixtures("two_hours")
def test_outages_come_with_figures_cause_and_end(capsys) -> None:
    ada, row, bob = told(capsys, "outages")
    assert ada.startswith("Ada ext. 5101: 98.")
    assert "% reachable; 1 interruption, 2 min 0 s in all, longest 2 min 0 s" in ada
    assert "2 min 0 s  Not reachable. Webex had trouble. The backup server took over." in row
    assert bob == "Bob ext. 5102: 100 % reachable; no interruption"


@pytest.mark.usefixtures("two_hours")
def test_a_script_gets_outages(capsys) -> None:
    (outage,) = map(json.loads, told(capsys, "outages", "--json"))
    assert outage["lasted_s"] == 120
    assert outage["causes"] == ["trouble", "missed"]
    assert outage["ending"] == "backup"


def test_before_anything_happened_it_says_so(capsys) -> None:
    assert told(capsys, "history") == ["Nothing has happened yet (profile default)."]
    assert told(capsys, "outages", "--json") == []


def test_outages_say_so_where_there_was_no_line_yet(home: Path, capsys) -> None:
    folders = find_folders()
    folders.make("default")
    file = HistoryFile(folders.history_file("default"))
    file.write([Began(at=at(0), steady_s=0)])
    file.close()
    assert told(capsys, "outages") == ["There was no line yet (profile default)."]
    assert told(capsys, "outages", "--json") == []


# ---- log


def log_of(home: Path, text: str) -> Path:
    folders = find_folders()
    folders.make("default")
    path = folders.state / "softphone.log"
    path.write_text(text)
    return path


def test_the_end_of_the_log_is_shown_without_secrets(home: Path, capsys) -> None:
    log_of(home, "".join(f"row {n}\n" for n in range(100)) + "Authorization: Bearer s3cret-token\n")
    rows = told(capsys, "logs", "-n", "3")
    assert rows[:2] == ["row 98", "row 99"]
    assert "s3cret" not in rows[2]


def test_a_log_that_is_not_there_is_said(capsys) -> None:
    assert cli.main(["logs"]) == 1
    assert "there is no log yet" in capsys.readouterr().err


def test_a_link_in_the_place_of_the_log_is_not_followed(home: Path, capsys) -> None:
    log_of(home, "").unlink()
    find_folders().state.joinpath("softphone.log").symlink_to("/etc/passwd")
    assert "softphone.log: cannot be read" in refused(capsys, "logs")


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be renamed there")
def test_following_goes_on_in_the_file_that_comes_after(home: Path) -> None:
    path = log_of(home, "one\n")
    with started("logs", "-f") as process:
        out = process.stdout
        assert out is not None
        assert out.readline() == "one\n"
        with path.open("a") as file:
            file.write("two\n")
        assert out.readline() == "two\n"
        path.rename(path.with_suffix(".log.1"))
        path.write_text("three\n")
        assert out.readline() == "three\n"
        process.terminate()
        process.wait(LEAVING_DEADLINE_S)


@pytest.mark.skipif(os.name != "posix", reason="pipes of Unix")
def test_following_ends_when_nobody_reads(home: Path) -> None:
    path = log_of(home, "one\n")
    with started("logs", "-f") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()

        def ended() -> bool:
            with path.open("a") as file:
                file.write("more\n")
            return process.poll() is not None

        wait_until(ended)
        assert process.returncode == 0
