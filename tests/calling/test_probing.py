"""When an open circuit lets one line find out whether its server is back (calling/circuits.py)."""

import asyncio
import random
from functools import partial
from itertools import pairwise

import pytest

from softphone.calling.circuits import LINES_TO_OPEN, NEXT_PROBER_S, PROBE_BASE_S, PROBE_CAP_S, Circuits
from tests.calling.fake_provider import BACKUP, PRIMARY, TOKEN_ENDED
from tests.calling.test_circuits import Asker, failed, in_virtual_time, may_ask, opened, opens
from tests.calling.virtual_time import run


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
    told = len(other.retries_s)
    await asyncio.sleep(PROBE_CAP_S)
    assert not may_ask(circuits, other)
    assert len(other.retries_s) == told
    assert may_ask(circuits, prober), "its probe may take more than one request"


@in_virtual_time
async def test_who_failed_last_is_the_last_to_probe(circuits: Circuits):
    first, others = opened(circuits, waiting=1)
    failed(circuits, first)
    await asyncio.sleep(PROBE_BASE_S)
    assert (len(first.retries_s), len(others[0].retries_s)) == (0, 1)


@in_virtual_time
async def test_a_line_that_does_not_probe_when_told_is_passed_over(circuits: Circuits):
    _, others = opened(circuits)
    await asyncio.sleep(5 * NEXT_PROBER_S)
    assert all(other.retries_s for other in others)


@pytest.mark.parametrize("lasts_s", [0.1, 3 * NEXT_PROBER_S])
@pytest.mark.parametrize("ending", ["leave", "learnt_nothing", "token", "served elsewhere"])
def test_when_the_prober_ends_without_an_answer_the_next_one_probes(ending: str, lasts_s: float):
    async def body() -> None:
        circuits = Circuits(chance=random.Random(1))
        first, (prober, other, third) = opened(circuits)
        await asyncio.sleep(1.99)
        assert may_ask(circuits, prober)
        await asyncio.sleep(lasts_s)
        assert not other.retries_s
        match ending:
            case "leave":  # deregistered, signed out, stopped
                circuits.leave(prober)
            case "learnt_nothing":  # a fault of ours
                circuits.learnt_nothing(PRIMARY, prober)
            case "token":
                circuits.failed(PRIMARY, prober, TOKEN_ENDED, prober.retry)
            case "served elsewhere":
                circuits.succeeded(BACKUP, prober)
        ended_s = asyncio.get_running_loop().time()
        await asyncio.sleep(4 * NEXT_PROBER_S)
        first_told = min(
            at_s for line in (first, prober, other, third) for at_s in line.retries_s if at_s > ended_s
        )
        assert first_told == pytest.approx(ended_s + NEXT_PROBER_S)
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


def probing(circuits: Circuits, lines: list[Asker], *, retry_after_s: float | None = None) -> list[float]:
    """Let each line fail as soon as it may probe; return where the moments of the probes come."""
    probed_s: list[float] = []

    def probe(line: Asker) -> None:
        if may_ask(circuits, line):
            probed_s.append(asyncio.get_running_loop().time())
            failed(circuits, line, retry_after_s=retry_after_s)

    for line in lines:
        line.on_retry = partial(probe, line)
    return probed_s


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_dead_host_is_probed_ever_more_slowly_and_anew_once_it_was_back(seed: int):
    async def body() -> None:
        circuits = Circuits(chance=random.Random(seed))
        for _ in range(2):
            began_s = asyncio.get_running_loop().time()
            first, others = opened(circuits)
            probed_s = probing(circuits, [first, *others])
            await asyncio.sleep(100)
            waits_s = [later - sooner for sooner, later in pairwise([began_s, *probed_s])]
            widest_s = [min(PROBE_CAP_S, PROBE_BASE_S * 2**number) for number in range(len(waits_s))]
            assert all(
                most_s / 2 <= wait_s <= most_s + 0.01
                for wait_s, most_s in zip(waits_s, widest_s, strict=True)
            )
            assert (
                len({round(most_s / wait_s, 6) for wait_s, most_s in zip(waits_s, widest_s, strict=True)}) > 3
            )
            for line in (first, *others):
                line.on_retry = lambda: None
            circuits.succeeded(PRIMARY, first)
            await asyncio.sleep(10)
        circuits.close()

    run(body())


@in_virtual_time
async def test_a_wait_that_a_host_asks_for_makes_probes_slower_by_a_tenth_at_most_and_never_quicker(
    circuits: Circuits,
):
    first, others = opened(circuits)
    probed_s = probing(circuits, [first, *others], retry_after_s=60.0)
    await asyncio.sleep(1000)
    waits_s = [later - sooner for sooner, later in pairwise(probed_s)]
    assert all(60.0 <= wait_s <= 66.01 for wait_s in waits_s)
    assert len(set(waits_s)) > 5, "not all programs at once"
    slow = probing(circuits, [first, *others], retry_after_s=0.1)
    await asyncio.sleep(200)
    assert all(later - sooner >= PROBE_CAP_S / 2 for sooner, later in pairwise(slow))


@in_virtual_time
async def test_failures_of_lines_that_do_not_probe_put_the_probe_off_no_further(circuits: Circuits):
    first, others = opened(circuits)
    for _ in range(19):
        await asyncio.sleep(PROBE_BASE_S / 20)
        failed(circuits, first)
    await asyncio.sleep(PROBE_BASE_S / 20)
    assert sum(len(line.retries_s) for line in (first, *others)) == 1


@in_virtual_time
async def test_those_whose_failures_closed_the_gate_wait_before_it_and_are_let_in_again(circuits: Circuits):
    lines = [Asker() for _ in range(LINES_TO_OPEN)]
    for line in lines:
        failed(circuits, line)
    assert not any(may_ask(circuits, line) for line in lines)
    circuits.succeeded(PRIMARY, Asker())
    await asyncio.sleep(1)
    assert [len(line.retries_s) for line in lines] == [1] * LINES_TO_OPEN


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
    assert PROBE_BASE_S / 2 * scale <= first[0] <= PROBE_BASE_S * scale
