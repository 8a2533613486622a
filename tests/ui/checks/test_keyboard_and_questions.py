"""What has the keyboard is in sight, and what concerns all lines is asked first, wherever it is asked for."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QTabWidget, QWidget

from softphone.line.model import LineState
from softphone.ui.bridge import LineModel
from softphone.ui.commands import Command
from softphone.ui.desktop.tray import TrayIcon
from softphone.ui.window.main_window import MainWindow
from tests.ui.checks.pressing import buttons_in, open_dialogs
from tests.ui.conftest import settle
from tests.ui.fakes import MOMENT, PanelSpy, failure, line

STATES = tuple(LineState)
MANY = tuple(line(STATES[place % len(STATES)], f"Line {place}", f"{1000 + place}") for place in range(30))
TRACKING_ID = "WXC_7f3a9c1e-55aa-4b7d-9f42-0d8a1b2c3d4e"


def out_of_sight(widget: QWidget) -> str:
    """Which scroll area hides the middle of a widget; empty when it is seen."""
    place = widget.parentWidget()
    while place is not None:
        if isinstance(place, QScrollArea):
            port = place.viewport()
            middle = widget.mapTo(port, widget.rect().center())
            tall = widget.height() > port.height()
            seen = QRect(QPoint(), port.size())
            if not (seen.contains(middle) or (tall and seen.intersects(rect_in(widget, port)))):
                return place.objectName()
        place = place.parentWidget()
    return ""


def focused_in(window: QWidget) -> QWidget:
    focused: QWidget | None = window.focusWidget()
    return window if focused is None else focused


def rect_in(widget: QWidget, port: QWidget) -> QRect:
    return QRect(widget.mapTo(port, QPoint()), widget.size())


@pytest.mark.parametrize("size", [(420, 320), (560, 680), (960, 680)])
@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Down])
def test_what_gets_the_keyboard_comes_into_sight(open_window, size: tuple[int, int], key: Qt.Key):
    window: MainWindow = open_window(PanelSpy(MANY))
    window.resize(*size)
    settle()
    window.contents.page.lines.focus_first()
    lost = []
    for _ in range(45):
        QTest.keyClick(focused_in(window), key)
        settle()
        focused = focused_in(window)
        if area := out_of_sight(focused):
            lost.append((focused.objectName(), focused.accessibleName(), area))
    assert lost == []


# ---- all lines at once


def agree() -> None:
    [dialog] = open_dialogs()
    [button] = [one for one in buttons_in(dialog) if one.objectName() == "confirmButton"]
    button.click()
    settle()


def test_deregister_all_is_asked_first_by_menu_and_key(open_window):
    panel = PanelSpy(MANY)
    window: MainWindow = open_window(panel)
    for ask in (
        window.contents.commands.action(Command.DEREGISTER_ALL).trigger,
        lambda: window.contents.commands.asked.emit(Command.DEREGISTER_ALL),
    ):
        ask()
        settle()
        assert panel.calls == []
        [dialog] = open_dialogs()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        settle()
        assert (panel.calls, open_dialogs()) == ([], [])
    window.contents.commands.action(Command.DEREGISTER_ALL).trigger()
    agree()
    assert panel.calls == [("deregister_all",)]


def test_no_button_of_the_window_deregisters_all_at_once(open_window):
    panel = PanelSpy(MANY)
    window: MainWindow = open_window(panel)
    for button in [one for one in buttons_in(window) if "all" in one.text().lower().split()]:
        button.click()
    settle()
    assert ("deregister_all",) not in panel.calls


def test_the_tray_cannot_deregister_all(open_window):
    panel = PanelSpy(MANY)
    window: MainWindow = open_window(panel)
    tray = TrayIcon(
        LineModel(window.contents._bridge, window), lambda: MOMENT, window, available=lambda: False
    )
    entries = [action.text() for action in tray._menu.actions()]
    tray.close()
    assert "Register all" in entries
    assert not [words for words in entries if words.startswith("Deregister")]


# ---- what support asks for


def test_a_tracking_id_stands_whole_in_the_details_and_is_copied_whole(open_window):
    troubled = line(LineState.RETRY_WAIT, failure=failure(tracking_id=TRACKING_ID))
    window: MainWindow = open_window(PanelSpy((troubled,)))
    window.resize(960, 680)
    window.contents.page.open_details(troubled.identity.line_id)
    settle()
    details = next(one for one in window.findChildren(QWidget, "detailsDrawer") if one.isVisible())
    for tabs in details.findChildren(QTabWidget):
        tabs.setCurrentIndex(tabs.count() - 1)
    for tab in details.findChildren(QAbstractButton):
        if tab.text() == "Technical":
            tab.click()
    settle()
    said = [one for one in details.findChildren(QLabel) if one.text().replace("\u200b", "") == TRACKING_ID]
    assert said, "it is cut"
    QGuiApplication.clipboard().clear()
    row = said[0].parentWidget()
    assert row is not None
    for button in row.findChildren(QAbstractButton, "copyButton"):
        button.click()
    assert QGuiApplication.clipboard().text() == TRACKING_ID
