"""The token answer vectors T01 to T30 and R02 to R14 of sign-in.md that are about values."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.auth.token_answer import Token, missing_scopes, read_renewal_answer, read_token_answer
from softphone.errors import RenewalError, SignedOutError, SignInError, SignInOutcome
from softphone.line.failure import Remedy

NOW = 1_800_000_000.0
SCOPES = ("spark:webrtc_calling", "spark:calls_read", "spark:people_read")
GOOD = {
    "access_token": "NzAw_PF84_1eb65fdf",
    "expires_in": 1_209_599,
    "refresh_token": "MDEy_secret",
    "refresh_token_expires_in": 7_775_999,
    "token_type": "Bearer",
}
WEBEX_SHAPE = {"message": "no", "errors": [{"description": "no"}], "trackingId": "T-1"}
HELD = Token(
    access_token="old_access",
    expires_at=NOW + 10,
    refresh_token="old_refresh",
    refresh_expires_at=NOW + 1000,
    scopes=SCOPES,
    obtained_at=NOW - 100,
)


def answered(fields: Any = None, *, status: int = 200, headers: Any = (), **changes: Any) -> Token:
    value = GOOD | changes if fields is None else fields
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_token_answer(status, dict(headers), body, requested_scopes=SCOPES, now=NOW)


def error_of(*args: Any, **options: Any) -> SignInError:
    with pytest.raises(SignInError) as raised:
        answered(*args, **options)
    for secret in ("NzAw_PF84", "MDEy_secret"):
        assert secret not in str(raised.value)
    return raised.value


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name not in names}


def test_t01_a_full_answer_is_a_token():
    token = answered()
    assert token == Token(
        access_token="NzAw_PF84_1eb65fdf",
        expires_at=NOW + 1_209_599,
        refresh_token="MDEy_secret",
        refresh_expires_at=NOW + 7_775_999,
        scopes=SCOPES,
        obtained_at=NOW,
    )
    assert "NzAw" not in repr(token)
    assert "MDEy" not in repr(token)


REFUSALS = [
    pytest.param(400, {"error": "invalid_grant"}, SignInOutcome.PROVIDER_ERROR, "Start again", id="T03 T04"),
    pytest.param(
        400,
        {"error": "invalid_request", "error_description": "no code", "trackingID": "T-1"},
        SignInOutcome.PROVIDER_ERROR,
        "(invalid_request). Webex says: no code",
        id="T05",
    ),
    pytest.param(
        400,
        {"message": "Bad thing", "errors": [{"description": "Bad thing"}], "trackingId": "T-1"},
        SignInOutcome.PROVIDER_ERROR,
        "(status 400). Webex says: Bad thing",
        id="T06",
    ),
    pytest.param(401, {"error": "invalid_client"}, SignInOutcome.CONFIG_ERROR, "invalid_client", id="T07"),
    pytest.param(401, WEBEX_SHAPE, SignInOutcome.CONFIG_ERROR, "invalid_client", id="T07 Webex shape"),
    pytest.param(
        400,
        {"message": "x", "errors": [{"description": "oops invalid_scope here"}, 3]},
        SignInOutcome.CONFIG_ERROR,
        "invalid_scope",
        id="name in the text",
    ),
    pytest.param(200, {"error": "server_error"}, SignInOutcome.PROVIDER_ERROR, "server_error", id="T08"),
    pytest.param(200, GOOD | {"error": 7}, SignInOutcome.PROVIDER_ERROR, "unknown", id="T08 odd"),
    pytest.param(403, WEBEX_SHAPE, SignInOutcome.PROVIDER_ERROR, "status 403", id="403 Webex shape"),
    pytest.param(302, b"", SignInOutcome.BAD_ANSWER, "makes no sense", id="T23"),
    pytest.param(307, GOOD, SignInOutcome.BAD_ANSWER, "makes no sense", id="T23 with a body"),
    pytest.param(204, b"", SignInOutcome.BAD_ANSWER, "makes no sense", id="204"),
    pytest.param(500, b"<html>", SignInOutcome.TRANSIENT, "did not answer", id="T24 500"),
    pytest.param(502, b"", SignInOutcome.TRANSIENT, "did not answer", id="T24 502"),
    pytest.param(503, {"error": "invalid_grant"}, SignInOutcome.TRANSIENT, "did not answer", id="T24 503"),
    pytest.param(407, b"", SignInOutcome.TRANSIENT, "did not answer", id="T28 proxy"),
    pytest.param(429, b"", SignInOutcome.LIMITED, "in 15 s", id="T25"),
    pytest.param(423, b"", SignInOutcome.LIMITED, "in 15 s", id="423"),
    pytest.param(
        400, {"error": "tokenlimit_reached"}, SignInOutcome.PROVIDER_ERROR, "profile#/tokens", id="R14"
    ),
]


@pytest.mark.parametrize(("status", "body", "outcome", "words"), REFUSALS)
def test_a_refusal_is_an_error_with_words(status: int, body: Any, outcome: SignInOutcome, words: str):
    error = error_of(body, status=status)
    assert error.outcome is outcome
    assert words in error.sentence


@pytest.mark.parametrize("name", ["trackingid", "TrackingID"])
def test_t05_the_tracking_id_is_carried(name: str):
    assert error_of({"error": "x"}, status=400, headers={name: "H-1"}).tracking_id == "H-1"
    assert error_of({"error": "x", "trackingID": "B-1"}, status=400).tracking_id == "B-1"
    assert error_of({"message": "x", "trackingId": "B-2"}, status=400).tracking_id == "B-2"


BAD = [
    pytest.param(without("access_token"), id="T09 missing"),
    *(
        pytest.param(GOOD | {"access_token": value}, id=f"T09 {name}")
        for name, value in (
            ("null", None),
            ("number", 7),
            ("empty", ""),
            ("long", "a" * 9000),
            ("newline", "a\nb"),
            ("not ASCII", "ä"),
        )
    ),
    pytest.param(GOOD | {"refresh_token": 7}, id="T11 number"),
    pytest.param(GOOD | {"refresh_token": "a b"}, id="T11 space"),
    pytest.param(without("token_type"), id="T12 missing"),
    pytest.param(GOOD | {"token_type": "mac"}, id="T12 mac"),
    pytest.param(b"[" * 40 + b"]" * 40, id="T19 depth"),
    pytest.param(b"[" * 60_000, id="T19 absurd depth"),
    pytest.param(b"<html>", id="T20 HTML"),
    pytest.param(b"", id="T20 empty"),
    pytest.param([GOOD], id="T20 list"),
    pytest.param("text", id="T20 string"),
    pytest.param(b'{"access_token":"\xff"}', id="T20 UTF-8"),
    pytest.param(json.dumps(GOOD).encode("utf-16"), id="UTF-16"),
    pytest.param(json.dumps(GOOD)[:-1].encode() + b',"x":NaN}', id="T20 NaN"),
    pytest.param(json.dumps(GOOD)[:-1].encode() + b',"x":1e999}', id="T20 infinite"),
    pytest.param(json.dumps(GOOD)[:-1].encode() + b',"x":"\\ud800"}', id="lone surrogate"),
    pytest.param(json.dumps(GOOD | {"x": "y" * 70_000}).encode(), id="T21"),
    pytest.param(json.dumps(GOOD)[:-1].encode() + b',"access_token":"b"}', id="T22"),
]


@pytest.mark.parametrize("body", BAD)
def test_an_odd_answer_is_no_token(body: Any):
    assert error_of(body).outcome is SignInOutcome.BAD_ANSWER


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(without("refresh_token"), id="T10"),
        pytest.param(GOOD | {"refresh_token": None}, id="T11 null"),
        pytest.param(GOOD | {"refresh_token": ""}, id="T11 empty"),
    ],
)
def test_without_a_refresh_token_the_sign_in_is_for_now_only(fields: dict[str, Any]):
    token = answered(fields)
    assert token.refresh_token is None
    assert any("keep you signed in" in note for note in token.notes)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(GOOD | {"token_type": "bearer"}, id="T12 bearer"),
        pytest.param(GOOD | {"token_type": "BEARER"}, id="T12 BEARER"),
        pytest.param(GOOD | {"expires_in": "1209599"}, id="T14 digits"),
        pytest.param(GOOD | {"expires_in": 1209599.0}, id="T14 float"),
        pytest.param(without("refresh_token_expires_in"), id="T15 missing"),
        pytest.param(GOOD | {"refresh_token_expires_in": None}, id="T15 null"),
        pytest.param(GOOD | {"refresh_token_expires_in": 0}, id="T15 0"),
        pytest.param(GOOD | {"refresh_token_expires_in": "soon"}, id="T15 text"),
        pytest.param(GOOD | {"refresh_token_expires_in": True}, id="T15 true"),
        pytest.param(GOOD | {"expires_at": 5}, id="T16"),
        pytest.param(GOOD | {"scope": " ".join(reversed(SCOPES))}, id="T18 order"),
        pytest.param(GOOD | {"scope": None}, id="T18 null"),
        pytest.param(GOOD | {"scope": 7}, id="T18 number"),
        pytest.param(GOOD | {"extra": {"deep": [1, {"er": [2]}]}, "more": None}, id="T19"),
    ],
)
def test_what_is_odd_but_harmless_is_a_token_without_a_word(fields: dict[str, Any]):
    token = answered(fields)
    assert (token.access_token, token.expires_at) == ("NzAw_PF84_1eb65fdf", NOW + 1_209_599)
    assert set(token.scopes) == set(SCOPES)
    assert token.notes == ()
    odd = fields.get("refresh_token_expires_in") != GOOD["refresh_token_expires_in"]
    assert token.refresh_expires_at == (None if odd else NOW + 7_775_999)


def test_t14_a_missing_life_time_is_an_hour_and_noted():
    token = answered(without("expires_in"))
    assert token.expires_at == NOW + 3600
    assert any("one hour" in note for note in token.notes)


@pytest.mark.parametrize("value", ["3600", 3600, 3600.0])
def test_t14_a_life_time_is_a_number_or_digits(value: Any):
    token = answered(expires_in=value)
    assert (token.expires_at, token.notes) == (NOW + 3600, ())


@pytest.mark.parametrize("value", [24.5, "24.5", 24.999])
def test_a_life_time_with_a_part_of_a_second_is_never_taken_for_longer(value: Any):
    assert answered(expires_in=value).expires_at == NOW + 24


SENSELESS = [0, -5, True, "abc", 1e30, [3600], "-5", "1e3", 10**12, "9" * 5000, 0.5, None, {"s": 1}]


@pytest.mark.parametrize("value", SENSELESS, ids=lambda value: f"{value}"[:20])
def test_a_senseless_life_time_costs_no_token_an_hour_is_assumed_and_noted(value: Any):
    for token in (answered(expires_in=value), renewed(expires_in=value)):
        assert (token.access_token, token.refresh_token) == ("NzAw_PF84_1eb65fdf", "MDEy_secret")
        assert token.expires_at == NOW + 3600
        assert any("one hour" in note for note in token.notes)


def test_t17_a_missing_scope_is_named():
    token = answered(scope="spark:webrtc_calling spark:calls_read")
    assert any("spark:people_read" in note for note in token.notes)
    assert token.scopes == ("spark:webrtc_calling", "spark:calls_read")


def test_t17_a_missing_calling_scope_blocks():
    error = error_of(GOOD | {"scope": "spark:people_read spark:calls_read"})
    assert error.outcome is SignInOutcome.CONFIG_ERROR
    assert "spark:webrtc_calling" in error.sentence
    assert "spark:calls_read" not in error.sentence


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param("spark:all", id="T5"),
        pytest.param("spark:kms spark:all", id="beside another"),
        pytest.param(" ".join((*SCOPES, "spark:never_heard_of")), id="a surplus"),
        pytest.param(",".join(SCOPES), id="commas"),
        pytest.param("  ".join(SCOPES).upper(), id="capitals"),
    ],
)
def test_scopes_are_compared_by_what_they_allow(scope: str):
    assert answered(scope=scope).notes == ()


def test_the_umbrella_allows_nothing_of_another_family():
    assert missing_scopes(["spark:all"], ["spark:xsi", "openid", "spark-admin:people_read"]) == (
        "openid",
        "spark-admin:people_read",
    )


@pytest.mark.parametrize("scope", ["spark:allow", "xspark:all", "spark:people_read"])
def test_what_only_looks_like_the_umbrella_allows_itself(scope: str):
    assert "spark:webrtc_calling" in missing_scopes([scope], SCOPES)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", "7 s"),
        ("Fri, 15 Jan 2027 08:00:40 GMT", "40 s"),
        ("0", "1 s"),
        ("-3", "15 s"),
        ("abc", "15 s"),
        ("99999", "3600 s"),
    ],
)
def test_t25_how_long_to_wait(value: str, seconds: str):
    headers = {"Retry-After": value, "Date": "Fri, 15 Jan 2027 08:00:00 GMT"}
    assert f"in {seconds}," in error_of(b"", status=429, headers=headers).sentence


def test_t30_a_wrong_clock_is_noted():
    token = answered(headers={"Date": "Fri, 15 Jan 2027 10:00:00 GMT"})
    assert round(token.clock_off_s) == 7200
    assert answered(headers={"Date": "Fri, 15 Jan 2027 08:04:00 GMT"}).notes == ()


# --- Renewal ---


def renewed(fields: Any = None, *, status: int = 200, headers: Any = (), **changes: Any) -> Token:
    value = GOOD | changes if fields is None else fields
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_renewal_answer(status, dict(headers), body, held=HELD, now=NOW)


def renewal_error_of(*args: Any, **options: Any) -> RenewalError:
    with pytest.raises(RenewalError) as raised:
        renewed(*args, **options)
    return raised.value


def test_r03_the_newest_refresh_expiry_wins_and_an_absent_one_keeps_the_old():
    assert renewed(refresh_token_expires_in=50).refresh_expires_at == NOW + 50
    assert renewed(without("refresh_token_expires_in")).refresh_expires_at == HELD.refresh_expires_at


def test_r09_only_invalid_grant_ends_the_sign_in():
    with pytest.raises(SignedOutError) as raised:
        renewed({"error": "invalid_grant", "trackingID": "T-9"}, status=400)
    assert raised.value.title == "Your sign-in has ended"
    assert raised.value.tracking_id == "T-9"


@pytest.mark.parametrize("body", [WEBEX_SHAPE, {"message": "no"}, b"", b"<html>"], ids=str)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 423, 428, 429, 500, 503, 302, 204])
def test_no_other_answer_ends_it(status: int, body: Any):
    assert renewal_error_of(body, status=status).title == "Could not renew your sign-in yet"


SOMEBODY_ELSES = [
    pytest.param(b"<html><body>Blocked by your organisation</body></html>", id="T3 HTML"),
    pytest.param(b"", id="empty"),
    pytest.param({"message": "Unauthorized"}, id="a gateway's JSON"),
    pytest.param({"error": {"code": 401, "message": "invalid_grant"}}, id="another service's JSON"),
    pytest.param({"errors": "text"}, id="errors is no list"),
    pytest.param([{"error": "invalid_grant"}], id="a list"),
    pytest.param("invalid_grant", id="a string"),
    pytest.param({}, id="an empty object"),
]


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("body", SOMEBODY_ELSES)
def test_what_the_service_did_not_write_is_transient(status: int, body: Any):
    assert renewal_error_of(body, status=status).remedies == (Remedy.RETRY,)
    assert error_of(body, status=status).outcome is SignInOutcome.TRANSIENT


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_error_that_says_nothing_is_none(nothing: Any):
    assert renewed(error=nothing).access_token == "NzAw_PF84_1eb65fdf"


@pytest.mark.parametrize("odd", [7, "a b", ["x"], {"a": 1}, "a" * 9000])
def test_a_renewal_with_an_odd_refresh_token_keeps_the_new_access_token_and_the_old_refresh_token(odd: Any):
    token = renewed(refresh_token=odd)
    assert (token.access_token, token.refresh_token) == ("NzAw_PF84_1eb65fdf", "old_refresh")


@pytest.mark.parametrize("odd", [{"access_token": 7}, {"access_token": ""}, {"token_type": "mac"}])
def test_a_renewal_without_a_usable_access_token_keeps_the_new_refresh_token(odd: dict[str, Any]):
    token = renewed(GOOD | odd)
    assert (token.access_token, token.refresh_token) == ("old_access", "MDEy_secret")
    assert token.expires_at == HELD.expires_at


def test_a_renewal_that_keeps_the_old_refresh_token_has_nothing_to_remark():
    assert renewed(without("refresh_token")).notes == ()


@pytest.mark.parametrize(
    ("status", "body", "again"),
    [
        pytest.param(400, WEBEX_SHAPE, True, id="R10 400"),
        pytest.param(401, WEBEX_SHAPE, False, id="R10 401"),
        pytest.param(401, {"error": "invalid_client"}, False, id="R10 401 OAuth"),
        pytest.param(503, b"", True, id="R11"),
        pytest.param(400, {"error": "tokenlimit_reached"}, False, id="R14"),
        pytest.param(200, b"<html>", True, id="bad answer"),
    ],
)
def test_only_a_fault_that_may_pass_is_tried_again_by_itself(status: int, body: Any, again: bool):
    assert (Remedy.RETRY in renewal_error_of(body, status=status).remedies) is again


def test_r11_the_wish_to_wait_is_carried():
    assert renewal_error_of(b"", status=429, headers={"retry-after": "70"}).retry_after_s == 70


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(list(GOOD)), inner),
    max_leaves=12,
)


@given(st.integers(100, 599), JSON | st.binary(max_size=200))
def test_no_answer_breaks_the_reader(status: int, value: Any):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    with contextlib.suppress(SignInError):
        read_token_answer(status, {}, body, requested_scopes=SCOPES, now=NOW)
