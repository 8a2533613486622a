"""Each OAuth error: how it ends an attempt, in words, and what mends it (sign-in.md#errors)."""

import pytest

from softphone.auth.refusals import TOKENS_PAGE, Refusal, error_name, error_name_in, refusal
from softphone.errors import SignInOutcome
from softphone.line.failure import Remedy

BROWSER = (Remedy.SIGN_IN, Remedy.USE_MY_BROWSER)
ADMIN = (Remedy.COPY_FOR_ADMIN, Remedy.SIGN_IN)
NOT_FINISHED, REFUSED = "Sign-in not finished", "Webex did not sign you in"
NOT_SET_UP = "This app is not set up for sign-in"
OTHER = SignInOutcome.PROVIDER_ERROR

ROWS = [
    ("access_denied", SignInOutcome.DENIED, NOT_FINISHED, BROWSER),
    ("expired_token", SignInOutcome.EXPIRED, NOT_FINISHED, BROWSER),
    ("invalid_scope", SignInOutcome.CONFIG_ERROR, "This app was not allowed to use calling", ADMIN),
    ("unauthorized_client", SignInOutcome.CONFIG_ERROR, NOT_SET_UP, ADMIN),
    ("invalid_client", SignInOutcome.CONFIG_ERROR, NOT_SET_UP, ADMIN),
    ("invalid_grant", OTHER, REFUSED, BROWSER),
    ("login_required", OTHER, REFUSED, BROWSER),
    ("temporarily_unavailable", OTHER, REFUSED, BROWSER),
    ("server_error", OTHER, REFUSED, BROWSER),
    ("tokenlimit_reached", OTHER, "Too many sign-ins on this account", (Remedy.SIGN_IN,)),
    ("invalid_request", OTHER, REFUSED, BROWSER),
    ("unsupported_grant_type", OTHER, REFUSED, BROWSER),
    ("authorization_pending", OTHER, REFUSED, BROWSER),
    ("slow_down", OTHER, REFUSED, BROWSER),
]


@pytest.mark.parametrize(("name", "outcome", "title", "mends"), ROWS)
def test_each_name_has_its_outcome_its_words_and_what_mends_it(
    name: str, outcome: SignInOutcome, title: str, mends: tuple[Remedy, ...]
):
    error = refusal(name).error("T")
    assert (error.outcome, error.title, error.remedies, error.tracking_id) == (outcome, title, mends, "T")
    assert error_name_in(["x", f"so {name}."]) == name
    assert error_name_in([f"x{name}"]) == ""


def test_what_the_service_says_of_it_is_added_but_to_a_plain_no():
    assert refusal("access_denied", "you bad person") == refusal("access_denied")
    told = refusal("server_error", "it {burns}")
    assert told.sentence == f"{refusal('server_error').sentence} Webex says: it {{burns}}"
    assert (told.outcome, told.title) == (OTHER, REFUSED)
    assert TOKENS_PAGE in refusal("tokenlimit_reached").sentence


def test_a_name_without_a_row_is_shown_and_else_what_is_known():
    assert refusal("odd", otherwise="status 400").sentence == "Webex refused the sign-in (odd)."
    assert refusal("", otherwise="status 400").sentence == "Webex refused the sign-in (status 400)."
    assert refusal("odd") == Refusal(OTHER, REFUSED, "Webex refused the sign-in (odd).", BROWSER)


def test_a_name_is_shown_without_what_could_do_harm():
    assert error_name("a_B.c-9<b>\u202e ") == "a_B.c-9b"
    assert error_name("x" * 65) == "x" * 64
    assert error_name(5) == ""
    assert error_name_in([]) == ""
    assert error_name_in(["server_error", "access_denied"]) == "access_denied"  # the first of the table
