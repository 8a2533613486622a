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
from tests.auth.token_server import HOUR_S, Answer, Desk, eventually, grant, token_desk
from tests.kit import secrets
from tests.kit.certificates import certificate
from tests.kit.forward_proxy import ForwardProxy
from tests.webex.raw_server import Exchange, serving

WEBEX_SHAPE = {"message": "Bad thing", "errors": [{"description": "Bad thing"}], "trackingId": "T-1"}


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
    pytest.param((400, {"error": "invalid_grant"}), SignInOutcome.PROVIDER_ERROR, "Start again", id="T03"),
    pytest.param((400, {"error": "invalid_grant"}), SignInOutcome.PROVIDER_ERROR, "Start again", id="T04"),
    pytest.param((401, {"error": "invalid_client"}), SignInOutcome.CONFIG_ERROR, "invalid_client", id="T07"),
    pytest.param((401, WEBEX_SHAPE), SignInOutcome.CONFIG_ERROR, "invalid_client", id="T07 Webex shape"),
    pytest.param((200, {"error": "server_error"}), SignInOutcome.PROVIDER_ERROR, "server_error", id="T08"),
    pytest.param((500, b"<html>"), SignInOutcome.TRANSIENT, "did not answer", id="T24 500"),
    pytest.param((502, b"<html>"), SignInOutcome.TRANSIENT, "did not answer", id="T24 502"),
    pytest.param((503, b"<html>"), SignInOutcome.TRANSIENT, "did not answer", id="T24 503"),
    pytest.param((511, b"<html>"), SignInOutcome.TRANSIENT, "did not answer", id="T28 captive portal"),
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


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param({"error": "invalid_request", "trackingID": "T-1"}, "(invalid_request)", id="T05"),
        pytest.param(WEBEX_SHAPE, "(status 400). Webex says: Bad thing", id="T06"),
    ],
)
async def test_a_refusal_of_either_shape_carries_its_tracking_id(body: Any, words: str):
    async with token_desk() as desk:
        desk.server.script = [(400, body)]
        error = await failure_of(desk)
        assert error.outcome is SignInOutcome.PROVIDER_ERROR
        assert words in error.sentence
        assert error.tracking_id == "T-1"


def raw(**changes: Any) -> bytes:
    """A good answer whose fields may be no JSON at all."""
    return json.dumps(grant() | changes).encode()


ODD: list[Any] = [
    pytest.param(grant(access_token=None), id="T09 missing"),
    pytest.param(raw(access_token=None), id="T09 null"),
    pytest.param(grant(access_token=7), id="T09 number"),
    pytest.param(grant(access_token=""), id="T09 empty"),
    pytest.param(grant(access_token="a" * 9000), id="T09 long"),
    pytest.param(grant(access_token="a\nb"), id="T09 newline"),
    pytest.param(grant(refresh_token=7), id="T11 number"),
    pytest.param(grant(token_type=None), id="T12 missing"),
    pytest.param(grant(token_type="mac"), id="T12 mac"),
    pytest.param(b"[" * 5000 + b"]" * 5000, id="T19 depth"),
    pytest.param(b"<html>Sign in to the hotel</html>", id="T20 HTML"),
    pytest.param(b"", id="T20 empty"),
    pytest.param([grant()], id="T20 list"),
    pytest.param("text", id="T20 string"),
    pytest.param(b'{"access_token":"\xff"}', id="T20 UTF-8"),
    pytest.param(raw()[:-1] + b',"x":NaN}', id="T20 NaN"),
    pytest.param(grant(filler="y" * 70_000), id="T21 long"),
    pytest.param(raw()[:-1] + b',"access_token":"b"}', id="T22"),
]


@pytest.mark.parametrize("body", ODD)
async def test_an_odd_answer_is_no_sign_in(body: Any):
    async with token_desk() as desk:
        desk.server.script = [(200, body)]
        assert (await failure_of(desk)).outcome is SignInOutcome.BAD_ANSWER


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


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("7", 7),
        ("DATE", 40),
        ("0", 1),
        ("-3", 15),
        ("abc", 15),
        (None, 15),
        ("99999", 3600),
    ],
)
async def test_t25_how_long_to_wait_is_told(asked: str | None, seconds: int):
    async with token_desk() as desk:
        value = asked if asked != "DATE" else formatdate(desk.hand.wall_s + 40, usegmt=True)
        desk.server.script = [(429, b"", {"Retry-After": value} if value else {})]
        error = await failure_of(desk)
        assert error.outcome is SignInOutcome.LIMITED
        assert f"in {seconds} s," in error.sentence


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


async def _reset(exchange: Exchange) -> None:
    exchange.reset()


async def _half(exchange: Exchange) -> None:
    await exchange.send(b'HTTP/1.1 200 X\r\ncontent-length: 500\r\n\r\n{"access_token":')


async def _answer_well(exchange: Exchange) -> None:
    await exchange.answer(200, json.dumps(grant()).encode())


@pytest.mark.parametrize(
    "answer", [pytest.param(_reset, id="T26 reset"), pytest.param(_half, id="T26 half a body")]
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
    "changes",
    [
        pytest.param({"refresh_token": None}, id="T10"),
        pytest.param({"refresh_token": ""}, id="T11 empty"),
    ],
)
async def test_without_a_refresh_token_the_sign_in_works_and_says_it_will_not_last(changes: dict[str, Any]):
    async with token_desk() as desk:
        desk.server.script = [(200, grant(**changes))]
        session = await desk.begin()
        assert session.session_only
        assert any("keep you signed in" in note for note in session.notes)
        await session.keep("ada")
        assert await desk.stored() is None


@pytest.mark.parametrize("value", [0, -5, 24.5, True, "abc", 1e30, [3600]], ids=lambda value: f"T13 {value}")
async def test_a_senseless_life_time_signs_in_for_a_careful_while(value: Any):
    async with token_desk() as desk:
        desk.server.script = [(200, grant(expires_in=value))]
        session = await desk.begin()
        assert await session.access_token() == secrets.access_token(1)
        assert 0 < (session.expires_at or 0) - desk.hand.wall_s <= HOUR_S
        assert not desk.server.renewals


async def test_t11_a_refresh_token_of_null_is_none():
    async with token_desk() as desk:
        desk.server.script = [(200, grant() | {"refresh_token": None})]
        assert (await desk.begin()).session_only


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"token_type": "bearer"}, id="T12 bearer"),
        pytest.param({"token_type": "BEARER"}, id="T12 BEARER"),
        pytest.param({"expires_in": "1209599"}, id="T14 digits"),
        pytest.param({"expires_in": 1209599.0}, id="T14 float"),
        pytest.param({"refresh_token_expires_in": None}, id="T15 missing"),
        pytest.param({"refresh_token_expires_in": 0}, id="T15 0"),
        pytest.param({"refresh_token_expires_in": "soon"}, id="T15 text"),
        pytest.param({"expires_at": 5}, id="T16"),
        pytest.param({"scope": "spark:people_read spark:webrtc_calling"}, id="T18 order"),
        pytest.param({"scope": None}, id="T18 missing"),
        pytest.param({"extra": {"deep": [1, {"er": [2]}]}, "more": None}, id="T19"),
    ],
)
async def test_what_is_odd_but_harmless_signs_in_without_a_word(changes: dict[str, Any]):
    async with token_desk() as desk:
        desk.server.script = [(200, grant(**changes))]
        session = await desk.begin()
        assert await session.access_token() == secrets.access_token(1)
        assert session.expires_at == desk.hand.wall_s + 1_209_599
        assert session.notes == ()
        await session.keep("ada")
        kept = await desk.stored()
        assert kept is not None
        assert set(kept["scopes"]) == set(desk.cloud.scopes)
        odd = "refresh_token_expires_in" in changes
        assert kept["refresh_expires_at"] == (None if odd else desk.hand.wall_s + 7_775_999)


@pytest.mark.parametrize("scope", ["spark:all", "openid spark:kms spark:all"])
async def test_the_umbrella_scope_and_a_surplus_sign_in_without_a_remark(scope: str):
    async with token_desk() as desk:
        desk.server.script = [(200, grant(scope=scope))]
        session = await desk.begin()
        assert session.notes == ()
        assert await session.access_token() == secrets.access_token(1)


async def test_t14_without_a_life_time_an_hour_is_assumed_and_noted():
    async with token_desk() as desk:
        desk.server.script = [(200, grant(expires_in=None))]
        session = await desk.begin()
        assert session.expires_at == desk.hand.wall_s + 3600
        assert any("one hour" in note for note in session.notes)


async def test_t17_a_scope_that_only_enriches_is_named_and_signs_in():
    async with token_desk() as desk:
        desk.server.script = [(200, grant(scope="spark:webrtc_calling"))]
        session = await desk.begin()
        assert any("spark:people_read" in note for note in session.notes)


async def test_t17_without_a_calling_scope_the_sign_in_is_blocked_by_name():
    async with token_desk() as desk:
        desk.server.script = [(200, grant(scope="spark:people_read"))]
        error = await failure_of(desk)
        assert error.outcome is SignInOutcome.CONFIG_ERROR
        assert "spark:webrtc_calling" in error.sentence


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
