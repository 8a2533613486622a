"""The redirect vectors C01 to C36 of sign-in.md, as far as they are about values."""

import base64
import hashlib
import time
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.auth.oauth import _base64url, adapt, begin_sign_in, is_redirect, read_redirect
from softphone.errors import SignInError, SignInOutcome
from softphone.line.failure import Remedy
from softphone.settings.cloud_file import Cloud

CLOUD = Cloud(client_id="client-1", redirect_uri="http://localhost:47113/softphone/callback")
ATTEMPT = begin_sign_in(CLOUD, now_s=100.0)
HERE = CLOUD.redirect_uri
OK = f"code=abc_123&state={ATTEMPT.state}"
CODE = "abc_123"


def outcome_of(query: str, *, attempt=ATTEMPT, now_s: float | None = None) -> SignInOutcome:
    with pytest.raises(SignInError) as raised:
        read_redirect(attempt, query if "://" in query.partition("&")[0] else f"{HERE}?{query}", now_s=now_s)
    assert attempt.state not in str(raised.value)
    assert CODE not in str(raised.value)
    return raised.value.outcome


def error_of(query: str) -> SignInError:
    with pytest.raises(SignInError) as raised:
        read_redirect(ATTEMPT, f"{HERE}?{query}&state={ATTEMPT.state}")
    return raised.value


def test_the_address_asks_for_a_code_with_pkce():
    parts = urlsplit(ATTEMPT.authorize_url)
    fields = {name: value for name, [value] in parse_qs(parts.query).items()}
    digest = hashlib.sha256(ATTEMPT.code_verifier.encode()).digest()
    assert fields == {
        "response_type": "code",
        "client_id": "client-1",
        "redirect_uri": HERE,
        "scope": " ".join(CLOUD.scopes),
        "state": ATTEMPT.state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    assert len(ATTEMPT.code_verifier) == 86
    assert len(ATTEMPT.state) >= 43  # 256 bits
    assert "+" not in parts.query


def test_hints_and_a_spare_redirect_address_are_sent_when_given():
    attempt = adapt(
        ATTEMPT, login_hint="ada@example.com", choose_account=True, redirect_uri="http://localhost:47114/cb"
    )
    assert attempt.state == ATTEMPT.state
    fields = parse_qs(urlsplit(attempt.authorize_url).query)
    assert fields["login_hint"] == ["ada@example.com"]
    assert fields["prompt"] == ["select_account"]
    assert fields["redirect_uri"] == [attempt.redirect_uri] == ["http://localhost:47114/cb"]
    assert fields["state"] == [ATTEMPT.state]


def test_an_adapted_address_keeps_what_is_not_changed():
    attempt = begin_sign_in(Cloud(authorize_url="https://idp.example/authorize?tenant=1&empty="))
    assert adapt(attempt) == attempt


def test_an_authorize_address_with_a_query_keeps_it():
    attempt = begin_sign_in(Cloud(authorize_url="https://idp.example/authorize?tenant=1"))
    assert attempt.authorize_url.startswith("https://idp.example/authorize?tenant=1&response_type=code&")


def test_two_attempts_share_nothing():
    other = begin_sign_in(CLOUD)
    assert other.state != ATTEMPT.state
    assert other.code_verifier != ATTEMPT.code_verifier


def test_the_text_of_an_attempt_holds_no_secret():
    assert ATTEMPT.state not in repr(ATTEMPT)
    assert ATTEMPT.code_verifier not in repr(ATTEMPT)


GOOD = [
    pytest.param(f"{HERE}?{OK}", id="C01"),
    pytest.param(f"HTTP://LOCALHOST:47113/softphone/%63allback?{OK}", id="C21"),
    pytest.param(f"{HERE}?{OK}&session=1&x=%20", id="C22"),
    pytest.param(f"{HERE}?{OK}&iss=https://idbroker.webex.com/idb", id="C24 listed"),
    pytest.param(f"{HERE}?{OK}&iss=https%3A%2F%2Fwebexapis.com", id="C24 origin of the page"),
    pytest.param(f"{HERE}?&{OK}&", id="empty pairs"),
]


@pytest.mark.parametrize("url", GOOD)
def test_a_good_redirect_gives_its_code(url: str):
    assert is_redirect(HERE, url)
    assert read_redirect(ATTEMPT, url) == CODE


BAD = [
    pytest.param("code=abc_123&state=other", SignInOutcome.STATE_MISMATCH, id="C02"),
    pytest.param("code=abc_123", SignInOutcome.STATE_MISMATCH, id="C03 missing"),
    pytest.param("code=abc_123&state=", SignInOutcome.STATE_MISMATCH, id="C03 empty"),
    pytest.param(
        f"code=abc_123&state={ATTEMPT.state.swapcase()}", SignInOutcome.STATE_MISMATCH, id="C04 case"
    ),
    pytest.param(f"code=abc_123&state={ATTEMPT.state}%20", SignInOutcome.STATE_MISMATCH, id="C04 space"),
    pytest.param(f"state={ATTEMPT.state}", SignInOutcome.BAD_CALLBACK, id="C05 missing"),
    pytest.param(f"code=&state={ATTEMPT.state}", SignInOutcome.BAD_CALLBACK, id="C05 empty"),
    pytest.param(f"{OK}&code=abc_123", SignInOutcome.BAD_CALLBACK, id="C06 equal"),
    pytest.param(f"{OK}&code=other", SignInOutcome.BAD_CALLBACK, id="C06 other"),
    pytest.param(f"{OK}&state=other", SignInOutcome.STATE_MISMATCH, id="C07"),
    pytest.param(f"error=access_denied&state={ATTEMPT.state}", SignInOutcome.DENIED, id="C08"),
    pytest.param("error=access_denied&state=x", SignInOutcome.STATE_MISMATCH, id="C09 wrong"),
    pytest.param("error=access_denied", SignInOutcome.STATE_MISMATCH, id="C09 none"),
    pytest.param(f"{OK}&error=access_denied", SignInOutcome.PROVIDER_ERROR, id="C10"),
    pytest.param(
        f"error=a&error=b&state={ATTEMPT.state}", SignInOutcome.PROVIDER_ERROR, id="two error names"
    ),
    pytest.param(f"error=invalid_scope&state={ATTEMPT.state}", SignInOutcome.CONFIG_ERROR, id="C13 scope"),
    pytest.param(
        f"error=unauthorized_client&state={ATTEMPT.state}", SignInOutcome.CONFIG_ERROR, id="C13 client"
    ),
    pytest.param(f"error=login_required&state={ATTEMPT.state}", SignInOutcome.PROVIDER_ERROR, id="C14 login"),
    pytest.param(
        f"error=temporarily_unavailable&state={ATTEMPT.state}", SignInOutcome.PROVIDER_ERROR, id="C14 later"
    ),
    pytest.param(f"error=server_error&state={ATTEMPT.state}", SignInOutcome.PROVIDER_ERROR, id="C14 server"),
    pytest.param(f"error=blue_moon&state={ATTEMPT.state}", SignInOutcome.PROVIDER_ERROR, id="C15"),
    pytest.param(f"{HERE}#{OK}", SignInOutcome.BAD_CALLBACK, id="C16"),
    pytest.param(f"{HERE}?state={ATTEMPT.state}#access_token=t", SignInOutcome.BAD_CALLBACK, id="C17"),
    pytest.param(f"{HERE}?{OK}#_=_", SignInOutcome.BAD_CALLBACK, id="C18"),
    pytest.param(f"{HERE}?{OK}#", SignInOutcome.BAD_CALLBACK, id="C18 empty"),
    pytest.param(f"http://u:p@localhost:47113/softphone/callback?{OK}", SignInOutcome.BAD_CALLBACK, id="C20"),
    pytest.param(f"{OK}&iss=https://evil.example", SignInOutcome.BAD_CALLBACK, id="C24 unlisted"),
    pytest.param(
        f"{OK}&iss=https://webexapis.com&iss=https://webexapis.com",
        SignInOutcome.BAD_CALLBACK,
        id="C24 twice",
    ),
    pytest.param(f"code={'a' * 10_000}&state={ATTEMPT.state}", SignInOutcome.BAD_CALLBACK, id="C25 long"),
    pytest.param(f"code=a%20b&state={ATTEMPT.state}", SignInOutcome.BAD_CALLBACK, id="C25 space"),
    pytest.param(f"code=a%0D%0Ab&state={ATTEMPT.state}", SignInOutcome.BAD_CALLBACK, id="C25 CRLF"),
    pytest.param(f"code=a%&state={ATTEMPT.state}", SignInOutcome.BAD_CALLBACK, id="C27 escape"),
    pytest.param(f"code=a%ff&state={ATTEMPT.state}", SignInOutcome.BAD_CALLBACK, id="C27 UTF-8"),
    pytest.param(HERE, SignInOutcome.BAD_CALLBACK, id="C32"),
    pytest.param(f"{HERE}?", SignInOutcome.BAD_CALLBACK, id="C32 empty query"),
    pytest.param(f"https://evil.example/?{OK}", SignInOutcome.BAD_CALLBACK, id="C19"),
]


@pytest.mark.parametrize(("query", "outcome"), BAD)
def test_a_bad_redirect_gives_no_code(query: str, outcome: SignInOutcome):
    assert outcome_of(query) is outcome


NOT_OURS = [
    pytest.param("http://evil.example:47113/softphone/callback", id="host"),
    pytest.param("http://localhost:47114/softphone/callback", id="port"),
    pytest.param("http://localhost/softphone/callback", id="no port"),
    pytest.param("https://localhost:47113/softphone/callback", id="scheme"),
    pytest.param("http://localhost:47113/softphone/other", id="path"),
    pytest.param("http://localhost:47113/softphone/callback/", id="trailing slash"),
    pytest.param("http://localhost:47113//softphone/callback", id="double slash"),
    pytest.param("http://localhost:47113/x/../softphone/callback", id="dot segments"),
    pytest.param("http://localhost.:47113/softphone/callback", id="trailing dot"),
    pytest.param("http://u@localhost:47113/softphone/callback", id="C20 user info"),
    pytest.param("http://localhost:47113\\@evil.example/softphone/callback", id="backslash"),
    pytest.param("http://localhost:47113/softphone%2Fcallback", id="escaped slash"),
    pytest.param("http://localhost:47113/softphone/callback\t", id="tab"),
    pytest.param(" http://localhost:47113/softphone/callback", id="space"),
    pytest.param("http://\u217cocalhost:47113/softphone/callback", id="not ASCII"),
    pytest.param("http://localhost:99999999/softphone/callback", id="absurd port"),
    pytest.param("about:blank", id="about"),
    pytest.param("", id="nothing"),
]


@pytest.mark.parametrize("url", NOT_OURS)
def test_an_address_that_differs_is_no_redirect(url: str):
    assert not is_redirect(HERE, f"{url}?{OK}")
    assert outcome_of(f"x://{url}" if "://" not in url else f"{url}?{OK}") is SignInOutcome.BAD_CALLBACK


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        pytest.param(f"app=1&{OK}", True, id="C23 present"),
        pytest.param(f"{OK}&app=1", True, id="C23 present at the end"),
        pytest.param(OK, False, id="C23 missing"),
        pytest.param(f"app=2&{OK}", False, id="C23 other"),
        pytest.param(f"app=1&app=1&{OK}", False, id="C23 twice"),
        pytest.param(f"app=%ff&{OK}", False, id="C23 unreadable"),
    ],
)
def test_the_query_of_the_registered_address_must_be_there(query: str, fits: bool):
    attempt = begin_sign_in(Cloud(client_id="client-1", redirect_uri=f"{HERE}?app=1"))
    query = query.replace(ATTEMPT.state, attempt.state)
    assert is_redirect(attempt.redirect_uri, f"{HERE}?{query}") is fits
    if fits:
        assert read_redirect(attempt, f"{HERE}?{query}") == CODE


def test_c26_plus_and_ampersand_are_decoded_once():
    code = "a+b&c=d%20"
    assert read_redirect(ATTEMPT, f"{HERE}?state={ATTEMPT.state}&code={quote(code, safe='')}") == code


def test_c11_a_description_is_plain_text_and_cut():
    text = "<script>x</script>\u202e\x00\n" + "y" * 10_000
    sentence = error_of(f"error=server_error&error_description={quote(text)}").sentence
    assert "<script>x</script>" in sentence  # shown as it is: the window shows plain text only
    assert sentence.isprintable()
    assert len(sentence) < 450


def test_c15_an_unknown_name_is_cleaned():
    assert "(blue_moonb)" in error_of("error=blue_moon%3Cb%3E").sentence


def test_c08_a_refusal_is_calm():
    error = error_of("error=access_denied&error_description=You+bad+person")
    assert error.title == "Sign-in not finished"
    assert error.sentence == "Nothing was changed. Try again."


def test_c35_the_answer_of_an_older_attempt_is_a_state_mismatch():
    assert outcome_of(f"{HERE}?{OK}", attempt=begin_sign_in(CLOUD)) is SignInOutcome.STATE_MISMATCH


def test_c36_after_ten_minutes_the_attempt_is_over():
    assert read_redirect(ATTEMPT, f"{HERE}?{OK}", now_s=700.0) == CODE
    assert outcome_of(f"{HERE}?{OK}", now_s=700.1) is SignInOutcome.EXPIRED


@pytest.mark.parametrize("hostile", ["{}\\", "localhost:47113/{}\\", "localhost:47113/?{}\n#", "[{}"])
def test_an_address_of_any_length_is_looked_through_once(hostile: str):
    began_s = time.thread_time()
    for length in (16_000, 1_000_000):
        assert not is_redirect(HERE, f"http://{hostile.format('a' * length)}")
    assert time.thread_time() - began_s < 0.05


@given(st.text())
def test_no_text_at_all_is_taken_for_a_redirect_or_breaks_the_reader(url: str):
    assert not is_redirect(HERE, url)
    with pytest.raises(SignInError):
        read_redirect(ATTEMPT, url)


@given(st.text(max_size=60))
def test_no_query_without_the_state_gives_a_code(query: str):
    with pytest.raises(SignInError):
        read_redirect(ATTEMPT, f"{HERE}?{query}")


def test_a_code_has_at_most_so_many_characters():
    code = "x" * 4096
    assert read_redirect(ATTEMPT, f"{HERE}?code={code}&state={ATTEMPT.state}") == code
    assert outcome_of(f"code={code}x&state={ATTEMPT.state}") is SignInOutcome.BAD_CALLBACK


@pytest.mark.parametrize(
    ("query", "title", "mends"),
    [
        ("code=a&state=x", "Sign-in stopped for your safety", (Remedy.SIGN_IN, Remedy.COPY_DIAGNOSTICS)),
        ("x=1", "Sign-in stopped for your safety", (Remedy.SIGN_IN, Remedy.USE_MY_BROWSER)),
        ("code=a&error=x", "Webex did not sign you in", (Remedy.SIGN_IN, Remedy.USE_MY_BROWSER)),
        ("error=", "Webex did not sign you in", (Remedy.SIGN_IN, Remedy.USE_MY_BROWSER)),
    ],
)
def test_how_an_attempt_ends_has_its_title_and_what_mends_it(
    query: str, title: str, mends: tuple[Remedy, ...]
):
    error = error_of(query)
    assert (error.title, error.remedies) == (title, mends)


def test_an_attempt_that_is_over_says_so():
    with pytest.raises(SignInError) as raised:
        read_redirect(ATTEMPT, f"{HERE}?{OK}", now_s=700.1)
    assert raised.value.title == "Sign-in not finished"
    assert raised.value.sentence == "The sign-in page was open for too long. Nothing was changed."


@pytest.mark.parametrize("issuer", ["https://idbroker.webex.com/idb", "https://idbroker-b-us.webex.com/idb"])
def test_the_issuers_of_webex_are_known(issuer: str):
    assert read_redirect(ATTEMPT, f"{HERE}?{OK}&iss={issuer}") == CODE
    assert ATTEMPT.issuers[-1] == "https://webexapis.com"


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("http://localhost:47113/softphone/call%62ack", True),
        ("http://localhost:47113/softphone/callback%2f", False),
        ("http://localhost:047113/softphone/callback", False),
        ("http://localhost:47113/softphone/callback%7E", False),
        ("http://[::1]:47113/softphone/callback", False),
        ("1http://localhost:47113/softphone/callback", False),
    ],
)
def test_an_address_is_compared_part_by_part(url: str, fits: bool):
    assert is_redirect(HERE, url) is fits


def test_escapes_that_change_nothing_are_equal_whatever_their_case():
    assert is_redirect("http://localhost/a%2fb~c", "http://localhost/a%2Fb%7Ec") is False
    assert is_redirect("http://localhost/a%2fb", "http://localhost/a%2Fb")
    assert is_redirect("http://LOCALHOST:1", "HTTP://localhost:01")
    assert not is_redirect("http://localhost:1", "http://localhost")
    assert is_redirect("http://localhost/?", "http://localhost/?x=1")
    assert not is_redirect("no address", "no address")


def test_no_letter_of_a_challenge_is_taken_for_padding():
    for number in range(256):
        data = bytes([number, 255 - number])
        assert base64.urlsafe_b64decode(_base64url(data) + "=") == data
        assert len(_base64url(data)) == 3
