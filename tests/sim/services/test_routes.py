import pytest

from softphone.sim import fault_reader
from softphone.sim.services import routes


@pytest.mark.parametrize(
    ("mobius_host", "method", "path", "place"),
    [
        (False, "GET", "/v1/authorize", "authorize"),
        (False, "POST", "/v1/authorize/consent", "authorize"),
        (False, "POST", "/idb/oauth2/v1/access_token", "token"),
        (False, "POST", "/v1/revoke", "revoke"),
        (False, "GET", "/v1/people/me", "people"),
        (False, "GET", "/v1/telephony/config/people/me", "telephony"),
        (False, "GET", "/u2c/api/v1/limited/catalog", "catalog"),
        (False, "PUT", "/wdm/api/v1/devices/x", "wdm"),
        (False, "GET", "/v1/region", "region"),
        (True, "GET", "/api/v1/calling/web/", "discovery"),
        (True, "GET", "/api/v1/calling/web", "discovery"),
        (True, "GET", "/api/v1/ping", "ping"),
        (True, "GET", "/api/v1/calling/web/devices", "devices"),
        (True, "POST", "/api/v1/calling/web/device", "register"),
        (True, "POST", "/api/v1/calling/web/devices/x/status", "keepalive"),
        (True, "DELETE", "/api/v1/calling/web/devices/x", "deregister"),
    ],
)
def test_every_place_has_its_path(mobius_host, method, path, place):
    found = routes.find(path, method, mobius_host=mobius_host)
    assert found is not None
    assert found.rule is not None
    assert found.place == place
    assert place in fault_reader.PLACES


def test_hosts_do_not_answer_each_others_paths():
    assert routes.find("/api/v1/ping", "GET", mobius_host=False) is None
    assert routes.find("/v1/people/me", "GET", mobius_host=True) is None


def test_plural_and_singular_are_different_paths():
    found = routes.find("/api/v1/calling/web/devices", "POST", mobius_host=True)
    assert found is not None
    assert found.rule is None


def test_wrong_method_says_which_are_right():
    found = routes.find("/wdm/api/v1/devices", "PATCH", mobius_host=False)
    assert found is not None
    assert found.allow == "GET, HEAD, OPTIONS, POST"


def test_head_is_answered_where_get_is():
    found = routes.find("/api/v1/ping", "HEAD", mobius_host=True)
    assert found is not None
    assert found.rule is not None
