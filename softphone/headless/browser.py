"""The person's browser, found and started without a window of ours."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping

FAILS_WITHIN_S = 2.0  # who starts a browser ends at once when there is none, or stays


def commands(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> list[list[str]]:
    """Return the commands that may open an address, the best first; empty where no window can be shown.

    `BROWSER` is the person's choice, as for `xdg-open`: commands parted by colons, with `%s` for the address.
    """
    named = map(_words, environment.get("BROWSER", "").split(os.pathsep))
    found = [
        command for command in named if command and shutil.which(command[0], path=environment.get("PATH"))
    ]
    if platform == "darwin":
        return [*found, ["open"]]
    if platform == "win32":
        return [*found, ["explorer"]]
    shown = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    if shown and shutil.which("xdg-open", path=environment.get("PATH")):
        found.append(["xdg-open"])
    return found


def _words(command: str) -> list[str]:
    """Return the words of a command; none of what cannot be read."""
    try:
        return shlex.split(command)
    except ValueError:
        return []


def open_page(address: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Open the address in the person's browser; whether one was started. Blocks for two seconds at most.

    It writes nothing into our terminal, and a Ctrl+C there does not end it.
    """
    for command in commands(environment):
        filled = [part.replace("%s", address) for part in command]
        try:
            browser = subprocess.Popen(  # nosec B603 # noqa: S603 - the person's own choice
                filled if filled != command else [*command, address],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            if sys.platform == "win32" or browser.wait(FAILS_WITHIN_S) == 0:
                return True
        except subprocess.TimeoutExpired:
            return True
        except OSError:
            continue
    return False
