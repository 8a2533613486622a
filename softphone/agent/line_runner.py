"""Drives one line: carries out the machine's effects and feeds what comes back as events.

The `State` held here is the only one there is; everything else shows copies of its snapshots. Nothing is
awaited between reading and storing it. Requests run in tasks this runner owns; timers are the loop's.

What could leave a device behind is in the ledger before it can: a register POST before it is sent, a device
before anybody is told `registered`. After a request whose end is unknown the person's devices are listed, and
those that are ours are removed (`agent.tidying`).

Seconds inside the machine are nominal: `policy.time_scale` turns them into seconds of the loop and back,
here and nowhere else.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar, assert_never

from softphone.agent.budget import Budget
from softphone.agent.circuits import Circuits
from softphone.agent.ledger import Granted, Ledger
from softphone.agent.loop_time import Deadline, call_after
from softphone.agent.provider import Discovery, GrantRefusedError, Provider, ServiceRequest
from softphone.agent.removals import Removals
from softphone.agent.tidying import Tidying, held_id
from softphone.errors import RequestError
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
from softphone.line.events import (
    Accepted,
    AnyEvent,
    Deregister,
    DeviceGone,
    Discarded,
    Event,
    NetworkBack,
    NetworkLost,
    PingAnswered,
    Proved,
    Register,
    RemoveDevice,
    RequestFailed,
    RetryNow,
    Sent,
    ServersFound,
    SignedIn,
    SignInEnded,
    Tidied,
    TimerFired,
    Woke,
)
from softphone.line.failure import (
    ASKED_TO_WAIT,
    IN_USE_ELSEWHERE,
    Disposition,
    ErrorType,
    Failure,
    Remedy,
)
from softphone.line.model import (
    Account,
    LineEvent,
    LineIdentity,
    LineSnapshot,
    Reach,
    Registration,
    Role,
    Server,
    Servers,
)
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import (
    ActionNeeded,
    Deregistering,
    Elsewhere,
    Facts,
    Failed,
    Idle,
    Rediscovering,
    SignedOut,
    State,
)
from softphone.line.view import view
from softphone.words import Phrase, phrase

T = TypeVar("T")
EventT = TypeVar("EventT", bound=Event)

_log = logging.getLogger(__name__)

# Network time does not shrink with `time_scale`: a host is not dead for not answering within 0.1 s.
LEAST_DEADLINE_S = 2.0

# A line in these states asks no server for anything until a person does something.
WITHOUT_REQUESTS = (Idle, ActionNeeded, Elsewhere, Failed, SignedOut)

# Said at the end of the program while it is not known how a registration ended.
MAYBE_LEFT = phrase(
    "A server did not say whether it registered this phone. "
    "If it did, that is undone at the next start, or forgotten there in a few minutes."
)

_DEVICE_ENDED = frozenset({Disposition.DEVICE_GONE, Disposition.SUPERSEDED})

INTERNAL_FAULT = Failure(
    disposition=Disposition.SICK_HOST,
    error_type=ErrorType.SERVER,
    title="Something went wrong in this program",
    advice="This is a fault in the program, not yours. The line is tried again by itself.",
    message="Internal error",
    remedies=(Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
)


class LineRunner:
    """One line, from its first wish to the end of the program.

    `service` is what it registers for, by default plainly what its identity says. `rediscover` looks the
    server lists up again for all lines of the account at once (RequestError), and all else if told True;
    `circuits` are what the lines of the process know of the servers; `ledger` is what outlives the process.
    `on_change` gets each new snapshot, `on_event` the events of the public API, in order and after the
    snapshot they belong to. Both are called on the loop's thread.
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
        ledger: Ledger | None = None,
        policy: Policy,
        known_device_uris: frozenset[str],
        on_change: Callable[[LineSnapshot], None],
        on_event: Callable[[LineEvent, Failure | None], None],
        chance: random.Random | None = None,
    ) -> None:
        self._identity = identity
        self._provider = provider
        self._service = service or ServiceRequest(identity.service)
        self._rediscover = rediscover
        self._circuits = circuits
        self._policy = policy
        self._on_change = on_change
        self._on_event = on_event
        self._chance = chance or random.Random()  # noqa: S311 - jitter, not a secret
        self._loop = asyncio.get_running_loop()
        self._ledger = ledger or Ledger()
        left = self._ledger.left()
        facts = Facts(
            servers=servers,
            known_device_uris=known_device_uris | {identity.client_device_uri},
            granted=frozenset(one.device.device_id for one in left),
            unsure=self._ledger.unsure,
            interval_s=self._ledger.interval_s,
            discovered_at_s=self._now_s(),
        )
        self._state: State = Idle(facts=facts)
        if self._ledger.superseded:
            self._state = Elsewhere(facts=facts, failure=IN_USE_ELSEWHERE)
        self._budget = Budget(
            policy,
            facts=lambda: self._state.facts,
            now_s=self._now_s,
            note=lambda times: self._tell(Sent, times=times),
        )
        self._removals = Removals(
            provider,
            self._ledger,
            time_scale=policy.time_scale,
            budget=self._budget,
            turn_s=circuits.removal_turn_s,
            useless=lambda server: circuits.refusal(server, self, None) is not None,
            told=self._removal_told,
        )
        self._tidying = Tidying(
            provider,
            policy,
            self._budget,
            label=lambda: self._identity.label,
            state=lambda: self._state,
            now_s=self._now_s,
            remove=self._remove,
            done=lambda: self._tell(Tidied),
        )
        if self._ledger.unsure:  # of an earlier run; nobody knows which server it was
            self._tidying.suspect(*servers.all)
        self._wanted = False
        self._timer: asyncio.TimerHandle | Deadline | None = None
        self._next_at_s: float | None = None  # of the loop's clock; None while a request is under way
        self._since_s = self._loop.time()
        self._inbox: deque[AnyEvent] = deque()
        self._working = False
        self._stopped = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._posts: set[asyncio.Task[None]] = set()  # those that ask for a registration
        self._settled = asyncio.Event()
        self._settled.set()
        self._snapshot = self._look()

    @property
    def snapshot(self) -> LineSnapshot:
        """The latest snapshot."""
        return self._snapshot

    def clean_up(self) -> None:
        """Remove the devices that earlier runs left behind."""
        for one in self._ledger.left():
            if one.device.device_id != held_id(self._state):
                self._remove(Server(one.server_url, Role.PRIMARY), one.device)

    # ---- what the user wants

    def register(self) -> None:
        """Begin to register; returns at once."""
        self._wanted = True
        self._tell(Register)

    def identify(self, account: Account, phone_number: str | None, extension: str | None) -> None:
        """Names and numbers of the person were found, or are others now."""
        self._identity = replace(
            self._identity, account=account, phone_number=phone_number, extension=extension
        )
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
        self._tell(Deregister)

    def retry(self) -> None:
        """The user does not want to wait for the timer."""
        self._tell(RetryNow)

    def remove_device(self, device: Device) -> None:
        """The user chose the device that goes."""
        self._wanted = True
        self._tell(RemoveDevice, device=device)

    # ---- what the surroundings say

    def sign_in_ended(self, failure: Failure) -> None:
        """No request can succeed until the user signs in again."""
        self._tell(SignInEnded, failure=failure)

    def signed_in(self) -> None:
        """The account is signed in again."""
        self._tell(SignedIn)

    def network_lost(self) -> None:
        """A hint that the computer is offline."""
        self._tell(NetworkLost)

    def network_back(self) -> None:
        """A hint that the network is back or has changed."""
        self._tell(NetworkBack)

    def woke(self) -> None:
        """The computer slept."""
        self._tell(Woke)

    # ---- the end

    async def leave(self, deadline_s: float) -> tuple[Phrase, ...]:
        """Deregister without changing the user's wish, and wait for it, at most `deadline_s`.

        Waits also for registrations under way: one granted while leaving is deleted again. Returns what could
        not be done, in sentences.
        """
        wanted = self._wanted
        self._tell(Deregister)
        self._wanted = wanted
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
        self._stopped = True
        self._circuits.leave(self)
        self._cancel_timer()
        left = await self._removals.close()
        if self._state.facts.may_have_left_a_device:
            left = (*left, MAYBE_LEFT)
        await self._tidying.close()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return left

    # ---- the machine

    def _now_s(self) -> float:
        return self._loop.time() / self._policy.time_scale

    def _happened(self, kind: type[EventT], **fields: Any) -> EventT:
        return kind(at_s=self._now_s(), draw=self._chance.random(), **fields)

    def _tell(self, kind: type[AnyEvent], **fields: Any) -> None:
        self._feed(self._happened(kind, **fields))

    def _feed(self, event: AnyEvent) -> None:
        """Take the event now, or after the ones being worked on: listeners may call us."""
        if self._stopped:
            return
        self._inbox.append(event)
        if self._working:
            return
        self._working = True
        try:
            while self._inbox:
                self._take(self._inbox.popleft())
        finally:
            self._working = False
        self._settled.set()

    def _take(self, event: AnyEvent) -> None:
        state, effects = step(self._state, event, self._policy)
        if type(state) is not type(self._state):
            _log.debug(
                "%s: %s -> %s by %s",
                self._identity.label,
                type(self._state).__name__,
                type(state).__name__,
                type(event).__name__,
            )
        before, self._state = self._state, state
        if isinstance(state, WITHOUT_REQUESTS):
            self._circuits.leave(self)
        self._keep_in_ledger(before, state)
        told: list[Emit] = []
        for effect in effects:
            if isinstance(effect, Emit):
                told.append(effect)
            else:
                self._carry_out(effect)
        self._publish()
        for emit in told:
            self._on_event(emit.event, emit.failure)

    def _carry_out(self, effect: Effect) -> None:
        scale = self._policy.time_scale
        match effect:
            case StartTimer(delay_s=delay_s):
                self._cancel_timer()
                self._timer = self._loop.call_later(delay_s * scale, self._timer_fired)
                self._next_at_s = self._loop.time() + delay_s * scale
            case StartDeadline(delay_s=delay_s):
                self._cancel_timer()
                self._timer = call_after(self._deadline_s(delay_s), self._timer_fired)
            case CancelTimer():
                self._cancel_timer()
            case Discard(server=server, device=device, for_s=for_s):
                leaving = isinstance(self._state, Deregistering)
                self._removals.add(server, device, for_s, by_person=leaving)
            case SendRegister():
                self._posts.add(self._spawn(self._request(effect)))
            case SendKeepalive() | SendDeregister() | SendPing() | Rediscover():
                self._spawn(self._request(effect))
            case Emit():
                raise AssertionError("told after the snapshot is published")
            case _:
                assert_never(effect)

    def _deadline_s(self, nominal_s: float) -> float:
        """Return the loop's seconds of a deadline for somebody else's answer."""
        return max(nominal_s * self._policy.time_scale, min(nominal_s, LEAST_DEADLINE_S))

    def _cancel_timer(self) -> None:
        self._next_at_s = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _timer_fired(self) -> None:
        self._timer = None
        self._next_at_s = None
        self._tell(TimerFired)

    def _publish(self) -> None:
        snapshot = self._look()
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self._on_change(snapshot)

    def _look(self) -> LineSnapshot:
        seen = view(self._state)
        scale = self._policy.time_scale
        interval_s = seen.registration.keepalive_interval_s if seen.registration else None
        before: LineSnapshot | None = getattr(self, "_snapshot", None)
        if before is not None and before.state is not seen.state:
            self._since_s = self._loop.time()
        return LineSnapshot(
            identity=self._identity,
            state=seen.state,
            status=seen.status,
            wanted=self._wanted,
            server=seen.server,
            registration=seen.registration,
            failure=seen.failure,
            attempt=seen.attempt,
            misses=seen.misses,
            miss_limit=int(self._policy.expiry_intervals),
            next_at_s=self._next_at_s,
            rehome_at_s=_times(seen.rehome_at_s, scale),
            proved_at_s=_times(seen.proved_at_s, scale),
            proof_window_s=self._policy.proof_window_s(interval_s, away=seen.rehome_at_s is not None) * scale,
            round_trip_s=seen.round_trip_s,
            since_s=self._since_s,
            asking=seen.asking,
            unconfirmed=seen.unconfirmed,
            retry_held_until_s=_times(seen.retry_held_until_s, scale),
        )

    # ---- what outlives the process, and what is left behind

    def _keep_in_ledger(self, before: State, state: State) -> None:
        superseded = isinstance(state, Elsewhere) or (
            isinstance(state, SignedOut) and state.superseded is not None
        )
        if superseded is not self._ledger.superseded:
            self._spawn(self._ledger.supersede(superseded))
        if before.facts.may_have_left_a_device and not state.facts.may_have_left_a_device:
            self._spawn(self._ledger.answered())
        self._tidying.begin_if_due()

    def _remove(self, server: Server, device: Device) -> None:
        """Remove a device that we do not hold; nobody knows how long the service keeps it."""
        self._removals.add(server, device, self._policy.expiry_intervals * self._policy.keepalive_max_s)

    def _removal_told(self, device: Device, failure: Failure | None) -> None:
        self._tell(Discarded, device=device, failure=failure)
        self._settled.set()

    # ---- requests

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._posts.discard(task)
        self._settled.set()

    async def _request(self, request: Request) -> None:
        try:
            event = await self._answer(request)
        except RequestError as error:
            _log.info(
                "%s: %s failed: %s (HTTP %s, tracking ID %s)",
                self._identity.label,
                type(request).__name__,
                error.title,
                error.failure.http_status,
                error.tracking_id,
            )
            if isinstance(request, SendKeepalive) and error.failure.disposition in _DEVICE_ENDED:
                await self._removals.gone(request.device)
            event = self._failed(request, error.failure)
        except Exception:  # noqa: BLE001 - a fault of ours must not leave the line without an owner
            _log.exception("%s: %s failed unexpectedly", self._identity.label, type(request).__name__)
            event = self._failed(request, INTERNAL_FAULT)
        self._feed(event)

    def _failed(self, request: Request, failure: Failure) -> RequestFailed:
        return self._happened(RequestFailed, request=request.request, failure=failure)

    async def _answer(self, request: Request) -> AnyEvent:
        number, provider = request.request, self._provider
        match request:
            case SendRegister(server=server):
                return await self._registered(number, server)
            case SendKeepalive(server=server, device=device, deadline_s=deadline_s):
                within_s = self._deadline_s(deadline_s)
                began_s, sent_at_s = self._loop.time(), self._now_s()
                await self._ask(
                    server, lambda: provider.keepalive(server, device, within_s, resent=self._budget.resent)
                )
                return self._happened(
                    Proved,
                    request=number,
                    device_id=device.device_id,
                    sent_at_s=sent_at_s,
                    round_trip_s=self._loop.time() - began_s,
                )
            case SendDeregister(server=server, device=device):
                await provider.deregister(server, device, resent=self._budget.resent)
                await self._removals.gone(device)
                return self._happened(DeviceGone, request=number)
            case SendPing(servers=servers):
                found = await asyncio.gather(*(self._reach(server) for server in servers))
                reached = tuple(zip(servers, found, strict=True))
                return self._happened(
                    PingAnswered,
                    request=number,
                    up=tuple(server for server, reach in reached if reach is Reach.UP),
                    alive=tuple(server for server, reach in reached if reach is not Reach.SILENT),
                )
            case Rediscover():
                everything = isinstance(self._state, Rediscovering)
                discovery = await self._rediscover(everything)
                return self._happened(
                    ServersFound,
                    request=number,
                    servers=discovery.servers,
                    known_device_uris=discovery.own_device_uris(self._identity.service),
                )
            case _:
                assert_never(request)

    async def _registered(self, number: int, server: Server) -> Accepted:
        """Ask for a registration; it is in the ledger before it is told. Raises RequestError."""
        await self._turn(server, number)
        await self._ledger.asking()
        sent_at_s = self._now_s()

        async def ask() -> Registration:
            return await self._provider.register(server, self._service, resent=self._budget.resent)

        try:
            registration = await self._ask(server, ask)
        except GrantRefusedError as error:
            await self._ledger.granted(Granted(device=error.device, server_url=server.url))
            self._remove(server, error.device)
            raise
        except RequestError as error:
            if error.failure.unsure:
                self._tidying.suspect(server)
            raise
        granted = Granted(
            device=registration.device,
            server_url=server.url,
            interval_s=registration.keepalive_interval_s,
        )
        await self._ledger.granted(granted)
        return self._happened(
            Accepted, request=number, server=server, registration=registration, sent_at_s=sent_at_s
        )

    async def _reach(self, server: Server) -> Reach:
        """Ping a server, together with the other lines that want to know."""
        return await self._circuits.reach(
            server, lambda: self._provider.ping(server, resent=self._budget.resent)
        )

    def _try_again(self) -> None:
        """The servers' circuits let this line ask."""
        self._tell(RetryNow, by_person=False)

    async def _turn(self, server: Server, number: int) -> None:
        """Keep to the pace that all registrations share. Raises RequestError if it takes too long."""
        if self._circuits.refusal(server, self, None) is not None:
            return  # nothing will be sent
        wait_s = self._circuits.registration_turn_s(server)
        if wait_s is None:
            raise RequestError(ASKED_TO_WAIT)
        if wait_s > 0:
            await asyncio.sleep(wait_s)
            facts = self._state.facts
            if not (facts.awaiting and facts.request == number):
                raise RequestError(ASKED_TO_WAIT)  # meanwhile nobody wants it any more
            post = next((post for post in facts.posts if post.request == number), None)
            if post is not None:
                self._tell(Sent, noted_at_s=post.sent_at_s)

    async def _ask(self, server: Server, request: Callable[[], Awaitable[T]]) -> T:
        """Ask a server, unless it is known to be of no use, and note how it went. Raises RequestError."""
        refusal = self._circuits.refusal(server, self, self._try_again)
        if refusal is not None:
            raise RequestError(refusal)
        try:
            answer = await request()
        except RequestError as error:
            self._circuits.failed(server, self, error.failure, self._try_again)
            raise
        except Exception:
            self._circuits.learnt_nothing(server, self)
            raise
        self._circuits.succeeded(server, self)
        return answer


def _times(nominal_s: float | None, scale: float) -> float | None:
    return None if nominal_s is None else nominal_s * scale
