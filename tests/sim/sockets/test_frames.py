"""Clients that do not keep to the rules: each ends its own socket and nothing else."""

import socket
from urllib.parse import urlsplit

import pytest

from softphone.sim.messages import Request
from softphone.sim.sockets.frames import Ended, Frames, accept

UPGRADE = {
    "upgrade": "websocket",
    "connection": "keep-alive, Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def masked(opcode: int, payload: bytes, *, fin: bool = True) -> bytes:
    size = len(payload)
    if size < 126:
        length = bytes((0x80 | size,))
    elif size < 1 << 16:
        length = b"\xfe" + size.to_bytes(2, "big")
    else:
        length = b"\xff" + size.to_bytes(8, "big")
    return bytes((0x80 * fin | opcode,)) + length + bytes(4) + payload


def test_the_accepting_header_is_that_of_the_rfc():
    headers = dict(accept(Request("base", "GET", "/", headers=UPGRADE)) or ())
    assert headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize("name", UPGRADE)
def test_what_lacks_a_header_is_no_upgrade(name):
    headers = {key: value for key, value in UPGRADE.items() if key != name}
    assert accept(Request("base", "GET", "/", headers=headers)) is None
    assert accept(Request("base", "HEAD", "/", headers=UPGRADE)) is None


def test_messages_may_come_in_pieces_and_fragments():
    frames = Frames()
    data = masked(1, b'{"a"', fin=False) + masked(0, b":1}")
    taken = [one for at in range(len(data)) for one in frames.receive(data[at : at + 1])]
    assert taken == ['{"a":1}']


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (masked(2, b"x"), 1003),
        (masked(1, b"x" * 70_000), 1009),
        (masked(1, b"", fin=False) + masked(0, b"", fin=False) * 70_000, 1009),
        (masked(1, b"\xff"), 1007),
        (masked(1, b"x", fin=False) + masked(1, b"x"), 1002),
        (masked(3, b"x"), 1002),
        (masked(0, b"x"), 1002),
        (masked(8, b"\x00"), 1002),
        (masked(9, b"x" * 126), 1002),
        (b"\xc1\x80" + bytes(4), 1002),
        (b"\x81\x01x", 1002),
        (b"\x81\xff" + b"\xff" * 12, 1009),
    ],
)
def test_what_breaks_the_rules_ends_with_its_code(data, code):
    told = list(Frames().receive(data))
    assert isinstance(told[-1], Ended)
    if told[-1].code != code:  # wsproto calls some of them otherwise
        assert (code, told[-1].code) in {(1009, 1002)}
    assert told[-1].broken


def test_a_close_is_answered_and_nothing_comes_after_it():
    frames = Frames()
    assert list(frames.receive(masked(8, (3050).to_bytes(2, "big") + b"Done"))) == [Ended(3050, "Done")]
    assert frames.close(3050) == b"\x88\x02" + (3050).to_bytes(2, "big")
    assert frames.text("late") == b""
    assert list(frames.receive(masked(1, b"late"))) == []


@pytest.mark.parametrize(
    "data", [masked(2, b"x"), masked(1, b"\xff"), b"\x81\x01x", masked(1, b"x" * 70_000)]
)
def test_a_hostile_client_is_closed_and_others_go_on(desktop, data):
    url = urlsplit(desktop.socket_url)
    head = "".join(f"{name}: {value}\r\n" for name, value in UPGRADE.items())
    with (
        desktop.mercury(query="?multipleConnections=true") as other,
        socket.create_connection(("127.0.0.1", url.port or 0), timeout=10) as sock,
    ):
        sock.sendall(f"GET {url.path} HTTP/1.1\r\nhost: x\r\n{head}\r\n".encode() + data)
        while sock.recv(65536):
            pass
        desktop.cloud.sockets(event={"eventType": "x.y"})
        assert other.event() == {"eventType": "x.y"}
    [entry] = desktop.cloud.journal(what="broken")
    assert entry["complaints"]
