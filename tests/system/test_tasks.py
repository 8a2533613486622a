"""The tasks of one owner."""

import asyncio
import gc
from typing import Any

import pytest

from softphone.system.tasks import Tasks, first_of, together, uncut


async def test_a_task_is_kept_until_it_ends_though_nobody_else_holds_it():
    tasks, go, done = Tasks(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await go.wait()
        done.set()

    tasks.start(work())
    await asyncio.sleep(0)
    gc.collect()
    go.set()
    await done.wait()
    await asyncio.sleep(0)
    assert len(tasks) == 0


async def test_closing_ends_all_of_them_and_waits_for_their_last_word():
    tasks, said = Tasks(), list[str]()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            said.append("ended")

    first, second = tasks.start(work()), tasks.start(work())
    await asyncio.sleep(0)
    await tasks.close()
    assert said == ["ended", "ended"]
    assert first.cancelled()
    assert second.cancelled()


async def test_a_fault_is_heard_with_the_name_of_the_task():
    heard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))
    tasks = Tasks()

    async def work() -> None:
        raise ZeroDivisionError

    await asyncio.gather(tasks.start(work(), "divide"), return_exceptions=True)
    await asyncio.sleep(0)
    assert "divide ended by a fault of ours" in heard[0]["message"]
    assert len(tasks) == 0


async def test_the_first_of_several_waits_ends_the_others():
    others = [asyncio.Event() for _ in range(2)]
    await first_of(asyncio.sleep(0), *(other.wait() for other in others))


async def test_a_cancel_waits_for_the_end_of_what_must_not_be_cut_and_is_raised_then():
    go = asyncio.Event()
    task = asyncio.create_task(go.wait())
    waiting = asyncio.create_task(uncut(task))
    for _ in range(3):
        await asyncio.sleep(0)
        waiting.cancel()
    await asyncio.sleep(0)
    assert not waiting.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert task.result() is True
    assert await uncut(task) is True


async def test_what_must_not_be_cut_is_cut_when_its_grace_is_over():
    task = asyncio.create_task(asyncio.Event().wait())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await uncut(task, grace_s=0)
    assert task.cancelled()


async def fails() -> None:
    await asyncio.sleep(0)
    raise ValueError("a step")


async def slow_to_end(ended: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        for _ in range(3):
            await asyncio.sleep(0)
        ended.append("ended")


async def test_the_first_step_that_fails_ends_the_others_and_is_what_is_raised():
    ended: list[str] = []

    async def both() -> None:
        async with together() as steps:
            steps.create_task(slow_to_end(ended))
            steps.create_task(fails())

    for _ in range(2):
        with pytest.raises(ValueError, match="a step"):
            await both()
    assert ended == ["ended", "ended"]
    current = asyncio.current_task()
    assert current is not None
    assert current.cancelling() == 0  # nobody has asked for that


async def test_steps_that_go_well_are_waited_for():
    async with together() as steps:
        one, other = (steps.create_task(asyncio.sleep(0, number)) for number in (1, 2))
    assert (one.result(), other.result()) == (1, 2)


@pytest.mark.parametrize("turns", range(8))
async def test_a_cancel_at_any_moment_ends_who_goes_on_after_a_step_that_failed(turns: int):
    ended: list[str] = []

    async def goes_on() -> None:
        while True:
            try:
                async with together() as steps:
                    steps.create_task(slow_to_end(ended))
                    steps.create_task(fails())
            except ValueError:
                await asyncio.sleep(0)

    task = asyncio.create_task(goes_on())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    for _ in range(20):
        await asyncio.sleep(0)
    was_done = task.done()
    task.cancel()
    await asyncio.wait({task})
    assert was_done
