"""The chaos proxy: in front of a simulated cloud, with TLS, and well until a fault is turned on.

Each name of the service (`NAMES`) is a port of its own. A request is told by its path (`phase_of`); the fault
meets those of one phase, or the connections to the hosts of that phase. All proxies of a run live on one loop
in a thread of its own, so that what the client's loop does is the client's work alone.
"""

import asyncio
import contextlib
import re
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from softphone.sim.listener import ADDRESS, Listener
from tests.hostile.matrix.faults import Fault
from tests.hostile.matrix.meeting import Answer, Meeting
from tests.hostile.matrix.ways import Way

# What each name of the service stands for at the simulated cloud.
NAMES: Mapping[str, str] = {
    **dict.fromkeys(("u2c", "region", "login", "api", "wdm"), "base"),
    **{name: name for name in ("D1", "P1", "B1")},
}
CALLING_HOSTS = ("P1", "B1", "D1")
HOSTS_OF: Mapping[str, tuple[str, ...]] = {
    "catalog": ("u2c",),
    "wdm": ("wdm",),
    "region": ("region",),
    "discovery": ("D1",),
    "token": ("login",),
    "refresh": ("login",),
    "register": CALLING_HOSTS,
    "keepalive": CALLING_HOSTS,
    "ping": ("P1",),
    "devices": CALLING_HOSTS,
    "deregister": CALLING_HOSTS,
    "message socket": ("wdm",),
}
_PHASES = tuple(
    (re.compile(rf"{methods} {path}"), phase)
    for methods, path, phase in (
        ("GET", r"/u2c/api/v1/catalog\b", "catalog"),
        ("(GET|POST|PUT)", r"/wdm/api/v1/devices\b", "wdm"),
        ("GET", r"/v1/region\b", "region"),
        ("GET", r"/api/v1/calling/web/?(\?|$| )", "discovery"),
        ("POST", r"/v1/access_token\b", "token"),
        ("POST", r"/api/v1/calling/web/device( |$)", "register"),
        ("POST", r"/api/v1/calling/web/devices/[^/ ]+/status\b", "keepalive"),
        ("GET", r"/api/v1/ping\b", "ping"),
        ("GET", r"/api/v1/calling/web/devices\?", "devices"),
        ("DELETE", r"/api/v1/calling/web/devices/", "deregister"),
        ("GET", r"/v1/apps/wx2/registrations/", "message socket"),
    )
)
_LIMIT_BYTES = 1 << 20

_T = TypeVar("_T")


def phase_of(line: str, body: bytes) -> str:
    """Return the phase of a request by its first line, "other" for what is in none."""
    phase = next((phase for pattern, phase in _PHASES if pattern.match(line)), "other")
    return "refresh" if phase == "token" and b"grant_type=refresh_token" in body else phase


class ChaosLoop:
    """The thread in which the proxies live."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="chaos", daemon=True)

    def __enter__(self) -> "ChaosLoop":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def do(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run it there and return what it returns."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    def _run(self) -> None:
        self.loop.set_exception_handler(lambda _loop, _context: None)  # peers hang up in every way
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        for _ in range(5):
            self.loop.run_until_complete(asyncio.sleep(0))


class Port:
    """One name of the service."""

    def __init__(self, chaos: "Chaos", name: str, loop: asyncio.AbstractEventLoop) -> None:
        self.name = name
        self._chaos = chaos
        self._loop = loop
        self._listener = Listener()
        self.number = self._listener.port
        self._way: Way | None = None
        self._conversations: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._dead: set[asyncio.Task[None]] = set()  # their other side is gone, and nobody says so
        self._release: Callable[[], None] = lambda: None

    def serve(self, way: Way | None, tls: Mapping[str, ssl.SSLContext]) -> None:
        """Take connections in this way from now on; None: as it should be."""
        self._listener.close(self._loop)
        self._release()
        self._release = lambda: None
        self._way = way
        if way is not None and way.begins is not None:
            self._release = way.begins(self.number)
        elif way is None or way.certificate:
            self._listener.open(self._loop, self._conversation, tls[way.certificate if way else "good"])
        else:
            self._listener.open(self._loop, self._conversation)

    def drop(self) -> None:
        """Cut every conversation but the one that is answered now."""
        for task, writer in list(self._conversations.items()):
            if task is not asyncio.current_task():
                writer.transport.abort()

    def leave_half_open(self) -> None:
        """From now on nobody hears what comes on the connections that there are."""
        self._dead.update(set(self._conversations) - {asyncio.current_task()})

    def close(self) -> None:
        self._listener.close(self._loop)
        self._release()
        self._listener.release()
        for task, writer in list(self._conversations.items()):
            task.cancel()
            writer.transport.abort()

    def _conversation(self) -> Any:
        reader = asyncio.StreamReader(limit=_LIMIT_BYTES, loop=self._loop)
        return asyncio.StreamReaderProtocol(reader, partial(self._talk, self._way), loop=self._loop)

    async def _talk(
        self, way: Way | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._conversations[task] = writer
        try:
            with contextlib.suppress(OSError, EOFError, asyncio.CancelledError, asyncio.LimitOverrunError):
                if way is not None and way.greets is not None:
                    self._chaos.met += 1
                    await way.greets(reader, writer)
                else:
                    is_false = way is not None and bool(way.certificate)
                    await self._serve(task, reader, writer, is_false=is_false)
        finally:
            del self._conversations[task]
            self._dead.discard(task)
            writer.close()

    async def _serve(
        self,
        task: "asyncio.Task[None]",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        is_false: bool,
    ) -> None:
        """Answer what comes on a connection; `is_false`: nothing may, for its certificate is a bad one."""
        served = 0
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
            body = await reader.readexactly(int(length[1])) if length else b""
            served += 1
            if is_false:
                self._chaos.asked_impostors.append(head.partition(b"\r\n")[0].decode("latin-1"))
            meeting = Meeting(self, head, body, reader, writer, is_first=served == 1)
            if task in self._dead:
                self._chaos.met += 1
                await meeting.gone()
                return
            await self._chaos.answer(meeting, self.name)
            if not meeting.keeps:
                return

    async def truth(self, head: bytes, body: bytes) -> Answer:
        """Have the simulated cloud answer. Raises OSError and EOFError."""
        reader, writer = await asyncio.open_connection(ADDRESS, self._chaos.sim_ports[NAMES[self.name]])
        try:
            writer.write(head + body)
            return await Answer.read(reader)
        finally:
            writer.close()

    async def tunnel(self, meeting: Meeting, change: Callable[[bytes], bytes] | None = None) -> None:
        """Carry a WebSocket both ways; `change`: what the service says first becomes this."""
        reader, writer = await asyncio.open_connection(ADDRESS, self._chaos.sim_ports[NAMES[self.name]])
        meeting.keeps = False
        pumps: list[asyncio.Task[None]] = []
        try:
            writer.write(meeting.head)
            await meeting.send(await reader.readuntil(b"\r\n\r\n"))
            pumps.append(asyncio.create_task(_pump(meeting.reader, writer, self._is_dead)))
            if change is not None:
                await meeting.send(change(await reader.read(65536)))
            pumps.append(asyncio.create_task(_pump(reader, meeting.writer, self._is_dead)))
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            writer.close()

    @property
    def _is_dead(self) -> Callable[[], bool]:
        task = asyncio.current_task()
        return lambda: task in self._dead


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_dead: Callable[[], bool] = lambda: False
) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            if not is_dead():
                writer.write(data)
                await writer.drain()


@dataclass(slots=True)
class Seen:
    """One request, or one connection that came to none: when (the loop's clock), its phase, its host."""

    at_s: float
    phase: str
    host: str


@dataclass
class Chaos:
    """The proxies of one cell. Everything but `met`, `on` and `seen` is its loop's.

    `begins_after`: the fault is turned on when the first request of that phase has its answer. `met`: how
    often the client met the fault. `asked_impostors`: requests to a host that could not prove who it is.
    """

    sim_ports: Mapping[str, int]
    tls: Mapping[str, ssl.SSLContext]
    phase: str
    fault: Fault
    begins_after: str = ""
    met: int = 0
    on: bool = False
    is_over: bool = False  # it was on, and is not any more
    seen: list[Seen] = field(default_factory=list)
    asked_impostors: list[str] = field(default_factory=list)
    ports: dict[str, Port] = field(default_factory=dict)
    on_change: Callable[[bool], Awaitable[None]] | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self.ports = {name: Port(self, name, loop) for name in NAMES}
        for port in self.ports.values():
            port.serve(None, self.tls)

    async def begin(self) -> None:
        """Turn the fault on."""
        if self.on or self.is_over:
            return
        self.on = True
        if self.on_change is not None:
            await self.on_change(True)
        way = self.fault.way
        if way is None:
            return
        for port in self._spoilt():
            if way.half_open:
                port.leave_half_open()
            else:
                if way.at_port:
                    port.serve(way, self.tls)
                port.drop()

    async def end(self) -> None:
        """Turn it off. What hangs by then goes on hanging."""
        if self.on:
            self.on, self.is_over = False, True
            if self.on_change is not None:
                await self.on_change(False)
            for port in self._spoilt() if self.fault.way is not None and self.fault.way.at_port else ():
                port.serve(None, self.tls)

    async def stop(self) -> None:
        for port in self.ports.values():
            port.close()

    def count(self, phase: str, host: str) -> None:
        self.seen.append(Seen(asyncio.get_running_loop().time(), phase, host))

    def seen_dial(self, at_s: float) -> None:
        """Note a name that was looked up to dial it; called from any thread."""
        phase = "other" if self.fault.way is not None and self.fault.way.everywhere else self.phase
        self.seen.append(Seen(at_s, phase, "dialled"))

    async def answer(self, meeting: Meeting, host: str) -> None:
        """Answer one request, well or as the fault wants it."""
        phase = phase_of(meeting.line, meeting.body)
        self.count(phase, host)
        plays = self.fault.plays
        if self.on and phase == self.phase and plays is not None and self.fault.meets(meeting):
            self.met += 1
            await plays(meeting)
            return
        if meeting.is_upgrade:
            await meeting.tunnel()
            return
        try:
            answer = await meeting.truth()
        except (OSError, EOFError):
            meeting.reset()
            return
        if phase == self.begins_after:
            await self.begin()
        if self.on and self.fault.way is not None and host in HOSTS_OF[self.phase]:
            meeting.keeps = False
        await meeting.send(answer.whole)

    def _spoilt(self) -> Iterator[Port]:
        if self.fault.way is not None and self.fault.way.everywhere:
            yield from self.ports.values()
        else:
            yield from (self.ports[name] for name in HOSTS_OF[self.phase])
