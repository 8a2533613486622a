"""What happens around the lines: signals that end the process, and sleep, noticed without platform code.

The monotonic clock stands still while a computer sleeps, the clock since boot does not (reliability.md 5).
A jump between the two is sleep. Where there is no such clock, the wall clock stands in: setting it forward
looks like sleep and costs one keepalive a line, nothing else.
"""

import asyncio
import signal
import time
from collections.abc import Callable

LOOK_EVERY_S = 5.0
SLEPT_S = 15.0  # a shorter stall is a busy computer


def on_interrupt(loop: asyncio.AbstractEventLoop, ask_to_stop: Callable[[], object]) -> None:
    """Call `ask_to_stop` on SIGINT and SIGTERM, at once and on the loop's thread."""
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ask_to_stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ask_to_stop))


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
