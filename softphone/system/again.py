"""Starting this program again: beside itself, at login, or in its own process for another web engine."""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

START_AGAIN = -1  # instead of an exit code

_given = dict(os.environ)  # as it was before secrets and unsafe variables were taken out


def command(*arguments: str) -> tuple[str, ...]:
    """Return the command that starts this very program anew: a bundle is the program, Python runs it."""
    if not getattr(sys, "frozen", False):
        return (sys.executable, "-m", "softphone", *arguments)
    image, mounted = os.environ.get("APPIMAGE"), os.environ.get("APPDIR")
    if image and mounted and Path(sys.executable).is_relative_to(mounted):  # else they are a parent's
        return (image, *arguments)
    return (sys.executable, *arguments)


def start_again() -> NoReturn:
    """Become the program with the arguments and variables that this one was given, but not hidden."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what is ignored stays so
    arguments = [argument for argument in sys.orig_argv[1:] if argument != "--hidden"]
    os.execve(sys.executable, [sys.executable, *arguments], _given)  # noqa: S606 - ourselves
