"""One message socket: authorise, acknowledge, ping, hear, until it is lost.

Every handler belongs to one socket object, so what becomes of an old one never touches a new one. What the
loss means is not decided here (`socket_rules`). No frame is in any log.
"""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from softphone.system.loop_time import Deadline, call_after
from softphone.webex.address import as_http, read_address
from softphone.webex.client import Client
from softphone.webex.messages.dial import NotOpenedError, open_socket
from softphone.webex.messages.message_frames import READY_EVENTS, Frame, ack, authorization, ping, read_frame
from softphone.webex.messages.socket_rules import (
    ABNORMAL,
    CHECK_WITHIN_S,
    NORMAL,
    NOT_TEXT,
    PING_EVERY_S,
    PONG_WITHIN_S,
    READY_WITHIN_S,
    TOO_MANY,
    Loss,
    Lost,
)

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

COUNTED_S = 2.0  # the end of a limit, in which our own delay is found out (system/loop_time.py)
SHARED_S = 0.25  # pings are due at multiples of it: those of many sockets share a wake-up
LEAST_LIMIT_S = 1.0  # no time scale makes a server's answer come faster
BUSY_PER_S, BUSY_FOR_S = 50, 10.0  # then only what is about calls is read
FLOOD_PER_S = 500
BREATH = 32  # messages in a row, then others have a turn of the loop

_ALWAYS_READ = ('"pong"', '"shutdown"', "mobius.")

_QUERY = {"outboundWireFormat": "text", "bufferStates": "true", "aliasHttpStatus": "true"}


class Waits(Struct, frozen=True):
    """The nominal waits of `socket_rules` on this cloud's clock."""

    time_scale: float

    def pause_s(self, nominal_s: float) -> float:
        """Return how long to wait before doing something."""
        return nominal_s * self.time_scale

    def limit_s(self, nominal_s: float) -> float:
        """Return how long an answer may take."""
        return min(nominal_s, max(LEAST_LIMIT_S, nominal_s * self.time_scale))


class Heard(Struct, frozen=True):
    """Who is told: of each event with the seconds since it happened, and of each answered ping."""

    event: Callable[[Frame, float | None], None]
    proof: Callable[[], None]


class MessageSocket:
    """An open connection and its life: `life` ends with the loss. Make one with `open`.

    `over` is done when it is lost, or the service asks to move to another socket; `counts` are of frames, by
    what became of them.
    """

    __slots__ = (  # a thousand accounts have a thousand of them
        "_clock_ahead_s",
        "_connection",
        "_ending",
        "_heard",
        "_last_number",
        "_loop",
        "_loss",
        "_pings",
        "_rate",
        "_timer",
        "_waits",
        "counts",
        "life",
        "over",
        "ready",
    )

    def __init__(
        self, connection: "ClientConnection", token: str, heard: Heard, waits: Waits, counts: Counter[str]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.over: asyncio.Future[None] = self._loop.create_future()  # one: `asyncio.wait` for two is 2 KiB
        self.ready: asyncio.Future[None] = self._loop.create_future()
        self.counts: Counter[str] = counts
        self._connection = connection
        self._heard = heard
        self._waits = waits
        self._loss: Loss | None = None
        self._pings: list[str] = []  # without an answer yet, the latest last
        self._timer: asyncio.TimerHandle | Deadline | None = None  # of the next ping, or of the answer
        self._ending: asyncio.Task[None] | None = None  # when no answer came
        self._last_number: int | None = None
        self._clock_ahead_s: float | None = None  # the service's, before ours
        self._rate = _Rate(self._loop.time())
        self.life: asyncio.Task[Loss] = self._loop.create_task(self._live(token), name="message socket")
        self.life.add_done_callback(self._lost)

    @classmethod
    async def open(
        cls, client: Client, url: str, token: str, heard: Heard, waits: Waits, counts: Counter[str]
    ) -> "MessageSocket":
        """Return a socket that is online. Raises NotOpenedError."""
        opened = cls(await open_socket(client, with_query(url)), token, heard, waits, counts)
        try:
            either: set[asyncio.Future[Any]] = {opened.ready, opened.life}
            limit_s = waits.limit_s(READY_WITHIN_S)
            await asyncio.wait(either, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            if not opened.ready.done():
                await opened._end(Loss(how=Lost.SILENT), NORMAL, "Not ready")
                raise NotOpenedError(await opened.life)
        except asyncio.CancelledError:
            await opened.close()
            raise
        return opened

    def move(self) -> None:
        """Have whoever keeps it move to another socket."""
        if not self.over.done():
            self.over.set_result(None)

    def _lost(self, _: "asyncio.Task[Loss]") -> None:
        self.move()

    def check(self) -> None:
        """Ping at once, with little time for the answer: the computer slept or its network is another."""
        if self.ready.done() and not self.life.done() and self._loss is None:
            self._ping(self._waits.limit_s(CHECK_WITHIN_S))

    async def close(self) -> None:
        """Say goodbye, and be gone within a second whatever the other side does."""
        await self._end(Loss(how=Lost.CLOSED, code=NORMAL), NORMAL, "Done")
        await self.life

    # ---- reading

    async def _live(self, token: str) -> Loss:
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - loaded since the connection is

        try:
            await self._connection.send(authorization(str(uuid.uuid4()), token, _trace()))
            while True:
                message = await self._connection.recv()
                if not isinstance(message, str):
                    await self._end(Loss(how=Lost.NONSENSE, ready=self.ready.done()), NOT_TEXT, "Not text")
                    continue
                await self._take(message)
        except ConnectionClosed:
            code = self._connection.close_code
            return self._loss or Loss(code=ABNORMAL if code is None else code, ready=self.ready.done())
        finally:
            if self._ending is not None:
                self._ending.cancel()
            if self._timer is not None:
                self._timer.cancel()
            self._connection.transport.abort()  # nothing of it outlives its life

    async def _take(self, message: str) -> None:
        """Do with one message all that there is to do."""
        now_s = self._loop.time()
        if self._rate.add(now_s) > FLOOD_PER_S:
            await self._end(Loss(how=Lost.FLOOD, ready=self.ready.done()), TOO_MANY, "Too many messages")
            return
        if self._rate.in_row % BREATH == 0:
            await asyncio.sleep(0)
        if self._rate.is_busy(now_s) and not any(needed in message for needed in _ALWAYS_READ):
            self.counts["passed over"] += 1
            return
        frame = read_frame(message)
        if frame is None:
            self.counts["not understood"] += 1
            return
        if frame.frame_id:
            await self._acknowledge(frame.frame_id)
        if frame.written_at is not None:
            self._clock_ahead_s = frame.written_at - time.time()
        match frame.kind:
            case "":
                self._hear(frame)
            case "pong":
                await self._take_pong(frame.frame_id)
            case "shutdown":
                self.move()

    async def _acknowledge(self, frame_id: str) -> None:
        """Say that a message came; one that came together with the service's close is heard all the same."""
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - loaded since the connection is

        try:
            await self._connection.send(ack(frame_id))
        except ConnectionClosed:
            if self._loss is not None:  # it is we who close
                raise

    def _hear(self, frame: Frame) -> None:
        if frame.number is not None:
            if self._last_number is not None and frame.number > self._last_number + 1:
                self.counts["missed"] += frame.number - self._last_number - 1
            self._last_number = frame.number
        if frame.event_type in READY_EVENTS:
            if not self.ready.done():
                self.ready.set_result(None)
                self._ping(self._waits.limit_s(PONG_WITHIN_S))
            return
        age_s = None
        if frame.happened_at is not None and self._clock_ahead_s is not None:
            age_s = max(0.0, time.time() + self._clock_ahead_s - frame.happened_at)
        self._heard.event(frame, age_s)

    async def _take_pong(self, ping_id: str) -> None:
        if ping_id not in self._pings:
            await self._end(Loss(how=Lost.NONSENSE, ready=True), NORMAL, "Pong mismatch")
            return
        is_latest = ping_id == self._pings[-1]
        self._pings.remove(ping_id)
        if is_latest and self._loss is None:
            self._ping_later()
        self._heard.proof()

    # ---- pinging: one timer, and no task

    def _ping_later(self) -> None:
        step_s = self._waits.pause_s(SHARED_S)
        due_s = round((self._loop.time() + self._waits.pause_s(PING_EVERY_S)) / step_s) * step_s
        self._set(self._loop.call_at(due_s, self._ping, self._waits.limit_s(PONG_WITHIN_S)))

    def _ping(self, limit_s: float) -> None:
        """Ping at once, and again some time after the answer, which may take so long."""
        from websockets.asyncio.connection import broadcast  # noqa: PLC0415

        self._pings.append(str(uuid.uuid4()))
        broadcast([self._connection], ping(self._pings[-1]))  # does not wait for one who reads nothing
        # The heartbeat behind `call_after` would wake an idle program: it runs for the last seconds only.
        counted_s = min(limit_s, COUNTED_S)
        self._set(self._loop.call_later(limit_s - counted_s, self._count, counted_s))

    def _count(self, limit_s: float) -> None:
        self._set(call_after(limit_s, self._give_up))

    def _give_up(self) -> None:
        loss = Loss(how=Lost.NO_PONG, ready=True)
        self._ending = self._loop.create_task(
            self._end(loss, NORMAL, "Pong not received"), name="message socket without pong"
        )

    def _set(self, timer: asyncio.TimerHandle | Deadline) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer

    async def _end(self, loss: Loss, code: int, reason: str) -> None:
        """Close for a reason of ours, which is what is remembered of it."""
        if self._loss is None:
            self._loss = loss
        await self._connection.close(code, reason)


class _Rate:
    """How many messages came of late."""

    __slots__ = ("_busy_since_s", "_in_second", "_second_began_s", "in_row")

    def __init__(self, now_s: float) -> None:
        self.in_row = 0
        self._second_began_s = now_s
        self._in_second = 0
        self._busy_since_s: float | None = None

    def add(self, now_s: float) -> int:
        """Count one more; return how many there were in this second."""
        self.in_row += 1
        if (lasted_s := now_s - self._second_began_s) >= 1.0:
            if self._in_second <= BUSY_PER_S * lasted_s:
                self._busy_since_s = None
            elif self._busy_since_s is None:
                self._busy_since_s = self._second_began_s
            self._second_began_s, self._in_second = now_s, 0
        self._in_second += 1
        return self._in_second

    def is_busy(self, now_s: float) -> bool:
        """Whether there are too many to read them all."""
        return self._busy_since_s is not None and now_s - self._busy_since_s >= BUSY_FOR_S


def _trace() -> str:
    return f"webex-js-sdk_{uuid.uuid4()}_{1000 * time.time():.0f}"


def with_query(url: str) -> str:
    """Return the address with what the service is told in it; what it holds already stays."""
    address = read_address(as_http(url))
    held = address.query.lstrip("?") if address is not None else ""
    names = {part.partition("=")[0] for part in held.split("&")}
    wanted = {**_QUERY, "clientTimestamp": f"{1000 * time.time():.0f}"}
    added = [f"{name}={value}" for name, value in wanted.items() if name not in names]
    return f"{url.partition('?')[0]}?{'&'.join([*filter(None, [held]), *added])}"
