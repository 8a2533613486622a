"""What a line asks for is followed to its end: kept before it can be lost, removed when it is of no use."""

import asyncio

from softphone.calling.line_runner import MAYBE_LEFT
from softphone.calling.provider import GrantRefusedError, Resent, ServiceRequest, nobody_counts
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.events import NetworkBack, SignedIn
from softphone.line.failure import Disposition, Failure
from softphone.line.model import LineEvent, LineState, Registration, Server
from softphone.line.policy import Policy
from softphone.settings.ledger import Granted, Ledger, LineRecord
from softphone.values import replace
from tests.calling.fake_provider import BUSY, PRIMARY, REFUSED, FakeProvider
from tests.calling.test_line_runner import OURS, QUICK, Recorder, registered, running
from tests.calling.virtual_time import in_virtual_time

SUPERSEDED = replace(BUSY, disposition=Disposition.SUPERSEDED, http_status=409)
LOST = replace(REFUSED, unsure=True)


def ids(ledger: Ledger) -> list[str]:
    return [granted.device.device_id for granted in ledger.left()]


async def kept(ledger: Ledger, *device_ids: str) -> None:
    for device_id in device_ids:
        device = Device(device_id=device_id, client_device_uri=OURS)
        await ledger.granted(Granted(device=device, server_url=PRIMARY.url))


class Slow(FakeProvider):
    """Grants when a test says so; the request is counted at once."""

    def __init__(self) -> None:
        super().__init__()
        self.grant = asyncio.Event()

    async def register(
        self, server: Server, service: ServiceRequest, *, resent: Resent = nobody_counts
    ) -> Registration:
        registration = await super().register(server, service, resent=resent)
        if server is PRIMARY:
            await self.grant.wait()
        return registration


class SlowLedger(Ledger):
    """Takes its time to keep a grant, and notes what had been told by then."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Recorder()
        self.told_before: list[LineEvent] = []

    async def granted(self, granted: Granted) -> None:
        await asyncio.sleep(0.02)
        await super().granted(granted)
        self.told_before = list(self.told.events)


async def test_a_question_is_in_the_ledger_before_it_is_asked_and_a_grant_before_it_is_told():
    ledger, provider = SlowLedger(), FakeProvider()
    seen: list[tuple[str, bool, list[str]]] = []
    provider.crash = lambda: seen.append((provider.requests[-1], ledger.unsure, ids(ledger)))
    async with running(provider, ledger=ledger) as (runner, told):
        ledger.told = told
        runner.register()
        await told.heard(LineEvent.REGISTERED)
        assert seen[0] == ("register primary", True, [])
        assert ledger.told_before == [LineEvent.CONNECTING]
        while ledger.unsure:
            await asyncio.sleep(0)


@in_virtual_time
async def test_a_device_that_was_left_for_the_primary_leaves_the_ledger():
    ledger, provider = Ledger(), FakeProvider()
    provider.fail("register", REFUSED)
    async with registered(provider, Policy(), ledger=ledger) as (runner, told):
        assert runner.snapshot.state is LineState.REGISTERED_BACKUP
        await told.heard(LineEvent.REGISTERED, times=2)
        assert runner.snapshot.state is LineState.REGISTERED
        assert ids(ledger) == provider.devices_alive


async def test_leaving_waits_until_the_line_is_off_however_slow_the_disk_is():
    class SlowToForget(Ledger):
        async def gone(self, device_id: str) -> None:
            await asyncio.sleep(0.02)
            await super().gone(device_id)

    async with registered(FakeProvider(), ledger=SlowToForget()) as (runner, _told):
        assert await runner.leave(5.0) == ()
        assert runner.snapshot.state is LineState.IDLE


async def test_a_device_that_is_deregistered_leaves_the_ledger():
    ledger, provider = Ledger(), FakeProvider()
    async with registered(provider, ledger=ledger) as (runner, told):
        runner.deregister()
        await told.heard(LineEvent.UNREGISTERED)
        assert ids(ledger) == []
        assert provider.devices_alive == []


async def test_what_an_earlier_run_left_is_removed_at_the_start_and_a_held_device_is_not():
    ledger, provider = Ledger(), FakeProvider()
    provider.devices_alive += ["a", "b"]
    await kept(ledger, "a", "b")
    async with running(provider, ledger=ledger) as (runner, told):
        runner.clean_up()
        runner.register()
        await told.heard(LineEvent.REGISTERED)
        while len(provider.devices_alive) > 1:
            await asyncio.sleep(0.001)
        runner.clean_up()
        await asyncio.sleep(0.01)
        assert provider.devices_alive == ["d1"]
        assert ids(ledger) == ["d1"]


async def test_a_grant_that_comes_late_is_taken_while_nothing_is_held():
    ledger, provider = Ledger(), Slow()
    provider.fail("register", None, BUSY, BUSY, BUSY, BUSY, BUSY)
    async with running(provider, replace(QUICK, time_scale=0.2), ledger=ledger) as (runner, told):
        runner.register()
        await provider.until_asked("register backup")  # after ten seconds, nominally
        provider.grant.set()
        await told.heard(LineEvent.REGISTERED)
        assert runner.snapshot.server is PRIMARY
        assert provider.devices_alive == ["d1"]


async def test_a_grant_that_comes_when_another_is_held_is_given_back():
    ledger, provider = Ledger(), Slow()
    async with registered(provider, replace(QUICK, time_scale=0.2), ledger=ledger) as (runner, _told):
        assert runner.snapshot.state is LineState.REGISTERED_BACKUP
        provider.grant.set()
        await provider.until_asked("deregister d1")
        assert provider.devices_alive == ["d2"]


async def test_a_grant_that_we_refuse_is_given_back_at_once():
    ledger, provider = Ledger(), FakeProvider()
    foreign = Device(device_id="foreign", client_device_uri=OURS)
    refusals = [GrantRefusedError(BUSY, foreign)]
    register = provider.register

    async def refusing(
        server: Server, service: ServiceRequest, *, resent: Resent = nobody_counts
    ) -> Registration:
        if refusals:
            provider.devices_alive.append("foreign")
            raise refusals.pop()
        return await register(server, service, resent=resent)

    provider.register = refusing  # type: ignore[method-assign]
    async with registered(provider, ledger=ledger):
        await provider.until_asked("deregister foreign")
        assert provider.devices_alive == ["d1"]
        assert ids(ledger) == ["d1"]


async def test_after_an_unsure_request_the_devices_are_listed_and_an_orphan_is_removed():
    ledger, provider = Ledger(), FakeProvider()
    provider.fail("register", LOST)
    provider.devices_alive.append("orphan")
    orphan = Device(device_id="orphan", client_device_uri=OURS, last_seen="then", seen_ago_s=1.0)
    other = Device(device_id="other", client_device_uri="https://wdm.example.com/devices/9", seen_ago_s=900.0)
    provider.listed = (orphan, other)
    async with registered(provider, ledger=ledger):
        await provider.until_asked("deregister orphan")  # once it has stood still for two intervals
        assert "deregister other" not in provider.requests
        assert provider.requests.index("deregister orphan") > provider.requests.index("devices")


async def test_what_an_unsure_request_made_is_removed_also_when_the_line_is_off_by_then():
    ledger, provider = Ledger(), FakeProvider()
    provider.fail("register", *[LOST] * 1000)
    provider.devices_alive.append("orphan")
    provider.listed = (Device(device_id="orphan", client_device_uri=OURS, last_seen="then", seen_ago_s=1.0),)
    async with running(provider, ledger=ledger) as (runner, told):
        runner.register()
        await told.heard(LineEvent.UNREGISTERED)
        runner.deregister()
        await provider.until_asked("deregister orphan")
        while ledger.unsure:
            await asyncio.sleep(0.001)
        assert runner.snapshot.state is LineState.IDLE
        assert provider.devices_alive == []


async def test_an_unsure_end_of_the_last_run_is_looked_into_at_the_next():
    ledger, provider = Ledger(LineRecord(asking=True)), FakeProvider()
    async with registered(provider, ledger=ledger):
        await provider.until_asked("devices")
        while ledger.unsure:
            await asyncio.sleep(0.001)


async def test_without_an_unsure_request_nobody_lists_devices():
    ledger, provider = Ledger(), FakeProvider()
    async with running(provider, ledger=ledger) as (runner, _):
        runner.register()
        await provider.until_asked("keepalive d1", times=3)
        assert "devices" not in provider.requests


async def test_a_line_that_was_taken_stays_taken_after_a_restart_until_a_person_takes_it_back():
    ledger, provider = Ledger(), FakeProvider()
    async with running(provider, ledger=ledger) as (runner, told):
        provider.fail("keepalive", SUPERSEDED)
        runner.register()
        await told.until(lambda: runner.snapshot.state is LineState.ELSEWHERE)
        while not ledger.superseded:
            await asyncio.sleep(0)
    again = FakeProvider()
    async with running(again, ledger=ledger) as (runner, told):
        assert runner.snapshot.state is LineState.ELSEWHERE
        runner.resume()
        runner._asking._try_again()  # as the servers' circuits do
        runner.tell(SignedIn)
        runner.tell(NetworkBack)
        await asyncio.sleep(0.05)
        assert again.requests == []
        assert runner.snapshot.wanted
        runner.register()
        await told.heard(LineEvent.REGISTERED)
        while ledger.superseded:
            await asyncio.sleep(0)


async def test_deregister_is_off_while_the_delete_has_no_answer_and_its_end_is_told():
    ledger, provider = Ledger(), FakeProvider()
    async with registered(provider, replace(QUICK, time_scale=0.01), ledger=ledger) as (runner, told):
        provider.held.add("deregister")
        runner.deregister()
        await told.until(lambda: runner.snapshot.state is LineState.IDLE)
        assert runner.snapshot.unconfirmed
        assert ids(ledger) == ["d1"]
        provider.hold.set()
        await told.until(lambda: not runner.snapshot.unconfirmed)
        assert ids(ledger) == []


async def test_a_removal_goes_on_until_the_service_agrees():
    ledger, provider = Ledger(), FakeProvider()
    failures: list[Failure | None] = [BUSY, REFUSED, BUSY]
    provider.fail("deregister", *failures)
    async with registered(provider, ledger=ledger) as (runner, told):
        runner.deregister()
        await provider.until_asked("deregister d1", times=4)
        while ids(ledger):
            await asyncio.sleep(0.001)
        await told.until(lambda: not runner.snapshot.unconfirmed)


async def test_an_end_says_that_a_server_still_owes_the_answer_to_a_registration():
    ledger, provider = Ledger(), Slow()
    async with running(provider, ledger=ledger) as (runner, told):
        runner.register()
        await provider.until_asked("register primary")
        assert await runner.leave(0.05) == (MAYBE_LEFT,)
        assert ledger.unsure, "the next start looks"
        assert runner.snapshot.state is LineState.IDLE
        assert told.events[-1] is LineEvent.UNREGISTERED


class Resending(FakeProvider):
    """Holds a registration, and asks then whether it may be sent once more, as a renewed token wants it."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()
        self.may: list[bool] = []

    async def register(
        self, server: Server, service: ServiceRequest, *, resent: Resent = nobody_counts
    ) -> Registration:
        await self._answer("register", server.role.value)
        await self.go_on.wait()
        self.may.append(resent())
        raise RequestError(BUSY)


async def test_a_registration_that_is_wanted_may_be_sent_once_more():
    provider = Resending()
    async with running(provider) as (runner, _told):
        runner.register()
        await provider.until_asked("register primary")
        provider.go_on.set()
        while not provider.may:
            await asyncio.sleep(0.001)
        assert provider.may[0]


async def test_a_registration_that_nobody_wants_any_more_is_not_sent_once_more():
    provider = Resending()
    async with running(provider) as (runner, _told):
        runner.register()
        await provider.until_asked("register primary")
        runner.deregister()
        provider.go_on.set()
        while not provider.may:
            await asyncio.sleep(0.001)
        assert provider.may == [False]
