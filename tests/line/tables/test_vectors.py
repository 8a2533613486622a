"""No vector of sdk.md is forgotten, and none is claimed without a test."""

import pytest

from tests.line.stories import STORIES
from tests.line.tables.named_tests import NAMES, missing
from tests.line.tables.vectors import ELSEWHERE, VERDICTS, WITHOUT_OBJECT

ALL_VECTORS = {f"V{number:02}" for number in range(1, 123)}


def test_every_vector_has_a_verdict_a_place_elsewhere_or_no_object():
    tables = (VERDICTS, ELSEWHERE, WITHOUT_OBJECT)
    assert sorted(vector for table in tables for vector in table) == sorted(ALL_VECTORS)


def test_every_verdict_has_a_story_of_that_name():
    assert set(VERDICTS) <= NAMES


def test_no_two_stories_share_a_name():
    assert len(STORIES) == len(NAMES)


@pytest.mark.parametrize("vector", VERDICTS)
def test_a_verdict_says_same_or_why_it_is_better(vector: str):
    verdict, _, why = VERDICTS[vector].partition(": ")
    assert (verdict == "same" and not why) or (verdict == "better" and why)


@pytest.mark.parametrize("vector", ELSEWHERE)
def test_what_is_tested_elsewhere_is_tested_there(vector: str):
    assert ELSEWHERE[vector]
    assert not missing(ELSEWHERE[vector])


@pytest.mark.parametrize(
    "name",
    [
        "no such story",
        "line/tables/test_vectors.py::test_no_such_test",
        "line/no_file.py::test_x",
        "line::",
        "",
    ],
)
def test_a_name_without_a_test_is_found_out(name: str):
    assert missing([name]) == [name]
