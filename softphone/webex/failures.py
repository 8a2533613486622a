"""Whose an answer is, and what one that is no success means: one row a (route, status, errorCode). Pure.

Every answer that is not as promised ends here (no answer at all: `transport_faults`), classified for the
machine (`Disposition`) and worded for a person (interface.md#messages). A new error code is one row.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any

from msgspec import Struct

from softphone.auth.untrusted import BadJsonError, answered_at, header, read_json, retry_after_s
from softphone.errors import RenewalError, SignedOutError
from softphone.i18n import phrase
from softphone.line.failure import Disposition, ErrorType, Failure, Remedy
from softphone.values import replace
from softphone.webex.wire import BODY_LIMIT_BYTES, read_refusal


class Voice(Enum):
    """Who speaks in an answer, whatever its status."""

    SERVICE = "service"  # says nothing more than its status, or what the route promises
    REFUSAL = "refusal"  # the service, of an error
    PAGE = "page"  # a web page: a gateway, a portal, a proxy in the service's place
    NOISE = "noise"  # something else that the service never says

    @property
    def is_service(self) -> bool:
        """Whether it is the service's own word, good or bad."""
        return self in {Voice.SERVICE, Voice.REFUSAL}


class Route(Enum):
    """What was asked. The same status means different things on different routes."""

    REGISTER = "register"
    KEEPALIVE = "keepalive"
    OTHER = "other"  # discovery, catalog, devices, deregister


def voice_of(headers: Mapping[str, str], body: bytes) -> Voice:
    """Tell the service's own answers from everybody else's: the one place that does.

    The service says nothing, or an object or list in JSON. A web page is somebody else's whatever its status
    is, and whatever stands in it.
    """
    kind = header(headers, "content-type").partition(";")[0].strip().lower()
    if kind in _PAGES or body[:256].lstrip(_BLANK).startswith(b"<"):
        return Voice.PAGE
    if not body.strip():
        return Voice.SERVICE
    try:
        value = read_json(body, limit_bytes=BODY_LIMIT_BYTES)
    except BadJsonError:
        return Voice.NOISE
    if isinstance(value, dict):
        is_error = not value.get("device") and any(value.get(name) for name in _ERROR_NAMES)
        return Voice.REFUSAL if is_error else Voice.SERVICE
    return Voice.SERVICE if value is None or isinstance(value, list) else Voice.NOISE


_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_BLANK = b" \t\r\n\xef\xbb\xbf"  # a byte order mark, too
_ERROR_NAMES = ("errorCode", "error", "errors", "message")  # protocol.md#voices


def failure_of(
    route: Route,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    accept: Collection[int] = (),
    host: str,
    now: float,
    tracking_id: str = "",
) -> Failure | None:
    """Return what an answer means, or None when it is the service's own: a 2xx, or a status to `accept`."""
    voice = voice_of(headers, body)
    if status in range(200, 300):
        if voice is Voice.SERVICE:
            return None
        return broken_answer(host, status=status, tracking_id=tracking_id, voice=voice)
    if status in accept and voice.is_service:
        return None
    return answer_failure(
        route, status, headers, body, host=host, now=now, tracking_id=tracking_id, voice=voice
    )


def answer_failure(
    route: Route,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    host: str,
    now: float,
    tracking_id: str = "",
    voice: Voice | None = None,
) -> Failure:
    """Return the failure that a non-2xx answer means. `now` is the wall clock, for Retry-After.

    What a gateway says in the service's place decides about no line and no sign-in: its host is sick.
    `voice` is whose words they are, where that has been found out.
    """
    voice = voice or voice_of(headers, body)
    refusal = read_refusal(body, answered_at=answered_at(headers, now))
    row = _row(route, status, refusal.error_code)
    # Any gateway on the service's side may speak for it: 429 and 5xx may be pages (protocol.md#refusals).
    is_foreign = not voice.is_service and status < _SERVER_ERROR and row is not _THROTTLED
    if is_foreign:
        row = _PAGE_ROWS[voice]
    return row.failure(
        host,
        http_status=status,
        error_code=refusal.error_code,
        tracking_id=refusal.tracking_id or tracking_id,
        retry_after_s=retry_after_s(headers, now),
        devices=refusal.devices if row.disposition is Disposition.DEVICE_LIMIT else (),
        unsure=status >= _SERVER_ERROR or is_foreign,
    )


def broken_answer(
    host: str, *, status: int = 200, tracking_id: str = "", voice: Voice = Voice.SERVICE
) -> Failure:
    """Return the failure of a 2xx that makes no sense; a web page in its place is a portal's."""
    row = _PAGE_ROWS.get(voice, NONSENSE)
    return row.failure(host, http_status=status, tracking_id=tracking_id, unsure=True)


def signed_out_failure(error: SignedOutError) -> Failure:
    """Return the failure of a request for which there is no sign-in any more."""
    return Failure(
        disposition=Disposition.SIGN_IN,
        error_type=ErrorType.TOKEN,
        title=error.title,
        advice=error.sentence,
        message=_TOKEN_EXPIRED,
        remedies=error.remedies,
        http_status=401,
        tracking_id=error.tracking_id,
    )


def renewal_failure(error: RenewalError, *, rejected_by: str = "", tracking_id: str = "") -> Failure:
    """Return the failure of a request that waits for a new token; the sign-in has not ended.

    `rejected_by` is the host that refused the token before, and `tracking_id` that of its answer. When the
    token was fresh, it is the host's trouble: it is asked again at its own time, not at that of the sign-in
    server.
    """
    return Failure(
        disposition=Disposition.SICK_HOST,
        error_type=ErrorType.TOKEN,
        title=error.title,
        advice=error.sentence,
        message="The sign-in could not be renewed yet.",
        remedies=error.remedies,
        http_status=401 if rejected_by else None,
        tracking_id=error.tracking_id or tracking_id,
        retry_after_s=None if rejected_by else error.retry_after_s,
    )


_NO_WORDS: Mapping[str, object] = {}


class FailureKind(Struct, frozen=True):
    """What a kind of failure means to the machine, and its words. `{host}` is put in."""

    disposition: Disposition
    error_type: ErrorType
    title: str
    advice: str
    message: str
    remedies: tuple[Remedy, ...]

    def failure(self, host: str = "", words: Mapping[str, object] = _NO_WORDS, **known: Any) -> Failure:
        """Return the failure of this kind at the host. `words` are put in too; `known`: of `Failure`."""
        return Failure(
            disposition=self.disposition,
            error_type=self.error_type,
            title=phrase(self.title, host=host, **words),
            advice=phrase(self.advice, host=host, **words),
            message=self.message,
            remedies=self.remedies,
            **known,
        )


_SERVER_ERROR = 500
_TOKEN_EXPIRED = "Token expired. Sign in again."  # noqa: S105 - the guide's words (api.md#errors)

# 401 on a token renewed just now; whether the sign-in has ended, its own server says
_TOKEN_REFUSED = FailureKind(
    Disposition.SICK_HOST,
    ErrorType.TOKEN,
    "A server did not accept your sign-in",
    "{host} refused it although it was renewed just now. Other servers are asked, too.",
    "Token expired or refused by this server.",
    (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
)
# wrong request data (protocol.md#answers)
_BAD_REQUEST = FailureKind(
    Disposition.GIVE_UP,
    ErrorType.BAD_REQUEST,
    "Webex did not understand the request",
    "This is likely a fault in this app or an old version.",
    "Bad request.",
    (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
)
# errorCode 102 (protocol.md#refusals)
_NOT_ENTITLED = FailureKind(
    Disposition.GIVE_UP,
    ErrorType.FORBIDDEN,
    "Calling is not enabled for this user",
    "An administrator must enable Webex (browser) calling.",
    "Forbidden: this user is not set up for web calling.",
    (Remedy.COPY_FOR_ADMIN, Remedy.RETRY),
)
# errorCode 101 (protocol.md#refusals); its message is that of api.md#errors
_DEVICE_LIMIT = FailureKind(
    Disposition.DEVICE_LIMIT,
    ErrorType.REGISTRATION,
    "Too many devices on this line",
    "Choose one to remove, then this one can register.",
    "Device limit exceeded for this user.",
    (Remedy.CHOOSE_DEVICE,),
)
# errorCode 103 (protocol.md#refusals)
_NOT_PROVISIONED = FailureKind(
    Disposition.NEXT_SERVER,
    ErrorType.FORBIDDEN,
    "Webex could not set up this device",
    "Usually passes in a minute.",
    "Forbidden: the device could not be set up.",
    (Remedy.RETRY,),
)


def _forbidden(disposition: Disposition) -> FailureKind:
    return FailureKind(
        disposition,
        ErrorType.FORBIDDEN,
        "Webex refused this device",
        "If it persists, your administrator can see why.",
        "Forbidden.",
        (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
    )


# 404 on the first POST is not final, another server may know the user (sdk.md#weaknesses, 21)
_UNKNOWN_HERE = FailureKind(
    Disposition.NEXT_SERVER,
    ErrorType.REGISTRATION,
    "This server does not know the line",
    "{host} does not know this user or device. The next server is asked.",
    "Device not found.",
    (Remedy.RETRY,),
)
# 404 on keepalive (protocol.md#answers); its message is that of api.md#errors
_DEVICE_GONE = FailureKind(
    Disposition.DEVICE_GONE,
    ErrorType.REGISTRATION,
    "Webex forgot this device",
    "The registration was removed on the server. Registering again.",
    "Device not found.",
    (Remedy.RETRY,),
)
# 409 on keepalive (reliability.md#elsewhere)
_SUPERSEDED = FailureKind(
    Disposition.SUPERSEDED,
    ErrorType.SESSION_SUPERSEDED,
    "In use elsewhere",
    "Another session took this line.",
    "Session superseded: the line is in use elsewhere.",
    (Remedy.TAKE_BACK,),
)
# 409 on POST goes to the next server (protocol.md#answers)
_CONFLICT = FailureKind(
    Disposition.NEXT_SERVER,
    ErrorType.SERVER,
    "This server holds another session of the line",
    "{host} would not take the line now. The next server is asked.",
    "Conflict.",
    (Remedy.RETRY,),
)
# Retry-After is kept per host (protocol.md#asked-to-wait)
_THROTTLED = FailureKind(
    Disposition.THROTTLED,
    ErrorType.TOO_MANY_REQUESTS,
    "Webex is busy",
    "It asked for a pause. The next try comes when it is over.",
    "Too many requests.",
    (),
)
# 503 = call core or provisioning timeout (protocol.md#refusals)
_UNAVAILABLE = FailureKind(
    Disposition.SICK_HOST,
    ErrorType.SERVICE_UNAVAILABLE,
    "Webex has trouble",
    "Nothing is wrong on your side. {host} cannot serve just now; it is tried again.",
    "Service unavailable.",
    (Remedy.SERVICE_STATUS, Remedy.RETRY),
)
# 500, 501 and everything that nobody has a rule for (protocol.md#answers)
_SICK = FailureKind(
    Disposition.SICK_HOST,
    ErrorType.SERVER,
    "Webex has trouble",
    "Nothing is wrong on your side. {host} failed; it is tried again.",
    "Server error.",
    (Remedy.SERVICE_STATUS, Remedy.RETRY),
)
NONSENSE = FailureKind(
    Disposition.SICK_HOST,
    ErrorType.SERVER,
    "Webex sent an answer that makes no sense",
    "{host} answered, but not as it should. It is tried again.",
    "Malformed answer.",
    (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
)

# the device of a registration is said to live at an address that is on none of the servers
FOREIGN_DEVICE_ADDRESS = FailureKind(
    Disposition.SICK_HOST,
    ErrorType.SERVER,
    "Webex sent an address of somebody else",
    "{host} named an address for this device that is not one of your servers. It was not used.",
    "Device address refused.",
    (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
)
# the WDM account is full (protocol.md#wdm-device); nothing is deleted in bulk
TOO_MANY_WEBEX_DEVICES = FailureKind(
    Disposition.GIVE_UP,
    ErrorType.REGISTRATION,
    "Too many Webex apps on this account",
    "Webex keeps a list of this person's apps and it is full. Sign out of apps you no longer use.",
    "Device limit exceeded for Webex apps.",
    (Remedy.RETRY, Remedy.COPY_FOR_ADMIN),
)
# the account's catalog names no usable calling server
NO_CALLING_SERVICE = FailureKind(
    Disposition.SICK_HOST,
    ErrorType.SERVICE_UNAVAILABLE,
    "Webex named no calling server",
    "{host} knows no server for this account's lines. If it persists, ask your administrator.",
    "No calling server.",
    (Remedy.RETRY, Remedy.COPY_FOR_ADMIN),
)
# a request ended in a way which nobody has thought of: the log says how
UNEXPECTED = replace(NONSENSE, advice="This is likely a fault in this app. It is tried again.")

_ROWS: Mapping[tuple[Route, int, int | None], FailureKind] = {
    (Route.REGISTER, 400, None): _BAD_REQUEST,
    (Route.REGISTER, 403, 101): _DEVICE_LIMIT,
    (Route.REGISTER, 403, 102): _NOT_ENTITLED,
    (Route.REGISTER, 403, 103): _NOT_PROVISIONED,
    (Route.REGISTER, 403, None): _forbidden(Disposition.NEXT_SERVER),
    (Route.REGISTER, 404, None): _UNKNOWN_HERE,
    (Route.REGISTER, 409, None): _CONFLICT,
    (Route.KEEPALIVE, 400, None): _BAD_REQUEST,
    (Route.KEEPALIVE, 403, 102): _NOT_ENTITLED,
    (Route.KEEPALIVE, 404, None): _DEVICE_GONE,
    (Route.KEEPALIVE, 409, None): _SUPERSEDED,
}
_ROWS_OF_EVERY_ROUTE: Mapping[int, FailureKind] = {
    401: _TOKEN_REFUSED,
    403: _forbidden(Disposition.SICK_HOST),
    429: _THROTTLED,
    503: _UNAVAILABLE,
}


def _row(route: Route, status: int, error_code: int | None) -> FailureKind:
    return (
        _ROWS.get((route, status, error_code))
        or _ROWS.get((route, status, None))
        or _ROWS_OF_EVERY_ROUTE.get(status)
        or _SICK
    )


PORTAL = FailureKind(
    Disposition.SICK_HOST,
    ErrorType.NETWORK,
    "This network wants a web sign-in",
    "Something between here and {host} answered in its place. Open a web page, then the line registers.",
    "Redirected by the network.",
    (Remedy.OPEN_WEB_PAGE, Remedy.RETRY),
)
_PAGE_ROWS: Mapping[Voice, FailureKind] = {Voice.PAGE: PORTAL, Voice.NOISE: NONSENSE}
