"""What the end of a registration socket means (sockets.md#ends-over-wss). Pure."""

from collections.abc import Mapping
from enum import Enum, auto

REGISTER, STATUS, UNREGISTER = "register", "device_status", "unregister"  # kinds of requests

SIGN_IN_WITHIN_S = 10.0
SERVER_WITHIN_S = 4.0  # a server that has given no signed-in socket by then is left for the next one
GROUP_WITHIN_S = 8.0  # and all of a group's for HTTP: a line waits for it
RENEW_EVERY_S = 3600.0
HTTP_FOR_S = 1800.0  # then a WebSocket is tried again
TRIES = 2  # to open a lost one again, then HTTP
REST_S = 60.0  # after a 4429
DONE = 3050  # our own goodbye
TOKEN_OLD = 440  # as a status: of a request whose socket must sign in again


class End(Enum):
    """What is done about it."""

    RECONNECT = auto()  # the registration stands, a keepalive will tell
    RENEW = auto()  # the token first, then the same
    GONE = auto()  # the service has dropped the registration
    ELSEWHERE = auto()  # another program has it: a person decides
    TOO_MANY = auto()  # rest, then HTTP


def end_of(code: int) -> End:
    """Return what a close code of a live socket means."""
    return _ENDS.get(code, End.RECONNECT)


_ENDS: Mapping[int, End] = {
    4000: End.ELSEWHERE,
    4001: End.GONE,
    4401: End.RENEW,
    4429: End.TOO_MANY,
}
