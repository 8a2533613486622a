"""The timetable of a soak: storms of random faults, each with a calm behind it, all from one seed. Pure.

A deed is what is asked of the cloud's control desk (`resource` and `body`, see `softphone/sim/control.py`),
or what happens at the computer itself (`LOCAL`). Seconds are nominal, from the beginning.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.hostile.soak.spells import SPELLS, some_hosts

STORMS_S = (60.0, 180.0, 420.0, 900.0, 1500.0)
LONG_STORM_S = 5400.0  # longer than after which the tries are 4 minutes apart
LONG_EVERY = 14  # so many storms
CALM_S = 780.0
FIRST_CALM_S = 120.0
SETTLED_S = 20.0  # of a storm, without deeds, so that its end is its own

YEAR_S = 365 * 86_400.0
CALM_SETTINGS: Mapping[str, Any] = {  # what the settings are without a storm
    "primary_hosts": [],
    "backup_hosts": [],
    "deletion_delay_s": 0.0,
    "requests_per_minute": 0,
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that happens at a moment; `what` names its kind."""

    at_s: float
    what: str
    resource: str
    body: Any = None


@dataclass(frozen=True, slots=True)
class Storm:
    """Some faults together, from `begin_s` to `end_s`; then it is calm until `calm_until_s`."""

    begin_s: float
    end_s: float
    calm_until_s: float
    deeds: tuple[Deed, ...]


def timetable(seed: int, *, length_s: float, people: Sequence[str], local: bool) -> tuple[Storm, ...]:
    """Return the storms of a soak, whose last calm ends with it; `local`: at this computer, too."""
    dice = random.Random(seed)
    storms: list[Storm] = []
    at_s = FIRST_CALM_S
    while True:
        storm_s = LONG_STORM_S if len(storms) % LONG_EVERY == LONG_EVERY // 2 else dice.choice(STORMS_S)
        end_s = at_s + storm_s
        if end_s + CALM_S > length_s:
            break
        deeds = sorted(_deeds(dice, at_s, end_s, people, local=local), key=lambda deed: deed.at_s)
        storms.append(Storm(at_s, end_s, end_s + CALM_S, tuple(deeds)))
        at_s = end_s + CALM_S
    if storms:
        storms[-1] = replace(storms[-1], calm_until_s=length_s)
    return tuple(storms)


def _deeds(
    dice: random.Random, begin_s: float, end_s: float, people: Sequence[str], *, local: bool
) -> Iterator[Deed]:
    last_s = max(begin_s, end_s - SETTLED_S)
    for _ in range(dice.choice((1, 2, 3, 4, 6))):
        what, make = dice.choice(SPELLS)
        at_s = dice.uniform(begin_s, begin_s + (last_s - begin_s) / 2)
        for_s = dice.choice((dice.uniform(0.2, 1.0), 1.0)) * (end_s - at_s)
        faults = [{**fault, "for_s": for_s} for fault in make(dice)]
        if dice.random() < 0.2:
            whose = dice.choice(people)
            faults = [{**fault, "user": whose} for fault in faults]
        yield Deed(at_s, what, "faults", faults)
    for _ in range(min(16, 2 + int((end_s - begin_s) / dice.uniform(40, 200)))):
        what, make_deeds, is_local = dice.choices(INCIDENTS, WEIGHTS)[0]
        if local or not is_local:
            for deed in make_deeds(dice, people, dice.uniform(begin_s, last_s)):
                yield replace(deed, what=what, at_s=min(deed.at_s, last_s))


# ---- incidents: what happens once

Incident = Callable[[random.Random, Sequence[str], float], list[Deed]]


def _whom(dice: random.Random, people: Sequence[str]) -> list[str]:
    share = dice.choice((0.0, 0.0, 0.1, 0.5, 1.0))
    return [name for name in people if dice.random() < share] or [dice.choice(people)]


def _users(dice: random.Random, people: Sequence[str], at_s: float, **changes: Any) -> list[Deed]:
    return [Deed(at_s, "", "users", {"name": name, **changes}) for name in _whom(dice, people)]


def _forgotten(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    return _users(dice, people, at_s, forget_devices=True)


def _wdm_forgotten(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    return _users(dice, [dice.choice(people)], at_s, forget_wdm_devices=True)


def _taken(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    return _users(dice, dice.sample(people, min(3, len(people))), at_s, take_line=True)


def _limit_met(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    other = {"name": "Webex on another computer", "in_use": dice.random() < 0.5, "seen_ago_s": 300.0}
    some = dice.sample(people, min(3, len(people)))
    met = _users(dice, some, at_s, forget_devices=True)
    return [replace(deed, body={**deed.body, "other_devices": [other]}) for deed in met]


def _expired(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    return _users(dice, people, at_s, expire_tokens=True)


def _revoked(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    return _users(dice, dice.sample(people, min(4, len(people))), at_s, revoke_tokens=True)


def _lists_changed(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    del people
    primaries = dice.choice((["S1"], ["P2"], ["P1", "S1"], ["P2", "P1"]))
    return [
        Deed(at_s, "", "settings", {"primary_hosts": primaries, "backup_hosts": dice.choice((["B2"], []))})
    ]


def _other_rules(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    del people
    rule = dice.choice(
        (
            {"keepalive_interval_s": 10},
            {"keepalive_interval_s": 60},
            {"keepalive_interval_s": 30},
            {"deletion_delay_s": 3.0},
            {"requests_per_minute": 12},
        )
    )
    return [Deed(at_s, "", "settings", rule)]


def _sockets(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    action: dict[str, Any] = dice.choice(
        (
            {"close": 1001},
            {"close": 1006},
            {"close": 4000},
            {"reset": True},
            {"shutdown": True},
            {"silence": True},
            {"wrong_pongs": 1},
            {"text": "no frame of theirs"},
            {"event": {"eventType": "u2c.cache-invalidation"}},
        )
    )
    if dice.random() < 0.5:
        action = {**action, "user": dice.choice(people)}
    return [Deed(at_s, "", "sockets", action)]


def _calls(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    end = dice.choice(("missed", "elsewhere", "answered", "cancelled"))
    call = {"from": "5008", "end": end, "ring_s": dice.uniform(1, 40)}
    return [Deed(at_s, "", "calls", {"user": name, **call}) for name in _whom(dice, people)[:5]]


def _presses(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    some, presses = _whom(dice, people), []
    for name in some:
        moment_s = at_s
        for _ in range(dice.choice((1, 1, 2, 3))):
            presses.append(
                Deed(moment_s, "", "press", (dice.choice(("register", "deregister", "retry")), name))
            )
            moment_s += dice.choice((0.0, 0.01, 0.3, 2.0, 11.0))
    return presses


def _press_all(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    del people
    return [
        Deed(at_s, "", "press", ("deregister_all", "")),
        Deed(at_s + dice.choice((0.0, 0.2, 5.0, 40.0)), "", "press", ("register_all", "")),
    ]


def _hints(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    del people
    off, on = (
        Deed(at_s + after_s, "", "hint", up) for after_s, up in ((0, False), (dice.uniform(0, 60), True))
    )
    return dice.choice(([off, on], [on], [off, on]))


def _asleep(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    del people
    return [Deed(at_s, "", "sleep", dice.choice((20.0, 60.0, 170.0, 900.0, 3600.0, 8 * 3600.0)))]


def _wall(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    del people
    wrong_s = (-3600.0, 3600.0, -290.0, 100 * 86_400.0, -10 * YEAR_S, 10 * YEAR_S, 0.0)
    return [Deed(at_s, "", "wall", dice.choice(wrong_s))]


def _network(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    del people
    hinted, down_s = dice.random() < 0.5, dice.choice((5.0, 40.0, 100.0, 400.0))
    return [Deed(at_s, "", "network", (False, hinted)), Deed(at_s + down_s, "", "network", (True, hinted))]


def _silent_ports(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    del people
    return [Deed(at_s, "", "silent", some_hosts(dice))]


def _restart(dice: random.Random, people: Sequence[str], at_s: float) -> list[Deed]:
    del people
    return [Deed(at_s, "", "restart", dice.choice((1.0, 30.0, 400.0)))]


# What, how often, and whether only a computer whose clocks and sockets are ours can do it.
_INCIDENTS: Sequence[tuple[str, Incident, int]] = (
    ("devices forgotten", _forgotten, 6),
    ("WDM forgotten", _wdm_forgotten, 2),
    ("taken (409)", _taken, 3),
    ("limit met", _limit_met, 3),
    ("token expired", _expired, 5),
    ("sign-in revoked", _revoked, 2),
    ("lists changed", _lists_changed, 4),
    ("other rules", _other_rules, 3),
    ("sockets hit", _sockets, 6),
    ("calls", _calls, 4),
    ("presses", _presses, 8),
    ("press all", _press_all, 2),
    ("hints", _hints, 3),
    ("sleep", _asleep, 4),
    ("clock set", _wall, 4),
    ("network down", _network, 4),
    ("packets lost", _silent_ports, 2),
    ("restart", _restart, 1),
)
# A soak with the system's own clocks and sockets leaves these out.
LOCAL = frozenset({"sleep", "clock set", "network down", "packets lost", "restart"})
INCIDENTS = tuple((what, make, what in LOCAL) for what, make, _ in _INCIDENTS)
WEIGHTS = tuple(weight for _, _, weight in _INCIDENTS)
