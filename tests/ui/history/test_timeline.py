"""The timeline in the window: newest first, searched, copied, cleared, and replayed."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QListView, QMessageBox, QSlider

from softphone.line.model import LineState
from softphone.ui.history.history_reader import History
from softphone.ui.kit.button import Button
from softphone.ui.window.main_window import MainWindow
from tests.ui.conftest import check_nothing_is_clipped, find, until
from tests.ui.fakes import PanelSpy, line
from tests.ui.history.past import MemoryJournal


def with_history(open_window, journal: MemoryJournal) -> tuple[MainWindow, PanelSpy]:
    panel = PanelSpy((line(LineState.REGISTERED),))
    window: MainWindow = open_window(panel)
    history = History(journal)
    history.setParent(window)
    window.use_history(history)
    return window, panel


def rows(window: MainWindow) -> list[str]:
    model = window.page.timeline._model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


async def opened(open_window, journal: MemoryJournal) -> MainWindow:
    window, _ = with_history(open_window, journal)
    await until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    await until(window.page.timeline.isVisible)
    if journal.kept:
        await until(lambda: rows(window))
    else:
        await until(lambda: ("entries", None) in journal.asked)
    return window


async def test_the_newest_comes_first_and_the_key_closes_it_again(open_window):
    window = await opened(open_window, MemoryJournal())
    assert len(rows(window)) == 9
    assert "Keepalive answered after 52 s, 310 ms" in rows(window)[0]
    assert "The program started" in rows(window)[-1]
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert window.page.timeline.isHidden()


async def test_it_can_be_searched_and_narrowed_to_trouble(open_window):
    window = await opened(open_window, MemoryJournal())
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    search = find(window, "timelineSearch", QLineEdit)
    assert window.focusWidget() is search
    QTest.keyClicks(search, "missed")
    assert len(rows(window)) == 3
    find(window, "timelineSearch", QLineEdit).setText("")
    find(window, "timelineTrouble", QCheckBox).setChecked(True)
    assert len(rows(window)) == 4
    QTest.keyClicks(search, "nowhere")
    assert "No events match." in [label.text() for label in window.page.timeline.findChildren(QLabel)]
    find(window, "timelineClearFilter", Button).click()
    assert len(rows(window)) == 9


async def test_what_is_shown_is_copied_oldest_first(open_window):
    window = await opened(open_window, MemoryJournal())
    find(window, "timelineCopy", Button).click()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert "The program started" in copied[0]
    assert "tracking ID WXC_7f3a9c1e" in copied[4]


async def test_clearing_asks_first(open_window):
    journal = MemoryJournal()
    window = await opened(open_window, journal)
    find(window, "timelineClear", Button).click()
    question = window.findChild(QMessageBox)
    assert question is not None
    assert "clear" not in journal.asked
    [clear] = [button for button in question.buttons() if button.text() == "Clear"]
    clear.click()
    await until(lambda: "clear" in journal.asked)
    await until(
        lambda: (
            "Nothing has happened yet. Changes will appear here."
            in [label.text() for label in window.page.timeline.findChildren(QLabel)]
        )
    )


async def test_replay_shows_the_past_and_nothing_can_be_pressed_on_it(open_window):
    journal = MemoryJournal()
    window = await opened(open_window, journal)
    find(window, "timelineReplay", Button).click()
    slider = find(window, "timelineSlider", QSlider)
    slider.setValue(slider.minimum() + 600)
    await until(lambda: find(window, "statusBadge").words == "Reconnecting · 2 of 5 missed")
    ribbon = find(window, "replayRibbon", QLabel)
    assert ribbon.text().startswith("Replay: you are looking at 2026-11-22 ")
    card = window.page.lines.cards[0]
    assert [b.text() for b in card.findChildren(Button) if b.isVisible()] == ["Details"]
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    await until(lambda: find(window, "statusBadge").words == "Registered")
    assert ribbon.isHidden()
    assert "Deregister" in [b.text() for b in card.window().findChildren(Button) if b.isVisible()]


async def test_an_entry_is_replayed_with_enter(open_window):
    journal = MemoryJournal()
    window = await opened(open_window, journal)
    entries = find(window, "timelineList", QListView)
    entries.setCurrentIndex(entries.model().index(0, 0))
    QTest.keyClick(entries, Qt.Key.Key_Return)
    await until(lambda: any(asked[0] == "at" for asked in journal.asked if isinstance(asked, tuple)))
    await until(lambda: "history: replay" not in {task.get_name() for task in asyncio.all_tasks()})


async def test_it_covers_the_list_in_a_small_window_and_nothing_is_clipped(open_window):
    window = await opened(open_window, MemoryJournal())
    window.resize(420, 320)
    await asyncio.sleep(0.05)
    check_nothing_is_clipped(window)
    assert not window.page.lines.isVisible()
    window.page.timeline.put_away()
    await asyncio.sleep(0.05)
    assert window.page.lines.isVisible()
