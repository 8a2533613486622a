"""The circuits, in virtual time: what each line may ask, and when the others follow."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from softphone.calling.circuits import (
    LINES_TO_OPEN,
    NEXT_PROBER_S,
    PROBE_CAP_S,
    RELEASE_PER_S,
    Circuits,
)
from softphone.line.failure import ASKED_TO_WAIT, Disposition
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
    first, (other, *_) = opened(circuits)
    circuits.failed(PRIMARY, first, OFFLINE, first.retry)
    assert not may_ask(circuits, other), "it does not close an open one either"


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


# ---- probing


@in_virtual_time
async def test_one_line_at_a_time_probes_and_each_time_another(circuits: Circuits):
    probers: list[Asker] = []

    def probe(line: Asker) -> None:
        if may_ask(circuits, line):
            probers.append(line)
            failed(circuits, line)

    first, others = opened(circuits, waiting=3)
    for line in (first, *others):
        line.on_retry = partial(probe, line)
    await asyncio.sleep(600)
    times_s = sorted(at for line in (first, *others) for at in line.retries_s)
    gaps_s = [later - sooner for sooner, later in pairwise(times_s[6:])]
    assert set(probers) == {first, *others}
    assert all(probers[at] is probers[at + 4] for at in range(len(probers) - 4)), "in turns"
    assert all(PROBE_CAP_S / 2 <= gap <= PROBE_CAP_S + 0.01 for gap in gaps_s)
    assert len(probers) < 600 / (PROBE_CAP_S / 2) + 6


@in_virtual_time
async def test_while_a_probe_is_under_way_nobody_else_asks(circuits: Circuits):
    _, (prober, other, _) = opened(circuits)
    await asyncio.sleep(PROBE_CAP_S)
    assert may_ask(circuits, prober)
    await asyncio.sleep(PROBE_CAP_S)
    assert not may_ask(circuits, other)


@in_virtual_time
async def test_a_line_that_does_not_probe_when_told_is_passed_over(circuits: Circuits):
    _, others = opened(circuits)
    await asyncio.sleep(5 * NEXT_PROBER_S)
    assert all(other.retries_s for other in others)


@pytest.mark.parametrize("ending", ["leave", "learnt_nothing", "token"])
def test_when_the_prober_ends_without_an_answer_the_next_one_probes(ending: str):
    async def body() -> None:
        circuits = Circuits(chance=random.Random(1))
        _, (prober, other, _) = opened(circuits)
        await asyncio.sleep(1.99)
        assert may_ask(circuits, prober)
        match ending:
            case "leave":  # deregistered, signed out, stopped
                circuits.leave(prober)
            case "learnt_nothing":  # a fault of ours
                circuits.learnt_nothing(PRIMARY, prober)
            case "token":
                circuits.failed(PRIMARY, prober, TOKEN_ENDED, prober.retry)
        await asyncio.sleep(4 * NEXT_PROBER_S)
        assert other.retries_s
        assert may_ask(circuits, other)
        circuits.close()

    run(body())


@in_virtual_time
async def test_who_only_wants_to_know_neither_probes_nor_waits(circuits: Circuits):
    opened(circuits, waiting=1)
    await asyncio.sleep(1.99)
    assert circuits.refusal(PRIMARY, Asker(), None) is None
    assert may_ask(circuits, Asker()), "the probe was still to be had"


@in_virtual_time
async def test_the_next_probe_waits_as_long_as_the_host_asked_and_only_the_prober_is_told(circuits: Circuits):
    first, others = Asker(), [Asker(), Asker()]
    failed(circuits, first, retry_after_s=300.0)
    opens(circuits, retry_after_s=300.0)
    refusal = circuits.refusal(PRIMARY, others[0], others[0].retry)
    assert refusal is not None
    assert refusal.retry_after_s is None, "or it would wait that long once more"
    assert not may_ask(circuits, others[1])
    await asyncio.sleep(299)
    assert not any(line.retries_s for line in (first, *others))
    await asyncio.sleep(32)
    assert any(line.retries_s for line in (first, *others))


@in_virtual_time
async def test_no_host_is_left_alone_for_more_than_an_hour(circuits: Circuits):
    first, other = Asker(), Asker()
    failed(circuits, other, retry_after_s=7200.0)
    failed(circuits, first, retry_after_s=7200.0)
    opens(circuits, retry_after_s=7200.0)
    await asyncio.sleep(3599.5)
    assert not first.retries_s + other.retries_s
    await asyncio.sleep(1)
    assert first.retries_s + other.retries_s


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


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_every_wait_goes_by_the_pace_of_the_cloud(scale: float):
    async def retried_s() -> list[float]:
        circuits = Circuits(chance=random.Random(1), time_scale=scale)
        prober, waiting = opened(circuits)
        await asyncio.sleep(60 * scale)
        circuits.close()
        return sorted(at_s for line in (prober, *waiting) for at_s in line.retries_s)

    *first, last = run(retried_s())
    assert last - first[-1] == pytest.approx(NEXT_PROBER_S * scale)
