"""The system's own page for date and time, where one is known (interface.md#messages, a wrong clock)."""

import shutil
import sys
from collections.abc import Callable

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

_ADDRESSES = {
    "win32": "ms-settings:dateandtime",
    "darwin": "x-apple.systempreferences:com.apple.preference.datetime",
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
    if platform in _ADDRESSES:
        return lambda: QDesktopServices.openUrl(QUrl(_ADDRESSES[platform]))
    for program, *arguments in _PROGRAMS:
        if (path := shutil.which(program)) is not None:
            return lambda path=path, arguments=arguments: _start(path, arguments)  # type: ignore[misc]
    return None


def _start(path: str, arguments: list[str]) -> bool:
    started, _ = QProcess.startDetached(path, arguments)
    return started
