"""No vector of protocol.md 8 is forgotten, and none is claimed without a story."""

import pytest

from tests.line import (
    test_failover,
    test_first_registration,
    test_keepalive,
    test_leaving,
    test_rehoming,
    test_surroundings,
)
from tests.line.vectors import ELSEWHERE, VERDICTS

MODULES = (
    test_first_registration,
    test_failover,
    test_keepalive,
    test_rehoming,
    test_leaving,
    test_surroundings,
)
NAMES = [story.name for module in MODULES for story in module.STORIES]
ALL_VECTORS = {f"V{number:02}" for number in range(1, 123)}


def test_every_vector_has_a_verdict_or_a_place_elsewhere():
    assert set(VERDICTS) | set(ELSEWHERE) == ALL_VECTORS
    assert not set(VERDICTS) & set(ELSEWHERE)


def test_every_verdict_has_a_story_of_that_name():
    assert set(VERDICTS) <= set(NAMES)


def test_no_two_stories_share_a_name():
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("vector", VERDICTS)
def test_a_verdict_says_same_or_why_it_is_better(vector: str):
    verdict, _, why = VERDICTS[vector].partition(": ")
    assert (verdict == "same" and not why) or (verdict == "better" and why)
