"""What a person wants of a line, what is shown of it, and what others notice (calling/line_runner.py)."""

import asyncio
from itertools import pairwise

import pytest

from softphone.calling.calls import SHOWN_S, SILENCE
from softphone.calling.circuits import NEXT_PROBER_S
from softphone.calling.line_runner import HELD_BY_RING_S
from softphone.calling.messages import CallEnded
from softphone.calling.provider import Resent, nobody_counts
from softphone.line.device import Device
from softphone.line.events import Woke
from softphone.line.failure import Disposition
from softphone.line.model import Account, CallPhase, LineEvent, LineState, Role, Server
from softphone.line.policy import Policy
from softphone.settings.ledger import Granted, Ledger, LineRecord
from softphone.values import replace
from tests.calling.fake_provider import BACKUP, BUSY, FORGOTTEN, LIMIT_MET, PRIMARY, REFUSED, FakeProvider
from tests.calling.test_line_runner import OURS, registered, ring, running
from tests.calling.virtual_time import in_virtual_time


async def test_who_chooses_a_device_for_a_line_that_is_off_by_then_does_not_want_it_again():
    provider = FakeProvider()
    provider.fail("register", LIMIT_MET)
    async with running(provider) as (runner, told):
        runner.register()
        await told.until(lambda: runner.snapshot.state is LineState.ACTION)
        runner.deregister()
        runner.remove_device(LIMIT_MET.devices[0])
        runner.tell(Woke)
        await asyncio.sleep(0.05)
        assert not runner.snapshot.wanted
        assert provider.requests == ["register primary"]


@in_virtual_time
async def test_a_line_that_somebody_has_taken_is_wanted_when_it_resumes_and_any_other_registers():
    taken = Ledger(LineRecord(superseded=True))
    async with running(FakeProvider(), ledger=taken) as (runner, told):
        assert (runner.snapshot.state, runner.snapshot.wanted) == (LineState.ELSEWHERE, False)
        runner.resume()
        assert told.snapshots[-1].wanted
        assert runner.snapshot.state is LineState.ELSEWHERE
    async with running(FakeProvider()) as (runner, told):
        runner.resume()
        await told.heard(LineEvent.REGISTERED)
        assert runner.snapshot.wanted


@in_virtual_time
async def test_names_that_are_found_later_are_shown_and_told_once():
    provider = FakeProvider()
    async with registered(provider, Policy()) as (runner, told):
        account = Account(key="ada", name="Ada King")
        runner.identify(account, "+1999", "99")
        told_before = len(told.snapshots)
        identity = runner.snapshot.identity
        assert (identity.account, identity.phone_number, identity.extension) == (account, "+1999", "99")
        assert told.snapshots[-1] is runner.snapshot
        runner.identify(account, "+1999", "99")
        assert len(told.snapshots) == told_before
        assert identity.label == "Ada King"


@pytest.mark.parametrize("is_wanted", [True, False])
@in_virtual_time
async def test_a_line_that_is_registered_moves_to_another_webex_device_and_one_that_is_off_only_notes_it(
    is_wanted: bool,
):
    provider = FakeProvider()
    async with running(provider, Policy()) as (runner, told):
        if is_wanted:
            runner.register()
            await told.heard(LineEvent.REGISTERED)
        runner.move(OURS)
        await asyncio.sleep(1)
        assert told.events == [LineEvent.CONNECTING, LineEvent.REGISTERED][: 2 * is_wanted], "it is there"
        runner.move("https://wdm.example.com/devices/2")
        assert told.snapshots[-1].identity.client_device_uri.endswith("/2")
        await asyncio.sleep(5)
        assert runner.snapshot.wanted is is_wanted
        assert provider.devices_alive == ["d2"][: 1 * is_wanted]
        assert provider.requests == ["register primary", "deregister d1", "register primary"][: 3 * is_wanted]


@in_virtual_time
async def test_a_line_that_tries_to_register_notes_another_webex_device_and_goes_on():
    provider = FakeProvider()
    provider.fail("register", *[BUSY] * 4)
    async with running(provider, Policy()) as (runner, told):
        runner.register()
        await told.until(lambda: runner.snapshot.state is LineState.RETRY_WAIT)
        asked = len(provider.requests)
        runner.move("https://wdm.example.com/devices/2")
        assert told.snapshots[-1].identity.client_device_uri.endswith("/2")
        assert runner.snapshot.state is LineState.RETRY_WAIT
        assert len(provider.requests) == asked


@in_virtual_time
async def test_a_line_that_is_being_switched_off_notes_another_webex_device_and_goes_off():
    provider = FakeProvider()
    async with registered(provider, Policy()) as (runner, _told):
        runner.deregister()
        assert runner.snapshot.registration is not None
        runner.move("https://wdm.example.com/devices/2")
        await asyncio.sleep(10)
        assert not runner.snapshot.wanted
        assert provider.devices_alive == []
        assert provider.requests == ["register primary", "deregister d1"]


# ---- what is shown


@pytest.mark.parametrize("scale", [1.0, 0.5])
@in_virtual_time
async def test_what_is_shown_is_in_the_loops_seconds(scale: float):
    provider, loop = FakeProvider(), asyncio.get_running_loop()
    provider.fail("register", REFUSED)  # the primary; so there is a way home
    policy = Policy(time_scale=scale)
    await asyncio.sleep(1000)
    async with running(provider, policy) as (runner, told):
        assert runner.snapshot.since_s is None, "it was so at the start"
        assert runner.snapshot.unreachable_since_s == loop.time()
        assert runner.snapshot.miss_limit == policy.expiry_intervals
        runner.register()
        await told.heard(LineEvent.REGISTERED)
        shown = runner.snapshot
        assert shown.since_s == pytest.approx(loop.time(), abs=0.1)
        assert shown.proved_at_s == pytest.approx(loop.time(), abs=0.1)
        assert shown.last_proof_at_s == shown.proved_at_s
        assert shown.rehome_at_s is not None
        assert 3600 * scale <= shown.rehome_at_s - loop.time() <= 7200 * scale
        assert shown.next_at_s is not None
        assert 26 * scale <= shown.next_at_s - loop.time() <= 34 * scale
        assert shown.proof_window_s == pytest.approx(45.0 * scale)
        assert shown.unreachable_since_s is None


@in_virtual_time
async def test_how_long_a_press_is_of_no_use_is_shown_in_the_loops_seconds():
    provider, loop = FakeProvider(), asyncio.get_running_loop()
    asked = replace(BUSY, disposition=Disposition.THROTTLED, retry_after_s=600.0)
    provider.fail("register", *[asked] * 8)
    async with running(provider, Policy(time_scale=0.5)) as (runner, told):
        runner.register()
        await told.until(lambda: runner.snapshot.state is LineState.RETRY_WAIT)
        assert runner.snapshot.retry_held_until_s is None
        for _ in range(2):
            runner.retry()
            await asyncio.sleep(1)
        assert runner.snapshot.retry_held_until_s == pytest.approx(loop.time() + 300, abs=35)


@in_virtual_time
async def test_since_when_nobody_reaches_the_line_stays_whatever_is_tried_and_the_last_proof_too():
    provider = FakeProvider()
    async with registered(provider, Policy()) as (runner, told):
        await provider.until_asked("keepalive d1", times=2)
        await asyncio.sleep(1)
        proved_at_s = runner.snapshot.proved_at_s
        provider.fail("keepalive", FORGOTTEN)
        provider.fail("register", *[BUSY] * 20)
        await told.until(lambda: runner.snapshot.state is LineState.REGISTERING)
        since_s = asyncio.get_running_loop().time()
        seen = set[LineState]()
        for _ in range(40):
            await asyncio.sleep(1)
            seen.add(runner.snapshot.state)
            assert runner.snapshot.unreachable_since_s == since_s
            assert runner.snapshot.last_proof_at_s == proved_at_s
            assert runner.snapshot.proved_at_s is None
        assert LineState.RETRY_WAIT in seen
        await told.until(lambda: runner.snapshot.state is LineState.REGISTERED)
        assert runner.snapshot.unreachable_since_s is None


@pytest.mark.parametrize("lost", ["keepalive", "doubt"])
@in_virtual_time
async def test_a_line_that_webex_may_still_reach_is_not_shown_as_unreachable(lost: str):
    provider = FakeProvider()
    async with registered(provider, Policy()) as (runner, told):
        match lost:
            case "keepalive":
                provider.fail("keepalive", *[BUSY] * 3)
                await told.until(lambda: runner.snapshot.state is LineState.RECONNECTING)
            case "doubt":
                runner.tell(Woke)
                assert runner.snapshot.state is LineState.CHECKING
        assert runner.snapshot.unreachable_since_s is None


@in_virtual_time
async def test_nothing_is_told_where_nothing_has_changed():
    async with registered(FakeProvider(), Policy()) as (_runner, told):
        await asyncio.sleep(300)
        assert all(one != other for one, other in pairwise(told.snapshots))


# ---- calls


@in_virtual_time
async def test_a_ring_is_shown_and_told_and_holds_what_would_remove_the_device_for_two_minutes_at_most():
    async with registered(FakeProvider(), Policy(time_scale=0.5)) as (runner, told):
        runner.hear(ring(), SILENCE)
        assert runner.snapshot.call is not None
        assert told.snapshots[-1].call == told.calls[0]
        assert runner._driver.rings_s() == pytest.approx(HELD_BY_RING_S)
        runner.hear(ring("c2"), SILENCE)
        await asyncio.sleep(10)
        assert runner._driver.rings_s() == pytest.approx(HELD_BY_RING_S - 20), (
            "another ring holds it no longer"
        )
        runner.hear(CallEnded(call_id="c1", device_id="d1", cause="elsewhere"), SILENCE)
        assert runner._driver.rings_s() > 0, "the other one rings"
        runner.hears_nothing()
        assert runner.snapshot.call is not None
        assert runner.snapshot.call.phase is CallPhase.UNCERTAIN
        assert runner._driver.rings_s() > 0, "it may still ring"
        runner.hear(CallEnded(call_id="c2", device_id="d1", cause="elsewhere"), SILENCE)
        assert runner._driver.rings_s() == 0
        await asyncio.sleep(SHOWN_S * 0.5)
        assert runner.snapshot.call is None
        assert told.snapshots[-1] is runner.snapshot


@in_virtual_time
async def test_a_ring_that_comes_while_another_holds_the_device_holds_it_no_longer():
    async with registered(FakeProvider(), Policy()) as (runner, _told):
        runner.hear(ring(), SILENCE)
        await asyncio.sleep(HELD_BY_RING_S - 0.5)
        runner.hear(ring("c2"), SILENCE)
        assert runner._driver.rings_s() == pytest.approx(0.5)


@in_virtual_time
async def test_a_call_at_a_device_that_the_line_does_not_hold_is_nothing():
    async with registered(FakeProvider(), Policy()) as (runner, told):
        runner.hear(replace(ring(), device_id="d9"), SILENCE)
        assert (runner.snapshot.call, told.calls) == (None, [])
        runner.deregister()
        await told.heard(LineEvent.UNREGISTERED)
        runner.hear(ring(), SILENCE)
        assert len(told.calls) == 1, "the service may be slow to learn that the device is gone"


# ---- what the line is to the others at its servers


@in_virtual_time
async def test_a_line_that_is_switched_off_while_it_finds_out_for_the_others_leaves_that_to_them():
    provider, loop = FakeProvider(), asyncio.get_running_loop()
    provider.held.add("register")
    async with running(provider, Policy()) as (runner, _told):
        others_told_s = list[float]()
        for _ in range(3):
            runner._circuits.failed(PRIMARY, object(), REFUSED, lambda: others_told_s.append(loop.time()))
        while not others_told_s:
            await asyncio.sleep(0.1)
        runner.register()
        await asyncio.sleep(20)
        assert provider.requests[:1] == ["register primary"]
        assert others_told_s[-1] < loop.time() - 10, "one at a time"
        runner.deregister()
        await asyncio.sleep(NEXT_PROBER_S + 0.1)
        assert others_told_s[-1] >= loop.time() - 0.2


@in_virtual_time
async def test_a_line_that_its_server_serves_goes_on_whatever_the_server_does_to_others():
    provider = FakeProvider()
    async with registered(provider, Policy()) as (runner, told):
        for _ in range(3):
            runner._circuits.failed(PRIMARY, object(), REFUSED, lambda: None)
        await asyncio.sleep(300)
        assert provider.requests.count("keepalive d1") >= 8
        assert told.events == [LineEvent.CONNECTING, LineEvent.REGISTERED]


# ---- what it begins with


@pytest.mark.parametrize("scale", [1.0, 0.5])
@in_virtual_time
async def test_lists_that_were_found_at_the_start_are_looked_up_again_after_five_minutes_without_a_server(
    scale: float,
):
    provider, loop = FakeProvider(), asyncio.get_running_loop()
    provider.fail("register", *[BUSY] * 100)
    await asyncio.sleep(1000)
    async with running(provider, Policy(time_scale=scale)) as (runner, _told):
        runner.register()
        while "discover" not in provider.requests:
            await asyncio.sleep(0.5)
        assert 300 * scale <= loop.time() - 1000 <= 361 * scale


@in_virtual_time
async def test_after_an_unsure_end_of_the_last_run_every_server_is_asked_and_no_device_of_it_stays():
    provider, asked = FakeProvider(), list[Server]()
    left = Device(device_id="left", client_device_uri=OURS, last_seen="then", seen_ago_s=1000.0)
    provider.listed, provider.devices_alive = (left,), ["left"]
    devices = provider.devices

    async def listed(server: Server, *, resent: Resent = nobody_counts) -> tuple[Device, ...]:
        asked.append(server)
        return await devices(server)

    provider.devices = listed  # type: ignore[method-assign]
    async with running(provider, Policy(), ledger=Ledger(LineRecord(asking=True))) as (runner, told):
        runner.register()
        await told.heard(LineEvent.REGISTERED)
        await asyncio.sleep(30)
        assert asked[:2] == [PRIMARY, BACKUP]
        assert provider.devices_alive == ["d1"]


@in_virtual_time
async def test_a_device_that_an_earlier_run_was_granted_stands_in_nobodys_way():
    """It goes without a question, however lately the service has seen it."""
    provider, ledger = FakeProvider(), Ledger()
    ours = Device(device_id="ours", client_device_uri="https://wdm.example.com/devices/0", seen_ago_s=1.0)
    await ledger.granted(Granted(device=ours, server_url=PRIMARY.url))
    provider.fail("register", replace(LIMIT_MET, devices=(ours,)))
    async with running(provider, Policy(), ledger=ledger) as (runner, told):
        runner.register()
        await told.heard(LineEvent.REGISTERED)
        assert "deregister ours" in provider.requests


@in_virtual_time
async def test_what_an_earlier_run_left_is_removed_at_the_server_as_the_lists_name_it_now():
    """A primary and a backup have a socket each: over the other one's the wrong server would be asked."""
    provider, ledger, asked = FakeProvider(), Ledger(), list[Server]()
    gone = "https://gone.example.com/calling/web/"
    for url in (PRIMARY.url, BACKUP.url, gone):
        await ledger.granted(Granted(device=Device(device_id=url), server_url=url))

    async def deregister(server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        assert device.device_id == server.url
        asked.append(server)

    provider.deregister = deregister  # type: ignore[method-assign]
    async with running(provider, Policy(), ledger=ledger) as (runner, _told):
        runner.clean_up()
        await asyncio.sleep(1)
        assert asked == [PRIMARY, BACKUP, Server(gone, Role.PRIMARY)]
        assert ledger.left() == ()
