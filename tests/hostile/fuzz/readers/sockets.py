"""What comes over the sockets of the service: messages, and answers to what is asked over WebSockets."""

from collections.abc import Iterator
from typing import Any

from softphone.auth.untrusted import retry_after_s
from softphone.calling.messages import CallEnded, CallEvent
from softphone.checks.first_contact.routes import Route
from softphone.webex.failures import Route as Asked
from softphone.webex.failures import failure_of
from softphone.webex.messages import message_frames
from softphone.webex.messages.message_frames import FRAME_LIMIT_BYTES, read_event, read_frame
from softphone.webex.wss import wss_frames
from softphone.webex.wss.wss_frames import Notice, Reply
from tests.hostile.fuzz.readers.samples import NOW, as_json, of_routes
from tests.hostile.fuzz.target import Target, promise, texts

_IDS = {"callId": "c1", "deviceId": "d1"}
_ANN = '"Ann Example" <sip:+12145550100@192.0.2.7;user=phone>;tag=1-2-'
_SESSION = {
    "sessionType": "WEBEXCALLING",
    "direction": "INCOMING",
    "disposition": "Missed",
    "startTime": "2026-01-05T05:01:00Z",
    "endTime": 1767589280000,
    "other": {"name": "Ann", "phoneNumber": "5008", "isPrivate": False},
}


def _message_seeds() -> Iterator[bytes]:
    events: tuple[tuple[str, dict[str, Any]], ...] = (
        ("mobius.call", {**_IDS, "callerId": {"from": _ANN, "p-asserted-identity": "<sip:5008@h>"}}),
        ("mobius.call", {**_IDS, "midCallService": [{"eventType": "callInfo"}]}),
        ("mobius.callconnected", _IDS),
        ("mobius.calldisconnected", {**_IDS, "causecode": 16, "cause": "Normal disconnect"}),
        (
            "janus.user_recent_sessions",
            {"userSessions": {"statusCode": 0, "userSessions": [_SESSION, _SESSION]}},
        ),
        ("mercury.buffer_state", {}),
    )
    for event_type, data in events:
        yield as_json(
            {
                "id": "b6b3c5a0-1",
                "data": {"eventType": event_type, **data},
                "timestamp": 1767589260000,
                "wsWriteTimestamp": 1767589260010,
                "sequenceNumber": 12,
            }
        )
    yield as_json({"id": "1", "type": "pong", "wsWriteTimestamp": 1767589260010})
    yield as_json({"type": "shutdown"})


def _message(data: bytes) -> object:
    text = data.decode("utf-8", "replace")  # the library closes on what is no UTF-8
    frame = read_frame(text)
    if frame is None:
        return None
    promise(frame.number is None or 0 <= frame.number <= 2**53, "a number can be counted with")
    for at in (frame.happened_at, frame.written_at):
        promise(at is None or 0 < at < 1e11, "a moment is of this age")
    promise(not frame.frame_id or message_frames.ack(frame.frame_id), "an id can be acknowledged")
    event = read_event(frame, age_s=0.0)
    if isinstance(event, CallEnded):
        promise(-(2**63) <= (event.cause_code or 0) < 2**63, "a cause's code is a code")
    return event if event is not None else frame.kind == "" and frame.event_type == ""


def _told_of_event(event: object) -> Iterator[str]:
    if isinstance(event, CallEvent):
        yield from texts(event)


def _answer_seeds() -> Iterator[bytes]:
    for data in (*of_routes(Route.REGISTER), b"{}", b'{"errorCode":101}'):
        yield (
            b'{"type":"response_event","subtype":"register","trackingId":"WXC_1","statusCode":200,'
            b'"metadata":{"retry-after":"30"},"data":' + data + b"}"
        )
    notice = {"eventType": "mobius.deviceunregistered", "deviceId": "d1"}
    yield as_json({"type": "async_event", "trackingId": "WXC_2", "eventId": "e1", "data": notice})
    yield as_json({"type": "shutdown"})


def _answer(data: bytes) -> object:
    said = wss_frames.read(data.decode("utf-8", "replace"))
    match said:
        case Notice():
            promise(wss_frames.event_ack(said), "a notice can be acknowledged")
        case Reply():
            promise(100 <= said.status <= 999, "a status is one of HTTP")
            headers = {"retry-after": said.retry_after}
            wait_s = retry_after_s(headers, NOW)
            promise(wait_s is None or 0 <= wait_s <= 3600, "a wish is from 0 to 3,600 s")
            return failure_of(Asked.REGISTER, said.status, headers, said.body, host="host", now=NOW)
    return type(said).__name__


TARGETS = (
    Target(
        name="message socket's frames",
        read=_message,
        modules=("webex/messages/message_frames.py",),
        seeds=_message_seeds,
        words=('"eventType":', "mobius.call", "janus.user_recent_sessions", "sip:", "%2B", "<", ">", '\\"'),
        raises=(),
        told=_told_of_event,
        most_bytes=FRAME_LIMIT_BYTES,
        share=5,
    ),
    Target(
        name="registration socket's frames",
        read=_answer,
        modules=("webex/wss/wss_frames.py",),
        seeds=_answer_seeds,
        words=('"statusCode":', '"retry-after":', "response_event", "async_event", '"eventId":'),
        raises=(),
        told=texts,
        most_bytes=FRAME_LIMIT_BYTES,
        share=5,
    ),
)
