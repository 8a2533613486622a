"""Every row of interface.md#details, with its unit, and never a blank."""

from typing import Any

import pytest

from softphone.line.device import Device
from softphone.line.model import LineIdentity, LineState, LineStatus, Registration
from softphone.values import replace
from softphone.wording.line_facts import NOT_PROVIDED, facts
from tests.ui.fakes import ACCOUNT, DEVICE, MOMENT, NOW_S, REGISTRATION, SIGNED_IN, failure, line

EXPECTED = [
    ("Status", "Status here", "Registered"),
    ("Status", "Status (Webex says)", "Active"),
    ("Status", "Wanted state", "Registered"),
    ("Status", "Last confirmed", "10:14:10, 12 s ago"),
    ("Status", "Missed", "0 of 5 checks"),
    ("Status", "Cause", "None"),
    ("Status", "Code", "None"),
    ("Status", "Attempt", "0"),
    ("Status", "Next try", "in 0:18"),
    ("Status", "Forecast", "Next check in 18 s"),
    ("Status", "Sign-in lasts", "15 h 55 min"),
    ("Status", "Tracking ID", "None"),
    ("Identity", "Phone number", "+44 207 946 0001"),
    ("Identity", "Extension", "1001"),
    ("Identity", "SIP address", DEVICE.sip_addresses[0]),
    ("Identity", "SIP address", DEVICE.sip_addresses[1]),
    ("Identity", "Voicemail", "+442079460998"),
    ("Identity", "Voice portal number", "+442079460999"),
    ("Identity", "Voice portal extension", "0999"),
    ("Identity", "User ID", "c3f2b0a4-1111-4d5…"),
    ("Identity", "Line ID (this session)", "line-1001"),
    ("Server", "Server in use", "eu-central-1 · Primary"),
    ("Server", "Registration address", "mobius-eu-central-1.prod.infra.webex.com"),
    ("Timing", "Keep-alive every", "30 s"),
    ("Timing", "In-call keep-alive every", "30 s, as sent"),
    ("Timing", "Return to primary after", "60-120 min"),
    ("Timing", "Round trip", "42 ms"),
    ("Devices", "Calling device ID", "beb3c025-8c6a-4c1…"),
    ("Devices", "This app's Webex device", "wdm-a.wbx2.com"),
    ("Devices", "Last seen by Webex", "2026-11-22 10:13, 24 s ago"),
]


def test_every_row_with_its_unit():
    shown = facts(line(LineState.REGISTERED), MOMENT, SIGNED_IN.signed_in_until, "Next check in 18 s")
    assert [(fact.section, fact.label, fact.value) for fact in shown] == EXPECTED


def test_what_a_card_leaves_out_stands_in_the_details():
    lost = line(LineState.RETRY_WAIT, failure=failure(), last_proof_at_s=NOW_S - 90)
    shown = {fact.label: fact.value for fact in facts(lost, MOMENT)}
    assert shown["Cause"] == "Webex has trouble. Nothing is wrong on your side."
    assert (shown["Code"], shown["Attempt"]) == ("503", "3")
    assert shown["Last confirmed"] == "10:12:52, 1 min ago"


def test_copying_gives_the_full_value():
    full = {fact.label: fact.copy for fact in facts(line(LineState.REGISTERED), MOMENT)}
    assert full["Phone number"] == "+442079460001"
    assert full["Calling device ID"] == DEVICE.device_id
    assert full["Registration address"] == DEVICE.uri
    assert full["This app's Webex device"] == DEVICE.client_device_uri
    assert full["Last seen by Webex"] == DEVICE.last_seen
    assert full["Server in use"].startswith("https://")


def test_what_webex_did_not_send_says_so():
    bare = replace(
        line(LineState.REGISTERING),
        identity=LineIdentity(line_id="x", account=ACCOUNT),
        registration=None,
        asking=None,
    )
    shown = {fact.label: fact for fact in facts(bare, MOMENT)}
    for label in (
        "Phone number",
        "Extension",
        "SIP address",
        "Voicemail",
        "Voice portal number",
        "Voice portal extension",
        "User ID",
        "Calling device ID",
        "This app's Webex device",
        "Registration address",
        "Last seen by Webex",
        "Keep-alive every",
        "In-call keep-alive every",
        "Return to primary after",
    ):
        assert shown[label].value == NOT_PROVIDED, label
        assert shown[label].copy == "", label
    assert shown["Last confirmed"].value == "Not yet"
    assert shown["Next try"].value == "None planned"
    assert shown["Forecast"].value == "Nothing planned"
    assert shown["Round trip"].value == "Not measured yet"
    assert shown["Server in use"].value == "None"
    assert shown["Sign-in lasts"].value == "Not known"


def test_no_value_is_ever_blank_or_a_programmers_word():
    for state in LineState:
        for registration in (None, Registration(device=Device(device_id="")), REGISTRATION):
            for fact in facts(line(state, registration=registration), MOMENT):
                assert fact.value.strip(), fact
                assert not {"None.", "undefined", "nan"} & set(fact.value.split()), fact


def test_a_tracking_id_is_whole_and_copied_whole():
    shown = {fact.label: fact for fact in facts(line(LineState.FAILED, failure=failure()), MOMENT)}
    assert shown["Tracking ID"].value == "WXC_7f3a9c1e-55aa-4b7d-9f42-0d8a1b2c3d4e"
    assert shown["Tracking ID"].copy == "WXC_7f3a9c1e-55aa-4b7d-9f42-0d8a1b2c3d4e"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(60, None, "60 min or more"), (None, 120, "up to 120 min"), (60, 90.5, "60-90.5 min")],
)
def test_half_a_range_is_said_as_such(low: float | None, high: float | None, words: str):
    granted = replace(REGISTRATION, rehoming_interval_min_minutes=low, rehoming_interval_max_minutes=high)
    shown = {
        fact.label: fact.value for fact in facts(line(LineState.REGISTERED, registration=granted), MOMENT)
    }
    assert shown["Return to primary after"] == words


@pytest.mark.parametrize("odd", ["yesterday", "2026-11-22T09:13:58"])
def test_an_odd_time_is_shown_as_it_came(odd: str):
    granted = replace(REGISTRATION, device=replace(DEVICE, last_seen=odd))
    shown = {
        fact.label: fact.value for fact in facts(line(LineState.REGISTERED, registration=granted), MOMENT)
    }
    assert shown["Last seen by Webex"] == odd


@pytest.mark.parametrize(
    "end", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
)
def test_a_time_at_an_end_of_the_calendar_is_shown_somehow(end: str):
    granted = replace(REGISTRATION, device=replace(DEVICE, last_seen=end))
    assert facts(line(LineState.REGISTERED, registration=granted), MOMENT)


@pytest.mark.parametrize("status", LineStatus)
def test_webex_own_status_in_words(status: LineStatus):
    shown = {fact.label: fact.value for fact in facts(line(LineState.IDLE, status=status), MOMENT)}
    assert shown["Status (Webex says)"] in {"Not started", "Active", "Inactive"}


@pytest.mark.parametrize("name", [name for name in Registration.__struct_fields__ if name != "device"])
def test_every_value_of_a_registration_has_a_row(name: str):
    """A new property of a line needs one: without it nothing shows that the service sent it."""
    bare = Registration(device=DEVICE)
    value: Any = "4711" if "str" in str(Registration.__annotations__[name]) else 4711.0
    granted = replace(bare, **{name: value})
    assert facts(line(LineState.REGISTERED, registration=granted), MOMENT) != facts(
        line(LineState.REGISTERED, registration=bare), MOMENT
    )


def test_nothing_of_an_identity_is_forgotten():
    """A new property of a line needs a row: this names the ones that have one."""
    assert set(LineIdentity.__struct_fields__) == {
        "line_id",
        "account",
        "service",
        "user_id",
        "client_device_uri",
        "phone_number",
        "extension",
        "voicemail",
    }
