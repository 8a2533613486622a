"""Each thing that happened has words a person understands."""

from datetime import timedelta

import pytest

from softphone.history.entries import EntryKind
from softphone.history.happenings import Event, Interruption
from softphone.history.outages import Cause, CauseKind, Ending
from softphone.line.model import LineState, Role
from softphone.wording import timeline_words
from softphone.wording.presentation import Shape, Tone
from softphone.wording.timeline_words import duration
from tests.ui.fakes import WALL
from tests.ui.history.days import ZONE
from tests.ui.history.past import BACKUP_VALUES, NOW, entry, missed


def event(one, **values) -> Event:
    return Event(**{"at": one.at, "entries": [one], "lines": {one.line_key: one.line_label}, **values})


def interruption(*causes: Cause, **values: object) -> Interruption:
    standard: dict[str, object] = {
        "began": NOW - timedelta(minutes=10),
        "ended": NOW - timedelta(minutes=5, seconds=10),
        "worst": LineState.RETRY_WAIT,
        "causes": causes,
        "ending": Ending.PRIMARY,
        "lines": {"ada/calling": "Ada Lovelace"},
        "events": (),
    }
    return Interruption(**(standard | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (missed(1, 1), "Check unanswered. No server answers"),
        (entry(EntryKind.ANSWERED, 1, after_s=52.0, round_trip_ms=310.2), "Reachable again"),
        (
            entry(EntryKind.STATE, 1, state=LineState.REGISTERED_BACKUP, **BACKUP_VALUES),
            "Registered on the backup server",
        ),
        (entry(EntryKind.SERVER, 1, **BACKUP_VALUES), "Moved to the backup server"),
        (
            entry(EntryKind.STATE, 1, state=LineState.FAILED, title="Calling is not switched on"),
            "Failed. Calling is not switched on",
        ),
        (entry(EntryKind.SLEPT, 1, after_s=3700.0), "Computer slept for 1 h 1 min"),
        (entry(EntryKind.CLOCK_SET, 1, after_s=-3600.0), "Clock set by -1 h 0 min"),
        (entry(EntryKind.UNWANTED, 1), "Deregistered by you"),
    ],
)
def test_what_happened_is_said_in_a_few_words(happened, words):
    assert timeline_words.words(event(happened)) == words


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_has_words_a_shape_and_a_tone(kind: EntryKind):
    happened = event(entry(kind, 1, state=LineState.OFFLINE, title="Because"))
    assert timeline_words.words(happened)
    assert isinstance(timeline_words.look(happened)[0], Shape)


@pytest.mark.parametrize(
    ("kind", "shape", "tone", "words"),
    [
        ("TRY", Shape.ARC, Tone.BUSY, "Asking Webex"),
        ("MISSED", Shape.TRIANGLE, Tone.CAUTION, "Check unanswered"),
        ("ANSWERED", Shape.DISC_CHECK, Tone.GOOD, "Reachable again"),
        ("FAILURE", Shape.CLOCK, Tone.BAD, "Because"),
        ("WANTED", Shape.RING, Tone.NEUTRAL, "Register pressed"),
        ("UNWANTED", Shape.RING, Tone.NEUTRAL, "Deregistered by you"),
        ("SIGNED_IN", Shape.RING, Tone.NEUTRAL, "Signed in"),
        ("SIGN_IN_ENDED", Shape.DASHED, Tone.BAD, "Sign-in ended"),
        ("SIGNED_OUT", Shape.DASHED, Tone.NEUTRAL, "Signed out by you"),
        ("NETWORK_LOST", Shape.SLASH, Tone.BAD, "Network lost"),
        ("NETWORK_BACK", Shape.RING, Tone.NEUTRAL, "Network back"),
        ("SLEPT", Shape.RING, Tone.NEUTRAL, "Computer slept for"),
        ("CLOCK_SET", Shape.RING, Tone.NEUTRAL, "Clock set by"),
        ("STARTED", Shape.RING, Tone.NEUTRAL, "Program started"),
        ("STOPPED", Shape.DASHED, Tone.NEUTRAL, "Program ended"),
        ("CUT_OFF", Shape.DASHED, Tone.CAUTION, "Program cut off"),
    ],
)
def test_each_kind_looks_as_bad_as_it_is(kind: str, shape: Shape, tone: Tone, words: str):
    happened = event(entry(EntryKind[kind], 1, title="Because"))
    assert timeline_words.look(happened) == (shape, tone)
    assert timeline_words.words(happened).startswith(words)


@pytest.mark.parametrize("state", LineState)
def test_every_state_has_words(state: LineState):
    assert timeline_words.words(event(entry(EntryKind.STATE, 1, state=state)))
    assert timeline_words.words(interruption(worst=state))


def test_within_an_interruption_registered_means_reachable_again():
    registered = event(entry(EntryKind.STATE, 1, state=LineState.REGISTERED))
    assert timeline_words.words(registered) == "Registered"
    assert timeline_words.words(registered, within=True) == "Reachable again"


def test_what_was_repeated_is_counted():
    tries = event(entry(EntryKind.STATE, 1, state=LineState.REGISTERING), times=12)
    assert timeline_words.words(tries) == "Asking Webex, 12x"


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (interruption(Cause(kind=CauseKind.NO_ANSWER), ended=None), "Not reachable. No server answers."),
        (interruption(Cause(kind=CauseKind.NO_ANSWER)), "Not reachable. No server answered."),
        (
            interruption(
                Cause(kind=CauseKind.NO_ANSWER, role=Role.PRIMARY),
                worst=LineState.RECONNECTING,
                ending=Ending.BACKUP,
            ),
            "Uncertain. The primary server did not answer. The backup server took over.",
        ),
        (interruption(Cause(kind=CauseKind.NETWORK_LOST)), "Not reachable. The network was down."),
        (
            interruption(Cause(kind=CauseKind.MISSED, times=2), worst=LineState.RECONNECTING),
            "Uncertain. 2 checks were unanswered.",
        ),
        (
            interruption(Cause(kind=CauseKind.ELSEWHERE), worst=LineState.ELSEWHERE),
            "Taken by another session. You took it back.",
        ),
        (
            interruption(
                Cause(kind=CauseKind.NEEDS_SOMEBODY, title="Too many devices on this line."), ended=None
            ),
            "Not reachable. Too many devices on this line.",
        ),
        (interruption(ending=Ending.SWITCHED_OFF), "Not reachable. You deregistered it."),
    ],
)
def test_an_interruption_says_whether_the_line_was_reachable_and_why_not(happened, words: str):
    assert timeline_words.words(happened) == words


def test_a_row_is_read_out_whole():
    over = interruption(Cause(kind=CauseKind.NETWORK_LOST), lines={"a": "Ada", "b": "Bob"})
    assert timeline_words.spoken(over, WALL) == (
        "10:04–10:09, 2 lines, Not reachable. The network was down, 4 min 50 s"
    )
    lasting = interruption(Cause(kind=CauseKind.NO_ANSWER), ended=None)
    assert timeline_words.spoken(lasting, WALL) == (
        "10:04–now, Ada Lovelace, Not reachable. No server answers, 10 min 0 s"
    )
    slept = Event(at=NOW, entries=[entry(EntryKind.SLEPT, 0, after_s=60.0, line_key="", line_label="")])
    assert timeline_words.spoken(slept, WALL) == "10:14, This computer, Computer slept for 1 min 0 s"


def test_the_text_for_support_has_all_numbers():
    text = timeline_words.as_text([missed(30, 2)], ZONE)
    assert text == (
        "2026-11-22T10:13:52+01:00  Ada Lovelace  Check unanswered. No server answers  "
        "2 of 5 · 503 · tracking ID WXC_7f3a9c1e"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (290, "4 min 50 s"), (3660, "1 h 1 min")],
)
def test_durations_in_words(seconds: float, words: str):
    assert duration(timedelta(seconds=seconds)) == words


def test_in_a_text_of_entries_registered_is_not_told_as_the_end_of_something():
    registered = entry(EntryKind.STATE, 1, state=LineState.REGISTERED)
    assert "Reachable again" not in timeline_words.as_text([registered], ZONE)
    assert "Registered" in timeline_words.as_text([registered], ZONE)
