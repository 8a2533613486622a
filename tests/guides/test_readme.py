"""The README: what the program is and is not, how to get it, and ten lines for each kind of reader."""

import re

import pytest

from tests.guides.blocks import TEXTS

LINES_AT_MOST, FOR_A_READER_AT_MOST = 150, 10
README = TEXTS["README.md"]
FIRST, *SECTIONS = re.split(r"^## ", README, flags=re.MULTILINE)
READERS = ("users", "administrators", "integrators", "developers")


def test_it_is_short():
    assert len(README.splitlines()) <= LINES_AT_MOST


def test_it_begins_with_what_the_program_is_and_is_not_and_one_picture():
    assert "it neither rings nor talks" in FIRST
    assert "has not been tried on the live Webex service" in FIRST
    assert len(re.findall(r"!\[|<img ", FIRST)) == 1
    assert SECTIONS[0].startswith("Install\n")


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_has_a_few_lines_and_a_way_on(reader: str):
    [section] = [one for one in SECTIONS if one.startswith(f"For {reader}\n")]
    _, *lines = filter(None, section.splitlines())
    assert len(lines) <= FOR_A_READER_AT_MOST
    assert "](resources/docs/" in section
