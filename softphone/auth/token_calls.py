"""The three calls to the token endpoint: exchange a code, renew, revoke (sign-in.md#requests).

Each sends one form through the `PostForm` it is handed and reads the answer with `auth.oauth`.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from softphone.auth.identity import no_answer
from softphone.auth.oauth import (
    SignInAttempt,
    Token,
    basic_auth,
    exchange_form,
    read_renewal_answer,
    read_token_answer,
    renewal_form,
    revoke_form,
)
from softphone.errors import RequestError, SignInError, SignInOutcome
from softphone.i18n import own, phrase
from softphone.line.failure import Disposition
from softphone.settings.cloud_file import Cloud

REVOKE_DEADLINE_S = 5.0  # both tokens together; real seconds


class PostForm(Protocol):
    """Send a form; return status, headers and body. Raises RequestError (`webex.client` implements it)."""

    async def __call__(
        self, url: str, form: Mapping[str, str], *, basic: tuple[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """`basic` is a client ID and secret for HTTP Basic."""
        ...


@dataclass(frozen=True, slots=True)
class Clock:
    """Where time and chance come from. `now` is the wall clock; `jitter` gives 0..1."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random


class TokenCalls:
    """The token endpoint of one cloud, asked as one client."""

    def __init__(self, cloud: Cloud, post_form: PostForm, client_secret: str, clock: Clock) -> None:
        self._cloud = cloud
        self._post_form = post_form
        self._client_secret = client_secret
        self._clock = clock

    async def exchange(self, attempt: SignInAttempt, code: str) -> Token:
        """Send the code once: an exchange that may have arrived is never repeated (sign-in.md#requests).

        Raises SignInError.
        """
        form = exchange_form(self._cloud, attempt, code, self._client_secret)
        try:
            status, headers, body = await self._ask(form)
        except RequestError as error:
            # A host that answers nonsense is not a network that fails.
            nonsense = error.failure.disposition is Disposition.SICK_HOST
            raise SignInError(
                phrase("{why} Nothing was changed.", why=own(error.sentence)),
                outcome=SignInOutcome.BAD_ANSWER if nonsense else SignInOutcome.TRANSIENT,
                title=error.title,
                tracking_id=error.tracking_id,
            ) from error
        return read_token_answer(
            status, headers, body, requested_scopes=attempt.scopes, now=self._clock.now()
        )

    async def renew(self, held: Token, refresh_token: str) -> Token:
        """Ask for a new token. Raises RenewalError, or SignedOutError for `invalid_grant`."""
        form = renewal_form(self._cloud, refresh_token, self._client_secret)
        try:
            status, headers, body = await self._ask(form)
        except RequestError as error:
            raise no_answer(error.title, error.tracking_id) from error
        return read_renewal_answer(status, headers, body, held=held, now=self._clock.now())

    async def revoke(self, token: Token) -> bool:
        """Revoke refresh token, then access token; whether the service took both. Never raises."""
        if not self._cloud.revoke_url:
            return False
        own = self._cloud.client_id
        basic = (own, self._client_secret) if self._client_secret else None
        held = ((token.refresh_token, "refresh_token"), (token.access_token, "access_token"))
        statuses = []
        try:
            async with asyncio.timeout(REVOKE_DEADLINE_S):
                for value, hint in held:
                    if value:
                        form = revoke_form(value, hint) | ({} if basic else {"client_id": own})
                        statuses.append((await self._post_form(self._cloud.revoke_url, form, basic=basic))[0])
        except (RequestError, TimeoutError):
            return False
        return all(status in range(200, 300) for status in statuses)

    async def _ask(self, form: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        basic = basic_auth(self._cloud, self._client_secret)
        return await self._post_form(self._cloud.token_url, form, basic=basic)
