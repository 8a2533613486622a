"""JSON to values, to the edge of what is taken and one beyond it (protocol.md#limits)."""

import base64
from typing import Any

import pytest

from softphone.line.device import Device
from softphone.webex import wire
from softphone.webex.wire import BrokenAnswerError
from tests.webex.test_wire import DEVICE, REGISTRATION, U2C, body, hostmap, row


@pytest.mark.parametrize(
    ("value", "ends_at"),
    [
        (1, 1.0),
        (0.5, 0.5),
        (99_999_999_999, 99_999_999_999.0),
        (10**11, None),
        (0, None),
        (-1, None),
        (True, None),
        ("1", None),
        (None, None),
    ],
)
def test_a_tokens_end_is_seconds_and_no_milliseconds(value: Any, ends_at: float | None):
    assert wire.read_token_expiry(body({"exp": value})) == ends_at


@pytest.mark.parametrize(
    ("value", "seconds"), [(10**9, 1e9), (10**9 + 1, None), (0.5, 0.5), (0, None), (-(10**9), None)]
)
def test_an_interval_is_a_number_that_somebody_could_mean(value: Any, seconds: float | None):
    assert (
        wire.read_registration(body(REGISTRATION | {"keepaliveInterval": value})).keepalive_interval_s
        == seconds
    )


@pytest.mark.parametrize(
    ("value", "number"), [(0, "0"), (9000, "9000"), (-1, None), (True, None), ("", None), (1.5, None)]
)
def test_a_portals_number_may_come_as_a_number(value: Any, number: str | None):
    read = wire.read_registration(body(REGISTRATION | {"voicePortalNumber": value}))
    assert read.voice_portal_number == number


def garbled(device: str) -> bytes:
    return f'{{"device" : {{{device}, "cut short'.encode()


@pytest.mark.parametrize(
    ("answer", "device_id", "owner"),
    [
        (garbled('"deviceId" : "d-1", "clientDeviceUri": "https://w/1"'), "d-1", "https://w/1"),
        (garbled('"deviceId": "d-1"'), "d-1", ""),
        (garbled(f'"deviceId": "{"x" * 128}"'), "x" * 128, ""),
        (garbled(f'"deviceId": "{"x" * 129}"'), None, ""),
        (garbled('"deviceId": "a", "deviceId": "b"'), None, ""),
        (garbled('"uri": "x"'), None, ""),
        (garbled('"uri": "x"}, "deviceId": "other"'), None, ""),
        (garbled('"deviceId": "d-1"}, "deviceId": "other"'), "d-1", ""),
        (garbled('"x": "' + "y" * (4096 - 22) + '","deviceId":"d"'), "d", ""),
        (garbled('"x": "' + "y" * (4096 - 21) + '","deviceId":"d"'), None, ""),
        (b'{"devices": [{"deviceId": "other"}]', None, ""),
        (b"\xff\xfe", None, ""),
        (b"", None, ""),
    ],
)
def test_of_a_garbled_grant_the_one_device_that_it_names_can_be_given_back(
    answer: bytes, device_id: str | None, owner: str
):
    granted = wire.read_granted_device(answer)
    assert granted == (Device(device_id=device_id, client_device_uri=owner) if device_id else None)


def test_a_refusal_tells_its_code_its_devices_and_its_trace():
    told = {
        "errorCode": 101,
        "devices": [{"deviceId": "d", "lastSeen": "2026-01-05T05:08:46Z"}],
        "trackingId": "T",
    }
    refusal = wire.read_refusal(body(told), answered_at=1767589726.0 + 5)
    assert (refusal.error_code, refusal.tracking_id) == (101, "T")
    assert [(one.device_id, one.seen_ago_s) for one in refusal.devices] == [("d", 5.0)]
    for odd in (b"", b"[]", b"<html>", b"5"):
        assert wire.read_refusal(odd) == wire.Refusal()


@pytest.mark.parametrize(
    ("seen", "answered_at", "ago_s"),
    [
        ("2026-01-05T05:08:46Z", 1767589726.0 + 7, 7.0),
        ("2026-01-05T05:08:46Z", 1767589726.0 - 7, 0.0),
        ("2026-01-05T05:08:46Z", None, None),
        ("long ago", 1767589726.0, None),
    ],
)
def test_how_long_ago_a_device_was_seen_goes_by_the_moment_of_the_answer(
    seen: str, answered_at: float | None, ago_s: float | None
):
    (device,) = wire.read_devices(body({"devices": [DEVICE | {"lastSeen": seen}]}), answered_at=answered_at)
    assert device.seen_ago_s == ago_s
    registration = wire.read_registration(
        body({"device": DEVICE | {"lastSeen": seen}}), answered_at=answered_at
    )
    assert registration.device.seen_ago_s == ago_s


def test_a_device_has_its_owner_and_at_most_so_many_addresses_and_letters():
    row_of_one = DEVICE | {
        "addresses": [f"sip:{n}" for n in range(65)],
        "status": "s" * 65,
        "lastSeen": "l" * 65,
    }
    (device,) = wire.read_devices(body({"devices": [row_of_one]}))
    assert device.sip_addresses == tuple(f"sip:{n}" for n in range(64))
    assert (device.status, device.last_seen) == ("s" * 64, "l" * 64)
    assert device.client_device_uri == DEVICE["clientDeviceUri"]
    assert device.uri == DEVICE["uri"]
    (bare,) = wire.read_devices(body({"devices": [{"deviceId": "d", "clientDeviceUri": "https://w/1?x"}]}))
    assert bare == Device(device_id="d")


@pytest.mark.parametrize(
    ("answer", "is_one"), [(b"", True), (b" \n", True), (b"{}", True), (b"[]", False), (b"x", False)]
)
def test_a_keepalive_is_confirmed_by_nothing_or_by_an_object(answer: bytes, is_one: bool):
    if is_one:
        wire.read_confirmation(answer)
        return
    with pytest.raises(BrokenAnswerError):
        wire.read_confirmation(answer)


@pytest.mark.parametrize("answer", [b"{", b'{"a":1,"a":2}', b'{"a":NaN}'])
def test_what_cannot_be_read_is_broken_for_whoever_wants_an_object_and_for_whoever_does_not(answer: bytes):
    for read in (wire.read_wdm_rows, wire.read_region):
        with pytest.raises(BrokenAnswerError):
            read(answer)


def test_a_region_is_cut():
    assert wire.read_region(body({"clientRegion": "r" * 65, "countryCode": "c" * 65})) == ("r" * 64, "c" * 64)


def test_numbers_of_a_person_are_taken_by_their_kind_and_only_where_there_is_none():
    rows = [{"type": "mobile", "value": "1"}, {"type": "work", "value": ""}, {"type": "work", "value": "2"}]
    person = wire.read_person(body({"phoneNumbers": [*rows, {"type": "work_extension", "value": "22"}]}))
    assert (person.phone_number, person.extension) == ("2", "22")
    assert wire.read_person(body({"userName": "ann@x", "emails": []})).address == "ann@x"
    assert wire.read_person(body({"userName": "ann@x", "emails": ["bo@x", "ann@x"]})).address == "bo@x"
    own = [{"directNumber": "1", "primary": 1}, {"directNumber": "", "primary": True}, {"extension": "22"}]
    numbers = wire.read_own_numbers(body({"phoneNumbers": own}))
    assert (numbers.phone_number, numbers.extension) == ("1", "22")


@pytest.mark.parametrize(
    ("text", "uuid"),
    [("ciscospark://us/PEOPLE/u-1", "u-1"), ("ciscospark://u-2", "u-2"), ("other://us/PEOPLE/u-1", None)],
)
def test_a_public_id_holds_the_id(text: str, uuid: str | None):
    public = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    assert wire.read_person(body({"id": public})).uuid == (uuid or public)


def test_a_wdm_device_tells_where_its_messages_come_from_and_whether_lines_may_register_so():
    told = {"url": "https://w/1", "userId": "u", "webSocketUrl": "wss://m/1"}
    features = {"developer": [{"key": "webrtc-calling-over-ws-CALL-219562", "value": True}]}
    assert wire.read_wdm_device(body(told | {"features": features})) == wire.WdmDevice(
        "https://w/1", "u", "wss://m/1", over_wss=True
    )
    assert wire.read_wdm_device(body(told)).over_wss is None


def test_a_priority_beyond_all_counting_is_none_and_a_cluster_is_a_host_alone():
    rows = [row("late.webex.com", 10**9 + 1), row("soon.webex.com", 10**9), row("a.webex.com/x", 1)]
    odd = {"id": "urn:x:mobiusx", "host": "b.webex.com", "priority": 0}
    urls = wire.read_catalog(hostmap(*rows, odd), U2C).cluster_urls
    assert [url.split("/")[2] for url in urls] == ["soon.webex.com", "late.webex.com"]


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://h", "https://h/calling/web/"),
        ("https://h//", "https://h/calling/web/"),
        ("https://h/calling/web", "https://h/calling/web/"),
        ("https://h/calling/web/x", "https://h/calling/web/x/calling/web/"),
    ],
)
def test_a_calling_address_ends_in_the_same_words(url: str, base: str):
    assert wire.calling_url(url) == base
