"""All lines of one signed-in account: the public API (design.md 3) without its wiring.

`CallingClient.create(token=..., cloud=...)` of the package adds the provider and is what developers use;
this class works with any `Provider`.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Self

from softphone.agent.circuits import Circuits
from softphone.agent.line import Line
from softphone.agent.line_runner import LineRunner
from softphone.agent.provider import Discovery, Provider
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import LineEvent, LineIdentity, LineSnapshot, LineState, Service
from softphone.line.policy import Policy

_log = logging.getLogger(__name__)

LEAVE_DEADLINE_S = 3.0  # all lines together (design.md: quit within 5 s, offline too)

SnapshotListener = Callable[[LineSnapshot], None]
EventListener = Callable[[Line, LineEvent, Failure | None], None]


class CallingClient:
    """The lines of one account. Make one with `start()`, end it with `close()`."""

    def __init__(self, provider: Provider, discovery: Discovery, policy: Policy, circuits: Circuits) -> None:
        self.discovery = discovery
        self._circuits = circuits
        self._provider = provider
        self._policy = policy
        self._lines: dict[str, Line] = {}
        self._runners: dict[str, LineRunner] = {}
        self._snapshot_listeners: list[SnapshotListener] = []
        self._event_listeners: list[EventListener] = []
        self._rediscovery: asyncio.Task[Discovery] | None = None

    @classmethod
    async def start(
        cls,
        provider: Provider,
        *,
        policy: Policy | None = None,
        services: Sequence[Service] = (Service.CALLING,),
        circuits: Circuits | None = None,
    ) -> Self:
        """Discover, and return the client with one line per service, not yet registering.

        `circuits` are shared by all clients of a process. Raises RequestError when discovery fails.
        """
        discovery = await provider.discover()
        policy = policy or Policy()
        client = cls(provider, discovery, policy, circuits or Circuits(time_scale=policy.time_scale))
        for service in services:
            client._add_line(service)
        return client

    # ---- the public API

    def get_lines(self) -> dict[str, Line]:
        """Return the lines by their line ID."""
        return dict(self._lines)

    async def close(self, *, deregister: bool = True, deadline_s: float = LEAVE_DEADLINE_S) -> None:
        """Deregister every line within one shared deadline and let go of everything."""
        if deregister:
            await asyncio.gather(*(runner.leave(deadline_s) for runner in self._runners.values()))
        else:
            await asyncio.gather(*(runner.stop() for runner in self._runners.values()))
        if self._rediscovery is not None:
            self._rediscovery.cancel()
            await asyncio.gather(self._rediscovery, return_exceptions=True)
        await self._provider.close()

    # ---- what the panel does

    def on_snapshot(self, listener: SnapshotListener) -> None:
        """Call `listener` with each new snapshot of any line."""
        self._snapshot_listeners.append(listener)

    def on_event(self, listener: EventListener) -> None:
        """Call `listener` with each event of any line."""
        self._event_listeners.append(listener)

    def retry(self, line_id: str) -> None:
        """Do not wait for the line's timer."""
        self._runners[line_id].retry()

    async def blocking_devices(self, line_id: str) -> tuple[Device, ...]:
        """Return the devices that keep a line from registering, newest first, by name where it is known.

        The service's refusal lists them without names; asking for the names may fail, and then they stay
        unnamed. Empty when the line does not wait for such a choice.
        """
        snapshot = self._runners[line_id].snapshot
        if snapshot.state is not LineState.ACTION or snapshot.failure is None:
            return ()
        names: dict[str, str] = {}
        servers = self.discovery.servers.primaries + self.discovery.servers.backups
        if servers:
            with contextlib.suppress(RequestError):
                names = {one.device_id: one.name for one in await self._provider.devices(servers[0])}
        listed = (replace(one, name=names.get(one.device_id, "")) for one in snapshot.failure.devices)
        return tuple(sorted(listed, key=lambda one: one.last_seen, reverse=True))

    def remove_device(self, line_id: str, device: Device) -> None:
        """The user chose the device that goes, so that the line can register."""
        self._runners[line_id].remove_device(device)

    def sign_in_ended(self, failure: Failure) -> None:
        """Tell every line that only signing in again helps."""
        for runner in self._runners.values():
            runner.sign_in_ended(failure)

    def signed_in(self) -> None:
        """Tell every line that the account is signed in again."""
        for runner in self._runners.values():
            runner.signed_in()

    def network_lost(self) -> None:
        """Pass on a hint that the computer is offline."""
        for runner in self._runners.values():
            runner.network_lost()

    def network_back(self) -> None:
        """Pass on a hint that the network is back or has changed."""
        for runner in self._runners.values():
            runner.network_back()

    def woke(self) -> None:
        """Pass on that the computer slept."""
        for runner in self._runners.values():
            runner.woke()

    # ---- private

    def _add_line(self, service: Service) -> None:
        found = self.discovery
        identity = LineIdentity(
            line_id=str(uuid.uuid4()),
            account=found.account,
            service=service,
            user_id=found.user_id,
            client_device_uri=found.device_uri,
            phone_number=found.phone_number,
            extension=found.extension,
        )
        line = Line(identity)

        def show(snapshot: LineSnapshot) -> None:
            line.show(snapshot)
            for listener in tuple(self._snapshot_listeners):
                listener(snapshot)

        def emit(event: LineEvent, failure: Failure | None) -> None:
            for listener in tuple(self._event_listeners):
                listener(line, event, failure)
            line.emit(event, failure)

        runner = LineRunner(
            identity,
            self._provider,
            found.servers,
            rediscover=self._rediscover,
            circuits=self._circuits,
            policy=self._policy,
            known_device_uris=found.known_device_uris,
            on_change=show,
            on_event=emit,
        )
        line.connect(runner.register, runner.deregister)
        line.show(runner.snapshot)
        self._lines[identity.line_id] = line
        self._runners[identity.line_id] = runner

    async def _rediscover(self) -> Discovery:
        """Look the lists up once for all lines that ask at the same time. Raises RequestError."""
        if self._rediscovery is None or self._rediscovery.done():
            self._rediscovery = asyncio.get_running_loop().create_task(self._provider_discovers())
        # Shielded: a line that stops waiting must not take the answer from the others.
        return await asyncio.shield(self._rediscovery)

    async def _provider_discovers(self) -> Discovery:
        self.discovery = await self._provider.discover()
        return self.discovery
