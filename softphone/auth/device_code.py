"""Signing in by a code that is entered on another device (RFC 8628): what is read, when to ask again. Pure.

    ask for a code -> show it and its page -> ask for the token, again and again -> a token or an end

The service says how often it may be asked (`interval`) and may ask for more patience (`slow_down`). A network
that fails ends nothing while the code lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from softphone.auth.refusals import refusal
from softphone.auth.token_answer import (
    TOKEN_BODY_LIMIT_BYTES,
    Token,
    error_of,
    is_service_answer,
    read_token_answer,
)
from softphone.auth.untrusted import BadJsonError, plain_text, read_json, retry_after_s
from softphone.errors import SignInError, SignInOutcome
from softphone.settings.cloud_file import LOOPBACK_HOSTS
from softphone.system import live_secrets

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"

# RFC 8628, 3.2 and 3.5
INTERVAL_S = 5.0  # where the service names none
SLOW_DOWN_S = 5.0  # what each `slow_down` adds
LIFE_S = 300.0  # ours, where the service names none or one that makes no sense: that of Webex

INTERVAL_LIMIT_S = 60.0
LIFE_LIMIT_S = 1800.0
_CODE_LIMIT_CHARS = 4096
_USER_CODE_LIMIT_CHARS = 64
_ADDRESS_LIMIT_CHARS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGrant:
    """A code to be entered by a person, and the page to enter it on.

    `complete_url` has the code in it already; empty where the service gave none. Seconds are nominal.
    """

    device_code: str = field(repr=False)
    user_code: str
    page_url: str
    complete_url: str = ""
    life_s: float = LIFE_S
    interval_s: float = INTERVAL_S
    scopes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        live_secrets.note(self.device_code)


class Waiting(Enum):
    """Why there is no token yet."""

    PENDING = "pending"  # the person has not decided
    SLOW_DOWN = "slow down"  # and was asked after too often
    TROUBLE = "trouble"  # nobody of the service answered, or it asks to wait


@dataclass(frozen=True, slots=True)
class NotYet:
    """There is no token yet; the service wants not to be asked for `at_least_s`."""

    why: Waiting
    at_least_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long to wait before asking for the token again. Nominal seconds."""

    interval_s: float
    pause_s: float

    @classmethod
    def of(cls, grant: DeviceGrant) -> "Pace":
        """Return the pace of the first question."""
        return cls(interval_s=grant.interval_s, pause_s=grant.interval_s)

    def after(self, answer: NotYet) -> "Pace":
        """Return the pace of the next question: trouble doubles the pause, an answer ends that."""
        interval_s = self.interval_s
        if answer.why is Waiting.SLOW_DOWN:
            interval_s = min(interval_s + SLOW_DOWN_S, INTERVAL_LIMIT_S)
        pause_s = interval_s
        if answer.why is Waiting.TROUBLE:
            pause_s = min(2 * self.pause_s, INTERVAL_LIMIT_S)
        return Pace(interval_s=interval_s, pause_s=max(pause_s, answer.at_least_s))


def read_grant(
    status: int, headers: Mapping[str, str], body: bytes, *, scopes: tuple[str, ...], now: float
) -> DeviceGrant:
    """Return the code to show. Raises SignInError for a refusal, and for an answer that makes no sense.

    `now` is the wall clock. The page must be https, but on this computer (the simulated cloud).
    """
    answer = _fields_of(body)
    if status != HTTPStatus.OK or error_of(answer)[0]:
        read_token_answer(status, headers, body, requested_scopes=scopes, now=now)  # raises what it is
        raise _makes_no_sense()
    device_code, user_code = answer.get("device_code"), plain_text(answer.get("user_code"))
    live_secrets.note(device_code if isinstance(device_code, str) else "")
    page_url = _page(answer.get("verification_uri") or answer.get("verification_url"))
    usable = isinstance(device_code, str) and device_code.isascii() and device_code.isprintable()
    if not usable or not 0 < len(str(device_code)) <= _CODE_LIMIT_CHARS or not page_url:
        raise _makes_no_sense()
    if not 0 < len(user_code) <= _USER_CODE_LIMIT_CHARS:
        raise _makes_no_sense()
    return DeviceGrant(
        device_code=str(device_code),
        user_code=user_code,
        page_url=page_url,
        complete_url=_page(answer.get("verification_uri_complete")),
        life_s=_seconds(answer.get("expires_in"), LIFE_S, LIFE_LIMIT_S),
        interval_s=_seconds(answer.get("interval"), INTERVAL_S, INTERVAL_LIMIT_S),
        scopes=scopes,
    )


def read_device_token(
    status: int, headers: Mapping[str, str], body: bytes, *, scopes: tuple[str, ...], now: float
) -> Token | NotYet:
    """Return the token, or why there is none yet. Raises SignInError when this code will bring none.

    `now` is the wall clock. Webex answers 428 while the person has not decided.
    """
    answer = _fields_of(body)
    name = error_of(answer)[0]
    if name == "slow_down":
        return NotYet(Waiting.SLOW_DOWN, retry_after_s(headers, now) or 0.0)
    if name == "authorization_pending" or (status == HTTPStatus.PRECONDITION_REQUIRED and not name):
        return NotYet(Waiting.PENDING, retry_after_s(headers, now) or 0.0)
    trouble = NotYet(Waiting.TROUBLE, retry_after_s(headers, now) or 0.0)
    if status < HTTPStatus.BAD_REQUEST and not is_service_answer(answer):
        return trouble  # somebody's page on the way: the code lives on
    try:
        return read_token_answer(status, headers, body, requested_scopes=scopes, now=now)
    except SignInError as error:
        if error.outcome in (SignInOutcome.TRANSIENT, SignInOutcome.LIMITED):
            return trouble
        raise


def expired() -> SignInError:
    """Return the error of a code whose life is over."""
    return refusal("expired_token").error()


def _fields_of(body: bytes) -> dict[str, Any]:
    try:
        answer = read_json(body, limit_bytes=TOKEN_BODY_LIMIT_BYTES)
    except BadJsonError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _page(value: object) -> str:
    """Return an address that may be shown and opened, else an empty text; one with a secret may not."""
    if not isinstance(value, str) or len(value) > _ADDRESS_LIMIT_CHARS or live_secrets.holds(value):
        return ""
    if not value.isascii() or not value.isprintable() or " " in value:
        return ""
    try:
        parts = urlsplit(value)
        host, is_plain = parts.hostname, parts.username is None and parts.password is None
    except ValueError:
        return ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_HOSTS)
    return value if host and is_plain and secure else ""


def _seconds(value: object, otherwise: float, limit_s: float) -> float:
    """Return seconds from 1 to the limit, sent as a number or as digits."""
    if isinstance(value, str) and value.isdecimal() and value.isascii():
        value = int(value[:9])
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 1:
        return otherwise
    return float(min(value, limit_s))


def _makes_no_sense() -> SignInError:
    return SignInError(
        "The sign-in server sent an answer that makes no sense. Nothing was changed.",
        outcome=SignInOutcome.BAD_ANSWER,
    )
