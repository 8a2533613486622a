"""What the service manager that started `watch` is told: that it is ready, how the lines are, that it lives.

The datagrams of systemd's sd_notify, to the socket that it names. Nothing is done where it names none.
"""

import asyncio
import contextlib
import os
import re
import socket
from collections.abc import Callable, Mapping
from typing import Any, Self

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot
from softphone.line.model import LineSnapshot
from softphone.system.tasks import Tasks, first_of

GATHER_S = 1.0  # changes come in rows, one for each line
HOUR_S = 3600.0
_MICROSECONDS = re.compile(r"[0-9]{1,15}")


class ServiceManager:
    """Around the time in which the panel is in use: ready inside, stopping at the end.

    The heartbeat is the loop's, so a program whose loop hangs is started again. `status` says in words how
    the lines are.
    """

    def __init__(
        self, panel: Panel, status: Callable[[], str], environment: Mapping[str, str] = os.environ
    ) -> None:
        self._panel = panel
        self._status = status
        self._address = environment.get("NOTIFY_SOCKET", "")
        mine = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        limit_us = environment.get("WATCHDOG_USEC", "") if mine else ""
        limit_s = int(limit_us) / 1e6 if _MICROSECONDS.fullmatch(limit_us) else 0.0
        self._beat_s = min(limit_s / 2 or HOUR_S, HOUR_S)
        self._changed = asyncio.Event()
        self._tasks = Tasks()

    async def __aenter__(self) -> Self:
        if self._address:
            self._tell("READY=1")
            self._panel.subscribe(self)
            self._tasks.start(self._beat(), "service manager")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._address:
            self._panel.unsubscribe(self)
            await self._tasks.close()
            self._tell("STOPPING=1")

    # ---- from the panel

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """Say soon how the lines are."""
        del snapshot
        self._changed.set()

    def line_removed(self, line_id: str) -> None:
        """Say soon how the lines are."""
        del line_id
        self._changed.set()

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Say soon how the lines are."""
        del accounts
        self._changed.set()

    # ---- to the service manager

    async def _beat(self) -> None:
        while True:
            self._changed.clear()
            self._tell(f"WATCHDOG=1\nSTATUS={self._status()}")
            await first_of(self._changed.wait(), asyncio.sleep(self._beat_s))
            if self._changed.is_set():
                await asyncio.sleep(min(GATHER_S, self._beat_s))

    def _tell(self, words: str) -> None:
        address: Any = self._address
        if address.startswith("@"):
            address = f"\0{address[1:]}"
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.setblocking(False)
            to.sendto(words.encode(), address)
