"""The panel: every signed-in account and its lines, as one thing to show and to command.

The window, `watch` and whatever else shows lines drive this one object; it knows no Qt and no HTTP. The
composition root hands it a `Gateway`: how to sign in and how to reach the calling service.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from softphone.agent.accounts import (
    AccountSnapshot,
    AccountState,
    Notice,
    PanelListener,
    notice_of,
    warning_notice,
)
from softphone.agent.calling_client import LEAVE_DEADLINE_S, CallingClient, check_services
from softphone.agent.circuits import Circuits
from softphone.agent.diagnostics import report
from softphone.agent.discovering import discover
from softphone.agent.gateway import Gateway, SignIn, Tokens
from softphone.agent.line import Line
from softphone.agent.profile import Profile
from softphone.agent.provider import ServiceRequest
from softphone.agent.sign_out import PAGE_ITEM, delete_device, end_sign_in, leave_lines
from softphone.agent.signed_in import SignedIn
from softphone.agent.surroundings import watch_for_sleep
from softphone.auth.changes import Receipt
from softphone.auth.loopback import LoopbackListener
from softphone.auth.oauth import SignInAttempt
from softphone.auth.session import Change, FixedToken
from softphone.errors import (
    KeystoreError,
    KeystoreLocked,
    SignInError,
    SignInOutcome,
    SoftphoneError,
)
from softphone.line.device import Device
from softphone.line.failure import SIGN_IN_ENDED, Failure, Remedy
from softphone.line.model import Account, LineEvent, LineSnapshot, Service
from softphone.line.policy import Policy

_log = logging.getLogger(__name__)

EventListener = Callable[[Line, LineEvent, Failure | None], None]


class Panel:
    """Every account of one profile at one cloud."""

    def __init__(
        self,
        gateway: Gateway,
        profile: Profile,
        *,
        policy: Policy,
        services: Sequence[Service | ServiceRequest] = (Service.CALLING,),
    ) -> None:
        self._gateway = gateway
        self._profile = profile
        self._policy = policy
        self._services = check_services(services)
        self._circuits = Circuits(time_scale=policy.time_scale)
        self._accounts: list[SignedIn] = []
        self._restoring: list[Account] = []
        self._listeners: list[PanelListener] = []
        self._event_listeners: list[EventListener] = []
        self._attempts: set[str] = set()
        self._sign_outs: dict[str, asyncio.Task[Receipt]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    # ---- start and end

    def expect(self) -> None:
        """Show the accounts that were signed in as loading, until `start` has brought them back."""
        self._restoring = list(self._profile.accounts())

    async def start(self, *, restore: bool = True) -> None:
        """Watch for sleep, and bring back the accounts that were signed in."""
        self._spawn(watch_for_sleep(self._woke))
        if restore:
            self.expect()
        while self._restoring:
            account = self._restoring[0]
            sign_in, error = await self._read_sign_in(account.key)
            if account not in self._restoring:
                continue  # signed out meanwhile
            self._restoring.remove(account)
            if sign_in is not None:
                self.add(sign_in, account)
            else:
                self._show_without(account, error)

    def add(self, sign_in: SignIn, account: Account | None = None) -> None:
        """Show a new account and begin to discover its lines."""
        known = account or Account(key="")
        tokens = Tokens(sign_in)
        entry = SignedIn(account=known, tokens=tokens, provider=self._gateway.provider(tokens, known.key))
        self._accounts.append(entry)
        self._follow(entry)
        self._tell_accounts()
        entry.work = self._spawn(self._open(entry))

    async def close(self, *, deregister: bool = True, deadline_s: float = LEAVE_DEADLINE_S) -> None:
        """Deregister all lines within one shared deadline, then end everything. Wishes stay."""
        self._closed = True
        if self._sign_outs:
            await asyncio.wait(tuple(self._sign_outs.values()), timeout=deadline_s / 2)
        for leaving in tuple(self._sign_outs.values()):
            await _cancelled(leaving)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(
            *(
                self._close_account(entry, deregister=deregister, deadline_s=deadline_s)
                for entry in self._accounts
            )
        )
        self._circuits.close()

    # ---- what is shown

    @property
    def lines(self) -> tuple[LineSnapshot, ...]:
        """The latest snapshot of every line, account by account."""
        return tuple(
            line.snapshot
            for entry in self._accounts
            if entry.client
            for line in entry.client.get_lines().values()
        )

    @property
    def accounts(self) -> tuple[AccountSnapshot, ...]:
        """The latest snapshot of every account."""
        still_read = (AccountSnapshot(account=known, state=AccountState.LOADING) for known in self._restoring)
        return (*(entry.snapshot for entry in self._accounts), *still_read)

    def subscribe(self, listener: PanelListener) -> None:
        """Tell `listener` of every change from now on."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: PanelListener) -> None:
        """Tell it no more."""
        self._listeners.remove(listener)

    def on_event(self, listener: EventListener) -> None:
        """Call `listener` with each event of any line."""
        self._event_listeners.append(listener)

    def diagnostics(self) -> str:
        """Return a redacted text for support."""
        return report(self.accounts, self.lines, asyncio.get_running_loop().time())

    # ---- what is commanded

    def register(self, line_id: str) -> None:
        """The user wants the line; kept for the next start."""
        self._wish(line_id, wanted=True)

    def deregister(self, line_id: str) -> None:
        """The user does not want the line; kept for the next start."""
        self._wish(line_id, wanted=False)

    def retry(self, line_id: str) -> None:
        """Try now instead of later."""
        entry = self._entry_of(line_id)
        if entry and entry.client:
            entry.client.retry(line_id)

    def register_all(self) -> None:
        """The user wants every line."""
        for line in self.lines:
            self.register(line.identity.line_id)

    def deregister_all(self) -> None:
        """The user wants no line."""
        for line in self.lines:
            self.deregister(line.identity.line_id)

    async def blocking_devices(self, line_id: str) -> tuple[Device, ...]:
        """Return the devices a person may choose from when there are too many, newest first."""
        entry = self._entry_of(line_id)
        return await entry.client.blocking_devices(line_id) if entry and entry.client else ()

    def remove_device(self, line_id: str, device: Device) -> None:
        """Disconnect the device the person chose, then register: its calls stop."""
        entry = self._entry_of(line_id)
        if entry is None or entry.client is None:
            return
        service = entry.client.get_lines()[line_id].snapshot.identity.service
        self._profile.want(entry.account.key, service, wanted=True)
        entry.client.remove_device(line_id, device)

    def check_again(self, account_key: str) -> None:
        """Ask for the account's lines again, now; or for its sign-in, after the keyring was unlocked."""
        for entry in self._accounts:
            if entry.account.key == account_key:
                entry.again.set()

    def network_changed(self, *, online: bool) -> None:
        """Pass on a hint of the operating system."""
        for entry in self._accounts:
            if entry.client:
                (entry.client.network_back if online else entry.client.network_lost)()
            if online:
                entry.again.set()

    # ---- signing in and out

    def begin_sign_in(self) -> SignInAttempt:
        """Return a new attempt. Raises ConfigError when this cloud has no client ID."""
        attempt = self._gateway.begin_sign_in()
        self._attempts.add(attempt.state)
        return attempt

    def cancel_sign_in(self, attempt: SignInAttempt) -> None:
        """Forget an attempt: its redirect is not taken any more."""
        self._attempts.discard(attempt.state)

    async def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> None:
        """Turn the redirect into an account, once. Raises SignInError; earlier accounts are untouched."""
        if attempt.state not in self._attempts:
            raise SignInError("That attempt to sign in is over.", outcome=SignInOutcome.EXPIRED)
        self._attempts.discard(attempt.state)
        self.add(await self._gateway.finish_sign_in(attempt, redirect_url))

    async def sign_in_with_browser(self, open_url: Callable[[str], object]) -> None:
        """Sign in with the person's own browser: call `open_url` with the page's address and wait.

        Lasts ten minutes at most; cancel it to stop. Raises ConfigError and SignInError; earlier accounts
        are untouched. The address holds the state: it may be shown and copied, never logged.
        """
        attempt = self.begin_sign_in()
        try:
            async with LoopbackListener(attempt) as listener:
                open_url(attempt.authorize_url)
                redirect_url = await listener.redirect()
            await self.finish_sign_in(attempt, redirect_url)
        finally:
            self.cancel_sign_in(attempt)

    async def sign_out(self, account_key: str) -> Receipt:
        """Deregister, delete the WDM device, revoke the tokens and forget the account; say how it went.

        Each part has five seconds. Works offline, and for an account that was not brought back yet. Asked
        twice it is done once; a caller that is cancelled does not stop it. Raises ConfigError when the
        profile cannot be written.
        """
        task = self._sign_outs.get(account_key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._sign_out(account_key))
            self._sign_outs[account_key] = task
            task.add_done_callback(lambda _: self._sign_outs.pop(account_key))
        return await asyncio.shield(task)

    async def _sign_out(self, account_key: str) -> Receipt:
        entry = next((one for one in self._accounts if one.account.key == account_key), None)
        self._restoring = [account for account in self._restoring if account.key != account_key]
        if entry is None or entry.tokens.sign_in is _NO_SIGN_IN:
            sign_in, error = await self._read_sign_in(account_key)
        else:
            sign_in, error = entry.tokens.sign_in, None
        tokens = Tokens(_NO_SIGN_IN if sign_in is None else sign_in)
        if entry is None:
            provider, lines = self._gateway.provider(tokens, account_key), await leave_lines(None)
        else:
            entry.tokens.sign_in = tokens.sign_in
            await _cancelled(entry.work)
            provider, lines = entry.provider, await leave_lines(entry.client)
            self._tell_lines_gone(entry)
        ended = [lines, await delete_device(provider), *await end_sign_in(sign_in, error), PAGE_ITEM]
        await provider.close()
        if entry is not None:
            self._accounts.remove(entry)
        self._profile.forget_account(account_key)
        self._tell_accounts()
        for item in ended:
            _log.log(logging.DEBUG if item.done else logging.INFO, "signing out: %s", item.sentence)
        return Receipt(tuple(ended))

    # ---- one account

    async def _read_sign_in(self, account_key: str) -> tuple[SignIn | None, KeystoreError | None]:
        try:
            return await self._gateway.restore(account_key), None
        except KeystoreError as error:
            return None, error

    def _show_without(self, account: Account, error: KeystoreError | None) -> None:
        """Show an account whose sign-in is not at hand: signing in again brings it back."""
        notice = notice_of(error) if error else _ENDED_NOTICE
        if isinstance(error, KeystoreLocked):
            notice = replace(notice, remedies=(Remedy.UNLOCK, Remedy.SIGN_IN))
        tokens = Tokens(_NO_SIGN_IN)
        entry = SignedIn(
            account=account,
            tokens=tokens,
            provider=self._gateway.provider(tokens, account.key),
            state=AccountState.ENDED,
            notice=notice,
        )
        self._accounts.append(entry)
        self._tell_accounts()
        entry.work = self._spawn(self._unlock(entry))

    async def _unlock(self, entry: SignedIn) -> None:
        """When asked to, look whether the sign-in can be read now."""
        while entry.tokens.sign_in is _NO_SIGN_IN:
            entry.again.clear()
            await entry.again.wait()
            if entry.tokens.sign_in is not _NO_SIGN_IN:
                return  # the person signed in instead
            sign_in, error = await self._read_sign_in(entry.account.key)
            if sign_in is not None:
                self._sign_in_again(entry, sign_in)
            elif error is not None:
                entry.notice = notice_of(error)
                self._tell_accounts()

    async def _open(self, entry: SignedIn) -> None:
        """Discover, for as long as it takes; then the lines exist and the wanted ones register."""

        def show(state: AccountState, notice: Notice | None) -> None:
            entry.state, entry.notice = state, notice
            self._tell_accounts()

        def start() -> Awaitable[CallingClient]:
            return CallingClient.start(
                entry.provider, policy=self._policy, services=self._services, circuits=self._circuits
            )

        client = await discover(start, again=entry.again, time_scale=self._policy.time_scale, show=show)
        if client is None:
            self._ended(entry)
            return
        account = client.discovery.account
        same = next(
            (other for other in self._accounts if other is not entry and other.account.key == account.key),
            None,
        )
        if same is not None:
            # The same person again: the new sign-in serves the account that is there.
            self._accounts.remove(entry)
            await client.close(deregister=False)
            self._sign_in_again(same, entry.tokens.sign_in)
            await self._keep(same)
            return
        entry.account, entry.client, entry.state = account, client, AccountState.READY
        entry.region = client.discovery.region
        entry.notice = warning_notice(client.discovery.warnings)
        self._profile.remember_account(account)
        await self._keep(entry)
        client.on_snapshot(self._tell_line)
        client.on_event(self._tell_event)
        self._tell_accounts()
        for line in client.get_lines().values():
            self._tell_line(line.snapshot)
            if self._profile.wanted(account.key, line.snapshot.identity.service):
                line.register()

    async def _keep(self, entry: SignedIn) -> None:
        """Store the sign-in, or say that it lasts until the program quits."""
        try:
            await entry.tokens.sign_in.keep(entry.account.key)
        except KeystoreError as error:
            _log.info("the sign-in is not stored: %s", error.title)
            entry.notice = entry.notice or notice_of(error)
        self._tell_accounts()

    def _follow(self, entry: SignedIn) -> None:
        sign_in = entry.tokens.sign_in

        def changed(change: Change, error: SoftphoneError | None) -> None:
            if entry.tokens.sign_in is not sign_in:
                return
            match change:
                case Change.ENDED:
                    self._ended(entry)
                case Change.TROUBLE | Change.NOT_SAVED:
                    entry.notice = notice_of(error) if error else None
                case Change.RENEWED | Change.SAVED:
                    entry.notice = None
            self._tell_accounts()

        sign_in.on_change = changed
        sign_in.start()

    def _ended(self, entry: SignedIn) -> None:
        entry.state, entry.notice = AccountState.ENDED, _ENDED_NOTICE
        if entry.client:
            entry.client.sign_in_ended(SIGN_IN_ENDED)
        self._tell_accounts()

    def _sign_in_again(self, entry: SignedIn, sign_in: SignIn) -> None:
        old = entry.tokens.sign_in
        entry.tokens.sign_in = sign_in
        entry.again.set()
        self._follow(entry)
        self._spawn(old.close())
        entry.notice = None
        if entry.client is None:
            entry.state = AccountState.LOADING
            entry.work = self._spawn(self._open(entry))
        else:
            entry.state = AccountState.READY
            entry.client.signed_in()
        self._tell_accounts()

    async def _close_account(self, entry: SignedIn, *, deregister: bool, deadline_s: float) -> None:
        if entry.client is not None:
            await entry.client.close(deregister=deregister, deadline_s=deadline_s)
            self._tell_lines_gone(entry)
        await entry.tokens.sign_in.close()
        await entry.provider.close()

    def _tell_lines_gone(self, entry: SignedIn) -> None:
        client, entry.client = entry.client, None
        for line_id in client.get_lines() if client is not None else ():
            for listener in tuple(self._listeners):
                listener.line_removed(line_id)

    # ---- private

    def _wish(self, line_id: str, *, wanted: bool) -> None:
        entry = self._entry_of(line_id)
        if entry is None or entry.client is None:
            return
        line = entry.client.get_lines()[line_id]
        self._profile.want(entry.account.key, line.snapshot.identity.service, wanted=wanted)
        (line.register if wanted else line.deregister)()

    def _entry_of(self, line_id: str) -> SignedIn | None:
        return next(
            (entry for entry in self._accounts if entry.client and line_id in entry.client.get_lines()),
            None,
        )

    def _woke(self) -> None:
        _log.info("the computer slept; every line is checked")
        for entry in self._accounts:
            entry.again.set()
            if entry.client:
                entry.client.woke()

    def _tell_accounts(self) -> None:
        if self._closed:
            return
        accounts = self.accounts
        for listener in tuple(self._listeners):
            listener.accounts_changed(accounts)

    def _tell_line(self, snapshot: LineSnapshot) -> None:
        for listener in tuple(self._listeners):
            listener.line_changed(snapshot)

    def _tell_event(self, line: Line, event: LineEvent, failure: Failure | None) -> None:
        for listener in tuple(self._event_listeners):
            listener(line, event, failure)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)
        return task

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a task of the panel failed", exc_info=error)


async def _cancelled(task: asyncio.Task[Any] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


_ENDED_NOTICE = Notice(
    title=SIGN_IN_ENDED.title, sentence=SIGN_IN_ENDED.advice, remedies=SIGN_IN_ENDED.remedies
)
_NO_SIGN_IN = FixedToken("")
