"""Real refusals as values, built by hand: what `webex.failures` hands to the machine (protocol.md#answers).

Written from the protocol and not imported, so that the machine's tests do not lean on that table.
"""

from softphone.line.device import Device
from softphone.line.failure import Disposition, ErrorType, Failure

# Done by the server, but the answer is no use: none, too late, or nonsense.
DONE_ALL_THE_SAME = frozenset({"200", "lost", "late", "nonsense"})
SILENT_WORDS = frozenset({"silent", "lost", "timeout", "refused", "no-network"})
FAULTS = (
    *(
        "refused",
        "timeout",
        "silent",
        "lost",
        "late",
        "slow",
        "nonsense",
        "no-network",
        "500",
        "503",
        "429",
        "429:5",
        "429:60",
        "429:3600",
    ),
    *("404", "403", "103", "101"),
)
FINAL_FAULTS = ("401", "400", "102", "409")

REPLIES_2XX = frozenset({"200", "204", "lost"})

CLIENT_DEADLINE_S = 15.0  # the client's total deadline round a request
REGISTER_DEADLINE_S = 30.0
PING_DEADLINE_S = 5.0
REMOVAL_RETRY_S = (2.0, 4.0, 8.0, 16.0, 30.0)  # as calling/removals.py

# (disposition, type of the error event, status, errorCode)
_ANY_ROUTE = {
    "401": (Disposition.SIGN_IN, ErrorType.TOKEN, 401, None),
    "403": (Disposition.SICK_HOST, ErrorType.FORBIDDEN, 403, None),
    "429": (Disposition.THROTTLED, ErrorType.TOO_MANY_REQUESTS, 429, None),
    "500": (Disposition.SICK_HOST, ErrorType.SERVER, 500, None),
    "503": (Disposition.SICK_HOST, ErrorType.SERVICE_UNAVAILABLE, 503, None),
    "nonsense": (Disposition.SICK_HOST, ErrorType.SERVER, 200, None),
    "404": (Disposition.SICK_HOST, ErrorType.REGISTRATION, 404, None),
    "refused": (Disposition.DEAD_HOST, ErrorType.NETWORK, None, None),
    "timeout": (Disposition.DEAD_HOST, ErrorType.NETWORK, None, None),
    "silent": (Disposition.DEAD_HOST, ErrorType.NETWORK, None, None),
    "no-network": (Disposition.NO_NETWORK, ErrorType.NETWORK, None, None),
}
_REGISTER = {
    "400": (Disposition.GIVE_UP, ErrorType.BAD_REQUEST, 400, None),
    "101": (Disposition.DEVICE_LIMIT, ErrorType.REGISTRATION, 403, 101),
    "102": (Disposition.GIVE_UP, ErrorType.FORBIDDEN, 403, 102),
    "103": (Disposition.NEXT_SERVER, ErrorType.FORBIDDEN, 403, 103),
    "403": (Disposition.NEXT_SERVER, ErrorType.FORBIDDEN, 403, None),
    "404": (Disposition.NEXT_SERVER, ErrorType.REGISTRATION, 404, None),
    "409": (Disposition.NEXT_SERVER, ErrorType.SERVER, 409, None),
}
_KEEPALIVE = {
    "400": (Disposition.GIVE_UP, ErrorType.BAD_REQUEST, 400, None),
    "102": (Disposition.GIVE_UP, ErrorType.FORBIDDEN, 403, 102),
    "404": (Disposition.DEVICE_GONE, ErrorType.REGISTRATION, 404, None),
    "409": (Disposition.SUPERSEDED, ErrorType.SESSION_SUPERSEDED, 409, None),
}
_UNSURE = frozenset({"500", "503", "nonsense", "timeout", "silent"})  # it may have been done all the same
_ROUTES = {"post": _REGISTER, "keepalive": _KEEPALIVE}


def failure_for(route: str, word: str, devices: tuple[Device, ...] = ()) -> Failure:
    """Return the failure that a scripted word means for a request of this kind."""
    status, _, asked = word.partition(":")
    row = _ROUTES.get(route, {}).get(status) or _ANY_ROUTE[status]
    disposition, error_type, http_status, error_code = row
    return Failure(
        disposition=disposition,
        error_type=error_type,
        title=f"{route} answered {word}",
        advice="Nothing is wrong with this test.",
        http_status=http_status,
        error_code=error_code,
        retry_after_s=float(asked) if asked and disposition is Disposition.THROTTLED else None,
        devices=devices,
        unsure=status in _UNSURE,
    )
