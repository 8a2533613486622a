from typing import Any

import pytest

from tests.sim.conftest import WDM_URL, Desk, desk_for

DISCOVERY = "/api/v1/calling/web/?regionCode={}&countryCode=US"
OTHER_URL = "http://127.0.0.1:1000/wdm/api/v1/devices/other"


def test_discovery_lists_primary_and_backup(desk):
    lists = desk.get(DISCOVERY.format("US-EAST"), host="D1").json
    assert lists["primary"]["uris"] == ["http://127.0.0.1:1002/api/v1"]
    assert lists["backup"]["uris"] == ["http://127.0.0.1:1003/api/v1"]


def test_discovery_depends_on_the_region(desk):
    lists = desk.get(DISCOVERY.format("US-WEST"), host="D1").json
    assert lists["primary"]["uris"] == ["http://127.0.0.1:1003/api/v1"]


def test_discovered_addresses_may_end_with_a_slash_and_double_slashes_work(desk):
    desk.control("POST", "settings", {"uris_end_with_slash": True})
    lists = desk.get(DISCOVERY.format("US-EAST"), host="D1").json
    assert lists["primary"]["uris"] == ["http://127.0.0.1:1002/api/v1/"]
    assert desk.get("/api/v1//calling/web/", host="D1").status == 200
    assert "'//' in the path" in desk.entry["complaints"]


def test_ping_needs_no_token(desk):
    assert desk.get("/api/v1/ping", host="P1", token=None).status == 200


def test_all_but_ping_needs_a_token(desk):
    device = desk.registered()
    for method, path in (
        ("GET", "/api/v1/calling/web/"),
        ("GET", "/api/v1/calling/web/myip"),
        ("GET", f"/api/v1/calling/web/devices?userid={desk.user_id}"),
        ("POST", "/api/v1/calling/web/device"),
        ("POST", f"/api/v1/calling/web/devices/{device}/status"),
        ("DELETE", f"/api/v1/calling/web/devices/{device}"),
    ):
        assert desk.send(method, path, host="P1", token=None).status == 401


def test_registration_answers_the_device_and_its_intervals(desk):
    answer = desk.register()
    body = answer.json
    device = body["device"]
    assert answer.status == 200
    assert device["uri"] == f"http://127.0.0.1:1002/api/v1/calling/web/devices/{device['deviceId']}"
    assert (device["status"], device["lastSeen"]) == ("active", "2027-01-15T08:00:00Z")
    assert device["addresses"][0].startswith("sip:")
    assert (device["clientDeviceUri"], body["userId"]) == (WDM_URL, desk.user_id)
    assert (body["keepaliveInterval"], body["callKeepaliveInterval"]) == (30, 600)
    assert (body["rehomingIntervalMin"], body["rehomingIntervalMax"]) == (60, 120)


def test_cluster_registers_too_and_grants_its_own_address(desk):
    assert desk.register("D1").json["device"]["uri"].startswith("http://127.0.0.1:1001/")


@pytest.mark.parametrize(
    "changes",
    [
        {"userId": None},
        {"userId": 5},
        {"clientDeviceUri": ""},
        {"clientDeviceUri": "devices/1"},
        {"serviceData": None},
        {"serviceData": {"indicator": "fax"}},
        {"serviceData": {"indicator": "calling", "domain": "bad"}},
        {"serviceData": {"indicator": "contactcenter", "domain": ""}},
        {"serviceData": {"indicator": "calling", "domain": 5}},
    ],
)
def test_registration_of_the_wrong_shape_is_400(desk, changes):
    assert desk.register(**changes).status == 400
    assert desk.devices() == []


def test_registration_that_is_no_json_object_is_400(desk):
    for body in (b"", b"[1]", b"{", b"\xff"):
        assert desk.send("POST", "/api/v1/calling/web/device", body, host="P1").status == 400


def test_contact_centre_registers_with_a_domain(desk):
    service = {"indicator": "contactcenter", "domain": "rtw.prod-us.rtmsprod.net"}
    assert desk.register(serviceData=service).status == 200


def test_registration_for_somebody_else_is_404(desk):
    assert desk.register(userId="8a67806f-fc4d-446b-a131-31e71ea5b0e9").status == 404


def test_person_without_entitlement_gets_102():
    desk = desk_for(entitled=False)
    answer = desk.register()
    assert (answer.status, answer.json) == (403, {"userId": desk.user_id, "errorCode": 102})


def test_rejection_by_the_call_core_is_103():
    desk = desk_for(sip_rejected=True)
    answer = desk.register()
    assert (answer.status, answer.json["errorCode"]) == (403, 103)


def test_device_beyond_the_limit_gets_101_with_the_list(desk):
    first = desk.registered()
    answer = desk.register(wdm_url=OTHER_URL)
    assert (answer.status, answer.json["errorCode"]) == (403, 101)
    assert [one["deviceId"] for one in answer.json["devices"]] == [first]
    assert answer.json["devices"][0]["clientDeviceUri"] == WDM_URL


def test_same_device_twice_gets_101_even_below_the_limit():
    desk = desk_for(device_limit=5)
    desk.registered()
    assert desk.register().json["errorCode"] == 101
    assert desk.register(wdm_url=OTHER_URL).status == 200


def test_slot_is_free_again_after_deregistering(desk):
    desk.deregister(desk.registered())
    assert desk.register(wdm_url=OTHER_URL).status == 200


def test_slot_is_free_again_after_expiry(desk):
    desk.registered()
    desk.now_s = 150
    assert desk.register(wdm_url=OTHER_URL).status == 200


def test_where_the_newest_wins_the_oldest_is_superseded():
    desk = desk_for(newest_wins=True)
    first = desk.registered()
    desk.now_s = 10
    second = desk.registered(wdm_url=OTHER_URL)
    assert desk.keepalive(first).status == 409
    assert desk.deregister(first).status == 404
    assert desk.keepalive(second).status == 200


def test_keepalive_answers_an_empty_object_and_shows_as_last_seen(desk):
    device = desk.registered()
    desk.now_s = 30
    answer = desk.keepalive(device)
    assert (answer.status, answer.json) == (200, {})
    assert desk.devices()[0]["lastSeen"] == "2027-01-15T08:00:30Z"


def test_five_missed_intervals_end_the_registration(desk):
    device = desk.registered()
    desk.now_s = 149.9
    assert desk.keepalive(device).status == 200
    desk.now_s = 149.9 + 150
    assert desk.keepalive(device).status == 404
    assert desk.devices() == []


def test_interval_of_the_service_rules_the_expiry(desk):
    desk.control("POST", "settings", {"keepalive_interval_s": 10})
    answer = desk.register()
    assert answer.json["keepaliveInterval"] == 10
    desk.now_s = 50
    assert desk.keepalive(answer.json["device"]["deviceId"]).status == 404


def test_keepalive_of_the_unknown_is_404(desk):
    assert desk.keepalive("unknown").status == 404


def test_only_the_host_that_granted_a_device_prolongs_it(desk):
    device = desk.registered("P1")
    assert desk.keepalive(device, host="B1").status == 404
    desk.control("POST", "settings", {"status_anywhere": True})
    assert desk.keepalive(device, host="B1").status == 200


def test_device_of_somebody_else_is_404(desk):
    device = desk.registered()
    desk.user = "grace@example.com"
    assert desk.keepalive(device).status == 404
    assert desk.deregister(device).status == 404


def test_deregistering_answers_the_device_once(desk):
    device = desk.registered()
    answer = desk.deregister(device)
    assert (answer.status, answer.json["device"]["deviceId"]) == (200, device)
    assert answer.json["userId"] == desk.user_id
    assert desk.deregister(device).status == 404


def test_deregistering_during_a_call_is_503_and_keeps_the_device(desk):
    device = desk.registered()
    desk.control("POST", "users", {"name": desk.user, "calls": 1})
    assert desk.deregister(device).status == 503
    desk.control("POST", "users", {"name": desk.user, "calls": 0})
    assert desk.deregister(device).status == 200


def test_list_has_the_devices_of_all_hosts():
    desk = desk_for(device_limit=2)
    desk.registered("P1")
    desk.registered("B1", wdm_url=OTHER_URL)
    assert len(desk.devices("D1")) == 2


def test_list_is_only_for_myself(desk):
    assert desk.get("/api/v1/calling/web/devices?userid=other", host="P1").status == 404
    assert desk.get("/api/v1/calling/web/devices", host="P1").status == 404


def test_one_device_can_be_looked_at(desk):
    device = desk.registered()
    answer = desk.get(f"/api/v1/calling/web/devices/{device}", host="P1")
    assert answer.json["deviceId"] == device


def test_too_many_requests_in_a_minute_are_429_with_the_true_wait(desk):
    desk.control("POST", "settings", {"requests_per_minute": 2})
    device = desk.registered()
    desk.now_s = 20
    assert desk.keepalive(device).status == 200
    desk.now_s = 30.5
    refused = desk.keepalive(device)
    assert (refused.status, refused.headers["retry-after"]) == (429, "30")
    assert desk.get("/v1/people/me").status == 200
    desk.now_s = 60
    assert desk.keepalive(device).status == 200


def test_address_of_the_caller_is_known(desk):
    assert desk.get("/api/v1/calling/web/myip", host="D1").json["ipv4"] == "127.0.0.1"


def test_dates_of_a_quick_run_are_those_of_the_wall():
    desk = Desk(time_scale=0.1)
    device = desk.registered()
    desk.now_s = 100
    desk.keepalive(device)
    assert desk.devices()[0]["lastSeen"] == "2027-01-15T08:00:10Z"


def settings(desk, **changes) -> Any:
    answer = desk.control("POST", "settings", changes)
    assert answer.status == 200, answer.text


def test_where_devices_are_shared_another_host_counts_lists_and_deletes_them(desk):
    device = desk.registered("P1")
    assert desk.register("B1").json["errorCode"] == 101
    assert desk.register("B1", wdm_url=OTHER_URL).json["errorCode"] == 101
    assert [one["deviceId"] for one in desk.devices("B1")] == [device]
    assert desk.deregister(device, host="B1").status == 200
    assert desk.devices("P1") == []


def test_where_hosts_keep_their_own_devices_another_host_knows_nothing_of_them(desk):
    settings(desk, devices_shared=False)
    first, second = desk.registered("P1"), desk.registered("B1")
    assert [one["deviceId"] for one in desk.devices("P1")] == [first]
    assert [one["deviceId"] for one in desk.devices("B1")] == [second]
    assert desk.deregister(first, host="B1").status == 404
    assert desk.keepalive(first, host="B1").status == 404


def test_where_hosts_keep_their_own_devices_limit_and_same_device_count_per_host(desk):
    settings(desk, devices_shared=False)
    first = desk.registered("P1")
    desk.registered("B1", wdm_url=OTHER_URL)
    refused = desk.register("P1", wdm_url=OTHER_URL)
    assert refused.json["errorCode"] == 101
    assert [one["deviceId"] for one in refused.json["devices"]] == [first]
    assert desk.register("P1").json["errorCode"] == 101


def test_deletion_may_take_effect_later(desk):
    settings(desk, deletion_delay_s=3)
    device = desk.registered()
    assert desk.deregister(device).status == 200
    desk.now_s = 2
    assert desk.register().json["errorCode"] == 101
    assert desk.deregister(device).status == 200
    desk.now_s = 3
    assert desk.register().status == 200


def test_expiry_is_set_in_intervals(desk):
    settings(desk, expiry_intervals=2)
    device = desk.registered()
    desk.now_s = 59.9
    assert desk.keepalive(device).status == 200
    desk.now_s += 60
    assert desk.keepalive(device).status == 404


def test_discovery_names_no_unknown_host(desk):
    answer = desk.control("POST", "settings", {"backup_hosts": ["B9"]})
    assert (answer.status, "settings.backup_hosts" in answer.json["message"]) == (400, True)
