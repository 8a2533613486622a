"""No promise about real weather is without a test, and every test that is named exists."""

import pytest

from tests.end_to_end.weather.real_weather import TESTED
from tests.line.tables.named_tests import missing

ROWS = {"L": 20, "T": 5, "S": 7}


def test_every_kind_of_weather_has_a_promise():
    assert list(TESTED) == [f"{kind}{number}" for kind, most in ROWS.items() for number in range(1, most + 1)]


@pytest.mark.parametrize("what", TESTED)
def test_every_test_that_is_named_exists(what: str):
    promise, tests = TESTED[what]
    assert promise
    assert tests
    assert not missing(tests)


@pytest.mark.parametrize("what", TESTED)
def test_every_promise_is_kept_on_real_sockets_too(what: str):
    _, tests = TESTED[what]
    assert [name for name in tests if name.startswith(("end_to_end/", "auth/", "webex/"))]
