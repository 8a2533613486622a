"""How much there is to read: the window with one line, and one of several, in every state."""

import pytest
from PySide6.QtWidgets import QWidget

from softphone.line.model import LineState
from softphone.ui.history.history_reader import Day
from softphone.wording.plots import NO_DAY
from tests.ui.checks.counting import texts_on, words_in
from tests.ui.conftest import settle
from tests.ui.fakes import ACCOUNT, PanelSpy, line
from tests.ui.history import days

WINDOW_WORDS, ROW_WORDS = 25, 14
PAST = Day(intervals=days.MIXED)
FIRST_SIZE = {1: (560, 680), 5: (960, 680)}
NAMES = (
    *(ACCOUNT.name, ACCOUNT.address, ACCOUNT.organisation, "Example", "Softphone", "AL"),
    *("Grace Hopper", "Reception", "Lab phone", "Front desk"),
)
OTHERS = tuple(line(LineState.REGISTERED, name, f"{2000 + place}") for place, name in enumerate(NAMES[-4:]))


@pytest.mark.parametrize("past", [PAST, Day()], ids=["with a past", "never registered"])
def test_the_window_with_one_line_is_read_at_a_glance_in_every_state(open_window, past: Day):
    too_long = {}
    for state in LineState:
        shown = line(state)
        window = open_window(PanelSpy((shown,)))
        window.resize(*FIRST_SIZE[1])
        window.contents.page.show_day(shown.identity.line_id, past)
        settle()
        texts = texts_on(window)
        assert (NO_DAY in texts) == (past is not PAST)
        # What stands in place of a picture is no more to read than the picture.
        read = words_in([text for text in texts if text != NO_DAY], NAMES)
        assert read
        if len(read) > WINDOW_WORDS:
            too_long[state.value] = " ".join(read)
        window.hide()
    assert too_long == {}


def test_one_of_several_lines_is_a_row_of_few_words_in_every_state(open_window):
    too_long = {}
    for state in LineState:
        window = open_window(PanelSpy((line(state), *OTHERS)))
        window.resize(*FIRST_SIZE[5])
        settle()
        rows = [one for one in window.findChildren(QWidget, "lineCard") if one.isVisible()]
        assert rows
        for row in rows:
            read = words_in(texts_on(row), NAMES)
            if len(read) > ROW_WORDS:
                too_long[state.value] = " ".join(read)
        window.hide()
    assert too_long == {}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Confirmed 8 s ago", 1),
        ("Reconnecting · 2 of 5 missed", 3),
        ("Retry in 0:28", 2),
        ("You deregistered it at 13:32.", 4),
        ("97.8 % reachable since 08:12", 2),
        ("Ada Lovelace", 0),
        ("+44 20 7946 0001", 0),
    ],
)
def test_names_numbers_and_times_are_not_counted(text: str, count: int):
    assert len(words_in([text], NAMES)) == count
