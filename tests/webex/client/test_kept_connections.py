"""A kept connection that the server has closed, and tokens on the way: against real sockets."""

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from softphone.errors import RequestError
from softphone.line.failure import Disposition
from softphone.settings.cloud_file import Network
from tests.kit.certificates import certificate
from tests.kit.forward_proxy import proxying
from tests.webex.client.test_proxy import NAME, PLACE, URL, client_on
from tests.webex.raw_server import (
    HOST,
    Counter,
    Exchange,
    RawServer,
    always,
    client_of,
    fail_of,
    hanging,
    kept,
    resetting,
    serving,
    truncated,
)


async def failing(exchange: Exchange) -> None:
    await exchange.answer(503, b"", keep=True)


async def closing_after_first(exchange: Exchange) -> None:
    if exchange.number == 1:
        await exchange.answer(keep=True)
    elif exchange.number == 2:
        exchange.reset()
    else:
        await exchange.answer()


@pytest.mark.parametrize(
    ("method", "repeatable", "again"),
    [
        ("GET", None, True),
        ("PUT", None, True),
        ("DELETE", None, True),
        ("POST", True, True),
        ("POST", None, False),
    ],
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


@pytest.mark.parametrize("kind", [httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError])
async def test_l14_however_it_shows_that_a_connection_was_closed_the_request_goes_out_again(
    kind: type[httpx.TransportError], monkeypatch: pytest.MonkeyPatch
):
    async def once(*_: Any) -> Any:
        monkeypatch.undo()
        raise kind("closed")

    async with serving(kept) as server, client_of(server) as client:
        await client.request("GET", server.url)
        monkeypatch.setattr("softphone.webex.client.exchanged", once)
        assert (await client.request("GET", server.url)).was_repeated
        assert server.connections == 2


@pytest.mark.parametrize("length", [b"", b"transfer-encoding: chunked\r\n"], ids=["told", "chunked"])
async def test_what_comes_behind_an_answer_is_no_answer_to_the_next_request(length: bytes):
    """A server, or somebody on the way, loses count: each answer goes to its own request all the same."""

    async def handler(exchange: Exchange) -> None:
        exchange.keep = True
        said = b"%d" % exchange.number
        body = b"1\r\n%b\r\n0\r\n\r\n" % said if length else said
        head = length or b"content-length: 1\r\n"
        await exchange.send(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body + b"HTTP/1.1 200 OK\r\n" * 2)

    async with serving(handler) as server, client_of(server) as client:
        answers = [await client.request("POST", server.url) for _ in range(3)]
        assert [answer.body for answer in answers] == [b"1", b"2", b"3"]
        assert server.connections == 3


async def test_behind_a_proxy_too_what_comes_behind_an_answer_is_dropped(tmp_path: Path):
    async def twice(exchange: Exchange) -> None:
        exchange.keep = True
        await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n%d" % exchange.number * 2)

    context, ca_file = certificate(tmp_path, name=NAME)
    async with serving(twice, context) as server, proxying({PLACE: server.port}) as proxy:
        async with client_on(Network(proxy=f"http://{proxy.address}", extra_ca_file=ca_file)) as client:
            answers = [await client.request("POST", URL) for _ in range(2)]
        assert [answer.body for answer in answers] == [b"1", b"2"]
        assert server.connections == 2


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
        assert "The next one is asked" in error.failure.advice
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
    async with serving(always(status, b"", keep=True)) as server, client_of(server) as client:
        for _ in range(3):
            await client.request("GET", server.url)
        assert server.connections == 1


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
