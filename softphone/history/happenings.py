"""Entries of all lines become what a person wants to read: interruptions, and what else happened. Pure.

An interruption is one row however many lines it hit, and holds its events. An event stands for all lines to
which the same thing happened at about the same time, and for all its repetitions on one line.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from softphone.history.entries import Entry, EntryKind
from softphone.history.outages import LOOK_BACK, Cause, CauseKind, Ending, Outage, outages
from softphone.line.model import REGISTERED_STATES, LineState
from softphone.values import replace

TOGETHER = timedelta(seconds=60)  # interruptions that begin and end this close to each other are one
AT_ONCE = timedelta(seconds=10)  # of events

# Which cause stands for an interruption that has several: what explains the others comes first.
_TELLING = (
    CauseKind.ELSEWHERE,
    CauseKind.NEEDS_SOMEBODY,
    CauseKind.SIGN_IN_ENDED,
    CauseKind.NETWORK_LOST,
    CauseKind.SLEPT,
    CauseKind.ASKED_TO_WAIT,
    CauseKind.REFUSED,
    CauseKind.TROUBLE,
    CauseKind.NO_ANSWER,
    CauseKind.MISSED,
)
# What is told outside interruptions, of a line's states only these; all else is on its way to one of them.
_TOLD = frozenset(EntryKind) - {
    EntryKind.TRY,
    EntryKind.FAILURE,
    EntryKind.MISSED,
    EntryKind.ANSWERED,
    EntryKind.STARTED,
}
_TOLD_STATES = REGISTERED_STATES | {LineState.FAILED, LineState.ACTION, LineState.ELSEWHERE}
# What lines do at once when the network goes and comes.
_FOLLOWS = {
    EntryKind.NETWORK_LOST: frozenset({LineState.OFFLINE}),
    EntryKind.NETWORK_BACK: frozenset({LineState.REGISTERING, LineState.CHECKING}),
}
# What an interruption repeats until it ends.
_REPEATED = (LineState.REGISTERING, LineState.RETRY_WAIT, LineState.CHECKING)


@dataclass(slots=True, kw_only=True)
class Event:
    """One thing that happened, at `at` (UTC). `times` is how often to the first of the lines.

    `lines` are keys and labels in the order of their coming, none for the program or an account.
    """

    at: datetime
    entries: list[Entry]
    lines: dict[str, str] = field(default_factory=dict)
    times: int = 1

    @property
    def entry(self) -> Entry:
        """The entry that stands for all."""
        return self.entries[0]

    @property
    def network_came(self) -> bool:
        """The lines did so because the network came back."""
        return any(entry.kind is EntryKind.NETWORK_BACK for entry in self.entries[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """A time in which lines were not proven, UTC; `ended` and `ending` are None while it lasts.

    `causes` has each kind once, the one that explains the others first. `events` are oldest first.
    """

    began: datetime
    ended: datetime | None
    worst: LineState
    causes: tuple[Cause, ...]
    ending: Ending | None
    lines: dict[str, str]
    events: tuple[Event, ...]


Happening = Interruption | Event


def happenings(entries: Sequence[Entry], until: datetime) -> tuple[Happening, ...]:
    """Return what happened, the latest first; `entries` are oldest first, `until` is now."""
    places = {id(entry): place for place, entry in enumerate(entries)}  # the order, whatever the clock did
    own: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        own[entry.line_key].append(entry)
    whole = own.pop("", [])

    def in_order(*some: Entry) -> list[Entry]:
        return sorted(some, key=lambda entry: places[id(entry)])

    found = [(key, one) for key, its in own.items() for one in outages(in_order(*its, *whole), key, until)]
    labels = {key: its[-1].line_label for key, its in own.items()}
    told: list[tuple[int, Happening]] = []
    used: set[int] = set()
    by_time = {key: sorted(its, key=_at) for key, its in ({"": whole} | own).items()}
    for group in _groups(found):
        inside = in_order(*_inside(group, by_time))
        used |= {id(entry) for entry in inside}
        interruption = _interruption(group, labels, events(entry for entry in inside if _is_news(entry)))
        lasts = interruption.ended is None or not inside
        told.append((len(places) if lasts else places[id(inside[-1])], interruption))
    rest = events(entry for entry in entries if id(entry) not in used and _is_told(entry))
    told += [(places[id(event.entry)], event) for event in rest]
    return tuple(happening for _, happening in sorted(told, key=lambda pair: pair[0], reverse=True))


def events(entries: Iterable[Entry]) -> tuple[Event, ...]:
    """Return entries as events, oldest first."""
    found: list[Event] = []
    latest: dict[tuple[object, ...], Event] = {}
    for entry in entries:
        said = (entry.state, entry.role, entry.title, entry.misses, entry.line_key == "")
        what: tuple[object, ...] = (entry.kind, *said)
        if entry.kind is EntryKind.CALL:  # each is one of its own
            what = (entry.kind, entry.line_key, entry.at)
        event = latest.get(what)
        if event is not None and entry.line_key in event.lines and _is_repeated(entry):
            event.times += entry.line_key == event.entry.line_key
            event.entries.append(entry)
        elif event is not None and entry.line_key not in event.lines and _at_once(event, entry):
            event.entries.append(entry)
            event.lines[entry.line_key] = entry.line_label
        else:
            event = latest[what] = Event(at=entry.at, entries=[entry])
            if entry.line_key:
                event.lines[entry.line_key] = entry.line_label
            found.append(event)
    return tuple(_explained(found))


def _explained(found: list[Event]) -> Iterator[Event]:
    """Yield events, those of the network within what the lines did at once."""
    for place, event in enumerate(found):
        then = found[place + 1] if place + 1 < len(found) else None
        state = _FOLLOWS.get(event.entry.kind, frozenset())
        if then is not None and then.lines and then.entry.state in state and then.at - event.at <= AT_ONCE:
            then.entries.append(event.entry)
        else:
            yield event


_Group = list[tuple[str, Outage]]


def _groups(found: _Group) -> list[_Group]:
    """Return outages of several lines that are one interruption together."""
    groups: list[_Group] = []
    latest: dict[tuple[object, ...], _Group] = {}
    for key, outage in sorted(found, key=lambda pair: pair[1].began):
        what = (outage.worst, _telling(outage.causes), outage.ended is None)
        group = latest.get(what)
        if group is not None and key not in dict(group) and _together(group[0][1], outage):
            group.append((key, outage))
        else:
            latest[what] = [(key, outage)]
            groups.append(latest[what])
    return groups


def _together(first: Outage, other: Outage) -> bool:
    ended = None if first.ended is None or other.ended is None else abs(first.ended - other.ended)
    return other.began - first.began <= TOGETHER and (ended is None or ended <= TOGETHER)


def _inside(group: _Group, by_time: dict[str, list[Entry]]) -> Iterator[Entry]:
    """Yield what belongs to an interruption: what its lines went through, and what explains it.

    `by_time` has the entries of each line, and those of no line, in the order of their clock.
    """
    for key, outage in group:
        yield from _within(by_time[key], outage.began, outage.ended)
    began = min(outage.began for _, outage in group) - LOOK_BACK
    concerned = {key.rpartition("/")[0] for key, _ in group} | {""}
    yield from (
        entry for entry in _within(by_time[""], began, _ended(group)) if entry.account_key in concerned
    )


def _within(by_time: list[Entry], began: datetime, ended: datetime | None) -> list[Entry]:
    last = len(by_time) if ended is None else bisect_right(by_time, ended, key=_at)
    return by_time[bisect_left(by_time, began, key=_at) : last]


def _at(entry: Entry) -> datetime:
    return entry.at


def _ended(group: _Group) -> datetime | None:
    return max((outage.ended for _, outage in group if outage.ended is not None), default=None)


def _interruption(group: _Group, labels: dict[str, str], its_events: tuple[Event, ...]) -> Interruption:
    causes: dict[CauseKind, Cause] = {}
    for _, outage in group:
        for cause in outage.causes:
            other = causes.setdefault(cause.kind, cause)
            if other.role is not cause.role:
                causes[cause.kind] = replace(other, role=None)  # no server did better than another
    first = group[0][1]
    return Interruption(
        began=min(outage.began for _, outage in group),
        ended=_ended(group),
        worst=first.worst,
        causes=tuple(sorted(causes.values(), key=lambda cause: _TELLING.index(cause.kind))),
        ending=first.ending,
        lines={key: labels[key] for key, _ in group},
        events=its_events,
    )


def _telling(causes: tuple[Cause, ...]) -> CauseKind | None:
    return min((cause.kind for cause in causes), key=_TELLING.index, default=None)


def _at_once(event: Event, entry: Entry) -> bool:
    return entry.at - event.entries[-1].at <= AT_ONCE and bool(event.lines)


def _is_repeated(entry: Entry) -> bool:
    return entry.kind is EntryKind.FAILURE or (entry.kind is EntryKind.STATE and entry.state in _REPEATED)


def _is_news(entry: Entry) -> bool:
    return entry.kind is not EntryKind.TRY  # who was asked is told by how that went


def _is_told(entry: Entry) -> bool:
    return entry.kind in _TOLD and (entry.kind is not EntryKind.STATE or entry.state in _TOLD_STATES)
