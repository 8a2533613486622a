"""One attempt to sign in, as pure functions: the address to open, and reading the redirect it ends with.

Nothing here sends anything, knows the time or keeps state: a `SignInAttempt` goes out, the redirect's URL
comes in, a code or an exception leaves. The rules and their numbers (C01) are those of sign-in.md. No
exception holds a code.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode

from softphone.auth.refusals import PROVIDER_TITLE, Refusal, error_name, refusal
from softphone.errors import SignInError, SignInOutcome
from softphone.line.failure import Remedy
from softphone.settings.cloud_file import Cloud, Network
from softphone.system import live_secrets
from softphone.values import replace

ATTEMPT_LIFE_S = 600.0  # a redirect after ten minutes is nobody's (C36)

# `iss` is documented nowhere for Webex and varies by cluster in its samples (sign-in.md#authorize).
KNOWN_ISSUERS = ("https://idbroker.webex.com/idb", "https://idbroker-b-us.webex.com/idb")

_VERIFIER_BYTES = 64  # 86 characters; RFC 7636 allows 43 to 128
_STATE_BYTES = 32
_CODE_LIMIT_CHARS = 4096
_URL_LIMIT_CHARS = 16 * 1024  # such a code with every character escaped, and what stands round it

# Possessive, so that nothing is ever looked at twice: any page and any program of this computer may send one.
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*+)://(?P<authority>[^/?#\\]*+)(?P<path>[^?#\\]*+)"
    r"(?:\?(?P<query>[^#]*+))?(?:#(?P<fragment>.*+))?"
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]++\]|[^:@\[\]]++)(?::(?P<port>[0-9]{1,5}))?")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAttempt:
    """One attempt to sign in: what is opened, and what the answer is checked against.

    `began_at_s` is the caller's monotonic clock. The address holds the state, so it is no text for a log.
    `spare_redirect_uris` serve the person's own browser when the first one's port is taken.
    """

    authorize_url: str = field(repr=False)
    redirect_uri: str
    scopes: tuple[str, ...]
    issuers: tuple[str, ...]
    state: str = field(repr=False)
    code_verifier: str = field(repr=False)
    began_at_s: float = 0.0
    network: Network = field(default_factory=Network)  # the page takes the same way as our requests
    spare_redirect_uris: tuple[str, ...] = ()


def begin_sign_in(cloud: Cloud, *, now_s: float = 0.0) -> SignInAttempt:
    """Return a fresh attempt with its own state and PKCE verifier (RFC 7636, S256 only)."""
    verifier = secrets.token_urlsafe(_VERIFIER_BYTES)
    state = secrets.token_urlsafe(_STATE_BYTES)
    fields = {
        "response_type": "code",
        "client_id": cloud.client_id,
        "redirect_uri": cloud.redirect_uri,
        "scope": " ".join(cloud.scopes),
        "state": state,
        "code_challenge": _base64url(hashlib.sha256(verifier.encode("ascii")).digest()),
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in cloud.authorize_url else "?"
    live_secrets.note(state, verifier)
    return SignInAttempt(
        authorize_url=cloud.authorize_url + joint + urlencode(fields, quote_via=quote),
        redirect_uri=cloud.redirect_uri,
        scopes=cloud.scopes,
        issuers=(*KNOWN_ISSUERS, _origin(cloud.authorize_url)),
        state=state,
        code_verifier=verifier,
        began_at_s=now_s,
        network=cloud.network,
        spare_redirect_uris=cloud.spare_redirect_uris,
    )


def adapt(
    attempt: SignInAttempt,
    *,
    redirect_uri: str | None = None,
    login_hint: str = "",
    choose_account: bool = False,
) -> SignInAttempt:
    """Return the attempt with another registered address, or for a certain person (sign-in.md#authorize).

    `choose_account` has the page ask who it is even where a browser is signed in already.
    """
    page, _, query = attempt.authorize_url.partition("?")
    fields = dict(parse_qsl(query, keep_blank_values=True))
    redirect_uri = redirect_uri or attempt.redirect_uri
    fields |= {"redirect_uri": redirect_uri}
    fields |= {"login_hint": login_hint} if login_hint else {}
    fields |= {"prompt": "select_account"} if choose_account else {}
    address = f"{page}?{urlencode(fields, quote_via=quote)}"
    return replace(attempt, authorize_url=address, redirect_uri=redirect_uri)


def is_redirect(redirect_uri: str, url: str) -> bool:
    """Whether the navigation is the answer to a sign-in (sign-in.md#redirect).

    `url` is fully percent-encoded. Scheme, host and port are equal, the path is exactly the registered one,
    there is no user info, and the pairs of the registered query are all there. Anything that cannot be
    parsed is no redirect.
    """
    expected, given = _parse(redirect_uri), _parse(url)
    if expected is None or given is None or expected.place != given.place:
        return False
    if not expected.query:
        return True
    try:
        wanted, found = _pairs(expected.query), _pairs(given.query)
    except ValueError:
        return False
    names = {name for name, _ in wanted}
    return [pair for pair in found if pair[0] in names] == wanted


def carries_state(attempt: SignInAttempt, url: str) -> bool:
    """Whether a redirect's query holds this attempt's state, once; anything unreadable does not."""
    try:
        pairs = _pairs(_parsed(url).query)
    except (ValueError, SignInError):
        return False
    return _same_state([value for name, value in pairs if name == "state"], attempt.state)


def read_redirect(attempt: SignInAttempt, url: str, *, now_s: float | None = None) -> str:
    """Return the authorization code, or raise SignInError (sign-in.md#c-vectors).

    Nothing but the query counts: a fragment is another response mode. The state is compared before anything
    the answer says is believed or shown. `now_s` is the clock of `began_at_s`.
    """
    if now_s is not None and now_s - attempt.began_at_s > ATTEMPT_LIFE_S:
        raise _failed(SignInOutcome.EXPIRED, "The sign-in page was open for too long. Nothing was changed.")
    parts = _parse(url)
    if parts is None or not is_redirect(attempt.redirect_uri, url):
        raise _bad_callback("The answer came to an address that is not this program's.")
    own = {name for name, _ in _pairs(_parsed(attempt.redirect_uri).query)}
    try:
        pairs = [pair for pair in _pairs(parts.query) if pair[0] not in own]
    except ValueError:
        raise _bad_callback("The answer could not be read.") from None
    if parts.fragment is not None or not pairs:
        raise _bad_callback("The answer came in an unexpected response mode.")

    answer: dict[str, list[str]] = {}
    for name, value in pairs:
        answer.setdefault(name, []).append(value)
    if not _same_state(answer.get("state", []), attempt.state):
        raise SignInError(
            "The answer did not belong to this request.",
            outcome=SignInOutcome.STATE_MISMATCH,
            title="Sign-in stopped for your safety",
            remedies=(Remedy.SIGN_IN, Remedy.COPY_DIAGNOSTICS),
        )
    issuer = answer.get("iss")
    if issuer is not None and (len(issuer) != 1 or issuer[0] not in attempt.issuers):
        raise _bad_callback("The answer came from another sign-in service.")
    if "error" in answer:
        raise _refused_by_page(answer)
    codes = answer.get("code", [])
    if len(codes) != 1 or len(codes[0]) > _CODE_LIMIT_CHARS or not _PRINTABLE.fullmatch(codes[0]):
        raise _bad_callback("The answer held no usable code.")
    return codes[0]


# --- The redirect ---


@dataclass(frozen=True, slots=True)
class _Parts:
    place: tuple[str, str, int | None, str]  # scheme, host, port, path
    query: str
    fragment: str | None


def _parse(url: str) -> _Parts | None:
    """Split an absolute URL without user info; one parser for both sides of the comparison."""
    if len(url) > _URL_LIMIT_CHARS:
        return None
    match = _URL.fullmatch(url) if url.isascii() and url.isprintable() else None
    authority = _AUTHORITY.fullmatch(match["authority"]) if match else None
    if match is None or authority is None or " " in url:
        return None
    path = re.sub(r"%[0-9A-Fa-f]{2}", _decoded_if_unreserved, match["path"])
    port = int(authority["port"]) if authority["port"] else None
    place = (match["scheme"].lower(), authority["host"].lower(), port, path)
    return _Parts(place, match["query"] or "", match["fragment"])


def _parsed(url: str) -> _Parts:
    parts = _parse(url)
    if parts is None:
        raise _bad_callback("This program's own redirect address cannot be read.")
    return parts


def _decoded_if_unreserved(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][1:], 16))
    return character if character.isalnum() and character.isascii() else escape[0].upper()


def _pairs(query: str) -> list[tuple[str, str]]:
    """Decode a query once by the rules of a form. Raises ValueError for bad escapes and bad UTF-8."""
    pairs = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        pairs.append((_decoded(name), _decoded(value)))
    return pairs


def _decoded(text: str) -> str:
    if _BAD_ESCAPE.search(text):
        raise ValueError("bad percent escape")
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")


def _same_state(given: list[str], expected: str) -> bool:
    return len(given) == 1 and hmac.compare_digest(given[0].encode(), expected.encode())


def _refused_by_page(answer: dict[str, list[str]]) -> SignInError:
    """The error of a redirect whose state was right (C08 to C15)."""
    names = answer["error"]
    name = error_name(names[0])
    if "code" in answer or len(names) != 1 or not name:
        return _failed(
            SignInOutcome.PROVIDER_ERROR, "The sign-in page answered both yes and no.", title=PROVIDER_TITLE
        )
    return refusal(name, next(iter(answer.get("error_description", [])), "")).error()


def _bad_callback(sentence: str) -> SignInError:
    return _failed(SignInOutcome.BAD_CALLBACK, sentence, title="Sign-in stopped for your safety")


def _failed(outcome: SignInOutcome, sentence: str, *, title: str = "Sign-in not finished") -> SignInError:
    return Refusal(outcome, title, sentence).error()


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
