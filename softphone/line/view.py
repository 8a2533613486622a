"""What may be shown of a state: the words of interface.md#badges and the values beside them.

The one place where a machine state becomes a `LineState`; badges, tray, command line and scripts all read
the result.
"""

from typing import assert_never

from softphone.line.failure import Failure
from softphone.line.model import LineState, LineStatus, Role, View
from softphone.line.states import (
    ActionNeeded,
    Deregistering,
    Elsewhere,
    Failed,
    Idle,
    Lease,
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


def view(state: State) -> View:
    """Return what may be shown of the state; times are the machine's nominal seconds."""
    match state:
        case Idle(unconfirmed=failure):
            return View(
                state=LineState.IDLE,
                status=LineStatus.IDLE,
                failure=failure,
                unconfirmed=failure is not None,
            )
        case Registering(episode=episode, server=server) | RemovingDevice(episode=episode, server=server):
            return View(
                state=LineState.REGISTERING,
                status=LineStatus.INACTIVE,
                asking=server,
                attempt=episode.attempts,
                failure=episode.failure,
            )
        case Rediscovering(episode=episode):
            return View(
                state=LineState.REGISTERING,
                status=LineStatus.INACTIVE,
                attempt=episode.attempts,
                failure=episode.failure,
            )
        case WaitingToRetry(facts=facts, episode=episode):
            return View(
                state=LineState.OFFLINE if facts.offline else LineState.RETRY_WAIT,
                status=LineStatus.INACTIVE,
                attempt=episode.attempts,
                failure=episode.failure,
                retry_held_until_s=facts.press_held_until_s(facts.servers.all) or None,
            )
        case Registered(lease=lease, checking=checking):
            return _held(lease, LineState.CHECKING if checking else _home_or_away(lease))
        case Rehoming(lease=lease):
            return _held(lease, LineState.REGISTERING)
        case Reconnecting(facts=facts, lease=lease, failure=failure, misses=misses):
            word = LineState.OFFLINE if facts.offline else LineState.RECONNECTING
            bar = facts.bar_of(lease.server)
            shown = _held(lease, word, failure=failure, misses=misses)
            return replace(shown, retry_held_until_s=bar.until_s if bar.pressed else None)
        case Deregistering(lease=lease):
            return _held(lease, LineState.DEREGISTERING)
        case ActionNeeded(failure=failure):
            return _stopped(LineState.ACTION, failure)
        case Elsewhere(failure=failure):
            return _stopped(LineState.ELSEWHERE, failure)
        case Failed(failure=failure):
            return _stopped(LineState.FAILED, failure)
        case SignedOut(failure=failure):
            return _stopped(LineState.SIGNED_OUT, failure)
        case _:
            assert_never(state)


def _home_or_away(lease: Lease) -> LineState:
    away = lease.server.role is Role.BACKUP
    return LineState.REGISTERED_BACKUP if away else LineState.REGISTERED


def _held(lease: Lease, state: LineState, *, failure: Failure | None = None, misses: int = 0) -> View:
    return View(
        state=state,
        status=LineStatus.ACTIVE,
        server=lease.server,
        registration=lease.registration,
        attempt=lease.attempts,
        failure=failure,
        misses=misses,
        proved_at_s=lease.proved_at_s,
        round_trip_s=lease.round_trip_s,
        rehome_at_s=lease.rehome_at_s,
    )


def _stopped(state: LineState, failure: Failure) -> View:
    return View(state=state, status=LineStatus.INACTIVE, failure=failure)
