"""What happened to a line between two snapshots of it, as an entry of the history. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from softphone.history.entries import Entry, Happening, line_key
from softphone.line.failure import Failure
from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState, Server


@dataclass(frozen=True, slots=True)
class Instant:
    """Now: UTC, and seconds of the clock of the snapshots."""

    at: datetime
    steady_s: float


def line_entry(
    kind: Happening,
    line: LineSnapshot,
    now: Instant,
    *,
    failure: Failure | None = None,
    server: Server | None = None,
) -> Entry:
    """Return an entry of a line, with all that its snapshot tells; `server` is the failure's."""
    server = server or line.asking or line.server
    entry = Entry(
        at=now.at,
        steady_s=now.steady_s,
        kind=kind,
        line_key=line_key(line.identity),
        line_label=line.identity.label,
        account_key=line.identity.account.key,
        state=line.state,
        wanted=line.wanted,
        server_url=server.url if server else "",
        role=server.role if server else None,
        region=server.region if server else "",
        misses=line.misses,
        miss_limit=line.miss_limit,
        attempt=line.attempt,
    )
    if failure is None:
        return entry
    return replace(
        entry,
        title=failure.title,
        sentence=failure.advice,
        http_status=failure.http_status,
        error_code=failure.error_code,
        tracking_id=failure.tracking_id,
    )


def entries_between(
    before: LineSnapshot | None, after: LineSnapshot, now: Instant, *, held_by: Server | None
) -> Iterator[Entry]:
    """Yield what happened; `held_by` is the server that held the line last, however long ago.

    Both snapshots hold the state that was shown. A line that appears switched off is no event.
    """
    if before is None:
        if after.state is not LineState.IDLE:
            yield line_entry(Happening.STATE, after, now, failure=after.failure)
    elif after.misses > before.misses:
        yield line_entry(Happening.MISSED, after, now, failure=after.failure)
    elif before.misses and not after.misses and after.state in REGISTERED_STATES:
        yield _answered(before, after, now)
    elif after.state is not before.state:
        yield _entered(before, after, now, held_by)
    else:
        yield from _went_on(before, after, now)


def proof_between(before: LineSnapshot | None, after: LineSnapshot) -> tuple[bool, bool]:
    """Return whether a keepalive was answered, and whether one was missed."""
    if before is None:
        return False, False
    answered = after.round_trip_s is not None and after.proved_at_s != before.proved_at_s
    return answered, after.misses > before.misses


def is_routine(before: LineSnapshot | None, after: LineSnapshot) -> bool:
    """Whether nothing but a keepalive of a registered line went by: its times are kept elsewhere."""
    if before is None or after.state not in REGISTERED_STATES:
        return False
    same = replace(
        after,
        proved_at_s=before.proved_at_s,
        next_at_s=before.next_at_s,
        round_trip_s=before.round_trip_s,
        asking=before.asking,
    )
    return same == before


def _answered(before: LineSnapshot, after: LineSnapshot, now: Instant) -> Entry:
    entry = line_entry(Happening.ANSWERED, after, now)
    after_s = None
    if before.proved_at_s is not None and after.proved_at_s is not None:
        after_s = after.proved_at_s - before.proved_at_s
    trip_ms = None if after.round_trip_s is None else after.round_trip_s * 1000
    return replace(entry, after_s=after_s, round_trip_ms=trip_ms)


def _entered(before: LineSnapshot, after: LineSnapshot, now: Instant, held_by: Server | None) -> Entry:
    if after.state in REGISTERED_STATES:
        moved = held_by is not None and after.server is not None and after.server.url != held_by.url
        return line_entry(Happening.SERVER if moved else Happening.STATE, after, now)
    failure, server = _new_failure(before, after)
    return line_entry(Happening.STATE, after, now, failure=failure, server=server)


def _went_on(before: LineSnapshot, after: LineSnapshot, now: Instant) -> Iterator[Entry]:
    """Yield what happened within a state: a try failed, the next one begins."""
    failure, server = _new_failure(before, after)
    if failure is not None:
        yield line_entry(Happening.FAILURE, after, now, failure=failure, server=server)
    if after.asking is not None and _try_of(after) != _try_of(before):
        yield line_entry(Happening.TRY, after, now)


def _new_failure(before: LineSnapshot, after: LineSnapshot) -> tuple[Failure | None, Server | None]:
    """Return the failure that is new in `after` and whose it is: of the server that was asked, if one was."""
    if after.failure is None:
        return None, None
    if before.asking is not None and _try_of(after) != _try_of(before):
        return after.failure, before.asking
    return (after.failure, before.server) if after.failure != before.failure else (None, None)


def _try_of(line: LineSnapshot) -> tuple[Server | None, int]:
    return line.asking, line.attempt
