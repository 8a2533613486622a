"""Mercury, as far as registration needs it: a WebSocket that says it is online (protocol.md#message-socket).

The vendor's JavaScript SDK waits for it before it registers; our own client does not use it. Pure: the
connection feeds bytes in and sends what comes out. Frames are those of RFC 6455 section 5.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator

from softphone.sim.messages import Reply, json_object
from softphone.sim.services.state import Call

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA
_SHORT = 126  # from here on the length stands in a field of its own: 2 bytes, or 8 at 127 (5.2)

# No message of a client that only registers comes near it.
_MAX_PAYLOAD_BYTES = 1 << 16

_NORMAL, _NOT_AUTHORISED = 1000, 4401


def open_socket(call: Call) -> Reply:
    """Accept the WebSocket of a live WDM device; the token comes in its first message."""
    accounts = call.state.accounts.values()
    if not any(call.ids["device"] in account.wdm_devices for account in accounts):
        raise call.refusal(404, "No such device.")
    key = call.request.headers.get("sec-websocket-key")
    if key is None or call.request.headers.get("upgrade", "").lower() != "websocket":
        raise call.refusal(426, "This address speaks WebSocket.", [("upgrade", "websocket")])
    accept = base64.b64encode(hashlib.sha1(f"{key}{_GUID}".encode()).digest()).decode()  # noqa: S324
    headers = (("upgrade", "websocket"), ("connection", "upgrade"), ("sec-websocket-accept", accept))
    return Reply(101, headers)


class Session:
    """One open socket. `is_live` says whether an access token is good now."""

    def __init__(self, is_live: Callable[[str], bool]) -> None:
        self._is_live = is_live
        self._buffer = bytearray()
        self.ended: bool = False

    def receive(self, data: bytes) -> bytes:
        """Take bytes of the client and return those to send; `ended` says when to hang up."""
        self._buffer += data
        return b"".join(self._answer(opcode, payload) for opcode, payload in self._frames())

    def _answer(self, opcode: int, payload: bytes) -> bytes:
        if opcode == _CLOSE:
            return self._end(_NORMAL)
        if opcode == _PING:
            return _frame(_PONG, payload)
        message = (json_object(payload) if opcode == _TEXT else None) or {}
        match message:
            case {"type": "authorization", "data": {"token": str(token)}}:
                if not self._is_live(token.removeprefix("Bearer ")):
                    return self._end(_NOT_AUTHORISED)
                return _event("mercury.buffer_state") + _event("mercury.registration_status")
            case {"type": "ping", "id": asked}:
                return _message({"type": "pong", "id": asked})
        return b""

    def _frames(self) -> Iterator[tuple[int, bytes]]:
        """Take whole frames off the buffer; a client's are masked (RFC 6455 5.3)."""
        while not self.ended and len(self._buffer) >= 2:  # noqa: PLR2004
            length, start = self._buffer[1] & 0x7F, 2
            if length >= _SHORT:
                start = 4 if length == _SHORT else 10
                length = int.from_bytes(self._buffer[2:start], "big")
            if length > _MAX_PAYLOAD_BYTES:
                yield _CLOSE, b""
                return
            key = bytes(self._buffer[start : start + 4])
            payload = bytes(self._buffer[start + 4 : start + 4 + length])
            if len(self._buffer) < start + 4 + length:
                return
            opcode = self._buffer[0] & 0x0F
            del self._buffer[: start + 4 + length]
            yield opcode, bytes(byte ^ key[index % 4] for index, byte in enumerate(payload))

    def _end(self, code: int) -> bytes:
        self.ended = True
        return _frame(_CLOSE, code.to_bytes(2, "big"))


def _event(kind: str) -> bytes:
    return _message({"id": kind, "data": {"eventType": kind}})


def _message(value: object) -> bytes:
    return _frame(_TEXT, json.dumps(value).encode())


def _frame(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < _SHORT:
        return bytes((0x80 | opcode, size)) + payload
    return bytes((0x80 | opcode, _SHORT)) + size.to_bytes(2, "big") + payload
