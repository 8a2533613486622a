"""Turns among all lines of a process (calling/circuits.py): registrations, removals, lists and pings."""

import asyncio
import random

import pytest

from softphone.calling.circuits import (
    CALM_REGISTRATIONS_PER_S,
    DISCOVERIES_PER_S,
    FRESH_REACH_S,
    LONGEST_TURN_S,
    REGISTRATIONS_PER_S,
    TROUBLED_FOR_S,
    Circuits,
)
from softphone.line.failure import Disposition
from softphone.line.model import Reach, Server
from softphone.values import replace
from tests.calling.fake_provider import BACKUP, PRIMARY, REFUSED
from tests.calling.virtual_time import in_virtual_time

SCALES = pytest.mark.parametrize("scale", [1.0, 0.5, 4.0])
TROUBLES = frozenset(
    {
        *(Disposition.DEAD_HOST, Disposition.SICK_HOST, Disposition.THROTTLED),
        *(Disposition.NO_NETWORK, Disposition.DEVICE_GONE),
    }
)


def now_s() -> float:
    return asyncio.get_running_loop().time()


def trouble(circuits: Circuits, disposition: Disposition = Disposition.DEAD_HOST) -> None:
    circuits.failed(PRIMARY, object(), replace(REFUSED, disposition=disposition), lambda: None)


def turns_s(circuits: Circuits, server: Server = PRIMARY, times: int = 10) -> list[float | None]:
    return [circuits.registration_turn_s(server) for _ in range(times)]


def paced(per_s: float, scale: float = 1.0, times: int = 10) -> list[object]:
    return [pytest.approx(number * scale / per_s) for number in range(times)]


# ---- registrations


@SCALES
@in_virtual_time
async def test_registrations_at_one_server_keep_a_pace_and_the_first_does_not_wait(scale: float):
    circuits = Circuits(time_scale=scale)
    assert turns_s(circuits) == paced(CALM_REGISTRATIONS_PER_S, scale)
    assert turns_s(circuits, BACKUP) == paced(CALM_REGISTRATIONS_PER_S, scale)
    await asyncio.sleep(10 * scale)
    assert circuits.registration_turn_s(PRIMARY) == 0


@SCALES
@in_virtual_time
async def test_from_the_first_trouble_until_ten_minutes_after_the_last_the_pace_is_slow(scale: float):
    circuits = Circuits(time_scale=scale)
    trouble(circuits)
    assert turns_s(circuits) == paced(REGISTRATIONS_PER_S, scale)
    assert turns_s(circuits, BACKUP) == paced(REGISTRATIONS_PER_S, scale), "who leaves one comes to the other"
    await asyncio.sleep((TROUBLED_FOR_S - 1) * scale)
    assert turns_s(circuits) == paced(REGISTRATIONS_PER_S, scale)
    await asyncio.sleep(scale)
    assert turns_s(circuits) == paced(CALM_REGISTRATIONS_PER_S, scale)
    circuits.close()


@pytest.mark.parametrize("disposition", Disposition)
@in_virtual_time
async def test_only_what_befalls_many_lines_at_once_is_trouble(disposition: Disposition):
    circuits = Circuits()
    trouble(circuits, disposition)
    slow = disposition in TROUBLES
    assert turns_s(circuits) == paced(REGISTRATIONS_PER_S if slow else CALM_REGISTRATIONS_PER_S)
    circuits.close()


@SCALES
@in_virtual_time
async def test_a_turn_more_than_five_seconds_away_is_not_given_and_not_taken(scale: float):
    circuits = Circuits(time_scale=scale)
    trouble(circuits)
    given = [turn for turn in turns_s(circuits, times=1000) if turn is not None]
    turn_s = scale / REGISTRATIONS_PER_S
    assert max(given) == pytest.approx(LONGEST_TURN_S * scale, abs=turn_s)
    await asyncio.sleep(scale)
    assert circuits.registration_turn_s(PRIMARY) == pytest.approx(max(given) + turn_s - scale)
    circuits.close()


# ---- removals


@SCALES
@in_virtual_time
async def test_removals_keep_the_slow_pace_at_each_server_and_a_turn_is_always_given(scale: float):
    circuits = Circuits(time_scale=scale)
    for server in (PRIMARY, BACKUP):
        turns = [circuits.removal_turn_s(server) for _ in range(500)]
        assert turns == paced(REGISTRATIONS_PER_S, scale, 500)
    await asyncio.sleep(scale)
    assert circuits.removal_turn_s(PRIMARY) == pytest.approx((500 / REGISTRATIONS_PER_S - 1) * scale)
    await asyncio.sleep(500 * scale)
    assert circuits.removal_turn_s(PRIMARY) == 0


@in_virtual_time
async def test_removals_and_registrations_do_not_wait_for_each_other():
    circuits = Circuits()
    assert [circuits.removal_turn_s(PRIMARY) for _ in range(10)][-1] > 0
    assert circuits.registration_turn_s(PRIMARY) == 0


# ---- the server lists


@SCALES
@in_virtual_time
async def test_the_lists_are_looked_up_at_a_pace(scale: float):
    circuits = Circuits(time_scale=scale)
    for _ in range(3):
        assert [circuits.may_discover() for _ in range(3)] == [True, False, False]
        await asyncio.sleep(0.95 * scale / DISCOVERIES_PER_S)
        assert not circuits.may_discover(), "who was refused has taken no turn"
        await asyncio.sleep(0.05 * scale / DISCOVERIES_PER_S)


# ---- pings


class Pinged:
    """A server that answers a ping after a while."""

    def __init__(self, takes_s: float = 0.1) -> None:
        self.at_s: list[float] = []
        self._takes_s = takes_s

    async def ping(self) -> Reach:
        self.at_s.append(now_s())
        await asyncio.sleep(self._takes_s)
        return Reach.UP


@SCALES
@in_virtual_time
async def test_one_ping_is_for_all_who_ask_within_a_second_of_its_sending_also_once_it_is_answered(
    scale: float,
):
    circuits, server = Circuits(time_scale=scale), Pinged()
    await asyncio.sleep(100)
    both = await asyncio.gather(*(circuits.reach(PRIMARY, server.ping) for _ in range(2)))
    assert both == [Reach.UP, Reach.UP]
    await asyncio.sleep(100 + 0.95 * FRESH_REACH_S * scale - now_s())
    assert await circuits.reach(PRIMARY, server.ping) is Reach.UP
    assert server.at_s == [100.0]
    await asyncio.sleep(100 + FRESH_REACH_S * scale - now_s())
    await circuits.reach(PRIMARY, server.ping)
    assert server.at_s == pytest.approx([100.0, 100 + FRESH_REACH_S * scale])


@in_virtual_time
async def test_each_server_is_pinged_for_itself():
    circuits, servers = Circuits(), (Pinged(), Pinged())
    await asyncio.gather(circuits.reach(PRIMARY, servers[0].ping), circuits.reach(BACKUP, servers[1].ping))
    assert [len(server.at_s) for server in servers] == [1, 1]


@in_virtual_time
async def test_who_stops_waiting_for_a_ping_does_not_take_it_from_the_others():
    circuits, server = Circuits(), Pinged()
    first, second = (asyncio.ensure_future(circuits.reach(PRIMARY, server.ping)) for _ in range(2))
    await asyncio.sleep(0.05)
    first.cancel()
    assert await second is Reach.UP
    assert first.cancelled()


@in_virtual_time
async def test_closing_ends_a_ping_that_is_under_way():
    circuits, server = Circuits(), Pinged(takes_s=3600.0)
    asking = asyncio.ensure_future(circuits.reach(PRIMARY, server.ping))
    await asyncio.sleep(0.05)
    circuits.close()
    await asyncio.gather(asking, return_exceptions=True)
    assert asking.cancelled()
    assert now_s() < 1.0


@in_virtual_time
async def test_whoever_brings_its_own_chance_gets_the_same_waits_again():
    async def retried_s(seed: int) -> list[float]:
        began_s, told_s = now_s(), list[float]()
        circuits = Circuits(chance=random.Random(seed))
        for _ in range(4):
            circuits.failed(PRIMARY, object(), REFUSED, lambda: told_s.append(round(now_s() - began_s, 6)))
        await asyncio.sleep(60)
        circuits.close()
        return told_s

    assert await retried_s(1) == await retried_s(1) != await retried_s(2)
