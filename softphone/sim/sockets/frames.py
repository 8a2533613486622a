"""WebSocket frames by wsproto: bytes to whole messages and back, after the handshake.

Messages of a client are bounded: what is larger ends the socket with 1009, a binary one with 1003.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import generate_accept_token

from softphone.sim.messages import Headers, Request

NORMAL, UNSUPPORTED, NO_STATUS, ABNORMAL, POLICY, TOO_BIG = 1000, 1003, 1005, 1006, 1008, 1009

# No message of a client that takes calls and places none comes near it.
_LONGEST_CHARS = 1 << 16

_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Ended:
    """The client closes, or broke a rule and is to be closed, with this code."""

    code: int
    reason: str = ""
    broken: bool = False


def accept(request: Request) -> Headers | None:
    """Return the headers that accept this upgrade (RFC 6455 4.2.2), or None if it is none."""
    headers = request.headers
    key = headers.get("sec-websocket-key", "")
    wanted = (
        request.method == "GET"
        and headers.get("upgrade", "").lower() == "websocket"
        and "upgrade" in [one.strip().lower() for one in headers.get("connection", "").split(",")]
        and headers.get("sec-websocket-version") == "13"
    )
    if not wanted or not _is_key(key):
        return None
    token = generate_accept_token(key.encode()).decode()
    return (("upgrade", "websocket"), ("connection", "upgrade"), ("sec-websocket-accept", token))


class Frames:
    """One side of an open WebSocket."""

    def __init__(self) -> None:
        self._protocol = Connection(ConnectionType.SERVER)
        self._text: list[str] = []
        self._length = 0

    @property
    def open(self) -> bool:
        """Say whether messages can still be sent."""
        return self._protocol.state is ConnectionState.OPEN

    def receive(self, data: bytes) -> Iterator[str | bytes | Ended]:
        """Return the whole text messages in these bytes, pongs to send, and how it ended."""
        if self._protocol.state is ConnectionState.CLOSED:
            return
        self._protocol.receive_data(data)
        for event in self._protocol.events():
            match event:
                case Ping() if self.open:
                    yield self._protocol.send(event.response())
                case TextMessage():
                    self._text.append(event.data)
                    self._length += len(event.data) + 1  # fragments may be empty
                    if self._length > _LONGEST_CHARS:
                        yield Ended(TOO_BIG, "message too big", broken=True)
                        return
                    if event.message_finished:
                        whole, self._text, self._length = "".join(self._text), [], 0
                        yield whole
                case BytesMessage():
                    yield Ended(UNSUPPORTED, "text only", broken=True)
                    return
                case CloseConnection():
                    theirs = self._protocol.state is not ConnectionState.OPEN
                    yield Ended(int(event.code), event.reason or "", broken=not theirs)
                    return
                case Pong() | _:
                    pass

    def text(self, text: str) -> bytes:
        """Return a text message."""
        return self._send(TextMessage(data=text))

    def binary(self, data: bytes) -> bytes:
        """Return a binary message, which the real service never sends."""
        return self._send(BytesMessage(data=data))

    def close(self, code: int, reason: str = "") -> bytes:
        """Return a close frame; with 1005 it has no code. Nothing if one was sent."""
        states = {ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING}
        if self._protocol.state not in states:
            return b""
        told = CloseReason.NO_STATUS_RCVD if code == NO_STATUS else code
        return self._protocol.send(CloseConnection(code=told, reason=reason or None))

    def _send(self, message: TextMessage | BytesMessage) -> bytes:
        return self._protocol.send(message) if self.open else b""


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False
