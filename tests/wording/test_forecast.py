"""What is to come, in words (interface.md#forecast)."""

from datetime import UTC, datetime

import pytest

from softphone.accounts.snapshot import AccountState
from softphone.line.model import LineState
from softphone.values import replace
from softphone.wording.forecast import forecast
from tests.ui.fakes import MOMENT, NOW_S, SIGNED_IN, line

RENEWING = replace(SIGNED_IN, renews_at=datetime(2026, 11, 23, 1, 10, tzinfo=UTC))


def test_all_of_it():
    told = forecast(line(LineState.REGISTERED_BACKUP), RENEWING, MOMENT)
    assert told == "Sign-in renews about 02:10 · back to primary about 10:41 · next check in 18 s"


def test_what_stands_first_is_capitalised():
    assert forecast(line(LineState.REGISTERED), None, MOMENT) == "Next check in 18 s"


def test_a_sign_in_that_cannot_be_renewed_ends():
    told = forecast(line(LineState.IDLE, next_at_s=None), SIGNED_IN, MOMENT)
    assert told == "Sign-in ends at 02:10"
    over = replace(SIGNED_IN, signed_in_until=MOMENT.wall)
    assert forecast(line(LineState.IDLE, next_at_s=None), over, MOMENT) == ""


def test_a_day_that_is_not_near_is_named():
    later = replace(SIGNED_IN, renews_at=datetime(2026, 12, 4, 12, 0, tzinfo=UTC))
    told = forecast(line(LineState.REGISTERED), later, MOMENT)
    assert told.startswith("Sign-in renews about 2026-12-04 13:00 · ")


def test_an_ended_sign_in_promises_nothing():
    ended = replace(RENEWING, state=AccountState.ENDED)
    told = forecast(line(LineState.SIGNED_OUT), ended, MOMENT)
    assert told == "Registers again when you have signed in"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LineState.REGISTERED, "Next check in 18 s"),
        (LineState.RECONNECTING, "Next check in 9 s"),
        (LineState.RETRY_WAIT, "Next try in 0:42"),
        (LineState.OFFLINE, "Registers again when the network is back"),
        (LineState.WAITING_CALL, "Registers again when the call ends"),
        (LineState.CHECKING, "Checking now"),
        (LineState.FAILED, ""),
        (LineState.ACTION, ""),
        (LineState.ELSEWHERE, ""),
    ],
)
def test_what_each_state_does_next(state: LineState, words: str):
    assert forecast(line(state), None, MOMENT) == words


def test_what_is_due_happens_now():
    assert forecast(line(LineState.REGISTERED, next_at_s=NOW_S - 1), None, MOMENT) == "Checking now"
    assert forecast(line(LineState.RETRY_WAIT, next_at_s=NOW_S - 1), None, MOMENT) == "Trying now"


def test_proof_that_is_too_old_is_not_waited_for():
    assert forecast(line(LineState.REGISTERED, proved_at_s=NOW_S - 46), None, MOMENT) == "Checking now"
