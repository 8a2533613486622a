"""Between the panel and the widgets: the panel's news becomes Qt signals, its answers come back to widgets.

It decides nothing. What only begins something is called on `panel` itself; who subscribes late reads
`panel.lines` and `panel.accounts` first.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot
from softphone.errors import SoftphoneError
from softphone.line.model import LineSnapshot
from softphone.system.tasks import Tasks

T = TypeVar("T")

MISTAKE = SoftphoneError("This app made a mistake.")


class Bridge(QObject):
    """The panel for widgets, and a `PanelListener` for the panel.

    Signals:
        line_updated(LineSnapshot): a line appeared or changed.
        line_gone(str): the line with this id is gone.
        accounts_updated(tuple[AccountSnapshot, ...]): all accounts, whenever one changed.
        device_deleted(str, Device): a device of the person of the line with this id is gone.
        device_not_deleted(str, Device, SoftphoneError): it could not be removed.
        set_up_changed(): the client ID is known now, or is another one.
        keyring_waits(bool): the system's keyring keeps us waiting, or no longer does.
    """

    line_updated = Signal(object)
    line_gone = Signal(str)
    accounts_updated = Signal(object)
    device_deleted = Signal(str, object)
    device_not_deleted = Signal(str, object, object)
    set_up_changed = Signal()
    keyring_waits = Signal(bool)

    def __init__(self, panel: Panel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.panel = panel
        self._tasks = Tasks()
        self._closed = False
        panel.subscribe(self)
        panel.identity.on_change = self.set_up_changed.emit
        panel.keyring.on_wait = self.keyring_waits.emit

    def close(self) -> None:
        """Stop listening and cancel what runs; they end on the loop's next turns. Twice is harmless."""
        if not self._closed:
            self._closed = True
            self.panel.unsubscribe(self)
        self._tasks.cancel()

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

    def line_removed(self, line_id: str) -> None:
        """Pass on that a line is gone."""
        self.line_gone.emit(line_id)

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Pass the accounts on."""
        self.accounts_updated.emit(accounts)


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
