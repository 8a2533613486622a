from typing import Any

import pytest

DEVICES = "/wdm/api/v1/devices"
FACTS = {"name": "panel on desk", "deviceType": "WEB", "model": "m", "systemName": "S", "ttl": 1800}


def created(desk, **changes) -> Any:
    return desk.send("POST", f"{DEVICES}?includeUpstreamServices=all", {**FACTS, **changes})


def path_of(answer) -> Any:
    return answer.json["url"].removeprefix("http://127.0.0.1:1000")


def test_device_has_an_address_an_owner_and_an_entity_tag(desk):
    answer = created(desk)
    assert answer.status == 200
    assert answer.json["url"].startswith("http://127.0.0.1:1000/wdm/api/v1/devices/")
    assert answer.json["webSocketUrl"].startswith("ws://127.0.0.1:1000/")
    assert (answer.json["userId"], answer.json["name"]) == (desk.user_id, "panel on desk")
    assert answer.headers["etag"]


def test_newer_sdks_are_told_to_stay_on_http(desk):
    feature = created(desk).json["features"]["developer"][0]
    assert (feature["key"], feature["value"]) == ("webrtc-calling-over-ws-CALL-219562", False)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", {"name": "x"}, {"deviceType": "WEB", "ttl": 0}, {"deviceType": "WEB", "ttl": 10**400}],
)
def test_device_of_the_wrong_shape_is_400(desk, body):
    assert desk.send("POST", DEVICES, body).status == 400


def test_every_method_needs_a_token(desk):
    path = path_of(created(desk))
    for method, where in (
        ("POST", DEVICES),
        ("GET", DEVICES),
        ("GET", path),
        ("PUT", path),
        ("DELETE", path),
    ):
        assert desk.send(method, where, FACTS, token=None).status == 401


def test_list_has_my_devices_only(desk):
    created(desk)
    assert [one["name"] for one in desk.get(DEVICES).json["devices"]] == ["panel on desk"]
    desk.user = "grace@example.com"
    assert desk.get(DEVICES).json["devices"] == []


def test_refresh_prolongs_an_ephemeral_device(desk):
    path = path_of(created(desk))
    desk.now_s = 1799
    assert desk.send("PUT", path, FACTS).status == 200
    desk.now_s = 3598
    assert desk.get(path).status == 200
    desk.now_s = 3599
    assert desk.send("PUT", path, FACTS).status == 404


def test_device_without_ttl_stays(desk):
    answer = desk.send("POST", DEVICES, {"deviceType": "WEB"})
    desk.now_s = 1e7
    assert desk.get(path_of(answer), token=desk.cloud.access_token(desk.user, 1e7)).status == 200


def test_entity_tag_changes_with_the_facts_only(desk):
    first = created(desk)
    same = desk.send("PUT", path_of(first), FACTS)
    other = desk.send("PUT", path_of(first), {**FACTS, "name": "renamed"})
    assert same.headers["etag"] == first.headers["etag"] != other.headers["etag"]


def test_features_are_not_sent_again_to_who_has_them(desk):
    first = created(desk)
    again = desk.send("PUT", path_of(first), FACTS, headers={"if-none-match": first.headers["etag"]})
    assert again.json["features"]["developer"] == []
    assert desk.send("PUT", path_of(first), FACTS).json["features"]["developer"]


def test_deleted_device_is_gone(desk):
    path = path_of(created(desk))
    assert desk.send("DELETE", path).status == 204
    assert desk.send("DELETE", path).status == 404
    assert desk.get(path).status == 404


def test_too_many_devices_are_refused_with_the_known_words(desk):
    desk.control("POST", "settings", {"wdm_limit": 1})
    created(desk)
    answer = created(desk)
    assert answer.status == 403
    assert answer.json["message"] == "User has excessive device registrations"
