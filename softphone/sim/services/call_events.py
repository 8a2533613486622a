"""The data of the events that tell of a call, as the service writes them (protocol.md#message-socket)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from softphone.sim.services.people import Leg, Person

# What the calls of `Wish.end` say when they are over: the cause, and the disposition told afterwards.
ENDS: dict[str, tuple[str, str] | None] = {
    "answered": ("Normal disconnect", "Answered"),
    "elsewhere": ("Call completed elsewhere", "Answered"),
    "missed": ("Normal disconnect", "MISSED"),
    "cancelled": ("Normal disconnect", "Canceled"),
    "none": None,
}

_SIP_HOST = "192.0.2.7"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a number or an extension, and a name or none."""

    number: str
    name: str = ""

    @property
    def address(self) -> str:
        """Return it as SIP headers write it."""
        named = f'"{self.name}" ' if self.name else ""
        return f"{named}<sip:{self.number}@{_SIP_HOST};user=phone>"


def rings(leg: Leg, caller: Caller) -> dict[str, Any]:
    """Return the set-up of a call."""
    caller_id = {"from": f"{caller.address};tag=1-2-", "p-asserted-identity": caller.address}
    broadworks = f"{leg.call_id[:8]}-sim"
    return {**_event("mobius.call", leg), "broadworksCorrelationInfo": broadworks, "callerId": caller_id}


def disconnected(leg: Leg, cause: str) -> dict[str, Any]:
    """Return the end of a call; it says 0 whatever the cause is."""
    return {**_event("mobius.calldisconnected", leg), "causecode": 0, "cause": cause}


def recent_sessions(
    leg: Leg, caller: Caller, person: Person, disposition: str, began: str, ended: str
) -> dict[str, Any]:
    """Return what the person's call history says of a call; `began` and `ended` are ISO 8601."""
    session = {
        "sessionId": leg.call_id,
        "sessionType": "WEBEXCALLING",
        "direction": "INCOMING",
        "disposition": disposition,
        "startTime": began,
        "endTime": ended,
        "durationSeconds": 0,
        "self": {"phoneNumber": person.extension or person.phone_number},
        "other": {"name": caller.name, "phoneNumber": caller.number, "isPrivate": False},
        "correlationIds": [leg.correlation_id] if leg.correlation_id else [],
    }
    sessions = {"statusCode": 0, "userSessions": [session]}
    return {"eventType": "janus.user_recent_sessions", "userSessions": sessions}


def _event(kind: str, leg: Leg) -> dict[str, Any]:
    return {
        "eventType": kind,
        "callId": leg.call_id,
        "deviceId": leg.device_id,
        "correlationId": leg.correlation_id,
        "callUrl": f"[{leg.wdm_url}]",
    }
