"""The secrets of the tests in one place, and the mark by which a leak of any of them is found.

The tests of sign-in use the fixed ones below. `python -m tests.house.canary` has every secret that is made
while the tests run begin with the mark: `mark_what_is_made` reaches state and verifier of the program and
codes and tokens of the simulated cloud, in this process and, through a `sitecustomize`, in those it starts.
"""

import base64
import random
import re
import secrets

MARK = "CanaryCanary"  # twelve characters of base64, so nine bytes of what is random otherwise

CODE = f"{MARK}Code_PF84_5c3f3a52-3f0e-4b58-9d5e-2a7d0c6f41b8"
CLIENT_SECRET = f"{MARK}ClientSecret"
PASSWORD = f"{MARK}Password"

# Of tests that are older than the mark: what is written there, and looked for all the same.
OTHERS = {
    "client secret of the simulated cloud": "demo-secret-of-the-simulated-cloud",
    "password of its people": "password=demo",
    "client secret of tests": "s3cret",
    "code of tests": "the-code",
    "bearer token of tests": "c2VjcmV0LXRva2VuLW9mLW5vYm9keQ",
    "anything of the client's tests": "-canary",
}
_DOUBLES_TOKEN = rb"\b(?:access|refresh)-\d+\b"

# What the simulated cloud asks its mint for, one token or code at a time.
_MINTED_BYTES = frozenset({30, 48})


def access_token(number: int = 0) -> str:
    """The access token of a test: the first one, or that of the renewal of this number."""
    return f"{MARK}Access{number}"


def refresh_token(number: int = 0) -> str:
    """The refresh token that came with it."""
    return f"{MARK}Refresh{number}"


def patterns() -> dict[str, re.Pattern[bytes]]:
    """What a leak looks like: each secret as text, as UTF-16 and as a part of base64."""
    found = {"marked secret": _any_form(MARK), "token of the endpoint double": re.compile(_DOUBLES_TOKEN)}
    return found | {name: _any_form(value) for name, value in OTHERS.items()}


def mark_what_is_made() -> None:
    """From now on every state, verifier, code and token that is made in this process begins with the mark."""
    urlsafe, some_bytes, randbytes = secrets.token_urlsafe, secrets.token_bytes, random.Random.randbytes

    def token_urlsafe(nbytes: int | None = None) -> str:
        return MARK + urlsafe(nbytes)[len(MARK) :]

    def token_bytes(nbytes: int | None = None) -> bytes:
        return _begin_with_mark(some_bytes(nbytes))

    def marked_randbytes(self: random.Random, n: int) -> bytes:
        return _begin_with_mark(randbytes(self, n))

    secrets.token_urlsafe, secrets.token_bytes = token_urlsafe, token_bytes
    random.Random.randbytes = marked_randbytes  # type: ignore[method-assign]


def _any_form(secret: str) -> re.Pattern[bytes]:
    forms = {secret.encode(), secret.encode("utf-16-le"), *_within_base64(secret.encode())}
    return re.compile(b"|".join(re.escape(form) for form in sorted(forms)))


def _within_base64(secret: bytes) -> set[bytes]:
    """The characters that are the same whatever stands before and after; too few of them say nothing."""
    cores = set()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + secret).rstrip(b"=")
        cores.add(coded[-(-before * 8 // 6) : (len(secret) + before) * 8 // 6])
    return {core for core in cores if len(core) >= 8}


def _begin_with_mark(raw: bytes) -> bytes:
    head = base64.b64decode(MARK)
    return head + raw[len(head) :] if len(raw) in _MINTED_BYTES else raw
