"""When a person is told, as stories in virtual time."""

import pytest

from softphone.line.model import LineSnapshot, LineState
from softphone.values import replace
from softphone.wording.notifications import GATHER_S, QUIET_S, NotificationRules, NotificationSettings, names
from tests.ui.fakes import line

UP = LineState.REGISTERED


class Story:
    """Lines over time: each second the rules are fed, as the window does."""

    def __init__(self, **settings: object) -> None:
        self.rules = NotificationRules(NotificationSettings(**settings))  # type: ignore[arg-type]
        self.now_s = 1000.0
        self.active = self.snoozed = False
        self.told_at_s: list[float] = []

    def run(self, seconds: int, *lines: LineSnapshot) -> list[str]:
        told = []
        for _ in range(seconds):
            # A line that is up is proven all the time.
            fresh = tuple(replace(one, proved_at_s=self.now_s) if one.state is UP else one for one in lines)
            found = self.rules.feed(fresh, self.now_s, window_active=self.active, snoozed=self.snoozed)
            told += [note.title for note in found]
            self.told_at_s += [self.now_s for _ in found]
            self.now_s += 1
        return told


def test_a_loss_is_told_after_half_a_minute_and_its_end_at_once():
    story = Story()
    assert story.run(60, line(UP)) == []
    assert story.run(30, line(LineState.RETRY_WAIT)) == []
    assert story.run(1, line(LineState.RETRY_WAIT)) == ["Webex cannot reach Ada Lovelace"]
    assert story.run(100, line(LineState.RETRY_WAIT)) == []
    assert story.run(5, line(UP)) == ["Webex can reach Ada Lovelace again"]


def test_a_short_loss_is_no_news():
    story = Story()
    assert story.run(29, line(LineState.RECONNECTING)) == []
    assert story.run(60, line(UP)) == []


def test_in_a_storm_there_is_one_in_five_minutes_and_its_end_is_told():
    story = Story()
    first = story.run(35, line(LineState.RETRY_WAIT)) + story.run(5, line(UP))
    assert first == ["Webex cannot reach Ada Lovelace", "Webex can reach Ada Lovelace again"]
    told = []
    for _ in range(60):
        told += story.run(35, line(LineState.RETRY_WAIT))
        told += story.run(5, line(UP))
    assert len(told) > 3
    assert all(b - a >= QUIET_S for a, b in zip(story.told_at_s[1:], story.told_at_s[2:], strict=False))
    assert (told + story.run(round(QUIET_S), line(UP)))[-1] == "Webex can reach Ada Lovelace again"


def test_two_losses_far_apart_are_no_storm():
    story = Story()
    for _ in range(3):
        assert len(story.run(31, line(LineState.RETRY_WAIT))) == 1
        assert len(story.run(1, line(UP))) == 1
        assert story.run(round(2 * QUIET_S), line(UP)) == []


def test_lines_that_flap_in_turn_share_the_five_minutes():
    story = Story()
    for _ in range(20):
        story.run(40, line(LineState.RETRY_WAIT), line(UP, "Bob", "2"))
        story.run(40, line(UP), line(LineState.RETRY_WAIT, "Bob", "2"))
    assert all(b - a >= QUIET_S for a, b in zip(story.told_at_s[1:], story.told_at_s[2:], strict=False))


@pytest.mark.parametrize(
    "state", [LineState.ACTION, LineState.ELSEWHERE, LineState.FAILED, LineState.SIGNED_OUT]
)
def test_what_needs_a_person_is_told_at_once_and_once(state: LineState):
    story = Story()
    assert len(story.run(1, line(state))) == 1
    assert story.run(600, line(state)) == []


def test_of_what_needs_a_person_again_nobody_is_told_that_it_mends_itself():
    story = Story()
    told = story.run(1, line(LineState.ACTION)) + story.run(1, line(UP))
    assert told == ["Ada Lovelace: action needed", "Webex can reach Ada Lovelace again"]
    assert story.run(round(QUIET_S) - 2, line(LineState.ACTION)) == []
    assert story.run(1, line(LineState.ACTION)) == ["Ada Lovelace: action needed"]


def test_what_needs_a_person_is_told_even_while_the_window_is_active():
    story = Story()
    story.active = True
    assert story.run(100, line(LineState.RETRY_WAIT)) == []
    assert story.run(1, line(LineState.ACTION)) == ["Ada Lovelace: action needed"]


@pytest.mark.parametrize("state", [LineState.ELSEWHERE, LineState.FAILED, LineState.SIGNED_OUT])
def test_what_the_person_saw_in_the_window_is_no_news_afterwards(state: LineState):
    story = Story()
    story.active = True
    assert story.run(60, line(state)) == []
    story.active = False
    assert story.run(600, line(state)) == []
    assert story.run(1, line(UP)) == []
    assert len(story.run(1, line(state))) == 1


def test_lines_that_need_a_person_one_after_the_other_share_the_second_notification():
    story, told = Story(), []
    for count in range(11):
        lines = [line(LineState.ACTION if n < count else UP, f"Line {n}", f"{n}") for n in range(10)]
        told += story.run(2, *lines)
    assert told == ["Line 0: action needed"]
    assert story.run(round(GATHER_S), *lines) == ["9 lines need you"]


def test_a_loss_is_told_when_the_person_leaves_the_window():
    story = Story()
    story.active = True
    assert story.run(60, line(LineState.RETRY_WAIT)) == []
    story.active = False
    assert story.run(1, line(LineState.RETRY_WAIT)) == ["Webex cannot reach Ada Lovelace"]


def test_several_lines_share_one():
    story = Story()
    lost = (
        line(LineState.RETRY_WAIT),
        line(LineState.OFFLINE, "Bob", "2"),
        line(LineState.RETRY_WAIT, "Cleo", "3"),
    )
    assert story.run(31, *lost) == ["Webex cannot reach 3 lines"]
    assert story.run(1, line(UP), line(UP, "Bob", "2"), line(UP, "Cleo", "3")) == [
        "Webex can reach 3 lines again"
    ]


def test_what_the_person_did_is_no_news():
    story = Story()
    story.run(5, line(UP))
    assert story.run(100, line(LineState.IDLE)) == []
    assert story.run(1, line(UP)) == []


def test_nothing_is_told_while_snoozed_and_what_lasts_is_told_after():
    story = Story()
    story.snoozed = True
    assert story.run(100, line(LineState.RETRY_WAIT)) == []
    story.snoozed = False
    assert story.run(1, line(LineState.RETRY_WAIT)) == ["Webex cannot reach Ada Lovelace"]


def test_it_can_be_switched_off_and_the_end_left_out():
    assert Story(enabled=False).run(100, line(LineState.ACTION)) == []
    quiet = Story(tell_recovery=False, delay_s=5.0)
    assert quiet.run(6, line(LineState.RETRY_WAIT)) == ["Webex cannot reach Ada Lovelace"]
    assert quiet.run(6, line(UP)) == []


def test_time_matters_only_while_something_is_wrong():
    story = Story()
    story.run(1, line(UP))
    assert not story.rules.waiting
    story.run(1, line(LineState.RETRY_WAIT))
    assert story.rules.waiting


def test_three_lines_are_named_and_of_more_the_rest_is_counted():
    lines = [line(UP, name, name) for name in ("Ada", "Bob", "Cem", "Dee", "Eve")]
    for count in (1, 2, 3):
        told = names(lines[:count])
        assert [one.identity.label in told for one in lines] == [at < count for at in range(5)]
    for count in (4, 5):
        told = names(lines[:count])
        assert [one.identity.label in told for one in lines[:4]] == [True, True, True, False]
        assert str(count - 3) in told
