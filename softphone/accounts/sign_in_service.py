"""Signing in: what the panel is handed by the composition root for it, and the ways in.

The ways are the embedded page, the person's own browser and an access token; they end in the same place.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from softphone.accounts.snapshot import Purpose
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import PatientKeystore
from softphone.auth.loopback import LoopbackListener
from softphone.auth.oauth import SignInAttempt, adapt
from softphone.auth.session import Session
from softphone.calling.provider import Provider
from softphone.errors import RenewalError, RequestError, SignedOutError, SignInError, SignInOutcome
from softphone.line.failure import Disposition
from softphone.line.model import Account

SignIn = Session | FixedToken

_TOKEN_LIMIT_CHARS = 8192  # as of an answer of the token endpoint (sign-in.md#answer)


class Tokens:
    """Whose token requests carry: the account's sign-in of the moment (`webex.client.TokenSource`).

    Signing in again puts a new sign-in in its place; lines and provider go on with it, and so does who was
    waiting for the old one: how that ends is nobody's business any more.
    """

    def __init__(self, sign_in: SignIn) -> None:
        self.sign_in = sign_in

    async def access_token(self) -> str:
        """Return a token that is good for a while. Raises SignedOutError or RenewalError."""
        return await self._of_the_moment(lambda sign_in: sign_in.access_token())

    async def renew(self, rejected: str) -> str:
        """Return another token than the rejected one. Raises SignedOutError or RenewalError."""
        return await self._of_the_moment(lambda sign_in: sign_in.renew(rejected))

    async def _of_the_moment(self, ask: Callable[[SignIn], Awaitable[str]]) -> str:
        while True:
            sign_in = self.sign_in
            try:
                return await ask(sign_in)
            except (SignedOutError, RenewalError, asyncio.CancelledError):
                caller = asyncio.current_task()
                if self.sign_in is sign_in or (caller is not None and caller.cancelling()):
                    raise


class SignInService(Protocol):
    """The world outside, as the panel needs it (`app.Services`)."""

    identity: ClientIdentity
    keyring: PatientKeystore

    def begin_sign_in(self) -> SignInAttempt:
        """Return a new attempt. Raises ConfigError when this cloud has no client ID."""
        ...

    async def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> SignIn:
        """Turn the redirect into a sign-in. Raises SignInError."""
        ...

    async def restore(self, account_key: str) -> SignIn | None:
        """Return the stored sign-in, None when nothing usable is stored. Raises KeystoreError."""
        ...

    def given_token(self, access_token: str) -> FixedToken:
        """Return the sign-in of an access token that was given directly."""
        ...

    def provider(self, tokens: Tokens, account_key: str) -> Provider:
        """Return what reaches the calling service; the key is empty when it is not known yet."""
        ...

    def network_changed(self) -> None:
        """Forget what is connected: it belongs to a network before."""
        ...


class SigningIn:
    """Every attempt to sign in of one panel, from its beginning until its redirect has come, once.

    `known` gives the accounts that are shown; `arrived` gets the sign-in and what it is for.
    """

    def __init__(
        self,
        service: SignInService,
        known: Callable[[], tuple[Account, ...]],
        arrived: Callable[[SignIn, Purpose], None],
    ) -> None:
        self._service = service
        self._known = known
        self._arrived = arrived
        self._attempts: dict[str, Purpose] = {}

    def begin(self, purpose: Purpose) -> SignInAttempt:
        """Return a new attempt. Raises ConfigError when this cloud has no client ID."""
        known = {account.key: account.address for account in self._known()}
        attempt = self._service.begin_sign_in()
        if hint := known.get(purpose.account_key):
            attempt = adapt(attempt, login_hint=hint)
        elif known:  # somebody else: a browser would go on with who is signed in there already
            attempt = adapt(attempt, choose_account=True)
        self._attempts[attempt.state] = purpose
        return attempt

    def cancel(self, attempt: SignInAttempt) -> None:
        """Forget an attempt: its redirect is not taken any more."""
        self._attempts.pop(attempt.state, None)

    async def finish(self, attempt: SignInAttempt, redirect_url: str) -> None:
        """Turn the redirect into a sign-in, once. Raises SignInError."""
        purpose = self._attempts.pop(attempt.state, None)
        if purpose is None:
            raise SignInError("That attempt to sign in is over.", outcome=SignInOutcome.EXPIRED)
        self._arrived(await self._service.finish_sign_in(attempt, redirect_url), purpose)

    async def with_browser(self, open_url: Callable[[str], object], purpose: Purpose) -> None:
        """Call `open_url` with the page's address and wait for the browser to come back.

        Lasts ten minutes at most; cancel it to stop. Raises ConfigError and SignInError.
        """
        attempt = self.begin(purpose)
        try:
            async with LoopbackListener(attempt) as listener:
                open_url(listener.attempt.authorize_url)
                redirect_url = await listener.redirect()
                attempt = listener.attempt
            await self.finish(attempt, redirect_url)
        finally:
            self.cancel(attempt)

    async def with_token(self, access_token: str) -> None:
        """Use an access token as it is, for as long as it lasts; it is kept nowhere. Raises SignInError."""
        sign_in = self._service.given_token(_checked(access_token))
        provider = self._service.provider(Tokens(sign_in), "")
        try:
            sign_in.expires_at = await provider.token_expiry()
        except RequestError as error:
            if error.failure.disposition is Disposition.SIGN_IN:
                raise _refused("Webex does not accept this access token. Nothing was changed.") from error
        finally:
            await provider.close()
        self._arrived(sign_in, Purpose(keep=False))


def _checked(access_token: str) -> str:
    token = access_token.strip()
    printable = token.isascii() and token.isprintable() and " " not in token
    if not token or not printable or len(token) > _TOKEN_LIMIT_CHARS:
        raise _refused("That is no access token: it is one long word. Nothing was changed.")
    return token


def _refused(sentence: str) -> SignInError:
    return SignInError(
        sentence, outcome=SignInOutcome.DENIED, title="The access token cannot be used", remedies=()
    )
