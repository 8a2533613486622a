"""What both sockets bear: rubbish, haste, deafness; and what control does to them."""

import json
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

BRACKETS = "[" * 60_000


@pytest.mark.parametrize("text", ["{", "null", "[]", '"x"', BRACKETS, '{"a":' * 500 + "1" + "}" * 500])
def test_what_is_no_object_is_a_complaint_and_the_socket_lives(desktop, text):
    with desktop.mercury() as peer:
        peer.wire.send(text)
        peer.send({"id": "p1", "type": "ping"})
        assert peer.next()["id"] == "p1"
    assert len(desktop.complaints()) == 1


@pytest.mark.parametrize("message", [{}, {"type": 5}, {"type": "ping", "id": 5}, {"type": "ack"}])
def test_a_message_of_no_known_shape_is_a_complaint(desktop, message):
    with desktop.mercury() as peer:
        peer.send(message)
        peer.send({"id": "p1", "type": "ping"})
        assert peer.next()["id"] == "p1"
    assert desktop.complaints() == ["a message of no known type"]


def test_too_many_messages_end_it(desktop):
    with desktop.mercury() as peer:
        peer.acknowledges = False
        with suppress(ConnectionClosed):
            for _ in range(20_000):
                peer.wire.send('{"type":"x"}')
        assert peer.close_code() == (1008, "too many messages")


def test_who_does_not_read_a_flood_is_dropped_and_others_go_on(desktop):
    event = {"eventType": "conversation.activity", "text": "x" * 50_000}
    with desktop.mercury():  # it reads no more than its queue holds
        desktop.cloud.sockets(event=event, per_s=10_000, for_s=60)
        desktop.cloud.wait_for(what="lost", timeout_s=20)
        assert desktop.cloud.sockets(event={"eventType": "x.y"}) == 0
        assert desktop.get("/v1/region").status == 200


def test_a_flood_comes_as_fast_as_it_was_told(desktop):
    with desktop.mercury() as peer:
        peer.acknowledges = False
        desktop.cloud.sockets(event={"eventType": "x.y"}, per_s=200, for_s=0.5)
        began_s = time.monotonic()
        assert [peer.next()["sequenceNumber"] for _ in range(100)] == list(range(2, 102))
        assert 0.2 < time.monotonic() - began_s < 5


def test_raw_texts_and_binary_frames_are_sent_as_they_are(desktop):
    with desktop.mercury() as peer:
        for text in ("{", "null", "x" * 300_000, "[" * 100_000):
            desktop.cloud.sockets(text=text)
            assert peer.wire.recv(timeout=10) == text
        desktop.cloud.sockets(binary="x")
        assert peer.wire.recv(timeout=10) == b"x"


def test_a_silent_socket_says_nothing_until_it_may_again(desktop):
    with desktop.mercury() as peer:
        desktop.cloud.sockets(silence=True)
        peer.send({"id": "p1", "type": "ping"})
        desktop.cloud.wait_for(what="unheard")
        desktop.cloud.sockets(event={"eventType": "x.y"})
        desktop.cloud.sockets(silence=False)
        peer.send({"id": "p2", "type": "ping"})
        assert peer.next()["id"] == "p2"


def test_a_silent_socket_does_not_answer_a_close(desktop):
    with desktop.mercury() as peer:
        desktop.cloud.sockets(silence=True)
        began_s = time.monotonic()
        peer.wire.close(1000, "Done")
        assert time.monotonic() - began_s > 0.5
    [entry] = desktop.cloud.wait_for(what="client-closed")
    assert (entry["code"], entry["reason"]) == (1000, "Done")


def test_it_is_reset_when_told(desktop):
    with desktop.mercury() as peer:
        assert desktop.cloud.sockets(reset=True) == 1
        assert peer.close_code()[0] == 1006


def test_only_the_sockets_that_are_meant_are_reached(desktop):
    with desktop.mercury():
        assert desktop.cloud.sockets(user="grace@example.com", shutdown=True) == 0
        assert desktop.cloud.sockets(kind="calling", shutdown=True) == 0
        [shown] = desktop.cloud.state()["sockets"]
    assert (shown["kind"], shown["user"], shown["ready"]) == ("message", "ada@example.com", True)
    desktop.cloud.wait_for(what="client-closed")
    assert desktop.cloud.state()["sockets"] == []


def test_a_host_that_refuses_drops_its_sockets(desktop):
    with desktop.mercury() as peer:
        desktop.cloud.faults([{"where": "any", "host": "base", "answer": "refuse"}])
        assert peer.close_code()[0] == 1006


def test_control_tells_what_is_wrong_by_its_key(desktop):
    wrong = {
        "sockets": [
            ({}, "one of event"),
            ({"event": {}, "text": "x"}, "one of event"),
            ({"event": 5}, "sockets.event"),
            ({"text": "x", "colour": 1}, "sockets.colour"),
            ({"text": "\ud800"}, "sockets.text"),
            ({"close": 5}, "sockets.close"),
            ({"close": 1000, "reason": "x" * 124}, "sockets.reason"),
            ({"shutdown": False}, "sockets.shutdown"),
            ({"event": {}, "per_s": 1_000_000}, "sockets.per_s"),
            ({"silence": 1}, "sockets.silence"),
            ({"user": "nobody", "shutdown": True}, "sockets.user"),
            ({"kind": "fax", "shutdown": True}, "sockets.kind"),
        ],
        "calls": [
            ({}, "calls.user"),
            ({"user": "ada@example.com", "from": 5}, "calls.from"),
            ({"user": "ada@example.com", "from": "1", "end": "x"}, "calls.end"),
            ({"user": "ada@example.com", "from": "1", "line": "x"}, "calls.line"),
            ({"user": "ada@example.com", "from": "1", "ring_s": -1}, "calls.ring_s"),
            ({"user": "ada@example.com", "from": "1", "x": 1}, "calls.x"),
        ],
    }
    for resource, rows in wrong.items():
        for body, words in rows:
            answer = desktop.control("POST", resource, json.dumps(body).encode())
            assert (answer.status, words in answer.json["message"]) == (400, True), answer.text
