"""What the tray says: a tooltip, and a row for each line (interface.md#tray). Pure and Qt-free."""

from collections.abc import Iterable

from softphone.i18n import counted, tr
from softphone.line.model import REGISTERED_STATES, LineSnapshot
from softphone.wording import presentation
from softphone.wording.moment import Moment

ROWS_AT_MOST = 12  # a menu of forty rows is no menu


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
    return tr("{line}: {words}", line=line.identity.label, words=presentation.badge(line, moment).words)


def worst_line(lines: Iterable[LineSnapshot], moment: Moment) -> LineSnapshot | None:
    """Return the first line whose state is the worst of all; None when all wanted ones are well."""
    troubled = [line for line in lines if _is_troubled(line, moment)]
    if not troubled:
        return None
    return min(troubled, key=lambda line: presentation.severity(line.state_at(moment.now_s)))


def _is_troubled(line: LineSnapshot, moment: Moment) -> bool:
    return line.wanted and line.state_at(moment.now_s) not in REGISTERED_STATES
