import pytest

from softphone.auth.untrusted import plain_text
from softphone.calling.provider import Discovery, ServiceRequest, nobody_counts
from softphone.errors import ConfigError
from softphone.line.model import Servers, Service
from tests.calling.fake_provider import ADA


@pytest.mark.parametrize(
    ("indicator", "domain"),
    [
        (Service.CALLING, ""),
        (Service.CALLING, "rtw.prod-us.rtmsprod.net"),
        (Service.CONTACT_CENTER, "rtw.prod-us.rtmsprod.net"),
        (Service.CONTACT_CENTER, "a1.io"),
        (Service.GUEST, ""),
    ],
)
def test_a_service_with_a_domain_it_may_have_is_taken(indicator: Service, domain: str):
    assert ServiceRequest(indicator, domain).domain == domain


@pytest.mark.parametrize(
    ("indicator", "domain"),
    [
        pytest.param(Service.CONTACT_CENTER, "", id="V89 none"),
        pytest.param(Service.CALLING, "bad", id="V89 no dot"),
        pytest.param(Service.GUEST, "bad", id="V89 guest"),
        pytest.param(Service.CONTACT_CENTER, "rtw..net", id="V89 two dots"),
        pytest.param(Service.CONTACT_CENTER, "-rtw.net", id="V89 leading dash"),
        pytest.param(Service.CONTACT_CENTER, "rtw.n3t", id="V89 digit in the last label"),
        pytest.param(Service.CONTACT_CENTER, "rtw.network", id="V89 last label too long"),
        pytest.param(Service.CONTACT_CENTER, "rtw.net\n", id="V89 line end"),
        pytest.param(Service.CONTACT_CENTER, "rtw.net/path", id="V89 path"),
        pytest.param(Service.CONTACT_CENTER, "a." * 200 + "net", id="V89 too long"),
    ],
)
def test_a_domain_of_another_shape_is_refused_with_an_example(indicator: Service, domain: str):
    with pytest.raises(ConfigError, match=rf"{indicator.value}.*rtw\.prod-us\.rtmsprod\.net"):
        ServiceRequest(indicator, domain)


def test_only_a_service_that_needs_no_domain_may_leave_it_empty_and_the_error_says_so():
    with pytest.raises(ConfigError, match=r"rtmsprod\.net\.$"):
        ServiceRequest(Service.CONTACT_CENTER, "")
    with pytest.raises(ConfigError, match=r"rtmsprod\.net, or empty\.$"):
        ServiceRequest(Service.CALLING, "bad")


def test_v89_an_unknown_service_is_refused_and_the_known_are_named():
    with pytest.raises(ConfigError, match=r"'abc'.*CALLING, Service.CONTACT_CENTER, Service.GUEST\.$"):
        ServiceRequest("abc")  # type: ignore[arg-type]


def test_a_plain_service_is_a_request_without_a_domain():
    assert ServiceRequest.of(Service.GUEST) == ServiceRequest(Service.GUEST)
    with pytest.raises(ConfigError):
        ServiceRequest.of(Service.CONTACT_CENTER)


def test_a_guests_token_is_not_in_the_picture_of_the_request():
    assert "JWE" not in repr(ServiceRequest(Service.GUEST, guest_name="Ann", jwe="JWE"))


def test_a_guests_token_that_a_server_sends_back_is_hidden():
    jwe = "eyJhbGciOiJSU0EtT0FFUCJ9.ZW5jcnlwdGVka2V5.aXZpdml2aXY.Y2lwaGVydGV4dA.dGFndGFndGFn"
    ServiceRequest(Service.GUEST, guest_name="Ann", jwe=jwe)
    assert plain_text(f"You are {jwe[30:60]}") == "You are [hidden]"


def test_a_discovery_that_says_no_more_waits_for_nothing_and_knows_no_other_devices():
    discovery = Discovery(account=ADA, user_id="user", device_uri="w1", servers=Servers())
    assert not discovery.details_pending
    assert not discovery.details_untold
    assert (discovery.phone_number, discovery.extension, discovery.warnings) == (None, None, ())
    assert discovery.device_uri_of(Service.GUEST) == "w1"
    assert discovery.own_device_uris(Service.CALLING) == {"w1"}


@pytest.mark.parametrize(("length", "is_taken"), [(253, True), (254, False)])
def test_a_domain_is_as_long_as_dns_allows_and_one_refused_is_not_repeated_whole(length: int, is_taken: bool):
    domain = "a." * ((length - 3) // 2) + "a" * ((length - 3) % 2) + "net"
    domain = domain if len(domain) == length else "a" + domain[: length - 1]
    if is_taken:
        assert ServiceRequest(Service.CALLING, domain).domain == domain
    else:
        with pytest.raises(ConfigError) as caught:
            ServiceRequest(Service.CALLING, domain)
        assert domain[:100] in str(caught.value)
        assert domain[:101] not in str(caught.value)


def test_a_line_knows_its_orphans_from_the_devices_of_the_lines_beside_it():
    discovery = Discovery(
        account=ADA,
        user_id="user",
        device_uri="w1",
        device_uris={Service.CALLING: "w1", Service.CONTACT_CENTER: "w2"},
        servers=Servers(),
        known_device_uris=frozenset({"w0", "w1", "w2"}),
    )
    assert discovery.device_uri_of(Service.CONTACT_CENTER) == "w2"
    assert discovery.own_device_uris(Service.CALLING) == {"w0", "w1"}
    assert discovery.own_device_uris(Service.CONTACT_CENTER) == {"w0", "w2"}


def test_where_nobody_counts_every_request_may_go_out_once_more():
    assert nobody_counts()
