"""Many lines as rows: by keyboard, by pointer, by ear, and a thousand of them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListView, QMenu, QPushButton, QWidget

from softphone.line.failure import Remedy
from softphone.line.model import LineState
from softphone.ui.kit.chip import Chip
from softphone.ui.lines import row_view
from softphone.ui.lines.line_order import REST_S
from softphone.ui.lines.line_row import LineRow
from softphone.ui.lines.row_view import ALL_ALIVE, SPARE
from softphone.values import replace
from softphone.wording.all_lines import Filter
from softphone.wording.presentation import Action
from tests.ui.conftest import settle
from tests.ui.fakes import NOW_S, line
from tests.ui.lines.shown_list import Shown, lines

# Of Qt's platform without a screen.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

TROUBLED = (LineState.ACTION, LineState.RETRY_WAIT, LineState.RECONNECTING, LineState.IDLE)


# Rows


def test_rows_stand_in_groups_under_the_sentence(show):
    shown = show(*lines(*TROUBLED, well=2))
    assert shown.headings == ["Trouble, 3", "Off, 1", "Reachable, 2"]
    assert shown.names == [f"Line {n}" for n in range(6)]
    words = [label.text() for label in shown.list.head.findChildren(QLabel) if label.isVisible()]
    assert "Webex can reach 2 of 6 lines" in words
    assert shown.list.view.accessibleDescription() == "Webex can reach 2 of 6 lines"
    assert not shown.list.head.search.isVisible()  # six are seen at a glance
    assert show(*lines(well=8)).list.head.search.isVisible()


def test_one_row_tells_who_how_why_and_what_helps(show):
    row = show(*lines(*TROUBLED)).row("Line 1")
    seen = {part.objectName(): part for part in row.findChildren(QWidget) if part.isVisible()}
    assert seen.keys() >= {"statusBadge", "lineReason", "retryButton", "deregisterButton", "detailsButton"}
    assert row.accessibleDescription() == "Webex has trouble"
    assert seen["statusBadge"].accessibleName() == "Line 1: Retry in 0:42"
    assert seen["retryButton"].accessibleName() == "Retry now, Line 1"
    assert seen["detailsButton"].accessibleName() == "Details of Line 1"
    assert seen["deregisterButton"].toolTip() == "Stop trying"
    assert row.height() == 48


@pytest.mark.parametrize(
    ("width", "height", "reason", "chevron"),
    [(960, 48, True, True), (800, 48, False, True), (640, 48, False, True), (500, 76, False, False)],
)
def test_a_narrow_list_says_less(show, width: int, height: int, reason: bool, chevron: bool):
    shown = show(*lines(*TROUBLED))
    shown.resize(width, 680)
    for row in shown.rows:
        seen = {part.objectName() for part in row.findChildren(QWidget) if part.isVisible()}
        assert row.height() == height
        assert ("lineReason" in seen) is reason
        assert ("detailsButton" in seen) is chevron
        assert row.accessibleDescription()  # a screen reader hears the reason anyway


@pytest.mark.parametrize("direction", Qt.LayoutDirection)
@pytest.mark.parametrize("width", [1100, 960, 839, 639, 561, 559, 420])
def test_nothing_in_a_row_stands_on_anything_else(show, width: int, direction: Qt.LayoutDirection):
    shown = show(*lines(*LineState, well=1))
    shown.window.setLayoutDirection(direction)
    shown.resize(width, 680)
    for row in shown.rows:
        parts = [part for part in row.children() if isinstance(part, QWidget) and part.isVisible()]
        for part in parts:
            assert row.rect().contains(part.geometry()), (width, row.accessibleName(), part.objectName())
            others = [other for other in parts if other is not part]
            met = [other.objectName() for other in others if other.geometry().intersects(part.geometry())]
            assert not met or part.sizeHint().width() == 0, (width, row.accessibleName(), part, met)


def test_rows_stand_below_the_head_on_both_sides_of_the_bar(show):
    shown = show(*lines(*TROUBLED, well=40))
    for direction in Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight:
        shown.window.setLayoutDirection(direction)
        settle()
        rows = {row.mapTo(shown.window, QPoint()).x() for row in shown.rows}
        assert rows == {20}, direction


def test_a_press_a_click_and_enter_are_told(show):
    shown = show(*lines(*TROUBLED))
    row = shown.row("Line 1")
    for name in ("retryButton", "deregisterButton"):
        QTest.mouseClick(row.findChild(QPushButton, name), Qt.MouseButton.LeftButton)
    assert shown.pressed == [("line-1001", Action.RETRY), ("line-1001", Action.DEREGISTER)]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(20, 24))
    row.setFocus()
    shown.key(Qt.Key.Key_Return)
    assert shown.opened == ["line-1001", "line-1001"]
    QTest.mouseClick(shown.row("Line 0").findChild(QPushButton, "remedyButton"), Qt.MouseButton.LeftButton)
    assert shown.pressed[-1] == ("line-1000", Remedy.CHOOSE_DEVICE)


def test_of_the_past_nothing_can_be_pressed(show):
    shown = show(*lines(*TROUBLED))
    shown.list.set_past(past=True)
    settle()
    assert not [one for row in shown.rows for one in row.findChildren(QPushButton) if one.isVisible()]
    shown.list.set_past(past=False)
    settle()
    assert shown.row("Line 1").offers(Action.DEREGISTER)


# Rows that stay and rows that move


def test_a_row_changes_its_group_after_a_while(show):
    shown = show(*lines(*TROUBLED))
    shown.put(line(LineState.REGISTERED, "Line 1", "1001"))
    assert shown.headings == ["Trouble, 3", "Off, 1"]
    assert shown.chip(Filter.REACHABLE).count == 1
    shown.pass_time(REST_S)
    assert shown.headings == ["Trouble, 2", "Off, 1", "Reachable, 1"]


@pytest.mark.parametrize("by", ["focus", "pointer", "open"])
def test_a_row_that_somebody_is_at_stays(show, by: str):
    shown = show(*lines(*TROUBLED))
    row = shown.row("Line 1")
    shown.before.setFocus()
    if by == "focus":
        row.setFocus()
    elif by == "open":
        shown.list.show_open("line-1001")
    else:
        QCursor.setPos(row.mapToGlobal(QPoint(20, 24)))
        row.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    shown.put(line(LineState.REGISTERED, "Line 1", "1001", proved_at_s=NOW_S + 60))
    shown.pass_time(60)
    assert shown.headings == ["Trouble, 3", "Off, 1"]
    QCursor.setPos(shown.window.mapToGlobal(QPoint(5, 600)))  # it hears of it when the pointer moves
    shown.list.show_open("")
    shown.before.setFocus()
    shown.pass_time(1)
    assert shown.headings == ["Trouble, 2", "Off, 1", "Reachable, 1"]


def test_what_is_in_sight_stays_where_it_is_when_rows_come_above(show, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(row_view, "SCROLLED_S", 0.0)
    shown = show(*lines(well=40))
    shown.list.focus_place(30)
    settle()
    row = shown.row("Line 37")
    before = row.mapTo(shown.window, QPoint()).y()
    shown.put(line(LineState.FAILED, "Line 00", "1000"))
    shown.pass_time(REST_S)
    assert shown.headings == ["Trouble, 1", "Reachable, 39"]
    assert row.mapTo(shown.window, QPoint()).y() == before


def test_no_row_moves_while_somebody_scrolls(show, monkeypatch: pytest.MonkeyPatch):
    shown = show(*lines(well=40))
    shown.list.view.verticalScrollBar().setValue(200)
    shown.put(line(LineState.FAILED, "Line 00", "1000"))
    shown.pass_time(REST_S)
    assert shown.headings == ["Reachable, 40"]
    monkeypatch.setattr(row_view, "SCROLLED_S", 0.0)
    shown.pass_time(1)
    assert shown.headings == ["Trouble, 1", "Reachable, 39"]


def test_those_that_are_well_fold_and_unfold_by_hand(show):
    shown = show(*lines(LineState.FAILED, well=20))
    assert shown.names == ["Line 00"]
    fold = shown.list.findChild(QWidget, "foldButton")
    shown.before.setFocus()
    visible = [one for one in shown.list.findChildren(QWidget, "foldButton") if one.isVisible()]
    assert [one.accessibleName() for one in visible] == ["Show 20 lines"]
    QTest.mouseClick(visible[0], Qt.MouseButton.LeftButton)
    settle()
    assert len(shown.names) == 21
    assert visible[0].accessibleName() == "Hide 20 lines"
    assert fold is not None


# Chips and search


def test_chips_count_and_narrow(show):
    shown = show(*lines(*TROUBLED, well=4))
    seen = {chip.text(): chip.count for chip in shown.list.findChildren(Chip) if chip.isVisible()}
    assert seen == {"All": 8, "Needs you": 1, "Not reachable": 1, "Uncertain": 1, "Off": 1, "Reachable": 4}
    QTest.mouseClick(shown.chip(Filter.OFF), Qt.MouseButton.LeftButton)
    settle()
    assert shown.names == ["Line 3"]
    shown.put(line(LineState.REGISTERED, "Line 3", "1003"))
    shown.before.setFocus()
    shown.pass_time(REST_S)
    assert shown.names == []
    assert shown.chip(Filter.OFF).isVisible()  # or nobody would see why nothing is shown
    clear = shown.list.findChild(QPushButton, "clearButton")
    assert clear.isVisible()
    QTest.mouseClick(clear, Qt.MouseButton.LeftButton)
    settle()
    assert len(shown.names) == 8
    assert not clear.isVisible()
    assert not shown.chip(Filter.OFF).isVisible()


def test_the_search_finds_and_is_cleared_by_escape(show):
    shown = show(*lines(*TROUBLED, well=8))
    assert shown.list.focus_search()
    search = shown.focused
    assert isinstance(search, QLineEdit)
    QTest.keyClicks(search, "line 1007")
    settle()
    assert shown.names == ["Line 07"]
    QTest.keyClicks(search, "nothing")
    settle()
    assert shown.names == []
    shown.key(Qt.Key.Key_Escape)
    assert len(shown.names) == 12
    shown.key(Qt.Key.Key_Down)
    assert shown.focused is shown.row("Line 00")


def test_a_line_that_is_hidden_by_a_filter_is_shown_when_it_is_asked_for(show):
    shown = show(*lines(LineState.FAILED, well=20))
    QTest.mouseClick(shown.chip(Filter.NEEDS_YOU), Qt.MouseButton.LeftButton)
    settle()
    shown.list.focus_line("line-1015")
    settle()
    assert shown.focused is shown.row("Line 15")


# By keyboard


def test_tab_enters_at_the_first_or_open_row_and_walks_its_buttons(show):
    shown = show(*lines(*TROUBLED, well=4))
    shown.before.setFocus()

    def walk() -> list[str]:
        seen = []
        shown.chip(Filter.ALL).setFocus()
        while shown.focused is not shown.after:
            seen.append(shown.focused.objectName() + shown.focused.accessibleName()[-6:])
            QTest.keyClick(shown.focused, Qt.Key.Key_Tab)
            assert len(seen) < 20
        return [each for each in seen if not each.startswith(("filterChip", "lineSearch"))]

    first = ["lineCardLine 0", "remedyButtonLine 0", "deregisterButtonLine 0", "detailsButtonLine 0"]
    assert walk() == first
    shown.list.show_open("line-1003")
    assert walk() == ["lineCardLine 3", "registerButtonLine 3", "detailsButtonLine 3"]
    shown.list.show_open("")
    assert walk() == first


def test_arrows_change_rows_from_anywhere_in_a_row(show):
    shown = show(*lines(*TROUBLED, well=40))
    shown.list.focus_first()
    shown.key(Qt.Key.Key_Down)
    QTest.keyClick(shown.focused, Qt.Key.Key_Tab)
    assert shown.focused.objectName() == "retryButton"
    shown.key(Qt.Key.Key_Down)
    assert shown.focused is shown.row("Line 02")
    shown.key(Qt.Key.Key_Up)
    shown.key(Qt.Key.Key_Up)
    shown.key(Qt.Key.Key_Up)
    assert shown.focused is shown.row("Line 00")


def test_what_gets_the_focus_is_in_sight(show):
    shown = show(*lines(well=200))
    shown.list.focus_first()
    for key in (Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_Home, *(Qt.Key.Key_Down,) * 30):
        shown.key(key)
        assert isinstance(shown.focused, LineRow)
        assert shown.focused.visibleRegion().boundingRect() == shown.focused.rect()


def test_the_focus_stays_in_the_list_when_its_line_goes(show):
    shown = show(*lines(well=8))
    shown.row("Line 3").setFocus()
    shown.panel.drop("line-1003")
    shown.model._tell()
    settle()
    assert shown.focused is shown.row("Line 4")


def menu_of(shown: Shown) -> list[str]:
    menu = shown.list.findChild(QMenu, "lineMenu")
    assert menu is not None
    words = [action.text() for action in menu.actions() if action.text()]
    menu.close()
    settle()
    return words


def test_a_right_click_and_the_menu_key_open_the_menu_of_a_line(show):
    shown = show(*lines(*TROUBLED, well=1))
    at = shown.row("Line 1").mapTo(shown.list, QPoint(300, 24))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, shown.list.mapToGlobal(at))
    QApplication.sendEvent(shown.list, event)
    assert menu_of(shown) == ["Deregister", "Retry now", "Copy number", "Copy diagnostics", "Details"]
    shown.row("Line 3").setFocus()
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(shown.focused, by_key)
    menu = shown.list.findChild(QMenu, "lineMenu")
    menu.actions()[0].trigger()
    assert shown.pressed == [("line-1003", Action.REGISTER)]
    assert menu_of(shown) == ["Register", "Copy number", "Copy diagnostics", "Details"]


# By ear


def test_what_changed_is_said_once_and_of_many_only_the_sum(show):
    shown = show(*lines(*TROUBLED, well=8))
    assert shown.told == []
    shown.put(line(LineState.FAILED, "Line 5", "1005"))
    [(words, loud)] = shown.told
    assert words.startswith("Line 5: Failed.")
    assert loud
    shown.pass_time(1)
    shown.pass_time(REST_S)
    assert len(shown.told) == 1
    shown.put(*(replace(each, state=LineState.OFFLINE) for each in lines(*TROUBLED, well=8)))
    assert shown.told[1:] == [("Webex cannot reach any of 12 lines", False)]


def test_a_second_renews_what_is_in_sight_and_nothing_else(show, monkeypatch):
    shown = show(*lines(well=40))
    renewed: list[LineRow] = []
    monkeypatch.setattr(LineRow, "show_line", lambda row, *_, **__: renewed.append(row))
    shown.pass_time(1)
    in_sight = [row for row in shown.rows if not row.visibleRegion().isEmpty()]
    assert renewed == in_sight
    assert 8 <= len(in_sight) <= 12


# A thousand


def test_of_a_thousand_only_those_near_sight_have_widgets(show):
    shown = show(*lines(*TROUBLED[:0], well=1000))
    at_most = 680 // 52 + 2 + 2 * SPARE
    bar = shown.list.view.verticalScrollBar()
    for value in (0, 20_000, bar.maximum(), 5_000):
        bar.setValue(value)
        settle()
        assert len(shown.rows) <= at_most
        seen = [row for row in shown.rows if not row.visibleRegion().isEmpty()]
        assert len(seen) >= 10
        assert [row.y() for row in seen] == sorted(row.y() for row in seen)
        assert all(row.accessibleName() == f"Line {int(row.line_id[5:]) - 1000:03}" for row in seen)
    assert len(shown.list.findChildren(LineRow)) <= at_most + SPARE + 40
    assert len(show(*lines(well=ALL_ALIVE - 2)).rows) == ALL_ALIVE - 2


def test_a_screen_reader_finds_all_of_a_thousand(show):
    shown = show(*lines(LineState.FAILED, well=999))
    shown.list._order.unfolded = True
    shown.list.tick()
    settle()
    [outline] = shown.list.findChildren(QListView)
    told = QAccessible.queryAccessibleInterface(outline)
    assert told.childCount() == 1002  # with the two headings
    words = [told.child(n).text(QAccessible.Text.Name) for n in (0, 1, 2, 1001)]
    assert words[0] == "Trouble"
    assert words[1].startswith("Line 000, +44 207 946 0001, Failed, ")
    assert words[3].startswith("Line 999, ")
    row = shown.row("Line 000")
    assert told.child(1).rect().bottom() == row.mapToGlobal(row.rect().bottomLeft()).y()
    shown.put(line(LineState.IDLE, "Line 999", "1999"))
    assert "Not registered" in told.child(1001).text(QAccessible.Text.Name)


def test_the_search_finds_one_of_a_thousand(show):
    shown = show(*lines(well=1000))
    shown.list.head.search.setText("line 987")
    settle()
    assert shown.names == ["Line 987"]


def test_the_row_with_the_focus_lives_on_out_of_sight(show):
    shown = show(*lines(well=1000))
    shown.list.focus_place(5)
    row = shown.focused
    shown.list.view.verticalScrollBar().setValue(30_000)
    settle()
    assert shown.focused is row
    shown.key(Qt.Key.Key_Down)
    assert shown.focused.accessibleName() == "Line 006"
    assert shown.focused.visibleRegion().boundingRect() == shown.focused.rect()


def test_a_short_window_scrolls_its_head_away(show):
    shown = show(*lines(*TROUBLED, well=8))
    shown.resize(420, 320)
    assert shown.list.view.isAncestorOf(shown.list.head)
    shown.list.focus_place(11)
    settle()
    assert shown.list.head.visibleRegion().isEmpty()
    shown.resize(960, 680)
    assert not shown.list.view.isAncestorOf(shown.list.head)


def test_a_line_that_comes_alone_stands_in_the_upper_half_at_once(show):
    shown = show()
    shown.put(*lines(LineState.REGISTERED))
    settle()
    [card] = shown.list.cards
    above_px = card.mapTo(shown.list, QPoint()).y()
    below_px = shown.list.height() - above_px - card.height()
    assert above_px > 40
    assert above_px < below_px


def test_in_a_low_window_the_sentence_of_all_stands_above_the_cards(show):
    shown = show(*lines(well=2))
    shown.resize(800, 420)
    head = shown.list.head
    assert head.isVisible()
    assert head.mapTo(shown.list, QPoint()).y() < min(
        card.mapTo(shown.list, QPoint()).y() for card in shown.list.cards
    )
