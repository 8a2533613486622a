"""Activity in the window: newest first, unfolded, searched, copied, cleared, and replayed."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QSlider, QWidget

from softphone.history.entries import EntryKind
from softphone.i18n import clock
from softphone.line.model import LineState
from softphone.system import background
from softphone.ui.history import history_reader
from softphone.ui.history.activity_list import ActivityList
from softphone.ui.history.activity_model import Day
from softphone.ui.history.day_bar import DayBar
from softphone.ui.history.history_reader import History
from softphone.ui.history.replay_bar import ReplayBar
from softphone.ui.kit.button import Button
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.switch import Switch
from softphone.ui.window.main_window import MainWindow
from softphone.wording.moment import LOCAL
from tests.ui.conftest import check_nothing_is_clipped, find, settled, until
from tests.ui.fakes import PanelSpy, line
from tests.ui.history.past import NOW, MemoryJournal, entry


@pytest.fixture(autouse=True)
def in_thread(monkeypatch) -> Any:
    """Answer at once what is read off the loop, or a test would end in the middle; return the real one."""
    really = background.in_thread

    async def at_once(work: Callable[[], object]) -> object:
        return work()

    monkeypatch.setattr(history_reader, "in_thread", at_once)
    return really


def with_history(open_window, journal: MemoryJournal) -> tuple[MainWindow, PanelSpy]:
    panel = PanelSpy((line(LineState.REGISTERED),))
    window: MainWindow = open_window(panel)
    history = History(journal)
    history.setParent(window)
    window.contents.use_history(history)
    return window, panel


def view_of(window: MainWindow) -> ActivityList:
    [view] = window.findChildren(ActivityList, "timelineList")  # hidden while it has no row
    return view


def rows(window: MainWindow) -> list[str]:
    """All rows but the days', and the events of those that are unfolded."""
    view, found = view_of(window), []
    for number, row in enumerate(view.rows.rows):
        index = view.rows.index(number, 0)
        if not isinstance(row, Day):
            found.append(str(index.data()))
        if view.isExpanded(index):
            found += [str(view.rows.index(n, 0, index).data()) for n in range(view.rows.rowCount(index))]
    return found


def labels(window: MainWindow) -> list[str]:
    return [label.text() for label in window.contents.page.activity.findChildren(QLabel) if label.isVisible()]


async def opened(open_window, journal: MemoryJournal) -> MainWindow:
    window, _ = with_history(open_window, journal)
    await until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    await until(window.contents.page.activity.isVisible)
    if journal.kept:
        await until(lambda: rows(window))
    else:
        await until(lambda: ("entries", None) in journal.asked)
        await until(lambda: "Nothing has happened yet." in labels(window))
    return window


async def test_interruptions_are_one_row_each_and_the_key_closes_the_page_again(open_window):
    window = await opened(open_window, MemoryJournal())
    assert rows(window) == [
        "10:12–10:13, Ada Lovelace, Uncertain. One check was unanswered, 30 s",
        "10:02–10:03, Ada Lovelace, Uncertain. The network was down. The backup server took over, 50 s",
        "08:14, Ada Lovelace, Registered",
    ]
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert window.contents.page.activity.isHidden()


async def test_an_interruption_unfolds_its_events_by_click_and_by_key_and_stays_unfolded(open_window):
    journal = MemoryJournal()
    window = await opened(open_window, journal)
    view = view_of(window)
    first = view.rows.index(1, 0)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(first).center())
    assert rows(window)[1:3] == [
        "10:12:52, Ada Lovelace, Check unanswered. No server answers",
        "10:13:22, Ada Lovelace, Reachable again",
    ]
    journal.kept = (*journal.kept, entry(EntryKind.UNWANTED, 1))
    window.contents.page.activity.put_away()
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: "Deregistered by you" in rows(window)[0])
    assert len(rows(window)) == 6
    view.setCurrentIndex(view.rows.index(2, 0))
    for key, count in ((Qt.Key.Key_Left, 4), (Qt.Key.Key_Right, 6), (Qt.Key.Key_Return, 4)):
        QTest.keyClick(view, key)
        assert len(rows(window)) == count


async def test_it_can_be_searched_and_narrowed_to_interruptions(open_window):
    window = await opened(open_window, MemoryJournal())
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    search: QLineEdit = find(window, "activitySearch", QLineEdit)
    assert window.focusWidget() is search
    QTest.keyClicks(search, "network")
    assert len(rows(window)) == 1
    search.setText("WXC_7f3a9c1e")
    assert len(rows(window)) == 2, "the events of an interruption are searched, and their numbers"
    search.setText("")
    find(window, "activityInterruptions", Switch).click()
    assert len(rows(window)) == 2
    before = search.geometry()
    QTest.keyClicks(search, "nowhere")
    assert "Nothing matches." in labels(window)
    await settled()
    assert search.geometry() == before, "filters never move the toolbar"
    find(window, "activityClearFilter", Button).click()
    assert len(rows(window)) == 3


async def test_a_line_is_chosen_where_there_are_several(open_window):
    window = await opened(open_window, MemoryJournal())
    [chosen] = window.findChildren(QComboBox, "activityLine")
    assert chosen.isHidden()
    window.contents.page.activity.show_lines((("ada/calling", "Ada Lovelace"), ("bob/calling", "Bob")))
    assert not chosen.isHidden()
    chosen.setCurrentIndex(2)
    assert rows(window) == []
    chosen.setCurrentIndex(1)
    assert len(rows(window)) == 3


async def test_what_is_shown_is_copied_oldest_first_with_all_numbers(open_window):
    window = await opened(open_window, MemoryJournal())
    find(window, "activityCopy", QAction).trigger()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert len(copied) == 9
    assert "Program started" in copied[0]
    assert "tracking ID WXC_7f3a9c1e" in copied[4]
    find(window, "activitySearch", QLineEdit).setText("backup server took over")
    find(window, "activityCopy", QAction).trigger()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert len(copied) == 4
    assert "Network lost" in copied[0]


async def test_clearing_asks_first(open_window):
    journal = MemoryJournal()
    window = await opened(open_window, journal)
    find(window, "activityClear", QAction).trigger()
    dialog = find(window, "clearDialog")
    assert "clear" not in journal.asked
    find(dialog, "confirmButton", Button).click()
    await until(lambda: "clear" in journal.asked)
    await until(lambda: "Nothing has happened yet." in labels(window))


async def test_from_right_to_left_the_list_keeps_its_edges(open_window):
    window = await opened(open_window, MemoryJournal())
    page, view = window.contents.page.activity, view_of(window)
    page.resize(page.width() - 10, page.height())
    assert (view.x(), page.width() - view.geometry().right() - 1) == (20, 0)
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    page.resize(page.width() + 10, page.height())
    await settled()
    assert (view.x(), page.width() - view.geometry().right() - 1) == (0, 20)


async def test_days_are_headed_and_said(open_window):
    journal = MemoryJournal()
    journal.kept = (
        entry(EntryKind.UNWANTED, 8 * 86_400),
        entry(EntryKind.UNWANTED, 3 * 86_400),
        entry(EntryKind.UNWANTED, 86_400),
        entry(EntryKind.UNWANTED, 1),
    )
    window = await opened(open_window, journal)
    view = view_of(window)
    heads = [
        str(view.rows.index(n, 0).data()) for n, row in enumerate(view.rows.rows) if isinstance(row, Day)
    ]
    assert heads == ["Today, 22 November", "Yesterday, 21 November", "Thursday, 19 November", "14 November"]


async def test_thousands_of_rows_have_no_widget_and_all_their_words(open_window):
    journal = MemoryJournal()
    journal.kept = tuple(entry(EntryKind.UNWANTED, 2000 * 30 - 30 * n) for n in range(2000))
    window = await opened(open_window, journal)
    assert len(rows(window)) == 2000
    view = view_of(window)
    assert len(view.viewport().children()) == 0
    assert view.rows.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == rows(window)[0]


async def test_a_window_that_goes_while_the_past_is_read_leaves_nothing_behind(
    open_window, monkeypatch, in_thread
):
    reading, go_on = threading.Event(), threading.Event()

    def slowly(*_: object) -> tuple[()]:
        reading.set()
        assert go_on.wait(20), "read on the loop, which nothing else could end"
        return ()

    monkeypatch.setattr(history_reader, "in_thread", in_thread)
    monkeypatch.setattr(history_reader, "happenings", slowly)
    window, _ = with_history(open_window, MemoryJournal())
    [history] = window.findChildren(History)
    told: list[object] = []
    history.past_read.connect(lambda *past: told.append(past))
    history.read_entries()
    history.read_entries()  # the wish that would be answered next
    await until(reading.is_set)
    history.close()  # as the program ends
    window.hide()
    history.deleteLater()
    await settled()
    go_on.set()
    await until(lambda: len(asyncio.all_tasks()) == 1)
    assert told == []


# Replay


async def test_replay_shows_the_past_and_nothing_can_be_pressed_on_it(open_window):
    journal = MemoryJournal()
    window = await opened(open_window, journal)
    find(window, "activityReplay", Button).click()
    bar = find(window, "replayBar", ReplayBar)
    assert bar.isVisible()
    assert window.contents.page.activity.isHidden()
    slider = find(window, "replaySlider", QSlider)
    slider.setValue(slider.minimum() + 600)
    await until(lambda: find(window, "statusBadge").words.startswith("Reconnecting · 2 of 5"))
    assert find(window, "replayMoment", QLabel).text() == "Today 08:24:22"
    await until(lambda: ("at", NOW - timedelta(seconds=6600)) in journal.asked)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    await until(lambda: find(window, "statusBadge").words == "Registered")
    assert bar.isHidden()


async def test_the_bar_of_a_line_ends_at_the_moment_that_is_replayed(open_window, monkeypatch):
    journal = MemoryJournal()
    asked = []
    intervals = journal.intervals

    async def remembered(key, began, ended):
        asked.append(ended)
        return await intervals(key, began, ended)

    monkeypatch.setattr(journal, "intervals", remembered)
    window = await opened(open_window, journal)
    find(window, "activityReplay", Button).click()
    slider = find(window, "replaySlider", QSlider)
    slider.setValue(600)
    await until(lambda: NOW - timedelta(seconds=6600) in asked)
    bar = window.findChild(DayBar)
    assert bar is not None
    await until(lambda: bar.end_words == clock((NOW - timedelta(seconds=6600)).astimezone(LOCAL)))
    frame = window.contents._frame
    assert frame.contentsRect() != frame.rect(), "a frame stands round the past"
    find(window, "backToNowButton", Button).click()
    await until(lambda: bar.end_words == "now")
    assert frame.contentsRect() == frame.rect()


async def test_back_to_now_ends_it(open_window):
    window = await opened(open_window, MemoryJournal())
    find(window, "activityReplay", Button).click()
    await until(lambda: find(window, "statusBadge").words.startswith("Reconnecting"))
    find(window, "backToNowButton", Button).click()
    await until(lambda: find(window, "statusBadge").words == "Registered")


async def test_an_event_is_replayed_with_enter_and_the_chosen_row_with_the_button(open_window):
    journal = MemoryJournal()
    window = await opened(open_window, journal)
    view = view_of(window)
    view.setCurrentIndex(view.rows.index(3, 0))
    QTest.keyClick(view, Qt.Key.Key_Return)
    await until(lambda: ("at", NOW - timedelta(seconds=7190)) in journal.asked)
    find(window, "backToNowButton", Button).click()
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    await until(window.contents.page.activity.isVisible)
    view.setCurrentIndex(view.rows.index(1, 0))
    find(window, "activityReplay", Button).click()
    await until(lambda: ("at", NOW - timedelta(seconds=90)) in journal.asked)


@pytest.mark.parametrize("size", [(420, 320), (560, 680), (960, 680)])
async def test_nothing_is_clipped(open_window, size: tuple[int, int]):
    window = await opened(open_window, MemoryJournal())
    window.resize(*size)
    await settled()
    check_nothing_is_clipped(window)
    find(window, "activityReplay", Button).click()
    await settled()
    check_nothing_is_clipped(window)


async def test_details_show_the_moment_that_their_row_shows(open_window):
    journal = MemoryJournal()
    window = await opened(open_window, journal)
    window.resize(1280, 800)  # details beside their row
    window.contents.page.open_details("line-1001")
    window.contents.page.open_activity()
    find(window, "activityReplay", Button).click()
    await until(lambda: any(one.startswith("Reconnecting") for one in badges(window)))
    assert [len(badges(window)), find(window, "detailsDrawer").isVisible()] == [1, True]


def badges(window: QWidget) -> set[str]:
    shown = [one for one in window.findChildren(StatusBadge) if one.isVisible()]
    return {one.words.split(" · ")[0] for one in shown}
