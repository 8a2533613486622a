"""The frames of a registration socket. Pure; no frame is in any log (sockets.md#registration-over-wss)."""

from typing import Any

import msgspec

from softphone.webex.account_requests import SPARK_USER_AGENT
from softphone.webex.messages.message_frames import decoded, event_type_of, is_id, small

_STATUSES = range(100, 600)  # of HTTP; true is none of them


class Reply(msgspec.Struct, frozen=True):
    """An answer, in the form of HTTP: `body` is its data, `retry_after` as the header is written."""

    trace: str
    kind: str
    status: int
    body: bytes
    retry_after: str

    def __repr__(self) -> str:
        return f"Reply({self.kind}, {self.status})"


class Notice(msgspec.Struct, frozen=True):
    """What the service tells unasked; `data` is not decoded."""

    event_id: str
    trace: str
    event_type: str
    data: msgspec.Raw

    def __repr__(self) -> str:
        return "Notice(...)"


class Shutdown(msgspec.Struct, frozen=True):
    """The service asks to move to another socket."""


def auth(trace: str, token: str) -> str:
    """Return the frame that signs the socket in."""
    return _text({"type": "auth", "trackingId": trace, "data": {"token": token}})


def request(kind: str, trace: str, device_url: str, data: object) -> str:
    """Return a request: `register`, `device_status` or `unregister`."""
    metadata = {
        "cisco-device-url": device_url,
        "spark-user-agent": SPARK_USER_AGENT,
        "userAgent": SPARK_USER_AGENT,
        "authorization": "",
    }
    return _text({"type": kind, "trackingId": trace, "metadata": metadata, "data": data})


def event_ack(notice: Notice) -> str:
    """Return the word that a notice has arrived."""
    return _text({"type": "event_ack", "trackingId": notice.trace, "eventId": notice.event_id})


def read(text: str) -> Reply | Notice | Shutdown | None:
    """Return what a frame says, None for what we do not understand."""
    frame = decoded(_frames, text)
    if frame is None:
        return None
    match frame.type:
        case "response_event":
            status = small(_numbers, frame.status)
            if status is None or status not in _STATUSES:
                return None
            metadata = small(_metadata, frame.metadata)
            wish = metadata.retry_after if metadata is not None else None
            return Reply(
                frame.trace,
                frame.subtype,
                status,
                bytes(frame.data),
                str(wish) if isinstance(wish, str | int) and not isinstance(wish, bool) else "",
            )
        case "async_event" if is_id(frame.event_id) and is_id(frame.trace):
            return Notice(frame.event_id, frame.trace, event_type_of(frame.data), frame.data)
        case "shutdown":
            return Shutdown()
    return None


class _Frame(msgspec.Struct):
    type: str = ""
    subtype: str = ""
    trace: str = msgspec.field(name="trackingId", default="")
    event_id: str = msgspec.field(name="eventId", default="")
    status: msgspec.Raw = msgspec.field(name="statusCode", default_factory=msgspec.Raw)
    data: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)
    metadata: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class _Metadata(msgspec.Struct):
    retry_after: Any = msgspec.field(name="retry-after", default=None)


_frames = msgspec.json.Decoder(_Frame)
_metadata = msgspec.json.Decoder(_Metadata)
_numbers = msgspec.json.Decoder(int)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode("utf-8")
