"""What happens around the lines: what ends the process, and sleep, noticed without platform code.

The monotonic clock stands still while a computer sleeps, the clock since boot does not (reliability.md#time).
A jump between the two is sleep. Where there is no such clock, the wall clock stands in: setting it forward
looks like sleep and costs one keepalive a line, nothing else.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable

from softphone.system import hardening

LOOK_EVERY_S = 5.0
SLEPT_S = 15.0  # a shorter stall is a busy computer

# "Ctrl+C", "end", "your terminal is gone"; on Windows its window was closed.
END_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")

GONE_S = 2.7  # "within 3 s", with what the system takes to end a process


class Ending(asyncio.Event):
    """Set by whoever asks this process to end: from then on it lives for 2.7 s at most, whatever hangs."""

    def set(self) -> None:
        """Ask it to end; the first time counts."""
        if not self.is_set():
            hardening.end_within(GONE_S)
        super().set()


def on_interrupt(loop: asyncio.AbstractEventLoop, ask_to_stop: Callable[[], object]) -> None:
    """Call `ask_to_stop` on each signal that means the end, at once and on the loop's thread.

    Whoever starts us with `nohup` has SIGHUP ignored, and so it stays.
    """
    for number in (getattr(signal, name) for name in END_SIGNALS if hasattr(signal, name)):
        if number not in (signal.SIGINT, signal.SIGTERM) and signal.getsignal(number) is signal.SIG_IGN:
            continue
        try:
            loop.add_signal_handler(number, ask_to_stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ask_to_stop))


async def first_of(*waits: Awaitable[object]) -> None:
    """Wait until one of them is over; the others are cancelled."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def since_boot_s() -> float:
    """Return a clock that goes on while the computer sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.time()


async def watch_for_sleep(
    woke: Callable[[], None],
    *,
    awake_s: Callable[[], float] = time.monotonic,
    elapsed_s: Callable[[], float] = since_boot_s,
    look_every_s: float = LOOK_EVERY_S,
) -> None:
    """Call `woke` after each sleep, for ever. Cancel it to end it."""
    gap_s = elapsed_s() - awake_s()
    while True:
        await asyncio.sleep(look_every_s)
        now_s = elapsed_s() - awake_s()
        if now_s - gap_s > SLEPT_S:
            woke()
        gap_s = now_s
