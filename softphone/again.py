"""Starting this program again in its own process, for what only a new program has: another web engine."""

import os
import signal
import sys
from typing import NoReturn

START_AGAIN = -1  # instead of an exit code

_given = dict(os.environ)  # as it was before secrets and unsafe variables were taken out


def start_again() -> NoReturn:
    """Become the program with the arguments and variables that this one was given, but not hidden."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what is ignored stays so
    arguments = [argument for argument in sys.orig_argv[1:] if argument != "--hidden"]
    os.execve(sys.executable, [sys.executable, *arguments], _given)  # noqa: S606 - ourselves
