"""The window by keyboard, by screen reader, and at every size."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.line.model import LineState
from softphone.ui.kit.button import Button
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.lines.line_card import LineCard
from tests.ui.conftest import cards, check_nothing_is_clipped, find, settle, wait_for_model, words
from tests.ui.fakes import ACCOUNT, PanelSpy, line, mixed

# Of Qt's platform without a screen.
pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support raise", "This plugin does not support propagateSizeHints"
)

NO_LINES = AccountSnapshot(account=ACCOUNT, state=AccountState.NO_LINES)


# Details


def test_the_drawer_opens_shows_every_row_copies_and_closes(open_window):
    window = open_window(PanelSpy((line(LineState.REGISTERED),)))
    find(window, "detailsButton").click()
    settle()
    drawer = find(window, "detailsDrawer")
    assert drawer.width() == 360
    assert "Keep-alive every" in words(drawer)
    assert "60-120 min" in words(drawer)
    [copy_device] = [b for b in drawer.findChildren(Button) if b.accessibleName() == "Copy Calling device ID"]
    copy_device.click()
    assert QGuiApplication.clipboard().text() == "beb3c025-8c6a-4c1a-b40c-1d5d2f6a0e11"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    settle()
    assert drawer.isHidden()
    assert window.focusWidget() is cards(window)[0]


def test_the_drawer_covers_the_list_in_a_narrow_window(open_window):
    window = open_window(PanelSpy((line(LineState.REGISTERED),)))
    window.resize(420, 320)
    window.page.open_details("line-1001")
    settle()
    assert find(window, "detailsDrawer").width() == 420
    assert not window.page.lines.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    settle()
    assert window.page.lines.isVisible()


def test_the_drawer_follows_its_line_and_goes_with_it(open_window, qtbot):
    panel = PanelSpy(mixed())
    window = open_window(panel)
    window.page.open_details("line-3000")
    panel.put(line(LineState.REGISTERED, "Reception", "3000"))
    wait_for_model(qtbot)
    drawer = find(window, "detailsDrawer")
    assert find(drawer, "statusBadge", StatusBadge).accessibleName() == "Reception: Registered"
    panel.drop("line-3000")
    wait_for_model(qtbot)
    assert drawer.isHidden()


# Keyboard and screen readers


def test_keys_move_between_cards_and_work_on_the_card(open_window):
    panel = PanelSpy(mixed())
    window = open_window(panel)
    first, second, third, last = cards(window)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert window.focusWidget() is second
    QTest.keyClick(second, Qt.Key.Key_End)
    assert window.focusWidget() is last
    QTest.keyClick(last, Qt.Key.Key_Up)
    assert window.focusWidget() is third
    QTest.keyClick(window, Qt.Key.Key_F5)  # nothing to retry here
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)  # nothing to register here
    QTest.keyClick(third, Qt.Key.Key_Home)
    assert window.focusWidget() is first
    assert panel.calls == [("deregister", "line-1001")]
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert find(window, "detailsDrawer").line_id == "line-4000"


def test_arrows_leave_a_button_for_the_next_card(open_window):
    window = open_window(PanelSpy(mixed()))
    first, second, *_ = cards(window)
    button = find(first, "deregisterButton")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Down)
    assert window.focusWidget() is second


def test_tab_follows_the_layout_even_for_buttons_that_came_later(open_window, qtbot):
    panel = PanelSpy((line(LineState.REGISTERED), line(LineState.REGISTERED, "Bob", "1002")))
    window = open_window(panel)
    panel.put(line(LineState.RECONNECTING))
    wait_for_model(qtbot)
    cards(window)[0].setFocus()
    seen = []
    for _ in range(7):
        focused = window.focusWidget()
        seen.append(focused.objectName() + ("" if isinstance(focused, LineCard) else f" {focused.text()}"))
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == [
        "lineCard",
        "retryButton Retry now",
        "deregisterButton Deregister",
        "detailsButton Details",
        "lineCard",
        "deregisterButton Deregister",
        "detailsButton Details",
    ]


def test_the_focus_stays_with_the_line_when_its_button_goes(open_window, qtbot):
    panel = PanelSpy((line(LineState.REGISTERED), line(LineState.REGISTERED, "Bob", "1002")))
    window = open_window(panel)
    find(cards(window)[1], "deregisterButton").setFocus()
    panel.put(line(LineState.IDLE, "Bob", "1002"))
    wait_for_model(qtbot)
    assert window.focusWidget() is cards(window)[1]


def test_enter_presses_nothing_when_lines_appear(open_window):
    window = open_window(PanelSpy((line(LineState.REGISTERED),)))
    assert window.focusWidget() is cards(window)[0]


def test_the_focus_ring_is_seen_on_every_stop(open_window):
    window = open_window(PanelSpy((line(LineState.REGISTERED),)))
    stops = [
        w for w in window.findChildren(QWidget) if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert len(stops) == 5
    for stop in stops:
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(stop, Qt.Key.Key_Shift)
        settle()
        ring = find(window, "focusRing")
        assert ring.isVisible(), stop.objectName()
        assert ring.geometry().contains(QRect(stop.mapTo(ring.parentWidget(), QPoint()), stop.size()))


@pytest.mark.parametrize("panel", [PanelSpy(), PanelSpy(mixed()), PanelSpy(accounts=(NO_LINES,))])
def test_every_control_has_an_accessible_name(open_window, panel: PanelSpy):
    window = open_window(panel, demo="mixed")
    if panel.lines:
        window.page.open_details("line-1001")
    settle()
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and (isinstance(widget, QAbstractButton | LineCard | StatusBadge)):
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name).strip(), widget.objectName()


def test_buttons_of_a_line_name_the_line(open_window):
    window = open_window(PanelSpy(mixed()))
    buttons = cards(window)[0].findChildren(QAbstractButton)
    names = {button.accessibleName() for button in buttons if button.isVisible()}
    assert names == {"Choose device, Lab phone", "Deregister, Lab phone", "Details of Lab phone"}


def test_object_names_of_the_contract(open_window):
    window = open_window(PanelSpy(mixed()), demo="mixed")
    for name in ("accountHeader", "deregisterAllButton", "lineList", "demoRibbon", "remedyButton"):
        assert find(window, name) is not None
    assert find(window.page, "rollup") is not None
    assert window.objectName() == "mainWindow"
    assert len([w for w in window.findChildren(QWidget, "detailsButton") if w.isVisible()]) == 4


# Size


EVERY = tuple(line(state, f"Line {n}", f"{n}") for n, state in enumerate(LineState))


@pytest.mark.parametrize(
    ("panel", "size"),
    [
        (panel, size)
        for size in ((420, 320), (640, 400), (920, 640))
        for panel in (
            PanelSpy(),
            PanelSpy(EVERY),
            PanelSpy(accounts=(NO_LINES,)),
            PanelSpy((line(LineState.OFFLINE),)),
        )
    ],
)
def test_nothing_is_clipped_or_out_of_reach(open_window, panel: PanelSpy, size: tuple[int, int]):
    window = open_window(panel, demo="mixed")
    window.banners.set_session_only(True)
    window.resize(*size)
    settle()
    assert (window.width(), window.height()) == size
    check_nothing_is_clipped(window)
    if panel.lines:
        window.page.open_details(panel.lines[0].identity.line_id)
        settle()
        check_nothing_is_clipped(window)


def test_the_window_opens_at_its_size_and_keeps_its_minimum(open_window):
    window = open_window(PanelSpy())
    assert (window.width(), window.height()) == (920, 640)
    assert (window.minimumWidth(), window.minimumHeight()) == (420, 320)
