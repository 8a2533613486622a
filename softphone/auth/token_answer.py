"""Reading what the token endpoint answers (sign-in.md#answer). Pure.

Only the sign-in service itself can refuse: what is not in its shape is somebody else's page. What is usable
of an answer is kept, for the service may have rotated the tokens with it. No exception holds a token or any
of the body.
"""

import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from softphone.auth.refusals import Refusal, error_name, error_name_in, refusal
from softphone.auth.untrusted import (
    BadJsonError,
    header,
    http_date,
    plain_text,
    read_json,
    retry_after_s,
    tracking_id,
)
from softphone.errors import RenewalError, SignedOutError, SignInError, SignInOutcome
from softphone.i18n import phrase
from softphone.line.failure import Remedy
from softphone.system import live_secrets
from softphone.values import replace

TOKEN_BODY_LIMIT_BYTES = 64 * 1024

# What registering a line takes (sign-in.md#scopes); the others only enrich the window.
CALLING_SCOPES = frozenset({"spark:webrtc_calling", "spark:calls_read", "spark:calls_write", "spark:xsi"})
_UMBRELLA_SCOPE = "spark:all"

LIFE_ASSUMED_S = 3600  # of a token whose end nobody has told

_TOKEN_LIMIT_CHARS = 8192
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_SECONDS = re.compile(r"[0-9]{1,10}(\.[0-9]{1,9})?")
_LIFE_LIMIT_S = 10 * 365 * 86_400
_CLOCK_LIMIT_S = 300.0
_LIMITED_DEFAULT_S = 15.0
_LIMITED_FLOOR_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token and what renews it. Times are wall clock, seconds since the epoch.

    `notes` are sentences for a person about what was odd in the answer (lifetime assumed, scope missing).
    `clock_off_s` is how far this computer's clock is off, when that is more than five minutes.
    """

    access_token: str = field(repr=False)
    expires_at: float
    refresh_token: str | None = field(default=None, repr=False)
    refresh_expires_at: float | None = None
    scopes: tuple[str, ...] = ()
    obtained_at: float = 0.0
    notes: tuple[str, ...] = ()
    clock_off_s: float = 0.0

    def __post_init__(self) -> None:
        live_secrets.note(self.access_token, self.refresh_token)


def read_token_answer(
    status: int, headers: Mapping[str, str], body: bytes, *, requested_scopes: tuple[str, ...], now: float
) -> Token:
    """Return the first token of a sign-in, or raise SignInError (sign-in.md#answer).

    `now` is the wall clock. A scope that calling cannot do without and that was not granted is an error of
    configuration; any other missing scope is a note.
    """
    answer = _judge(status, headers, body, now, first=True)
    if isinstance(answer, _Refused):
        raise answer.row.error(answer.tracking_id)
    missing = missing_scopes(answer.scopes, requested_scopes) if answer.scopes else ()
    if CALLING_SCOPES.intersection(missing):
        raise SignInError(
            phrase(
                "Ask your administrator to allow the calling scope for this app. Missing: {scopes}.",
                scopes=", ".join(sorted(CALLING_SCOPES.intersection(missing))),
            ),
            outcome=SignInOutcome.CONFIG_ERROR,
            title="This app was not allowed to use calling",
            remedies=(Remedy.COPY_FOR_ADMIN, Remedy.SIGN_IN),
        )
    notes = answer.notes
    if answer.refresh_token is None:
        kept = phrase("Webex will not keep you signed in: it sent nothing to renew the sign-in with.")
        notes = (*notes, kept)
    if missing:
        note = phrase(
            "Webex did not allow everything that was asked for. Missing: {scopes}.", scopes=", ".join(missing)
        )
        notes = (*notes, note)
    return replace(answer, scopes=answer.scopes or requested_scopes, notes=notes)


def read_renewal_answer(
    status: int, headers: Mapping[str, str], body: bytes, *, held: Token, now: float
) -> Token:
    """Return the renewed token (sign-in.md#r-vectors), keeping of the held one what it leaves out.

    An answer may hold a new refresh token and no usable access token: then the access token is the held one.
    Raises SignedOutError for `invalid_grant` and nothing else; RenewalError for everything that leaves the
    sign-in alive. A RenewalError without `Remedy.RETRY` is not worth trying again by itself.
    """
    answer = _judge(status, headers, body, now)
    if isinstance(answer, _Refused):
        if answer.error == "invalid_grant":
            raise signed_out(answer.tracking_id)
        if answer.refresh_token is not None:  # the held one may be dead by now
            return replace(held, refresh_token=answer.refresh_token)
        raise RenewalError(
            answer.row.sentence,
            remedies=_renewal_remedies(answer),
            tracking_id=answer.tracking_id,
            retry_after_s=answer.retry_after_s,
        )
    notes = answer.notes
    if hmac.compare_digest(answer.access_token.encode(), held.access_token.encode()):
        notes = (*notes, phrase("Webex renewed the sign-in with the same token as before."))
    return replace(
        answer,
        refresh_token=answer.refresh_token or held.refresh_token,
        refresh_expires_at=answer.refresh_expires_at or held.refresh_expires_at,
        scopes=answer.scopes or held.scopes,
        notes=notes,
    )


def missing_scopes(granted: Collection[str], wanted: Collection[str]) -> tuple[str, ...]:
    """Return those of the wanted scopes that the granted ones do not allow (sign-in.md#scopes)."""
    allowed = {scope.casefold() for scope in granted}
    umbrella = _UMBRELLA_SCOPE in allowed
    return tuple(
        scope
        for scope in wanted
        if scope.casefold() not in allowed and not (umbrella and scope.startswith("spark:"))
    )


def signed_out(tracking_id: str = "") -> SignedOutError:
    """Return the error for a sign-in that has ended (interface.md#messages)."""
    return SignedOutError(
        "Webex no longer accepts this sign-in. Your lines come back when you sign in.",
        title="Your sign-in has ended",
        remedies=(Remedy.SIGN_IN,),
        tracking_id=tracking_id,
    )


# --- Judging an answer ---


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """A token answer that is no token. `error` is the OAuth name when one could be found.

    `refresh_token` is a usable one of an answer that has no usable access token.
    """

    row: Refusal
    error: str = ""
    refresh_token: str | None = field(default=None, repr=False)
    tracking_id: str = ""
    retry_after_s: float | None = None


_TRANSIENT: Final = Refusal(
    SignInOutcome.TRANSIENT,
    "Sign-in not finished",
    "The sign-in server did not answer properly. Nothing was changed.",
)
_BAD_ANSWER: Final = Refusal(
    SignInOutcome.BAD_ANSWER,
    "Sign-in not finished",
    "The sign-in server sent an answer that makes no sense. Nothing was changed.",
)
_LIMITING_STATUSES: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.LOCKED})
_TRANSIENT_STATUSES: Final = frozenset(
    {HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, HTTPStatus.REQUEST_TIMEOUT, *range(500, 600)}
)


def is_service_answer(answer: object) -> bool:
    """Whether a JSON value is in a shape of the sign-in service, and not a firewall's or a proxy's page.

    The shapes are tokens, an OAuth error, and a Webex error (sign-in.md#errors).
    A `message` alone is none: every gateway sends that.
    """
    if not isinstance(answer, dict):
        return False
    if "access_token" in answer or (isinstance(answer.get("error"), str) and answer["error"]):
        return True
    named = bool(error_name_in([plain_text(answer.get("message"))]))
    return named or isinstance(answer.get("errors"), list) or bool(tracking_id({}, answer))


def _judge(
    status: int, headers: Mapping[str, str], body: bytes, now: float, *, first: bool = False
) -> Token | _Refused:
    """Return the token or the refusal; a first answer, from which nothing can be lost, is judged by T11."""
    try:
        answer = read_json(body, limit_bytes=TOKEN_BODY_LIMIT_BYTES)
    except BadJsonError:
        answer = None
    trace = tracking_id(headers, answer)
    if status in _LIMITING_STATUSES:
        return _limited(headers, now, trace)
    if status in _TRANSIENT_STATUSES or (status >= HTTPStatus.BAD_REQUEST and not is_service_answer(answer)):
        return _Refused(row=_TRANSIENT, tracking_id=trace)
    fields = answer if isinstance(answer, dict) else {}
    name, described = error_of(fields)
    if name or status >= HTTPStatus.BAD_REQUEST:
        if not name and status == HTTPStatus.UNAUTHORIZED:  # here only the client itself can be unknown
            name = "invalid_client"
        row = refusal(name, described, otherwise=f"status {status}")
        return _Refused(row=row, error=name, tracking_id=trace)
    if status != HTTPStatus.OK:
        return _Refused(row=_BAD_ANSWER, tracking_id=trace)
    refresh_token = _token_in(fields, "refresh_token")
    is_odd = refresh_token is None and fields.get("refresh_token") not in (None, "")
    token = None if first and is_odd else _token(fields, headers, now)
    return token or _Refused(row=_BAD_ANSWER, refresh_token=refresh_token, tracking_id=trace)


def _limited(headers: Mapping[str, str], now: float, trace: str) -> _Refused:
    asked_s = retry_after_s(headers, now)
    delay_s = _LIMITED_DEFAULT_S if asked_s is None else max(asked_s, _LIMITED_FLOOR_S)
    row = Refusal(
        SignInOutcome.LIMITED,
        "Webex asked us to wait",
        phrase("Too many requests. Try again in {n} s, as Webex asked.", n=round(delay_s)),
        (Remedy.SIGN_IN,),
    )
    return _Refused(row=row, tracking_id=trace, retry_after_s=delay_s)


def error_of(answer: Mapping[str, Any]) -> tuple[str, str]:
    """Return error name and description of an error body (sign-in.md#errors)."""
    if answer.get("error") not in (None, ""):
        return error_name(answer["error"]) or "unknown", plain_text(answer.get("error_description"))
    if "access_token" in answer:
        return "", ""
    errors = answer.get("errors")
    rows = [row for row in errors if isinstance(row, dict)] if isinstance(errors, list) else []
    texts = [plain_text(answer.get("message")), *(plain_text(row.get("description")) for row in rows)]
    return error_name_in(texts), next(filter(None, texts), "")


def _renewal_remedies(answer: _Refused) -> tuple[Remedy, ...]:
    if answer.error == "tokenlimit_reached":  # R14: asking again only makes it worse
        return (Remedy.SIGN_IN,)
    if answer.row.outcome is SignInOutcome.CONFIG_ERROR:
        return (Remedy.COPY_FOR_ADMIN,)
    if answer.row.outcome is SignInOutcome.PROVIDER_ERROR:  # R10: a refusal without a reason
        return (Remedy.RETRY, Remedy.SIGN_IN)
    return (Remedy.RETRY,)


def _token(answer: dict[str, Any], headers: Mapping[str, str], now: float) -> Token | None:
    """Return the token of a 200, or None without a usable access token (T09 to T16)."""
    access, kind = _token_in(answer, "access_token"), answer.get("token_type")
    if access is None or not isinstance(kind, str) or kind.lower() != "bearer":
        return None
    notes: tuple[str, ...] = ()
    life_s = _seconds(answer.get("expires_in"))
    if life_s is None:
        notes = (phrase("Webex did not say how long the sign-in lasts; one hour is assumed."),)
    sent_at = http_date(header(headers, "date"))
    off_s = abs(sent_at - now) if sent_at is not None else 0.0
    refresh_life_s = _seconds(answer.get("refresh_token_expires_in"))
    scope = answer.get("scope")
    return Token(
        access_token=access,
        expires_at=now + (life_s or LIFE_ASSUMED_S),
        refresh_token=_token_in(answer, "refresh_token"),
        refresh_expires_at=now + refresh_life_s if refresh_life_s else None,
        scopes=tuple(scope.replace(",", " ").split()) if isinstance(scope, str) else (),
        obtained_at=now,
        notes=notes,
        clock_off_s=off_s if off_s > _CLOCK_LIMIT_S else 0.0,
    )


def _token_in(answer: dict[str, Any], field_name: str) -> str | None:
    value = answer.get(field_name)
    usable = isinstance(value, str) and len(value) <= _TOKEN_LIMIT_CHARS and _PRINTABLE.fullmatch(value)
    return str(value) if usable else None


def _seconds(value: object) -> int | None:
    """Return a life time of 1 s to 10 years in whole seconds, sent as a number or as digits."""
    if isinstance(value, str) and _SECONDS.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= _LIFE_LIMIT_S:
        return None
    return int(value)
