"""The HTTP client against real sockets: wire faults of reliability.md 4 and T1, tokens, order of sending."""

import asyncio
import contextlib
import errno
import gzip
import logging
import socket
import time
from typing import Any

import pytest

from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.line.failure import Disposition, ErrorType
from softphone.webex.client import Answer, Client
from softphone.webex.dialling import BITE_BYTES
from softphone.webex.flight import HEAD_LIMIT_BYTES, WIRE_LIMIT_BYTES
from tests.webex.raw_server import (
    HOST,
    Exchange,
    RawServer,
    Tokens,
    client_of,
    fail_of,
    loopback_cloud,
    serving,
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


# --- A plain exchange ---


async def test_a_request_goes_out_as_asked_and_the_answer_comes_back():
    async def handler(exchange: Exchange) -> None:
        await exchange.answer(200, b'{"a":1}', X_Thing="yes", Set_Cookie="c=1")

    async with serving(handler) as server, client_of(server) as client:
        answer = await client.request(
            "POST", f"{server.url}/path?secret=1", tokens=Tokens(), headers={"x-own": "v"}, json={"b": 2}
        )
        assert (answer.status, answer.body, answer.headers["x-thing"]) == (200, b'{"a":1}', "yes")
        assert answer.headers["X-THING"] == "yes"
        await client.request("GET", server.url)
        first, second = server.asked
        assert first.line == "POST /path?secret=1 HTTP/1.1"
        assert first.headers["authorization"] == "Bearer token-0"
        assert first.headers["accept-encoding"] == "identity"
        assert first.headers["content-type"] == "application/json"
        assert first.headers["x-own"] == "v"
        assert first.headers["user-agent"].startswith("softphone/")
        assert first.headers["trackingid"].startswith("WXC_")
        assert first.headers["trackingid"] == answer.tracking_id
        assert first.body == b'{"b":2}'
        assert second.headers["trackingid"] != first.headers["trackingid"]
        assert "authorization" not in second.headers
        assert "cookie" not in second.headers


async def test_a_kept_connection_is_used_again():
    async def handler(exchange: Exchange) -> None:
        await exchange.answer(keep=True)

    async with serving(handler) as server, client_of(server) as client:
        for _ in range(3):
            await client.request("GET", server.url)
        assert server.connections == 1


async def test_a_post_without_a_body_has_none():
    async def handler(exchange: Exchange) -> None:
        await exchange.answer()

    async with serving(handler) as server, client_of(server) as client:
        await client.request("POST", server.url)
        assert server.asked[0].headers["content-length"] == "0"
        assert server.asked[0].body == b""


@pytest.mark.parametrize("status", [200, 204, 400, 403, 404, 409, 429, 500, 503])
async def test_every_status_but_a_redirect_is_an_answer(status: int):
    async def handler(exchange: Exchange) -> None:
        await exchange.send(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())

    async with serving(handler) as server, client_of(server) as client:
        answer = await client.request("GET", server.url)
        assert answer.status == status
        assert answer.is_success == (status < 300)


async def test_the_environment_puts_no_proxy_before_this_computer_and_writes_no_keys(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("HTTP_PROXY", f"http://{HOST}:{free_port()}")
    monkeypatch.setenv("SSLKEYLOGFILE", "/nonexistent/keys")

    async def handler(exchange: Exchange) -> None:
        await exchange.answer()

    async with serving(handler) as server, client_of(server) as client:
        assert (await client.request("GET", server.url)).status == 200
        assert client._pools is not None
        assert client._pools.tls.keylog_filename is None


# --- Faults of the network ---


async def test_a_refused_connection_is_a_dead_host():
    client = Client(loopback_cloud())
    error = await fail_of(client, f"http://{HOST}:{free_port()}/")
    assert error.failure.disposition is Disposition.DEAD_HOST
    assert error.failure.error_type is ErrorType.NETWORK
    assert error.failure.title == f"No answer from {HOST}"
    assert error.failure.tracking_id.startswith("WXC_")
    await client.close()


async def test_a_name_whose_addresses_all_refuse_is_a_dead_host():
    client = Client(loopback_cloud())
    error = await fail_of(client, f"http://localhost:{free_port()}/")
    assert "We try the next one" in error.failure.advice
    await client.close()


@pytest.mark.parametrize(
    ("number", "words", "disposition"),
    [
        (errno.ENETUNREACH, "cannot reach it", Disposition.NO_NETWORK),
        (errno.ENETDOWN, "cannot reach it", Disposition.NO_NETWORK),
        (errno.EHOSTUNREACH, "cannot reach it", Disposition.NO_NETWORK),
        (errno.EADDRNOTAVAIL, "cannot reach it", Disposition.NO_NETWORK),
        (errno.EMFILE, "cannot reach it", Disposition.NO_NETWORK),
        (errno.ETIMEDOUT, "too long", Disposition.DEAD_HOST),
        (errno.ECONNRESET, "was cut", Disposition.DEAD_HOST),
        (errno.ECONNREFUSED, "We try the next one", Disposition.DEAD_HOST),
    ],
)
async def test_faults_are_told_apart_by_number(
    monkeypatch: pytest.MonkeyPatch, number: int, words: str, disposition: Disposition
):
    async def fail(*args: Any, **options: Any) -> Any:
        raise OSError(number, "text of this system")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", fail)
    client = Client(loopback_cloud())
    error = await fail_of(client, f"http://{HOST}:1/")
    assert words in error.failure.advice
    assert error.failure.disposition is disposition
    assert not error.failure.unsure
    await client.close()


@pytest.mark.parametrize(
    ("number", "disposition"),
    [
        (socket.EAI_NONAME, Disposition.DEAD_HOST),
        (socket.EAI_AGAIN, Disposition.NO_NETWORK),
        (socket.EAI_FAIL, Disposition.NO_NETWORK),
    ],
)
async def test_a_name_that_does_not_exist_is_the_hosts_and_a_silent_name_server_is_ours(
    monkeypatch: pytest.MonkeyPatch, number: int, disposition: Disposition
):
    def failing(*args: Any, **options: Any) -> Any:
        raise socket.gaierror(number, "text of this system")

    monkeypatch.setattr(socket, "getaddrinfo", failing)
    client = Client(loopback_cloud())
    error = await fail_of(client, "http://localhost:1/")
    assert error.title == "The server's name was not found"
    assert error.failure.disposition is disposition
    assert not error.failure.unsure
    await client.close()


async def test_a_host_that_never_answers_ends_at_the_deadline():
    async def handler(exchange: Exchange) -> None:
        await asyncio.sleep(30)

    async with serving(handler) as server, client_of(server) as client:
        began_s = time.monotonic()
        error = await fail_of(client, server.url, deadline_s=0.1)
        assert time.monotonic() - began_s < 1
        assert error.failure.disposition is Disposition.DEAD_HOST
        assert "too long" in error.failure.advice
        assert error.failure.unsure


async def test_silence_ends_a_request_before_its_deadline_where_nobody_is_that_patient():
    async def handler(exchange: Exchange) -> None:
        if exchange.number == 1:
            await asyncio.sleep(30)
        await exchange.answer()

    async with serving(handler) as server, client_of(server) as client:
        error = await fail_of(client, server.url, deadline_s=30, silence_s=0.05)
        assert "too long" in error.failure.advice
        assert error.failure.unsure


async def test_l1_who_is_patient_gets_an_answer_that_comes_late():
    waited = asyncio.Event()

    async def handler(exchange: Exchange) -> None:
        await waited.wait()
        await exchange.answer()

    async with serving(handler) as server, client_of(server) as client:
        asking = asyncio.create_task(client.request("POST", server.url, silence_s=None, deadline_s=30))
        [impatient] = [await fail_of(client, server.url, silence_s=0.05, deadline_s=30)]
        assert impatient.failure.unsure
        waited.set()
        assert (await asking).status == 200


async def test_l5_time_in_which_this_program_did_not_run_is_not_charged_to_the_server():
    async def handler(exchange: Exchange) -> None:
        asyncio.get_running_loop().call_soon(time.sleep, 0.6)
        await asyncio.sleep(0.05)
        await exchange.answer()

    async with serving(handler) as server, client_of(server) as client:
        assert (await client.request("GET", server.url, deadline_s=0.4)).status == 200


async def test_no_step_of_a_request_waits_in_the_shared_executor(monkeypatch: pytest.MonkeyPatch):
    async def handler(exchange: Exchange) -> None:
        await exchange.answer()

    def refused(*args: Any) -> Any:
        raise AssertionError("everybody's threads")

    async with serving(handler) as server, client_of(server) as client:
        monkeypatch.setattr(asyncio.get_running_loop(), "run_in_executor", refused)
        url = server.url.replace(HOST, "localhost")
        assert (await client.request("GET", url)).status == 200


async def dripping(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n")
    for _ in range(5000):
        await exchange.send(b"x")
        await asyncio.sleep(0.02)


async def endless_interim(exchange: Exchange) -> None:
    while True:
        await exchange.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("handler", [dripping, endless_interim])
async def test_an_answer_that_trickles_ends_at_the_deadline(handler: Any):
    async with serving(handler) as server, client_of(server) as client:
        began_s = time.monotonic()
        error = await fail_of(client, server.url, deadline_s=0.15)
        assert time.monotonic() - began_s < 1
        assert "too long" in error.failure.advice


async def resetting(exchange: Exchange) -> None:
    exchange.reset()


async def closing(exchange: Exchange) -> None:
    pass


async def truncated(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")


async def not_http(exchange: Exchange) -> None:
    await exchange.send(b"220 mail.example ESMTP\r\n\r\n")


async def two_lengths(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx")


async def huge_header(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200_000)


@pytest.mark.parametrize(
    "handler", [resetting, closing, truncated, not_http, two_lengths, huge_header], ids=lambda h: h.__name__
)
async def test_a_broken_answer_is_one_failure_and_the_next_request_is_well(handler: Any):
    async def once(exchange: Exchange) -> None:
        if exchange.number == 1:
            await handler(exchange)
        else:
            await exchange.answer()

    async with serving(once) as server, client_of(server) as client:
        error = await fail_of(client, server.url, method="POST")
        assert error.failure.disposition is Disposition.DEAD_HOST
        assert error.failure.unsure
        assert (await client.request("GET", server.url)).status == 200
        assert server.connections == 2


async def oversized(exchange: Exchange) -> None:
    await exchange.answer(body=b"x" * (256 * 1024 + 1))


async def endless(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        await exchange.send(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def encoded(body: bytes, encoding: str) -> Any:
    async def handler(exchange: Exchange) -> None:
        await exchange.answer(body=body, content_encoding=encoding)

    return handler


TWICE = gzip.compress(gzip.compress(bytes(10_000_000)))


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(oversized, id="too long"),
        pytest.param(endless, id="endless"),
        pytest.param(encoded(gzip.compress(bytes(50_000_000)), "gzip"), id="gzip bomb"),
        pytest.param(encoded(TWICE, "gzip, gzip"), id="gzip twice"),
        pytest.param(encoded(b"{}", "br"), id="brotli"),
        pytest.param(encoded(b"{}", "gzip, identity"), id="a list of encodings"),
    ],
)
async def test_a_body_beyond_bounds_is_not_read(handler: Any):
    async with serving(handler) as server, client_of(server) as client:
        error = await fail_of(client, server.url)
        assert error.failure.disposition is Disposition.SICK_HOST
        assert error.title == "Webex sent an answer that makes no sense"
        assert error.failure.unsure


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
@pytest.mark.parametrize("size_bytes", [0, 1, 5000, 256 * 1024])
async def test_l12_one_layer_of_gzip_is_unpacked_up_to_the_limit(encoding: str, size_bytes: int):
    body = bytes(range(256)) * (size_bytes // 256) + b"x" * (size_bytes % 256)
    handler = encoded(gzip.compress(body), encoding)
    async with serving(handler) as server, client_of(server) as client:
        answer = await client.request("GET", server.url)
        assert answer.body == body
        assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("pieces", [2, 3, 40])
async def test_l12_gzip_may_come_in_several_members(pieces: int):
    async with (
        serving(encoded(gzip.compress(b"xyz") * pieces, "gzip")) as server,
        client_of(server) as client,
    ):
        assert (await client.request("GET", server.url)).body == b"xyz" * pieces


async def test_l12_members_of_nothing_without_end_are_too_much():
    nothing = gzip.compress(b"") * 20_000
    async with serving(encoded(nothing, "gzip")) as server, client_of(server) as client:
        assert (await fail_of(client, server.url)).failure.unsure


async def test_l12_an_empty_body_is_empty_whatever_it_says_of_itself():
    async with serving(encoded(b"", "gzip")) as server, client_of(server) as client:
        assert (await client.request("GET", server.url)).body == b""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(gzip.compress(b"x" * 5000)[:-9], id="cut short"),
        pytest.param(gzip.compress(b"x")[:3], id="hardly begun"),
        pytest.param(b'{"a":1}', id="not packed at all"),
        pytest.param(gzip.compress(b"x") + b"more", id="more behind the end"),
        pytest.param(gzip.compress(b"x") + gzip.compress(b"y")[:-4], id="a second member cut short"),
        pytest.param(gzip.compress(gzip.compress(b"x") * 2)[:-1], id="two of them in one, cut short"),
    ],
)
async def test_l12_gzip_that_cannot_be_unpacked_is_a_broken_answer(body: bytes):
    async with serving(encoded(body, "gzip")) as server, client_of(server) as client:
        error = await fail_of(client, server.url)
        assert "cut short or garbled" in error.failure.advice
        assert error.failure.unsure


async def test_a_body_at_the_limit_is_read():
    async def handler(exchange: Exchange) -> None:
        await exchange.answer(body=b"x" * (256 * 1024), content_encoding="identity")

    async with serving(handler) as server, client_of(server) as client:
        assert len((await client.request("GET", server.url)).body) == 256 * 1024


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int):
    async def handler(exchange: Exchange) -> None:
        await exchange.answer(status, b"", Location=f"http://localhost:{elsewhere.port}/portal")

    async def never(exchange: Exchange) -> None:
        await exchange.answer()

    async with serving(never) as elsewhere, serving(handler) as server, client_of(server) as client:
        error = await fail_of(client, server.url, method="POST", tokens=Tokens(), json={})
        assert error.title == "This network wants a web sign-in"
        assert elsewhere.asked == []


async def one_byte_chunks(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        await exchange.send(b"1\r\nx\r\n" * 10_000)


async def interim_flood(exchange: Exchange) -> None:
    while True:
        await exchange.send(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000)


async def headers_without_end(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.send(b"a:b\r\n" * 1000)


@pytest.mark.parametrize(
    ("handler", "disposition", "limit_bytes"),
    [
        (one_byte_chunks, Disposition.SICK_HOST, WIRE_LIMIT_BYTES),
        (interim_flood, Disposition.DEAD_HOST, HEAD_LIMIT_BYTES),
        (headers_without_end, Disposition.DEAD_HOST, HEAD_LIMIT_BYTES),
    ],
)
async def test_s6_a_flood_of_tiny_pieces_is_bounded_work_in_small_steps(
    handler: Any, disposition: Disposition, limit_bytes: int
):
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with serving(handler) as server, client_of(server) as client:
        beside = asyncio.create_task(others())
        error = await fail_of(client, server.url, deadline_s=60)
        beside.cancel()
        assert error.failure.disposition is disposition
        assert turns > limit_bytes / BITE_BYTES


# --- A kept connection that the server has closed ---


async def closing_after_first(exchange: Exchange) -> None:
    if exchange.number == 1:
        await exchange.answer(keep=True)
    elif exchange.number == 2:
        exchange.reset()
    else:
        await exchange.answer()


class Counter:
    """What `resent` is asked, and whether there is room for another sending."""

    def __init__(self, *, room: bool = True) -> None:
        self.times = 0
        self.room = room

    def __call__(self) -> bool:
        self.times += 1
        return self.room


@pytest.mark.parametrize(
    ("method", "repeatable", "again"),
    [("GET", None, True), ("DELETE", None, True), ("POST", True, True), ("POST", None, False)],
)
async def test_l14_what_may_be_repeated_goes_out_again_on_a_new_connection(
    method: str, repeatable: bool | None, again: bool
):
    async with serving(closing_after_first) as server, client_of(server) as client:
        await client.request("GET", server.url)
        resent = Counter()
        options: Any = {"repeatable": repeatable, "resent": resent}
        if again:
            answer = await client.request(method, server.url, **options)
            assert answer.status == 200
            assert answer.was_repeated
            assert server.connections == 2
        else:
            error = await fail_of(client, server.url, method=method, **options)
            assert error.failure.unsure
        assert len(server.asked) == 2 + again
        assert resent.times == again


async def test_s5_what_the_bound_has_no_room_for_is_not_sent_again_and_is_unsure():
    async with serving(closing_after_first) as server, client_of(server) as client:
        await client.request("GET", server.url)
        error = await fail_of(client, server.url, repeatable=True, resent=Counter(room=False))
        assert error.failure.unsure
        assert error.failure.disposition is Disposition.DEAD_HOST
        assert len(server.asked) == 2


async def test_l14_what_was_sent_twice_is_unsure_even_when_the_second_never_left():
    async def handler(exchange: Exchange) -> None:
        if exchange.number == 1:
            await exchange.answer(keep=True)
        else:
            server._server.close()
            exchange.reset()

    async with serving(handler) as server, client_of(server) as client:
        await client.request("GET", server.url)
        error = await fail_of(client, server.url, method="POST", repeatable=True)
        assert "We try the next one" in error.failure.advice
        assert error.failure.unsure


async def test_l14_an_answer_that_has_begun_is_not_asked_for_again():
    async def handler(exchange: Exchange) -> None:
        if exchange.number == 1:
            await exchange.answer(keep=True)
        else:
            await exchange.send(b"HTTP/1.1 20")

    async with serving(handler) as server, client_of(server) as client:
        await client.request("GET", server.url)
        resent = Counter()
        error = await fail_of(client, server.url, repeatable=True, resent=resent)
        assert error.failure.unsure
        assert (len(server.asked), resent.times) == (2, 0)


async def failing(exchange: Exchange) -> None:
    await exchange.answer(503, b"", keep=True)


async def hanging(exchange: Exchange) -> None:
    await asyncio.sleep(30)


@pytest.mark.parametrize("fault", [failing, hanging, truncated, resetting], ids=lambda h: h.__name__)
async def test_l14_after_a_failure_nothing_goes_out_on_an_old_connection(fault: Any):
    async def handler(exchange: Exchange) -> None:
        if exchange.asked.line.startswith("POST"):
            await fault(exchange)
            return
        if exchange.number <= 2:  # two connections, both kept
            both.set() if exchange.number == 2 else await both.wait()
        await exchange.answer(keep=True)

    both = asyncio.Event()
    async with serving(handler) as server, client_of(server) as client:
        await asyncio.gather(client.request("GET", server.url), client.request("GET", server.url))
        assert server.connections == 2
        with contextlib.suppress(RequestError):
            await client.request("POST", server.url, deadline_s=0.1)
        await client.request("GET", server.url)
        assert server.connections == 3
        await client.request("GET", server.url)
        if fault is not resetting:  # a host that closes kept connections gets a new one each time
            assert server.connections == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
async def test_a_clean_refusal_leaves_the_connection_as_it_is(status: int):
    async def handler(exchange: Exchange) -> None:
        await exchange.answer(status, b"", keep=True)

    async with serving(handler) as server, client_of(server) as client:
        for _ in range(3):
            await client.request("GET", server.url)
        assert server.connections == 1


async def kept(exchange: Exchange) -> None:
    await exchange.answer(keep=True)


async def test_l14_connections_of_the_network_before_are_not_used():
    async with serving(kept) as server, client_of(server) as client:
        client.network_changed()
        await client.request("GET", server.url)
        client.network_changed()
        await client.request("GET", server.url)
        assert server.connections == 2


async def test_l14_what_is_under_way_comes_to_its_end_when_the_network_changes():
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def handler(exchange: Exchange) -> None:
        arrived.set()
        await go_on.wait()
        await exchange.answer(keep=True)

    async with serving(handler) as server, client_of(server) as client:
        asking = asyncio.create_task(client.request("GET", server.url))
        await arrived.wait()
        client.network_changed()
        go_on.set()
        assert (await asking).status == 200


async def test_l14_a_name_that_has_moved_takes_its_connections_along(monkeypatch: pytest.MonkeyPatch):
    addresses = ["127.0.0.1"]
    original = socket.getaddrinfo

    def moving(host: str, *args: Any, **options: Any) -> Any:
        return original(addresses[0], *args, **options)

    both = asyncio.Event()

    async def handler(exchange: Exchange) -> None:
        if exchange.asked.line.startswith("POST"):
            await both.wait()
        else:
            both.set()
        await exchange.answer(keep=True)

    monkeypatch.setattr(socket, "getaddrinfo", moving)
    async with serving(handler) as server, client_of(server) as client:
        url = server.url.replace(HOST, "localhost")
        other = RawServer(kept)
        await other.start(host="127.0.0.2", port=server.port)
        await client.request("GET", url)
        both.clear()
        asking = asyncio.create_task(client.request("POST", url))  # on the kept connection
        while len(server.asked) < 2:
            await asyncio.sleep(0)
        addresses[0] = "127.0.0.2"
        await client.request("GET", url)  # needs a new one, so the name is looked up
        both.set()
        await asking
        await client.request("GET", url)
        assert len(server.asked) == 2
        assert len(other.asked) == 2
        await other.stop()


async def test_s5_a_host_that_closes_kept_connections_unanswered_gets_each_request_once():
    async def handler(exchange: Exchange) -> None:
        first = exchange.writer not in writers
        writers.append(exchange.writer)
        if first:
            await exchange.answer(keep=True)
        else:
            exchange.reset()

    writers: list[asyncio.StreamWriter] = []
    async with serving(handler) as server, client_of(server) as client:
        resent = Counter()
        for _ in range(10):
            await client.request("POST", server.url, repeatable=True, resent=resent)
        assert resent.times == 1
        assert len(server.asked) == 11


async def test_a_new_connection_that_breaks_is_not_tried_again():
    async with serving(resetting) as server, client_of(server) as client:
        await fail_of(client, server.url)
        assert len(server.asked) == 1


async def plain(exchange: Exchange) -> None:
    await exchange.answer()


# --- Tokens ---


def accepting(*good: str) -> Any:
    async def handler(exchange: Exchange) -> None:
        bearer = exchange.asked.headers.get("authorization", "")
        await exchange.answer(200 if bearer.removeprefix("Bearer ") in good else 401, b"")

    return handler


async def test_s5_a_401_renews_but_is_the_answer_when_the_bound_has_no_room():
    async with serving(accepting("token-1")) as server, client_of(server) as client:
        tokens = Tokens("token-1")
        answer = await client.request("POST", server.url, tokens=tokens, resent=Counter(room=False))
        assert answer.status == 401
        assert tokens.rejected == ["token-0"]
        assert len(server.asked) == 1


async def test_a_401_renews_once_and_sends_once_more():
    async with serving(accepting("token-1")) as server, client_of(server) as client:
        tokens, resent = Tokens("token-1"), Counter()
        answer = await client.request("POST", server.url, tokens=tokens, json={"a": 1}, resent=resent)
        assert answer.status == 200
        assert resent.times == 1
        assert not answer.was_repeated
        assert tokens.rejected == ["token-0"]
        assert [asked.body for asked in server.asked] == [b'{"a":1}'] * 2
        assert len({asked.headers["trackingid"] for asked in server.asked}) == 2


async def test_a_second_401_is_the_answer():
    async with serving(accepting()) as server, client_of(server) as client:
        answer = await client.request("GET", server.url, tokens=Tokens("token-1", "token-2"))
        assert answer.status == 401
        assert len(server.asked) == 2


async def test_a_401_without_a_token_is_the_answer():
    async with serving(accepting()) as server, client_of(server) as client:
        assert (await client.request("GET", server.url)).status == 401


@pytest.mark.parametrize(
    ("renewal", "disposition"),
    [
        (RenewalError("Later.", retry_after_s=9), Disposition.SICK_HOST),
        (SignedOutError("Over."), Disposition.SIGN_IN),
    ],
)
async def test_a_renewal_that_fails_is_told_apart_from_a_sign_in_that_ended(
    renewal: RenewalError | SignedOutError, disposition: Disposition
):
    async with serving(accepting()) as server, client_of(server) as client:
        error = await fail_of(client, server.url, tokens=Tokens(renewal))
        assert error.failure.disposition is disposition
        assert error.failure.retry_after_s is None  # the sign-in server's wish, not this host's
        assert error.failure.http_status == 401
        assert len(server.asked) == 1


async def test_t3_a_401_that_is_a_web_page_renews_no_token():
    async def handler(exchange: Exchange) -> None:
        await exchange.answer(401, b"<html>Blocked</html>")

    async with serving(handler) as server, client_of(server) as client:
        tokens = Tokens()
        assert (await client.request("GET", server.url, tokens=tokens)).status == 401
        assert tokens.rejected == []


async def test_without_a_token_nothing_is_sent():
    class Ended(Tokens):
        async def access_token(self) -> str:
            raise SignedOutError("Over.")

    async with serving(accepting()) as server, client_of(server) as client:
        error = await fail_of(client, server.url, tokens=Ended())
        assert error.failure.disposition is Disposition.SIGN_IN
        assert server.asked == []


async def test_a_renewal_that_hangs_ends_at_the_deadline():
    class Slow(Tokens):
        async def renew(self, rejected: str) -> str:
            await asyncio.sleep(30)
            return ""

    async with serving(accepting()) as server, client_of(server) as client:
        error = await fail_of(client, server.url, tokens=Slow(), deadline_s=0.1)
        assert error.failure.disposition is Disposition.SICK_HOST


async def test_an_address_that_is_not_trusted_gets_nothing(caplog: pytest.LogCaptureFixture):
    async with serving(accepting()) as server, client_of(server) as client:
        tokens = Tokens()
        error = await fail_of(client, f"http://127.0.0.2:{server.port}/", tokens=tokens)
        assert error.title == "This address is not trusted"
        assert server.connections == 0
        caplog.clear()


async def test_secrets_are_in_no_log_line_and_no_exception(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)

    async def handler(exchange: Exchange) -> None:
        await (exchange.answer(body=b"body-canary") if exchange.number < 3 else truncated(exchange))

    async with serving(handler) as server, client_of(server) as client:
        tokens = Tokens()
        tokens.held = "token-canary"
        answer = await client.request("GET", f"{server.url}/p?q=query-canary", tokens=tokens)
        await client.post_form(
            f"{server.url}/v1/access_token", {"code": "form-canary"}, basic=("id", "basic-canary")
        )
        error = await fail_of(client, f"{server.url}/p?q=query-canary", tokens=tokens, json="json-canary")
        told = f"{caplog.text}{answer!r}{error!r}{error}{error.failure!r}"
        assert "canary" not in told
        assert f"GET {HOST}:{server.port}/p: 200 in" in caplog.text


# --- Forms ---


async def test_a_form_goes_to_the_token_address_without_a_bearer_token():
    async def handler(exchange: Exchange) -> None:
        await exchange.answer(302 if exchange.number == 2 else 200, b"{}", Location="http://localhost/")

    async with serving(handler) as server, client_of(server) as client:
        status, headers, body = await client.post_form(f"{server.url}/v1/access_token", {"a": "b c&d"})
        assert (status, body, headers["Content-Length"]) == (200, b"{}", "2")
        assert server.asked[0].body == b"a=b+c%26d"
        assert "authorization" not in server.asked[0].headers
        assert (await client.post_form(f"{server.url}/revoke", {}, basic=("id", "pw")))[0] == 302  # T23
        assert server.asked[1].headers["authorization"] == "Basic aWQ6cHc="


async def test_a_form_goes_nowhere_else():
    async with serving(accepting()) as server, client_of(server) as client:
        with pytest.raises(RequestError):
            await client.post_form(f"{server.url}/v1/people/me", {"code": "x"})
        assert server.connections == 0


async def test_t21_a_token_answer_above_64_kib_is_not_read():
    async def handler(exchange: Exchange) -> None:
        await exchange.answer(body=b"x" * 70_000)

    async with serving(handler) as server, client_of(server) as client:
        with pytest.raises(RequestError) as raised:
            await client.post_form(f"{server.url}/v1/access_token", {})
        assert raised.value.failure.disposition is Disposition.SICK_HOST


async def test_t26_a_refused_form_is_sent_once_more(monkeypatch: pytest.MonkeyPatch):
    client = Client(loopback_cloud(f"http://{HOST}:{free_port()}"))
    sent: list[Any] = []
    original = Client._sent

    async def counting(self: Client, *args: Any) -> Answer:
        sent.append(args)
        return await original(self, *args)

    monkeypatch.setattr(Client, "_sent", counting)
    with pytest.raises(RequestError):
        await client.post_form(next(url for url in client._form_urls if "token" in url), {})
    assert len(sent) == 2
    await client.close()


async def test_t26_a_form_that_may_have_arrived_is_not_sent_again():
    async with serving(resetting) as server, client_of(server) as client:
        with pytest.raises(RequestError) as raised:
            await client.post_form(f"{server.url}/v1/access_token", {})
        assert raised.value.failure.disposition is Disposition.DEAD_HOST
        assert len(server.asked) == 1


async def test_a_client_that_never_asked_closes():
    await Client(loopback_cloud()).close()


def test_foreign_libraries_do_not_log_addresses():
    Client(loopback_cloud())
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    assert not logging.getLogger("httpcore").isEnabledFor(logging.INFO)


async def test_a_raw_server_is_what_the_tests_think_it_is():
    server = RawServer(plain)
    await server.start()
    assert server.url.startswith("http://127.0.0.1:")
    await server.stop()
