"""The ways in: hints for the page, spare ports, access tokens."""

import asyncio
import socket
from urllib.parse import parse_qs, urlsplit

import pytest

from softphone.accounts.snapshot import Purpose
from softphone.auth.fixed_token import FixedToken
from softphone.errors import SignInError, SignInOutcome
from softphone.line.model import LineState
from tests.accounts.fakes import CLOUD, FakeServices, FakeSignIn, running, signed_in
from tests.calling.fake_provider import BUSY, TOKEN_ENDED, FakeProvider


def asked_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def test_the_first_sign_in_leaves_the_page_to_itself(services: FakeServices, profile):
    async with running(services, profile) as (panel, _):
        asked = asked_of(panel.begin_sign_in().authorize_url)
    assert not asked.keys() & {"login_hint", "prompt"}


async def test_signing_in_again_says_who_and_adding_somebody_asks_who(services: FakeServices, profile):
    async with signed_in(services, profile) as (panel, _, _):
        again = asked_of(panel.begin_sign_in(Purpose(account_key="ada")).authorize_url)
        other = asked_of(panel.begin_sign_in().authorize_url)
    assert again["login_hint"] == "ada@example.com"
    assert "prompt" not in again
    assert other["prompt"] == "select_account"


async def test_the_own_browser_comes_back_on_a_spare_port_when_the_first_is_taken(
    services: FakeServices, profile
):
    port = urlsplit(CLOUD.redirect_uri).port
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        async with running(services, profile) as (panel, _):
            signing_in = asyncio.create_task(panel.sign_in_with_browser(opened.set_result))
            address = asked_of(await opened)["redirect_uri"]
            spare = urlsplit(address).port
            assert spare in CLOUD.spare_redirect_ports
            services.by_redirect[f"{address}?code=c&state={asked_of(opened.result())['state']}"] = (
                FakeSignIn()
            )
            reader, writer = await asyncio.open_connection("127.0.0.1", spare)
            state = asked_of(opened.result())["state"]
            request = f"GET /callback?code=c&state={state} HTTP/1.1\r\nHost: localhost:{spare}\r\n\r\n"
            writer.write(request.encode())
            assert b"200 OK" in await reader.read()
            writer.close()
            await signing_in
            assert len(panel.accounts) == 1


async def test_a_token_is_used_as_it_is_and_says_when_it_ends(services: FakeServices, profile):
    services.providers = [FakeProvider(), FakeProvider()]
    services.providers[0].token_ends_at = 1_800_000_000.0
    async with running(services, profile) as (panel, shown):
        await panel.sign_in_with_token("  a-token\n")
        await shown.until_lines_are(LineState.REGISTERED)
        [account] = shown.accounts
        assert account.signed_in_until is not None
        assert account.signed_in_until.timestamp() == 1_800_000_000.0
        assert account.session_only
        assert account.given_token
        [entry] = panel._accounts.entries
        assert isinstance(entry.tokens.sign_in, FixedToken)
        assert await entry.tokens.access_token() == "a-token"
    assert services.providers[0].closed


async def test_a_token_whose_end_is_not_told_works_all_the_same(services: FakeServices, profile):
    services.providers = [FakeProvider(), FakeProvider()]
    for provider in services.providers:
        provider.fail("token_expiry", BUSY)
    async with running(services, profile) as (panel, shown):
        await panel.sign_in_with_token("a-token")
        await shown.until_lines_are(LineState.REGISTERED)
        assert shown.accounts[0].signed_in_until is None


async def test_a_token_that_the_service_refuses_adds_nothing(services: FakeServices, profile):
    services.providers = [FakeProvider()]
    services.providers[0].fail("token_expiry", TOKEN_ENDED)
    async with running(services, profile) as (panel, _):
        with pytest.raises(SignInError, match="does not accept") as caught:
            await panel.sign_in_with_token("a-token")
        assert caught.value.outcome is SignInOutcome.DENIED
        assert panel.accounts == ()


@pytest.mark.parametrize("token", ["", "  ", "two words", "tök", "a\nb", "x" * 8193])
async def test_what_can_be_no_token_is_not_sent(services: FakeServices, profile, token: str):
    async with running(services, profile) as (panel, _):
        with pytest.raises(SignInError) as caught:
            await panel.sign_in_with_token(token)
        assert services.made == []
        assert token.strip() == "" or token not in str(caught.value)
