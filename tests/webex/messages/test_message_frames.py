"""What is read of a frame, and what is not (sockets.md#privacy; C12, C14, C15 of the notices)."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from softphone.webex.messages.message_frames import (
    FRAME_LIMIT_BYTES,
    Frame,
    ack,
    authorization,
    is_about_calls,
    ping,
    read_event,
    read_frame,
)
from tests.kit.secrets import CODE

IDS = {"callId": "c1", "deviceId": "d1"}
ANN = '"Ann Example" <sip:5008@192.0.2.7;user=phone>;tag=1-2-'
ANN_ASSERTED = '"Ann Example" <sip:+12145550100@192.0.2.7;user=phone>'


def heard(event_type: str, **data: Any) -> CallEvent | None:
    frame = read_frame(json.dumps({"id": "i", "data": {"eventType": event_type, **data}}))
    assert frame is not None
    return read_event(frame)


def ringing(**caller: Any) -> Caller:
    event = heard("mobius.call", **IDS, callerId=caller)
    assert isinstance(event, CallRinging)
    return event.caller


def test_a_call_that_rings_has_its_ids_and_its_caller():
    event = heard("mobius.call", **IDS, callerId={"from": ANN, "p-asserted-identity": ANN_ASSERTED})
    assert event == CallRinging(call_id="c1", device_id="d1", caller=Caller("Ann Example", "+12145550100"))


@pytest.mark.parametrize(
    ("asserted", "sender", "caller"),
    [
        ("<sip:+12145550100@h>", ANN, Caller("Ann Example", "+12145550100")),  # C14
        ("", ANN, Caller("Ann Example", "5008")),
        ('"Bo" <sip:bo.example@h>', "", Caller("Bo", "")),
        ('"Bo" <sip:%2B1214@h>', "", Caller("Bo", "+1214")),
        ("<sip:1214@h>", "", Caller("", "1214")),
        ("sip:1214@h", "", Caller("", "1214")),
        ("", "", Caller()),
        ("no address at all", "", Caller()),
        ('"\u202e<b>x"', "", Caller("<b>x", "")),  # C15: nothing that turns text over
        ("Ann Example <sip:1@h>", "", Caller("Ann Example", "1")),
        ('"\u202eevil\u0007 one" <sip:1@h>', "", Caller("evil one", "1")),
        (f'"{"x" * 5000}" <sip:1@h>', "", Caller("x" * 64, "1")),
    ],
)
def test_a_caller_is_read_as_plain_text(asserted: str, sender: str, caller: Caller):
    assert ringing(**{"p-asserted-identity": asserted, "from": sender}) == caller


@pytest.mark.parametrize("odd", [None, 5, [], {"from": 5}, "text"])
def test_a_caller_of_another_form_is_unknown_and_the_call_rings_all_the_same(odd: object):
    event = heard("mobius.call", **IDS, callerId=odd)
    assert isinstance(event, CallRinging)
    assert event.caller == Caller()


def test_a_caller_is_in_no_text_of_the_event():
    event = heard("mobius.call", **IDS, callerId={"from": ANN})
    assert "Ann" not in f"{event!r} {event}"
    assert "5008" not in f"{event!r} {event}"


def test_news_of_a_call_that_goes_on_is_no_ring():
    assert heard("mobius.call", **IDS, midCallService=[{"eventType": "callInfo"}]) is None
    assert isinstance(heard("mobius.call", **IDS, midCallService=None), CallRinging)
    assert isinstance(heard("mobius.call", **IDS, midCallService=[]), CallRinging)


def test_the_end_of_a_call_and_its_being_answered():
    ended = heard("mobius.calldisconnected", **IDS, causecode=0, cause="Normal disconnect", correlationId="")
    assert ended == CallEnded(call_id="c1", device_id="d1", cause_code=0, cause="Normal disconnect")
    for odd in ("x", True, 1.5, 10**30, -(10**30)):
        assert heard("mobius.calldisconnected", **IDS, causecode=odd, cause=5) == CallEnded(
            call_id="c1", device_id="d1"
        )
    assert heard("mobius.callconnected", **IDS) == CallConnected(call_id="c1", device_id="d1")


HEAD = '{"id":"i","data":{"eventType":"%s","callId":"c1","deviceId":"d1",'


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ('{"id":"i","timestamp":[', "[],", "0]}"),
        (HEAD % "mobius.calldisconnected" + '"cause":[', "[],", "0]}}"),
        (HEAD % "mobius.call" + '"midCallService":[', "0,", "0]}}"),
        (HEAD % "mobius.call" + '"callerId":{"from":"', "<", '"}}}'),
        (HEAD % "janus.user_recent_sessions" + '"userSessions":{"userSessions":[', "{},", "{}]}}}"),
        (
            HEAD % "janus.user_recent_sessions" + '"userSessions":{"userSessions":[{"other":{"name":[',
            "[],",
            "0]}}]}}}",
        ),
    ],
)
def test_a_frame_takes_little_memory_whatever_is_in_it(before: str, piece: str, after: str):
    text = before + piece * ((FRAME_LIMIT_BYTES - len(before) - len(after)) // len(piece)) + after
    tracemalloc.start()
    try:
        frame = read_frame(text)
        assert frame is not None
        assert frame.happened_at is None
        read_event(frame)
        assert tracemalloc.get_traced_memory()[1] < 4 * FRAME_LIMIT_BYTES
    finally:
        tracemalloc.stop()


def test_recent_calls_tell_why_one_ended():
    session = {
        "sessionType": "WEBEXCALLING",
        "direction": "INCOMING",
        "disposition": "Missed",
        "startTime": "2026-01-05T05:01:00Z",
        "endTime": "2026-01-05T05:01:20Z",
        "other": {"name": "Ann", "phoneNumber": "5008", "isPrivate": False},
    }
    private = session | {"other": {"name": "Ann", "phoneNumber": "5008", "isPrivate": True}}
    event = heard(
        "janus.user_recent_sessions", userSessions={"statusCode": 0, "userSessions": [session, private, 5]}
    )
    assert isinstance(event, PastCalls)
    assert event.calls[0] == PastCall(
        session_type="WEBEXCALLING",
        direction="INCOMING",
        disposition="MISSED",
        started_at=1767589260.0,
        ended_at=1767589280.0,
        other=Caller("Ann", "5008"),
    )
    assert event.calls[1].other == Caller()
    assert len(event.calls) == 2
    assert "Ann" not in repr(event)


@pytest.mark.parametrize("kind", ["mobius.media", "mobius.callprogress", "mobius.x", "conversation.activity"])
def test_other_events_tell_nothing(kind: str):
    assert heard(kind, **IDS, message={"sdp": "v=0"}) is None


@pytest.mark.parametrize(
    "ids", [{}, {"callId": "c"}, {"callId": "", "deviceId": "d"}, {"callId": "a b", "deviceId": "d"}]
)
@pytest.mark.parametrize("kind", ["mobius.call", "mobius.callconnected", "mobius.calldisconnected"])
def test_a_call_without_usable_ids_is_none(kind: str, ids: dict[str, str]):
    assert heard(kind, **ids) is None


@pytest.mark.parametrize("name", ["callId", "deviceId"])
def test_a_call_that_a_secret_of_ours_names_is_none(name: str):
    assert heard("mobius.call", **IDS) is not None
    live_secrets.note(CODE)
    assert heard("mobius.call", **(IDS | {name: f"x-{CODE}"})) is None


@pytest.mark.parametrize("frame_id", ["", "a b", "x" * 129, "\u00e9", "a\nb", f"x-{CODE}"])
def test_an_id_that_no_log_could_take_is_none(frame_id: str):
    live_secrets.note(CODE)
    frame = read_frame(json.dumps({"id": frame_id, "type": "pong"}))
    assert frame is not None
    assert frame.frame_id == ""


@pytest.mark.parametrize("number", [-1, 2**53 + 1, 10**4299], ids=["negative", "large", "vast"])
def test_a_sequence_number_beyond_all_counting_is_none(number: int):
    frame = read_frame(json.dumps({"id": "a", "sequenceNumber": number}))
    assert frame is not None
    assert frame.number is None


@given(st.text())
def test_no_text_is_too_odd(text: str):
    frame = read_frame(text)
    assert frame is None or read_event(frame) is None


def test_what_is_sent_is_what_the_service_knows():
    assert json.loads(authorization("i", "t", "x")) == {
        "id": "i",
        "type": "authorization",
        "data": {"token": "Bearer t"},
        "trackingId": "x",
    }
    assert json.loads(ping("i")) == {"id": "i", "type": "ping"}
    assert json.loads(ack("i")) == {"messageId": "i", "type": "ack"}


def framed(**fields: Any) -> Frame:
    frame = read_frame(json.dumps(fields))
    assert frame is not None
    return frame


def test_of_an_envelope_each_field_is_read_and_none_is_told_by_its_text():
    frame = framed(id="a", type="t", data={"eventType": "mobius.x"}, sequenceNumber=6, other=1)
    assert (frame.frame_id, frame.kind, frame.event_type, frame.number) == ("a", "t", "mobius.x", 6)
    assert (repr(frame), f"{frame}") == ("Frame(...)", "Frame(...)")
    assert [framed(id="a").frame_id, framed(type="t").kind, framed(data={}).kind] == ["a", "t", ""]
    assert read_frame('{"sequenceNumber": 1, "timestamp": 1}') is None
    assert (Frame().happened_at, Frame().written_at, Frame().number) == (None, None, None)


@pytest.mark.parametrize("frame_id", ["!", "~", "x" * 128])
def test_an_id_at_the_edge_is_taken(frame_id: str):
    assert framed(id=frame_id).frame_id == frame_id


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        (1, 0.001),
        (1795789806198.5, 1795789806.1985),
        (99_999_999_999_999, 99_999_999_999.999),
        (10**14, None),
        (0, None),
        (True, None),
        ("1795789806198", None),
    ],
)
def test_a_moment_is_a_number_of_milliseconds_that_a_clock_can_show(told: object, moment: float | None):
    assert framed(id="a", timestamp=told).happened_at == moment
    assert framed(id="a", wsWriteTimestamp=told).written_at == moment


@pytest.mark.parametrize("number", [0, 1, 2**53])
def test_a_sequence_number_at_the_edge_is_taken(number: int):
    assert framed(id="a", sequenceNumber=number).number == number


@pytest.mark.parametrize(
    ("event_type", "is_read"),
    [
        ("mobius.", True),
        ("mobius", False),
        ("x.mobius.", False),
        ("janus.user_recent_sessions", True),
        ("janus.user_recent_sessions.x", False),
    ],
)
def test_what_is_about_calls_is_told_by_its_name(event_type: str, is_read: bool):
    assert is_about_calls(event_type) is is_read


@pytest.mark.parametrize(
    ("identity", "caller"),
    [
        ('"Bo" sip:1@h', Caller("Bo", "1")),
        (' "Bo"<sip:1@h>', Caller("Bo", "1")),
        ("<sip:1>", Caller()),
        ("<1@h>", Caller()),
        ("<sip:%2b1@h>", Caller("", "+1")),
        ("<sip:0 ()*#+.-9@h>", Caller("", "0 ()*#+.-9")),
        ("<sip:1a@h>", Caller()),
        ("<sip:@h>", Caller()),
        (f"<sip:{'1' * 70}@h>", Caller("", "1" * 64)),
    ],
)
def test_a_number_stands_between_the_scheme_and_the_host(identity: str, caller: Caller):
    assert ringing(**{"from": identity}) == caller


def test_the_end_of_a_call_is_told_in_words_of_bounded_length_and_by_whole_codes():
    ended = heard("mobius.calldisconnected", **IDS, causecode=True, cause="x" * 65)
    assert ended == CallEnded(call_id="c1", device_id="d1", cause="x" * 64)
    ended = heard("mobius.calldisconnected", **IDS, causecode=-1, cause="x" * 64)
    assert ended == CallEnded(call_id="c1", device_id="d1", cause_code=-1, cause="x" * 64)


def test_how_long_ago_it_rang_goes_along():
    rung = read_event(framed(id="i", data={"eventType": "mobius.call", **IDS}), age_s=2.5)
    assert isinstance(rung, CallRinging)
    assert rung.age_s == 2.5


def test_of_recent_calls_a_hundred_are_read_and_who_is_not_surely_public_is_nobody():
    def recent(*sessions: object) -> tuple[PastCall, ...]:
        event = heard("janus.user_recent_sessions", userSessions={"userSessions": sessions})
        assert isinstance(event, PastCalls)
        return event.calls

    assert len(recent(*[{}] * 101)) == 100
    for told, other in ((False, "Ann"), (True, ""), (None, ""), ("false", ""), (0, "")):
        assert recent({"other": {"name": "Ann", "isPrivate": told}})[0].other.name == other
    assert recent({"other": {"name": "Ann"}})[0].other.name == "Ann"
    (word,) = recent({"sessionType": "x" * 33, "direction": "y" * 32, "disposition": "z"})
    assert (word.session_type, word.direction, word.disposition) == ("X" * 32, "Y" * 32, "Z")
    assert heard("janus.user_recent_sessions") == PastCalls(())
    assert heard("janus.user_recent_sessions", userSessions=5) == PastCalls(())
