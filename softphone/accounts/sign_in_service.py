"""What the panel is handed by the composition root: how to sign in and how to reach the calling service."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from softphone.auth.asked_token import AskForToken
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.device_code import DeviceGrant
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import Keystore
from softphone.auth.oauth import SignInAttempt
from softphone.auth.session import Session
from softphone.calling.provider import Provider
from softphone.errors import KeystoreError, RenewalError, SignedOutError

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


class SignInService(Protocol):
    """The world outside, as the panel needs it (`app.Services`)."""

    identity: ClientIdentity
    keyring: Keystore

    def begin_sign_in(self) -> SignInAttempt:
        """Return a new attempt. Raises ConfigError when this cloud has no client ID."""
        ...

    async def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> SignIn:
        """Turn the redirect into a sign-in. Raises SignInError."""
        ...

    async def ask_for_code(self) -> DeviceGrant:
        """Return a code to enter on another device. Raises SignInError, and ConfigError where none is had."""
        ...

    async def sign_in_by_code(self, grant: DeviceGrant) -> SignIn:
        """Wait until a person has entered the code. Raises SignInError."""
        ...

    async def restore(self, account_key: str) -> SignIn | None:
        """Return the stored sign-in, None when nothing usable is stored. Raises KeystoreError."""
        ...

    def given_token(self, access_token: str | AskForToken) -> FixedToken:
        """Return the sign-in of an access token that was given directly, or of what is asked for one."""
        ...

    def provider(self, tokens: Tokens, account_key: str) -> Provider:
        """Return what reaches the calling service; the key is empty when it is not known yet."""
        ...

    def network_changed(self) -> None:
        """Forget what is connected: it belongs to a network before."""
        ...


async def read_sign_in(
    service: SignInService, account_key: str, *, by_person: bool = False
) -> tuple[SignIn | None, KeystoreError | None]:
    """Return what the keyring holds; `by_person`: one that is locked asks to be unlocked."""
    try:
        if by_person:
            await service.keyring.unlock()
        await service.identity.load()
        return await service.restore(account_key), None
    except KeystoreError as error:
        return None, error
