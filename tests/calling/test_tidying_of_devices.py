"""Which devices go after a request whose end is unknown, and until when somebody is asked for them."""

import asyncio
from typing import Any

import pytest

from softphone.calling.provider import Resent, nobody_counts
from softphone.line.device import Device
from softphone.line.model import Registration, Server
from softphone.line.policy import Policy
from softphone.line.states import Failed, Idle, Lease, Open, Reconnecting, Registered, State
from softphone.values import replace
from tests.calling.fake_provider import BACKUP, BUSY, PRIMARY, FakeProvider
from tests.calling.test_tidying import LEFT, OURS, Line
from tests.calling.virtual_time import in_virtual_time

HELD = Device(device_id="held", client_device_uri=OURS, last_seen="now", seen_ago_s=0.0)
INTERVAL_S = 30.0
EXPIRY_S = 5 * INTERVAL_S


class Listing(FakeProvider):
    """Lists what a test says of each server; notes who was asked when, and where devices were removed."""

    def __init__(self) -> None:
        super().__init__()
        self.devices_of: dict[str, tuple[Device, ...] | None] = {PRIMARY.url: (), BACKUP.url: ()}
        self.asked: list[tuple[float, Server]] = []
        self.removed: list[tuple[Server, str]] = []

    async def devices(self, server: Server, *, resent: Resent = nobody_counts) -> tuple[Device, ...]:
        self.asked.append((asyncio.get_running_loop().time(), server))
        listed = self.devices_of[server.url]
        if listed is None:
            self.fail("devices", BUSY)
        await super().devices(server)
        return listed or ()

    async def deregister(self, server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        self.removed.append((server, device.device_id))
        for url, listed in self.devices_of.items():
            kept = tuple(one for one in listed or () if one.device_id != device.device_id)
            self.devices_of[url] = None if listed is None else kept

    @property
    def asked_s(self) -> list[float]:
        return [at_s for at_s, _ in self.asked]

    @property
    def asked_servers(self) -> list[Server]:
        return [server for _, server in self.asked]


def held(
    line: Line, kind: type[Registered] | type[Reconnecting] = Registered, server: Server = PRIMARY
) -> None:
    """The line holds a device of this server."""
    lease = Lease(server=server, registration=Registration(device=HELD), sent_at_s=0.0, proved_at_s=0.0)
    facts = line.driver.state.facts
    state: State = Registered(facts=facts, lease=lease)
    if kind is Reconnecting:
        state = Reconnecting(facts=facts, lease=lease, failure=BUSY)
    line.driver.state = state


def know(line: Line, **facts: Any) -> None:
    line.driver.state = replace(line.driver.state, facts=replace(line.driver.state.facts, **facts))


# ---- which devices go


@pytest.mark.parametrize("kind", [Registered, Reconnecting])
@in_virtual_time
async def test_the_device_that_the_line_holds_stays_and_one_that_was_left_goes(
    kind: type[Registered] | type[Reconnecting],
):
    provider = Listing()
    provider.devices_of[BACKUP.url] = (HELD, LEFT)
    line = Line(provider)
    held(line, kind, BACKUP)
    know(line, granted=("held",))
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    assert provider.asked_servers == [BACKUP], "who holds the line knows"
    assert provider.removed == [(BACKUP, "left")]
    assert not line.unsure
    await line.close()


@pytest.mark.parametrize(
    ("device", "goes"),
    [
        (replace(LEFT, device_id="granted", seen_ago_s=0.0), True),
        (replace(LEFT, client_device_uri="https://wdm.example.com/devices/9"), False),
        (replace(LEFT, device_id="granted", client_device_uri="https://wdm.example.com/devices/9"), True),
        (replace(LEFT, client_device_uri=""), False),
    ],
)
@in_virtual_time
async def test_what_was_granted_here_goes_and_what_may_be_somebody_elses_stays(device: Device, goes: bool):
    provider = Listing()
    provider.devices_of[PRIMARY.url] = (device,)
    line = Line(provider)
    know(line, granted=("granted",))
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    assert provider.removed == ([(PRIMARY, device.device_id)] if goes else [])
    assert not line.unsure, "nothing more is to be found"
    await line.close()


@pytest.mark.parametrize(
    ("uri", "where"),
    [("", BACKUP), ("https://gone.example.com/d", BACKUP), (f"{PRIMARY.url}devices/x", PRIMARY)],
)
@in_virtual_time
async def test_a_device_is_removed_where_it_was_granted_or_else_where_it_is_known(uri: str, where: Server):
    provider = Listing()
    provider.devices_of[BACKUP.url] = (replace(LEFT, uri=uri),)
    line = Line(provider)
    line.tidying.suspect(BACKUP)
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    assert provider.removed == [(where, "left")]
    await line.close()


@pytest.mark.parametrize("scale", [1.0, 0.5])
@in_virtual_time
async def test_a_device_seen_just_now_goes_once_it_has_stood_still_for_two_intervals(scale: float):
    provider = Listing()
    provider.devices_of[PRIMARY.url] = (replace(LEFT, seen_ago_s=1.0),)
    line = Line(provider, policy=Policy(time_scale=scale))
    line.tidying.begin_if_due()
    await asyncio.sleep(2 * INTERVAL_S * scale - 1)
    assert provider.removed == []
    await asyncio.sleep(2)
    assert provider.removed == [(PRIMARY, "left")]
    assert provider.asked_s == pytest.approx([at * INTERVAL_S * scale for at in (0, 0.5, 1, 1.5, 2)])
    assert not line.unsure
    await line.close()


@in_virtual_time
async def test_a_device_that_somebody_uses_stays_and_is_waited_for_no_longer():
    provider = Listing()
    provider.devices_of[PRIMARY.url] = (replace(LEFT, seen_ago_s=1.0),)
    line = Line(provider)
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    provider.devices_of[PRIMARY.url] = (replace(LEFT, seen_ago_s=1.0, last_seen="later"),)
    await asyncio.sleep(INTERVAL_S)
    assert provider.removed == []
    assert not line.unsure
    await line.close()


# ---- whom to ask, and for how long


@pytest.mark.parametrize("silent", [PRIMARY, BACKUP])
@in_virtual_time
async def test_of_several_all_must_have_told(silent: Server):
    provider = Listing()
    provider.devices_of[silent.url] = None
    line = Line(provider)
    line.tidying.suspect(BACKUP)
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    assert line.unsure
    provider.devices_of[silent.url] = ()
    await asyncio.sleep(INTERVAL_S / 2)
    assert not line.unsure
    assert provider.asked_servers == [PRIMARY, BACKUP] * 2
    await line.close()


@pytest.mark.parametrize("interval_s", [30.0, 60.0])
@in_virtual_time
async def test_one_that_never_tells_is_waited_for_until_it_must_have_forgotten_the_device(interval_s: float):
    provider = Listing()
    provider.devices_of[BACKUP.url] = None
    line = Line(provider)
    held(line)
    know(line, interval_s=interval_s)
    line.tidying.suspect(BACKUP)
    line.tidying.begin_if_due()
    await asyncio.sleep(5 * interval_s - 1)
    assert line.unsure
    await asyncio.sleep(60)  # the bound may put the next look off
    assert not line.unsure
    await line.close()


@in_virtual_time
async def test_the_one_that_holds_the_line_is_asked_until_it_tells_however_long_that_takes():
    provider = Listing()
    provider.devices_of[PRIMARY.url] = None
    line = Line(provider)
    held(line)
    line.tidying.begin_if_due()
    await asyncio.sleep(3 * EXPIRY_S)
    assert line.unsure
    provider.devices_of[PRIMARY.url] = (LEFT,)
    await asyncio.sleep(INTERVAL_S)
    assert provider.removed == [(PRIMARY, "left")]
    assert not line.unsure
    await line.close()


@in_virtual_time
async def test_who_has_told_is_suspected_no_more():
    provider = Listing()
    line = Line(provider)
    line.tidying.suspect(BACKUP)
    for asked in ([PRIMARY, BACKUP], [PRIMARY]):
        provider.asked.clear()
        know(line, unsure=True)
        line.tidying.begin_if_due()
        await asyncio.sleep(1)
        assert provider.asked_servers == asked
    await line.close()


@in_virtual_time
async def test_each_list_counts_as_two_requests_for_the_names_come_from_elsewhere():
    provider = Listing()
    line = Line(provider)
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    assert len(line.driver.state.facts.sent_at_s) == 2
    await line.close()


# ---- when


@in_virtual_time
async def test_nobody_is_asked_while_an_answer_may_come_or_the_line_is_sought():
    provider = Listing()
    line = Line(provider)
    know(line, posts=(Open(1, PRIMARY.url, 0.0, 30.0),))
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    line.driver.state = Failed(facts=replace(line.driver.state.facts, posts=()), failure=BUSY)
    line.tidying.begin_if_due()
    await asyncio.sleep(300)
    assert provider.asked == []
    line.driver.state = Idle(facts=line.driver.state.facts)
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    assert provider.asked_servers == [PRIMARY]
    await line.close()


@pytest.mark.parametrize("scale", [1.0, 0.25])
@in_virtual_time
async def test_whether_a_call_still_rings_is_looked_at_every_second_of_the_cloud(scale: float):
    provider = Listing()
    line = Line(provider, policy=Policy(time_scale=scale))
    know(line, rings_until_s=3.5)
    line.tidying.begin_if_due()
    await asyncio.sleep(10 * scale)
    assert provider.asked_s == pytest.approx([3.5 * scale], abs=0.01)
    await line.close()


@in_virtual_time
async def test_after_the_end_nobody_is_asked():
    provider = Listing()
    provider.devices_of[PRIMARY.url] = None
    line = Line(provider)
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    await line.close()
    await asyncio.sleep(300)
    assert len(provider.asked) == 1
