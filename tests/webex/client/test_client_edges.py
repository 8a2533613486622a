"""The HTTP client at its edges: what is a redirect, what a refusal says, whose fault a silent proxy is."""

import asyncio
import errno
import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.line.failure import Disposition
from softphone.settings.cloud_file import Network
from softphone.values import replace
from softphone.webex import client as module
from softphone.webex.client import ON_LOOP_LIMIT_BYTES, Client
from softphone.webex.exchange import Exchange as Seen
from tests.kit.ports import free_port
from tests.webex.client.test_proxy import NAME, URL, client_on
from tests.webex.raw_server import (
    HOST,
    Exchange,
    Tokens,
    always,
    client_of,
    fail_of,
    hanging,
    loopback_cloud,
    plain,
    serving,
)


async def refused(work: Any) -> RequestError:
    with pytest.raises(RequestError) as raised:
        await work
    return raised.value


# ---- what an answer is


@pytest.mark.parametrize(("status", "is_answer"), [(299, True), (300, False), (399, False), (400, True)])
async def test_a_3xx_is_no_answer_and_what_asked_for_it_may_have_been_carried_out(
    status: int, is_answer: bool
):
    async with serving(always(status, b"")) as server, client_of(server) as client:
        if is_answer:
            assert (await client.request("GET", server.url)).status == status
        else:
            failure = (await fail_of(client, server.url)).failure
            assert failure.unsure
            assert failure.tracking_id == server.asked[0].headers["trackingid"]
            assert HOST in failure.advice


ODD_PLACES = [b"http://xn--a/", b"http://[::1/", b"http://h:x/", b"http://" + b"a" * 20_000, b"\xff\xfe", b""]


@pytest.mark.parametrize("place", ODD_PLACES, ids=lambda place: repr(place[:12]))
async def test_a_redirect_is_one_wherever_it_leads(place: bytes):
    async def handler(exchange: Exchange) -> None:
        head = b"HTTP/1.1 302 X\r\ncontent-length: 0\r\nconnection: close\r\nLocation: "
        await exchange.send(head + place + b"\r\n\r\n")

    seen: list[Seen] = []
    async with serving(handler) as server, client_of(server) as client:
        client.on_exchange = seen.append
        assert (await fail_of(client, server.url)).title == "This network wants a web sign-in"
        assert (await client.post_form(f"{server.url}/revoke", {}))[0] == 302
        assert [one.headers["location"].encode("latin-1") for one in seen] == [place] * 2


@pytest.mark.parametrize(("status", "connections"), [(499, 1), (500, 2)])
async def test_a_connection_is_given_up_from_500_on(status: int, connections: int):
    async with serving(always(status, b"", keep=True)) as server, client_of(server) as client:
        for _ in range(2):
            await client.request("GET", server.url)
        assert server.connections == connections


async def test_each_sending_has_a_trace_in_the_form_of_the_vendors():
    async with serving(always(401, b"")) as server, client_of(server) as client:
        answer = await client.request("GET", server.url, tokens=Tokens("token-1"))
        traces = [one.headers["trackingid"] for one in server.asked]
        assert len(set(traces)) == 2
        assert answer.tracking_id == traces[-1]
        for trace in traces:
            assert re.fullmatch(r"WXC_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", trace)


# ---- tokens


@pytest.mark.parametrize(("more_bytes", "renewed"), [(0, ["token-0"]), (1, [])])
async def test_a_refusal_too_long_to_be_read_at_once_renews_no_token(more_bytes: int, renewed: list[str]):
    empty = len(json.dumps({"message": ""}))
    body = json.dumps({"message": "x" * (ON_LOOP_LIMIT_BYTES - empty + more_bytes)}).encode()
    async with serving(always(401, body)) as server, client_of(server) as client:
        tokens = Tokens("token-1")
        assert (await client.request("GET", server.url, tokens=tokens)).status == 401
        assert tokens.rejected == renewed


@pytest.mark.parametrize("renewal", [RenewalError("Later."), SignedOutError("Over.")])
@pytest.mark.parametrize("trace", ["", "of-the-sign-in"])
async def test_a_renewal_that_fails_has_the_trace_of_the_sign_in_or_else_of_the_refusal(
    renewal: RenewalError | SignedOutError, trace: str
):
    renewal.tracking_id = trace
    async with serving(always(401, b"")) as server, client_of(server) as client:
        failure = (await fail_of(client, server.url, tokens=Tokens(renewal))).failure
        expected = trace or server.asked[0].headers["trackingid"]
        assert failure.tracking_id == expected
        if isinstance(renewal, SignedOutError):
            assert renewal.tracking_id == expected  # for all that it is told to


async def test_a_renewal_that_hangs_is_given_up_and_leaves_the_sign_in_as_it_is():
    ended = asyncio.Event()

    class Slow(Tokens):
        async def renew(self, rejected: str) -> str:
            try:
                await asyncio.sleep(30)
            finally:
                ended.set()
            return ""

    async with serving(always(401, b"")) as server, client_of(server) as client:
        failure = (await fail_of(client, server.url, tokens=Slow(), deadline_s=0.05)).failure
        assert ended.is_set()
        assert "You stay signed in" in failure.advice
        assert (failure.http_status, failure.disposition) == (401, Disposition.SICK_HOST)
        assert failure.tracking_id == server.asked[0].headers["trackingid"]


async def test_a_token_that_cannot_be_had_is_no_refusal_of_any_host():
    class Later(Tokens):
        async def access_token(self) -> str:
            raise RenewalError("Later.", retry_after_s=9)

    async with serving(plain) as server, client_of(server) as client:
        failure = (await fail_of(client, server.url, tokens=Later())).failure
        assert (failure.http_status, failure.tracking_id, failure.retry_after_s) == (None, "", 9)
        assert not failure.unsure
        assert server.asked == []


# ---- forms


async def test_a_form_goes_to_the_addresses_of_signing_in_by_a_code_too():
    async with serving(plain) as server:
        urls = [f"{server.url}/device/authorize", f"{server.url}/device/token"]
        cloud = loopback_cloud(server.url)
        client = Client(replace(cloud, device_authorization_url=urls[0], device_token_url=urls[1]))
        for url in urls:
            assert (await client.post_form(url, {"a": "b"}))[0] == 200
        assert {one.headers["accept"] for one in server.asked} == {"application/json"}
        await client.close()


async def test_where_a_form_may_not_go_is_told_with_the_reason():
    async with serving(plain) as server, client_of(server) as client:
        error = await refused(client.post_form(f"{server.url}/v1/people/me", {"code": "x"}))
        assert error.title == "This address is not trusted"
        assert error.failure.advice.startswith(f"Nothing was sent to {HOST},")
        assert error.failure.advice.endswith("(it takes no forms)")


async def test_a_form_that_nobody_answers_ends_in_its_own_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "FORM_DEADLINE_S", 0.05)
    async with serving(hanging) as server, client_of(server) as client:
        error = await refused(client.post_form(f"{server.url}/revoke", {}))
        assert "too long" in error.failure.advice
        assert len(server.asked) == 1


# ---- ways


@pytest.mark.parametrize(
    ("url", "host", "reason"),
    [
        ("http://evil.example/", "evil.example", "it is not https"),
        (
            "https://xn--mnchen-3ya.other.example/",
            "an unknown host",
            "its host is not trusted by the cloud file",
        ),
        ("https://user@evil.example/", "an unknown host", "it is not an address as we write them"),
        ("https://xn--a.example.test/", "an unknown host", "it is not an address"),
    ],
)
async def test_an_address_that_is_refused_is_named_where_its_name_is_plain(
    url: str, host: str, reason: str, caplog: pytest.LogCaptureFixture
):
    async with client_on(Network()) as client:
        error = await refused(client.way_to(url))
        assert error.failure.advice.startswith(f"Nothing was sent to {host},")
        assert error.failure.advice.endswith(f"({reason})")
    caplog.clear()


async def test_a_way_to_a_socket_is_that_of_a_request():
    async with client_on(Network(proxy="http://p.example:81", connect_s=3.0)) as client:
        way, pools = await client.way_to(URL)
        assert (way.host, way.scheme, way.dials) == (NAME, "https", "p.example")
        assert pools is (await client.way_to(URL))[1]
        assert client.connect_s == 3.0


async def test_without_the_file_of_certificates_no_way_is_found(tmp_path: Path):
    async with client_on(Network(proxy="none", extra_ca_file=tmp_path / "none.pem")) as client:
        for work in (client.way_to(URL), client.request("GET", URL)):
            failure = (await refused(work)).failure
            assert failure.disposition is Disposition.NO_NETWORK
            assert NAME in failure.advice
            assert not failure.unsure


async def test_with_a_proxy_of_another_kind_no_way_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
    async with client_on(Network()) as client:
        assert (await refused(client.way_to(URL))).title == "The proxy cannot be used"


@pytest.mark.parametrize(
    "trouble",
    [
        OSError(errno.ECONNREFUSED, "x"),
        OSError(errno.ENETUNREACH, "x"),
        OSError(errno.ECONNRESET, "x"),
        OSError(errno.ETIMEDOUT, "x"),
        socket.gaierror(socket.EAI_NONAME, "x"),
        socket.gaierror(socket.EAI_AGAIN, "x"),
    ],
    ids=str,
)
async def test_whatever_keeps_us_from_the_proxy_is_no_fault_of_the_host(
    monkeypatch: pytest.MonkeyPatch, trouble: OSError
):
    def fails(*_: Any, **__: Any) -> Any:
        raise trouble

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", fails)
    monkeypatch.setattr(socket, "getaddrinfo", fails)
    named = isinstance(trouble, socket.gaierror)
    async with client_on(Network(proxy=f"http://{'p.example' if named else HOST}:81")) as client:
        error = await fail_of(client, URL)
    assert error.title == "No answer from the proxy"
    assert error.failure.advice.startswith(f"{'p.example' if named else HOST}:81 is not there")


async def test_what_fails_behind_a_tunnel_is_no_fault_of_the_proxy():
    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await reader.read()  # the handshake, which nobody answers
        writer.close()

    server = await asyncio.start_server(tunnel, HOST, 0)
    proxy = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    async with server, client_on(Network(proxy=proxy, connect_s=0.1)) as client:
        error = await fail_of(client, URL)
    assert error.failure.advice.startswith(f"{NAME} took too long")
    assert error.failure.disposition is Disposition.DEAD_HOST
    assert not error.failure.unsure


# ---- who watches, and the end


async def test_who_watches_is_told_of_what_nobody_answered():
    seen: list[Seen] = []
    async with serving(hanging) as server, client_of(server) as client:
        client.on_exchange = seen.append
        await fail_of(client, server.url, method="PUT", deadline_s=0.05)
        [one] = seen
        assert (one.method, one.url, one.status, one.trouble) == (
            "PUT",
            server.url,
            None,
            "No server answers",
        )
        assert 0.05 <= one.took_s < 5


async def test_who_watches_is_told_of_each_of_two_sendings():
    async def handler(exchange: Exchange) -> None:
        if exchange.number == 1:
            await exchange.answer(keep=True)
        elif exchange.number == 2:
            exchange.reset()
        else:
            await exchange.answer(201)

    seen: list[Seen] = []
    async with serving(handler) as server, client_of(server) as client:
        await client.request("GET", server.url)
        client.on_exchange = seen.append
        await client.request("GET", server.url)
        assert [one.status for one in seen] == [None, 201]
        assert seen[0].trouble
        assert not seen[1].trouble


async def test_nothing_is_kept_of_a_request_that_has_ended_nor_of_any_after_the_end():
    async with serving(plain) as server, client_of(server) as client:
        await client.request("GET", server.url)
        await fail_of(client, f"http://{HOST}:{free_port()}/")
        await asyncio.sleep(0)
        assert client._in_flight == set()
        await client.close()
        assert client._pools is None
        assert (await client.request("GET", server.url)).status == 200  # opened anew


async def test_the_end_waits_for_no_answer_that_nobody_wants_any_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LEAVE_S", 30.0)
    async with serving(hanging) as server, client_of(server) as client:
        asking = asyncio.create_task(fail_of(client, server.url))
        while not server.asked:
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await client.close()
            assert (await asking).failure.unsure
