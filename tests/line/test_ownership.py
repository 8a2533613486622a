"""Whose a listed device is: the table of line/ownership.py."""

import pytest

from softphone.line.device import Device
from softphone.line.effects import SendRegister
from softphone.line.events import RetryNow
from softphone.line.failure import OWN_DEVICE_IN_THE_WAY
from softphone.line.ownership import Owner, looked_at, owner_of
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import EARLY_S, Episode, Facts, Open, WaitingToRetry
from softphone.values import replace
from tests.line.tables.representatives import FACTS, NOW_S, P1

POLICY = Policy()
OURS = "https://wdm.example/devices/ours"
LISTED = Device(device_id="d", client_device_uri=OURS, last_seen="then", seen_ago_s=59.0)
SURE = replace(FACTS, interval_s=30.0)
UNSURE = replace(SURE, unsure=True)
WAITING = replace(SURE, posts=(Open(7, P1.url, NOW_S - 5, NOW_S + 25),))


def owner(device: Device, facts: Facts, at_s: float = NOW_S) -> Owner:
    return owner_of(device, looked_at(facts, [device], at_s), at_s, POLICY)


@pytest.mark.parametrize(
    ("device", "facts", "whose"),
    [
        (LISTED, replace(SURE, granted=("d",)), Owner.OURS),
        (replace(LISTED, client_device_uri=""), replace(SURE, granted=("d",)), Owner.OURS),
        (replace(LISTED, client_device_uri=""), SURE, Owner.OTHER),
        # A line that does not know its own WDM device yet has none in common with a device that names none.
        (
            replace(LISTED, client_device_uri=""),
            replace(SURE, known_device_uris=frozenset({""})),
            Owner.OTHER,
        ),
        (replace(LISTED, client_device_uri="https://wdm.example/devices/theirs"), SURE, Owner.OTHER),
        (LISTED, SURE, Owner.ALIVE),
        (replace(LISTED, seen_ago_s=60.0), SURE, Owner.ORPHAN),
        (replace(LISTED, seen_ago_s=23.0), replace(SURE, interval_s=12.0), Owner.ALIVE),
        (replace(LISTED, seen_ago_s=24.0), replace(SURE, interval_s=12.0), Owner.ORPHAN),
        # Soon to go home, a living line of a copy is seen every 15 s only.
        (replace(LISTED, seen_ago_s=22.0), replace(SURE, interval_s=5.0), Owner.ALIVE),
        (replace(LISTED, seen_ago_s=22.5), replace(SURE, interval_s=5.0), Owner.ORPHAN),
        (replace(LISTED, seen_ago_s=None), SURE, Owner.ALIVE),
        (LISTED, UNSURE, Owner.IN_DOUBT),
        (LISTED, WAITING, Owner.IN_DOUBT),
        (replace(LISTED, seen_ago_s=60.0), UNSURE, Owner.ORPHAN),
    ],
)
def test_a_device_is_judged_by_whose_it_is_and_when_it_was_seen(device: Device, facts: Facts, whose: Owner):
    assert owner(device, facts) is whose


@pytest.mark.parametrize(("stood_s", "whose"), [(59.0, Owner.IN_DOUBT), (60.0, Owner.ORPHAN)])
def test_in_doubt_a_device_that_stands_still_for_two_intervals_is_an_orphan(stood_s: float, whose: Owner):
    before = looked_at(UNSURE, [LISTED], NOW_S - stood_s)
    assert owner(LISTED, before) is whose


@pytest.mark.parametrize(
    ("early_s", "whose"), [(EARLY_S, Owner.ORPHAN), (EARLY_S * 2, Owner.IN_DOUBT), (0.0, Owner.ORPHAN)]
)
def test_a_look_may_come_as_early_as_a_timer(early_s: float, whose: Owner):
    stood_s = POLICY.alive_s(UNSURE.interval_s) - early_s
    assert owner(LISTED, looked_at(UNSURE, [LISTED], 0.0), stood_s) is whose


def test_a_device_that_somebody_else_made_is_alive_however_long_it_stood_still_here():
    before = looked_at(SURE, [LISTED], NOW_S - 100)
    assert owner(LISTED, before) is Owner.ALIVE


@pytest.mark.parametrize("facts", [SURE, UNSURE], ids=["sure", "unsure"])
def test_a_device_that_moves_between_two_looks_is_alive(facts: Facts):
    before = looked_at(facts, [LISTED], NOW_S - 100)
    moved = replace(LISTED, last_seen="later", seen_ago_s=300.0)
    assert owner(moved, before) is Owner.ALIVE


def test_a_device_that_moved_once_stays_alive():
    before = looked_at(SURE, [LISTED], NOW_S - 300)
    moved = replace(LISTED, last_seen="later")
    between = looked_at(before, [moved], NOW_S - 200)
    assert owner(replace(moved, seen_ago_s=300.0), between) is Owner.ALIVE


def test_each_device_is_judged_by_how_it_was_listed_itself():
    other = Device(device_id="e", client_device_uri=OURS, last_seen="then", seen_ago_s=59.0)
    before = looked_at(SURE, [LISTED, other], NOW_S - 100)
    moved = replace(LISTED, last_seen="later", seen_ago_s=300.0)
    stood = replace(other, seen_ago_s=300.0)
    facts = looked_at(before, [moved, stood], NOW_S)
    assert owner_of(moved, facts, NOW_S, POLICY) is Owner.ALIVE
    assert owner_of(stood, facts, NOW_S, POLICY) is Owner.ORPHAN


@pytest.mark.parametrize("by_person", [True, False])
def test_only_a_person_cuts_the_wait_for_a_device_of_ours_short(by_person: bool):
    # The circuits tell of servers. Asking sooner only spends the room in the bound that removing it needs.
    episode = Episode(began_at_s=NOW_S - 60, rounds=3, failure=OWN_DEVICE_IN_THE_WAY, remaining=(P1,))
    state = WaitingToRetry(facts=FACTS, episode=episode)
    after, effects = step(state, RetryNow(at_s=NOW_S, by_person=by_person), POLICY)
    assert any(isinstance(effect, SendRegister) for effect in effects) is by_person
    assert by_person or after == state
