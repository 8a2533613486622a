"""Whom to ask next, and how long to wait (line/seeking.py): the edges that no story tells."""

import pytest

from softphone.line.effects import SendRegister, StartTimer
from softphone.line.events import Event
from softphone.line.keeping import lost
from softphone.line.model import Role
from softphone.line.policy import Policy
from softphone.line.seeking import list_failed, press
from softphone.line.states import Bar, Episode, Reconnecting
from softphone.values import replace
from tests.line.tables.representatives import AWAITED, B1, DEAD, FACTS, HOME, NOW_S, P1, P2

POLICY = Policy()
NOW = Event(at_s=NOW_S)
BEGAN = Episode(began_at_s=NOW_S)
BARRED = replace(FACTS, bars=(Bar(P1.url, NOW_S + 100), Bar(P2.url, NOW_S + 50)))
ALL_BARRED = replace(FACTS, bars=(*BARRED.bars, Bar(B1.url, NOW_S + 70)))


def test_a_press_asks_the_backups_that_are_free_before_a_host_that_asked_to_wait():
    after, (asked, _) = press(BARRED, BEGAN, NOW, POLICY)
    assert isinstance(asked, SendRegister)
    assert asked.server == B1
    assert not any(bar.pressed for bar in after.facts.bars), "the press is kept for later"


def test_where_every_host_asked_to_wait_a_press_asks_one_of_them_and_is_used_up():
    after, (asked, _) = press(ALL_BARRED, BEGAN, NOW, POLICY)
    assert isinstance(asked, SendRegister)
    assert all(bar.pressed for bar in after.facts.bars)


@pytest.mark.parametrize(
    ("ago_s", "asked"), [(30.5, True), (30.0, True), (29.5, False)], ids=["over", "just over", "not over"]
)
def test_primaries_that_live_have_half_a_minute_before_the_backups_are_asked(ago_s: float, asked: bool):
    episode = replace(BEGAN, began_at_s=NOW_S - ago_s, answered=True, rounds=5)
    after, effects = list_failed(FACTS, episode, NOW, POLICY)
    assert any(isinstance(effect, SendRegister) and effect.server == B1 for effect in effects) is asked
    if not asked:
        assert effects == (StartTimer(0.5),)
        assert after.episode.role is Role.BACKUP  # type: ignore[union-attr]


@pytest.mark.parametrize(("asked_s", "asked"), [(10.0, False), (10.5, True)])
def test_primaries_that_ask_for_a_longer_wait_than_they_have_are_not_waited_for(asked_s: float, asked: bool):
    facts = replace(FACTS, bars=(Bar(P1.url, NOW_S + asked_s), Bar(P2.url, NOW_S + asked_s)))
    episode = replace(BEGAN, began_at_s=NOW_S - 20.0, answered=True)
    _, effects = list_failed(facts, episode, NOW, POLICY)
    assert any(isinstance(effect, SendRegister) for effect in effects) is asked


@pytest.mark.parametrize(("confirmed", "unconfirmed"), [(True, ""), (False, P1.url)])
def test_a_host_that_never_confirmed_what_it_granted_is_remembered(confirmed: bool, unconfirmed: str):
    state = Reconnecting(facts=AWAITED, lease=replace(HOME, confirmed=confirmed), failure=DEAD)
    after, _ = lost(state, NOW, POLICY, dead=False)
    assert after.facts.unconfirmed == unconfirmed
    again, _ = lost(replace(state, facts=replace(AWAITED, unconfirmed=P1.url)), NOW, POLICY, dead=False)
    avoided = again.episode.avoid  # type: ignore[union-attr]
    assert (avoided is None) is confirmed
