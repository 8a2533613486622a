"""Whether a test that a table names exists: read from the source of the tests, which are not imported.

A name with "::" is a file under tests/ and a function of it; any other is the name of a story.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.line.stories import STORIES

TESTS = Path(__file__).parents[2]
NAMES = frozenset(story.name for story in STORIES)


def missing(names: Iterable[str]) -> list[str]:
    """Return those of the names that no test has."""
    return [name for name in names if not _exists(name)]


def _exists(name: str) -> bool:
    file, separator, function = name.partition("::")
    return function in _functions(file) if separator else name in NAMES


@cache
def _functions(file: str) -> frozenset[str]:
    path = TESTS / file
    source = path.read_text(encoding="utf-8") if path.is_file() else ""
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)", source, re.MULTILINE))
