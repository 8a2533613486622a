"""What the panel is handed by the composition root: how to sign in and how to reach the calling service."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from softphone.auth.client_identity import ClientIdentity
from softphone.auth.keyring_wait import PatientKeystore
from softphone.auth.oauth import SignInAttempt
from softphone.auth.session import FixedToken, Session
from softphone.calling.provider import Provider
from softphone.errors import RenewalError, SignedOutError

SignIn = Session | FixedToken


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The outside world, as the composition root wires it.

    `begin_sign_in` raises ConfigError, `finish_sign_in` SignInError, `restore` KeystoreError (and returns
    None when nothing usable is stored); `provider` takes the account's key, empty when not known yet;
    `given_token` makes a sign-in of an access token; `network_changed` is to be called when what is connected
    belongs to a network before. Without an `identity` the cloud's client ID is all there
    is, without a `keyring` nobody ever waits for one.
    """

    begin_sign_in: Callable[[], SignInAttempt]
    finish_sign_in: Callable[[SignInAttempt, str], Awaitable[SignIn]]
    restore: Callable[[str], Awaitable[SignIn | None]]
    provider: Callable[[Tokens, str], Provider]
    given_token: Callable[[str], FixedToken] = FixedToken
    network_changed: Callable[[], None] = lambda: None
    identity: ClientIdentity
    keyring: PatientKeystore
