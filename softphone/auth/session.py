"""One person's sign-in: a token that is always fresh, and its end.

Callers ask for `access_token()` before a request and for `renew()` after a 401; the session also renews ahead
of expiry by itself. One renewal runs at a time, whoever asks (`auth.renewal`, sign-in.md#one-at-a-time), and
the keyring keeps what it brings (`auth.saved_sign_in`). The session is handed its HTTP call and its clock and
knows neither httpx nor the calling service.

Renewing and access end apart. `invalid_grant` ends renewing: the person is asked to sign in (LAPSING), and
the access token serves on. Access ends (ENDED) when nothing renews it and the token has run out or was
answered 401; where identity can be asked, it has the last word. A local clock may be wrong in any way: it
decides when to ask the service, and ends nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from softphone.auth.changes import Change, OnChange, Receipt, keyring_item, tokens_item
from softphone.auth.device_code import DeviceGrant, Pace, expired
from softphone.auth.keystore import EntryKind, Keystore
from softphone.auth.oauth import SignInAttempt
from softphone.auth.renewal import Lock, Renewal
from softphone.auth.saved_sign_in import Keeper, SavedSignIn
from softphone.auth.token_answer import LIFE_ASSUMED_S, Token
from softphone.auth.token_service import CONFIRMED_FOR_S, TokenService, confirm
from softphone.errors import RenewalError, SignedOutError, SignInError, SoftphoneError
from softphone.line.failure import Remedy
from softphone.system.tasks import Tasks
from softphone.values import replace

log: logging.Logger = logging.getLogger(__name__)

RENEWAL_GAP_S = 60.0  # nominal; between two renewals
# Real seconds:
RENEWAL_PATIENCE_S = 2.0  # a keepalive goes out with a token that may still be good
LEAVE_DEADLINE_S = 1.0  # for a renewal under way, and then for the keyring to take what it brought

_T = TypeVar("_T")
_NO_TOKEN = Token(access_token="", expires_at=0.0)
_late = Tasks()  # exchanges whose callers are gone


class Session:
    """The sign-in of one account.

    `start()` begins renewing ahead of expiry, `close()` ends that. `on_change` is called on the event loop.
    """

    def __init__(
        self,
        service: TokenService,
        token: Token,
        *,
        keystore: Keystore,
        lock: Lock = contextlib.nullcontext,
        account_key: str = "",
        generation: int = 0,
    ) -> None:
        """`account_key` says that the token came from the keyring; `lock` excludes other processes."""
        self.on_change: OnChange = lambda change, error: None  # noqa: ARG005
        self._service = service
        self._lock = lock
        self._keeper = Keeper(service, keystore, self._tell, account_key=account_key, generation=generation)
        self._renewal = Renewal(
            token,
            service.clock,
            time_scale=service.cloud.policy.time_scale,
            newest=self._newest_alone,
            tell=self._tell,
        )
        self._ended: SignedOutError | None = None
        # The keyring held an access token alone: its refresh entry was dropped before.
        self._is_lapsing = bool(account_key) and token.refresh_token is None
        self._refused = ""  # the access token that a server answered with 401 last

    @classmethod
    async def begin(
        cls,
        service: TokenService,
        attempt: SignInAttempt,
        code: str,
        *,
        keystore: Keystore,
        lock: Lock = contextlib.nullcontext,
    ) -> Self:
        """Turn a code into a session; raises SignInError. Nothing is stored before `keep()`.

        A caller that is cancelled meanwhile leaves nothing behind: late tokens are revoked (T29).
        """
        token = await _unless_late(service, service.exchange(attempt, code))
        return cls(service, token, keystore=keystore, lock=lock)

    @classmethod
    async def begin_by_code(
        cls,
        service: TokenService,
        grant: DeviceGrant,
        *,
        keystore: Keystore,
        lock: Lock = contextlib.nullcontext,
    ) -> Self:
        """Wait until the person has entered the code on another device; the same as `begin` else."""
        clock, time_scale = service.clock, service.cloud.policy.time_scale
        pace, ends_at_s = Pace.of(grant), clock.monotonic() + grant.life_s * time_scale
        while True:
            await clock.sleep(pace.pause_s * time_scale)
            answer = await _unless_late(service, service.ask_by_code(grant))
            if isinstance(answer, Token):
                return cls(service, answer, keystore=keystore, lock=lock)
            pace = pace.after(answer)
            if clock.monotonic() + pace.pause_s * time_scale > ends_at_s:
                raise expired()

    @classmethod
    async def restore(
        cls,
        service: TokenService,
        account_key: str,
        *,
        keystore: Keystore,
        lock: Lock = contextlib.nullcontext,
    ) -> Self | None:
        """Return the stored session, or None when nothing usable is stored. Raises KeystoreError."""
        stored = await SavedSignIn(service.cloud, keystore, account_key).read()
        if stored is None:
            return None
        token, generation = stored
        return cls(
            service, token, keystore=keystore, lock=lock, account_key=account_key, generation=generation
        )

    @property
    def expires_at(self) -> float | None:
        """Wall clock: when the access token ends. Renewing moves it."""
        return self._token.expires_at

    @property
    def renews_at(self) -> float | None:
        """Wall clock: about when it will be renewed ahead of its end; None when it cannot be."""
        return self._renewal.due_at

    @property
    def session_only(self) -> bool:
        """Whether quitting the program ends the sign-in."""
        return not self._keeper.is_saved

    @property
    def notes(self) -> tuple[str, ...]:
        """What was odd in the last token answer, in sentences for a person."""
        return self._token.notes

    @property
    def clock_off_s(self) -> float:
        """How far this computer's clock was off at the last token answer; 0 when that does no harm."""
        return self._token.clock_off_s

    @property
    def _token(self) -> Token:
        return self._renewal.token

    def start(self) -> None:
        """Begin renewing ahead of expiry."""
        if self._renewal.start() and self._is_lapsing:
            self._tell(Change.LAPSING, _lapsing())

    async def access_token(self) -> str:
        """Return a token that is good for a while, or may be: the service knows better than our clocks.

        Raises SignedOutError once access has ended, and RenewalError when the token has run out and could
        not be renewed.
        """
        if self._ended is not None:
            raise self._ended
        renewal = self._renewal
        if renewal.is_stale() and not renewal.is_stopped:
            try:
                async with asyncio.timeout(None if renewal.has_run_out() else RENEWAL_PATIENCE_S):
                    return await renewal.renewed()
            except TimeoutError:
                pass
            except RenewalError:
                # Without trouble it was renewed only a moment ago, so it cannot have run out.
                if not self._token.access_token or (renewal.trouble and renewal.has_run_out()):
                    raise
        return self._token.access_token

    async def renew(self, rejected: str) -> str:
        """Return another token than the one that the service answered with 401, or the same confirmed.

        Returns at once when somebody renewed it meanwhile. Raises SignedOutError when access has ended, and
        RenewalError when it could not be renewed just now, or was renewed only a moment ago.
        """
        if self._ended is not None:
            raise self._ended
        if self._token.access_token != rejected:
            return await self.access_token()
        self._refused = rejected
        return await self._renewal.renewed()

    def renew_now(self) -> None:
        """Try again now what could not be renewed; while the server asks for a pause, once."""
        self._renewal.try_now()

    async def keep(self, account_key: str) -> None:
        """Store the sign-in under the account's key, now that it is known.

        One that is not stored yet is the person's wish: then the keyring may ask them to unlock it. Raises
        KeystoreError; the session then lasts until the program quits, and this may be called again.
        """
        await self._keeper.keep(account_key, lambda: self._token, is_lapsing=self._is_lapsing)

    def belongs_to(self, account_key: str) -> None:
        """Say whose it is and store nothing: signing out deletes what an earlier sign-in has stored."""
        self._keeper.belongs_to(account_key)

    async def sign_out(self) -> Receipt:
        """End the sign-in here and at the service. Never raises: the receipt says what failed."""
        was_over = self._ended is not None
        self._end(SignedOutError("Sign in to register.", title="Signed out", remedies=(Remedy.SIGN_IN,)))
        await self._stop()
        token, self._renewal.token = self._token, _NO_TOKEN
        revoked = await self._service.revoke(token) or was_over
        left = await self._keeper.empty()
        return Receipt((tokens_item(revoked=revoked), keyring_item(left)))

    async def close(self) -> None:
        """Stop renewing; a renewal in flight gets a second, so that a rotated token is not lost.

        The access token of the moment serves on, for what is still to be said to the service.
        """
        await self._stop()

    # --- A renewal ---

    async def _newest_alone(self) -> Token:
        """Nobody else can hold a sign-in that was never stored."""
        key = self._keeper.account_key
        async with self._lock(key) if key else contextlib.nullcontext():
            return await self._newest()

    async def _newest(self) -> Token:
        """Adopt what another process has renewed meanwhile, or renew, or see whether ours still serves.

        Returns the token now in use. Raises SignedOutError when access has ended.
        """
        held, generation = await self._keeper.read(self._token)
        is_new = held.access_token != self._token.access_token
        if self._ended is None and is_new and self._renewal.is_live(held):
            self._keeper.generation = generation
            self._use(held)
            return held
        if held.refresh_token is not None:
            try:
                token = await self._ask(held, held.refresh_token)
            except SignedOutError:
                await self._lapse()
            else:
                await self._take(token, generation)
                return token
        return await self._still_serving()

    async def _ask(self, held: Token, refresh_token: str) -> Token:
        try:
            return await self._service.renew(held, refresh_token)
        except SignedOutError:
            # Another process may have renewed it and rotated the refresh token (R08).
            keeper = self._keeper
            kept = await keeper.read_kept()
            if kept is None or kept.refresh_token == refresh_token or kept.generation < keeper.generation:
                raise
            keeper.generation = kept.generation
            other = replace(
                held, refresh_token=kept.refresh_token, refresh_expires_at=kept.refresh_expires_at
            )
            return await self._service.renew(other, kept.refresh_token)

    async def _take(self, token: Token, generation: int) -> None:
        """Save and use new tokens. Raises SignedOutError when the person has signed out meanwhile."""
        if self._ended is not None:  # they are nobody's (U12)
            await self._service.revoke(token)
            raise self._ended
        self._keeper.generation = max(self._keeper.generation, generation) + 1
        await self._keeper.save_soon(token)
        self._use(token)

    def _use(self, token: Token) -> None:
        self._renewal.adopt(token)
        self._is_lapsing = False
        self._renewal.pause(RENEWAL_GAP_S)
        log.info("sign-in renewed, generation %d", self._keeper.generation)
        self._tell(Change.RENEWED, None)

    # --- Its end ---

    async def _lapse(self) -> None:
        """Nothing renews it any more; what the access token needs is kept."""
        self._renewal.lapse()
        log.info("the sign-in is not renewed any more")
        await self._keeper.drop(EntryKind.REFRESH)

    async def _still_serving(self) -> Token:
        """Return the token that nothing renews, if it serves still.

        When it has run out or was answered 401, identity has the last word: raises SignedOutError when it
        agrees, and RenewalError when it did not say.
        """
        if self._ended is not None:
            raise self._ended
        token = self._token
        if self._renewal.has_run_out() or token.access_token == self._refused:
            try:
                await confirm(token.access_token, self._service.ask_identity)
            except SignedOutError as error:
                if self._ended is None:
                    self._end(error)
                    await self._keeper.end()
                    self._tell(Change.ENDED, error)
                raise
            if self._ended is not None:
                raise self._ended
            now = self._service.clock.now()
            expires_at = max(token.expires_at, now + LIFE_ASSUMED_S)
            self._renewal.adopt(replace(token, obtained_at=now, expires_at=expires_at))
            self._refused = ""
            self._renewal.pause(CONFIRMED_FOR_S)
        if not self._is_lapsing:
            self._is_lapsing = True
            self._tell(Change.LAPSING, _lapsing())
        return self._token

    def _end(self, error: SignedOutError) -> None:
        self._ended = error
        self._renewal.end()

    async def _stop(self) -> None:
        await self._renewal.stop(after_s=LEAVE_DEADLINE_S)
        await self._keeper.stop(after_s=0.0 if self._ended else LEAVE_DEADLINE_S)

    def _tell(self, change: Change, error: SoftphoneError | None) -> None:
        try:
            self.on_change(change, error)
        except Exception:  # a listener's fault must not cost the sign-in
            log.exception("a listener failed on %s", change.value)


def _lapsing() -> SignedOutError:
    return SignedOutError(
        "Your lines stay registered until it runs out.",
        title="Your sign-in is about to end",
        remedies=(Remedy.SIGN_IN,),
    )


async def _unless_late(service: TokenService, asking: Coroutine[Any, Any, _T]) -> _T:
    """Return what is answered; when nobody waits for it any more, a token of it is revoked (T29)."""
    exchange = asyncio.create_task(asking, name="exchange")
    try:
        return await asyncio.shield(exchange)
    except asyncio.CancelledError:
        _late.start(_revoke_late(exchange, service))
        raise


async def _revoke_late(exchange: asyncio.Task[_T], service: TokenService) -> None:
    with contextlib.suppress(SignInError):
        answer = await exchange
        if isinstance(answer, Token):
            await service.revoke(answer)
