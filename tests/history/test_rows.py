"""The history as rows of JSON: as much as there is room for, and nothing that a window cannot show."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from softphone.history import rows
from softphone.history.reading import open_past
from softphone.history.recording import Recording
from softphone.history.rows import EntryRow, LineRow, SessionRow, ShownRow, Taken, decode, encode
from softphone.line.model import LineState
from tests.kit.recorded import rows_of_history, write_history
from tests.ui.fakes import NOW_S, WALL, line, mixed

KEY = "ada/calling"


def taken(path: Path, until: datetime | None = None) -> Taken:
    with open_past(path) as past:
        assert past is not None
        return past.taken(until)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.sqlite"
    write_history(path, (line(LineState.RETRY_WAIT),), NOW_S, WALL)
    return path


def test_a_recording_answers_what_the_file_answers(history: Path):
    read = decode(encode(taken(history).rows))
    recording = Recording(read, datetime.now(UTC))
    with open_past(history) as past:
        assert past is not None
        span = past.span()
        assert span is not None
        assert recording.now() == span[1] == WALL
        for when in (span[0], WALL - timedelta(hours=3), WALL):
            assert recording.past.replay(when) == past.replay(when)
        assert recording.past.entries(KEY, None, None, None) == past.entries(KEY, None, None, None)
        assert recording.past.intervals(KEY, *span) == past.intervals(KEY, *span)
        assert recording.past.samples(KEY, 60, None) == past.samples(KEY, 60, None)
    assert [shown.state for shown in recording.present.lines] == [LineState.RETRY_WAIT]


async def test_a_recording_is_asked_as_the_journal_is_and_forgets_nothing(history: Path):
    recording = Recording(taken(history).rows, datetime.now(UTC))
    await recording.clear()
    assert await recording.span() == (WALL - timedelta(hours=20), WALL)
    assert len(await recording.entries(limit=3)) == 3
    assert (await recording.at(WALL)).lines == recording.present.lines
    assert await recording.first_registered(KEY) is not None


def test_without_rows_it_ends_when_it_was_made():
    recording = Recording((), WALL)
    assert recording.now() == WALL
    assert recording.present.lines == ()


def test_a_program_that_runs_was_there_until_it_is_asked(tmp_path: Path):
    path = tmp_path / "history.sqlite"
    write_history(path, (line(LineState.REGISTERED),), NOW_S, WALL)
    with sqlite3.connect(path) as base:
        base.execute("UPDATE sessions SET ended = ''")
    base.close()
    later = WALL + timedelta(seconds=40)
    assert Recording(taken(path, later).rows, WALL).now() == later
    assert Recording(taken(path).rows, WALL).now() == WALL


def test_the_newest_are_taken_and_what_was_left_out_is_counted(
    history: Path, monkeypatch: pytest.MonkeyPatch
):
    everything = taken(history)
    assert everything.left_out == 0
    monkeypatch.setitem(rows.MOST, "entries", (2, 10_000))
    few = taken(history)
    kept = [row for row in few.rows if isinstance(row, EntryRow)]
    assert kept == [row for row in everything.rows if isinstance(row, EntryRow)][-2:]
    assert few.left_out == len(everything.rows) - len(few.rows)
    monkeypatch.setitem(rows.MOST, "entries", (100, 1200))
    kept = [row for row in taken(history).rows if isinstance(row, EntryRow)]
    assert 1 < len(kept) < 6
    assert len(encode(kept)) <= 1200 + len(kept)


def test_a_row_that_is_not_ours_any_more_is_passed_over(history: Path):
    with sqlite3.connect(history) as base:
        base.execute("UPDATE shown SET shown = 'x' WHERE id = 1")
        base.execute("UPDATE entries SET kind = 'rang' WHERE id = 2")
        base.execute("UPDATE entries SET facts = x'ff' WHERE id = 3")
    base.close()
    found = taken(history)
    assert found.trouble == ""
    assert [row.id for row in found.rows if isinstance(row, EntryRow)][:2] == [1, 4]
    assert min(row.id for row in found.rows if isinstance(row, ShownRow)) == 2


# ---- what may be anybody's


def altered(name: str, value: Any, kind: type = ShownRow) -> bytes:
    """The rows, with another value in a column of the last row of a kind, or in its JSON: `shown.state`."""
    every = [json.loads(row) for row in encode(rows_of_history()).splitlines()]
    table = kind.__struct_config__.tag  # type: ignore[attr-defined]
    place: Any = next(row for row in reversed(every) if row["table"] == table)
    *path, last = name.split(".")
    for part in path:
        place = place[part]
    place[last] = value
    return "\n".join(map(json.dumps, every)).encode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "ringing"),
        ("line", "1"),
        ("steady_ms", 2**70),
        ("steady_ms", 1e18),
        ("wanted", 7),
        ("shown", "registered"),
        ("shown.next_at_s", 1e300),
        ("shown.next_at_s", 10**12),
        ("shown.server", {"url": "https://[::1", "role": "primary"}),
        ("shown.status", "x" * 5000),
        ("shown.deep", json.loads("[" * 40 + "]" * 40)),
    ],
)
def test_what_no_window_can_show_is_refused_with_the_number_of_its_line(name: str, value: Any):
    with pytest.raises(ValueError, match=r"^line \d+: "):
        decode(altered(name, value))


def test_a_name_of_a_line_is_no_longer_than_any_other_text():
    assert decode(altered("line_key", "x" * 4000, EntryRow))
    with pytest.raises(ValueError, match=r"^line \d+: "):
        decode(altered("line_key", "x" * 4001, EntryRow))


def test_more_rows_than_there_may_be_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rows, "ROWS_LIMIT", 3)
    with pytest.raises(ValueError, match="more than 3 rows"):
        decode(encode(rows_of_history()))


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("began_ms", 10**10, SessionRow),
        ("began_ms", -(10**12), SessionRow),
        ("id", 1, LineRow),
    ],
)
def test_rows_that_contradict_each_other_are_refused(name: str, value: int, kind: type):
    content = altered(name, value, kind)
    if kind is LineRow:
        content += content.split(b"\n")[1]
    with pytest.raises(ValueError, match=r"before it begins|too far apart|line|UNIQUE"):
        Recording(decode(content), WALL)


@pytest.mark.parametrize(
    "words",
    [
        {"template": "{x.__class__.__mro__}", "values": {"x": "a"}},
        {"template": "{x:>999999999}", "values": {"x": "a"}},
        {"template": "{x!r}", "values": {"x": "a"}},
        {"template": "{gone}", "values": {}},
        {"template": "{x.y}", "values": {"x": "a", "x.y": "b"}},
        {"template": "{x[0]}", "values": {"x[0]": "b"}},
        {"template": "{0}", "values": {"0": "b"}},
        {"template": "{}", "values": {"": "b"}},
        {"template": "{", "values": {}},
        {"template": 7, "values": {}},
        {"values": {}},
        ["a"],
        7,
    ],
)
def test_words_that_are_none_of_ours_are_never_put_together(words: Any):
    recording = Recording(decode(altered("facts.title", words, EntryRow)), WALL)
    everything = Recording(rows_of_history(), WALL).entries_of_all()
    assert recording.entries_of_all() == everything[:-1]


@pytest.mark.parametrize("odd", ["\u202eAda", "Ada\x1b[31m", "Ada\r\nEve", "Ada\u2028"])
def test_nothing_that_a_stranger_wrote_turns_words_around(odd: str):
    recording = Recording(decode(altered("identity.account.name", odd, LineRow)), WALL)
    [shown] = recording.present.lines
    assert shown.identity.account.name.startswith(("Ada\\", "\\u202eAda"))
    assert shown.identity.account.name.isprintable()


def test_many_lines_keep_their_order():
    recording = Recording(rows_of_history(*mixed()[:1]), WALL)
    assert [one.identity.label for one in recording.present.lines] == ["Ada Lovelace"]
