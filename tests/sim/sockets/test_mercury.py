"""The message socket on the wire: what the service says and when it hangs up."""

import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.sim.conftest import Wire
from tests.sim.peers import Mercury


def refused(desktop, query="", **options) -> InvalidStatus:
    with pytest.raises(InvalidStatus) as caught:
        desktop.mercury(None, query, **options)
    return caught.value


def test_a_good_token_makes_it_ready_and_the_event_is_the_one_asked_for(desktop):
    with desktop.mercury(query="?outboundWireFormat=text&bufferStates=true") as peer:
        assert peer.ready == {"eventType": "mercury.buffer_state"}
        with desktop.mercury(query="?mercuryRegistrationStatus=true") as other:
            assert other.ready == {"eventType": "mercury.registration_status"}


def test_something_else_may_come_first(desktop):
    desktop.cloud.change_settings(ready_events=["conversation.activity", "mercury.buffer_state"])
    with desktop.mercury() as peer:
        assert [peer.ready["eventType"], peer.event()["eventType"]] == [
            "conversation.activity",
            "mercury.buffer_state",
        ]


def test_events_have_the_envelope_of_the_service(desktop):
    with desktop.mercury() as peer:
        desktop.cloud.sockets(event={"eventType": "featureToggle_update"})
        desktop.cloud.sockets(event={"eventType": "u2c.cache-invalidation"}, skip=2, sent_ago_s=120)
        first, second = peer.next(), peer.next()
    assert first["data"] == {"eventType": "featureToggle_update"}
    assert set(first) == {
        *("id", "data", "timestamp", "trackingId", "alertType", "headers", "sequenceNumber"),
        *("filterMessage", "wsWriteTimestamp"),
    }
    assert (first["sequenceNumber"], second["sequenceNumber"]) == (2, 5)
    assert first["id"] != second["id"]
    assert 119_000 < second["wsWriteTimestamp"] - second["timestamp"] < 121_000


def test_a_message_can_be_sent_twice_under_one_id_and_both_are_acknowledged(quick):
    with quick.mercury() as peer:
        for _ in range(2):
            quick.cloud.sockets(event={"eventType": "x.y"}, id="same")
        assert [peer.next()["id"], peer.next()["id"]] == ["same", "same"]
        acks = quick.cloud.wait_for(3, what="ack")
        quick.cloud.advance(500)
        assert [ack["body"]["messageId"] for ack in acks[1:]] == ["same", "same"]
    assert quick.complaints() == []


EVENTS: list[dict[str, Any]] = [
    {"eventType": "mobius.call", "midCallService": [{"eventType": "callInfo", "eventData": {}}]},
    {"eventType": "mobius.callprogress", "callProgressData": {"alerting": True, "inbandMedia": False}},
    {"eventType": "mobius.callconnected"},
    {"eventType": "mobius.media", "message": {"messageType": "OFFER", "sdp": "v=0"}},
    {"eventType": "mobius.calldisconnected", "causecode": 0, "cause": "Call completed elsewhere"},
    {"eventType": "janus.user_recent_sessions", "userSessions": {"userSessions": []}},
    {"eventType": "conversation.activity", "activity": {"object": {"displayName": "secret"}}},
    {"eventType": "ActiveClusterStatusEvent"},
    {"eventType": "u2c.cache-invalidation", "timestamp": 1},
    {"eventType": "featureToggle_update"},
    {"eventType": "mercury.registration_status", "bufferState": {}, "localClusterServiceUrls": {}},
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event["eventType"]))
def test_any_event_can_be_pushed(desktop, event):
    with desktop.mercury() as peer:
        assert desktop.control("POST", "sockets", {"event": event}).json == {"sockets": 1}
        assert peer.event() == event
        desktop.cloud.wait_for(2, what="ack")


def test_pings_are_answered_under_their_id_or_under_a_wrong_one(desktop):
    with desktop.mercury() as peer:
        peer.send({"id": "p1", "type": "ping"})
        pong = peer.next()
        assert (pong["id"], pong["type"], "sequenceNumber" in pong) == ("p1", "pong", False)
        assert pong["wsWriteTimestamp"] > 1_700_000_000_000
        assert desktop.cloud.sockets(wrong_pongs=1) == 1
        for ping in ("p2", "p3"):
            peer.send({"id": ping, "type": "ping"})
        assert peer.next()["id"] not in {"p2", "p3"}
        assert peer.next()["id"] == "p3"


def test_protocol_pings_are_answered_too(desktop):
    with desktop.mercury() as peer:
        assert peer.wire.ping().wait(10)


def test_a_missing_acknowledgement_is_a_complaint(desktop):
    with desktop.mercury() as peer:
        peer.acknowledges = False
        desktop.cloud.sockets(event={"eventType": "x.y"}, id="lost")
        peer.next()
        desktop.cloud.advance(11)
        [entry] = desktop.cloud.wait_for(what="unacknowledged")
        assert (entry["of"], entry["complaints"]) == ("lost", ["no acknowledgement in time"])
        peer.send({"type": "ack", "messageId": "lost"})
        [late] = [one for one in desktop.cloud.wait_for(2, what="ack") if one["complaints"]]
        assert "too late" in late["complaints"][0]


def test_a_client_that_is_gone_owes_no_acknowledgement(desktop):
    with desktop.mercury(None) as peer:
        peer.sign_in(desktop.token)
        peer.wire.recv(timeout=10)
    desktop.cloud.wait_for(what="client-closed")
    desktop.cloud.advance(60)
    assert desktop.complaints() == []


def test_who_does_not_sign_in_is_hung_up_on_after_30_s(quick):
    with quick.mercury(None) as peer:
        peer.send({"id": "1", "type": "ping"})
        code, reason = peer.close_code()
    assert (code, reason[:29]) == (1008, "Authentication did not happen")
    closed = quick.cloud.wait_for(what="closed")[0]
    assert 30 <= closed["time_s"] < 60
    assert quick.complaints() == ["the first frame is not the authorization"]


def test_a_token_that_has_ended_is_refused_with_4401_and_somebody_elses_with_4403(desktop):
    with desktop.mercury(None) as peer:
        peer.sign_in(desktop.cloud.token("grace"))
        assert peer.close_code()[0] == 4403
    desktop.cloud.alter_user("ada@example.com", revoke_tokens=True)
    with desktop.mercury(None) as peer:
        peer.sign_in(desktop.token)
        assert peer.close_code()[0] == 4401


def test_a_second_socket_of_the_same_device_ends_the_first(desktop):
    with desktop.mercury() as first, desktop.mercury() as second:
        assert first.close_code() == (4000, "replaced")
        desktop.cloud.sockets(event={"eventType": "x.y"})
        assert second.event() == {"eventType": "x.y"}
    told = [entry["complaints"] for entry in desktop.cloud.journal(what="replaces")]
    assert told == [["a second socket of the same device"]]


def test_several_sockets_live_if_the_client_says_so(desktop):
    with desktop.mercury() as first, desktop.mercury(query="?multipleConnections=true"):
        assert desktop.cloud.sockets(event={"eventType": "x.y"}) == 2
        assert first.event() == {"eventType": "x.y"}


@pytest.mark.parametrize("query", ["", "?multipleConnections=true"])
def test_shutdown_hands_over_to_a_second_socket_without_a_complaint(desktop, query):
    with desktop.mercury(query=query) as first:
        desktop.cloud.sockets(shutdown=True)
        assert first.next() == {"type": "shutdown"}
        with desktop.mercury(query=query) as second:
            assert first.close_code()[0] == 4001
            desktop.cloud.sockets(event={"eventType": "x.y"})
            assert second.event() == {"eventType": "x.y"}
    assert desktop.complaints() == []


CODES = [
    *((1000, "Idle"), (1000, "bye"), (1001, ""), (1005, ""), (1006, ""), (1011, ""), (1012, "")),
    *((1003, ""), (1008, "authentication failed"), (3050, "Done (forced)"), (4000, "replaced")),
    *((4001, ""), (4400, ""), (4401, ""), (4403, ""), (4404, "")),
]


@pytest.mark.parametrize(("code", "reason"), CODES)
def test_it_closes_with_any_code_when_told(desktop, code, reason):
    with desktop.mercury() as peer:
        desktop.cloud.sockets(user="ada@example.com", kind="message", close=code, reason=reason)
        assert peer.close_code() == (code, reason)
    assert desktop.cloud.wait_for(what="closed")[0]["code"] == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"close": 4401, "reason": "no"}, 4401),
        ({"close": 4403}, 4403),
        ({"close": 4400}, 4400),
        ("refuse", 1006),
        ("reset", 1006),
    ],
)
def test_it_closes_before_it_is_ready_when_told(desktop, answer, code):
    desktop.faults({"where": "message-socket-auth", "times": 1, "answer": answer})
    with desktop.mercury(None) as peer:
        peer.sign_in(desktop.token)
        assert peer.close_code()[0] == code
    with desktop.mercury() as peer:
        assert peer.ready


def test_the_sign_in_is_left_unanswered_or_answered_late_when_told(quick):
    quick.faults(
        {"where": "message-socket-auth", "nth": 1, "answer": "hang"},
        {"where": "message-socket-auth", "answer": {"delay_s": 5}},
    )
    with quick.mercury(None) as peer:
        peer.sign_in(quick.token)
        with pytest.raises(TimeoutError):
            peer.wire.recv(timeout=0.8)  # forty nominal seconds
    with quick.mercury() as peer:
        assert peer.ready


def test_the_upgrade_goes_wrong_as_any_request(desktop):
    elsewhere = {"status": 302, "headers": {"Location": "http://127.0.0.1:9/"}}
    busy = {"status": 429, "headers": {"Retry-After": "30"}}
    for answer in ({"status": 404}, elsewhere, busy):
        desktop.faults({"where": "message-socket", "user": "ada@example.com", "answer": answer})
        with Wire(desktop.cloud.base) as wire:
            path = "/" + desktop.socket_url.split("/", 3)[3]
            status, headers, _ = wire.send("GET", path, headers={"Upgrade": "websocket"})
        assert status == answer["status"]
        assert headers.get("retry-after") == ("30" if answer is busy else None)
        desktop.cloud.clear_faults()
    desktop.faults({"where": "message-socket", "answer": "hang"})
    with pytest.raises(TimeoutError):
        desktop.mercury(None, open_timeout=0.2)


def test_only_a_websocket_of_a_live_device_is_accepted(desktop):
    unknown = desktop.socket_url.replace(desktop.wdm_url.rpartition("/")[2], "unknown")
    with pytest.raises(InvalidStatus) as caught:
        Mercury(unknown, None)
    assert caught.value.response.status_code == 404
    with Wire(desktop.cloud.base) as wire:
        path = "/" + desktop.socket_url.split("/", 3)[3]
        asked = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        for key in ("short", "dGhlIHNhbXBsZSBub25jZQ==\u00e9"):
            status, headers, _ = wire.send("GET", path, headers={**asked, "Sec-WebSocket-Key": key})
            assert (status, headers["sec-websocket-version"]) == (426, "13")


def test_a_token_outside_of_the_first_frame_is_a_complaint(desktop):
    header = {"Authorization": f"Bearer {desktop.token}"}
    with desktop.mercury(query=f"?token={desktop.token}", additional_headers=header, subprotocols=["x"]):
        pass
    assert desktop.complaints() == [
        "token in a header of the upgrade",
        "token in the URL",
        "asks for a sub-protocol",
    ]


def test_the_journal_holds_what_the_client_says_and_no_token(desktop):
    with desktop.mercury() as peer:
        peer.send({"id": "p1", "type": "ping"})
        peer.next()
    desktop.cloud.wait_for(what="client-closed")
    entries = desktop.cloud.journal(place="message-socket")
    assert [entry.get("what") for entry in entries] == [
        *(None, "authorization", "ack", "ping", "ack", "client-closed")
    ]
    assert entries[0]["status"] == 101
    assert {entry["user"] for entry in entries} == {"ada@example.com"}
    assert entries[1]["body"]["data"]["token"].startswith("...")
    assert desktop.token not in json.dumps(entries)
