"""What all lines say together, above them and in the tray, is what the cards say."""

import pytest

from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState
from softphone.wording.all_lines import (
    FILTER_LOOKS,
    ROWS_AT_MOST,
    Filter,
    Group,
    filter_of,
    group_of,
    order_of,
    rows,
    summary,
    tooltip,
)
from softphone.wording.presentation import Shape, Tone, words_of
from tests.ui.fakes import MOMENT, NOW_S, line, mixed


def sentence(*states: LineState) -> str:
    lines = [line(state, f"Line {number}", f"{number}") for number, state in enumerate(states)]
    return summary(lines, MOMENT).sentence


# --- the sentence above the lines

UP, AWAY, DOWN, OFF = (
    *(LineState.REGISTERED, LineState.REGISTERED_BACKUP),
    *(LineState.RETRY_WAIT, LineState.IDLE),
)


def test_the_summary_says_how_many_lines_webex_can_reach():
    assert sentence(*[UP] * 11, AWAY) == "Webex can reach all 12 lines"
    assert sentence(*[UP] * 8, DOWN, OFF, LineState.ACTION, LineState.RECONNECTING) == (
        "Webex can reach 8 of 12 lines"
    )
    assert sentence(DOWN, OFF, LineState.FAILED) == "Webex cannot reach any of 3 lines"


def test_of_lines_that_are_uncertain_nothing_is_denied():
    assert (
        sentence(LineState.CHECKING, LineState.RECONNECTING, DOWN) == "Webex can reach at most 2 of 3 lines"
    )


@pytest.mark.parametrize("state", LineState)
def test_of_a_single_line_the_summary_says_what_its_card_says(state: LineState):
    assert sentence(state) == words_of(line(state), MOMENT).title


def test_without_any_line_nothing_is_good_or_bad():
    nothing = summary([], MOMENT)
    assert (nothing.tone, nothing.shape, nothing.sentence) == (Tone.NEUTRAL, Shape.RING, "No lines")


def test_the_worst_line_gives_the_shape():
    assert (summary(mixed(), MOMENT).tone, summary(mixed(), MOMENT).shape) == (Tone.ASK, Shape.DIAMOND)
    well = summary([line(UP), line(UP, "Bob", "1002")], MOMENT)
    assert (well.tone, well.shape) == (Tone.GOOD, Shape.DISC_CHECK)


@pytest.mark.parametrize("state", [state for state in LineState if state not in REGISTERED_STATES])
def test_the_summary_is_never_green_while_a_wanted_line_is_not_proven(state: LineState):
    other = line(state, "Bob", "1002", wanted=True)
    assert summary([line(UP), other], MOMENT).tone is not Tone.GOOD


def test_the_summary_leaves_green_when_the_proof_is_too_old():
    shown = summary([line(UP), line(UP, proved_at_s=NOW_S - 46)], MOMENT)
    assert (shown.sentence, shown.tone) == ("Webex can reach 1 of 2 lines", Tone.BUSY)


def test_what_the_person_switched_off_does_not_count_against_the_rest():
    assert summary([line(UP), line(OFF, "Bob", "1002")], MOMENT).tone is Tone.GOOD
    assert summary([line(OFF)], MOMENT).tone is Tone.NEUTRAL


def test_no_lines_are_no_trouble():
    shown = summary([], MOMENT)
    assert (shown.sentence, shown.tone) == ("No lines", Tone.NEUTRAL)


# --- the list

NEEDS_YOU = {LineState.ACTION, LineState.ELSEWHERE, LineState.FAILED, LineState.SIGNED_OUT}


@pytest.mark.parametrize("state", LineState)
def test_a_chip_keeps_what_the_title_of_a_line_says(state: LineState):
    title, found = words_of(line(state), MOMENT).title, filter_of(state)
    if state in NEEDS_YOU:
        assert found is Filter.NEEDS_YOU
    elif state in {LineState.IDLE, LineState.DEREGISTERING}:
        assert found is Filter.OFF
    elif " can " in title:
        assert found is Filter.REACHABLE
    else:
        assert found is (Filter.UNCERTAIN if " may " in title else Filter.NOT_REACHABLE)


@pytest.mark.parametrize("state", LineState)
def test_whatever_is_neither_reachable_nor_off_is_trouble(state: LineState):
    groups = {Filter.REACHABLE: Group.REACHABLE, Filter.OFF: Group.OFF}
    assert group_of(state) is groups.get(filter_of(state), Group.TROUBLE)


def test_every_chip_but_the_first_has_a_shape():
    assert set(FILTER_LOOKS) == set(Filter) - {Filter.ALL}


def named(state: LineState, name: str, extension: str = "1") -> LineSnapshot:
    return line(state, name, extension)


def in_order(*lines: LineSnapshot) -> list[str]:
    return [each.identity.label for each in sorted(lines, key=lambda each: order_of(each, MOMENT))]


def test_trouble_stands_above_off_and_off_above_reachable_and_within_trouble_the_worst_first():
    lines = [named(state, state.value) for state in LineState]
    assert in_order(*lines) == [
        "action",
        "elsewhere",
        "failed",
        "signed_out",
        "retry_wait",
        "offline",
        "reconnecting",
        "checking",
        "registering",
        "waiting_call",
        "deregistering",
        "idle",
        "registered",
        "registered_backup",
    ]


def test_reachable_lines_stand_by_name_whatever_server_holds_them():
    assert in_order(named(UP, "carol"), named(AWAY, "Bob"), named(UP, "Ada")) == ["Ada", "Bob", "carol"]


def test_numbers_in_names_are_read_as_numbers():
    names = ["2nd floor", "10th floor", "Desk", "Desk 9", "Desk 10", "Desk 10b"]
    assert in_order(*(named(UP, name) for name in reversed(names))) == names


# --- the tray


def test_the_tooltip_counts_and_names_the_worst():
    assert tooltip(mixed(), MOMENT) == "Webex can reach 2 of 4 lines. Lab phone: Action needed"
    assert tooltip([line(UP)], MOMENT) == "Webex can reach this line"
    assert tooltip([], MOMENT) == "Softphone: not signed in"


def test_a_line_the_person_switched_off_troubles_nobody():
    assert tooltip([line(OFF)], MOMENT) == "Webex cannot reach this line"


def test_the_rows_say_what_the_badges_say():
    said = [f"{each.identity.label}: {words_of(each, MOMENT).words}" for each in mixed()]
    assert [words for _, words in rows(mixed(), MOMENT)] == said
    assert said[1:3] == ["Sales hunt: Registered · backup", "Reception: Reconnecting · 2 of 5 missed"]


def test_of_forty_lines_those_in_trouble_come_first_and_one_row_stands_for_the_rest():
    lines = [line(LineState.REGISTERED, f"Line {n}", f"{n}") for n in range(40)]
    lines[30] = line(LineState.FAILED, "Line 30", "30")
    found = rows(lines, MOMENT)
    assert len(found) == ROWS_AT_MOST
    assert found[0] == ("line-30", "Line 30: Failed")
    assert found[-1] == ("", "29 more lines…")
