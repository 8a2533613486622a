from dataclasses import replace

import pytest

from softphone.line.device import Device
from softphone.line.model import LineState
from softphone.wording.device_words import choices, dropped_together, known_as, preselected, sentence
from tests.ui.fakes import DEVICES, MOMENT, line

LINE = line(LineState.ACTION).identity
OURS = {LINE.client_device_uri}
CHROME, DESK, UNNAMED = DEVICES


def seen(last_seen: str) -> tuple[str, str]:
    [choice] = choices([replace(CHROME, last_seen=last_seen)], OURS, MOMENT)
    return choice.seen, choice.seen_at


def test_devices_are_shown_in_the_order_given_and_the_oldest_is_suggested():
    shown = choices(DEVICES, OURS, MOMENT)
    assert [(choice.name, choice.notes) for choice in shown] == [
        ("Chrome on RECEPTION-2", "seen 3 min ago"),
        ("Desk app, Windows", "seen 41 days ago · suggested: not seen for longest"),
        ("Unnamed device (this computer)", "seen 2 h ago"),
    ]
    assert [choice.device for choice in shown] == list(DEVICES)
    assert preselected(shown) is shown[1]


def test_the_words_are_sentences():
    chrome, desk, unnamed = choices(DEVICES, OURS, MOMENT)
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
        ("2026-11-22T09:14:00Z", "seen less than a minute ago", "Last seen 2026-11-22 10:14"),
        ("2026-11-22T10:11:00+01:00", "seen 3 min ago", "Last seen 2026-11-22 10:11"),
        ("2026-11-22T09:15:00Z", "seen less than a minute ago", "Last seen 2026-11-22 10:15"),
        (
            "2026-11-22T12:00:00Z",
            "seen 2026-11-22 13:00 by Webex's clock",
            "Last seen 2026-11-22 13:00",
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
    assert seen("9999-12-31T23:59:59Z")[0] == "seen 9999-12-31 23:59 by Webex's clock"


def test_a_name_is_one_line_of_bearable_length():
    [choice] = choices([replace(CHROME, name="a \n b  " + "x" * 500)], OURS, MOMENT)
    assert choice.name.startswith("a b xxx")
    assert len(choice.name) == 80


def test_one_device_is_chosen_at_first_but_not_suggested_before_others():
    shown = choices([CHROME], OURS, MOMENT)
    assert preselected(shown) is shown[0]
    assert shown[0].notes == "seen 3 min ago"


def test_without_any_readable_time_none_is_suggested():
    shown = choices([Device(device_id="a"), Device(device_id="b", last_seen="soon")], OURS, MOMENT)
    assert preselected(shown) is None
    assert not any(choice.suggested for choice in shown)


def test_a_device_without_an_address_is_not_taken_for_ours():
    [choice] = choices([Device(device_id="a")], {""}, MOMENT)
    assert choice.name == "Unnamed device"


def test_in_the_list_of_all_a_device_is_known_by_model_state_and_age_and_ours_says_how_it_goes():
    shown = choices([replace(CHROME, model="web-js-sdk"), UNNAMED], OURS, MOMENT)
    assert [known_as(choice) for choice in shown] == [
        "web-js-sdk · Registered · seen 3 min ago",
        "seen 2 h ago · Deregister its line to remove it",
    ]
    [alike] = choices([replace(CHROME, model="Chrome on  RECEPTION-2", status="inactive")], OURS, MOMENT)
    assert known_as(alike) == "Not active · seen 3 min ago"


def silent(key: str, last_seen: str, status: str = "inactive") -> Device:
    return Device(device_id=key, last_seen=last_seen, status=status)


def test_devices_that_the_service_calls_inactive_since_the_same_minute_are_told_together():
    devices = [
        silent("a", "2026-11-22T09:00:00Z"),
        silent("b", "2026-11-22T09:00:40Z"),
        silent("c", "2026-11-20T09:00:00Z"),
        silent("d", "2026-11-22T09:00:00Z", status="active"),
    ]
    assert dropped_together(devices, MOMENT) == (
        "2 of 4 devices dropped together, 2026-11-22 10:00: the network or Webex, not one computer."
    )


@pytest.mark.parametrize("status", ["active", "", "Active"])
def test_nothing_is_told_of_devices_that_are_not_called_inactive(status: str):
    at = "2026-11-22T09:00:00Z"
    assert dropped_together([silent("a", at, status), silent("b", at, status)], MOMENT) == ""
    assert dropped_together([silent("a", at), silent("b", "2026-11-22T09:05:00Z")], MOMENT) == ""
    assert dropped_together([silent("a", "?"), silent("b", "?")], MOMENT) == ""
