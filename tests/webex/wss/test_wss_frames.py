"""What is said and read on a registration socket, to the letter (sockets.md#registration-over-wss)."""

import json
from typing import Any

import pytest

from softphone.line.model import Role
from softphone.webex.wss.wss_frames import Notice, Reply, Shutdown, auth, event_ack, read, request
from softphone.webex.wss.wss_lists import over_wss, read_wss
from softphone.webex.wss.wss_rules import End, end_of

FEATURE = "webrtc-calling-over-ws-CALL-219562"


def told(**fields: Any) -> Reply | Notice | Shutdown | None:
    return read(json.dumps(fields))


def test_what_is_sent_is_what_the_service_knows():
    assert json.loads(auth("t", "secret")) == {"type": "auth", "trackingId": "t", "data": {"token": "secret"}}
    assert json.loads(request("register", "t", "https://w/1", {"a": 1})) == {
        "type": "register",
        "trackingId": "t",
        "metadata": {
            "cisco-device-url": "https://w/1",
            "spark-user-agent": "webex-calling/beta",
            "userAgent": "webex-calling/beta",
            "authorization": "",
        },
        "data": {"a": 1},
    }


def test_an_answer_has_the_form_of_http():
    answer = told(
        type="response_event", subtype="auth", trackingId="t", statusCode=429, data={"a": 1}, metadata={}
    )
    assert answer == Reply("t", "auth", 429, b'{"a": 1}', "")
    assert repr(answer) == "Reply(auth, 429)"
    assert told(type="response_event", statusCode=200) == Reply("", "", 200, b"", "")
    for status in (100, 599):
        assert told(type="response_event", statusCode=status) == Reply("", "", status, b"", "")
    for odd in (True, None, "200", 200.5, 99, 600):
        assert told(type="response_event", statusCode=odd) is None


@pytest.mark.parametrize(
    ("wish", "header"), [(20, "20"), ("20", "20"), (0, "0"), (True, ""), (2.5, ""), (None, ""), ([], "")]
)
def test_a_wish_to_wait_is_a_whole_number_or_text(wish: object, header: str):
    answer = told(type="response_event", statusCode=429, metadata={"retry-after": wish})
    assert isinstance(answer, Reply)
    assert answer.retry_after == header


def test_a_notice_is_acknowledged_by_its_ids():
    notice = told(type="async_event", eventId="e", trackingId="t", data={"eventType": "x"})
    assert isinstance(notice, Notice)
    assert (notice.event_id, notice.trace, notice.event_type) == ("e", "t", "x")
    assert bytes(notice.data) == b'{"eventType": "x"}'
    assert repr(notice) == "Notice(...)"
    assert json.loads(event_ack(notice)) == {"type": "event_ack", "trackingId": "t", "eventId": "e"}


@pytest.mark.parametrize(
    ("text", "is_id"),
    [("!", True), ("~", True), ("x" * 128, True), ("x" * 129, False), ("", False), ("a b", False)],
)
def test_a_notice_without_usable_ids_is_none(text: str, is_id: bool):
    assert (told(type="async_event", eventId=text, trackingId="t") is not None) is is_id
    assert (told(type="async_event", eventId="e", trackingId=text) is not None) is is_id


def test_the_wish_to_move_and_nothing_else():
    assert told(type="shutdown") == Shutdown()
    assert told(type="shutdownx") is None


@pytest.mark.parametrize(
    ("rows", "is_on"),
    [
        ([{"key": FEATURE, "value": True}], True),
        ([5, {"key": "other", "value": 1}, {"key": FEATURE, "value": True}], True),
        ([{"key": FEATURE, "value": False}, {"key": FEATURE, "value": True}], True),
        ([{"key": FEATURE, "value": 1}], False),
        ([{"key": f"{FEATURE}x", "value": True}], False),
        ([{"value": True}], False),
        ([5], False),
        ([], None),
        (None, None),
        ({}, None),
    ],
)
def test_it_is_switched_on_by_true_alone(rows: object, is_on: bool | None):
    assert over_wss({"developer": rows}) is is_on
    assert over_wss([{"developer": rows}]) is None


def test_of_a_group_eight_addresses_are_taken_as_they_come_and_none_with_a_query():
    urls = [f"wss://h{number}.x/a" for number in range(10)]
    body = json.dumps(
        {"primary": {"wss": [5, "wss://h.x/?q=1", *urls]}, "backup": {"wss": "wss://h.x"}}
    ).encode()
    found = read_wss(body, trusted=lambda _: True)
    assert found == {Role.PRIMARY: tuple(urls[:8]), Role.BACKUP: ()}
    backups = read_wss(b'{"backup": {"wss": ["ws://h.x"]}}', trusted=lambda url: url == "http://h.x")
    assert backups == {Role.PRIMARY: (), Role.BACKUP: ("ws://h.x",)}
    assert read_wss(b'{"primary": 5}', trusted=lambda _: True) == {}


@pytest.mark.parametrize(
    ("code", "end"),
    [
        (4000, End.ELSEWHERE),
        (4001, End.GONE),
        (4401, End.RENEW),
        (4429, End.TOO_MANY),
        (4002, End.RECONNECT),
        (3999, End.RECONNECT),
    ],
)
def test_each_end_has_its_meaning(code: int, end: End):
    assert end_of(code) is end
