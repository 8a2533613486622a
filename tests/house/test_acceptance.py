"""None of the 45 checks of interface.md#checks is forgotten, and every test that is named for one exists."""

import pytest

from tests.house.acceptance import CHECKS
from tests.line.tables.named_tests import missing


def test_every_check_is_in_the_table():
    assert list(CHECKS) == list(range(1, 46))


@pytest.mark.parametrize("number", CHECKS)
def test_every_test_that_is_named_exists(number: int):
    _, tests = CHECKS[number]
    assert tests
    assert not missing(tests)
