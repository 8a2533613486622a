"""Devices that must not stay: when each is tried again."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from softphone.calling.circuits import Circuits, Retry
from softphone.calling.driver import Driver
from softphone.calling.provider import Resent, nobody_counts
from softphone.calling.removals import RETRY_S, Removals
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.events import AnyEvent, Discarded, Sent
from softphone.line.failure import Failure
from softphone.line.model import Server, Servers
from softphone.line.policy import Policy
from softphone.line.states import Facts, Idle
from softphone.settings.ledger import GrantedRecord, Ledger, LineRecord
from tests.calling.fake_provider import BUSY, PRIMARY, FakeProvider
from tests.calling.virtual_time import in_virtual_time, run

DEVICE = Device(device_id="d1")


class ScriptedDriver(Driver):
    """Has room when a test says so; notes what it is told of removals, and tells what goes out."""

    def __init__(
        self,
        room_s: Callable[[], float],
        sent: Callable[[], None] = lambda: None,
        policy: Policy | None = None,
    ) -> None:
        state = Idle(facts=Facts(servers=Servers()))
        super().__init__(state, policy or Policy(), label=lambda: "line", took=lambda _before, _effects: None)
        self._scripted_room_s = room_s
        self._on_sent = sent
        self.told: list[Failure | None] = []

    def tell(self, kind: type[AnyEvent], **fields: Any) -> None:
        event = self.happened(kind, **fields)
        if isinstance(event, Discarded):
            self.told.append(event.failure)
        elif isinstance(event, Sent):
            self._on_sent()

    def _room_s(self) -> float:
        return self._scripted_room_s()

    def has_room(self) -> bool:
        return self._room_s() <= 0


class ScriptedCircuits(Circuits):
    """Says when a line's turn is, and until when servers are of no use."""

    def __init__(self, turn_s: float = 0.0, useless_until_s: float = 0.0) -> None:
        super().__init__()
        self.turns = 0
        self._turn_s = turn_s
        self._useless_until_s = useless_until_s

    def removal_turn_s(self, server: Server) -> float:
        self.turns += 1
        return self._turn_s

    def refusal(self, server: Server, line: object, retry: Retry | None) -> Failure | None:
        return BUSY if now_s() < self._useless_until_s else None


async def tries(
    *failures: object,
    room_s: Callable[[], float] = lambda: 0.0,
    turn_s: float = 0.0,
    useless_until_s: float = 0.0,
    by_person: bool = False,
) -> list[float]:
    """Remove a device; return the seconds at which a DELETE went out."""
    loop, provider = asyncio.get_running_loop(), FakeProvider()
    provider.fail("deregister", *[BUSY for _ in failures])
    tried_s: list[float] = []
    driver = ScriptedDriver(room_s, lambda: tried_s.append(round(loop.time(), 3)))
    removals = Removals(driver, provider, Ledger(), ScriptedCircuits(turn_s, useless_until_s))
    removals.add(PRIMARY, DEVICE, 300.0, by_person=by_person)
    while removals.pending:
        await asyncio.sleep(0.5)
    await removals.close()
    return tried_s


def now_s() -> float:
    return asyncio.get_running_loop().time()


def test_a_refused_device_is_tried_again_ever_more_slowly():
    assert run(tries(*range(6))) == [0.0, 2.0, 6.0, 14.0, 30.0, 60.0, 90.0]


def test_a_device_is_tried_no_more_once_the_service_must_have_dropped_it():
    assert run(tries(*range(100)))[-2:] == [240.0, 270.0]


def test_a_try_waits_until_there_is_room_for_it_even_when_that_was_taken_meanwhile():
    def room_s() -> float:
        """There is room now, and after the first try from 10 s on; then somebody takes it, until 20 s."""
        at_s = now_s()
        if at_s < 1:
            return 0.0
        return 10.0 - at_s if at_s < 5 else max(0.0, 20.0 - at_s)

    assert run(tries(BUSY, room_s=room_s)) == [0.0, 20.0]


def test_the_first_try_keeps_to_the_bound_but_for_a_person():
    def room_s() -> float:
        return max(0.0, 8.0 - now_s())

    assert run(tries(room_s=room_s)) == [8.0]
    assert run(tries(room_s=room_s, by_person=True)) == [0.0]


def test_a_server_of_no_use_is_left_alone_but_for_a_person():
    assert run(tries(useless_until_s=5.0)) == [6.0]
    assert run(tries(useless_until_s=5.0, by_person=True)) == [0.0]


@pytest.mark.parametrize("turn_s", [0.25, 1.5])
def test_lines_take_turns_at_a_server(turn_s: float):
    assert run(tries(turn_s=turn_s)) == [turn_s]


@in_virtual_time
async def test_where_nothing_would_be_sent_no_turn_is_taken():
    provider, circuits = FakeProvider(), ScriptedCircuits(useless_until_s=100.0)
    removals = Removals(ScriptedDriver(lambda: 0.0), provider, Ledger(), circuits)
    removals.add(PRIMARY, DEVICE, 300.0)
    await asyncio.sleep(99)
    assert circuits.turns == 0
    await asyncio.sleep(30)
    assert circuits.turns == 1
    assert provider.requests == ["deregister d1"]
    await removals.close()


@pytest.mark.parametrize("is_known_by", ["answer", "keepalive"])
@in_virtual_time
async def test_why_a_device_was_still_there_is_forgotten_when_it_is_gone(is_known_by: str):
    provider = FakeProvider()
    provider.fail("deregister", BUSY)
    removals = Removals(ScriptedDriver(lambda: 0.0), provider, Ledger(), ScriptedCircuits())
    removals.add(PRIMARY, DEVICE, 300.0)
    await asyncio.sleep(1)
    if is_known_by == "keepalive":
        await removals.gone(DEVICE)
    await asyncio.sleep(2)
    assert not removals.pending
    provider.held.add("deregister")
    removals.add(PRIMARY, DEVICE, 300.0)
    await asyncio.sleep(1)
    [sentence] = await removals.close()
    assert "(no answer)" in str(sentence)


class Resending(FakeProvider):
    """Each request turns out to go out on a closed connection."""

    async def deregister(self, server: Server, device: Device, *, resent: Resent = nobody_counts) -> None:
        self.requests.append("deregister")
        if not resent():
            raise RequestError(BUSY)
        self.requests.append("again")


@in_virtual_time
async def test_a_device_is_removed_as_soon_as_the_bound_has_room():
    provider, room = FakeProvider(), [False]
    driver = ScriptedDriver(lambda: 0.0 if room[0] else 20.0)
    removals = Removals(driver, provider, Ledger(), ScriptedCircuits())
    removals.add(PRIMARY, DEVICE, 150.0)
    await asyncio.sleep(10)
    assert provider.requests == []
    room[0] = True
    await asyncio.sleep(15)
    assert provider.requests == ["deregister d1"]
    assert driver.told == [None]


@in_virtual_time
async def test_what_a_person_switched_off_is_removed_at_once_and_not_sent_twice_without_room():
    provider, driver = Resending(), ScriptedDriver(lambda: 20.0)
    removals = Removals(driver, provider, Ledger(), ScriptedCircuits())
    removals.add(PRIMARY, DEVICE, 150.0, by_person=True)
    await asyncio.sleep(1)
    assert provider.requests == ["deregister"]
    assert driver.told == [BUSY]
    await removals.close()


@in_virtual_time
async def test_whoever_hurries_has_it_tried_at_once_also_at_a_server_of_no_use():
    provider, driver = FakeProvider(), ScriptedDriver(lambda: 0.0)
    removals = Removals(driver, provider, Ledger(), ScriptedCircuits(useless_until_s=1000.0))
    removals.add(PRIMARY, DEVICE, 300.0)
    await asyncio.sleep(10)
    assert provider.requests == []
    removals.hurry()
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    assert provider.requests == ["deregister d1"]
    assert not removals.pending


@in_virtual_time
async def test_a_removal_whose_turn_it_is_goes_out_before_what_the_line_asks_for_next():
    provider, driver = FakeProvider(), ScriptedDriver(lambda: 0.0)
    removals = Removals(driver, provider, Ledger(), ScriptedCircuits())
    removals.add(PRIMARY, DEVICE, 300.0)
    await asyncio.gather(asyncio.create_task(provider.keepalive(PRIMARY, DEVICE, 10.0)))
    assert provider.requests == ["deregister d1", "keepalive d1"]
    await removals.close()


class Kept(Ledger):
    """A ledger that holds the device at first."""

    def __init__(self, *, lasts: bool = True) -> None:
        granted = GrantedRecord(device_id="d1", server_url=PRIMARY.url)
        super().__init__(LineRecord(granted=(granted,)), lasts=lambda: lasts)

    @property
    def has_it(self) -> bool:
        return bool(self.left())


@pytest.mark.parametrize("for_s", [None, 100.0])
@in_virtual_time
async def test_a_device_is_kept_until_it_is_gone_or_the_service_must_have_dropped_it(for_s: float | None):
    provider, driver, ledger = FakeProvider(), ScriptedDriver(lambda: 0.0), Kept()
    provider.fail("deregister", *[BUSY] * 1000)
    removals = Removals(driver, provider, ledger, ScriptedCircuits())
    removals.add(PRIMARY, DEVICE, for_s)
    policy = driver.policy
    longest_s = policy.expiry_intervals * policy.keepalive_max_s if for_s is None else for_s
    while removals.pending:
        assert ledger.has_it
        await asyncio.sleep(1)
    assert not ledger.has_it
    assert longest_s <= now_s() <= longest_s + RETRY_S[-1] + 1
    assert driver.told[-1] is None, "it is done with"
    assert set(driver.told[:-1]) == {BUSY}


@in_virtual_time
async def test_a_device_that_is_being_removed_is_not_removed_a_second_time_at_once():
    provider, driver = FakeProvider(), ScriptedDriver(lambda: 0.0)
    provider.fail("deregister", BUSY)
    removals = Removals(driver, provider, Ledger(), ScriptedCircuits())
    removals.add(PRIMARY, DEVICE, 300.0)
    removals.add(PRIMARY, DEVICE, 300.0)
    await asyncio.sleep(1)
    assert provider.requests == ["deregister d1"]
    await removals.close()


@in_virtual_time
async def test_a_device_that_turns_out_to_be_gone_is_not_removed_any_more_and_not_left_behind():
    provider, driver, ledger = FakeProvider(), ScriptedDriver(lambda: 0.0), Kept()
    provider.fail("deregister", BUSY)
    removals = Removals(driver, provider, ledger, ScriptedCircuits())
    removals.add(PRIMARY, DEVICE, 300.0)
    await asyncio.sleep(1)
    await removals.gone(DEVICE)
    assert not removals.pending
    assert not ledger.has_it
    await asyncio.sleep(10)
    assert provider.requests == ["deregister d1"]
    assert await removals.close() == ()


@in_virtual_time
async def test_a_fault_of_ours_leaves_no_device_behind(caplog: pytest.LogCaptureFixture):
    provider, driver = FakeProvider(), ScriptedDriver(lambda: 0.0)
    removals = Removals(driver, provider, Ledger(), ScriptedCircuits())
    provider.crash = lambda: 1 / 0  # type: ignore[assignment]
    removals.add(PRIMARY, DEVICE, 300.0)
    await asyncio.sleep(1)
    assert removals.pending
    provider.crash = None
    await asyncio.sleep(2)
    assert not removals.pending
    assert provider.requests == ["deregister d1"] * 2
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


@pytest.mark.parametrize(
    ("lasts", "said"), [(True, "It is removed at the next start"), (False, "It is forgotten there in a few")]
)
@pytest.mark.parametrize(("failures", "why"), [([], "no answer"), ([BUSY], "Webex has trouble")])
@in_virtual_time
async def test_the_end_says_what_stays_behind_and_why(
    lasts: bool, said: str, failures: list[Failure], why: str
):
    provider, driver, ledger = FakeProvider(), ScriptedDriver(lambda: 0.0), Kept(lasts=lasts)
    provider.fail("deregister", *failures)
    if not failures:
        provider.held.add("deregister")
    removals = Removals(driver, provider, ledger, ScriptedCircuits())
    removals.add(PRIMARY, DEVICE, 300.0)
    await asyncio.sleep(1)
    [sentence] = await removals.close()
    assert str(sentence).startswith("Device d1 could not be removed at Webex")
    assert f"({why})" in str(sentence)
    assert said in str(sentence)
    assert ledger.has_it
    assert not removals.pending
    assert asyncio.all_tasks() == {asyncio.current_task()}
    asked = len(provider.requests)
    await asyncio.sleep(300)
    assert len(provider.requests) == asked


@in_virtual_time
async def test_every_wait_of_a_removal_goes_by_the_pace_of_the_cloud():
    provider, tried_s = FakeProvider(), list[float]()
    provider.fail("deregister", *[BUSY] * 1000)
    provider.crash = lambda: tried_s.append(round(now_s(), 3))
    driver = ScriptedDriver(lambda: 0.0, policy=Policy(time_scale=0.5))
    removals = Removals(driver, provider, Ledger(), ScriptedCircuits())
    removals.add(PRIMARY, DEVICE, 60.0)
    while removals.pending:
        await asyncio.sleep(0.5)
    assert tried_s == [0.0, 1.0, 3.0, 7.0, 15.0]


@in_virtual_time
async def test_who_hurries_hurries_one_try_and_what_comes_after_it_waits_as_ever():
    provider, tried_s = FakeProvider(), list[float]()
    provider.fail("deregister", *[BUSY] * 1000)
    provider.crash = lambda: tried_s.append(round(now_s(), 3))
    removals = Removals(ScriptedDriver(lambda: 0.0), provider, Ledger(), ScriptedCircuits())
    removals.hurry()
    removals.add(PRIMARY, DEVICE, 300.0)
    await asyncio.sleep(3)
    removals.hurry()
    await asyncio.sleep(20)
    assert tried_s == [0.0, 2.0, 3.0, 11.0]
    await removals.close()
