"""What is read of a sign-in by a code on another device, and when it is asked for again (RFC 8628)."""

import json
from typing import Any

import pytest

from softphone.auth.device_code import (
    DeviceGrant,
    NotYet,
    Pace,
    Waiting,
    expired,
    read_device_token,
    read_grant,
)
from softphone.auth.token_answer import Token
from softphone.errors import SignInError, SignInOutcome
from softphone.system import live_secrets
from tests.auth.token_server import grant
from tests.kit import secrets

SCOPES = ("spark:webrtc_calling", "spark:people_read")
GOOD = {
    "device_code": secrets.CODE,
    "user_code": "123456",
    "verification_uri": "https://login.example.com/device",
    "verification_uri_complete": "https://login.example.com/device?user_code=123456",
    "expires_in": 300,
    "interval": 2,
}


def read(answer: Any, status: int = 200) -> DeviceGrant:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return read_grant(status, {}, body, scopes=SCOPES, now=1_800_000_000.0)


def polled(status: int, answer: Any, **headers: str) -> Token | NotYet:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_device_token(status, named, body, scopes=SCOPES, now=1_800_000_000.0)


def test_a_good_answer_is_a_code_its_page_and_how_often_to_ask():
    found = read(GOOD)
    assert (found.user_code, found.page_url) == ("123456", "https://login.example.com/device")
    assert found.complete_url.endswith("?user_code=123456")
    assert (found.life_s, found.interval_s, found.scopes) == (300.0, 2.0, SCOPES)
    assert secrets.CODE not in repr(found)


@pytest.mark.parametrize(
    ("changes", "life_s", "interval_s"),
    [
        ({"expires_in": None, "interval": None}, 300.0, 5.0),
        ({"expires_in": "120", "interval": "7"}, 120.0, 7.0),
        ({"expires_in": 0, "interval": -2}, 300.0, 5.0),
        ({"expires_in": 1e9, "interval": 1e9}, 1800.0, 60.0),
        ({"expires_in": 10**399, "interval": 10**399}, 1800.0, 60.0),  # no float is so large
        ({"expires_in": True, "interval": "soon"}, 300.0, 5.0),
    ],
)
def test_odd_times_cost_no_sign_in(changes: dict[str, Any], life_s: float, interval_s: float):
    found = read(GOOD | changes)
    assert (found.life_s, found.interval_s) == (life_s, interval_s)


@pytest.mark.parametrize(
    "changes",
    [
        {"device_code": None},
        {"device_code": 7},
        {"device_code": "x" * 5000},
        {"device_code": "a\nb"},
        {"user_code": ""},
        {"user_code": "x" * 100},
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": "http://login.example.com/device"},
        {"verification_uri": "https://login.example.com@evil.example.com/"},
        {"verification_uri": "https://login.example.com/\x1b[2J"},
        {"verification_uri": None},
    ],
)
def test_an_answer_that_cannot_be_shown_or_used_makes_no_sense(changes: dict[str, Any]):
    with pytest.raises(SignInError) as raised:
        read(GOOD | changes)
    assert raised.value.outcome is SignInOutcome.BAD_ANSWER


def test_an_unsafe_link_with_the_code_in_it_is_left_out():
    assert read(GOOD | {"verification_uri_complete": "file:///etc/passwd"}).complete_url == ""


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (400, {"error": "invalid_scope"}, SignInOutcome.CONFIG_ERROR),
        (400, {"message": "invalid_client: unknown", "errors": []}, SignInOutcome.CONFIG_ERROR),
        (200, {"error": "unauthorized_client"}, SignInOutcome.CONFIG_ERROR),
        (503, b"<html>", SignInOutcome.TRANSIENT),
        (429, b"", SignInOutcome.LIMITED),
        (200, b"<html>Sign in to the hotel</html>", SignInOutcome.BAD_ANSWER),
    ],
)
def test_a_refused_code_says_why(status: int, answer: Any, outcome: SignInOutcome):
    with pytest.raises(SignInError) as raised:
        read(answer, status)
    assert raised.value.outcome is outcome


WEBEX_PENDING = {"message": "The person has not decided", "errors": [], "trackingId": "T1"}


@pytest.mark.parametrize(
    ("status", "answer", "headers", "expected"),
    [
        (400, {"error": "authorization_pending"}, {}, NotYet(Waiting.PENDING)),
        (428, WEBEX_PENDING, {}, NotYet(Waiting.PENDING)),
        (428, b"", {}, NotYet(Waiting.PENDING)),
        (428, WEBEX_PENDING, {"Retry_After": "4"}, NotYet(Waiting.PENDING, 4.0)),
        (400, {"error": "slow_down"}, {}, NotYet(Waiting.SLOW_DOWN)),
        (429, b"", {"Retry_After": "30"}, NotYet(Waiting.TROUBLE, 30.0)),
        (503, b"<html>", {}, NotYet(Waiting.TROUBLE)),
        (401, b"<html>a firewall</html>", {}, NotYet(Waiting.TROUBLE)),
        (200, b"<html>Sign in to the hotel</html>", {}, NotYet(Waiting.TROUBLE)),
    ],
)
def test_what_is_no_decision_is_waited_for(status: int, answer: Any, headers: Any, expected: NotYet):
    assert polled(status, answer, **headers) == expected


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"error": "expired_token"}, SignInOutcome.EXPIRED),
        ({"message": "expired_token: too old", "errors": []}, SignInOutcome.EXPIRED),
        ({"error": "access_denied"}, SignInOutcome.DENIED),
        ({"error": "invalid_grant"}, SignInOutcome.PROVIDER_ERROR),
        ({"error": "invalid_client"}, SignInOutcome.CONFIG_ERROR),
    ],
)
def test_an_end_is_an_end(answer: Any, outcome: SignInOutcome):
    with pytest.raises(SignInError) as raised:
        polled(400, answer)
    assert raised.value.outcome is outcome


def test_a_decision_is_a_token():
    token = polled(200, grant())
    assert isinstance(token, Token)
    assert token.access_token == secrets.access_token(1)


def test_the_pace_is_the_services_grows_when_told_and_doubles_in_trouble():
    pace = Pace(interval_s=2.0, pause_s=2.0)
    assert pace.after(NotYet(Waiting.PENDING)) == pace
    slower = pace.after(NotYet(Waiting.SLOW_DOWN))
    assert (slower.interval_s, slower.pause_s) == (7.0, 7.0)
    trouble = pace.after(NotYet(Waiting.TROUBLE)).after(NotYet(Waiting.TROUBLE))
    assert (trouble.interval_s, trouble.pause_s) == (2.0, 8.0)
    assert trouble.after(NotYet(Waiting.PENDING)) == pace
    assert pace.after(NotYet(Waiting.TROUBLE, 40.0)).pause_s == 40.0
    for _ in range(20):
        pace = pace.after(NotYet(Waiting.TROUBLE))
    assert pace.pause_s == 60.0


def test_a_page_with_a_secret_of_ours_in_its_address_is_none():
    live_secrets.note(secrets.CODE)
    address = f"https://evil.example/?c={secrets.CODE}"
    assert read(GOOD | {"verification_uri_complete": address}).complete_url == ""
    with pytest.raises(SignInError):
        read(GOOD | {"verification_uri": address})
    own = f"https://evil.example/?c={secrets.CODE[::-1]}"
    with pytest.raises(SignInError):  # and with the secret that came with it
        read(GOOD | {"device_code": secrets.CODE[::-1], "verification_uri": own})


@pytest.mark.parametrize(
    ("changes", "is_good"),
    [
        ({"device_code": "x" * 4096}, True),
        ({"device_code": "x" * 4097}, False),
        ({"device_code": "x"}, True),
        ({"device_code": ""}, False),
        ({"device_code": "\u00e9"}, False),
        ({"user_code": "x" * 64}, True),
        ({"user_code": "x" * 65}, False),
        ({"verification_uri": None, "verification_url": "https://h.x/"}, True),
        ({"verification_uri": "https://h.x/" + "y" * (2048 - 12)}, True),
        ({"verification_uri": "https://h.x/" + "y" * (2049 - 12)}, False),
        ({"verification_uri": "http://localhost/"}, True),
        ({"verification_uri": "ftp://localhost/"}, False),
        ({"verification_uri": "https://u@h.x/"}, False),
        ({"verification_uri": "https://:p@h.x/"}, False),
        ({"verification_uri": "https://h.x/a b"}, False),
        ({"verification_uri": "https://h.x/\u00e9"}, False),
        ({"verification_uri": "https://[h.x/"}, False),
        ({"verification_uri": "https:///x"}, False),
        ({"verification_uri": 5}, False),
    ],
)
def test_what_can_be_shown_and_used_ends_at_its_limits(changes: dict[str, Any], is_good: bool):
    if is_good:
        read(GOOD | changes)
        return
    with pytest.raises(SignInError):
        read(GOOD | changes)


def test_what_is_no_address_is_left_out_as_an_empty_text():
    for odd in (None, 5, "x", "https://[h.x/", "https://h.x/" + "y" * 2048, "https://h.x/\u00e9"):
        assert read(GOOD | {"verification_uri_complete": odd}).complete_url == ""


@pytest.mark.parametrize(
    ("told", "life_s", "interval_s"),
    [
        (1, 1.0, 1.0),
        (0.9, 300.0, 5.0),
        (60, 60.0, 60.0),
        (61, 61.0, 60.0),
        (1801, 1800.0, 60.0),
        ("1", 1.0, 1.0),
    ],
)
def test_times_are_taken_from_a_second_to_their_limits(told: object, life_s: float, interval_s: float):
    found = read(GOOD | {"expires_in": told, "interval": told})
    assert (found.life_s, found.interval_s) == (life_s, interval_s)


def test_the_pace_begins_with_the_interval_and_never_grows_beyond_a_minute():
    grant_told = read(GOOD)
    assert Pace.of(grant_told) == Pace(interval_s=2.0, pause_s=2.0)
    slow = Pace(interval_s=58.0, pause_s=40.0)
    assert slow.after(NotYet(Waiting.SLOW_DOWN)) == Pace(interval_s=60.0, pause_s=60.0)
    assert slow.after(NotYet(Waiting.TROUBLE)) == Pace(interval_s=58.0, pause_s=60.0)
    assert slow.after(NotYet(Waiting.PENDING, 59.0)) == Pace(interval_s=58.0, pause_s=59.0)
    assert slow.after(NotYet(Waiting.PENDING, 57.0)) == Pace(interval_s=58.0, pause_s=58.0)


def test_only_a_word_of_the_service_ends_the_wait_for_a_decision():
    assert polled(400, {"error": "slow_down"}, Retry_After="9") == NotYet(Waiting.SLOW_DOWN, 9.0)
    with pytest.raises(SignInError):
        polled(428, {"error": "access_denied"})
    with pytest.raises(SignInError):
        polled(200, {"error": "access_denied"})
    assert polled(399, b"") == NotYet(Waiting.TROUBLE)


def test_a_codes_answer_without_a_code_makes_no_sense_in_plain_words():
    with pytest.raises(SignInError) as raised:
        read({"a": 1})
    assert (
        raised.value.sentence == "The sign-in server sent an answer that makes no sense. Nothing was changed."
    )
    with pytest.raises(SignInError) as raised:
        read(GOOD, status=201)
    assert raised.value.outcome is SignInOutcome.BAD_ANSWER
    assert expired().outcome is SignInOutcome.EXPIRED
