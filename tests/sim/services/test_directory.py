from urllib.parse import urlsplit

import pytest

from tests.sim.conftest import desk_for


def test_people_me_says_who_i_am_in_the_public_form(desk):
    me = desk.get("/v1/people/me").json
    assert (me["emails"], me["displayName"]) == (["ada@example.com"], "Ada Lovelace")
    assert me["id"].startswith("Y2lz")
    assert "phoneNumbers" not in me


def test_a_token_can_be_asked_when_it_ends(desk):
    ends = desk.get("/v1/authorizations/tokenExpiry").json["exp"]
    assert isinstance(ends, int)
    assert ends > 1_000_000_000


def test_people_me_with_calling_data_has_the_numbers(desk):
    me = desk.get("/v1/people/me?callingData=true").json
    assert me["extension"] == "5101"
    assert {"type": "work", "value": "+12145550101", "primary": True} in me["phoneNumbers"]


def test_person_without_calling_has_no_numbers_and_no_telephony_settings():
    desk = desk_for(entitled=False)
    me = desk.get("/v1/people/me?callingData=true").json
    assert me["licenses"] == []
    assert "phoneNumbers" not in me
    assert desk.get("/v1/telephony/config/people/me").status == 404


def test_person_without_numbers_has_empty_ones():
    desk = desk_for(phone_number="", extension="")
    assert desk.get("/v1/people/me?callingData=true").json["phoneNumbers"] == []


def test_telephony_settings_have_the_own_line(desk):
    number = desk.get("/v1/telephony/config/people/me").json["phoneNumbers"][0]
    assert (number["directNumber"], number["extension"]) == ("+12145550101", "5101")


@pytest.mark.parametrize("path", ["/v1/people/me", "/v1/telephony/config/people/me"])
def test_scope_that_was_not_granted_is_403(desk, path):
    code = desk.sign_in(scope="spark:webrtc_calling").callback["code"]
    token = desk.exchange(code).json["access_token"]
    assert desk.get(path, token=token).status == 403


@pytest.mark.parametrize(
    "path",
    ["/v1/people/me", "/v1/telephony/config/people/me", "/u2c/api/v1/catalog?format=hostmap"],
)
def test_without_a_live_bearer_it_is_401(desk, path):
    assert desk.get(path, token=None).status == 401
    assert desk.get(path, token="unknown").status == 401
    assert desk.get(path, token=None, headers={"authorization": "Basic eDp5"}).status == 401


def test_hostmap_catalog_names_the_mobius_cluster_by_host_and_with_scheme(desk):
    catalog = desk.get("/u2c/api/v1/catalog?format=hostmap").json
    assert catalog["serviceLinks"]["mobius"] == "http://127.0.0.1:1001/api/v1"
    assert catalog["serviceLinks"]["wdm"] == "http://127.0.0.1:1000/wdm/api/v1"
    rows = [row for rows in catalog["hostCatalog"].values() for row in rows]
    assert [row["host"] for row in rows if row["id"].endswith(":mobius")] == ["127.0.0.1:1001"]


def test_keys_of_the_catalog_have_no_port_so_that_the_sdk_keeps_to_the_links(desk):
    for path in ("catalog?format=hostmap", "limited/catalog?format=hostmap&mode=DEFAULT_BY_PROXIMITY"):
        catalog = desk.get(f"/u2c/api/v1/{path}").json
        assert not [key for key in catalog["hostCatalog"] if ":" in key]
        assert not {urlsplit(link).netloc for link in catalog["serviceLinks"].values()} & set(
            catalog["hostCatalog"]
        )


def test_built_in_address_of_the_region_service_leads_to_the_base(desk):
    rows = desk.get("/u2c/api/v1/catalog?format=hostmap").json["hostCatalog"]["ds.ciscospark.com"]
    assert [row["host"] for row in rows] == ["127.0.0.1:1000"]


def test_every_service_but_mobius_is_under_the_base_address(desk):
    links = desk.get("/u2c/api/v1/catalog?format=hostmap").json["serviceLinks"]
    assert {"u2c", "wdm", "hydra", "idbroker", "identity", "metrics", "clientLogs"} < set(links)
    assert {urlsplit(link).netloc for name, link in links.items() if name != "mobius"} == {"127.0.0.1:1000"}


def test_what_the_sdk_tells_of_itself_is_taken(desk):
    links = desk.get("/u2c/api/v1/catalog?format=hostmap").json["serviceLinks"]
    metrics, logs = urlsplit(links["metrics"]).path, urlsplit(links["clientLogs"]).path
    assert desk.send("POST", f"{metrics}/clientmetrics", {"metrics": []}).status == 204
    place = desk.send("POST", f"{logs}/logs/urls", {"file": "log.txt"}).json
    assert desk.send("PUT", urlsplit(place["tempURL"]).path, b"a log", token=None).status == 200
    assert desk.send("POST", f"{logs}/logs/meta", {"filename": place["logFilename"]}).status == 200


def test_second_format_of_the_catalog_has_full_addresses(desk):
    catalog = desk.get("/u2c/api/v1/catalog?format=U2CV2&timestamp=5").json
    assert (catalog["format"], catalog["timestamp"]) == ("U2CV2", "5")
    urls = {one["serviceName"]: one["serviceUrls"][0]["baseUrl"] for one in catalog["services"]}
    assert urls["mobius"] == "http://127.0.0.1:1001/api/v1"
    assert catalog["activeServices"]["mobius"].endswith(":mobius")


def test_unknown_format_of_the_catalog_is_400(desk):
    assert desk.get("/u2c/api/v1/catalog?format=yaml").status == 400


def test_limited_catalog_needs_no_token_but_somebody_to_be_for(desk):
    path = "/u2c/api/v1/limited/catalog?format=hostmap"
    assert desk.get(path, token=None).status == 400
    catalog = desk.get(f"{path}&mode=DEFAULT_BY_PROXIMITY", token=None).json
    assert "u2c" in catalog["serviceLinks"]
    assert "mobius" not in catalog["serviceLinks"]


def test_region_needs_no_token(desk):
    region = desk.get("/v1/region", token=None).json
    assert (region["clientRegion"], region["countryCode"]) == ("US-EAST", "US")


def test_region_can_be_another(desk):
    desk.control("POST", "settings", {"client_region": "", "country_code": "DE"})
    region = desk.get("/v1/region", token=None).json
    assert (region["clientRegion"], region["countryCode"]) == ("", "DE")
