"""The search for secrets can fail: each form and each part of one is found, wherever it stands."""

import base64
import random
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.hostile.tokens.secret_search import PART_CHARS, Secrets
from tests.kit.secrets import MARK

FORMS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "in small letters": lambda secret: secret.lower().encode(),
    "every byte percent-encoded": lambda secret: "".join(f"%{ord(c):02x}" for c in secret).encode(),
    "percent-encoded twice": lambda secret: quote("".join(f"%{ord(c):02X}" for c in secret)).encode(),
    "in hex": lambda secret: secret.encode().hex().upper().encode(),
    "in UTF-16": lambda secret: secret.encode("utf-16-le"),
    "in base64": lambda secret: base64.b64encode(secret.encode()),
    "in base64 behind one": lambda secret: base64.b64encode(b"x" + secret.encode()),
    "in base64 behind two": lambda secret: base64.urlsafe_b64encode(b"xy" + secret.encode() + b"z"),
    "its first half": lambda secret: secret[:30].encode(),
    "its second half": lambda secret: secret[30:].encode(),
    "a part": lambda secret: secret[20 : 20 + PART_CHARS].encode(),
}


@pytest.fixture
def secrets() -> Secrets:
    return Secrets(random.Random(1))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_found_in_any_form(secrets: Secrets, form: Callable[[str], bytes]):
    secrets.new("refresh")
    bearer = secrets.new("bearer")
    assert secrets.found_in(b"GET /x?a=" + form(bearer) + b"&b HTTP/1.1") == {"bearer"}


def test_what_is_no_secret_is_not_found(secrets: Secrets):
    bearer = secrets.new("bearer", "_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f")
    shared = f"{MARK} _PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f {bearer[20 : 20 + PART_CHARS - 1]}"
    assert secrets.found_in(shared.encode()) == set()
