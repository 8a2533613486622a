"""When a person is told, as stories in virtual time."""

from dataclasses import replace

import pytest

from softphone.line.model import LineSnapshot, LineState
from softphone.ui.notifications import QUIET_S, NotificationRules, NotificationSettings
from tests.ui.fakes import line

UP = LineState.REGISTERED


class Story:
    """Lines over time: each second the rules are fed, as the window does."""

    def __init__(self, **settings: object) -> None:
        self.rules = NotificationRules(NotificationSettings(**settings))  # type: ignore[arg-type]
        self.now_s = 1000.0
        self.active = False
        self.told: list[str] = []

    def run(self, seconds: int, *lines: LineSnapshot) -> list[str]:
        told = []
        for _ in range(seconds):
            # A line that is up is proven all the time.
            fresh = tuple(replace(one, proved_at_s=self.now_s) if one.state is UP else one for one in lines)
            found = self.rules.feed(fresh, self.now_s, window_active=self.active)
            told += [note.title for note in found]
            self.now_s += 1
        return told


def test_a_loss_is_told_after_half_a_minute_and_its_end_at_once():
    story = Story()
    assert story.run(60, line(UP)) == []
    assert story.run(30, line(LineState.RETRY_WAIT)) == []
    assert story.run(1, line(LineState.RETRY_WAIT)) == ["Ada Lovelace cannot receive calls"]
    assert story.run(100, line(LineState.RETRY_WAIT)) == []
    assert story.run(5, line(UP)) == ["Ada Lovelace can receive calls again"]


def test_a_short_loss_is_no_news():
    story = Story()
    assert story.run(29, line(LineState.RECONNECTING)) == []
    assert story.run(60, line(UP)) == []


def test_a_storm_of_losses_is_told_once_in_five_minutes():
    story = Story()
    told = []
    for _ in range(10):
        told += story.run(35, line(LineState.RETRY_WAIT))
        told += story.run(5, line(UP))
    assert told.count("Ada Lovelace cannot receive calls") == 2
    assert len(told) <= 4
    assert 400 / QUIET_S < 2


@pytest.mark.parametrize(
    "state", [LineState.ACTION, LineState.ELSEWHERE, LineState.FAILED, LineState.SIGNED_OUT]
)
def test_what_needs_a_person_is_told_at_once_and_once(state: LineState):
    story = Story()
    assert len(story.run(1, line(state))) == 1
    assert story.run(600, line(state)) == []


def test_what_needs_a_person_is_told_even_while_the_window_is_active():
    story = Story()
    story.active = True
    assert story.run(100, line(LineState.RETRY_WAIT)) == []
    assert story.run(1, line(LineState.ACTION)) == ["Ada Lovelace: action needed"]


def test_a_loss_is_told_when_the_person_leaves_the_window():
    story = Story()
    story.active = True
    assert story.run(60, line(LineState.RETRY_WAIT)) == []
    story.active = False
    assert story.run(1, line(LineState.RETRY_WAIT)) == ["Ada Lovelace cannot receive calls"]


def test_several_lines_share_one():
    story = Story()
    lost = (
        line(LineState.RETRY_WAIT),
        line(LineState.OFFLINE, "Bob", "2"),
        line(LineState.RETRY_WAIT, "Cleo", "3"),
    )
    assert story.run(31, *lost) == ["3 lines cannot receive calls"]
    assert story.run(1, line(UP), line(UP, "Bob", "2"), line(UP, "Cleo", "3")) == [
        "3 lines can receive calls again"
    ]


def test_what_the_person_did_is_no_news():
    story = Story()
    story.run(5, line(UP))
    assert story.run(100, line(LineState.IDLE)) == []
    assert story.run(1, line(UP)) == []


def test_nothing_is_told_while_snoozed_and_what_lasts_is_told_after():
    story = Story()
    story.rules.snoozed_until_s = story.now_s + 100
    assert story.run(100, line(LineState.RETRY_WAIT)) == []
    assert story.run(1, line(LineState.RETRY_WAIT)) == ["Ada Lovelace cannot receive calls"]


def test_it_can_be_switched_off_and_the_end_left_out():
    assert Story(enabled=False).run(100, line(LineState.ACTION)) == []
    quiet = Story(tell_recovery=False, delay_s=5.0)
    assert quiet.run(6, line(LineState.RETRY_WAIT)) == ["Ada Lovelace cannot receive calls"]
    assert quiet.run(6, line(UP)) == []


def test_time_matters_only_while_something_is_wrong():
    story = Story()
    story.run(1, line(UP))
    assert not story.rules.waiting
    story.run(1, line(LineState.RETRY_WAIT))
    assert story.rules.waiting
