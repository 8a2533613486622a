"""What ends this process: signals, and a last limit for whatever hangs."""

import asyncio
import signal
from collections.abc import Callable

from softphone.system import hardening

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
