"""The calling socket: registration over WSS instead of HTTP (protocol.md#websocket-transport).

A request over it is carried out as its form of HTTP is, faults included; only its answer is a frame.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from softphone.sim.faults import merged
from softphone.sim.messages import Delivery, Link, Reply, Request, json_object
from softphone.sim.services.state import Call, CloudState
from softphone.sim.sockets.frames import ABNORMAL
from softphone.sim.sockets.mercury import upgrade, upgrade_complaints
from softphone.sim.sockets.socket import MOVED, Socket

PLACE = "calling-socket"

_NO_SIGN_IN, _NO_REGISTRATION = 4403, 1001
_TOKEN_ENDED = 440

_WEB = "/api/v1/calling/web"


def open_socket(call: Call) -> Reply:
    """Accept the WebSocket of anybody; who it is, the first message says."""
    if not call.state.settings.calling_over_sockets:
        raise call.refusal(404, "There is nothing at this path.")
    return upgrade(call, CallingSocket(call))


class CallingSocket(Socket):
    """One calling socket and the devices that are registered over it."""

    place = PLACE

    def __init__(self, call: Call) -> None:
        super().__init__(call.state.sockets, call.request, upgrade_complaints(call))
        self._state: CloudState = call.state
        self._token = ""
        self.devices: set[str] = set()

    def opened(self, link: Link, now_s: float) -> None:
        """Begin; who does not sign in, then register, is hung up on."""
        super().opened(link, now_s)
        self.await_sign_in(self._state.settings.socket_auth_s, now_s, (_NO_SIGN_IN, "no authentication"))

    def take(self, message: dict[str, Any], now_s: float) -> list[str] | None:
        """Sign in, carry out a request, note an acknowledgement."""
        match message:
            case {"type": "auth", "trackingId": str(tracking_id), "data": {"token": str(token)}}:
                self._sign_in(token, tracking_id, now_s)
                return ["'Bearer' before the token"] if token.startswith("Bearer ") else []
            case {"type": "event_ack", "eventId": str(of)}:
                return self.acknowledged(of)
            case _ if not self.ready:
                return [] if self.answering else ["the first frame is not auth"]
            case {"type": str(kind), "trackingId": str(), "data": dict()} if kind in _REQUESTS:
                return self._carry_out(kind, message, now_s)
        return ["a message of no known type"]

    def push(self, event: Mapping[str, Any], now_s: float, **envelope: Any) -> None:
        """Send an event; `id` is the one it has instead of its own."""
        event_id = envelope.get("id") or self._state.mint.uuid()
        tracking_id = f"MOBIUS_{self._state.mint.uuid()}"
        self.send({"type": "async_event", "eventId": event_id, "trackingId": tracking_id, "data": event})
        self.await_acknowledgement(event_id, self._state.ack_within_s, now_s)

    # --- Sign-in

    def _sign_in(self, token: str, tracking_id: str, now_s: float) -> None:
        self.begin_sign_in()
        user = self._state.tokens.user_of(token)
        fault = self._state.faults.meet(f"{PLACE}-auth", self._request.host, user, now_s)
        if fault is None:
            self._decide(token, tracking_id, now_s)
        elif fault.reply is not None:
            self.refuse_sign_in()
            self._respond("auth", tracking_id, fault.apply(None), now_s)
        else:
            self.spoil_sign_in(fault, now_s, lambda at_s: self._decide(token, tracking_id, at_s))

    def _decide(self, token: str, tracking_id: str, now_s: float) -> None:
        if self.link is None:
            return
        access = self._state.tokens.live_access(token, now_s)
        if access is None:
            self.refuse_sign_in()
            self._respond("auth", tracking_id, Reply(401), now_s)
            return
        is_first = self.accept_sign_in(access.grant.user)
        self._token = token
        self._respond("auth", tracking_id, Reply(200), now_s)
        if is_first:
            self._take_over(now_s)
            self._later(self._state.settings.calling_socket_idle_s, now_s, self._close_if_idle)

    def _take_over(self, now_s: float) -> None:
        """Take the devices of sockets that were told to hand over, and close those."""
        for one in self._others():
            if one.moving and one.user == self.user:
                self.devices |= one.devices
                one.close(MOVED, "moved", now_s)

    def _close_if_idle(self, now_s: float) -> None:
        if not self.devices:
            self.close(_NO_REGISTRATION, "no registration", now_s)

    def _others(self) -> list[CallingSocket]:
        all_open = self._sockets.of(place=PLACE)
        return [one for one in all_open if isinstance(one, CallingSocket) and one is not self]

    # --- Requests

    def _carry_out(self, kind: str, message: dict[str, Any], now_s: float) -> list[str] | None:
        tracking_id = message["trackingId"]
        if self._state.tokens.live_access(self._token, now_s) is None:
            self._respond(kind, tracking_id, Reply(_TOKEN_ENDED), now_s)
            return []
        request = _as_http(kind, message, self._request.host, self._token, self.number)
        if request is None:
            self._respond(kind, tracking_id, Reply(400), now_s)
            return [f"{kind} without its ids"]
        assert self.link is not None  # noqa: S101 - a message has just come over it
        self._respond(kind, tracking_id, self.link.ask(request), now_s, message["data"])
        return None

    def _respond(
        self, kind: str, tracking_id: str, reply: Reply, now_s: float, asked: dict[str, Any] | None = None
    ) -> None:
        """Send what a reply is as a frame, in the manner its faults ask for."""
        if reply.then is not None or reply.delay_s > 0:

            def later(at_s: float) -> None:
                if reply.then is not None:
                    self._respond(kind, tracking_id, reply.then(), at_s, asked)
                else:
                    self._give(kind, tracking_id, reply, at_s, asked)

            self._later(reply.delay_s, now_s, later)
        else:
            self._give(kind, tracking_id, reply, now_s, asked)

    def _give(
        self, kind: str, tracking_id: str, reply: Reply, now_s: float, asked: dict[str, Any] | None
    ) -> None:
        if asked is not None and reply.status == 200:  # noqa: PLR2004
            self._bind(kind, asked, json_object(reply.body) or {}, now_s)
        if reply.close is not None:
            self.close(*reply.close, now_s)
            return
        match reply.delivery:
            case Delivery.HANG | Delivery.ENDLESS_103:
                return
            case Delivery.RESET:
                self.drop(now_s)
                return
            case Delivery.CLOSE | Delivery.CUT_SHORT | Delivery.WRONG_LENGTH | Delivery.NOT_HTTP:
                self.close(ABNORMAL, "", now_s)
                return
        frame = {
            "type": "response_event",
            "subtype": kind,
            "trackingId": tracking_id,
            "statusCode": reply.status,
            "data": json_object(reply.body) or {},
            "metadata": {name: value for name, value in reply.headers if name in _METADATA},
        }
        self.send(merged(frame, reply.frame_patch) if isinstance(reply.frame_patch, dict) else frame)

    def _bind(self, kind: str, asked: dict[str, Any], granted: dict[str, Any], now_s: float) -> None:
        """Remember which devices are registered here: their calls come here, too."""
        if kind == "unregister":
            self.devices.discard(str(asked.get("deviceId")))
            return
        if kind not in {"register", "device_status"}:
            return
        told = granted.get("device", {}) if kind == "register" else asked
        device_id = str(told.get("deviceId")) if isinstance(told, dict) else ""
        before = [one for one in self._others() if device_id in one.devices]
        self.replace_others(before, now_s)
        self.devices.add(device_id)


# Words of headers that come back as metadata.
_METADATA = frozenset({"retry-after", "trackingid", "date"})

_REQUESTS = {
    "register": ("POST", f"{_WEB}/device"),
    "device_status": ("POST", f"{_WEB}/devices/{{device}}/status"),
    "unregister": ("DELETE", f"{_WEB}/devices/{{device}}"),
    "call_state": ("PATCH", f"{_WEB}/devices/{{device}}/calls/{{call}}"),
    "call_delete": ("DELETE", f"{_WEB}/devices/{{device}}/calls/{{call}}"),
}


def _as_http(kind: str, message: dict[str, Any], host: str, token: str, number: int) -> Request | None:
    """Return the request of HTTP that a message stands for, or None if an id in its path is missing."""
    method, path = _REQUESTS[kind]
    data = message["data"]
    device = data.get("device") if isinstance(data.get("device"), dict) else {}
    ids = {"device": data.get("deviceId") or device.get("deviceId"), "call": data.get("callId")}
    for name, value in ids.items():
        word = f"{{{name}}}"
        if word in path:
            if not isinstance(value, str) or not value or "/" in value:
                return None
            path = path.replace(word, value)
    metadata = message.get("metadata")
    told = metadata if isinstance(metadata, dict) else {}
    headers = {name.lower(): value for name, value in told.items() if isinstance(value, str)}
    headers |= {
        "authorization": f"Bearer {token}",
        "trackingid": message["trackingId"],
        "content-type": "application/json",
    }
    body = json.dumps(data).encode()
    return Request(host, method, path, headers=headers, body=body, reused=True, socket=number)
