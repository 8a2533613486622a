"""How much memory this process has, as the system counts it (Linux; 0 where it does not say)."""

import contextlib
import ctypes
import gc
from pathlib import Path


def resident_mib(what: str = "VmRSS") -> float:
    """Return how much is in use, or with "VmHWM" was at most since `forget_most`."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(what):
                return int(line.split()[1]) / 1024
    return 0.0


def forget_most() -> None:
    """Begin to look for the most anew, where the system lets us (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def give_back() -> None:
    """Collect what is nobody's, and give back what the C library (glibc) keeps for later: it is no growth."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
