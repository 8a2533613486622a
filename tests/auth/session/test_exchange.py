"""From a code to a session over real sockets: T01 to T30 (sign-in.md#t-vectors)."""

import asyncio
import json
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from softphone.auth.keystore import EntryKind
from softphone.errors import SignInError, SignInOutcome
from softphone.settings.cloud_file import Network
from softphone.webex import client as http
from tests.auth.token_server import Answer, Desk, eventually, grant, reset, token_desk
from tests.kit import secrets
from tests.kit.certificates import certificate
from tests.kit.forward_proxy import ForwardProxy
from tests.webex.raw_server import Exchange, serving


async def failure_of(desk: Desk) -> SignInError:
    """How the exchange failed; nothing secret is in it, and the code was sent once."""
    with pytest.raises(SignInError) as raised:
        await desk.begin()
    told = f"{raised.value!r}{raised.value.sentence}{raised.value.title}"
    assert secrets.MARK not in told
    assert len(desk.server.forms()) <= 1
    assert desk.keystore.writes == []
    return raised.value


async def test_t01_t02_a_code_and_its_verifier_buy_tokens_that_are_stored_and_read_back():
    async with token_desk() as desk:
        session = await desk.begin()
        [asked] = desk.server.raw.asked
        assert asked.line == "POST /v1/access_token HTTP/1.1"
        assert desk.server.forms() == [
            {
                "grant_type": "authorization_code",
                "client_id": "client-1",
                "client_secret": secrets.CLIENT_SECRET,
                "code": secrets.CODE,
                "redirect_uri": desk.cloud.redirect_uri,
                "code_verifier": desk.attempt.code_verifier,
            }
        ]
        await session.keep("ada")
        assert desk.keystore.writes == ["refresh", "access"]
        assert await (await desk.restored()).access_token() == secrets.access_token(1)


REFUSALS: list[Any] = [
    pytest.param(
        (400, {"error": "invalid_grant"}), SignInOutcome.PROVIDER_ERROR, "Start again", id="T03 T04"
    ),
    pytest.param((503, b"<html>"), SignInOutcome.TRANSIENT, "did not answer", id="T24"),
    pytest.param((511, b"<html>"), SignInOutcome.TRANSIENT, "did not answer", id="T28 captive portal"),
    pytest.param((200, b"<html>Sign in to the hotel</html>"), SignInOutcome.BAD_ANSWER, "no sense", id="T20"),
    pytest.param(
        (200, grant(filler="y" * 70_000)), SignInOutcome.BAD_ANSWER, "Nothing was changed", id="T21"
    ),
    pytest.param((429, b"", {"Retry-After": "7"}), SignInOutcome.LIMITED, "in 7 s,", id="T25"),
]


@pytest.mark.parametrize(("answer", "outcome", "words"), REFUSALS)
async def test_a_refusal_ends_the_attempt_with_words_and_is_not_asked_again(
    answer: Answer, outcome: SignInOutcome, words: str
):
    async with token_desk() as desk:
        desk.server.script = [answer]
        error = await failure_of(desk)
        assert error.outcome is outcome
        assert words in error.sentence


async def test_t21_an_answer_without_end_is_left_after_64_kib():
    async def stream(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 X\r\nconnection: close\r\n\r\n")
        for _ in range(5 * 1024):
            await exchange.send(b" " * 1024)

    async with token_desk() as desk:
        desk.server.script = [stream]
        assert (await failure_of(desk)).outcome is SignInOutcome.BAD_ANSWER


@pytest.mark.parametrize("status", [302, 307])
async def test_t23_a_redirect_of_the_token_endpoint_is_not_followed(status: int):
    async with serving(_answer_well) as elsewhere, token_desk() as desk:
        desk.server.script = [(status, b"", {"Location": f"{elsewhere.url}/v1/access_token"})]
        assert (await failure_of(desk)).outcome is SignInOutcome.BAD_ANSWER
        assert elsewhere.connections == 0


async def test_t26_a_refused_connection_is_tried_once_more(monkeypatch: pytest.MonkeyPatch):
    sent = 0
    once = http.Client._sent

    async def counting(*args: Any) -> Any:
        nonlocal sent
        sent += 1
        return await once(*args)

    monkeypatch.setattr(http.Client, "_sent", counting)
    async with token_desk() as desk:
        await desk.server.raw.stop()
        assert (await failure_of(desk)).outcome is SignInOutcome.TRANSIENT
        assert sent == 2


async def test_t26_a_host_that_comes_back_meanwhile_gets_the_code_once(monkeypatch: pytest.MonkeyPatch):
    once = http.Client._sent

    async def refused_first(self: http.Client, *args: Any) -> Any:
        monkeypatch.setattr(http.Client, "_sent", once)
        server, port = desk.server.raw, desk.server.raw.port
        await server.stop()
        try:
            return await once(self, *args)
        finally:
            server._server = await asyncio.start_server(server._serve, "127.0.0.1", port)

    async with token_desk() as desk:
        monkeypatch.setattr(http.Client, "_sent", refused_first)
        assert await (await desk.begin()).access_token() == secrets.access_token(1)
        assert len(desk.server.forms()) == 1


async def _half(exchange: Exchange) -> None:
    await exchange.send(b'HTTP/1.1 200 X\r\ncontent-length: 500\r\n\r\n{"access_token":')


async def _answer_well(exchange: Exchange) -> None:
    await exchange.answer(200, json.dumps(grant()).encode())


@pytest.mark.parametrize(
    "answer", [pytest.param(reset, id="T26 reset"), pytest.param(_half, id="T26 half a body")]
)
async def test_an_answer_that_breaks_off_is_transient_and_the_code_is_not_sent_again(answer: Answer):
    async with token_desk() as desk:
        desk.server.script = [answer]
        assert (await failure_of(desk)).outcome is SignInOutcome.TRANSIENT
        assert len(desk.server.forms()) == 1


async def test_t27_an_answer_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http, "FORM_DEADLINE_S", 0.3)

    async def trickle(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 X\r\ncontent-length: 500\r\n\r\n")
        for _ in range(500):
            await exchange.send(b" ")
            await asyncio.sleep(0.01)

    async with token_desk() as desk:
        desk.server.script = [trickle]
        assert (await failure_of(desk)).outcome is SignInOutcome.TRANSIENT


async def test_t27_an_exchange_may_take_twenty_seconds():
    assert http.FORM_DEADLINE_S == 20.0


async def test_t28_a_certificate_that_is_not_trusted_is_named_and_no_code_is_sent(tmp_path: Path):
    context, _ = certificate(tmp_path)
    async with serving(_answer_well, context) as impostor:
        url = f"https://localhost:{impostor.port}/v1/access_token"
        async with token_desk(token_url=url) as desk:
            error = await failure_of(desk)
            assert error.outcome is SignInOutcome.TRANSIENT
            assert error.title == "The connection is not trusted"
            assert "issued by test CA" in error.sentence
        assert impostor.asked == []


async def test_t28_a_proxy_that_wants_a_sign_in_is_named_and_no_code_is_sent():
    proxy = ForwardProxy({}, refusal=407)
    await proxy.start()
    network = Network(proxy=f"http://{proxy.address}")
    url = "https://login.example.test/v1/access_token"
    try:
        async with token_desk(token_url=url, network=network, trusted_hosts=("*.example.test",)) as desk:
            error = await failure_of(desk)
        assert error.outcome is SignInOutcome.TRANSIENT
        assert error.title == "The proxy wants a sign-in"
        assert secrets.CODE.encode() not in proxy.carried
    finally:
        await proxy.stop()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(grant(refresh_token=None), id="T10"),
        pytest.param(grant(refresh_token=""), id="T11 empty"),
        pytest.param(grant() | {"refresh_token": None}, id="T11 null"),
    ],
)
async def test_without_a_refresh_token_the_sign_in_works_and_says_it_will_not_last(answer: dict[str, Any]):
    async with token_desk() as desk:
        desk.server.script = [(200, answer)]
        session = await desk.begin()
        assert session.session_only
        assert any("keep you signed in" in note for note in session.notes)
        await session.keep("ada")
        assert await desk.stored() is None


@pytest.mark.parametrize("scope", ["spark:all", "openid spark:kms spark:all"])
async def test_the_umbrella_scope_and_a_surplus_sign_in_without_a_remark(scope: str):
    async with token_desk() as desk:
        desk.server.script = [(200, grant(scope=scope))]
        session = await desk.begin()
        assert session.notes == ()
        assert await session.access_token() == secrets.access_token(1)


async def test_t29_tokens_that_come_after_cancel_are_revoked_and_not_stored():
    async with token_desk() as desk:
        desk.server.gate.clear()
        beginning = asyncio.create_task(desk.begin())
        await eventually(desk.server.forms)
        beginning.cancel()
        await asyncio.wait({beginning})
        assert beginning.cancelled()
        desk.server.gate.set()
        await eventually(lambda: len(desk.server.revoked) == 2)
        assert desk.server.revoked == [secrets.refresh_token(1), secrets.access_token(1)]
        assert await desk.stored() is None
        assert await desk.stored(EntryKind.ACCESS) is None


async def test_t30_a_wrong_clock_signs_in_and_is_noted():
    async with token_desk() as desk:
        date = formatdate(desk.hand.wall_s + 7200, usegmt=True)
        desk.server.script = [(200, grant(), {"Date": date})]
        session = await desk.begin()
        assert round(session.clock_off_s) == 7200
