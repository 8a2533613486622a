import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from softphone.calling.calling_client import FRESH_S, CallingClient
from softphone.calling.calls import SILENCE
from softphone.calling.circuits import Circuits
from softphone.calling.line import EventName, Line
from softphone.calling.messages import CallRinging
from softphone.calling.provider import ServiceRequest
from softphone.errors import ConfigError, RequestError
from softphone.line.device import Device
from softphone.line.model import Caller, CallPhase, LineState, Server, Servers, Service
from softphone.line.policy import Policy
from tests.calling.fake_provider import (
    BACKUP,
    BUSY,
    FORGOTTEN,
    LIMIT_MET,
    PRIMARY,
    REFUSED,
    TOKEN_ENDED,
    FakeProvider,
)
from tests.calling.virtual_time import in_virtual_time

QUICK = Policy(time_scale=0.001)
CONTACT_CENTER = ServiceRequest(Service.CONTACT_CENTER, domain="rtw.prod-us.rtmsprod.net")
BOTH = (Service.CALLING, CONTACT_CENTER)


@asynccontextmanager
async def started(provider: FakeProvider, **options) -> AsyncIterator[CallingClient]:
    client = await CallingClient.start(provider, policy=QUICK, **options)
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def one_line(provider: FakeProvider) -> AsyncIterator[Line]:
    async with started(provider) as client:
        (line,) = client.get_lines().values()
        yield line


async def heard(line: Line, event: EventName) -> object:
    """Wait for the next event of this name and return its payload."""
    future: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    def listener(*payload: object) -> None:
        if not future.done():
            future.set_result(payload[0] if payload else None)

    line.on(event, listener)
    try:
        return await future
    finally:
        line.off(event, listener)


async def test_there_is_one_line_per_service_after_start_and_none_registers_by_itself():
    provider = FakeProvider()
    async with started(provider, services=BOTH) as client:
        lines = client.get_lines()
        assert len(lines) == 2
        assert {line.status for line in lines.values()} == {"IDLE"}
        assert {line.snapshot.identity.service for line in lines.values()} == {
            Service.CALLING,
            Service.CONTACT_CENTER,
        }
    assert provider.requests == ["discover"]


async def test_the_returned_dictionary_is_a_copy():
    async with started(FakeProvider()) as client:
        client.get_lines().clear()
        assert len(client.get_lines()) == 1


async def test_registered_passes_the_line_with_its_values_filled():
    async with one_line(FakeProvider()) as line:
        waiting = asyncio.ensure_future(heard(line, "registered"))
        await asyncio.sleep(0)
        assert line.register() is None
        assert await waiting is line
        assert line.status == "active"
        assert {name: value for name, value in line.to_dict().items() if value is not None} == {
            "lineId": line.line_id,
            "mobiusDeviceId": "d1",
            "phoneNumber": "+12145550101",
            "extension": "5101",
            "status": "active",
            "sipAddresses": ["sip:ada@example.com"],
            "keepaliveInterval": 30.0,
            "rehomingIntervalMin": 60,
            "rehomingIntervalMax": 120,
        }


async def test_error_passes_status_type_and_message():
    provider = FakeProvider()
    provider.fail("register", TOKEN_ENDED)
    async with one_line(provider) as line:
        waiting = asyncio.ensure_future(heard(line, "error"))
        await asyncio.sleep(0)
        line.register()
        error = await waiting
        assert isinstance(error, dict)
        assert {"status": "inactive", "type": "tokenError", "msg": "Token expired"}.items() <= error.items()
        assert line.status == "inactive"


async def test_v120_an_error_nobody_listens_to_changes_nothing():
    provider = FakeProvider()
    provider.fail("register", TOKEN_ENDED)
    async with one_line(provider) as line:
        line.register()
        await provider.until_asked("register primary")
        line.register()
        await heard(line, "registered")


async def test_v121_giving_up_without_a_listener_disturbs_nothing_and_the_line_goes_on():
    provider = FakeProvider()
    provider.servers = Servers(primaries=(PRIMARY,))
    provider.fail("register", *[BUSY] * 8)
    async with one_line(provider) as line:
        line.register()
        await heard(line, "registered")
    assert provider.requests.count("register primary") == 9


async def test_v115_the_devices_are_asked_of_the_next_server_when_one_does_not_tell():
    provider = FakeProvider()
    provider.fail("register", LIMIT_MET)
    provider.fail("devices", FORGOTTEN)
    provider.listed = (Device(device_id="d9"),)
    async with started(provider) as client:
        (line,) = client.get_lines().values()
        line.register()
        await heard(line, "error")
        assert await client.blocking_devices(line.line_id) == provider.listed
        assert provider.requests.count("devices") == 2
        assert (line.status, line.mobius_device_id) == ("inactive", None)


@pytest.mark.parametrize(
    ("uri", "asked"),
    [("", PRIMARY), ("https://gone.example.com/devices/d9", PRIMARY), (f"{BACKUP.url}devices/d9", BACKUP)],
)
async def test_another_device_is_deleted_where_it_was_granted_or_else_at_the_first_server(
    uri: str, asked: Server
):
    provider, told = FakeProvider(), []
    deregister = provider.deregister

    async def noted(server: Server, device: Device) -> None:
        told.append(server)
        await deregister(server, device)

    provider.deregister = noted  # type: ignore[assignment, method-assign]
    async with started(provider) as client:
        (line,) = client.get_lines().values()
        await client.delete_device(line.line_id, Device(device_id="d9", uri=uri))
        assert told == [asked]


async def test_a_listener_that_raises_stops_neither_the_line_nor_other_listeners(
    caplog: pytest.LogCaptureFixture,
):
    async with one_line(FakeProvider()) as line:
        line.on("registered", lambda _: 1 / 0)
        line.register()
        assert await heard(line, "registered") is line
        await heard_nothing_for(0.05, line, "unregistered")
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


async def heard_nothing_for(seconds: float, line: Line, event: EventName) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await heard(line, event)


async def test_a_listener_may_remove_itself_while_it_is_called():
    async with one_line(FakeProvider()) as line:
        called: list[str] = []

        def once(_: Line) -> None:
            called.append("once")
            line.off("registered", once)

        line.on("registered", once)
        line.on("registered", lambda _: called.append("always"))
        line.register()
        await heard(line, "registered")
        line.register()
        assert called == ["once", "always", "always"]


async def test_an_unknown_event_is_refused_by_name():
    async with one_line(FakeProvider()) as line:
        with pytest.raises(ValueError, match="registred"):
            line.on("registred", print)  # type: ignore[call-overload]


async def test_discovery_that_fails_raises_its_failure():
    provider = FakeProvider()
    provider.fail("discover", BUSY)
    with pytest.raises(RequestError) as caught:
        await CallingClient.start(provider)
    assert caught.value.failure is BUSY


async def test_closing_deregisters_every_line_and_closes_the_provider():
    provider = FakeProvider()
    async with started(provider, services=BOTH) as client:
        lines = list(client.get_lines().values())
        for line in lines:
            line.register()
        await provider.until_asked("register primary", times=2)
        await asyncio.sleep(0.01)
    assert provider.devices_alive == []
    assert provider.closed


async def test_closing_without_deregistering_sends_nothing():
    provider = FakeProvider()
    client = await CallingClient.start(provider, policy=QUICK)
    (line,) = client.get_lines().values()
    line.register()
    await heard(line, "registered")
    await client.close(deregister=False)
    assert not any(request.startswith("deregister") for request in provider.requests)


async def test_lines_that_look_for_servers_at_the_same_time_share_one_discovery():
    provider = FakeProvider()
    async with started(provider) as client:
        await asyncio.sleep(FRESH_S * QUICK.time_scale)
        provider.held.add("discover")
        first = asyncio.ensure_future(client._rediscover(True))
        second = asyncio.ensure_future(client._rediscover(True))
        await provider.until_asked("discover", times=2)
        provider.hold.set()
        assert await first == await second
        assert await client._rediscover(True) is client.discovery, "found a moment ago"
    assert provider.requests.count("discover") == 2


async def test_accounts_look_for_servers_one_after_the_other():
    circuits = Circuits(time_scale=QUICK.time_scale)
    providers = [FakeProvider(), FakeProvider()]
    async with (
        started(providers[0], circuits=circuits) as one,
        started(providers[1], circuits=circuits) as two,
    ):
        await asyncio.sleep(FRESH_S * QUICK.time_scale)
        await one._rediscover(True)
        with pytest.raises(RequestError):
            await two._rediscover(True)
        await asyncio.sleep(0.01)
        await two._rediscover(True)
    assert [provider.requests.count("discover") for provider in providers] == [2, 2]


@pytest.mark.parametrize(
    "services", [(), (Service.CALLING, Service.CALLING), (CONTACT_CENTER, CONTACT_CENTER)]
)
async def test_services_that_cannot_be_are_refused_before_anything_is_sent(services):
    provider = FakeProvider()
    with pytest.raises(ConfigError, match="contactcenter"):
        await CallingClient.start(provider, services=services)
    assert provider.requests == []


async def test_each_line_registers_for_its_service_on_a_device_of_its_own():
    provider = FakeProvider()
    async with started(provider, services=BOTH) as client:
        lines = client.get_lines().values()
        assert len({line.snapshot.identity.client_device_uri for line in lines}) == 2
        for line in lines:
            line.register()
            await heard(line, "registered")
    assert provider.services == [ServiceRequest(), CONTACT_CENTER]


async def test_one_line_that_fails_does_not_delay_another():
    provider = FakeProvider()
    provider.fail("register", REFUSED)
    async with started(provider, services=BOTH) as client:
        first, second = client.get_lines().values()
        first.register()
        await provider.until_asked("register primary")
        second.register()
        await heard(second, "registered")


async def test_closing_says_which_device_could_not_be_removed_and_why():
    provider = FakeProvider()
    client = await CallingClient.start(provider, policy=QUICK)
    (line,) = client.get_lines().values()
    line.register()
    await heard(line, "registered")
    provider.fail("deregister", *[REFUSED] * 1000)
    [sentence] = await client.close(deadline_s=0.05)
    assert str(sentence).startswith("Device d1 could not be removed at Webex yet (No answer).")


async def test_closing_says_nothing_when_everything_is_gone():
    client = await CallingClient.start(FakeProvider(), policy=QUICK)
    (line,) = client.get_lines().values()
    line.register()
    await heard(line, "registered")
    assert await client.close() == ()


async def test_devices_come_newest_first_and_one_that_nobody_dates_is_not_taken_for_old():
    provider = FakeProvider()
    ages_s = {"old": 90.0, "new": 0.5, "unknown": None}
    provider.listed = tuple(Device(device_id=name, seen_ago_s=age_s) for name, age_s in ages_s.items())
    async with started(provider) as client:
        [line_id] = client.get_lines()
        assert [device.device_id for device in await client.devices(line_id)] == ["unknown", "new", "old"]


async def test_what_the_surroundings_say_is_told_to_every_line():
    provider = FakeProvider()
    provider.fail("register", *[BUSY] * 4)
    client = await CallingClient.start(provider, policy=Policy(), services=BOTH)
    lines = client.get_lines().values()

    async def all_are(state: LineState) -> None:
        while {line.snapshot.state for line in lines} != {state}:
            await asyncio.sleep(0)

    for line in lines:
        line.register()
    await all_are(LineState.RETRY_WAIT)
    client.network_lost()
    await all_are(LineState.OFFLINE)
    client.sign_in_ended(TOKEN_ENDED)
    await all_are(LineState.SIGNED_OUT)
    client.signed_in()
    await client.close()


@in_virtual_time
async def test_where_a_registration_is_in_doubt_it_is_proved_soon_and_a_call_may_have_ended():
    class InDoubt(FakeProvider):
        doubted: Callable[[], None]

        def on_doubt(self, listener: Callable[[], None]) -> None:
            self.doubted = listener

    provider = InDoubt()
    client = await CallingClient.start(provider, policy=Policy())
    [line] = client.get_lines().values()
    line.register()
    await line.registered()
    client.hear(CallRinging(call_id="c1", device_id="d1", caller=Caller("Ann")), SILENCE)
    await asyncio.sleep(8)
    assert "keepalive d1" not in provider.requests
    provider.doubted()
    assert line.snapshot.call is not None
    assert line.snapshot.call.phase is CallPhase.UNCERTAIN
    await asyncio.sleep(4)
    assert provider.requests.count("keepalive d1") == 1
    await client.close()


@in_virtual_time
async def test_a_registration_is_proved_when_somebody_asks_and_nobody_is_asked_without_one():
    provider = FakeProvider()
    client = await CallingClient.start(provider, policy=Policy())
    [(line_id, line)] = client.get_lines().items()
    await client.prove(line_id)
    assert provider.requests == ["discover"]
    line.register()
    await line.registered()
    await client.prove(line_id)
    assert provider.requests[-1] == "keepalive d1"
    provider.fail("keepalive", BUSY)
    with pytest.raises(RequestError):
        await client.prove(line_id)
    await client.close()


async def test_closing_while_the_servers_are_looked_up_leaves_no_fault_behind():
    provider, faults, loop = FakeProvider(), [], asyncio.get_running_loop()
    async with started(provider) as client:
        loop.set_exception_handler(lambda _loop, context: faults.append(context))
        provider.held.add("discover")
        looking = asyncio.create_task(client.look_up())
        await provider.until_asked("discover", times=2)
        await client.close()
        await asyncio.gather(looking, return_exceptions=True)
        await asyncio.sleep(0)
    assert faults == []
