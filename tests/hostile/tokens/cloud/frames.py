"""A hostile WebSocket: the upgrade, and frames of a message socket or of a registration socket."""

import base64
import hashlib
import json
import random
import struct
from collections.abc import Iterator
from typing import Any

from tests.hostile.tokens.asked import Asked
from tests.hostile.tokens.cloud.answers import HostileCloud

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, CLOSE = 1, 8
_CODES = (1000, 1001, 1008, 1012, 4000, 4001, 4400, 4401, 4403, 4404, 4429)
_STATUSES = (200, 200, 200, 200, 401, 440, 403, 302, 429, 500)


def accepted(asked: Asked) -> bytes:
    """The answer that opens the socket."""
    key = hashlib.sha1(asked.header("sec-websocket-key").encode() + _MAGIC, usedforsecurity=False).digest()
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(key) + b"\r\nSet-Cookie: ws=1; Domain=.com\r\n\r\n"
    )


def read_frames(data: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take whole frames of the client off the data: what kind, and what it holds."""
    while len(data) >= 6:
        size, begin = data[1] & 0x7F, 2
        if size == 126:
            size, begin = struct.unpack_from("!H", data, 2)[0], 4
        elif size == 127:
            size, begin = struct.unpack_from("!Q", data, 2)[0], 10
        mask, body = data[begin : begin + 4], data[begin + 4 : begin + 4 + size]
        if len(body) < size:
            return
        kind = data[0] & 0x0F
        del data[: begin + 4 + size]
        yield kind, bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))


def frame(kind: int, body: bytes) -> bytes:
    size = bytes([len(body)]) if len(body) < 126 else b"\x7e" + struct.pack("!H", len(body))
    return bytes([0x80 | kind]) + size + body


class HostileSocket:
    """What one open socket says, by what it hears."""

    def __init__(self, cloud: HostileCloud, chance: random.Random) -> None:
        self._cloud = cloud
        self._chance = chance
        self.is_calling = False  # a registration is asked for on it

    def heard(self, text: str) -> bytes:
        """Answer one frame of the client."""
        try:
            heard = json.loads(text)
        except ValueError:
            return b""
        self._cloud.answers += 1
        kind = heard.get("type")
        if self._chance.random() < 0.05:
            return self._closed()
        if kind == "auth" or "metadata" in heard:
            self.is_calling = True
            return self._replied(heard)
        if kind == "authorization":
            return self._said({"data": {"eventType": "mercury.buffer_state"}}) + self._more()
        if kind == "ping":
            told = heard["id"] if self._chance.random() < 0.9 else self._cloud.echo()
            return self._said({"type": "pong", "id": told}) + self._more()
        return b""

    def _replied(self, heard: dict[str, Any]) -> bytes:
        asked = Asked.at("https://webexapis.com/api/v1/calling/web/device")
        reply = {
            "type": "response_event",
            "subtype": heard["type"],
            "trackingId": heard["trackingId"],
            "statusCode": self._chance.choice(_STATUSES),
            "data": self._cloud.granted(asked),
            "metadata": {"location": self._cloud.addresses.decoy(), "retry-after": self._cloud.text("1")},
        }
        return self._said(reply) + (self._more() if self._chance.random() < 0.3 else b"")

    def _more(self) -> bytes:
        """What nobody asked for."""
        return b"".join(self._event() for _ in range(self._chance.randint(0, 3)))

    def _event(self) -> bytes:
        cloud, chance, address = self._cloud, self._chance, self._cloud.addresses.decoy
        caller = {"from": f'"{cloud.text("Ann")}" <sip:{cloud.text("5008")}@x>;tag=1', "url": address()}
        call: dict[str, Any] = {"callId": cloud.an_id("c-1"), "callUrl": address()}
        call["deviceId"] = cloud.an_id(chance.choice(cloud.granted_ids))
        call |= {"callerId": caller}
        session: dict[str, Any] = {
            "sessionType": "WEBEXCALLING",
            "url": address(),
            "startTime": cloud.text("1"),
        }
        session["other"] = {"name": cloud.text("Ann"), "phoneNumber": cloud.text("1"), "isPrivate": False}
        events: tuple[dict[str, Any], ...] = (
            {"eventType": "mobius.call", **call},
            {"eventType": "mobius.call", **call},
            {"eventType": "mobius.calldisconnected", "cause": cloud.text("x"), **call},
            {"eventType": "janus.user_recent_sessions", "userSessions": {"userSessions": [session]}},
            {"eventType": "u2c.cache-invalidation", "u2c": address()},
            {"eventType": "mercury.registration_status", "localClusterServiceUrls": {"api": address()}},
            {"eventType": "registration.down", "redirect": address()},
        )
        data = chance.choice(events)
        if chance.random() < 0.1:
            return self._said({"type": "shutdown", "url": cloud.addresses.socket()})
        if self.is_calling:
            ids = {"eventId": cloud.an_id(cloud.number()), "trackingId": cloud.an_id(cloud.number())}
            return self._said({"type": "async_event", **ids, "data": data})
        return self._said({"data": data, "headers": {"route": address(), "authorization": cloud.echo()}})

    def _said(self, value: dict[str, Any]) -> bytes:
        """One frame, cut to what a test needs."""
        told = value if "id" in value else {"id": self._cloud.an_id(self._cloud.number()), **value}
        return frame(_TEXT, json.dumps(told).encode()[:60_000])

    def _closed(self) -> bytes:
        reason = self._cloud.filled(self._chance.choice(("{url}", "{echo}", "moved to {url}")))
        text = reason.encode("ascii", "replace")[:100]
        return frame(CLOSE, struct.pack("!H", self._chance.choice(_CODES)) + text)
