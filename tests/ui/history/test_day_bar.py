"""The bar as it is painted, pointed at and walked along, and what it comes to (interface.md#day-bar)."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget, QToolTip, QVBoxLayout, QWidget

from softphone.line.model import LineState
from softphone.ui.history.day_bar import DETAILS_PX, DayBar, DayStrip
from softphone.ui.history.plot import RING_ROOM
from softphone.ui.history.table_dialog import TableDialog
from softphone.ui.kit.text import Text
from softphone.wording.plots import Fill, day_plot
from tests.ui.conftest import find, settle
from tests.ui.history.days import MIXED, ZONE, day


@pytest.fixture
def show(qtbot) -> Iterator[Callable[..., None]]:
    """Puts bars into a window that has the keyboard."""
    windows: list[QWidget] = []

    def in_window(*bars: DayBar) -> None:
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        column = QVBoxLayout(window)
        for bar in bars:
            column.addWidget(bar)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)

    yield in_window
    QToolTip.hideText()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def bar(show, said: list[str]) -> DayBar:
    made = DayBar(announcer=lambda _, words, __: said.append(words))
    made.show_plot("Reception", day_plot(MIXED), ZONE)
    show(made)
    made.setFocus()
    return made


def grey(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)


def test_it_is_28_high_and_says_what_it_is(bar: DayBar):
    assert bar.sizeHint().height() > 28 + 2 * RING_ROOM
    assert bar.place_rect(0).height() == 28
    interface = QAccessible.queryAccessibleInterface(bar)
    assert interface.text(QAccessible.Text.Name) == "History of Reception"
    assert "interruption" in interface.text(QAccessible.Text.Description)


def test_heights_tell_the_fills_apart_without_colour(show, qapp):
    states = {
        Fill.REACHABLE: LineState.REGISTERED,
        Fill.BACKUP: LineState.REGISTERED_BACKUP,
        Fill.UNCERTAIN: LineState.RECONNECTING,
        Fill.NOT_REACHABLE: LineState.OFFLINE,
        Fill.OFF: LineState.IDLE,
        Fill.NOT_RUNNING: None,
    }
    bars = {fill: DayBar() for fill in states}
    for fill, state in states.items():
        bars[fill].show_plot("x", day_plot(day((30, LineState.REGISTERED), (30, state))), ZONE)
    show(*bars.values())
    inked = {}
    for fill, bar in bars.items():
        x = round(bar.place_rect(60).left() + 1)
        picture, ground = grey(bar), grey(bar).pixel(0, 0)
        top, bottom = round(bar.area.top()), round(bar.place_rect(60).bottom())
        inked[fill] = [picture.pixel(x, y) != ground for y in range(top, bottom)]
    assert {fill: sum(column) for fill, column in inked.items()} == {
        Fill.REACHABLE: 28,
        Fill.BACKUP: 25,
        Fill.UNCERTAIN: 17,
        Fill.NOT_REACHABLE: 8,
        Fill.OFF: 4,
        Fill.NOT_RUNNING: 2,
    }
    assert inked[Fill.BACKUP][0]
    assert not inked[Fill.BACKUP][5]


def test_arrow_keys_visit_and_announce(bar: DayBar, said: list[str]):
    QTest.keyClick(bar, Qt.Key.Key_Left)
    assert said == ["09:54–10:14 registered"]
    assert bar.accessibleDescription() == said[-1]
    assert QToolTip.text() == said[-1]
    QTest.keyClick(bar, Qt.Key.Key_Left)
    QTest.keyClick(bar, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert said[1:] == ["09:34–09:54 registered", "05:34–05:54 not registered"]
    QTest.keyClick(bar, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(bar, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert bar.visited == 71


def test_time_runs_from_left_to_right_in_every_language(bar: DayBar):
    before = grey(bar)
    bar.window().setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    settle()
    assert grey(bar) == before
    QTest.keyClick(bar, Qt.Key.Key_Left)
    assert bar.visited == 71
    QTest.keyClick(bar, Qt.Key.Key_Left)
    assert bar.visited == 70


def test_list_keys_are_the_lists(bar: DayBar):
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Escape):
        QTest.keyClick(bar, key)
    assert bar.visited is None


def test_leaving_ends_the_visit(bar: DayBar):
    summary = bar.accessibleDescription()
    QTest.keyClick(bar, Qt.Key.Key_Left)
    bar.clearFocus()
    assert bar.visited is None
    assert bar.accessibleDescription() == summary


def test_the_visited_place_and_the_focus_are_seen(bar: DayBar):
    focused = grey(bar)
    QTest.keyClick(bar, Qt.Key.Key_Left)
    settle()
    visited = grey(bar)
    assert focused != visited
    bar.clearFocus()
    settle()
    assert grey(bar) == focused


def test_the_pointer_is_told_where_it_is(bar: DayBar):
    bar.mouseMoveEvent(moved(bar, bar.place_rect(71).center().x()))
    assert QToolTip.text() == "09:54–10:14 registered"
    bar.mouseMoveEvent(moved(bar, bar.place_rect(25).center().x()))
    assert QToolTip.text() == "18:34–18:54 not running"
    assert bar.place_at(bar.area.left() - 1) is None
    assert bar.place_at(bar.area.right() + 1) is None


def moved(bar: DayBar, x: float) -> QMouseEvent:
    place = QPointF(x, 10)
    button = Qt.MouseButton.NoButton
    return QMouseEvent(
        QEvent.Type.MouseMove, place, bar.mapToGlobal(place), button, button, Qt.KeyboardModifier.NoModifier
    )


def test_every_column_is_found_where_it_is_painted(bar: DayBar):
    for place in range(72):
        assert bar.place_at(bar.place_rect(place).center().x()) == place


def test_a_young_record_fills_the_bar_from_the_left(show):
    young = DayBar()
    young.show_plot("x", day_plot(day((10, LineState.REGISTERED))), ZONE)
    show(young)
    assert young.place_count() == 12
    assert young.place_at(young.area.right() - 1) is None
    picture = grey(young)
    y = round(young.place_rect(0).center().y())
    assert picture.pixel(round(young.place_rect(11).left() + 1), y) != picture.pixel(0, 0)
    assert picture.pixel(round(young.place_rect(13).left() + 1), y) == picture.pixel(0, 0)


def test_the_times_below_it_are_seen_and_the_bar_in_details_is_lower(show):
    lower = DayBar(DETAILS_PX)
    lower.show_plot("x", day_plot(MIXED), ZONE)
    show(lower)
    assert lower.place_rect(0).height() == 24
    picture = grey(lower)
    below = range(round(lower.place_rect(0).bottom()) + 4, picture.height() - RING_ROOM)
    assert any(picture.pixel(x, y) != picture.pixel(0, 0) for x in range(RING_ROOM, 40) for y in below)


def test_before_the_first_registration_it_has_no_places(show):
    empty = DayBar()
    empty.show_plot("Reception", None)
    show(empty)
    assert empty.accessibleDescription() == "History starts with the first registration."
    assert empty.place_count() == 0
    QTest.keyClick(empty, Qt.Key.Key_Left)
    assert empty.visited is None
    assert empty.place_at(50) is None


# Calm painting


@pytest.fixture
def painted(monkeypatch) -> list[DayBar]:
    times: list[DayBar] = []
    monkeypatch.setattr(DayBar, "paint_plot", lambda self, *_: times.append(self))
    return times


def test_new_values_are_painted_at_most_once_a_second(bar: DayBar, painted: list[DayBar]):
    settle()
    painted.clear()
    for minutes in range(1, 20):
        bar.show_plot("Reception", day_plot(day((minutes, LineState.REGISTERED))), ZONE)
        settle()
    assert len(painted) <= 1
    assert bar._rest.interval() == 1000
    bar._rest.stop()
    bar._rested()
    settle()
    assert len(painted) == 2


def test_a_hidden_bar_rests(bar: DayBar, painted: list[DayBar]):
    bar.hide()
    painted.clear()
    assert not bar._rest.isActive()
    bar.show_plot("Reception", day_plot(day((9, LineState.OFFLINE))), ZONE)
    settle()
    assert not bar._rest.isActive()
    assert painted == []


def test_the_same_day_again_costs_nothing(bar: DayBar, painted: list[DayBar]):
    settle()
    painted.clear()
    bar.show_plot("Reception", day_plot(MIXED), ZONE)
    settle()
    assert painted == []


def test_a_shorter_day_ends_a_visit_beyond_it(bar: DayBar):
    QTest.keyClick(bar, Qt.Key.Key_Left)
    bar.show_plot("Reception", None, ZONE)
    assert bar.visited is None


# With what it comes to


@pytest.fixture
def strip(qtbot) -> DayStrip:
    made = DayStrip("Reception", with_table=True)
    qtbot.addWidget(made)
    return made


def words(strip: DayStrip) -> list[str]:
    strip.show()
    return [label.text() for label in strip.findChildren(Text) if label.isVisible()]


def test_it_says_how_often_and_since_when_and_the_longest_in_the_tooltip(strip: DayStrip):
    strip.show_intervals(MIXED, ZONE)
    assert words(strip) == ["2 interruptions", "92.4 % reachable in 24 h"]
    assert "Longest 1 h 0 min" in [part.toolTip() for part in strip.findChildren(QWidget)]


def test_flat_it_leaves_the_words_to_the_screen_reader(strip: DayStrip):
    strip.show_intervals(MIXED, ZONE)
    strip.set_flat(flat=True)
    assert words(strip) == []
    assert strip.bar.isVisible()
    assert strip.bar.accessibleDescription().startswith("2 interruptions · Longest 1 h 0 min")


def test_before_the_first_registration_a_sentence_stands_in_its_place(strip: DayStrip):
    assert words(strip) == ["History starts with the first registration."]
    strip.show_intervals(MIXED, ZONE)
    assert strip.bar.isVisible()
    strip.show_intervals(())
    assert words(strip) == ["History starts with the first registration."]
    assert not strip.bar.isVisible()
    assert not strip.table_button.isVisible()


def test_check_44_the_numbers_are_there_as_a_table(strip: DayStrip, qtbot):
    strip.show_intervals(MIXED, ZONE)
    strip.show()
    strip.table_button.click()
    [dialog] = strip.findChildren(TableDialog)
    table: QTableWidget = find(dialog, "plotTable")
    plot = day_plot(MIXED)
    assert plot is not None
    assert table.rowCount() == 72
    for place, row in enumerate(plot.table("Reception").rows):
        assert tuple(table.model().index(place, column).data() for column in range(len(row))) == row
    dialog.reject()
    qtbot.waitUntil(lambda: not strip.findChildren(TableDialog))
