"""Good answers to begin with: the project's own samples, and what the service says beside them."""

import json
from collections.abc import Iterator

from softphone.checks.first_contact.expected import CATALOG_V2, EXPECTED
from softphone.checks.first_contact.routes import Route

WDM_URL = "https://wdm-a.wbx2.com/wdm/api/v1/devices/5f0b7a5e-0f6d-4f5e-9c0a-1f6a0c2d7b11"
CLUSTER = "https://mobius-us.webex.com/api/v1/calling/web/"
NOW = 1_800_000_000.0

KEYS = tuple(
    dict.fromkeys(
        f'"{part}":'
        for expected in (*EXPECTED.values(), CATALOG_V2)
        for key in expected.keys
        for part in key.path.replace("[]", "").split(".")
        if part != "*"
    )
)
HOSTS = (
    *("https://mobius-dfw.webex.com/api/v1", "https://evilwebex.com/", "https://webex.com.evil.example/"),
    *("https://user:pw@mobius.webex.com/", "https://mobius.webex.com:444/", "https://mobius.webex.com:0/"),
    *("https://[::1]:80/", "https://mobius\u3002webex.com/", "https://xn--a.webex.com/", "/calling/web/"),
    *("https://mobius.webex.com./", "https://MOBIUS.webex.com/", "wss://mobius.webex.com/x?a=b"),
)


def as_json(value: object) -> bytes:
    """A value as a body."""
    return json.dumps(value).encode()


def of_routes(*routes: Route) -> Iterator[bytes]:
    """The guide's samples of the answers."""
    for route in routes:
        yield as_json(EXPECTED[route].sample)


def every_body() -> Iterator[bytes]:
    """All of them, and error bodies."""
    yield from of_routes(*(route for route in EXPECTED if EXPECTED[route].sample is not None))
    yield as_json(CATALOG_V2.sample)
    yield from errors()


def errors() -> Iterator[bytes]:
    """Bodies of refusals in every form, and pages in their place."""
    device = EXPECTED[Route.DEVICES].sample["devices"][0]
    yield as_json({"errorCode": 101, "devices": [device], "trackingId": "T_1"})
    yield as_json({"message": "no", "errors": [{"description": "invalid_grant"}], "trackingId": "T-1"})
    yield as_json({"error": "invalid_grant", "error_description": "it was revoked"})
    yield as_json({"error": {"key": 5}, "errorCode": "102"})
    yield b"<!doctype html><html><title>Please sign in</title></html>"
    yield b"\xef\xbb\xbf {}"
    yield b""


def answer_of(status: int, body: bytes, **headers: str) -> bytes:
    """An answer as `answer_in` reads it."""
    rows = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\n".join([str(status), *rows]).encode() + b"\n\n" + body


def answer_in(data: bytes) -> tuple[int, dict[str, str], bytes]:
    """The status, the headers and the body that some bytes say: whatever they are, they are an answer."""
    head, _, body = data.partition(b"\n\n")
    first, *rows = head.decode("latin-1").split("\n")
    pairs = (row.partition(":") for row in rows)
    status = int(first) if first.isascii() and first.isdigit() and len(first) == 3 else 200
    return status, {name.strip(): value.strip() for name, _, value in pairs}, body
