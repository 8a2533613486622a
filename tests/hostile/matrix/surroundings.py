"""What the cells of one process share: certificates, names, and who looks at the client's work.

A cell is known by the context of what runs for it: `CELL`. Threads that the program begins take it along.
"""

import asyncio
import contextlib
import contextvars
import gc
import logging
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from softphone.system import background
from tests.kit.certificates import certificate
from tests.kit.forward_proxy import ForwardProxy

DOMAIN = "matrix.test"  # of the names that lead through a proxy
_CERTIFICATES: Mapping[str, Mapping[str, Any]] = {
    "good": {},
    "expired": {"ends_days": -1, "issuer": "CA of the expired one"},
    "not yet valid": {"begins_days": 1, "issuer": "CA of tomorrow"},
    "another host": {"name": "other.example.test", "issuer": "CA of another host"},
    "unknown issuer": {"issuer": "CA of nobody"},
    "self-signed": {"self_signed": True},
}
WORTH_A_LOOK_S = 0.005  # of the wall
TURNS = 32
_NOT_TRUSTED = frozenset({"unknown issuer", "self-signed"})


@dataclass
class Watched:
    """What is seen of one cell's work in this process. `look_up` is called for each name that it dials.

    `own` is the task of the test, whose work is not the program's.
    """

    own: "asyncio.Task[Any] | None" = None
    look_up: Callable[[], str] = lambda: ""
    longest_hold_s: float = 0.0
    faults: list[str] = field(default_factory=list)
    strangers: list[str] = field(
        default_factory=list
    )  # hosts that are none of the service's, and were dialled
    healed: threading.Event = field(default_factory=threading.Event)


CELL: contextvars.ContextVar[Watched | None] = contextvars.ContextVar("cell", default=None)


def certificates(folder: Path, name: str) -> tuple[Mapping[str, ssl.SSLContext], Path]:
    """Return a server context for each kind, for a host of this name, and the file of the trusted issuers."""
    contexts: dict[str, ssl.SSLContext] = {}
    trusted = folder / "trusted.pem"
    with trusted.open("wb") as file:
        for kind, changes in _CERTIFICATES.items():
            place = folder / kind
            place.mkdir()
            contexts[kind], issuer = certificate(place, **{"name": name, **changes})
            if kind not in _NOT_TRUSTED:
                file.write(issuer.read_bytes())
    return contexts, trusted


# ---- names


def _look_up(host: Any, *more: Any, **others: Any) -> Any:
    """Stand in for `socket.getaddrinfo`: a cell's names lead here, or where its fault wants them to."""
    cell = CELL.get()
    if cell is None or host == "127.0.0.1":
        return _getaddrinfo(host, *more, **others)
    if host != "localhost":
        cell.strangers.append(str(host))
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    place = "127.0.0.1"
    match cell.look_up():
        case "not found":
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        case "silent":
            raise socket.gaierror(socket.EAI_AGAIN, "no name server")
        case "hangs":
            cell.healed.wait(60)
        case "astray":
            place = "127.0.0.2"
        case "dead IPv6 first":
            return [_row(socket.AF_INET6, "::1"), _row(socket.AF_INET, place)]
    return [_row(socket.AF_INET, place)]


def _row(family: int, place: str) -> tuple[int, int, int, str, tuple[str, int]]:
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (place, 0)


_getaddrinfo = socket.getaddrinfo


# ---- the client's work


class _Faults(logging.Handler):
    """What the program itself calls a fault of its own."""

    def emit(self, record: logging.LogRecord) -> None:
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        cell = CELL.get()
        if cell is not None and record.levelno >= logging.ERROR:
            cell.faults.append(record.getMessage() + trace)


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Watch the callbacks of this thread's loops, what is logged, and names; all by cell.

    A callback's time is that of the processor, without the collector of garbage: whatever else the machine
    does is none of its business. That clock is slow: it is read after a long callback, and now and then.
    """
    thread = threading.get_ident()
    collected_s = began_s = 0.0
    ended_s, turns = time.thread_time(), 0

    def collecting(phase: str, _: object) -> None:
        nonlocal collected_s, began_s
        if threading.get_ident() != thread:
            return
        if phase == "start":
            began_s = time.thread_time()
        else:
            collected_s += time.thread_time() - began_s

    run: Any = asyncio.events.Handle._run

    def timed(handle: Any) -> None:
        nonlocal collected_s, ended_s, turns
        if threading.get_ident() != thread:
            run(handle)
            return
        began_s, turns = time.perf_counter(), turns + 1
        run(handle)
        is_long = time.perf_counter() - began_s > WORTH_A_LOOK_S
        if not is_long and turns % TURNS:
            return
        now_s = time.thread_time()
        took_s, ended_s, collected_s = now_s - ended_s - collected_s, now_s, 0.0
        cell = handle._context.get(CELL)
        if is_long and cell is not None and getattr(handle._callback, "__self__", None) is not cell.own:
            cell.longest_hold_s = max(cell.longest_hold_s, took_s)

    def begin_in_thread(work: Callable[[], Any], name: str | None = None) -> Any:
        context = contextvars.copy_context()
        return _begin_in_thread(lambda: context.run(work), name)

    _begin_in_thread = background.begin_in_thread
    faults = _Faults()
    logging.getLogger().addHandler(faults)
    gc.callbacks.append(collecting)
    try:
        with (
            patch.object(asyncio.events.Handle, "_run", timed),
            patch("softphone.webex.threads.begin_in_thread", begin_in_thread),
            patch("socket.getaddrinfo", _look_up),
        ):
            yield
    finally:
        gc.callbacks.remove(collecting)
        logging.getLogger().removeHandler(faults)


# ---- the proxy on the way


class Tunnels(ForwardProxy):
    """A forward proxy that can be spoilt: `mode` is a status to refuse with, or a word."""

    def __init__(self, routes: Mapping[str, int], count: Callable[[str], None]) -> None:
        super().__init__(routes)
        self._count = count
        self._mode = ""
        self._keeper = socket.socket()  # the port is ours also while nobody listens there

    async def start(self, port: int = 0) -> None:
        self._keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._keeper.bind(("127.0.0.1", port))
        await super().start(self._keeper.getsockname()[1])

    async def stop(self) -> None:
        await super().stop()
        self._keeper.close()

    async def spoil(self, mode: str) -> None:
        """Serve in this mode from now on; "" is well."""
        if self._mode == "gone":
            await super().start(self.port)
        self._mode = mode
        if mode == "gone":
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._mode:
            await super()._answer(reader, writer)
            return
        head = await reader.readuntil(b"\r\n\r\n")
        self._count(head.split(b" ")[1].decode("latin-1"))
        match self._mode:
            case "silent":
                while await reader.read(65536):
                    pass
            case "dies":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await reader.read(1)
                writer.transport.abort()
            case status:
                lines = f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                writer.write(lines.encode())
                await writer.drain()
