"""The renewal of one sign-in: when it is due, that it happens once, and how soon it is tried again.

Local clocks may be wrong in any way: they decide when to ask the service, and end nothing.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from softphone.auth.changes import Change, OnChange
from softphone.auth.token_answer import Token
from softphone.auth.token_service import Clock, refused_again
from softphone.errors import RenewalError, SignedOutError
from softphone.line.failure import Remedy
from softphone.system.files import held
from softphone.system.tasks import Tasks, end
from softphone.values import replace

log: logging.Logger = logging.getLogger(__name__)

# When a renewal is due (sign-in.md#renewal); short lives are renewed half-way.
LEAD_MIN_S = 600.0
LEAD_PART = 0.1
LEAD_JITTER_PART = 0.05
LEEWAY_S = 60.0  # a token this close to its end is not handed out
USE_LIMIT_S = 30 * 86_400.0  # renew at least this often, so that the refresh token keeps sliding
CLOCK_BACK_LIMIT_S = 300.0
LOOK_EVERY_S = 60.0  # the monotonic clock may stand still in sleep: look at the wall clock this often

# Between two renewals (sign-in.md#retries). All are multiplied by the policy's time_scale.
RETRY_BASE_S = 2.0
RETRY_CAP_S = 300.0
RETRY_FLOOR_S = 1.0
HOPELESS_RETRY_S = 3600.0  # after a refusal that asking again cannot mend

# Held round each renewal of a stored account, so that two processes do not renew at once
# (sign-in.md#one-at-a-time). It is given the account's key and may raise RenewalError.
Lock = Callable[[str], AbstractAsyncContextManager[object]]

LOCK_WAIT_S = 15.0  # sign-in.md#one-at-a-time


class Renewal:
    """Holds the `token` in use and has `newest` replace it in time, for all who ask at once.

    `newest` returns the token then in use and raises RenewalError or SignedOutError. `trouble` is how the
    last renewal failed, None after one that did not.
    """

    def __init__(
        self,
        token: Token,
        clock: Clock,
        *,
        time_scale: float,
        newest: Callable[[], Awaitable[Token]],
        tell: OnChange,
    ) -> None:
        self.trouble: RenewalError | None = None
        self._clock = clock
        self._scale = time_scale
        self._newest = newest
        self._tell = tell
        self._failures = 0
        self._not_before_s = float("-inf")  # monotonic
        self._pressed_until_s = float("-inf")  # the end of the pause against which a person has tried
        self._under_way: asyncio.Task[str] | None = None
        self._ahead: asyncio.Task[None] | None = None
        self._tasks = Tasks()
        self.is_stopped: bool = False  # begins no other one
        self._is_over = False  # the sign-in has ended
        self.adopt(token)

    def start(self) -> bool:
        """Begin renewing ahead of expiry; False when that was begun before, or there is nothing to renew."""
        if self._is_over or self._ahead is not None:
            return False
        self._ahead = self._tasks.start(self._renew_ahead(), "session")
        return True

    async def renewed(self) -> str:
        """Join the renewal under way or begin one; a cancelled caller does not cancel it.

        Returns the access token then in use. Raises SignedOutError when access has ended, and RenewalError
        when it could not be renewed, or not so soon after the last time.
        """
        if self._under_way is None:
            if self._waited_s() > 0 or self.is_stopped:
                raise self.trouble or refused_again()
            self._under_way = asyncio.create_task(self._renew_once(), name="renewal")
            self._under_way.add_done_callback(self._ended)
        return await asyncio.shield(self._under_way)

    def try_now(self) -> None:
        """Try again now what could not be renewed; while the server asks for a pause, once (L17)."""
        if self.trouble is None or self._is_over or (self.trouble.retry_after_s and self._is_press_used()):
            return
        if self.trouble.retry_after_s:
            self._pressed_until_s = self._not_before_s
        self._not_before_s = float("-inf")
        self._tasks.start(self._renew_quietly(), "renew now")

    def pause(self, delay_s: float) -> None:
        """Begin no renewal for so long (nominal seconds)."""
        self._not_before_s = self._clock.monotonic() + delay_s * self._scale

    def end(self) -> None:
        """Nothing is left to renew."""
        self._is_over = True

    async def stop(self, *, after_s: float) -> None:
        """Begin no other renewal; one under way gets that long, so that a rotated token is not lost."""
        self.is_stopped = True
        await self._tasks.close()
        await end(self._under_way, after_s=after_s)

    # --- When ---

    def adopt(self, token: Token) -> None:
        """Use this token from now on."""
        self.token: Token = token
        life_s = max(token.expires_at - token.obtained_at, 0.0)
        jitter_s = self._clock.jitter() * LEAD_JITTER_PART * life_s
        self._lead_s = min(max(LEAD_MIN_S, LEAD_PART * life_s) - jitter_s, life_s / 2)
        self._leeway_s = min(LEEWAY_S, LEAD_PART * life_s)
        now_s = self._clock.monotonic()
        self._good_until_s = now_s + token.expires_at - self._clock.now()
        self._good_at_most_until_s = now_s + life_s  # whatever the wall clock said when it was read

    def lapse(self) -> None:
        """Nothing renews the token any more: use it up."""
        self.token = replace(self.token, refresh_token=None, refresh_expires_at=None)
        self._not_before_s = float("-inf")

    @property
    def due_at(self) -> float | None:
        """Wall clock: about when the token is renewed ahead of its end; None when it cannot be."""
        if self._is_over or self.token.refresh_token is None:
            return None
        due_at = min(self.token.expires_at - self._lead_s, self.token.obtained_at + USE_LIMIT_S)
        return max(due_at, self._clock.now() + self._waited_s())

    def is_stale(self) -> bool:
        """Whether it is better renewed before it is used."""
        if self.token.refresh_token is None:
            return self.has_run_out()  # there is nothing to renew it with
        return self._life_left_s() <= self._leeway_s or self._clock_went_back()

    def has_run_out(self) -> bool:
        """Whether it has ended, by the later of both clocks."""
        return not self.token.access_token or self._life_left_at_most_s() <= 0

    def is_live(self, token: Token) -> bool:
        """Whether a token that was read somewhere may be used."""
        return token.expires_at - self._clock.now() > LEEWAY_S

    def _life_left_s(self) -> float:
        """By the earlier of both clocks: one may jump, one stand still in sleep (sign-in.md#clocks)."""
        wall_s = self.token.expires_at - self._clock.now()
        return min(wall_s, self._good_until_s - self._clock.monotonic())

    def _life_left_at_most_s(self) -> float:
        """By the later of both clocks: one that jumps ahead takes no access away."""
        wall_s = self.token.expires_at - self._clock.now()
        return max(wall_s, self._good_at_most_until_s - self._clock.monotonic())

    def _clock_went_back(self) -> bool:
        return self._clock.now() < self.token.obtained_at - CLOCK_BACK_LIMIT_S

    def _is_press_used(self) -> bool:
        return self._clock.monotonic() < self._pressed_until_s

    def _waited_s(self) -> float:
        """How long the next renewal has to wait."""
        return self._not_before_s - self._clock.monotonic()

    def _due_in_s(self) -> float:
        if self.token.refresh_token is None:
            return max(self._life_left_at_most_s(), self._waited_s())
        if self._clock_went_back():
            return self._waited_s()
        use_left_s = self.token.obtained_at + USE_LIMIT_S - self._clock.now()
        return max(min(self._life_left_s() - self._lead_s, use_left_s), self._waited_s())

    async def _renew_ahead(self) -> None:
        while not self._is_over:
            due_in_s = self._due_in_s()
            if due_in_s > 0:
                await self._clock.sleep(min(due_in_s, LOOK_EVERY_S))
            else:
                await self._renew_quietly()

    # --- Once ---

    async def _renew_quietly(self) -> None:
        with contextlib.suppress(RenewalError, SignedOutError):  # on_change has told them
            await self.renewed()

    async def _renew_once(self) -> str:
        try:
            token = await self._newest()
        except SignedOutError:
            raise
        except RenewalError as error:
            self._put_off(error)
            raise
        except Exception as fault:
            log.exception("renewing the sign-in failed unexpectedly")
            trouble = RenewalError("This is a fault in the program, not yours. It is tried again.")
            self._put_off(trouble)
            raise trouble from fault
        self._failures = 0
        self.trouble = None
        return token.access_token

    def _ended(self, renewal: asyncio.Task[str]) -> None:
        self._under_way = None
        if not renewal.cancelled():
            renewal.exception()  # seen: the callers may all be gone

    def _put_off(self, error: RenewalError) -> None:
        """Choose when the next renewal may be asked for, by full jitter (sign-in.md#retries)."""
        if self._is_over:
            return
        self._failures += 1
        self.trouble = error
        if Remedy.RETRY in error.remedies:
            span_s = min(RETRY_CAP_S, RETRY_BASE_S * 2 ** min(self._failures - 1, 16))
            delay_s = max(RETRY_FLOOR_S, span_s * self._clock.jitter()) * self._scale
        else:
            delay_s = HOPELESS_RETRY_S * self._scale
        self._not_before_s = self._clock.monotonic() + max(delay_s, error.retry_after_s or 0.0)
        if error.retry_after_s and self._is_press_used():  # another press would have no effect
            error.remedies = tuple(remedy for remedy in error.remedies if remedy is not Remedy.RETRY)
        level = logging.INFO if self._failures == 1 else logging.DEBUG
        log.log(level, "sign-in not renewed (%s), next try in %.0f s", error.title, delay_s)
        self._tell(Change.TROUBLE, error)


@contextlib.asynccontextmanager
async def excluding_others(
    folder: Path, account_key: str, *, wait_s: float = LOCK_WAIT_S
) -> AsyncIterator[None]:
    """Hold the account's lock file in `folder`; it holds no secret and no name.

    Raises RenewalError when another process held it all the time: that one is renewing, or stuck. Where
    there can be no lock file we go on without: the service and the keyring still tell who was first (R08).
    """
    name = hashlib.sha256(account_key.encode()).hexdigest()[:16]
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(held(folder / f"renewal-{name}.lock", wait_s=wait_s))
        except TimeoutError:
            raise RenewalError(
                "Another copy of this program is renewing your sign-in and has not ended. It is tried again."
            ) from None
        except OSError as error:
            log.info("renewing without a lock file: %s", error.strerror)
        yield
