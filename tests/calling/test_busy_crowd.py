"""Our own delay is not the server's, over real sockets; see `tests.calling.busy_crowd`."""

import pytest

from tests.calling.busy_crowd import busy_minutes

pytestmark = pytest.mark.slow


async def test_l5_lines_of_a_busy_process_on_a_busy_machine_blame_no_server():
    seen = await busy_minutes(10, 4.0, time_scale=0.02)
    assert seen.keepalives >= 10, "each line had a few, of about seven"
    assert seen.holds >= 2
    assert (seen.not_answered, seen.no_answer, seen.other_failures, seen.reconnecting) == (0, 0, 0, 0)
    assert seen.registered_in_the_end == 10
