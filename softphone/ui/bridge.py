"""Between the panel and the widgets: snapshots become Qt signals, clicks become calls. It decides nothing.

Widgets import the account's types from here and never see the panel. Whoever subscribes late reads `lines`
and `accounts` first: they are the panel's own and always the latest.
"""

import asyncio
from collections.abc import Coroutine
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from softphone.agent.accounts import AccountSnapshot, AccountState, Notice, PanelListener
from softphone.auth.oauth import SignInAttempt
from softphone.errors import SignInError, SignInOutcome, SoftphoneError
from softphone.line.device import Device
from softphone.line.model import LineSnapshot

__all__ = ["AccountSnapshot", "AccountState", "Bridge", "Notice", "PanelView", "SignInAttempt"]


class PanelView(Protocol):
    """The panel as the window drives it; every call but the coroutines only begins something."""

    @property
    def lines(self) -> tuple[LineSnapshot, ...]:
        """The latest snapshot of every line."""
        ...

    @property
    def accounts(self) -> tuple[AccountSnapshot, ...]:
        """The latest snapshot of every account."""
        ...

    def subscribe(self, listener: PanelListener) -> None:
        """Tell `listener` of changes from now on."""
        ...

    def unsubscribe(self, listener: PanelListener) -> None:
        """Tell it no more."""
        ...

    def register(self, line_id: str) -> None:
        """Want a line registered."""
        ...

    def deregister(self, line_id: str) -> None:
        """Want a line switched off."""
        ...

    def retry(self, line_id: str) -> None:
        """Try now instead of later."""
        ...

    async def blocking_devices(self, line_id: str) -> tuple[Device, ...]:
        """Return the devices that keep a line from registering, newest first."""
        ...

    def remove_device(self, line_id: str, device: Device) -> None:
        """Disconnect the chosen device, then register."""
        ...

    def register_all(self) -> None:
        """Want every line registered."""
        ...

    def deregister_all(self) -> None:
        """Want every line switched off."""
        ...

    def begin_sign_in(self) -> SignInAttempt:
        """Return a new attempt; raises SoftphoneError when there cannot be one."""
        ...

    async def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> None:
        """Turn the redirect into a session; raises SignInError."""
        ...

    def cancel_sign_in(self, attempt: SignInAttempt) -> None:
        """Forget an attempt."""
        ...

    def check_again(self, account_key: str) -> None:
        """Ask for the account's lines again."""
        ...

    async def sign_out(self, account_key: str) -> object:
        """End the account's session and forget it."""
        ...

    def diagnostics(self) -> str:
        """Return a redacted text for the clipboard."""
        ...


class Bridge(QObject):
    """The panel for widgets, and a `PanelListener` for the panel.

    Signals:
        line_updated(LineSnapshot): a line appeared or changed.
        line_gone(str): the line with this id is gone.
        devices_listed(str, tuple[Device, ...]): what keeps the line with this id from registering.
        devices_failed(str, SoftphoneError): they could not be asked for.
        accounts_updated(tuple[AccountSnapshot, ...]): all accounts, whenever one changed.
        sign_in_done(): the attempt ended with a session.
        sign_in_failed(SoftphoneError): the attempt ended without one.
        sign_out_failed(SoftphoneError): signing out did not work to its end.
    """

    line_updated = Signal(object)
    line_gone = Signal(str)
    devices_listed = Signal(str, object)
    devices_failed = Signal(str, object)
    accounts_updated = Signal(object)
    sign_in_done = Signal()
    sign_in_failed = Signal(object)
    sign_out_failed = Signal(object)

    def __init__(self, panel: PanelView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        panel.subscribe(self)

    def close(self) -> None:
        """Stop listening and cancel what runs; they end on the loop's next turns. Twice is harmless."""
        if not self._closed:
            self._closed = True
            self._panel.unsubscribe(self)
        for task in self._tasks:
            task.cancel()

    # From the panel

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """Pass a snapshot on."""
        self.line_updated.emit(snapshot)

    def line_removed(self, line_id: str) -> None:
        """Pass on that a line is gone."""
        self.line_gone.emit(line_id)

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Pass the accounts on."""
        self.accounts_updated.emit(accounts)

    # For the widgets

    @property
    def lines(self) -> tuple[LineSnapshot, ...]:
        """The latest snapshot of every line."""
        return self._panel.lines

    @property
    def accounts(self) -> tuple[AccountSnapshot, ...]:
        """The latest snapshot of every account."""
        return self._panel.accounts

    def register(self, line_id: str) -> None:
        """Begin to register a line."""
        self._panel.register(line_id)

    def deregister(self, line_id: str) -> None:
        """Begin to deregister a line."""
        self._panel.deregister(line_id)

    def retry(self, line_id: str) -> None:
        """Begin the next try now."""
        self._panel.retry(line_id)

    def blocking_devices(self, line_id: str) -> None:
        """Begin to ask what keeps a line from registering; `devices_listed` or `devices_failed` follows."""
        self._start(self._blocking_devices(line_id), "list devices")

    def remove_device(self, line_id: str, device: Device) -> None:
        """Begin to disconnect the chosen device and then to register."""
        self._panel.remove_device(line_id, device)

    def register_all(self) -> None:
        """Begin to register every line."""
        self._panel.register_all()

    def deregister_all(self) -> None:
        """Begin to deregister every line."""
        self._panel.deregister_all()

    def check_again(self, account_key: str) -> None:
        """Begin to ask for the account's lines again."""
        self._panel.check_again(account_key)

    def diagnostics(self) -> str:
        """Return a redacted text for the clipboard."""
        return self._panel.diagnostics()

    def begin_sign_in(self) -> SignInAttempt:
        """Return a new attempt to sign in. Raises SoftphoneError when there cannot be one."""
        return self._panel.begin_sign_in()

    def cancel_sign_in(self, attempt: SignInAttempt) -> None:
        """Forget an attempt."""
        self._panel.cancel_sign_in(attempt)

    def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> None:
        """Begin to turn the redirect into a session; `sign_in_done` or `sign_in_failed` follows."""
        self._start(self._finish_sign_in(attempt, redirect_url), "finish sign-in")

    def sign_out(self, account_key: str) -> None:
        """Begin to sign out; the account disappears from `accounts_updated`."""
        self._start(self._sign_out(account_key), "sign out")

    def _start(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)  # the loop itself keeps weak references only
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            task.get_loop().call_exception_handler(
                {"message": f"{task.get_name()} ended by a fault of ours", "exception": fault, "task": task}
            )

    async def _finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> None:
        try:
            await self._panel.finish_sign_in(attempt, redirect_url)
        except SoftphoneError as error:
            self.sign_in_failed.emit(error)
        except Exception:
            # A fault of ours must not leave a person before a page that waits for ever.
            self.sign_in_failed.emit(
                SignInError(
                    "This app made a mistake. Nothing was changed; please try again.",
                    outcome=SignInOutcome.BAD_ANSWER,
                )
            )
            raise
        else:
            self.sign_in_done.emit()

    async def _blocking_devices(self, line_id: str) -> None:
        try:
            devices = await self._panel.blocking_devices(line_id)
        except SoftphoneError as error:
            self.devices_failed.emit(line_id, error)
        except Exception:
            self.devices_failed.emit(line_id, SoftphoneError("This app made a mistake."))
            raise
        else:
            self.devices_listed.emit(line_id, devices)

    async def _sign_out(self, account_key: str) -> None:
        try:
            await self._panel.sign_out(account_key)
        except SoftphoneError as error:
            self.sign_out_failed.emit(error)
