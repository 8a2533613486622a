"""What keeps secrets in this process: memory nobody dumps, and words about faults without secrets.

After one request a dozen copies of a token are in memory, which Python cannot erase (reliability.md#memory):
so no core file, no other process that reads our memory, and no variable that would write keys or open a port.
`SOFTPHONE_DEVELOPER=1` leaves all of that as it was, for debuggers.
"""

import contextlib
import ctypes
import faulthandler
import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from types import TracebackType

from softphone.system.files import open_ours

_log = logging.getLogger(__name__)

DEVELOPER_VARIABLE = "SOFTPHONE_DEVELOPER"
CRASH_FILE_NAME = "crash.log"
CRASH_FILE_BYTES = 100_000  # a longer one begins anew

# They write TLS keys to a file, open DevTools to everybody, switch off the page's sandbox or its TLS checks.
UNSAFE_VARIABLES = ("SSLKEYLOGFILE", "QTWEBENGINE_REMOTE_DEBUGGING", "QTWEBENGINE_CHROMIUM_FLAGS")

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4  # linux/prctl.h

_is_hardened = False  # the process is ours, and no debugger is at work
_crash_file: int | None = None  # open as long as the process lives


def harden(environment: MutableMapping[str, str] = os.environ) -> None:
    """Do it for this process and its children; before anything reads the environment."""
    global _is_hardened  # noqa: PLW0603 - there is one process
    if environment.get(DEVELOPER_VARIABLE) == "1":
        return
    _is_hardened = True
    for name in UNSAFE_VARIABLES:
        environment.pop(name, None)
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # Children that are executed, as the web engine's are, become dumpable again by themselves.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


@contextlib.contextmanager
def readable_while_it_forks() -> Iterator[None]:
    """Let others of this user read this process (Linux only) while it forks children into namespaces.

    The kernel lets a forked child write its map of users only then; see `softphone.system.engine`.
    """
    prctl = ctypes.CDLL(None).prctl
    before = prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)
    prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(_PR_SET_DUMPABLE, before, 0, 0, 0)


def report_faults() -> None:
    """Send exceptions that nobody caught to the log, through its redaction: they may quote a token."""
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def keep_crashes(folder: Path) -> None:
    """Let a crash of the interpreter leave names and lines, no values, in a file of the user alone (0600).

    A file that cannot be written costs the trace and nothing else.
    """
    global _crash_file  # noqa: PLW0603 - there is one interpreter to crash
    path = folder / CRASH_FILE_NAME
    try:
        file = open_ours(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    except OSError as error:
        _log.info("%s: cannot be written (%s)", path, error.strerror)
        return
    if os.fstat(file).st_size > CRASH_FILE_BYTES:
        os.truncate(file, 0)
    faulthandler.enable(file)
    if _crash_file is not None:
        os.close(_crash_file)
    _crash_file = file


def end_within(limit_s: float) -> None:
    """Let a hardened process live that long at most. What keeps it then leaves its trace as a crash does.

    A thread of the interpreter's own ends it: one of Python's would wait where a library holds Python's lock.
    """
    if not _is_hardened:
        return
    file = _crash_file if _crash_file is not None else os.open(os.devnull, os.O_WRONLY)
    faulthandler.dump_traceback_later(limit_s, exit=True, file=file)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _report("Unexpected error", kind, error, trace)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if not issubclass(args.exc_type, SystemExit):
        name = args.thread.name if args.thread else "a thread"
        _report(f"Unexpected error in {name}", args.exc_type, args.exc_value, args.exc_traceback)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    # Not args.object: its repr may hold anything.
    _report(args.err_msg or "Ignored error", args.exc_type, args.exc_value, args.exc_traceback)


def _report(
    what: str, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    from softphone.system.log import redact  # noqa: PLC0415 - the first picture of the window needs none

    text = redact("".join(traceback.format_exception(kind, error, trace)).rstrip())
    if logging.getLogger().handlers:
        _log.error("%s\n%s", what, text)
    elif sys.stderr is not None:  # before there is a log; None in a Windows program without a console
        sys.stderr.write(f"{what}\n{text}\n")
