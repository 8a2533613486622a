"""Many requests at once, and callers that go away (reliability.md#connections)."""

import asyncio
import inspect
import random
from typing import Any

import pytest

from softphone.line.failure import Disposition
from softphone.webex import client as client_module
from softphone.webex.client import Client
from softphone.webex.in_flight import (
    HANDSHAKES_LIMIT,
    LIMIT,
    QUICK_LIMIT,
    SLOW_S,
    Handshakes,
    InFlight,
    Places,
)
from softphone.webex.pools import Pool
from tests.calling.virtual_time import in_virtual_time
from tests.webex.raw_server import Exchange, client_of, fail_of, loopback_cloud, plain, serving


async def test_at_most_32_requests_are_on_their_way():
    busy = most = 0
    full = asyncio.Event()

    async def handler(exchange: Exchange) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        if busy == 32:
            asyncio.get_running_loop().call_later(0.05, full.set)  # time for a 33rd, if there were one
        await full.wait()
        busy -= 1
        await exchange.answer()

    async with serving(handler) as server, client_of(server) as client:
        answers = await asyncio.gather(*(client.request("GET", server.url) for _ in range(100)))
        assert {answer.status for answer in answers} == {200}
        assert most == 32


async def test_s4_requests_that_hang_at_one_host_take_no_places_from_another():
    async def hanging(exchange: Exchange) -> None:
        await asyncio.sleep(30)

    async with serving(hanging) as sick, serving(plain) as well, client_of(sick) as client:
        asking = [asyncio.create_task(client.request("GET", sick.url)) for _ in range(40)]
        while len(sick.asked) < 32:
            await asyncio.sleep(0)
        assert (await client.request("GET", well.url)).status == 200
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


async def test_cancelled_requests_do_not_poison_the_pool():
    async def handler(exchange: Exchange) -> None:
        await asyncio.sleep(random.random() * 0.004)
        await exchange.answer(keep=exchange.number % 2 == 0)

    async with serving(handler) as server, client_of(server) as client:
        chance = random.Random(7)
        for _ in range(10):
            tasks = [asyncio.create_task(client.request("GET", server.url)) for _ in range(40)]
            for task in tasks:
                asyncio.get_running_loop().call_later(chance.random() * 0.02, task.cancel)
            await asyncio.wait(tasks)
        answers = await asyncio.gather(*(client.request("GET", server.url) for _ in range(64)))
        assert {answer.status for answer in answers} == {200}


async def test_a_request_given_up_while_connecting_is_never_sent(monkeypatch: pytest.MonkeyPatch):
    loop = asyncio.get_running_loop()
    original = loop.create_connection

    async def slow(*args: Any, **options: Any) -> Any:
        await asyncio.sleep(0.1)
        return await original(*args, **options)

    async with serving(plain) as server, client_of(server) as client:
        monkeypatch.setattr(loop, "create_connection", slow)
        asking = asyncio.create_task(client.request("POST", server.url))
        await asyncio.sleep(0.03)
        asking.cancel()
        await asyncio.wait({asking})
        [flight] = client._in_flight
        await asyncio.wait({flight.task})
        assert server.connections == 1
        assert server.asked == []
        assert (await client.request("GET", server.url)).status == 200


async def test_a_pool_that_has_lost_count_times_out_once_and_is_replaced(monkeypatch: pytest.MonkeyPatch):
    async def never(*args: Any, **options: Any) -> Any:
        await asyncio.sleep(30)

    async with serving(plain) as server, client_of(server) as client:
        with monkeypatch.context() as stuck:
            stuck.setattr(Pool, "send", never)
            await fail_of(client, server.url, deadline_s=0.05)
        [flight] = client._in_flight
        flight.task.cancel()  # it would wait for a connection for ever
        assert (await client.request("GET", server.url)).status == 200


async def test_closing_ends_what_is_on_its_way(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "LEAVE_S", 0.05)

    arrived = asyncio.Event()

    async def handler(exchange: Exchange) -> None:
        arrived.set()
        await asyncio.sleep(30)

    async with serving(handler) as server:
        client = Client(loopback_cloud(server.url))
        asking = asyncio.create_task(fail_of(client, server.url))
        await arrived.wait()
        await client.close()
        assert (await asking).failure.disposition is Disposition.DEAD_HOST


async def test_a_request_that_is_cancelled_before_it_begins_leaves_no_coroutine():
    async def work() -> None:
        raise AssertionError

    flight: InFlight[None] = InFlight(Places())
    carried = work()
    flight.start(carried)
    flight.abandon()
    await asyncio.wait({flight.task})
    await asyncio.sleep(0)
    assert flight.task.cancelled()
    assert inspect.getcoroutinestate(carried) == inspect.CORO_CLOSED


# ---- places


class Host:
    """Counts who has a place."""

    def __init__(self) -> None:
        self.places = Places()
        self.inside = self.done = 0

    async def ask(self, takes_s: float) -> None:
        async with self.places.taken():
            self.inside += 1
            try:
                await asyncio.sleep(takes_s)
            finally:
                self.inside -= 1
        self.done += 1


def asked(host: Host, times: int, takes_s: float) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(host.ask(takes_s)) for _ in range(times)]


@in_virtual_time
async def test_a_quick_host_is_asked_by_few_at_a_time():
    host = Host()
    tasks = asked(host, 100, SLOW_S / 2)
    while host.done < 100:
        assert host.inside <= QUICK_LIMIT
        await asyncio.sleep(SLOW_S / 10)
    await asyncio.gather(*tasks)


@in_virtual_time
async def test_who_waits_long_makes_room_for_the_next_up_to_a_limit():
    host = Host()
    tasks = asked(host, 100, 60.0)
    await asyncio.sleep(SLOW_S / 2)
    assert host.inside == QUICK_LIMIT
    await asyncio.sleep(SLOW_S)
    assert host.inside == 2 * QUICK_LIMIT
    await asyncio.sleep(10 * SLOW_S)
    assert host.inside == LIMIT
    await asyncio.gather(*tasks)
    assert (host.inside, host.done) == (0, 100)


@in_virtual_time
async def test_after_slow_ones_and_cancelled_ones_there_are_as_many_places_as_before():
    host = Host()
    slow, waiting = asked(host, QUICK_LIMIT, 3 * SLOW_S), asked(host, 50, 1.0)
    await asyncio.sleep(SLOW_S / 2)
    for task in (*slow[:3], *waiting[:20]):
        task.cancel()
    await asyncio.gather(*slow, *waiting, return_exceptions=True)
    assert host.inside == 0
    asked(host, 100, SLOW_S / 2)
    await asyncio.sleep(SLOW_S / 4)
    assert host.inside == QUICK_LIMIT
    await asyncio.sleep(20 * SLOW_S)
    assert host.inside == 0


async def opened(handshakes: Handshakes, times: int, takes_s: float) -> list[float]:
    """Open so many sockets; return when each began."""
    began_s: list[float] = []

    async def open_one() -> None:
        async with handshakes.turn():
            began_s.append(asyncio.get_running_loop().time())
            await asyncio.sleep(takes_s)

    await asyncio.gather(*(open_one() for _ in range(times)))
    return began_s


@in_virtual_time
async def test_sockets_are_opened_twenty_a_second_and_the_first_at_once():
    handshakes = Handshakes()
    assert await opened(handshakes, 21, 0.0) == [pytest.approx(number / 20) for number in range(21)]
    await asyncio.sleep(60)
    began_s = asyncio.get_running_loop().time()
    assert await opened(handshakes, 2, 0.0) == [pytest.approx(began_s), pytest.approx(began_s + 0.05)]


@in_virtual_time
async def test_a_slow_host_is_shaken_hands_with_four_at_a_time():
    began_s = await opened(Handshakes(), 9, 10.0)
    assert HANDSHAKES_LIMIT == 4
    assert [round(at_s, -1) for at_s in began_s] == [0.0] * 4 + [10.0] * 4 + [20.0]
