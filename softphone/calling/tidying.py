"""After a request whose end is unknown: the person's devices are listed until none of ours is left behind.

Also at the servers that were asked for a registration and did not say how that ended: a server may know of
its own devices only. One that does not answer is waited for until it has forgotten them.
"""

import asyncio
import logging

from softphone.calling.driver import Driver
from softphone.calling.provider import Provider
from softphone.calling.removals import Removals
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.events import Tidied
from softphone.line.model import Server
from softphone.line.ownership import Owner, looked_at, owner_of
from softphone.line.states import Idle, Reconnecting, Registered, State
from softphone.system.tasks import Tasks
from softphone.values import replace

_log = logging.getLogger(__name__)

LOOK_S = 1.0  # nominal; whether a call still rings


class Tidying:
    """Looks for what unsure requests of the line of `driver` have made, whenever nothing is sought."""

    def __init__(self, driver: Driver, provider: Provider, removals: Removals) -> None:
        self._driver = driver
        self._provider = provider
        self._removals = removals
        self._in_doubt: set[str] = set()  # servers (URLs) that did not say how a registration ended
        self._tasks = Tasks()  # one at most

    def suspect(self, *servers: Server) -> None:
        """Note servers that may have made a device of which nobody here knows."""
        self._in_doubt.update(server.url for server in servers)

    def begin_if_due(self) -> None:
        """Begin once nothing is sought and something may have been left."""
        facts = self._driver.state.facts
        settled = settled_at(self._driver.state) is not None and not facts.posts
        if settled and facts.unsure and not len(self._tasks):
            self._tasks.start(self._tidy(), f"tidying of {self._driver.label()}")

    async def close(self) -> None:
        """Look no more."""
        await self._tasks.close()

    async def _tidy(self) -> None:
        policy = self._driver.policy
        looks, began_s = self._driver.state.facts.looks, self._driver.now_s()
        while (settled := settled_at(self._driver.state)) is not None and self._driver.state.facts.unsure:
            while (rings_s := self._driver.rings_s()) > 0:  # noqa: ASYNC110 - another call may ring by then
                await asyncio.sleep(min(rings_s, LOOK_S) * policy.time_scale)
            interval_s = policy.keepalive_every_s(self._driver.state.facts.interval_s)
            over = self._driver.now_s() >= began_s + policy.expiry_intervals * interval_s
            listed: dict[str, tuple[Server, Device]] = {}
            untold = False
            for server in self._doubtful(settled):
                devices = await self._listed(server)
                listed |= {one.device_id: (server, one) for one in devices or ()}
                holds = bool(held_id(self._driver.state)) and server == settled
                untold = untold or (devices is None and (holds or not over))
            others = [one for _, one in listed.values() if one.device_id != held_id(self._driver.state)]
            facts = looked_at(replace(self._driver.state.facts, looks=looks), others, self._driver.now_s())
            looks = facts.looks
            owners = {one: owner_of(one, facts, self._driver.now_s(), policy) for one in others}
            for device, owner in owners.items():
                if owner in (Owner.OURS, Owner.ORPHAN):
                    granted_by = self._driver.state.facts.servers.granting(device)
                    self._removals.add(granted_by or listed[device.device_id][0], device)
            if not untold and Owner.IN_DOUBT not in owners.values():
                self._in_doubt.clear()
                self._driver.tell(Tidied)
                return
            await asyncio.sleep(interval_s / 2 * policy.time_scale)

    def _doubtful(self, settled: Server) -> tuple[Server, ...]:
        """Return whom to ask for devices: where the line is settled, and who may have granted another one."""
        known = self._driver.state.facts.servers.all
        return (settled, *(one for one in known if one.url in self._in_doubt and one.url != settled.url))

    async def _listed(self, server: Server) -> tuple[Device, ...] | None:
        """Return the devices that a server knows, once there is room to ask; None if it does not tell."""
        await self._driver.until_room()
        self._driver.sent(2)  # with the names of WDM
        try:
            return await self._provider.devices(server, resent=self._driver.resent)
        except RequestError as error:
            _log.info("%s: devices not listed: %s", self._driver.label(), error.title)
            return None


def held_id(state: State) -> str:
    """Return the device that a line holds, empty if it holds none."""
    return state.lease.device.device_id if isinstance(state, Registered | Reconnecting) else ""


def settled_at(state: State) -> Server | None:
    """Return whom to ask once nothing is sought: who holds the line, or for one that is off anybody."""
    match state:
        case Registered(lease=lease) | Reconnecting(lease=lease):
            return lease.server
        case Idle(facts=facts):
            return next(iter(facts.servers.all), None)
        case _:
            return None
