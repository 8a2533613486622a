"""The start of the web engine: in its own sandbox, with room for its pages, and what it must not inherit.

The engine is a part of this process; its pages are children, forked from zygotes that start with it. A child
that dies takes nothing along. What the engine misses at its own start ends the whole program, so that is
looked for before (all measured with Qt 6.11):

- Room for the memory that it shares with its pages: 256 KiB in /dev/shm end the program, 16 MiB the page.
- As root its sandbox does not start.
- It asks the kernel for a namespace, and takes only some refusals: EACCES, as AppArmor and SELinux say, ends
  the program.

It sets its namespaces up in children that are forked, not executed, and so only while this process may be
read by others of its user: for the tenth of a second in which the first page's profile is made, no longer.
"""

import contextlib
import ctypes
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from softphone.errors import SignInError, SignInOutcome
from softphone.i18n import phrase
from softphone.line.failure import Remedy
from softphone.system import hardening

ROOM_BYTES = 64 << 20  # a large page in a large window was seen to use 52 MiB
LEAST_BYTES = 24 << 20  # with less, pages die again and again
SHARED_MEMORY = Path("/dev/shm")  # nosec B108 # noqa: S108 - where the engine looks by itself

_DISABLE_SANDBOX = "QTWEBENGINE_DISABLE_SANDBOX"
_FLAGS = "QTWEBENGINE_CHROMIUM_FLAGS"
_DEBUGGING = "QTWEBENGINE_REMOTE_DEBUGGING"
_CLONE_NEWUSER = 0x10000000  # linux/sched.h

_folder: Path | None = None  # of the engine's shared memory, once it has started: there is one engine


def check(*, loopback: bool) -> None:
    """Raise SignInError where a page must not be shown, or would not live: ask before each.

    `loopback`: it is this computer's own page (the demo), which as root is shown without a sandbox. Any other
    is only when whoever started the program has switched the sandbox off.
    """
    if not loopback and _is_root() and os.environ.get(_DISABLE_SANDBOX) != "1":
        raise _cannot_be_shown(
            phrase(
                "The sign-in page must not run as the administrator (root). "
                "Start this app as an ordinary user."
            )
        )
    folder = _folder or memory_folder()
    if sys.platform == "linux" and free_bytes(folder) < LEAST_BYTES:
        raise _cannot_be_shown(
            phrase(
                "There is too little room for it: {folder} has {free} MiB left and {least} are needed.",
                folder=str(folder),
                free=str(free_bytes(folder) >> 20),
                least=str(LEAST_BYTES >> 20),
            )
        )


def ended() -> SignInError:
    """What to say when no page starts any more: those who start pages (zygotes) come with the engine only."""
    return _cannot_be_shown(
        phrase(
            "Its engine has ended and starts again only with this app. "
            "Your lines stay registered until you restart it."
        ),
        Remedy.RESTART,
    )


@contextlib.contextmanager
def starting(*options: str) -> Iterator[None]:
    """Around the making of a page's profile; the first one in a process starts the engine, with `options`."""
    global _folder  # noqa: PLW0603 - as there is one engine
    if _folder is not None:
        yield
        return
    folder = memory_folder()
    with _environment(folder, options), hardening.readable_while_it_forks():
        yield
    _folder = folder


def memory_folder() -> Path:
    """Where the pages' memory goes: /dev/shm, else another folder in memory, else the temporary one.

    The first with enough room, or the one with most.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    places = [SHARED_MEMORY, *([Path(runtime)] if runtime else []), Path(tempfile.gettempdir())]
    return next((place for place in places if free_bytes(place) >= ROOM_BYTES), max(places, key=free_bytes))


def free_bytes(folder: Path) -> int:
    """How much can be written there; 0 where nothing can."""
    try:
        room = os.statvfs(folder)
    except OSError:
        return 0
    return room.f_bavail * room.f_frsize if os.access(folder, os.W_OK | os.X_OK) else 0


def has_own_namespaces() -> bool:
    """Whether the started engine's pages see other processes and networks than this program does."""
    children = " ".join(file.read_text() for file in Path("/proc/self/task").glob("*/children")).split()
    return any(_namespace(child) not in ("", _namespace("self")) for child in children)


def _kernel_makes_namespaces() -> bool:
    """Try it with a child that does nothing but end: it runs no line of Python."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.clone.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
    stack = ctypes.create_string_buffer(1 << 16)
    top = (ctypes.addressof(stack) + len(stack)) & ~0xF
    end = ctypes.cast(libc["_exit"], ctypes.c_void_p)
    process_id = libc.clone(end, top, _CLONE_NEWUSER | signal.SIGCHLD, None)
    if process_id > 0:
        os.waitpid(process_id, 0)
    return bool(process_id > 0)


@contextlib.contextmanager
def _environment(folder: Path, options: Sequence[str]) -> Iterator[None]:
    """Let the engine, which reads its variables at its start, see ours and none that open it to others."""
    asked = {name: os.environ.pop(name, None) for name in (_DISABLE_SANDBOX, _FLAGS, _DEBUGGING)}
    flags = list(options)
    if sys.platform == "linux":
        if folder != SHARED_MEMORY:
            os.environ["TMPDIR"] = str(folder)  # the engine asks for it as long as it lives
            flags.append("--disable-dev-shm-usage")
        if not _kernel_makes_namespaces():
            flags.append("--disable-namespace-sandbox")  # what is left is the filter of system calls
    os.environ[_FLAGS] = " ".join(flags)
    if _is_root():
        os.environ[_DISABLE_SANDBOX] = "1"
    try:
        yield
    finally:
        for name in asked:
            os.environ.pop(name, None)
        if (sandbox := asked[_DISABLE_SANDBOX]) is not None:
            os.environ[_DISABLE_SANDBOX] = sandbox


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _namespace(process: str) -> str:
    with contextlib.suppress(OSError):
        return str(Path(f"/proc/{process}/ns/pid").readlink())
    return ""


def _cannot_be_shown(sentence: str, *more: Remedy) -> SignInError:
    return SignInError(
        sentence,
        outcome=SignInOutcome.PAGE_STOPPED,
        title="The sign-in page cannot be shown",
        remedies=(Remedy.USE_MY_BROWSER, *more),
    )
