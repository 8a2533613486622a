"""The sign-in service as a session asks it: exchange a code, renew, revoke, confirm a token.

Forms go out through the `PostForm` that is handed in (sign-in.md#requests); `auth.token_answer` reads what
comes back.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from softphone.auth.device_code import (
    GRANT_TYPE,
    DeviceGrant,
    NotYet,
    Waiting,
    read_device_token,
    read_grant,
)
from softphone.auth.oauth import SignInAttempt
from softphone.auth.token_answer import (
    TOKEN_BODY_LIMIT_BYTES,
    Token,
    read_renewal_answer,
    read_token_answer,
    signed_out,
)
from softphone.auth.untrusted import BadJsonError, read_json
from softphone.errors import RenewalError, RequestError, SignInError, SignInOutcome
from softphone.i18n import own, phrase
from softphone.line.failure import Disposition
from softphone.settings.cloud_file import AUTH_BASIC, AUTH_IN_BODY, Cloud

REVOKE_DEADLINE_S = 5.0  # both tokens together; real seconds
CONFIRMED_FOR_S = 60.0  # nominal; identity is not asked again about a token that it has just accepted

_ACCEPTING = frozenset({*range(200, 300), HTTPStatus.FORBIDDEN})  # 403: the token is good, a scope is missing

# Ask `people/me` with an access token; returns status and body. Raises RequestError.
AskIdentity = Callable[[str], Awaitable[tuple[int, bytes]]]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenService:
    """The sign-in service of one cloud, asked as one client.

    Without `ask_identity` any server's 401 is the last word on a token that nothing renews.
    """

    cloud: Cloud
    post_form: PostForm
    client_secret: str = field(default="", repr=False)
    ask_identity: AskIdentity | None = None
    clock: Clock = field(default_factory=Clock)

    async def exchange(self, attempt: SignInAttempt, code: str) -> Token:
        """Send the code once: an exchange that may have arrived is never repeated (sign-in.md#requests).

        Raises SignInError.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": attempt.redirect_uri,
            "code_verifier": attempt.code_verifier,
        }
        try:
            status, headers, body = await self._ask(form)
        except RequestError as error:
            raise _not_finished(error) from error
        return read_token_answer(status, headers, body, requested_scopes=attempt.scopes, now=self.clock.now())

    async def ask_for_code(self) -> DeviceGrant:
        """Ask for a code that a person enters on another device (RFC 8628, 3.1). Raises SignInError."""
        form = {"client_id": self.cloud.client_id, "scope": " ".join(self.cloud.scopes)}
        try:
            status, headers, body = await self.post_form(self.cloud.device_authorization_url, form)
        except RequestError as error:
            raise _not_finished(error) from error
        return read_grant(status, headers, body, scopes=self.cloud.scopes, now=self.clock.now())

    async def ask_by_code(self, grant: DeviceGrant) -> Token | NotYet:
        """Ask once whether the code was entered (RFC 8628, 3.4). Raises SignInError when it brings nothing.

        The client proves itself by HTTP Basic, as Webex's device endpoint wants it.
        """
        url = self.cloud.device_token_url or self.cloud.token_url
        client_id = self.cloud.client_id
        form = {"grant_type": GRANT_TYPE, "device_code": grant.device_code, "client_id": client_id}
        basic = (client_id, self.client_secret) if self.client_secret else None
        try:
            status, headers, body = await self.post_form(url, form, basic=basic)
        except RequestError:
            return NotYet(Waiting.TROUBLE)
        return read_device_token(status, headers, body, scopes=grant.scopes, now=self.clock.now())

    async def renew(self, held: Token, refresh_token: str) -> Token:
        """Ask for a new token, without scopes, so that the grant stays (sign-in.md#requests).

        Raises RenewalError, or SignedOutError for `invalid_grant`.
        """
        try:
            status, headers, body = await self._ask(
                {"grant_type": "refresh_token", "refresh_token": refresh_token}
            )
        except RequestError as error:
            raise _no_answer(error.title, error.tracking_id) from error
        return read_renewal_answer(status, headers, body, held=held, now=self.clock.now())

    async def revoke(self, token: Token) -> bool:
        """Revoke refresh token, then access token; whether the service took both. Never raises."""
        if not self.cloud.revoke_url:
            return False
        basic = (self.cloud.client_id, self.client_secret) if self.client_secret else None
        client = {} if basic else {"client_id": self.cloud.client_id}
        held = ((token.refresh_token, "refresh_token"), (token.access_token, "access_token"))
        statuses = []
        try:
            async with asyncio.timeout(REVOKE_DEADLINE_S):
                for value, hint in held:
                    if value:
                        form = {"token": value, "token_type_hint": hint} | client
                        statuses.append((await self.post_form(self.cloud.revoke_url, form, basic=basic))[0])
        except (RequestError, TimeoutError):
            return False
        return all(status in range(200, 300) for status in statuses)

    async def _ask(self, form: dict[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        """Post to the token endpoint. The secret goes into the form or before it, never into both."""
        client_id, secret, place = self.cloud.client_id, self.client_secret, self.cloud.client_auth
        form = form | {"client_id": client_id}
        if secret and place == AUTH_IN_BODY:
            form["client_secret"] = secret
        basic = (client_id, secret) if secret and place == AUTH_BASIC else None
        return await self.post_form(self.cloud.token_url, form, basic=basic)


async def confirm(access_token: str, ask: AskIdentity | None) -> None:
    """Return when identity (`people/me`) accepts the token; it has the last word on one that nothing renews.

    One server that answers 401 may be wrong about a token; that server's trouble ends no sign-in. Raises
    SignedOutError when identity does not accept it, or when nobody can ask it, and RenewalError when it gave
    no clear answer.
    """
    if ask is None or not access_token:
        raise signed_out()
    try:
        status, body = await ask(access_token)
    except RequestError as error:
        raise _no_answer(error.title, error.tracking_id) from error
    if status == HTTPStatus.UNAUTHORIZED and _is_object(body):
        raise signed_out()
    if status not in _ACCEPTING:
        raise _no_answer(f"HTTP {status}")


def refused_again() -> RenewalError:
    """Return the error of a token that was renewed or confirmed a moment ago: that server is in trouble."""
    return RenewalError("It was renewed only a moment ago and refused again. It is tried again.")


def _no_answer(why: str, tracking_id: str = "") -> RenewalError:
    """Return the error of a service that did not say whether the sign-in lives; `why` is a few words."""
    return RenewalError(
        phrase("The sign-in server did not answer ({why}).", why=own(why)), tracking_id=tracking_id
    )


def _not_finished(error: RequestError) -> SignInError:
    """Return how an attempt ends that got no answer."""
    # A host that answers nonsense is not a network that fails.
    nonsense = error.failure.disposition is Disposition.SICK_HOST
    return SignInError(
        phrase("{why} Nothing was changed.", why=own(error.sentence)),
        outcome=SignInOutcome.BAD_ANSWER if nonsense else SignInOutcome.TRANSIENT,
        title=error.title,
        tracking_id=error.tracking_id,
    )


def _is_object(body: bytes) -> bool:
    """Whether it is an answer of the service, which speaks JSON, and not some gateway's page."""
    try:
        return isinstance(read_json(body, limit_bytes=TOKEN_BODY_LIMIT_BYTES), dict)
    except BadJsonError:
        return False
