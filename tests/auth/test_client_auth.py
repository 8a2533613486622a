"""Where the client secret goes, over real sockets: form or HTTP Basic (sign-in.md#requests)."""

import base64

import pytest

from softphone.settings.cloud_file import AUTH_BASIC, AUTH_IN_BODY
from tests.auth.token_server import token_desk
from tests.kit import secrets

BASIC = "Basic " + base64.b64encode(f"client-1:{secrets.CLIENT_SECRET}".encode()).decode()


@pytest.mark.parametrize("client_auth", [AUTH_IN_BODY, AUTH_BASIC])
async def test_the_secret_goes_to_one_place_when_tokens_are_asked_for(client_auth: str):
    async with token_desk(client_auth=client_auth) as desk:
        session = await desk.begin()
        await session.renew(await session.access_token())
        asked = [one for one in desk.server.raw.asked if "access_token" in one.line]
        assert len(asked) == 2
        for one, form in zip(asked, desk.server.forms(), strict=True):
            in_form, before = form.get("client_secret"), one.headers.get("authorization")
            if client_auth == AUTH_BASIC:
                assert (in_form, before) == (None, BASIC)
            else:
                assert (in_form, before) == (secrets.CLIENT_SECRET, None)


@pytest.mark.parametrize("client_auth", [AUTH_IN_BODY, AUTH_BASIC])
async def test_revoking_takes_basic_whatever_the_setting(client_auth: str):
    async with token_desk(client_auth=client_auth) as desk:
        session = await desk.begin()
        await session.sign_out()
        asked = [one for one in desk.server.raw.asked if "/revoke" in one.line]
        assert [one.headers.get("authorization") for one in asked] == [BASIC, BASIC]
        assert all("client_secret" not in form for form in desk.server.forms("/revoke"))
