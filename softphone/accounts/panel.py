"""The panel: every signed-in account and its lines, as one thing to show and to command.

The window, `watch` and whatever else shows lines drive this one object; it knows no Qt and no HTTP. The
composition root hands it a `SignInService`: how to sign in and how to reach the calling service.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from softphone.accounts.account import NO_SIGN_IN, SignedIn
from softphone.accounts.all_accounts import Accounts, CallListener
from softphone.accounts.sign_in_service import SignIn, SignInService, Tokens, read_sign_in
from softphone.accounts.sign_out import PAGE_ITEM, Traces, delete_device, end_sign_in, leave_lines
from softphone.accounts.snapshot import (
    AccountSnapshot,
    AccountState,
    PanelListener,
    Purpose,
)
from softphone.auth.changes import Receipt
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.device_code import DeviceGrant
from softphone.auth.fixed_token import checked_token
from softphone.auth.keystore import Keystore
from softphone.auth.oauth import SignInAttempt, adapt
from softphone.calling import calling_client
from softphone.calling.calling_client import LEAVE_DEADLINE_S, CallingClient, EventListener
from softphone.calling.calls import SILENCE, CallPolicy
from softphone.calling.line import Line
from softphone.calling.provider import ServiceRequest
from softphone.errors import RequestError, SignInError, SignInOutcome, SoftphoneError
from softphone.history.entries import EntryKind
from softphone.i18n import Phrase
from softphone.line.device import Device
from softphone.line.failure import Disposition
from softphone.line.model import LineSnapshot, LineState, Service
from softphone.line.policy import Policy
from softphone.settings.profile import Profile
from softphone.system.system_clock import watch_for_sleep
from softphone.system.tasks import end

if TYPE_CHECKING:
    from softphone.auth.loopback import LoopbackListener

_log = logging.getLogger(__name__)

OutsideListener = Callable[[EntryKind, LineSnapshot | None], None]


class Panel:
    """Every account of one profile at one cloud."""

    def __init__(
        self,
        service: SignInService,
        profile: Profile,
        *,
        policy: Policy,
        services: Sequence[Service | ServiceRequest] = (Service.CALLING,),
    ) -> None:
        self.identity: ClientIdentity = service.identity
        self.keyring: Keystore = service.keyring
        self.keeps_calls: bool = False  # who called is kept in the history
        self.traces: Traces | None = None  # the history and the log, while this process writes them
        self._service = service
        self._profile = profile
        self._accounts = Accounts(service, profile, policy, services)
        self._outside: list[OutsideListener] = []
        self._sign_outs: dict[str, asyncio.Task[Receipt]] = {}
        self._attempts: dict[str, Purpose] = {}  # what those who are under way are for, by their state

    # ---- start and end

    def expect(self) -> None:
        """Show the accounts that were signed in as loading, until `start` has brought them back."""
        self._accounts.expected = list(self._profile.accounts())

    async def start(self, *, restore: bool = True) -> None:
        """Watch for sleep, and bring back the accounts that were signed in."""
        accounts = self._accounts
        accounts.keep_going(lambda: watch_for_sleep(self._woke))
        if restore:
            self.expect()
        while restore and accounts.expected:
            account = accounts.expected[0]
            sign_in, error = await read_sign_in(self._service, account.key)
            if account not in accounts.expected:
                continue  # signed out meanwhile
            accounts.expected.remove(account)
            if sign_in is not None:
                SignedIn(accounts, sign_in, Purpose(), account).begin()
            else:
                SignedIn(accounts, NO_SIGN_IN, Purpose(), account).begin_without(error)

    def add(self, sign_in: SignIn, purpose: Purpose | None = None) -> None:
        """Show a new account and begin to discover its lines."""
        SignedIn(self._accounts, sign_in, purpose or Purpose()).begin(is_new=True)

    async def close(
        self, *, deregister: bool = True, deadline_s: float = LEAVE_DEADLINE_S
    ) -> tuple[Phrase, ...]:
        """Deregister all lines within one shared deadline, then end everything. Wishes stay.

        Returns a sentence for each device that could not be removed: the next start does it.
        """
        self._accounts.is_ending = True
        loop, entries = asyncio.get_running_loop(), self._accounts.entries
        ends_at_s = loop.time() + deadline_s
        for entry in entries:
            if entry.state is AccountState.CHOICE:  # nobody has wanted it
                self._signing_out(entry.account.key)
        if self._sign_outs:
            await asyncio.wait(tuple(self._sign_outs.values()), timeout=deadline_s / 2)
        for leaving in tuple(self._sign_outs.values()):
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)
        await self._accounts.tasks.close()
        left = await asyncio.gather(
            *(entry.close(deregister=deregister, deadline_s=ends_at_s - loop.time()) for entry in entries)
        )
        self._accounts.circuits.close()
        return tuple(dict.fromkeys(sentence for each in left for sentence in each))

    # ---- what is shown

    @property
    def lines(self) -> tuple[LineSnapshot, ...]:
        """The latest snapshot of every line, account by account."""
        return tuple(line.snapshot for _, line in self._shown())

    @property
    def accounts(self) -> tuple[AccountSnapshot, ...]:
        """The latest snapshot of every account."""
        return self._accounts.snapshots

    def subscribe(self, listener: PanelListener) -> None:
        """Tell `listener` of every change from now on."""
        self._accounts.listeners.append(listener)

    def unsubscribe(self, listener: PanelListener) -> None:
        """Tell it no more."""
        self._accounts.listeners.remove(listener)

    def on_event(self, listener: EventListener) -> None:
        """Call `listener` with each event of any line."""
        self._accounts.event_listeners.append(listener)

    def on_call(self, listener: CallListener) -> None:
        """Call `listener` with the account and each event that it hears of its calls."""
        self._accounts.call_listeners.append(listener)

    def on_line_call(self, listener: calling_client.CallListener) -> None:
        """Call `listener` with each call of any line: when it rings, and when its end is known."""
        self._accounts.line_call_listeners.append(listener)

    def on_outside_event(self, listener: OutsideListener) -> None:
        """Call `listener` with what comes from outside: sleep, the network, and a line's changed wish."""
        self._outside.append(listener)

    # ---- what is commanded

    def register(self, line_id: str) -> None:
        """The user wants the line; kept for the next start."""
        self._wish(line_id, wanted=True)

    def deregister(self, line_id: str) -> None:
        """The user does not want the line; kept for the next start."""
        self._wish(line_id, wanted=False)

    def retry(self, line_id: str) -> None:
        """Try now instead of later, and to renew the sign-in where that failed: the line may wait for it."""
        entry = self._entry_of(line_id)
        if entry and entry.client:
            entry.tokens.sign_in.renew_now()
            entry.client.retry(line_id)

    def register_all(self) -> None:
        """The user wants every line."""
        self._wish_all(wanted=True)

    def deregister_all(self) -> None:
        """The user wants no line."""
        self._wish_all(wanted=False)

    async def kept(self) -> None:
        """Wait until every wish so far is on disk, for 1 s at most; what cannot be kept is a notice."""
        await self._profile.kept()

    def hear_calls(self, *, wanted: bool, policy: CallPolicy | None = None, keep: bool = False) -> None:
        """Have a message socket for each account, or none (off at first); send what `policy` allows.

        `keep`: who called, and how that ended, is kept in the history.
        """
        self.keeps_calls = keep
        self._accounts.hears_calls = wanted
        self._accounts.call_policy = policy or SILENCE
        for entry in self._accounts.entries:
            if not wanted:
                entry.hearing.end()
            elif entry.state is AccountState.READY:
                entry.hearing.begin()

    async def blocking_devices(self, line_id: str) -> tuple[Device, ...]:
        """Return the devices a person may choose from when there are too many, newest first."""
        entry = self._entry_of(line_id)
        return await entry.client.blocking_devices(line_id) if entry and entry.client else ()

    def remove_device(self, line_id: str, device: Device) -> None:
        """Disconnect the device the person chose, then register: its calls stop.

        Nothing happens unless the line still waits for that choice.
        """
        entry = self._entry_of(line_id)
        if entry is None or entry.client is None:
            return
        line = entry.client.get_lines()[line_id].snapshot
        if line.state is LineState.ACTION:
            self._profile.want(entry.account.key, line.identity.service, wanted=True)
            entry.client.remove_device(line_id, device)

    async def devices(self, line_id: str) -> tuple[Device, ...]:
        """Return all devices registered for the line's person, newest first. Raises SoftphoneError."""
        return await self._client_of(line_id).devices(line_id)

    async def delete_device(self, line_id: str, device: Device) -> None:
        """End the registration of another device; one that is gone already is well.

        The line goes on as it is. Raises SoftphoneError, also for a device of this computer.
        """
        await self._client_of(line_id).delete_device(line_id, device)

    def behind(self, line_id: str) -> tuple[Tokens, CallingClient] | None:
        """Return the sign-in and the client that a line is of, for who looks at them; None without one."""
        entry = self._entry_of(line_id)
        return (entry.tokens, entry.client) if entry is not None and entry.client is not None else None

    def check_again(self, account_key: str) -> None:
        """Try now what failed: to fetch lines, to read or store the sign-in, or to renew it."""
        for entry in self._accounts.entries:
            if entry.account.key == account_key:
                entry.check_again()

    def network_changed(self, *, online: bool) -> None:
        """Pass on a hint of the operating system."""
        self._tell_outside(EntryKind.NETWORK_BACK if online else EntryKind.NETWORK_LOST)
        if online:
            self._service.network_changed()
        for entry in self._accounts.entries:
            if entry.client:
                (entry.client.network_back if online else entry.client.network_lost)()
            if online:
                entry.hearing.check()
                entry.again.set()

    # ---- signing in and out

    def begin_sign_in(self, purpose: Purpose | None = None) -> SignInAttempt:
        """Return a new attempt. Raises ConfigError when this cloud has no client ID."""
        purpose = purpose or Purpose()
        here = (entry.account for entry in self._accounts.entries)
        known = {account.key: account.address for account in (*self._profile.accounts(), *here)}
        attempt = self._service.begin_sign_in()
        if hint := known.get(purpose.account_key):
            attempt = adapt(attempt, login_hint=hint)
        elif known:  # somebody else: a browser would go on with who is signed in there already
            attempt = adapt(attempt, choose_account=True)
        self._attempts[attempt.state] = purpose
        return attempt

    def cancel_sign_in(self, attempt: SignInAttempt) -> None:
        """Forget an attempt: its redirect is not taken any more."""
        self._attempts.pop(attempt.state, None)

    async def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> None:
        """Turn the redirect into an account, once. Raises SignInError; earlier accounts are untouched."""
        purpose = self._attempts.pop(attempt.state, None)
        if purpose is None:
            raise SignInError("That attempt to sign in is over.", outcome=SignInOutcome.EXPIRED)
        self.add(await self._service.finish_sign_in(attempt, redirect_url), purpose)

    async def sign_in_with_browser(
        self,
        open_url: Callable[[str], object],
        purpose: Purpose | None = None,
        *,
        by_hand: Callable[["LoopbackListener"], object] | None = None,
    ) -> None:
        """Sign in with the person's own browser: call `open_url` with the page's address and wait.

        Lasts ten minutes at most; cancel it to stop. Raises ConfigError and SignInError; earlier accounts
        are untouched. The address holds the state: it may be shown and copied, never logged. `by_hand` is
        called before, with what takes a redirect that a person brings: no port is needed then.
        """
        from softphone.auth.loopback import LoopbackListener  # noqa: PLC0415 - most starts need no browser

        attempt = self.begin_sign_in(purpose)
        try:
            async with LoopbackListener(attempt, by_hand=by_hand is not None) as listener:
                if by_hand is not None:
                    by_hand(listener)
                open_url(listener.attempt.authorize_url)
                redirect_url = await listener.redirect()
                attempt = listener.attempt
            await self.finish_sign_in(attempt, redirect_url)
        finally:
            self.cancel_sign_in(attempt)

    async def sign_in_by_code(
        self, show: Callable[[DeviceGrant], object], purpose: Purpose | None = None
    ) -> None:
        """Sign in on another device: call `show` with the code and its page, and wait.

        Lasts as long as the code; cancel it to stop. Raises ConfigError and SignInError; earlier accounts
        are untouched.
        """
        grant = await self._service.ask_for_code()
        show(grant)
        self.add(await self._service.sign_in_by_code(grant), purpose)

    async def sign_in_with_token(self, access_token: str) -> None:
        """Use an access token as it is, while it lasts; it is kept nowhere. Raises SignInError."""
        sign_in = self._service.given_token(_checked(access_token))
        provider = self._service.provider(Tokens(sign_in), "")
        try:
            sign_in.expires_at = await provider.token_expiry()
        except RequestError as error:
            if error.failure.disposition is Disposition.SIGN_IN:
                raise _refused("Webex does not accept this access token. Nothing was changed.") from error
        finally:
            await provider.close()
        self.add(sign_in, Purpose(keep=False))

    def accept(self, account_key: str) -> None:
        """The person wants the account of somebody else than was expected, too."""
        if entry := self._accounts.find(account_key):
            entry.accept()

    async def sign_out(self, account_key: str, *, erase: bool = False) -> Receipt:
        """Deregister, delete the WDM device, revoke the tokens and forget the account; say how it went.

        `erase`: and delete what the history and the log say of it. Each part has five seconds. Works offline,
        and for an account that was not brought back yet. Asked twice it is done once; a caller that is
        cancelled does not stop it.
        """
        receipt = await asyncio.shield(self._signing_out(account_key))
        if self.traces is None:
            return receipt
        return Receipt((*receipt.items, await self.traces(account_key, erase)))

    # ---- private

    def _shown(self) -> Iterator[tuple[SignedIn, Line]]:
        for entry in self._accounts.entries:
            if entry.client and entry.state is not AccountState.CHOICE:
                yield from ((entry, line) for line in entry.client.get_lines().values())

    def _tell_outside(self, kind: EntryKind, line: LineSnapshot | None = None) -> None:
        for listener in tuple(self._outside):
            listener(kind, line)

    def _signing_out(self, account_key: str) -> asyncio.Task[Receipt]:
        task = self._sign_outs.get(account_key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._sign_out(account_key))
            self._sign_outs[account_key] = task
            task.add_done_callback(lambda _: self._sign_outs.pop(account_key))
        return task

    async def _sign_out(self, account_key: str) -> Receipt:
        accounts = self._accounts
        entry = accounts.find(account_key)
        accounts.expected = [account for account in accounts.expected if account.key != account_key]
        if entry is None or entry.tokens.sign_in is NO_SIGN_IN:
            sign_in, error = await read_sign_in(self._service, account_key, by_person=True)
        else:
            sign_in, error = entry.tokens.sign_in, None
        tokens = Tokens(NO_SIGN_IN if sign_in is None else sign_in)
        if entry is None:
            provider, lines = self._service.provider(tokens, account_key), await leave_lines(None)
        else:
            entry.tokens.sign_in = tokens.sign_in
            await end(entry.work, after_s=0.0)
            provider = entry.provider
            lines, _ = await asyncio.gather(leave_lines(entry.client), entry.hearing.close())
            entry.forget_lines()
            entry.has_left = True  # together with its lines: an account without any would be an empty window
            accounts.tell()
        ended = [lines, await delete_device(provider), *await end_sign_in(sign_in, error), PAGE_ITEM]
        await provider.close()
        if entry is not None:
            accounts.entries.remove(entry)
        self._profile.forget_account(account_key)
        accounts.tell()
        await self.kept()
        for item in ended:
            _log.log(logging.DEBUG if item.done else logging.INFO, "signing out: %s", item.sentence)
        return Receipt(tuple(ended))

    def _wish_all(self, *, wanted: bool) -> None:
        for entry, line in [*self._shown()]:
            self._wish_for(entry, line, wanted=wanted)

    def _wish(self, line_id: str, *, wanted: bool) -> None:
        entry = self._entry_of(line_id)
        if entry is not None and entry.client is not None:
            self._wish_for(entry, entry.client.get_lines()[line_id], wanted=wanted)

    def _wish_for(self, entry: SignedIn, line: Line, *, wanted: bool) -> None:
        if line.snapshot.wanted is not wanted:
            self._tell_outside(EntryKind.WANTED if wanted else EntryKind.UNWANTED, line.snapshot)
        self._profile.want(entry.account.key, line.snapshot.identity.service, wanted=wanted)
        if wanted:
            entry.tokens.sign_in.renew_now()
        (line.register if wanted else line.deregister)()

    def _client_of(self, line_id: str) -> CallingClient:
        entry = self._entry_of(line_id)
        if entry is None or entry.client is None:
            raise SoftphoneError("Its account was signed out meanwhile.", title="The line is gone")
        return entry.client

    def _entry_of(self, line_id: str) -> SignedIn | None:
        entries = self._accounts.entries
        return next((one for one in entries if one.client and line_id in one.client.get_lines()), None)

    def _woke(self) -> None:
        _log.info("the computer slept; every line is checked")
        self._tell_outside(EntryKind.SLEPT)
        self._service.network_changed()
        for entry in self._accounts.entries:
            entry.again.set()
            entry.hearing.check()
            if entry.client:
                entry.client.woke()


def _checked(access_token: str) -> str:
    token = checked_token(access_token)
    if token is None:
        raise _refused("That is no access token: it is one long word. Nothing was changed.")
    return token


def _refused(sentence: str) -> SignInError:
    return SignInError(
        sentence, outcome=SignInOutcome.DENIED, title="The access token cannot be used", remedies=()
    )
