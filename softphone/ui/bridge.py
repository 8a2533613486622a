"""Between the panel and the widgets: snapshots become Qt signals, clicks become calls. It decides nothing.

Widgets import the account's types from here and never see the panel. Whoever subscribes late reads `lines`
and `accounts` first: they are the panel's own and always the latest.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from softphone.accounts.snapshot import (
    AccountSnapshot,
    AccountState,
    Notice,
    NoticeKind,
    PanelListener,
    Purpose,
)
from softphone.auth.changes import Receipt
from softphone.auth.client_identity import ClientIdentity, SetUp
from softphone.auth.keyring_wait import PatientKeystore
from softphone.auth.oauth import SignInAttempt
from softphone.checks.diagnostics import report_of
from softphone.errors import KeystoreError, SignInError, SignInOutcome, SoftphoneError
from softphone.line.device import Device
from softphone.line.model import LineSnapshot

__all__ = [
    "AccountSnapshot",
    "AccountState",
    "Bridge",
    "Notice",
    "NoticeKind",
    "PanelView",
    "Purpose",
    "Receipt",
    "SetUp",
    "SignInAttempt",
]

T = TypeVar("T")


class PanelView(Protocol):
    """The panel as the window drives it; every call but the coroutines only begins something."""

    identity: ClientIdentity | None
    keyring: PatientKeystore | None

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

    async def devices(self, line_id: str) -> tuple[Device, ...]:
        """Return all devices of a line's person, newest first; raises SoftphoneError."""
        ...

    async def delete_device(self, line_id: str, device: Device) -> None:
        """End the registration of another device; raises SoftphoneError."""
        ...

    def register_all(self) -> None:
        """Want every line registered."""
        ...

    def deregister_all(self) -> None:
        """Want every line switched off."""
        ...

    def begin_sign_in(self, purpose: Purpose | None = None) -> SignInAttempt:
        """Return a new attempt; raises SoftphoneError when there cannot be one."""
        ...

    async def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> None:
        """Turn the redirect into a session; raises SignInError."""
        ...

    def cancel_sign_in(self, attempt: SignInAttempt) -> None:
        """Forget an attempt."""
        ...

    async def sign_in_with_browser(
        self, open_url: Callable[[str], object], purpose: Purpose | None = None
    ) -> None:
        """Open the page in the person's own browser and wait for a session; raises SoftphoneError."""
        ...

    async def sign_in_with_token(self, access_token: str) -> None:
        """Use an access token as it is; raises SignInError."""
        ...

    def accept(self, account_key: str) -> None:
        """Go on with an account of somebody who was not expected."""
        ...

    def check_again(self, account_key: str) -> None:
        """Try again what failed for an account."""
        ...

    async def sign_out(self, account_key: str, *, erase: bool = False) -> Receipt:
        """End the account's session and forget it; with `erase`, its history and the log too."""
        ...


class Bridge(QObject):
    """The panel for widgets, and a `PanelListener` for the panel.

    Signals:
        line_updated(LineSnapshot): a line appeared or changed.
        line_gone(str): the line with this id is gone.
        devices_listed(str, tuple[Device, ...]): what keeps the line with this id from registering.
        devices_failed(str, SoftphoneError): they could not be asked for.
        all_devices_listed(str, tuple[Device, ...]): every device of the person of the line with this id.
        all_devices_failed(str, SoftphoneError): they could not be asked for.
        device_deleted(str, Device): a device of the person of the line with this id is gone.
        device_not_deleted(str, Device, SoftphoneError): it could not be removed.
        accounts_updated(tuple[AccountSnapshot, ...]): all accounts, whenever one changed.
        sign_in_done(): the attempt ended with a session.
        sign_in_failed(SoftphoneError): the attempt ended without one.
        token_done(): the access token is in use.
        token_failed(SoftphoneError): it cannot be used.
        signed_out(str, Receipt): the person with this name was signed out, as asked for here.
        sign_out_failed(SoftphoneError): signing out did not work to its end.
        set_up_changed(): the client ID is known now, or is another one.
        set_up_failed(SoftphoneError): what was entered cannot be used, or is not kept.
        keyring_waits(bool): the system's keyring keeps us waiting, or no longer does.
    """

    line_updated = Signal(object)
    line_gone = Signal(str)
    devices_listed = Signal(str, object)
    devices_failed = Signal(str, object)
    all_devices_listed = Signal(str, object)
    all_devices_failed = Signal(str, object)
    device_deleted = Signal(str, object)
    device_not_deleted = Signal(str, object, object)
    accounts_updated = Signal(object)
    sign_in_done = Signal()
    sign_in_failed = Signal(object)
    token_done = Signal()
    token_failed = Signal(object)
    signed_out = Signal(str, object)
    set_up_changed = Signal()
    set_up_failed = Signal(object)
    keyring_waits = Signal(bool)
    sign_out_failed = Signal(object)

    def __init__(self, panel: PanelView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self._tasks: set[asyncio.Task[None]] = set()
        self._signing_in: asyncio.Task[None] | None = None
        self._closed = False
        panel.subscribe(self)
        if panel.identity is not None:
            panel.identity.on_change = self.set_up_changed.emit
        if panel.keyring is not None:
            panel.keyring.on_wait = self.keyring_waits.emit

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
        self._start(
            self._answered(
                lambda: self._panel.blocking_devices(line_id),
                lambda devices: self.devices_listed.emit(line_id, devices),
                lambda error: self.devices_failed.emit(line_id, error),
            ),
            "list blocking devices",
        )

    def devices(self, line_id: str) -> None:
        """Begin to list all devices; `all_devices_listed` or `all_devices_failed` follows."""
        self._start(
            self._answered(
                lambda: self._panel.devices(line_id),
                lambda devices: self.all_devices_listed.emit(line_id, devices),
                lambda error: self.all_devices_failed.emit(line_id, error),
            ),
            "list devices",
        )

    def delete_device(self, line_id: str, device: Device) -> None:
        """Begin to remove another device; `device_deleted` or `device_not_deleted` follows."""
        self._start(
            self._answered(
                lambda: self._panel.delete_device(line_id, device),
                lambda _: self.device_deleted.emit(line_id, device),
                lambda error: self.device_not_deleted.emit(line_id, device, error),
            ),
            "delete a device",
        )

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
        """Begin to try again what failed for an account: its lines, its keyring, its renewal."""
        self._panel.check_again(account_key)

    def diagnostics(self) -> str:
        """Return a redacted text for the clipboard."""
        return report_of(self._panel)

    def begin_sign_in(self, purpose: Purpose | None = None) -> SignInAttempt:
        """Return a new attempt to sign in. Raises SoftphoneError when there cannot be one."""
        return self._panel.begin_sign_in(purpose)

    def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> None:
        """Begin to turn the redirect into a session; `sign_in_done` or `sign_in_failed` follows."""
        work = self._sign_in(lambda: self._panel.finish_sign_in(attempt, redirect_url))
        self._signing_in = self._start(work, "finish sign-in")

    def sign_in_with_browser(self, open_url: Callable[[str], object], purpose: Purpose) -> None:
        """Begin to sign in with the person's browser; `sign_in_done` or `sign_in_failed` follows.

        `open_url` is called with the page's address once its answer can be heard.
        """
        work = self._sign_in(lambda: self._panel.sign_in_with_browser(open_url, purpose))
        self._signing_in = self._start(work, "sign in with the browser")

    def cancel_sign_in(self, attempt: SignInAttempt | None) -> None:
        """Forget an attempt, and stop what is under way; late tokens are revoked (T29)."""
        if attempt is not None:
            self._panel.cancel_sign_in(attempt)
        signing_in, self._signing_in = self._signing_in, None
        if signing_in is not None:
            signing_in.cancel()

    def sign_in_with_token(self, access_token: str) -> None:
        """Begin to use an access token; `token_done` or `token_failed` follows."""
        self._start(
            self._answered(
                lambda: self._panel.sign_in_with_token(access_token),
                lambda _: self.token_done.emit(),
                self.token_failed.emit,
            ),
            "sign in with a token",
        )

    def accept(self, account_key: str, *, instead_of: str = "") -> None:
        """Begin to use the account of somebody who was not expected; the other one is signed out if named."""
        self._panel.accept(account_key)
        if instead_of:
            self.sign_out(instead_of)

    def sign_out(self, account_key: str, *, erase: bool = False) -> None:
        """Begin to sign out, with `erase` without a trace; `signed_out` or `sign_out_failed` follows."""
        known = {one.account.key: one.account for one in self.accounts}
        account = known.get(account_key)
        name = account.name or account.address or account.key if account is not None else account_key
        self._start(
            self._answered(
                lambda: self._panel.sign_out(account_key, erase=erase),
                lambda receipt: self.signed_out.emit(name, receipt),
                self.sign_out_failed.emit,
            ),
            "sign out",
        )

    def sign_out_all(self, *, erase: bool = False) -> None:
        """Begin to sign out of every account, all at a time."""
        for account in self.accounts:
            self.sign_out(account.account.key, erase=erase)

    # Set-up and keyring

    @property
    def set_up(self) -> SetUp | None:
        """What registering this program takes, None where nobody can do that in the window."""
        return self._panel.identity.set_up if self._panel.identity is not None else None

    def find_client(self, found: Callable[[KeystoreError | None], None]) -> None:
        """Begin to look for a client ID that was entered before; `found` is told why it cannot be read."""
        identity = self._panel.identity
        if identity is not None:

            async def find() -> None:
                try:
                    await identity.load(by_person=True)
                except KeystoreError as error:
                    found(error)
                else:
                    found(None)

            self._start(find(), "find a client")

    def enter_client(self, client_id: str, client_secret: str) -> None:
        """Begin to use a client ID and secret; `set_up_changed` or `set_up_failed` follows, or both."""
        identity = self._panel.identity
        if identity is not None:
            work = self._answered(
                lambda: identity.enter(client_id, client_secret), lambda _: None, self.set_up_failed.emit
            )
            self._start(work, "enter a client")

    @property
    def keyring_keeps_waiting(self) -> bool:
        """Whether the system's keyring keeps us waiting."""
        return self._panel.keyring is not None and self._panel.keyring.waiting

    def stop_waiting(self) -> None:
        """Go on without what the keyring has not answered."""
        if self._panel.keyring is not None:
            self._panel.keyring.give_up()

    def _start(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)  # the loop itself keeps weak references only
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            task.get_loop().call_exception_handler(
                {"message": f"{task.get_name()} ended by a fault of ours", "exception": fault, "task": task}
            )

    async def _sign_in(self, way: Callable[[], Awaitable[None]]) -> None:
        try:
            await way()
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

    async def _answered(
        self,
        ask: Callable[[], Awaitable[T]],
        done: Callable[[T], None],
        failed: Callable[[SoftphoneError], None],
    ) -> None:
        try:
            answer = await ask()
        except SoftphoneError as error:
            failed(error)
        except Exception:
            failed(SoftphoneError("This app made a mistake."))
            raise
        else:
            done(answer)
