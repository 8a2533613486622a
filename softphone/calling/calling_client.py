"""All lines of one signed-in account, at any `Provider`.

`softphone.client.CallingClient` adds the provider and is what developers use (api.md).
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Self

from softphone.calling.calls import CallPolicy
from softphone.calling.circuits import Circuits
from softphone.calling.driven_line import DrivenLine
from softphone.calling.line import Line
from softphone.calling.line_runner import LineRunner
from softphone.calling.messages import CallEvent
from softphone.calling.provider import Discovery, Provider, ServiceRequest
from softphone.errors import ConfigError, RequestError, SoftphoneError
from softphone.i18n import Phrase
from softphone.line.device import Device
from softphone.line.events import AnyEvent, NetworkBack, NetworkLost, SignedIn, SignInEnded, Woke
from softphone.line.failure import ASKED_TO_WAIT, Failure
from softphone.line.model import (
    Account,
    Call,
    LineEvent,
    LineIdentity,
    LineSnapshot,
    LineState,
    Reach,
    Server,
    Service,
)
from softphone.line.policy import Policy
from softphone.settings.ledger import Ledger
from softphone.values import replace

_log = logging.getLogger(__name__)

FRESH_S = 60.0  # nominal; lists found less long ago are not looked up again for the next line
LEAVE_DEADLINE_S = 1.6  # all lines together; with what follows the program is gone within 3 s

Ledgers = Callable[[str, Service], Ledger]
SnapshotListener = Callable[[LineSnapshot], None]
EventListener = Callable[[Line, LineEvent, Failure | None], None]
CallListener = Callable[[Line, Call], None]


def _in_memory(_account_key: str, _service: Service) -> Ledger:
    return Ledger()


class CallingClient:
    """The lines of one account. Make one with `start()`, end it with `close()`."""

    def __init__(
        self,
        provider: Provider,
        discovery: Discovery,
        services: Sequence[ServiceRequest],
        policy: Policy,
        circuits: Circuits,
        ledgers: Ledgers,
    ) -> None:
        self.discovery: Discovery = discovery
        self._indicators = tuple(service.indicator for service in services)
        self._circuits = circuits
        self._ledgers = ledgers
        self._provider = provider
        self._policy = policy
        self._lines: dict[str, DrivenLine] = {}
        self._runners: dict[str, LineRunner] = {}
        self._snapshot_listeners: list[SnapshotListener] = []
        self._event_listeners: list[EventListener] = []
        self._call_listeners: list[CallListener] = []
        self._rediscovery: asyncio.Task[Discovery] | None = None
        self._discovered_at_s = asyncio.get_running_loop().time()

    @classmethod
    async def start(
        cls,
        provider: Provider,
        *,
        policy: Policy | None = None,
        services: Sequence[Service | ServiceRequest] = (Service.CALLING,),
        circuits: Circuits | None = None,
        ledgers: Ledgers = _in_memory,
    ) -> Self:
        """Discover, and return the client with one line per service, not yet registering.

        `circuits` are shared by all clients of a process; `ledgers` returns what is kept of a line, given the
        account's key and the service, and keeps it in memory only by default. Raises ConfigError for services
        that cannot be, before anything is sent, and RequestError when discovery fails.
        """
        wanted = check_services(services)
        discovery = await provider.discover([service.indicator for service in wanted])
        policy = policy or Policy()
        circuits = circuits or Circuits(time_scale=policy.time_scale)
        client = cls(provider, discovery, wanted, policy, circuits, ledgers)
        for service in wanted:
            client._add_line(service)
        provider.on_doubt(client._doubted)
        return client

    # ---- the public API

    def get_lines(self) -> dict[str, Line]:
        """Return the lines by their line ID."""
        return {**self._lines}

    async def close(
        self, *, deregister: bool = True, deadline_s: float = LEAVE_DEADLINE_S
    ) -> tuple[Phrase, ...]:
        """Deregister every line within one shared deadline and let go of everything.

        Returns a sentence for each device that could not be removed: the next start does it.
        """
        runners = self._runners.values()
        ends = (runner.leave(deadline_s) if deregister else runner.stop() for runner in runners)
        left = await asyncio.gather(*ends)
        for line in self._lines.values():
            line.close()
        if self._rediscovery is not None:
            self._rediscovery.cancel()
            await asyncio.gather(self._rediscovery, return_exceptions=True)
        await self._provider.close()
        return tuple(sentence for each in left for sentence in each)

    # ---- what the panel does

    def on_snapshot(self, listener: SnapshotListener) -> None:
        """Call `listener` with each new snapshot of any line."""
        self._snapshot_listeners.append(listener)

    def on_event(self, listener: EventListener) -> None:
        """Call `listener` with each event of any line."""
        self._event_listeners.append(listener)

    def on_call(self, listener: CallListener) -> None:
        """Call `listener` with each call of any line: when it rings, and when its end is known."""
        self._call_listeners.append(listener)

    def hear(self, event: CallEvent, policy: CallPolicy) -> None:
        """Take what the service says of a call: it is of the line whose device it names."""
        for runner in self._runners.values():
            runner.hear(event, policy)

    def hears_nothing(self) -> None:
        """The message socket is lost: nobody tells of calls for now."""
        for runner in self._runners.values():
            runner.hears_nothing()

    async def find_details(self) -> Discovery:
        """Wait for names and numbers that discovery did not wait for, and show them. Raises RequestError."""
        found = await self._provider.find_details()
        self.discovery = replace(
            self.discovery,
            phone_number=found.phone_number,
            extension=found.extension,
            warnings=found.warnings,
            details_pending=False,
            details_untold=found.details_untold,
        )
        self.name(found.account.completed(self.discovery.account))
        return self.discovery

    def name(self, account: Account) -> None:
        """Show the lines as this account's."""
        found = self.discovery = replace(self.discovery, account=account)
        for runner in self._runners.values():
            runner.identify(account, found.phone_number, found.extension)

    def clean_up(self) -> None:
        """Remove what earlier runs left at the service. Once, and only by whoever has the profile's lines."""
        for runner in self._runners.values():
            runner.clean_up()

    def resume(self, line_id: str) -> None:
        """Register a line because it was wanted before; what somebody has taken is left to a person."""
        self._runners[line_id].resume()

    def retry(self, line_id: str) -> None:
        """Do not wait for the line's timer."""
        self._runners[line_id].retry()

    async def blocking_devices(self, line_id: str) -> tuple[Device, ...]:
        """Return the devices that keep a line from registering, newest first, by name where it is known.

        The list is asked for afresh, so that "seen 3 min ago" is true however long the person waited; when
        it cannot be had, it is the one of the refusal. Empty when the line does not wait for such a choice.
        """
        snapshot = self._runners[line_id].snapshot
        if snapshot.state is not LineState.ACTION or snapshot.failure is None:
            return ()
        devices = snapshot.failure.devices
        with contextlib.suppress(RequestError):
            devices = await self.devices(line_id) or devices
        return _newest_first(devices)

    def remove_device(self, line_id: str, device: Device) -> None:
        """The user chose the device that goes, so that the line can register."""
        self._runners[line_id].remove_device(device)

    # ---- what is asked beside the lines: no line's state depends on any of it

    async def devices(self, line_id: str) -> tuple[Device, ...]:
        """Return all devices that are registered for the line's person, newest first, with their names.

        Raises the RequestError of the last server when none tells.
        """
        *others, last = self._servers(line_id)
        for server in others:
            with contextlib.suppress(RequestError):
                return _newest_first(await self._provider.devices(server))
        return _newest_first(await self._provider.devices(last))

    async def delete_device(self, line_id: str, device: Device) -> None:
        """End the registration of another device; one that is gone already is well.

        Raises RequestError, and SoftphoneError for a device of this computer: that one is deregistered.
        """
        ours = {runner.snapshot.identity.client_device_uri for runner in self._runners.values()}
        held = [runner.snapshot.registration for runner in self._runners.values()]
        if device.client_device_uri in ours - {""} or device.device_id in {
            each.device.device_id for each in held if each is not None
        }:
            raise SoftphoneError("Deregister its line instead.", title="That is this computer")
        server = self.discovery.servers.granting(device) or self._servers(line_id)[0]
        await self._provider.deregister(server, device)

    async def look_up(self) -> Discovery:
        """Look account and servers up once more, now. Raises RequestError."""
        return await asyncio.shield(self._begin_rediscovery())

    def move(self, found: Discovery) -> None:
        """Take what was found. Lines that are registered on a WDM device of before register anew."""
        self.discovery = found
        for runner in self._runners.values():
            runner.move(found.device_uri_of(runner.snapshot.identity.service))

    async def ping(self, server: Server) -> bool:
        """Whether a calling server is up."""
        return await self._provider.ping(server) is Reach.UP

    async def prove(self, line_id: str) -> None:
        """Have the service confirm a line's registration, if there is one. Raises RequestError."""
        line = self._runners[line_id].snapshot
        if line.server is not None and line.registration is not None:
            deadline_s = self._policy.keepalive_every_s(line.registration.keepalive_interval_s)
            await self._provider.keepalive(line.server, line.registration.device, deadline_s)

    # ---- what the surroundings say

    def sign_in_ended(self, failure: Failure) -> None:
        """Tell every line that only signing in again helps."""
        self._tell(SignInEnded, failure=failure)

    def signed_in(self) -> None:
        """Tell every line that the account is signed in again."""
        self._tell(SignedIn)

    def network_lost(self) -> None:
        """Pass on a hint that the computer is offline."""
        self._tell(NetworkLost)

    def network_back(self) -> None:
        """Pass on a hint that the network is back or has changed: server lists may be others now."""
        self._discovered_at_s = float("-inf")
        self._tell(NetworkBack)

    def woke(self) -> None:
        """Pass on that the computer slept."""
        self._tell(Woke)

    # ---- private

    def _doubted(self) -> None:
        self.hears_nothing()  # calls were told where the registration was
        self.woke()

    def _tell(self, kind: type[AnyEvent], **fields: Any) -> None:
        for runner in self._runners.values():
            runner.tell(kind, **fields)

    def _add_line(self, service: ServiceRequest) -> None:
        found = self.discovery
        identity = LineIdentity(
            line_id=str(uuid.uuid4()),
            account=found.account,
            service=service.indicator,
            user_id=found.user_id,
            client_device_uri=found.device_uri_of(service.indicator),
            phone_number=found.phone_number,
            extension=found.extension,
        )
        line = DrivenLine(identity)

        def show(snapshot: LineSnapshot) -> None:
            line.show(snapshot)
            for listener in tuple(self._snapshot_listeners):
                listener(snapshot)

        def emit(event: LineEvent, failure: Failure | None) -> None:
            for listener in tuple(self._event_listeners):
                listener(line, event, failure)
            line.emit(event, failure)

        def tell_call(call: Call) -> None:
            for listener in tuple(self._call_listeners):
                listener(line, call)
            line.tell_call(call)

        runner = LineRunner(
            identity,
            self._provider,
            found.servers,
            service=service,
            rediscover=self._rediscover,
            circuits=self._circuits,
            ledger=self._ledgers(found.account.key, service.indicator),
            policy=self._policy,
            known_device_uris=found.own_device_uris(service.indicator),
            on_change=show,
            on_event=emit,
            on_call=tell_call,
        )
        line.connect(runner.register, runner.deregister)
        line.show(runner.snapshot)
        self._lines[identity.line_id] = line
        self._runners[identity.line_id] = runner

    async def _rediscover(self, everything: bool) -> Discovery:
        """Look the lists up once for all lines that ask at about the same time. Raises RequestError.

        `everything`: also the person and the WDM devices, for nobody could register.
        """
        loop = asyncio.get_running_loop()
        if self._rediscovery is None or self._rediscovery.done():
            if loop.time() - self._discovered_at_s < FRESH_S * self._policy.time_scale:
                return self.discovery
            if not self._circuits.may_discover():
                raise RequestError(ASKED_TO_WAIT)
        # Shielded: a line that stops waiting must not take the answer from the others.
        return await asyncio.shield(self._begin_rediscovery(everything=everything))

    def _begin_rediscovery(self, *, everything: bool = True) -> asyncio.Task[Discovery]:
        if self._rediscovery is None or self._rediscovery.done():
            work = self._provider_discovers(everything=everything)
            self._rediscovery = asyncio.get_running_loop().create_task(work)
            # Look at how it ended, for whoever asked may be gone by then.
            self._rediscovery.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._rediscovery

    def _servers(self, line_id: str) -> tuple[Server, ...]:
        """Return all servers, the one that holds the line before the others."""
        held = self._runners[line_id].snapshot.server
        known = self.discovery.servers.all
        return known if held is None else (held, *(server for server in known if server.url != held.url))

    async def _provider_discovers(self, *, everything: bool) -> Discovery:
        looking = self._provider.discover(self._indicators) if everything else self._provider.find_servers()
        self.move(await looking)
        self._discovered_at_s = asyncio.get_running_loop().time()
        return self.discovery


def _newest_first(devices: Sequence[Device]) -> tuple[Device, ...]:
    """Sort by when the service saw them; one that it does not say of is not taken for old."""
    return tuple(sorted(devices, key=lambda one: one.seen_ago_s or 0.0))


def check_services(services: Sequence[Service | ServiceRequest]) -> tuple[ServiceRequest, ...]:
    """Return what the lines of an account register for. Raises ConfigError unless each differs."""
    wanted = tuple(ServiceRequest.of(service) for service in services)
    if not wanted or len({service.indicator for service in wanted}) < len(wanted):
        raise ConfigError(
            "services: name at least one, and each of calling, contactcenter, guestcalling once."
        )
    return wanted
