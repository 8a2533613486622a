"""Proof of life: what the ring shows (interface.md#proof-ring)."""

import pytest

from softphone.line.model import REGISTERED_STATES, LineState
from softphone.wording.proof import Proof, proof
from tests.ui.fakes import MOMENT, NOW_S, line


def proven(ago_s: float, next_in_s: float | None = 15.0) -> Proof | None:
    next_at_s = None if next_in_s is None else NOW_S + next_in_s
    proved_at_s = NOW_S - ago_s
    registered = line(LineState.REGISTERED, proved_at_s=proved_at_s, next_at_s=next_at_s, proof_window_s=60.0)
    return proof(registered, MOMENT)


def test_it_drains_from_the_proof_to_the_end_of_its_window():
    assert proven(0, 30) == Proof(1.0, 0.5)
    assert proven(15) == Proof(0.75, 0.5)
    assert proven(60, None) == Proof(0.0, None)


def test_past_its_window_nothing_is_proven():
    assert proven(60.1) is None


def test_a_check_beyond_the_window_stands_at_its_end():
    assert proven(0, 90) == Proof(1.0, 0.0)


@pytest.mark.parametrize("state", LineState)
def test_only_a_registered_line_has_one(state: LineState):
    assert (proof(line(state, proved_at_s=NOW_S), MOMENT) is not None) is (state in REGISTERED_STATES)
    assert proof(line(state, proved_at_s=None), MOMENT) is None
