"""What unsure requests have made is looked for when nothing is sought, and not while a call rings."""

import asyncio

import pytest

from softphone.calling.circuits import Circuits
from softphone.calling.driver import Driver
from softphone.calling.removals import Removals
from softphone.calling.tidying import Tidying, held_id, settled_at
from softphone.line.device import Device
from softphone.line.events import AnyEvent, CallRings, Register, Tidied
from softphone.line.model import Server, Servers
from softphone.line.policy import Policy
from softphone.line.states import Deregistering, Facts, Failed, Idle, Reconnecting, Registered, State
from softphone.settings.ledger import Ledger
from tests.calling.fake_provider import BACKUP, BUSY, PRIMARY, FakeProvider
from tests.calling.virtual_time import in_virtual_time
from tests.line.tables.representatives import FACTS, HOME

OURS = "https://wdm.example.com/devices/1"
LEFT = Device(device_id="left", client_device_uri=OURS, last_seen="then", seen_ago_s=1000.0)


class Line:
    """A line that is off after a request whose end is unknown."""

    def __init__(self, provider: FakeProvider, *, unsure: bool = True, policy: Policy | None = None) -> None:
        facts = Facts(servers=provider.servers, known_device_uris=frozenset({OURS}), unsure=unsure)
        self.driver = Driver(
            Idle(facts=facts), policy or Policy(), label=lambda: "line", took=lambda *_: None
        )
        self.removals = Removals(self.driver, provider, Ledger(), Circuits())
        self.tidying = Tidying(self.driver, provider, self.removals)

    @property
    def unsure(self) -> bool:
        return self.driver.state.facts.unsure

    async def close(self) -> None:
        await self.tidying.close()
        await self.removals.close()


@in_virtual_time
async def test_what_was_left_is_listed_and_removed_once_and_then_nothing_is_unsure():
    provider = FakeProvider()
    provider.listed, provider.devices_alive = (LEFT,), ["left"]
    line = Line(provider)
    line.tidying.begin_if_due()
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    assert provider.requests == ["devices", "deregister left"]
    assert (provider.devices_alive, line.unsure) == ([], False)
    await line.close()


@in_virtual_time
async def test_nobody_is_asked_when_nothing_is_unsure():
    provider = FakeProvider()
    line = Line(provider, unsure=False)
    line.tidying.begin_if_due()
    await asyncio.sleep(300)
    assert provider.requests == []
    await line.close()


@pytest.mark.parametrize("rings_for_s", [0.5, 3.0, 100.0])
@in_virtual_time
async def test_while_a_call_rings_nobody_is_asked_and_within_a_second_of_its_end_it_goes_on(
    rings_for_s: float,
):
    provider, loop = FakeProvider(), asyncio.get_running_loop()
    line = Line(provider)
    line.driver.tell(CallRings, until_s=120.0)
    line.tidying.begin_if_due()
    await asyncio.sleep(rings_for_s)
    assert provider.requests == []
    line.driver.tell(CallRings, until_s=0.0)
    while not provider.requests:
        await asyncio.sleep(0.1)
    assert loop.time() - rings_for_s <= 1.0 + 0.1
    await line.close()


@in_virtual_time
async def test_a_ring_that_nobody_ends_is_waited_for_to_its_last_second_and_asks_for_no_turn_in_between():
    provider, loop = FakeProvider(), asyncio.get_running_loop()
    line = Line(provider)
    line.driver.tell(CallRings, until_s=2.5)
    line.tidying.begin_if_due()
    while not provider.requests:
        await asyncio.sleep(0.1)
    assert loop.time() == pytest.approx(2.5, abs=0.15)
    await line.close()


@in_virtual_time
async def test_a_server_that_was_suspected_is_asked_beside_the_first_and_each_once():
    provider = FakeProvider()
    asked: list[object] = []
    devices = provider.devices

    async def listed(server, *, resent):
        asked.append(server)
        return await devices(server, resent=resent)

    provider.devices = listed  # type: ignore[assignment, method-assign]
    line = Line(provider)
    line.tidying.suspect(PRIMARY, BACKUP)
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    assert asked == [PRIMARY, BACKUP]
    assert not line.unsure
    await line.close()


@in_virtual_time
async def test_who_does_not_tell_is_asked_again_half_an_interval_later_until_the_device_must_be_gone():
    provider, asked_at_s = FakeProvider(), []
    provider.fail("devices", *[BUSY] * 100)
    provider.crash = lambda: asked_at_s.append(asyncio.get_running_loop().time())
    line = Line(provider)
    line.tidying.begin_if_due()
    await asyncio.sleep(400)
    assert asked_at_s == pytest.approx(
        [15.0 * number for number in range(11)], abs=0.1
    )  # 5 intervals of 30 s
    assert not line.unsure
    await line.close()


@pytest.mark.parametrize("kind", [Tidied, Register])
@in_virtual_time
async def test_it_ends_as_soon_as_nothing_is_unsure_or_the_line_is_sought(kind: type[AnyEvent]):
    provider = FakeProvider()
    provider.fail("devices", *[BUSY] * 100)
    line = Line(provider)
    line.tidying.begin_if_due()
    await asyncio.sleep(1)
    line.driver.tell(kind)
    assert line.unsure is (kind is not Tidied)
    await asyncio.sleep(60)
    assert provider.requests == ["devices"]
    await line.close()


@in_virtual_time
async def test_nobody_is_asked_before_the_bound_has_room_for_it():
    provider = FakeProvider()
    line = Line(provider)
    line.driver.sent(12)
    line.tidying.begin_if_due()
    await asyncio.sleep(59)
    assert provider.requests == []
    await asyncio.sleep(5)
    assert provider.requests == ["devices"]
    await line.close()


@pytest.mark.parametrize(
    ("state", "asked", "held"),
    [
        (Registered(facts=FACTS, lease=HOME), HOME.server, "held"),
        (Reconnecting(facts=FACTS, lease=HOME, failure=BUSY), HOME.server, "held"),
        (Idle(facts=FACTS), FACTS.servers.all[0], ""),
        (Idle(facts=Facts(servers=Servers())), None, ""),
        (Failed(facts=FACTS, failure=BUSY), None, ""),
        (Deregistering(facts=FACTS, lease=HOME), None, ""),
    ],
    ids=lambda one: type(one).__name__,
)
def test_who_holds_a_line_is_asked_or_anybody_for_one_off(state: State, asked: Server | None, held: str):
    assert (settled_at(state), held_id(state)) == (asked, held)
