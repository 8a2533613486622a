import pytest

from softphone.sim.scenarios import SCENARIOS
from tests.sim.conftest import WDM_URL, Desk


def test_all_stories_say_what_to_expect():
    assert all(len(scenario.expect) > 30 for scenario in SCENARIOS.values())


@pytest.mark.parametrize("name", SCENARIOS)
def test_everybody_can_sign_in_and_discover(name):
    desk = Desk(name)
    assert desk.full_sign_in(desk.user)["access_token"]
    assert desk.get("/u2c/api/v1/catalog?format=hostmap").status == 200
    assert desk.get("/api/v1/calling/web/", host="D1").json["primary"]["uris"]


def test_calm_registers_and_stays_registered():
    desk = Desk("calm")
    device = desk.registered()
    for beat in range(1, 20):
        desk.now_s = 30.0 * beat
        assert desk.keepalive(device).status == 200
    assert desk.deregister(device).status == 200


def test_primary_down_refuses_at_the_primary_alone():
    desk = Desk("primary-down")
    assert desk.cloud.refused_hosts(0.0) == {"P1"}
    assert desk.register("B1").status == 200


def test_flapping_loses_two_keepalives_of_four():
    desk = Desk("flapping")
    device = desk.registered()
    assert [desk.keepalive(device).status for _ in range(6)] == [200, 200, 503, 503, 200, 200]


def test_token_expires_and_the_next_sign_in_lasts():
    desk = Desk("token-expires")
    first = desk.full_sign_in()
    desk.now_s = 60
    assert desk.get("/v1/people/me").status == 401
    assert desk.get("/v1/people/me", token=first["access_token"]).status == 401
    assert desk.refresh(first["refresh_token"]).json["error"] == "invalid_grant"
    second = desk.full_sign_in()
    desk.now_s = 1000
    assert desk.get("/v1/people/me", token=second["access_token"]).status == 200


def test_device_limit_is_solved_by_removing_one_of_two():
    desk = Desk("device-limit")
    refused = desk.register()
    assert refused.json["errorCode"] == 101
    fresh, old = refused.json["devices"]
    assert fresh["lastSeen"] > old["lastSeen"]
    assert desk.deregister(old["deviceId"]).status == 200
    device = desk.registered()
    desk.now_s = 1000
    assert desk.keepalive(device).status == 404
    assert len(desk.devices()) == 1


def test_throttled_says_honestly_how_long_to_wait():
    desk = Desk("throttled")
    desk.now_s = 100
    first = desk.register("P1")
    assert (first.status, first.headers["retry-after"]) == (429, "45")
    assert first.headers["content-type"].startswith("text/html")
    desk.now_s = 120
    assert desk.register("B1").headers["retry-after"] == "25"
    desk.now_s = 145
    assert desk.register("P1").status == 200


def test_all_down_leaves_nothing_to_register_at():
    desk = Desk("all-down")
    assert desk.cloud.refused_hosts(0.0) == {"P1", "B1"}
    assert desk.register("D1").status == 503


def test_elsewhere_takes_the_line_once_and_it_can_be_taken_back():
    desk = Desk("elsewhere")
    device = desk.registered()
    desk.now_s = 30
    assert desk.keepalive(device).status == 200
    desk.now_s = 60
    assert desk.keepalive(device).status == 409
    mine = desk.registered(wdm_url=WDM_URL)
    for beat in range(3, 10):
        desk.now_s = 30.0 * beat
        assert desk.keepalive(mine).status == 200


def test_mixed_has_four_people_in_four_states():
    desk = Desk("mixed")
    found = {}
    for name in desk.tokens:
        desk.user = name
        found[name.partition("@")[0]] = [desk.register(host).status for host in ("P1", "B1", "D1")]
    assert found == {
        "ada": [200, 403, 403],
        "grace": [503, 200, 403],
        "linus": [403, 403, 403],
        "radia": [503, 503, 503],
    }


def test_forty_people_register():
    desk = Desk("forty")
    assert len(desk.tokens) == 40
    for name in desk.tokens:
        desk.user = name
        assert desk.register().status == 200


def test_none_has_no_line():
    desk = Desk("none")
    assert "phoneNumbers" not in desk.get("/v1/people/me?callingData=true").json
    assert desk.get("/v1/telephony/config/people/me").status == 404
    assert desk.register().json["errorCode"] == 102
