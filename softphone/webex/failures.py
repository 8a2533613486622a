"""Two tables: (route, status, errorCode) -> Failure, and transport fault -> Failure. Pure.

Every way in which a request can fail ends here, classified for the machine (`Disposition`) and worded for a
person (ux.md 4.3). A new error code is one row.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from softphone.auth.untrusted import answered_at, retry_after_s
from softphone.errors import RenewalError, SignedOutError
from softphone.line.failure import Disposition, ErrorType, Failure, Remedy
from softphone.webex.wire import Voice, read_refusal, voice_of
from softphone.words import phrase


class Route(Enum):
    """What was asked. The same status means different things on different routes."""

    REGISTER = "register"
    KEEPALIVE = "keepalive"
    OTHER = "other"  # discovery, catalog, devices, deregister


class Fault(Enum):
    """A request without a usable answer (reliability.md 4). `webex.client` finds out which it was."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    RESET = "reset"
    TIMED_OUT = "timed out"
    DNS = "name not found"
    NAMES_SILENT = "no name server answers"
    TLS = "tls"
    TLS_EXPIRED = "certificate expired"
    TLS_NOT_YET_VALID = "certificate not yet valid"
    TLS_WRONG_HOST = "certificate of another host"
    TLS_UNKNOWN_ISSUER = "certificate of an unknown issuer"
    TLS_SELF_SIGNED = "certificate signed by itself"
    PROXY_SIGN_IN = "proxy wants a sign-in"
    PROXY_REFUSED = "proxy refused"
    PROXY_UNREACHABLE = "proxy not reached"
    PROXY_UNUSABLE = "proxy of another kind"
    BROKEN = "broken answer"
    TOO_LONG = "answer too long"
    ENCODED = "answer encoded"
    REDIRECTED = "redirected"
    UNTRUSTED = "address not trusted"


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
    return answer_failure(route, status, headers, body, host=host, now=now, tracking_id=tracking_id)


def answer_failure(
    route: Route,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    host: str,
    now: float,
    tracking_id: str = "",
) -> Failure:
    """Return the failure that a non-2xx answer means. `now` is the wall clock, for Retry-After.

    What a gateway says in the service's place decides about no line and no sign-in: its host is sick.
    """
    voice = voice_of(headers, body)
    refusal = read_refusal(body, answered_at=answered_at(headers, now))
    row = _row(route, status, refusal.error_code)
    # Any gateway on the service's side may speak for it: 429 and 5xx come as pages, too (protocol.md 1.8).
    is_foreign = not voice.is_service and status < _SERVER_ERROR and row is not _THROTTLED
    if is_foreign:
        row = _PAGE_ROWS[voice]
    return Failure(
        disposition=row.disposition,
        error_type=row.error_type,
        title=phrase(row.title, host=host),
        advice=phrase(row.advice, host=host),
        message=row.message,
        remedies=row.remedies,
        http_status=status,
        error_code=refusal.error_code,
        tracking_id=refusal.tracking_id or tracking_id,
        retry_after_s=retry_after_s(headers, now),
        devices=refusal.devices if row.disposition is Disposition.DEVICE_LIMIT else (),
        unsure=status >= _SERVER_ERROR or is_foreign,
    )


def transport_failure(
    fault: Fault,
    host: str,
    *,
    tracking_id: str = "",
    reason: str = "",
    issuer: str = "",
    proxy: str = "",
    sent: bool = False,
) -> Failure:
    """Return the failure of a request that got no usable answer.

    `issuer` is who issued the certificate that was refused, `proxy` the address of the one on the way.
    `sent`: the request was on its way when it failed, so it may have been carried out.
    """
    row = _TRANSPORT[fault]
    certificate = (
        phrase("certificate of {host}, issued by {issuer},", host=host, issuer=issuer)
        if issuer
        else phrase("certificate of {host}", host=host)
    )
    title = phrase(row.title, host=host)
    advice = phrase(row.advice, host=host, certificate=certificate, proxy=proxy or phrase("The proxy"))
    return Failure(
        disposition=row.disposition,
        error_type=row.error_type,
        title=title,
        advice=phrase("{advice} ({reason})", advice=advice, reason=reason) if reason else advice,
        message=row.message or f"{title}.",
        remedies=row.remedies,
        tracking_id=tracking_id,
        unsure=sent,
    )


def broken_answer(
    host: str, *, status: int = 200, tracking_id: str = "", voice: Voice = Voice.SERVICE
) -> Failure:
    """Return the failure of a 2xx that makes no sense; a web page in its place is a portal's."""
    row = _PAGE_ROWS.get(voice, _NONSENSE)
    return Failure(
        disposition=Disposition.SICK_HOST,
        error_type=row.error_type,
        title=phrase(row.title, host=host),
        advice=phrase(row.advice, host=host),
        message=row.message,
        remedies=row.remedies,
        http_status=status,
        tracking_id=tracking_id,
        unsure=True,
    )


def foreign_device_address(host: str, *, tracking_id: str = "") -> Failure:
    """Return the failure of a registration whose device is said to live at an unknown address."""
    return Failure(
        disposition=Disposition.SICK_HOST,
        error_type=ErrorType.SERVER,
        title="Webex sent an address that is not its own",
        advice=phrase(
            "{host} named an address for this phone that is not one of your servers. It was not used.",
            host=host,
        ),
        message="Device address refused.",
        remedies=(Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
        http_status=200,
        tracking_id=tracking_id,
        unsure=True,
    )


def too_many_webex_devices(status: int, *, tracking_id: str = "") -> Failure:
    """Return the failure of a full WDM account (protocol.md 1.4); nothing is deleted in bulk."""
    return Failure(
        disposition=Disposition.GIVE_UP,
        error_type=ErrorType.REGISTRATION,
        title="Too many Webex apps on this account",
        advice="Webex keeps a list of this person's apps and it is full. Sign out of apps you no longer use.",
        message="Device limit exceeded for Webex apps.",
        remedies=(Remedy.RETRY, Remedy.COPY_FOR_ADMIN),
        http_status=status,
        tracking_id=tracking_id,
    )


def no_calling_service(host: str, *, tracking_id: str = "") -> Failure:
    """Return the failure of an account whose catalog names no usable calling server."""
    return Failure(
        disposition=Disposition.SICK_HOST,
        error_type=ErrorType.SERVICE_UNAVAILABLE,
        title="Webex named no calling server",
        advice=phrase(
            "{host} knows no server for this account's lines. If it persists, ask your administrator.",
            host=host,
        ),
        message="No calling server.",
        remedies=(Remedy.RETRY, Remedy.COPY_FOR_ADMIN),
        tracking_id=tracking_id,
    )


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


def renewal_failure(error: RenewalError, *, rejected_by: str = "") -> Failure:
    """Return the failure of a request that waits for a new token; the sign-in has not ended.

    `rejected_by` is the host that refused the token before. When that one was fresh, it is the host's
    trouble: it is asked again at its own time, not at that of the sign-in server.
    """
    return Failure(
        disposition=Disposition.SICK_HOST,
        error_type=ErrorType.TOKEN,
        title=error.title,
        advice=error.sentence,
        message="The sign-in could not be renewed yet.",
        remedies=error.remedies,
        http_status=401 if rejected_by else None,
        tracking_id=error.tracking_id,
        retry_after_s=None if rejected_by else error.retry_after_s,
    )


def unexpected_failure() -> Failure:
    """Return the failure of a request that ended in a way which nobody has thought of: the log says how."""
    return Failure(
        disposition=Disposition.SICK_HOST,
        error_type=ErrorType.SERVER,
        title=_NONSENSE.title,
        advice="This is likely a fault in this app. We keep trying.",
        message=_NONSENSE.message,
        remedies=(Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
        unsure=True,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    disposition: Disposition
    error_type: ErrorType
    title: str
    advice: str
    message: str
    remedies: tuple[Remedy, ...]


_SERVER_ERROR = 500
_TOKEN_EXPIRED = "Token expired. Sign in again."  # noqa: S105 - the guide's words (design.md 3)

# 401 on a token renewed just now; whether the sign-in has ended, its own server says
_TOKEN_REFUSED = _Row(
    Disposition.SICK_HOST,
    ErrorType.TOKEN,
    "A server did not accept your sign-in",
    "{host} refused it although it was renewed just now. We keep trying; other servers are asked, too.",
    "Token expired or refused by this server.",
    (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
)
# protocol.md 5: wrong request data
_BAD_REQUEST = _Row(
    Disposition.GIVE_UP,
    ErrorType.BAD_REQUEST,
    "Webex did not understand the request",
    "This is likely a fault in this app or an old version.",
    "Bad request.",
    (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
)
# protocol.md 1.8: errorCode 102
_NOT_ENTITLED = _Row(
    Disposition.GIVE_UP,
    ErrorType.FORBIDDEN,
    "Calling is not switched on for this user",
    "An administrator must enable Webex (browser) calling.",
    "Forbidden: this user is not set up for web calling.",
    (Remedy.COPY_FOR_ADMIN, Remedy.RETRY),
)
# protocol.md 1.8: errorCode 101; design.md 3 has the message
_DEVICE_LIMIT = _Row(
    Disposition.DEVICE_LIMIT,
    ErrorType.REGISTRATION,
    "Too many phones on this line",
    "Choose one to disconnect, then this one can register.",
    "Device limit exceeded for this user.",
    (Remedy.CHOOSE_DEVICE,),
)
# protocol.md 1.8: errorCode 103
_NOT_PROVISIONED = _Row(
    Disposition.NEXT_SERVER,
    ErrorType.FORBIDDEN,
    "Webex could not set up this phone",
    "Usually passes in a minute.",
    "Forbidden: the device could not be set up.",
    (Remedy.RETRY,),
)


def _forbidden(disposition: Disposition) -> _Row:
    return _Row(
        disposition,
        ErrorType.FORBIDDEN,
        "Webex refused this phone",
        "If it persists, your administrator can see why.",
        "Forbidden.",
        (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
    )


# protocol.md 7 row 21: 404 on the first POST is not final, another server may know the user
_UNKNOWN_HERE = _Row(
    Disposition.NEXT_SERVER,
    ErrorType.REGISTRATION,
    "This server does not know the line",
    "{host} does not know this user or device. Trying the next server.",
    "Device not found.",
    (Remedy.RETRY,),
)
# design.md 4: 404 on keepalive; design.md 3 has the message
_DEVICE_GONE = _Row(
    Disposition.DEVICE_GONE,
    ErrorType.REGISTRATION,
    "Webex forgot this phone",
    "The registration was removed on the server. Registering again.",
    "Device not found.",
    (Remedy.RETRY,),
)
# design.md 4: 409 on keepalive
_SUPERSEDED = _Row(
    Disposition.SUPERSEDED,
    ErrorType.SESSION_SUPERSEDED,
    "In use elsewhere",
    "Another session took this line.",
    "Session superseded: the line is in use elsewhere.",
    (Remedy.TAKE_BACK,),
)
# protocol.md 4.2: 409 on POST goes to the next server
_CONFLICT = _Row(
    Disposition.NEXT_SERVER,
    ErrorType.SERVER,
    "This server holds another session of the line",
    "{host} would not take the line now. Trying the next server.",
    "Conflict.",
    (Remedy.RETRY,),
)
# design.md 4: Retry-After is kept per host
_THROTTLED = _Row(
    Disposition.THROTTLED,
    ErrorType.TOO_MANY_REQUESTS,
    "Webex asked us to wait",
    "Too many requests. The next try comes when Webex allows it.",
    "Too many requests.",
    (),
)
# protocol.md 1.8: 503 = call core or provisioning timeout
_UNAVAILABLE = _Row(
    Disposition.SICK_HOST,
    ErrorType.SERVICE_UNAVAILABLE,
    "Webex is having trouble",
    "Nothing is wrong on your side. {host} cannot serve just now; we keep trying.",
    "Service unavailable.",
    (Remedy.SERVICE_STATUS, Remedy.RETRY),
)
# protocol.md 5: 500, 501 and everything that nobody has a rule for
_SICK = _Row(
    Disposition.SICK_HOST,
    ErrorType.SERVER,
    "Webex is having trouble",
    "Nothing is wrong on your side. {host} failed; we keep trying.",
    "Server error.",
    (Remedy.SERVICE_STATUS, Remedy.RETRY),
)
_NONSENSE = _Row(
    Disposition.SICK_HOST,
    ErrorType.SERVER,
    "Webex sent an answer that makes no sense",
    "{host} answered, but not as it should. We keep trying.",
    "Malformed answer.",
    (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
)

_ROWS: Mapping[tuple[Route, int, int | None], _Row] = {
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
_ROWS_OF_EVERY_ROUTE: Mapping[int, _Row] = {
    401: _TOKEN_REFUSED,
    403: _forbidden(Disposition.SICK_HOST),
    429: _THROTTLED,
    503: _UNAVAILABLE,
}


def _row(route: Route, status: int, error_code: int | None) -> _Row:
    return (
        _ROWS.get((route, status, error_code))
        or _ROWS.get((route, status, None))
        or _ROWS_OF_EVERY_ROUTE.get(status)
        or _SICK
    )


def _dead(title: str, advice: str, *remedies: Remedy) -> _Row:
    return _Row(Disposition.DEAD_HOST, ErrorType.NETWORK, title, advice, "", remedies or _LOOK)


def _ours(title: str, advice: str, *remedies: Remedy) -> _Row:
    """It is this computer's network or proxy: nothing was learnt about the host."""
    return _Row(Disposition.NO_NETWORK, ErrorType.NETWORK, title, advice, "", remedies or _LOOK)


_LOOK = (Remedy.RUN_CHECK, Remedy.RETRY)
_BY_SETTING = (Remedy.NETWORK_SETTINGS, Remedy.RETRY)
_BY_CERTIFICATE = (Remedy.ADD_CERTIFICATE, Remedy.COPY_DIAGNOSTICS)
_NO_ANSWER = "No answer from {host}"  # shown
_NOT_TRUSTED = "The connection is not trusted"  # shown
_PORTAL = _Row(
    Disposition.SICK_HOST,
    ErrorType.NETWORK,
    "This network wants a web sign-in",
    "Something between here and {host} answered in its place. Open a web page, then we continue.",
    "Redirected by the network.",
    (Remedy.OPEN_WEB_PAGE, Remedy.RETRY),
)
_PAGE_ROWS: Mapping[Voice, _Row] = {Voice.PAGE: _PORTAL, Voice.NOISE: _NONSENSE}

_TRANSPORT: Mapping[Fault, _Row] = {
    Fault.REFUSED: _dead(_NO_ANSWER, "This server does not answer. We try the next one."),
    Fault.UNREACHABLE: _ours(_NO_ANSWER, "This computer cannot reach it: check the network or VPN."),
    Fault.RESET: _dead(_NO_ANSWER, "The connection was cut before the answer came. We try again."),
    Fault.TIMED_OUT: _dead(_NO_ANSWER, "It took too long. Your internet or this server is slow or down."),
    Fault.DNS: _dead("The server's name was not found", "A VPN or DNS setting may be in the way of {host}."),
    Fault.NAMES_SILENT: _ours(
        "The server's name was not found", "No name server answers for {host}: check the network or VPN."
    ),
    Fault.TLS: _dead(_NOT_TRUSTED, "{host} gave no secure answer. A security gateway may be in the way."),
    Fault.TLS_EXPIRED: _dead(
        _NOT_TRUSTED, "The {certificate} has expired. If others work, check this computer's clock."
    ),
    Fault.TLS_NOT_YET_VALID: _dead(
        _NOT_TRUSTED, "The {certificate} is not valid yet. Check this computer's clock."
    ),
    Fault.TLS_WRONG_HOST: _dead(_NOT_TRUSTED, "The {certificate} belongs to another host. Nothing was sent."),
    Fault.TLS_UNKNOWN_ISSUER: _dead(
        _NOT_TRUSTED,
        "The {certificate} comes from an issuer that is not known here. "
        "A security gateway may need its certificate added.",
        *_BY_CERTIFICATE,
    ),
    Fault.TLS_SELF_SIGNED: _dead(
        _NOT_TRUSTED,
        "The certificate of {host} is signed by itself. A security gateway may need its certificate added.",
        *_BY_CERTIFICATE,
    ),
    Fault.PROXY_SIGN_IN: _ours(
        "The proxy wants a sign-in",
        "{proxy} refused us, so nothing was sent to {host}. Ask who runs it.",
        *_BY_SETTING,
    ),
    Fault.PROXY_REFUSED: _dead(
        "The proxy refused",
        "{proxy} did not open the way to {host}. Ask who runs it if it persists.",
        *_BY_SETTING,
    ),
    Fault.PROXY_UNREACHABLE: _ours(
        "No answer from the proxy",
        "{proxy} is not there, so {host} was not asked. Check the proxy setting.",
        *_BY_SETTING,
    ),
    Fault.PROXY_UNUSABLE: _ours(
        "The proxy cannot be used",
        "This computer's proxy is not of the kind http://host:port. Set another.",
        *_BY_SETTING,
    ),
    Fault.BROKEN: _dead("Broken answer from {host}", "The answer was cut short or garbled. We try again."),
    Fault.TOO_LONG: _NONSENSE,
    Fault.ENCODED: _NONSENSE,
    Fault.REDIRECTED: _PORTAL,
    Fault.UNTRUSTED: _Row(
        Disposition.SICK_HOST,
        ErrorType.SERVER,
        "This address is not trusted",
        "Nothing was sent to {host}, because it is not one of this cloud's own servers.",
        "Address not trusted.",
        (Remedy.COPY_DIAGNOSTICS,),
    ),
}
