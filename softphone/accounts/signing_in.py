"""The ways in: the embedded page, the person's own browser, an access token. They end in the same place.

An attempt is known here from its beginning until its redirect has come, once; `arrived` gets the sign-in and
what it is for.
"""

from collections.abc import Callable

from softphone.accounts.sign_in_service import SignIn, SignInService, Tokens
from softphone.accounts.snapshot import Purpose
from softphone.auth.loopback import LoopbackListener
from softphone.auth.oauth import SignInAttempt, adapt
from softphone.errors import RequestError, SignInError, SignInOutcome
from softphone.line.failure import Disposition
from softphone.line.model import Account

_TOKEN_LIMIT_CHARS = 8192  # as of an answer of the token endpoint (sign-in.md#answer)


class SigningIn:
    """Every attempt to sign in of one panel. `known` gives the accounts that are shown."""

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
