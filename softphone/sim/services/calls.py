"""Calls that come in: they ring the registered devices of a person, and end as was wished.

Also the rules by which a client tells Mobius of its leg of a call (protocol.md#message-socket).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from softphone.sim.messages import RefusalError, Reply, Request, json_object, json_reply
from softphone.sim.services import call_events
from softphone.sim.services.call_events import ENDS, Caller
from softphone.sim.services.people import Account, Device, Leg
from softphone.sim.services.state import Call, CloudState
from softphone.sim.sockets.calling import CallingSocket
from softphone.sim.sockets.mercury import PLACE as MESSAGE_SOCKET
from softphone.sim.sockets.socket import Socket

_NOT_REGISTERED, _NO_CALL, _WRONG_STATE, _BUSY = 112, 113, 114, 115

_CONNECTED = "sig_connected"
_STATES = frozenset({"sig_alerting", "sig_progress", _CONNECTED})

# While nobody is registered long enough, a story looks again so often.
_LOOKS_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that is to come in. Seconds are nominal; `line` is a device's id, None for all.

    `end` is one of `ENDS`: with `none` it ends without a word. The person's call history tells of it
    `history_after_s` after its end, or never.
    """

    caller: Caller
    end: str = "missed"
    ring_s: float = 20.0
    line: str | None = None
    history_after_s: float | None = 1.0
    after_s: float = 0.0  # in a story: since the device registered, or since the call before


def ring(state: CloudState, account: Account, wish: Wish, now_s: float) -> list[dict[str, Any]]:
    """Let a call ring; returns for each device its leg's ids, whether it could be told, and the event."""
    state.age(account, now_s)
    legs, told = [], []
    for device in account.devices.values():
        if device.others or wish.line not in {None, device.device_id}:
            continue
        leg = Leg(state.mint.uuid(), device.device_id, device.client_device_uri)
        event = call_events.rings(leg, wish.caller)
        leg.told = _tell(state, account, device, event, now_s)
        legs.append(leg)
        told.append({"device_id": leg.device_id, "call_id": leg.call_id, "told": leg.told, "event": event})
    account.legs.extend(legs)
    state.agenda.at(now_s + wish.ring_s, partial(_stop, state, account, wish, legs, now_s))
    return told


def play(state: CloudState, wishes: tuple[Wish, ...], now_s: float, turn: int = 0) -> None:
    """Let calls come in to everybody, one after the other, round and round."""
    wish = wishes[turn % len(wishes)]

    def look(at_s: float) -> None:
        # The first call must not come before the line has been seen registered.
        since_s = wish.after_s if turn == 0 else 0.0
        called = [one for one in state.accounts.values() if _registered(one, since_s, at_s)]
        for account in called:
            ring(state, account, wish, at_s)
        if called:
            state.agenda.at(at_s + wish.ring_s, lambda end_s: play(state, wishes, end_s, turn + 1))
        else:
            state.agenda.at(at_s + _LOOKS_EVERY_S, look)

    state.agenda.at(now_s + wish.after_s, look)


def change(call: Call) -> Reply:
    """Take the state of a leg; the client's id for the call is that of its later events."""
    leg, body = _leg(call), json_object(call.request.body) or {}
    wanted = body.get("callState")
    if wanted not in _STATES:
        raise call.refusal(400, f"callState is one of {', '.join(sorted(_STATES))}.")
    if leg.ended_by:
        raise _refused(call, 500, _WRONG_STATE)
    device = body.get("device")
    told = device.get("correlationId") if isinstance(device, dict) else None
    if isinstance(told, str) and told:
        leg.correlation_id = told
    leg.alerted += wanted == "sig_alerting"
    return _answer(leg)


def end(call: Call) -> Reply:
    """Release a leg; before its end this is a reject."""
    leg = _leg(call)
    leg.ended_by = leg.ended_by or "client"
    return _answer(leg)


def keep(call: Call) -> Reply:
    """Say that a call goes on."""
    leg = _leg(call)
    if leg.ended_by:
        raise _refused(call, 404, _NO_CALL)
    return _answer(leg)


def complaints(account: Account, request: Request) -> list[str]:
    """Return what a client that only tells of calls would not have sent about one of them."""
    parts = request.path.rstrip("/").split("/")
    at = parts.index("devices")
    leg = account.leg(parts[at + 1], parts[at + 3])
    body = json_object(request.body) or {}
    found = []
    if request.method == "DELETE":
        if leg is not None and leg.ended_by != "cloud":
            found.append("the call was rejected: DELETE before its end")
        if body.get("causecode") == _BUSY:
            found.append("the call was rejected: DELETE with cause 115")
    elif request.method == "PATCH":
        if body.get("callState") == _CONNECTED:
            found.append("the call was answered")
        if leg is not None and leg.alerted > 1:
            found.append("told to be alerting twice")
    return found


def _registered(account: Account, for_s: float, now_s: float) -> bool:
    """Say whether a device of the person's own has been registered so long."""
    own = [device for device in account.devices.values() if not device.others]
    return any(now_s >= device.registered_at_s + for_s for device in own)


def _tell(
    state: CloudState, account: Account, device: Device, event: Mapping[str, Any], now_s: float
) -> bool:
    """Push an event of a call where the device is registered: its calling socket, else its WDM device."""
    user = account.person.name
    sockets = state.sockets.of(user)
    over: list[Socket] = [
        one for one in sockets if isinstance(one, CallingSocket) and device.device_id in one.devices
    ]
    wdm_id = device.client_device_uri.rpartition("/")[2]
    chosen = over or [one for one in sockets if one.place == MESSAGE_SOCKET and one.device == wdm_id]
    for socket in chosen:
        socket.push(event, now_s)
    return bool(chosen)


def _stop(
    state: CloudState, account: Account, wish: Wish, legs: list[Leg], began_s: float, now_s: float
) -> None:
    """End a call as was wished, and plan what the call history says of it."""
    ringing = [leg for leg in legs if not leg.ended_by]
    told = ENDS[wish.end]
    for leg in ringing:
        leg.ended_by = "cloud"
        device = account.devices.get(leg.device_id)
        if told is not None and device is not None:
            _tell(state, account, device, call_events.disconnected(leg, told[0]), now_s)
    if told is None or not ringing or wish.history_after_s is None:
        return
    began, ended = state.clock.iso(began_s), state.clock.iso(now_s)
    event = call_events.recent_sessions(ringing[0], wish.caller, account.person, told[1], began, ended)

    def tell_history(at_s: float) -> None:
        for socket in state.sockets.of(account.person.name, MESSAGE_SOCKET):
            socket.push(event, at_s)

    state.agenda.at(now_s + wish.history_after_s, tell_history)


def _leg(call: Call) -> Leg:
    """Return the leg that is meant; refuses as Mobius does."""
    device = call.account.devices.get(call.ids["device"])
    if device is None:
        raise _refused(call, 403, _NOT_REGISTERED)
    leg = call.account.leg(device.device_id, call.ids["call"])
    if leg is None:
        raise _refused(call, 404, _NO_CALL)
    return leg


def _refused(call: Call, status: int, code: int) -> RefusalError:
    body = {"userId": call.account.person.user_id, "errorCode": code}
    return RefusalError(json_reply(status, body))


def _answer(leg: Leg) -> Reply:
    device = {"deviceId": leg.device_id, "correlationId": leg.correlation_id}
    return json_reply(200, {"device": device, "callId": leg.call_id})
