"""What an address is, to its edges, and why one may not be asked (protocol.md#trust)."""

import pytest

from softphone.settings.cloud_file import Cloud
from softphone.webex.address import Address, Trust, as_http, read_address, socket_url
from tests.webex.raw_server import loopback_cloud


def test_an_address_is_read_into_its_parts():
    assert read_address("https://A.Webex.com:8443/x/y?a=1&b") == Address(
        "https", "a.webex.com", 8443, "/x/y", "?a=1&b"
    )
    assert read_address("http://[::1]") == Address("http", "::1", None, "", "")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://h.x", ("https", "h.x", 443)),
        ("http://h.x", ("http", "h.x", 80)),
        ("https://h.x:80", ("https", "h.x", 80)),
        ("http://h.x:443", ("http", "h.x", 443)),
    ],
)
def test_where_an_address_leads_has_the_port_of_its_scheme(url: str, origin: tuple[str, str, int]):
    address = read_address(url)
    assert address is not None
    assert address.origin == origin


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://h.x/" + "y" * (2048 - 12), True),
        ("https://h.x/" + "y" * (2049 - 12), False),
        ("https://h.x:0/", True),
        ("https://h.x:65535/", True),
        ("https://h.x:65536/", False),
        ("https://h.x:099999/", False),
        ("https://" + "a" * 253, True),
        ("https://" + "a" * 254, False),
        ("https://[::1]/", True),
        ("https://[::1", False),
        ("https://[:::]/", False),
        ("https://[1.2.3.4]/", False),
        ("https://-h.x/", False),
        ("ftp://h.x/", False),
        ("https://u@h.x/", False),
        ("https://h.x/#f", False),
        ("https://h.x/a b", False),
        ("", False),
    ],
)
def test_an_address_of_a_kind_that_we_never_write_is_none(url: str, is_one: bool):
    assert (read_address(url) is not None) is is_one
    assert read_address(url.encode()) is None


@pytest.mark.parametrize(
    ("url", "http"),
    [
        ("ws://h.x/a", "http://h.x/a"),
        ("wss://h.x/a", "https://h.x/a"),
        ("https://h.x", ""),
        ("xws://h.x", ""),
        ("ws:h.x", ""),
    ],
)
def test_a_websocket_is_judged_as_what_it_is_dialled_by(url: str, http: str):
    assert as_http(url) == http
    assert socket_url(url) == (url if http else "")
    assert socket_url(f"{url} ") == socket_url(None) == ""


TRUST = Trust(hosts=("*.webex.com", "own.example"), loopback=False)
HTTPS, PORT, NAME = "it is not https", "it names a port of its own", "its host is not a plain name"
OTHER = "its host is not trusted by the cloud file"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://a.webex.com", None),
        ("https://a.b.webex.com:443", None),
        ("https://own.example", None),
        ("https://x.own.example", OTHER),
        ("https://webex.com", OTHER),
        ("https://xwebex.com", OTHER),
        ("https://a.webex.com.evil.example", OTHER),
        ("http://a.webex.com", HTTPS),
        ("https://a.webex.com:80", PORT),
        ("https://a.webex.com:444", PORT),
        ("https://webex", NAME),
        ("https://a..webex.com", NAME),
        ("https://a-.webex.com", NAME),
        (f"https://{'a' * 63}.webex.com", None),
        (f"https://{'a' * 64}.webex.com", NAME),
        ("https://1.2.3.4", NAME),
        ("https://a.9webex", NAME),
        ("https://[::1]", NAME),
        ("https://127.0.0.1", NAME),
        ("https://localhost", NAME),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused_for_its_reason(url: str, why: str | None):
    address = read_address(url)
    assert address is not None
    assert TRUST.refusal(address) == why


def test_a_cloud_on_this_computer_trusts_what_it_names_of_it_and_nothing_else_there():
    trust = Trust.of(loopback_cloud())
    assert trust == Trust(hosts=("127.0.0.1", "localhost"), loopback=True)
    asked = {host: read_address(f"http://{host}:81/") for host in ("127.0.0.1", "localhost", "[::1]")}
    whys = [trust.refusal(address) for address in asked.values() if address is not None]
    assert whys == [None, None, "it is not one of this cloud's addresses"]
    outside = read_address("http://a.webex.com")
    assert outside is not None
    assert trust.refusal(outside) == HTTPS
    assert Trust.of(Cloud(trusted_hosts=("*.WEBEX.com",))) == Trust(hosts=("*.webex.com",), loopback=False)
