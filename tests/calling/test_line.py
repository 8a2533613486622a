"""What a developer's line passes on (calling/line.py)."""

import pytest

from softphone.calling.line import error_payload
from softphone.line.failure import ALL_SERVERS_FAILED, IN_USE_ELSEWHERE, Failure
from softphone.values import replace
from tests.calling.fake_provider import LIMIT_MET


@pytest.mark.parametrize(
    ("failure", "passed"),
    [
        (
            replace(LIMIT_MET, tracking_id="T1"),
            ("inactive", "registrationError", "Device limit exceeded", 403, 101, "T1", ()),
        ),
        (
            ALL_SERVERS_FAILED,
            ("inactive", "serviceUnavailable", ALL_SERVERS_FAILED.message, None, None, None, ("retry",)),
        ),
        (
            IN_USE_ELSEWHERE,
            ("inactive", "sessionSuperseded", IN_USE_ELSEWHERE.message, 409, None, None, ("take-back",)),
        ),
    ],
)
def test_an_error_event_passes_all_that_is_known_of_it(failure: Failure, passed: tuple[object, ...]):
    payload = error_payload(failure, 12.5)
    names = ("status", "type", "msg", "http_status", "error_code", "tracking_id", "remedies")
    assert tuple(payload[name] for name in names) == passed  # type: ignore[literal-required]
    assert (payload["title"], payload["advice"]) == (failure.title, failure.advice)
    assert payload["next_in_s"] == 12.5
    assert error_payload(failure)["next_in_s"] is None
