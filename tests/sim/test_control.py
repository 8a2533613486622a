from typing import Any

import pytest


def test_state_shows_users_devices_and_counts_but_no_secret(desk):
    device = desk.registered()
    state = desk.control("GET", "state").json
    ada = state["users"][0]
    assert (ada["name"], ada["access_tokens"], ada["refresh_tokens"]) == ("ada@example.com", 1, 1)
    assert ada["devices"][0]["device_id"] == device
    assert ada["devices"][0]["expires_in_s"] == 150
    assert state["hosts"]["P1"]["refusing"] is False
    assert "password" not in ada
    assert desk.tokens[desk.user] not in desk.control("GET", "state").text


def test_journal_can_be_read_from_a_number_on(desk):
    desk.get("/v1/region")
    desk.get("/v1/region")
    assert [one["n"] for one in desk.control("GET", "journal?since=1").json] == [2]
    assert desk.control("GET", "journal?since=x").status == 400
    assert desk.control("GET", f"journal?since={'9' * 5000}").status == 400


def test_control_is_not_in_the_journal_and_needs_no_token(desk):
    assert desk.control("GET", "state").status == 200
    assert desk.control("GET", "journal").json == []


def test_control_answers_on_its_own_host_and_not_on_mobius(desk):
    assert desk.get("/__cloud__/state", host="control").status == 200
    assert desk.get("/__cloud__/state", host="P1").status == 404


def test_faults_add_up_and_are_deleted_together(desk):
    desk.faults({"where": "ping", "answer": "hang"})
    desk.faults({"where": "people", "answer": "hang"})
    assert len(desk.control("GET", "state").json["faults"]) == 2
    desk.control("DELETE", "faults")
    assert desk.control("GET", "state").json["faults"] == []


def test_clock_jumps_and_devices_expire(desk):
    device = desk.registered()
    assert desk.control("POST", "clock", {"advance_s": 150}).json == {"now_s": 150}
    assert desk.keepalive(device).status == 404


@pytest.mark.parametrize(
    ("resource", "body", "key"),
    [
        ("clock", {"advance_s": -1}, "clock.advance_s"),
        ("clock", {"advance_s": True}, "clock.advance_s"),
        ("clock", {"advance_s": 1, "x": 1}, "clock.x"),
        ("clock", [], "clock"),
        ("faults", {}, "faults"),
        ("users", {}, "users.name"),
        ("users", {"name": "ada"}, "users.name"),
        ("users", {"name": "ada@example.com", "colour": 1}, "users.colour"),
        ("users", {"name": "ada@example.com", "entitled": 1}, "users.entitled"),
        ("users", {"name": "ada@example.com", "device_limit": 0}, "users.device_limit"),
        ("users", {"name": "ada@example.com", "take_line": "yes"}, "users.take_line"),
        ("users", {"name": "ada@example.com", "other_devices": {}}, "users.other_devices"),
        ("users", {"name": "ada@example.com", "other_devices": [{"x": 1}]}, "other_devices.x"),
        ("settings", {"keepalive_interval_s": 1.5}, "settings.keepalive_interval_s"),
        ("settings", {"redirect_uris": "x"}, "settings.redirect_uris"),
        ("settings", {"error_shape": "soap"}, "settings.error_shape"),
        ("settings", {"colour": 1}, "settings.colour"),
    ],
)
def test_mistake_is_400_and_named_by_its_key(desk, resource, body, key):
    answer = desk.control("POST", resource, body)
    assert answer.status == 400
    assert key in answer.json["message"]


def test_body_that_is_not_json_is_400(desk):
    assert desk.control("POST", "faults", b"{").json["message"].startswith("body")


def test_unknown_resource_or_method_is_404(desk):
    assert desk.control("GET", "moon").status == 404
    assert desk.control("PUT", "clock", {}).status == 404


def alter(desk, **changes) -> Any:
    return desk.control("POST", "users", {"name": desk.user, **changes})


def test_devices_can_be_forgotten(desk):
    device = desk.registered()
    alter(desk, forget_devices=True)
    assert desk.keepalive(device).status == 404


def test_line_can_be_taken_elsewhere(desk):
    device = desk.registered()
    alter(desk, take_line=True)
    assert desk.keepalive(device).status == 409
    assert desk.register().json["errorCode"] == 101


def test_others_devices_can_be_added_and_have_a_name_in_wdm(desk):
    alter(desk, other_devices=[{"name": "Kitchen", "in_use": False, "seen_ago_s": 60}])
    refused = desk.register()
    assert refused.json["devices"][0]["lastSeen"] == "2027-01-15T07:59:00Z"
    names = {one["url"]: one["name"] for one in desk.get("/wdm/api/v1/devices").json["devices"]}
    assert names[refused.json["devices"][0]["clientDeviceUri"]] == "Kitchen"


def test_tokens_can_expire_and_be_refreshed(desk):
    tokens = desk.full_sign_in()
    alter(desk, expire_tokens=True)
    assert desk.get("/v1/people/me", token=tokens["access_token"]).status == 401
    fresh = desk.refresh(tokens["refresh_token"]).json["access_token"]
    assert desk.get("/v1/people/me", token=fresh).status == 200


def test_tokens_can_be_revoked_for_good(desk):
    tokens = desk.full_sign_in()
    alter(desk, revoke_tokens=True)
    assert desk.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_wdm_devices_can_be_forgotten(desk):
    desk.send("POST", "/wdm/api/v1/devices", {"deviceType": "WEB"})
    assert alter(desk, forget_wdm_devices=True).json["wdm_devices"] == []


def test_new_token_can_be_had(desk):
    assert desk.get("/v1/people/me", token=alter(desk, new_token=True).json["token"]).status == 200


def test_new_person_can_sign_in_and_register(desk):
    added = desk.control("POST", "users", {"name": "New@Example.com", "extension": "77"}).json
    assert (added["name"], added["extension"]) == ("new@example.com", "77")
    assert desk.full_sign_in("new@example.com")["access_token"]
    desk.tokens["new@example.com"] = added["token"]
    desk.user = "new@example.com"
    assert desk.register().status == 200


def test_next_sign_ins_can_be_made_short(desk):
    alter(desk, short_grants=1, short_grant_s=90)
    assert desk.full_sign_in()["expires_in"] == 90
    assert desk.full_sign_in()["expires_in"] == 1_209_599
