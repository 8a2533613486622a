"""What `_Timers` and `_Exec` promise on top of qasync 0.28."""

import asyncio
import os
import signal
import sys
import time

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from softphone.system.ending import on_interrupt
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App, refuse_bad_pair
from tests.ui.conftest import until


def test_qt_calls_lose_no_reference_to_none(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(2000):
        widget.update()
    assert sys.getrefcount(None) >= before - 50


def test_python_311_refuses_pyside_612():
    assert refuse_bad_pair((3, 11), (6, 12)) is not None
    assert refuse_bad_pair((3, 12), (6, 12)) is None
    assert refuse_bad_pair((3, 11), (6, 11)) is None
    assert refuse_bad_pair((3, 12), (6, 8)) == "PySide6 6.8 is too old. Install PySide6 6.11 or newer."
    assert refuse_bad_pair() is None


async def test_timers_are_never_early():
    loop = asyncio.get_running_loop()
    late_s: list[float] = []
    waits_s = [0.001, 0.0049, 0.0151, 0.0333, 0.05, 0.1007, 0.25, 0.5]
    for wait_s in waits_s:
        due_s = loop.time() + wait_s
        loop.call_later(wait_s, lambda due_s: late_s.append(loop.time() - due_s), due_s)
    await until(lambda: len(late_s) == len(waits_s))
    assert min(late_s) >= 0


async def test_a_cancelled_timer_is_gone_at_once():
    loop = asyncio.get_running_loop()
    assert isinstance(loop, AppLoop)
    before = len(loop._timer)
    handles = [loop.call_later(60, lambda: None) for _ in range(500)]
    assert len(loop._timer) == before + 500
    for handle in handles:
        handle.cancel()
    assert len(loop._timer) == before


async def test_cancelling_a_timer_that_has_run_takes_none_that_came_after_it():
    """asyncio.sleep cancels its timer after it has run, and Qt gives an id out again after 128 others."""
    loop, ran = asyncio.get_running_loop(), asyncio.Event()
    assert isinstance(loop, AppLoop)
    first = loop.call_later(0, ran.set)
    await ran.wait()
    ran.clear()
    same = loop.call_later(0, ran.set)
    while same.timer_id != first.timer_id:
        same.cancel()
        same = loop.call_later(0, ran.set)
    first.cancel()
    async with asyncio.timeout(5):
        await ran.wait()


async def test_what_is_ready_goes_on_in_a_loop_inside_a_callback():
    """A system's own dialog runs one, and the lines must not wait for the person."""
    loop, ran = asyncio.get_running_loop(), list[str]()
    inner = QEventLoop()
    guard = QTimer(singleShot=True, interval=5000)
    guard.timeout.connect(lambda: (ran.append("too late"), inner.quit()))
    guard.start()
    loop.call_soon(inner.exec)
    loop.call_soon(ran.append, "ready before")
    loop.call_soon(lambda: loop.call_soon(inner.quit))
    await until(lambda: not inner.isRunning() and ran)
    guard.stop()
    assert ran == ["ready before"]


async def test_a_callback_that_fails_takes_no_other_with_it():
    loop, ran, failed = asyncio.get_running_loop(), asyncio.Event(), list[str]()
    loop.set_exception_handler(lambda _, context: failed.append(str(context["exception"])))
    loop.call_soon(int, "no number")
    loop.call_soon(ran.set)
    async with asyncio.timeout(5):
        await ran.wait()
    assert failed == ["invalid literal for int() with base 10: 'no number'"]


async def test_what_a_callback_makes_ready_has_the_next_turn():
    """A callback that calls for itself again and again leaves the sockets and the window their turns."""
    loop, turns = asyncio.get_running_loop(), 0

    def again() -> None:
        nonlocal turns
        turns += 1
        if not painted.is_set():
            loop.call_soon(again)

    painted = asyncio.Event()
    again()
    QTimer.singleShot(0, painted.set)
    async with asyncio.timeout(5):
        await painted.wait()
    assert turns > 1


async def test_a_timeout_that_is_met_leaves_no_timer():
    loop = asyncio.get_running_loop()
    assert isinstance(loop, AppLoop)
    before = len(loop._timer)
    for _ in range(20):
        async with asyncio.timeout(60):
            await asyncio.sleep(0)
    assert len(loop._timer) <= before


async def test_work_in_threads_and_from_threads():
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    assert await asyncio.to_thread(lambda: 6 * 7) == 42
    await asyncio.to_thread(lambda: loop.call_soon_threadsafe(arrived.set))
    async with asyncio.timeout(5):
        await arrived.wait()


def test_several_runs_in_one_process(qapp: QApplication):
    async def body() -> int:
        await asyncio.sleep(0.001)
        return 7

    for _ in range(3):
        with asyncio.Runner(loop_factory=lambda: AppLoop(qapp)) as runner:
            assert runner.run(body()) == 7


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
async def test_an_interrupt_asks_to_stop():
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    on_interrupt(loop, stop.set)
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        began_s = time.monotonic()
        async with asyncio.timeout(5):
            await stop.wait()
        assert time.monotonic() - began_s < 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def test_a_quit_event_asks_instead_of_quitting(qapp: QApplication):
    assert isinstance(qapp, App)
    asked: list[bool] = []
    qapp.ask_to_stop = lambda: asked.append(True)
    try:
        assert qapp.event(QEvent(QEvent.Type.Quit))
        assert asked == [True]
    finally:
        qapp.ask_to_stop = lambda: None
    assert not qapp.quitOnLastWindowClosed()
