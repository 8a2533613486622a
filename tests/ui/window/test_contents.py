"""What fills the window: what a key, a press and a change of one line do to the rest of it."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from softphone.line.model import LineState
from softphone.ui.kit.button import Button
from softphone.wording.presentation import Action
from tests.ui.conftest import cards, find, settle
from tests.ui.fakes import PanelSpy, line


def test_esc_empties_the_search_before_it_closes_anything(open_window, qtbot):
    nine = tuple(line(LineState.REGISTERED, f"Line {n}", f"{1000 + n}") for n in range(9))
    window = open_window(PanelSpy(nine))
    page = window.contents.page
    page.open_details("line-1003")
    search = page.lines.head.search
    search.setFocus()
    QTest.keyClicks(search, "zzz")
    assert search.text() == "zzz"
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert not page.details.isHidden()
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert page.details.isHidden()


def test_a_line_that_is_registered_again_is_no_longer_said_to_be_off(open_window):
    window = open_window(PanelSpy((line(LineState.REGISTERED),)))
    find(window, "deregisterButton", Button).click()
    assert find(window, "toast")
    window.contents._line_commands.press("line-1001", Action.REGISTER)
    settle()
    assert not [one for one in window.findChildren(QWidget, "toast") if one.isVisible()]


def test_a_change_of_one_line_repaints_no_other_card(open_window):
    lines = tuple(line(LineState.REGISTERED, f"Line {n}", f"{1000 + n}") for n in range(3))
    panel = PanelSpy(lines)
    window = open_window(panel)
    settle()
    painted: list[str] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
                painted.extend(
                    one.line_id for one in cards(window) if one is watched or one.isAncestorOf(watched)
                )
            return False

    watch = Watch()
    for card in cards(window):
        for part in (card, *card.findChildren(QWidget)):
            part.installEventFilter(watch)
    panel.put(line(LineState.RECONNECTING, "Line 1", "1001"))
    window.contents.model._tell()
    settle()
    assert set(painted) == {"line-1001"}
