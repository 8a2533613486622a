"""What really goes over the wire, seen from a raw socket."""

import json
import re
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sim.conftest import Wire

PING = b"GET /api/v1/ping HTTP/1.1\r\nhost: x\r\n\r\n"
REGION = b"GET /v1/region HTTP/1.1\r\nhost: x\r\n\r\n"


@pytest.fixture
def connect():
    opened = []

    def connect(origin):
        sock = socket.create_connection(("127.0.0.1", urlsplit(origin).port), timeout=20)
        opened.append(sock)
        return sock

    yield connect
    for sock in opened:
        sock.close()


def read_all(sock) -> Any:
    data = b""
    while chunk := sock.recv(65536):
        data += chunk
    return data


def read_answer(sock) -> Any:
    """Read one whole answer with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += sock.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    while len(body) < length_in(head):
        body += sock.recv(65536)
    return head, body


def length_in(head) -> Any:
    lines = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(lines[0].split(b":")[1]) if lines else 0


def test_connection_is_kept_for_many_requests(server, connect):
    sock = connect(server.hosts["P1"])
    for _ in range(3):
        sock.sendall(PING)
        assert read_answer(sock)[0].startswith(b"HTTP/1.1 200 OK")


def test_requests_sent_together_are_answered_in_order(server, connect):
    sock = connect(server.base)
    sock.sendall(REGION + REGION.replace(b"region", b"moon") + REGION)
    sock.shutdown(socket.SHUT_WR)
    text = read_all(sock)
    assert re.findall(rb"HTTP/1.1 (\d+)", text) == [b"200", b"404", b"200"]


def test_close_is_done_when_asked_for(server, connect):
    sock = connect(server.hosts["P1"])
    sock.sendall(PING.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
    assert b'{"status":"UP"}' in read_all(sock)


def test_header_names_are_read_in_any_case(server):
    with Wire(server.base) as wire:
        heads = {"AUTHORIZATION": f"Bearer {server.users[0].token}", "TrackingID": "Mine_1"}
        status, answered, _ = wire.send("GET", "/v1/people/me", None, heads)
    assert (status, answered["trackingid"]) == (200, "Mine_1")


def test_tracking_id_of_any_characters_comes_back(server, connect):
    sock = connect(server.base)
    sock.sendall(REGION.replace(b"\r\n\r\n", b"\r\ntrackingid: caf\xe9\r\n\r\n"))
    assert b"trackingid: caf\xe9\r\n" in read_answer(sock)[0]


def test_body_may_come_in_chunks(server, connect):
    body = json.dumps({"deviceType": "WEB", "name": "in chunks"}).encode()
    head = (
        b"POST /wdm/api/v1/devices HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n"
        b"authorization: Bearer " + server.users[0].token.encode() + b"\r\n\r\n"
    )
    chunks = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in body) + b"0\r\n\r\n"
    sock = connect(server.base)
    sock.sendall(head + chunks)
    assert b"in chunks" in read_answer(sock)[1]


def test_client_that_asks_first_is_told_to_go_on(server, connect):
    sock = connect(server.base)
    body = b"token=x"
    sock.sendall(
        b"POST /v1/revoke HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 7\r\n"
        b"content-type: application/x-www-form-urlencoded\r\n\r\n"
    )
    assert sock.recv(1000).startswith(b"HTTP/1.1 100")
    sock.sendall(body)
    assert read_answer(sock)[0].startswith(b"HTTP/1.1 200")


def test_head_has_a_head_only(server, connect):
    sock = connect(server.base)
    sock.sendall(REGION.replace(b"GET", b"HEAD"))
    sock.shutdown(socket.SHUT_WR)
    head, _, body = read_all(sock).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body == b""


def test_what_is_not_http_gets_400(server, connect):
    sock = connect(server.base)
    sock.sendall(b"\x16\x03\x01\x02\x00 hello\r\n\r\n")
    assert read_all(sock).startswith(b"HTTP/1.1 400")


def test_body_without_end_is_cut_off(server, connect):
    sock = connect(server.base)
    sock.sendall(b"POST /v1/revoke HTTP/1.1\r\nhost: x\r\ncontent-length: 5000000\r\n\r\n")
    with pytest.raises((ConnectionError, AssertionError)):  # noqa: PT012
        for _ in range(1000):
            sock.sendall(b"x" * 65536)
            time.sleep(0.001)
        raise AssertionError


def test_client_that_leaves_early_harms_nothing(server, connect):
    for data in (b"GET", PING[:-2], b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc"):
        connect(server.hosts["P1"]).sendall(data)
    with Wire(server.hosts["P1"]) as wire:
        assert wire.send("GET", "/api/v1/ping")[0] == 200


def spoil(server, answer, **more) -> Any:
    server.faults([{"where": "ping", "answer": answer, **more}])


def test_hang_sends_nothing_and_keeps_the_connection(server, connect):
    spoil(server, "hang")
    sock = connect(server.hosts["P1"])
    sock.sendall(PING)
    sock.settimeout(0.15)
    with pytest.raises(TimeoutError):
        sock.recv(1)


def test_reset_is_a_reset(server, connect):
    spoil(server, "reset")
    sock = connect(server.hosts["P1"])
    sock.sendall(PING)
    with pytest.raises(ConnectionResetError):
        sock.recv(1)


def test_refusing_a_route_closes_without_an_answer(server, connect):
    spoil(server, "refuse")
    sock = connect(server.hosts["P1"])
    sock.sendall(PING)
    assert read_all(sock) == b""


def test_slow_answer_drips(server, connect):
    spoil(server, {"slow": 0.01})
    sock = connect(server.hosts["P1"])
    began_s = time.monotonic()
    sock.sendall(PING)
    text = read_all(sock)
    assert text.endswith(b'{"status":"UP"}')
    assert time.monotonic() - began_s >= 0.12


def test_late_answer_is_whole_and_the_connection_stays(server, connect):
    spoil(server, {"delay_s": 0.1}, times=1)
    sock = connect(server.hosts["P1"])
    began_s = time.monotonic()
    sock.sendall(PING + PING)
    assert read_answer(sock)[1].startswith(b'{"status":"UP"}')
    assert time.monotonic() - began_s >= 0.1


def test_answer_cut_short_promises_more_than_it_sends(server, connect):
    spoil(server, {"malformed": "cut-short"})
    sock = connect(server.hosts["P1"])
    sock.sendall(PING)
    head, _, body = read_all(sock).partition(b"\r\n\r\n")
    assert (length_in(head), len(body)) == (15, 7)


def test_wrong_length_promises_less_than_it_sends(server, connect):
    spoil(server, {"malformed": "wrong-length"})
    sock = connect(server.hosts["P1"])
    sock.sendall(PING)
    head, _, body = read_all(sock).partition(b"\r\n\r\n")
    assert (length_in(head), len(body)) == (7, 15)


def test_not_http_is_something_else(server, connect):
    spoil(server, {"malformed": "not-http"})
    sock = connect(server.hosts["P1"])
    sock.sendall(PING)
    assert read_all(sock).startswith(b"SSH-2.0")


@pytest.mark.parametrize(
    ("how", "kind", "body"),
    [
        ("not-json", "application/json", b'{"device": oops'),
        ("html", "text/html; charset=utf-8", b"<html>"),
        ("empty", None, b""),
    ],
)
def test_wrong_content_comes_with_200(server, how, kind, body):
    spoil(server, {"malformed": how})
    with Wire(server.hosts["P1"]) as wire:
        status, heads, sent = wire.send("GET", "/api/v1/ping")
    assert (status, heads.get("content-type")) == (200, kind)
    assert sent.startswith(body)


def test_any_status_and_header_can_be_sent(server):
    spoil(server, {"status": 302, "headers": {"Location": "http://127.0.0.1:9/"}, "form": "empty"})
    with Wire(server.hosts["P1"]) as wire:
        status, heads, _ = wire.send("GET", "/api/v1/ping")
    assert (status, heads["location"]) == (302, "http://127.0.0.1:9/")


def test_dropped_answer_may_have_been_carried_out(server):
    device = {"deviceType": "WEB"}
    server.faults([{"where": "wdm", "answer": "reset", "acts": True, "times": 1}])
    with Wire(server.base, server.users[0].token) as wire, pytest.raises(ConnectionResetError):
        wire.send("POST", "/wdm/api/v1/devices", device)
    assert len(server.state()["users"][0]["wdm_devices"]) == 1


def test_many_connections_at_once_are_served(server):
    failures: list[int] = []

    def beat():
        with Wire(server.hosts["P1"]) as wire:
            failures.extend(1 for _ in range(20) if wire.send("GET", "/api/v1/ping")[0] != 200)

    threads = [threading.Thread(target=beat) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(server.journal(place="ping")) == 400
