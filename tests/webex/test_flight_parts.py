"""One request on its way, event by event: what it has reached, what came of it, and who ends it."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from softphone.calling.provider import GrantRefusedError
from softphone.system import live_secrets
from softphone.system.loop_time import call_after
from softphone.webex.client import Response, _Call
from softphone.webex.exchange import Exchange
from softphone.webex.in_flight import (
    HEAD_LIMIT_BYTES,
    WIRE_LIMIT_BYTES,
    AnswerTooLongError,
    HeadTooLongError,
    InFlight,
    Places,
)
from tests.kit.message_server import Refusal
from tests.webex.raw_server import Tokens, client_of, plain, serving
from tests.webex.wss.bench import WssServer, over_wss

SENT = "http11.send_request_headers.started"


def asking(method: bytes) -> dict[str, Any]:
    return {"request": SimpleNamespace(method=method)}


@contextlib.asynccontextmanager
async def flying(*, silence_s: float | None = None) -> AsyncIterator[tuple[InFlight[int], asyncio.Event]]:
    go_on = asyncio.Event()

    async def work() -> int:
        await go_on.wait()
        return 7

    flight: InFlight[int] = InFlight(Places(), silence_s=silence_s)
    flight.start(work())
    await asyncio.sleep(0)
    yield flight, go_on
    flight.task.cancel()
    await asyncio.gather(flight.task, return_exceptions=True)


async def test_a_request_that_nobody_wants_is_ended_but_while_it_connects():
    async with flying() as (flight, _):
        flight.abandon()
        await asyncio.sleep(0)
        assert flight.task.cancelled()
    for event in ("connection.connect_tcp.started", "connection.start_tls.started"):
        async with flying() as (flight, _):
            assert flight.on_kept_connection
            await flight.trace(event, {})
            assert not flight.on_kept_connection
            flight.abandon()
            await asyncio.sleep(0)
            assert not flight.task.cancelled()
            with contextlib.suppress(asyncio.CancelledError):
                await flight.trace(SENT, asking(b"GET"))
            await asyncio.sleep(0)
            assert flight.task.cancelled()
    async with flying() as (flight, _):
        flight.enter_pool()
        flight.abandon()
        await asyncio.sleep(0)
        assert not flight.task.cancelled()


async def test_a_tunnel_is_no_request_yet():
    async with flying(silence_s=0.01) as (flight, go_on):
        await flight.trace("http_proxy.send_request_headers.started", asking(b"CONNECT"))
        assert (flight.reached_proxy, flight.was_sent) == (True, False)
        await asyncio.sleep(0.03)
        assert not flight.task.done()
        await flight.trace(SENT, asking(b"GET"))
        assert flight.was_sent
        go_on.set()
        assert await flight.answer_within(5) == 7


async def test_one_that_ended_without_a_byte_is_not_given_up_later_by_its_silence():
    async with flying(silence_s=0.01) as (flight, go_on):
        given_up, later = list[bool](), asyncio.Event()
        flight.on_abandoned = lambda: given_up.append(True)
        await flight.trace(SENT, asking(b"POST"))
        go_on.set()
        assert await flight.task == 7
        call_after(0.02, later.set)
        await later.wait()
        assert given_up == []


async def test_silence_ends_it_and_one_byte_ends_the_silence():
    for size_bytes, is_ended in ((0, True), (1, False)):
        async with flying(silence_s=0.02) as (flight, _):
            await flight.trace(SENT, asking(b"GET"))
            flight.received(size_bytes)
            await asyncio.sleep(0.08)
            assert flight.task.cancelled() is is_ended


async def test_what_comes_is_counted_from_the_request_on_and_ends_at_its_limits():
    async with flying() as (flight, _):
        flight.received(HEAD_LIMIT_BYTES)
        with pytest.raises(HeadTooLongError):
            flight.received(1)
        await flight.trace(SENT, asking(b"GET"))
        assert flight.received_bytes == 0
        flight.received(HEAD_LIMIT_BYTES)
        await flight.trace("http11.receive_response_headers.complete", {})
        flight.received(WIRE_LIMIT_BYTES - HEAD_LIMIT_BYTES)
        with pytest.raises(AnswerTooLongError):
            flight.received(1)
        await flight.trace(SENT, asking(b"GET"))
        with pytest.raises(HeadTooLongError):
            flight.received(HEAD_LIMIT_BYTES + 1)


def test_who_watches_an_exchange_finds_nothing_in_it_before_it_began():
    assert Exchange("GET", "https://h.x") == Exchange(
        "GET", "https://h.x", {}, b"", status=None, headers={}, body=b"", took_s=0.0, trouble=""
    )


async def test_every_secret_that_is_sent_is_hidden_from_then_on():
    names = ("client_secret", "code", "code_verifier", "device_code", "refresh_token", "token")
    secrets = {name: hashlib.sha256(name.encode()).hexdigest() for name in names}  # that share no part
    bearer, password = "Bq0815-the-token-of-a-request", "Pw2342-the-secret-of-a-client"
    async with serving(plain) as server, client_of(server) as client:
        tokens = Tokens()
        tokens.held = bearer
        await client.request("GET", server.url, tokens=tokens)
        form = secrets | {"grant_type": "Gt6666-that-is-no-secret-at-all"}
        await client.post_form(f"{server.url}/v1/access_token", form, basic=("id", password))
    for secret in (*secrets.values(), bearer, password):
        assert secret not in live_secrets.hide(f"said {secret}")
    assert form["grant_type"] in live_secrets.hide(f"said {form['grant_type']}")


async def test_a_grant_over_http_is_judged_by_its_address_also_where_sockets_are_wanted(
    caplog: pytest.LogCaptureFixture,
):
    server = WssServer(Refusal(503))
    async with over_wss(server) as bench:
        foreign = bench.cloud.routes.device(uri="http://127.0.0.1:1/calling/web/devices/d1")
        bench.cloud.routes.table["POST /p/api/v1/calling/web/device"] = (200, {"device": foreign})
        with pytest.raises(GrantRefusedError):
            await bench.register()
        assert len(bench.http) == 1
    assert "device address refused: 127.0.0.1" in caplog.text
    caplog.clear()


def test_no_text_of_a_call_holds_what_is_sent_and_none_of_an_exchange_what_came():
    canary = "canary"
    call = _Call(
        method="GET",
        url=httpx.URL("https://h.x/p?q=canary"),
        headers={"x": canary},
        json=canary,
        form={"x": canary},
        basic=(canary, canary),
    )
    assert str(call) == "GET h.x/p"
    assert canary not in repr(call).replace("q=canary", "")
    seen = Exchange("GET", "https://h.x", {"x": canary}, canary.encode(), 200, {"x": canary}, canary.encode())
    answer = Response(200, {"x": canary}, canary.encode())
    assert canary not in f"{seen!r}{answer!r}"


@pytest.mark.parametrize(("status", "is_success"), [(199, False), (200, True), (299, True), (300, False)])
def test_a_success_is_a_2xx(status: int, is_success: bool):
    assert Response(status, {}, b"").is_success is is_success
    assert not Response(status, {}, b"").was_repeated
