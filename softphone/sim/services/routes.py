"""Which rule answers which path: the whole surface of the cloud in one table.

`place` is the word by which faults and the journal name a route (`fault_reader.PLACES`). Both the addresses
of the public API and those the vendor's JavaScript SDK uses lead to the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from softphone.sim.services import calls, directory, mobius, sign_in, wdm
from softphone.sim.services.state import Rule
from softphone.sim.sockets import calling, mercury


@dataclass(frozen=True, slots=True)
class Route:
    """One path, and the place and rule of each method it has."""

    path: re.Pattern[str]
    methods: Mapping[str, tuple[str, Rule]]


def _route(path: str, **methods: tuple[str, Rule]) -> Route:
    return Route(re.compile(path), methods)


BASE_ROUTES = (
    _route(r"/v1/authorize|/idb/oauth2/v1/authorize", GET=("authorize", sign_in.authorize)),
    _route(r"/v1/authorize/sign-in", POST=("authorize", sign_in.check_password)),
    _route(r"/v1/authorize/consent", POST=("authorize", sign_in.decide)),
    _route(r"/v1/access_token|/idb/oauth2/v1/access_token", POST=("token", sign_in.token)),
    _route(r"/v1/device/authorize", POST=("device-authorize", sign_in.begin_on_device)),
    _route(r"/v1/device/token", POST=("device-token", sign_in.token)),
    _route(r"/v1/device/code", POST=("authorize", sign_in.take_code)),
    _route(r"/v1/device", GET=("authorize", sign_in.ask_for_code)),
    _route(r"/v1/revoke|/idb/oauth2/v1/revoke", POST=("revoke", sign_in.revoke)),
    _route(r"/v1/people/me", GET=("people", directory.people_me)),
    _route(r"/v1/authorizations/tokenExpiry", GET=("people", directory.token_expiry)),
    _route(r"/v1/telephony/config/people/me", GET=("telephony", directory.telephony_me)),
    _route(r"/u2c/api/v1/catalog", GET=("catalog", directory.catalog)),
    _route(r"/u2c/api/v1/limited/catalog", GET=("catalog", directory.limited_catalog)),
    _route(r"/v1/region", GET=("region", directory.region)),
    _route(r"/metrics/api/v1/clientmetrics", POST=("metrics", directory.take_metrics)),
    _route(r"/logs/api/v1/logs/urls", POST=("logs", directory.place_for_logs)),
    _route(r"/logs/api/v1/logs/files/[^/]+", PUT=("logs", directory.take_logs)),
    _route(r"/logs/api/v1/logs/meta", POST=("logs", directory.take_logs)),
    _route(r"/wdm/api/v1/devices", GET=("wdm", wdm.list_all), POST=("wdm", wdm.create)),
    _route(
        r"/wdm/api/v1/devices/(?P<device>[^/]+)",
        GET=("wdm", wdm.show),
        PUT=("wdm", wdm.refresh),
        DELETE=("wdm", wdm.delete),
    ),
    _route(
        r"/v1/apps/wx2/registrations/(?P<device>[^/]+)/messages",
        GET=(mercury.PLACE, mercury.open_socket),
    ),
)

MOBIUS_ROUTES = (
    _route(
        r"/api/v1/calling/web/devices/(?P<device>[^/]+)/status",
        POST=("keepalive", mobius.keepalive),
    ),
    _route(
        r"/api/v1/calling/web/devices/(?P<device>[^/]+)/calls/(?P<call>[^/]+)",
        PATCH=("call", calls.change),
        DELETE=("call", calls.end),
    ),
    _route(
        r"/api/v1/calling/web/devices/(?P<device>[^/]+)/calls/(?P<call>[^/]+)/status",
        POST=("call", calls.keep),
    ),
    _route(r"/v1/calling/web", GET=(calling.PLACE, calling.open_socket)),
    _route(r"/api/v1/calling/web/device", POST=("register", mobius.register)),
    _route(
        r"/api/v1/calling/web/devices/(?P<device>[^/]+)",
        DELETE=("deregister", mobius.deregister),
        GET=("devices", mobius.show_device),
    ),
    _route(r"/api/v1/calling/web/?", GET=("discovery", mobius.discover)),
    _route(r"/api/v1/ping", GET=("ping", mobius.ping)),
    _route(r"/api/v1/calling/web/devices", GET=("devices", mobius.list_devices)),
    _route(r"/api/v1/calling/web/myip", GET=("discovery", mobius.my_ip)),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The rule for a request. `rule` is None when only the method is wrong; `allow` then helps."""

    place: str
    rule: Rule | None
    ids: Mapping[str, str]
    allow: str


def find(path: str, method: str, *, mobius_host: bool) -> Found | None:
    """Return what answers this path on this kind of host, or None if nothing does."""
    # Clients that join '/api/v1/' and '/calling/web/' ask for '//' (protocol.md#server-lists).
    plain = re.sub(r"/{2,}", "/", path)
    for route in MOBIUS_ROUTES if mobius_host else BASE_ROUTES:
        if (match := route.path.fullmatch(plain)) is not None:
            return _with_method(route, match.groupdict(), method)
    return None


def _with_method(route: Route, ids: Mapping[str, str], method: str) -> Found:
    heads = {"HEAD"} if "GET" in route.methods else set()
    allow = ", ".join(sorted({*route.methods, "OPTIONS", *heads}))
    wanted = "GET" if method == "HEAD" else method
    if wanted in route.methods:
        place, rule = route.methods[wanted]
        return Found(place, rule, ids, allow)
    return Found(next(iter(route.methods.values()))[0], None, ids, allow)
