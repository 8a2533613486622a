"""Whether a test that a table names exists: read from the source of the tests, which are not imported.

A name with "::" is a file under tests/ and a function of it; any other is the name of a story.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.line import (
    test_failover,
    test_field,
    test_first_registration,
    test_keepalive,
    test_leaving,
    test_rehoming,
    test_surroundings,
)

TESTS = Path(__file__).parents[2]
MODULES = (
    test_first_registration,
    test_failover,
    test_keepalive,
    test_rehoming,
    test_leaving,
    test_surroundings,
    test_field,
)
STORIES = tuple(story.name for module in MODULES for story in module.STORIES)


def missing(names: Iterable[str]) -> list[str]:
    """Return those of the names that no test has."""
    return [name for name in names if not _exists(name)]


def _exists(name: str) -> bool:
    file, separator, function = name.partition("::")
    return function in _functions(file) if separator else name in STORIES


@cache
def _functions(file: str) -> frozenset[str]:
    path = TESTS / file
    source = path.read_text(encoding="utf-8") if path.is_file() else ""
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)", source, re.MULTILINE))
