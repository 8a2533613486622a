"""The window by keyboard, by screen reader, and at every size."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.line.model import LineState
from softphone.ui.kit.button import IconButton
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


def test_the_details_are_a_page_that_copies_and_closes(open_window):
    window = open_window(PanelSpy((line(LineState.REGISTERED),)))
    find(window, "detailsButton").click()
    settle()
    details = find(window, "detailsDrawer")
    assert not window.contents.page.lines.isVisible()
    assert find(window, "backButton").isVisible()
    assert not [one for one in window.findChildren(QWidget, "accountHeader") if one.isVisible()]
    find(details, "detailsTabs").setCurrentIndex(2)
    settle()
    assert "Keep-alive every" in words(details)
    assert "60-120 min" in words(details)
    copies = [one for one in details.findChildren(IconButton, "copyButton") if one.isVisible()]
    [device] = [one for one in copies if one.accessibleName() == "Copy Calling device ID"]
    device.click()
    assert QGuiApplication.clipboard().text() == "beb3c025-8c6a-4c1a-b40c-1d5d2f6a0e11"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    settle()
    assert details.isHidden()
    assert window.focusWidget() is cards(window)[0]


@pytest.mark.parametrize(
    ("width", "list_px", "details_px"),
    [(1200, 700, 440), (1280, 780, 440), (1599, 960, 440), (1600, 960, 520), (1920, 960, 520)],
)
def test_the_details_stand_beside_the_list_where_there_is_room(open_window, width, list_px, details_px):
    window = open_window(PanelSpy(mixed()))
    window.resize(width, 800)
    window.contents.page.open_details("line-3000")
    settle()
    details, row = find(window, "detailsDrawer"), cards(window)[0]
    assert (row.width(), details.width()) == (list_px, details_px)
    left, right = (one.mapTo(window, one.rect().topLeft()).x() for one in (row, details))
    assert right - left - list_px == 20
    assert abs(left - (width - right - details_px)) <= 1, "both are centred"
    assert find(window, "accountHeader").isVisible()


def test_the_first_trouble_of_many_lines_is_open_at_start_where_there_is_room(open_window):
    window = open_window(PanelSpy(mixed()))
    assert window.contents.page.details.isHidden()
    window.resize(1280, 800)
    settle()
    assert find(window, "detailsDrawer").line_id == "line-4000"
    assert not window.contents.page.details.isAncestorOf(window.focusWidget())
    few = open_window(PanelSpy((line(LineState.FAILED),)))
    few.resize(1280, 800)
    settle()
    assert few.contents.page.details.isHidden()


def test_the_details_follow_their_line_and_go_with_it(open_window, qtbot):
    panel = PanelSpy(mixed())
    window = open_window(panel)
    window.contents.page.open_details("line-3000")
    panel.put(line(LineState.REGISTERED, "Reception", "3000"))
    wait_for_model(qtbot)
    details = find(window, "detailsDrawer")
    assert find(details, "statusBadge", StatusBadge).accessibleName() == "Reception: Registered"
    panel.drop("line-3000")
    wait_for_model(qtbot)
    assert details.isHidden()


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
    panel.put(line(LineState.RETRY_WAIT))
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
        "detailsButton Details",
        "deregisterButton Deregister",
        "lineCard",
        "detailsButton Details",
        "deregisterButton Deregister",
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
    assert len(stops) == 6
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
        window.contents.page.open_details("line-1001")
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
    for name in ("accountHeader", "lineList", "demoRibbon", "remedyButton"):
        assert find(window, name) is not None
    for name in ("registerAllButton", "deregisterAllButton"):
        assert window.findChild(QAction, name) is not None
    assert find(window.contents.page, "rollup") is not None
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
    window.contents.banners.set_session_only(True)
    window.resize(*size)
    settle()
    assert (window.width(), window.height()) == size
    check_nothing_is_clipped(window)
    if panel.lines:
        window.contents.page.open_details(panel.lines[0].identity.line_id)
        settle()
        check_nothing_is_clipped(window)


def test_the_window_opens_at_its_size_and_keeps_its_minimum(open_window):
    many = open_window(PanelSpy(mixed()))
    assert (many.width(), many.height()) == (min(960, many.screen().availableGeometry().width()), 680)
    window = open_window(PanelSpy())
    assert (window.width(), window.height()) == (560, 680)
    assert (window.minimumWidth(), window.minimumHeight()) == (420, 320)
