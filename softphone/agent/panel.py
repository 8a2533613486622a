"""The panel: every signed-in account and its lines, as one thing to show and to command.

The window, `watch` and whatever else shows lines drive this one object; it knows no Qt and no HTTP. The
composition root hands it a `Gateway`: how to sign in and how to reach the calling service.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from softphone.agent.accounts import AccountSnapshot, AccountState, Notice, PanelListener
from softphone.agent.calling_client import LEAVE_DEADLINE_S, CallingClient
from softphone.agent.circuits import Circuits
from softphone.agent.diagnostics import report
from softphone.agent.line import Line
from softphone.agent.profile import Profile
from softphone.agent.provider import Provider
from softphone.agent.surroundings import watch_for_sleep
from softphone.auth.oauth import SignInAttempt
from softphone.auth.session import Change, FixedToken, Session
from softphone.errors import (
    KeystoreError,
    KeystoreLocked,
    RequestError,
    SignInError,
    SignInOutcome,
    SoftphoneError,
)
from softphone.line.device import Device
from softphone.line.failure import SIGN_IN_ENDED, Disposition, ErrorType, Failure, Remedy
from softphone.line.model import Account, LineEvent, LineSnapshot, Service
from softphone.line.policy import Policy

_log = logging.getLogger(__name__)

SignIn = Session | FixedToken
EventListener = Callable[[Line, LineEvent, Failure | None], None]

# Discovery that failed is tried again by equal jitter, as a sick host is (line/policy.py).
DISCOVERY_RETRY_BASE_S = 2.0
DISCOVERY_RETRY_CAP_S = 60.0
SIGN_OUT_LEAVE_DEADLINE_S = 5.0  # oauth.md 4.5


class Tokens:
    """Whose token requests carry: the account's sign-in of the moment (`webex.client.TokenSource`).

    Signing in again puts a new sign-in in its place; lines and provider go on with it.
    """

    def __init__(self, sign_in: SignIn) -> None:
        self.sign_in = sign_in

    async def access_token(self) -> str:
        """Return a token that is good for a while. Raises SignedOutError or RenewalError."""
        return await self.sign_in.access_token()

    async def renew(self, rejected: str) -> str:
        """Return another token than the rejected one. Raises SignedOutError or RenewalError."""
        return await self.sign_in.renew(rejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The outside world, as the composition root wires it.

    `begin_sign_in` raises ConfigError, `finish_sign_in` SignInError, `restore` KeystoreError (and returns
    None when nothing usable is stored); `provider` takes the account's key, empty when not known yet.
    """

    begin_sign_in: Callable[[], SignInAttempt]
    finish_sign_in: Callable[[SignInAttempt, str], Awaitable[SignIn]]
    restore: Callable[[str], Awaitable[SignIn | None]]
    provider: Callable[[Tokens, str], Provider]


@dataclass(slots=True, kw_only=True, eq=False)
class _SignedIn:
    """One account while the program runs."""

    account: Account
    tokens: Tokens
    provider: Provider
    state: AccountState = AccountState.LOADING
    notice: Notice | None = None
    region: str = ""
    client: CallingClient | None = None
    again: asyncio.Event = field(default_factory=asyncio.Event)


class Panel:
    """Every account of one profile at one cloud."""

    def __init__(
        self,
        gateway: Gateway,
        profile: Profile,
        *,
        policy: Policy,
        services: Sequence[Service] = (Service.CALLING,),
    ) -> None:
        self._gateway = gateway
        self._profile = profile
        self._policy = policy
        self._services = tuple(services)
        self._circuits = Circuits(time_scale=policy.time_scale)
        self._accounts: list[_SignedIn] = []
        self._restoring: list[Account] = []
        self._listeners: list[PanelListener] = []
        self._event_listeners: list[EventListener] = []
        self._attempts: set[str] = set()
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
            self._restoring.pop(0)
            if sign_in is not None:
                self.add(sign_in, account)
            else:
                self._show_without(account, error)

    def add(self, sign_in: SignIn, account: Account | None = None) -> None:
        """Show a new account and begin to discover its lines."""
        known = account or Account(key="")
        tokens = Tokens(sign_in)
        entry = _SignedIn(account=known, tokens=tokens, provider=self._gateway.provider(tokens, known.key))
        self._accounts.append(entry)
        self._follow(entry)
        self._tell_accounts()
        self._spawn(self._open(entry))

    async def close(self, *, deregister: bool = True, deadline_s: float = LEAVE_DEADLINE_S) -> None:
        """Deregister all lines within one shared deadline, then end everything. Wishes stay."""
        self._closed = True
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
        return (*(self._look(entry) for entry in self._accounts), *still_read)

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

    async def sign_out(self, account_key: str) -> None:
        """Deregister, delete the WDM device, revoke the tokens and forget the account."""
        for entry in [entry for entry in self._accounts if entry.account.key == account_key]:
            await self._leave_lines(entry, deregister=True, deadline_s=SIGN_OUT_LEAVE_DEADLINE_S)
            try:
                await entry.provider.delete_wdm_device()
            except RequestError as error:
                _log.info("the WDM device was not deleted: %s", error.title)
            receipt = await entry.tokens.sign_in.sign_out()
            for sentence in receipt.failed:
                _log.info("signing out: %s", sentence)
            await entry.provider.close()
            self._accounts.remove(entry)
        self._profile.forget_account(account_key)
        self._tell_accounts()

    # ---- one account

    async def _read_sign_in(self, account_key: str) -> tuple[SignIn | None, KeystoreError | None]:
        try:
            return await self._gateway.restore(account_key), None
        except KeystoreError as error:
            return None, error

    def _show_without(self, account: Account, error: KeystoreError | None) -> None:
        """Show an account whose sign-in is not at hand: signing in again brings it back."""
        notice = _notice_of(error) if error else _ENDED_NOTICE
        if isinstance(error, KeystoreLocked):
            notice = replace(notice, remedies=(Remedy.UNLOCK, Remedy.SIGN_IN))
        tokens = Tokens(_NO_SIGN_IN)
        entry = _SignedIn(
            account=account,
            tokens=tokens,
            provider=self._gateway.provider(tokens, account.key),
            state=AccountState.ENDED,
            notice=notice,
        )
        self._accounts.append(entry)
        self._tell_accounts()
        self._spawn(self._unlock(entry))

    async def _unlock(self, entry: _SignedIn) -> None:
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
                entry.notice = _notice_of(error)
                self._tell_accounts()

    async def _open(self, entry: _SignedIn) -> None:
        """Discover, for as long as it takes; then the lines exist and the wanted ones register."""
        client = await self._discover(entry)
        if client is None:
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
        entry.notice = _warning_notice(client.discovery.warnings)
        self._profile.remember_account(account)
        await self._keep(entry)
        client.on_snapshot(self._tell_line)
        client.on_event(self._tell_event)
        self._tell_accounts()
        for line in client.get_lines().values():
            self._tell_line(line.snapshot)
            if self._profile.wanted(account.key, line.snapshot.identity.service):
                line.register()

    async def _discover(self, entry: _SignedIn) -> CallingClient | None:
        tries = 0
        while True:
            try:
                return await CallingClient.start(
                    entry.provider,
                    policy=self._policy,
                    services=self._services,
                    circuits=self._circuits,
                )
            except RequestError as error:
                failure = error.failure
                if failure.disposition is Disposition.SIGN_IN:
                    self._ended(entry)
                    return None
                barred = failure.error_type is ErrorType.FORBIDDEN
                entry.state = AccountState.NO_LINES if barred else AccountState.TROUBLE
                entry.notice = _notice_of(error)
            self._tell_accounts()
            tries += 1
            await self._wait_to_discover(entry, tries, failure.retry_after_s)
            entry.state, entry.notice = AccountState.LOADING, None
            self._tell_accounts()

    async def _wait_to_discover(self, entry: _SignedIn, tries: int, asked_s: float | None) -> None:
        widest_s = min(DISCOVERY_RETRY_CAP_S, DISCOVERY_RETRY_BASE_S * 2.0 ** min(tries - 1, 10))
        delay_s = max(random.uniform(widest_s / 2, widest_s), asked_s or 0.0)  # noqa: S311 - jitter
        entry.again.clear()
        try:
            async with asyncio.timeout(delay_s * self._policy.time_scale):
                await entry.again.wait()
        except TimeoutError:
            pass

    async def _keep(self, entry: _SignedIn) -> None:
        """Store the sign-in, or say that it lasts until the program quits."""
        try:
            await entry.tokens.sign_in.keep(entry.account.key)
        except KeystoreError as error:
            _log.info("the sign-in is not stored: %s", error.title)
            entry.notice = entry.notice or _notice_of(error)
        self._tell_accounts()

    def _follow(self, entry: _SignedIn) -> None:
        sign_in = entry.tokens.sign_in

        def changed(change: Change, error: SoftphoneError | None) -> None:
            if entry.tokens.sign_in is not sign_in:
                return
            match change:
                case Change.ENDED:
                    self._ended(entry)
                case Change.TROUBLE | Change.NOT_SAVED:
                    entry.notice = _notice_of(error) if error else None
                case Change.RENEWED | Change.SAVED:
                    entry.notice = None
            self._tell_accounts()

        sign_in.on_change = changed
        sign_in.start()

    def _ended(self, entry: _SignedIn) -> None:
        entry.state, entry.notice = AccountState.ENDED, _ENDED_NOTICE
        if entry.client:
            entry.client.sign_in_ended(SIGN_IN_ENDED)
        self._tell_accounts()

    def _sign_in_again(self, entry: _SignedIn, sign_in: SignIn) -> None:
        old = entry.tokens.sign_in
        entry.tokens.sign_in = sign_in
        entry.again.set()
        self._follow(entry)
        self._spawn(old.close())
        entry.notice = None
        if entry.client is None:
            entry.state = AccountState.LOADING
            self._spawn(self._open(entry))
        else:
            entry.state = AccountState.READY
            entry.client.signed_in()
        self._tell_accounts()

    async def _close_account(self, entry: _SignedIn, *, deregister: bool, deadline_s: float) -> None:
        await self._leave_lines(entry, deregister=deregister, deadline_s=deadline_s)
        await entry.tokens.sign_in.close()
        await entry.provider.close()

    async def _leave_lines(self, entry: _SignedIn, *, deregister: bool, deadline_s: float) -> None:
        if entry.client is None:
            return
        await entry.client.close(deregister=deregister, deadline_s=deadline_s)
        line_ids = list(entry.client.get_lines())
        entry.client = None
        for line_id in line_ids:
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

    def _entry_of(self, line_id: str) -> _SignedIn | None:
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

    def _look(self, entry: _SignedIn) -> AccountSnapshot:
        sign_in = entry.tokens.sign_in
        until = sign_in.expires_at
        return AccountSnapshot(
            account=entry.account,
            state=entry.state,
            region=entry.region,
            signed_in_until=datetime.fromtimestamp(until, UTC) if until is not None else None,
            renews_itself=isinstance(sign_in, Session) and entry.state is not AccountState.ENDED,
            session_only=sign_in.session_only,
            notice=entry.notice,
        )

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

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a task of the panel failed", exc_info=error)


def _notice_of(error: SoftphoneError) -> Notice:
    return Notice(
        title=error.title,
        sentence=error.sentence,
        remedies=error.remedies,
        tracking_id=error.tracking_id,
    )


def _warning_notice(warnings: tuple[str, ...]) -> Notice | None:
    if not warnings:
        return None
    return Notice(title="Signed in, with a remark", sentence=" ".join(warnings))


_ENDED_NOTICE = Notice(
    title=SIGN_IN_ENDED.title, sentence=SIGN_IN_ENDED.advice, remedies=SIGN_IN_ENDED.remedies
)
_NO_SIGN_IN = FixedToken("")
