"""Tokens and forms of the HTTP client, against real sockets."""

import asyncio
import logging
from typing import Any

import pytest

from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.line.failure import Disposition
from softphone.webex.client import Client, Response
from tests.kit.ports import free_port
from tests.webex.raw_server import (
    HOST,
    Counter,
    Exchange,
    Tokens,
    always,
    client_of,
    fail_of,
    loopback_cloud,
    resetting,
    serving,
    truncated,
)

# ---- Tokens


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
    async with serving(always(401, b"<html>Blocked</html>")) as server, client_of(server) as client:
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


# ---- Forms


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
    async with serving(always(body=b"x" * 70_000)) as server, client_of(server) as client:
        with pytest.raises(RequestError) as raised:
            await client.post_form(f"{server.url}/v1/access_token", {})
        assert raised.value.failure.disposition is Disposition.SICK_HOST


async def test_t26_a_refused_form_is_sent_once_more(monkeypatch: pytest.MonkeyPatch):
    client = Client(loopback_cloud(f"http://{HOST}:{free_port()}"))
    sent: list[Any] = []
    original = Client._sent

    async def counting(self: Client, *args: Any) -> Response:
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
