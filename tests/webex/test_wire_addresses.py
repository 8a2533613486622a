"""One reader for what a server may name and what the client can dial (S2)."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.settings.cloud_file import Cloud
from softphone.system import live_secrets
from softphone.webex import wire
from softphone.webex.address import LIMIT_CHARS, as_http, read_address, socket_url
from softphone.webex.client import Client
from softphone.webex.messages.message_socket import with_query
from softphone.webex.wire import BrokenAnswerError
from tests.kit.secrets import access_token
from tests.system.test_live_secrets import SHAPES
from tests.webex.test_wire import C1, DEVICE, U2C, body, row

ODD_ADDRESSES = [
    "https://[::1",
    "https://[::1]]/",
    "https://[v1.x]/",
    "https://[:::::]/",
    "https://a.webex.com:99999/",
    "https://a.webex.com:0x50/",
    "https://a.webex.com:-1/",
    "https://a.webex.com:\u0661/",
    "https://u@a.webex.com/",
    "https://a.webex.com/#x",
    "https://a.webex.com/\u202e",
    "https://a.webex.com\\x",
    "HTTPS://a.webex.com/",
    "https://" + "a" * 3000,
    "https:///x",
    "https://%41.webex.com/",
    "https://a.webex.com/%",
    "https://1.2.3.256/",
    "https://7.0.0.09/",
    "https://[1.2.3.4]/",
]


PLACES: list[Callable[[str], tuple[str, Any]]] = [
    lambda text: ("catalog", {"serviceLinks": {"wdm": text, "mobius": text}}),
    lambda text: ("catalog", {"hostCatalog": {"a": [row(text)]}}),
    lambda text: (
        "catalog",
        {
            "services": [
                {"serviceName": name, "serviceUrls": [{"baseUrl": text}]} for name in ("wdm", "mobius")
            ]
        },
    ),
    lambda text: ("servers", {"primary": {"uris": [text]}, "backup": {"uris": [text]}}),
    lambda text: ("registration", {"device": DEVICE | {"uri": text}}),
    lambda text: ("registration", {"device": DEVICE | {"clientDeviceUri": text}}),
    lambda text: ("devices", {"devices": [DEVICE | {"uri": text, "clientDeviceUri": text}]}),
    lambda text: ("wdm", {"url": text, "userId": "u"}),
    lambda text: ("names", [{"url": text, "name": "n"}]),
]


def addresses_in(kind: str, answer: bytes) -> list[str]:
    """Return the addresses that the reader of this kind takes out of an answer."""
    if kind == "catalog":
        catalog = wire.read_catalog(answer, U2C)
        return [url for url in (catalog.wdm_url, *catalog.cluster_urls) if url]
    if kind == "servers":
        servers, dropped = wire.read_servers(answer, cluster_url=C1, trusted=REAL.is_trusted)
        assert all(isinstance(url, str) for url in dropped)
        return [server.url for server in (*servers.primaries, *servers.backups)]
    if kind == "registration":
        device = wire.read_registration(answer).device
        return [url for url in (device.uri, device.client_device_uri) if url]
    if kind == "devices":
        return [
            u for device in wire.read_devices(answer) for u in (device.uri, device.client_device_uri) if u
        ]
    if kind == "wdm":
        return [wire.read_wdm_device(answer).url]
    return list(wire.read_wdm_rows(answer))


REAL = Client(Cloud())


@given(
    st.text()
    | st.sampled_from(ODD_ADDRESSES)
    | st.from_regex(r"https?://[\[\]:@/?#%A-Za-z0-9.-]{0,20}", fullmatch=True)
    | st.from_regex(r"https://[a-z]{1,5}\.webex\.com(:[0-9]{1,6})?(/[ -~]{0,9})?", fullmatch=True),
    st.sampled_from(PLACES),
)
def test_s2_any_text_for_an_address_is_one_that_can_be_dialled_or_is_left_out(text: str, place: Any):
    kind, value = place(text)
    with contextlib.suppress(BrokenAnswerError):
        for url in addresses_in(kind, json.dumps(value).encode()):
            assert read_address(url) is not None
            with contextlib.suppress(httpx.InvalidURL):  # punycode that decodes to nothing: not trusted
                assert httpx.URL(url).raw_host.decode() == read_address(url).host  # type: ignore[union-attr]
            REAL.is_trusted(url)


@pytest.mark.parametrize("text", ODD_ADDRESSES)
def test_s2_an_odd_address_is_left_out_or_makes_the_answer_a_broken_one(text: str):
    for place in PLACES:
        kind, value = place(text)
        with contextlib.suppress(BrokenAnswerError):
            assert text not in addresses_in(kind, body(value)) or REAL.is_trusted(text) or "%" in text


def test_an_address_is_taken_apart_once():
    address = read_address("https://Mobius.webex.com:443/api/v1/?a=1")
    assert address is not None
    assert (address.scheme, address.host, address.port) == ("https", "mobius.webex.com", 443)
    assert (address.path, address.query) == ("/api/v1/", "?a=1")
    assert address.origin == read_address("https://mobius.webex.com/x").origin  # type: ignore[union-attr]
    assert read_address("http://[::1]:80/").origin == ("http", "::1", 80)  # type: ignore[union-attr]
    assert read_address(7) is None


TOKEN = access_token() + "KzQ8vTn2Rw7YbLc4"


@pytest.mark.parametrize("shape", ["as it is", "every byte percent-encoded", "base64, one more", "cut off"])
def test_an_address_with_a_secret_of_ours_is_none(shape: str):
    url = f"https://wdm-a.wbx2.com/wdm/api/v1/devices/{SHAPES[shape](TOKEN).rstrip('=')}"
    assert read_address(url) is not None
    live_secrets.note(TOKEN)
    assert read_address(url) is None
    assert not Client(Cloud()).is_trusted(url)
    assert not Client(Cloud()).is_trusted(f"https://{TOKEN}.webex.com/")


@pytest.mark.parametrize("name", [TOKEN, f"0-{TOKEN}", TOKEN[:20]])
def test_an_id_with_a_secret_of_ours_is_none(name: str):
    live_secrets.note(TOKEN)
    device = {"url": "https://wdm-a.wbx2.com/wdm/api/v1/devices/w1", "userId": name}
    with pytest.raises(BrokenAnswerError):
        wire.read_wdm_device(body(device))
    assert wire.read_person(body({"id": name})).uuid == ""
    granted = body({"device": DEVICE | {"deviceId": name, "uri": f"https://a.webex.com/devices/{name}"}})
    with pytest.raises(BrokenAnswerError):
        wire.read_registration(granted)
    assert wire.read_granted_device(granted) is None
    assert wire.read_devices(body({"devices": [DEVICE | {"deviceId": name}]})) == ()


def test_a_sockets_address_has_room_for_what_is_added_to_its_query():
    longest = "wss://a.webex.com/x?" + "a" * (LIMIT_CHARS - 220)
    assert socket_url(longest) == longest
    assert read_address(as_http(with_query(longest))) is not None
    assert socket_url(f"{longest}a") == ""
