"""Many requests at once, and callers that go away (reliability.md#connections)."""

import asyncio
import inspect
import random
from typing import Any

import pytest

from softphone.line.failure import Disposition
from softphone.webex import client as client_module
from softphone.webex.client import Client
from softphone.webex.in_flight import InFlight
from softphone.webex.places import Places
from softphone.webex.pools import Pool
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
