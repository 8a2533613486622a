"""Every secret of a sign-in is hidden in whatever is logged, from the moment that it is known."""

import pytest

from softphone.auth.asked_token import AskedToken
from softphone.auth.device_code import DeviceGrant
from softphone.auth.oauth import begin_sign_in
from softphone.auth.token_answer import Token
from softphone.settings.cloud_file import Cloud
from softphone.system.live_secrets import HIDDEN, forget, hide

ACCESS, REFRESH, CODE = "access-Zx81-4711-bcdef", "refresh-Qv42-0815-ghijk", "device-Wm77-1234-lmnop"


def is_hidden(secret: str) -> bool:
    told = hide(f"it said {secret} twice")
    return HIDDEN in told and secret not in told


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    forget()
    assert not any(map(is_hidden, (ACCESS, REFRESH, CODE)))


def test_state_and_verifier_of_an_attempt():
    attempt = begin_sign_in(Cloud(client_id="client-1"), now_s=100.0)
    assert is_hidden(attempt.state)
    assert is_hidden(attempt.code_verifier)


def test_both_tokens_of_an_answer():
    Token(access_token=ACCESS, expires_at=1.0, refresh_token=REFRESH)
    assert is_hidden(ACCESS)
    assert is_hidden(REFRESH)


def test_an_access_token_alone():
    Token(access_token=ACCESS, expires_at=1.0)
    assert is_hidden(ACCESS)


def test_a_device_code_but_not_the_code_that_a_person_types():
    DeviceGrant(device_code=CODE, user_code="ABCD-EFGH-IJKL", page_url="https://x.example/")
    assert is_hidden(CODE)
    assert not is_hidden("ABCD-EFGH-IJKL")


async def test_a_token_that_a_function_gives():
    async def ask() -> str:
        return ACCESS

    token = AskedToken(ask)
    assert await token.access_token() == ACCESS
    assert is_hidden(ACCESS)
    await token.close()
