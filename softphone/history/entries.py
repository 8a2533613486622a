"""What happened to a line, as values: for the timeline, the plots and the story of an outage. Pure."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum

from msgspec import Struct

from softphone.line.failure import Failure
from softphone.line.model import REGISTERED_STATES, LineIdentity, LineSnapshot, LineState, Role, Server
from softphone.values import replace


def line_key(identity: LineIdentity) -> str:
    """Return what names a line from one start of the program to the next; its `line_id` does not."""
    return f"{identity.account.key}/{identity.service.value}"


class EntryKind(Enum):
    """What kind of thing happened. The window words it; the values stand in the `Entry`."""

    STATE = "state"  # the line entered `state`, perhaps with a failure
    TRY = "try"  # registering goes on: `server_url` is asked now, try number `attempt`
    MISSED = "missed"  # a keepalive was not answered: `misses` of `miss_limit`
    ANSWERED = "answered"  # answered again, `after_s` after the proof before the misses
    SERVER = "server"  # another server holds the registration now
    FAILURE = "failure"  # another failure in the same state
    WANTED = "wanted"  # the user switched the line on
    UNWANTED = "unwanted"  # the user switched the line off
    CALL = "call"  # one that rang has ended: who called, and its `outcome`; only where that is wanted
    SIGNED_IN = "signed in"  # an account, named by `line_label`, came
    SIGN_IN_ENDED = "sign-in ended"  # the service takes the account's sign-in no more
    SIGNED_OUT = "signed out"  # the user signed the account out
    NETWORK_LOST = "network lost"
    NETWORK_BACK = "network back"
    SLEPT = "slept"  # the computer woke; it had slept `after_s`
    CLOCK_SET = "clock set"  # the wall clock jumped by `after_s`, negative when it was set back
    STARTED = "started"  # the program
    STOPPED = "stopped"  # the program, in order
    CUT_OFF = "cut off"  # the program or the computer, at about this time; written at the next start


class Entry(Struct, frozen=True, kw_only=True):
    """One thing that happened. Entries are ordered by `id`, whatever the wall clock did meanwhile.

    `at` is UTC, as the wall clock showed it. `steady_s` is on a clock that only goes on, through sleep too,
    and starts anew with each `session` (a run of the program): durations within one are measured by it. An
    empty `line_key` is the whole program or, with an `account_key`, a whole account. `title` and `sentence`
    are a failure's English words, perhaps `Phrase` values; `server_url` and `role` are of the server that
    is asked or holds the line.
    """

    at: datetime
    kind: EntryKind
    id: int = 0  # 0: not written yet
    session: int = 0
    steady_s: float = 0.0
    line_key: str = ""
    line_label: str = ""
    account_key: str = ""
    state: LineState | None = None
    wanted: bool = True
    title: str = ""
    sentence: str = ""
    server_url: str = ""
    role: Role | None = None
    region: str = ""
    http_status: int | None = None
    error_code: int | None = None
    tracking_id: str = ""
    round_trip_ms: float | None = None
    misses: int = 0
    miss_limit: int = 0
    attempt: int = 0
    after_s: float | None = None
    caller: str = ""
    outcome: str = ""


class Replay(Struct, frozen=True, kw_only=True):
    """What the window showed at a moment of the past: for replay.

    Times ending in `_at_s` in the snapshots, and `now_s`, are on one clock: with `at` (UTC) they are what a
    card is painted from. Not `running`: the program or the computer did not run then, nothing was shown.
    Not `exact`: the single keepalives are not kept that long; a registered line is shown as just confirmed.
    """

    at: datetime
    now_s: float
    lines: tuple[LineSnapshot, ...] = ()
    running: bool = True
    exact: bool = True


class Sample(Struct, frozen=True, kw_only=True):
    """One keepalive. `round_trip_ms` is None for a miss; `at` is UTC."""

    at: datetime
    round_trip_ms: float | None
    server_url: str = ""


class Instant(Struct, frozen=True):
    """Now: UTC, and seconds of the clock of the snapshots."""

    at: datetime
    steady_s: float


def line_entry(
    kind: EntryKind,
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
            yield line_entry(EntryKind.STATE, after, now, failure=after.failure)
    elif after.misses > before.misses:
        yield line_entry(EntryKind.MISSED, after, now, failure=after.failure)
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
    entry = line_entry(EntryKind.ANSWERED, after, now)
    after_s = None
    if before.proved_at_s is not None and after.proved_at_s is not None:
        after_s = after.proved_at_s - before.proved_at_s
    trip_ms = None if after.round_trip_s is None else after.round_trip_s * 1000
    return replace(entry, after_s=after_s, round_trip_ms=trip_ms)


def _entered(before: LineSnapshot, after: LineSnapshot, now: Instant, held_by: Server | None) -> Entry:
    if after.state in REGISTERED_STATES:
        moved = held_by is not None and after.server is not None and after.server.url != held_by.url
        return line_entry(EntryKind.SERVER if moved else EntryKind.STATE, after, now)
    failure, server = _new_failure(before, after)
    return line_entry(EntryKind.STATE, after, now, failure=failure, server=server)


def _went_on(before: LineSnapshot, after: LineSnapshot, now: Instant) -> Iterator[Entry]:
    """Yield what happened within a state: a try failed, the next one begins."""
    failure, server = _new_failure(before, after)
    if failure is not None:
        yield line_entry(EntryKind.FAILURE, after, now, failure=failure, server=server)
    if after.asking is not None and _try_of(after) != _try_of(before):
        yield line_entry(EntryKind.TRY, after, now)


def _new_failure(before: LineSnapshot, after: LineSnapshot) -> tuple[Failure | None, Server | None]:
    """Return the failure that is new in `after` and whose it is: of the server that was asked, if one was."""
    if after.failure is None:
        return None, None
    if before.asking is not None and _try_of(after) != _try_of(before):
        return after.failure, before.asking
    return (after.failure, before.server) if after.failure != before.failure else (None, None)


def _try_of(line: LineSnapshot) -> tuple[Server | None, int]:
    return line.asking, line.attempt
