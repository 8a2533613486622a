"""Devices of one line that must not stay at the service: each is deleted, until it is gone.

A DELETE goes to the server that granted the device, as soon as the bound on requests allows, and then after
2, 4, 8, 16, 30 s and every 30 s, while the line's own requests leave room and the server is not known to be
of no use. The device is done with when the server says so, or when the service must have dropped it; until
then the ledger keeps it, so that the next start goes on.
"""

import asyncio
import itertools
import logging

from softphone.calling.circuits import Circuits
from softphone.calling.driver import Driver
from softphone.calling.provider import Provider
from softphone.errors import RequestError
from softphone.i18n import Phrase, own, phrase
from softphone.line.device import Device
from softphone.line.events import Discarded
from softphone.line.model import Server
from softphone.settings.ledger import Ledger

_log = logging.getLogger(__name__)

RETRY_S = (2.0, 4.0, 8.0, 16.0, 30.0)  # nominal; the last one repeats


class Removals:
    """The removals under way for the line of `driver`, whose machine hears of each try (`Discarded`)."""

    def __init__(self, driver: Driver, provider: Provider, ledger: Ledger, circuits: Circuits) -> None:
        self._driver = driver
        self._provider = provider
        self._ledger = ledger
        self._circuits = circuits
        self._tasks: dict[str, asyncio.Task[None]] = {}  # by device
        self._why: dict[str, Phrase] = {}  # the device is still there, as the last try found

    @property
    def pending(self) -> bool:
        """Whether a device is not known to be gone yet."""
        return bool(self._tasks)

    def add(
        self, server: Server, device: Device, for_s: float | None = None, *, by_person: bool = False
    ) -> None:
        """Remove a device, unless that is under way.

        After `for_s` (nominal) the service has dropped it; None: nobody knows how long it keeps the device.
        What a person has asked for is tried once also at a server that is known to be of no use.
        """
        if device.device_id not in self._tasks:
            policy = self._driver.policy
            longest_s = policy.expiry_intervals * policy.keepalive_max_s if for_s is None else for_s
            work = self._remove(server, device, longest_s * policy.time_scale, insist=by_person)
            self._tasks[device.device_id] = asyncio.get_running_loop().create_task(work)

    async def gone(self, device: Device) -> None:
        """The service says that it is not there any more: nothing is left to do."""
        task = self._tasks.pop(device.device_id, None)
        if task is not None:
            task.cancel()
        self._why.pop(device.device_id, None)
        await self._ledger.gone(device.device_id)

    async def close(self) -> tuple[Phrase, ...]:
        """Send nothing any more; return a sentence for each device that stays in the ledger."""
        tasks, self._tasks = self._tasks, {}
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        return tuple(
            left_behind(device_id, self._why.get(device_id, phrase("no answer")), lasts=self._ledger.lasts)
            for device_id in tasks
        )

    async def _remove(self, server: Server, device: Device, for_s: float, *, insist: bool) -> None:
        loop = asyncio.get_running_loop()
        dropped_at_s = loop.time() + for_s
        for delay_s in itertools.chain(RETRY_S, itertools.repeat(RETRY_S[-1])):
            if (insist or await self._may_go(server)) and await self._is_removed(server, device):
                break
            insist = False
            await asyncio.sleep(delay_s * self._driver.policy.time_scale)
            await self._driver.until_room()
            if loop.time() >= dropped_at_s:
                break
        self._tasks.pop(device.device_id, None)
        self._why.pop(device.device_id, None)
        await self._ledger.gone(device.device_id)
        self._driver.tell(Discarded, device=device)

    async def _may_go(self, server: Server) -> bool:
        """Whether a DELETE may go out now; waits for its turn among those of all lines."""
        if not self._is_of_use(server):
            return False
        if (
            turn_s := self._circuits.removal_turn_s(server)
        ) > 0:  # else at once, so that no request of the line overtakes it
            await asyncio.sleep(turn_s)
        return self._is_of_use(server)

    def _is_of_use(self, server: Server) -> bool:
        return self._driver.has_room() and self._circuits.refusal(server, self._driver, None) is None

    async def _is_removed(self, server: Server, device: Device) -> bool:
        self._driver.sent()
        try:
            await self._provider.deregister(server, device, resent=self._driver.resent)
        except RequestError as error:
            _log.info("device %s is still there: %s", device.device_id, error.title)
            self._why[device.device_id] = own(error.title)
            self._driver.tell(Discarded, device=device, failure=error.failure)
            return False
        except Exception:  # noqa: BLE001 - a fault of ours must not leave the device behind
            _log.exception("removing device %s failed unexpectedly", device.device_id)
            return False
        return True


def left_behind(device_id: str, why: Phrase, *, lasts: bool) -> Phrase:
    """Say that a device stays at the service. `lasts`: the next start knows of it."""
    if lasts:
        return phrase(
            "Device {device} could not be removed at Webex yet ({why}). "
            "It is removed at the next start, or forgotten there in a few minutes.",
            device=device_id,
            why=why,
        )
    return phrase(
        "Device {device} could not be removed at Webex ({why}). It is forgotten there in a few minutes.",
        device=device_id,
        why=why,
    )
