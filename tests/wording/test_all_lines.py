"""What all lines say together, above them and in the tray, is what the cards say."""

import pytest

from softphone.line.model import REGISTERED_STATES, LineState
from softphone.wording.all_lines import ROWS_AT_MOST, offline_since, roll_up, rows, tooltip
from softphone.wording.presentation import Shape, Tone, badge
from tests.ui.fakes import MOMENT, NOW_S, line, mixed


def test_the_tooltip_counts_and_names_the_worst():
    assert tooltip(mixed(), MOMENT) == "2 of 4 registered. Lab phone: Action needed"
    assert tooltip([line(LineState.REGISTERED)], MOMENT) == "1 of 1 registered"
    assert tooltip([], MOMENT) == "Softphone: not signed in"


def test_a_line_the_person_switched_off_troubles_nobody():
    assert tooltip([line(LineState.IDLE)], MOMENT) == "0 of 1 registered"


def test_the_rows_say_what_the_badges_say():
    said = [f"{each.identity.label}: {badge(each, MOMENT).words}" for each in mixed()]
    assert [words for _, words in rows(mixed(), MOMENT)] == said


def test_of_forty_lines_those_in_trouble_come_first_and_one_row_stands_for_the_rest():
    lines = [line(LineState.REGISTERED, f"Line {n}", f"{n}") for n in range(40)]
    lines[30] = line(LineState.FAILED, "Line 30", "30")
    found = rows(lines, MOMENT)
    assert len(found) == ROWS_AT_MOST
    assert found[0] == ("line-30", "Line 30: Failed")
    assert found[-1] == ("", "29 more lines…")


def test_roll_up_is_worst_first():
    shown = roll_up(mixed(), MOMENT)
    assert shown.words == "2 of 4 registered · 1 needs you · 1 reconnecting · 1 on backup"
    assert (shown.tone, shown.shape) == (Tone.ASK, Shape.DIAMOND)


def test_roll_up_of_all_registered_is_green():
    shown = roll_up([line(LineState.REGISTERED), line(LineState.REGISTERED, "Bob", "1002")], MOMENT)
    assert (shown.words, shown.tone, shown.shape) == ("2 of 2 registered", Tone.GOOD, Shape.DISC_CHECK)


@pytest.mark.parametrize("state", [state for state in LineState if state not in REGISTERED_STATES])
def test_roll_up_is_never_green_while_a_wanted_line_is_not_proven(state: LineState):
    other = line(state, "Bob", "1002", wanted=True)
    assert roll_up([line(LineState.REGISTERED), other], MOMENT).tone is not Tone.GOOD


def test_roll_up_leaves_green_when_the_proof_is_too_old():
    old = line(LineState.REGISTERED, proved_at_s=NOW_S - 46)
    shown = roll_up([line(LineState.REGISTERED), old], MOMENT)
    assert shown.words == "1 of 2 registered · 1 being checked"
    assert shown.tone is Tone.BUSY


def test_what_the_person_switched_off_does_not_count_against_the_rest():
    shown = roll_up([line(LineState.REGISTERED), line(LineState.IDLE, "Bob", "1002")], MOMENT)
    assert (shown.words, shown.tone) == ("1 of 2 registered · 1 switched off", Tone.GOOD)
    assert roll_up([line(LineState.IDLE)], MOMENT).tone is Tone.NEUTRAL


def test_roll_up_without_lines():
    assert roll_up([], MOMENT).words == "0 lines"
    assert roll_up([], MOMENT).tone is Tone.NEUTRAL


def test_several_of_a_kind_are_counted():
    shown = roll_up([line(LineState.ACTION), line(LineState.ELSEWHERE, "Bob", "1002")], MOMENT)
    assert shown.words == "0 of 2 registered · 2 need you"


def test_offline_since_the_first_line_went():
    assert offline_since(mixed(), MOMENT) is None
    gone = [line(LineState.OFFLINE, since_s=NOW_S - 600), line(LineState.OFFLINE, "Bob", "2", since_s=NOW_S)]
    assert offline_since(gone, MOMENT) == "10:04"
