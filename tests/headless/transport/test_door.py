"""Who comes in, how many and how often; the lines never suffer from it (scripts.md#socket)."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from softphone.headless.instance import ANSWER_DEADLINE_S, SOCKETS_EXIST
from softphone.headless.transport import door
from softphone.headless.transport.door import Door, Pace, SocketDoor

pytestmark = pytest.mark.skipif(not SOCKETS_EXIST, reason="no such sockets here")


@contextlib.asynccontextmanager
async def echoing(path: Path) -> AsyncIterator[SocketDoor]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readuntil(b"\n")
        if line == b"stay\n":
            if not opened.stay():
                line = b"too many\n"
            else:
                writer.write(b"staying\n")
                await reader.read()
                return
        writer.write(line)
        await writer.drain()

    opened = SocketDoor(serve)
    await opened.open(path)
    try:
        yield opened
    finally:
        await opened.close()


async def said(path: Path, line: bytes) -> bytes:
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(line)
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_pace_lets_a_burst_pass_and_then_one_at_a_time():
    loop, pace = asyncio.get_running_loop(), Pace(per_s=50, burst=5)
    began_s = loop.time()
    for _ in range(5):
        await pace.turn()
    assert loop.time() - began_s < 0.1  # none of them waited a fiftieth
    for _ in range(5):
        await pace.turn()
    assert loop.time() - began_s >= 0.1


async def test_a_flood_is_slowed_while_the_loop_goes_on(tmp_path: Path, monkeypatch):
    """A client that asks as fast as it can gets its burst, then its turns; everything else runs on."""
    monkeypatch.setattr(door, "BURST", 5)
    loop, path, answered = asyncio.get_running_loop(), tmp_path / "run" / "a.sock", 0
    over = asyncio.Event()

    def flood() -> int:
        count = 0
        while not over.is_set():
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.settimeout(0.2)
                client.connect(str(path))
                client.sendall(b"x\n")
                count += client.recv(10) == b"x\n"
        return count

    async with echoing(path):
        began_s = loop.time()
        flooding = [asyncio.create_task(asyncio.to_thread(flood)) for _ in range(2)]
        for _ in range(100):  # a line's work: it has its turn again and again
            await asyncio.sleep(0.01)
        over.set()
        answered = sum(await asyncio.gather(*flooding))
        lasted_s = loop.time() - began_s
    assert 5 <= answered <= 5 + door.CLIENTS_PER_S * lasted_s + 1


async def test_those_who_stay_leave_their_place_to_others_and_are_not_too_many(tmp_path: Path):
    path = tmp_path / "run" / "a.sock"
    async with echoing(path):
        staying = []
        for _ in range(door.STAYING_LIMIT):
            reader, writer = await asyncio.open_unix_connection(str(path))
            writer.write(b"stay\n")
            assert await reader.readline() == b"staying\n"
            staying.append(writer)
        assert await said(path, b"stay\n") == b"too many\n"
        assert await said(path, b"hello\n") == b"hello\n"
        staying[0].close()
        await staying[0].wait_closed()
        while await said(path, b"stay\n") != b"staying\n":
            await asyncio.sleep(0.01)
        for writer in staying:
            writer.close()


async def test_places_come_back_whatever_a_client_does(tmp_path: Path):
    path = tmp_path / "run" / "a.sock"
    async with echoing(path):
        for line in (b"", b"x" * 5000, b"half"):
            for _ in range(door.CLIENTS_LIMIT):
                _, writer = await asyncio.open_unix_connection(str(path))
                writer.write(line)
                writer.close()
        assert await said(path, b"hello\n") == b"hello\n"


async def test_a_door_that_was_never_opened_closes():
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise AssertionError

    await Door(serve).close()
    await SocketDoor(serve).close()


async def test_who_comes_after_a_flood_has_a_turn_in_time(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(door, "BURST", 1)
    path, over = tmp_path / "run" / "a.sock", asyncio.Event()

    async def flood() -> None:
        while not over.is_set():
            with contextlib.suppress(OSError):
                await said(path, b"x\n")

    async with echoing(path):
        flooding = [asyncio.create_task(flood()) for _ in range(8)]
        async with asyncio.timeout(ANSWER_DEADLINE_S):
            assert await said(path, b"hello\n") == b"hello\n"
        over.set()
        await asyncio.gather(*flooding)


async def test_a_client_that_comes_while_the_door_closes_is_hung_up_on(tmp_path: Path):
    """asyncio's own accept would take it in for a task that is cancelled already, and log a traceback."""
    path = tmp_path / "run" / "a.sock"
    async with echoing(path):
        assert await said(path, b"hello\n") == b"hello\n"  # from here on the door waits for the next one
        with socket.socket(socket.AF_UNIX) as late:
            late.connect(str(path))
            await asyncio.sleep(0)  # the loop has seen it, and closes the door before it lets it in
    assert not path.exists()
