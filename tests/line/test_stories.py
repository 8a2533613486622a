"""The machine plays every story as it is told."""

import pytest

from softphone.line.effects import StartTimer
from softphone.line.states import Episode, WaitingToRetry
from softphone.values import replace
from tests.line.failures import failure_for
from tests.line.script import Script, Story, check
from tests.line.stories import STORIES


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_line_plays_the_story(story: Story):
    check(story)


def test_after_a_day_offline_the_tries_at_the_return_are_close_together():
    script = Script(backups="", post={"P1": "refusedx2 200"})
    day_s = 86_400.0
    episode = Episode(began_at_s=-day_s, rounds=300, told=True, failure=failure_for("post", "refused"))
    script.state = WaitingToRetry(facts=replace(script.state.facts, offline=True), episode=episode)
    script.timer.take((StartTimer(200.0),), 0.0)
    script.play("online@5")
    assert (
        " · ".join(script.log)
        == "POST P1 refused@6.75 · U · POST P1 refused@8.25 · U · POST P1 200@11.25 · R"
    )
