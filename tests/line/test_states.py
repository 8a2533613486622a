"""What a line knows of servers and of itself (line/states.py): the edges."""

import pytest

from softphone.line.states import Lease, Open
from softphone.values import replace
from tests.line.tables.representatives import FACTS, HELD, NOW_S, P1, P2


def test_where_there_is_no_server_nothing_is_held_and_nobody_asks_to_wait():
    assert FACTS.press_held_until_s(()) == 0.0
    assert FACTS.asking_wait_s((), NOW_S) == 0.0
    assert FACTS.asking_wait_s((), 0.0) == 0.0


@pytest.mark.parametrize(("pressed", "held_until_s"), [((), 0.0), ((P1,), 0.0), ((P1, P2), NOW_S + 30)])
def test_a_press_is_held_once_it_was_used_up_against_every_server(pressed, held_until_s: float):
    facts = FACTS.barred(P1, NOW_S + 60, NOW_S).barred(P2, NOW_S + 30, NOW_S)
    assert facts.pressed(pressed, NOW_S).press_held_until_s((P1, P2)) == held_until_s


def test_a_host_that_has_not_answered_holds_a_press_until_its_answer_is_lost():
    facts = replace(FACTS, posts=(Open(7, P1.url, NOW_S - 5, NOW_S + 25),))
    assert facts.press_held_until_s((P1,)) == NOW_S + 25
    assert facts.press_held_until_s((P1, P2)) == 0.0


@pytest.mark.parametrize("limit", [0, -1, -5])
@pytest.mark.parametrize("sent_at_s", [(), (NOW_S - 59.0,), (NOW_S - 1.0,) * 3])
def test_a_bound_that_leaves_nothing_has_no_room_for_a_minute(limit: int, sent_at_s: tuple[float, ...]):
    facts = replace(FACTS, sent_at_s=sent_at_s)
    assert facts.room_at_s(NOW_S, limit) >= NOW_S + 60.0
    assert not facts.has_room(NOW_S, 2, limit + 1)


@pytest.mark.parametrize(
    ("lost_in_s", "awaited", "unsure"), [(1.0, 2, False), (0.0, 1, True), (-1.0, 1, True)]
)
def test_a_registration_that_is_lost_when_the_next_is_asked_for_leaves_us_unsure(lost_in_s, awaited, unsure):
    before = Open(7, P1.url, NOW_S - 30, NOW_S + lost_in_s)
    facts = replace(FACTS, posts=(before,)).posting(Open(8, P2.url, NOW_S, NOW_S + 30))
    assert (len(facts.posts), facts.unsure) == (awaited, unsure)
    assert facts.posts[-1].url == P2.url


def test_before_the_first_answer_no_answer_was_slow_and_nothing_is_confirmed():
    lease = Lease(server=P1, registration=HELD, sent_at_s=NOW_S, proved_at_s=NOW_S)
    assert (lease.slowest_s, lease.confirmed, lease.rehome_at_s) == (0.0, False, None)
