"""The accounts of a panel: brought back, added, signed in again, signed out. One entry each.

Whoever signs in is known only after discovery: then the entry becomes an account of its own, gives its
sign-in to the one that is there already, or waits for a choice because somebody else was expected
(sign-in.md#who).

Accounts and lines agree about the sign-in. While an account is ENDED its lines are told so; whenever it gets
a sign-in they are told that, too; and a line that says "signed out" under an account that is READY is taken
at its word only by the sign-in itself.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from softphone.accounts.discovering import discover, retry_delay_s
from softphone.accounts.listeners import Listeners
from softphone.accounts.sign_in_service import Gateway, SignIn, Tokens
from softphone.accounts.sign_out import PAGE_ITEM, delete_device, end_sign_in, leave_lines
from softphone.accounts.signed_in import NO_SIGN_IN, SignedIn
from softphone.accounts.snapshot import (
    ENDED,
    NOT_STORED,
    AccountSnapshot,
    AccountState,
    Notice,
    NoticeKind,
    Purpose,
    notice_of,
    warning_notice,
)
from softphone.auth.changes import Change, Receipt
from softphone.auth.fixed_token import FixedToken
from softphone.calling.calling_client import CallingClient
from softphone.calling.circuits import Circuits
from softphone.calling.provider import ServiceRequest
from softphone.errors import (
    ConfigError,
    KeystoreError,
    RenewalError,
    RequestError,
    SignedOutError,
    SoftphoneError,
)
from softphone.i18n import Phrase, phrase
from softphone.line.failure import SIGN_IN_ENDED
from softphone.line.model import Account, LineSnapshot, LineState
from softphone.line.policy import Policy
from softphone.settings.profile import Profile

_log = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0  # whether a keyring is still locked


class AccountBook:
    """The entries, and what is done with them. Every change is told to the listeners."""

    def __init__(
        self,
        gateway: Gateway,
        profile: Profile,
        listeners: Listeners,
        *,
        policy: Policy,
        services: Sequence[ServiceRequest],
    ) -> None:
        self.entries: list[SignedIn] = []
        self._gateway = gateway
        self._profile = profile
        self._listeners = listeners
        self._policy = policy
        self._services = services
        self._circuits = Circuits(time_scale=policy.time_scale)
        self._restoring: list[Account] = []
        self._sign_outs: dict[str, asyncio.Task[Receipt]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def snapshots(self) -> tuple[AccountSnapshot, ...]:
        """The latest snapshot of every account."""
        still_read = (AccountSnapshot(account=known, state=AccountState.LOADING) for known in self._restoring)
        return (*(entry.snapshot for entry in self.entries), *still_read)

    # ---- coming

    def expect(self) -> None:
        """Show the accounts that were signed in as loading, until `restore` has brought them back."""
        self._restoring = list(self._profile.accounts())

    async def restore(self) -> None:
        """Bring back the accounts that were signed in."""
        self.expect()
        while self._restoring:
            account = self._restoring[0]
            sign_in, error = await self._read_sign_in(account.key)
            if account not in self._restoring:
                continue  # signed out meanwhile
            self._restoring.remove(account)
            if sign_in is not None:
                self.add(sign_in, Purpose(), account)
            else:
                self._show_without(account, error)

    def add(self, sign_in: SignIn, purpose: Purpose, account: Account | None = None) -> None:
        """Show a new account and begin to discover its lines."""
        known = account or Account(key="")
        tokens = Tokens(sign_in)
        provider = self._gateway.provider(tokens, known.key)
        entry = SignedIn(account=known, tokens=tokens, provider=provider, purpose=purpose)
        self.entries.append(entry)
        self._follow(entry)
        self.tell()
        self._begin(entry, self._open)

    def accept(self, account_key: str) -> None:
        """The person wants the account of somebody who was not expected: it goes on like any other."""
        entry = self._find(account_key)
        if entry is not None and entry.state is AccountState.CHOICE and entry.client is not None:
            entry.state = AccountState.LOADING
            self._begin(entry, self._welcome)

    def check_again(self, account_key: str) -> None:
        """Try now what failed before: discovery, reading or storing the sign-in, or renewing it."""
        for entry in self.entries:
            if entry.account.key != account_key:
                continue
            entry.again.set()
            sign_in = entry.tokens.sign_in
            sign_in.renew_now()
            if entry.state is AccountState.READY and entry.purpose.keep and sign_in.session_only:
                if entry.notice is not None and entry.notice.kind is not NoticeKind.RENEWAL:
                    entry.notice = None
                self.spawn(self._keep(entry))

    # ---- going

    async def sign_out(self, account_key: str) -> Receipt:
        """Deregister, delete the WDM device, revoke the tokens and forget the account; say how it went."""
        return await asyncio.shield(self._signing_out(account_key))

    async def close(self, *, deregister: bool, deadline_s: float) -> tuple[Phrase, ...]:
        """Deregister all lines within one shared deadline, then end everything. Wishes stay.

        Returns a sentence for each device that could not be removed.
        """
        loop = asyncio.get_running_loop()
        ends_at_s = loop.time() + deadline_s
        for entry in self.entries:
            if entry.state is AccountState.CHOICE:  # nobody has wanted it
                self._signing_out(entry.account.key)
        if self._sign_outs:
            await asyncio.wait(tuple(self._sign_outs.values()), timeout=deadline_s / 2)
        for leaving in tuple(self._sign_outs.values()):
            await _cancelled(leaving)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        left = await asyncio.gather(
            *(
                self._close_entry(entry, deregister=deregister, deadline_s=ends_at_s - loop.time())
                for entry in self.entries
            )
        )
        self._circuits.close()
        return tuple(dict.fromkeys(sentence for each in left for sentence in each))

    def _signing_out(self, account_key: str) -> asyncio.Task[Receipt]:
        task = self._sign_outs.get(account_key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._sign_out(account_key))
            self._sign_outs[account_key] = task
            task.add_done_callback(lambda _: self._sign_outs.pop(account_key))
        return task

    async def _sign_out(self, account_key: str) -> Receipt:
        entry = self._find(account_key)
        self._restoring = [account for account in self._restoring if account.key != account_key]
        if entry is None or entry.tokens.sign_in is NO_SIGN_IN:
            sign_in, error = await self._read_sign_in(account_key, by_person=True)
        else:
            sign_in, error = entry.tokens.sign_in, None
        tokens = Tokens(NO_SIGN_IN if sign_in is None else sign_in)
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
            self.entries.remove(entry)
        self._profile.forget_account(account_key)
        self.tell()
        for item in ended:
            _log.log(logging.DEBUG if item.done else logging.INFO, "signing out: %s", item.sentence)
        return Receipt(tuple(ended))

    async def _close_entry(
        self, entry: SignedIn, *, deregister: bool, deadline_s: float
    ) -> tuple[Phrase, ...]:
        left: tuple[Phrase, ...] = ()
        closing = asyncio.ensure_future(entry.tokens.sign_in.close())  # a renewal has a second, meanwhile
        if entry.client is not None:
            left = await entry.client.close(deregister=deregister, deadline_s=deadline_s)
            self._tell_lines_gone(entry)
        await closing
        await entry.provider.close()
        return left

    def _tell_lines_gone(self, entry: SignedIn) -> None:
        client, entry.client = entry.client, None
        if entry.state is not AccountState.CHOICE:  # its lines were never shown
            for line_id in client.get_lines() if client is not None else ():
                self._listeners.tell_line_gone(line_id)

    # ---- the keyring

    async def _know_client(self) -> None:
        if self._gateway.identity is not None:
            await self._gateway.identity.load()

    async def _read_sign_in(
        self, account_key: str, *, by_person: bool = False
    ) -> tuple[SignIn | None, KeystoreError | None]:
        """Return what the keyring holds; `by_person`: one that is locked asks to be unlocked."""
        try:
            if by_person and self._gateway.keyring is not None:
                await self._gateway.keyring.unlock()
            await self._know_client()
            return await self._gateway.restore(account_key), None
        except KeystoreError as error:
            return None, error

    def _show_without(self, account: Account, error: KeystoreError | None) -> None:
        """Show an account whose sign-in is not at hand: signing in again brings it back."""
        tokens = Tokens(NO_SIGN_IN)
        entry = SignedIn(
            account=account,
            tokens=tokens,
            provider=self._gateway.provider(tokens, account.key),
            state=AccountState.ENDED,
            notice=notice_of(error) if error else NOT_STORED,
        )
        self.entries.append(entry)
        self.tell()
        self._begin(entry, self._unlock)

    async def _unlock(self, entry: SignedIn) -> None:
        """Look whether the sign-in can be read now: when asked to, and by itself while it is only locked."""
        while entry.tokens.sign_in is NO_SIGN_IN:
            asked = await self._asked_again(entry)
            if entry.tokens.sign_in is not NO_SIGN_IN:
                return  # the person signed in instead
            sign_in, error = await self._read_sign_in(entry.account.key, by_person=asked)
            if entry.tokens.sign_in is not NO_SIGN_IN:
                return
            if sign_in is not None:
                self._sign_in_again(entry, sign_in)
            else:
                entry.notice = notice_of(error) if error else NOT_STORED
                self.tell()

    async def _asked_again(self, entry: SignedIn) -> bool:
        """Wait until the person wants it to be tried again; False: it is time to look quietly."""
        entry.again.clear()
        try:
            async with asyncio.timeout(LOOK_EVERY_S):
                await entry.again.wait()
        except TimeoutError:
            return False
        return True

    async def _keep(self, entry: SignedIn) -> None:
        """Store the sign-in where that is wanted, or say that it lasts until the program quits."""
        sign_in, key = entry.tokens.sign_in, entry.account.key
        if not entry.purpose.keep:
            sign_in.belongs_to(key)
        else:
            try:
                await sign_in.keep(key)
            except KeystoreError as error:
                _log.info("the sign-in is not stored: %s", error.title)
                entry.notice = notice_of(error)
        self.tell()

    # ---- one account

    async def _open(self, entry: SignedIn) -> None:
        """Discover, for as long as it takes, and see who has signed in."""

        def show(state: AccountState, notice: Notice | None) -> None:
            entry.state, entry.notice = state, notice
            self.tell()

        def start() -> Awaitable[CallingClient]:
            return CallingClient.start(
                entry.provider,
                policy=self._policy,
                services=self._services,
                circuits=self._circuits,
                ledgers=self._profile.ledger,
            )

        if entry not in self.entries:
            return  # it became part of another account before something went wrong
        client = entry.client
        while client is None:
            asked_with = entry.tokens.sign_in
            client = await discover(start, again=entry.again, time_scale=self._policy.time_scale, show=show)
            if client is None and entry.tokens.sign_in is asked_with:
                self._ended(entry)
                return
        account = client.discovery.account
        if (same := self._find(account.key, but=entry)) is not None:
            await self._merge(entry, client, same)
            return
        if client.discovery.details_pending:  # until they come, what was known before is shown
            name, address = account.name or entry.account.name, account.address or entry.account.address
            account = replace(account, name=name, address=address)
        entry.account, entry.client, entry.region = account, client, client.discovery.region
        expected = self._find(entry.purpose.account_key, but=entry)
        if expected is not None and (expected.state is AccountState.ENDED or expected.lapsing):
            entry.state, entry.instead_of = AccountState.CHOICE, expected.account
            self.tell()
        else:
            await self._welcome(entry)

    async def _welcome(self, entry: SignedIn) -> None:
        """The lines exist now, and the wanted ones register."""
        client = entry.client
        if client is None:
            return  # signed out meanwhile
        entry.state, entry.instead_of = AccountState.READY, None
        entry.notice = warning_notice((*client.discovery.warnings, *entry.tokens.sign_in.notes))
        try:
            self._profile.remember_account(entry.account)
        except ConfigError as error:  # a full disk keeps no line from registering
            entry.notice = notice_of(error)
        if not entry.is_heard:
            entry.is_heard = True
            client.on_snapshot(lambda snapshot: self._line_changed(entry, snapshot))
            client.on_event(self._listeners.tell_event)
            client.clean_up()
        self.tell()
        for line in client.get_lines().values():
            self._listeners.tell_line(line.snapshot)
            if self._profile.wanted(entry.account.key, line.snapshot.identity.service):
                client.resume(line.line_id)
        self.spawn(self._learn_expiry(entry))
        if client.discovery.details_pending:
            self.spawn(self._learn_details(entry, client))
        await self._keep(entry)  # after the lines, which wait for no keyring

    async def _learn_details(self, entry: SignedIn, client: CallingClient) -> None:
        """Show names and numbers that came too late for discovery."""
        with contextlib.suppress(RequestError):
            found = await client.find_details()
            entry.account = found.account
            if entry.notice is None:
                entry.notice = warning_notice((*found.warnings, *entry.tokens.sign_in.notes))
            self._profile.remember_account(entry.account)
            self.tell()

    async def _learn_expiry(self, entry: SignedIn) -> None:
        """Ask how long a token lasts that was given without saying so."""
        sign_in = entry.tokens.sign_in
        if isinstance(sign_in, FixedToken) and sign_in.expires_at is None:
            with contextlib.suppress(RequestError):
                sign_in.expires_at = await entry.provider.token_expiry()
                self.tell()

    async def _merge(self, entry: SignedIn, client: CallingClient, same: SignedIn) -> None:
        """The same person again: the new sign-in serves the account that is there."""
        self.entries.remove(entry)
        await client.close(deregister=False)
        name = same.account.name or same.account.address
        news = phrase("{name} is signed in already; the sign-in was renewed.", name=name)
        works = same.state not in {AccountState.ENDED, AccountState.CHOICE} and same.lapsing is None
        if works and isinstance(entry.tokens.sign_in, FixedToken):  # what renews itself is better
            news = phrase("{name} is signed in already; the access token was not used.", name=name)
        else:
            same.purpose = entry.purpose
            self._sign_in_again(same, entry.tokens.sign_in)
            if same.state is not AccountState.CHOICE:
                await self._keep(same)
        if works and same.notice is None:
            same.notice = Notice(title="Signed in already", sentence=news, kind=NoticeKind.NEWS)
        self.tell()

    def _follow(self, entry: SignedIn) -> None:
        sign_in = entry.tokens.sign_in

        def changed(change: Change, error: SoftphoneError | None) -> None:
            if entry.tokens.sign_in is not sign_in:
                return
            match change:
                case Change.ENDED:
                    self._ended(entry)
                case Change.LAPSING:
                    entry.lapsing = notice_of(error) if error else None
                case Change.TROUBLE | Change.NOT_SAVED:
                    entry.notice = notice_of(error) if error else None
                case Change.RENEWED:
                    entry.notice = entry.lapsing = None
                case Change.SAVED:
                    entry.notice = None
            self.tell()

        sign_in.on_change = changed
        sign_in.start()

    def _ended(self, entry: SignedIn) -> None:
        if entry.state is AccountState.CHOICE:
            return  # seen again once it is wanted
        entry.state, entry.notice = AccountState.ENDED, ENDED
        if entry.client:
            entry.client.sign_in_ended(SIGN_IN_ENDED)
        else:
            self._stop(entry)  # there is nothing to discover with
        self.tell()

    def _line_changed(self, entry: SignedIn, snapshot: LineSnapshot) -> None:
        self._listeners.tell_line(snapshot)
        if snapshot.state is LineState.SIGNED_OUT and entry.state is AccountState.READY:
            self.spawn(self._agree(entry))

    async def _agree(self, entry: SignedIn) -> None:
        """A line says that the sign-in has ended: either it has, or the line goes on with it."""
        sign_in = entry.tokens.sign_in
        try:
            await sign_in.access_token()
        except RenewalError:
            pass  # it lives
        except SignedOutError:
            if entry.tokens.sign_in is sign_in:
                self._ended(entry)
        if entry.client is not None and entry.state is AccountState.READY:
            entry.client.signed_in()

    def _sign_in_again(self, entry: SignedIn, sign_in: SignIn) -> None:
        old = entry.tokens.sign_in
        entry.tokens.sign_in = sign_in
        entry.again.set()
        entry.notice = entry.lapsing = None
        if entry.state is AccountState.ENDED:
            entry.state = AccountState.LOADING if entry.client is None else AccountState.READY
            if entry.client is None:
                self._begin(entry, self._open)
        self._follow(entry)
        self.spawn(old.close())
        if entry.client is not None and entry.state is not AccountState.ENDED:
            entry.client.signed_in()
            for line in entry.client.get_lines().values():  # what it was refused may be allowed now
                if line.snapshot.wanted and line.snapshot.state is LineState.FAILED:
                    line.register()
        self.tell()

    def _find(self, account_key: str, *, but: SignedIn | None = None) -> SignedIn | None:
        return next((one for one in self.entries if one is not but and one.account.key == account_key), None)

    # ---- telling, and tasks

    def _begin(self, entry: SignedIn, work: Callable[[SignedIn], Coroutine[Any, Any, None]]) -> None:
        """Do this for the account from now on, in the place of what was done for it."""
        self._stop(entry)
        entry.work = self.keep_going(lambda: work(entry))

    def _stop(self, entry: SignedIn) -> None:
        if entry.work is not None and entry.work is not asyncio.current_task():
            entry.work.cancel()

    def tell(self) -> None:
        """Tell the listeners how the accounts are."""
        self._listeners.tell_accounts(self.snapshots)

    def keep_going(self, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """Run something long-lived: when it dies of the unexpected, that is logged and it begins again."""
        return self.spawn(self._again_and_again(work))

    async def _again_and_again(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        tries = 0
        while True:
            try:
                return await work()
            except Exception:  # noqa: BLE001 - whatever it is, the account must not stay without an owner
                _log.exception("a task of the panel failed and begins again")
            tries += 1
            await asyncio.sleep(retry_delay_s(tries) * self._policy.time_scale)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something short until it ends or the book is closed; what must go on takes `keep_going`."""
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
