"""The last word on an access token that nothing can renew: what identity (`people/me`) says of it.

One server that answers 401 may be wrong about a token; that server's trouble ends no sign-in.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from softphone.auth.oauth import signed_out
from softphone.auth.token_answer import TOKEN_BODY_LIMIT_BYTES
from softphone.auth.untrusted import BadJsonError, read_json
from softphone.errors import RenewalError, RequestError
from softphone.i18n import own, phrase

# Ask `people/me` with an access token; returns status and body. Raises RequestError.
AskIdentity = Callable[[str], Awaitable[tuple[int, bytes]]]

CONFIRMED_FOR_S = 60.0  # nominal; identity is not asked again about a token that it has just accepted

_ACCEPTING = frozenset({*range(200, 300), HTTPStatus.FORBIDDEN})  # 403: the token is good, a scope is missing


async def confirm(access_token: str, ask: AskIdentity | None) -> None:
    """Return when identity accepts the token.

    Raises SignedOutError when it does not, or when nobody can ask it, and RenewalError when it gave no clear
    answer.
    """
    if ask is None or not access_token:
        raise signed_out()
    try:
        status, body = await ask(access_token)
    except RequestError as error:
        raise no_answer(error.title, error.tracking_id) from error
    if status == HTTPStatus.UNAUTHORIZED and _is_object(body):
        raise signed_out()
    if status not in _ACCEPTING:
        raise no_answer(f"HTTP {status}")


def no_answer(why: str, tracking_id: str = "") -> RenewalError:
    """Return the error of a service that did not say whether the sign-in lives; `why` is a few words."""
    return RenewalError(
        phrase("The sign-in server did not answer ({why}).", why=own(why)), tracking_id=tracking_id
    )


def refused_again() -> RenewalError:
    """Return the error of a token that was renewed or confirmed a moment ago: that server is in trouble."""
    return RenewalError("It was renewed only a moment ago and refused again. We keep trying.")


def _is_object(body: bytes) -> bool:
    """Whether it is an answer of the service, which speaks JSON, and not some gateway's page."""
    try:
        return isinstance(read_json(body, limit_bytes=TOKEN_BODY_LIMIT_BYTES), dict)
    except BadJsonError:
        return False
