"""One account while the program runs, from its sign-in to its lines.

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
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from softphone.accounts.all_accounts import Accounts
from softphone.accounts.discovering import discover
from softphone.accounts.hearing import Hearing
from softphone.accounts.sign_in_service import SignIn, Tokens, read_sign_in
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
from softphone.auth.changes import Change
from softphone.auth.fixed_token import FixedToken
from softphone.auth.session import Session
from softphone.calling.calling_client import CallingClient
from softphone.calling.provider import Provider
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

_log = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0  # whether a keyring is still locked
# Nominal: names that nobody told are asked for so much later, then twice as much, and so on. A right that is
# missing is no trouble that passes.
DETAILS_WAIT_S, DETAILS_WAIT_CAP_S = 60.0, 3600.0
NEW_S = 2.0  # real seconds in which a sign-in is new
NO_SIGN_IN = FixedToken("")  # of an account whose sign-in is not at hand


class SignedIn:
    """An account with its sign-in, its way to the service and, once discovered, its lines.

    `purpose` is what the person signed in for. `work` discovers, or waits for the keyring; `again`, when set,
    ends a wait of it. `instead_of` is who was expected, while the person has to choose. `lapsing` is what to
    say while nothing renews the sign-in any more; it lasts as long as that sign-in. `unrenewed` is what to
    say until it could be renewed.
    """

    def __init__(
        self, accounts: Accounts, sign_in: SignIn, purpose: Purpose, account: Account | None = None
    ) -> None:
        self.account: Account = account or Account(key="")
        self.tokens: Tokens = Tokens(sign_in)
        self.provider: Provider = accounts.service.provider(self.tokens, self.account.key)
        self.state: AccountState = AccountState.LOADING
        self.instead_of: Account | None = None
        self.lapsing: Notice | None = None
        self.unrenewed: Notice | None = None
        self.client: CallingClient | None = None
        self.again: asyncio.Event = asyncio.Event()
        self.hearing: Hearing = Hearing(accounts, self)
        self._accounts = accounts
        self._purpose = purpose
        self._notice: Notice | None = None
        self._remark: Notice | None = None  # the notice, while it is no more than what discovery remarked
        self._region = ""
        self._is_heard = False  # the client's lines are told to the listeners
        self.has_left = False  # it is signed out, and its sign-in is still being ended
        self._kept_tried = False  # before that nobody knows whether it can be stored
        self._is_new = False
        self.work: asyncio.Task[None] | None = None
        accounts.entries.append(self)

    @property
    def snapshot(self) -> AccountSnapshot:
        """What may be shown of it at this moment."""
        sign_in = self.tokens.sign_in
        ended, is_ready = self.state is AccountState.ENDED, self.state is AccountState.READY
        until = None if ended else sign_in.expires_at
        renews = sign_in.renews_at if isinstance(sign_in, Session) and not ended else None
        return AccountSnapshot(
            account=self.account,
            state=self.state,
            region=self._region,
            signed_in_until=datetime.fromtimestamp(until, UTC) if until is not None else None,
            renews_itself=renews is not None,
            renews_at=datetime.fromtimestamp(renews, UTC) if renews is not None else None,
            session_only=sign_in.session_only and self._kept_tried,
            by_choice=not self._purpose.keep,
            given_token=isinstance(sign_in, FixedToken) and sign_in is not NO_SIGN_IN,
            clock_off_s=sign_in.clock_off_s,
            is_new=self._is_new,
            instead_of=self.instead_of,
            messages=self.hearing.state,
            messages_confirmed_at_s=self.hearing.confirmed_at_s,
            notice=self.lapsing or self.unrenewed or self._notice if is_ready else self._notice,
        )

    # ---- coming

    def begin(self, *, is_new: bool = False) -> None:
        """Show the account, and begin to discover its lines. `is_new`: somebody signed in just now."""
        if is_new:
            self._be_new()
        self._follow()
        self._accounts.tell()
        self._start(self._open)

    def begin_without(self, error: KeystoreError | None) -> None:
        """Show an account whose sign-in is not at hand: signing in again brings it back."""
        self.state, self._notice = AccountState.ENDED, notice_of(error) if error else NOT_STORED
        self._accounts.tell()
        self._start(self._unlock)

    def accept(self) -> None:
        """The person wants the account of somebody who was not expected: it goes on like any other."""
        if self.state is AccountState.CHOICE and self.client is not None:
            self.state = AccountState.LOADING
            self._start(self._welcome)

    def check_again(self) -> None:
        """Try now what failed before: discovery, reading or storing the sign-in, or renewing it."""
        self.again.set()
        sign_in = self.tokens.sign_in
        sign_in.renew_now()
        if self.state is AccountState.READY and self._purpose.keep and sign_in.session_only:
            self._notice = None
            self._accounts.tasks.start(self._keep())

    def _be_new(self) -> None:
        async def grow_old() -> None:
            await asyncio.sleep(NEW_S)
            self._is_new = False
            self._accounts.tell()

        self._is_new = True
        self._accounts.tasks.start(grow_old())

    async def _open(self) -> None:
        """Discover, for as long as it takes, and see who has signed in."""
        accounts = self._accounts
        if self not in accounts.entries:
            return  # it became part of another account before something went wrong
        client = self.client
        while client is None:
            asked_with = self.tokens.sign_in
            client = await discover(
                self._discover, again=self.again, time_scale=accounts.policy.time_scale, show=self._show
            )
            if client is None and self.tokens.sign_in is asked_with:
                self.end()
                return
        account = client.discovery.account.completed(self.account)  # who is not told of is known all the same
        if (same := accounts.find(account.key, but=self)) is not None:
            accounts.entries.remove(self)
            await client.close(deregister=False)
            await same.take_over(self.tokens.sign_in, self._purpose)
            return
        client.name(account)
        self.account, self.client, self._region = account, client, client.discovery.region
        expected = accounts.find(self._purpose.account_key, but=self)
        if expected is not None and (expected.state is AccountState.ENDED or expected.lapsing):
            self.state, self.instead_of = AccountState.CHOICE, expected.account
            accounts.tell()
        else:
            await self._welcome()

    def _discover(self) -> Coroutine[Any, Any, CallingClient]:
        return CallingClient.start(
            self.provider,
            policy=self._accounts.policy,
            services=self._accounts.services,
            circuits=self._accounts.circuits,
            ledgers=self._accounts.profile.ledger,
        )

    def _show(self, state: AccountState, notice: Notice | None) -> None:
        self.state, self._notice = state, notice
        self._accounts.tell()
        self._tell_who_signs_in()

    def _tell_who_signs_in(self) -> None:
        if self._purpose.follow is not None:
            self._purpose.follow(self.snapshot)

    async def _welcome(self) -> None:
        """The lines exist now, and the wanted ones register."""
        client, accounts = self.client, self._accounts
        if client is None:
            return  # signed out meanwhile
        self.state, self.instead_of = AccountState.READY, None
        self._show_remarks(client)
        try:
            accounts.profile.remember_account(self.account)
        except ConfigError as error:  # a full disk keeps no line from registering
            self._notice = notice_of(error)
        if not self._is_heard:
            self._is_heard = True
            client.on_snapshot(self._line_changed)
            client.on_event(accounts.tell_event)
            client.on_call(accounts.tell_line_call)
            client.clean_up()
        accounts.tell()
        for line in client.get_lines().values():
            accounts.tell_line(line.snapshot)
            service = line.snapshot.identity.service
            if self._purpose.register and accounts.profile.wanted(self.account.key, service):
                client.resume(line.line_id)
        self.hearing.begin()
        accounts.tasks.start(self._learn_expiry())
        accounts.tasks.start(self._learn_details(client))
        await self._keep()  # after the lines, which wait for no keyring

    async def _learn_details(self, client: CallingClient) -> None:
        """Show names and numbers that came too late for discovery; ask again for what nobody told."""
        wait_s = 0.0 if client.discovery.details_pending else DETAILS_WAIT_S
        while client.discovery.details_pending or client.discovery.details_untold:
            await asyncio.sleep(wait_s * self._accounts.policy.time_scale)
            wait_s = min(2 * wait_s, DETAILS_WAIT_CAP_S) or DETAILS_WAIT_S
            if client is not self.client:
                return  # signed out meanwhile
            with contextlib.suppress(RequestError):
                self.account = (await client.find_details()).account
                if self._notice is None or self._notice is self._remark:
                    self._show_remarks(client)
                self._accounts.profile.remember_account(self.account)
                self._accounts.tell()

    def _show_remarks(self, client: CallingClient) -> None:
        """Show what discovery and the sign-in remarked, in the place of the notice."""
        self._notice = self._remark = warning_notice((*client.discovery.warnings, *self.tokens.sign_in.notes))

    async def _learn_expiry(self) -> None:
        """Ask how long a token lasts that was given without saying so."""
        sign_in = self.tokens.sign_in
        if isinstance(sign_in, FixedToken) and sign_in.expires_at is None:
            with contextlib.suppress(RequestError):
                sign_in.expires_at = await self.provider.token_expiry()
                self._accounts.tell()

    async def take_over(self, sign_in: SignIn, purpose: Purpose) -> None:
        """The same person has signed in again: the new sign-in serves the account that is there."""
        self._be_new()
        name = self.account.name or self.account.address
        news = phrase("{name} is signed in already; the sign-in was renewed.", name=name)
        works = self.state not in {AccountState.ENDED, AccountState.CHOICE} and self.lapsing is None
        if works and isinstance(sign_in, FixedToken):  # what renews itself is better
            news = phrase("{name} is signed in already; the access token was not used.", name=name)
        else:
            self._purpose = purpose
            self._sign_in_again(sign_in)
            if self.state is not AccountState.CHOICE:
                await self._keep()
        if works and self._notice is None:
            self._notice = Notice(title="Signed in already", sentence=news, kind=NoticeKind.NEWS)
        self._accounts.tell()

    # ---- the sign-in

    async def _keep(self) -> None:
        """Store the sign-in where that is wanted, or say that it lasts until the program quits."""
        sign_in, key = self.tokens.sign_in, self.account.key
        if not self._purpose.keep:
            sign_in.belongs_to(key)
        else:
            await self._accounts.profile.kept()  # the next start looks for the sign-ins of its accounts
            try:
                await sign_in.keep(key)
            except KeystoreError as error:
                _log.info("the sign-in is not stored: %s", error.title)
                self._notice = notice_of(error)
        self._kept_tried = True
        self._accounts.tell()
        self._tell_who_signs_in()

    async def _unlock(self) -> None:
        """Look whether the sign-in can be read now: when asked to, and by itself while it is only locked."""
        while self.tokens.sign_in is NO_SIGN_IN:
            asked = await self._asked_again()
            if self.tokens.sign_in is not NO_SIGN_IN:
                return  # the person signed in instead
            sign_in, error = await read_sign_in(self._accounts.service, self.account.key, by_person=asked)
            if self.tokens.sign_in is not NO_SIGN_IN:
                return
            if sign_in is not None:
                self._sign_in_again(sign_in)
            else:
                self._notice = notice_of(error) if error else NOT_STORED
                self._accounts.tell()

    async def _asked_again(self) -> bool:
        """Wait until the person wants it to be tried again; False: it is time to look quietly."""
        self.again.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY_S):
                await self.again.wait()
        return self.again.is_set()

    def _follow(self) -> None:
        sign_in = self.tokens.sign_in

        def changed(change: Change, error: SoftphoneError | None) -> None:
            if self.tokens.sign_in is not sign_in:
                return
            match change:
                case Change.ENDED:
                    self.end()
                case Change.LAPSING:
                    self.lapsing = notice_of(error) if error else None
                case Change.TROUBLE:
                    self.unrenewed = notice_of(error) if error else None
                case Change.NOT_SAVED:
                    self._notice = notice_of(error) if error else None
                case Change.RENEWED:
                    self._notice = self.lapsing = self.unrenewed = None
                case Change.SAVED:
                    self._notice = None
            self._accounts.tell()

        sign_in.on_change = changed
        sign_in.start()

    def end(self) -> None:
        """The sign-in has ended: the lines stay, signed out."""
        if self.state is AccountState.CHOICE:
            return  # seen again once it is wanted
        self.state, self._notice = AccountState.ENDED, ENDED
        if self.client:
            self.client.sign_in_ended(SIGN_IN_ENDED)
            self.hearing.end()
        else:
            self._stop()  # there is nothing to discover with
        self._accounts.tell()
        self._tell_who_signs_in()

    def _line_changed(self, snapshot: LineSnapshot) -> None:
        self._accounts.tell_line(snapshot)
        if snapshot.state is LineState.SIGNED_OUT and self.state is AccountState.READY:
            self._accounts.tasks.start(self._agree())

    async def _agree(self) -> None:
        """A line says that the sign-in has ended: either it has, or the line goes on with it."""
        sign_in = self.tokens.sign_in
        try:
            await sign_in.access_token()
        except RenewalError:
            pass  # it lives
        except SignedOutError:
            if self.tokens.sign_in is sign_in:
                self.end()
        if self.client is not None and self.state is AccountState.READY:
            self.client.signed_in()

    def _sign_in_again(self, sign_in: SignIn) -> None:
        old = self.tokens.sign_in
        self.tokens.sign_in, self._kept_tried = sign_in, False
        self.again.set()
        self._notice = self.lapsing = self.unrenewed = None
        if self.state is AccountState.ENDED:
            self.state = AccountState.LOADING if self.client is None else AccountState.READY
            if self.client is None:
                self._start(self._open)
        self._follow()
        self._accounts.tasks.start(old.close())
        if self.client is not None and self.state is not AccountState.ENDED:
            self.client.signed_in()
            self.hearing.begin()
            for line in self.client.get_lines().values():  # what it was refused may be allowed now
                if line.snapshot.wanted and line.snapshot.state is LineState.FAILED:
                    line.register()
        self._accounts.tell()

    # ---- going

    async def close(self, *, deregister: bool, deadline_s: float) -> tuple[Phrase, ...]:
        """End everything. Returns a sentence for each device that could not be removed."""
        left: tuple[Phrase, ...] = ()
        closing = asyncio.gather(  # a renewal has a second, meanwhile
            self.tokens.sign_in.close(), self.hearing.close()
        )
        if self.client is not None:
            left = await self.client.close(deregister=deregister, deadline_s=deadline_s)
            self.forget_lines()
        await closing
        await self.provider.close()
        return left

    def forget_lines(self) -> None:
        """Its lines are gone."""
        client, self.client = self.client, None
        if self.state is not AccountState.CHOICE:  # its lines were never shown
            for line_id in client.get_lines() if client is not None else ():
                for listener in tuple(self._accounts.listeners):
                    listener.line_removed(line_id)

    # ---- what runs for it

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do this for the account from now on, in the place of what was done for it."""
        self._stop()
        self.work = self._accounts.keep_going(work)

    def _stop(self) -> None:
        if self.work is not None and self.work is not asyncio.current_task():
            self.work.cancel()
