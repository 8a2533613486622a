"""Authorize and consent pages, token, refresh and revoke: what sign-in.md says a server does.

    GET authorize -> sign-in page -> POST sign-in -> consent page -> POST consent -> 302 to the program
    GET device -> page for a code -> POST code -> sign-in page -> ... -> POST consent -> a last page

One hidden transaction id links the steps; it changes once the password was right.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus, urlencode

from softphone.sim.messages import RefusalError, Reply, first_values, html_reply, json_reply
from softphone.sim.services import device, pages
from softphone.sim.services.people import Person
from softphone.sim.services.state import Call, CloudState, Transaction
from softphone.sim.services.tokens import Grant
from softphone.sim.settings import CLIENT_ID, CLIENT_SECRET, SCOPES

# No `form-action`: Chromium applies it to the redirect after the form too and would block the callback.
_PAGE_HEADERS = (
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
)
_NO_STORE = (("cache-control", "no-store"), ("pragma", "no-cache"))

# Length of an S256 challenge: 32 bytes in unpadded base64url (RFC 7636 4.2).
_CHALLENGE_LENGTH = 43


def authorize(call: Call) -> Reply:
    """Show the sign-in page, or send the program an error (sign-in.md#authorize).

    A wrong client or redirect URI is shown to the person and never redirected (RFC 6749 4.1.2.1).
    """
    pairs = parse_qsl(call.request.query, keep_blank_values=True)
    asked = dict(pairs)
    if asked.get("client_id") != CLIENT_ID:
        raise _trouble("Unknown program", "The client_id is not registered here.")
    redirect_uri = asked.get("redirect_uri", "")
    if redirect_uri not in call.state.settings.redirect_uris:
        raise _trouble("Wrong return address", "The redirect_uri is not registered here.")
    if (error := _wrong_with(call.state, pairs)) is not None:
        name, description = error
        return _back_to_program(redirect_uri, asked.get("state"), error=name, error_description=description)
    transaction = Transaction(
        redirect_uri=redirect_uri,
        scopes=tuple(asked["scope"].split()),
        state=asked.get("state"),
        challenge=asked.get("code_challenge", ""),
        login_hint=asked.get("login_hint", ""),
        ends_s=call.now_s + call.state.clock.of_wall(call.state.settings.page_ttl_wall_s),
    )
    key = _keep(call.state, transaction, call.now_s)
    return _page(pages.sign_in_page(key, _people(call.state), transaction.login_hint))


def check_password(call: Call) -> Reply:
    """Check name and password; show the consent page, or the form again."""
    form = _form(call)
    key, transaction = _transaction(call.state, form, call.now_s)
    email = form.get("email", "").strip()
    account = call.state.accounts.get(email.lower())
    if account is None or account.person.password != form.get("password"):
        trouble = "That e-mail address and password do not match. Please try again."
        return _page(pages.sign_in_page(key, _people(call.state), email, trouble))
    del call.state.transactions[key]
    transaction.user = account.person.name
    key = _keep(call.state, transaction, call.now_s)
    return _page(pages.consent_page(key, account.person, transaction.scopes))


def decide(call: Call) -> Reply:
    """Send the program its code, or the person's refusal."""
    form = _form(call)
    key, transaction = _transaction(call.state, form, call.now_s)
    if transaction.user is None:
        raise _trouble("Please sign in first", "This step needs a signed-in person.")
    del call.state.transactions[key]
    if transaction.device_code:
        person = call.state.accounts[transaction.user].person
        accepted = form.get("decision") == "accept"
        return _page(device.decide(call, transaction, person, accepted=accepted))
    if form.get("decision") != "accept":
        return _back_to_program(
            transaction.redirect_uri,
            transaction.state,
            error="access_denied",
            error_description="The person did not allow access.",
        )
    code = call.state.tokens.new_code(
        transaction.user,
        transaction.redirect_uri,
        transaction.scopes,
        transaction.challenge,
        call.now_s + call.state.clock.of_wall(call.state.settings.code_ttl_wall_s),
    )
    return _back_to_program(transaction.redirect_uri, transaction.state, code=code.value)


def token(call: Call) -> Reply:
    """Exchange a code, or refresh (sign-in.md#requests)."""
    form = _token_form(call)
    match form.get("grant_type"):
        case "authorization_code":
            grant = _grant_for_code(call, form)
        case "refresh_token":
            grant = _refreshed_grant(call, form)
        case None:
            raise _error(call, "invalid_request", "grant_type is missing.")
        case device.GRANT_TYPE:
            grant = device.grant(call, form)
        case _:
            raise _error(call, "unsupported_grant_type", "Only codes and refresh tokens.")
    live, _ = call.state.tokens.count(grant.user, call.now_s)
    if live >= call.state.settings.token_limit:
        raise _error(call, "tokenlimit_reached", "Too many live access tokens.")
    access = call.state.tokens.new_access(grant, call.now_s)
    return json_reply(
        200,
        {
            "access_token": access.value,
            "expires_in": int(access.ends_s - call.now_s),
            "refresh_token": grant.refresh_token,
            "refresh_token_expires_in": int(grant.refresh_ends_s - call.now_s),
            "token_type": "Bearer",
            "scope": " ".join(grant.scopes),
        },
        _NO_STORE,
    )


def revoke(call: Call) -> Reply:
    """End a token; an unknown one is no error (RFC 7009 2.2)."""
    form = _token_form(call, client_optional=True)
    if not form.get("token"):
        raise _error(call, "invalid_request", "token is missing.")
    call.state.tokens.revoke(form["token"])
    return Reply(200, _NO_STORE)


def begin_on_device(call: Call) -> Reply:
    """Hand out the codes of a sign-in on another device (RFC 8628, 3.2)."""
    return device.begin(call, _form(call))


def ask_for_code(call: Call) -> Reply:
    """Show the page for the code; a link may have filled it in already (RFC 8628, 3.3.1)."""
    return _page(pages.code_page(call.request.params().get("user_code", "")))


def take_code(call: Call) -> Reply:
    """Show the sign-in page for a code that a device waits with, or the form again."""
    user_code = _form(call).get("user_code", "")
    transaction = device.transaction_for(call, user_code)
    if transaction is None:
        return _page(pages.code_page(user_code, "No device waits with this code. Please check it."))
    return _page(pages.sign_in_page(_keep(call.state, transaction, call.now_s), _people(call.state)))


def _wrong_with(state: CloudState, pairs: list[tuple[str, str]]) -> tuple[str, str] | None:
    """Return the error name and text for an authorize request, or None."""
    asked = dict(pairs)
    if len(asked) != len(pairs):
        return "invalid_request", "A parameter was given twice."
    if asked.get("response_type") != "code":
        return "unsupported_response_type", "Only the code flow is offered."
    scopes = asked.get("scope", "").split()
    if not scopes or not set(scopes) <= set(SCOPES):
        return "invalid_scope", "A scope is missing or not registered for this program."
    challenge = asked.get("code_challenge", "")
    if challenge and asked.get("code_challenge_method") != "S256":
        return "invalid_request", "Only code_challenge_method S256 is accepted."
    if challenge and len(challenge) != _CHALLENGE_LENGTH:
        return "invalid_request", "The code_challenge is not an S256 challenge."
    if not challenge and state.settings.pkce_required:
        return "invalid_request", "A code_challenge is needed."
    if asked.get("prompt") == "none":
        return "login_required", "Nobody is signed in."
    return None


def _grant_for_code(call: Call, form: Mapping[str, str]) -> Grant:
    """Return the grant a code was given for; every mismatch is invalid_grant."""
    code = call.state.tokens.code(form.get("code", ""))
    if code is None or call.now_s >= code.ends_s:
        raise _error(call, "invalid_grant", "The code is unknown or too old.")
    if code.grant is not None:
        # A code that comes twice was stolen, so what it bought ends too (RFC 6749 4.1.2).
        code.grant.revoked = True
        raise _error(call, "invalid_grant", "The code was used before.")
    if form.get("redirect_uri") != code.redirect_uri:
        raise _error(call, "invalid_grant", "The redirect_uri differs.")
    if code.challenge and challenge_of(form.get("code_verifier", "")) != code.challenge:
        raise _error(call, "invalid_grant", "The code_verifier does not fit.")
    code.grant = call.state.new_grant(call.state.accounts[code.user], call.now_s, code.scopes)
    return code.grant


def _refreshed_grant(call: Call, form: Mapping[str, str]) -> Grant:
    """Return the grant of a refresh token; its life begins anew (sign-in.md#renewal)."""
    grant = call.state.tokens.live_refresh(form.get("refresh_token", ""), call.now_s)
    if grant is None:
        raise _error(call, "invalid_grant", "The refresh token is unknown, old or revoked.")
    if call.state.settings.rotate_refresh_token:
        call.state.tokens.rotate(grant)
    grant.refresh_ends_s = call.now_s + call.state.settings.refresh_token_ttl_s
    return grant


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _token_form(call: Call, *, client_optional: bool = False) -> dict[str, str]:
    """Return the form of a token request after its client was checked."""
    form = _form(call)
    if call.request.query:
        raise _error(call, "invalid_request", "Parameters belong in the body.")
    client_id, secret = _client(call, form)
    if client_id is None and client_optional and not call.state.settings.secret_required:
        return form
    if client_id != CLIENT_ID or (secret is None and call.state.settings.secret_required):
        raise _error(call, "invalid_client", "The client is unknown.", status=401)
    if secret is not None and secret != CLIENT_SECRET:
        raise _error(call, "invalid_client", "The client secret is wrong.", status=401)
    return form


def _client(call: Call, form: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return client id and secret from HTTP Basic or the body (sign-in.md#requests)."""
    scheme, _, rest = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(rest, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None, None
        return unquote_plus(name), unquote_plus(secret)
    # An empty secret means that the program has none.
    return form.get("client_id"), form.get("client_secret") or None


def _form(call: Call) -> dict[str, str]:
    """Return the posted form; raises a refusal when the body is something else."""
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise call.refusal(415, "The body must be application/x-www-form-urlencoded.")
    return first_values(call.request.body.decode("utf-8", "replace"))


def _transaction(state: CloudState, form: Mapping[str, str], now_s: float) -> tuple[str, Transaction]:
    key = form.get("transaction", "")
    transaction = state.transactions.get(key)
    if transaction is None or now_s >= transaction.ends_s:
        state.transactions.pop(key, None)
        raise _trouble("This page is too old", "Go back to the softphone and sign in again.")
    return key, transaction


def _keep(state: CloudState, transaction: Transaction, now_s: float) -> str:
    for old in [key for key, one in state.transactions.items() if now_s >= one.ends_s]:
        del state.transactions[old]
    key = state.mint.uuid()
    state.transactions[key] = transaction
    return key


def _people(state: CloudState) -> list[Person]:
    return [account.person for account in state.accounts.values()]


def _page(html: str) -> Reply:
    return html_reply(200, html, _PAGE_HEADERS)


def _trouble(title: str, text: str) -> RefusalError:
    return RefusalError(html_reply(400, pages.trouble_page(title, text), _PAGE_HEADERS))


def _back_to_program(redirect_uri: str, program_state: str | None, **answer: str) -> Reply:
    if program_state is not None:
        answer["state"] = program_state
    joint = "&" if "?" in redirect_uri else "?"
    location = f"{redirect_uri}{joint}{urlencode(answer)}"
    return Reply(302, (("location", location), *_NO_STORE))


def _error(call: Call, name: str, text: str, *, status: int = 400) -> RefusalError:
    """Return an error of the token endpoint in either of its shapes (sign-in.md#errors)."""
    if call.state.settings.error_shape == "webex":
        return call.refusal(status, f"{name}: {text}", _NO_STORE)
    body = {"error": name, "error_description": text, "trackingID": call.tracking_id}
    return RefusalError(json_reply(status, body, _NO_STORE))
