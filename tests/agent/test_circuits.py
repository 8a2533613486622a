import asyncio
import random
from dataclasses import replace
from functools import partial

import pytest

from softphone.agent.circuits import Circuits
from tests.agent.fake_provider import ADA, BACKUP, BUSY, FORGOTTEN, PRIMARY, REFUSED, TOKEN_ENDED


class Asker:
    """A line that counts how often it was told to try again."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.retries = 0

    def retry(self) -> None:
        self.retries += 1


@pytest.fixture
def circuits() -> Circuits:
    return Circuits(time_scale=0.01, chance=random.Random(1))


def opened(circuits: Circuits, prober: Asker) -> None:
    for _ in range(3):
        circuits.failed(PRIMARY, prober, REFUSED, prober.retry)


async def test_two_failures_leave_the_circuit_closed(circuits: Circuits):
    one, other = Asker(), Asker()
    circuits.failed(PRIMARY, one, REFUSED, one.retry)
    circuits.failed(PRIMARY, one, REFUSED, one.retry)
    assert circuits.refusal(PRIMARY, other, other.retry) is None
    circuits.close()


async def test_three_failures_in_a_row_leave_one_line_to_ask_for_all(circuits: Circuits):
    prober, other = Asker(), Asker()
    opened(circuits, prober)
    assert circuits.refusal(PRIMARY, prober, prober.retry) is None
    assert circuits.refusal(PRIMARY, other, other.retry) is REFUSED
    circuits.close()


async def test_a_success_between_failures_starts_the_count_again(circuits: Circuits):
    one, other = Asker(), Asker()
    circuits.failed(PRIMARY, one, REFUSED, one.retry)
    circuits.failed(PRIMARY, one, REFUSED, one.retry)
    circuits.succeeded(PRIMARY)
    circuits.failed(PRIMARY, one, REFUSED, one.retry)
    assert circuits.refusal(PRIMARY, other, other.retry) is None
    circuits.close()


async def test_servers_have_circuits_of_their_own(circuits: Circuits):
    prober, other = Asker(), Asker()
    opened(circuits, prober)
    assert circuits.refusal(BACKUP, other, other.retry) is None
    circuits.close()


async def test_a_refusal_of_the_line_itself_shows_that_the_host_lives(circuits: Circuits):
    prober, other = Asker(), Asker()
    opened(circuits, prober)
    circuits.failed(PRIMARY, prober, FORGOTTEN, prober.retry)
    assert circuits.refusal(PRIMARY, other, other.retry) is None
    circuits.close()


async def test_a_sign_in_that_ended_says_nothing_about_the_host(circuits: Circuits):
    one, other = Asker(), Asker()
    for _ in range(5):
        circuits.failed(PRIMARY, one, TOKEN_ENDED, one.retry)
    assert circuits.refusal(PRIMARY, other, other.retry) is None


async def test_the_first_success_releases_the_others_one_after_the_other(circuits: Circuits):
    prober = Asker()
    others = [Asker(str(number)) for number in range(5)]
    opened(circuits, prober)
    for other in others:
        assert circuits.refusal(PRIMARY, other, other.retry)
    circuits.succeeded(PRIMARY)
    assert sum(other.retries for other in others) == 1
    waiting = next(other for other in others if other.retries == 0)
    assert circuits.refusal(PRIMARY, waiting, waiting.retry), "before its turn it still waits"
    while sum(other.retries for other in others) < 5:
        await asyncio.sleep(0.001)
    assert [other.retries for other in others] == [1] * 5
    assert circuits.refusal(PRIMARY, waiting, waiting.retry) is None


async def test_who_is_released_comes_in_random_order():
    orders = set()
    for seed in range(5):
        circuits, prober = Circuits(time_scale=0.001, chance=random.Random(seed)), Asker()
        order: list[int] = []
        opened(circuits, prober)
        for number in range(6):
            circuits.refusal(PRIMARY, number, partial(order.append, number))
        circuits.succeeded(PRIMARY)
        while len(order) < 6:
            await asyncio.sleep(0.001)
        orders.add(tuple(order))
    assert len(orders) > 1


async def test_while_others_wait_the_prober_is_asked_to_try_soon(circuits: Circuits):
    prober, other = Asker(), Asker()
    opened(circuits, prober)
    circuits.refusal(PRIMARY, other, other.retry)
    while prober.retries == 0:
        await asyncio.sleep(0.001)
    circuits.close()


async def test_a_lone_line_keeps_its_own_time(circuits: Circuits):
    prober = Asker()
    opened(circuits, prober)
    await asyncio.sleep(0.05)
    assert prober.retries == 0
    circuits.close()


async def test_when_the_prober_leaves_another_line_probes_at_once(circuits: Circuits):
    prober, other = Asker(), Asker()
    opened(circuits, prober)
    circuits.refusal(PRIMARY, other, other.retry)
    circuits.leave(prober)
    assert other.retries == 1
    assert circuits.refusal(PRIMARY, other, other.retry) is None
    circuits.close()


async def test_a_line_that_left_is_not_released(circuits: Circuits):
    prober, other = Asker(), Asker()
    opened(circuits, prober)
    circuits.refusal(PRIMARY, other, other.retry)
    circuits.leave(other)
    circuits.succeeded(PRIMARY)
    await asyncio.sleep(0.01)
    assert other.retries == 0


async def test_failures_during_the_release_close_the_gate_again(circuits: Circuits):
    prober = Asker()
    others = [Asker() for _ in range(4)]
    opened(circuits, prober)
    for other in others:
        circuits.refusal(PRIMARY, other, other.retry)
    circuits.succeeded(PRIMARY)
    released = next(other for other in others if other.retries)
    for _ in range(3):
        circuits.failed(PRIMARY, released, replace(BUSY, title=ADA.name), released.retry)
    still_waiting = [other for other in others if other is not released]
    assert all(circuits.refusal(PRIMARY, other, other.retry) for other in still_waiting)
    circuits.close()
