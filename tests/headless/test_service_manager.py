"""What systemd is told of `watch`, on a socket of the tests."""

import asyncio
import signal
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.headless.service_manager import HOUR_S, ServiceManager
from tests.kit.program import DEADLINE_S, started
from tests.ui.fakes import PanelSpy


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(DEADLINE_S)
        yield listening


def heard(manager: socket.socket) -> str:
    return manager.recv(4096).decode()


@pytest.mark.slow
def test_watch_is_ready_says_how_its_lines_are_beats_and_says_that_it_stops(manager: socket.socket):
    with started(
        *("watch", "--demo", "--json"), NOTIFY_SOCKET=manager.getsockname(), WATCHDOG_USEC="1000000"
    ) as program:
        assert heard(manager) == "READY=1"
        told = [heard(manager)]
        while told[-1] != "WATCHDOG=1\nSTATUS=Webex can reach this line":
            told.append(heard(manager))
        assert heard(manager) == told[-1]  # again, though nothing has changed
        program.send_signal(signal.SIGTERM)
        while told[-1] != "STOPPING=1":
            told.append(heard(manager))
        assert program.wait(DEADLINE_S) == 0


async def test_a_name_of_the_abstract_kind_is_understood():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        name = f"softphone-{uuid.uuid4()}"
        listening.bind(f"\0{name}")
        async with ServiceManager(PanelSpy(), lambda: "Well", {"NOTIFY_SOCKET": f"@{name}"}):
            assert heard(listening) == "READY=1"
            await asyncio.sleep(0)
            assert heard(listening) == "WATCHDOG=1\nSTATUS=Well"


async def test_the_heartbeat_of_another_process_is_not_ours(manager: socket.socket):
    given = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"}
    async with ServiceManager(PanelSpy(), lambda: "Well", given):
        await asyncio.sleep(0.1)
    assert [heard(manager) for _ in range(3)] == ["READY=1", "WATCHDOG=1\nSTATUS=Well", "STOPPING=1"]


@pytest.mark.parametrize("given", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
async def test_nothing_fails_where_nobody_listens(given: dict[str, str]):
    async with ServiceManager(PanelSpy(), lambda: "Well", given):
        await asyncio.sleep(0)


@pytest.mark.parametrize("odd", ["", "soon", "-5", "1.5", "9" * 400, "\u0663", " 5"])
async def test_a_limit_that_is_none_is_no_reason_not_to_start(odd: str):
    manager = ServiceManager(PanelSpy(), lambda: "Well", {"WATCHDOG_USEC": odd})
    assert manager._beat_s == HOUR_S
