"""Devices that must not stay: when each is tried again."""

import asyncio
from collections.abc import Callable

from softphone.calling.circuits import Circuits, Retry
from softphone.calling.removals import Removals
from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import Server
from softphone.settings.ledger import Ledger
from tests.calling import virtual_time
from tests.calling.fake_provider import BUSY, PRIMARY, FakeProvider
from tests.calling.scripted_driver import ScriptedDriver


class ScriptedCircuits(Circuits):
    """Says when a line's turn is, and until when servers are of no use."""

    def __init__(self, turn_s: float, useless_until_s: float) -> None:
        super().__init__()
        self._turn_s = turn_s
        self._useless_until_s = useless_until_s

    def removal_turn_s(self, server: Server) -> float:
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
    removals.add(PRIMARY, Device(device_id="d1"), 300.0, by_person=by_person)
    while removals.pending:
        await asyncio.sleep(0.5)
    await removals.close()
    return tried_s


def now_s() -> float:
    return asyncio.get_running_loop().time()


def test_a_refused_device_is_tried_again_ever_more_slowly():
    assert virtual_time.run(tries(*range(6))) == [0.0, 2.0, 6.0, 14.0, 30.0, 60.0, 90.0]


def test_a_try_waits_until_there_is_room_for_it_even_when_that_was_taken_meanwhile():
    def room_s() -> float:
        """There is room now, and after the first try from 10 s on; then somebody takes it, until 20 s."""
        at_s = now_s()
        if at_s < 1:
            return 0.0
        return 10.0 - at_s if at_s < 5 else max(0.0, 20.0 - at_s)

    assert virtual_time.run(tries(BUSY, room_s=room_s)) == [0.0, 20.0]


def test_the_first_try_keeps_to_the_bound_but_for_a_person():
    def room_s() -> float:
        return max(0.0, 8.0 - now_s())

    assert virtual_time.run(tries(room_s=room_s)) == [8.0]
    assert virtual_time.run(tries(room_s=room_s, by_person=True)) == [0.0]


def test_a_server_of_no_use_is_left_alone_but_for_a_person():
    assert virtual_time.run(tries(useless_until_s=5.0)) == [6.0]
    assert virtual_time.run(tries(useless_until_s=5.0, by_person=True)) == [0.0]


def test_lines_take_turns_at_a_server():
    assert virtual_time.run(tries(turn_s=1.5)) == [1.5]
