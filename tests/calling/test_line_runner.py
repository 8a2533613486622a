import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from softphone.calling.calls import SILENCE
from softphone.calling.circuits import Circuits
from softphone.calling.line_runner import LineRunner
from softphone.calling.messages import CallEnded, CallRinging
from softphone.line.events import SignedIn, SignInEnded, Woke
from softphone.line.failure import SIGN_IN_ENDED, Failure
from softphone.line.model import Call, Caller, CallPhase, LineEvent, LineIdentity, LineSnapshot, LineState
from softphone.line.policy import Policy
from softphone.settings.ledger import Ledger
from softphone.values import replace
from softphone.wording.call_words import line_words
from softphone.wording.moment import Moment
from tests.calling.fake_provider import ADA, BUSY, FORGOTTEN, PRIMARY, REFUSED, FakeProvider
from tests.calling.virtual_time import in_virtual_time

OURS = "https://wdm.example.com/devices/1"
QUICK = Policy(time_scale=0.001)  # a 30 s interval passes in 30 ms


class Recorder:
    """What a runner told: snapshots and events, and a way to wait for one."""

    def __init__(self) -> None:
        self.snapshots: list[LineSnapshot] = []
        self.events: list[LineEvent] = []
        self.failures: list[Failure | None] = []
        self.states_at_event: list[LineState] = []
        self.calls: list[Call] = []
        self._told = asyncio.Event()

    def on_change(self, snapshot: LineSnapshot) -> None:
        self.snapshots.append(snapshot)
        self._told.set()

    def on_event(self, event: LineEvent, failure: Failure | None) -> None:
        self.events.append(event)
        self.failures.append(failure)
        self.states_at_event.append(self.snapshots[-1].state)
        self._told.set()

    async def until(self, condition) -> None:
        while not condition():
            self._told.clear()
            await self._told.wait()

    async def heard(self, event: LineEvent, times: int = 1) -> None:
        """Wait until the event has been told so often."""
        await self.until(lambda: self.events.count(event) >= times)


@asynccontextmanager
async def running(
    provider: FakeProvider, policy: Policy = QUICK, *, ledger: Ledger | None = None
) -> AsyncIterator[tuple[LineRunner, Recorder]]:
    told = Recorder()
    runner = LineRunner(
        LineIdentity(line_id="line", account=ADA, client_device_uri=OURS),
        provider,
        provider.servers,
        rediscover=lambda everything: provider.discover() if everything else provider.find_servers(),
        circuits=Circuits(time_scale=policy.time_scale),
        ledger=ledger or Ledger(),
        policy=policy,
        known_device_uris=frozenset(),
        on_change=told.on_change,
        on_event=told.on_event,
        on_call=told.calls.append,
    )
    try:
        yield runner, told
    finally:
        await runner.stop()


@asynccontextmanager
async def registered(
    provider: FakeProvider, policy: Policy = QUICK, *, ledger: Ledger | None = None
) -> AsyncIterator[tuple[LineRunner, Recorder]]:
    async with running(provider, policy, ledger=ledger) as (runner, told):
        runner.register()
        await told.heard(LineEvent.REGISTERED)
        yield runner, told


async def test_register_leads_to_registered_and_keepalives_follow():
    provider = FakeProvider()
    async with running(provider) as (runner, told):
        runner.register()
        await provider.until_asked("keepalive d1", times=3)
    assert told.events == [LineEvent.CONNECTING, LineEvent.REGISTERED]
    assert told.snapshots[-1].state is LineState.REGISTERED
    assert provider.requests[0] == "register primary"


async def test_the_snapshot_is_published_before_its_event():
    provider = FakeProvider()
    async with registered(provider) as (_runner, told):
        pass
    assert told.states_at_event == [LineState.REGISTERING, LineState.REGISTERED]


async def test_a_state_is_as_old_as_its_beginning_however_often_it_is_shown():
    provider = FakeProvider()
    async with registered(provider) as (runner, told):
        since_s = runner.snapshot.since_s
        await provider.until_asked("keepalive d1", times=3)
        await told.until(lambda: runner.snapshot.proved_at_s != since_s)
        assert runner.snapshot.since_s == since_s


async def test_whoever_does_not_want_to_wait_has_it_tried_now():
    provider = FakeProvider()
    provider.fail("register", BUSY, BUSY)
    slow = Policy(time_scale=1.0)
    async with running(provider, slow) as (runner, told):
        runner.register()
        await told.until(lambda: runner.snapshot.state is LineState.RETRY_WAIT)
        runner.retry()
        await provider.until_asked("register primary", times=2)


async def test_every_proof_moves_the_confirmation_and_the_next_check():
    provider = FakeProvider()
    async with registered(provider) as (runner, told):
        first = runner.snapshot
        await told.until(lambda: runner.snapshot.proved_at_s != first.proved_at_s)
        second = runner.snapshot
    assert (second.proved_at_s or 0) > (first.proved_at_s or 0)
    assert (second.next_at_s or 0) > (first.next_at_s or 0)
    assert second.round_trip_s is not None


async def test_while_a_request_is_under_way_there_is_no_next_check():
    provider = FakeProvider()
    provider.held.add("keepalive")
    async with running(provider) as (runner, _told):
        runner.register()
        await provider.until_asked("keepalive d1")
        assert runner.snapshot.next_at_s is None


async def test_a_missed_keepalive_is_told_and_mended_without_a_new_registration():
    provider = FakeProvider()
    provider.fail("keepalive", BUSY, BUSY)
    async with running(provider) as (runner, told):
        runner.register()
        await told.heard(LineEvent.RECONNECTED)
    assert told.events == [
        LineEvent.CONNECTING,
        LineEvent.REGISTERED,
        LineEvent.RECONNECTING,
        LineEvent.RECONNECTING,
        LineEvent.RECONNECTED,
    ]
    assert provider.requests.count("register primary") == 1


async def test_a_dead_primary_hands_over_to_the_backup():
    provider = FakeProvider()
    provider.fail("register", REFUSED)
    async with registered(provider) as (runner, _told):
        assert runner.snapshot.state is LineState.REGISTERED_BACKUP
        assert runner.snapshot.rehome_at_s is not None
    assert provider.requests == ["register primary", "register backup"]


async def test_a_forgotten_device_is_registered_again():
    provider = FakeProvider()
    provider.fail("keepalive", FORGOTTEN)
    async with running(provider) as (runner, told):
        runner.register()
        await told.heard(LineEvent.REGISTERED, times=2)
    assert [failure.message for failure in told.failures if failure] == ["Device not found"]


async def test_deregister_deletes_the_device_and_starts_nothing_again():
    provider = FakeProvider()
    async with registered(provider) as (runner, told):
        runner.deregister()
        await told.heard(LineEvent.UNREGISTERED)
        asked = len(provider.requests)
        await asyncio.sleep(0.1)
        assert len(provider.requests) == asked
        assert runner.snapshot.state is LineState.IDLE
        assert not runner.snapshot.wanted
    assert provider.devices_alive == []


def ring(call_id: str = "c1") -> CallRinging:
    return CallRinging(call_id=call_id, device_id="d1", caller=Caller("Ann Example"))


async def test_c20_a_device_that_rings_is_asked_for_again_when_the_call_has_ended():
    provider = FakeProvider()
    provider.fail("deregister", REFUSED)
    slow = Policy(time_scale=0.2)  # the next try of itself would come after 0.4 s
    async with registered(provider, slow) as (runner, told):
        runner.hear(ring(), SILENCE)
        runner.deregister()
        await provider.until_asked("deregister d1")
        await told.until(lambda: runner.snapshot.unconfirmed)
        assert line_words(runner.snapshot, Moment(0.0, datetime.now(UTC))).sentence == (
            "A call is ringing; deregistered when it ends."
        )
        began_s = asyncio.get_running_loop().time()
        runner.hear(CallEnded(call_id="c1", device_id="d1", cause="elsewhere"), SILENCE)
        await provider.until_asked("deregister d1", times=2)
        assert asyncio.get_running_loop().time() - began_s < 0.2
        assert [call.phase for call in told.calls] == [CallPhase.RINGING, CallPhase.ANSWERED_ELSEWHERE]
    assert provider.devices_alive == []


async def test_c18_a_ring_delays_no_recovery():
    provider = FakeProvider()
    async with registered(provider) as (runner, told):
        runner.hear(ring(), SILENCE)
        provider.fail("keepalive", *[BUSY] * 40)
        await told.until(lambda: provider.requests.count("register primary") > 1)


async def test_a_registration_granted_after_deregister_is_deleted_again():
    provider = FakeProvider()
    provider.held.add("register")
    async with running(provider) as (runner, told):
        runner.register()
        await provider.until_asked("register primary")
        runner.deregister()
        assert runner.snapshot.state is LineState.IDLE
        provider.hold.set()
        await provider.until_asked("deregister d1")
        await asyncio.sleep(0.01)
    assert provider.devices_alive == []
    assert LineEvent.REGISTERED not in told.events


async def test_discarding_a_late_registration_is_tried_again():
    provider = FakeProvider()
    provider.held.add("register")
    provider.fail("deregister", REFUSED, REFUSED)
    async with running(provider) as (runner, _told):
        runner.register()
        await provider.until_asked("register primary")
        runner.deregister()
        provider.hold.set()
        await provider.until_asked("deregister d1", times=3)
        await asyncio.sleep(0.01)
    assert provider.devices_alive == []


async def test_leaving_keeps_the_wish_and_waits_for_the_delete():
    provider = FakeProvider()
    async with registered(provider) as (runner, _told):
        await runner.leave(3.0)
        assert runner.snapshot.wanted
    assert provider.devices_alive == []


async def test_leaving_during_a_registration_leaves_no_device_behind():
    provider = FakeProvider()
    provider.held.add("register")
    async with running(provider) as (runner, _told):
        runner.register()
        await provider.until_asked("register primary")
        asyncio.get_running_loop().call_later(0.02, provider.hold.set)
        await runner.leave(3.0)
    assert provider.devices_alive == []
    assert "deregister d1" in provider.requests


async def test_leaving_ends_at_its_deadline_when_nobody_answers():
    provider = FakeProvider()
    provider.held.add("deregister")
    async with registered(provider) as (runner, _told):
        async with asyncio.timeout(20):
            await runner.leave(0.05)


async def test_after_stop_nothing_is_sent():
    provider = FakeProvider()
    async with registered(provider) as (runner, _told):
        await runner.stop()
        asked = len(provider.requests)
        runner.register()
        runner.tell(Woke)
        await asyncio.sleep(0.1)
        assert len(provider.requests) == asked


async def test_a_listener_may_command_the_line():
    provider = FakeProvider()
    async with running(provider) as (runner, told):
        listened = told.on_event

        def leave_at_once(event: LineEvent, failure: Failure | None) -> None:
            listened(event, failure)
            if event is LineEvent.REGISTERED:
                runner.deregister()

        runner._on_event = leave_at_once
        runner.register()
        await told.heard(LineEvent.UNREGISTERED)
    assert told.events == [LineEvent.CONNECTING, LineEvent.REGISTERED, LineEvent.UNREGISTERED]
    assert provider.devices_alive == []


async def test_a_fault_in_the_provider_becomes_a_failure_with_a_retry(caplog: pytest.LogCaptureFixture):
    provider = FakeProvider()

    def crash() -> None:
        provider.crash = None
        raise ZeroDivisionError

    provider.crash = crash
    async with registered(provider):
        pass
    assert "failed unexpectedly" in caplog.text
    caplog.clear()


async def test_without_a_keepalive_interval_the_line_beats_every_thirty_seconds():
    provider = FakeProvider()
    provider.keepalive_interval_s = None
    async with registered(provider, replace(QUICK, time_scale=0.01)) as (runner, _told):
        wait_s = (runner.snapshot.next_at_s or 0) - asyncio.get_running_loop().time()
        assert 0.25 < wait_s <= 0.34
        assert runner.snapshot.proof_window_s == pytest.approx(0.45)


async def test_waking_sends_a_keepalive_before_anything_else():
    provider = FakeProvider()
    async with registered(provider, replace(QUICK, time_scale=0.01)) as (runner, told):
        runner.tell(Woke)
        assert runner.snapshot.state is LineState.CHECKING
        await told.until(lambda: runner.snapshot.state is LineState.REGISTERED)
    assert provider.requests[:2] == ["register primary", "keepalive d1"]


async def test_ending_the_sign_in_stops_the_line_and_signing_in_again_brings_it_back():
    provider = FakeProvider()
    async with registered(provider) as (runner, told):
        runner.tell(SignInEnded, failure=SIGN_IN_ENDED)
        assert runner.snapshot.state is LineState.SIGNED_OUT
        assert runner.snapshot.wanted
        runner.tell(SignedIn)
        await told.heard(LineEvent.REGISTERED, times=2)


async def test_deregister_while_waiting_for_its_turn_sends_nothing():
    provider = FakeProvider()
    async with running(provider, Policy(time_scale=0.02)) as (runner, told):
        while (runner._circuits.registration_turn_s(PRIMARY) or 0) < 0.05:
            pass
        runner.register()
        await asyncio.sleep(0.01)
        runner.deregister()
        await told.heard(LineEvent.UNREGISTERED)
        await asyncio.sleep(0.1)
    assert provider.requests == []


async def test_lines_take_turns_to_register_and_none_is_refused_for_it():
    provider = FakeProvider()
    async with running(provider, Policy(time_scale=0.02)) as (runner, told):
        while (runner._circuits.registration_turn_s(PRIMARY) or 0) < 0.05:
            pass
        runner.register()
        await told.heard(LineEvent.REGISTERED)
    assert told.events[:2] == [LineEvent.CONNECTING, LineEvent.REGISTERED]


CALLS_OF_A_KEEPALIVE = 340  # of Python functions, without the provider's; whoever needs more says why


@in_virtual_time
async def test_a_keepalive_costs_no_more_python_than_is_written_down():
    provider = FakeProvider()
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    async with registered(provider, Policy()):
        await asyncio.sleep(300)
        before = provider.requests.count("keepalive d1")
        sys.setprofile(count)
        try:
            await asyncio.sleep(3000)
        finally:
            sys.setprofile(None)
        beats = provider.requests.count("keepalive d1") - before
    assert beats >= 90
    assert calls / beats <= CALLS_OF_A_KEEPALIVE, calls / beats
