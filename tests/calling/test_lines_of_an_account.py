"""The lines of one account together: what they share, and what is asked beside them (CallingClient)."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from softphone.calling.calling_client import FRESH_S, CallingClient
from softphone.calling.calls import SILENCE
from softphone.calling.circuits import DISCOVERIES_PER_S
from softphone.calling.driven_line import DrivenLine
from softphone.calling.line import Line
from softphone.calling.messages import CallRinging
from softphone.calling.provider import Discovery, Resent, nobody_counts
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.failure import ASKED_TO_WAIT, Failure
from softphone.line.model import (
    Account,
    Call,
    LineEvent,
    LineSnapshot,
    LineState,
    Reach,
    Role,
    Server,
    Servers,
    Service,
)
from softphone.line.policy import Policy
from softphone.settings.ledger import Granted, Ledger, LineRecord
from softphone.values import replace
from tests.calling.fake_provider import ADA, BACKUP, BUSY, PRIMARY, REFUSED, FakeProvider
from tests.calling.test_calling_client import BOTH
from tests.calling.virtual_time import in_virtual_time

ELSEWHERE = Server("https://p9.example.com/api/v1/calling/web/", Role.PRIMARY)


class Noting(FakeProvider):
    """Notes whom it asks for devices, keepalives and services."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Server] = []
        self.deadlines_s: list[float] = []
        self.discovered: list[tuple[Service, ...]] = []
        self.extension = "5101"

    async def discover(self, services: Sequence[Service] = (Service.CALLING,)) -> Discovery:
        self.discovered.append(tuple(services))
        return await super().discover(services)

    async def find_details(self) -> Discovery:
        found = await super().find_details()
        return replace(
            found, phone_number="+1999", extension="99", warnings=("odd",), details_pending=True, region="EU"
        )

    async def devices(self, server: Server, *, resent: Resent = nobody_counts) -> tuple[Device, ...]:
        self.asked.append(server)
        return await super().devices(server)

    async def deregister(self, server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        self.asked.append(server)
        await super().deregister(server, device)

    async def keepalive(
        self, server: Server, device: Device, deadline_s: float, *, resent: Resent = nobody_counts
    ) -> None:
        self.asked.append(server)
        self.deadlines_s.append(deadline_s)
        await super().keepalive(server, device, deadline_s)


@asynccontextmanager
async def started(provider: FakeProvider, **options: Any) -> AsyncIterator[CallingClient]:
    client = await CallingClient.start(provider, **({"policy": Policy()} | options))
    try:
        yield client
    finally:
        await client.close(deregister=False)


async def until(line: Line, state: LineState) -> None:
    while line.snapshot.state is not state:
        await asyncio.sleep(0.1)


def now_s() -> float:
    return asyncio.get_running_loop().time()


# ---- what a line begins with


@in_virtual_time
async def test_a_line_begins_with_what_was_found_and_each_has_a_ledger_of_its_own():
    asked = list[tuple[str, Service]]()

    def ledger_of(key: str, service: Service) -> Ledger:
        asked.append((key, service))
        return Ledger()

    async with started(Noting(), services=BOTH, ledgers=ledger_of) as client:
        assert asked == [("ada", Service.CALLING), ("ada", Service.CONTACT_CENTER)]
        for number, (line_id, line) in enumerate(client.get_lines().items(), 1):
            identity = line.snapshot.identity
            assert line.line_id == line_id
            assert (identity.account, identity.user_id) == (ADA, "user")
            assert (identity.phone_number, identity.extension) == ("+12145550101", "5101")
            assert identity.client_device_uri == f"https://wdm.example.com/devices/{number}"
        assert len(client.get_lines()) == 2


@in_virtual_time
async def test_without_a_wish_there_is_one_line_for_calling_and_a_circuit_at_the_pace_of_the_policy():
    provider = Noting()
    provider.fail("register", *[REFUSED] * 100)
    async with started(provider, policy=Policy(time_scale=0.5)) as client:
        assert provider.discovered == [(Service.CALLING,)]
        assert client._circuits.may_discover()
        await asyncio.sleep(0.5 / DISCOVERIES_PER_S)
        assert client._circuits.may_discover()


# ---- names


@in_virtual_time
async def test_names_that_come_later_are_shown_on_every_line_and_what_else_was_found_stays():
    provider = Noting()
    provider.untold = 1
    async with started(provider, services=BOTH) as client:
        assert client.discovery.account.name == ""
        client.discovery = replace(client.discovery, details_pending=True)
        found = await client.find_details()
        assert found is client.discovery
        assert (found.phone_number, found.extension, found.warnings) == ("+1999", "99", ("odd",))
        assert (found.details_pending, found.details_untold, found.region) == (False, False, "US-EAST")
        for line in client.get_lines().values():
            identity = line.snapshot.identity
            assert (identity.account, identity.phone_number, identity.extension) == (ADA, "+1999", "99")


@in_virtual_time
async def test_a_name_that_is_not_told_any_more_stays_as_it_was():
    provider = Noting()
    async with started(provider) as client:
        provider.untold = 2
        assert (await client.find_details()).details_untold
        assert client.discovery.account == ADA
        client.name(Account(key="ada", name="Ada King"))
        [line] = client.get_lines().values()
        assert line.snapshot.identity.account.name == client.discovery.account.name == "Ada King"
        assert line.extension == "99"


# ---- who is told


@in_virtual_time
async def test_snapshots_events_and_calls_are_told_to_the_program_and_to_the_lines_listeners():
    snapshots, told = list[LineSnapshot](), list[tuple[object, ...]]()
    async with started(FakeProvider()) as client:
        [line] = client.get_lines().values()

        def on_event(line: Line, event: LineEvent, failure: Failure | None) -> None:
            told.append((line, event, failure, line.snapshot.state))

        def on_call(line: Line, call: Call) -> None:
            told.append((line, call.call_id))

        client.on_snapshot(snapshots.append)
        client.on_event(on_event)
        client.on_call(on_call)
        line.on("registered", lambda which: told.append(("listener", which)))
        line.on("incoming", lambda call: told.append(("listener", call.call_id)))
        line.register()
        await until(line, LineState.REGISTERED)
        client.hear(CallRinging(call_id="c1", device_id="d1"), SILENCE)
        assert told == [
            (line, LineEvent.CONNECTING, None, LineState.REGISTERING),
            (line, LineEvent.REGISTERED, None, LineState.REGISTERED),
            ("listener", line),
            (line, "c1"),
            ("listener", "c1"),
        ]
        assert snapshots[-1] is line.snapshot


@in_virtual_time
async def test_a_call_is_heard_by_the_line_whose_device_it_names_and_its_doubt_by_all():
    async with started(FakeProvider(), services=BOTH) as client:
        first, second = client.get_lines().values()
        for line in (first, second):
            line.register()
            await until(line, LineState.REGISTERED)
        client.hear(CallRinging(call_id="c1", device_id="d2"), SILENCE)
        assert first.snapshot.call is None
        assert second.snapshot.call is not None
        client.hears_nothing()
        assert second.snapshot.call is not None
        assert second.snapshot.call.phase.value == "uncertain"


# ---- what the panel does with one of them


@in_virtual_time
async def test_each_command_is_for_the_line_that_it_names():
    provider = FakeProvider()
    async with started(provider, services=BOTH) as client:
        (first_id, first), (_, second) = client.get_lines().items()
        client.resume(first_id)
        await until(first, LineState.REGISTERED)
        assert not second.snapshot.wanted
        first.deregister()
        await until(first, LineState.IDLE)
        provider.fail("register", *[BUSY] * 2)
        first.register()
        await until(first, LineState.RETRY_WAIT)
        asked, at_s = provider.requests.count("register primary"), now_s()
        client.retry(first_id)
        await asyncio.sleep(0.01)
        assert provider.requests.count("register primary") == asked + 1
        assert now_s() == pytest.approx(at_s, abs=0.02)


@in_virtual_time
async def test_what_earlier_runs_left_is_removed_for_every_line():
    ledgers = [Ledger(), Ledger()]
    for number, ledger in enumerate(ledgers):
        await ledger.granted(Granted(device=Device(device_id=f"left{number}"), server_url=PRIMARY.url))
    free = iter(ledgers)
    provider = FakeProvider()
    async with started(provider, services=BOTH, ledgers=lambda _key, _service: next(free)) as client:
        await asyncio.sleep(1)
        assert provider.requests == ["discover"]
        client.clean_up()
        await asyncio.sleep(1)
        assert provider.requests[1:] == ["deregister left0", "deregister left1"]


# ---- looking servers up again


@in_virtual_time
async def test_what_is_found_anew_is_known_from_then_on_and_lines_on_another_webex_device_register_anew():
    provider = Noting()
    async with started(provider) as client:
        [line] = client.get_lines().values()
        line.register()
        await line.registered()
        found = replace(client.discovery, device_uri="https://wdm.example.com/devices/7", device_uris={})
        client.move(found)
        assert client.discovery is found
        await asyncio.sleep(5)
        assert line.snapshot.identity.client_device_uri == found.device_uri
        assert provider.devices_alive == ["d2"]
        provider.servers = Servers(primaries=(ELSEWHERE,))
        assert (await client.look_up()).servers.all == (ELSEWHERE,)
        assert client.discovery.servers.all == (ELSEWHERE,)
        assert provider.discovered == [(Service.CALLING,)] * 2


@pytest.mark.parametrize("everything", [True, False])
@in_virtual_time
async def test_lists_are_looked_up_for_all_lines_at_once_not_again_while_fresh_and_at_a_pace(
    everything: bool,
):
    provider, asked = Noting(), "discover" if everything else "find_servers"
    before = 1 if everything else 0
    async with started(provider, policy=Policy(time_scale=0.5), services=BOTH) as client:
        await asyncio.sleep(FRESH_S * 0.5 - 0.1)
        assert await client._rediscover(everything) is client.discovery
        assert provider.requests.count(asked) == before
        await asyncio.sleep(0.1)
        provider.held.add(asked)
        both = [asyncio.ensure_future(client._rediscover(everything)) for _ in range(2)]
        await asyncio.sleep(1)
        both[0].cancel()
        provider.hold.set()
        assert await both[1] is client.discovery
        assert provider.requests.count(asked) == before + 1
        assert set(provider.discovered) == {(Service.CALLING, Service.CONTACT_CENTER)}
        await asyncio.sleep(FRESH_S * 0.5 - 0.1)
        assert await client._rediscover(everything) is client.discovery
        assert provider.requests.count(asked) == before + 1
        client.network_back()
        await client._rediscover(everything)
        assert provider.requests.count(asked) == before + 2, "the lists may be others now"
        client.network_back()
        with pytest.raises(RequestError) as caught:
            await client._rediscover(everything)
        assert caught.value.failure == ASKED_TO_WAIT


@in_virtual_time
async def test_lists_that_could_not_be_had_are_asked_for_again_and_the_old_ones_stay():
    provider, faults = Noting(), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
    async with started(provider) as client:
        before = client.discovery
        provider.fail("discover", BUSY)
        with pytest.raises(RequestError):
            await client.look_up()
        assert client.discovery is before
        assert await client.look_up() is client.discovery is not before
    assert faults == []


@in_virtual_time
async def test_a_failure_that_nobody_waits_for_any_more_is_no_fault():
    provider, faults = Noting(), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
    async with started(provider) as client:
        provider.held.add("discover")
        provider.fail("discover", BUSY)
        looking = asyncio.ensure_future(client.look_up())
        await asyncio.sleep(1)
        looking.cancel()
        provider.hold.set()
        await asyncio.sleep(1)
        await client.look_up()  # lets go of the one before
        gc.collect()
    assert faults == []


# ---- proofs and pings


@pytest.mark.parametrize(
    ("reach", "is_up"), [(Reach.UP, True), (Reach.ANSWERS, False), (Reach.SILENT, False)]
)
@in_virtual_time
async def test_a_server_is_up_only_where_it_says_so(reach: Reach, is_up: bool):
    provider = FakeProvider()
    provider.reach = reach
    async with started(provider) as client:
        assert await client.ping(BACKUP) is is_up
        assert provider.requests[-1] == "ping backup"


@pytest.mark.parametrize(("interval_s", "deadline_s"), [(60.0, 60.0), (None, 30.0), (1.0, 7.5)])
@in_virtual_time
async def test_a_proof_is_waited_for_as_long_as_the_next_keepalive_is_away(
    interval_s: float | None, deadline_s: float
):
    provider = Noting()
    provider.keepalive_interval_s = interval_s
    async with started(provider) as client:
        [(line_id, line)] = client.get_lines().items()
        line.register()
        await line.registered()
        await client.prove(line_id)
        assert provider.deadlines_s[-1] == Policy().keepalive_every_s(interval_s) == deadline_s
        assert provider.asked[-1] is PRIMARY


# ---- what the surroundings say


@pytest.mark.parametrize(
    "say",
    [CallingClient.woke, CallingClient.network_lost, CallingClient.network_back, CallingClient._doubted],
)
@in_virtual_time
async def test_after_sleep_or_a_change_of_the_network_each_line_is_proved_soon(
    say: Callable[[CallingClient], None],
):
    provider = FakeProvider()
    async with started(provider, services=BOTH) as client:
        lines = client.get_lines().values()
        for line in lines:
            line.register()
            await line.registered()
        await asyncio.sleep(20)
        say(client)
        await asyncio.sleep(5)
        assert {"keepalive d1", "keepalive d2"} <= set(provider.requests)
        looked_up = [asked for asked in provider.requests if asked == "find_servers"]
        assert len(looked_up) == (say is CallingClient.network_back), "the lists may be others, once for all"
        assert {line.snapshot.state for line in lines} == {LineState.REGISTERED}


# ---- the end


@in_virtual_time
async def test_the_end_is_told_to_whoever_waits_and_nothing_is_looked_up_any_more():
    provider = Noting()
    client = await CallingClient.start(provider, policy=Policy())
    [line] = client.get_lines().values()
    provider.held |= {"discover", "register"}
    looking = asyncio.ensure_future(client.look_up())
    waiting = asyncio.ensure_future(line.registered())
    await asyncio.sleep(1)
    began_s = now_s()
    left = await client.close(deadline_s=3.0)
    assert now_s() - began_s == pytest.approx(3.0, abs=0.1)
    assert len(left) == 1, "one registration has no answer"
    assert isinstance(line, DrivenLine)
    results = await asyncio.gather(looking, waiting, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert isinstance(results[1], RequestError)
    assert provider.closed


@in_virtual_time
async def test_the_provider_is_let_go_of_when_nothing_uses_it_any_more():
    class Slow(FakeProvider):
        """Takes a moment to end a discovery."""

        ended_while_open = False

        async def _answer(self, method: str, what: str = "") -> None:
            try:
                await super()._answer(method, what)
            finally:
                if method in self.held:
                    await asyncio.sleep(0.1)
                    self.ended_while_open = not self.closed

    provider = Slow()
    client = await CallingClient.start(provider, policy=Policy())
    provider.held.add("discover")
    looking = asyncio.ensure_future(client.look_up())
    await asyncio.sleep(1)
    await client.close()
    assert provider.closed
    assert provider.ended_while_open
    await asyncio.gather(looking, return_exceptions=True)


@in_virtual_time
async def test_a_line_that_somebody_took_before_the_start_is_shown_so_from_the_beginning():
    taken = Ledger(LineRecord(superseded=True))
    async with started(FakeProvider(), ledgers=lambda _key, _service: taken) as client:
        [line] = client.get_lines().values()
        assert line.state is LineState.ELSEWHERE
