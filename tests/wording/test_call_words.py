"""What a card, a row, the tray and a notification say of a call, and of the account's ear for calls."""

from datetime import UTC

import pytest

from softphone.calling.messages import MessageState
from softphone.history.entries import Entry, EntryKind
from softphone.history.happenings import events
from softphone.i18n import left_to_right
from softphone.line.model import Call, Caller, CallPhase, LineSnapshot, LineState
from softphone.values import replace
from softphone.wording import all_lines, timeline_words
from softphone.wording.call_words import line_words, notification
from softphone.wording.presentation import Action, Shape, Tone, words_of
from tests.ui.fakes import MOMENT, NOW_S, SIGNED_IN, WALL, line

ANN = Caller("Ann Example", "+12145550100")
NUMBER = left_to_right("+1 214 555 0100")
CANNOT = "Ringing on your phones: this panel cannot answer"


def called(phase: CallPhase, caller: Caller = ANN, state: LineState = LineState.REGISTERED) -> LineSnapshot:
    ended = None if phase in (CallPhase.RINGING, CallPhase.UNCERTAIN) else NOW_S
    call = Call(
        call_id="c1", device_id="d1", caller=caller, began_at_s=NOW_S - 4, phase=phase, ended_at_s=ended
    )
    return line(state, call=call)


def test_while_it_rings_the_card_says_who_calls_and_that_nobody_can_answer_here():
    words = line_words(called(CallPhase.RINGING), MOMENT)
    assert (words.tone, words.shape, words.badge) == (Tone.BUSY, Shape.BELL, "Ringing")
    assert words.title == "Call from Ann Example"
    assert words.sentence == f"{NUMBER} · {CANNOT}"
    assert words.toggle is Action.DEREGISTER  # its place does not change
    assert words.state is LineState.REGISTERED


@pytest.mark.parametrize(
    ("caller", "title", "sentence"),
    [
        (Caller("", "+12145550100"), f"Call from {NUMBER}", CANNOT),
        (Caller("Bo", ""), "Call from Bo", CANNOT),
        (Caller(), "Call from unknown caller", CANNOT),
    ],
)
def test_of_a_caller_what_is_known_is_said(caller: Caller, title: str, sentence: str):
    words = line_words(called(CallPhase.RINGING, caller), MOMENT)
    assert (words.title, words.sentence) == (title, sentence)


def test_a_row_says_it_in_one_line():
    words = line_words(called(CallPhase.RINGING), MOMENT, brief=True)
    assert (words.row_badge, words.row_sentence) == ("Ringing", f"Call from Ann Example · {NUMBER}")


@pytest.mark.parametrize(
    ("phase", "sentence"),
    [
        (CallPhase.ANSWERED_ELSEWHERE, "Answered elsewhere: Ann Example"),
        (CallPhase.MISSED, "Missed call: Ann Example"),
        (CallPhase.ENDED, "Call ended: Ann Example"),
        (CallPhase.LOST_TRACK, "Lost track of the call: Ann Example"),
    ],
)
def test_after_its_end_the_line_is_what_it_is_and_its_sentence_how_the_call_ended(
    phase: CallPhase, sentence: str
):
    words = line_words(called(phase), MOMENT)
    assert (words.shape, words.badge) == (Shape.DISC_CHECK, "Registered")
    assert words.sentence == sentence


def test_an_end_hides_no_trouble():
    words = line_words(called(CallPhase.MISSED, state=LineState.FAILED), MOMENT)
    assert words == words_of(called(CallPhase.MISSED, state=LineState.FAILED), MOMENT)


def test_when_the_socket_is_lost_meanwhile_it_may_still_ring():
    words = line_words(called(CallPhase.UNCERTAIN, Caller("Bo")), MOMENT)
    assert (words.badge, words.sentence) == ("May be ringing", "May still be ringing: call notices paused")


def test_what_goes_into_tickets_and_scripts_knows_of_no_caller():
    words = words_of(called(CallPhase.RINGING), MOMENT)
    assert words == words_of(line(LineState.REGISTERED), MOMENT)
    assert "Ann" not in repr(called(CallPhase.RINGING))
    assert "0100" not in repr(called(CallPhase.RINGING))


def test_proof_of_life_has_two_halves():
    state = MessageState(online=True, since_s=NOW_S - 60)
    heard = replace(SIGNED_IN, messages=state, messages_confirmed_at_s=NOW_S - 12)
    before = words_of(line(LineState.REGISTERED), MOMENT).sentence
    words = line_words(line(LineState.REGISTERED), MOMENT, heard)
    assert words.sentence == f"{before} · messages confirmed 12 s ago"
    assert line_words(line(LineState.REGISTERED), MOMENT, heard, brief=True).sentence == before


@pytest.mark.parametrize(("for_s", "is_said"), [(9.9, False), (10.0, True), (3600.0, True)])
def test_a_lost_socket_is_said_after_ten_seconds_and_changes_no_badge(for_s: float, is_said: bool):
    paused = replace(SIGNED_IN, messages=MessageState(online=False, since_s=NOW_S - for_s))
    before = words_of(line(LineState.REGISTERED), MOMENT)
    words = line_words(line(LineState.REGISTERED), MOMENT, paused)
    assert words.sentence == before.sentence + (" · Call notices paused" if is_said else "")
    assert replace(words, sentence=before.sentence) == before


def test_where_nobody_wants_notices_nothing_is_said_of_them():
    assert line_words(line(LineState.REGISTERED), MOMENT, SIGNED_IN) == words_of(
        line(LineState.REGISTERED), MOMENT
    )


def test_the_tray_says_who_calls_where():
    lines = (line(LineState.IDLE, "Bob", "1002"), called(CallPhase.RINGING, Caller("Bo")))
    assert all_lines.tooltip(lines, MOMENT) == f"Ada Lovelace: Call from Bo. {CANNOT}"
    assert all_lines.rows(lines, MOMENT)[1][1] == "Ada Lovelace: Ringing"
    assert all_lines.summary(lines[1:], MOMENT).sentence == "Webex can reach this line"


def test_a_notification_names_caller_and_line_and_its_end_takes_its_place():
    rings, missed = called(CallPhase.RINGING), called(CallPhase.MISSED)
    assert rings.call is not None
    assert missed.call is not None
    first = notification(rings, rings.call)
    assert (first.title, first.text) == ("Call from Ann Example", f"Ada Lovelace · {NUMBER}\n{CANNOT}")
    last = notification(missed, missed.call)
    assert (last.title, last.text) == ("Missed call: Ann Example", f"Ada Lovelace · {NUMBER}")
    assert last.about == first.about != ""


@pytest.mark.parametrize(
    ("phase", "title", "text"),
    [
        (CallPhase.RINGING, "A call for Ada Lovelace, extension 1001", CANNOT),
        (
            CallPhase.UNCERTAIN,
            "A call for Ada Lovelace, extension 1001",
            "May still be ringing: call notices paused",
        ),
        (
            CallPhase.ANSWERED_ELSEWHERE,
            "A call for Ada Lovelace, extension 1001 was answered elsewhere",
            "",
        ),
        (CallPhase.MISSED, "A missed call for Ada Lovelace, extension 1001", ""),
        (CallPhase.ENDED, "A call for Ada Lovelace, extension 1001 has ended", ""),
        (CallPhase.LOST_TRACK, "Lost track of a call for Ada Lovelace, extension 1001", ""),
    ],
)
def test_where_nobody_may_be_named_a_notification_says_for_whom_the_call_is(
    phase: CallPhase, title: str, text: str
):
    rings = called(phase)
    assert rings.call is not None
    named = notification(rings, rings.call)
    told = named.unnamed
    assert told is not None
    assert (told.title, told.text) == (title, text)
    assert (told.about, told.line_id) == (named.about, named.line_id)


def test_a_line_without_an_extension_goes_by_its_name():
    rings = called(CallPhase.RINGING)
    assert rings.call is not None
    told = notification(replace(rings, identity=replace(rings.identity, extension=None)), rings.call).unnamed
    assert told is not None
    assert told.title == "A call for Ada Lovelace"


def test_what_is_kept_of_a_call_is_said_in_the_activity():
    at = WALL.astimezone(UTC)
    kept = Entry(at=at, kind=EntryKind.CALL, line_key="k", caller="Ann Example", outcome="missed")
    other = replace(kept, line_key="l", outcome="a word of tomorrow", caller="")
    assert [timeline_words.words(one) for one in events([kept, other])] == [
        "Missed call: Ann Example",
        "Call ended: unknown caller",
    ]
