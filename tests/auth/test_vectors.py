"""No vector of sign-in.md and no item of its hardening list is forgotten or claimed without a test."""

import re

import pytest

from tests.auth.vectors import TESTS, Vector, read_vectors
from tests.line.tables.named_tests import missing

VECTORS = read_vectors()
LENGTHS = {"C": 37, "T": 30, "R": 20, "K": 12, "U": 17, "H": 14}
ALL_NAMES = [f"{letter}{number:02}" for letter, last in LENGTHS.items() for number in range(1, last + 1)]


def test_every_vector_has_one_row_in_its_place():
    assert [vector.name for vector in VECTORS] == ALL_NAMES


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_a_row_has_a_situation_a_verdict_with_its_reason_and_tests_that_exist(vector: Vector):
    assert vector.situation
    assert re.fullmatch(r"as asked|(better|less): .+", vector.verdict)
    assert vector.tests
    assert not missing([test.partition("[")[0] for test in vector.tests])
    for test in vector.tests:
        file, _, case = test.partition("::")[0], *test.partition("[")[1:]
        source = (TESTS / file).read_text(encoding="utf-8")
        assert not case or re.search(rf'id=f?"{re.escape(case)}', source), f"no case {case} in {file}"
