"""The journal's file: what is kept, what is not as it should be, and order whatever clocks do."""

import asyncio
import os
import sqlite3
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softphone.history import database as history_file
from softphone.history import journal as journal_file
from softphone.history.database import Began, Ended, HistoryFile, Shown
from softphone.history.entries import Entry, EntryKind, line_key
from softphone.history.journal import NOT_KEPT, Journal
from softphone.i18n import Phrase
from softphone.line.model import LineSnapshot, LineState
from softphone.values import replace
from tests.history.test_journal import (
    ADA,
    BEGAN,
    BOB,
    KEY,
    OTHER,
    after,
    began,
    clock,
    ended,
    entry,
    opened,
    path,
    proof,
    record,
    shown,
)

__all__ = ["clock", "path"]  # fixtures


async def notice_of(journal: Journal) -> str:
    while journal.notice is None:
        await asyncio.sleep(0.001)
    return journal.notice


# ---- what is kept


async def test_old_rows_go_and_the_state_at_the_limit_stays_known(path, clock):
    day = 86_400
    async with opened(path, clock) as journal:
        record(
            journal,
            began(0),
            entry(0, attempt=1),
            shown(0, LineState.REGISTERING),
            shown(10, LineState.REGISTERED),
            proof(20, 0.1),
            entry(5 * day, attempt=2),
            ended(5 * day),
        )
        record(journal, began(9 * day), proof(9 * day, 0.1), ended(9 * day))
    clock.s = 9 * day
    async with opened(path, clock) as journal:
        assert [one.attempt for one in await journal.entries()] == [2]
        assert len(await journal.samples(KEY)) == 1
        assert await journal.span() == (after(2 * day), after(9 * day))
        found = await journal.intervals(KEY, after(2 * day), after(9 * day))
        assert [one.state for one in found] == [LineState.REGISTERED, None]
    clock.s = 30 * day
    async with opened(path, clock) as journal:
        assert await journal.entries() == ()
        assert await journal.span() is None


async def test_a_line_that_fails_all_week_keeps_its_newest_rows(path, clock, monkeypatch):
    monkeypatch.setattr(history_file, "MOST_ENTRIES", 10)
    monkeypatch.setattr(history_file, "MOST_SHOWN", 10)
    async with opened(path, clock) as journal:
        record(journal, began(0), shown(0, LineState.IDLE, BOB))
        for n in range(50):
            record(journal, entry(n, attempt=n), shown(n, LineState.RETRY_WAIT, attempt=n))
        record(journal, ended(50))
    async with opened(path, clock) as journal:
        assert [one.attempt for one in await journal.entries(limit=None)] == list(range(49, 39, -1))
        assert (await journal.intervals(OTHER, after(0), after(40)))[-1].state is LineState.IDLE
        assert (await journal.at(after(45))).lines[0].state is LineState.IDLE


async def test_clearing_forgets_the_past_and_keeps_the_present(path, clock):
    async with opened(path, clock) as journal:
        record(journal, began(0), ended(10), began(20), entry(20), entry(21, key=OTHER), proof(22, 0.1))
        record(journal, shown(20, LineState.REGISTERING), shown(30, LineState.REGISTERED))
        record(journal, shown(30, LineState.IDLE, BOB))
        clock.s = 100
        await journal.clear(KEY)
        assert [one.line_key for one in await journal.entries()] == [OTHER]
        assert await journal.samples(KEY) == ()
        clock.s = 110
        found = await journal.intervals(KEY, after(0), after(110))
        assert [(one.state, one.began) for one in found] == [
            (None, after(0)),
            (LineState.REGISTERED, after(100)),
        ]
        assert (await journal.intervals(OTHER, after(30), after(110)))[0].state is LineState.IDLE
        await journal.clear()
        clock.s = 120
        assert await journal.entries() == ()
        assert await journal.span() == (after(110), after(120))
        assert len((await journal.at(after(115))).lines) == 2


# ---- files that are not as they should be


@pytest.mark.parametrize(
    "damage", ["garbage", "foreign", "torn", "emptied", "no such letters", "no such column"]
)
async def test_a_damaged_file_is_set_aside_and_a_new_one_begun(path, clock, damage: str):
    path.parent.mkdir()
    match damage:
        case "garbage":
            path.write_bytes(b"this is no database at all" * 100)
        case "foreign":
            with sqlite3.connect(path) as base:
                base.execute("CREATE TABLE sessions (x)")
            base.close()
        case "no such column":
            async with opened(path, clock):
                pass
            path.write_bytes(path.read_bytes().replace(b"account_key TEXT", b"accountXkey TEXT"))
        case "no such letters":  # SQLite quotes it, and Python cannot read what SQLite says
            async with opened(path, clock):
                pass
            path.write_bytes(
                path.read_bytes().replace(b"CREATE TABLE lines", b"CREATE TABLE \xce\xce\xce \xce")
            )
        case "emptied":
            async with opened(path, clock) as journal:
                record(journal, began(0), entry(1))
            path.write_bytes(b"")
        case "torn":
            async with opened(path, clock) as journal:
                record(journal, began(0), *(entry(n, title="x" * 500) for n in range(200)))
            kept = bytearray(path.read_bytes())
            kept[4096 : 4096 * 8] = b"\xff" * 4096 * 7
            path.write_bytes(kept)
    before = path.read_bytes()
    async with opened(path, clock) as journal:
        notice = await notice_of(journal)
        record(journal, began(0), entry(1))
        assert len(await journal.entries()) == 1
    (aside,) = path.parent.glob("*.damaged-*.sqlite")
    assert isinstance(notice, Phrase)
    assert aside.name in notice
    assert aside.read_bytes() == before
    assert path.exists()


async def test_a_fault_of_ours_in_opening_leaves_nobody_without_an_answer(path, clock, monkeypatch, caplog):
    original, faults = HistoryFile.__init__, [RuntimeError("a fault")]

    def fail_once(self: HistoryFile, path: Path | None) -> None:
        if faults:
            raise faults.pop()
        original(self, path)

    monkeypatch.setattr(HistoryFile, "__init__", fail_once)
    async with opened(path, clock) as journal:
        assert await notice_of(journal) == NOT_KEPT
        record(journal, began(0), entry(1))
        assert len(await journal.entries()) == 1
    caplog.clear()


async def test_what_waited_for_a_file_that_is_gone_is_not_written_into_a_new_one(path, clock, tmp_path):
    async with opened(path, clock) as journal:
        record(journal, began(0), *(entry(n, title="x" * 500) for n in range(100)))
        await journal.entries()
        waiting = path.with_name(f"{path.name}-wal").read_bytes()
        assert waiting
    path.unlink()
    path.with_name(f"{path.name}-wal").write_bytes(waiting)
    async with opened(path, clock) as journal:
        record(journal, began(0), entry(1))
        assert len(await journal.entries()) == 1
        assert journal.notice is None


async def test_a_row_whose_text_is_none_any_more_costs_no_other_row(path, clock):
    async with opened(path, clock) as journal:
        record(journal, began(0), entry(1, attempt=1), entry(2, attempt=2, title="of the others"), ended(3))
    content = path.read_bytes()
    path.write_bytes(content.replace(b"of the others", b"of the \xffthers"))
    async with opened(path, clock) as journal:
        record(journal, began(10), entry(11, attempt=3))
        assert [one.attempt for one in await journal.entries()][::2] == [3, 1]
        assert journal.notice is None


async def test_a_new_file_is_made_whole_under_another_name(path, clock, monkeypatch):
    """One that was killed in the making must not be taken for a history that was emptied."""
    made: list[bool] = []
    rename = os.replace
    monkeypatch.setattr(os, "replace", lambda *paths: (made.append(path.exists()), rename(*paths)))
    path.parent.mkdir()
    path.with_name(f".{path.name}-new").write_bytes(b"of a crash before")
    async with opened(path, clock) as journal:
        record(journal, began(0), entry(1))
        assert len(await journal.entries()) == 1
        assert journal.notice is None
    assert made == [False]
    assert [one.name for one in path.parent.iterdir()] == [path.name]


async def test_a_newer_file_is_set_aside_and_a_new_one_begun(path, clock):
    async with opened(path, clock):
        pass
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()
    async with opened(path, clock) as journal:
        assert "newer version" in await notice_of(journal)
        assert await journal.entries() == ()
    (aside,) = path.parent.glob("*.newer-*.sqlite")
    with sqlite3.connect(aside) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (99,)
    base.close()


async def test_a_file_damaged_while_it_is_used_is_set_aside_with_nothing_new_lost(path, clock, monkeypatch):
    write, broken = HistoryFile.write, [True]

    def break_once(file: HistoryFile, rows) -> None:
        if broken and any(isinstance(row, Entry) for row in rows):
            broken.clear()
            raise sqlite3.DatabaseError("database disk image is malformed")
        write(file, rows)

    monkeypatch.setattr(HistoryFile, "write", break_once)
    async with opened(path, clock) as journal:
        record(journal, began(0), shown(0, LineState.REGISTERED))
        await journal.span()
        record(journal, entry(10))
        await journal.span()
        assert "damaged" in await notice_of(journal)
        clock.s = 20
        assert len(await journal.entries()) == 1
        assert (await journal.intervals(KEY, after(11), after(20)))[-1].state is LineState.REGISTERED


async def test_a_place_that_cannot_be_written_costs_the_history_and_nothing_else(tmp_path: Path, clock):
    (tmp_path / "state").write_text("a file where the folder should be")
    async with opened(tmp_path / "state" / "history.sqlite", clock) as journal:
        assert await notice_of(journal) == NOT_KEPT
        record(journal, began(0), entry(1))
        assert len(await journal.entries()) == 1  # until the program quits


async def test_a_full_disk_is_told_once_and_nothing_is_lost_when_there_is_room_again(
    path, clock, monkeypatch
):
    notices: list[str | None] = []
    monkeypatch.setattr(journal_file, "AGAIN_S", 0.001)
    journal = Journal(path, on_notice=notices.append, steady_s=clock.steady_s, now=clock.now)
    await journal.open()
    try:
        file = journal._thread._file
        await asyncio.wrap_future(
            journal._thread.ask(lambda file: file._base.execute("PRAGMA max_page_count = 1").fetchall())
        )
        record(journal, began(0), *(entry(n, title="x" * 2000) for n in range(50)))
        assert await journal.entries() == ()
        assert await notice_of(journal) == NOT_KEPT
        await journal.span()
        await asyncio.wrap_future(
            journal._thread.ask(lambda file: file._base.execute("PRAGMA max_page_count = 100000").fetchall())
        )
        while len(await journal.entries()) < 50:
            await asyncio.sleep(0.001)
        while journal.notice is not None:
            await asyncio.sleep(0.001)
        assert notices == [NOT_KEPT, None]
        assert file is journal._thread._file
    finally:
        await journal.close()


async def test_a_fault_of_ours_in_a_row_does_not_stop_the_journal(path, clock, caplog):
    async with opened(path, clock) as journal:
        record(journal, began(0), entry(1, attempt=object()))
        assert await journal.entries() == ()
        record(journal, began(1), entry(2))
        assert len(await journal.entries()) == 1
    assert "the history lost something" in caplog.text
    caplog.clear()


async def test_a_fault_of_ours_in_a_question_reaches_whoever_asked(path, clock):
    async with opened(path, clock) as journal:
        with pytest.raises(TypeError):
            await journal.entries(since="yesterday")  # type: ignore[arg-type]
        assert await journal.entries() == ()


async def test_a_closed_journal_takes_nothing_and_answers_with_nothing(path, clock):
    journal = Journal(path, steady_s=clock.steady_s, now=clock.now)
    await journal.close()
    assert not path.exists()
    async with opened(path, clock) as journal:
        pass
    record(journal, began(0), entry(1))
    await journal.close()
    await journal.clear()
    assert await journal.entries() == ()
    assert await journal.span() is None
    assert [one.state for one in await journal.intervals(KEY, after(0), after(1))] == [None]


# ---- order, whatever the clocks do


_steps = st.lists(
    st.tuples(
        st.integers(0, 5000),  # milliseconds that pass
        st.integers(-4_000_000, 4_000_000) | st.just(0),  # by which the wall clock is set
        st.sampled_from(["entry", "stop", "kill", *LineState]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(_steps)
def test_order_and_lengths_hold_whatever_the_wall_clock_does(steps):
    file = HistoryFile(None)
    steady_ms, wall_ms, number = 0, 0, 0
    running: dict[LineState, int] = {}
    state, sessions = None, 0
    file.write([Began(at=after(0), steady_s=0.0)])
    for passed_ms, set_ms, what in steps:
        if state is not None and sessions == 0:
            running[state] = running.get(state, 0) + passed_ms
        steady_ms += passed_ms
        wall_ms += passed_ms + set_ms
        now = {"at": BEGAN + timedelta(milliseconds=wall_ms), "steady_s": steady_ms / 1000}
        if isinstance(what, LineState):
            state = what
            snapshot = LineSnapshot(identity=ADA, state=what, wanted=True)
            file.write([Shown(identity=ADA, snapshot=snapshot, **now)])
        elif what == "entry":
            number += 1
            file.write([Entry(kind=EntryKind.TRY, attempt=number, line_key=KEY, **now)])
        else:
            if what == "stop":
                file.write([Ended(why="stopped", **now)])
            else:
                file._close_what_was_cut_off()
            state, sessions = None, sessions + 1
            file.write([Began(**now)])
    past = file.past(steady_ms / 1000)
    entries = past.entries(KEY, None, None, None)
    tries = [one.attempt for one in entries if one.kind is EntryKind.TRY]
    assert tries == sorted(tries, reverse=True)
    assert [one.id for one in entries] == sorted((one.id for one in entries), reverse=True)
    _, newest = past.span() or (BEGAN, BEGAN)
    window = (newest - timedelta(days=30), newest)
    found = past.intervals(KEY, *window)
    assert (found[0].began, found[-1].ended) == window
    assert all(one.ended == then.began for one, then in pairwise(found))
    assert all(one.began < one.ended for one in found)
    if sessions == 0:  # with one session nothing can overlap: lengths are exact
        told: dict[LineState, int] = {}
        for one in found:
            if one.state is not None:
                length_ms = (one.ended - one.began) // timedelta(milliseconds=1)
                told[one.state] = told.get(one.state, 0) + length_ms
        assert told == {name: length for name, length in running.items() if length}
    file.close()


async def test_s17_an_account_is_erased_with_its_names_and_the_others_stay(path, clock):
    async with opened(path, clock) as journal:
        record(journal, began(0), shown(1, LineState.REGISTERED), shown(1, LineState.REGISTERED, BOB))
        record(journal, entry(2, line_label=ADA.label), entry(3, key=OTHER, line_label=BOB.label))
        assert await journal.erase(ADA.account.key)
        assert [one.line_key for one in await journal.entries()] == [OTHER]
    content = b"".join(part.read_bytes() for part in path.parent.iterdir())
    assert b'"Bob"' in content
    assert b'"Ada"' not in content


async def test_s17_an_account_whose_name_begins_another_one_is_not_taken_for_it(path, clock):
    both = [replace(ADA, account=replace(ADA.account, key=key)) for key in ("a", "a%", "ab")]
    async with opened(path, clock) as journal:
        record(journal, began(0), *(entry(1, key=line_key(one)) for one in both))
        assert await journal.erase("a")
        assert {one.line_key for one in await journal.entries()} == {line_key(one) for one in both[1:]}


async def test_s17_who_called_an_account_is_forgotten_and_the_rest_stays(path, clock):
    both = [replace(ADA, account=replace(ADA.account, key=key)) for key in ("a", "ab")]
    async with opened(path, clock) as journal:
        record(journal, began(0), *(entry(1, key=line_key(one)) for one in both))
        calls = [entry(2, EntryKind.CALL, key=line_key(one)) for one in both]
        record(
            journal,
            *(replace(call, caller=who) for call, who in zip(calls, ("Zoë 5008", "Max"), strict=True)),
        )
        assert await journal.forget_callers("a")
        found = await journal.entries()
        assert [one.caller for one in found if one.kind is EntryKind.CALL] == ["Max", ""]
        assert len(found) == 4
    content = b"".join(part.read_bytes() for part in path.parent.iterdir())
    assert b"Max" in content
    assert b"5008" not in content


async def test_s17_what_a_full_disk_does_not_let_go_of_is_not_called_erased(path, clock, monkeypatch):
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async with opened(path, clock) as journal:
        monkeypatch.setattr(HistoryFile, "erase", full)
        record(journal, began(0), entry(1))
        assert not await journal.erase(ADA.account.key)
