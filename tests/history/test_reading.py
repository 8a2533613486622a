"""Another process looks at the history: it sees what is there, and changes nothing."""

import os
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from softphone.errors import ConfigError
from softphone.history.database import HistoryFile
from softphone.history.happenings import happenings
from softphone.history.past import Past
from softphone.history.reading import open_past
from softphone.line.model import LineState
from tests.history.test_journal import ADA, KEY, after, began, ended, entry, proof, shown


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def write(path: Path, *more: object) -> HistoryFile:
    file = HistoryFile(path)
    file.write([began(0), entry(1, attempt=1), shown(1, LineState.REGISTERED), *more])  # type: ignore[list-item]
    return file


def test_without_a_file_there_is_no_past_and_none_is_made(path: Path) -> None:
    with open_past(path) as past:
        assert past is None
    assert not path.exists()


def test_what_the_running_program_has_written_is_seen(path: Path) -> None:
    file = write(path)
    with open_past(path) as past:
        assert past is not None
        assert [one.attempt for one in past.entries(None, None, None, None)] == [1]
        assert past.lines() == {KEY: ADA}
        assert past.span() == (after(0), after(1))
        file.write([entry(2, attempt=2)])  # while somebody reads
        assert [one.attempt for one in past.entries(None, None, None, None)] == [1]
    with open_past(path) as past:
        assert past is not None
        assert [one.attempt for one in past.entries(None, None, None, None)] == [2, 1]
    file.close()


def test_nothing_is_written_even_where_a_run_was_cut_off(path: Path) -> None:
    write(path).close()
    before = path.read_bytes()
    with open_past(path) as past:
        assert past is not None
        assert len(past.entries(None, None, None, None)) == 1  # the next start adds that it was cut off
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="modes of Unix")
def test_a_folder_that_cannot_be_written_is_enough(path: Path) -> None:
    write(path, ended(2)).close()
    path.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with open_past(path) as past:
            assert past is not None
            assert len(past.entries(None, None, None, None)) == 1
    finally:
        path.parent.chmod(stat.S_IRWXU)


def look(path: Path) -> None:
    with open_past(path) as past:
        assert past is not None
        past.entries(None, None, None, None)
        past.lines()


def no_database(path: Path) -> None:
    path.write_text("no database at all" * 100)


def newer(path: Path) -> None:
    write(path).close()
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()


def anothers(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE songs (title TEXT)")
    base.close()


def a_link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def torn(path: Path) -> None:
    write(path).close()
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize("make", [no_database, newer, anothers, a_link, torn])
def test_a_file_that_is_no_history_is_named_and_left_as_it_is(make, path: Path) -> None:
    make(path)
    before = path.read_bytes()
    with pytest.raises(ConfigError, match=r"history\.sqlite: the history cannot be read"):
        look(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "odd",
    [
        "UPDATE sessions SET began_ms = 'x'",
        "UPDATE sessions SET offset_ms = 9223372036854775807",
        "UPDATE sessions SET last_ms = 1.5e300",
        "UPDATE lines SET key = x'ff', identity = '5'",
        "UPDATE lines SET identity = '[' || substr(hex(zeroblob(20000)), 1) || ']'",
        "UPDATE entries SET at_ms = 'x'",
        "UPDATE entries SET at_ms = 9223372036854775807",
        "UPDATE entries SET steady_ms = 97199254740993",
        "UPDATE entries SET steady_ms = x'00'",
        "UPDATE entries SET kind = 5, facts = '{}'",
        """UPDATE entries SET facts = '{"title": {"template": "{a.b}", "values": {"a": "", "a.b": 1}}}'""",
        "UPDATE shown SET state = 'ringing'",
        "UPDATE shown SET state = 5, steady_ms = 'x'",
        """UPDATE shown SET shown = '{"failure": [1]}'""",
        """UPDATE shown SET shown = '{"failure": {"title": 5}}'""",
        "UPDATE samples SET trip_us = 'x', next_ms = 'y'",
        "UPDATE texts SET text = 5",
    ],
)
def test_a_value_that_no_program_of_ours_writes_costs_its_row_and_nothing_else(path: Path, odd: str) -> None:
    write(path, proof(2, 0.04), ended(3)).close()
    base = sqlite3.connect(path)
    base.execute(odd)
    base.commit()
    base.close()
    with open_past(path) as past:
        assert past is not None
        ask_all(past)
        past.taken()
    try:
        file = HistoryFile(path)
    except sqlite3.DatabaseError:  # set aside as damaged
        return
    file.write([began(4)])
    ask_all(file.past(5.0))
    file.prune(after(5), timedelta(days=7))
    file.close()


def ask_all(past: Past) -> None:
    happenings(past.entries(None, None, None, None)[::-1], after(3))
    for key in (KEY, *past.lines()):
        past.intervals(key, after(0), after(3))
        past.samples(key, 60, None)
        past.first_registered(key)
    past.replay(after(2))
    past.span()
