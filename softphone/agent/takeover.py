"""Taking the place of the oldest device, where the user asked for it: `watch --takeover oldest`.

The window asks the person instead. Evictions are counted: two programs that both take over would evict
each other for ever (protocol.md 7 row 19).
"""

import asyncio
import logging
from collections.abc import Callable

from softphone.agent.accounts import AccountSnapshot
from softphone.agent.panel import Panel
from softphone.line.model import LineSnapshot, LineState

_log = logging.getLogger(__name__)

EVICTION_EVERY_S = 3600.0  # design.md 4: at most one an hour and line, by policy


class TakeOverOldest:
    """Removes the device seen longest ago whenever a line waits for that choice; a `PanelListener`."""

    def __init__(
        self, panel: Panel, *, time_scale: float = 1.0, now_s: Callable[[], float] | None = None
    ) -> None:
        self._panel = panel
        self._every_s = EVICTION_EVERY_S * time_scale
        self._now_s = now_s or asyncio.get_running_loop().time
        self._evicted_at_s: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        panel.subscribe(self)

    async def close(self) -> None:
        """Take over nothing any more."""
        self._panel.unsubscribe(self)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """Begin to take over when the line waits for it and none was evicted within the hour."""
        line_id = snapshot.identity.line_id
        last_s = self._evicted_at_s.get(line_id)
        allowed = last_s is None or self._now_s() - last_s >= self._every_s
        if snapshot.state is LineState.ACTION and allowed:
            self._evicted_at_s[line_id] = self._now_s()
            task = asyncio.get_running_loop().create_task(self._take_over(line_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def line_removed(self, line_id: str) -> None:
        """Nothing to take over for."""

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Lines say what matters."""

    async def _take_over(self, line_id: str) -> None:
        devices = await self._panel.blocking_devices(line_id)
        if devices:
            oldest = devices[-1]
            _log.info("disconnecting %s, last seen %s", oldest.name or "a device", oldest.last_seen)
            self._panel.remove_device(line_id, oldest)
