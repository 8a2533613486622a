"""Instances that stand for every state and every event: rows and columns of the pairs and the diagram."""

from collections.abc import Iterator

from softphone.line.device import Device
from softphone.line.events import (
    Accepted,
    AnyEvent,
    CallRings,
    Deregister,
    DeviceGone,
    Discarded,
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
from softphone.line.failure import Disposition, ErrorType, Failure
from softphone.line.model import Registration, Role, Server, Servers
from softphone.line.states import (
    ActionNeeded,
    Awaiting,
    Bar,
    Deregistering,
    Elsewhere,
    Episode,
    Facts,
    Failed,
    Idle,
    Lease,
    Open,
    Reconnecting,
    Rediscovering,
    Registered,
    Registering,
    Rehoming,
    RemovingDevice,
    SignedOut,
    State,
    WaitingToRetry,
)
from softphone.values import replace

NOW_S = 10_000.0
OURS = "https://wdm.example/devices/ours"

P1 = Server("https://p1.example/calling/web/", Role.PRIMARY)
P2 = Server("https://p2.example/calling/web/", Role.PRIMARY)
B1 = Server("https://b1.example/calling/web/", Role.BACKUP)
SERVERS = Servers((P1, P2), (B1,))

HELD = Registration(device=Device(device_id="held", client_device_uri=OURS), keepalive_interval_s=30.0)
NEW = Registration(device=Device(device_id="new", client_device_uri=OURS), keepalive_interval_s=30.0)
ORPHAN = Device(device_id="orphan", client_device_uri=OURS)
FOREIGN = Device(device_id="foreign", client_device_uri="https://wdm.example/devices/theirs")


def failure(disposition: Disposition, *devices: Device, retry_after_s: float | None = None) -> Failure:
    return Failure(
        disposition=disposition,
        error_type=ErrorType.SERVER,
        title=disposition.value,
        advice="Wait.",
        devices=devices,
        retry_after_s=retry_after_s,
    )


SICK = failure(Disposition.SICK_HOST)
DEAD = failure(Disposition.DEAD_HOST)
SIGN_IN = failure(Disposition.SIGN_IN)
FAILURES = (
    *(failure(disposition) for disposition in Disposition if disposition is not Disposition.DEVICE_LIMIT),
    failure(Disposition.THROTTLED, retry_after_s=120.0),
    failure(Disposition.DEVICE_LIMIT),
    failure(Disposition.DEVICE_LIMIT, FOREIGN),
    failure(Disposition.DEVICE_LIMIT, FOREIGN, ORPHAN),
)

FACTS = Facts(
    servers=SERVERS,
    known_device_uris=frozenset({OURS}),
    request=7,
    discovered_at_s=NOW_S - 1000,
)
AWAITED = replace(FACTS, awaiting=True)


HOME = Lease(server=P1, registration=HELD, sent_at_s=NOW_S - 20, proved_at_s=NOW_S - 20)
BARS = tuple(Bar(server.url, NOW_S + 100) for server in (P1, P2, B1))
KEEPALIVE = Open(FACTS.request, P1.url, NOW_S - 12, NOW_S + 18)


def _seeking() -> Iterator[State]:
    began = Episode(began_at_s=NOW_S - 1, attempts=1)
    late_primary = Episode(began_at_s=NOW_S - 100, rounds=4, attempts=5, failure=SICK)
    late_backup = replace(late_primary, role=Role.BACKUP, told=True)
    told = replace(late_primary, told=True)
    for episode in (
        began,
        replace(began, remaining=(P2,)),
        replace(began, removals=("orphan",)),
        late_primary,
        late_backup,
    ):
        yield Registering(facts=AWAITED, episode=episode, server=P1)
        yield RemovingDevice(facts=AWAITED, episode=episode, server=P1, device=ORPHAN, asked=P1)
        yield RemovingDevice(facts=AWAITED, episode=episode, server=B1, device=ORPHAN, asked=P1)
        yield WaitingToRetry(facts=FACTS, episode=episode)
    yield WaitingToRetry(facts=FACTS, episode=told)
    yield WaitingToRetry(facts=replace(FACTS, servers=Servers()), episode=told)
    yield WaitingToRetry(facts=replace(FACTS, sent_at_s=(NOW_S - 1,) * 12), episode=told)
    yield WaitingToRetry(facts=replace(FACTS, bars=BARS), episode=told)
    yield WaitingToRetry(
        facts=replace(FACTS, bars=tuple(replace(b, pressed=True) for b in BARS)), episode=told
    )
    open_posts = (Open(5, P1.url, NOW_S - 11, NOW_S + 19), Open(6, B1.url, NOW_S - 40, NOW_S - 10))
    yield WaitingToRetry(facts=replace(FACTS, posts=open_posts), episode=told)
    yield Rediscovering(facts=AWAITED, episode=told)
    yield Rediscovering(facts=replace(AWAITED, servers=Servers()), episode=told)


def _holding() -> Iterator[State]:
    away = replace(HOME, server=B1, rehome_at_s=NOW_S - 5)
    nearly_over = replace(HOME, sent_at_s=NOW_S - 119.95)
    for lease in (HOME, away):
        yield Registered(facts=FACTS, lease=lease)
        yield Registered(facts=FACTS, lease=lease, checking=True)
        yield Registered(facts=replace(FACTS, bars=BARS), lease=lease)
        yield Registered(facts=FACTS, lease=lease, keepalive=KEEPALIVE)
        yield Registered(facts=FACTS, lease=lease, keepalive=replace(KEEPALIVE, lost_at_s=NOW_S))
        for awaiting in (Awaiting.SERVERS, Awaiting.PING):
            yield Registered(facts=AWAITED, lease=lease, awaiting=awaiting)
            yield Registered(facts=AWAITED, lease=lease, awaiting=awaiting, checking=True)
    for lease in (HOME, away, nearly_over):
        for misses, failures, silences in ((1, 1, 0), (2, 2, 2), (4, 1, 1)):
            for alone in (False, True):
                state = Reconnecting(
                    facts=FACTS,
                    lease=lease,
                    failure=DEAD,
                    misses=misses,
                    failures=failures,
                    silences=silences,
                    alone=alone,
                )
                yield state
                yield replace(state, keepalive=KEEPALIVE)
                yield replace(state, facts=AWAITED, looking=True)
                earlier = replace(KEEPALIVE, request=FACTS.request - 1)
                yield replace(state, facts=AWAITED, looking=True, keepalive=earlier)
    yield Rehoming(facts=AWAITED, lease=away, primary=P1)
    for register_next in (False, True):
        yield Deregistering(facts=FACTS, lease=HOME, register_next=register_next)


def _at_rest() -> Iterator[State]:
    yield Idle(facts=FACTS)
    yield Idle(facts=replace(FACTS, servers=Servers()))
    yield Idle(facts=FACTS, unconfirmed=SICK)
    yield Idle(facts=FACTS, unconfirmed=SICK, left="held")
    limit = failure(Disposition.DEVICE_LIMIT, FOREIGN)
    yield ActionNeeded(facts=FACTS, failure=limit, server=P1)
    yield Elsewhere(facts=FACTS, failure=failure(Disposition.SUPERSEDED))
    yield Failed(facts=FACTS, failure=failure(Disposition.GIVE_UP))
    yield SignedOut(facts=FACTS, failure=SIGN_IN)
    yield SignedOut(facts=FACTS, failure=SIGN_IN, superseded=failure(Disposition.SUPERSEDED))


PLAIN_STATES = (*_at_rest(), *_seeking(), *_holding())
OFFLINE_STATES = tuple(replace(state, facts=replace(state.facts, offline=True)) for state in PLAIN_STATES)
STATES = (*PLAIN_STATES, *OFFLINE_STATES)


def answers(request: int) -> Iterator[AnyEvent]:
    """Every kind of answer to this request."""
    yield Accepted(at_s=NOW_S, request=request, server=P1, registration=NEW)
    yield Accepted(at_s=NOW_S, request=request, server=P1, registration=HELD)
    yield Proved(at_s=NOW_S, request=request, device_id=HELD.device.device_id, round_trip_s=0.1)
    yield Proved(at_s=NOW_S, request=request, device_id="another", round_trip_s=0.1)
    yield DeviceGone(at_s=NOW_S, request=request)
    yield PingAnswered(at_s=NOW_S, request=request, up=(P1,), alive=(P1, B1))
    yield PingAnswered(at_s=NOW_S, request=request, alive=(B1,))
    yield PingAnswered(at_s=NOW_S, request=request)
    yield ServersFound(at_s=NOW_S, request=request, servers=SERVERS)
    yield ServersFound(at_s=NOW_S, request=request, servers=Servers())
    for each in FAILURES:
        yield RequestFailed(at_s=NOW_S, request=request, failure=each)


def _unasked() -> Iterator[AnyEvent]:
    for kind in (Register, Deregister, RetryNow, SignedIn, NetworkLost, NetworkBack, Woke, TimerFired):
        yield kind(at_s=NOW_S)
    yield RetryNow(at_s=NOW_S, by_person=False)
    yield Sent(at_s=NOW_S)
    yield Tidied(at_s=NOW_S)
    yield CallRings(at_s=NOW_S, until_s=NOW_S + 60)
    yield Discarded(at_s=NOW_S, device=HELD.device)
    yield Discarded(at_s=NOW_S, device=HELD.device, failure=SICK)
    yield RemoveDevice(at_s=NOW_S, device=FOREIGN)
    yield SignInEnded(at_s=NOW_S, failure=SIGN_IN)


UNASKED = tuple(_unasked())


def events_for(state: State) -> Iterator[AnyEvent]:
    """Every event, the answers once awaited (if any is) and once late."""
    yield from UNASKED
    yield from answers(state.facts.request)
    yield from answers(state.facts.request - 1)
