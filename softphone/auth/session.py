"""One person's sign-in: a token that is always fresh, and its end.

Callers ask for `access_token()` before a request and for `renew()` after a 401; the session also renews ahead
of expiry by itself. One renewal runs at a time, whoever asks (sign-in.md#one-at-a-time). The session is
handed its HTTP call and its clock and knows neither httpx nor the calling service.

Renewing and access end apart. `invalid_grant` ends renewing: the person is asked to sign in (LAPSING), and
the access token serves on. Access ends (ENDED) when nothing renews it and the token has run out or was
answered 401; where identity can be asked, it has the last word. A local clock may be wrong in any way: it
decides when to ask the service, and ends nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, Self

from softphone.auth.changes import Change, OnChange, Receipt, keyring_item, tokens_item
from softphone.auth.fixed_token import FixedToken
from softphone.auth.identity import CONFIRMED_FOR_S, AskIdentity, confirm, refused_again
from softphone.auth.keystore import EntryKind, Keystore
from softphone.auth.oauth import SignInAttempt, Token
from softphone.auth.records import Kept
from softphone.auth.saved_sign_in import SavedSignIn
from softphone.auth.token_answer import LIFE_ASSUMED_S
from softphone.auth.token_calls import Clock, PostForm, TokenCalls
from softphone.errors import (
    KeystoreError,
    RenewalError,
    SignedOutError,
    SignInError,
    SoftphoneError,
)
from softphone.line.failure import Remedy
from softphone.settings.cloud_file import Cloud

__all__ = ["Change", "Clock", "FixedToken", "OnChange", "PostForm", "Receipt", "Session"]

log = logging.getLogger(__name__)

# Held round each renewal of a stored account, so that two processes do not renew at once
# (sign-in.md#one-at-a-time). It is given the account's key and may raise RenewalError.
Lock = Callable[[str], AbstractAsyncContextManager[object]]

# When a renewal is due (sign-in.md#renewal); short lives are renewed half-way.
LEAD_MIN_S = 600.0
LEAD_PART = 0.1
LEAD_JITTER_PART = 0.05
LEEWAY_S = 60.0  # a token this close to its end is not handed out
USE_LIMIT_S = 30 * 86_400.0  # renew at least this often, so that the refresh token keeps sliding
CLOCK_BACK_LIMIT_S = 300.0

# Between two renewals (sign-in.md#retries). All are multiplied by the policy's time_scale.
RENEWAL_GAP_S = 60.0
RETRY_BASE_S = 2.0
RETRY_CAP_S = 300.0
RETRY_FLOOR_S = 1.0
HOPELESS_RETRY_S = 3600.0  # after a refusal that asking again cannot mend
SAVE_RETRY_S = (5.0, 30.0, 120.0)

# Waits for others: real seconds.
RENEWAL_PATIENCE_S = 2.0  # a keepalive goes out with a token that may still be good
SAVE_PATIENCE_S = 5.0  # an open keyring prompt must not hold up every line
LEAVE_DEADLINE_S = 1.0  # for a renewal under way, and then for the keyring to take what it brought
LOOK_EVERY_S = 60.0  # the monotonic clock may stand still in sleep: look at the wall clock this often


class Session:
    """The sign-in of one account.

    `start()` begins renewing ahead of expiry, `close()` ends that. `on_change` is called on the event loop.
    """

    def __init__(
        self,
        cloud: Cloud,
        token: Token,
        *,
        post_form: PostForm,
        keystore: Keystore,
        client_secret: str = "",
        account_key: str = "",
        generation: int = 0,
        clock: Clock | None = None,
        lock: Lock = contextlib.nullcontext,
        ask_identity: AskIdentity | None = None,
    ) -> None:
        """`account_key` says that the token came from the keyring; `lock` excludes other processes.

        Without `ask_identity` any server's 401 is the last word on a token that nothing renews.
        """
        self.on_change: OnChange = lambda change, error: None  # noqa: ARG005
        self._clock = clock or Clock()
        self._calls = TokenCalls(cloud, post_form, client_secret, self._clock)
        self._cloud = cloud
        self._keystore = keystore
        self._saved_sign_in = SavedSignIn(cloud, keystore, account_key) if account_key else None
        self._generation = generation
        self._lock = lock
        self._ask_identity = ask_identity
        self._scale = cloud.policy.time_scale

        self._token = token
        self._saved = bool(account_key)
        self._keeping = bool(account_key)  # the keyring has taken this sign-in before
        self._saver: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._ended: SignedOutError | None = None
        # The keyring held an access token alone: its refresh entry was dropped before.
        self._is_lapsing = bool(account_key) and token.refresh_token is None
        self._refused = ""  # the access token that a server answered with 401 last
        self._trouble: RenewalError | None = None
        self._failures = 0
        self._not_before_s = float("-inf")  # monotonic
        self._renewal: asyncio.Task[str] | None = None
        self._loop: asyncio.Task[None] | None = None
        self._stopped = False
        self._adopt(token)

    @classmethod
    async def begin(
        cls,
        cloud: Cloud,
        attempt: SignInAttempt,
        code: str,
        *,
        post_form: PostForm,
        keystore: Keystore,
        client_secret: str = "",
        clock: Clock | None = None,
        lock: Lock = contextlib.nullcontext,
        ask_identity: AskIdentity | None = None,
    ) -> Self:
        """Turn a code into a session; raises SignInError. Nothing is stored before `keep()`.

        A caller that is cancelled meanwhile leaves nothing behind: late tokens are revoked (T29).
        """
        clock = clock or Clock()
        calls = TokenCalls(cloud, post_form, client_secret, clock)
        exchange = asyncio.create_task(calls.exchange(attempt, code), name="exchange")
        try:
            token = await asyncio.shield(exchange)
        except asyncio.CancelledError:
            _remember(asyncio.create_task(_revoke_late(exchange, calls)))
            raise
        return cls(
            cloud,
            token,
            post_form=post_form,
            keystore=keystore,
            client_secret=client_secret,
            clock=clock,
            lock=lock,
            ask_identity=ask_identity,
        )

    @classmethod
    async def restore(
        cls,
        cloud: Cloud,
        account_key: str,
        *,
        post_form: PostForm,
        keystore: Keystore,
        client_secret: str = "",
        clock: Clock | None = None,
        lock: Lock = contextlib.nullcontext,
        ask_identity: AskIdentity | None = None,
    ) -> Self | None:
        """Return the stored session, or None when nothing usable is stored. Raises KeystoreError."""
        stored = await SavedSignIn(cloud, keystore, account_key).read()
        if stored is None:
            return None
        token, generation = stored
        return cls(
            cloud,
            token,
            post_form=post_form,
            keystore=keystore,
            client_secret=client_secret,
            account_key=account_key,
            generation=generation,
            clock=clock,
            lock=lock,
            ask_identity=ask_identity,
        )

    @property
    def expires_at(self) -> float | None:
        """Wall clock: when the access token ends. Renewing moves it."""
        return self._token.expires_at

    @property
    def renews_at(self) -> float | None:
        """Wall clock: about when it will be renewed ahead of its end; None when it cannot be."""
        if self._ended is not None or self._token.refresh_token is None:
            return None
        due_at = min(self._token.expires_at - self._lead_s, self._token.obtained_at + USE_LIMIT_S)
        return max(due_at, self._clock.now() + self._not_before_s - self._clock.monotonic())

    @property
    def session_only(self) -> bool:
        """Whether quitting the program ends the sign-in."""
        return not self._saved

    @property
    def notes(self) -> tuple[str, ...]:
        """What was odd in the last token answer, in sentences for a person."""
        return self._token.notes

    @property
    def clock_off_s(self) -> float:
        """How far this computer's clock was off at the last token answer; 0 when that does no harm."""
        return self._token.clock_off_s

    def start(self) -> None:
        """Begin renewing ahead of expiry."""
        if self._loop is None and self._ended is None:
            self._loop = asyncio.create_task(self._renew_ahead(), name="session")
            if self._is_lapsing:
                self._tell(Change.LAPSING, _lapsing())

    async def access_token(self) -> str:
        """Return a token that is good for a while, or may be: the service knows better than our clocks.

        Raises SignedOutError once access has ended, and RenewalError when the token has run out and could
        not be renewed.
        """
        if self._ended is not None:
            raise self._ended
        if self._is_stale() and not self._stopped:
            try:
                async with asyncio.timeout(None if self._has_run_out() else RENEWAL_PATIENCE_S):
                    return await self._renewed()
            except TimeoutError:
                pass
            except RenewalError:
                # Without trouble it was renewed only a moment ago, so it cannot have run out.
                if not self._token.access_token or (self._trouble is not None and self._has_run_out()):
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
        return await self._renewed()

    def renew_now(self) -> None:
        """Try again now what could not be renewed, unless the server asked for a pause."""
        trouble = self._trouble
        if trouble is not None and not trouble.retry_after_s and self._ended is None:
            self._not_before_s = float("-inf")
            _remember(asyncio.create_task(self._renewed_quietly(), name="renew now"))

    async def keep(self, account_key: str) -> None:
        """Store the sign-in under the account's key, now that it is known.

        One that is not stored yet is the person's wish: then the keyring may ask them to unlock it. Raises
        KeystoreError; the session then lasts until the program quits, and this may be called again.
        """
        is_new = not self._saved
        if self._saved_sign_in is None or not self._is_lapsing:
            self.belongs_to(account_key)
        if self._saved_sign_in is not None and self._token.refresh_token is not None:
            if self._keeper is None or self._keeper.done():
                storing = self._store(self._saved_sign_in, is_new=is_new)
                self._keeper = asyncio.create_task(storing, name="keeper")  # an end waits a moment for it
            await asyncio.shield(self._keeper)

    async def _store(self, saved_sign_in: SavedSignIn, *, is_new: bool) -> None:
        if is_new:
            await self._keystore.unlock(make=True)
        written = None
        while written is not self._token:  # one that was renewed meanwhile is written, too
            written = self._token
            await saved_sign_in.write(written, self._generation)
        self._saved = self._keeping = True

    def belongs_to(self, account_key: str) -> None:
        """Say whose it is and store nothing: signing out deletes what an earlier sign-in has stored."""
        self._saved_sign_in = SavedSignIn(self._cloud, self._keystore, account_key)
        self._saved = self._keeping = False

    async def sign_out(self) -> Receipt:
        """End the sign-in here and at the service. Never raises: the receipt says what failed."""
        was_over = self._ended is not None
        self._ended = SignedOutError("Sign in to register.", title="Signed out", remedies=(Remedy.SIGN_IN,))
        await self._stop()
        token = self._token
        self._token = Token(access_token="", expires_at=0.0)
        revoked = await self._calls.revoke(token) or was_over
        return Receipt((tokens_item(revoked=revoked), keyring_item(await self._empty_keyring())))

    async def close(self) -> None:
        """Stop renewing; a renewal in flight gets a second, so that a rotated token is not lost.

        The access token of the moment serves on, for what is still to be said to the service.
        """
        await self._stop()

    # --- When ---

    def _adopt(self, token: Token) -> None:
        self._token = token
        life_s = max(token.expires_at - token.obtained_at, 0.0)
        jitter_s = self._clock.jitter() * LEAD_JITTER_PART * life_s
        self._lead_s = min(max(LEAD_MIN_S, LEAD_PART * life_s) - jitter_s, life_s / 2)
        self._leeway_s = min(LEEWAY_S, LEAD_PART * life_s)
        now_s = self._clock.monotonic()
        self._good_until_s = now_s + token.expires_at - self._clock.now()
        self._good_at_most_until_s = now_s + life_s  # whatever the wall clock said when it was read

    def _life_left_s(self) -> float:
        """By the earlier of both clocks: one may jump, one stand still in sleep (sign-in.md#clocks)."""
        wall_s = self._token.expires_at - self._clock.now()
        return min(wall_s, self._good_until_s - self._clock.monotonic())

    def _life_left_at_most_s(self) -> float:
        """By the later of both clocks: one that jumps ahead takes no access away."""
        wall_s = self._token.expires_at - self._clock.now()
        return max(wall_s, self._good_at_most_until_s - self._clock.monotonic())

    def _has_run_out(self) -> bool:
        return not self._token.access_token or self._life_left_at_most_s() <= 0

    def _clock_went_back(self) -> bool:
        return self._clock.now() < self._token.obtained_at - CLOCK_BACK_LIMIT_S

    def _is_stale(self) -> bool:
        if self._token.refresh_token is None:
            return self._has_run_out()  # there is nothing to renew it with: use it up
        return self._life_left_s() <= self._leeway_s or self._clock_went_back()

    def _due_in_s(self) -> float:
        waited_s = self._not_before_s - self._clock.monotonic()
        if self._token.refresh_token is None:
            return max(self._life_left_at_most_s(), waited_s)
        if self._clock_went_back():
            return waited_s
        use_left_s = self._token.obtained_at + USE_LIMIT_S - self._clock.now()
        return max(min(self._life_left_s() - self._lead_s, use_left_s), waited_s)

    async def _renew_ahead(self) -> None:
        while self._ended is None:
            due_in_s = self._due_in_s()
            if due_in_s > 0:
                await self._clock.sleep(min(due_in_s, LOOK_EVERY_S))
                continue
            await self._renewed_quietly()

    async def _renewed_quietly(self) -> None:
        with contextlib.suppress(RenewalError, SignedOutError):  # on_change has told them
            await self._renewed()

    # --- Renewing ---

    async def _renewed(self) -> str:
        """Join the renewal in flight or begin one; a cancelled caller does not cancel it."""
        if self._renewal is None:
            wait_s = self._not_before_s - self._clock.monotonic()
            if wait_s > 0 or self._stopped:
                raise self._trouble or refused_again()
            self._renewal = asyncio.create_task(self._renew_once(), name="renewal")
            self._renewal.add_done_callback(self._renewal_ended)
        return await asyncio.shield(self._renewal)

    def _renewal_ended(self, renewal: asyncio.Task[str]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()  # seen: the callers may all be gone

    async def _renew_once(self) -> str:
        try:
            async with self._excluding_others():
                token = await self._newest()
        except SignedOutError:
            raise
        except RenewalError as error:
            self._put_off(error)
            raise
        except Exception as fault:
            log.exception("renewing the sign-in failed unexpectedly")
            trouble = RenewalError("This is a fault in the program, not yours. We keep trying.")
            self._put_off(trouble)
            raise trouble from fault
        self._failures = 0
        self._trouble = None
        return token.access_token

    def _excluding_others(self) -> AbstractAsyncContextManager[object]:
        """Nobody else can hold a sign-in that was never stored."""
        key = self._saved_sign_in.account_key if self._saved_sign_in is not None else ""
        return self._lock(key) if key and self._keeping else contextlib.nullcontext()

    async def _newest(self) -> Token:
        """Adopt what another process has renewed meanwhile, or renew, or see whether ours still serves.

        Returns the token now in use. Raises SignedOutError when access has ended.
        """
        held, generation = await self._stored()
        if self._ended is None and held.access_token != self._token.access_token and self._is_live(held):
            self._generation = generation
            self._in_use(held)
            return held
        if held.refresh_token is not None:
            try:
                token = await self._ask(held, held.refresh_token)
            except SignedOutError:
                if self._ended is not None:
                    raise
                await self._lapse()
            else:
                await self._take(token, generation)
                return token
        return await self._still_serving()

    async def _take(self, token: Token, generation: int) -> None:
        """Save and use new tokens. Raises SignedOutError when the person has signed out meanwhile."""
        if self._ended is not None:  # they are nobody's (U12)
            await self._calls.revoke(token)
            raise self._ended
        self._generation = max(self._generation, generation) + 1
        await self._save_soon(token)
        self._in_use(token)

    def _in_use(self, token: Token) -> None:
        self._adopt(token)
        self._is_lapsing = False
        self._not_before_s = self._clock.monotonic() + RENEWAL_GAP_S * self._scale
        log.info("sign-in renewed, generation %d", self._generation)
        self._tell(Change.RENEWED, None)

    async def _lapse(self) -> None:
        """Nothing renews it any more; what the access token needs is kept."""
        if self._saver is not None:
            self._saver.cancel()  # it would put the refresh entry back
        self._token = replace(self._token, refresh_token=None, refresh_expires_at=None)
        self._not_before_s = float("-inf")
        log.info("the sign-in is not renewed any more")
        if self._keeping and self._saved_sign_in is not None:
            await self._saved_sign_in.delete(EntryKind.REFRESH)

    async def _still_serving(self) -> Token:
        """Return the token that nothing renews, if it serves still.

        When it has run out or was answered 401, identity has the last word: raises SignedOutError when it
        agrees, and RenewalError when it did not say.
        """
        if self._ended is not None:
            raise self._ended
        token = self._token
        if self._has_run_out() or token.access_token == self._refused:
            try:
                await confirm(token.access_token, self._ask_identity)
            except SignedOutError as error:
                if self._ended is None:
                    await self._end(error)
                raise
            if self._ended is not None:
                raise self._ended
            now = self._clock.now()
            self._adopt(
                replace(token, obtained_at=now, expires_at=max(token.expires_at, now + LIFE_ASSUMED_S))
            )
            self._refused = ""
            self._not_before_s = self._clock.monotonic() + CONFIRMED_FOR_S * self._scale
        if not self._is_lapsing:
            self._is_lapsing = True
            self._tell(Change.LAPSING, _lapsing())
        return self._token

    async def _stored(self) -> tuple[Token, int]:
        """Return what the keyring holds if that is newer than ours; a prompt is not waited for."""
        own = (self._token, self._generation)
        if self._saved_sign_in is None or not self._keeping:
            return own
        try:
            async with asyncio.timeout(SAVE_PATIENCE_S):
                stored = await self._saved_sign_in.read()
        except (KeystoreError, TimeoutError):
            return own
        # Equal generations: we had read the refresh entry before the access entry was written.
        newer = stored is not None and stored[1] >= self._generation and stored[0].refresh_token
        return stored if stored is not None and newer else own

    def _is_live(self, token: Token) -> bool:
        return token.expires_at - self._clock.now() > LEEWAY_S

    async def _ask(self, held: Token, refresh_token: str) -> Token:
        try:
            return await self._calls.renew(held, refresh_token)
        except SignedOutError:
            # Another process may have renewed it and rotated the refresh token (R08).
            kept = await self._kept()
            if kept is None or kept.refresh_token == refresh_token or kept.generation < self._generation:
                raise
            self._generation = max(self._generation, kept.generation)
            other = replace(
                held, refresh_token=kept.refresh_token, refresh_expires_at=kept.refresh_expires_at
            )
            return await self._calls.renew(other, kept.refresh_token)

    def _put_off(self, error: RenewalError) -> None:
        """Choose when the next renewal may be asked for, by full jitter (sign-in.md#retries)."""
        if self._ended is not None:
            return
        self._failures += 1
        self._trouble = error
        if Remedy.RETRY in error.remedies:
            span_s = min(RETRY_CAP_S, RETRY_BASE_S * 2 ** min(self._failures - 1, 16))
            delay_s = max(RETRY_FLOOR_S, span_s * self._clock.jitter()) * self._scale
        else:
            delay_s = HOPELESS_RETRY_S * self._scale
        self._not_before_s = self._clock.monotonic() + max(delay_s, error.retry_after_s or 0.0)
        level = logging.INFO if self._failures == 1 else logging.DEBUG
        log.log(level, "sign-in not renewed (%s), next try in %.0f s", error.title, delay_s)
        self._tell(Change.TROUBLE, error)

    async def _end(self, error: SignedOutError) -> None:
        self._ended = error
        if self._keeping and self._saved_sign_in is not None:
            await self._saved_sign_in.delete(EntryKind.ACCESS)
        self._saved = self._keeping = False
        self._tell(Change.ENDED, error)

    def _tell(self, change: Change, error: SoftphoneError | None) -> None:
        try:
            self.on_change(change, error)
        except Exception:  # a listener's fault must not cost the sign-in
            log.exception("a listener failed on %s", change.value)

    # --- The keyring ---

    async def _kept(self) -> Kept | None:
        if self._saved_sign_in is not None:
            with contextlib.suppress(KeystoreError):
                return await self._saved_sign_in.read_kept()
        return None

    async def _save_soon(self, token: Token) -> None:
        """Save in the background and wait for it, but not for a person in front of a prompt."""
        if self._saver is not None:
            self._saver.cancel()
        if not self._keeping or self._saved_sign_in is None:
            return
        tried = asyncio.Event()
        saving = self._save_until_done(self._saved_sign_in, token, self._generation, tried)
        self._saver = asyncio.create_task(saving, name="saver")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SAVE_PATIENCE_S):
                await tried.wait()

    async def _save_until_done(
        self, saved_sign_in: SavedSignIn, token: Token, generation: int, tried: asyncio.Event
    ) -> None:
        for wait_s in (*SAVE_RETRY_S, 0.0):
            try:
                await saved_sign_in.write(token, generation)
            except KeystoreError as error:
                self._tell_not_saved(error)
            else:
                self._tell_saved()
                return
            finally:
                tried.set()
            await self._clock.sleep(wait_s * self._scale)

    def _tell_not_saved(self, error: KeystoreError) -> None:
        if self._saved:
            self._saved = False
            self._tell(Change.NOT_SAVED, error)

    def _tell_saved(self) -> None:
        if not self._saved:
            self._saved = True
            self._tell(Change.SAVED, None)

    async def _empty_keyring(self) -> list[str]:
        """Delete what is stored; return the names of the entries that could not be."""
        self._saved = self._keeping = False
        return [] if self._saved_sign_in is None else await self._saved_sign_in.delete(by_person=True)

    async def _stop(self) -> None:
        self._stopped = True
        await _cancelled(self._loop)
        await _cancelled(self._renewal, after_s=LEAVE_DEADLINE_S)
        for storing in (self._keeper, self._saver):
            await _cancelled(storing, after_s=0.0 if self._ended else LEAVE_DEADLINE_S)
        self._loop = self._keeper = self._saver = None


async def _cancelled(task: asyncio.Task[Any] | None, *, after_s: float = 0.0) -> None:
    if task is not None:
        await asyncio.wait({task}, timeout=after_s)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _lapsing() -> SignedOutError:
    return SignedOutError(
        "Webex will not renew it. Your lines stay registered until it runs out; sign in again before then.",
        title="Your sign-in is about to end",
        remedies=(Remedy.SIGN_IN,),
    )


async def _revoke_late(exchange: asyncio.Task[Token], calls: TokenCalls) -> None:
    with contextlib.suppress(SignInError):
        await calls.revoke(await exchange)


_LATE: set[asyncio.Task[None]] = set()


def _remember(task: asyncio.Task[None]) -> None:
    """Hold a task that nobody waits for until it has ended: the loop itself does not."""
    _LATE.add(task)
    task.add_done_callback(_LATE.discard)
