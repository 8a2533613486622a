"""Coroutine tests, and what every test must leave behind: nothing.

A test may be a coroutine function: it runs on a plain asyncio loop (tests/ui/conftest.py puts the Qt loop
in its place). A task still running, an exception nobody saw or a log record of WARNING or above fails it;
a test that expects a warning says so with `caplog.clear()` after looking at it.
"""

import asyncio
import inspect
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from softphone.system import live_secrets

COROUTINE_DEADLINE_S = 90.0


def _take_seat() -> None:
    """Give this process the home, the screen and the bus that `packaging/test` has made for it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    seats = os.environ.get("SOFTPHONE_TEST_SEATS", "").splitlines()
    names = ("HOME", "XDG_RUNTIME_DIR", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
    first = int(worker) * len(names)
    os.environ.update(zip(names, seats[first : first + len(names)], strict=False))


def _hear_signals() -> None:
    """Hear what a shell's `nohup` and `&` have ignored: the programs that tests start would inherit it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


_take_seat()  # before anything of Qt is loaded
_hear_signals()


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests() -> None:
    live_secrets.forget()


async def end_others() -> None:
    """Cancel every task but this one, and wait for them."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def run_coroutine_test(pyfuncitem: pytest.Function, loop_factory: Callable[[], asyncio.AbstractEventLoop]):
    """Run a coroutine test to its end and fail it for what it left on the loop."""
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    unseen: list[str] = []

    async def body() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(
            lambda _, context: unseen.append(repr(context.get("exception") or context))
        )
        try:
            async with asyncio.timeout(COROUTINE_DEADLINE_S):
                await pyfuncitem.obj(**arguments)
        except BaseException:
            await end_others()  # here: Qt's loop runs no task once it has stopped
            raise
        for _ in range(3):  # closing transports need a turn or two
            await asyncio.sleep(0)
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert not left, f"tasks left running: {left}"

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(body())
    assert not unseen, f"exceptions nobody saw: {unseen}"


@pytest.hookimpl(trylast=True)  # once `-m` has left out what is not wanted
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that wait for real time: at the end a worker would be alone with one of them."""
    waiting = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in waiting)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function):
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    run_coroutine_test(pyfuncitem, asyncio.new_event_loop)
    return True


@pytest.fixture(params=[True, False], ids=["devices shared", "devices per host"])
def devices_shared(request: pytest.FixtureRequest) -> bool:
    """Return each of the two rules that a service may have; every test of failover runs under both."""
    return bool(request.param)


@pytest.fixture(autouse=True)
def _no_unexpected_warning(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    loud = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert not loud, f"unexpected log records: {loud}"


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=20)
        assert not thread.is_alive(), f"thread left running: {thread}"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOFTPHONE_HOME", str(tmp_path_factory.mktemp("home")))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
