"""The list of versions: whose it is, what it may say, and what becomes of it on the way."""

import asyncio
import base64
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from softphone import __version__
from softphone.checks import updates
from softphone.checks.update_source import UpdateSource
from softphone.checks.updates import LIST_LIMIT_BYTES, Update, look_for_update, read_list, read_version
from softphone.errors import UpdateError
from softphone.settings.cloud_file import Network
from softphone.webex.address import read_address
from tests.kit.certificates import certificate
from tests.kit.ports import free_port
from tests.webex.raw_server import Exchange, Handler, always, resetting, serving, truncated

KEY = Ed25519PrivateKey.generate()
PAGE = "https://updates.example.com/99.0.0"


def source_at(url: str) -> UpdateSource:
    address = read_address(url)
    assert address is not None
    return UpdateSource(address, KEY.public_key().public_bytes_raw())


SOURCE = source_at("https://updates.example.com/softphone.json")


def listed(**changes: Any) -> bytes:
    said = {"version": "99.0.0", "date": "2026-12-24", "notes": "Lines come back faster.", "page": PAGE}
    return json.dumps(said | changes).encode()


def signature(body: bytes, key: Ed25519PrivateKey = KEY) -> bytes:
    return base64.b64encode(key.sign(body)) + b"\n"


def read(body: bytes) -> Update:
    return read_list(body, signature(body), SOURCE)


def numbered(cases: list[Any]) -> list[str]:
    """Names that do not hold the random key, nor 20,000 brackets."""
    return [str(number) for number in range(len(cases))]


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


# ---- whose it is

BODY = listed()
FOREIGN = [
    *[(flipped(BODY, place), signature(BODY)) for place in (0, 13, len(BODY) - 1)],
    *[(BODY, base64.b64encode(flipped(KEY.sign(BODY), place))) for place in (0, 40, 63)],
    (BODY, signature(BODY, Ed25519PrivateKey.generate())),
    (BODY[:-1], signature(BODY)),
    (BODY + b"\n", signature(BODY)),
    (b"", signature(BODY)),
    (listed(version="98.0.0"), signature(BODY)),
    (BODY, base64.b64encode(KEY.sign(BODY)[:-1])),
    (BODY, b""),
    (BODY, KEY.sign(BODY)),
    (BODY, KEY.sign(BODY).hex().encode()),
    (BODY, "näher".encode()),
]


@pytest.mark.parametrize(("body", "signed"), FOREIGN, ids=numbered(FOREIGN))
def test_a_list_that_the_authors_have_not_signed_is_not_read(
    body: bytes, signed: bytes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(updates, "read_json", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(UpdateError, match=r"updates\.example\.com .*not made by the authors") as raised:
        read_list(body, signed, SOURCE)
    assert raised.value.title == "The list of versions is not genuine"


# ---- what it may say


@pytest.mark.parametrize("notes", ["Lines come back faster.", "Schnellere Rückkehr, „電話“ zuerst."])
def test_a_genuine_list_says_what_is_new_and_where(notes: str):
    update = read(listed(notes=notes, further="is for later versions"))
    assert (update.version, update.date.isoformat(), update.notes) == ("99.0.0", "2026-12-24", notes)
    assert update.page == PAGE
    assert update.is_newer


@pytest.mark.parametrize(
    ("version", "is_newer"),
    [
        ("1.2.4", True),
        ("1.10.0", True),
        ("2.0.0", True),
        ("1.2.3", False),
        ("1.2.2", False),
        ("1.1.10", False),
        ("0.99.99", False),
    ],
)
def test_versions_are_compared_by_their_numbers(
    version: str, monkeypatch: pytest.MonkeyPatch, *, is_newer: bool
):
    monkeypatch.setattr(updates, "__version__", "1.2.3")
    assert read(listed(version=version)).is_newer is is_newer


def test_this_program_has_a_version_that_can_be_compared():
    assert len(read_version(__version__)) == 3


NONSENSE = [
    *[
        listed(version=version)
        for version in (
            *("", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3-rc1", "1.2.3\n", " 1.2.3", "1.2.-3", "01.2.3"),
            *("1.2.3e9", "1.2.9999999", "\uff11.2.3", "1.2.\u0663", "1.2.3\u202e", "../1.2.3", 1.2, None),
        )
    ],
    *[listed(date=date) for date in ("", "2026-13-01", "20261224", "24.12.2026", 20261224)],
    *[listed(notes=notes) for notes in ("", "a\nb", "a\u202eb", "a\x00", "a" * 301, "\ud800", ["a"])],
    *[
        listed(page=page)
        for page in (
            *("", "updates", "http://updates.example.com/99.0.0", "https://example.com/99.0.0"),
            *("https://updates.example.com.evil.example/", "https://updates.example.com@evil.example/"),
            *("https://updates.example.com:8443/", "javascript:alert(1)", "file:///etc/passwd", None),
        )
    ],
    b"",
    b"\xff",
    b"<html>",
    b"[]",
    b"null",
    b"{}",
    b"[" * 20_000,
    BODY[:-1],
    BODY[:-1] + b', "version": "98.0.0"}',
]


@pytest.mark.parametrize("body", NONSENSE, ids=numbered(NONSENSE))
def test_what_makes_no_sense_is_refused_as_a_whole_though_it_is_signed(body: bytes):
    with pytest.raises(UpdateError, match=r"is genuine, but this app cannot read it"):
        read(body)


# ---- the way


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Network]:
    context, ca_file = certificate(tmp_path_factory.mktemp("tls"))
    return context, Network(proxy="none", extra_ca_file=ca_file)


def publishing(body: bytes, signed: bytes) -> Handler:
    async def answer(exchange: Exchange) -> None:
        path = exchange.asked.line.split()[1]
        await exchange.answer(body={"/list.json": body, "/list.json.sig": signed}[path])

    return answer


async def look(url: str, network: Network) -> Update:
    try:
        return await look_for_update(source_at(url), network)
    finally:
        for _ in range(20):  # generators of httpx that were left half-read close one after another
            await asyncio.sleep(0)


async def asked_of(handler: Handler, tls: tuple[ssl.SSLContext, Network]) -> tuple[UpdateError, list[str]]:
    """Return the error of a look at a host that does this, and what the host was asked."""
    async with serving(handler, tls[0]) as server:
        with pytest.raises(UpdateError) as raised:
            await look(f"https://localhost:{server.port}/list.json", tls[1])
        return raised.value, [asked.line.split()[1] for asked in server.asked]


async def test_one_host_is_asked_for_the_list_and_its_signature_without_a_token(
    tls: tuple[ssl.SSLContext, Network],
):
    async with serving(always(), tls[0]) as server:
        body = listed(page=f"https://localhost:{server.port}/99")
        server.handler = publishing(body, signature(body))
        update = await look(f"https://localhost:{server.port}/list.json", tls[1])
        assert update.is_newer
        assert [asked.line for asked in server.asked] == [
            "GET /list.json HTTP/1.1",
            "GET /list.json.sig HTTP/1.1",
        ]
        sent = {name for asked in server.asked for name in asked.headers}
        assert sent == {"host", "user-agent", "accept", "accept-encoding", "connection", "trackingid"}


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (always(302, location="https://localhost/other.json"), "sent no list"),
        (always(301, location="/list.json.sig"), "sent no list"),
        (always(404), "sent no list"),
        (always(500), "sent no list"),
        (always(body=b" " * (LIST_LIMIT_BYTES + 1)), "too long for a list"),
        (always(body=b" " * 300_000), "sent no list"),
        (always(content_encoding="br"), "sent no list"),
        (truncated, "broke off"),
        (resetting, "broke off"),
    ],
)
async def test_an_answer_that_is_no_list_ends_the_look_with_the_first_request(
    tls: tuple[ssl.SSLContext, Network], handler: Handler, words: str
):
    error, asked = await asked_of(handler, tls)
    assert words in error.sentence
    assert "localhost" in error.sentence
    assert set(asked) == {"/list.json"}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: publishing(BODY, b" " * (LIST_LIMIT_BYTES + 1)), "too long"),
        (lambda: publishing(BODY, signature(BODY, Ed25519PrivateKey.generate())), "not made by the authors"),
        (lambda: always(body=b"<html>Sign in to this network</html>"), "not made by the authors"),
        (lambda: publishing(BODY, signature(BODY)), "cannot read it"),  # the page is on another host
    ],
)
async def test_a_list_that_came_and_cannot_be_believed_is_not(
    tls: tuple[ssl.SSLContext, Network], made: Callable[[], Handler], words: str
):
    error, asked = await asked_of(made(), tls)
    assert words in error.sentence
    assert asked == ["/list.json", "/list.json.sig"]


async def test_a_host_that_is_not_there_or_not_trusted_cannot_be_reached(
    tls: tuple[ssl.SSLContext, Network], tmp_path: Path
):
    with pytest.raises(UpdateError, match="localhost cannot be reached"):
        await look(f"https://localhost:{free_port()}/list.json", tls[1])
    async with serving(always(), tls[0]) as server:
        with pytest.raises(UpdateError, match="localhost cannot be reached"):
            await look(f"https://localhost:{server.port}/list.json", Network(proxy="none"))
        assert server.asked == []
