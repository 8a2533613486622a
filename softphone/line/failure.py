"""A failure as a value: what happened, what the machine does about it, what a person is told.

It travels inside events and snapshots; `errors.RequestError` is how it leaves a call.
"""

from dataclasses import dataclass
from enum import Enum

from softphone.line.device import Device


class Disposition(Enum):
    """What the registration machine does about a failure: all it ever looks at (protocol.md#answers)."""

    DEAD_HOST = "dead host"  # refused, DNS, TLS, time-out: ask the next server at once
    NO_NETWORK = "no network"  # the proxy or this computer's own network failed: nothing was learnt
    SICK_HOST = "sick host"  # 5xx and answers that make no sense: the host lives, wait and ask again
    THROTTLED = "throttled"  # 429: wait as long as the host says
    NEXT_SERVER = "next server"  # this server refuses the line, another may take it
    DEVICE_GONE = "device gone"  # keepalive 404: register again
    DEVICE_LIMIT = "device limit"  # 403/101: our own orphan goes, anything else is the user's choice
    SUPERSEDED = "superseded"  # keepalive 409: somebody took the line, the user decides
    SIGN_IN = "sign in"  # 401 after a renewal: the user signs in again
    GIVE_UP = "give up"  # asking again cannot help: somebody has to change something first


class Remedy(Enum):
    """A button that mends a failure (interface.md#messages). The window and the command line word it."""

    SIGN_IN = "sign-in"
    USE_MY_BROWSER = "use-my-browser"
    RESTART = "restart"
    RETRY = "retry"
    CHOOSE_DEVICE = "choose-device"
    TAKE_BACK = "take-back"
    UNLOCK = "unlock"
    THIS_SESSION_ONLY = "this-session-only"
    STOP_WAITING = "stop-waiting"
    HOW_TO_FIX = "how-to-fix"
    TRY_NOW = "try-now"
    CHOOSE_ACCOUNT = "choose-account"
    DATE_SETTINGS = "date-settings"
    RUN_CHECK = "run-check"
    NETWORK_SETTINGS = "network-settings"
    ADD_CERTIFICATE = "add-certificate"
    OPEN_WEB_PAGE = "open-web-page"
    SERVICE_STATUS = "service-status"
    CHECK_AGAIN = "check-again"
    COPY_FOR_ADMIN = "copy-for-admin"
    COPY_DIAGNOSTICS = "copy-diagnostics"


class ErrorType(Enum):
    """The `type` of an `error` event, in the spelling of the vendor's guide (api.md#errors)."""

    REGISTRATION = "registrationError"
    TOKEN = "tokenError"  # noqa: S105 - the vendor's word, not a secret
    BAD_REQUEST = "badRequest"
    FORBIDDEN = "forbidden"
    SERVICE_UNAVAILABLE = "serviceUnavailable"
    SESSION_SUPERSEDED = "sessionSuperseded"
    SERVER = "serverError"
    TOO_MANY_REQUESTS = "tooManyRequests"
    NETWORK = "networkError"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failed request, classified and worded (`webex.failures` holds the table).

    `title` is at most eight words, without host or code: what a card says. `advice`, one or two plain
    sentences, stands in the details (interface.md#messages). `message` is the
    `msg` of the error event. `retry_after_s` is what the host asked for: None when it asked nothing usable.
    `devices` is filled for DEVICE_LIMIT only. `unsure`: the request may have been carried out all the same.
    """

    disposition: Disposition
    error_type: ErrorType
    title: str
    advice: str
    message: str = ""
    remedies: tuple[Remedy, ...] = ()
    http_status: int | None = None
    error_code: int | None = None
    tracking_id: str = ""
    retry_after_s: float | None = None
    devices: tuple[Device, ...] = ()
    unsure: bool = False


NO_ANSWER = Failure(
    disposition=Disposition.DEAD_HOST,
    error_type=ErrorType.NETWORK,
    title="No server answers",
    advice="The server did not answer in time. Another one is asked.",
    message="No answer within the time limit",
    remedies=(Remedy.RETRY,),
    unsure=True,
)
"""The machine's own guard fired: the answer is late, or taken for lost."""

ALL_SERVERS_FAILED = Failure(
    disposition=Disposition.SICK_HOST,
    error_type=ErrorType.SERVICE_UNAVAILABLE,
    title="No server took the line",
    advice="Neither a primary nor a backup took it. It is tried again by itself.",
    message="Service unavailable: no server took the registration",
    remedies=(Remedy.RETRY,),
)
"""The error event of a round in which every server failed (interface.md#messages), once per outage."""

SIGN_IN_ENDED = Failure(
    disposition=Disposition.SIGN_IN,
    error_type=ErrorType.TOKEN,
    title="Your sign-in has ended",
    advice="Webex no longer accepts this sign-in. Your lines come back when you sign in.",
    message="Token expired, please sign in again",
    remedies=(Remedy.SIGN_IN,),
)
"""The account's sign-in ended while no request was under way (interface.md#messages)."""

OWN_DEVICE_IN_THE_WAY = Failure(
    disposition=Disposition.DEVICE_LIMIT,
    error_type=ErrorType.REGISTRATION,
    title="Webex still holds an earlier registration",
    advice="This computer made it, and it is being removed. Then the line registers by itself.",
    message="Device limit exceeded: an earlier registration is being removed.",
)
"""Too many devices, but those of our own are being removed: nobody has to choose."""

NOT_CONFIRMED_YET = Failure(
    disposition=Disposition.DEAD_HOST,
    error_type=ErrorType.NETWORK,
    title="Webex has not confirmed it yet",
    advice="The line is off here. Webex is still being told; this goes on by itself.",
    message="The deregistration is not confirmed yet.",
)
"""The line was switched off and the DELETE has no answer so far."""

IN_USE_ELSEWHERE = Failure(
    disposition=Disposition.SUPERSEDED,
    error_type=ErrorType.SESSION_SUPERSEDED,
    title="In use elsewhere",
    advice="Another session took this line.",
    message="Session superseded: the line is in use elsewhere.",
    remedies=(Remedy.TAKE_BACK,),
    http_status=409,
)
"""Somebody took the line before this start."""

ASKED_TO_WAIT = Failure(
    disposition=Disposition.THROTTLED,
    error_type=ErrorType.TOO_MANY_REQUESTS,
    title="A pause before the next try",
    advice="The servers asked for a pause, or enough was tried in the last minute. It goes on by itself.",
    message="Too many requests.",
)
"""The cause of a wait that begins before anybody was asked: each host's own wait, or the bound."""
