"""What is done to the SDK, and what it was measured to do (sdk.md#numbers)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from softphone.sim.server import CloudServer

INTERVAL_S = 2
"""The keepalive interval that every cloud here grants; a device nobody keeps alive lasts five of them."""

USER = "ada@example.com"

# Beyond the instant at which something is due: the machine may be busy.
_SLACK_S = 2.5

# The SDK's first wait before it tries again: 33 to 41 s at random, whole seconds (sdk.md#numbers).
_FIRST_BACK_OFF = (33.0, 42.5)

# When it leaves a dead primary: 114 s after the first failure at the latest (sdk.md#numbers).
_FAIL_OVER = (84.0, 117.0)


@dataclass(frozen=True, slots=True)
class Expected:
    """One event of the line and the seconds after `register()` between which it comes.

    `repeated`: once or more often.
    """

    event: str
    between_s: tuple[float, float]
    error: str | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One fault and what follows.

    `requests` are those to Mobius servers in their order, 'register P1 200'; discovery is left out, and of a
    run of equal ones that end in '...' any number from one may come. `left` counts the person's devices
    when the SDK's time is over.
    """

    name: str
    events: tuple[Expected, ...]
    requests: tuple[str, ...]
    left: int
    end_at_s: float
    deregister_at_s: float | None = None
    person: Mapping[str, Any] | None = None
    faults: tuple[Mapping[str, Any], ...] = ()
    once_registered: Callable[[CloudServer], None] = lambda _cloud: None


def _at(event: str, at_s: float, error: str | None = None) -> Expected:
    return Expected(event, (max(0.0, at_s - 0.2), at_s + _SLACK_S), error)


def _fault(where: str, answer: Any, **more: Any) -> Mapping[str, Any]:
    return {"where": where, "answer": answer, **more}


def _busy(retry_after_s: int) -> Mapping[str, Any]:
    return {"status": 429, "form": "html", "headers": {"Retry-After": str(retry_after_s)}}


def _forget(cloud: CloudServer) -> None:
    cloud.alter_user(USER, forget_devices=True)


def _take(cloud: CloudServer) -> None:
    cloud.alter_user(USER, take_line=True)


def _call(cloud: CloudServer) -> None:
    cloud.alter_user(USER, calls=1)


def _ring(cloud: CloudServer) -> None:
    cloud.ring(USER, "5008", name="Ann Example", end="missed", ring_s=3)


_CONNECTING, _REGISTERED = _at("connecting", 0), _at("registered", 0)
_UP = (_CONNECTING, _REGISTERED)
_MISSES = tuple(_at("reconnecting", INTERVAL_S * beat) for beat in range(1, 5))
_LOST_S = INTERVAL_S * 5.0

SCENARIOS = (
    Scenario(
        "whole-life",
        (*_UP, _at("unregistered", 5.5)),
        ("register P1 200", "keepalive P1 200", "keepalive P1 200", "deregister P1 200"),
        left=0,
        end_at_s=7,
        deregister_at_s=5.5,
    ),
    Scenario(
        "register-429-ra5",
        (_CONNECTING, Expected("registered", _FIRST_BACK_OFF)),
        ("register P1 429", "register P1 200", "keepalive P1 200..."),
        left=1,
        end_at_s=46,
        faults=(_fault("register", _busy(5), times=1),),
    ),
    Scenario(
        "register-429-ra120",
        _UP,
        ("register P1 429", "register B1 200", "keepalive B1 200..."),
        left=1,
        end_at_s=5,
        faults=(_fault("register", _busy(120), host="P1"),),
    ),
    Scenario(
        "register-403-101",
        (_CONNECTING, _at("unregistered", 0), _REGISTERED),
        ("register P1 403", "deregister P1 200", "register P1 200", "keepalive P1 200..."),
        left=1,
        end_at_s=5,
        person={"device_limit": 1, "other_devices": [{"name": "Webex on another computer"}]},
    ),
    Scenario(
        "register-403-102",
        (_CONNECTING, _at("error", 0, "forbidden")),
        ("register P1 403",),
        left=0,
        end_at_s=5,
        person={"entitled": False},
    ),
    Scenario(
        "register-403-103",
        (_CONNECTING, _at("unregistered", 0), Expected("registered", _FIRST_BACK_OFF)),
        ("register P1 403", "register P1 200", "keepalive P1 200..."),
        left=1,
        end_at_s=46,
        faults=(_fault("register", {"status": 403, "body": {"errorCode": 103}}, times=1),),
    ),
    Scenario(
        "primary-dead",
        (
            _CONNECTING,
            Expected("unregistered", (0.0, _FAIL_OVER[1]), repeated=True),
            Expected("registered", _FAIL_OVER),
        ),
        ("register B1 200", "keepalive B1 200..."),
        left=1,
        end_at_s=121,
        faults=(_fault("any", "refuse", host="P1"),),
    ),
    Scenario(
        "keepalive-404",
        (
            *_UP,
            _at("error", INTERVAL_S, "not_found"),
            _at("unregistered", INTERVAL_S),
            _at("registered", INTERVAL_S),
        ),
        ("register P1 200", "keepalive P1 404", "register P1 200", "keepalive P1 200..."),
        left=1,
        end_at_s=7,
        once_registered=_forget,
    ),
    Scenario(
        "keepalive-401",
        (*_UP, _at("error", INTERVAL_S, "token_error"), _at("unregistered", INTERVAL_S)),
        ("register P1 200", "keepalive P1 401"),
        left=1,
        end_at_s=7,
        faults=(_fault("keepalive", {"status": 401}),),
    ),
    Scenario(
        "keepalive-409",
        (
            *_UP,
            *_MISSES,
            _at("unregistered", _LOST_S),
            _at("unregistered", _LOST_S),
            _at("registered", _LOST_S),
        ),
        (
            "register P1 200",
            *["keepalive P1 409"] * 5,
            "register P1 403",
            "deregister P1 200",
            "register P1 200",
            "keepalive P1 200...",
        ),
        left=1,
        end_at_s=15,
        once_registered=_take,
    ),
    Scenario(
        "keepalive-429",
        (*_UP, _at("reconnecting", INTERVAL_S)),
        ("register P1 200", "keepalive P1 429", "keepalive P1 200..."),
        left=1,
        end_at_s=12,
        # After the wait and another interval the device still has two seconds to live.
        faults=(_fault("keepalive", _busy(3), times=1),),
    ),
    Scenario(
        "keepalive-503",
        (*_UP, *_MISSES, _at("unregistered", _LOST_S), _at("registered", _LOST_S)),
        ("register P1 200", *["keepalive P1 503"] * 5, "register P1 200", "keepalive P1 200..."),
        left=1,
        end_at_s=15,
        faults=(_fault("keepalive", {"status": 503, "form": "empty"}, times=5),),
    ),
    Scenario(
        "incoming-call",
        (*_UP, _at("incoming_call", 0)),
        # It says that it rings, and lets go after the end; with cause 115, as if it had been busy.
        ("register P1 200", "call P1 200", "keepalive P1 200...", "call P1 200", "keepalive P1 200..."),
        left=1,
        end_at_s=7,
        once_registered=_ring,
    ),
    Scenario(
        "deregister-503",
        (*_UP, _at("unregistered", 5.5)),
        ("register P1 200", "keepalive P1 200", "keepalive P1 200", "deregister P1 503"),
        left=1,
        end_at_s=7,
        deregister_at_s=5.5,
        once_registered=_call,
    ),
    Scenario(
        "keepalive-hang",
        _UP,
        ("register P1 200", "keepalive P1 None..."),
        left=0,
        end_at_s=13,
        faults=(_fault("keepalive", "hang"),),
    ),
)
