import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from softphone.sim.services.mercury import Session
from tests.sim.conftest import Wire

UPGRADE = {"upgrade": "websocket", "connection": "Upgrade", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="}


def masked_frame(opcode: int, payload: bytes) -> bytes:
    key = b"\x01\x02\x03\x04"
    size = len(payload)
    length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    body = bytes(byte ^ key[index % 4] for index, byte in enumerate(payload))
    return bytes((0x80 | opcode,)) + length + key + body


def text(value: Any) -> bytes:
    return masked_frame(1, json.dumps(value).encode())


def authorization(token: str) -> bytes:
    return text({"id": "1", "type": "authorization", "data": {"token": f"Bearer {token}"}})


def test_socket_is_for_live_wdm_devices(desk):
    assert desk.get("/mercury/registrations/unknown", headers=UPGRADE).status == 404
    made = desk.send("POST", "/wdm/api/v1/devices", {"deviceType": "WEB"}).json
    path = urlsplit(made["webSocketUrl"]).path
    assert desk.get(path).status == 426
    answer = desk.get(f"{path}?outboundWireFormat=text", headers=UPGRADE, token=None)
    assert answer.status == 101
    # The example of RFC 6455 1.3.
    assert answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_good_token_makes_it_online():
    session = Session(lambda token: token == "good")
    sent = session.receive(authorization("good"))
    assert b"mercury.buffer_state" in sent
    assert b"mercury.registration_status" in sent


def test_bad_token_closes_with_4401():
    session = Session(lambda _token: False)
    assert session.receive(authorization("bad")) == b"\x88\x02" + (4401).to_bytes(2, "big")
    assert session.ended


def test_messages_may_come_in_pieces():
    session = Session(lambda _token: True)
    data = authorization("x" * 200)
    assert [session.receive(data[at : at + 1]) for at in range(len(data) - 1)] == [b""] * (len(data) - 1)
    assert b"buffer_state" in session.receive(data[-1:])


def test_pings_of_both_kinds_are_answered():
    session = Session(lambda _token: True)
    assert b'"pong"' in session.receive(text({"id": "7", "type": "ping"}))
    assert session.receive(masked_frame(9, b"x")) == b"\x8a\x01x"


@pytest.mark.parametrize("data", [masked_frame(8, b""), b"\x81\xff" + b"\xff" * 8])
def test_farewell_and_a_giant_message_end_it(data):
    session = Session(lambda _token: True)
    assert session.receive(data).startswith(b"\x88\x02")
    assert session.ended


def test_other_messages_are_passed_over():
    assert Session(lambda _token: True).receive(text([1]) + masked_frame(2, b"x") + text({"a": 1})) == b""


def test_socket_works_on_the_wire(server):
    token = server.users[0].token
    with Wire(server.base, token) as wire:
        made = json.loads(wire.send("POST", "/wdm/api/v1/devices", {"deviceType": "WEB"})[2])
    url = urlsplit(made["webSocketUrl"])
    head = "".join(f"{name}: {value}\r\n" for name, value in UPGRADE.items())
    with socket.create_connection(("127.0.0.1", url.port or 0), timeout=20) as sock:
        sock.sendall(f"GET {url.path} HTTP/1.1\r\nhost: x\r\n{head}\r\n".encode() + authorization(token))
        data = b""
        while b"registration_status" not in data:
            data += sock.recv(65536)
        assert data.startswith(b"HTTP/1.1 101")
        sock.sendall(masked_frame(8, b""))
        while chunk := sock.recv(65536):
            data += chunk
    assert data.endswith(b"\x88\x02" + (1000).to_bytes(2, "big"))
