"""Mobius: server discovery, ping, and the rules of registration (protocol.md#test-service)."""

from __future__ import annotations

import re
from typing import Any

from softphone.sim.messages import RefusalError, Reply, json_object, json_reply
from softphone.sim.services.people import Device
from softphone.sim.services.state import Call, CloudState, Host

_INDICATORS = frozenset({"calling", "contactcenter", "guestcalling"})

# What a domain in serviceData must look like (protocol.md#register).
_DOMAIN = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*\.[a-z]{2,6}", re.IGNORECASE)

# A caller from here is nearer to the backups, so the two groups change places.
_FAR_REGION = "US-WEST"


def discover(call: Call) -> Reply:
    """Answer the primary and backup servers for a region (protocol.md#server-lists)."""
    _ = call.account
    primaries, backups = _group(call.state, "primary", "us-east-1"), _group(call.state, "backup", "us-west-2")
    if call.request.params().get("regionCode") == _FAR_REGION:
        primaries, backups = backups, primaries
    return json_reply(200, {"primary": primaries, "backup": backups})


def ping(_: Call) -> Reply:
    """Answer that the host is up; nobody is asked who they are."""
    return json_reply(200, {"status": "UP"})


def my_ip(call: Call) -> Reply:
    """Answer the caller's address, which clients of 2024 asked for (protocol.md#region)."""
    _ = call.account
    return json_reply(200, {"ipv4": "127.0.0.1", "ipv6": ""})


def list_devices(call: Call) -> Reply:
    """Answer every registration of the person that this host knows (protocol.md#devices)."""
    account = call.account
    if call.request.params().get("userid") != account.person.user_id:
        raise call.refusal(404, "No such user.")
    return json_reply(200, _with_devices(call))


def register(call: Call) -> Reply:
    """Grant a registration, or say why not (protocol.md#test-service)."""
    account = call.account
    wdm_url = _checked_body(call)["clientDeviceUri"]
    person = account.person
    if not person.entitled:
        raise _forbidden(call, 102)
    if person.sip_rejected:
        raise _forbidden(call, 103)
    counted = _known_here(call)
    same = any(device.client_device_uri == wdm_url for device in counted)
    full = 0 < len(counted) >= person.device_limit
    if same or (full and not person.newest_wins):
        raise _forbidden(call, 101)
    if full:
        account.supersede(min(counted, key=lambda one: one.registered_at_s))
    device = call.state.new_device(account, _host(call), wdm_url, call.now_s)
    settings = call.state.settings
    return json_reply(
        200,
        {
            "userId": person.user_id,
            "device": _as_json(call.state, device, call.now_s),
            "keepaliveInterval": settings.keepalive_interval_s,
            "callKeepaliveInterval": settings.call_keepalive_interval_s,
            "rehomingIntervalMin": settings.rehoming_min_minutes,
            "rehomingIntervalMax": settings.rehoming_max_minutes,
        },
    )


def keepalive(call: Call) -> Reply:
    """Prolong a registration (protocol.md#test-service); 409 when another session took its place."""
    account = call.account
    if call.ids["device"] in account.superseded:
        raise call.refusal(409, "Another session took this registration.")
    device = _device(call)
    if device.host != call.request.host and not call.state.settings.status_anywhere:
        raise _unknown_device(call)
    device.last_seen_s = call.now_s
    return json_reply(200, {})


def deregister(call: Call) -> Reply:
    """End a registration (protocol.md#test-service), at once or as late as is set."""
    account = call.account
    device = _device(call)
    if account.has_calls(device.device_id):
        raise call.refusal(503, "There are calls on this device.")
    ends_s = call.now_s + call.state.settings.deletion_delay_s
    device.deleted_at_s = min(device.deleted_at_s, ends_s)
    account.drop_expired(call.now_s)
    return json_reply(
        200,
        {"userId": account.person.user_id, "device": _as_json(call.state, device, call.now_s)},
    )


def show_device(call: Call) -> Reply:
    """Answer one registration."""
    device = _device(call)
    return json_reply(200, _as_json(call.state, device, call.now_s))


def _group(state: CloudState, role: str, name: str) -> dict[str, Any]:
    slash = "/" if state.settings.uris_end_with_slash else ""
    hosts = state.discovered(role)
    group: dict[str, Any] = {"region": name, "uris": [f"{host.origin}/api/v1{slash}" for host in hosts]}
    if state.settings.calling_over_sockets:
        group["wss"] = [f"ws{host.origin.removeprefix('http')}/v1/calling/web" for host in hosts]
    return group


def _host(call: Call) -> Host:
    return call.state.hosts[call.request.host]


def _known_here(call: Call) -> list[Device]:
    """Return the person's devices that the asked host knows: all, or those it granted itself."""
    devices = call.account.devices.values()
    shared = call.state.settings.devices_shared
    return [one for one in devices if shared or one.host == call.request.host]


def _device(call: Call) -> Device:
    """Return the live device of this person that this host answers for; refuses with 404."""
    settings = call.state.settings
    known = call.account.devices.values() if settings.status_anywhere else _known_here(call)
    for device in known:
        if device.device_id == call.ids["device"]:
            return device
    raise _unknown_device(call)


def _unknown_device(call: Call) -> RefusalError:
    return call.refusal(404, "No such device.")


def _checked_body(call: Call) -> dict[str, Any]:
    """Return the body of a registration whose shape is right; refuses with 400, or 404 for the user."""
    body = json_object(call.request.body)
    if body is None:
        raise call.refusal(400, "A JSON object is needed.")
    for name in ("userId", "clientDeviceUri"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise call.refusal(400, f"{name} must be a string.")
    if not re.match(r"https?://[^/]+/", body["clientDeviceUri"]):
        raise call.refusal(400, "clientDeviceUri must be an absolute URL.")
    service = body.get("serviceData")
    if not isinstance(service, dict) or service.get("indicator") not in _INDICATORS:
        raise call.refusal(400, f"serviceData.indicator is one of {', '.join(sorted(_INDICATORS))}.")
    domain = service.get("domain", "")
    wanted = service["indicator"] == "contactcenter"
    if not isinstance(domain, str) or ((domain or wanted) and not _DOMAIN.fullmatch(domain)):
        raise call.refusal(400, "serviceData.domain must be a DNS name.")
    if body["userId"] != call.account.person.user_id:
        raise call.refusal(404, "No such user.")
    return body


def _forbidden(call: Call, code: int) -> RefusalError:
    """Return 403 with its code; 101 brings the list of devices (protocol.md#refusals)."""
    account = call.account
    body: dict[str, Any] = {"userId": account.person.user_id, "errorCode": code}
    if code == 101:  # noqa: PLR2004
        body = {**_with_devices(call), "errorCode": code}
    return RefusalError(json_reply(403, body))


def _with_devices(call: Call) -> dict[str, Any]:
    devices = [_as_json(call.state, one, call.now_s) for one in _known_here(call)]
    return {"userId": call.account.person.user_id, "devices": devices}


def _as_json(state: CloudState, device: Device, now_s: float) -> dict[str, Any]:
    return {
        "deviceId": device.device_id,
        "uri": device.uri,
        "status": "active",
        "lastSeen": state.clock.iso(device.seen_at_s(now_s)),
        "addresses": list(device.addresses),
        "clientDeviceUri": device.client_device_uri,
    }
