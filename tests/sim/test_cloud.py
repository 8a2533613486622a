import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import softphone.sim
from tests.sim.conftest import Desk

FOLDER = Path(softphone.sim.__file__).parent
WITH_SOCKETS = {"server.py", "listener.py", "connection.py"}
IMPURE = {"asyncio", "time", "random", "socket", "threading", "logging", "h11", "http", "secrets", "os"}


def imports_of(path) -> Any:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_only_the_server_touches_sockets_clocks_and_chance():
    for path in FOLDER.rglob("*.py"):
        if path.name not in WITH_SOCKETS:
            assert IMPURE & {name.split(".")[0] for name in imports_of(path)} == set(), path.name


def test_cloud_imports_the_standard_library_its_protocols_and_itself_only():
    for path in FOLDER.rglob("*.py"):
        for name in imports_of(path):
            known = name.split(".")[0] in {*sys.stdlib_module_names, "h11", "wsproto"}
            assert known or name.startswith("softphone.sim"), f"{path.name}: {name}"


def test_every_answer_has_a_tracking_id_and_a_date(desk):
    answer = desk.get("/v1/region", headers={"trackingid": "mine_1"})
    assert answer.headers["trackingid"] == "mine_1"
    assert answer.headers["date"] == "Fri, 15 Jan 2027 08:00:00 GMT"
    assert desk.get("/v1/region").headers["trackingid"].startswith("SIM_")


def test_error_body_carries_the_tracking_id(desk):
    answer = desk.get("/v1/people/me", token=None, headers={"trackingid": "mine_1"})
    assert answer.json["trackingId"] == "mine_1"


def test_unknown_path_is_404_in_json(desk):
    answer = desk.get("/moon")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
    assert desk.entry["place"] == "unknown"


def test_wrong_method_is_405_and_says_which_are_right(desk):
    answer = desk.send("DELETE", "/v1/people/me")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_browser_may_ask_before_it_sends(desk):
    asked = {
        "origin": "http://localhost:8000",
        "access-control-request-headers": "authorization,cisco-device-url",
    }
    answer = desk.send("OPTIONS", "/api/v1/calling/web/device", host="P1", headers=asked, token=None)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "http://localhost:8000"
    assert answer.headers["access-control-allow-headers"] == "authorization,cisco-device-url"
    assert "DELETE" in answer.headers["access-control-allow-methods"]


def test_browser_may_read_retry_after_and_tracking_id(desk):
    answer = desk.get("/v1/region", headers={"origin": "null"})
    exposed = answer.headers["access-control-expose-headers"]
    assert {"trackingid", "retry-after"} <= set(exposed.split(", "))
    assert "access-control-allow-origin" not in desk.get("/v1/region").headers


def test_bearer_scheme_is_read_in_any_case(desk):
    token = desk.tokens[desk.user]
    answer = desk.get("/v1/people/me", token=None, headers={"authorization": f"bearer {token}"})
    assert answer.status == 200


def test_entry_says_who_where_what_and_how_it_went(desk):
    device = desk.registered()
    desk.now_s = 12.5
    desk.keepalive(device)
    entry = desk.entry
    assert (entry["time_s"], entry["host"], entry["method"]) == (12.5, "P1", "POST")
    assert (entry["place"], entry["user"], entry["device"]) == (
        "keepalive",
        "ada@example.com",
        device,
    )
    assert (entry["status"], entry["fault"]) == (200, None)


def test_entry_names_the_owner_of_a_dead_token(desk):
    desk.now_s = 5
    desk.control("POST", "users", {"name": desk.user, "expire_tokens": True})
    desk.get("/v1/people/me")
    assert (desk.entry["status"], desk.entry["user"]) == (401, "ada@example.com")


def test_careless_requests_are_complained_about(desk):
    desk.get("/api/v1/calling/web/", host="D1")
    assert desk.entry["complaints"] == ["no trackingid", "no cisco-device-url", "no spark-user-agent"]
    for _ in range(2):
        desk.get("/v1/region", headers={"trackingid": "same"})
    assert desk.entry["complaints"] == [
        "trackingid was used before",
        "token sent to the region service",
    ]


def test_careful_requests_are_not(desk):
    heads = {"trackingid": "t", "cisco-device-url": "u", "spark-user-agent": "a"}
    desk.get("/api/v1/calling/web/", host="D1", headers=heads)
    assert desk.entry["complaints"] == []


def test_fault_replaces_the_answer_and_nothing_is_carried_out(desk):
    desk.faults({"where": "register", "times": 1, "answer": {"status": 503, "form": "empty"}})
    assert desk.register().status == 503
    assert (desk.entry["status"], desk.entry["fault"]) == (503, "status 503")
    assert desk.devices() == []
    assert desk.register().status == 200


def test_refresh_and_exchange_are_different_places(desk):
    tokens = desk.full_sign_in()
    desk.faults({"where": "refresh", "answer": {"status": 500}})
    assert desk.refresh(tokens["refresh_token"]).status == 500
    assert desk.full_sign_in()["access_token"]


@pytest.mark.parametrize("place", ["token", "refresh", "authorize"])
def test_sign_in_of_one_person_can_fail_alone(desk, place):
    tokens = desk.full_sign_in("ada@example.com")
    others = desk.full_sign_in("grace@example.com")
    desk.faults({"where": place, "user": "ada@example.com", "answer": {"status": 500}})
    assert desk.refresh(others["refresh_token"]).status == 200
    assert desk.full_sign_in("grace@example.com")
    if place == "refresh":
        assert desk.refresh(tokens["refresh_token"]).status == 500


TEXT = st.text(max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
BODIES = st.binary(max_size=40) | st.builds(
    lambda fields: json.dumps(fields).encode(),
    st.dictionaries(
        st.sampled_from(["userId", "clientDeviceUri", "serviceData", "deviceType", "ttl", "name"]), JSON
    ),
)


@settings(max_examples=150, deadline=None, database=None)
@given(
    host=st.sampled_from(["base", "P1", "control"]),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "X"]),
    path=st.sampled_from(
        [
            *("/v1/authorize", "/v1/authorize/consent", "/v1/access_token", "/v1/revoke", "/v1/people/me"),
            *("/u2c/api/v1/catalog", "/wdm/api/v1/devices", "/api/v1/calling/web/device", "//", ""),
            *("/__cloud__/faults", "/__cloud__/users", "/__cloud__/clock", "/__cloud__/settings"),
        ]
    ),
    query=st.text(max_size=30).map(str),
    kind=st.sampled_from(["", "application/json", "application/x-www-form-urlencoded"]),
    auth=st.sampled_from(["mine", None, "x"]),
    body=BODIES,
)
def test_no_request_can_break_it(host, method, path, query, kind, auth, body):
    desk = Desk()
    answer = desk.send(method, f"{path}?{query}", body, host=host, headers={"content-type": kind}, token=auth)
    assert 200 <= answer.status < 500
    json.dumps(list(desk.cloud.state.journal.entries))


def test_two_clouds_of_one_seed_are_alike():
    assert Desk().tokens == Desk().tokens
