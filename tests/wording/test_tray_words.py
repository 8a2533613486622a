"""What the tray says is what the cards say."""

from softphone.line.model import LineState
from softphone.wording import presentation, tray_words
from tests.ui.fakes import MOMENT, line, mixed


def test_the_tooltip_counts_and_names_the_worst():
    assert tray_words.tooltip(mixed(), MOMENT) == "2 of 4 registered. Lab phone: Action needed"
    assert tray_words.tooltip([line(LineState.REGISTERED)], MOMENT) == "1 of 1 registered"
    assert tray_words.tooltip([], MOMENT) == "Softphone: not signed in"


def test_a_line_the_person_switched_off_troubles_nobody():
    assert tray_words.tooltip([line(LineState.IDLE)], MOMENT) == "0 of 1 registered"


def test_the_rows_say_what_the_badges_say():
    said = [f"{each.identity.label}: {presentation.badge(each, MOMENT).words}" for each in mixed()]
    assert [words for _, words in tray_words.rows(mixed(), MOMENT)] == said


def test_of_forty_lines_those_in_trouble_come_first_and_one_row_stands_for_the_rest():
    lines = [line(LineState.REGISTERED, f"Line {n}", f"{n}") for n in range(40)]
    lines[30] = line(LineState.FAILED, "Line 30", "30")
    rows = tray_words.rows(lines, MOMENT)
    assert len(rows) == tray_words.ROWS_AT_MOST
    assert rows[0] == ("line-30", "Line 30: Failed")
    assert rows[-1] == ("", "29 more lines…")
