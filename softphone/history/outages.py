"""Entries become outages, and outages become a story in plain words. Pure.

An outage is a time in which a wanted line was not proven (`history.uptime` draws the line). What was planned,
the program not running or the user switching the line off, is a `Pause`: named, and no outage.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import pairwise

from softphone.history.entries import Entry, Happening, Stretch
from softphone.history.uptime import PASSING, PLANNED, Drop, drops, worst
from softphone.i18n import counted_phrase, own, phrase, when
from softphone.line.model import REGISTERED_STATES, LineState, Role

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One cause. `role` is the server's, for the kinds that name one."""

    kind: CauseKind
    times: int = 1
    role: Role | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time without proof, UTC. `ended` and `ending` are None while it lasts; `lasted` is so far then."""

    line_key: str
    line_label: str
    began: datetime
    ended: datetime | None
    lasted: timedelta
    worst: LineState
    causes: tuple[Cause, ...] = ()
    ending: Ending | None = None


class PauseKind(Enum):
    """Why nothing was to be expected."""

    SWITCHED_OFF = "switched off"
    NOT_RUNNING = "not running"
    ASLEEP = "asleep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A planned time without the line, UTC. `ended` is None while it lasts."""

    kind: PauseKind
    began: datetime
    ended: datetime | None
    lasted: timedelta


def outages(entries: Sequence[Entry], line_key: str, until: datetime) -> tuple[Outage, ...]:
    """Return a line's outages, oldest first.

    `entries` are the line's and the whole program's, oldest first; `until` is now.
    """
    told = _of_line(entries, line_key)
    pieces = _pieces(told, until)
    return tuple(_outage(drop, line_key, told, pieces) for drop in drops([piece.stretch for piece in pieces]))


def pauses(entries: Sequence[Entry], line_key: str, until: datetime) -> tuple[Pause, ...]:
    """Return when the line was switched off or nothing ran, oldest first; arguments as for `outages`."""
    found: list[Pause] = []
    for piece in _pieces(_of_line(entries, line_key), until):
        kind, stretch = _pause_kind(piece), piece.stretch
        if kind is None:
            continue
        began = stretch.began
        if found and found[-1].kind is kind and found[-1].ended == began:
            began = found.pop().began
        found.append(Pause(kind=kind, began=began, ended=stretch.ended, lasted=stretch.ended - began))
    if found and found[-1].ended == until:
        found[-1] = replace(found[-1], ended=None)
    return tuple(pause for pause in found if pause.lasted)


def story(of: Outage | Pause, now: datetime) -> tuple[str, ...]:
    """Return the sentences, in English, for the window to translate; `now` brings the person's time zone.

    Times are written as the window has said (`softphone.i18n`).
    """
    short = of.lasted < timedelta(minutes=1)  # "10:14-10:14" would say nothing
    began, lasted = when(of.began, now, seconds=short), duration(of.lasted)
    ended = "" if of.ended is None else when(of.ended, now, seconds=short)
    if isinstance(of, Pause):
        return (_pause_sentence(of.kind, began, ended, lasted),)
    unsure = of.worst in PASSING or of.worst is LineState.RECONNECTING
    if unsure and not ended:
        head = phrase("Calls may be missed since {began}, {lasted} so far.", began=began, lasted=lasted)
    elif unsure:
        head = phrase(
            "Calls may have been missed {began}-{ended}, {lasted}.", began=began, ended=ended, lasted=lasted
        )
    elif not ended:
        head = phrase("Offline since {began}, {lasted} so far.", began=began, lasted=lasted)
    else:
        head = phrase("Offline {began}-{ended}, {lasted}.", began=began, ended=ended, lasted=lasted)
    ending = () if of.ending is None else (_ENDINGS[of.ending],)
    return (head, *(_cause_sentence(cause) for cause in of.causes), *ending)


def duration(lasted: timedelta) -> str:
    """Return how long something took, as in `50 s`, `4 min 50 s`, `2 h 3 min`."""
    minutes, seconds = divmod(round(lasted.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return phrase("{h} h {m} min", h=hours, m=minutes)
    if minutes:
        return phrase("{m} min {s} s", m=minutes, s=seconds)
    return phrase("{s} s", s=seconds)


_ENDINGS = {  # shown
    Ending.ANSWERED: "Then the checks were answered again.",
    Ending.PRIMARY: "Then the primary server took the line again.",
    Ending.BACKUP: "Then the backup server took over.",
    Ending.SWITCHED_OFF: "Then you switched the line off.",
    Ending.SIGNED_OUT: "Then you signed out.",
    Ending.STOPPED: "Then the program ended.",
    Ending.SLEPT: "Then the computer slept.",
}
_SERVERS = {  # shown
    Role.PRIMARY: "The primary server",
    Role.BACKUP: "The backup server",
    None: "The server",
}

_Timed = tuple[datetime, Entry]


_END = Entry(at=datetime.max.replace(tzinfo=UTC), kind=Happening.STOPPED)  # closes the last piece


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch and the entry that began it."""

    stretch: Stretch
    opener: Entry


def _pause_kind(piece: _Piece) -> PauseKind | None:
    if piece.stretch.state is None:
        return PauseKind.ASLEEP if piece.opener.kind is Happening.SLEPT else PauseKind.NOT_RUNNING
    return None if piece.stretch.wanted else PauseKind.SWITCHED_OFF


def _pause_sentence(kind: PauseKind, began: str, ended: str, lasted: str) -> str:
    values = {"began": began, "ended": ended, "lasted": lasted}
    match kind, bool(ended):
        case PauseKind.SWITCHED_OFF, True:
            return phrase("Switched off by you {began}-{ended}, {lasted}.", **values)
        case PauseKind.SWITCHED_OFF, False:
            return phrase("Switched off by you since {began}.", **values)
        case PauseKind.ASLEEP, _:
            return phrase("The computer slept {began}-{ended}, {lasted}.", **values)
        case PauseKind.NOT_RUNNING, True:
            return phrase("The program did not run {began}-{ended}, {lasted}.", **values)
        case _:
            return phrase("The program has not run since {began}.", **values)


def _cause_sentence(cause: Cause) -> str:
    server, n = own(_SERVERS[cause.role]), cause.times
    match cause.kind:
        case CauseKind.NETWORK_LOST:
            return phrase("The network was lost.")
        case CauseKind.SLEPT:
            return phrase("The computer had slept.")
        case CauseKind.MISSED:
            return counted_phrase(n, "One check was not answered.", "{n} checks were not answered.")
        case CauseKind.NO_ANSWER if n == 1:
            return phrase("{server} did not answer.", server=server)
        case CauseKind.NO_ANSWER:
            return counted_phrase(
                n, "{server} did not answer {n} time.", "{server} did not answer {n} times.", server=server
            )
        case CauseKind.REFUSED if n == 1:
            return phrase("{server} refused.", server=server)
        case CauseKind.REFUSED:
            return counted_phrase(
                n, "{server} refused {n} time.", "{server} refused {n} times.", server=server
            )
        case CauseKind.TROUBLE if n == 1:
            return phrase("{server} had trouble.", server=server)
        case CauseKind.TROUBLE:
            return counted_phrase(
                n, "{server} had trouble {n} time.", "{server} had trouble {n} times.", server=server
            )
        case CauseKind.ASKED_TO_WAIT:
            return phrase("{server} asked to wait.", server=server)
        case CauseKind.SIGN_IN_ENDED:
            return phrase("The sign-in had ended.")
        case CauseKind.ELSEWHERE:
            return phrase("Another session took the line.")
        case CauseKind.NEEDS_SOMEBODY:
            return phrase("Webex said: {title}.", title=own(cause.title))


def _outage(drop: Drop, line_key: str, entries: Sequence[_Timed], pieces: Sequence[_Piece]) -> Outage:
    states = [
        piece.stretch.state
        for piece in pieces
        if piece.stretch.state and drop.began <= piece.stretch.began < drop.ended
    ]
    around = [
        entry
        for at, entry in entries
        if drop.began <= at < drop.ended or (not entry.line_key and drop.began - LOOK_BACK <= at < drop.began)
    ]
    opener = next((piece.opener for piece in pieces if piece.stretch.began >= drop.ended), None)
    return Outage(
        line_key=line_key,
        line_label=next((entry.line_label for _, entry in reversed(entries) if entry.line_key), ""),
        began=drop.began,
        ended=drop.ended if drop.over else None,
        lasted=drop.lasted,
        worst=worst(state for state in states if state not in REGISTERED_STATES) or LineState.CHECKING,
        causes=_causes(around),
        ending=_ending(opener) if drop.over and opener is not None else None,
    )


def _causes(entries: Iterable[Entry]) -> tuple[Cause, ...]:
    """Return what happened, each kind once, in the order of its first time."""
    found: dict[tuple[CauseKind, Role | None, str], int] = {}
    for entry in entries:
        cause = _cause(entry)
        if cause is None:
            continue
        key = (cause.kind, cause.role, cause.title)
        # Misses count themselves; everything else is counted here.
        found[key] = max(found.get(key, 0), cause.times) if entry.misses else found.get(key, 0) + 1
    return tuple(
        Cause(kind=kind, role=role, title=title, times=times) for (kind, role, title), times in found.items()
    )


def _cause(entry: Entry) -> Cause | None:
    match entry.kind:
        case Happening.NETWORK_LOST:
            return Cause(kind=CauseKind.NETWORK_LOST)
        case Happening.SLEPT:
            return Cause(kind=CauseKind.SLEPT)
        case Happening.SIGN_IN_ENDED:
            return Cause(kind=CauseKind.SIGN_IN_ENDED)
        case Happening.MISSED:
            return Cause(kind=CauseKind.MISSED, times=entry.misses)
        case Happening.STATE | Happening.FAILURE:
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
        case Happening.STOPPED | Happening.CUT_OFF | Happening.STARTED:
            return Ending.STOPPED
        case Happening.SLEPT:
            return Ending.SLEPT
        case Happening.SIGNED_OUT:
            return Ending.SIGNED_OUT
        case Happening.ANSWERED:
            return Ending.ANSWERED
        case _ if not opener.wanted or opener.state in PLANNED:
            return Ending.SWITCHED_OFF
        case _ if opener.state is LineState.REGISTERED_BACKUP:
            return Ending.BACKUP
        case _ if opener.state is LineState.REGISTERED:
            return Ending.PRIMARY
        case _:
            return None


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
    """Return the line's stretches up to `until`, without a gap."""
    marks: list[tuple[datetime, LineState | None, Entry]] = []  # what begins when
    for at, entry in entries:
        state = marks[-1][1] if marks else None
        if entry.line_key:
            if entry.state is not None:
                marks.append((at, entry.state, entry))
        elif entry.kind in (Happening.STARTED, Happening.STOPPED, Happening.CUT_OFF):
            marks.append((at, None, entry))
        elif entry.kind is Happening.SIGNED_OUT:
            marks.append((at, LineState.SIGNED_OUT, replace(entry, wanted=False)))
        elif entry.kind is Happening.SLEPT and marks:
            began = max(marks[-1][0], at - timedelta(seconds=entry.after_s or 0.0))
            marks += [(began, None, entry), (at, state, replace(entry, wanted=marks[-1][2].wanted))]
    marks.append((until, None, _END))
    return [
        _Piece(Stretch(began=at, ended=ended, state=state, wanted=opener.wanted), opener)
        for (at, state, opener), (ended, _, _) in pairwise(marks)
    ]
