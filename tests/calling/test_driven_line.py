"""What a line shows and tells when it is driven (calling/driven_line.py)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from softphone.calling.line import EVENT_NAMES, EndedCall, IncomingCall, Keepalive, error_payload
from softphone.line.device import Device
from softphone.line.model import Call, Caller, CallPhase, LineEvent, LineState
from softphone.values import replace
from tests.calling.fake_provider import BUSY
from tests.calling.test_line import GRANTED, Driven
from tests.calling.virtual_time import in_virtual_time

ANN = Caller("Ann Example", "5008")


class Heard(Driven):
    """A line whose events are noted with what they pass."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[Any, ...]] = []
        for event in EVENT_NAMES:
            self.line.on(event, lambda *payload, event=event: self.events.append((event, *payload)))


@in_virtual_time
async def test_each_event_passes_what_the_guide_says_and_nothing_else():
    heard = Heard()
    for event in LineEvent:
        if event is not LineEvent.ERROR:
            heard.line.emit(event, None)
    assert heard.events == [
        ("connecting",),
        ("registered", heard.line),
        ("unregistered",),
        ("reconnecting",),
        ("reconnected",),
    ]


@pytest.mark.parametrize(("next_at_s", "next_in_s"), [(None, None), (30.04, 30.0)])
@in_virtual_time
async def test_an_error_passes_its_failure_and_when_it_is_tried_again(
    next_at_s: float | None, next_in_s: float | None
):
    heard = Heard()
    heard.show(LineState.RETRY_WAIT, next_at_s=next_at_s)
    heard.line.emit(LineEvent.ERROR, BUSY)
    assert heard.events == [("error", error_payload(BUSY, next_in_s))]


@in_virtual_time
async def test_a_call_is_told_when_it_rings_and_when_its_end_is_known():
    heard = Heard()
    call = Call(call_id="c1", device_id="d1", caller=ANN, began_at_s=1.0)
    heard.line.tell_call(call)
    heard.line.tell_call(replace(call, phase=CallPhase.MISSED, ended_at_s=9.0))
    assert heard.events == [
        ("incoming", IncomingCall(heard.line, "c1", "Ann Example", "5008")),
        ("call_ended", EndedCall(heard.line, "c1", "missed", 8.0)),
    ]


@in_virtual_time
async def test_each_proof_of_the_same_registration_is_a_keepalive_and_seen_by_our_clock():
    heard = Heard()
    heard.registered()
    assert heard.events == [], "the grant is none"
    assert heard.line.last_seen == GRANTED.device.last_seen
    heard.show(LineState.REGISTERED, misses=1)
    assert heard.events == [], "nothing was proved"
    await asyncio.sleep(30)
    heard.show(LineState.REGISTERED, proved_at_s=30.0, round_trip_s=0.25)
    heard.show(LineState.REGISTERED, proved_at_s=60.0, round_trip_s=None)
    told = [keepalive for event, keepalive in heard.events if event == "keepalive"]
    assert [(one.line, one.round_trip_s) for one in told] == [(heard.line, 0.25), (heard.line, 0.0)]
    assert all(isinstance(one, Keepalive) for one in told)
    assert all(abs(one.at - datetime.now(UTC)) < timedelta(seconds=5) for one in told)
    seen = f"{told[-1].at:%Y-%m-%dT%H:%M:%SZ}"
    assert heard.line.last_seen == seen
    heard.show(LineState.REGISTERED, misses=2)
    assert heard.line.last_seen == seen


@in_virtual_time
async def test_a_new_registration_is_no_keepalive_and_seen_by_the_services_clock_again():
    heard = Heard()
    heard.registered()
    heard.show(LineState.REGISTERED, proved_at_s=30.0)
    other = replace(GRANTED, device=Device(device_id="d2", last_seen="2026-02-02T00:00:00Z"))
    heard.show(LineState.REGISTERED, registration=other, proved_at_s=40.0)
    assert [event for event, *_ in heard.events] == ["keepalive"]
    assert (heard.line.mobius_device_id, heard.line.last_seen) == ("d2", "2026-02-02T00:00:00Z")


@in_virtual_time
async def test_last_seen_lives_also_where_nobody_listens():
    driven = Driven()
    driven.registered()
    driven.show(LineState.REGISTERED, proved_at_s=30.0)
    assert driven.line.last_seen != GRANTED.device.last_seen


@in_virtual_time
async def test_a_listener_that_raises_is_logged_with_its_event_and_the_others_are_told(
    caplog: pytest.LogCaptureFixture,
):
    driven, told = Driven(), list[str]()
    driven.line.on("connecting", lambda: 1 / 0)
    driven.line.on("connecting", lambda: told.append("second"))
    driven.line.emit(LineEvent.CONNECTING, None)
    assert told == ["second"]
    assert "A listener of connecting raised" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


@in_virtual_time
async def test_listeners_that_come_or_go_meanwhile_do_not_disturb_who_is_told():
    driven, told = Driven(), list[str]()

    def once() -> None:
        told.append("once")
        driven.line.off("connecting", once)
        driven.line.on("connecting", lambda: told.append("new"))

    driven.line.on("connecting", once)
    driven.line.on("connecting", lambda: told.append("always"))
    driven.line.emit(LineEvent.CONNECTING, None)
    assert told == ["once", "always"]


@in_virtual_time
async def test_a_closed_line_can_be_deregistered_in_vain_and_shows_what_it_was():
    driven = Driven()
    driven.registered()
    driven.line.close()
    driven.line.deregister()
    assert driven.asked == ["deregister"]
    assert driven.line.status == "active"
