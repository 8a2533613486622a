"""The bounds of calling as the documents state them: whoever changes one changes it here, too."""

from types import ModuleType

import pytest

from softphone.calling import (
    calling_client,
    calls,
    circuits,
    driver,
    line_runner,
    removals,
    tidying,
)

BOUNDS: dict[ModuleType, dict[str, object]] = {
    calling_client: {
        "FRESH_S": 60.0,
        "LEAVE_DEADLINE_S": 1.6,
    },
    calls: {
        "OLDEST_S": 60.0,
        "ANSWER_KEPT_S": 10.0,
        "LOST_AFTER_S": 180.0,
        "SHOWN_S": 30.0,
        "DEVICE_KEPT_S": 90.0,
        "SAME_CALL_S": 90.0,
        "KEPT_IDS": 200,
        "AT_ONCE": 20,
    },
    circuits: {
        "LINES_TO_OPEN": 3,
        "RELEASE_PER_S": 20.0,
        "CALM_REGISTRATIONS_PER_S": 200.0,
        "REGISTRATIONS_PER_S": 24.0,
        "TROUBLED_FOR_S": 600.0,
        "LONGEST_TURN_S": 5.0,
        "DISCOVERIES_PER_S": 0.5,
        "PROBE_BASE_S": 2.0,
        "PROBE_CAP_S": 20.0,
        "NEXT_PROBER_S": 2.0,
        "FRESH_REACH_S": 1.0,
        "RETRY_AFTER_CAP_S": 3600.0,
    },
    driver: {
        "LEAST_DEADLINE_S": 2.0,
        "RESERVED_REQUESTS": 4,
    },
    line_runner: {
        "HELD_BY_RING_S": 120.0,
    },
    removals: {
        "RETRY_S": (2.0, 4.0, 8.0, 16.0, 30.0),
    },
    tidying: {
        "LOOK_S": 1.0,
    },
}


@pytest.mark.parametrize("module", BOUNDS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_each_bound_is_what_the_documents_state(module: ModuleType):
    assert {name: getattr(module, name) for name in BOUNDS[module]} == BOUNDS[module]
