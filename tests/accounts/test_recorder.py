import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from softphone.accounts.recorder import Recorder
from softphone.accounts.snapshot import AccountSnapshot, AccountState, PanelListener
from softphone.calling.calling_client import CallListener
from softphone.calling.line import Line
from softphone.history.entries import Entry, EntryKind, line_key
from softphone.history.journal import Journal
from softphone.line.failure import Disposition, ErrorType, Failure
from softphone.line.model import (
    Account,
    Call,
    Caller,
    CallPhase,
    LineIdentity,
    LineSnapshot,
    LineState,
    LineStatus,
    Role,
    Server,
)
from softphone.settings.profile import Profile
from softphone.values import replace
from tests.accounts.fakes import FakeServices, FakeSignIn, running, sign_in
from tests.calling.fake_provider import BUSY, FakeProvider

ADA = Account(key="ada", address="ada@example.com", name="Ada Lovelace")
IDENTITY = LineIdentity(line_id="l1", account=ADA, extension="5101")
KEY = line_key(IDENTITY)
PRIMARY = Server("https://p.example.com/calling/web/", Role.PRIMARY, "US")
BACKUP = Server("https://b.example.com/calling/web/", Role.BACKUP, "US")
NO_ANSWER = Failure(
    disposition=Disposition.DEAD_HOST,
    error_type=ErrorType.NETWORK,
    title="No server answers",
    advice="Another one is asked.",
    tracking_id="t1",
)


class Clock:
    """The wall clock and how long the computer slept; the monotonic clock goes on by itself."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self.asleep_s = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=time.monotonic()) + self.ahead

    def sleep(self, seconds: float) -> None:
        self.asleep_s += seconds
        self.ahead += timedelta(seconds=seconds)


class PanelOfLines:
    """As much of a panel as the recorder listens to."""

    def __init__(self) -> None:
        self.lines: tuple[LineSnapshot, ...] = ()
        self.accounts: tuple[AccountSnapshot, ...] = ()
        self.listeners: list[PanelListener] = []
        self.keeps_calls = False
        self.tell_call: CallListener = lambda *_: None

    def on_line_call(self, listener: CallListener) -> None:
        self.tell_call = listener

    def subscribe(self, listener: PanelListener) -> None:
        self.listeners.append(listener)

    def unsubscribe(self, listener: PanelListener) -> None:
        self.listeners.remove(listener)

    def on_outside_event(self, listener) -> None:
        self.happen = listener

    def show(self, snapshot: LineSnapshot) -> None:
        for listener in self.listeners:
            listener.line_changed(snapshot)

    def show_accounts(self, *accounts: AccountSnapshot) -> None:
        for listener in self.listeners:
            listener.accounts_changed(accounts)


@asynccontextmanager
async def recording(path: Path, clock: Clock) -> AsyncIterator[tuple[PanelOfLines, Journal, Recorder]]:
    panel, journal = PanelOfLines(), Journal(path, now=clock.now)
    await journal.open()
    recorder = Recorder(panel, journal, now=clock.now, asleep_s=lambda: clock.asleep_s)  # type: ignore[arg-type]
    recorder.start()
    try:
        yield panel, journal, recorder
    finally:
        recorder.close()
        await journal.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "default.history.sqlite"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def moments() -> None:
    """Let some milliseconds pass: the file knows no smaller ones."""
    began_s = now_s()
    while now_s() - began_s < 0.005:
        await asyncio.sleep(0.001)


def registered(server: Server = PRIMARY, **changes: object) -> LineSnapshot:
    state = LineState.REGISTERED if server is PRIMARY else LineState.REGISTERED_BACKUP
    values: dict[str, object] = {
        "identity": IDENTITY,
        "state": state,
        "status": LineStatus.ACTIVE,
        "wanted": True,
        "server": server,
        "proved_at_s": now_s(),
        "next_at_s": now_s() + 30,
    }
    return LineSnapshot(**(values | changes))  # type: ignore[arg-type]


def registering(server: Server | None = PRIMARY, attempt: int = 1, failure: Failure | None = None):
    return LineSnapshot(
        identity=IDENTITY,
        state=LineState.REGISTERING,
        wanted=True,
        asking=server,
        attempt=attempt,
        failure=failure,
    )


async def kinds(journal: Journal, *, of: str | None = None) -> list[EntryKind]:
    return [entry.kind for entry in reversed(await journal.entries(of)) if of is None or entry.line_key]


async def of_line(journal: Journal) -> list[Entry]:
    return [entry for entry in reversed(await journal.entries(KEY)) if entry.line_key]


async def test_keepalives_of_a_registered_line_are_samples_and_no_entries(path, clock):
    async with recording(path, clock) as (panel, journal, _):
        line = registered()
        panel.show(line)
        for trip_s in (0.04, 0.05):
            panel.show(replace(line, next_at_s=None))
            panel.show(replace(line, proved_at_s=now_s(), round_trip_s=trip_s))
            await moments()
        assert [entry.kind for entry in await of_line(journal)] == [EntryKind.STATE]
        assert [one.round_trip_ms for one in await journal.samples(KEY)] == [40.0, 50.0]


async def test_a_call_is_kept_only_where_that_is_wanted(path, clock):
    ann = Caller("Ann Example", "+12145550100")
    rings = Call(call_id="c", device_id="d", caller=ann, began_at_s=now_s())
    ended = replace(rings, phase=CallPhase.MISSED, ended_at_s=rings.began_at_s + 12.0)
    async with recording(path, clock) as (panel, journal, recorder):
        line = Line(IDENTITY)
        for wanted in (False, True):
            panel.keeps_calls = wanted
            for call in (rings, ended):
                recorder.line_changed(registered(call=call))
                panel.tell_call(line, call)
            await moments()
            calls = [entry for entry in await of_line(journal) if entry.kind is EntryKind.CALL]
            told = [(one.outcome, one.caller) for one in calls]
            assert told == ([("missed", "Ann Example +12145550100")] if wanted else [])
            if not wanted:
                assert b"Ann" not in b"".join(one.read_bytes() for one in path.parent.rglob("*"))


async def test_misses_and_the_answer_after_them_are_told_with_their_numbers(path, clock):
    async with recording(path, clock) as (panel, journal, _):
        began_s = now_s()
        line = registered(proved_at_s=began_s)
        panel.show(line)
        missing = replace(line, state=LineState.RECONNECTING, misses=1, failure=NO_ANSWER)
        panel.show(missing)
        panel.show(replace(missing, next_at_s=None))
        panel.show(replace(missing, misses=2))
        panel.show(replace(line, proved_at_s=began_s + 52.0, round_trip_s=0.31))
        first, one, two, answered = await of_line(journal)
        assert first.kind is EntryKind.STATE
        assert [(entry.kind, entry.misses, entry.miss_limit) for entry in (one, two)] == [
            (EntryKind.MISSED, 1, 5),
            (EntryKind.MISSED, 2, 5),
        ]
        assert (one.title, one.tracking_id, one.state) == (NO_ANSWER.title, "t1", LineState.RECONNECTING)
        assert (answered.kind, answered.round_trip_ms) == (EntryKind.ANSWERED, 310.0)
        assert answered.after_s == pytest.approx(52.0)
        assert answered.state is LineState.REGISTERED
        assert [one.round_trip_ms for one in await journal.samples(KEY)][-1] == 310.0


async def test_a_move_to_the_backup_names_both_servers(path, clock):
    async with recording(path, clock) as (panel, journal, _):
        panel.show(registered())
        panel.show(registering())
        panel.show(registering(BACKUP, 2, NO_ANSWER))
        panel.show(registered(BACKUP))
        found = await of_line(journal)
        assert [entry.kind for entry in found] == [
            EntryKind.STATE,
            EntryKind.STATE,
            EntryKind.FAILURE,
            EntryKind.TRY,
            EntryKind.SERVER,
        ]
        _, _, failed, trying, moved = found
        assert (failed.server_url, failed.role, failed.title) == (PRIMARY.url, Role.PRIMARY, NO_ANSWER.title)
        assert (trying.server_url, trying.attempt, trying.title) == (BACKUP.url, 2, "")
        assert (moved.server_url, moved.state) == (BACKUP.url, LineState.REGISTERED_BACKUP)


async def test_a_wait_names_the_server_that_failed(path, clock):
    async with recording(path, clock) as (panel, journal, _):
        panel.show(registering())
        wait = LineSnapshot(
            identity=IDENTITY, state=LineState.RETRY_WAIT, wanted=True, attempt=1, failure=NO_ANSWER
        )
        panel.show(wait)
        panel.show(replace(wait, state=LineState.OFFLINE))
        _, waiting, offline = await of_line(journal)
        assert (waiting.state, waiting.server_url) == (LineState.RETRY_WAIT, PRIMARY.url)
        assert (offline.state, offline.title) == (LineState.OFFLINE, "")  # the old failure is no news


async def test_a_line_that_appears_switched_off_is_no_event(path, clock):
    async with recording(path, clock) as (panel, journal, _):
        panel.show(LineSnapshot(identity=IDENTITY))
        assert await of_line(journal) == []
        await moments()
        replay = await journal.at(clock.now())
        assert [line.state for line in replay.lines] == [LineState.IDLE]


async def test_proof_that_grows_too_old_by_itself_is_recorded(path, clock):
    async with recording(path, clock) as (panel, journal, _):
        panel.show(registered(proof_window_s=0.01))
        while len(found := await of_line(journal)) < 2:
            await asyncio.sleep(0.01)
        assert [entry.state for entry in found] == [LineState.REGISTERED, LineState.CHECKING]


async def test_sleep_ends_a_session_and_what_was_shown_goes_on_after_it(path, clock):
    async with recording(path, clock) as (panel, journal, _):
        began = clock.now()
        panel.show(registered(proof_window_s=1e6))
        await moments()
        clock.sleep(3600)
        panel.happen(EntryKind.SLEPT, None)
        await moments()
        ended = clock.now()
        (slept,) = [one for one in await journal.entries() if one.kind is EntryKind.SLEPT]
        assert slept.after_s == 3600
        states = [(one.state, one.ended - one.began) for one in await journal.intervals(KEY, began, ended)]
        up = LineState.REGISTERED
        assert [state for state, _ in states if state is None or state is up][-3:] == [up, None, up]
        assert abs(states[-2][1] - timedelta(hours=1)) < timedelta(seconds=1)
        assert not (await journal.at(ended - timedelta(minutes=30))).running
        assert (await journal.at(ended)).lines


async def test_a_wall_clock_that_is_set_changes_no_order_and_no_duration(path, clock):
    async with recording(path, clock) as (panel, journal, _):
        panel.show(registered())
        before = clock.now()
        clock.ahead -= timedelta(hours=1)
        panel.show(registering())
        clock.ahead += timedelta(hours=3)
        panel.show(registered())
        entries = tuple(reversed(await journal.entries()))
        assert [entry.kind for entry in entries] == [
            EntryKind.STARTED,
            EntryKind.STATE,
            EntryKind.CLOCK_SET,
            EntryKind.STATE,
            EntryKind.CLOCK_SET,
            EntryKind.STATE,
        ]
        assert [round(entry.after_s / 60) for entry in entries if entry.after_s] == [-60, 180]
        assert entries[3].at < before < entries[5].at
        now = clock.now()
        found = await journal.intervals(KEY, now - timedelta(hours=6), now)
        down = [one.ended - one.began for one in found if one.state is LineState.REGISTERING]
        assert sum(down, timedelta(0)) < timedelta(seconds=5)


async def test_the_network_is_told_when_it_changes(path, clock):
    async with recording(path, clock) as (panel, journal, _):
        for happening in (
            EntryKind.NETWORK_BACK,
            EntryKind.NETWORK_LOST,
            EntryKind.NETWORK_LOST,
            EntryKind.NETWORK_BACK,
        ):
            panel.happen(happening, None)
        assert await kinds(journal) == [EntryKind.STARTED, EntryKind.NETWORK_LOST, EntryKind.NETWORK_BACK]


async def test_accounts_that_come_and_go(path, clock):
    loading = AccountSnapshot(account=ADA, state=AccountState.LOADING)
    ready, ended = replace(loading, state=AccountState.READY), replace(loading, state=AccountState.ENDED)
    async with recording(path, clock) as (panel, journal, _):
        panel.show_accounts(replace(loading, account=Account(key="")))
        panel.show_accounts(ready)
        panel.show_accounts(ended)
        panel.show_accounts(ended)
        panel.show_accounts(ready)
        panel.show_accounts()
        panel.show_accounts(loading)
        panel.show_accounts(ready)  # brought back at the start: nobody signed in
        found = list(reversed(await journal.entries()))[1:]
        assert [entry.kind for entry in found] == [
            EntryKind.SIGNED_IN,
            EntryKind.SIGN_IN_ENDED,
            EntryKind.SIGNED_IN,
            EntryKind.SIGNED_OUT,
        ]
        assert {(entry.account_key, entry.line_label) for entry in found} == {("ada", "Ada Lovelace")}


async def test_nothing_is_recorded_after_the_end(path, clock):
    async with recording(path, clock) as (panel, journal, recorder):
        recorder.close()
        recorder.close()
        assert panel.listeners == []
        panel.happen(EntryKind.NETWORK_LOST, None)
        assert await kinds(journal) == [EntryKind.STARTED, EntryKind.STOPPED]


async def test_a_real_panel_tells_wishes_network_and_failed_tries(path):
    services, profile = FakeServices(), Profile(path.with_name("default.toml"), "cloud")
    services.providers = [FakeProvider()]
    async with running(services, profile) as (panel, shown):
        journal = Journal(path)
        await journal.open()
        recorder = Recorder(panel, journal)
        recorder.start()
        try:
            await sign_in(panel, services, FakeSignIn())
            await shown.until_lines_are(LineState.REGISTERED)
            (line,) = panel.lines
            key = line_key(line.identity)
            panel.deregister_all()
            await shown.until_lines_are(LineState.IDLE)
            panel.network_changed(online=False)
            services.providers[0].fail("register", BUSY, BUSY)
            panel.register_all()
            panel.network_changed(online=True)
            await shown.until_lines_are(LineState.REGISTERED)
            entries = tuple(reversed(await journal.entries(key)))
        finally:
            recorder.close()
            await journal.close()
    told = [entry.kind for entry in entries]
    for kind in (
        EntryKind.SIGNED_IN,
        EntryKind.UNWANTED,
        EntryKind.WANTED,
        EntryKind.NETWORK_LOST,
        EntryKind.NETWORK_BACK,
    ):
        assert told.count(kind) == 1, kind
    assert told.index(EntryKind.UNWANTED) < told.index(EntryKind.WANTED)
    failed = [entry for entry in entries if entry.title == BUSY.title]
    assert len(failed) == 2
    assert all(entry.server_url for entry in failed)
    assert [entry.state for entry in entries if entry.line_key][-1] is LineState.REGISTERED
    assert [entry.id for entry in entries] == sorted(entry.id for entry in entries)
