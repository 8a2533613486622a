"""The named pipe that stands for the control socket on Windows. Here a Unix socket plays the pipe.

What is left for Windows itself: `start_serving_pipe` of its loop, `open` of a pipe's name, and the calls that
tell whose the other process is.
"""

import asyncio
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from softphone.headless.instance import SOCKETS_EXIST
from softphone.headless.transport import windows_pipe
from softphone.headless.transport.channel import Channel
from softphone.headless.transport.windows_pipe import PipeConnection, PipeDoor, connect_pipe, pipe_name

pytestmark = pytest.mark.skipif(not SOCKETS_EXIST, reason="plays the pipe with a Unix socket")

NAME = r"\\.\pipe\softphone-abc"


class Pipes:
    """Serves pipes by their names, as the loop of Windows does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []
        self.opened: list[Any] = []

    async def serve(self, factory: Callable[[], Any], name: str) -> list[Any]:
        self.names.append(name)
        return [await asyncio.get_running_loop().create_unix_server(factory, str(self.folder / "pipe"))]

    def open(self, name: str) -> BinaryIO:
        assert name in self.names
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.folder / "pipe"))
            self.opened.append(client.makefile("rwb", buffering=0))
        return self.opened[-1]  # type: ignore[no-any-return]


@pytest.fixture
def pipes(tmp_path: Path) -> Iterator[Pipes]:
    pipes = Pipes(tmp_path)
    yield pipes
    for pipe in pipes.opened:
        pipe.close()


async def opened(pipes: Pipes, monkeypatch: pytest.MonkeyPatch, *, ours: bool = True) -> PipeDoor:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readuntil(b"\n"))
        await writer.drain()

    monkeypatch.setattr(asyncio.get_running_loop(), "start_serving_pipe", pipes.serve, raising=False)
    door = PipeDoor(serve, is_ours=lambda pipe: ours)
    await door.open(Path("/somewhere/abc.sock"))
    return door


def asked(pipes: Pipes, line: bytes) -> bytes | None:
    connection = connect_pipe(NAME, 5.0, open_pipe=pipes.open, is_ours=lambda pipe: True)
    assert connection is not None
    channel = Channel(connection)
    try:
        channel.send(line)
        return channel.line(5.0)
    except BrokenPipeError:
        return b""


def test_each_home_has_a_pipe_of_its_own():
    assert pipe_name(Path("/run/abc.sock")) == NAME


async def test_a_line_goes_in_and_one_comes_out(pipes: Pipes, monkeypatch):
    door = await opened(pipes, monkeypatch)
    for _ in range(6):  # more than there are places: they come back
        assert await asyncio.to_thread(asked, pipes, b"hello") == b"hello"
    assert pipes.names == [NAME]
    await door.close()


async def test_another_user_is_turned_away(pipes: Pipes, monkeypatch):
    door = await opened(pipes, monkeypatch, ours=False)
    assert await asyncio.to_thread(asked, pipes, b"hello") == b""
    await door.close()


async def test_a_pipe_of_another_user_is_not_asked(pipes: Pipes, monkeypatch):
    door = await opened(pipes, monkeypatch)
    ask = partial(connect_pipe, NAME, 1.0, open_pipe=pipes.open, is_ours=lambda pipe: False)
    assert await asyncio.to_thread(ask) is None
    assert await asyncio.to_thread(asked, pipes, b"hello") == b"hello"  # the one before was let in by now
    await door.close()


def test_where_the_system_does_not_tell_nobody_is_ours():
    assert not windows_pipe.is_ours_at(0, "GetNamedPipeClientProcessId")


def test_a_pipe_that_nobody_serves_is_no_program():
    def no_pipe(name: str) -> BinaryIO:
        raise FileNotFoundError

    assert connect_pipe(NAME, 1.0, open_pipe=no_pipe) is None


def test_a_pipe_that_is_busy_is_tried_until_the_time_is_over():
    tries = []

    def busy(name: str) -> BinaryIO:
        tries.append(name)
        error = OSError("busy")
        error.winerror = 231  # type: ignore[attr-defined]
        raise error

    with pytest.raises(TimeoutError):
        connect_pipe(NAME, 0.1, open_pipe=busy)
    assert len(tries) > 1


def test_a_pipe_that_says_nothing_is_given_up():
    here, there = socket.socketpair()
    with here, there, here.makefile("rwb", buffering=0) as pipe:
        connection = PipeConnection(pipe)  # type: ignore[arg-type]
        with pytest.raises(TimeoutError):
            connection.receive(0.05)
        there.close()
        assert connection.receive(5.0) == b""
