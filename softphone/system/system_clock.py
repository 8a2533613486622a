"""The computer's clocks: sleep, noticed without platform code, and where a person sets the time.

The monotonic clock stands still while a computer sleeps, the clock since boot does not (reliability.md#time).
A jump between the two is sleep. Where there is no such clock, the wall clock stands in: setting it forward
looks like sleep and costs one keepalive a line, nothing else.
"""

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Callable

LOOK_EVERY_S = 5.0
SLEPT_S = 15.0  # a shorter stall is a busy computer

# The page for date and time (interface.md#messages, a wrong clock): what is always there, and what may be.
_OPENS = {
    "win32": ("explorer", "ms-settings:dateandtime"),
    "darwin": ("open", "x-apple.systempreferences:com.apple.preference.datetime"),
}
_PROGRAMS = (
    ("gnome-control-center", "datetime"),
    ("systemsettings", "kcm_clock"),
    ("kcmshell6", "kcm_clock"),
    ("kcmshell5", "clock"),
    ("cinnamon-settings", "calendar"),
    ("time-admin",),
)


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


def date_settings(platform: str = sys.platform) -> Callable[[], bool] | None:
    """Return what opens the system's page for date and time and says whether it could.

    None where there is none to be opened.
    """
    command = _OPENS.get(platform) or next((one for one in _PROGRAMS if shutil.which(one[0])), None)
    if command is None:
        return None

    def start() -> bool:
        try:  # a program of its own, which outlives this one
            subprocess.Popen(command, start_new_session=True)  # nosec B603 # noqa: S603 - one of the above
        except OSError:
            return False
        return True

    return start
