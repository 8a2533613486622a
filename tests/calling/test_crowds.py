"""Crowds among servers that answer wrongly, and in a busy process (reliability.md#figures).

The full sizes: `python -m tests.calling.faulty_crowd`, `busy_crowd`; small ones do the same.
"""

import pytest

from tests.calling.busy_crowd import busy_minutes
from tests.calling.faulty_crowd import BACK_WITHIN_S, faulty_minutes
from tests.calling.thousand import most_within
from tests.calling.virtual_time import run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("shared", [True, False], ids=["devices-shared", "devices-of-each-host"])
@pytest.mark.parametrize("faulty", [0.35, 0.7])
def test_forty_lines_among_faulty_answers_all_come_back_with_one_device_each(faulty: float, shared: bool):
    seen = run(faulty_minutes(40, faulty=faulty, shared=shared, seed=3))
    assert seen.faulty_answers > 100, "the servers were faulty indeed"
    assert seen.registered_at_the_end_of_the_faults < 40
    assert not seen.lost
    assert seen.all_back_s is not None
    assert seen.all_back_s <= (BACK_WITHIN_S if faulty < 0.5 else 2 * BACK_WITHIN_S)
    assert seen.lines_without_just_one_device_in_the_end == 0


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_no_line_sends_more_than_twelve_requests_in_a_minute_whatever_is_answered(seed: int):
    seen = run(faulty_minutes(200, faulty=0.6, shared=seed != 4, seed=seed))
    assert seen.most_requests_a_minute_and_line <= 12


def test_the_most_within_a_window_counts_both_ends_of_a_burst():
    assert most_within([], 60) == 0
    assert most_within([0.0, 30.0, 59.9, 60.0, 61.0], 60) == 4


@pytest.mark.slow
async def test_l5_lines_of_a_busy_process_on_a_busy_machine_blame_no_server():
    seen = await busy_minutes(10, 4.0, time_scale=0.02)
    assert seen.keepalives >= 10, "each line had a few, of about seven"
    assert seen.holds >= 2
    assert (seen.not_answered, seen.no_answer, seen.other_failures, seen.reconnecting) == (0, 0, 0, 0)
    assert seen.registered_in_the_end == 10
