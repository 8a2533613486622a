"""What a line has been granted and must not leave behind: kept from before a POST until its end is known.

    asking -> register POST -> granted -> answered
                                  ... -> DELETE -> gone

Whatever ends the process in between, the next start finds the device here (`left`), or at least that there
may be one (`unsure`).
"""

from collections.abc import Awaitable, Callable

import msgspec
from msgspec import Struct

from softphone.line.device import Device

GRANTED_AT_MOST = 20  # the newest; the service has long forgotten the others


class Granted(Struct, frozen=True, kw_only=True):
    """A Mobius device that this installation was granted and that is not known to be gone.

    `server_url` is the base of who granted it, ending in `/calling/web/`. Of a device read from disk only
    the ID and the two addresses are known. `interval_s` is that of its keepalives.
    """

    device: Device
    server_url: str
    interval_s: float | None = None


class GrantedRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A `Granted` as it is kept."""

    device_id: str
    server_url: str
    uri: str = ""
    client_device_uri: str = ""


class LineRecord(msgspec.Struct, omit_defaults=True):
    """What is kept of one line. A thread may be reading it: values are replaced, never altered."""

    asking: bool = False  # a register POST whose end is not known
    superseded: bool = False
    interval_s: float | None = None  # of keepalives, as last granted
    granted: tuple[GrantedRecord, ...] = ()


async def _nowhere(*, at_once: bool) -> None:
    """Keep it in memory only."""


class Ledger:
    """The ledger of one line: one account and service. No method raises, and none waits longer than 1 s.

    `keep` has every change written; `at_once`: before it returns. Without it nothing outlives the process.
    """

    def __init__(
        self,
        record: LineRecord | None = None,
        keep: Callable[..., Awaitable[None]] = _nowhere,
        *,
        lasts: Callable[[], bool] = lambda: True,
    ) -> None:
        self._record = record or LineRecord()
        self._keep = keep
        self._lasts = lasts

    @property
    def lasts(self) -> bool:
        """Whether the next start can know of what is left now."""
        return self._lasts()

    def left(self) -> tuple[Granted, ...]:
        """Return the devices that earlier runs or this one left, oldest first: to be deleted or adopted."""
        return tuple(
            Granted(
                device=Device(device_id=one.device_id, uri=one.uri, client_device_uri=one.client_device_uri),
                server_url=one.server_url,
            )
            for one in self._record.granted
        )

    @property
    def unsure(self) -> bool:
        """Whether the end of a register POST is not known, be it of the last run or of this one."""
        return self._record.asking

    @property
    def superseded(self) -> bool:
        """Whether another session took the line (409); only a person takes it back."""
        return self._record.superseded

    @property
    def interval_s(self) -> float | None:
        """The keepalive interval that the service granted last; None when it never named one."""
        return self._record.interval_s

    async def asking(self) -> None:
        """A register POST is about to be sent; on disk before this returns."""
        self._record.asking = True
        await self._keep(at_once=True)

    async def granted(self, granted: Granted) -> None:
        """The service has granted a device; on disk before this returns."""
        device = granted.device
        record = GrantedRecord(
            device_id=device.device_id,
            server_url=granted.server_url,
            uri=device.uri,
            client_device_uri=device.client_device_uri,
        )
        self._record.granted = (*self._without(device.device_id), record)[-GRANTED_AT_MOST:]
        if granted.interval_s is not None:
            self._record.interval_s = granted.interval_s
        await self._keep(at_once=True)

    async def answered(self) -> None:
        """The end of every register POST is known."""
        if self._record.asking:
            self._record.asking = False
            await self._keep(at_once=False)

    async def gone(self, device_id: str) -> None:
        """The service says that a device is not there any more."""
        others = self._without(device_id)
        if others != self._record.granted:
            self._record.granted = others
            await self._keep(at_once=False)

    async def supersede(self, superseded: bool) -> None:
        """Another session took the line, or a person took it back."""
        if superseded is not self._record.superseded:
            self._record.superseded = superseded
            await self._keep(at_once=False)

    def _without(self, device_id: str) -> tuple[GrantedRecord, ...]:
        return tuple(one for one in self._record.granted if one.device_id != device_id)
