"""The circuits, in virtual time: what each line may ask, and when the others follow."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import pytest

from softphone.calling.circuits import (
    LINES_TO_OPEN,
    PROBE_BASE_S,
    RELEASE_PER_S,
    Circuits,
)
from softphone.line.failure import ASKED_TO_WAIT, Disposition, Failure
from softphone.values import replace
from tests.calling.fake_provider import BACKUP, BUSY, FORGOTTEN, PRIMARY, REFUSED, TOKEN_ENDED
from tests.calling.virtual_time import run


class Asker:
    """A line that notes when it was told to try again; `on_retry` is what it does then."""

    def __init__(self, on_retry: Callable[[], object] = lambda: None) -> None:
        self.retries_s: list[float] = []
        self.on_retry = on_retry

    def retry(self) -> None:
        self.retries_s.append(asyncio.get_running_loop().time())
        self.on_retry()


def in_virtual_time(test: Callable[[Circuits], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a coroutine test with fresh circuits in virtual time."""

    def runs() -> None:
        async def body() -> None:
            circuits = Circuits(chance=random.Random(1))
            await test(circuits)
            circuits.close()

        run(body())

    runs.__name__ = test.__name__
    return runs


def failed(circuits: Circuits, line: Asker, times: int = 1, *, retry_after_s: float | None = None) -> None:
    for _ in range(times):
        circuits.failed(PRIMARY, line, replace(REFUSED, retry_after_s=retry_after_s), line.retry)


def may_ask(circuits: Circuits, line: Asker) -> bool:
    return circuits.refusal(PRIMARY, line, line.retry) is None


def opens(circuits: Circuits, *, retry_after_s: float | None = None) -> None:
    """Open the primary's circuit by lines that have left since."""
    gone = [Asker() for _ in range(LINES_TO_OPEN)]
    for line in gone:
        failed(circuits, line, retry_after_s=retry_after_s)
    for line in gone:
        circuits.leave(line)


def opened(circuits: Circuits, waiting: int = 3) -> tuple[Asker, list[Asker]]:
    """Open the primary's circuit; return one line that failed and others that were turned away."""
    first, others = Asker(), [Asker() for _ in range(waiting)]
    failed(circuits, first)
    opens(circuits)
    assert not any(may_ask(circuits, other) for other in others)
    return first, others


# ---- opening


@in_virtual_time
async def test_failures_of_two_lines_leave_the_circuit_closed(circuits: Circuits):
    failed(circuits, Asker(), 10)
    failed(circuits, Asker(), 10)
    assert may_ask(circuits, Asker())


@in_virtual_time
async def test_failures_of_three_lines_in_a_row_turn_the_others_away_with_their_cause(circuits: Circuits):
    first, _ = opened(circuits)
    assert circuits.refusal(PRIMARY, Asker(), first.retry) == REFUSED


@in_virtual_time
async def test_a_success_between_failures_starts_the_count_again(circuits: Circuits):
    failed(circuits, Asker())
    failed(circuits, Asker())
    circuits.succeeded(PRIMARY, Asker())
    failed(circuits, Asker())
    assert may_ask(circuits, Asker())


@in_virtual_time
async def test_servers_have_circuits_of_their_own(circuits: Circuits):
    opened(circuits)
    assert circuits.refusal(BACKUP, Asker(), Asker().retry) is None


@in_virtual_time
async def test_a_refusal_of_the_line_itself_shows_that_the_host_lives(circuits: Circuits):
    first, (other, *_) = opened(circuits)
    circuits.failed(PRIMARY, first, FORGOTTEN, first.retry)
    await asyncio.sleep(1)
    assert may_ask(circuits, other)
    assert first.retries_s == [], "it has its answer"


@in_virtual_time
async def test_a_sign_in_that_ended_says_nothing_about_the_host(circuits: Circuits):
    for _ in range(5):
        circuits.failed(PRIMARY, Asker(), TOKEN_ENDED, Asker().retry)
    assert may_ask(circuits, Asker())


@pytest.mark.parametrize("disposition", Disposition)
def test_only_a_host_that_is_dead_sick_or_overloaded_turns_the_others_away(disposition: Disposition):
    async def body() -> None:
        circuits = Circuits(chance=random.Random(1))
        for line in (Asker(), Asker(), Asker()):
            circuits.failed(PRIMARY, line, replace(REFUSED, disposition=disposition), line.retry)
        is_the_hosts = disposition in {Disposition.DEAD_HOST, Disposition.SICK_HOST, Disposition.THROTTLED}
        assert may_ask(circuits, Asker()) is not is_the_hosts
        circuits.close()

    run(body())


OFFLINE = replace(REFUSED, disposition=Disposition.NO_NETWORK)


@in_virtual_time
async def test_l6_trouble_of_our_own_network_says_nothing_about_the_host(circuits: Circuits):
    for _ in range(5):
        circuits.failed(PRIMARY, Asker(), OFFLINE, Asker().retry)
    assert may_ask(circuits, Asker())


@pytest.mark.parametrize("failure", [OFFLINE, TOKEN_ENDED])
def test_what_says_nothing_about_the_host_changes_nothing_for_who_waits_or_was_served(failure: Failure):
    async def body() -> None:
        circuits = Circuits(chance=random.Random(1))
        circuits.succeeded(PRIMARY, served := Asker())
        circuits.failed(PRIMARY, served, failure, served.retry)
        first, others = opened(circuits)
        for line in (first, others[0]):
            circuits.failed(PRIMARY, line, failure, line.retry)
        assert may_ask(circuits, served), "it is still the one that was served last"
        assert not may_ask(circuits, Asker()), "the gate is still closed"
        await asyncio.sleep(PROBE_BASE_S)
        assert sum(len(line.retries_s) for line in (first, *others)) == 1, (
            "and the next probe when it was due"
        )
        circuits.close()

    run(body())


@in_virtual_time
async def test_a_lone_line_notices_nothing(circuits: Circuits):
    line = Asker()
    opens(circuits)
    for _ in range(20):
        assert may_ask(circuits, line)
        failed(circuits, line)
        await asyncio.sleep(1)
    await asyncio.sleep(600)
    assert line.retries_s == []


# ---- whom the server served last time


@in_virtual_time
async def test_a_line_that_was_served_asks_for_itself_whatever_others_say(circuits: Circuits):
    """A fault of one person must not take the registrations of the others."""
    served = Asker()
    circuits.succeeded(PRIMARY, served)
    opened(circuits)
    assert may_ask(circuits, served)
    circuits.succeeded(PRIMARY, served)
    assert may_ask(circuits, Asker()), "its success closed the circuit"


@in_virtual_time
async def test_a_line_that_was_served_and_then_failed_waits_like_the_others(circuits: Circuits):
    served = Asker()
    circuits.succeeded(PRIMARY, served)
    opened(circuits)
    failed(circuits, served)
    assert not may_ask(circuits, served)


@in_virtual_time
async def test_failures_of_lines_that_left_or_were_served_elsewhere_do_not_count(circuits: Circuits):
    gone, served = Asker(), Asker()
    for line in (gone, served):
        failed(circuits, line)
    circuits.leave(gone)
    circuits.succeeded(BACKUP, served)
    failed(circuits, Asker())
    failed(circuits, Asker())
    assert may_ask(circuits, Asker())


@pytest.mark.parametrize("ending", ["leave", "served elsewhere", "failed"])
def test_a_line_that_the_server_does_not_serve_any_more_waits_like_the_others(ending: str):
    async def body() -> None:
        circuits = Circuits(chance=random.Random(1))
        circuits.succeeded(PRIMARY, served := Asker())
        match ending:
            case "leave":
                circuits.leave(served)
            case "served elsewhere":
                circuits.succeeded(BACKUP, served)
            case "failed":
                circuits.failed(PRIMARY, served, FORGOTTEN, served.retry)
        opened(circuits)
        assert not may_ask(circuits, served)
        circuits.close()

    run(body())


@in_virtual_time
async def test_after_closing_nobody_is_told_anything(circuits: Circuits):
    first, others = opened(circuits)
    circuits.close()
    await asyncio.sleep(600)
    assert not [line for line in (first, *others) if line.retries_s]


# ---- the release


@in_virtual_time
async def test_the_first_success_releases_the_others_one_after_the_other(circuits: Circuits):
    first, others = opened(circuits, waiting=40)
    began_s = asyncio.get_running_loop().time()
    circuits.succeeded(PRIMARY, first)
    waiting = next(other for other in others if not other.retries_s)
    assert circuits.refusal(PRIMARY, waiting, waiting.retry) == ASKED_TO_WAIT, "its turn has not come"
    await asyncio.sleep(10)
    released_s = sorted(at for other in others for at in other.retries_s)
    assert len(released_s) == 40
    assert released_s[-1] - began_s == pytest.approx(39 / RELEASE_PER_S)
    assert may_ask(circuits, waiting)


def test_who_is_released_comes_in_random_order():
    async def order(seed: int) -> tuple[int, ...]:
        circuits, told = Circuits(chance=random.Random(seed)), list[int]()
        failed(circuits, prober := Asker())
        opens(circuits)
        for number in range(6):
            circuits.refusal(PRIMARY, number, partial(told.append, number))
        circuits.succeeded(PRIMARY, prober)
        await asyncio.sleep(1)
        return tuple(told)

    assert len({run(order(seed)) for seed in range(5)}) > 1


@in_virtual_time
async def test_a_line_that_left_is_not_released(circuits: Circuits):
    first, (other, *_) = opened(circuits)
    circuits.leave(other)
    circuits.succeeded(PRIMARY, first)
    await asyncio.sleep(5)
    assert other.retries_s == []


@in_virtual_time
async def test_a_line_served_elsewhere_waits_no_more(circuits: Circuits):
    first, (other, *_) = opened(circuits)
    circuits.succeeded(BACKUP, other)
    circuits.succeeded(PRIMARY, first)
    await asyncio.sleep(5)
    assert other.retries_s == []


@in_virtual_time
async def test_further_successes_do_not_hurry_the_release(circuits: Circuits):
    first, others = opened(circuits, waiting=20)
    circuits.succeeded(PRIMARY, first)
    for _ in range(20):
        circuits.succeeded(PRIMARY, first)
    assert sum(len(other.retries_s) for other in others) == 1


@in_virtual_time
async def test_failures_during_the_release_close_the_gate_again(circuits: Circuits):
    first, others = opened(circuits, waiting=4)
    circuits.succeeded(PRIMARY, first)
    released = next(other for other in others if other.retries_s)
    for line in (released, Asker(), Asker()):
        circuits.failed(PRIMARY, line, BUSY, line.retry)
    still_waiting = [other for other in others if other is not released]
    assert [circuits.refusal(PRIMARY, other, other.retry) for other in still_waiting] == [BUSY] * 3
