"""The control desk: what a test or a demo changes in the running cloud, and what it may look at.

    GET    /__cloud__/journal[?since=N]     entries after number N
    GET    /__cloud__/state                 users, devices, tokens as counts, faults, settings
    POST   /__cloud__/faults                a list of faults (see fault_reader.py); they add up
    DELETE /__cloud__/faults
    POST   /__cloud__/clock                 {"advance_s": N}
    POST   /__cloud__/users                 {"name", fields of Person..., actions...}: alter or add
    POST   /__cloud__/settings              fields of Settings
    POST   /__cloud__/calls                 a call comes in (see sockets/desk.py)
    POST   /__cloud__/sockets               what happens to open sockets (see sockets/desk.py)

Bad input raises `InputError` (400), whose text names the key. Control is not in the journal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from typing import Any, TypeVar

from softphone.sim.fault_reader import read_faults
from softphone.sim.json_input import KINDS, InputError, object_in, read, refuse_unknown
from softphone.sim.messages import Reply, Request, json_reply
from softphone.sim.services.mint import public_id
from softphone.sim.services.people import Account, OtherDevice, Person
from softphone.sim.services.state import CloudState
from softphone.sim.settings import SCOPES, Settings
from softphone.sim.sockets import desk

PREFIX = "/__cloud__/"

_DIGITS_AT_MOST = 15
_RESOURCES = ("journal", "state", "faults", "clock", "users", "settings", "calls", "sockets")

Value = TypeVar("Value", Person, Settings, OtherDevice)


def answer(state: CloudState, request: Request, now_s: float) -> Reply:
    """Answer a control request. `now_s` is the cloud's time before the request."""
    resource = request.path.removeprefix(PREFIX).rstrip("/")
    try:
        return json_reply(200, _result(state, resource, request, now_s))
    except InputError as error:
        return json_reply(400, {"message": str(error)})
    except LookupError:
        text = f"no {request.method} {resource!r} here: {', '.join(_RESOURCES)}"
        return json_reply(404, {"message": text})


def _result(state: CloudState, resource: str, request: Request, now_s: float) -> Any:
    match request.method, resource:
        case "GET", "journal":
            since = request.params().get("since", "0")
            if not since.isdecimal() or len(since) > _DIGITS_AT_MOST:
                raise InputError("since: a whole number")
            return state.journal.since(int(since))
        case "GET", "state":
            return view(state, now_s)
        case "POST", "faults":
            add_faults(state, _sent(request), now_s)
            return {"faults": state.faults.as_json(now_s)}
        case "DELETE", "faults":
            state.faults.clear()
            return {"faults": []}
        case "POST", "clock":
            return {"now_s": advance(state, _sent(request), now_s)}
        case "POST", "users":
            return alter_user(state, _sent(request), now_s)
        case "POST", "settings":
            change_settings(state, _sent(request))
            return asdict(state.settings)
        case "POST", "calls":
            return {"calls": desk.ring(state, _sent(request), now_s)}
        case "POST", "sockets":
            return {"sockets": desk.act(state, _sent(request), now_s)}
    raise LookupError


def add_faults(state: CloudState, sources: object, now_s: float) -> None:
    """Add faults, all or none; raises InputError."""
    state.faults.faults += read_faults(sources, now_s, state.hosts)


def advance(state: CloudState, source: object, now_s: float) -> float:
    """Jump the cloud's time by `{"advance_s": N}`; returns the new time."""
    data = object_in(source, "clock")
    seconds: float = data.get("advance_s", -1)
    if not KINDS["seconds"][0](seconds) or seconds > 1e9:  # noqa: PLR2004
        raise InputError("clock.advance_s: seconds from 0 to 1e9")
    refuse_unknown(data, "clock", {"advance_s"})
    state.clock.jump(seconds)
    return now_s + seconds


def change_settings(state: CloudState, source: object) -> None:
    """Change fields of Settings."""
    changed = _changed(state.settings, object_in(source, "settings"), "settings")
    if changed.error_shape not in {"oauth", "webex"}:
        raise InputError("settings.error_shape: oauth or webex")
    for key in ("primary_hosts", "backup_hosts"):
        if not set(getattr(changed, key)) <= state.hosts.keys():
            raise InputError(f"settings.{key}: of {', '.join(sorted(state.hosts))}")
    state.settings = changed


def alter_user(state: CloudState, source: object, now_s: float) -> dict[str, Any]:
    """Alter a person, or add one; returns their part of the state, with a token if one was made.

    `other_devices` adds registrations of other software. Actions are keys with the value true, taken
    in the order of `_ACTIONS`.
    """
    data = object_in(source, "users")
    name = data.pop("name", None)
    if not isinstance(name, str) or "@" not in name:
        raise InputError("users.name: an e-mail address")
    name = name.lower()
    others = [
        _changed(OtherDevice(""), object_in(one, "users.other_devices"), "users.other_devices")
        for one in _list(data.pop("other_devices", []), "users.other_devices")
    ]
    actions = [key for key in _ACTIONS if _wanted(data, key)]
    wants_token = _wanted(data, "new_token") or name not in state.accounts
    known = state.accounts.get(name)
    person = known.person if known else Person(name=name, display_name=name.partition("@")[0])
    person = _changed(person, data, "users")
    if person.device_limit < 1:
        raise InputError("users.device_limit: from 1")
    account = known or state.add_person(person, now_s)
    if person.short_grants != account.person.short_grants:
        account.short_grants_left = person.short_grants
    if person.taken_after_s != account.person.taken_after_s:
        account.taken = False
    account.person = person
    for action in actions:
        _ACTIONS[action](state, account, now_s)
    for other in others:
        state.add_other_device(account, other, now_s)
    result = view_account(state, account, now_s)
    return {**result, "token": issue_token(state, account, now_s)} if wants_token else result


def issue_token(state: CloudState, account: Account, now_s: float) -> str:
    """Return a live access token with every scope, as a sign-in would have given."""
    return state.tokens.new_access(state.new_grant(account, now_s, SCOPES), now_s).value


def view(state: CloudState, now_s: float) -> dict[str, Any]:
    """Return the whole state as JSON, without a secret."""
    refusing = state.faults.refused_hosts(now_s)
    return {
        "now_s": round(now_s, 3),
        "time_scale": state.clock.time_scale,
        "requests": state.journal.count,
        "hosts": {
            host.name: {"role": host.role, "url": host.origin, "refusing": host.name in refusing}
            for host in state.hosts.values()
        },
        "users": [view_account(state, account, now_s) for account in state.accounts.values()],
        "faults": state.faults.as_json(now_s),
        "settings": asdict(state.settings),
        "sockets": desk.view(state, now_s),
    }


def view_account(state: CloudState, account: Account, now_s: float) -> dict[str, Any]:
    """Return one person's state as JSON, without a secret."""
    state.age(account, now_s)
    access, refresh = state.tokens.count(account.person.name, now_s)
    facts = asdict(account.person)
    for hidden in ("password", "other_devices"):
        del facts[hidden]
    return {
        **facts,
        "user_id": account.person.user_id,
        "public_id": public_id("PEOPLE", account.person.user_id),
        "devices": [
            {
                "device_id": device.device_id,
                "host": device.host,
                "uri": device.uri,
                "client_device_uri": device.client_device_uri,
                "others": device.others,
                "seen_ago_s": round(now_s - device.seen_at_s(now_s), 3),
                "expires_in_s": None
                if device.others
                else round(device.last_seen_s + device.lifetime_s - now_s, 3),
            }
            for device in account.devices.values()
        ],
        "wdm_devices": [
            {"url": one.url, "name": one.facts.get("name"), "age_s": round(now_s - one.created_s, 3)}
            for one in account.wdm_devices.values()
        ],
        "access_tokens": access,
        "refresh_tokens": refresh,
    }


_ACTIONS: Mapping[str, Callable[[CloudState, Account, float], None]] = {
    # keepalives get 404
    "forget_devices": lambda _, account, __: account.devices.clear(),
    "forget_wdm_devices": lambda _, account, __: account.wdm_devices.clear(),
    # keepalives get 409
    "take_line": lambda state, account, now_s: state.take_line(account, now_s),
    # 401, refreshing works
    "expire_tokens": lambda state, account, now_s: state.tokens.expire_access(account.person.name, now_s),
    # 401, refreshing gets invalid_grant
    "revoke_tokens": lambda state, account, _: state.tokens.revoke_all(account.person.name),
}


def _sent(request: Request) -> object:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise InputError("body: JSON is needed") from None


def _list(source: object, key: str) -> list[Any]:
    if not isinstance(source, list):
        raise InputError(f"{key}: a list is needed")
    return source


def _wanted(data: dict[str, Any], key: str) -> bool:
    wanted: bool = read(data, "users", key, "bool", False)
    data.pop(key, None)
    return wanted


def _changed(value: Value, data: dict[str, Any], key: str) -> Value:
    """Return the frozen value with the fields that `data` names, each checked by its annotation."""
    kinds = {field.name: str(field.type) for field in fields(value) if str(field.type) in KINDS}
    refuse_unknown(data, key, kinds)
    checked = {name: read(data, key, name, kinds[name], ...) for name in data}
    new: dict[str, Any] = {
        name: tuple(one) if isinstance(one, list) else one for name, one in checked.items()
    }
    return replace(value, **new)
