"""The simulated sign-in by a code on another device (RFC 8628)."""

import re
from typing import Any

import pytest

from softphone.sim.services.device import GRANT_TYPE
from softphone.sim.settings import CLIENT_ID, SCOPES
from tests.sim.conftest import transaction_in


def begin(desk, **changes: str) -> Any:
    fields = {"client_id": CLIENT_ID, "scope": " ".join(SCOPES)} | changes
    return desk.form("/v1/device/authorize", **fields)


def poll(desk, device_code: str, after_s: float = 2.0) -> Any:
    desk.now_s += after_s
    fields = {"grant_type": GRANT_TYPE, "client_id": CLIENT_ID, "device_code": device_code}
    return desk.form("/v1/device/token", **fields)


def approve(desk, user_code: str, decision: str = "accept") -> Any:
    page = desk.form("/v1/device/code", user_code=user_code)
    fields = {"email": "ada@example.com", "password": "demo"}
    page = desk.form("/v1/authorize/sign-in", transaction=transaction_in(page.text), **fields)
    return desk.form("/v1/authorize/consent", transaction=transaction_in(page.text), decision=decision)


def test_the_codes_are_as_webex_documents_them(desk):
    answer = begin(desk).json
    assert re.fullmatch("[0-9]{6}", answer["user_code"])
    assert (
        answer["verification_uri_complete"] == f"{answer['verification_uri']}?user_code={answer['user_code']}"
    )
    assert (answer["expires_in"], answer["interval"]) == (300, 2)


@pytest.mark.parametrize("changes", [{"client_id": "other"}, {"scope": ""}, {"scope": "spark:all"}])
def test_another_client_or_scope_gets_no_code(desk, changes):
    assert begin(desk, **changes).status == 400


def test_a_decision_buys_tokens_once(desk):
    answer = begin(desk).json
    assert poll(desk, answer["device_code"]).status == 428
    assert "is signed in" in approve(desk, answer["user_code"]).text
    token = poll(desk, answer["device_code"])
    assert token.status == 200
    assert {"access_token", "refresh_token"} <= token.json.keys()
    assert poll(desk, answer["device_code"]).json["error"] == "invalid_grant"


def test_a_refusal_is_told_once(desk):
    answer = begin(desk).json
    assert "was not signed in" in approve(desk, answer["user_code"], "deny").text
    assert poll(desk, answer["device_code"]).json["error"] == "access_denied"


def test_who_asks_too_often_is_slowed_down_for_good(desk):
    code = begin(desk).json["device_code"]
    assert poll(desk, code).status == 428
    assert poll(desk, code, 0.1).json["error"] == "slow_down"
    assert poll(desk, code, 3.0).json["error"] == "slow_down"  # the interval is seven seconds now
    assert poll(desk, code, 12.0).status == 428


def test_a_code_gets_old(desk):
    answer = begin(desk).json
    assert poll(desk, answer["device_code"], 301.0).json["error"] == "expired_token"
    assert 'id="trouble"' in desk.form("/v1/device/code", user_code=answer["user_code"]).text


def test_the_page_takes_the_code_from_its_link_and_escapes_it(desk):
    page = desk.get('/v1/device?user_code="><script>', token=None).text
    assert "<script>" not in page
    assert 'value="123456"' in desk.get("/v1/device?user_code=123456", token=None).text


def test_the_journal_holds_no_code(desk):
    answer = begin(desk).json
    approve(desk, answer["user_code"])
    poll(desk, answer["device_code"])
    told = str(list(desk.cloud.state.journal.entries))
    assert answer["device_code"] not in told
    assert answer["user_code"] not in told
