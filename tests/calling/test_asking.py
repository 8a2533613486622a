"""Each request of a line ends in one event, and what it means for ledger, circuits and bound is noted."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from softphone.calling.asking import INTERNAL_FAULT, Asking
from softphone.calling.circuits import NEXT_PROBER_S, Circuits
from softphone.calling.driver import Driver
from softphone.calling.provider import Discovery, GrantRefusedError, Resent, ServiceRequest, nobody_counts
from softphone.calling.removals import Removals
from softphone.calling.tidying import Tidying
from softphone.line.device import Device
from softphone.line.effects import Rediscover, SendDeregister, SendKeepalive, SendPing, SendRegister
from softphone.line.events import (
    Accepted,
    AnyEvent,
    DeviceGone,
    PingAnswered,
    Proved,
    RequestFailed,
    ServersFound,
)
from softphone.line.failure import Disposition, ErrorType, Failure, Remedy
from softphone.line.model import Reach, Registration, Role, Server, Service
from softphone.line.policy import Policy
from softphone.line.states import (
    Episode,
    Facts,
    Lease,
    Open,
    Rediscovering,
    Registered,
    Registering,
    State,
)
from softphone.settings.ledger import Granted, Ledger
from softphone.values import replace
from tests.calling.fake_provider import BACKUP, BUSY, FORGOTTEN, PRIMARY, REFUSED, TOKEN_ENDED, FakeProvider
from tests.calling.virtual_time import in_virtual_time

OURS = "https://wdm.example.com/devices/1"
HELD = Device(device_id="held", client_device_uri=OURS)
NUMBER = 7
LATEST = SendRegister(NUMBER, PRIMARY)


class Patient(FakeProvider):
    """Answers after half a second; notes deadlines, and asks each time whether it may send once more."""

    def __init__(self) -> None:
        super().__init__()
        self.deadlines_s: list[float] = []
        self.may: list[bool] = []
        self.meanwhile: Callable[[], object] = lambda: None

    async def register(
        self, server: Server, service: ServiceRequest, *, resent: Resent = nobody_counts
    ) -> Registration:
        await self._waits(resent)
        return await super().register(server, service)

    async def keepalive(
        self, server: Server, device: Device, deadline_s: float, *, resent: Resent = nobody_counts
    ) -> None:
        self.deadlines_s.append(deadline_s)
        await self._waits(resent)
        await super().keepalive(server, device, deadline_s)

    async def deregister(self, server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        await self._waits(resent)
        await super().deregister(server, device)

    async def ping(self, server: Server, *, resent: Resent = nobody_counts) -> Reach:
        await self._waits(resent)
        return await super().ping(server)

    async def _waits(self, resent: Resent) -> None:
        await asyncio.sleep(0.5)
        self.meanwhile()
        self.may.append(resent())


class Line:
    """A line in any state, with what carries its requests out."""

    def __init__(self, state: State | None = None, policy: Policy | None = None) -> None:
        self.provider, self.ledger = Patient(), Ledger()
        policy = policy or Policy()
        self.circuits = Circuits(time_scale=policy.time_scale)
        self.discoveries: list[bool] = []
        self.driver = Driver(state or seeking(), policy, label=lambda: "line", took=lambda *_: None)
        self.removals = Removals(self.driver, self.provider, self.ledger, self.circuits)
        self.tidying = Tidying(self.driver, self.provider, self.removals)
        self.service = ServiceRequest(Service.GUEST)
        self.asking = Asking(
            self.driver,
            self.provider,
            self.service,
            rediscover=self._rediscover,
            circuits=self.circuits,
            ledger=self.ledger,
            removals=self.removals,
            tidying=self.tidying,
        )

    async def _rediscover(self, everything: bool) -> Discovery:
        self.discoveries.append(everything)
        return await self.provider.discover((Service.CALLING, Service.GUEST))

    @property
    def kept(self) -> list[str]:
        return [one.device.device_id for one in self.ledger.left()]

    def others_fail(self, server: Server = PRIMARY) -> None:
        """Three lines close the server's gate, and two of them wait before it."""
        for _ in range(3):
            self.circuits.failed(server, object(), REFUSED, lambda: None)

    async def holds(self, *device_ids: str) -> None:
        for device_id in device_ids:
            device = Device(device_id=device_id, client_device_uri=OURS)
            await self.ledger.granted(Granted(device=device, server_url=PRIMARY.url))

    async def close(self) -> None:
        await self.tidying.close()
        await self.removals.close()
        self.circuits.close()


def facts(**fields: Any) -> Facts:
    return replace(Facts(servers=FakeProvider().servers, request=NUMBER, awaiting=True), **fields)


def seeking(**fields: Any) -> State:
    return Registering(facts=facts(**fields), episode=Episode(began_at_s=0.0), server=PRIMARY)


def registered(keepalive: int | None = None, **fields: Any) -> State:
    lease = Lease(server=PRIMARY, registration=Registration(device=HELD), sent_at_s=0.0, proved_at_s=0.0)
    asked = Open(keepalive, PRIMARY.url, 0.0, 30.0) if keepalive is not None else None
    return Registered(facts=facts(**fields), lease=lease, keepalive=asked)


# ---- what each ends in


@in_virtual_time
async def test_a_registration_is_told_with_its_server_and_when_it_was_asked_for():
    line = Line()
    await asyncio.sleep(3)
    event = await line.asking.event_of(LATEST)
    assert isinstance(event, Accepted)
    assert (event.request, event.server, event.registration.device.device_id) == (NUMBER, PRIMARY, "d1")
    assert (event.sent_at_s, event.at_s) == pytest.approx((3.0, 3.5))
    assert line.provider.services == [line.service]
    assert line.ledger.unsure, "until the machine says that all answers are there"
    assert line.kept == ["d1"]
    assert line.ledger.interval_s == line.provider.keepalive_interval_s
    assert line.ledger.left()[0].server_url == PRIMARY.url
    await line.close()


@pytest.mark.parametrize(("scale", "deadline_s"), [(1.0, 20.0), (0.5, 10.0), (0.01, 2.0)])
@in_virtual_time
async def test_a_keepalive_is_told_with_its_device_and_how_long_it_took(scale: float, deadline_s: float):
    line = Line(registered(NUMBER), Policy(time_scale=scale))
    await asyncio.sleep(1)
    event = await line.asking.event_of(SendKeepalive(NUMBER, PRIMARY, HELD, 20.0))
    assert isinstance(event, Proved)
    assert (event.request, event.device_id) == (NUMBER, "held")
    assert event.sent_at_s == pytest.approx(1.0 / scale), "as all times of the machine"
    assert event.round_trip_s == pytest.approx(0.5), "as it is shown"
    assert line.provider.deadlines_s == pytest.approx([deadline_s])
    await line.close()


@in_virtual_time
async def test_a_device_that_is_deleted_leaves_the_ledger_also_at_a_server_that_others_call_dead():
    line = Line()
    await line.holds("held", "other")
    line.others_fail()
    event = await line.asking.event_of(SendDeregister(NUMBER, PRIMARY, HELD))
    assert isinstance(event, DeviceGone)
    assert event.request == NUMBER
    assert line.kept == ["other"]
    await line.close()


@in_virtual_time
async def test_of_pinged_servers_it_is_told_which_are_up_and_which_answered_at_all():
    line, third = Line(), Server("https://p3.example.com/calling/web/", Role.PRIMARY)
    line.provider.fail("ping", BUSY, REFUSED, None)
    event = await line.asking.event_of(SendPing(NUMBER, (PRIMARY, BACKUP, third)))
    assert isinstance(event, PingAnswered)
    assert (event.request, event.up, event.alive) == (NUMBER, (third,), (PRIMARY, third))
    assert asyncio.get_running_loop().time() == pytest.approx(0.5), "all at once"
    await line.close()


@pytest.mark.parametrize("nobody_took_it", [True, False])
@in_virtual_time
async def test_all_is_looked_up_again_only_where_nobody_took_the_line(nobody_took_it: bool):
    state = Rediscovering(facts=facts(), episode=Episode(began_at_s=0.0)) if nobody_took_it else registered()
    line = Line(state)
    event = await line.asking.event_of(Rediscover(NUMBER))
    assert isinstance(event, ServersFound)
    assert line.discoveries == [nobody_took_it]
    assert (event.request, event.servers) == (NUMBER, line.provider.servers)
    assert event.known_device_uris == {"https://wdm.example.com/devices/2"}, (
        "its own, not the line's beside it"
    )


@in_virtual_time
async def test_a_failure_is_told_with_the_number_of_its_request():
    line = Line()
    line.provider.fail("register", BUSY)
    event = await line.asking.event_of(LATEST)
    assert isinstance(event, RequestFailed)
    assert (event.request, event.failure) == (NUMBER, BUSY)
    assert line.kept == []
    await line.close()


@in_virtual_time
async def test_a_fault_of_ours_is_told_as_one_that_is_tried_again(caplog: pytest.LogCaptureFixture):
    line = Line()
    line.provider.crash = lambda: 1 / 0  # type: ignore[assignment]
    event = await line.asking.event_of(LATEST)
    assert isinstance(event, RequestFailed)
    assert (event.request, event.failure) == (NUMBER, INTERNAL_FAULT)
    assert (INTERNAL_FAULT.disposition, INTERNAL_FAULT.error_type) == (
        Disposition.SICK_HOST,
        ErrorType.SERVER,
    )
    assert INTERNAL_FAULT.remedies == (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS)
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()
    await line.close()


# ---- what is kept of it


@pytest.mark.parametrize("disposition", [one for one in Disposition if one is not Disposition.DEVICE_LIMIT])
@in_virtual_time
async def test_a_device_leaves_the_ledger_when_its_keepalive_shows_that_it_has_ended(
    disposition: Disposition,
):
    line = Line(registered(NUMBER))
    await line.holds("held")
    line.provider.fail("keepalive", replace(FORGOTTEN, disposition=disposition))
    event = await line.asking.event_of(SendKeepalive(NUMBER, PRIMARY, HELD, 20.0))
    assert isinstance(event, RequestFailed)
    has_ended = disposition in {Disposition.DEVICE_GONE, Disposition.SUPERSEDED}
    assert line.kept == ([] if has_ended else ["held"])
    await line.close()


@in_virtual_time
async def test_a_refused_removal_of_a_device_that_may_have_ended_leaves_it_in_the_ledger():
    line = Line()
    await line.holds("held")
    line.provider.fail("deregister", FORGOTTEN)
    assert isinstance(await line.asking.event_of(SendDeregister(NUMBER, PRIMARY, HELD)), RequestFailed)
    assert line.kept == ["held"]
    await line.close()


@in_virtual_time
async def test_a_grant_that_we_refuse_is_kept_until_it_is_given_back_where_it_was_made():
    line = Line()
    refused = GrantRefusedError(BUSY, HELD)
    kept: list[tuple[str, str]] = []

    async def register(server: Server, service: ServiceRequest, *, resent: Resent) -> Registration:
        raise refused

    async def deregister(server: Server, device: Device, *, resent: Resent) -> None:
        kept.extend((one.device.device_id, one.server_url) for one in line.ledger.left())
        assert (server, device) == (BACKUP, HELD)

    line.provider.register = register  # type: ignore[method-assign, assignment]
    line.provider.deregister = deregister  # type: ignore[method-assign, assignment]
    event = await line.asking.event_of(SendRegister(NUMBER, BACKUP))
    assert isinstance(event, RequestFailed)
    assert event.failure == BUSY
    while line.removals.pending:
        await asyncio.sleep(0.1)
    assert kept == [("held", BACKUP.url)]
    assert line.kept == []
    await line.close()


@pytest.mark.parametrize("unsure", [True, False])
@in_virtual_time
async def test_only_who_did_not_say_how_a_registration_ended_is_asked_for_devices_later(unsure: bool):
    line, asked = Line(), list[Server]()
    devices = line.provider.devices

    async def listed(server: Server, *, resent: Resent = nobody_counts) -> tuple[Device, ...]:
        asked.append(server)
        return await devices(server)

    line.provider.devices = listed  # type: ignore[method-assign]
    line.provider.fail("register", replace(REFUSED, unsure=unsure))
    await line.asking.event_of(SendRegister(NUMBER, BACKUP))
    line.driver.state = registered(unsure=True)
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    assert asked == ([PRIMARY, BACKUP] if unsure else [PRIMARY])
    await line.close()


# ---- what other lines learn and say


@pytest.mark.parametrize(
    "request_", [LATEST, SendKeepalive(NUMBER, PRIMARY, HELD, 20.0)], ids=["post", "beat"]
)
@in_virtual_time
async def test_a_server_that_others_call_dead_is_not_asked(request_: SendRegister | SendKeepalive):
    line = Line()
    line.others_fail()
    event = await line.asking.event_of(request_)
    assert isinstance(event, RequestFailed)
    assert event.failure == REFUSED
    assert line.provider.requests == []
    await line.close()


@in_virtual_time
async def test_who_was_turned_away_is_told_to_try_again_when_the_server_is_back():
    line, told = Line(), list[AnyEvent]()
    line.others_fail()
    await line.asking.event_of(LATEST)
    line.driver.tell = lambda kind, **fields: told.append(kind(at_s=0.0, **fields))  # type: ignore[method-assign]
    line.circuits.succeeded(PRIMARY, object())
    await asyncio.sleep(1)
    assert [(type(event).__name__, event.by_person) for event in told] == [("RetryNow", False)]  # type: ignore[union-attr]
    await line.close()


@pytest.mark.parametrize(("failure", "to_close"), [(None, 3), (REFUSED, 0), (FORGOTTEN, 3), (TOKEN_ENDED, 1)])
@in_virtual_time
async def test_others_learn_from_how_a_request_went(failure: Failure | None, to_close: int):
    """After two failures of others: how many more close the server's gate."""
    line = Line()
    for _ in range(2):
        line.circuits.failed(PRIMARY, object(), REFUSED, lambda: None)
    line.provider.fail("register", failure)
    await line.asking.event_of(LATEST)
    failures = 0
    while line.circuits.refusal(PRIMARY, object(), None) is None:
        line.circuits.failed(PRIMARY, object(), REFUSED, lambda: None)
        failures += 1
    assert failures == to_close
    await line.close()


@in_virtual_time
async def test_a_fault_of_ours_says_nothing_of_the_server_and_the_next_one_probes(
    caplog: pytest.LogCaptureFixture,
):
    line, probers_s = Line(), list[float]()
    loop = asyncio.get_running_loop()
    for _ in range(3):
        line.circuits.failed(PRIMARY, object(), REFUSED, lambda: probers_s.append(loop.time()))
    while not probers_s:
        await asyncio.sleep(0.1)
    line.provider.crash = lambda: 1 / 0  # type: ignore[assignment]
    await line.asking.event_of(LATEST)
    caplog.clear()
    ended_s = loop.time()
    await asyncio.sleep(1.5 * NEXT_PROBER_S)
    assert probers_s[-1] == pytest.approx(ended_s + NEXT_PROBER_S, abs=0.01)
    await line.close()
