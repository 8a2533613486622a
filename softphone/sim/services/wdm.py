"""WDM: the register of a person's devices whose URLs become `cisco-device-url` (protocol.md#wdm-device)."""

from __future__ import annotations

import math
from typing import Any

from softphone.sim.messages import Reply, json_object, json_reply
from softphone.sim.services.mint import ORG_ID
from softphone.sim.services.people import WdmDevice
from softphone.sim.services.state import Call, CloudState

_FACTS = (
    "name",
    "deviceName",
    "deviceType",
    "model",
    "localizedModel",
    "systemName",
    "systemVersion",
    "ttl",
)

_LONGEST_TTL_S = 365 * 24 * 3600


def create(call: Call) -> Reply:
    """Create a device; refuses beyond the limit with the words that clients look for."""
    account = call.account
    facts = _facts(call)
    if len(account.wdm_devices) >= call.state.settings.wdm_limit:
        raise call.refusal(403, "User has excessive device registrations")
    device = call.state.new_wdm_device(account, facts, call.now_s)
    device.ttl_s = _ttl_s(facts)
    return _answer(call, device)


def list_all(call: Call) -> Reply:
    """Answer all live devices of the person."""
    devices = [_as_json(call, one) for one in call.account.wdm_devices.values()]
    return json_reply(200, {"devices": devices})


def show(call: Call) -> Reply:
    """Answer one device."""
    return _answer(call, _device(call))


def refresh(call: Call) -> Reply:
    """Prolong a device; 404 tells the client to make a new one.

    The entity tag changes when the facts do. To a client that already has this tag the features are
    not sent again.
    """
    device = _device(call)
    facts = _facts(call)
    if facts != device.facts:
        device.facts, device.etag = facts, call.state.mint.short()
    device.ttl_s = _ttl_s(facts)
    device.modified_s = call.now_s
    known = call.request.headers.get("if-none-match", "").strip('"') == device.etag
    return _answer(call, device, with_features=not known)


def delete(call: Call) -> Reply:
    """Remove a device."""
    del call.account.wdm_devices[_device(call).device_id]
    return Reply(204)


def _device(call: Call) -> WdmDevice:
    device = call.account.wdm_devices.get(call.ids["device"])
    if device is None:
        raise call.refusal(404, "No such device.")
    return device


def _facts(call: Call) -> dict[str, object]:
    body = json_object(call.request.body)
    if body is None or not isinstance(body.get("deviceType"), str):
        raise call.refusal(400, "A JSON object with a deviceType is needed.")
    ttl = body.get("ttl", 1)
    if isinstance(ttl, bool) or not isinstance(ttl, int) or not 1 <= ttl <= _LONGEST_TTL_S:
        raise call.refusal(400, f"ttl is seconds from 1 to {_LONGEST_TTL_S}.")
    return {name: body[name] for name in _FACTS if name in body}


def _ttl_s(facts: dict[str, object]) -> float:
    ttl = facts.get("ttl")
    return float(ttl) if isinstance(ttl, int) else math.inf


def _answer(call: Call, device: WdmDevice, *, with_features: bool = True) -> Reply:
    value = _as_json(call, device)
    if not with_features:
        value["features"] = {"developer": [], "entitlement": [], "user": []}
    return json_reply(200, value, (("etag", f'"{device.etag}"'),))


def _as_json(call: Call, device: WdmDevice) -> dict[str, Any]:
    user_id = call.account.person.user_id
    socket = f"ws{call.state.base.removeprefix('http')}/v1/apps/wx2/registrations/{device.device_id}/messages"
    return {
        "url": device.url,
        "webSocketUrl": socket,
        "userId": user_id,
        "orgId": ORG_ID,
        **device.facts,
        "features": {"developer": [_calling_feature(call.state, device)], "entitlement": [], "user": []},
        "callingBehavior": "NATIVE_WEBEX_TEAMS_CALLING",
        "intranetInactivityDuration": 0,
        "intranetInactivityCheckUrl": "",
        "settings": {},
        "creationTime": call.state.clock.iso(device.created_s),
        "modificationTime": call.state.clock.iso(device.modified_s),
        "services": {},
        "serviceHostMap": {"serviceLinks": {}, "hostCatalog": {}},
    }


def _calling_feature(state: CloudState, device: WdmDevice) -> dict[str, Any]:
    """Return the feature that takes newer SDKs to the calling socket (protocol.md#websocket-transport)."""
    on = state.settings.calling_over_sockets
    return {
        "key": "webrtc-calling-over-ws-CALL-219562",
        "type": "boolean",
        "val": str(on).lower(),
        "value": on,
        "mutable": True,
        "lastModified": state.clock.iso(device.created_s),
    }
