import base64
from typing import Any

import pytest

from softphone.sim.settings import CLIENT_ID, CLIENT_SECRET, REDIRECT_URIS, SCOPES
from tests.sim.conftest import (
    FORM,
    VERIFIER,
    Desk,
    authorize_query,
    transaction_in,
)


def ask(desk, **changes) -> Any:
    return desk.get(f"/v1/authorize?{authorize_query(**changes)}", token=None)


def test_sign_in_page_has_stable_fields_and_names_the_sample_people(desk):
    page = ask(desk)
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    for mark in ('id="email"', 'id="password"', 'id="signInSubmit"', "ada@example.com", "demo"):
        assert mark in page.text


def test_page_may_not_run_scripts_nor_block_the_redirect(desk):
    policy = ask(desk).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action" not in policy


def test_login_hint_is_filled_in_and_escaped(desk):
    assert 'value="ada@example.com"' in ask(desk, login_hint="ada@example.com").text
    page = ask(desk, login_hint='"><script>x</script>')
    assert "<script>" not in page.text


def test_unknown_client_and_redirect_are_shown_and_never_redirected(desk):
    for changes in ({"client_id": "x"}, {"redirect_uri": f"{REDIRECT_URIS[0]}/"}):
        answer = ask(desk, **changes)
        assert answer.status == 400
        assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "spark:all"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_other_mistakes_go_back_to_the_program_with_its_state(desk, changes, error):
    answer = ask(desk, **changes)
    assert answer.status == 302
    assert (answer.callback["error"], answer.callback["state"]) == (error, "the-state")


def test_parameter_given_twice_is_an_error(desk):
    answer = desk.get(f"/v1/authorize?{authorize_query()}&state=again", token=None)
    assert answer.callback["error"] == "invalid_request"


def test_wrong_password_shows_the_form_again_with_a_plain_message(desk):
    page = ask(desk)
    again = desk.form(
        "/v1/authorize/sign-in",
        transaction=transaction_in(page.text),
        email="ada@example.com",
        password="wrong",
    )
    assert again.status == 200
    assert 'id="trouble"' in again.text
    assert 'value="ada@example.com"' in again.text
    assert "wrong" not in again.text


def test_name_is_accepted_in_any_case_and_with_spaces(desk):
    assert "code" in desk.sign_in(email="  Ada@Example.COM ").callback


def test_consent_page_lists_the_scopes_asked_for(desk):
    page = ask(desk, scope="spark:kms spark:xsi")
    consent = desk.form(
        "/v1/authorize/sign-in",
        transaction=transaction_in(page.text),
        email="ada@example.com",
        password="demo",
    )
    for mark in ('id="acceptButton"', 'id="denyButton"', "spark:kms", "spark:xsi"):
        assert mark in consent.text
    assert "spark:people_read" not in consent.text


def test_accept_redirects_with_code_and_state(desk):
    answer = desk.sign_in()
    assert answer.status == 302
    assert answer.headers["location"].startswith(f"{REDIRECT_URIS[0]}?")
    assert answer.callback.keys() == {"code", "state"}
    assert answer.callback["state"] == "the-state"


def test_deny_redirects_with_access_denied_and_state(desk):
    callback = desk.sign_in(decision="deny").callback
    assert (callback["error"], callback["state"]) == ("access_denied", "the-state")
    assert "code" not in callback


def test_consent_without_password_is_refused(desk):
    page = ask(desk)
    answer = desk.form("/v1/authorize/consent", transaction=transaction_in(page.text), decision="accept")
    assert answer.status == 400


def test_page_left_open_too_long_says_so(desk):
    page = ask(desk)
    desk.now_s = 601
    answer = desk.form(
        "/v1/authorize/sign-in",
        transaction=transaction_in(page.text),
        email="ada@example.com",
        password="demo",
    )
    assert (answer.status, "too old" in answer.text) == (400, True)


def test_person_has_wall_time_to_type_whatever_the_scale():
    desk = Desk(time_scale=0.01)
    page = ask(desk)
    desk.now_s = 30_000  # 300 s on the wall
    answer = desk.form(
        "/v1/authorize/sign-in",
        transaction=transaction_in(page.text),
        email="ada@example.com",
        password="demo",
    )
    assert 'id="acceptButton"' in answer.text


def test_code_buys_a_full_set_of_tokens(desk):
    answer = desk.exchange(desk.sign_in().callback["code"])
    assert answer.status == 200
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 1_209_599
    assert answer.json["refresh_token_expires_in"] == 7_775_999
    assert answer.json["scope"].split() == list(SCOPES)
    assert answer.headers["cache-control"] == "no-store"
    assert desk.get("/v1/people/me", token=answer.json["access_token"]).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "unknown"},
        {"redirect_uri": REDIRECT_URIS[1]},
        {"redirect_uri": None},
        {"code_verifier": "w" * 64},
        {"code_verifier": None},
    ],
)
def test_code_that_does_not_fit_is_invalid_grant(desk, changes):
    code = desk.sign_in().callback["code"]
    answer = desk.exchange(**{"code": code, **changes})
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")
    assert answer.json["trackingID"] == answer.headers["trackingid"]


def test_code_lives_a_minute(desk):
    code = desk.sign_in().callback["code"]
    desk.now_s = 60
    assert desk.exchange(code).json["error"] == "invalid_grant"


def test_code_used_twice_ends_what_it_bought(desk):
    code = desk.sign_in().callback["code"]
    first = desk.exchange(code).json
    assert desk.exchange(code).json["error"] == "invalid_grant"
    assert desk.get("/v1/people/me", token=first["access_token"]).status == 401
    assert desk.refresh(first["refresh_token"]).json["error"] == "invalid_grant"


def test_client_may_send_its_secret_in_the_body_and_a_wrong_one_is_refused(desk):
    code = desk.sign_in().callback["code"]
    wrong = desk.exchange(code, client_secret="wrong")
    assert (wrong.status, wrong.json["error"]) == (401, "invalid_client")
    assert desk.exchange(code, client_secret=CLIENT_SECRET).status == 200


def basic(desk, header, **fields) -> Any:
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    headers = {**FORM, "authorization": header}
    return desk.send("POST", "/v1/access_token", body, headers=headers, token=None)


def test_client_may_use_http_basic(desk):
    tokens = desk.full_sign_in()
    fields = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    good = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    bad = base64.b64encode(f"{CLIENT_ID}:wrong".encode()).decode()
    assert basic(desk, f"Basic {good}", **fields).status == 200
    assert basic(desk, f"Basic {bad}", **fields).status == 401
    assert basic(desk, "Basic !!!", **fields).status == 401


def test_secret_can_be_made_obligatory(desk):
    desk.control("POST", "settings", {"secret_required": True})
    code = desk.sign_in().callback["code"]
    assert desk.exchange(code).json["error"] == "invalid_client"
    assert desk.exchange(code, client_secret=CLIENT_SECRET).status == 200


def test_pkce_can_be_made_optional(desk):
    desk.control("POST", "settings", {"pkce_required": False})
    code = desk.sign_in(code_challenge=None, code_challenge_method=None).callback["code"]
    assert desk.exchange(code, code_verifier=None).status == 200


def test_unknown_client_is_invalid_client(desk):
    answer = desk.exchange(desk.sign_in().callback["code"], client_id="somebody")
    assert (answer.status, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("grant_type", "error"),
    [(None, "invalid_request"), ("password", "unsupported_grant_type")],
)
def test_other_grants_are_refused(desk, grant_type, error):
    assert desk.exchange("x", grant_type=grant_type).json["error"] == error


def test_parameters_in_the_query_are_refused(desk):
    answer = desk.form("/v1/access_token?client_id=x", grant_type="refresh_token")
    assert answer.json["error"] == "invalid_request"


def test_json_body_is_refused(desk):
    answer = desk.send("POST", "/v1/access_token", {"grant_type": "refresh_token"}, token=None)
    assert answer.status == 415


def test_refresh_gives_a_new_access_token_and_keeps_the_old_alive(desk):
    first = desk.full_sign_in()
    second = desk.refresh(first["refresh_token"]).json
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] == first["refresh_token"]
    assert desk.get("/v1/people/me", token=first["access_token"]).status == 200


def test_refresh_prolongs_the_refresh_token(desk):
    tokens = desk.full_sign_in()
    desk.now_s = 7_000_000
    assert desk.refresh(tokens["refresh_token"]).json["refresh_token_expires_in"] == 7_775_999
    desk.now_s = 14_000_000
    assert desk.refresh(tokens["refresh_token"]).status == 200
    desk.now_s += 7_775_999
    assert desk.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_rotation_makes_the_old_refresh_token_worthless(desk):
    desk.control("POST", "settings", {"rotate_refresh_token": True})
    first = desk.full_sign_in()
    second = desk.refresh(first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"]
    assert desk.refresh(first["refresh_token"]).json["error"] == "invalid_grant"
    assert desk.refresh(second["refresh_token"]).status == 200


def test_errors_can_have_the_other_shape(desk):
    desk.control("POST", "settings", {"error_shape": "webex"})
    body = desk.refresh("unknown").json
    assert "error" not in body
    assert "invalid_grant" in body["message"]
    assert body["errors"][0]["description"]
    assert body["trackingId"]


def test_too_many_live_tokens_are_named(desk):
    desk.control("POST", "settings", {"token_limit": 2})
    tokens = desk.full_sign_in()  # beside the token of the start
    assert desk.refresh(tokens["refresh_token"]).json["error"] == "tokenlimit_reached"


def test_revoked_refresh_token_ends_the_sign_in(desk):
    tokens = desk.full_sign_in()
    fields = {"token": tokens["refresh_token"], "client_id": CLIENT_ID}
    assert desk.form("/v1/revoke", **fields).status == 200
    assert desk.get("/v1/people/me", token=tokens["access_token"]).status == 401
    assert desk.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_revoking_needs_a_token_but_not_a_known_one(desk):
    assert desk.form("/idb/oauth2/v1/revoke", token="unknown").status == 200
    assert desk.form("/v1/revoke", client_id=CLIENT_ID).status == 400


def test_sdk_address_of_the_token_endpoint_works_too(desk):
    code = desk.sign_in().callback["code"]
    answer = desk.form(
        "/idb/oauth2/v1/access_token",
        grant_type="authorization_code",
        client_id=CLIENT_ID,
        code=code,
        redirect_uri=REDIRECT_URIS[0],
        code_verifier=VERIFIER,
    )
    assert answer.status == 200
