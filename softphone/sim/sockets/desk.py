"""What control does to calls and sockets.

    POST calls    {"user", "from", "name"?, "end"?, "ring_s"?, "line"?, "history_after_s"?}
    POST sockets  {"user"?, "kind"?, one of the actions}

`end` is one of `ENDS` ('missed' unless told), `line` the device_id of the only device that rings, and
`history_after_s` how long after its end the call history tells of it (null: never).

Without `user` an action meets everybody's sockets, without `kind` (message or calling) both kinds:

- `event`: pushed in its envelope; `id` gives it this id, `sent_ago_s` makes it older, `skip` leaves sequence
  numbers out; with `per_s` and `for_s` it is a flood.
- `text`: a text frame as it is; `binary`: the same as a binary frame.
- `close`: a code, with `reason`; 1005 without a code, 1006 without a close frame.
- `reset: true`: the connection ends with RST.
- `shutdown: true`: the client is to hand over to a second socket; once that is ready this one gets 4001.
- `silence: true`: nothing is said any more, not even a pong or the end; false ends it.
- `wrong_pongs`: so many of the next pings are answered under another id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from softphone.sim.fault_reader import read_close
from softphone.sim.json_input import InputError, object_in, one_of, read, refuse_unknown
from softphone.sim.services.call_events import ENDS, Caller
from softphone.sim.services.calls import Wish
from softphone.sim.services.calls import ring as let_ring
from softphone.sim.services.people import Account
from softphone.sim.services.state import CloudState
from softphone.sim.sockets import calling, mercury
from softphone.sim.sockets.socket import Socket

_PLACES = {"message": mercury.PLACE, "calling": calling.PLACE}

_CALL_KEYS = frozenset({"user", "from", "name", "end", "ring_s", "line", "history_after_s"})

# More would only test this cloud.
_FASTEST_FLOOD_PER_S = 10_000
_LONGEST_FLOOD_S = 60.0


def ring(state: CloudState, source: object, now_s: float) -> list[dict[str, Any]]:
    """Let a call come in; returns what each device was told. Raises InputError."""
    data = object_in(source, "calls")
    refuse_unknown(data, "calls", _CALL_KEYS)
    account = _account(state, data, "calls")
    caller = Caller(_text(data, "calls", "from", "anonymous"), _text(data, "calls", "name", ""))
    line = read(data, "calls", "line", "str")
    if line is not None and line not in account.devices:
        raise InputError("calls.line: the device_id of a device of this user")
    wish = Wish(
        caller,
        end=one_of(data.get("end", "missed"), "calls.end", ENDS),
        ring_s=float(read(data, "calls", "ring_s", "seconds", 20.0)),
        line=line,
        history_after_s=read(data, "calls", "history_after_s", "float | None", 1.0),
    )
    return let_ring(state, account, wish, now_s)


def act(state: CloudState, source: object, now_s: float) -> int:
    """Do one thing to sockets; returns to how many. Raises InputError."""
    data = object_in(source, "sockets")
    actions = [name for name in _ACTIONS if name in data]
    if len(actions) != 1:
        raise InputError(f"sockets: one of {', '.join(_ACTIONS)}")
    keys, make = _ACTIONS[actions[0]]
    refuse_unknown(data, "sockets", {"user", "kind", actions[0], *keys})
    user = _account(state, data, "sockets").person.name if "user" in data else None
    kind = one_of(data["kind"], "sockets.kind", _PLACES) if "kind" in data else None
    do = make(data)
    chosen = state.sockets.of(user, _PLACES[kind] if kind else None)
    for socket in chosen:
        do(socket, now_s)
    return len(chosen)


def view(state: CloudState, now_s: float) -> list[dict[str, Any]]:
    """Return the open sockets as JSON."""
    return [
        {
            "socket": one.number,
            "kind": next(kind for kind, place in _PLACES.items() if place == one.place),
            "user": one.user,
            "device": one.device,
            "ready": one.ready,
            "open_s": round(now_s - one.opened_s, 3),
        }
        for one in state.sockets.by_number.values()
    ]


Deed = Callable[[Socket, float], None]


def _push(data: Mapping[str, Any]) -> Deed:
    event = object_in(data["event"], "sockets.event")
    envelope = {
        "id": read(data, "sockets", "id", "str"),
        "sent_ago_s": float(read(data, "sockets", "sent_ago_s", "seconds", 0.0)),
        "skip": read(data, "sockets", "skip", "int", 0),
    }
    per_s = read(data, "sockets", "per_s", "count")
    for_s = float(read(data, "sockets", "for_s", "seconds", 1.0))
    if per_s is None:
        return lambda socket, now_s: socket.push(event, now_s, **envelope)
    if per_s > _FASTEST_FLOOD_PER_S or for_s > _LONGEST_FLOOD_S:
        raise InputError(f"sockets.per_s: at most {_FASTEST_FLOOD_PER_S}, for_s {_LONGEST_FLOOD_S:g}")
    return lambda socket, now_s: socket.flood(event, per_s, for_s, now_s)


def _send_text(data: Mapping[str, Any]) -> Deed:
    text = _text(data, "sockets", "text", "")
    return lambda socket, _: socket.send_text(text)


def _send_binary(data: Mapping[str, Any]) -> Deed:
    raw = _text(data, "sockets", "binary", "").encode()
    return lambda socket, _: socket.send_binary(raw)


def _close(data: Mapping[str, Any]) -> Deed:
    code, reason = read_close(data, "sockets")
    return lambda socket, now_s: socket.close(code, reason, now_s)


def _reset(data: Mapping[str, Any]) -> Deed:
    _need_true(data, "reset")
    return lambda socket, now_s: socket.drop(now_s)


def _shut_down(data: Mapping[str, Any]) -> Deed:
    _need_true(data, "shutdown")
    return lambda socket, now_s: socket.hand_over(now_s)


def _silence(data: Mapping[str, Any]) -> Deed:
    wanted = read(data, "sockets", "silence", "bool")

    def do(socket: Socket, _: float) -> None:
        socket.silent = wanted

    return do


def _spoil_pongs(data: Mapping[str, Any]) -> Deed:
    count = read(data, "sockets", "wrong_pongs", "int")

    def do(socket: Socket, _: float) -> None:
        socket.wrong_pongs = count

    return do


_ACTIONS: Mapping[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Deed]]] = {
    "event": (("id", "sent_ago_s", "skip", "per_s", "for_s"), _push),
    "text": ((), _send_text),
    "binary": ((), _send_binary),
    "close": (("reason",), _close),
    "reset": ((), _reset),
    "shutdown": ((), _shut_down),
    "silence": ((), _silence),
    "wrong_pongs": ((), _spoil_pongs),
}


def _need_true(data: Mapping[str, Any], name: str) -> None:
    if data[name] is not True:
        raise InputError(f"sockets.{name}: true")


def _account(state: CloudState, data: Mapping[str, Any], key: str) -> Account:
    name = read(data, key, "user", "str", "")
    if name.lower() not in state.accounts:
        raise InputError(f"{key}.user: one of {', '.join(sorted(state.accounts))}")
    return state.accounts[name.lower()]


def _text(data: Mapping[str, Any], key: str, name: str, default: str) -> str:
    text: str = read(data, key, name, "str", default)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(f"{key}.{name}: no half of a surrogate pair") from None
    return text
