"""Listens to the panel and tells the journal what happened.

A keepalive of a registered line is one small row and no entry; everything else a card shows is kept as it
was shown, for replay. A sleep of the computer ends a session of the history and begins the next one: the
clock of the rows stands still meanwhile.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.calling.line import Line
from softphone.history.database import Began, Ended, Keepalive, Shown
from softphone.history.entries import (
    Entry,
    EntryKind,
    Instant,
    entries_between,
    is_routine,
    line_entry,
    proof_between,
)
from softphone.history.journal import Journal
from softphone.line.model import REGISTERED_STATES, Call, LineSnapshot, Server
from softphone.system.system_clock import SLEPT_S, since_boot_s
from softphone.values import replace

CLOCK_SET_S = 5.0  # a smaller jump is the system keeping its clock right
LAPSE_LATE_S = 0.05  # looked at a little later, the proof is too old beyond doubt

_HERE = frozenset({AccountState.READY, AccountState.NO_LINES})


def _asleep_s() -> float:
    """Return how long the computer has slept since some moment in the past (`system.system_clock`)."""
    return since_boot_s() - time.monotonic()


class Recorder:
    """From `start` to `close` everything is recorded; close it before the panel and the journal."""

    def __init__(
        self,
        panel: Panel,
        journal: Journal,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        asleep_s: Callable[[], float] = _asleep_s,
    ) -> None:
        self._panel = panel
        self._journal = journal
        self._utc = now
        self._asleep_s = asleep_s
        self._loop = asyncio.get_running_loop()
        self._recording = False
        self._lines: dict[str, LineSnapshot] = {}  # as they were shown
        self._held_by: dict[str, Server] = {}
        self._accounts: dict[str, AccountSnapshot] = {}
        self._online = True
        self._slept_s = 0.0  # of `asleep_s`, when it was last looked at
        self._offset = timedelta(0)  # of the wall clock to the loop's, likewise
        self._lapse: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin: the journal is open, the panel may already show something."""
        self._recording = True
        self._slept_s = self._asleep_s()
        now = self._now()
        self._offset = _offset(now)
        self._journal.record(Began(at=now.at, steady_s=now.steady_s))
        self._journal.record(Entry(at=now.at, steady_s=now.steady_s, kind=EntryKind.STARTED))
        self._accounts = _by_key(self._panel.accounts)
        self._panel.subscribe(self)
        self._panel.on_outside_event(self._on_outside_event)
        self._panel.on_line_call(self._on_call)
        for line in self._panel.lines:
            self.line_changed(line)

    def close(self) -> None:
        """Note that the program ends. Twice is harmless."""
        if not self._recording:
            return
        now = self._look()
        self._recording = False
        self._panel.unsubscribe(self)
        if self._lapse is not None:
            self._lapse.cancel()
        self._journal.record(Entry(at=now.at, steady_s=now.steady_s, kind=EntryKind.STOPPED))
        self._journal.record(Ended(at=now.at, steady_s=now.steady_s, why="stopped"))

    # ---- from the panel

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """Record what is different."""
        now = self._look()
        before = self._lines.get(snapshot.identity.line_id)
        after = replace(snapshot, state=snapshot.state_at(now.steady_s), call=None)
        self._lines[snapshot.identity.line_id] = after
        self._record_keepalive(before, after, now)
        if not is_routine(before, after):
            self._journal.record(_shown(after, now))
        held_by = self._held_by.get(snapshot.identity.line_id)
        for entry in entries_between(before, after, now, held_by=held_by):
            self._journal.record(entry)
        if after.server is not None and after.state in REGISTERED_STATES:
            self._held_by[snapshot.identity.line_id] = after.server
        self._expect_lapse()

    def line_removed(self, line_id: str) -> None:
        """Record that it is shown no more."""
        gone = self._lines.pop(line_id, None)
        self._held_by.pop(line_id, None)
        if gone is not None:
            now = self._look()
            self._journal.record(
                Shown(at=now.at, steady_s=now.steady_s, identity=gone.identity, snapshot=None)
            )

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Record who signed in and out."""
        before, self._accounts = self._accounts, _by_key(accounts)
        for key, account in self._accounts.items():
            was = before[key].state if key in before else None
            if account.state is AccountState.ENDED and was not in (None, AccountState.ENDED):
                self._record_account(EntryKind.SIGN_IN_ENDED, account)
            elif account.state in _HERE and was in (None, AccountState.ENDED):
                self._record_account(EntryKind.SIGNED_IN, account)
        for key in before.keys() - self._accounts.keys():
            self._record_account(EntryKind.SIGNED_OUT, before[key])

    def _on_outside_event(self, kind: EntryKind, line: LineSnapshot | None) -> None:
        if not self._recording:
            return
        now = self._look()  # which also notices sleep
        match kind:
            case EntryKind.NETWORK_LOST | EntryKind.NETWORK_BACK:
                online = kind is EntryKind.NETWORK_BACK
                if online is not self._online:
                    self._online = online
                    self._journal.record(Entry(at=now.at, steady_s=now.steady_s, kind=kind))
            case EntryKind.WANTED | EntryKind.UNWANTED if line is not None:
                wish = replace(line, state=line.state_at(now.steady_s), wanted=kind is EntryKind.WANTED)
                self._journal.record(line_entry(kind, wish, now))
            case _:
                pass

    def _on_call(self, line: Line, call: Call) -> None:
        """Record a call that has ended, where that is wanted; no other row ever holds a caller."""
        if self._recording and self._panel.keeps_calls and not call.rings:
            caller = " ".join(part for part in (call.caller.name, call.caller.number) if part)
            entry = line_entry(EntryKind.CALL, line.snapshot, self._look())
            self._journal.record(replace(entry, after_s=call.rang_s, caller=caller, outcome=call.phase.value))

    # ---- private

    def _record_keepalive(self, before: LineSnapshot | None, after: LineSnapshot, now: Instant) -> None:
        answered, missed = proof_between(before, after)
        if answered or missed:
            self._journal.record(
                Keepalive(
                    at=now.at,
                    steady_s=now.steady_s,
                    identity=after.identity,
                    round_trip_s=after.round_trip_s if answered else None,
                    server_url=after.server.url if after.server else "",
                    next_at_s=after.next_at_s,
                )
            )

    def _record_account(self, kind: EntryKind, account: AccountSnapshot) -> None:
        now, of = self._look(), account.account
        notice = account.notice if kind is EntryKind.SIGN_IN_ENDED else None
        self._journal.record(
            Entry(
                at=now.at,
                steady_s=now.steady_s,
                kind=kind,
                account_key=of.key,
                line_label=of.name or of.address,
                title=notice.title if notice else "",
                sentence=notice.sentence if notice else "",
                tracking_id=notice.tracking_id if notice else "",
            )
        )

    # ---- the clocks

    def _now(self) -> Instant:
        return Instant(self._utc(), self._loop.time())

    def _look(self) -> Instant:
        """Return now, after noting what the clocks did since the last look."""
        now, slept_s = self._now(), self._asleep_s()
        asleep_s, jump = slept_s - self._slept_s, _offset(now) - self._offset
        self._slept_s, self._offset = slept_s, _offset(now)
        if asleep_s > SLEPT_S:
            self._slept(now, asleep_s)
        elif abs(jump.total_seconds()) > CLOCK_SET_S:
            self._record_jump(EntryKind.CLOCK_SET, now, jump.total_seconds())
        return now

    def _slept(self, now: Instant, asleep_s: float) -> None:
        """End the session where it was when the computer went to sleep, and begin the next."""
        fell_asleep = now.at - timedelta(seconds=asleep_s)
        self._journal.record(Ended(at=fell_asleep, steady_s=now.steady_s, why="slept"))
        self._journal.record(Began(at=now.at, steady_s=now.steady_s))
        self._record_jump(EntryKind.SLEPT, now, asleep_s)
        for line in self._lines.values():
            self._journal.record(_shown(line, now))

    def _record_jump(self, kind: EntryKind, now: Instant, after_s: float) -> None:
        self._journal.record(Entry(at=now.at, steady_s=now.steady_s, kind=kind, after_s=after_s))

    # ---- proof that grows too old while nothing else happens

    def _expect_lapse(self) -> None:
        """Look again when the first registered line would stop being green by itself."""
        if self._lapse is not None or not self._recording:
            return
        ends = [
            line.proved_at_s + line.proof_window_s
            for line in self._lines.values()
            if line.state in REGISTERED_STATES and line.proved_at_s is not None
        ]
        if ends:
            soonest_s = max(min(ends), self._loop.time()) + LAPSE_LATE_S
            self._lapse = self._loop.call_at(soonest_s, self._look_for_lapses)

    def _look_for_lapses(self) -> None:
        self._lapse = None
        now_s = self._loop.time()
        for line in tuple(self._lines.values()):
            if line.state_at(now_s) is not line.state:
                self.line_changed(line)
        self._expect_lapse()


def _shown(line: LineSnapshot, now: Instant) -> Shown:
    return Shown(at=now.at, steady_s=now.steady_s, identity=line.identity, snapshot=line)


def _offset(now: Instant) -> timedelta:
    return now.at - datetime.fromtimestamp(now.steady_s, UTC)


def _by_key(accounts: tuple[AccountSnapshot, ...]) -> dict[str, AccountSnapshot]:
    return {account.account.key: account for account in accounts if account.account.key}
