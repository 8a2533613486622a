"""An access token given directly, in the place of a session."""

import asyncio

from softphone.auth.changes import Change, OnChange, Receipt, ReceiptItem, Step
from softphone.auth.token_answer import signed_out
from softphone.auth.token_service import CONFIRMED_FOR_S, AskIdentity, confirm, refused_again
from softphone.errors import SignedOutError

TOKEN_LIMIT_CHARS = 8192  # as of an answer of the token endpoint (sign-in.md#answer)


def checked_token(given: object) -> str | None:
    """Return an access token without what stands round it; None for what cannot be one."""
    token = given.strip() if isinstance(given, str) else ""
    is_word = token.isascii() and token.isprintable() and " " not in token
    return token if token and is_word and len(token) <= TOKEN_LIMIT_CHARS else None


class FixedToken:
    """An access token given directly (a developer's, from the environment): memory only, never renewed.

    `ask_identity` has the last word when a server refuses it; without, any server's 401 ends it.
    """

    session_only = True  # it is stored nowhere
    notes: tuple[str, ...] = ()  # nothing was answered, so nothing was odd
    clock_off_s: float = 0.0  # not known

    def __init__(
        self, access_token: str, *, ask_identity: AskIdentity | None = None, time_scale: float = 1.0
    ) -> None:
        self.on_change: OnChange = lambda change, error: None  # noqa: ARG005
        self.expires_at: float | None = None  # wall clock, once somebody has asked; None: not known
        self._access_token = access_token
        self._ask_identity = ask_identity
        self._confirmed_for_s = CONFIRMED_FOR_S * time_scale
        self._confirmed_at_s = float("-inf")  # of the loop's clock
        self._asking = asyncio.Lock()  # one question serves all who wait for the answer
        self._ended: SignedOutError | None = None

    def start(self) -> None:
        """Nothing to renew."""

    async def access_token(self) -> str:
        """Return the token. Raises SignedOutError once the service has refused it."""
        if self._ended is not None:
            raise self._ended
        return self._access_token

    async def renew(self, rejected: str) -> str:  # noqa: ARG002 - there is only one
        """Return the same token when identity accepts it after all.

        Raises SignedOutError when it does not accept it, and RenewalError when it did not say, or accepted it
        less than a minute ago.
        """
        try:
            await self._confirm()
        except SignedOutError as error:
            self._end(error)
        return await self.access_token()

    async def _confirm(self) -> None:
        """Return when identity accepts the token; the errors are those of `renew`."""
        now_s = asyncio.get_running_loop().time
        came_at_s = now_s()
        async with self._asking:
            if self._ended is None and self._confirmed_at_s <= came_at_s:
                if came_at_s < self._confirmed_at_s + self._confirmed_for_s:
                    raise refused_again()
                await confirm(self._access_token, self._ask_identity)
                self._confirmed_at_s = now_s()

    def _end(self, error: SignedOutError) -> None:
        if self._ended is None:  # not signed out meanwhile
            self._ended = error
            self.on_change(Change.ENDED, error)

    def renew_now(self) -> None:
        """Nothing to renew."""

    async def keep(self, account_key: str) -> None:
        """Keep nothing."""

    def belongs_to(self, account_key: str) -> None:
        """Nothing is kept under it."""

    async def sign_out(self) -> Receipt:
        """Forget the token. It was not issued to this program, so it is not revoked."""
        self._ended = signed_out()
        self._access_token = ""
        forgotten = "The access token was forgotten; this program did not ask for it, so it ends by itself."
        return Receipt(
            (
                ReceiptItem(step=Step.TOKENS, done=True, sentence=forgotten),
                ReceiptItem(step=Step.KEYRING, done=True, sentence="Nothing was saved there."),
            )
        )

    async def close(self) -> None:
        """Nothing is open."""
