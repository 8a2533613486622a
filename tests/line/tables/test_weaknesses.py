"""No weakness of sdk.md#weaknesses is forgotten, and the tests of those that no story tells."""

import random

import pytest

from softphone.line.device import Device
from softphone.line.effects import SendDeregister, StartTimer
from softphone.line.events import NetworkLost, Proved, RequestFailed, ServersFound
from softphone.line.model import LineState, Servers
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import (
    Episode,
    Open,
    Reconnecting,
    Rediscovering,
    Registered,
    Registering,
    RemovingDevice,
)
from softphone.line.view import view
from tests.line.failures import failure_for
from tests.line.tables.named_tests import missing
from tests.line.tables.representatives import AWAITED, DEAD, FACTS, HOME, NOW_S, OURS, P1, SERVERS
from tests.line.tables.weaknesses import TESTED, UNTESTED, WITHOUT_OBJECT
from tests.line.worlds.world import World

POLICY = Policy()
REPLACED = "https://wdm.example/devices/replaced"


def test_every_weakness_is_tested_or_said_not_to_be():
    tables = (TESTED, WITHOUT_OBJECT, UNTESTED)
    assert sorted(number for table in tables for number in table) == list(range(1, 45))


@pytest.mark.parametrize("number", TESTED)
def test_every_test_that_is_named_exists(number: int):
    _, tests = TESTED[number]
    assert tests
    assert not missing(tests)


@pytest.mark.parametrize(("draw", "delay_s"), [(0.0, 27.0), (0.5, 30.0), (0.999_999, 33.0)])
def test_keepalives_come_ten_percent_sooner_or_later(draw: float, delay_s: float):
    state = Registered(facts=FACTS, lease=HOME, keepalive=Open(7, P1.url, NOW_S, NOW_S + 30))
    _, effects = step(state, Proved(at_s=NOW_S, draw=draw, request=7), POLICY)
    (timer,) = effects
    assert isinstance(timer, StartTimer)
    assert timer.delay_s == pytest.approx(delay_s, abs=1e-4)


def test_offline_is_shown_at_the_first_miss():
    asked, _ = step(Registered(facts=FACTS, lease=HOME), NetworkLost(at_s=NOW_S), POLICY)
    missed, _ = step(asked, RequestFailed(at_s=NOW_S, request=asked.facts.request, failure=DEAD), POLICY)
    assert isinstance(missed, Reconnecting)
    assert view(missed).state is LineState.OFFLINE


@pytest.mark.parametrize("uri", [OURS, REPLACED])
@pytest.mark.parametrize("found", [SERVERS, Servers()], ids=["servers found", "no servers found"])
def test_a_device_on_any_wdm_device_of_ours_is_our_own(uri: str, found: Servers):
    """A lookup that made a new WDM device forgets none of those before it."""
    looking = Rediscovering(facts=AWAITED, episode=Episode(began_at_s=NOW_S))
    answer = ServersFound(at_s=NOW_S, request=7, servers=found, known_device_uris=frozenset({REPLACED}))
    asking, _ = step(looking, answer, POLICY)
    assert isinstance(asking, Registering)
    orphan = Device(device_id="orphan", client_device_uri=uri, seen_ago_s=300.0)
    limit = failure_for("post", "101", (orphan,))
    refused = RequestFailed(at_s=NOW_S, request=asking.facts.request, failure=limit)
    removing, effects = step(asking, refused, POLICY)
    assert isinstance(removing, RemovingDevice)
    assert [effect.device for effect in effects if isinstance(effect, SendDeregister)] == [orphan]


@pytest.mark.parametrize("seed", range(5))
def test_however_often_people_click_there_is_one_device(seed: int):
    world = World(seed, device_limit=5)
    dice = random.Random(seed)
    for _ in range(60):
        dice.choice((world.register, world.deregister, world.retry_now))()
        world.pass_time(dice.choice((0.0, 0.01, 0.04, 0.2, 3.0)))
        assert len(world.kept) <= 1
    world.register()
    world.pass_time(61.0)  # so much was clicked that the bound on requests holds it up
    assert len(world.kept) == 1
    assert not world.broken_liveness()
