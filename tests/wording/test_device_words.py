import pytest

from softphone.line.device import Device
from softphone.line.model import LineState
from softphone.values import replace
from softphone.wording.device_words import choices, dropped_together, sentence
from tests.ui.fakes import DEVICES, MOMENT, line

LINE = line(LineState.ACTION).identity
OURS = {LINE.client_device_uri}
CHROME, DESK, UNNAMED = DEVICES


def seen(last_seen: str) -> tuple[str, str]:
    [choice] = choices([replace(CHROME, last_seen=last_seen)], OURS, MOMENT)
    return choice.seen, choice.seen_at


def test_the_newest_stands_last_and_the_oldest_is_marked():
    shown = choices(DEVICES, OURS, MOMENT)
    assert [(choice.name, choice.notes) for choice in shown] == [
        ("Desk app, Windows", "seen 41 days ago · oldest"),
        ("Unnamed device", "This computer · seen 2 h ago"),
        ("Chrome on RECEPTION-2", "seen 3 min ago"),
    ]
    assert [choice.device for choice in shown] == [DESK, UNNAMED, CHROME]
    assert shown[0].spoken == "Desk app, Windows, seen 41 days ago, oldest"


def test_the_order_is_that_of_time_not_of_text_and_an_unknown_time_is_not_the_oldest():
    times = {"a": "2026-11-22T09:00:00Z", "b": "2026-11-22T09:30:00+01:00", "c": "soon", "d": ""}
    shown = choices([Device(device_id=key, last_seen=at) for key, at in times.items()], OURS, MOMENT)
    assert [choice.device.device_id for choice in shown] == ["c", "d", "b", "a"]
    assert [choice.device.device_id for choice in shown if choice.oldest] == ["b"]


def test_of_devices_seen_at_the_same_time_none_is_the_oldest():
    at = "2026-10-12T08:00:00Z"
    shown = choices(
        [Device(device_id="a", last_seen=at), Device(device_id="b", last_seen=at), CHROME], OURS, MOMENT
    )
    assert not any(choice.oldest for choice in shown)
    [alone] = choices([CHROME], OURS, MOMENT)
    assert not alone.oldest


def test_the_sentence_names_the_line():
    assert sentence(LINE) == "Choose which device to remove for Ada Lovelace."


@pytest.mark.parametrize(
    ("last_seen", "words", "tooltip"),
    [
        ("2026-11-22T09:14:00Z", "seen just now", "Last seen 2026-11-22 10:14"),
        ("2026-11-22T10:11:00+01:00", "seen 3 min ago", "Last seen 2026-11-22 10:11"),
        ("2026-11-22T09:15:00Z", "seen just now", "Last seen 2026-11-22 10:15"),
        (
            "2026-11-22T12:00:00Z",
            "seen 2026-11-22 13:00 by Webex's clock",
            "Last seen 2026-11-22 13:00",
        ),
        *(
            (nonsense, "seen at an unknown time", "Webex did not say when it was seen")
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


def test_a_device_without_an_address_is_not_taken_for_ours():
    [choice] = choices([Device(device_id="a")], {""}, MOMENT)
    assert (choice.name, choice.ours) == ("Unnamed device", False)


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
