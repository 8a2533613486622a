"""From a name to a connection, with names and addresses that hesitate."""

import asyncio
import contextlib
import errno
import select
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpcore
import pytest

from softphone.webex.dialling import Addresses, Dialler, NamesSlowError, _is_readable, limited, look_up
from softphone.webex.threads import THREADS_LIMIT, Threads, ThreadsBusyError
from tests.kit.ports import free_port
from tests.webex.raw_server import HOST, RawServer, plain, serving


class Names:
    """A resolver by hand: names that hang do so until the test ends."""

    def __init__(self) -> None:
        self.table: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self.let_go = threading.Event()

    def __call__(self, host: str, *args: Any, **options: Any) -> list[Any]:
        self.asked.append(host)
        if host.startswith("hangs"):
            self.let_go.wait(30)
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0))
            for ip in self.table.get(host, [])
        ]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names)
    yield names
    names.let_go.set()


@contextlib.asynccontextmanager
async def connected(dialler: Dialler, server: RawServer, host: str, limit_s: float = 5) -> AsyncIterator[Any]:
    stream = await dialler.connect_tcp(host, server.port, timeout=limit_s)
    try:
        yield stream
    finally:
        await stream.aclose()


def told() -> tuple[Dialler, list[tuple[str, Addresses]]]:
    found: list[tuple[str, Addresses]] = []
    return Dialler(Threads(), lambda host, addresses: found.append((host, addresses))), found


async def test_s4_names_that_never_resolve_delay_no_other(names: Names):
    names.table["well.example"] = [HOST]
    async with serving(plain) as server:
        dialler, found = told()
        hanging = [asyncio.create_task(dialler.connect_tcp(f"hangs-{n}", 1, timeout=30)) for n in range(20)]
        await asyncio.sleep(0)
        async with connected(dialler, server, "well.example"):
            assert not any(task.done() for task in hanging)
        assert found == [("well.example", (HOST,))]
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)


async def test_one_look_up_of_a_host_serves_all_who_wait_for_it(names: Names):
    dialler, _ = told()
    tasks = [asyncio.create_task(dialler.connect_tcp("hangs", 1, timeout=0.05)) for _ in range(10)]
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert names.asked == ["hangs"]
    for error in done:
        assert isinstance(error, httpcore.ConnectError)
        assert isinstance(error.__cause__, socket.gaierror)
        assert error.__cause__.errno == socket.EAI_AGAIN, "our resolver is slow: nothing is known of the host"


async def test_a_name_is_looked_up_anew_for_each_connection(names: Names):
    names.table["well.example"] = [HOST]
    async with serving(plain) as server:
        dialler, _ = told()
        for _ in range(3):
            async with connected(dialler, server, "well.example"):
                pass
        assert names.asked == ["well.example"] * 3


async def test_the_threads_have_a_limit_and_say_so(names: Names):
    threads = Threads()
    tasks = [asyncio.create_task(threads.run(number, names.let_go.wait)) for number in range(THREADS_LIMIT)]
    await asyncio.sleep(0)
    with pytest.raises(ThreadsBusyError):
        await threads.run("one more", lambda: None)
    names.let_go.set()
    await asyncio.gather(*tasks)
    assert await threads.run("one more", lambda: 7) == 7


async def test_the_threads_are_no_reason_to_stay(names: Names):
    seen: list[threading.Thread] = []
    await Threads().run("x", lambda: seen.append(threading.current_thread()))
    assert seen[0].daemon


async def test_an_address_that_hesitates_is_passed_by(names: Names, monkeypatch: pytest.MonkeyPatch):
    """The first address of a name is a black hole: the next one is tried beside it."""
    names.table["two.example"] = ["192.0.2.1", HOST]
    loop = asyncio.get_running_loop()
    original = loop.create_connection

    async def connecting(factory: Any, host: Any = None, *args: Any, **options: Any) -> Any:
        if host == "192.0.2.1":
            await asyncio.sleep(30)
        return await original(factory, host, *args, **options)

    monkeypatch.setattr(loop, "create_connection", connecting)
    async with serving(plain) as server:
        dialler, _ = told()
        async with connected(dialler, server, "two.example") as stream:
            assert stream.get_extra_info("server_addr")[0] == HOST


@pytest.mark.parametrize(
    ("numbers", "tells"),
    [
        ((errno.ENETUNREACH, errno.ECONNREFUSED), errno.ECONNREFUSED),
        ((errno.ECONNREFUSED, errno.ENETUNREACH), errno.ECONNREFUSED),
        ((errno.EHOSTUNREACH, errno.ENETUNREACH), errno.ENETUNREACH),
        ((), errno.EADDRNOTAVAIL),
    ],
)
async def test_what_a_host_says_tells_more_than_what_our_network_says(
    names: Names, monkeypatch: pytest.MonkeyPatch, numbers: tuple[int, ...], tells: int
):
    by_address = {f"127.0.0.{last}": number for last, number in enumerate(numbers, 10)}
    names.table["two.example"] = list(by_address)

    async def refusing(factory: Any, host: Any = None, *args: Any, **options: Any) -> Any:
        raise OSError(by_address[host], "text of this system")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", refusing)
    dialler, _ = told()
    with pytest.raises(httpcore.ConnectError) as raised:
        await dialler.connect_tcp("two.example", 1, timeout=5)
    assert isinstance(raised.value.__cause__, OSError)
    assert raised.value.__cause__.errno == tells


async def test_a_black_hole_tells_more_than_what_our_network_says(
    names: Names, monkeypatch: pytest.MonkeyPatch
):
    names.table["two.example"] = ["192.0.2.1", "192.0.2.2"]

    async def refusing(factory: Any, host: Any = None, *args: Any, **options: Any) -> Any:
        raise OSError(errno.ETIMEDOUT if host == "192.0.2.1" else errno.EHOSTUNREACH, "text of this system")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", refusing)
    dialler, _ = told()
    with pytest.raises(httpcore.ConnectTimeout):
        await dialler.connect_tcp("two.example", 1, timeout=5)


async def test_families_take_turns(names: Names):
    names.table["many.example"] = ["::1", "::2", "::3", "127.0.0.1", "127.0.0.2"]
    dialler, found = told()
    with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
        await dialler.connect_tcp("many.example", free_port(), timeout=0.05)
    assert found == [("many.example", ("::1", "127.0.0.1", "::2", "127.0.0.2", "::3"))]


async def test_a_host_that_never_finishes_the_handshake_is_given_up_in_time():
    ended = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        ended.set()
        writer.close()

    server = await asyncio.start_server(silent, HOST, 0)
    dialler, _ = told()
    stream = await dialler.connect_tcp(HOST, server.sockets[0].getsockname()[1], timeout=5)
    with pytest.raises(httpcore.ConnectTimeout):
        await stream.start_tls(ssl.create_default_context(), "x.example", timeout=0.05)
    async with asyncio.timeout(5):
        await ended.wait()
    server.close()


async def test_whoever_is_stopped_in_the_handshake_leaves_no_connection_open():
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # the handshake that nobody answers, up to its end
        ended.set()
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    dialler, _ = told()
    stream = await dialler.connect_tcp(HOST, server.sockets[0].getsockname()[1], timeout=5)
    tls = asyncio.create_task(stream.start_tls(ssl.create_default_context(), "host.example", timeout=5))
    await asyncio.sleep(0.05)
    tls.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tls
    del stream, tls
    async with asyncio.timeout(5):
        await ended.wait()
    server.close()


async def test_a_connection_that_stands_when_its_caller_is_stopped_is_let_go():
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        ended.set()
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    kept: list[Any] = []  # nothing is closed because nobody refers to it any more

    async def connecting() -> Any:
        reader, writer = await asyncio.open_connection(HOST, server.sockets[0].getsockname()[1])
        kept.append((reader, writer))
        caller.cancel()
        return writer

    async def closed(writer: asyncio.StreamWriter) -> None:
        writer.close()

    caller = asyncio.create_task(limited(connecting(), 5, let_go=closed))
    with pytest.raises(asyncio.CancelledError):
        await caller
    async with asyncio.timeout(5):
        await ended.wait()
    server.close()


@pytest.mark.parametrize("polls", [True, False], ids=["with poll", "without, as Windows"])
def test_whether_something_came_is_known_at_once(polls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not polls:
        monkeypatch.delattr(select, "poll")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        began_s = time.monotonic()
        assert [_is_readable(ours.fileno()) for _ in range(20)] == [False] * 20
        assert time.monotonic() - began_s < 10  # nobody waits for what may come
        theirs.send(b"x")
        assert _is_readable(ours.fileno())
        ours.recv(1)
        assert not _is_readable(ours.fileno())
        theirs.close()
        assert _is_readable(ours.fileno())
    assert _is_readable(ours.fileno())  # closed by ourselves


async def test_a_name_that_finds_no_thread_is_a_resolver_that_is_slow(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("softphone.webex.threads.THREADS_LIMIT", 0)
    with pytest.raises(NamesSlowError):
        await look_up(Threads(), "x.example")
    assert await look_up(Threads(), "127.0.0.1") == ("127.0.0.1",)
    assert await look_up(Threads(), "::1") == ("::1",)


async def test_addresses_that_a_name_has_twice_are_tried_once(names: Names):
    names.table["twice.example"] = ["127.0.0.1", "127.0.0.1", "::1"]
    assert await look_up(Threads(), "twice.example") == ("127.0.0.1", "::1")
    assert await look_up(Threads(), "none.example") == ()
