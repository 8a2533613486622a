import asyncio
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from softphone.history import database as history_file
from softphone.history import journal as journal_file
from softphone.history.database import Began, Ended, Keepalive, Shown
from softphone.history.entries import Entry, EntryKind, line_key
from softphone.history.journal import Journal
from softphone.i18n import Phrase, phrase
from softphone.line.model import Account, LineIdentity, LineSnapshot, LineState, Role, Server
from softphone.values import replace

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ADA = LineIdentity(line_id="l1", account=Account(key="ada", name="Ada"))
BOB = LineIdentity(line_id="l2", account=Account(key="bob", name="Bob"))
KEY, OTHER = line_key(ADA), line_key(BOB)
PRIMARY = Server("https://p.example.com/calling/web/", Role.PRIMARY)


class Clock:
    """Both clocks of a journal, in seconds since `BEGAN`; the test moves them."""

    def __init__(self) -> None:
        self.s = 0.0

    def steady_s(self) -> float:
        return self.s

    def now(self) -> datetime:
        return after(self.s)


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def began(at_s: float) -> Began:
    return Began(at=after(at_s), steady_s=at_s)


def ended(at_s: float, why: str = "stopped") -> Ended:
    return Ended(at=after(at_s), steady_s=at_s, why=why)


def entry(at_s: float, kind: EntryKind = EntryKind.STATE, key: str = KEY, **values: object) -> Entry:
    return Entry(at=after(at_s), steady_s=at_s, kind=kind, line_key=key, **values)  # type: ignore[arg-type]


def shown(at_s: float, state: LineState | None, identity: LineIdentity = ADA, **values: object) -> Shown:
    snapshot = None
    if state is not None:
        snapshot = LineSnapshot(identity=identity, state=state, **{"wanted": True} | values)  # type: ignore[arg-type]
    return Shown(at=after(at_s), steady_s=at_s, identity=identity, snapshot=snapshot)


def proof(at_s: float, trip_s: float | None, next_at_s: float | None = None) -> Keepalive:
    return Keepalive(
        at=after(at_s),
        steady_s=at_s,
        identity=ADA,
        round_trip_s=trip_s,
        server_url=PRIMARY.url,
        next_at_s=next_at_s,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "default.history.sqlite"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def opened(path: Path, clock: Clock) -> AsyncIterator[Journal]:
    journal = Journal(path, steady_s=clock.steady_s, now=clock.now)
    await journal.open()
    try:
        yield journal
    finally:
        await journal.close()


def record(journal: Journal, *rows: history_file.Row) -> None:
    for row in rows:
        journal.record(row)


# ---- entries


async def test_entries_survive_a_restart_in_their_order_newest_first(path, clock):
    async with opened(path, clock) as journal:
        record(journal, began(0), entry(1, attempt=1), entry(3, attempt=2))
        record(journal, entry(2, attempt=3), ended(4))
        before = await journal.entries()
    async with opened(path, clock) as journal:
        assert await journal.entries() == before
        assert journal.notice is None
    assert [one.attempt for one in before] == [3, 2, 1]


async def test_the_file_is_the_users_alone(path, clock):
    async with opened(path, clock) as journal:
        record(journal, began(0))
        await journal.span()
        modes = {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {0o600}


async def test_an_entry_comes_back_with_all_its_values(path, clock):
    full = Entry(
        at=after(1),
        steady_s=1.0,
        kind=EntryKind.MISSED,
        line_key=KEY,
        line_label="Ada",
        account_key="ada",
        state=LineState.RECONNECTING,
        wanted=False,
        title=phrase("No answer from {server}", server="EU"),
        sentence="Another one is asked.",
        server_url=PRIMARY.url,
        role=Role.BACKUP,
        region="EU",
        http_status=503,
        error_code=101,
        tracking_id="WXC_7f3a9c1e-55aa-4b7d-9f42-0d8a1b2c3d4e",
        round_trip_ms=12.5,
        misses=2,
        miss_limit=5,
        attempt=3,
        after_s=-2.5,
    )
    async with opened(path, clock) as journal:
        record(journal, began(0), full)
        (found,) = await journal.entries()
    assert found == replace(full, id=found.id, session=1)
    assert isinstance(found.title, Phrase)
    assert (found.title.template, found.title.values) == ("No answer from {server}", {"server": "EU"})


async def test_a_line_is_shown_with_what_concerns_its_account_and_everything(path, clock):
    async with opened(path, clock) as journal:
        record(
            journal,
            began(0),
            entry(1, attempt=1),
            entry(2, key=OTHER),
            entry(3, EntryKind.NETWORK_LOST, ""),
            entry(4, EntryKind.SIGNED_OUT, "", account_key="ada"),
            entry(5, EntryKind.SIGNED_OUT, "", account_key="bob"),
        )
        assert [one.kind for one in await journal.entries(KEY)] == [
            EntryKind.SIGNED_OUT,
            EntryKind.NETWORK_LOST,
            EntryKind.STATE,
        ]
        assert len(await journal.entries()) == 5


async def test_pages_and_times_limit_what_is_returned(path, clock):
    async with opened(path, clock) as journal:
        record(journal, began(0), *(entry(number, attempt=number) for number in range(10)))
        page = await journal.entries(limit=4)
        assert [one.attempt for one in page] == [9, 8, 7, 6]
        assert [one.attempt for one in await journal.entries(before_id=page[-1].id, limit=2)] == [5, 4]
        assert [one.attempt for one in await journal.entries(since=after(7))] == [9, 8, 7]
        assert len(await journal.entries(limit=None)) == 10


async def test_nothing_secret_gets_into_the_file(path, clock):
    snapshot = LineSnapshot(
        identity=replace(ADA, client_device_uri="https://u:pw-canary@wdm.example.com/d/1?token=q-canary"),
        server=Server("https://p.example.com/web/?access_token=s-canary#f-canary", Role.PRIMARY),
    )
    async with opened(path, clock) as journal:
        record(
            journal,
            began(0),
            entry(1, title=phrase("{why}", why="Bearer b-canary"), sentence="refresh_token=r-canary."),
            entry(2, server_url="https://p.example.com/?code=c-canary"),
            Shown(at=after(3), steady_s=3.0, identity=snapshot.identity, snapshot=snapshot),
            replace(
                proof(4, 0.1), identity=snapshot.identity, server_url="https://p.example.com/?x=x-canary"
            ),
        )
        entries = await journal.entries()
        await journal.samples(KEY)
        written = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert b"canary" not in written
    assert entries[0].server_url == "https://p.example.com/"
    assert b"https://wdm.example.com/d/1" in written


# ---- intervals, and a program that ended without a word


async def test_intervals_say_when_the_program_did_not_run(path, clock):
    async with opened(path, clock) as journal:
        record(
            journal,
            began(100),
            shown(110, LineState.REGISTERING),
            shown(120, LineState.REGISTERED),
            ended(200),
        )
    clock.s = 400
    async with opened(path, clock) as journal:
        record(journal, began(300), shown(300, LineState.REGISTERED), shown(350, None))
        found = await journal.intervals(KEY, after(0), after(400))
        assert [(one.state, (one.ended - one.began).total_seconds()) for one in found] == [
            (None, 110),
            (LineState.REGISTERING, 10),
            (LineState.REGISTERED, 80),
            (None, 100),
            (LineState.REGISTERED, 50),
            (LineState.SIGNED_OUT, 50),
        ]
        assert not found[-1].wanted
        assert [one.state for one in await journal.intervals("nobody", after(0), after(400))] == [None]
        inside = await journal.intervals(KEY, after(150), after(160))
        assert [one.state for one in inside] == [LineState.REGISTERED]


async def test_a_record_begins_with_the_first_registration_on_whatever_server(path, clock):
    async with opened(path, clock) as journal:
        record(journal, began(100), shown(110, LineState.REGISTERING))
        assert await journal.first_registered(KEY) is None
        record(journal, shown(120, LineState.REGISTERED_BACKUP), shown(130, LineState.REGISTERED))
        assert await journal.first_registered(KEY) == after(120)
        assert await journal.first_registered("nobody") is None


async def test_the_running_program_runs_until_now(path, clock):
    async with opened(path, clock) as journal:
        record(journal, began(0), shown(0, LineState.REGISTERED))
        clock.s = 5000
        assert (await journal.intervals(KEY, after(0), after(5000)))[-1].state is LineState.REGISTERED
        assert await journal.span() == (after(0), after(5000))
        assert (await journal.at(after(4999))).lines


@pytest.mark.slow
async def test_a_program_that_was_killed_counts_as_not_running_from_its_last_sign_of_life(path, clock):
    program = f"""
        import asyncio, os, signal
        from pathlib import Path
        from tests.history.test_journal import Clock, after, began, entry, proof, record, shown
        from softphone.history.journal import Journal
        from softphone.line.model import LineState

        async def main():
            clock = Clock()
            journal = Journal(Path({str(path)!r}), steady_s=clock.steady_s, now=clock.now)
            await journal.open()
            record(journal, began(0), shown(0, LineState.REGISTERED), proof(90, 0.1))
            await journal.span()
            os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(main())
    """
    ran = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", textwrap.dedent(program)], check=False, timeout=30
    )
    assert ran.returncode == -9
    clock.s = 1000
    async with opened(path, clock) as journal:
        record(journal, began(900), entry(900, EntryKind.STARTED, ""), shown(901, LineState.REGISTERED))
        found = await journal.intervals(KEY, after(0), after(1000))
        assert [(one.state, one.began) for one in found] == [
            (LineState.REGISTERED, after(0)),
            (None, after(90)),
            (LineState.REGISTERED, after(901)),
        ]
        started, cut_off = await journal.entries()
        assert (started.kind, started.session) == (EntryKind.STARTED, 2)
        assert (cut_off.kind, cut_off.at, cut_off.session) == (EntryKind.CUT_OFF, after(90), 1)


async def test_a_heartbeat_moves_the_last_sign_of_life(path, clock, monkeypatch):
    monkeypatch.setattr(journal_file, "BEAT_S", 0.001)
    async with opened(path, clock) as journal:
        record(journal, began(0))
        await journal.span()
        clock.s = 60
        with sqlite3.connect(path) as base:
            while base.execute("SELECT last_ms FROM sessions").fetchone() != (60_000,):
                await asyncio.sleep(0.001)
        base.close()


async def test_what_comes_within_a_second_is_written_without_being_asked_for(path, clock, monkeypatch):
    monkeypatch.setattr(journal_file, "GATHER_S", 0.001)
    async with opened(path, clock) as journal:
        record(journal, began(0), entry(1))
        with sqlite3.connect(path) as base:
            while base.execute("SELECT count(*) FROM entries").fetchone() != (1,):
                await asyncio.sleep(0.001)
        base.close()


async def test_a_disk_that_hangs_holds_nobody_up_and_what_is_recorded_meanwhile_is_kept(
    path, clock, monkeypatch
):
    goes_on = threading.Event()

    class Hanging(history_file.HistoryFile):
        def __init__(self, place: Path | None) -> None:
            goes_on.wait(20)
            super().__init__(place)

    monkeypatch.setattr(journal_file, "HistoryFile", Hanging)
    monkeypatch.setattr(journal_file, "OPEN_DEADLINE_S", 0.01)
    async with opened(path, clock) as journal:
        record(journal, began(0), entry(1))
        assert not goes_on.is_set()
        goes_on.set()
        assert [one.at for one in await journal.entries()] == [after(1)]


# ---- keepalives and replay


async def test_samples_are_the_last_ones_oldest_first_with_misses(path, clock):
    async with opened(path, clock) as journal:
        record(journal, began(0), *(proof(n, n / 1000 if n % 3 else None) for n in range(1, 10)))
        found = await journal.samples(KEY, last=4)
        assert [one.round_trip_ms for one in found] == [None, 7.0, 8.0, None]
        assert found[0].at == after(6)
        [before] = await journal.samples(KEY, last=1, until=after(5))
        assert before.at == after(5)
        assert {one.server_url for one in found} == {PRIMARY.url}
        assert await journal.samples("nobody") == ()


async def test_a_replay_shows_each_line_as_it_was_with_the_last_proof_before_it(path, clock):
    async with opened(path, clock) as journal:
        record(
            journal,
            began(1000),
            shown(1000, LineState.REGISTERED, server=PRIMARY, proved_at_s=1000.0, attempt=2),
            shown(1000, LineState.IDLE, BOB),
            proof(1030, 0.04, 1060.0),
            proof(1060, 0.05, 1090.0),
            shown(1090, LineState.RECONNECTING, misses=1),
            shown(1095, None, BOB),
        )
        clock.s = 1200
        replay = await journal.at(after(1050))
        assert (replay.running, replay.exact, replay.now_s) == (True, True, 1050.0)
        ada, bob = replay.lines
        assert (ada.state_at(replay.now_s), ada.attempt, ada.server) == (LineState.REGISTERED, 2, PRIMARY)
        assert (ada.proved_at_s, ada.round_trip_s, ada.next_at_s) == (1030.0, 0.04, 1060.0)
        assert bob.state is LineState.IDLE
        (later,) = (await journal.at(after(1100))).lines
        assert (later.state, later.misses) == (LineState.RECONNECTING, 1)
        assert (await journal.at(after(1010))).lines[0].proved_at_s == 1000.0
        assert not (await journal.at(after(500))).running


async def test_a_replay_of_days_ago_shows_registered_lines_without_single_checks(path, clock):
    clock.s = 3 * 86_400
    async with opened(path, clock) as journal:
        record(journal, began(0), shown(0, LineState.REGISTERED, proved_at_s=0.0, round_trip_s=0.1))
        replay = await journal.at(after(3600))
        assert not replay.exact
        (line,) = replay.lines
        assert (line.state_at(replay.now_s), line.round_trip_s) == (LineState.REGISTERED, None)
