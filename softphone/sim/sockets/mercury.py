"""Mercury, the message socket: what a person's apps are told (protocol.md#message-socket)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from softphone.sim.messages import Link, Reply
from softphone.sim.services.people import Account, WdmDevice
from softphone.sim.services.state import Call, CloudState
from softphone.sim.sockets import frames
from softphone.sim.sockets.frames import POLICY
from softphone.sim.sockets.socket import Socket

PLACE = "message-socket"

_NOT_AUTHORISED, _FORBIDDEN = 4401, 4403
_NEVER_SIGNED_IN = "Authentication did not happen within the timeout window of 30000 seconds."

# More open sockets than any test needs; a client that opens them for ever gets no further.
_MOST_SOCKETS = 5000


def open_socket(call: Call) -> Reply:
    """Accept the WebSocket of a live WDM device; the token comes in its first message."""
    for account in call.state.accounts.values():
        device = account.wdm_devices.get(call.ids["device"])
        if device is not None:
            return upgrade(call, MercurySocket(call, account, device))
    raise call.refusal(404, "No such device.")


def upgrade(call: Call, socket: Socket) -> Reply:
    """Accept a WebSocket, or refuse what is none, or one too many."""
    headers = frames.accept(call.request)
    if headers is None:
        told = [("upgrade", "websocket"), ("sec-websocket-version", "13")]
        raise call.refusal(426, "This address speaks WebSocket.", told)
    if len(call.state.sockets.by_number) >= _MOST_SOCKETS:
        raise call.refusal(503, "Too many sockets.")
    return Reply(101, headers, upgraded=socket)


def upgrade_complaints(call: Call) -> list[str]:
    """Return what a careful client would not have sent to open a socket."""
    headers, complaints = call.request.headers, []
    if "authorization" in headers:
        complaints.append("token in a header of the upgrade")
    values = call.request.params().values()
    if any(call.state.tokens.user_of(one.removeprefix("Bearer ")) for one in values):
        complaints.append("token in the URL")
    if "sec-websocket-protocol" in headers:
        complaints.append("asks for a sub-protocol")
    return complaints


class MercurySocket(Socket):
    """The message socket of one WDM device."""

    place = PLACE

    def __init__(self, call: Call, account: Account, device: WdmDevice) -> None:
        super().__init__(
            call.state.sockets,
            call.request,
            upgrade_complaints(call),
            user=account.person.name,
            device=device.device_id,
        )
        self._state: CloudState = call.state
        self._sequence = 0
        params = call.request.params()
        self._shared = params.get("multipleConnections") == "true"
        wants_status = params.get("mercuryRegistrationStatus") == "true"
        self._ready_event = "mercury.registration_status" if wants_status else "mercury.buffer_state"

    def opened(self, link: Link, now_s: float) -> None:
        """Begin; who does not sign in within 30 s is hung up on."""
        super().opened(link, now_s)
        self.await_sign_in(self._state.settings.socket_auth_s, now_s, (POLICY, _NEVER_SIGNED_IN))

    def take(self, message: dict[str, Any], now_s: float) -> list[str]:
        """Sign in, answer a ping, note an acknowledgement."""
        match message:
            case {"type": "authorization", "data": {"token": str(token)}}:
                self._sign_in(token, now_s)
                return [] if isinstance(message.get("id"), str) else ["no id"]
            case _ if not (self.ready or self.answering):
                return ["the first frame is not the authorization"]
            case {"type": "ping", "id": str(asked)}:
                self._answer_ping(asked, now_s)
                return []
            case {"type": "ack", "messageId": str(of)}:
                return self.acknowledged(of)
        return ["a message of no known type"]

    def push(self, event: Mapping[str, Any], now_s: float, **envelope: Any) -> None:
        """Send an event in its envelope.

        `id`, `sent_ago_s` and `skip` (so many sequence numbers are left out) change what is in it.
        """
        self._sequence += 1 + envelope.get("skip", 0)
        message_id = envelope.get("id") or self._state.mint.uuid()
        written_ms = self._state.clock.epoch_ms(now_s)
        self.send(
            {
                "id": message_id,
                "data": event,
                "timestamp": self._state.clock.epoch_ms(now_s - envelope.get("sent_ago_s", 0.0)),
                "trackingId": f"ROUTER_{self._state.mint.uuid()}",
                "alertType": "full",
                "headers": {},
                "sequenceNumber": self._sequence,
                "filterMessage": False,
                "wsWriteTimestamp": written_ms,
            }
        )
        self.await_acknowledgement(message_id, self._state.ack_within_s, now_s)

    def _answer_ping(self, asked: str, now_s: float) -> None:
        told = self._state.mint.uuid() if self.takes_wrong_pong() else asked
        self.send({"type": "pong", "id": told, "wsWriteTimestamp": self._state.clock.epoch_ms(now_s)})
        self.await_acknowledgement(told, self._state.ack_within_s, now_s)

    def _sign_in(self, token: str, now_s: float) -> None:
        self.begin_sign_in()
        fault = self._state.faults.meet(f"{PLACE}-auth", self._request.host, self.user, now_s)
        if fault is None:
            self._decide(token, now_s)
        else:
            self.spoil_sign_in(fault, now_s, lambda at_s: self._decide(token, at_s))

    def _decide(self, token: str, now_s: float) -> None:
        if self.link is None:
            return
        access = self._state.tokens.live_access(token.removeprefix("Bearer "), now_s)
        if access is None:
            self.close(_NOT_AUTHORISED, "not authorized", now_s)
        elif access.grant.user != self.user:
            self.close(_FORBIDDEN, "forbidden", now_s)
        elif self.accept_sign_in(access.grant.user):
            same = [one for one in self._sockets.of(place=PLACE) if one.device == self.device]
            self.replace_others((one for one in same if one.moving or not self._shared), now_s)
            for event in self._state.settings.ready_events or (self._ready_event,):
                self.push({"eventType": event}, now_s)
