"""A line's entries become its outages: when it was not proven, why, and what ended that. Pure.

An outage is a time in which a wanted line was not proven (`history.intervals` draws the line). What was
planned, the program not running or the user switching the line off, is none.

The intervals here are made from the entries, those of the day bar from what was shown: only entries keep a
state that lasted no millisecond, as that of a proven line has when the computer wakes and it is checked.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum

from msgspec import Struct

from softphone.history.entries import Entry, EntryKind
from softphone.history.intervals import PLANNED, Drop, Interval, drops, worst
from softphone.line.model import REGISTERED_STATES, LineState, Role
from softphone.values import replace

TOO_MANY_REQUESTS = 429
SERVER_ERRORS = 500  # and above
LOOK_BACK = timedelta(seconds=60)  # a network lost, or a sleep, this long before is still the cause


class CauseKind(Enum):
    """What led to an outage or kept it going."""

    NETWORK_LOST = "network lost"
    SLEPT = "slept"
    MISSED = "missed"  # `times` keepalives in a row
    NO_ANSWER = "no answer"  # a server, asked to register the line
    REFUSED = "refused"
    TROUBLE = "trouble"
    ASKED_TO_WAIT = "asked to wait"
    SIGN_IN_ENDED = "sign-in ended"
    ELSEWHERE = "elsewhere"
    NEEDS_SOMEBODY = "needs somebody"  # `title` says what


class Ending(Enum):
    """How an outage ended."""

    ANSWERED = "answered"
    PRIMARY = "primary"
    BACKUP = "backup"
    SWITCHED_OFF = "switched off"
    SIGNED_OUT = "signed out"
    STOPPED = "stopped"
    SLEPT = "slept"


class Cause(Struct, frozen=True, kw_only=True):
    """One cause. `role` is the server's, for the kinds that name one."""

    kind: CauseKind
    times: int = 1
    role: Role | None = None
    title: str = ""


class Outage(Struct, frozen=True, kw_only=True):
    """A time without proof, UTC. `ended` and `ending` are None while it lasts; `lasted` is so far then."""

    began: datetime
    ended: datetime | None
    lasted: timedelta
    worst: LineState
    causes: tuple[Cause, ...] = ()
    ending: Ending | None = None


def outages(entries: Sequence[Entry], line_key: str, until: datetime) -> tuple[Outage, ...]:
    """Return a line's outages, oldest first.

    `entries` are the line's and the whole program's, oldest first; `until` is now.
    """
    told = _of_line(entries, line_key)
    pieces = _pieces(told, until)
    return tuple(_outage(drop, told, pieces) for drop in drops([interval for interval, _ in pieces]))


_Timed = tuple[datetime, Entry]
_Piece = tuple[Interval, Entry]  # and the entry that began it


def _of_line(entries: Sequence[Entry], line_key: str) -> list[_Timed]:
    """Return what concerns the line, with times that only grow: by the steady clock within a session."""
    offsets = {  # the last word of a session's wall clock is taken for right
        entry.session: entry.at - timedelta(seconds=entry.steady_s) for entry in entries if entry.session
    }
    owner = line_key.rpartition("/")[0]
    found: list[_Timed] = []
    latest = datetime.min.replace(tzinfo=UTC)
    for entry in entries:
        steady = offsets.get(entry.session)
        latest = max(latest, entry.at if steady is None else steady + timedelta(seconds=entry.steady_s))
        if entry.line_key == line_key or (not entry.line_key and entry.account_key in ("", owner)):
            found.append((latest, entry))
    return found


def _pieces(entries: Sequence[_Timed], until: datetime) -> list[_Piece]:
    """Return the line's intervals up to `until`, without a gap."""
    marks: list[tuple[datetime, LineState | None, Entry]] = []  # what begins when
    for at, entry in entries:
        state = marks[-1][1] if marks else None
        if entry.line_key:
            if entry.state is not None:
                marks.append((at, entry.state, entry))
        elif entry.kind in (EntryKind.STARTED, EntryKind.STOPPED, EntryKind.CUT_OFF):
            marks.append((at, None, entry))
        elif entry.kind is EntryKind.SIGNED_OUT:
            marks.append((at, LineState.SIGNED_OUT, replace(entry, wanted=False)))
        elif entry.kind is EntryKind.SLEPT and marks:
            began = max(marks[-1][0], at - timedelta(seconds=entry.after_s or 0.0))
            marks += [(began, None, entry), (at, state, replace(entry, wanted=marks[-1][2].wanted))]
    ends = [at for at, _, _ in marks[1:]] + [until]
    return [
        (Interval(began=at, ended=ended, state=state, wanted=opener.wanted), opener)
        for (at, state, opener), ended in zip(marks, ends, strict=False)
    ]


def _outage(drop: Drop, entries: Sequence[_Timed], pieces: Sequence[_Piece]) -> Outage:
    began, ended = (bisect_left(pieces, at, key=_began) for at in (drop.began, drop.ended))
    states = [interval.state for interval, _ in pieces[began:ended] if interval.state]
    first, last = (bisect_left(entries, at, key=_at) for at in (drop.began - LOOK_BACK, drop.ended))
    around = [entry for at, entry in entries[first:last] if drop.began <= at or not entry.line_key]
    opener = pieces[ended][1] if ended < len(pieces) else None
    return Outage(
        began=drop.began,
        ended=drop.ended if drop.over else None,
        lasted=drop.lasted,
        worst=worst(state for state in states if state not in REGISTERED_STATES) or LineState.CHECKING,
        causes=_causes(around),
        ending=_ending(opener) if drop.over and opener is not None else None,
    )


def _began(piece: _Piece) -> datetime:
    return piece[0].began


def _at(timed: _Timed) -> datetime:
    return timed[0]


def _causes(entries: Iterable[Entry]) -> tuple[Cause, ...]:
    """Return what happened, each kind once, in the order of its first time."""
    found: dict[Cause, int] = {}
    for entry in entries:
        cause = _cause(entry)
        if cause is not None:
            kind, so_far = replace(cause, times=1), found.get(replace(cause, times=1), 0)
            # Misses count themselves; everything else is counted here.
            found[kind] = max(so_far, cause.times) if entry.misses else so_far + 1
    return tuple(replace(cause, times=times) for cause, times in found.items())


def _cause(entry: Entry) -> Cause | None:
    match entry.kind:
        case EntryKind.NETWORK_LOST:
            return Cause(kind=CauseKind.NETWORK_LOST)
        case EntryKind.SLEPT:
            return Cause(kind=CauseKind.SLEPT)
        case EntryKind.SIGN_IN_ENDED:
            return Cause(kind=CauseKind.SIGN_IN_ENDED)
        case EntryKind.MISSED:
            return Cause(kind=CauseKind.MISSED, times=entry.misses)
        case EntryKind.STATE | EntryKind.FAILURE:
            return _cause_of_failure(entry)
        case _:
            return None


def _cause_of_failure(entry: Entry) -> Cause | None:
    if entry.state is LineState.ELSEWHERE:
        return Cause(kind=CauseKind.ELSEWHERE)
    if entry.state in (LineState.ACTION, LineState.FAILED):
        return Cause(kind=CauseKind.NEEDS_SOMEBODY, title=entry.title)
    if not entry.title or entry.role is None:
        return None  # nobody was asked
    if entry.http_status is None:
        kind = CauseKind.NO_ANSWER
    elif entry.http_status == TOO_MANY_REQUESTS:
        kind = CauseKind.ASKED_TO_WAIT
    else:
        kind = CauseKind.TROUBLE if entry.http_status >= SERVER_ERRORS else CauseKind.REFUSED
    return Cause(kind=kind, role=entry.role)


def _ending(opener: Entry) -> Ending | None:
    match opener.kind:
        case EntryKind.STOPPED | EntryKind.CUT_OFF | EntryKind.STARTED:
            return Ending.STOPPED
        case EntryKind.SLEPT:
            return Ending.SLEPT
        case EntryKind.SIGNED_OUT:
            return Ending.SIGNED_OUT
        case EntryKind.ANSWERED:
            return Ending.ANSWERED
        case _ if not opener.wanted or opener.state in PLANNED:
            return Ending.SWITCHED_OFF
        case _ if opener.state is LineState.REGISTERED_BACKUP:
            return Ending.BACKUP
        case _ if opener.state is LineState.REGISTERED:
            return Ending.PRIMARY
        case _:
            return None
