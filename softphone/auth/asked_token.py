"""An access token that somebody else renews: it is asked for when one is needed.

First, when the service has refused the one before, and when that is about to expire. Whoever is asked may
fail, hang or answer nonsense: that is a RenewalError, and asked again at growing distances. The sign-in
ends only when whoever is asked raises a SignedOutError.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from softphone.auth.changes import Change, Receipt
from softphone.auth.fixed_token import FixedToken, checked_token
from softphone.auth.token_service import AskIdentity
from softphone.auth.untrusted import plain_text
from softphone.errors import RenewalError, RequestError, SignedOutError, SoftphoneError
from softphone.i18n import Phrase, own, phrase
from softphone.line.failure import Remedy
from softphone.system import live_secrets
from softphone.system.loop_time import within
from softphone.system.tasks import Tasks

_log = logging.getLogger(__name__)

ASK_DEADLINE_S = 30.0  # a browser or a vault may have to be woken
PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0  # nominal; between two questions after a failure, doubled each time
SOON_S = 120.0  # before its end a new one is asked for; a tenth of its life if that is less

# Return an access token; raise SignedOutError when there will be none any more.
AskForToken = Callable[[], Awaitable[str]]
# Return when a token ends, on the wall clock, or None. Raises RequestError.
AskExpiry = Callable[[str], Awaitable[float | None]]


class AskedToken(FixedToken):
    """The sign-in of a token that is asked for. Kept in memory only; one question serves all who wait."""

    def __init__(
        self,
        ask: AskForToken,
        *,
        ask_identity: AskIdentity | None = None,
        ask_expiry: AskExpiry | None = None,
        time_scale: float = 1.0,
    ) -> None:
        super().__init__("", ask_identity=ask_identity, time_scale=time_scale)
        self._ask = ask
        self._ask_expiry = ask_expiry
        self._time_scale = time_scale
        self._tasks = Tasks()
        self._question: asyncio.Task[str] | None = None
        self._soon_at: float | None = None  # wall clock
        self._pause_s = PAUSE_S
        self._not_before_s = float("-inf")  # of the loop's clock
        self._trouble: RenewalError | None = None

    async def access_token(self) -> str:
        """Return a token that is good for a while. Raises SignedOutError and RenewalError."""
        if self._ended is not None:
            raise self._ended
        now = time.time()
        if self._access_token and (self._soon_at is None or now < self._soon_at):
            return self._access_token
        try:
            return await self._fresh()
        except RenewalError:
            if self._access_token and self.expires_at is not None and now < self.expires_at:
                return self._access_token
            raise

    async def renew(self, rejected: str) -> str:
        """Return another token than the rejected one, or the same when identity accepts it after all.

        Raises SignedOutError and RenewalError.
        """
        if self._ended is not None:
            raise self._ended
        if self._access_token not in ("", rejected):
            return self._access_token
        fresh = await self._fresh()
        if fresh == rejected:
            try:
                await self._confirm()
            except SignedOutError as error:
                raise self._failed("The one that came is the one that Webex has refused.") from error
        return fresh

    def renew_now(self) -> None:
        """Let the next who needs a token ask, whatever went wrong before."""
        self._not_before_s = float("-inf")

    async def sign_out(self) -> Receipt:
        """Forget the token, and ask for none any more."""
        await self.close()
        return await super().sign_out()

    async def close(self) -> None:
        """End what is being asked."""
        if self._question is not None:
            self._question.cancel()
        await self._tasks.close()

    # ---- private

    async def _fresh(self) -> str:
        if self._question is None or self._question.done():
            wait_s = self._not_before_s - asyncio.get_running_loop().time()
            if self._trouble is not None and wait_s > 0:
                raise RenewalError(
                    self._trouble.sentence, title=self._trouble.title, retry_after_s=round(wait_s, 1)
                )
            self._question = asyncio.ensure_future(self._put_question())
            self._question.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._question)  # whoever stops waiting takes it from nobody

    async def _put_question(self) -> str:
        asking = self._tasks.start(self._answer(), "asking for an access token")
        try:
            in_time = await within(asking, ASK_DEADLINE_S)
        finally:
            asking.cancel()
        match asking.result() if in_time else phrase("Nothing came within {n} s.", n=int(ASK_DEADLINE_S)):
            case SignedOutError() as error:
                self._end(error)
                raise error
            case SoftphoneError() as error:
                raise self._failed(error.sentence) from error
            case Phrase() as why:
                raise self._failed(why)
            case answer:
                token = checked_token(answer)
        if token is None:
            raise self._failed("What came is no access token: that is one long word.")
        if token != self._access_token:
            self._take(token)
        return token

    async def _answer(self) -> object:
        """Return what whoever is asked answers, or the error of whatever they raise."""
        try:
            return await self._ask()
        except SoftphoneError as error:
            return error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return SoftphoneError("Asking for it was cancelled.")
        except Exception as error:  # noqa: BLE001 - a developer's function must never stop the lines
            words = plain_text(str(error)) or type(error).__name__
            _log.info("asking for an access token failed: %s: %s", type(error).__name__, words)
            return SoftphoneError(phrase("Asking for it failed: {why}.", why=words.rstrip(".")))

    def _take(self, token: str) -> None:
        live_secrets.note(token)
        was_held = bool(self._access_token) or self._trouble is not None
        self._access_token, self._trouble, self._pause_s = token, None, PAUSE_S
        self.expires_at = self._soon_at = None
        self._confirmed_at_s = float("-inf")
        if was_held:
            self.on_change(Change.RENEWED, None)
        if self._ask_expiry is not None:
            self._tasks.start(self._learn_expiry(token, self._ask_expiry))

    async def _learn_expiry(self, token: str, ask: AskExpiry) -> None:
        try:
            ends = await ask(token)
        except RequestError:
            return
        if ends is not None and token == self._access_token:
            now = time.time()
            self.expires_at, self._soon_at = ends, ends - min(SOON_S, max(0.0, ends - now) / 10)

    def _failed(self, why: str) -> RenewalError:
        """Note that there is no new token, and return the error that says why."""
        pause_s = self._pause_s
        self._pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        self._not_before_s = asyncio.get_running_loop().time() + pause_s * self._time_scale
        self._trouble = RenewalError(
            phrase("{why} It is asked for again.", why=own(why)),
            title="No new access token yet",
            remedies=(Remedy.RETRY,),
            retry_after_s=pause_s * self._time_scale,
        )
        self.on_change(Change.TROUBLE, self._trouble)
        return self._trouble
