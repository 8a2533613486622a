"""Each thing that happened has words a person understands."""

import pytest

from softphone.history.entries import EntryKind
from softphone.line.model import LineState
from softphone.wording import timeline_words
from softphone.wording.presentation import Shape
from tests.ui.history.past import BACKUP_VALUES, PRIMARY_VALUES, entry, missed


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (missed(1, 1), "Keepalive missed (1 of 5). No server answers"),
        (
            entry(EntryKind.ANSWERED, 1, after_s=52.0, round_trip_ms=310.2),
            "Keepalive answered after 52 s, 310 ms",
        ),
        (entry(EntryKind.TRY, 1, attempt=2, **PRIMARY_VALUES), "Asking primary eu-central-1, attempt 2"),
        (
            entry(EntryKind.STATE, 1, state=LineState.REGISTERED_BACKUP, **BACKUP_VALUES),
            "Registered: backup eu-west-2",
        ),
        (
            entry(EntryKind.STATE, 1, state=LineState.FAILED, title="Calling is not switched on"),
            "Failed. Calling is not switched on",
        ),
        (entry(EntryKind.SLEPT, 1, after_s=3700.0), "The computer slept for 1 h 1 min"),
        (entry(EntryKind.CLOCK_SET, 1, after_s=-3600.0), "The clock was set by -1 h 0 min"),
        (entry(EntryKind.UNWANTED, 1), "Switched off by you"),
    ],
)
def test_what_happened_is_a_sentence(happened, words):
    assert timeline_words.words(happened) == words


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_has_words_a_shape_and_a_tone(kind: EntryKind):
    happened = entry(kind, 1, state=LineState.OFFLINE, title="Because")
    assert timeline_words.words(happened)
    assert isinstance(timeline_words.look(happened)[0], Shape)


@pytest.mark.parametrize("state", LineState)
def test_every_state_has_words(state: LineState):
    assert timeline_words.words(entry(EntryKind.STATE, 1, state=state))


def test_a_row_carries_time_line_words_and_small_print():
    row = timeline_words.row(missed(30, 2), "10:13:52")
    assert row == (
        "10:13:52  Ada Lovelace  Keepalive missed (2 of 5). No server answers  503 · tracking ID WXC_7f3a9c1e"
    )


def test_trouble_is_told_from_routine():
    assert timeline_words.is_trouble(missed(1, 1))
    assert timeline_words.is_trouble(entry(EntryKind.NETWORK_LOST, 1))
    assert not timeline_words.is_trouble(entry(EntryKind.STATE, 1, state=LineState.REGISTERED))
