"""Whether the screen is locked, as login1 and a screen saver say it on buses of our own."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from softphone.ui.desktop.screen_lock import ScreenLock
from tests.ui.conftest import until
from tests.ui.desktop.fake_desktop import LOGIN, SCREEN_SAVER, Desktop, desktop, session_bus

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of freedesktop")


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """One bus for both, with nobody on it."""
    with session_bus(tmp_path) as found:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", found)
        yield found


@contextlib.asynccontextmanager
async def watching(changes: list[bool]) -> AsyncIterator[ScreenLock]:
    """Keep what it tells in `changes`."""
    lock = ScreenLock(lambda: changes.append(lock.locked))
    watch = asyncio.create_task(lock.watch())
    try:
        yield lock
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


async def looked_at(screen: Desktop, who: str) -> None:
    await until(lambda: ("Get" if who == LOGIN else "GetActive") in screen.asked)


@pytest.mark.parametrize("who", [LOGIN, SCREEN_SAVER])
async def test_each_of_them_is_enough_to_know_it(address: str, who: str):
    changes: list[bool] = []
    with desktop(address, who) as screen:
        async with watching(changes) as lock:
            await looked_at(screen, who)
            assert not lock.locked
            screen.lock(who)
            await until(lambda: lock.locked)
            screen.lock(who)  # said twice
            screen.lock(who, locked=False)
            await until(lambda: not lock.locked)
    assert changes == [True, False]


@pytest.mark.parametrize("who", [LOGIN, SCREEN_SAVER])
async def test_one_that_is_locked_from_the_start_is_known(address: str, who: str):
    with desktop(address, who) as screen:
        screen.locked = True
        async with watching([]) as lock:
            await until(lambda: lock.locked)


async def test_where_two_say_it_the_last_one_has_to_unlock_it(address: str):
    changes: list[bool] = []
    with desktop(address, LOGIN, SCREEN_SAVER) as screen:
        async with watching(changes) as lock:
            await looked_at(screen, LOGIN)
            await looked_at(screen, SCREEN_SAVER)
            for who in (LOGIN, SCREEN_SAVER):
                screen.lock(who)
            await until(lambda: len(lock._locked_for) == 2)
            screen.lock(LOGIN, locked=False)
            await until(lambda: len(lock._locked_for) == 1)
            assert lock.locked
    assert changes == [True]


async def test_without_a_bus_it_counts_as_unlocked_and_nothing_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    lock = ScreenLock(lambda: None)
    await asyncio.wait_for(lock.watch(), 10)
    assert not lock.locked
