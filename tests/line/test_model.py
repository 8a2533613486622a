"""Values a line is made of: what may be shown green, and for how long."""

from enum import Enum

import pytest

from softphone.line.failure import ErrorType, Remedy
from softphone.line.model import (
    Account,
    CallPhase,
    LineEvent,
    LineIdentity,
    LineSnapshot,
    LineState,
    LineStatus,
    Role,
    Servers,
    Service,
)
from softphone.values import replace
from tests.line.tables.representatives import B1, P1

ADA = LineIdentity(line_id="line-1", account=Account(key="k", address="ada@example.com", name="Ada"))
GREEN = LineSnapshot(identity=ADA, state=LineState.REGISTERED, proved_at_s=100.0, proof_window_s=45.0)


@pytest.mark.parametrize(
    ("now_s", "shown"),
    [
        (100.0, LineState.REGISTERED),
        (145.0, LineState.REGISTERED),
        (145.001, LineState.CHECKING),
        (10_000.0, LineState.CHECKING),
    ],
)
def test_green_needs_a_proof_younger_than_the_window(now_s: float, shown: LineState):
    assert GREEN.state_at(now_s) is shown


def test_a_backup_needs_proof_too():
    assert replace(GREEN, state=LineState.REGISTERED_BACKUP).state_at(200.0) is LineState.CHECKING


def test_green_without_any_proof_is_checking():
    assert replace(GREEN, proved_at_s=None).state_at(100.0) is LineState.CHECKING


@pytest.mark.parametrize("word", [LineState.RECONNECTING, LineState.IDLE, LineState.FAILED])
def test_other_words_do_not_age(word: LineState):
    assert replace(GREEN, state=word).state_at(10_000.0) is word


def test_a_line_is_called_after_its_person_then_the_address_then_its_id():
    assert ADA.label == "Ada"
    assert replace(ADA, account=Account(key="k", address="ada@example.com")).label == "ada@example.com"
    assert replace(ADA, account=Account(key="k")).label == "line-1"


def test_servers_are_true_when_there_is_one_to_ask():
    assert not Servers()
    assert Servers((P1,))
    assert Servers((), (B1,))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (LineStatus, "IDLE active inactive"),
        (
            LineState,
            "registered registered_backup registering checking reconnecting retry_wait waiting_call "
            "deregistering idle failed action elsewhere offline signed_out",
        ),
        (LineEvent, "connecting registered unregistered reconnecting reconnected error"),
        (Service, "calling contactcenter guestcalling"),
        (Role, "primary backup"),
        (CallPhase, "ringing uncertain answered_elsewhere missed ended lost_track"),
        (
            ErrorType,
            "registrationError tokenError badRequest forbidden serviceUnavailable sessionSuperseded "
            "serverError tooManyRequests networkError",
        ),
        (
            Remedy,
            "sign-in use-my-browser restart retry choose-device take-back unlock this-session-only "
            "stop-waiting how-to-fix try-now choose-account date-settings run-check network-settings "
            "add-certificate open-web-page service-status check-again copy-for-admin copy-diagnostics",
        ),
    ],
)
def test_the_words_that_programs_read_stay_as_they_are(kind: type[Enum], words: str):
    assert [one.value for one in kind] == words.split()
