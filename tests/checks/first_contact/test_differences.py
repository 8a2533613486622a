"""Each way in which an exchange may differ is told, with what the program's own readers make of it."""

import json
from typing import Any

import pytest

from softphone.checks.first_contact.differences import BREAKS, COSTS, NOTHING, differences, plain
from softphone.checks.first_contact.expected import EXPECTED
from softphone.checks.first_contact.routes import Places, Route
from softphone.i18n import own, phrase
from softphone.line.model import Role, Server, Servers
from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud
from softphone.webex.exchange import Exchange

BASE = "https://mobius-dfw.webex.com/api/v1/calling/web/"
HEADERS = {"content-type": "application/json", "date": "Mon, 05 Jan 2026 05:08:46 GMT", "trackingid": "x"}
POLICY = Policy()


def told(
    route: Route, body: Any = None, *, raw: bytes | None = None, url: str = f"{BASE}device", **seen: Any
) -> list[tuple[str, str, str]]:
    body = EXPECTED[route].sample if body is None and raw is None else body
    content = json.dumps(body).encode() if raw is None else raw
    places = Places(Cloud())
    places.servers = Servers((Server(BASE, Role.PRIMARY),))
    what: dict[str, Any] = {"status": 200, "headers": HEADERS, "body": content}
    exchange = Exchange("POST", url, **what | seen)
    return [(one.what, one.effect, one.means) for one in differences(exchange, route, places, POLICY)]


def registration(**changes: Any) -> dict[str, Any]:
    body = json.loads(json.dumps(EXPECTED[Route.REGISTER].sample))
    for path, value in changes.items():
        *above, last = path.split("__")
        holder = body[above[0]] if above else body
        if value is ...:
            del holder[last]
        else:
            holder[last] = value
    return dict(body)


@pytest.mark.parametrize("route", [route for route, one in EXPECTED.items() if one.sample is not None])
def test_an_answer_like_the_guides_differs_in_nothing(route: Route) -> None:
    assert told(route, url="https://u2c.wbx2.com/u2c/api/v1/catalog") == []


ANSWERS = [
    # changes, what is said, effect
    ({"device__deviceId": ...}, "device.deviceId is missing.", BREAKS),
    ({"device__deviceId": 7}, "device.deviceId is a number, not text.", BREAKS),
    ({"device": ...}, "device is missing.", BREAKS),
    ({"device": []}, "device is a list, not an object.", BREAKS),
    ({"device__uri": None}, "device.uri is null, not text.", BREAKS),
    ({"device__status": ...}, "device.status is missing.", COSTS),
    ({"keepaliveInterval": "30"}, "keepaliveInterval is text, not a number.", COSTS),
    ({"keepaliveInterval": 900}, "keepaliveInterval is outside of 5 to 300 s.", COSTS),
    ({"rehomingIntervalMax": 9999}, "rehomingIntervalMax is outside of 1 to 1440 minutes.", COSTS),
    ({"device__deviceId": "a/b"}, "A value is in a form that the program does not take.", BREAKS),
    (
        {"adaLovelace": 1, "device__keepaliveMethod": 1},
        "New keys: (word 11), device.keepaliveMethod.",
        NOTHING,
    ),
]


@pytest.mark.parametrize(("changes", "what", "effect"), ANSWERS)
def test_a_grant_that_differs_is_told_with_what_that_breaks(
    changes: dict[str, Any], what: str, effect: str
) -> None:
    assert [(one, weight) for one, weight, _ in told(Route.REGISTER, registration(**changes))] == [
        (what, effect)
    ]


@pytest.mark.parametrize(
    ("host", "where"),
    [("evil.example.com", "a foreign host"), ("other.webex.com", "another trusted host")],
)
def test_a_device_at_a_foreign_address_is_told(host: str, where: str) -> None:
    device_id = EXPECTED[Route.REGISTER].sample["device"]["deviceId"]
    uri = f"https://{host}/api/v1/calling/web/devices/{device_id}"
    [(what, effect, means)] = told(Route.REGISTER, registration(device__uri=uri))
    assert what == f"device.uri leads to {where}, which is no server of the lists."
    assert effect == BREAKS
    assert "given back" in means


WIRE = [
    # what is seen, what is said, effect, a part of what it means
    ({"status": 201}, "The status is 201; 200 is usual.", NOTHING, "taken for a success"),
    (
        {"status": 403, "raw": b'{"errorCode":102}'},
        "The status is 403, errorCode 102; 200 is usual.",
        BREAKS,
        "Calling is not enabled for this user",
    ),
    ({"status": 503, "raw": b""}, "The status is 503; 200 is usual.", BREAKS, "The server cannot serve"),
    ({"status": 302, "raw": b""}, "The answer is a redirect (302).", BREAKS, "None is ever followed"),
    (
        {"status": None, "raw": b"", "trouble": "No server answers"},
        "No usable answer: No server answers.",
        BREAKS,
        "cannot be registered",
    ),
    (
        {"headers": HEADERS | {"content-type": "text/plain"}},
        "The content type is text/plain, not application/json.",
        NOTHING,
        "The body decides",
    ),
    (
        {"raw": b"<html>Please sign in</html>"},
        "The status is 200, but not of this service's making; 200 is usual.",
        BREAKS,
        "web sign-in",
    ),
    (
        {"headers": HEADERS | {"content-encoding": "gzip"}},
        "The answer is encoded (gzip), although a plain one was asked for.",
        NOTHING,
        "unpacked",
    ),
    (
        {"headers": HEADERS | {"content-encoding": "br"}, "trouble": "x", "raw": b""},
        "The answer is encoded (br), although a plain one was asked for.",
        BREAKS,
        "not understood",
    ),
    (
        {"headers": {**HEADERS, "x-ada-lovelace": "1", "alt-svc": "1"}},
        "New headers: (text 14), alt-svc.",
        NOTHING,
        "",
    ),
    (
        {"headers": {"content-type": "application/json", "date": "x"}},
        "The header trackingid is missing.",
        COSTS,
        "our own tracking ID",
    ),
    ({"took_s": 12.0}, "It took 12.0 s, more than 10 s.", COSTS, "next server"),
    ({"raw": b""}, "The answer is empty.", BREAKS, "cannot be registered"),
    ({"raw": b"[1]"}, "The answer is no JSON object.", BREAKS, "cannot be registered"),
]


@pytest.mark.parametrize(("seen", "what", "effect", "means"), WIRE, ids=[row[1] for row in WIRE])
def test_what_differs_on_the_wire_is_told(seen: dict[str, Any], what: str, effect: str, means: str) -> None:
    [(said, weight, meant)] = told(Route.REGISTER, **seen)
    assert (said, weight) == (what, effect)
    assert means in meant


def test_a_ping_with_another_status_is_no_server_to_go_home_to() -> None:
    [(_, effect, means)] = told(
        Route.PING, raw=b"", status=204, url="https://mobius-dfw.webex.com/api/v1/ping"
    )
    assert effect == COSTS
    assert "nobody goes home to it" in means


def test_a_device_that_is_gone_already_is_well() -> None:
    [(what, effect, _)] = told(Route.DEREGISTER, raw=b"", status=404)
    assert (what, effect) == ("The status is 404; 200 or 204 is usual.", NOTHING)


def test_servers_and_clusters_that_are_not_trusted_are_counted() -> None:
    lists = {
        "primary": {"region": "r", "uris": ["https://evil.example.com/api/v1"]},
        "backup": {"region": "r", "uris": []},
    }
    [(what, effect, _)] = told(Route.SERVERS, lists, url=BASE)
    assert (what, effect) == ("1 of 2 addresses of a server are not trusted.", COSTS)
    catalog = json.dumps(EXPECTED[Route.CATALOG].sample).replace("mobius-", "mobius.evil.example.").encode()
    found = told(
        Route.CATALOG, raw=catalog.replace(b".webex.com", b".test"), url="https://u2c.wbx2.com/catalog"
    )
    assert ("2 of 2 addresses of a cluster are not trusted.", BREAKS) in [one[:2] for one in found]


def test_the_other_catalog_is_understood_and_said() -> None:
    from softphone.checks.first_contact.expected import CATALOG_V2

    [(what, effect, _)] = told(
        Route.CATALOG, CATALOG_V2.sample, url="https://u2c.wbx2.com/u2c/api/v1/catalog"
    )
    assert (what, effect) == ("The catalog comes in the other format (U2CV2).", NOTHING)


def test_a_text_of_ours_is_told_without_the_values_in_it() -> None:
    inner = phrase("certificate of {host}", host="tenant.webex.com")
    outer = phrase(
        "the {certificate} at {host} by {issuer}: {n}. no",
        certificate=own(inner),
        host="a.b",
        issuer="Ada",
        n=3,
    )
    assert plain(outer) == "The certificate of the server at the server by (issuer): 3. No"
