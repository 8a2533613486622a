"""Every input of the field as a fault, a setting or both, over a real socket."""

import gzip
import http.client
import json
import socket
import ssl
import threading
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from softphone.sim.server import CloudServer
from softphone.sim.settings import CLIENT_ID
from tests.kit.certificates import certificate
from tests.sim.conftest import FORM, Wire

WEB = "/api/v1/calling/web"
ADA = "ada@example.com"
REGION = b"GET /v1/region HTTP/1.1\r\nhost: x\r\n\r\n"


class Client:
    """Ada on one kept connection to each host; every call answers (status, headers, body)."""

    def __init__(self, cloud: CloudServer) -> None:
        self.cloud = cloud
        self._wires: dict[str, Wire] = {}
        [person] = [one for one in cloud.state()["users"] if one["name"] == ADA]
        self._wish = {
            "userId": person["user_id"],
            "clientDeviceUri": f"{cloud.base}/wdm/api/v1/devices/mine",
            "serviceData": {"indicator": "calling", "domain": ""},
        }

    def ask(self, method: str, path: str, body: Any = None, host: str = "base", **headers: str) -> Any:
        if host not in self._wires:
            self._wires[host] = Wire(self.cloud.hosts[host], self.cloud.token("ada"))
        return self._wires[host].send(method, path, body, headers)

    def region(self) -> Any:
        return self.ask("GET", "/v1/region")

    def register(self, host: str = "P1") -> Any:
        return self.ask("POST", f"{WEB}/device", self._wish, host)

    def raw_register(self) -> bytes:
        body = json.dumps(self._wish)
        head = f"POST {WEB}/device HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {self.cloud.token('ada')}\r\n"
        return f"{head}content-length: {len(body)}\r\n\r\n{body}".encode()

    def registered(self, host: str = "P1") -> str:
        status, _, body = self.register(host)
        assert status == 200, body
        return str(json.loads(body)["device"]["deviceId"])

    def keepalive(self, device: str, host: str = "P1") -> Any:
        return self.ask("POST", f"{WEB}/devices/{device}/status", None, host)

    def discover(self) -> Any:
        return json.loads(self.ask("GET", f"{WEB}/?regionCode=US-EAST&countryCode=US", host="D1")[2])

    def refresh(self, token: str) -> Any:
        form = urlencode({"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": token})
        with Wire(self.cloud.base) as wire:
            return wire.send("POST", "/v1/access_token", form.encode(), FORM)

    def refresh_token(self) -> str:
        state = self.cloud._cloud.state
        return state.new_grant(state.accounts[ADA], 0.0).refresh_token

    @property
    def devices(self) -> list[Any]:
        [person] = [one for one in self.cloud.state()["users"] if one["name"] == ADA]
        return list(person["devices"])

    def close(self) -> None:
        for wire in self._wires.values():
            wire.close()


@pytest.fixture
def client(server):
    client = Client(server)
    yield client
    client.close()


def fault(server, where, answer, **more) -> Any:
    server.faults([{"where": where, "answer": answer, **more}])


def took(act) -> Any:
    began_s = time.monotonic()
    result = act()
    return time.monotonic() - began_s, result


def devices_soon(client, count) -> Any:
    deadline_s = time.monotonic() + 5
    while len(client.devices) != count and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return len(client.devices) == count


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
    assert (entry["status"], client.devices) == (None, [])
    asking.join()
    assert len(client.devices) == 1
    assert server.journal(place="register")[0]["status"] == 200


def test_grant_is_made_even_if_the_client_has_left_meanwhile(server, client):
    fault(server, "register", {"wait_s": 0.2, "delay_s": 5})
    with socket.create_connection(("127.0.0.1", urlsplit(server.hosts["P1"]).port)) as sock:
        sock.sendall(client.raw_register())
        server.wait_for(place="register")
    assert client.devices == []
    assert devices_soon(client, 1)


def test_refusal_can_lie_about_as_well(server, client):
    fault(server, "region", {"status": 503, "wait_s": 0.1, "delay_s": 0.1})
    took_s, (status, _, _) = took(client.region)
    assert (status, took_s > 0.19) == (503, True)


def test_keepalive_can_be_late_and_count(server, client):
    device = client.registered()
    fault(server, "keepalive", {"delay_s": 0.2})
    took_s, (status, _, _) = took(lambda: client.keepalive(device))
    assert (status, took_s > 0.19) == (200, True)


# --- Answers that no service gives ---


def test_true_answer_can_be_encoded_with_gzip_though_nobody_asked(server, client):
    fault(server, "any", {"gzip": 1})
    _, heads, body = client.region()
    assert heads["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["countryCode"] == "US"


def test_true_answer_can_be_encoded_twice(server, client):
    fault(server, "any", {"gzip": 2})
    _, heads, body = client.region()
    assert heads["content-encoding"] == "gzip, gzip"
    assert json.loads(gzip.decompress(gzip.decompress(body)))["countryCode"] == "US"


@pytest.mark.parametrize("status", [401, 403, 503])
def test_page_can_stand_in_place_of_an_answer(server, client, status):
    fault(server, "region", {"status": status, "form": "html"})
    got, heads, body = client.region()
    assert (got, heads["content-type"], body[:6]) == (status, "text/html; charset=utf-8", b"<html>")


def test_page_can_say_200(server, client):
    device = client.registered()
    fault(server, "keepalive", {"malformed": "html"})
    status, heads, body = client.keepalive(device)
    assert (status, heads["content-type"], body[:6]) == (200, "text/html; charset=utf-8", b"<html>")


def test_true_answer_can_come_under_another_type(server, client):
    fault(server, "region", {"headers": {"Content-Type": "text/html"}})
    _, heads, body = client.region()
    assert heads["content-type"] == "text/html"
    assert json.loads(body)["countryCode"] == "US"


def test_keepalive_answered_200_with_an_error_body_prolongs_nothing(server, client):
    device = client.registered()
    fault(server, "keepalive", {"status": 200, "body": {"errorCode": 500, "message": "Internal error"}})
    server.advance(100)
    assert client.keepalive(device)[0] == 200
    server.advance(60)
    assert client.devices == []


def test_string_of_65_kb_is_never_closed(server, client):
    fault(server, "region", {"malformed": "unclosed"})
    _, _, body = client.region()
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
    links = json.loads(client.ask("GET", path)[2])["serviceLinks"]
    assert links["mobius"] == "https://[::1"
    assert links["wdm"].startswith(server.base)
    assert json.loads(client.ask("GET", path)[2])["serviceLinks"]["mobius"].startswith("http://127")


def test_patch_takes_away_what_is_null(server, client):
    fault(server, "register", {"patch": {"keepaliveInterval": None, "device": {"status": "odd"}}})
    granted = json.loads(client.register()[2])
    assert "keepaliveInterval" not in granted
    assert (granted["device"]["status"], "uri" in granted["device"]) == ("odd", True)


# --- Hosts ---


def test_granted_device_can_lie_on_a_host_that_discovery_did_not_name(server, client):
    fault(server, "register", {"moved_to": "S1"})
    device = json.loads(client.register()[2])["device"]
    assert device["uri"] == f"{server.hosts['S1']}{WEB}/devices/{device['deviceId']}"
    assert client.ask("DELETE", f"{WEB}/devices/{device['deviceId']}", None, "P1")[0] == 200


def test_one_host_can_refuse_good_tokens_for_a_time(server, client):
    fault(server, "any", {"status": 401}, host="P1", for_s=5)
    assert (client.register("P1")[0], client.register("B1")[0]) == (401, 200)
    server.advance(5)
    assert client.ask("GET", "/api/v1/ping", host="P1")[0] == 200


def test_primary_can_be_retired_for_a_host_that_was_hidden(server, client):
    assert client.discover()["primary"]["uris"] == [f"{server.hosts['P1']}/api/v1"]
    server.change_settings(primary_hosts=["S1"])
    fault(server, "any", "refuse", host="P1")
    assert client.discover()["primary"]["uris"] == [f"{server.hosts['S1']}/api/v1"]
    with pytest.raises(ConnectionRefusedError):
        client.register("P1")
    assert client.registered("S1")


def test_black_hole_accepts_and_never_answers(server):
    fault(server, "any", "hang", host="P1")
    with socket.create_connection(("127.0.0.1", urlsplit(server.hosts["P1"]).port)) as sock:
        sock.settimeout(0.1)
        sock.sendall(b"GET /api/v1/ping HTTP/1.1\r\nhost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            sock.recv(1)


@pytest.mark.parametrize("value", [None, "0", "-5", "Mon, 01 Jan 2024 00:00:00 GMT", "3600"])
def test_wish_to_wait_is_sent_as_it_is(server, client, value):
    headers = {} if value is None else {"Retry-After": value}
    fault(server, "register", {"status": 429, "headers": headers}, times=1)
    status, heads, _ = client.register()
    assert (status, heads.get("retry-after")) == (429, value)
    assert client.register()[0] == 200


# --- Kept connections ---


@pytest.mark.parametrize(
    ("answer", "error"), [("reset", ConnectionResetError), ("refuse", http.client.RemoteDisconnected)]
)
def test_only_a_kept_connection_can_fail(server, client, answer, error):
    fault(server, "register", answer, reused=True)
    assert client.ask("GET", "/api/v1/ping", host="P1")[0] == 200
    with pytest.raises(error):
        client.register()
    assert client.register()[0] == 200  # on a fresh one
    assert [one["status"] for one in server.journal(place="register")] == [None, 200]


# --- Tokens ---


@pytest.mark.parametrize("patch", [{"expires_in": 24.5}, {"expires_in": 0}, {"scope": "spark:all"}], ids=str)
def test_token_answer_can_say_what_few_expect(server, client, patch):
    fault(server, "refresh", {"patch": patch})
    status, _, body = client.refresh(client.refresh_token())
    told = json.loads(body)
    assert (status, told["token_type"]) == (200, "Bearer")
    assert patch.items() <= told.items()


def test_renewal_can_be_done_and_its_answer_lost(server, client):
    server.change_settings(rotate_refresh_token=True)
    fault(server, "refresh", "reset", acts=True, times=1)
    token = client.refresh_token()
    with pytest.raises(ConnectionResetError):
        client.refresh(token)
    status, _, body = client.refresh(token)
    assert (status, json.loads(body)["error"]) == (400, "invalid_grant")


def test_renewal_can_meet_the_page_of_a_firewall(server, client):
    fault(server, "refresh", {"status": 401, "form": "html"}, times=1)
    token = client.refresh_token()
    assert client.refresh(token)[0] == 401
    assert client.refresh(token)[0] == 200


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
