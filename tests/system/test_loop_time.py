"""Deadlines in running time: on asyncio's loop, on the window's, and on one whose clock jumps."""

import asyncio
import gc
import logging
import socket
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from softphone.system import loop_time
from softphone.system.loop_time import Lateness, call_after, lateness, running_s, within
from softphone.ui.loop import AppLoop
from tests.calling import virtual_time

Work = Callable[[], Coroutine[Any, Any, None]]


def hold(seconds: float) -> None:
    """Keep the loop from running, as a busy machine does."""
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        pass


def run_on_asyncio(work: Work) -> None:
    with asyncio.Runner() as runner:
        runner.run(work())


@pytest.fixture(params=["asyncio", "qt"])
def run(request: pytest.FixtureRequest) -> Callable[[Work], None]:
    def on_qt(work: Work) -> None:
        app: QApplication = request.getfixturevalue("qapp")
        loop = AppLoop(app)
        with loop:
            loop.run_until_complete(work())

    return on_qt if request.param == "qt" else run_on_asyncio


def test_a_task_that_is_done_in_time_is_told_at_once(run: Callable[[Work], None]):
    async def work() -> None:
        assert await within(asyncio.ensure_future(asyncio.sleep(0)), 30)
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        assert await within(done, 0)

    run(work)


def test_a_task_that_takes_longer_goes_on(run: Callable[[Work], None]):
    async def work() -> None:
        never = asyncio.ensure_future(asyncio.sleep(30))
        assert not await within(never, 0.02)
        assert not never.done()
        never.cancel()

    run(work)


def test_time_in_which_the_loop_did_not_run_is_not_charged(run: Callable[[Work], None]):
    async def work() -> None:
        asyncio.get_running_loop().call_later(0.01, hold, 0.5)
        answer = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.6, answer.set_result, None)  # 0.2 s of running time
        assert await within(answer, 0.4)
        assert lateness().worst_late_s > 0.3
        assert lateness().long_holds == 1

    run(work)


def test_an_answer_that_is_in_the_socket_wins_over_a_deadline_that_is_due(run: Callable[[Work], None]):
    async def work() -> None:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)
        reading = asyncio.ensure_future(reader.read(-1))
        await asyncio.sleep(0)
        theirs.sendall(b"x" * 10_000)
        theirs.close()
        assert await within(reading, 0.0)
        assert len(reading.result()) == 10_000
        writer.close()

    run(work)


def test_what_is_ready_with_the_deadline_goes_first(run: Callable[[Work], None]):
    async def work() -> None:
        order: list[str] = []

        async def steps() -> None:
            for _ in range(5):
                await asyncio.sleep(0)
            order.append("answer")

        loop = asyncio.get_running_loop()
        tasks: list[asyncio.Task[None]] = []
        loop.call_later(0.02, lambda: tasks.append(loop.create_task(steps())))
        deadline = call_after(0.02, lambda: order.append("deadline"))
        while deadline.is_pending:
            await asyncio.sleep(0.005)
        assert order == ["answer", "deadline"]

    run(work)


def test_a_deadline_that_is_cancelled_calls_nobody_even_while_it_lets_others_go_first(
    run: Callable[[Work], None],
):
    async def work() -> None:
        called: list[str] = []
        early = call_after(0.05, lambda: called.append("early"))
        late = call_after(0.0, lambda: called.append("late"))
        early.cancel()
        early.cancel()
        asyncio.get_running_loop().call_later(0.0, lambda: asyncio.get_running_loop().call_soon(late.cancel))
        await asyncio.sleep(0.1)
        late.cancel()
        assert "early" not in called
        assert not early.is_pending
        assert not late.is_pending

    run(work)


def test_an_idle_loop_does_not_beat():
    async def work() -> None:
        pulse = loop_time._pulse()
        handles = [call_after(30, lambda: None) for _ in range(100)]
        assert pulse._timer is not None
        for handle in handles:
            handle.cancel()
        assert pulse._timer is None
        assert pulse._due == []

    virtual_time.run(work())


def test_deadlines_are_exact_on_a_clock_of_its_own_and_come_in_order():
    async def work() -> list[tuple[str, float]]:
        loop = asyncio.get_running_loop()
        calls: list[tuple[str, float]] = []
        for name, delay_s in [("b", 20.0), ("a", 7.5), ("c", 3600.0), ("now", 0.0)]:
            call_after(delay_s, lambda name=name: calls.append((name, round(loop.time(), 6))))  # type: ignore[misc]
        await asyncio.sleep(4000)
        assert lateness() == Lateness()
        return calls

    assert virtual_time.run(work()) == [("now", 0.0), ("a", 7.5), ("b", 20.0), ("c", 3600.0)]


def test_running_time_stands_still_while_the_loop_is_held():
    async def work() -> None:
        deadline = call_after(30, lambda: None)
        before_s = running_s()
        await asyncio.sleep(0)
        hold(0.3)
        assert running_s() - before_s < 0.15
        deadline.cancel()

    run_on_asyncio(work)


def test_a_long_hold_is_told_once_until_there_was_quiet(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)

    async def work() -> None:
        deadline = call_after(30, lambda: None)
        for _ in range(3):
            hold(0.35)
            await asyncio.sleep(0.1)
        deadline.cancel()
        assert lateness().long_holds >= 3

    run_on_asyncio(work)
    assert caplog.text.count("held up for") == 1


def test_a_loop_that_is_gone_is_forgotten():
    async def work() -> None:
        call_after(30, lambda: None)

    before = len(loop_time._pulses)
    run_on_asyncio(work)
    gc.collect()
    assert len(loop_time._pulses) <= before
