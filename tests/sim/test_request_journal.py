import json
from typing import Any

from softphone.sim.messages import Request
from softphone.sim.request_journal import mask, masked_request
from softphone.sim.settings import CLIENT_SECRET
from tests.sim.conftest import FORM, VERIFIER

SECRET = "abcdefghijklmnopqrstuvwxyz0123456789"


def masked(body=b"", query="", **headers) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return masked_request(Request("base", "POST", "/x", query, sent, body), "ada@example.com")


def test_four_characters_tell_long_secrets_apart_and_none_of_short_ones():
    assert mask(SECRET) == "...6789"
    assert mask(f"{SECRET}_PF84_org") == "...6789"
    assert mask("short") == "***"


def test_authorization_is_reduced_to_scheme_user_and_tail():
    entry = masked(authorization=f"Bearer {SECRET}")
    assert entry["headers"]["authorization"] == "Bearer ada@example.com ...6789"
    assert masked(authorization="Basic eDp5")["headers"]["authorization"] == "Basic ***"
    assert masked(authorization=SECRET)["headers"]["authorization"] == "unknown ***"


def test_cookies_are_hidden():
    assert masked(cookie=f"a={SECRET}")["headers"]["cookie"] == "***"


def test_secrets_in_query_form_and_json_are_hidden_and_the_rest_is_not():
    assert masked(query=f"code={SECRET}&state=s")["query"] == {"code": "...6789", "state": "s"}
    form = masked(f"password={SECRET}&email=e".encode(), content_type=FORM["content-type"])
    assert form["body"] == {"password": "***", "email": "e"}
    body = json.dumps({"a": [{"jwe": SECRET}], "token": {"x": SECRET}, "b": 1}).encode()
    assert masked(body)["body"] == {"a": [{"jwe": "...6789"}], "token": "***", "b": 1}


def test_of_any_other_body_only_the_size_is_kept():
    assert masked(SECRET.encode())["body"] == {"size_bytes": len(SECRET)}
    assert masked()["body"] is None


def test_whole_sign_in_and_registration_leave_no_secret_in_the_journal(desk):
    code = desk.sign_in(state="the-state").callback["code"]
    tokens = desk.exchange(code, client_secret=CLIENT_SECRET).json
    desk.tokens[desk.user] = tokens["access_token"]
    desk.deregister(desk.registered())
    tokens["again"] = desk.refresh(tokens["refresh_token"]).json["access_token"]
    desk.form("/v1/revoke", token=tokens["refresh_token"], client_id="x")
    text = json.dumps(list(desk.cloud.state.journal.entries))
    secrets = [code, CLIENT_SECRET, VERIFIER, '"demo"']
    secrets += [tokens[name] for name in ("access_token", "refresh_token", "again")]
    assert [one for one in secrets if one in text] == []
