"""What was found once is not found again."""

import pytest

from tests.hostile.fuzz.found import FOUND
from tests.hostile.fuzz.readers import target_called
from tests.hostile.fuzz.target import SLOW_S, costs_s, outcome_of


@pytest.mark.parametrize(("name", "data"), FOUND, ids=[f"{n} {name}" for n, (name, _) in enumerate(FOUND)])
def test_an_input_that_broke_a_reader_breaks_it_no_more(name: str, data: bytes):
    target = target_called(name)
    outcome_of(target, data)
    assert costs_s(target, data) < SLOW_S
