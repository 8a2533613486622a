"""What the sign-in service answers, what a browser brings back, and what a keyring gives."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from softphone.auth import oauth, saved_sign_in
from softphone.auth.client_identity import _ID
from softphone.auth.device_code import DeviceGrant, NotYet, Pace, read_device_token, read_grant
from softphone.auth.fixed_token import checked_token
from softphone.auth.loopback import LINE_LIMIT_BYTES, LoopbackListener
from softphone.auth.refusals import error_name
from softphone.auth.saved_sign_in import Kept, _Access
from softphone.auth.token_answer import TOKEN_BODY_LIMIT_BYTES, Token, read_renewal_answer, read_token_answer
from softphone.checks.first_contact.routes import Route
from softphone.errors import RenewalError, SignedOutError, SignInError
from softphone.headless.token_command import _first_line
from softphone.settings.cloud_file import Cloud
from softphone.system import live_secrets
from softphone.values import replace
from tests.hostile.fuzz.readers.samples import NOW, answer_in, answer_of, as_json, errors, of_routes
from tests.hostile.fuzz.target import SENTENCE_CHARS, Target, check_plain, promise, run, texts

_SCOPES = Cloud().scopes
_HELD = Token(access_token="held", expires_at=NOW, refresh_token="refresh", scopes=_SCOPES, obtained_at=NOW)
_FIELDS = (
    *('"access_token":', '"token_type":', '"Bearer"', '"expires_in":', '"refresh_token":', '"error":'),
    *('"refresh_token_expires_in":', '"scope":', '"error_description":', '"errors":', '"description":'),
    *('"message":', '"trackingId":', "invalid_grant", "invalid_client", "authorization_pending", "slow_down"),
    *('"device_code":', '"user_code":', '"verification_uri":', '"verification_uri_complete":', '"interval":'),
    *("retry-after: 30", "date: ", "trackingid: ", "428", "400", "401", "403", "429", "500", "302"),
)


def _answers() -> Iterator[bytes]:
    for body in (*of_routes(Route.SIGN_IN), *errors(), b'{"error":"slow_down"}'):
        for status in (200, 400, 401, 428, 429, 503):
            yield answer_of(status, body, retry_after="30", date="Sun, 06 Nov 1994 08:49:37 GMT")
    for good in of_routes(Route.SIGN_IN):
        yield from [answer_of(200, good)] * 30  # so that many of the inputs are nearly good


def _check_token(token: Token) -> Token:
    live_secrets.forget()
    promise(NOW < token.expires_at < NOW + 4e8, "a token lives from 1 s to 10 years")
    promise(token.access_token.isascii() and " " not in token.access_token, "a token goes into a header")
    promise(len(token.access_token) <= 8192, "a token is bounded")
    promise((token.refresh_expires_at or NOW) >= NOW, "a refresh token lives on")
    return token


def _first(data: bytes) -> object:
    token = _check_token(read_token_answer(*answer_in(data), requested_scopes=_SCOPES, now=NOW))
    return token.notes, token.clock_off_s


def _renewed(data: bytes) -> object:
    token = read_renewal_answer(*answer_in(data), held=_HELD, now=NOW)
    promise(token.refresh_token, "what renews a sign-in is not lost")
    return _check_token(replace(token, expires_at=max(token.expires_at, NOW + 1))).notes


def _by_code(data: bytes) -> object:
    live_secrets.forget()
    status, headers, body = answer_in(data)
    found: list[object] = []
    try:
        grant = read_grant(status, headers, body, scopes=_SCOPES, now=NOW)
        promise(1 <= grant.interval_s <= 60 and 1 <= grant.life_s <= 1800, "waits are bounded")
        promise(grant.page_url.lower().startswith(("https://", "http://")), "the page is one")
        found += [_told_of_grant(grant)]
    except SignInError as error:
        check_plain(error.sentence, SENTENCE_CHARS)
        found += [error.outcome]
    token = read_device_token(status, headers, body, scopes=_SCOPES, now=NOW)
    if isinstance(token, NotYet):
        pace = Pace(interval_s=5.0, pause_s=5.0).after(token)
        promise(1 <= pace.pause_s <= 3600, "a pause is bounded")
        return [*found, token.why]
    return [*found, _check_token(token).notes]


_GRANT = as_json(
    {
        "device_code": "d",
        "user_code": "ABCD-EFGH",
        "interval": 5,
        "expires_in": "300",
        "verification_uri": "https://login.example/x",
        "verification_uri_complete": "https://login.example/x?c=1",
    }
)


def _told_of_grant(grant: DeviceGrant) -> tuple[str, ...]:
    return grant.user_code, grant.page_url, grant.complete_url


@cache
def _attempt() -> oauth.SignInAttempt:
    made = oauth.begin_sign_in(Cloud(client_id="C1"))
    live_secrets.forget()
    return replace(made, state="the-state", redirect_uri="http://localhost:47113/softphone/callback?a=b%20c")


_PLACE = "http://localhost:47113/softphone/callback?a=b%20c"


def _redirect_seeds() -> Iterator[bytes]:
    for query in (
        "&code=abc&state=the-state",
        "&error=access_denied&error_description=no+way&state=the-state",
        "&code=abc&state=other",
        "&state=the-state&code=a&iss=https%3A%2F%2Fidbroker.webex.com%2Fidb",
        "",
    ):
        yield f"{_PLACE}{query}".encode()
    yield b"HTTP://LOCALHOST:47113/%73oftphone/callback?a=b+c&code=x&state=the%2Dstate"


def _redirect(data: bytes) -> object:
    url = data.decode("utf-8", "replace")
    attempt = _attempt()
    is_ours, has_state = oauth.is_redirect(attempt.redirect_uri, url), oauth.carries_state(attempt, url)
    try:
        code = oauth.read_redirect(attempt, url, now_s=0.0)
    except SignInError:
        promise(error_name(url).isascii(), "an error's name is a name")
        raise
    promise(is_ours and has_state, "a code is taken from our address with our state alone")
    place, _, query = url.partition("?")
    promise(place.lower().startswith("http://localhost:47113/"), "a code is taken from our address alone")
    promise(
        parse_qs(query.partition("#")[0]).get("state") == ["the-state"],
        "a code is taken with our state alone",
    )
    promise(code.isascii() and code.isprintable() and 0 < len(code) <= 4096, "a code is one word")
    return True


def _pasted(data: bytes) -> object:
    async def take() -> bool:
        listener = LoopbackListener(_attempt(), by_hand=True)
        listener.take(data.decode("utf-8", "replace"))
        done = listener._answer.done() and not listener._answer.cancelled()
        promise(done, "what is taken ends the attempt")
        return done

    return run(take())


def _request(data: bytes) -> object:
    """One request to the loopback port, as `LocalServer` hands it on."""

    async def asked() -> object:
        listener = LoopbackListener(replace(_attempt(), redirect_uri=_PLACE))
        reader = asyncio.StreamReader(limit=LINE_LIMIT_BYTES)
        reader.feed_data(data)
        reader.feed_eof()
        status, url = await listener._read(reader)
        promise(url is None or oauth.carries_state(_attempt(), url), "only our state is believed")
        return status

    return run(asked())


def _request_seeds() -> Iterator[bytes]:
    target = _PLACE.removeprefix("http://localhost:47113")
    for host in ("localhost:47113", "127.0.0.1:47113", "[::1]:47113", "evil.example"):
        for query in ("&code=abc&state=the-state", "&state=x", ""):
            yield f"GET {target}{query} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n".encode()
    yield b"POST / HTTP/1.0\r\n\r\n"


_KEPT = Kept(
    client_id="C1",
    issuer="https://webexapis.com/v1/access_token",
    account="a",
    refresh_token="r",
    refresh_expires_at=NOW,
    scopes=("a", "b"),
    obtained_at=NOW,
    generation=3,
)
_ACCESS = _Access(access_token="t", expires_at=NOW, obtained_at=NOW, generation=3)


def _kept(data: bytes) -> object:
    text = data.decode("utf-8", "surrogateescape")
    found: list[Any] = [saved_sign_in._read(text, Kept), saved_sign_in._read(text, _Access)]
    for record, kind in zip(found, (Kept, _Access), strict=True):
        if record is not None:
            told = [
                getattr(record, name, None) for name in ("expires_at", "refresh_expires_at", "obtained_at")
            ]
            promise(all(at is None or 0 <= at < 1e11 for at in told), "a moment is of this age")
            again = saved_sign_in._read(saved_sign_in._text(record), kind)
            promise(again == record, "what is kept is read again as it was")
    client_id = _ID.fullmatch(text)
    return [record is not None for record in found], client_id is not None


def _token_text(data: bytes) -> object:
    token = checked_token(_first_line(data))
    promise(token is None or (token.isascii() and 0 < len(token) <= 8192), "a token is one word")
    return token is not None


_SIGN_IN: dict[str, Any] = {
    "words": _FIELDS,
    "told": texts,
    "most_bytes": TOKEN_BODY_LIMIT_BYTES,
}

TARGETS = (
    Target(
        name="token answer",
        read=_first,
        modules=("auth/token_answer.py", "auth/refusals.py"),
        seeds=_answers,
        raises=(SignInError,),
        share=5,
        **_SIGN_IN,
    ),
    Target(
        name="renewal answer",
        read=_renewed,
        modules=("auth/token_answer.py",),
        seeds=_answers,
        raises=(RenewalError, SignedOutError),
        share=5,
        **_SIGN_IN,
    ),
    Target(
        name="device code answers",
        read=_by_code,
        modules=("auth/device_code.py",),
        seeds=lambda: [*_answers(), *[answer_of(200, _GRANT)] * 30],
        raises=(SignInError,),
        share=2,
        **_SIGN_IN,
    ),
    Target(
        name="callback URL",
        read=_redirect,
        modules=("auth/oauth.py", "ui/sign_in/web_page.py"),
        seeds=_redirect_seeds,
        words=(
            _PLACE,
            "code=",
            "state=the-state",
            "error=",
            "iss=",
            "error_description=",
            "%2F",
            "&",
            "+",
            "#",
        ),
        raises=(SignInError,),
        most_bytes=8192,
        share=4,
    ),
    Target(
        name="pasted redirect",
        read=_pasted,
        modules=("auth/loopback.py", "headless/sign_in.py"),
        seeds=lambda: [
            *_redirect_seeds(),
            _PLACE.removeprefix("http://").encode() + b"&code=1&state=the-state",
        ],
        words=("code=", "state=the-state", "error=", "://"),
        raises=(SignInError,),
        most_bytes=8192,
        share=2,
    ),
    Target(
        name="loopback port's requests",
        read=_request,
        modules=("auth/loopback.py",),
        seeds=_request_seeds,
        words=("GET ", " HTTP/1.1\r\n", "Host: localhost:47113\r\n", "\r\n\r\n", "state=the-state"),
        raises=(asyncio.IncompleteReadError, asyncio.LimitOverrunError),
        share=3,
    ),
    Target(
        name="keyring's entries",
        read=_kept,
        modules=("auth/saved_sign_in.py", "auth/client_identity.py"),
        seeds=lambda: [as_json(asdict(_KEPT)), as_json(asdict(_ACCESS)), b"C0123abc"],
        words=tuple(f'"{name}":' for name in (*asdict(_KEPT), *asdict(_ACCESS))),
        raises=(),
        most_bytes=10_000,  # a token has 8192, and written again each character may take six
        share=4,
    ),
    Target(
        name="token of a command or a pipe",
        read=_token_text,
        modules=("headless/token_command.py", "auth/fixed_token.py"),
        seeds=lambda: [b"NzAw_PF84_1eb65fdf\n", b" a b\n"],
        raises=(),
        share=4,
    ),
)
