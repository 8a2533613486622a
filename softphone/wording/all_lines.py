"""All lines in few words: the sentence above them, the tray's tooltip and its rows. Pure and Qt-free."""

import re
from collections import Counter
from collections.abc import Iterable
from enum import Enum
from typing import Any

from msgspec import Struct

from softphone.history.intervals import SEVERITY
from softphone.i18n import counted, tr
from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState
from softphone.wording.call_words import line_words, ringing, sentences
from softphone.wording.moment import Moment
from softphone.wording.presentation import LOOKS, Shape, Tone, words_of


class Summary(Struct, frozen=True, kw_only=True):
    """All lines in one sentence, with the shape and the tone of the worst that somebody wants."""

    tone: Tone
    shape: Shape
    sentence: str


class Group(Enum):
    """Under which heading a line stands in the list, in order. The value is the heading."""

    TROUBLE = "Trouble"  # shown
    OFF = "Off"  # shown
    REACHABLE = "Reachable"  # shown


class Filter(Enum):
    """What the chips above the list keep, in order. The value is the word on the chip."""

    ALL = "All"  # shown
    NEEDS_YOU = "Needs you"  # shown
    NOT_REACHABLE = "Not reachable"  # shown
    UNCERTAIN = "Uncertain"  # shown
    OFF = "Off"  # shown
    REACHABLE = "Reachable"  # shown


_FILTERS = {
    LineState.ACTION: Filter.NEEDS_YOU,
    LineState.ELSEWHERE: Filter.NEEDS_YOU,
    LineState.FAILED: Filter.NEEDS_YOU,
    LineState.SIGNED_OUT: Filter.NEEDS_YOU,
    LineState.RETRY_WAIT: Filter.NOT_REACHABLE,
    LineState.OFFLINE: Filter.NOT_REACHABLE,
    LineState.REGISTERING: Filter.NOT_REACHABLE,
    LineState.WAITING_CALL: Filter.NOT_REACHABLE,
    LineState.RECONNECTING: Filter.UNCERTAIN,
    LineState.CHECKING: Filter.UNCERTAIN,
    LineState.DEREGISTERING: Filter.OFF,
    LineState.IDLE: Filter.OFF,
    LineState.REGISTERED_BACKUP: Filter.REACHABLE,
    LineState.REGISTERED: Filter.REACHABLE,
}
_GROUPS = {Filter.OFF: Group.OFF, Filter.REACHABLE: Group.REACHABLE}  # all others: TROUBLE
# In which order trouble stands in the list: what needs a person, what will not pass soon, what may.
_TROUBLE = (
    *(LineState.ACTION, LineState.ELSEWHERE, LineState.FAILED, LineState.SIGNED_OUT),
    *(LineState.RETRY_WAIT, LineState.OFFLINE),
    *(LineState.RECONNECTING, LineState.CHECKING, LineState.REGISTERING, LineState.WAITING_CALL),
)
FILTER_LOOKS = {  # the shape on a chip; `ALL` has none
    Filter.NEEDS_YOU: (Tone.ASK, Shape.DIAMOND),
    Filter.NOT_REACHABLE: (Tone.BAD, Shape.CLOCK),
    Filter.UNCERTAIN: (Tone.CAUTION, Shape.TRIANGLE),
    Filter.OFF: (Tone.NEUTRAL, Shape.RING),
    Filter.REACHABLE: (Tone.GOOD, Shape.DISC_CHECK),
}


Tally = Counter[tuple[LineState, bool]]  # how many lines are in a state, and wanted or not


def tally(lines: Iterable[LineSnapshot], moment: Moment) -> Tally:
    """Count the lines."""
    return Counter((line.state_at(moment.now_s), line.wanted) for line in lines)


def by_filter(counted_lines: Tally) -> Counter[Filter]:
    """Return how many lines each chip keeps."""
    found: Counter[Filter] = Counter()
    for (state, _), number in counted_lines.items():
        found[_FILTERS[state]] += number
        found[Filter.ALL] += number
    return found


def summary(lines: Iterable[LineSnapshot], moment: Moment) -> Summary:
    """Return how many lines Webex can reach; green only when every wanted line is proven."""
    lines = tuple(lines)
    only = lines[0] if len(lines) == 1 else None
    return summed_up(tally(lines, moment), only, moment)


def summed_up(counted_lines: Tally, only: LineSnapshot | None, moment: Moment) -> Summary:
    """Return the same of lines that are counted; `only` is the line when there is but one."""
    states = {key for key, number in counted_lines.items() if number}
    if not states:
        return Summary(tone=Tone.NEUTRAL, shape=Shape.RING, sentence=tr("No lines"))
    # What the person switched off does not count against the rest.
    counting = [state for state, wanted in states if wanted] or [state for state, _ in states]
    tone, shape, _ = LOOKS[min(counting, key=SEVERITY.index)]
    sentence = _reached(by_filter(counted_lines)) if only is None else words_of(only, moment).title
    return Summary(tone=tone, shape=shape, sentence=sentence)


def _reached(filters: Counter[Filter]) -> str:
    up, uncertain, n = filters[Filter.REACHABLE], filters[Filter.UNCERTAIN], filters[Filter.ALL]
    if up == n:
        return counted(n, "Webex can reach {n} line", "Webex can reach all {n} lines")
    if up:
        return counted(n, "Webex can reach {up} of {n} line", "Webex can reach {up} of {n} lines", up=up)
    if uncertain:
        return counted(
            n,
            "Webex can reach at most {up} of {n} line",
            "Webex can reach at most {up} of {n} lines",
            up=uncertain,
        )
    return counted(n, "Webex cannot reach any of {n} line", "Webex cannot reach any of {n} lines")


def group_of(state: LineState) -> Group:
    """Return under which heading a line in this state stands."""
    return _GROUPS.get(_FILTERS[state], Group.TROUBLE)


def filter_of(state: LineState) -> Filter:
    """Return the chip that keeps a line in this state; `ALL` keeps every line."""
    return _FILTERS[state]


def order_of(line: LineSnapshot, moment: Moment) -> tuple[Any, ...]:
    """Return what lines are sorted by: group, in trouble the worst first, then account, name and id."""
    state, identity = line.state_at(moment.now_s), line.identity
    group = group_of(state)
    place = _TROUBLE.index(state) if group is Group.TROUBLE else 0
    account, name = _as_read(identity.account.label), _as_read(identity.label)
    return (list(Group).index(group), place, account, name, identity.line_id)


def _as_read(name: str) -> tuple[str | int, ...]:
    """Return a name as a person looks for it: in the alphabet, and line 9 before line 10."""
    parts = re.split(r"(\d+)", name.casefold())
    return tuple(int(part) if part.isdecimal() else part for part in parts)


ROWS_AT_MOST = 12  # a menu of forty rows is no menu


def tooltip(lines: Iterable[LineSnapshot], moment: Moment) -> str:
    """Return how many lines Webex can reach, and the first of those that trouble the most."""
    lines = tuple(lines)
    if not lines:
        return tr("Softphone: not signed in")
    called = ringing(lines)
    if called is not None:
        return sentences(called, moment)
    said = summary(lines, moment).sentence
    troubled = worst_line(lines, moment)
    if troubled is None:
        return said
    return tr("{registered}. {line}", registered=said, line=row(troubled, moment))


def rows(lines: Iterable[LineSnapshot], moment: Moment) -> tuple[tuple[str, str], ...]:
    """Return the id and the words of each line.

    With too many, those in trouble come first, and the last row, with an empty id, stands for the rest.
    """
    lines = tuple(lines)
    if len(lines) <= ROWS_AT_MOST:
        return tuple((line.identity.line_id, row(line, moment)) for line in lines)
    troubled = [line for line in lines if _is_troubled(line, moment)]
    shown = [*troubled, *(line for line in lines if line not in troubled)][: ROWS_AT_MOST - 1]
    left = len(lines) - len(shown)
    more = counted(left, "{n} more line…", "{n} more lines…")
    return (*((line.identity.line_id, row(line, moment)) for line in shown), ("", more))


def row(line: LineSnapshot, moment: Moment) -> str:
    """Return a line with the words of its badge."""
    return tr("{line}: {words}", line=line.identity.label, words=line_words(line, moment).words)


def worst_line(lines: Iterable[LineSnapshot], moment: Moment) -> LineSnapshot | None:
    """Return the first line whose state is the worst of all; None when all wanted ones are well."""
    troubled = [line for line in lines if _is_troubled(line, moment)]
    if not troubled:
        return None
    return min(troubled, key=lambda line: SEVERITY.index(line.state_at(moment.now_s)))


def _is_troubled(line: LineSnapshot, moment: Moment) -> bool:
    return line.wanted and line.state_at(moment.now_s) not in REGISTERED_STATES
