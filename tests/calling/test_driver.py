"""The driver of one line: when there is room for what goes out beside the machine's own requests."""

import asyncio

import pytest

from softphone.calling.driver import RESERVED_REQUESTS, Driver
from softphone.line.events import Sent
from softphone.line.model import Servers
from softphone.line.policy import Policy
from softphone.line.states import Facts, Idle
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
