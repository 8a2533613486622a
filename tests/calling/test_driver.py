"""The driver of one line: its events in their order, its one timer, and room beside its own requests."""

import asyncio
import random
from collections.abc import Callable

import pytest

from softphone.calling.driver import RESERVED_REQUESTS, Driver
from softphone.line.effects import Effect, SendRegister
from softphone.line.events import CallRings, Deregister, Register, RequestFailed, RetryNow, Sent
from softphone.line.model import Servers
from softphone.line.policy import Policy
from softphone.line.states import Facts, Idle, Registering, State, WaitingToRetry
from tests.calling.fake_provider import BUSY, FakeProvider
from tests.calling.virtual_time import in_virtual_time

MINUTE_S = 60.0


def driver(time_scale: float = 1.0) -> Driver:
    idle = Idle(facts=Facts(servers=Servers()))
    return Driver(idle, Policy(time_scale=time_scale), label=lambda: "line", took=lambda *_: None)


@pytest.mark.parametrize("before_s", [0.25, 1.0, 59.5])
@in_virtual_time
async def test_who_waits_for_room_waits_to_the_end_however_little_is_left(before_s: float):
    line, loop = driver(), asyncio.get_running_loop()
    line.tell(Sent, times=line.policy.requests_per_minute - RESERVED_REQUESTS)
    await asyncio.sleep(MINUTE_S - before_s)
    await line.until_room()
    assert loop.time() == pytest.approx(MINUTE_S, abs=0.15)


@in_virtual_time
async def test_who_waits_for_room_goes_at_once_while_there_is_some():
    line = driver()
    line.tell(Sent, times=line.policy.requests_per_minute - RESERVED_REQUESTS - 1)
    await line.until_room()
    assert asyncio.get_running_loop().time() == 0.0


@in_virtual_time
async def test_room_comes_sooner_where_all_waits_are_shortened():
    line = driver(time_scale=0.1)
    line.tell(Sent, times=line.policy.requests_per_minute)
    await line.until_room()
    assert asyncio.get_running_loop().time() == pytest.approx(MINUTE_S / 10, abs=0.15)


@in_virtual_time
async def test_the_last_requests_of_the_bound_are_the_lines_own():
    line = driver()
    line.tell(Sent, times=line.policy.requests_per_minute - RESERVED_REQUESTS)
    assert line.has_room()
    assert [line.resent() for _ in range(RESERVED_REQUESTS + 1)] == [True] * RESERVED_REQUESTS + [False]


@pytest.mark.parametrize(
    ("nominal_s", "time_scale", "loop_s"),
    [
        (20.0, 1.0, 20.0),
        (20.0, 0.5, 10.0),
        (20.0, 0.001, 2.0),
        (1.0, 0.001, 1.0),
        (3.0, 0.9, 2.7),
        (20.0, 0.1, 2.0),
    ],
)
@in_virtual_time
async def test_a_host_has_two_seconds_at_least_or_all_that_was_asked_for(
    nominal_s: float, time_scale: float, loop_s: float
):
    assert driver(time_scale).deadline_s(nominal_s) == pytest.approx(loop_s)


# ---- events in their order


class Noted:
    """What the machine wanted done, and when; `on_taken` is what is done about it at once."""

    def __init__(self, time_scale: float = 1.0, chance: random.Random | None = None) -> None:
        self.taken: list[tuple[State, tuple[Effect, ...]]] = []
        self.asked_s: list[float] = []
        self.on_taken: Callable[[], object] = lambda: None
        self.driver = Driver(
            Idle(facts=Facts(servers=FakeProvider().servers)),
            Policy(time_scale=time_scale),
            label=lambda: "line",
            took=self._took,
            chance=chance,
        )

    def _took(self, before: State, effects: tuple[Effect, ...]) -> None:
        self.taken.append((before, effects))
        self.asked_s += [now_s() for effect in effects if isinstance(effect, SendRegister)]
        self.on_taken()

    def refuse(self) -> None:
        """Whatever is asked fails at a server that lives."""
        self.driver.tell(RequestFailed, request=self.driver.state.facts.request, failure=BUSY)


def now_s() -> float:
    return asyncio.get_running_loop().time()


@in_virtual_time
async def test_what_is_told_while_an_event_is_taken_waits_until_that_is_done():
    line, done = Noted(), list[str]()

    def tell_more() -> None:
        line.on_taken = lambda: done.append("second")
        line.driver.tell(Deregister)
        done.append("first")

    line.on_taken = tell_more
    line.driver.tell(Register)
    assert done == ["first", "second"]
    assert [type(before) for before, _ in line.taken] == [Idle, Registering]
    line.driver.stop()


@in_virtual_time
async def test_a_fault_while_an_event_is_taken_does_not_stop_the_line():
    line = Noted()
    line.on_taken = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        line.driver.tell(Register)
    line.on_taken = lambda: None
    line.driver.tell(Deregister)
    assert isinstance(line.driver.state, Idle)


@in_virtual_time
async def test_after_the_end_no_event_is_taken_and_no_timer_fires():
    line = Noted()
    line.driver.tell(Register)
    line.refuse()
    line.driver.stop()
    assert line.driver.next_at_s is None
    line.driver.tell(Deregister)
    await asyncio.sleep(600)
    assert len(line.taken) == 2
    assert isinstance(line.driver.state, WaitingToRetry)


@pytest.mark.parametrize("scale", [1.0, 0.25])
@in_virtual_time
async def test_events_are_of_now_in_the_machines_seconds_and_bring_dice_of_the_lines_own_chance(scale: float):
    await asyncio.sleep(10)
    one, other = (Noted(scale, random.Random(7)).driver for _ in range(2))
    events = [driver.happened(Register) for driver in (one, other)]
    assert [event.at_s for event in events] == pytest.approx([10 / scale] * 2)
    assert events[0].draw == events[1].draw == random.Random(7).random()
    assert one.happened(Register).draw != events[0].draw


# ---- its one timer


@pytest.mark.parametrize(("scale", "after_s"), [(1.0, 10.0), (0.5, 5.0), (0.01, 2.0)])
@in_virtual_time
async def test_a_request_without_an_answer_is_given_up_at_its_deadline_and_is_no_next_try(
    scale: float, after_s: float
):
    line = Noted(scale)
    line.driver.tell(Register)
    assert line.driver.next_at_s is None
    while len(line.taken) < 2:
        await asyncio.sleep(0.01)
    assert now_s() == pytest.approx(after_s, abs=0.2)
    line.driver.stop()


@pytest.mark.parametrize("scale", [1.0, 0.5])
@in_virtual_time
async def test_the_next_try_is_shown_and_comes_then_and_a_new_wait_replaces_the_one_before(scale: float):
    line = Noted(scale)
    line.driver.tell(Register)
    for tried in (1, 2, 3):
        asked_s = now_s()
        line.refuse()
        next_at_s = line.driver.next_at_s
        assert next_at_s is not None
        assert 2 ** (tried - 1) * scale <= next_at_s - asked_s <= 2**tried * scale
        while len(line.asked_s) == tried:
            await asyncio.sleep(0.01)
        assert now_s() == pytest.approx(next_at_s, abs=0.02)
        assert line.driver.next_at_s is None, "it is under way"
    line.driver.stop()


@in_virtual_time
async def test_who_does_not_wait_for_the_next_try_is_given_the_whole_deadline():
    line = Noted()
    line.driver.tell(Register)
    line.refuse()
    line.driver.tell(RetryNow)
    assert isinstance(line.driver.state, Registering)
    taken = len(line.taken)
    await asyncio.sleep(9.9)
    assert len(line.taken) == taken, "the wait before it is over"
    await asyncio.sleep(0.5)
    assert len(line.taken) == taken + 1
    line.driver.stop()


@in_virtual_time
async def test_an_answer_ends_the_guard_round_its_request():
    line = Noted()
    line.driver.tell(Register)
    await asyncio.sleep(9.5)
    line.refuse()
    asked_s = list(line.asked_s)
    await asyncio.sleep(0.7)
    assert line.asked_s == asked_s, "the next try comes at its time, a second later at least"
    line.driver.stop()


@in_virtual_time
async def test_when_nothing_is_waited_for_any_more_nothing_comes():
    line = Noted()
    line.driver.tell(Register)
    line.refuse()
    line.driver.tell(Deregister)
    assert line.driver.next_at_s is None
    await asyncio.sleep(600)
    assert len(line.asked_s) == 1


@pytest.mark.parametrize("scale", [1.0, 0.5])
@in_virtual_time
async def test_a_call_rings_for_as_long_as_was_told(scale: float):
    line = Noted(scale).driver
    line.tell(CallRings, until_s=line.now_s() + 60.0)
    await asyncio.sleep(20 * scale)
    assert line.rings_s() == pytest.approx(40.0)
    await asyncio.sleep(60 * scale)
    assert line.rings_s() == pytest.approx(-20.0)
