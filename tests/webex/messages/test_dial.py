"""Dialling that is stopped, of which no connection is left, and that is sent elsewhere."""

import asyncio
import errno
import gc
import os
import socket
import threading
from types import SimpleNamespace

import pytest
from websockets.utils import accept_key

from softphone.settings.cloud_file import Network
from softphone.settings.proxy import Proxy
from softphone.webex.client import Client
from softphone.webex.messages import dial
from softphone.webex.messages.dial import NotOpenedError, _library, open_socket
from softphone.webex.messages.socket_rules import Loss, Lost
from softphone.webex.pools import USER_AGENT, Way
from tests.kit.message_server import MessageServer, Refusal
from tests.webex.client.test_proxy import NAME, client_on
from tests.webex.raw_server import HOST, hanging, loopback_cloud, serving

MOMENTS = 150  # turns of the loop; it stands before


async def test_a_stop_at_any_moment_leaves_no_connection():
    server = MessageServer()
    async with server.running():
        client = Client(loopback_cloud())
        try:
            await (await open_socket(client, server.url)).close()
            gc.collect()
            gc.freeze()  # what was there before takes 0.2 s each time, late in the suite
            for turns in range(MOMENTS):
                dialling = asyncio.ensure_future(open_socket(client, server.url))
                for _ in range(turns):
                    await asyncio.sleep(0)
                dialling.cancel()
                try:
                    await (await dialling).close()
                except (asyncio.CancelledError, NotOpenedError):
                    await asyncio.sleep(0)
                gc.collect()  # a connection that nobody closed warns, and a warning is an error
        finally:
            gc.unfreeze()
            await client.close()


@pytest.mark.parametrize(
    ("refusal", "loss"),
    [
        (None, Loss(how=Lost.FAILED, cause="No server answers")),
        (Refusal(503), Loss(how=Lost.REFUSED, code=503)),
        (Refusal(429, Retry_After="7"), Loss(how=Lost.REFUSED, code=429, retry_after_s=7.0)),
    ],
)
async def test_why_there_is_no_socket_is_told_in_the_terms_of_the_rules(refusal: Refusal | None, loss: Loss):
    server = MessageServer(*([refusal] if refusal else []))
    client = Client(loopback_cloud())
    async with server.running():
        url = server.url
        if refusal:
            with pytest.raises(NotOpenedError) as raised:
                await open_socket(client, url)
            assert str(raised.value) == "REFUSED"
    if not refusal:
        with pytest.raises(NotOpenedError) as raised:
            await open_socket(client, url)
    assert raised.value.loss == loss
    await client.close()


def test_the_surroundings_set_no_limit_of_the_library_and_keep_all_else(monkeypatch: pytest.MonkeyPatch):
    before = dict(os.environ)
    for name in ("WEBSOCKETS_MAX_LINE_LENGTH", "WEBSOCKETS_MAX_NUM_HEADERS", "WEBSOCKETS_USER_AGENT"):
        monkeypatch.setenv(name, "7")
    monkeypatch.setenv("XWEBSOCKETS_", "stays")
    _library()
    assert dict(os.environ) == {**before, "XWEBSOCKETS_": "stays"}


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "places",
    [[], ["/messages"], ["wss://a.webex.com/", "ws://evil.example/"], ["http://[::1"], ["ws://x@y/"]],
)
async def test_an_answer_that_leads_elsewhere_is_a_refusal_whatever_it_names(status: int, places: list[str]):
    refusal = Refusal(status)
    for place in places:
        refusal.headers["Location"] = place
    server = MessageServer(refusal)
    async with server.running():
        client = Client(loopback_cloud())
        try:
            with pytest.raises(NotOpenedError) as raised:
                await open_socket(client, server.url)
            assert (raised.value.loss.how, raised.value.loss.code) == (Lost.REFUSED, status)
            assert server.asked == 1
        finally:
            await client.close()


async def test_a_socket_that_stands_is_ours_to_the_letter_and_keeps_nothing_of_its_beginning():
    server = MessageServer()
    async with server.running():
        client = Client(loopback_cloud())
        connection = await open_socket(client, server.url)
        visit = await server.visit(0)
        assert visit.connection.request is not None
        headers = visit.connection.request.headers
        assert headers["User-Agent"] == USER_AGENT
        assert "Sec-WebSocket-Extensions" not in headers  # no compression: a frame may not unpack to more
        assert connection.request is None
        assert connection.response is not None
        assert not connection.response.headers
        await connection.close()
        await client.close()


async def test_a_connection_holds_up_nobody_and_waits_for_no_more_to_send():
    server, made = MessageServer(), list[socket.socket]()
    async with server.running():
        with await dial._connected(HOST, server.port, made) as connection:
            assert made == [connection]
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert not connection.getblocking()


@pytest.mark.parametrize(
    ("way", "place"),
    [
        (Way("http", HOST, None, None), (HOST, 80)),
        (Way("https", HOST, None, None), (HOST, 443)),
        (Way("https", HOST, 8443, None), (HOST, 8443)),
        (Way("https", "never.example", 443, Proxy(HOST, 8080)), (HOST, 8080)),
    ],
)
async def test_what_is_dialled_is_the_host_at_its_port_or_else_the_proxy(
    way: Way, place: tuple[str, int], monkeypatch: pytest.MonkeyPatch
):
    dialled: list[tuple[str, int]] = []

    async def connected(ip: str, port: int, _: object) -> socket.socket:
        dialled.append((ip, port))
        raise ConnectionRefusedError(errno.ECONNREFUSED, "no")

    monkeypatch.setattr(dial, "_connected", connected)
    client = Client(loopback_cloud())
    with pytest.raises(OSError):  # noqa: PT011 - whichever
        await dial._dialled(way, await client._opened(), 5.0)
    assert dialled == [place]
    await client.close()


async def cause_of(client: Client, url: str) -> str:
    with pytest.raises(NotOpenedError) as raised:
        await open_socket(client, url)
    assert raised.value.loss.how is Lost.FAILED
    return str(raised.value.loss.cause)


async def test_a_name_that_is_not_looked_up_in_time_is_no_fault_of_the_host(
    monkeypatch: pytest.MonkeyPatch,
):
    let_go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: let_go.wait(10))
    async with client_on(Network(proxy="none", connect_s=0.05)) as client:
        assert await cause_of(client, f"wss://{NAME}/x") == "The server's name was not found"
        let_go.set()


async def test_a_proxy_that_takes_the_call_and_says_nothing_is_there():
    async with serving(hanging) as proxy, client_on(Network(proxy=proxy.url, connect_s=0.05)) as client:
        assert await cause_of(client, f"wss://{NAME}/x") == "No server answers"


async def test_an_address_that_may_not_be_asked_is_refused_before_it_is_dialled(
    caplog: pytest.LogCaptureFixture,
):
    async with client_on(Network(proxy="none")) as client:
        assert await cause_of(client, "wss://evil.example/x") == "This address is not trusted"
    caplog.clear()


async def test_a_library_that_takes_no_connection_leaves_none_open():
    def connect(*_: object, **__: object) -> None:
        raise ValueError("an odd address")

    ours, theirs = socket.socketpair()
    client = Client(loopback_cloud())
    way, pools = await client.way_to(f"http://{HOST}/")
    with theirs, pytest.raises(ValueError, match="an odd address"):
        await dial._upgraded(SimpleNamespace(connect=connect), f"ws://{HOST}/", way, pools, ours, None)
    assert ours.fileno() == -1
    await client.close()


async def test_whoever_sends_pings_and_reads_no_pong_is_left_before_they_fill_our_memory(
    monkeypatch: pytest.MonkeyPatch,
):
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    for each in (ours, theirs):
        each.setblocking(False)

    async def dialled(*_: object) -> socket.socket:
        return ours

    monkeypatch.setattr(dial, "_dialled", dialled)
    loop, client = asyncio.get_running_loop(), Client(loopback_cloud())
    with theirs:
        opening = asyncio.ensure_future(open_socket(client, "ws://127.0.0.1:1/messages"))
        asked = await loop.sock_recv(theirs, 8192)
        key = next(
            line.split()[1] for line in asked.decode().splitlines() if line.startswith("Sec-WebSocket-Key")
        )
        await loop.sock_sendall(
            theirs,
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: %s\r\n\r\n" % accept_key(key).encode(),
        )
        opened = await opening
        pings = (b"\x89\x7d" + b"p" * 125) * (4 * dial._UNSENT_LIMIT_BYTES // 125)
        with pytest.raises(ConnectionError):
            await loop.sock_sendall(theirs, pings)
        await asyncio.wait_for(opened.wait_closed(), 20)
    await client.close()
