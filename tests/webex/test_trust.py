"""Which addresses may receive the token (protocol.md#trust)."""

import logging

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from softphone.errors import RequestError
from softphone.settings.cloud_file import Cloud
from softphone.webex.client import Client
from tests.webex.raw_server import loopback_cloud

REAL = Client(Cloud())
SIMULATED = Client(loopback_cloud())

GOOD = [
    "https://webexapis.com/v1/people/me",
    "https://mobius-us-east-1.prod.infra.webex.com/api/v1/calling/web/",
    "https://u2c.wbx2.com/u2c/api/v1/catalog?format=hostmap",
    "https://WDM-A.wbx2.com/wdm/api/v1/devices",
    "https://ds.ciscospark.com:443/v1/region",
    "https://a.b.c.broadcloud.com.au/x",
    "https://xn--mnchen-3ya.webex.com/",
]

HOSTILE = [
    "http://webexapis.com/",
    "https://evilwebex.com/",
    "https://webex.com.evil.example/",
    "https://a.webex.com.evil.example/",  # below another's name, or a part of one of its labels
    "https://a.webex.computer/",
    "https://u2c.wbx2.com.ru/",
    "https://ds.ciscospark.com-a.example/",
    "https://webexapis.com.evil.example/",
    "https://a.webex.com.au/",
    "https://webex.com/",  # the pattern covers what is below it
    "https://api.webexapis.com/",  # named without a star
    "https://evil.example/webexapis.com",
    "https://evil.example/?webexapis.com",
    "https://evil.example#.webex.com",
    "https://webexapis.com#x",
    "https://webexapis.com@evil.example/",
    "https://user:pass@webexapis.com/",
    "https://@webexapis.com/",
    "https://webexapis.com:8443/",
    "https://webexapis.com:80/",
    "https://webexapis.com./",
    "https://a.webex.com./",
    "https://.webex.com/",
    "https://a..webex.com/",
    "https://-a.webex.com/",
    "https://a_b.webex.com/",
    "https://%77ebexapis.com/",
    "https://webexapis%2ecom/",
    "https://webexapis.com%00.evil.example/",
    "https://webexapis.com\\.evil.example/",
    "https://evil.example\\.webex.com/",
    "https://web\texapis.com/",
    "https://webexapis.com\n.evil.example/",
    " https://webexapis.com/",
    "https://webexapis.com /",
    "https://webexapis\u3002com/",
    "https://a\u3002webex.com/",
    "https://\uff57ebexapis.com/",
    "https://webe\u0445.com/",
    "https://xn--webe-7ed.com/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://1.2.3.4.webex.com.5/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://localhost/",
    "http://127.0.0.1:8080/",
    "http://localhost/",
    "ftp://webexapis.com/",
    "wss://a.webex.com/",
    "//webexapis.com/",
    "/v1/people/me",
    "webexapis.com",
    "https:webexapis.com/",
    "https:///webexapis.com/",
    "https://",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "",
]


@pytest.mark.parametrize("url", GOOD)
def test_the_services_own_addresses_are_trusted(url: str):
    assert REAL.is_trusted(url)
    assert REAL.check_trusted(url) == httpx.URL(url)


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_by_name(url: str, caplog: pytest.LogCaptureFixture):
    assert not REAL.is_trusted(url)
    with pytest.raises(RequestError) as raised:
        REAL.check_trusted(url)
    assert raised.value.failure.title == "This address is not trusted"
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    caplog.clear()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "http://localhost:65535/", "https://127.0.0.1:8443/"]
)
def test_a_simulated_cloud_may_live_on_any_port_of_loopback(url: str):
    assert SIMULATED.is_trusted(url)
    assert not REAL.is_trusted(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2:1/",
        "http://127.1:1/",
        "http://0.0.0.0/",
        "http://[::1]:1/",  # not in its trusted_hosts
        "http://u@127.0.0.1:1/",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "http://evil.example/",
        "ws://127.0.0.1:1/",
        "https://webexapis.com/",
    ],
)
def test_a_simulated_cloud_lives_nowhere_else(url: str):
    assert not SIMULATED.is_trusted(url)


@pytest.mark.parametrize("name", ["token_url", "api_url", "u2c_url", "region_url"])
def test_one_address_of_the_cloud_off_loopback_ends_the_exception(name: str):
    local = dict.fromkeys(("token_url", "api_url", "u2c_url", "region_url"), "http://127.0.0.1:1/x")
    hosts = ("127.0.0.1", "webexapis.com")
    assert Client(Cloud(**local, trusted_hosts=hosts)).is_trusted("http://127.0.0.1:1/x")  # type: ignore[arg-type]
    local[name] = "https://webexapis.com/x"
    assert not Client(Cloud(**local, trusted_hosts=hosts)).is_trusted("http://127.0.0.1:1/x")  # type: ignore[arg-type]


LABEL = st.from_regex(r"[a-z0-9-]{1,8}", fullmatch=True)
EVIL = st.sampled_from(["evil.example", "webex.com.evil.example", "evilwebex.com", "webexapis.com.ru"])
JOINT = st.sampled_from(
    ["", ".", "@", ":", "#", "?", "/", "\\", "%2e", "%00", "\t", "。", ":443@", ";", ".."]
)


@given(st.lists(LABEL, max_size=3), JOINT, EVIL, JOINT, st.sampled_from(["", "/webex.com", "?a.webex.com"]))
@example(["webexapis", "com"], "@", "evil.example", "", "")
def test_whatever_is_trusted_dials_a_host_of_ours(
    labels: list[str], first: str, evil: str, second: str, rest: str
):
    url = f"https://{'.'.join(labels)}{first}{evil}{second}{rest}"
    if REAL.is_trusted(url):
        dialled = httpx.URL(url).raw_host.decode()
        assert dialled == "webexapis.com" or dialled.endswith((".webex.com", ".wbx2.com", ".ciscospark.com"))


@given(st.text())
def test_no_text_breaks_the_check(url: str):
    assert not REAL.is_trusted(url)
