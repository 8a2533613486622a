"""What a client asks before it registers: who am I, which services are there, where am I."""

from __future__ import annotations

from typing import Any

from softphone.sim.messages import Reply, json_reply
from softphone.sim.services.mint import ORG_ID, public_id
from softphone.sim.services.people import Person
from softphone.sim.services.state import Call, CloudState

_REGION_HOST = "ds.ciscospark.com"

_LIMITED_KEYS = ("emailhash", "orgId", "userId", "mode")


def token_expiry(call: Call) -> Reply:
    """Say when the presented token ends (protocol.md#names)."""
    _ = call.account  # a live token is needed
    value = call.request.headers["authorization"].partition(" ")[2].strip()
    access = call.state.tokens.live_access(value, call.now_s)
    ends_s = access.ends_s if access is not None else call.now_s
    return json_reply(200, {"exp": call.state.clock.epoch(ends_s)})


def people_me(call: Call) -> Reply:
    """Answer `people/me`, with numbers if `callingData` is wanted (protocol.md#names)."""
    person = call.account.person
    call.need_scope("spark:people_read")
    first, _, last = person.display_name.partition(" ")
    answer: dict[str, Any] = {
        "id": public_id("PEOPLE", person.user_id),
        "emails": [person.name],
        "userName": person.name,
        "displayName": person.display_name,
        "firstName": first,
        "lastName": last,
        "orgId": public_id("ORGANIZATION", ORG_ID),
        "type": "person",
        "status": "active",
        "licenses": [public_id("LICENSE", "calling")] if person.entitled else [],
    }
    if call.request.params().get("callingData") == "true" and person.entitled:
        answer["locationId"] = public_id("LOCATION", ORG_ID)
        answer["phoneNumbers"] = _numbers(person)
        if person.extension:
            answer["extension"] = person.extension
        answer["sipAddresses"] = [
            {
                "type": "cloud-calling",
                "value": f"{person.name.partition('@')[0]}@example.calls.example.com",
                "primary": True,
            }
        ]
    return json_reply(200, answer)


def telephony_me(call: Call) -> Reply:
    """Answer `telephony/config/people/me`; 404 for somebody without calling."""
    person = call.account.person
    call.need_scope("spark:telephony_config_read")
    if not person.entitled:
        raise call.refusal(404, "This person is not set up for calling.")
    number = {
        "directNumber": person.phone_number,
        "extension": person.extension,
        "primary": True,
        "state": "ACTIVE",
    }
    if person.extension:
        number |= {"routingPrefix": "81", "esn": f"81{person.extension}"}
    return json_reply(
        200,
        {
            "name": person.display_name,
            "email": person.name,
            "phoneNumbers": [{key: value for key, value in number.items() if value}],
            "location": {"name": "Head office", "address": {"city": "Dallas", "country": "US"}},
            "locationDialingCode": "+1",
        },
    )


def catalog(call: Call) -> Reply:
    """Answer the service catalog of a signed-in person (protocol.md#catalog)."""
    _ = call.account
    return _catalog(call, with_calling=True)


def limited_catalog(call: Call) -> Reply:
    """Answer the catalog before sign-in: who wants it must say for whom, and gets the essentials."""
    if not any(name in call.request.params() for name in _LIMITED_KEYS):
        raise call.refusal(400, f"One of {', '.join(_LIMITED_KEYS)} is needed.")
    return _catalog(call, with_calling=False)


def take_metrics(_: Call) -> Reply:
    """Take what a client tells of itself, and forget it."""
    return Reply(204)


def place_for_logs(call: Call) -> Reply:
    """Answer where a client may put its log."""
    name = call.state.mint.uuid()
    answer = {"tempURL": f"{call.state.base}/logs/api/v1/logs/files/{name}", "logFilename": name}
    return json_reply(200, {**answer, "userId": call.account.person.user_id})


def take_logs(_: Call) -> Reply:
    """Take a log, or what belongs to one, and forget it."""
    return json_reply(200, {})


def region(call: Call) -> Reply:
    """Answer where the caller is; nobody is asked who they are (protocol.md#region)."""
    return json_reply(
        200,
        {
            "attribution": "Simulated cloud",
            "clientAddress": "127.0.0.1",
            "clientRegion": call.state.settings.client_region,
            "countryCode": call.state.settings.country_code,
            "disclaimer": "",
            "regionCode": call.state.settings.client_region,
            "timezone": "America/New_York",
        },
    )


def _catalog(call: Call, *, with_calling: bool) -> Reply:
    kind = call.request.params().get("format", "hostmap").lower()
    stamp = call.request.params().get("timestamp") or str(int(call.now_s * 1000))
    services = _services(call.state, with_calling=with_calling)
    if kind == "hostmap":
        return json_reply(200, _hostmap(call.state, services))
    if kind == "u2cv2":
        return json_reply(200, _u2cv2(services, stamp))
    raise call.refusal(400, "format is hostmap or U2CV2.")


def _services(state: CloudState, *, with_calling: bool) -> list[tuple[str, str]]:
    """Return (service, base URL); a service that several hosts offer comes several times."""
    base = state.base
    services = [
        ("u2c", f"{base}/u2c/api/v1"),
        ("idbroker", f"{base}/"),
        ("identity", f"{base}/"),
        ("hydra", f"{base}/v1"),
        ("metrics", f"{base}/metrics/api/v1"),
        ("clientLogs", f"{base}/logs/api/v1"),
    ]
    if with_calling:
        services.append(("wdm", f"{base}/wdm/api/v1"))
        clusters = state.hosts_of("cluster")
        services += [("mobius", f"{host.origin}/api/v1") for host in clusters]
    return services


def _urn(service: str) -> str:
    return f"urn:TEAM:local_a:{service}"


def _hostmap(state: CloudState, services: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the format whose hosts have no scheme.

    The vendor's SDK looks a link's host up, port and all, among the keys and, where it finds it, joins a
    row's host and the link's port. A key without its port keeps it to the links as they are.
    """
    links: dict[str, str] = {}
    rows: list[dict[str, Any]] = []
    for name, url in services:
        links.setdefault(name, url)
        urn = _urn(name)
        priority = 5 * (1 + sum(row["id"] == urn for row in rows))
        rows.append({"host": _authority(url), "ttl": -1, "priority": priority, "id": urn})
    base = _authority(state.base)
    # The SDK has the address of the region service built in and replaces its host by the row's.
    region = {"host": base, "ttl": -1, "priority": 5, "id": _urn("region")}
    return {"serviceLinks": links, "hostCatalog": {base.partition(":")[0]: rows, _REGION_HOST: [region]}}


def _u2cv2(services: list[tuple[str, str]], stamp: str) -> dict[str, Any]:
    urls: dict[str, list[dict[str, Any]]] = {}
    for name, url in services:
        rows = urls.setdefault(name, [])
        rows.append({"baseUrl": url, "priority": 5 * (1 + len(rows))})
    return {
        "activeServices": {name: _urn(name) for name in urls},
        "services": [
            {"id": _urn(name), "serviceName": name, "serviceUrls": rows} for name, rows in urls.items()
        ],
        "timestamp": stamp,
        "orgId": ORG_ID,
        "format": "U2CV2",
    }


def _authority(url: str) -> str:
    return url.split("/")[2]


def _numbers(person: Person) -> list[dict[str, Any]]:
    numbers: list[dict[str, Any]] = []
    if person.phone_number:
        numbers.append({"type": "work", "value": person.phone_number, "primary": True})
    if person.extension:
        numbers.append({"type": "work_extension", "value": f"81{person.extension}"})
    return numbers
