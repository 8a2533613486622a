from dataclasses import replace

import pytest

from softphone.line.device import Device
from softphone.line.model import LineState
from softphone.ui.device_words import choices, preselected, sentence
from tests.ui.fakes import DEVICES, MOMENT, line

LINE = line(LineState.ACTION).identity
CHROME, DESK, UNNAMED = DEVICES


def seen(last_seen: str) -> tuple[str, str]:
    [choice] = choices([replace(CHROME, last_seen=last_seen)], LINE, MOMENT)
    return choice.seen, choice.seen_at


def test_devices_are_shown_in_the_order_given_and_the_oldest_is_suggested():
    shown = choices(DEVICES, LINE, MOMENT)
    assert [(choice.name, choice.notes) for choice in shown] == [
        ("Chrome on RECEPTION-2", "seen 3 min ago"),
        ("Desk app, Windows", "seen 41 days ago · suggested: not seen for longest"),
        ("Unnamed device (this computer)", "seen 2 h ago"),
    ]
    assert [choice.device for choice in shown] == list(DEVICES)
    assert preselected(shown) is shown[1]


def test_the_words_are_sentences():
    chrome, desk, unnamed = choices(DEVICES, LINE, MOMENT)
    assert sentence(LINE) == (
        "Webex allows no more devices for Ada Lovelace."
        " Choose one to disconnect; it will stop receiving calls."
    )
    assert chrome.consequence == "Removing Chrome on RECEPTION-2, seen 3 min ago, will stop its calls."
    assert unnamed.consequence == (
        "Removing the unnamed device (this computer), seen 2 h ago, will stop its calls."
    )
    assert desk.spoken == "Desk app, Windows, seen 41 days ago, suggested: not seen for longest"


@pytest.mark.parametrize(
    ("last_seen", "words", "tooltip"),
    [
        ("2026-11-22T09:14:00Z", "seen less than a minute ago", "Last seen 22 November 2026, 10:14"),
        ("2026-11-22T10:11:00+01:00", "seen 3 min ago", "Last seen 22 November 2026, 10:11"),
        ("2026-11-22T09:15:00Z", "seen less than a minute ago", "Last seen 22 November 2026, 10:15"),
        (
            "2026-11-22T12:00:00Z",
            "seen 22 November 2026, 13:00 by Webex's clock",
            "Last seen 22 November 2026, 13:00",
        ),
        *(
            (nonsense, "last seen at an unknown time", "Webex did not say when it was seen")
            for nonsense in (
                "",
                "yesterday",
                "2026-11-22T09:14:00",
                "0001-01-01T00:00:00+14:00",
                "<b>9</b>",
                "2026-13-40",
                "1970-01-01T00:00:00Z",
            )
        ),
    ],
)
def test_a_time_is_told_or_said_to_be_unknown(last_seen, words, tooltip):
    assert seen(last_seen) == (words, tooltip)


def test_the_last_moment_of_the_calendar_is_no_fault():
    assert seen("9999-12-31T23:59:59Z")[0] == "seen 31 December 9999, 23:59 by Webex's clock"


def test_a_name_is_one_line_of_bearable_length():
    [choice] = choices([replace(CHROME, name="a \n b  " + "x" * 500)], LINE, MOMENT)
    assert choice.name.startswith("a b xxx")
    assert len(choice.name) == 80


def test_one_device_is_chosen_at_first_but_not_suggested_before_others():
    shown = choices([CHROME], LINE, MOMENT)
    assert preselected(shown) is shown[0]
    assert shown[0].notes == "seen 3 min ago"


def test_without_any_readable_time_none_is_suggested():
    shown = choices([Device(device_id="a"), Device(device_id="b", last_seen="soon")], LINE, MOMENT)
    assert preselected(shown) is None
    assert not any(choice.suggested for choice in shown)


def test_a_device_without_an_address_is_not_taken_for_ours():
    [choice] = choices([Device(device_id="a")], replace(LINE, client_device_uri=""), MOMENT)
    assert choice.name == "Unnamed device"
