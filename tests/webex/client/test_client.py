"""The HTTP client against real sockets: reliability.md#transport, tokens, order of sending."""

import asyncio
import errno
import gzip
import socket
import threading
import time
from typing import Any

import httpx
import pytest

from softphone.line.failure import Disposition, ErrorType
from softphone.webex.client import Client
from softphone.webex.dialling import BITE_BYTES
from softphone.webex.in_flight import HEAD_LIMIT_BYTES, WIRE_LIMIT_BYTES
from softphone.webex.threads import THREADS_LIMIT
from tests.kit.ports import free_port
from tests.webex.raw_server import (
    HOST,
    Exchange,
    Tokens,
    always,
    client_of,
    fail_of,
    hanging,
    kept,
    loopback_cloud,
    plain,
    resetting,
    serving,
    truncated,
)

# --- A plain exchange ---


async def test_a_request_goes_out_as_asked_and_the_answer_comes_back():
    async with (
        serving(always(200, b'{"a":1}', X_Thing="yes", Set_Cookie="c=1")) as server,
        client_of(server) as client,
    ):
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
    async with serving(kept) as server, client_of(server) as client:
        for _ in range(3):
            await client.request("GET", server.url)
        assert server.connections == 1


async def test_a_post_without_a_body_has_none():
    async with serving(plain) as server, client_of(server) as client:
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


# --- Faults of the network ---


async def test_a_refused_connection_is_a_dead_host():
    client = Client(loopback_cloud())
    error = await fail_of(client, f"http://{HOST}:{free_port()}/")
    assert error.failure.disposition is Disposition.DEAD_HOST
    assert error.failure.error_type is ErrorType.NETWORK
    assert error.failure.title == "No server answers"
    assert error.failure.tracking_id.startswith("WXC_")
    await client.close()


async def test_a_name_whose_addresses_all_refuse_is_a_dead_host():
    client = Client(loopback_cloud())
    error = await fail_of(client, f"http://localhost:{free_port()}/")
    assert "The next one is asked" in error.failure.advice
    await client.close()


@pytest.mark.parametrize(
    ("number", "words", "disposition"),
    [
        (errno.ENETUNREACH, "cannot reach", Disposition.NO_NETWORK),
        (errno.ENETDOWN, "cannot reach", Disposition.NO_NETWORK),
        (errno.EHOSTUNREACH, "cannot reach", Disposition.NO_NETWORK),
        (errno.EADDRNOTAVAIL, "cannot reach", Disposition.NO_NETWORK),
        (errno.EMFILE, "cannot reach", Disposition.NO_NETWORK),
        (errno.ETIMEDOUT, "too long", Disposition.DEAD_HOST),
        (errno.ECONNRESET, "cut the connection", Disposition.DEAD_HOST),
        (errno.ECONNREFUSED, "The next one is asked", Disposition.DEAD_HOST),
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
    async with serving(hanging) as server, client_of(server) as client:
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
    def refused(*args: Any) -> Any:
        raise AssertionError("everybody's threads")

    async with serving(plain) as server, client_of(server) as client:
        monkeypatch.setattr(asyncio.get_running_loop(), "run_in_executor", refused)
        url = server.url.replace(HOST, "localhost")
        assert (await client.request("GET", url)).status == 200


@pytest.mark.parametrize("hanging", [8, THREADS_LIMIT])
async def test_d22_names_that_hang_hold_up_no_look_up_of_a_proxy(hanging: int):
    let_go = threading.Event()
    client = Client(loopback_cloud())
    pools = await client._opened()
    look_ups = [asyncio.create_task(pools.threads.run(n, let_go.wait)) for n in range(hanging)]
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(5):
            await client._proxy_to(httpx.URL(f"https://{HOST}/"))
        assert not any(task.done() for task in look_ups)
    finally:
        let_go.set()
        await asyncio.gather(*look_ups)
        await client.close()


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


async def closing(exchange: Exchange) -> None:
    pass


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


TWICE = gzip.compress(gzip.compress(bytes(10_000_000)))


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(oversized, id="too long"),
        pytest.param(endless, id="endless"),
        pytest.param(always(body=gzip.compress(bytes(50_000_000)), content_encoding="gzip"), id="gzip bomb"),
        pytest.param(always(body=TWICE, content_encoding="gzip, gzip"), id="gzip twice"),
        pytest.param(always(body=b"{}", content_encoding="br"), id="brotli"),
        pytest.param(always(body=b"{}", content_encoding="gzip, identity"), id="a list of encodings"),
    ],
)
async def test_a_body_beyond_bounds_is_not_read(handler: Any):
    async with serving(handler) as server, client_of(server) as client:
        error = await fail_of(client, server.url)
        assert error.failure.disposition is Disposition.SICK_HOST
        assert error.title == "Webex sent an answer that makes no sense"
        assert error.failure.unsure


@pytest.mark.parametrize("encoding", ["", " ", "identity", "Identity"])
async def test_l12_an_answer_that_says_it_is_not_encoded_is_read_as_it_came(encoding: str):
    handler = always(body=b'{"a": 1}', content_encoding=encoding)
    async with serving(handler) as server, client_of(server) as client:
        assert (await client.request("GET", server.url)).body == b'{"a": 1}'


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
@pytest.mark.parametrize("size_bytes", [0, 1, 5000, 256 * 1024])
async def test_l12_one_layer_of_gzip_is_unpacked_up_to_the_limit(encoding: str, size_bytes: int):
    body = bytes(range(256)) * (size_bytes // 256) + b"x" * (size_bytes % 256)
    handler = always(body=gzip.compress(body), content_encoding=encoding)
    async with serving(handler) as server, client_of(server) as client:
        answer = await client.request("GET", server.url)
        assert answer.body == body
        assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("pieces", [2, 3, 40])
async def test_l12_gzip_may_come_in_several_members(pieces: int):
    async with (
        serving(always(body=gzip.compress(b"xyz") * pieces, content_encoding="gzip")) as server,
        client_of(server) as client,
    ):
        assert (await client.request("GET", server.url)).body == b"xyz" * pieces


async def test_l12_members_of_nothing_without_end_are_too_much():
    nothing = gzip.compress(b"") * 20_000
    async with serving(always(body=nothing, content_encoding="gzip")) as server, client_of(server) as client:
        assert (await fail_of(client, server.url)).failure.unsure


async def test_l12_an_empty_body_is_empty_whatever_it_says_of_itself():
    async with serving(always(body=b"", content_encoding="gzip")) as server, client_of(server) as client:
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
    async with serving(always(body=body, content_encoding="gzip")) as server, client_of(server) as client:
        error = await fail_of(client, server.url)
        assert "cut short or garbled" in error.failure.advice
        assert error.failure.unsure


async def test_a_body_at_the_limit_is_read():
    async with (
        serving(always(body=b"x" * (256 * 1024), content_encoding="identity")) as server,
        client_of(server) as client,
    ):
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
