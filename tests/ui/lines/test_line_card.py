"""A card by itself: the day, the ring and the forecast on it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from softphone.line.failure import Remedy
from softphone.line.model import LineState
from softphone.ui.history.day_bar import DayStrip
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.text import Text
from softphone.ui.lines.line_card import LineCard
from tests.ui.conftest import find, settle
from tests.ui.fakes import MOMENT, SIGNED_IN, line
from tests.ui.history.days import MIXED


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def card(window: QWidget, qtbot) -> LineCard:
    window.resize(900, 300)
    made = LineCard("line-1001", "Ada Lovelace", frozenset(Remedy), window)
    made.show_line(line(LineState.REGISTERED), MOMENT)
    widen(made, 880)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return made


def strip_of(card: LineCard) -> DayStrip:
    [strip] = card.findChildren(DayStrip)
    return strip


def widen(card: LineCard, width: int) -> None:
    """As a list does it: as high as the words need at this width."""
    card.resize(width, card.height())
    card.resize(width, card.heightForWidth(width))
    settle()


def test_the_ring_shows_the_proof_and_goes_with_it(card: LineCard):
    ring = find(card, "statusBadge", StatusBadge).ring
    assert ring.drawn is not None
    card.show_line(line(LineState.RECONNECTING), MOMENT)
    assert ring.drawn is None


def test_the_day_is_hidden_until_it_is_given(card: LineCard):
    strip = strip_of(card)
    assert strip.isHidden()
    card.show_day(MIXED)
    assert strip.isVisible()


def test_the_day_stands_beside_the_buttons_where_it_fits_else_above(card: LineCard):
    card.show_day(MIXED)
    strip, button = strip_of(card), find(card, "deregisterButton")
    for width, beside in ((880, True), (600, False), (380, False), (880, True)):
        widen(card, width)
        middle = button.mapTo(card, button.rect().center()).y()
        assert (strip.geometry().top() < middle < strip.geometry().bottom()) is beside, width
        assert card.rect().contains(strip.geometry())


def test_the_bars_of_all_cards_stand_below_each_other(card: LineCard):
    other = LineCard("line-3000", "Reception", frozenset(Remedy), card.window())
    other.show_line(line(LineState.RETRY_WAIT, "Reception", "3000"), MOMENT)
    for each in (card, other):
        each.show_day(MIXED)
        each.show()
        widen(each, 880)
    assert strip_of(card).x() == strip_of(other).x()


def test_tab_reaches_the_bar_before_the_buttons(card: LineCard):
    card.show_day(MIXED)
    card.setFocus()
    seen = []
    for _ in range(4):
        focused = card.window().focusWidget()
        seen.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == ["lineCard", "dayBar", "deregisterButton", "detailsButton"]


def test_the_reason_tells_what_is_to_come(card: LineCard):
    reason = find(card, "lineReason", Text)
    assert reason.toolTip() == "Next check in 18 s"
    account = replace(SIGNED_IN, renews_at=datetime(2026, 11, 23, 1, 10, tzinfo=UTC))
    card.show_line(line(LineState.REGISTERED), MOMENT, account)
    assert reason.toolTip() == "Sign-in renews about 02:10 · next check in 18 s"


@pytest.mark.parametrize("direction", Qt.LayoutDirection)
def test_nothing_leaves_the_card(card: LineCard, direction: Qt.LayoutDirection):
    card.setLayoutDirection(direction)
    card.show_day(MIXED)
    for width in (880, 600, 380):
        widen(card, width)
        for child in (strip_of(card), find(card, "statusBadge"), find(card, "lineReason")):
            assert card.rect().contains(child.geometry()), (width, child)
