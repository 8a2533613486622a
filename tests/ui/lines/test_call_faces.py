"""A call that rings, on a card and in a row."""

from PySide6.QtWidgets import QLabel, QWidget

from softphone.line.model import Call, Caller, LineState
from softphone.ui.kit.status_badge import StatusStage
from softphone.ui.lines.line_card import LineCard
from softphone.ui.lines.stage import Face
from softphone.values import replace
from softphone.wording.presentation import Action
from tests.ui.conftest import settle, words
from tests.ui.fakes import MOMENT, NOW_S, line
from tests.ui.lines.shown_list import lines

CALL = Call(call_id="c", device_id="d", caller=Caller("Ann Example", "+12145550100"), began_at_s=NOW_S - 3)


def test_a_card_rings_without_a_proof_ring_and_keeps_its_buttons(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    snapshot = line(LineState.REGISTERED, call=CALL)
    card = LineCard(snapshot.identity, Face.HERO, window)
    card.show_line(snapshot, MOMENT)
    window.show()
    card.show()
    settle()
    assert "Call from Ann Example" in words(card)
    assert card.offers(Action.DEREGISTER)
    [stage] = card.findChildren(StatusStage)
    assert stage.ring.drawn is None
    card.show_line(replace(snapshot, call=None), MOMENT)
    assert "Webex can reach this line" in words(card)
    assert stage.ring.drawn is not None


def test_of_the_past_no_call_is_shown(qtbot):
    card = LineCard(line(LineState.REGISTERED).identity, Face.HERO)
    qtbot.addWidget(card)
    said = card.show_line(line(LineState.REGISTERED, call=CALL), MOMENT, past=True)
    assert said.title == "Webex can reach this line"


def test_a_row_says_who_calls_wherever_there_is_room(show):
    first, *others = lines(well=5)
    shown = show(replace(first, call=CALL), *others)
    for width in (960, 700, 420):
        shown.resize(width, 680)
        shown.list.tick()
        settle()
        row = next(one for one in shown.rows if one.line_id == first.identity.line_id)
        said = [one.text() for one in row.findChildren(QLabel) if one.isVisible()]
        assert any("Call from" in text for text in said), (width, said)
