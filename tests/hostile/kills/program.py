"""The program in a process of its own, forked where everything is imported already: a start costs little.

It is the command line as it is; what is put in its place are the keyring (`tests.kit.file_keyring`), the id
of the computer and the wall clock. Everything it does is counted (`steps`).
"""

import contextlib
import datetime as dt
import importlib
import multiprocessing
import os
import pkgutil
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import softphone
from softphone import cli
from softphone.auth.system_keyring import SystemKeystore
from softphone.auth.token_service import Clock
from softphone.settings import this_computer
from softphone.webex.account_requests import AccountRequests
from tests.hostile.kills.steps import Steps, put
from tests.kit.file_keyring import FileKeyring

_NOT_LOADED = ("softphone.ui", "softphone.sim", "softphone.__main__", "softphone.headless.transport.windows")
_OWNERS = ("softphone", "tests.hostile.kills")

STREAMS = ("in", "out", "err")

KEYRING_FILE, STEPS_FILE, CLOCK_FILE, COMPUTER_FILE = "keyring.json", "steps", "clock", "computer"
SLOW_KEYRING_S = "SLOW_KEYRING_S"  # a variable of a life

for _found in pkgutil.walk_packages(softphone.__path__, "softphone."):  # in the server, once
    if not _found.name.startswith(_NOT_LOADED):
        importlib.import_module(_found.name)
for _name in ("httpx", "keyring", "sqlite3", "tomllib", "encodings.idna"):
    importlib.import_module(_name)

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])
_one_at_a_time = threading.Lock()  # two threads that look at one process would both read its end


def _live(arguments: Sequence[str], environment: Mapping[str, str], room: str) -> None:
    """Be the program; `room` is the folder of this life."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    place = Path(room)
    for descriptor, name in enumerate(STREAMS):
        os.dup2(os.open(place / name, os.O_RDWR), descriptor)
    steps = Steps(place / STEPS_FILE)
    slow_s = float(environment.get(SLOW_KEYRING_S, 0))
    keyring = FileKeyring(
        place.parent / KEYRING_FILE, lambda what: steps.step(f"keyring: {what}"), slow_s=slow_s
    )
    put(SystemKeystore, "_opened", lambda _: keyring)
    put(this_computer, "ID_FILES", (place.parent / COMPUTER_FILE,))
    _shift_clock(place.parent / CLOCK_FILE)
    sys.argv = ["softphone", *arguments]
    steps.watch()
    sys.exit(cli.main())


def _shift_clock(path: Path) -> None:
    """Have the wall clock be as far off as the file says (s); the monotonic one is nobody's to set."""
    real_s, real = time.time, dt.datetime

    def off_s() -> float:
        return float(path.read_bytes() or 0) if path.exists() else 0.0

    class Shifted(real):  # type: ignore[valid-type, misc]
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return real.fromtimestamp(real_s() + off_s(), tz)

    def shifted_s() -> float:
        return real_s() + off_s()

    if not path.exists():
        return
    put(time, "time", shifted_s)
    for name, module in tuple(sys.modules.items()):
        if name.startswith(_OWNERS) and getattr(module, "datetime", None) is real:
            put(module, "datetime", Shifted)
    for late in (Clock.__init__, AccountRequests.__init__):  # bound when they were imported
        defaults = late.__defaults__ or ()
        late.__defaults__ = tuple(shifted_s if one is real_s else one for one in defaults)
        if late.__kwdefaults__:
            late.__kwdefaults__ |= {k: shifted_s for k, one in late.__kwdefaults__.items() if one is real_s}


class Process:
    """One life of the program, begun in `room`, where its streams are pipes: what is said needs no disk."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], room: Path) -> None:
        self._process = _context.Process(target=_live, args=(arguments, dict(environment), str(room)))
        with _one_at_a_time:
            self._process.start()
        self.id: int = self._process.pid or 0

    def code(self, within_s: float = 0.0) -> int | None:
        """Return how it ended, minus the number of a signal; None while it lives."""
        if not wait([self._process.sentinel], within_s):
            return None
        with _one_at_a_time:
            return self._process.exitcode

    def send(self, number: int) -> None:
        """Send it a signal, if it lives."""
        if self.code() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.id, number)


def stop_server() -> None:
    """End the process that the others are forked from; a next one begins by itself."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
    resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]
