"""What the panel is handed by the composition root: how to sign in and how to reach the calling service."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from softphone.agent.provider import Provider
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.keyring_wait import PatientKeystore
from softphone.auth.oauth import SignInAttempt
from softphone.auth.session import FixedToken, Session

SignIn = Session | FixedToken


class Tokens:
    """Whose token requests carry: the account's sign-in of the moment (`webex.client.TokenSource`).

    Signing in again puts a new sign-in in its place; lines and provider go on with it.
    """

    def __init__(self, sign_in: SignIn) -> None:
        self.sign_in = sign_in

    async def access_token(self) -> str:
        """Return a token that is good for a while. Raises SignedOutError or RenewalError."""
        return await self.sign_in.access_token()

    async def renew(self, rejected: str) -> str:
        """Return another token than the rejected one. Raises SignedOutError or RenewalError."""
        return await self.sign_in.renew(rejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The outside world, as the composition root wires it.

    `begin_sign_in` raises ConfigError, `finish_sign_in` SignInError, `restore` KeystoreError (and returns
    None when nothing usable is stored); `provider` takes the account's key, empty when not known yet. Without
    an `identity` the cloud's client ID is all there is, without a `keyring` nobody ever waits for one.
    """

    begin_sign_in: Callable[[], SignInAttempt]
    finish_sign_in: Callable[[SignInAttempt, str], Awaitable[SignIn]]
    restore: Callable[[str], Awaitable[SignIn | None]]
    provider: Callable[[Tokens, str], Provider]
    identity: ClientIdentity | None = None
    keyring: PatientKeystore | None = None
