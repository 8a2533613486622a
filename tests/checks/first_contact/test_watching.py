"""Whatever comes over the wire, watching it neither fails nor keeps a value."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.checks.first_contact.expected import EXPECTED
from softphone.checks.first_contact.routes import Places, Route
from softphone.checks.first_contact.watching import Watcher
from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud
from softphone.webex.exchange import Exchange
from tests.checks.first_contact.test_shapes import HOSTILE, JSON, MARK, marked_texts

CLOUD = Cloud()
BASE = "https://mobius-dfw.webex.com/api/v1/calling/web/"
ASKED = {
    Route.CATALOG: ("GET", f"{CLOUD.u2c_url}/catalog?format=hostmap"),
    Route.REGION: ("GET", CLOUD.region_url),
    Route.PERSON: ("GET", f"{CLOUD.api_url}/people/me?callingData=true"),
    Route.NUMBERS: ("GET", f"{CLOUD.api_url}/telephony/config/people/me"),
    Route.TOKEN_EXPIRY: ("GET", f"{CLOUD.api_url}/authorizations/tokenExpiry"),
    Route.SIGN_IN: ("POST", CLOUD.token_url),
    Route.REVOKE: ("POST", CLOUD.revoke_url),
    Route.WDM_CREATE: ("POST", "https://wdm-a.wbx2.com/wdm/api/v1/devices?includeUpstreamServices=all"),
    Route.WDM_REFRESH: ("PUT", "https://wdm-a.wbx2.com/wdm/api/v1/devices/d1?includeUpstreamServices=all"),
    Route.WDM_NAMES: ("GET", "https://wdm-a.wbx2.com/wdm/api/v1/devices"),
    Route.WDM_DELETE: ("DELETE", "https://wdm-a.wbx2.com/wdm/api/v1/devices/d1"),
    Route.SERVERS: ("GET", f"{BASE}?regionCode=US-EAST&countryCode=US"),
    Route.REGISTER: ("POST", f"{BASE}device"),
    Route.KEEPALIVE: ("POST", f"{BASE}devices/d1/status"),
    Route.DEVICES: ("GET", f"{BASE}devices?userid=u1"),
    Route.DEREGISTER: ("DELETE", f"{BASE}devices/d1"),
    Route.PING: ("GET", "https://mobius-dfw.webex.com/api/v1/ping"),
    Route.OTHER: ("GET", f"{BASE}coffee"),
}


def told_of(seen: Exchange) -> str:
    """Return everything that is kept of an exchange for the report."""
    watcher = Watcher(Places(CLOUD), Policy())
    watcher.see(seen)
    return json.dumps([watcher.entries, [str(one) for one in watcher.differences]])


@pytest.mark.parametrize("route", Route, ids=lambda route: route.value)
def test_each_request_of_the_guide_is_known(route: Route) -> None:
    assert Places(CLOUD).route_of(*ASKED[route]) is route


def with_odd_parts(value: Any) -> st.SearchStrategy[Any]:
    """Return answers like the sample, any part of which may be something else."""
    if isinstance(value, dict):
        inner = st.fixed_dictionaries({key: with_odd_parts(one) for key, one in value.items()})
        more = st.dictionaries(marked_texts(), JSON, max_size=2)
        return st.one_of(st.tuples(inner, more).map(lambda both: {**both[0], **both[1]}), JSON)
    if isinstance(value, list):
        return st.one_of(st.lists(st.one_of(*map(with_odd_parts, value)), max_size=3), JSON)
    return st.one_of(JSON, st.just(value))


@given(
    st.data(), st.sampled_from(list(ASKED)), st.sampled_from([200, 200, 200, 204, 302, 401, 403, 429, 503])
)
def test_nothing_of_an_answer_is_kept_whatever_it_holds(
    data: st.DataObject, route: Route, status: int
) -> None:
    sample = EXPECTED[route].sample if route in EXPECTED else {}
    body = json.dumps(data.draw(with_odd_parts(sample))).encode()
    headers = data.draw(st.dictionaries(marked_texts(), marked_texts(), max_size=3))
    method, url = ASKED[route]
    seen = Exchange(method, url, headers, body, status, headers, body, 0.1)
    told = told_of(seen)
    assert MARK.lower() not in told.lower()
    assert "98765" not in told


@given(st.binary(max_size=300), st.sampled_from(list(ASKED)))
def test_bytes_that_are_nothing_at_all_fail_nobody(body: bytes, route: Route) -> None:
    method, url = ASKED[route]
    assert told_of(Exchange(method, url, {}, body, 200, {}, body, 0.1))


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_answer_makes_no_large_entry(what: str) -> None:
    body = json.dumps(HOSTILE[what]).encode()
    for method, url in ASKED.values():
        assert len(told_of(Exchange(method, url, {}, b"", 200, {}, body, 0.1))) < 30_000


def test_of_a_form_that_was_sent_only_the_names_are_kept() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    form = b"grant_type=refresh_token&refresh_token=secret&ada=1"
    told = told_of(Exchange("POST", CLOUD.token_url, headers, form, 200, {}, b"{}"))
    assert '"keys": ["grant_type", "refresh_token", "(word 3)"]' in told
    assert "secret" not in told
