"""Calls that come in: who is told what, and what a client may answer."""

from typing import Any

import pytest

from softphone.sim.server import CloudServer
from tests.sim.peers import QUICK, Desktop


def alerting(desktop: Desktop, told: dict[str, Any], correlation_id: str = "mine") -> Any:
    ids = {"deviceId": told["device_id"], "correlationId": correlation_id}
    return desktop.call(
        "PATCH", told["device_id"], told["call_id"], device=ids, callState="sig_alerting", inbandMedia=False
    )


def released(desktop: Desktop, told: dict[str, Any], cause: int = 0) -> Any:
    return desktop.call("DELETE", told["device_id"], told["call_id"], device={}, causecode=cause, metrics={})


def call_complaints(desktop: Desktop) -> list[str]:
    return [
        one for entry in desktop.cloud.journal(place="call") for one in entry["complaints"] if "call" in one
    ]


def test_a_call_is_told_as_the_service_tells_it(desktop: Desktop):
    device = desktop.registered_here()
    with desktop.mercury() as peer:
        [told] = desktop.cloud.ring("ada", "+12145550100", name="Ann Example")
        event = peer.event()
    assert told == {"device_id": device, "call_id": event["callId"], "told": True, "event": event}
    assert (event["eventType"], event["deviceId"], event["correlationId"]) == ("mobius.call", device, "")
    assert event["callUrl"] == f"[{desktop.wdm_url}]"
    assert event["callerId"] == {
        "from": '"Ann Example" <sip:+12145550100@192.0.2.7;user=phone>;tag=1-2-',
        "p-asserted-identity": '"Ann Example" <sip:+12145550100@192.0.2.7;user=phone>',
    }


def test_a_caller_may_have_no_name(desktop: Desktop):
    desktop.registered_here()
    with desktop.mercury() as peer:
        desktop.cloud.ring("ada", "5008")
        assert peer.event()["callerId"]["p-asserted-identity"] == "<sip:5008@192.0.2.7;user=phone>"


@pytest.mark.parametrize(
    ("end", "cause", "disposition"),
    [
        ("answered", "Normal disconnect", "Answered"),
        ("elsewhere", "Call completed elsewhere", "Answered"),
        ("missed", "Normal disconnect", "MISSED"),
        ("cancelled", "Normal disconnect", "Canceled"),
    ],
)
def test_a_call_ends_and_the_history_says_why(quick: Desktop, end: str, cause: str, disposition: str):
    quick.registered_here()
    with quick.mercury() as peer:
        [told] = quick.cloud.ring("ada", "5008", name="Ann", end=end, ring_s=5)
        assert peer.event()["eventType"] == "mobius.call"
        assert alerting(quick, told).json == {
            "device": {"deviceId": told["device_id"], "correlationId": "mine"},
            "callId": told["call_id"],
        }
        ended, history = peer.event(), peer.event()
    assert (ended["eventType"], ended["causecode"], ended["cause"]) == ("mobius.calldisconnected", 0, cause)
    assert (ended["callId"], ended["correlationId"]) == (told["call_id"], "mine")
    [session] = history["userSessions"]["userSessions"]
    assert (session["disposition"], session["direction"]) == (disposition, "INCOMING")
    assert session["other"] == {"name": "Ann", "phoneNumber": "5008", "isPrivate": False}
    assert (session["self"], session["correlationIds"]) == ({"phoneNumber": "5101"}, ["mine"])
    assert session["startTime"] <= session["endTime"]
    assert call_complaints(quick) == []


def test_a_call_may_end_without_a_word_or_without_history(quick: Desktop):
    quick.registered_here()
    with quick.mercury() as peer:
        quick.cloud.ring("ada", end="none", ring_s=1)
        quick.cloud.ring("ada", end="missed", ring_s=2, history_after_s=None)
        quick.cloud.ring("ada", end="missed", ring_s=3)
        kinds = [peer.event()["eventType"] for _ in range(6)]
    ends = ["mobius.calldisconnected", "mobius.calldisconnected", "janus.user_recent_sessions"]
    assert kinds == ["mobius.call"] * 3 + ends


def test_a_jump_of_the_clock_ends_a_call(desktop: Desktop):
    desktop.registered_here()
    with desktop.mercury() as peer:
        desktop.cloud.ring("ada", ring_s=100)
        peer.event()
        desktop.cloud.advance(100)
        assert peer.event()["eventType"] == "mobius.calldisconnected"


def test_only_the_wdm_device_of_the_registration_is_told(server: CloudServer, desktop: Desktop):
    other = Desktop(server)
    server.alter_user("ada@example.com", device_limit=2)
    desktop.registered_here()
    with desktop.mercury() as peer, other.mercury() as stranger:
        server.ring("ada")
        server.sockets(event={"eventType": "x.y"})
        assert peer.event()["eventType"] == "mobius.call"
        assert stranger.event() == {"eventType": "x.y"}
        mine = other.registered_here()
        assert len(server.ring("ada")) == 2
        [told] = server.ring("ada", line=mine)
        assert told["device_id"] == mine
        assert {stranger.event()["callId"], stranger.event()["callId"]} >= {told["call_id"]}
    other.close()


def test_nobody_is_told_without_a_socket_and_the_device_can_be_deregistered(desktop: Desktop):
    device = desktop.registered_here()
    [told] = desktop.cloud.ring("ada")
    assert told["told"] is False
    assert desktop.deregister(device).status == 200
    assert desktop.cloud.ring("ada") == []


def test_a_device_with_a_call_cannot_be_deregistered_until_it_ends(desktop: Desktop):
    device = desktop.registered_here()
    with desktop.mercury() as peer:
        desktop.cloud.ring("ada", ring_s=100)
        peer.event()
        assert desktop.deregister(device).status == 503
        desktop.cloud.advance(100)
        assert desktop.deregister(device).status == 200


def test_release_after_the_end_is_well_and_before_it_is_a_reject(desktop: Desktop):
    desktop.registered_here()
    with desktop.mercury() as peer:
        [told] = desktop.cloud.ring("ada", ring_s=5, history_after_s=None)
        peer.event()
        desktop.cloud.advance(5)
        assert released(desktop, told).status == 200
        assert call_complaints(desktop) == []
        assert released(desktop, told, cause=115).status == 200
        [second] = desktop.cloud.ring("ada", ring_s=5)
        assert released(desktop, second).status == 200
        assert call_complaints(desktop) == [
            "the call was rejected: DELETE with cause 115",
            "the call was rejected: DELETE before its end",
        ]
        assert peer.event()["eventType"] == "mobius.calldisconnected"
        assert peer.event()["callId"] == second["call_id"]
        desktop.cloud.advance(60)
        desktop.cloud.sockets(event={"eventType": "x.y"})
        assert peer.event()["eventType"] == "x.y"  # a rejected call ends without an event


def test_calls_are_refused_as_mobius_refuses_them(desktop: Desktop):
    device = desktop.registered_here()
    with desktop.mercury() as peer:
        [told] = desktop.cloud.ring("ada", ring_s=5)
        peer.event()
        unknown = {**told, "device_id": "unknown"}
        answer = alerting(desktop, unknown)
        assert (answer.status, answer.json["errorCode"]) == (403, 112)
        answer = alerting(desktop, {**told, "call_id": "unknown"})
        assert (answer.status, answer.json["errorCode"]) == (404, 113)
        assert desktop.call("PATCH", device, told["call_id"], callState="sig_dancing").status == 400
        path = f"/api/v1/calling/web/devices/{device}/calls/{told['call_id']}/status"
        assert desktop.send("POST", path, host="P1").status == 200
        desktop.cloud.advance(5)
        answer = alerting(desktop, told)
        assert (answer.status, answer.json["errorCode"]) == (500, 114)
        assert desktop.send("POST", path, host="P1").status == 404
        desktop.faults({"where": "call", "answer": {"status": 403, "body": {"errorCode": 115}}})
        assert alerting(desktop, told).json == {"errorCode": 115}


def test_answering_and_telling_twice_are_complaints(desktop: Desktop):
    desktop.registered_here()
    with desktop.mercury() as peer:
        [told] = desktop.cloud.ring("ada")
        peer.event()
        alerting(desktop, told)
        alerting(desktop, told)
        desktop.call("PATCH", told["device_id"], told["call_id"], callState="sig_connected")
    complaints = [one for entry in desktop.cloud.journal(place="call") for one in entry["complaints"]]
    assert "told to be alerting twice" in complaints
    assert "the call was answered" in complaints


def test_calls_come_by_control_from_any_program(desktop: Desktop):
    desktop.registered_here()
    with desktop.mercury() as peer:
        wish = {"user": "ada@example.com", "from": "5008", "name": "Ann", "end": "elsewhere", "ring_s": 3}
        answer = desktop.control("POST", "calls", wish)
        assert answer.json["calls"][0]["event"] == peer.event()
        assert desktop.control("POST", "sockets", {"close": 4000}).json == {"sockets": 1}


def test_in_the_story_of_calls_they_come_one_after_the_other():
    with CloudServer("calls", time_scale=QUICK) as cloud:
        ada = Desktop(cloud)
        ada.registered_here()
        with ada.mercury() as peer:
            told = [peer.next() for _ in range(9)]
        ada.close()
    kinds = [one["data"]["eventType"].rpartition(".")[2] for one in told]
    assert kinds == ["call", "calldisconnected", "user_recent_sessions"] * 3
    began, elsewhere, history, second, missed, _, third, *_ = (one["data"] for one in told)
    assert '"Grace Hopper" <sip:5102@' in began["callerId"]["from"]
    assert elsewhere["cause"] == "Call completed elsewhere"
    assert history["userSessions"]["userSessions"][0]["disposition"] == "Answered"
    assert second["callerId"]["from"].startswith("<sip:+12145550199@")
    assert missed["cause"] == "Normal disconnect"
    assert third["callerId"] == began["callerId"]
