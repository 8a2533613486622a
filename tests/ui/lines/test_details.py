"""The details drawer by itself (interface.md#details)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from softphone.line.model import LineSnapshot, LineState
from softphone.ui.history.history_section import HistorySection
from softphone.ui.kit.button import Button
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.text import Text
from softphone.ui.lines.details import DRAWER_PX, DetailsDrawer
from softphone.wording.line_facts import facts
from softphone.wording.presentation import badge, proof
from tests.ui.conftest import find, settle
from tests.ui.fakes import MOMENT, line
from tests.ui.history.days import DAY

SECTIONS = ["Status", "Identity", "Server", "Timing", "Devices"]


@pytest.fixture
def drawer(qtbot) -> DetailsDrawer:
    made = DetailsDrawer()
    qtbot.addWidget(made)
    made.resize(DRAWER_PX, 500)
    made.open_for("line-1001", "Ada Lovelace", "ext. 1001")
    show(made, line(LineState.REGISTERED))
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def show(drawer: DetailsDrawer, snapshot: LineSnapshot) -> None:
    drawer.show_facts(badge(snapshot, MOMENT), facts(snapshot, MOMENT), proof(snapshot, MOMENT))


def past_of(drawer: DetailsDrawer) -> HistorySection:
    [section] = drawer.findChildren(HistorySection)
    return section


def sections(drawer: DetailsDrawer) -> list[str]:
    settle()
    return [button.text() for button in drawer.findChildren(Button, "sectionButton") if button.isVisible()]


def test_the_badge_has_its_ring(drawer: DetailsDrawer):
    assert find(drawer, "statusBadge", StatusBadge).ring.drawn is not None


def test_each_section_can_be_gone_to(drawer: DetailsDrawer):
    assert sections(drawer) == SECTIONS
    for section in drawer.findChildren(Button, "sectionButton"):
        section.setFocus()
        QTest.keyClick(section, Qt.Key.Key_Return)
        settle()
        [heading] = [h for h in drawer.findChildren(Text) if h.text() == section.text() and h.isVisible()]
        viewport = drawer._scroll.viewport()
        assert viewport.rect().contains(heading.mapTo(viewport, heading.rect().center()))
        assert drawer.focusWidget().objectName() == "copyButton"


def test_history_is_a_section_once_it_is_given(drawer: DetailsDrawer):
    drawer.show_history(DAY)
    assert sections(drawer) == [*SECTIONS, "History"]
    [history] = [b for b in drawer.findChildren(Button, "sectionButton") if b.text() == "History"]
    history.click()
    assert drawer.focusWidget().objectName() == "dayBar"


def test_another_line_does_not_show_the_past_of_the_first(drawer: DetailsDrawer):
    drawer.show_history(DAY)
    drawer.open_for("line-1001", "Ada Lovelace", "ext. 1001")
    assert past_of(drawer).isVisible()
    drawer.open_for("line-3000", "Reception", "ext. 3000")
    assert past_of(drawer).isHidden()
    assert sections(drawer) == SECTIONS
    drawer.show_history(DAY)
    assert find(drawer, "dayBar").accessibleName() == "Last 24 hours of Reception"


def test_ticking_keeps_rows_and_place(drawer: DetailsDrawer):
    drawer.show_history(DAY)
    settle()
    drawer._scroll.verticalScrollBar().setValue(200)
    before = drawer.findChildren(Button)
    show(drawer, line(LineState.RECONNECTING))
    settle()
    assert drawer.findChildren(Button) == before
    assert drawer._scroll.verticalScrollBar().value() == 200


@pytest.mark.parametrize("direction", Qt.LayoutDirection)
def test_nothing_is_wider_than_the_drawer(drawer: DetailsDrawer, direction: Qt.LayoutDirection):
    drawer.setLayoutDirection(direction)
    drawer.show_history(DAY)
    settle()
    assert drawer._content.width() <= drawer._scroll.viewport().width()
    assert drawer._content.minimumSizeHint().width() <= DRAWER_PX


def test_tab_goes_from_top_to_bottom_through_every_stop(drawer: DetailsDrawer):
    drawer.show_history(DAY)
    settle()
    find(drawer, "detailsCloseButton").setFocus()
    stops = [
        widget
        for widget in drawer.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    seen: list[QWidget] = []
    while drawer.focusWidget() not in seen:
        seen.append(drawer.focusWidget())
        QTest.keyClick(drawer.focusWidget(), Qt.Key.Key_Tab)
    assert set(seen) == set(stops)
    inside = [drawer._top_of(stop) for stop in seen[1:]]
    assert inside == sorted(inside)
