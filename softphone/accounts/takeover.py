"""Taking the place of the oldest device, where the user asked for it: `watch --takeover oldest`.

The window asks the person instead. Evictions are counted: two programs that both take over would evict
each other for ever (sdk.md#weaknesses, 19).
"""

import asyncio
import logging
from collections.abc import Sequence

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot
from softphone.line.device import Device
from softphone.line.model import LineSnapshot, LineState
from softphone.system.tasks import Tasks

_log = logging.getLogger(__name__)

EVICTION_EVERY_S = 3600.0  # at most one an hour and line (reliability.md#takeover)


def oldest_of(devices: Sequence[Device]) -> Device | None:
    """Return the device seen longest ago; None when that cannot be told, so that a person is asked.

    A device of which the service does not say when it was seen is not taken for old; a tie tells nothing.
    """
    known = sorted((one for one in devices if one.seen_ago_s is not None), key=_seen_ago_s)
    if not known or (len(known) > 1 and _seen_ago_s(known[-1]) == _seen_ago_s(known[-2])):
        return None
    return known[-1]


def _seen_ago_s(device: Device) -> float:
    return device.seen_ago_s or 0.0


class TakeOverOldest:
    """Removes the device seen longest ago whenever a line waits for that choice; a `PanelListener`."""

    def __init__(self, panel: Panel, *, time_scale: float = 1.0) -> None:
        self._panel = panel
        self._every_s = EVICTION_EVERY_S * time_scale
        self._loop = asyncio.get_running_loop()
        self._evicted_at_s: dict[str, float] = {}
        self._tasks = Tasks()
        self._waiting: dict[str, asyncio.Task[None]] = {}  # by line
        panel.subscribe(self)

    async def close(self) -> None:
        """Take over nothing any more."""
        self._panel.unsubscribe(self)
        await self._tasks.close()

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """Take over for a line that waits for it, at once or when its hour is over."""
        line_id = snapshot.identity.line_id
        if snapshot.state is LineState.ACTION and line_id not in self._waiting:
            task = self._waiting[line_id] = self._tasks.start(self._take_over(line_id))
            task.add_done_callback(lambda _: self._waiting.pop(line_id, None))

    def line_removed(self, line_id: str) -> None:
        """Take over nothing for a line that is gone."""
        if task := self._waiting.get(line_id):
            task.cancel()

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Lines say what matters."""

    async def _take_over(self, line_id: str) -> None:
        last_s = self._evicted_at_s.get(line_id)
        if last_s is not None:
            await asyncio.sleep(last_s + self._every_s - self._loop.time())
        devices = [one for one in await self._panel.blocking_devices(line_id) if not self._is_ours(one)]
        oldest = oldest_of(devices)
        if oldest is None:
            return
        _log.info("disconnecting %s, last seen %s", oldest.name or "a device", oldest.last_seen)
        self._evicted_at_s[line_id] = self._loop.time()
        self._panel.remove_device(line_id, oldest)

    def _is_ours(self, device: Device) -> bool:
        """Whether another line of this program is registered as this device."""
        held = (line.registration for line in self._panel.lines if line.registration is not None)
        return any(one.device.device_id == device.device_id for one in held)
