"""Every check and every kind of real weather has its tests, and every test that is named for one exists."""

import re
from collections import defaultdict
from collections.abc import Mapping

import pytest

from tests.house.acceptance import ALSO, CHANGED
from tests.house.test_citations import rows
from tests.line.tables.named_tests import NAMES, TESTS, missing

CHECKS = tuple(str(number) for number in range(1, 46))
WEATHER = tuple(f"{kind}{n}" for kind, most in {"L": 20, "T": 5, "S": 7}.items() for n in range(1, most + 1))


def named_after_rows() -> Mapping[str, list[str]]:
    """Return the tests and the stories that bear the name of a row."""
    found = defaultdict(list)
    for path in TESTS.rglob("test_*.py"):
        place = path.relative_to(TESTS).as_posix()
        for test in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            bearing = re.match(r"test_(?:checks?_((?:\d\d_|and_)+)|((?:[lst]\d+_)+))", test)
            for row in re.findall(r"[lst]?\d+", bearing[0]) if bearing else ():
                found[row.upper().lstrip("0")].append(f"{place}::{test}")
    for story in sorted(NAMES):
        found[story.split()[0]].append(story)
    return found


TESTED = named_after_rows()


def test_the_checks_and_the_weather_are_those_of_the_documents():
    assert tuple(rows("interface.md")) == CHECKS
    assert set(WEATHER) < set(rows("faults.md"))
    assert ALSO.keys() <= {*CHECKS, *WEATHER}
    assert CHANGED.keys() <= set(CHECKS)


@pytest.mark.parametrize("row", [*CHECKS, *WEATHER])
def test_every_row_has_a_test_and_every_test_that_is_named_exists(row: str):
    assert TESTED[row] or ALSO[row]
    assert not missing(ALSO.get(row, ()))


@pytest.mark.parametrize("row", WEATHER)
def test_every_promise_about_the_weather_is_kept_on_real_sockets_too(row: str):
    tests = [*TESTED[row], *ALSO.get(row, ())]
    assert [name for name in tests if name.startswith(("end_to_end/", "auth/", "webex/"))]
