"""The command line's words of a line: a command where the window has a button."""

from datetime import UTC, datetime
from typing import Any

import pytest

from softphone.line.failure import ALL_SERVERS_FAILED, IN_USE_ELSEWHERE, SIGN_IN_ENDED, Remedy
from softphone.line.model import Account, LineIdentity, LineSnapshot, LineState
from softphone.values import replace
from softphone.wording.command_words import line_name, words_for_a_terminal
from softphone.wording.moment import Moment

MOMENT = Moment(100.0, datetime(2026, 11, 22, 10, 14, tzinfo=UTC))
ADA = LineIdentity(line_id="1", account=Account(key="ada", name="Ada"), extension="5101")
INTERNAL = {state.value for state in LineState if "_" in state.value} | {"idle"}


def words(state: LineState, option: str = "", **more: Any):
    return words_for_a_terminal(LineSnapshot(identity=ADA, state=state, **more), MOMENT, option)


@pytest.mark.parametrize("state", LineState)
def test_no_state_is_told_by_its_internal_name(state: LineState):
    told = words(state, wanted=True, failure=ALL_SERVERS_FAILED, proved_at_s=90.0, next_at_s=110.0)
    said = f"{told.state} {told.reach} {told.why}".split()
    assert not INTERNAL & set(said)
    assert told.state
    assert told.reach.startswith("Webex")


@pytest.mark.parametrize(
    ("state", "more", "remedy"),
    [
        (LineState.RETRY_WAIT, {"failure": ALL_SERVERS_FAILED}, "Try now: softphone register 5101"),
        (LineState.ELSEWHERE, {"failure": IN_USE_ELSEWHERE}, "Take it back: softphone register 5101"),
        (LineState.ACTION, {}, "Remove a device: softphone devices remove DEVICE --line 5101"),
        (
            LineState.SIGNED_OUT,
            {"failure": SIGN_IN_ENDED},
            "Sign in again: in the window, or softphone sign-in",
        ),
        (LineState.IDLE, {}, "Register: softphone register 5101"),
        (LineState.IDLE, {"wanted": True}, ""),
        (LineState.REGISTERED, {"proved_at_s": 99.0}, ""),
    ],
)
def test_what_helps_is_a_command_for_the_same_program(state: LineState, more: dict[str, Any], remedy: str):
    assert words(state, **more).remedy == remedy
    option = " --profile work"
    assert words(state, option, **more).remedy == (f"{remedy}{option}" if remedy else "")


@pytest.mark.parametrize(
    ("extension", "word"),
    [("51 01; rm -rf ~", "'51 01; rm -rf ~'"), ("$(id)", "'$(id)'"), ("5101", "5101")],
)
def test_what_the_service_calls_a_line_does_nothing_else_in_a_shell(extension: str, word: str):
    line = LineSnapshot(identity=replace(ADA, extension=extension), state=LineState.IDLE)
    assert words_for_a_terminal(line, MOMENT).remedy == f"Register: softphone register {word}"


def test_what_only_the_window_can_do_is_said():
    failure = replace(ALL_SERVERS_FAILED, remedies=(Remedy.ADD_CERTIFICATE,))
    assert words(LineState.RETRY_WAIT, failure=failure).remedy.startswith("Add certificate…: in the window")


def test_a_registered_line_has_no_reason_and_says_where_it_is():
    told = words(LineState.REGISTERED_BACKUP, proved_at_s=99.0)
    assert (told.state, told.why) == ("Registered · backup", "")


def test_a_line_is_named_after_its_person_with_the_extension_where_there_is_one():
    assert line_name(ADA) == "Ada ext. 5101"
    assert line_name(replace(ADA, extension=None)) == "Ada"
