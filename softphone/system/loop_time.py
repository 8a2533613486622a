"""Deadlines in time during which our own loop ran: our own delay is not the server's.

A server is blamed for what it did not send, not for what this process had no time to read. So a deadline
counts running time: what a heartbeat of the loop, which beats only while some deadline is pending, finds
missing is given back. And a deadline that is due lets the loop read what has arrived before it concludes.
Works on asyncio's own loops, on the window's, and on a loop with a clock of its own.
"""

import asyncio
import heapq
import logging
import math
import weakref
from collections.abc import Callable
from itertools import count
from typing import Any

from msgspec import Struct

log: logging.Logger = logging.getLogger(__name__)

BEAT_S = 0.05  # how soon a hold of the loop is seen
TOLERANCE_S = 0.02  # what a timer may be late on a healthy machine
TURNS = 16  # of the loop, each with a look at the sockets: an answer needs some to become a result
WORTH_TELLING_S = 0.25
QUIET_S = 3600.0  # after so long without such a hold the next one is told again


class Lateness(Struct, frozen=True):
    """How long the loop did not run at most while a deadline was pending, and how often for long."""

    worst_late_s: float = 0.0
    long_holds: int = 0


class Deadline:
    """A callback that is due after some running time, unless it is cancelled before."""

    def __init__(self, pulse: "_Pulse", callback: Callable[[], object]) -> None:
        self._pulse = pulse
        self._callback: Callable[[], object] | None = callback
        self._turn: asyncio.Handle | None = None

    def cancel(self) -> None:
        """Do not call any more; may be said at any time, and again."""
        if self._callback is None:
            return
        self._callback = None  # what it holds is let go of now, not when it would have been due
        if self._turn is not None:
            self._turn.cancel()
        else:
            self._pulse.forget_one()

    @property
    def is_pending(self) -> bool:
        """Whether it may still call."""
        return self._callback is not None

    def _conclude(self, loop: asyncio.AbstractEventLoop, turns: int = TURNS) -> None:
        """Call, after the loop has turned: what arrived with the deadline may cancel it yet."""
        if turns:
            self._turn = loop.call_soon(self._conclude, loop, turns - 1)
            return
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


def call_after(delay_s: float, callback: Callable[[], object]) -> Deadline:
    """Call back after so many seconds of running time; whatever else is ready by then goes first."""
    return _pulse().add(delay_s, callback)


async def within(task: asyncio.Future[Any], limit_s: float) -> bool:
    """Wait for a task, up to so many seconds of running time; return whether it is done. It goes on."""
    if task.done():
        return True
    expired = asyncio.get_running_loop().create_future()
    deadline = call_after(limit_s, expired.cancel)
    try:
        await asyncio.wait({task, expired}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        deadline.cancel()
        expired.cancel()
    return task.done()


def running_s() -> float:
    """Return the seconds on the running loop's clock, without those that were found missing."""
    return _pulse().running_s()


def lateness() -> Lateness:
    """Return what the running loop was late so far."""
    return _pulse().lateness


class _Pulse:
    """The heartbeat of one loop: one timer, set for the next beat or the next deadline."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = weakref.ref(loop)
        self._due: list[tuple[float, int, Deadline]] = []  # a heap, by running time
        self._numbers = count()
        self._pending = 0
        self._lost_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._beat_at_s = math.inf  # on the loop's clock
        self._told_until_s = -math.inf
        self.lateness: Lateness = Lateness()

    def add(self, delay_s: float, callback: Callable[[], object]) -> Deadline:
        deadline = Deadline(self, callback)
        due_s = self.running_s() + max(delay_s, 0.0)
        heapq.heappush(self._due, (due_s, next(self._numbers), deadline))
        self._pending += 1
        self._plan()
        return deadline

    def forget_one(self) -> None:
        self._pending -= 1
        if self._pending == 0:
            self._due.clear()
        self._plan()

    def running_s(self) -> float:
        now_s = self._now_s()
        return now_s - self._lost_s - _counted(now_s - self._beat_at_s)

    def _plan(self) -> None:
        """Set the timer, or take it away when nothing is pending: an idle loop does not beat."""
        while self._due and not self._due[0][2].is_pending:
            heapq.heappop(self._due)
        if not self._due:
            if self._timer is not None:
                self._timer.cancel()
            self._timer, self._beat_at_s = None, math.inf
            return
        now_s = self._now_s()
        at_s = now_s + min(BEAT_S, max(self._due[0][0] - self.running_s(), 0.0))
        if self._timer is not None:
            if self._beat_at_s <= at_s:
                return
            self._timer.cancel()
        loop = self._loop()
        if loop is None:  # pragma: no cover - it is the one that runs us
            return
        self._timer, self._beat_at_s = loop.call_at(at_s, self._beat), at_s

    def _beat(self) -> None:
        late_s = _counted(self._now_s() - self._beat_at_s)
        self._timer, self._beat_at_s = None, math.inf
        if late_s:
            self._lost_s += late_s
            self._note(late_s)
        running_s = self.running_s()
        loop = self._loop()
        while self._due and (self._due[0][0] <= running_s or not self._due[0][2].is_pending):
            deadline = heapq.heappop(self._due)[2]
            if deadline.is_pending and loop is not None:
                self._pending -= 1
                deadline._conclude(loop)  # noqa: SLF001 - its own other half
        self._plan()

    def _note(self, late_s: float) -> None:
        seen = self.lateness
        is_long = late_s >= WORTH_TELLING_S
        self.lateness = Lateness(max(seen.worst_late_s, late_s), seen.long_holds + is_long)
        if not is_long:
            return
        now_s = self._now_s()
        if now_s >= self._told_until_s:
            log.info("this program was held up for %.0f ms; no server is blamed for it", 1000 * late_s)
        self._told_until_s = now_s + QUIET_S

    def _now_s(self) -> float:
        loop = self._loop()
        return loop.time() if loop is not None else 0.0


_pulses: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Pulse] = weakref.WeakKeyDictionary()


def _pulse() -> _Pulse:
    loop = asyncio.get_running_loop()
    pulse = _pulses.get(loop)
    if pulse is None:
        pulse = _pulses[loop] = _Pulse(loop)
    return pulse


def _counted(late_s: float) -> float:
    """Return the lateness that counts: a healthy machine's is none, and there is none before its time."""
    return late_s if late_s > TOLERANCE_S else 0.0
