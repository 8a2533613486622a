"""The details of a line by themselves (interface.md#details)."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from softphone.line.model import LineSnapshot, LineState
from softphone.ui.history.history_reader import Day
from softphone.ui.kit.button import Button, IconButton
from softphone.ui.lines.details import Details, Tab
from softphone.wording.line_facts import facts, overview
from softphone.wording.presentation import Action
from tests.ui.conftest import buttons_of, find, settle, words
from tests.ui.fakes import MOMENT, NOW_S, line
from tests.ui.history.days import DAY, MIXED

WIDTH = 440


@pytest.fixture
def details(qtbot) -> Details:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(WIDTH, 700)
    made = Details(window)
    made.resize(WIDTH, 700)
    window.show()
    show(made, line(LineState.REGISTERED))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return made


def show(details: Details, snapshot: LineSnapshot) -> None:
    details.open_for(snapshot)
    details.show_line(snapshot, MOMENT, overview(snapshot, MOMENT), facts(snapshot, MOMENT))
    settle()


def choose(details: Details, tab: Tab) -> None:
    find(details, "detailsTabs").setCurrentIndex(list(Tab).index(tab))
    settle()


def test_they_say_whose_line_it_is_and_how(details: Details):
    assert details.accessibleName() == "Details of Ada Lovelace"
    said = words(details)
    for part in ("Ada Lovelace", "+44 207 946 0001 · extension 1001", "Webex can reach this line"):
        assert part in said
    assert find(details, "statusBadge").accessibleName() == "Ada Lovelace: Registered"


def test_the_overview_has_what_most_people_want_to_know(details: Details):
    trouble = line(
        LineState.RETRY_WAIT, attempt=5, unreachable_since_s=NOW_S - 251, last_proof_at_s=NOW_S - 281
    )
    show(details, trouble)
    rows = {fact.label: fact.value for fact in overview(trouble, MOMENT)}
    assert rows == {
        "Not reachable since": "10:10:11, 4 min",
        "Last confirmed": "10:09:41",
        "Attempt": "5",
        "Signed in as": "ada@example.com",
        "Voicemail": "+44 207 946 0998",
    }
    assert all(label in words(details) for label in rows)
    assert "Not reachable since" not in [fact.label for fact in overview(line(LineState.REGISTERED), MOMENT)]


def test_one_tab_is_shown_and_the_arrows_change_it(details: Details):
    assert "Signed in as" in words(details)
    assert "Keep-alive every" not in words(details)
    tabs = find(details, "detailsTabs")
    tabs.setFocus()
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    settle()
    assert "Keep-alive every" in words(details)
    assert "Signed in as" not in words(details)


def test_the_past_of_another_line_is_not_shown(details: Details):
    details.show_day(Day(intervals=MIXED))
    settle()
    assert find(details, "dayBar").isVisible()
    show(details, line(LineState.REGISTERED, "Bob", "1002"))
    assert "History starts with the first registration." in words(details)


def test_a_value_is_copied_by_a_button_that_shows_under_the_keyboard_only(details: Details):
    [copy] = [
        one
        for one in details.findChildren(IconButton, "copyButton")
        if one.isVisible() and one.accessibleName() == "Copy Signed in as"
    ]
    blank = copy.grab().toImage()
    copy.setFocus(Qt.FocusReason.TabFocusReason)
    settle()
    assert copy.grab().toImage() != blank
    copy.click()
    assert QGuiApplication.clipboard().text() == "ada@example.com"


def test_remedy_and_toggle_ask_for_what_they_say(details: Details):
    show(details, line(LineState.RETRY_WAIT))
    pressed: list[tuple[str, object]] = []
    details.pressed.connect(lambda line_id, does: pressed.append((line_id, does)))
    find(details, "retryButton", Button).click()
    find(details, "deregisterButton", Button).click()
    assert pressed == [("line-1001", Action.RETRY), ("line-1001", Action.DEREGISTER)]


def test_of_the_past_nothing_can_be_pressed(details: Details):
    details.set_past(past=True)
    show(details, line(LineState.RETRY_WAIT))
    assert not {"Retry now", "Deregister", "Run check"} & set(buttons_of(details))


def test_rows_are_the_same_while_their_labels_are(details: Details):
    choose(details, Tab.TECHNICAL)
    before = details.findChildren(IconButton, "copyButton")
    show(details, line(LineState.REGISTERED, proved_at_s=NOW_S - 2))
    assert details.findChildren(IconButton, "copyButton") == before


def test_in_a_low_window_everything_scrolls_and_the_page_has_no_cross(details: Details):
    close = find(details, "detailsCloseButton")
    details.resize(396, 240)
    details.show_as_page(as_page=True, flat=True)
    settle()
    assert not close.isVisible()
    badge = find(details, "statusBadge")
    details.scroll_area.verticalScrollBar().setValue(0)  # the keyboard is at what came into sight
    top = badge.mapTo(details, QPoint()).y()
    details.scroll_area.verticalScrollBar().setValue(80)
    assert badge.mapTo(details, QPoint()).y() == top - 80
    details.show_as_page(as_page=False, flat=False)
    settle()
    assert close.isVisible()
    top = badge.mapTo(details, QPoint()).y()
    details.scroll_area.verticalScrollBar().setValue(80)
    assert badge.mapTo(details, QPoint()).y() == top, "tabs stay, the body scrolls"


@pytest.mark.parametrize("tab", Tab)
@pytest.mark.parametrize("state", LineState)
def test_nothing_is_wider_than_the_details(details: Details, tab: Tab, state: LineState):
    show(details, line(state))
    details.show_day(Day(intervals=MIXED))
    choose(details, tab)
    content = details.scroll_area.widget()
    assert isinstance(content, QWidget)
    assert content.width() <= details.scroll_area.viewport().width()
    for one in content.findChildren(QWidget):
        if one.isVisible():
            assert one.mapTo(content, one.rect().topRight()).x() <= content.width(), one.objectName()


def test_the_tab_key_goes_as_one_reads(details: Details):
    show(details, line(LineState.RETRY_WAIT))
    stops = [each.objectName() for each in stops_of(details)]
    assert stops[0] == "detailsCloseButton"
    assert stops.index("deregisterButton") < stops.index("detailsTabs")
    assert stops[-2:] == ["runCheckButton", "copyDiagnosticsButton"]


def stops_of(details: Details) -> list[QWidget]:
    found: list[QWidget] = []
    stop = details.nextInFocusChain()
    while stop is not None and stop is not details:
        shown = details.isAncestorOf(stop) and stop.isVisible()
        if shown and stop.focusPolicy() & Qt.FocusPolicy.TabFocus and stop.objectName():
            found.append(stop)
        stop = stop.nextInFocusChain()
    return found


def test_history_says_that_nothing_happened_only_while_nothing_has(details: Details):
    choose(details, Tab.HISTORY)
    assert "Nothing has happened yet." in words(details)
    details.show_day(DAY)
    settle()
    assert "Nothing has happened yet." not in words(details)
