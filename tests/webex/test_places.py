import asyncio

import pytest

from softphone.webex.places import HANDSHAKES_LIMIT, LIMIT, QUICK_LIMIT, SLOW_S, Handshakes, Places
from tests.calling.virtual_time import in_virtual_time


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
