"""Between the panel and the widgets: the panel's news becomes Qt signals, its answers come back to widgets.

It decides nothing. What only begins something is called on `panel` itself; who subscribes late reads
`panel.lines` and `panel.accounts` first.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot
from softphone.calling.line import Line
from softphone.errors import SoftphoneError
from softphone.history.entries import is_routine
from softphone.line.model import Call, LineSnapshot
from softphone.system.tasks import Tasks
from softphone.ui.gate import Gate

T = TypeVar("T")

COALESCE_MS = 16  # a change is told at once, those that follow once a frame
KEEPALIVES_MS = 1000  # of a crowd that is well one comes every few milliseconds

MISTAKE = SoftphoneError("This app made a mistake.")


class Bridge(QObject):
    """The panel for widgets, and a `PanelListener` for the panel.

    Signals:
        line_updated(LineSnapshot): a line appeared or changed.
        line_gone(str): the line with this id is gone.
        accounts_updated(tuple[AccountSnapshot, ...]): all accounts, whenever one changed.
        call_told(LineSnapshot, Call): a call rings at this line, or its end is known.
        device_deleted(str, Device): a device of the person of the line with this id is gone.
        device_not_deleted(str, Device, SoftphoneError): it could not be removed.
        set_up_changed(): the client ID is known now, or is another one.
        keyring_waits(bool): the system's keyring keeps us waiting, or no longer does.
    """

    line_updated: Signal = Signal(object)
    line_gone: Signal = Signal(str)
    accounts_updated: Signal = Signal(object)
    call_told: Signal = Signal(object, object)
    device_deleted: Signal = Signal(str, object)
    device_not_deleted: Signal = Signal(str, object, object)
    set_up_changed: Signal = Signal()
    keyring_waits: Signal = Signal(bool)

    def __init__(self, panel: Panel, parent: QObject | None = None, *, recorded: bool = False) -> None:
        """`recorded`: the panel is one of the past, and nothing ever acts."""
        super().__init__(parent)
        self._recorded = recorded
        self._gate = Gate(panel)
        self._gate.shut = recorded
        self.panel: Panel = self._gate.as_panel()
        self._tasks = Tasks()
        self._closed = False
        panel.subscribe(self)
        panel.on_line_call(self._tell_call)
        panel.identity.on_change = self.set_up_changed.emit
        panel.keyring.on_wait = self.keyring_waits.emit

    def close(self) -> None:
        """Stop listening and cancel what runs; they end on the loop's next turns. Twice is harmless."""
        if not self._closed:
            self._closed = True
            self.panel.unsubscribe(self)
        self._tasks.cancel()

    @property
    def is_held(self) -> bool:
        """The past is shown: nothing acts."""
        return self._gate.shut

    def hold(self, *, held: bool) -> None:
        """Let nothing act through `panel` while the past is shown."""
        self._gate.shut = held or self._recorded

    def ask(
        self,
        asker: QObject,
        question: Coroutine[Any, Any, T],
        done: Callable[[T], object],
        failed: Callable[[SoftphoneError], object],
        *,
        mistake: SoftphoneError = MISTAKE,
    ) -> asyncio.Task[None]:
        """Begin to ask the panel; `done` gets its answer or `failed` its error, unless `asker` is deleted.

        A fault of ours is told as `mistake`, and is logged. Cancel what is returned to hear nothing more.
        """
        task = self._tasks.start(_answered(asker, question, done, failed, mistake))
        task.add_done_callback(lambda _: question.close())  # it never began when it was cancelled at once
        return task

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """Pass a snapshot on."""
        self.line_updated.emit(snapshot)

    def _tell_call(self, line: Line, call: Call) -> None:
        if not self._closed:
            self.call_told.emit(line.snapshot, call)

    def line_removed(self, line_id: str) -> None:
        """Pass on that a line is gone."""
        self.line_gone.emit(line_id)

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Pass the accounts on."""
        self.accounts_updated.emit(accounts)


class LineModel(QObject):
    """The latest snapshot of each line, in the order of the accounts; of all, or of the one that is chosen.

    A change is told on the next turn of the loop, and those of a burst together; keepalives once a second.

    Signals:
        rows_changed(): lines came or went; read `lines` again.
        lines_changed(frozenset[str]): these lines have other snapshots now.
    """

    rows_changed: Signal = Signal()
    lines_changed: Signal = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._shown = ""
        self._past: tuple[LineSnapshot, ...] | None = None
        self._by_id: dict[str, LineSnapshot] = {line.identity.line_id: line for line in bridge.panel.lines}
        self._in_order: tuple[LineSnapshot, ...] | None = None  # None: to be found anew
        self._changed: set[str] = set()
        self._rows_differ = False
        self._told_at_s = float("-inf")
        self._soon = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._soon.timeout.connect(self._tell)
        bridge.line_updated.connect(self._update)
        bridge.line_gone.connect(self._remove)
        bridge.accounts_updated.connect(self._forget_order)

    @property
    def lines(self) -> tuple[LineSnapshot, ...]:
        """The lines that are shown, in their order."""
        every = self.every
        if not self._shown:
            return every
        return tuple(line for line in every if line.identity.account.key == self._shown)

    @property
    def every(self) -> tuple[LineSnapshot, ...]:
        """The lines of all accounts, in the order of the accounts; in replay, those of the past."""
        if self._past is not None:
            return self._past
        if self._in_order is None:
            self._in_order = self._found_in_order()
        return self._in_order

    @property
    def acts(self) -> bool:
        """What is done to lines has an effect: no model shows the past."""
        return not self._bridge.is_held

    @property
    def rows_are_due(self) -> bool:
        """Lines have come or gone, and `rows_changed` is about to follow."""
        return self._rows_differ

    @property
    def shown_account(self) -> str:
        """The key of the account whose lines alone are shown; empty: all."""
        return self._shown

    def show_account(self, key: str) -> None:
        """Show the lines of one account only, or of all with an empty key."""
        if key != self._shown:
            self._shown = key
            self.rows_changed.emit()

    def line(self, line_id: str) -> LineSnapshot | None:
        """The snapshot of a line that is shown, None when it is gone."""
        if self._past is not None:
            return next((line for line in self._past if line.identity.line_id == line_id), None)
        return self._by_id.get(line_id)

    def show_past(self, lines: tuple[LineSnapshot, ...] | None) -> None:
        """Show these lines of the past, in which nothing acts, instead of the present; None: it again."""
        self._bridge.hold(held=lines is not None)
        if lines != self._past:
            self._past = lines
            self.rows_changed.emit()

    def _update(self, snapshot: LineSnapshot) -> None:
        line_id = snapshot.identity.line_id
        before = self._by_id.get(line_id)
        if before == snapshot:
            return
        self._rows_differ = self._rows_differ or before is None
        self._by_id[line_id] = snapshot
        self._in_order = None
        self._changed.add(line_id)
        self._tell_soon(KEEPALIVES_MS if is_routine(before, snapshot) else COALESCE_MS)

    def _remove(self, line_id: str) -> None:
        if self._by_id.pop(line_id, None) is not None:
            self._in_order = None
            self._rows_differ = True
            self._changed.discard(line_id)
            self._tell_soon()

    def _tell_soon(self, apart_ms: int = COALESCE_MS) -> None:
        """Tell what changed, so long after the last time."""
        passed_ms = (time.monotonic() - self._told_at_s) * 1000
        wait_ms = round(max(0.0, apart_ms - passed_ms))
        if not self._soon.isActive() or self._soon.remainingTime() > wait_ms:
            self._soon.start(wait_ms)

    def _found_in_order(self) -> tuple[LineSnapshot, ...]:
        places = {account.account.key: place for place, account in enumerate(self._bridge.panel.accounts)}
        for line in self._by_id.values():
            places.setdefault(line.identity.account.key, len(places))
        return tuple(sorted(self._by_id.values(), key=lambda line: places[line.identity.account.key]))

    def _forget_order(self) -> None:
        self._in_order = None

    def _tell(self) -> None:
        self._told_at_s = time.monotonic()
        changed, self._changed = frozenset(self._changed), set()
        rows_differ, self._rows_differ = self._rows_differ, False
        if rows_differ:
            self.rows_changed.emit()
        if changed:
            self.lines_changed.emit(changed)


async def _answered(
    asker: QObject,
    question: Coroutine[Any, Any, T],
    done: Callable[[T], object],
    failed: Callable[[SoftphoneError], object],
    mistake: SoftphoneError,
) -> None:
    try:
        answer = await question
    except Exception as error:
        if shiboken6.isValid(asker):
            failed(error if isinstance(error, SoftphoneError) else mistake)
        if not isinstance(error, SoftphoneError):
            raise
    else:
        if shiboken6.isValid(asker):
            done(answer)
