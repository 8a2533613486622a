"""The failures that the machine names itself: what each means, and what mends it."""

import pytest

from softphone.line.failure import (
    ALL_SERVERS_FAILED,
    ASKED_TO_WAIT,
    IN_USE_ELSEWHERE,
    NO_ANSWER,
    NOT_CONFIRMED_YET,
    OWN_DEVICE_IN_THE_WAY,
    SIGN_IN_ENDED,
    Failure,
)


@pytest.mark.parametrize(
    ("failure", "disposition", "kind", "mends"),
    [
        (NO_ANSWER, "DEAD_HOST", "NETWORK", "RETRY"),
        (ALL_SERVERS_FAILED, "SICK_HOST", "SERVICE_UNAVAILABLE", "RETRY"),
        (SIGN_IN_ENDED, "SIGN_IN", "TOKEN", "SIGN_IN"),
        (OWN_DEVICE_IN_THE_WAY, "DEVICE_LIMIT", "REGISTRATION", ""),
        (NOT_CONFIRMED_YET, "DEAD_HOST", "NETWORK", ""),
        (IN_USE_ELSEWHERE, "SUPERSEDED", "SESSION_SUPERSEDED", "TAKE_BACK"),
        (ASKED_TO_WAIT, "THROTTLED", "TOO_MANY_REQUESTS", ""),
    ],
)
def test_what_each_means_and_what_mends_it(failure: Failure, disposition: str, kind: str, mends: str):
    assert (failure.disposition.name, failure.error_type.name) == (disposition, kind)
    assert [remedy.name for remedy in failure.remedies] == mends.split()
    assert failure.message
    assert failure.advice.endswith(".")
    assert not failure.title.endswith(".")


def test_only_what_may_have_been_carried_out_is_unsure_and_only_what_was_answered_has_a_status():
    assert NO_ANSWER.unsure
    assert not any(one.unsure for one in (ALL_SERVERS_FAILED, SIGN_IN_ENDED, ASKED_TO_WAIT, IN_USE_ELSEWHERE))
    assert IN_USE_ELSEWHERE.http_status == 409
    assert NO_ANSWER.http_status is None
