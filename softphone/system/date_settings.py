"""The system's own page for date and time, where one is known (interface.md#messages, a wrong clock)."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

_OPENS = {  # what is always there
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


def opener(platform: str = sys.platform) -> Callable[[], bool] | None:
    """Return what opens the page and says whether it could; None where there is none to be opened."""
    command = _OPENS.get(platform) or next((one for one in _PROGRAMS if shutil.which(one[0])), None)
    return None if command is None else lambda: _start(command)


def _start(command: Sequence[str]) -> bool:
    """Start it as a program of its own, which outlives this one."""
    try:
        subprocess.Popen(command, start_new_session=True)  # noqa: S603 - one of the above
    except OSError:
        return False
    return True
