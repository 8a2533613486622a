"""A card by itself: hero, flat and one of several."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from softphone.line.failure import Remedy
from softphone.line.model import LineSnapshot, LineState
from softphone.ui.history.day_bar import DayStrip
from softphone.ui.history.history_reader import Day
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.status_badge import StatusStage
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import MotionChoice, motion, tokens
from softphone.ui.lines.line_card import LineCard
from softphone.ui.lines.stage import Face, Stage
from softphone.values import replace
from softphone.wording.presentation import Action, Tone
from tests.ui.conftest import buttons_of, find, settle, words
from tests.ui.fakes import MOMENT, SIGNED_IN, line
from tests.ui.history.days import MIXED

UP = line(LineState.REGISTERED)


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(620, 620)
    return made


def card_of(
    window: QWidget, snapshot: LineSnapshot = UP, face: Face = Face.HERO, width: int = 600
) -> LineCard:
    card = LineCard(snapshot.identity, face, window)
    card.show_line(snapshot, MOMENT)
    card.show_day(Day(intervals=MIXED))
    window.show()
    card.show()
    card.resize(width, card.sizeHint().height())
    card.resize(width, max(card.sizeHint().height(), card.heightForWidth(width)))
    window.activateWindow()
    settle()
    return card


def test_the_hero_says_everything_in_the_middle(window: QWidget):
    card = card_of(window)
    said = words(card).split(" | ")
    assert [one for one in said if one][:4] == [
        "Webex can reach this line",
        "Confirmed 12 s ago",
        "+44 207 946 0001",
        "Extension 1001",
    ]
    stage = card.findChildren(Stage)[0]
    for part in (card.findChildren(StatusStage)[0], find(card, "statusBadge"), find(card, "lineReason")):
        middle = part.mapTo(stage, part.rect().center()).x()
        assert abs(middle - stage.rect().center().x()) <= 1
    assert buttons_of(card) == ["Details", "Deregister"]


def test_of_several_the_card_says_whose_line_it_is_and_has_no_bar(window: QWidget):
    card = card_of(window, face=Face.CARD)
    assert "Ada Lovelace" in words(card)
    assert not card.findChildren(DayStrip)


def test_the_hero_has_the_bar_and_words_above_it_the_flat_one_the_bar_alone(window: QWidget):
    for face, captioned in ((Face.HERO, True), (Face.FLAT, False)):
        card = card_of(window, face=face)
        assert find(card, "dayBar").isVisible()
        assert ("% reachable" in words(card)) is captioned
        card.hide()


@pytest.mark.parametrize(
    ("state", "primary"),
    [
        (LineState.REGISTERED, []),
        (LineState.IDLE, ["Register"]),
        (LineState.RETRY_WAIT, ["Retry now"]),
        (LineState.ACTION, ["Choose device"]),
        (LineState.SIGNED_OUT, ["Sign in again"]),
        (LineState.DEREGISTERING, []),
    ],
)
def test_the_one_primary_button_is_what_mends_it(window: QWidget, state: LineState, primary: list[str]):
    card = card_of(window, line(state))
    buttons = [one for one in card.findChildren(Button) if one.isVisible()]
    assert [one.text() for one in buttons if one.kind is ButtonKind.PRIMARY] == primary


def test_register_and_deregister_share_a_place(window: QWidget):
    card = card_of(window)
    before = find(card, "deregisterButton")
    right = before.mapTo(card, QPoint(before.width(), 0)).x()
    card.show_line(line(LineState.IDLE), MOMENT)
    settle()
    after = find(card, "registerButton")
    assert after.mapTo(card, QPoint(after.width(), 0)).x() == right


def test_deregister_explains_itself_while_it_only_stops_trying(window: QWidget):
    card = card_of(window)
    assert find(card, "deregisterButton").toolTip() == ""
    card.show_line(line(LineState.RETRY_WAIT), MOMENT)
    assert find(card, "deregisterButton").toolTip() == "Stop trying"


def test_the_keyboard_stays_on_the_card_when_its_button_goes(window: QWidget, qtbot):
    card = card_of(window)
    qtbot.waitUntil(window.isActiveWindow)
    find(card, "deregisterButton").setFocus()
    card.show_line(line(LineState.IDLE), MOMENT)
    assert window.focusWidget() is card
    card.show_line(line(LineState.RETRY_WAIT), MOMENT)
    find(card, "retryButton").setFocus()
    card.show_line(UP, MOMENT)
    assert window.focusWidget() is card


def test_a_click_and_enter_open_the_details_and_a_button_does_not(window: QWidget):
    card = card_of(window)
    opened: list[str] = []
    pressed: list[object] = []
    card.opened.connect(opened.append)
    card.pressed.connect(lambda _, does: pressed.append(does))
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.keyClick(card, Qt.Key.Key_Return)
    find(card, "deregisterButton").click()
    assert opened == ["line-1001", "line-1001"]
    assert pressed == [Action.DEREGISTER]


def test_tab_goes_through_remedy_details_toggle_and_bar(window: QWidget, qtbot):
    card = card_of(window)
    card.chain_after(None)
    card.show_line(line(LineState.RETRY_WAIT), MOMENT)
    qtbot.waitUntil(window.isActiveWindow)
    card.setFocus()
    seen = []
    for _ in range(5):
        focused = window.focusWidget()
        seen.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == ["lineCard", "retryButton", "detailsButton", "deregisterButton", "dayBar"]


def test_of_the_past_nothing_can_be_pressed_and_no_tone_alarms(window: QWidget):
    card = card_of(window, line(LineState.FAILED))
    told = card.show_line(line(LineState.FAILED), MOMENT, past=True)
    assert told.tone is Tone.NEUTRAL
    assert buttons_of(card) == ["Details"]
    assert not card.offers(Action.DEREGISTER)
    card.show_line(line(LineState.FAILED), MOMENT)
    assert card.offers(Action.DEREGISTER)


def test_the_ground_has_the_tint_of_the_state_at_once_with_less_motion(window: QWidget):
    motion.choose(MotionChoice.REDUCED)
    card = card_of(window)
    for state, tone in ((LineState.REGISTERED, Tone.GOOD), (LineState.FAILED, Tone.BAD)):
        card.show_line(line(state), MOMENT)
        settle()
        stage = card.findChildren(Stage)[0]
        assert stage.grab().toImage().pixelColor(stage.width() // 2, 4) == tokens(card.palette()).tint(tone)
    motion.choose(MotionChoice.SYSTEM)


def test_the_sentence_tells_what_is_to_come(window: QWidget):
    card = card_of(window)
    reason = find(card, "lineReason", Text)
    assert reason.toolTip() == "Next check in 18 s"
    account = replace(SIGNED_IN, renews_at=datetime(2026, 11, 23, 1, 10, tzinfo=UTC))
    card.show_line(UP, MOMENT, account)
    assert reason.toolTip() == "Sign-in renews about 02:10 · next check in 18 s"


@pytest.mark.parametrize("direction", Qt.LayoutDirection)
@pytest.mark.parametrize(("face", "width"), [(Face.HERO, 440), (Face.FLAT, 396), (Face.CARD, 396)])
def test_nothing_leaves_the_card(window: QWidget, face: Face, width: int, direction: Qt.LayoutDirection):
    window.setLayoutDirection(direction)
    card = card_of(window, line(LineState.FAILED, failure=None), face, width)
    for child in card.findChildren(QWidget):
        if child.isVisible():
            place = child.rect().translated(child.mapTo(card, QPoint()))
            assert card.rect().contains(place), child.objectName()


def test_a_remedy_is_said_with_its_line(window: QWidget):
    card = card_of(window, line(LineState.ELSEWHERE))
    remedy = find(card, "remedyButton")
    assert remedy.accessibleName() == "Take back, Ada Lovelace"
    pressed: list[object] = []
    card.pressed.connect(lambda _, does: pressed.append(does))
    remedy.click()
    assert pressed == [Remedy.TAKE_BACK]
