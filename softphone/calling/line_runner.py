"""One line, from its first wish to the end of the program: its machine, its requests, what it leaves behind.

`calling.driver` holds the machine, `calling.asking` carries out its requests in tasks that this runner owns.

What could leave a device behind is in the ledger before it can: a register POST before it is sent, a device
before anybody is told `registered`. After a request whose end is unknown the person's devices are listed, and
those that are ours are removed (`calling.tidying`).
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, assert_never

from softphone.calling.asking import Asking
from softphone.calling.calls import CallPolicy
from softphone.calling.circuits import Circuits
from softphone.calling.driver import Driver
from softphone.calling.messages import CallEvent
from softphone.calling.provider import Discovery, Provider, ServiceRequest
from softphone.calling.removals import Removals
from softphone.calling.ringing import Ringing
from softphone.calling.tidying import Tidying, held_id
from softphone.i18n import Phrase, phrase
from softphone.line.device import Device
from softphone.line.effects import (
    CancelTimer,
    Discard,
    Effect,
    Emit,
    Rediscover,
    Request,
    SendDeregister,
    SendKeepalive,
    SendPing,
    SendRegister,
    StartDeadline,
    StartTimer,
)
from softphone.line.events import AnyEvent, CallRings, Deregister, Register, RemoveDevice, RetryNow
from softphone.line.failure import IN_USE_ELSEWHERE, Failure
from softphone.line.model import (
    REGISTERED_STATES,
    Account,
    Call,
    LineEvent,
    LineIdentity,
    LineSnapshot,
    LineState,
    Role,
    Server,
    Servers,
    View,
)
from softphone.line.policy import Policy
from softphone.line.states import (
    ActionNeeded,
    Deregistering,
    Elsewhere,
    Facts,
    Failed,
    Idle,
    SignedOut,
    State,
)
from softphone.line.view import view
from softphone.settings.ledger import Ledger
from softphone.system.tasks import Tasks
from softphone.values import replace

_log = logging.getLogger(__name__)

# Here Webex can reach the line, or may.
REACHABLE_STATES = REGISTERED_STATES | {LineState.CHECKING, LineState.RECONNECTING}

# A line in these states asks no server for anything until a person does something.
WITHOUT_REQUESTS = (Idle, ActionNeeded, Elsewhere, Failed, SignedOut)

# A ring that nobody ends puts off no longer what would remove a healthy device.
HELD_BY_RING_S = 120.0

# Said at the end of the program while it is not known how a registration ended.
MAYBE_LEFT = phrase(
    "A server did not say whether it registered this device. "
    "If it did, that is undone at the next start, or forgotten there in a few minutes."
)
MAYBE_LEFT_FOR_GOOD = phrase(
    "A server did not say whether it registered this device. "
    "If it did, that is forgotten there in a few minutes."
)


class LineRunner:
    """One line, from its first wish to the end of the program.

    `service` is what it registers for, by default plainly what its identity says. `rediscover` looks the
    server lists up again for all lines of the account at once (RequestError), and all else if told True;
    `circuits` are what the lines of the process know of the servers; `ledger` is what outlives the process.
    `on_change` gets each new snapshot, `on_event` the events of the public API, in order and after the
    snapshot they belong to; `on_call` a call that rings, and again when its end is known. All are called on
    the loop's thread.
    """

    def __init__(
        self,
        identity: LineIdentity,
        provider: Provider,
        servers: Servers,
        *,
        service: ServiceRequest | None = None,
        rediscover: Callable[[bool], Awaitable[Discovery]],
        circuits: Circuits,
        ledger: Ledger,
        policy: Policy,
        known_device_uris: frozenset[str],
        on_change: Callable[[LineSnapshot], None],
        on_event: Callable[[LineEvent, Failure | None], None],
        on_call: Callable[[Call], None],
        chance: random.Random | None = None,
    ) -> None:
        self._identity = identity
        self._circuits = circuits
        self._policy = policy
        self._on_change = on_change
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._ledger = ledger
        facts = Facts(
            servers=servers,
            known_device_uris=known_device_uris | {identity.client_device_uri},
            granted=tuple(one.device.device_id for one in self._ledger.left()),
            unsure=self._ledger.unsure,
            interval_s=self._ledger.interval_s,
            discovered_at_s=self._loop.time() / policy.time_scale,
        )
        taken = self._ledger.superseded
        self._driver = Driver(
            Elsewhere(facts=facts, failure=IN_USE_ELSEWHERE) if taken else Idle(facts=facts),
            policy,
            label=lambda: self._identity.label,
            took=self._took,
            chance=chance,
        )
        self._removals = Removals(self._driver, provider, self._ledger, circuits)
        self._tidying = Tidying(self._driver, provider, self._removals)
        self._asking = Asking(
            self._driver,
            provider,
            service or ServiceRequest(identity.service),
            rediscover=rediscover,
            circuits=circuits,
            ledger=self._ledger,
            removals=self._removals,
            tidying=self._tidying,
        )
        self._ringing = Ringing(
            provider, time_scale=policy.time_scale, on_change=self._call_changed, on_news=on_call
        )
        if self._ledger.unsure:  # of an earlier run; nobody knows which server it was
            self._tidying.suspect(*servers.all)
        self._wanted = False
        self._leaving = False  # a listener may ask for the line once more; nobody would take it down again
        self._tasks = Tasks()
        self._posts: set[asyncio.Task[None]] = set()  # those that ask for a registration
        self._settled = asyncio.Event()
        self._snapshot = LineSnapshot(identity=identity)
        self._snapshot = self._look(view(self._state), None)

    @property
    def _state(self) -> State:
        return self._driver.state

    @property
    def snapshot(self) -> LineSnapshot:
        """The latest snapshot."""
        return self._snapshot

    def clean_up(self) -> None:
        """Remove the devices that earlier runs left behind."""
        listed = {server.url: server for server in self._state.facts.servers.all}
        for one in self._ledger.left():
            if one.device.device_id != held_id(self._state):
                server = listed.get(one.server_url) or Server(one.server_url, Role.PRIMARY)
                self._removals.add(server, one.device)

    # ---- what the user wants

    def register(self) -> None:
        """Begin to register; returns at once. Does nothing once the line is being left."""
        if not self._leaving:
            self._wanted = True
            self._driver.tell(Register)

    def identify(self, account: Account, phone_number: str | None, extension: str | None) -> None:
        """Names and numbers of the person were found, or are others now."""
        self._identity = replace(
            self._identity, account=account, phone_number=phone_number, extension=extension
        )
        self._publish()

    def move(self, client_device_uri: str) -> None:
        """Register on another WDM device from now on: events go to the one that is named at registration."""
        if client_device_uri == self._identity.client_device_uri:
            return
        self._identity = replace(self._identity, client_device_uri=client_device_uri)
        if self._wanted and self._snapshot.registration is not None:
            self._driver.tell(Deregister)
            self.register()
        else:
            self._publish()

    def resume(self) -> None:
        """Register because it was wanted before; what somebody has taken is left to a person."""
        if isinstance(self._state, Elsewhere):
            self._wanted = True
            self._publish()
        else:
            self.register()

    def deregister(self) -> None:
        """Begin to deregister; returns at once."""
        self._wanted = False
        self._driver.tell(Deregister)

    def retry(self) -> None:
        """The user does not want to wait for the timer."""
        self._driver.tell(RetryNow)

    def remove_device(self, device: Device) -> None:
        """The user chose the device that goes; nothing happens unless the line waits for that choice."""
        self._driver.tell(RemoveDevice, device=device)

    def tell(self, kind: type[AnyEvent], **fields: Any) -> None:
        """Pass on what the surroundings say."""
        self._driver.tell(kind, **fields)

    def hear(self, event: CallEvent, policy: CallPolicy) -> None:
        """Take what the service says of a call, if it is one of this line."""
        self._ringing.hear(event, policy)

    def hears_nothing(self) -> None:
        """The account's message socket is lost."""
        self._ringing.socket_lost()

    def _call_changed(self) -> None:
        rings = self._ringing.call is not None and self._ringing.call.rings
        if rings != (self._driver.rings_s() > 0):
            until_s = self._driver.now_s() + (HELD_BY_RING_S if rings else 0.0)
            self._driver.tell(CallRings, until_s=until_s)
            if not rings:
                self._removals.hurry()
        self._publish()

    # ---- the end

    async def leave(self, deadline_s: float) -> tuple[Phrase, ...]:
        """Deregister without changing the user's wish, and wait for it, at most `deadline_s`.

        Waits also for registrations under way: one granted while leaving is deleted again. Returns what could
        not be done, in sentences.
        """
        self._leaving = True
        self._driver.tell(Deregister)
        try:
            async with asyncio.timeout(deadline_s):
                while self._posts or self._removals.pending or not isinstance(self._state, Idle):
                    self._settled.clear()
                    await self._settled.wait()
        except TimeoutError:
            _log.info("%s: left without the service's confirmation", self._identity.label)
        return await self.stop()

    async def stop(self) -> tuple[Phrase, ...]:
        """Send nothing any more: no timer, no task. What is left behind is in the ledger, and returned."""
        self._driver.stop()
        await self._ringing.close()
        self._circuits.leave(self._driver)
        left = await self._removals.close()
        if self._state.facts.may_have_left_a_device:
            left = (*left, MAYBE_LEFT if self._ledger.lasts else MAYBE_LEFT_FOR_GOOD)
        await self._tidying.close()
        await self._tasks.close()
        return left

    # ---- what the machine decided

    def _took(self, before: State, effects: tuple[Effect, ...]) -> None:
        if isinstance(self._state, WITHOUT_REQUESTS):
            self._circuits.leave(self._driver)
        self._keep_in_ledger(before)
        for effect in effects:
            self._carry_out(effect)
        self._publish()
        for effect in effects:
            if isinstance(effect, Emit):
                self._on_event(effect.event, effect.failure)
        self._settled.set()

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Discard(server=server, device=device, for_s=for_s):
                leaving = isinstance(self._state, Deregistering)
                self._removals.add(server, device, for_s, by_person=leaving)
            case SendRegister():
                post = self._spawn(self._request(effect))
                self._posts.add(post)
                post.add_done_callback(self._posts.discard)
            case SendKeepalive() | SendDeregister() | SendPing() | Rediscover():
                self._spawn(self._request(effect))
            case StartTimer() | StartDeadline() | CancelTimer():
                pass  # the driver's
            case Emit():
                pass  # told once the snapshot is published
            case _:
                assert_never(effect)

    async def _request(self, request: Request) -> None:
        self._driver.feed(await self._asking.event_of(request))

    def _publish(self) -> None:
        seen = view(self._state)
        if seen.registration is not None:
            self._ringing.hold(seen.server, seen.registration.device.device_id)
        is_new = seen.state is not self._snapshot.state
        snapshot = self._look(seen, self._loop.time() if is_new else self._snapshot.since_s)
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self._on_change(snapshot)

    def _look(self, seen: View, since_s: float | None) -> LineSnapshot:
        scale, away = self._policy.time_scale, seen.rehome_at_s is not None
        interval_s = seen.registration.keepalive_interval_s if seen.registration else None
        seen = replace(
            seen,
            rehome_at_s=_times(seen.rehome_at_s, scale),
            proved_at_s=_times(seen.proved_at_s, scale),
            retry_held_until_s=_times(seen.retry_held_until_s, scale),
        )
        return LineSnapshot(
            **{known: getattr(seen, known) for known in View.__struct_fields__},
            identity=self._identity,
            wanted=self._wanted,
            miss_limit=int(self._policy.expiry_intervals),
            next_at_s=self._driver.next_at_s,
            proof_window_s=self._policy.proof_window_s(interval_s, away=away) * scale,
            since_s=since_s,
            last_proof_at_s=seen.proved_at_s or self._snapshot.last_proof_at_s,
            unreachable_since_s=self._unreachable_since_s(seen.state),
            call=self._ringing.call,
        )

    def _unreachable_since_s(self, state: LineState) -> float | None:
        if state in REACHABLE_STATES:
            return None
        return self._snapshot.unreachable_since_s or self._loop.time()

    # ---- what outlives the process, and what is left behind

    def _keep_in_ledger(self, before: State) -> None:
        state = self._state
        superseded = isinstance(state, Elsewhere) or (
            isinstance(state, SignedOut) and state.superseded is not None
        )
        if superseded is not self._ledger.superseded:
            self._spawn(self._ledger.supersede(superseded))
        if before.facts.may_have_left_a_device and not state.facts.may_have_left_a_device:
            self._spawn(self._ledger.answered())
        self._tidying.begin_if_due()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._tasks.start(work)
        task.add_done_callback(lambda _: self._settled.set())
        return task


def _times(nominal_s: float | None, scale: float) -> float | None:
    return None if nominal_s is None else nominal_s * scale
