"""The stories the cloud can tell, as data: who is there, what goes wrong, what a client should show.

`SCENARIOS[name].expect` says what a person in front of the panel should see. Faults are those of
`faults.py`; hosts are D1 (discovery cluster, which also registers), P1 (primary), B1 (backup) and
S1 (a spare that discovery names only when the settings say so).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from softphone.sim.services.call_events import Caller
from softphone.sim.services.calls import Wish
from softphone.sim.services.people import OtherDevice, Person
from softphone.sim.settings import Settings

ADA = Person("ada@example.com", "Ada Lovelace", phone_number="+12145550101", extension="5101", device_limit=1)
GRACE = Person("grace@example.com", "Grace Hopper", phone_number="+12145550102", extension="5102")
LINUS = Person("linus@example.com", "Linus Pauling", phone_number="+12145550103", extension="5103")
RADIA = Person("radia@example.com", "Radia Perlman", phone_number="+12145550104", extension="5104")

_MOBIUS_HOSTS = ("P1", "B1", "D1")
_OLD_DEVICES = (
    OtherDevice("Webex on Front-desk PC"),
    OtherDevice("Webex on an old laptop", in_use=False, seen_ago_s=3 * 3600.0),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story."""

    name: str
    title: str
    expect: str
    people: tuple[Person, ...] = (ADA,)
    faults: tuple[Mapping[str, Any], ...] = ()
    settings: Settings = field(default_factory=Settings)
    calls: tuple[Wish, ...] = ()  # that come in one after the other, round and round


def _fault(where: str, answer: Any, **more: Any) -> Mapping[str, Any]:
    return {"where": where, "answer": answer, **more}


def _overloaded(**more: Any) -> Mapping[str, Any]:
    """Return a fault that answers 429 for 45 s from the first attempt on and says what is left."""
    answer = {"status": 429, "form": "html", "headers": {"Retry-After": "{remaining_s}"}}
    return _fault("register", answer, from_first=True, for_s=45, **more)


def _mixed() -> Scenario:
    down = [_fault("any", {"status": 503, "form": "empty"}, user=GRACE.name, host="P1")]
    down += [_fault("register", {"status": 503}, user=RADIA.name, host=host) for host in _MOBIUS_HOSTS]
    return Scenario(
        name="mixed",
        title="Four people in four states",
        expect=(
            "Ada: registered. Grace: registered on the backup, since her primary answers 503. Linus:"
            " device limit, two devices to choose from. Radia: every server answers 503; retry with a"
            " countdown, for ever."
        ),
        people=(ADA, GRACE, replace(LINUS, device_limit=2, other_devices=_OLD_DEVICES), RADIA),
        faults=tuple(down),
    )


def _forty() -> Scenario:
    people = tuple(
        Person(
            f"person{number:02}@example.com",
            f"Person {number:02}",
            phone_number=f"+121455502{number:02}",
            extension=f"52{number:02}",
        )
        for number in range(1, 41)
    )
    return Scenario("forty", "Forty people", "All forty register and stay registered.", people)


_ALL = (
    Scenario(
        "calm",
        "Everything works",
        "Registered on P1 within a second or two, a keepalive every 30 s, deregister works.",
        people=(ADA, GRACE, LINUS),
    ),
    Scenario(
        "primary-down",
        "The primary server is down",
        "P1's port refuses connections. Registered on B1, the backup; a return to the primary is tried"
        " after the rehoming time, and pings of P1 fail.",
        faults=(_fault("any", "refuse", host="P1"),),
    ),
    Scenario(
        "flapping",
        "The connection comes and goes",
        "Registered; two keepalives work, two get 503, again and again: reconnecting with one or two"
        " missed, then reconnected, never a new registration.",
        faults=(_fault("keepalive", {"status": 503, "form": "empty"}, every=4, nth=[3, 4]),),
    ),
    Scenario(
        "token-expires",
        "The sign-in ends",
        "The token given at the start and that of the first sign-in live 60 s and refreshing them gets"
        " invalid_grant: 'Your sign-in has ended', the cards stay. The next sign-in lasts, and the"
        " wanted lines register again by themselves.",
        people=(replace(ADA, short_grants=2),),
    ),
    Scenario(
        "device-limit",
        "Too many devices",
        "Two devices of other software are registered and two are allowed: 403/101 with the list, one"
        " in use, one last seen three hours ago. Nothing is removed before the person chose; then the"
        " line registers.",
        people=(replace(ADA, device_limit=2, other_devices=_OLD_DEVICES),),
    ),
    Scenario(
        "throttled",
        "The service is busy",
        "Every server answers the registration with 429 (an HTML page) for 45 s after the first attempt."
        " Retry-After says what is left, so waiting for it is enough: then registered.",
        faults=(_overloaded(),),
    ),
    Scenario(
        "all-down",
        "No server works",
        "Sign-in and discovery work, P1 and B1 refuse connections, D1 answers 503: one error, then"
        " retries with a countdown, for ever.",
        faults=(
            _fault("any", "refuse", host="P1"),
            _fault("any", "refuse", host="B1"),
            _fault("register", {"status": 503, "form": "html"}, host="D1"),
            _fault("ping", {"status": 503, "form": "empty"}, host="D1"),
        ),
    ),
    Scenario(
        "elsewhere",
        "Another session takes the line",
        "Registered; 45 s later another session takes the line and the next keepalive gets 409: in use"
        " elsewhere, no retry by itself. Register by hand takes the line back, and keeps it.",
        people=(replace(ADA, newest_wins=True, taken_after_s=45.0),),
    ),
    _mixed(),
    _forty(),
    Scenario(
        "calls",
        "Calls come in",
        "Registered; 5 s later Grace Hopper calls for 8 s and somebody answers elsewhere, 10 s later a number"
        " without a name calls for 12 s and is missed. Again and again; each rings once and ends as it says.",
        calls=(
            Wish(Caller(GRACE.extension, GRACE.display_name), "elsewhere", ring_s=8, after_s=5),
            Wish(Caller("+12145550199"), "missed", ring_s=12, after_s=10),
        ),
    ),
    Scenario(
        "none",
        "An account without a line",
        "Sign-in works, but nobody set this person up for calling: people/me has no numbers and no"
        " licence, telephony/config/people/me is 404, register is 403/102: no lines.",
        people=(replace(ADA, phone_number="", extension="", entitled=False),),
    ),
)

SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in _ALL}
