"""Registration over the calling socket, and what goes wrong with it (vectors W01 to W22)."""

from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from softphone.sim.server import CloudServer
from tests.sim.peers import QUICK, Calling, Desktop


@pytest.fixture
def wss(server: CloudServer) -> Iterator[Desktop]:
    """Return a client of a cloud that registers over sockets."""
    server.change_settings(calling_over_sockets=True)
    made = Desktop(server)
    yield made
    made.close()


def lists(desktop: Desktop) -> Any:
    return desktop.get("/api/v1/calling/web/?regionCode=US-EAST&countryCode=US", host="D1").json


def complaints(desktop: Desktop) -> list[str]:
    return [one for entry in desktop.cloud.journal() if "socket" in entry for one in entry["complaints"]]


def test_the_feature_and_the_addresses_are_there_only_when_it_is_on(desktop: Desktop):
    [feature] = desktop.features
    assert (feature["key"], feature["value"]) == ("webrtc-calling-over-ws-CALL-219562", False)
    assert "wss" not in lists(desktop)["primary"]
    url = f"ws{desktop.cloud.hosts['P1'].removeprefix('http')}/v1/calling/web"
    with pytest.raises(InvalidStatus):
        Calling(url, None)
    desktop.cloud.change_settings(calling_over_sockets=True)
    assert lists(desktop)["primary"]["wss"] == [url]
    assert lists(desktop)["backup"]["wss"][0].startswith("ws://127.0.0.1:")
    features = desktop.send("POST", "/wdm/api/v1/devices", {"deviceType": "WEB"}).json["features"]
    assert features["developer"][0]["value"] is True
    desktop.faults({"where": "discovery", "answer": {"patch": {"primary": {"wss": []}}}})
    assert lists(desktop)["primary"]["wss"] == []


def test_a_whole_life_over_the_socket(wss: Desktop):
    with wss.calling() as peer:
        device = peer.register()
        assert peer.ask("device_status", {"deviceId": device})["statusCode"] == 200
        answer = peer.ask("unregister", {"deviceId": device})
        assert (answer["statusCode"], answer["data"]["device"]["deviceId"]) == (200, device)
        assert peer.ask("device_status", {"deviceId": device})["statusCode"] == 404
        peer.wire.close(3050, "done (forced)")
    places = [entry["place"] for entry in wss.cloud.journal(socket=1) if "what" not in entry]
    assert places == ["register", "keepalive", "deregister", "keepalive"]
    assert wss.cloud.wait_for(what="client-closed")[0]["code"] == 3050
    assert complaints(wss) == []
    assert wss.token not in str(wss.cloud.journal())


def test_refusals_are_those_of_http(wss: Desktop):
    wss.cloud.alter_user("ada@example.com", other_devices=[{"name": "Kitchen"}])
    with wss.calling() as peer:
        data = {
            "userId": wss.user_id,
            "clientDeviceUri": wss.wdm_url,
            "serviceData": {"indicator": "calling"},
        }
        refused = peer.ask("register", data)
        assert (refused["statusCode"], refused["data"]["errorCode"]) == (403, 101)
        assert len(refused["data"]["devices"]) == 1
        assert peer.ask("register", {})["statusCode"] == 400
        assert peer.ask("unregister", {"deviceId": "unknown"})["statusCode"] == 404
        assert peer.ask("unregister", {})["statusCode"] == 400


def test_a_superseded_device_gets_409(wss: Desktop):
    with wss.calling() as peer:
        device = peer.register()
        wss.cloud.alter_user("ada@example.com", take_line=True)
        assert peer.ask("device_status", {"deviceId": device})["statusCode"] == 409


def test_a_bad_token_is_401_and_another_may_be_tried(wss: Desktop):
    with wss.calling(None) as peer:
        assert peer.ask("auth", {"token": "bad"})["statusCode"] == 401
        assert peer.ask("auth", {"token": wss.token})["statusCode"] == 200


def test_a_token_that_ends_gets_440_until_another_comes(wss: Desktop):
    with wss.calling() as peer:
        device = peer.register()
        wss.cloud.alter_user("ada@example.com", expire_tokens=True)
        assert peer.ask("device_status", {"deviceId": device})["statusCode"] == 440
        assert peer.ask("auth", {"token": wss.cloud.token("ada")})["statusCode"] == 200
        assert peer.ask("device_status", {"deviceId": device})["statusCode"] == 200


def test_who_does_not_sign_in_or_register_is_hung_up_on():
    with CloudServer("calm", time_scale=QUICK) as cloud:
        cloud.change_settings(calling_over_sockets=True)
        desktop = Desktop(cloud)
        with desktop.calling(None) as idle:
            idle.tell("device_status", {"deviceId": "x"})
            assert idle.close_code()[0] == 4403
        with desktop.calling() as peer:
            assert peer.close_code()[0] == 1001
        assert complaints(desktop) == ["the first frame is not auth"]
        desktop.close()


def test_faults_of_the_sign_in(wss: Desktop):
    place = "calling-socket-auth"
    wss.faults({"where": place, "nth": 1, "answer": {"status": 401}})
    with wss.calling(None) as peer:
        assert peer.ask("auth", {"token": wss.token})["statusCode"] == 401
        assert peer.ask("auth", {"token": wss.token})["statusCode"] == 200
    wss.cloud.clear_faults()
    wss.faults({"where": place, "answer": "hang"})
    with wss.calling(None) as peer:
        peer.tell("auth", {"token": wss.token})
        with pytest.raises(TimeoutError):
            peer.wire.recv(timeout=0.2)
    wss.cloud.clear_faults()
    wss.faults({"where": place, "answer": {"close": 4429}})
    with wss.calling(None) as peer:
        peer.tell("auth", {"token": wss.token})
        assert peer.close_code()[0] == 4429
    wss.faults({"where": "calling-socket", "answer": {"status": 503}})
    with pytest.raises(InvalidStatus):
        wss.calling(None)


def test_faults_of_requests_are_those_of_http_and_of_frames(wss: Desktop):
    with wss.calling() as peer:
        device = peer.register()
        busy = {"status": 429, "headers": {"Retry-After": "20"}}
        wss.faults(
            {"where": "keepalive", "nth": 1, "answer": busy},
            {"where": "keepalive", "nth": 1, "answer": {"frame": {"subtype": "register"}}},
            {"where": "keepalive", "nth": 1, "answer": {"delay_s": 0.2}},
            {"where": "keepalive", "nth": 1, "answer": "hang"},
            {"where": "keepalive", "nth": 1, "answer": {"close": 1006}},
        )
        answer = peer.ask("device_status", {"deviceId": device})
        assert (answer["statusCode"], answer["metadata"]["retry-after"]) == (429, "20")
        peer.tell("device_status", {"deviceId": device})
        assert peer.next()["subtype"] == "register"
        assert peer.ask("device_status", {"deviceId": device})["statusCode"] == 200
        peer.tell("device_status", {"deviceId": device})
        peer.tell("device_status", {"deviceId": device})
        assert peer.close_code()[0] == 1006
    assert [entry["status"] for entry in wss.cloud.journal(place="keepalive")][:4] == [429, 200, 200, None]


def test_calls_come_over_the_socket_of_the_registration_and_not_over_mercury(wss: Desktop):
    with wss.mercury() as mercury, wss.calling() as peer:
        device = peer.register()
        [told] = wss.cloud.ring("ada", "5008", ring_s=50, end="elsewhere")
        event = peer.next()
        assert (event["type"], event["data"]) == ("async_event", told["event"])
        ids = {"deviceId": device, "correlationId": "mine"}
        body = {"device": ids, "callId": told["call_id"], "callState": "sig_alerting", "inbandMedia": False}
        assert peer.ask("call_state", body)["statusCode"] == 200
        assert peer.ask("unregister", {"deviceId": device})["statusCode"] == 503
        wss.cloud.advance(51)
        ended = peer.next()["data"]
        assert (ended["cause"], ended["correlationId"]) == ("Call completed elsewhere", "mine")
        assert peer.ask("call_delete", {**body, "causecode": 0})["statusCode"] == 200
        assert mercury.event()["eventType"] == "janus.user_recent_sessions"
    assert complaints(wss) == []


def test_an_event_may_come_twice_and_needs_its_acknowledgement(wss: Desktop):
    down = {"eventType": "registration.down", "deviceInfo": {}}
    with wss.calling() as peer:
        peer.register()
        for _ in range(2):
            wss.cloud.sockets(kind="calling", event=down, id="e1")
            assert peer.next()["eventId"] == "e1"
        peer.acknowledges = False
        wss.cloud.wait_for(2, what="event_ack")
        wss.cloud.sockets(kind="calling", event=down)
        peer.next()
        wss.cloud.advance(11)
        wss.cloud.wait_for(what="unacknowledged")
    assert complaints(wss) == ["no acknowledgement in time"]


def test_shutdown_moves_the_devices_to_the_second_socket(wss: Desktop):
    with wss.calling() as first:
        device = first.register()
        wss.cloud.sockets(kind="calling", shutdown=True)
        assert first.next() == {"type": "shutdown"}
        with wss.calling() as second:
            assert first.close_code()[0] == 4001
            wss.cloud.ring("ada")
            assert second.next()["data"]["eventType"] == "mobius.call"
            assert second.ask("device_status", {"deviceId": device})["statusCode"] == 200
    assert complaints(wss) == []


def test_a_device_that_shows_itself_on_a_second_socket_ends_the_first_with_4000(wss: Desktop):
    with wss.calling() as first, wss.calling() as second:
        device = first.register()
        assert second.ask("device_status", {"deviceId": device})["statusCode"] == 200
        assert first.close_code()[0] == 4000
    assert complaints(wss) == ["a second socket of the same device"]


@pytest.mark.parametrize(
    "code", [1000, 1001, 1003, 1005, 1006, 1011, 1012, 3050, 4000, 4001, 4401, 4403, 4404, 4429]
)
def test_it_closes_with_any_code_and_the_registration_stays(wss: Desktop, code: int):
    with wss.calling() as peer:
        device = peer.register()
        wss.cloud.sockets(kind="calling", close=code)
        assert peer.close_code()[0] == code
    with wss.calling() as peer:
        assert peer.ask("device_status", {"deviceId": device})["statusCode"] == 200


def test_what_a_careful_client_would_not_send_is_a_complaint(wss: Desktop):
    with wss.calling(None) as peer:
        peer.ask("auth", {"token": f"Bearer {wss.token}"})
        peer.ask("auth", {"token": wss.token})
        peer.wdm_url = ""
        device = peer.tell("unregister", {"deviceId": "x/../y"})
        assert peer.next()["trackingId"] == device
        peer.send({"type": "dance", "trackingId": "t", "data": {}})
        peer.send({"type": "unregister", "trackingId": device, "data": {"deviceId": "x"}})
        assert peer.next()["statusCode"] == 404
    assert complaints(wss) == [
        "'Bearer' before the token",
        "unregister without its ids",
        "a message of no known type",
        "no cisco-device-url",
        "no spark-user-agent",
    ]
