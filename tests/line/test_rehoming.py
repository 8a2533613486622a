"""What is due when a registration was just proved (line/rehoming.py): each at the second it begins."""

import pytest

from softphone.line.effects import Effect, Rediscover, SendPing, StartTimer
from softphone.line.events import Event
from softphone.line.policy import Policy
from softphone.line.rehoming import duties, look_home, rehome_at_s
from softphone.line.states import EARLY_S, Awaiting, Bar, Facts, Registered
from softphone.values import replace
from tests.line.tables.representatives import AWAITED, B1, FACTS, HOME, NOW_S, P1, P2

POLICY = Policy()
NOW = Event(at_s=NOW_S)
HOME_AT_S = NOW_S + 1000.0
AWAY = replace(HOME, server=B1, rehome_at_s=HOME_AT_S)
LISTED = replace(FACTS, discovered_at_s=HOME_AT_S - 1.0)


def due(facts: Facts, at_s: float, draw: float = 0.5) -> tuple[type[Effect], float]:
    """Return what is done beside the next keepalive, and when that comes."""
    *others, beat = duties(facts, AWAY, Event(at_s=at_s, draw=draw), POLICY)[1]
    assert isinstance(beat, StartTimer)
    return type(others[0]) if others else StartTimer, beat.delay_s


@pytest.mark.parametrize(
    ("at_s", "discovered_at_s", "does"),
    [
        # Two minutes before the way home the lists are looked up, unless that was done since.
        (HOME_AT_S - 120.5, NOW_S, StartTimer),
        (HOME_AT_S - 120.0, NOW_S, Rediscover),
        (HOME_AT_S - 120.0, HOME_AT_S - 120.0, StartTimer),
        (HOME_AT_S - 120.0, HOME_AT_S - 120.5, Rediscover),
        # Before that only when they are as old as the shortest way home.
        (HOME_AT_S - 500.0, HOME_AT_S - 500.0 - 3599.0, StartTimer),
        (HOME_AT_S - 500.0, HOME_AT_S - 500.0 - 3600.0, Rediscover),
        # A timer may fire a moment too early.
        (HOME_AT_S - EARLY_S - 0.5, HOME_AT_S, StartTimer),
        (HOME_AT_S - EARLY_S, HOME_AT_S, SendPing),
        (HOME_AT_S, HOME_AT_S, SendPing),
    ],
)
def test_on_a_backup_each_duty_begins_at_its_second(at_s: float, discovered_at_s: float, does: type[Effect]):
    assert due(replace(FACTS, discovered_at_s=discovered_at_s), at_s)[0] is does


@pytest.mark.parametrize(
    ("sent", "does"), [(0, SendPing), (6, SendPing), (7, SendPing), (8, SendPing), (9, StartTimer)]
)
def test_the_way_home_begins_only_where_all_of_it_keeps_to_the_bound(sent: int, does: type[Effect]):
    facts = replace(LISTED, sent_at_s=(HOME_AT_S - 1.0,) * sent)
    assert due(facts, HOME_AT_S)[0] is does


def test_lists_that_are_old_are_waited_for_where_the_bound_has_no_room_for_them():
    old = replace(FACTS, discovered_at_s=NOW_S)
    assert due(replace(old, sent_at_s=(HOME_AT_S - 1.0,) * 9), HOME_AT_S)[0] is Rediscover
    assert due(replace(old, sent_at_s=(HOME_AT_S - 1.0,) * 10), HOME_AT_S)[0] is StartTimer


def test_primaries_that_asked_to_wait_are_not_pinged():
    facts = replace(LISTED, bars=(Bar(P1.url, HOME_AT_S + 50),))
    _, (ping, _) = duties(facts, AWAY, Event(at_s=HOME_AT_S), POLICY)
    assert isinstance(ping, SendPing)
    assert ping.servers == (P2,)


@pytest.mark.parametrize(("draw", "delay_s"), [(0.0, 7.0), (0.5, 10.0), (1.0, 13.0)])
def test_keepalives_are_spread_round_their_interval(draw: float, delay_s: float):
    assert due(FACTS, NOW_S, draw)[1] == pytest.approx(delay_s)  # of 30 s, 20 are over


@pytest.mark.parametrize(("draw", "apart_s"), [(0.0, 7.5), (0.5, 7.875), (1.0, 8.25)])
def test_keepalives_come_no_closer_than_the_spacing_and_are_spread_there_too(draw: float, apart_s: float):
    quick = replace(HOME, registration=replace(HOME.registration, keepalive_interval_s=5.0), sent_at_s=NOW_S)
    *_, beat = duties(FACTS, quick, Event(at_s=NOW_S, draw=draw), POLICY)[1]
    assert beat == StartTimer(apart_s)


@pytest.mark.parametrize(("rings_in_s", "stays"), [(1.0, True), (0.0, False)])
def test_while_it_rings_the_line_does_not_go_home_and_awaits_nothing(rings_in_s: float, stays: bool):
    facts = replace(AWAITED, rings_until_s=NOW_S + rings_in_s)
    state = Registered(facts=facts, lease=AWAY, awaiting=Awaiting.PING)
    after, effects = look_home(state, (P2,), NOW, POLICY)
    held = replace(state, facts=replace(facts, awaiting=False), awaiting=Awaiting.NOTHING)
    assert (after == held and not effects) is stays


@pytest.mark.parametrize(
    ("minutes", "draw", "after_min"),
    [
        ((None, None), 0.0, 60.0),
        ((None, None), 1.0, 120.0),
        ((10.0, 20.0), 0.5, 15.0),
        ((1.0, 1440.0), 0.0, 1.0),
        ((1.0, 1440.0), 1.0, 1440.0),
        ((0.9, 1440.1), 0.0, 60.0),
        ((0.9, 1440.1), 1.0, 120.0),
        ((200.0, None), 1.0, 200.0),
    ],
)
def test_the_way_home_is_tried_at_random_in_the_span_the_primary_gave(minutes, draw: float, after_min: float):
    facts = replace(FACTS, rehoming_minutes=minutes)
    assert rehome_at_s(facts, B1, Event(at_s=NOW_S, draw=draw), POLICY) == NOW_S + 60 * after_min
    assert rehome_at_s(facts, P2, NOW, POLICY) is None
