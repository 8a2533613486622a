"""The frames of the message socket, as far as they are ours to read. Pure (sockets.md#privacy).

The socket carries all that happens to the person: messages, meetings, files. Of a frame its envelope is
decoded; only what is about calls is read on, by its kind, and of that only what `calling.messages` has.
"""

import re
from typing import Any, TypeVar

import msgspec

from softphone.auth.untrusted import moment_of, plain_text
from softphone.calling.messages import (
    CallConnected,
    CallEnded,
    CallEvent,
    CallRinging,
    PastCall,
    PastCalls,
)
from softphone.line.model import Caller
from softphone.system import live_secrets

FRAME_LIMIT_BYTES = 256 * 1024
CALLER_LIMIT_CHARS = 64
PAST_CALLS_LIMIT = 100
READY_EVENTS = frozenset({"mercury.buffer_state", "mercury.registration_status"})
SERVERS_CHANGED = "u2c.cache-invalidation"

_ID = re.compile(r"[!-~]{1,128}")
_QUOTED = re.compile(r'\s*"([^"]*)"')
_NUMBER = re.compile(r"[0-9 ()*#+.-]+")
_WORD_LIMIT_CHARS = 32
_PART_LIMIT_BYTES = 8 * 1024  # a call of the past, the cause of an end
_COMMAS_LIMIT = 30_000
_BLANK = b" \t\r\n"
_NOTHING = frozenset({b"", b"null", b"[]"})
_EPOCH_LIMIT_MS = 1e14
_CODE_LIMIT = 1_000_000
_NUMBER_LIMIT = 2**53  # what JSON keeps exactly; sums of larger ones could not even be written

T = TypeVar("T")


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The envelope of a frame. Moments are epoch seconds by the service's clock, None when not told.

    `kind` is the `type` of system frames (pong, shutdown), "" for all others; `data` is not decoded.
    """

    frame_id: str = ""
    kind: str = ""
    event_type: str = ""
    number: int | None = None
    happened_at: float | None = None
    written_at: float | None = None
    data: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)

    def __repr__(self) -> str:
        return "Frame(...)"


# --- What we send ---


def authorization(frame_id: str, token: str, tracking_id: str) -> str:
    """Return the first frame of a socket; it holds the token."""
    data = {"token": f"Bearer {token}"}
    return _text({"id": frame_id, "type": "authorization", "data": data, "trackingId": tracking_id})


def ping(frame_id: str) -> str:
    """Return a ping."""
    return _text({"id": frame_id, "type": "ping"})


def ack(frame_id: str) -> str:
    """Return the word that a frame has arrived."""
    return _text({"messageId": frame_id, "type": "ack"})


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode("ascii")


# --- What we read ---


def read_frame(text: str) -> Frame | None:
    """Return the envelope, or None for what is none: no object, too deep, a field of another type."""
    envelope = decoded(_envelopes, text)
    if envelope is None or not (envelope.id or envelope.type or envelope.data):
        return None
    return Frame(
        frame_id=envelope.id if is_id(envelope.id) else "",
        kind=envelope.type,
        event_type=event_type_of(envelope.data),
        number=_sequence_number(envelope.number),
        happened_at=_moment(envelope.timestamp),
        written_at=_moment(envelope.written_at),
        data=envelope.data,
    )


def is_about_calls(event_type: str) -> bool:
    """Whether such an event is read at all."""
    return event_type.startswith("mobius.") or event_type == _RECENT


def read_event(frame: Frame, *, age_s: float | None = None) -> CallEvent | None:
    """Return what a frame tells about calls; None for what tells nothing to us, or makes no sense."""
    match frame.event_type:
        case "mobius.call":
            call = decoded(_calls, frame.data)
            if (
                call is None
                or not _is_named(call)
                or bytes(call.in_call).translate(None, _BLANK) not in _NOTHING
            ):
                return None  # news of a call that is going on
            caller = _caller(call.caller)
            return CallRinging(call_id=call.call_id, device_id=call.device_id, caller=caller, age_s=age_s)
        case "mobius.callconnected":
            call = decoded(_calls, frame.data)
            if call is None or not _is_named(call):
                return None
            return CallConnected(call_id=call.call_id, device_id=call.device_id)
        case "mobius.calldisconnected":
            call = decoded(_calls, frame.data)
            if call is None or not _is_named(call):
                return None
            return CallEnded(
                call_id=call.call_id,
                device_id=call.device_id,
                cause_code=_code(call.cause_code),
                cause=_plain(small(_anything, call.cause)),
            )
        case "janus.user_recent_sessions":
            if bytes(frame.data).count(b",") > _COMMAS_LIMIT:
                return None  # each of a hundred thousand rows would cost something
            recent = decoded(_recents, frame.data)
            rows = recent.sessions.rows[:PAST_CALLS_LIMIT] if recent is not None else []
            found = (small(_sessions, row) for row in rows)
            return PastCalls(tuple(_past_call(one) for one in found if one is not None))
    return None


_RECENT = "janus.user_recent_sessions"


class _Envelope(msgspec.Struct):
    id: str = ""
    type: str = ""
    number: int | None = msgspec.field(name="sequenceNumber", default=None)
    timestamp: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)
    written_at: msgspec.Raw = msgspec.field(name="wsWriteTimestamp", default_factory=msgspec.Raw)
    data: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class _Named(msgspec.Struct):
    event_type: str = msgspec.field(name="eventType", default="")


class _Call(msgspec.Struct):
    call_id: str = msgspec.field(name="callId")
    device_id: str = msgspec.field(name="deviceId")
    caller: msgspec.Raw = msgspec.field(name="callerId", default_factory=msgspec.Raw)
    in_call: msgspec.Raw = msgspec.field(name="midCallService", default_factory=msgspec.Raw)
    cause_code: msgspec.Raw = msgspec.field(name="causecode", default_factory=msgspec.Raw)
    cause: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class _CallerId(msgspec.Struct):
    asserted: str = msgspec.field(name="p-asserted-identity", default="")
    sender: str = msgspec.field(name="from", default="")


class _Other(msgspec.Struct):
    name: Any = ""
    number: Any = msgspec.field(name="phoneNumber", default="")
    is_private: Any = msgspec.field(name="isPrivate", default=False)


class _Session(msgspec.Struct):
    session_type: str = msgspec.field(name="sessionType", default="")
    direction: str = ""
    disposition: str = ""
    started: Any = msgspec.field(name="startTime", default=None)
    ended: Any = msgspec.field(name="endTime", default=None)
    other: _Other = msgspec.field(default_factory=_Other)


class _Rows(msgspec.Struct):
    rows: list[msgspec.Raw] = msgspec.field(name="userSessions", default_factory=list)


class _Recent(msgspec.Struct):
    sessions: _Rows = msgspec.field(name="userSessions", default_factory=_Rows)


_envelopes = msgspec.json.Decoder(_Envelope)
_named = msgspec.json.Decoder(_Named)
_calls = msgspec.json.Decoder(_Call)
_callers = msgspec.json.Decoder(_CallerId)
_recents = msgspec.json.Decoder(_Recent)
_sessions = msgspec.json.Decoder(_Session)
_anything = msgspec.json.Decoder()


def decoded(decoder: msgspec.json.Decoder[T], text: str | msgspec.Raw) -> T | None:
    """Return what a foreign text says, None for one that cannot be read."""
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError):  # the text of neither is told: it may quote
        return None


def is_id(text: str) -> bool:
    """Whether it may be kept and sent as an id; a secret of ours that came back may not."""
    return bool(_ID.fullmatch(text)) and not live_secrets.holds(text)


def small(decoder: msgspec.json.Decoder[T], raw: msgspec.Raw) -> T | None:
    """Return what a part of a frame says; None for one that is larger than any, whatever is in it."""
    return decoded(decoder, raw) if len(bytes(raw)) <= _PART_LIMIT_BYTES else None


def event_type_of(data: msgspec.Raw) -> str:
    """Return the name of an event, empty for one that has none."""
    named = decoded(_named, data)
    return named.event_type if named is not None else ""


def _is_named(call: _Call) -> bool:
    return is_id(call.call_id) and is_id(call.device_id)


def _sequence_number(value: int | None) -> int | None:
    return value if value is not None and 0 <= value <= _NUMBER_LIMIT else None


def _code(raw: msgspec.Raw) -> int | None:
    value = small(_anything, raw)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _CODE_LIMIT:
        return None
    return value


def _moment(raw: msgspec.Raw) -> float | None:
    """Return the epoch seconds of a moment in milliseconds."""
    value = small(_anything, raw)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _EPOCH_LIMIT_MS:
        return None
    return value / 1000


def _past_call(session: _Session) -> PastCall:
    other = session.other
    is_private = other.is_private is not False
    return PastCall(
        session_type=_word(session.session_type),
        direction=_word(session.direction),
        disposition=_word(session.disposition),
        started_at=moment_of(session.started),
        ended_at=moment_of(session.ended),
        other=Caller() if is_private else Caller(_plain(other.name), _plain(other.number)),
    )


def _caller(raw: msgspec.Raw) -> Caller:
    """Return who calls: by the asserted identity, and what that leaves out by the sender."""
    told = decoded(_callers, raw)
    if told is None:
        return Caller()
    of_identity, of_sender = _read_identity(told.asserted), _read_identity(told.sender)
    return Caller(of_identity.name or of_sender.name, of_identity.number or of_sender.number)


def _read_identity(text: str) -> Caller:
    """Read `"name" <sip:number@host;...>`; a user that is no number is none."""
    quoted = _QUOTED.match(text)
    name, is_named, address = text[quoted.end() if quoted else 0 :].partition("<")
    number, is_user, _ = (address if is_named else name).partition(":")[2].partition("@")
    number = number.replace("%2B", "+").replace("%2b", "+")
    return Caller(
        _plain(quoted[1] if quoted else name if is_named else ""),
        _plain(number) if is_user and _NUMBER.fullmatch(number) else "",
    )


def _plain(value: object) -> str:
    return plain_text(value, CALLER_LIMIT_CHARS)


def _word(value: str) -> str:
    return plain_text(value, _WORD_LIMIT_CHARS).upper()
