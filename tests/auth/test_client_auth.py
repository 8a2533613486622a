"""What is sent to the sign-in service, over real sockets: the forms and the secret (sign-in.md#requests)."""

import base64
import dataclasses

import pytest

from softphone.settings.cloud_file import AUTH_BASIC, AUTH_IN_BODY
from tests.auth.token_server import token_desk
from tests.kit import secrets

BASIC = "Basic " + base64.b64encode(f"client-1:{secrets.CLIENT_SECRET}".encode()).decode()
IN_FORM = {"client_secret": secrets.CLIENT_SECRET}


@pytest.mark.parametrize(
    ("client_auth", "secret", "in_form", "before"),
    [
        pytest.param(AUTH_IN_BODY, secrets.CLIENT_SECRET, IN_FORM, None, id="in the form"),
        pytest.param(AUTH_BASIC, secrets.CLIENT_SECRET, {}, BASIC, id="before it"),
        pytest.param(AUTH_IN_BODY, "", {}, None, id="no secret"),
        pytest.param(AUTH_BASIC, "", {}, None, id="no secret, before it"),
    ],
)
async def test_the_secret_goes_to_one_place_and_the_forms_hold_what_is_asked_for_and_nothing_else(
    client_auth: str, secret: str, in_form: dict[str, str], before: str | None
):
    async with token_desk(client_auth=client_auth) as desk:
        desk.service = dataclasses.replace(desk.service, client_secret=secret)
        session = await desk.begin()
        await session.renew(await session.access_token())
        client = {"client_id": "client-1"} | in_form
        exchange = {
            "grant_type": "authorization_code",
            "code": secrets.CODE,
            "redirect_uri": desk.cloud.redirect_uri,
            "code_verifier": desk.attempt.code_verifier,
        }
        renewal = {"grant_type": "refresh_token", "refresh_token": secrets.refresh_token(1)}
        assert desk.server.forms() == [exchange | client, renewal | client]
        asked = [one for one in desk.server.raw.asked if "access_token" in one.line]
        assert {one.line for one in asked} == {"POST /v1/access_token HTTP/1.1"}
        assert {one.headers.get("authorization") for one in asked} == {before}


@pytest.mark.parametrize("client_auth", [AUTH_IN_BODY, AUTH_BASIC])
@pytest.mark.parametrize("secret", [secrets.CLIENT_SECRET, ""])
async def test_revoking_takes_basic_whatever_the_setting(client_auth: str, secret: str):
    async with token_desk(client_auth=client_auth) as desk:
        desk.service = dataclasses.replace(desk.service, client_secret=secret)
        session = await desk.begin()
        await session.sign_out()
        asked = [one for one in desk.server.raw.asked if "/revoke" in one.line]
        assert [one.headers.get("authorization") for one in asked] == [BASIC if secret else None] * 2
        client = {} if secret else {"client_id": "client-1"}
        assert desk.server.forms("/revoke") == [
            {"token": secrets.refresh_token(1), "token_type_hint": "refresh_token"} | client,
            {"token": secrets.access_token(1), "token_type_hint": "access_token"} | client,
        ]
