"""The bar as it is painted, pointed at and walked along, and its strip on a card (interface.md#day-bar)."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from softphone.line.model import LineState
from softphone.ui.history.day_bar import IN_DRAWER, DayBar, DayKey, DayStrip
from softphone.ui.history.plot import RING_ROOM
from softphone.ui.kit.text import Text
from softphone.wording.plots import Fill, day_plot
from tests.ui.conftest import settle
from tests.ui.history.days import DAY_MIN, MIXED, ZONE, day


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


def test_it_is_288_by_14_and_says_what_it_is(bar: DayBar):
    assert (bar.sizeHint().width() - 2 * RING_ROOM, bar.sizeHint().height() - 2 * RING_ROOM) == (288, 14)
    assert bar.sizeHint().height() >= 24
    interface = QAccessible.queryAccessibleInterface(bar)
    assert interface.text(QAccessible.Text.Name) == "Last 24 hours of Reception"
    assert "drop" in interface.text(QAccessible.Text.Description)


def test_the_fills_differ_without_colour(qtbot):
    pictures = {}
    for fill in Fill:
        square = DayKey(fill, 14)
        qtbot.addWidget(square)
        pictures[fill] = grey(square)
    for first, second in itertools.combinations(Fill, 2):
        pairs = zip(bytes(pictures[first].constBits()), bytes(pictures[second].constBits()), strict=True)
        assert sum(abs(a - b) > 40 for a, b in pairs) > 12, (first, second)


def test_arrow_keys_visit_and_announce(bar: DayBar, said: list[str]):
    QTest.keyClick(bar, Qt.Key.Key_Left)
    assert said == ["10:10-10:15 registered, 262 s"]
    assert bar.accessibleDescription() == said[-1]
    assert QToolTip.text() == said[-1]
    QTest.keyClick(bar, Qt.Key.Key_Left)
    QTest.keyClick(bar, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert said[1:] == ["10:05-10:10 registered", "09:05-09:10 registered"]
    QTest.keyClick(bar, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(bar, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert bar.visited == 287


def test_time_runs_from_left_to_right_in_every_language(bar: DayBar):
    before = grey(bar)
    bar.window().setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    settle()
    assert grey(bar) == before
    QTest.keyClick(bar, Qt.Key.Key_Left)
    assert bar.visited == 287
    QTest.keyClick(bar, Qt.Key.Key_Left)
    assert bar.visited == 286


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
    bar.mouseMoveEvent(moved(bar, RING_ROOM + 287.0))
    assert QToolTip.text() == "10:10-10:15 registered, 262 s"
    bar.mouseMoveEvent(moved(bar, RING_ROOM + 0.5))
    assert QToolTip.text() == "10:15-10:20 app not running, no data"
    assert bar.place_at(RING_ROOM - 1) is None
    assert bar.place_at(RING_ROOM + 288) is None


def moved(bar: DayBar, x: float) -> QMouseEvent:
    place = QPointF(x, 10)
    button = Qt.MouseButton.NoButton
    return QMouseEvent(
        QEvent.Type.MouseMove, place, bar.mapToGlobal(place), button, button, Qt.KeyboardModifier.NoModifier
    )


def test_every_bucket_is_found_where_it_is_painted(bar: DayBar):
    for place in range(288):
        assert bar.place_at(bar.place_rect(place).center().x()) == place


def test_five_bad_minutes_are_seen_in_a_good_day(show):
    good, bad = DayBar(), DayBar()
    good.show_plot("x", day_plot(day((DAY_MIN, LineState.REGISTERED))))
    bad.show_plot(
        "x", day_plot(day((700, LineState.REGISTERED), (5, LineState.OFFLINE), (700, LineState.REGISTERED)))
    )
    show(good, bad)
    pairs = zip(bytes(grey(good).constBits()), bytes(grey(bad).constBits()), strict=True)
    assert sum(abs(a - b) > 40 for a, b in pairs) >= 14


def test_the_drawers_bar_is_higher_and_tells_the_times(show):
    large = DayBar(IN_DRAWER, with_times=True)
    assert large.sizeHint().height() > 28 + 2 * RING_ROOM
    plot = day_plot(MIXED)
    large.show_plot("x", plot, ZONE)
    show(large)
    large.resize(400, large.sizeHint().height())
    assert not grey(large).isNull()


def test_before_anything_ran_it_has_no_places(show):
    empty = DayBar()
    empty.show_plot("Reception", None)
    show(empty)
    assert empty.accessibleDescription() == "Collecting. The bar fills as the app runs."
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


# On a card


@pytest.fixture
def strip(qtbot) -> DayStrip:
    made = DayStrip("Reception")
    qtbot.addWidget(made)
    return made


def words(strip: DayStrip) -> list[str]:
    return [label.text() for label in strip.findChildren(Text) if not label.isHidden()]


def test_it_tells_the_share_and_explains_it(strip: DayStrip):
    strip.show_intervals(MIXED)
    assert not strip.isHidden()
    assert words(strip) == ["24 h", "87.6 %"]
    [share] = [label for label in strip.findChildren(Text) if label.text() == "87.6 %"]
    assert share.toolTip() == "87.6 % · 2 drops · longest 1 h 0 min"
    assert strip.bar.accessibleDescription() == share.toolTip()


def test_a_line_that_nobody_wanted_has_a_bar_only(strip: DayStrip):
    strip.show_intervals(day((DAY_MIN, LineState.IDLE)))
    assert words(strip) == ["24 h"]


def test_it_takes_no_room_while_there_is_nothing_to_show(strip: DayStrip):
    assert strip.isHidden()
    strip.show_intervals(())
    assert strip.isHidden()
    strip.show_intervals(MIXED)
    strip.show_intervals(())
    assert strip.isHidden()
