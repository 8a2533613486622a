"""All lines in few words: the sentence above them, the tray's tooltip and its rows. Pure and Qt-free."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from softphone.i18n import counted, tr
from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState
from softphone.wording.moment import Moment
from softphone.wording.presentation import LOOKS, Shape, Tone, badge, beside


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """All lines in one sentence, with the shape of the worst."""

    words: str
    tone: Tone
    shape: Shape


ROWS_AT_MOST = 12  # a menu of forty rows is no menu

# The roll-up names these, worst first; what it calls one and several of them stands beside it.
_TROUBLES = (  # shown
    (frozenset({LineState.ELSEWHERE, LineState.ACTION}), ("{n} needs you", "{n} need you")),
    (frozenset({LineState.SIGNED_OUT}), ("{n} signed out", "{n} signed out")),
    (frozenset({LineState.FAILED}), ("{n} failed", "{n} failed")),
    (frozenset({LineState.OFFLINE}), ("{n} offline", "{n} offline")),
    (frozenset({LineState.RETRY_WAIT}), ("{n} retrying", "{n} retrying")),
    (frozenset({LineState.RECONNECTING}), ("{n} reconnecting", "{n} reconnecting")),
    (frozenset({LineState.REGISTERING}), ("{n} registering", "{n} registering")),
    (frozenset({LineState.CHECKING}), ("{n} being checked", "{n} being checked")),
    (
        frozenset({LineState.WAITING_CALL}),
        ("{n} waiting for a call to end", "{n} waiting for a call to end"),
    ),
    (frozenset({LineState.DEREGISTERING}), ("{n} deregistering", "{n} deregistering")),
    (frozenset({LineState.IDLE}), ("{n} switched off", "{n} switched off")),
    (frozenset({LineState.REGISTERED_BACKUP}), ("{n} on backup", "{n} on backup")),
)


def roll_up(lines: Iterable[LineSnapshot], moment: Moment) -> RollUp:
    """Return all lines in one sentence, worst first; green only when every wanted line is proven."""
    lines = tuple(lines)
    if not lines:
        return RollUp(words=counted(0, "{n} line", "{n} lines"), tone=Tone.NEUTRAL, shape=Shape.RING)
    states = [line.state_at(moment.now_s) for line in lines]
    counts = Counter(states)
    up = sum(counts[state] for state in REGISTERED_STATES)
    words = [tr("{up} of {n} registered", up=up, n=len(lines))]
    for members, (one, several) in _TROUBLES:
        if number := sum(counts[state] for state in members):
            words.append(counted(number, one, several))
    # What the user switched off does not count against the rest.
    that_count = {state for line, state in zip(lines, states, strict=True) if line.wanted} or set(states)
    worst = next((members & that_count for members, _ in _TROUBLES if members & that_count), None)
    tone, shape, _ = LOOKS[min(worst, key=lambda state: state.value) if worst else LineState.REGISTERED]
    return RollUp(words=beside(*words), tone=tone, shape=shape)


def severity(state: LineState) -> int:
    """Return the place of a state among all, the worst first."""
    return next((place for place, (members, _) in enumerate(_TROUBLES) if state in members), len(_TROUBLES))


def offline_since(lines: Iterable[LineSnapshot], moment: Moment) -> str | None:
    """Return the time of day since which the computer is offline, None when it is not."""
    began = [line.since_s for line in lines if line.state is LineState.OFFLINE]
    return moment.clock(min(began)) if began else None


def tooltip(lines: Iterable[LineSnapshot], moment: Moment) -> str:
    """Return how many lines are registered, and the first of those that trouble the most."""
    lines = tuple(lines)
    if not lines:
        return tr("Softphone: not signed in")
    up = [line for line in lines if line.state_at(moment.now_s) in REGISTERED_STATES]
    said = tr("{up} of {all} registered", up=len(up), all=len(lines))
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
    return tr("{line}: {words}", line=line.identity.label, words=badge(line, moment).words)


def worst_line(lines: Iterable[LineSnapshot], moment: Moment) -> LineSnapshot | None:
    """Return the first line whose state is the worst of all; None when all wanted ones are well."""
    troubled = [line for line in lines if _is_troubled(line, moment)]
    if not troubled:
        return None
    return min(troubled, key=lambda line: severity(line.state_at(moment.now_s)))


def _is_troubled(line: LineSnapshot, moment: Moment) -> bool:
    return line.wanted and line.state_at(moment.now_s) not in REGISTERED_STATES
