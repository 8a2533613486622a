"""The table of OAuth errors: name -> outcome and words. Pure.

The same names come back through the redirect (`auth.oauth`) and from the token endpoint
(`auth.token_answer`); sign-in.md#errors lists them.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from softphone.auth.untrusted import plain_text
from softphone.errors import SignInError, SignInOutcome
from softphone.i18n import own, phrase
from softphone.line.failure import Remedy
from softphone.values import replace

TOKENS_PAGE: Final = "https://idbroker.webex.com/idb/profile#/tokens"


class Refusal(Struct, frozen=True):
    """How one OAuth error ends an attempt, worded for a person."""

    outcome: SignInOutcome
    title: str
    sentence: str
    remedies: tuple[Remedy, ...] = (Remedy.SIGN_IN, Remedy.USE_MY_BROWSER)

    def error(self, tracking_id: str = "") -> SignInError:
        """Return what ends the attempt."""
        return SignInError(
            self.sentence,
            outcome=self.outcome,
            title=self.title,
            remedies=self.remedies,
            tracking_id=tracking_id,
        )


def refusal(name: str, described: object = "", *, otherwise: str = "") -> Refusal:
    """Return the row of an error name, with what the server said about it as plain text.

    A name without a row gets the general words, which show the name, or `otherwise` when there is none.
    """
    row = _ROWS.get(name)
    if row is None:
        sentence = phrase("Webex refused the sign-in ({error}).", error=name or otherwise)
        row = _refused(sentence)
    details = plain_text(described)
    if not details or row.outcome is SignInOutcome.DENIED:
        return row
    sentence = phrase("{sentence} Webex says: {details}", sentence=own(row.sentence), details=details)
    return replace(row, sentence=sentence)


def error_name(value: object) -> str:
    """Return the name as it may be shown: letters, digits, `_`, `.` and `-`."""
    return re.sub(r"[^A-Za-z0-9_.-]", "", plain_text(value, 64))


def error_name_in(texts: list[str]) -> str:
    """Return the first known name that stands in one of the texts as a word, or ""."""
    words = {word for text in texts for word in re.findall(r"[a-z_]+", text)}
    return next((name for name in (*_ROWS, *_NAMES_WITHOUT_ROW) if name in words), "")


PROVIDER_TITLE: Final = "Webex did not sign you in"  # shown
_CONFIG_TITLE: Final = "This app is not set up for sign-in"  # shown
_ADMIN: Final = (Remedy.COPY_FOR_ADMIN, Remedy.SIGN_IN)


def _refused(sentence: str) -> Refusal:
    return Refusal(SignInOutcome.PROVIDER_ERROR, PROVIDER_TITLE, sentence)


_ROWS: Final[Mapping[str, Refusal]] = {
    "access_denied": Refusal(SignInOutcome.DENIED, "Sign-in not finished", "Nothing was changed. Try again."),
    "invalid_scope": Refusal(
        SignInOutcome.CONFIG_ERROR,
        "This app was not allowed to use calling",
        "A scope that this app asks for is not registered for it (invalid_scope). Ask your administrator to "
        "allow the calling scope for this app.",
        _ADMIN,
    ),
    "unauthorized_client": Refusal(
        SignInOutcome.CONFIG_ERROR,
        _CONFIG_TITLE,
        "Webex does not allow this client to sign people in (unauthorized_client). Check its client ID.",
        _ADMIN,
    ),
    "invalid_client": Refusal(
        SignInOutcome.CONFIG_ERROR,
        _CONFIG_TITLE,
        "Webex does not know this client or its secret (invalid_client). Check client ID and client secret.",
        _ADMIN,
    ),
    "expired_token": Refusal(
        SignInOutcome.EXPIRED,
        "Sign-in not finished",
        "The code was not entered in time. Nothing was changed.",
    ),
    "invalid_grant": _refused("Webex no longer accepts this attempt (invalid_grant). Start again."),
    "login_required": _refused("Webex wants you to sign in afresh (login_required). Start again."),
    "temporarily_unavailable": _refused(
        "Webex sign-in is not available just now (temporarily_unavailable). Try again in a minute."
    ),
    "server_error": _refused("Webex sign-in is having trouble (server_error). Try again in a minute."),
    "tokenlimit_reached": Refusal(
        SignInOutcome.PROVIDER_ERROR,
        "Too many sign-ins on this account",
        phrase(
            "This account holds too many sign-ins (tokenlimit_reached). Remove some at {page}.",
            page=TOKENS_PAGE,
        ),
        (Remedy.SIGN_IN,),
    ),
}
# Named in sign-in.md#errors too; the general words do for them.
_NAMES_WITHOUT_ROW: Final = (
    "invalid_request",
    "unsupported_grant_type",
    "authorization_pending",
    "slow_down",
)
