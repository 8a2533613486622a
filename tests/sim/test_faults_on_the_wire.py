"""Every input of the field as a fault, a setting or both, over a real socket."""

import gzip
import http.client
import json
import socket
import ssl
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from softphone.sim.server import CloudServer
from tests.kit.certificates import certificate
from tests.sim.conftest import WDM_URL

WEB = "/api/v1/calling/web"
REGION = b"GET /v1/region HTTP/1.1\r\nhost: x\r\n\r\n"


def fault(server, where, answer, **more) -> Any:
    server.faults([{"where": where, "answer": answer, **more}])


def raw_register(client) -> bytes:
    wish = {"userId": client.user_id, "clientDeviceUri": WDM_URL, "serviceData": {"indicator": "calling"}}
    body = json.dumps(wish)
    head = f"POST {WEB}/device HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {client.token}\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n{body}".encode()


def took(act) -> Any:
    began_s = time.monotonic()
    result = act()
    return time.monotonic() - began_s, result


def devices_soon(client, count) -> Any:
    deadline_s = time.monotonic() + 5
    while len(client.granted) != count and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return len(client.granted) == count


# --- Slow ---


def test_grant_can_be_made_at_once_and_told_late(server, client):
    fault(server, "register", {"delay_s": 0.3})
    asking = threading.Thread(target=client.register)
    took_s, _ = took(lambda: (asking.start(), devices_soon(client, 1)))
    assert took_s < 0.25
    asking.join()
    assert server.journal(place="register")[0]["status"] == 200


def test_grant_can_be_made_only_when_it_is_told(server, client):
    fault(server, "register", {"wait_s": 0.3})
    asking = threading.Thread(target=client.register)
    asking.start()
    [entry] = server.wait_for(place="register")
    assert (entry["status"], client.granted) == (None, [])
    asking.join()
    assert len(client.granted) == 1
    assert server.journal(place="register")[0]["status"] == 200


def test_grant_is_made_even_if_the_client_has_left_meanwhile(server, client):
    fault(server, "register", {"wait_s": 0.2, "delay_s": 5})
    with socket.create_connection(("127.0.0.1", urlsplit(server.hosts["P1"]).port)) as sock:
        sock.sendall(raw_register(client))
        server.wait_for(place="register")
    assert client.granted == []
    assert devices_soon(client, 1)


def test_refusal_can_lie_about_as_well(server, client):
    fault(server, "region", {"status": 503, "wait_s": 0.1, "delay_s": 0.1})
    took_s, refused = took(lambda: client.get("/v1/region"))
    assert (refused.status, took_s > 0.19) == (503, True)


# --- Answers that no service gives ---


@pytest.mark.parametrize("layers", [1, 2])
def test_true_answer_can_be_encoded_with_gzip_though_nobody_asked(server, client, layers):
    fault(server, "any", {"gzip": layers})
    answer = client.get("/v1/region")
    body = answer.body
    assert answer.headers["content-encoding"] == ", ".join(["gzip"] * layers)
    for _ in range(layers):
        body = gzip.decompress(body)
    assert json.loads(body)["countryCode"] == "US"


@pytest.mark.parametrize("status", [401, 403, 503])
def test_page_can_stand_in_place_of_an_answer(server, client, status):
    fault(server, "region", {"status": status, "form": "html"})
    answer = client.get("/v1/region")
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.text.startswith("<html>")


def test_true_answer_can_come_under_another_type(server, client):
    fault(server, "region", {"headers": {"Content-Type": "text/html"}})
    answer = client.get("/v1/region")
    assert answer.headers["content-type"] == "text/html"
    assert answer.json["countryCode"] == "US"


def test_keepalive_answered_200_with_an_error_body_prolongs_nothing(server, client):
    device = client.registered()
    fault(server, "keepalive", {"status": 200, "body": {"errorCode": 500, "message": "Internal error"}})
    server.advance(100)
    assert client.keepalive(device).status == 200
    server.advance(60)
    assert client.granted == []


def test_string_of_65_kb_is_never_closed(server, client):
    fault(server, "region", {"malformed": "unclosed"})
    body = client.get("/v1/region").body
    assert len(body) > 65_000
    assert set(body[1:]) == set(b'\\"')
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(body)


def test_answer_can_come_in_chunks_of_a_byte(server):
    fault(server, "region", {"chunk_bytes": 1})
    raw = whole_answer(server)
    assert b"transfer-encoding: chunked" in raw.lower()
    assert b'\r\n1\r\n{\r\n1\r\n"\r\n' in raw


def test_chunks_can_be_slow(server):
    fault(server, "region", {"chunk_bytes": 40, "slow": 0.01})
    took_s, raw = took(lambda: whole_answer(server))
    assert took_s > 0.03
    assert raw.endswith(b"0\r\n\r\n")


def whole_answer(server) -> Any:
    with socket.create_connection(("127.0.0.1", urlsplit(server.base).port), timeout=20) as sock:
        sock.sendall(REGION)
        raw = b""
        while not raw.endswith(b"0\r\n\r\n") and (data := sock.recv(65536)):
            raw += data
        return raw


def test_interim_answers_can_go_on_without_end(server):
    fault(server, "region", {"malformed": "endless-103", "slow": 0.01})
    with socket.create_connection(("127.0.0.1", urlsplit(server.base).port), timeout=20) as sock:
        sock.sendall(REGION)
        raw = b""
        while raw.count(b"HTTP/1.1 103 ") < 5:
            raw += sock.recv(65536)
    assert b"HTTP/1.1 200" not in raw
    assert server.journal(place="region")[0]["status"] is None


def test_catalog_can_hold_an_address_that_no_parser_takes(server, client):
    fault(server, "catalog", {"patch": {"serviceLinks": {"mobius": "https://[::1"}}}, times=1)
    path = "/u2c/api/v1/catalog?format=hostmap"
    links = client.get(path).json["serviceLinks"]
    assert links["mobius"] == "https://[::1"
    assert links["wdm"].startswith(server.base)
    assert client.get(path).json["serviceLinks"]["mobius"].startswith("http://127")


def test_patch_takes_away_what_is_null(server, client):
    fault(server, "register", {"patch": {"keepaliveInterval": None, "device": {"status": "odd"}}})
    granted = client.register().json
    assert "keepaliveInterval" not in granted
    assert (granted["device"]["status"], "uri" in granted["device"]) == ("odd", True)


# --- Hosts ---


def test_granted_device_can_lie_on_a_host_that_discovery_did_not_name(server, client):
    fault(server, "register", {"moved_to": "S1"})
    device = client.register().json["device"]
    assert device["uri"] == f"{server.hosts['S1']}{WEB}/devices/{device['deviceId']}"
    assert client.deregister(device["deviceId"]).status == 200


def test_one_host_can_refuse_good_tokens_for_a_time(server, client):
    fault(server, "any", {"status": 401}, host="P1", for_s=5)
    assert (client.register("P1").status, client.register("B1").status) == (401, 200)
    server.advance(5)
    assert client.get("/api/v1/ping", host="P1").status == 200


def test_primary_can_be_retired_for_a_host_that_was_hidden(server, client):
    assert client.get(f"{WEB}/", host="D1").json["primary"]["uris"] == [f"{server.hosts['P1']}/api/v1"]
    server.change_settings(primary_hosts=["S1"])
    fault(server, "any", "refuse", host="P1")
    assert client.get(f"{WEB}/", host="D1").json["primary"]["uris"] == [f"{server.hosts['S1']}/api/v1"]
    with pytest.raises(ConnectionRefusedError):
        client.register("P1")
    assert client.registered("S1")


@pytest.mark.parametrize("value", [None, "0", "-5", "Mon, 01 Jan 2024 00:00:00 GMT", "3600"])
def test_wish_to_wait_is_sent_as_it_is(server, client, value):
    headers = {} if value is None else {"Retry-After": value}
    fault(server, "register", {"status": 429, "headers": headers}, times=1)
    refused = client.register()
    assert (refused.status, refused.headers.get("retry-after")) == (429, value)
    assert client.register().status == 200


# --- Kept connections ---


@pytest.mark.parametrize(
    ("answer", "error"), [("reset", ConnectionResetError), ("refuse", http.client.RemoteDisconnected)]
)
def test_only_a_kept_connection_can_fail(server, client, answer, error):
    fault(server, "register", answer, reused=True)
    assert client.get("/api/v1/ping", host="P1").status == 200
    with pytest.raises(error):
        client.register()
    assert client.register().status == 200  # on a fresh one
    assert [one["status"] for one in server.journal(place="register")] == [None, 200]


# --- Tokens ---


@pytest.mark.parametrize("patch", [{"expires_in": 24.5}, {"expires_in": 0}, {"scope": "spark:all"}], ids=str)
def test_token_answer_can_say_what_few_expect(server, client, patch):
    fault(server, "refresh", {"patch": patch})
    answer = client.refresh(client.full_sign_in()["refresh_token"])
    assert (answer.status, answer.json["token_type"]) == (200, "Bearer")
    assert patch.items() <= answer.json.items()


def test_renewal_can_be_done_and_its_answer_lost(server, client):
    server.change_settings(rotate_refresh_token=True)
    fault(server, "refresh", "reset", acts=True, times=1)
    token = client.full_sign_in()["refresh_token"]
    with pytest.raises(ConnectionResetError):
        client.refresh(token)
    answer = client.refresh(token)
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")


# --- TLS ---


def test_cloud_speaks_tls_where_it_is_given_a_certificate(tmp_path):
    tls, issuer = certificate(tmp_path, name="127.0.0.1")
    with CloudServer(tls=tls) as cloud:
        port = urlsplit(cloud.base).port
        trust = ssl.SSLContext(
            ssl.PROTOCOL_TLS_CLIENT
        )  # as the program's: not strict, as Python 3.13's default is
        trust.load_verify_locations(issuer)
        wire = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=trust)
        wire.request("GET", "/v1/region")
        assert json.loads(wire.getresponse().read())["countryCode"] == "US"
        wire.close()
        assert all(origin.startswith("https://") for origin in cloud.hosts.values())
