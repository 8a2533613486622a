"""The token answer to the edge of what is taken: lengths, lives, clocks, words and what mends a refusal."""

from typing import Any

import pytest

from softphone.auth.token_answer import Token, error_of, is_service_answer, signed_out
from softphone.errors import SignInOutcome
from softphone.line.failure import Remedy
from tests.auth.test_token_answer import (
    GOOD,
    HELD,
    NOW,
    SCOPES,
    WEBEX_SHAPE,
    answered,
    renewal_error_of,
    renewed,
)
from tests.auth.test_token_answer import error_of as refused

YEARS_S = 10 * 365 * 86_400
NOT_FINISHED = "Sign-in not finished"


@pytest.mark.parametrize(("length", "is_taken"), [(1, True), (8192, True), (8193, False)])
def test_a_token_has_one_to_so_many_characters(length: int, is_taken: bool):
    for name in ("access_token", "refresh_token"):
        if is_taken:
            assert getattr(answered(GOOD | {name: "x" * length}), name) == "x" * length
        else:
            assert refused(GOOD | {name: "x" * length}).outcome is SignInOutcome.BAD_ANSWER
    for odd in ("!", "~"):
        assert answered(access_token=odd).access_token == odd


@pytest.mark.parametrize(
    ("told", "life_s"),
    [
        (1, 1),
        (YEARS_S, YEARS_S),
        (YEARS_S + 1, None),
        (0.99, None),
        ("1.999999999", 1),
        ("1.0000000001", None),
    ],
)
def test_a_life_lasts_a_second_to_ten_years(told: object, life_s: int | None):
    token = answered(expires_in=told, refresh_token_expires_in=told)
    assert token.expires_at == NOW + (life_s or 3600)
    assert token.refresh_expires_at == (NOW + life_s if life_s else None)
    assert bool(token.notes) is (life_s is None)


@pytest.mark.parametrize(
    ("date", "off_s"),
    [
        ("Fri, 15 Jan 2027 08:05:00 GMT", 0.0),
        ("Fri, 15 Jan 2027 08:05:01 GMT", 301.0),
        ("Fri, 15 Jan 2027 07:54:59 GMT", 301.0),
        ("soon", 0.0),
    ],
)
def test_a_clock_is_wrong_from_more_than_five_minutes_on(date: str, off_s: float):
    assert answered(headers={"Date": date}).clock_off_s == off_s
    assert answered().clock_off_s == 0.0


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"error": "a<b>", "error_description": "so"}, ("ab", "so")),
        ({"error": 7}, ("unknown", "")),
        ({"error": "<>"}, ("unknown", "")),
        ({"access_token": "x", "message": "invalid_grant"}, ("", "")),
        ({"message": "invalid_grant is it"}, ("invalid_grant", "invalid_grant is it")),
        (
            {"errors": [3, {"description": ""}, {"description": "server_error"}]},
            ("server_error", "server_error"),
        ),
        ({"error": "", "message": "first", "errors": [{"description": "second"}]}, ("", "first")),
        ({"errors": {"description": "server_error"}}, ("", "")),
        ({}, ("", "")),
    ],
)
def test_the_name_of_an_error_and_what_is_said_of_it(answer: dict[str, Any], told: tuple[str, str]):
    assert error_of(answer) == told


def test_a_token_is_no_error_whatever_else_is_said_beside_it():
    assert answered(message="invalid_grant was yesterday").access_token == GOOD["access_token"]
    assert renewed(message="invalid_grant was yesterday").access_token == GOOD["access_token"]


@pytest.mark.parametrize(
    ("answer", "is_theirs"),
    [
        ({"access_token": None}, True),
        ({"error": "x"}, True),
        ({"error": ""}, False),
        ({"error": 7}, False),
        ({"errors": []}, True),
        ({"errors": "x"}, False),
        ({"message": "server_error"}, True),
        ({"message": "x"}, False),
        ({"trackingId": "x"}, True),
        ({"trackingID": "x"}, True),
        ({}, False),
        ([], False),
        (None, False),
    ],
)
def test_the_shapes_of_the_service(answer: object, is_theirs: bool):
    assert is_service_answer(answer) is is_theirs


@pytest.mark.parametrize(
    ("status", "body", "title", "mends"),
    [
        (500, b"", NOT_FINISHED, (Remedy.SIGN_IN, Remedy.USE_MY_BROWSER)),
        (599, b"", NOT_FINISHED, (Remedy.SIGN_IN, Remedy.USE_MY_BROWSER)),
        (408, WEBEX_SHAPE, NOT_FINISHED, (Remedy.SIGN_IN, Remedy.USE_MY_BROWSER)),
        (200, b"", NOT_FINISHED, (Remedy.SIGN_IN, Remedy.USE_MY_BROWSER)),
        (429, b"", "Webex asked us to wait", (Remedy.SIGN_IN,)),
        (
            200,
            GOOD | {"scope": "spark:people_read"},
            "This app was not allowed to use calling",
            (Remedy.COPY_FOR_ADMIN, Remedy.SIGN_IN),
        ),
    ],
)
def test_a_first_answer_that_is_refused_has_its_title_and_what_mends_it(
    status: int, body: Any, title: str, mends: tuple[Remedy, ...]
):
    error = refused(body, status=status, headers={"trackingid": "T"})
    assert (error.title, error.remedies) == (title, mends)
    assert error.tracking_id == ("T" if status != 200 or body == b"" else "")


@pytest.mark.parametrize(
    ("status", "body", "mends"),
    [
        (400, {"error": "tokenlimit_reached"}, (Remedy.SIGN_IN,)),
        (400, {"error": "invalid_scope"}, (Remedy.COPY_FOR_ADMIN,)),
        (401, WEBEX_SHAPE, (Remedy.COPY_FOR_ADMIN,)),
        (400, WEBEX_SHAPE, (Remedy.RETRY, Remedy.SIGN_IN)),
        (400, {"error": "access_denied"}, (Remedy.RETRY,)),
        (503, b"", (Remedy.RETRY,)),
        (429, b"", (Remedy.RETRY,)),
    ],
)
def test_a_renewal_that_is_refused_has_what_mends_it_and_its_trace(
    status: int, body: Any, mends: tuple[Remedy, ...]
):
    error = renewal_error_of(body, status=status, headers={"trackingid": "T"})
    assert (error.remedies, error.tracking_id) == (mends, "T")
    assert error.retry_after_s == (15.0 if status == 429 else None)


def test_a_renewal_keeps_what_the_answer_leaves_out_and_says_when_nothing_is_new():
    token = renewed({"access_token": "old_access", "token_type": "Bearer", "expires_in": 60})
    assert token == Token(
        access_token="old_access",
        expires_at=NOW + 60,
        refresh_token="old_refresh",
        refresh_expires_at=HELD.refresh_expires_at,
        scopes=SCOPES,
        obtained_at=NOW,
        notes=("Webex renewed the sign-in with the same token as before.",),
    )
    assert renewed(scope="spark:xsi").scopes == ("spark:xsi",)
    assert renewed().notes == ()


def test_the_end_of_a_sign_in_is_told_in_plain_words():
    error = signed_out("T")
    assert (error.title, error.remedies, error.tracking_id) == (
        "Your sign-in has ended",
        (Remedy.SIGN_IN,),
        "T",
    )
    assert error.sentence == "Webex no longer accepts this sign-in. Your lines come back when you sign in."
