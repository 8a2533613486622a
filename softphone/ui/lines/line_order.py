"""Which lines the list shows, in which group and order. Qt-free.

A row would be gone from under the hand that goes for it if it moved with every change: it stays where it is
until its line has been in the new state for a while and nobody is at it.
"""

from collections import Counter
from collections.abc import Iterable, Set
from typing import Any

from msgspec import Struct

from softphone.line.model import LineSnapshot, LineState
from softphone.wording.all_lines import Filter, Group, Tally, by_filter, filter_of, group_of, order_of
from softphone.wording.moment import Moment
from softphone.wording.presentation import phone

REST_S = 5.0  # so long a line is in its new state before its row moves
FOLDED_ABOVE = 12  # more rows that need nobody are folded while others are in trouble


class Section(Struct, frozen=True):
    """The lines of a group, from top to bottom. `folded`: only the heading is shown."""

    group: Group
    line_ids: tuple[str, ...]
    folds: bool = False  # may be folded and unfolded by hand
    folded: bool = False


class _Place(Struct, frozen=True):
    """Where a row stands, and the state that it stands there for."""

    state: LineState
    order: Any  # as `order_of` compares
    text: str  # what the search looks into


class LineOrder:
    """The order of the rows. `chosen`: the filter that narrows it; `unfolded`: by hand, None: by the rule."""

    def __init__(self) -> None:
        self.chosen: Filter = Filter.ALL
        self.unfolded: bool | None = None
        self._sought: tuple[str, ...] = ()
        self.tally: Tally = Counter()  # of all lines, by what they are now
        self._states: dict[str, tuple[LineState, float]] = {}  # of each line, and since when
        self._counted: dict[str, tuple[LineState, bool]] = {}  # each line, as it is in the tally
        self._places: dict[str, _Place] = {}
        self._groups: dict[Group, list[str]] | None = None  # in order; None: something moved

    @property
    def counts(self) -> Counter[Filter]:
        """How many lines each chip keeps."""
        return by_filter(self.tally)

    def state_of(self, line_id: str) -> LineState | None:
        """The state of a line when last looked at."""
        found = self._states.get(line_id)
        return None if found is None else found[0]

    def narrow(self, chosen: Filter | None = None, words: str | None = None) -> None:
        """Show only the lines of a filter, and of them those in which every one of these words is found."""
        self.chosen = self.chosen if chosen is None else chosen
        self._sought = self._sought if words is None else tuple(words.casefold().split())
        self._groups = None

    def update(
        self,
        lines: Iterable[LineSnapshot],
        moment: Moment,
        held: Set[str] = frozenset(),
        *,
        at_once: bool = False,
    ) -> set[str]:
        """Look at all lines; return the ids of those that are in another state than last time, or new.

        Rows that are `held` stay; `at_once`: all others stand where they belong, however new their state is.
        """
        places, self._places = self._places, {}
        changed = self.look_at(lines := tuple(lines), moment)
        for line in lines:
            line_id = line.identity.line_id
            state, since_s = self._states[line_id]
            place = places.get(line_id)
            rests = at_once or moment.now_s - since_s >= REST_S
            if place is None or (place.state is not state and rests and line_id not in held):
                place = _Place(state, order_of(line, moment), _text(line))
                self._groups = None
            self._places[line_id] = place
        if self._places.keys() != places.keys():
            self._groups = None
        for gone in self._states.keys() - self._places.keys():
            del self._states[gone]
            self.tally[self._counted.pop(gone)] -= 1
        return changed

    def look_at(self, lines: Iterable[LineSnapshot], moment: Moment) -> set[str]:
        """Look at these lines, whose rows stay where they are; return what `update` does."""
        changed = set()
        for line in lines:
            line_id, state = line.identity.line_id, line.state_at(moment.now_s)
            known = self._states.get(line_id)
            if known is None or known[0] is not state:
                changed.add(line_id)
                self._states[line_id] = (state, moment.now_s)
            counted = (state, line.wanted)
            before = self._counted.get(line_id)
            if before != counted:
                if before is not None:
                    self.tally[before] -= 1
                self.tally[counted] += 1
                self._counted[line_id] = counted
        return changed

    def sections(self, held: Set[str] = frozenset()) -> tuple[Section, ...]:
        """Return the groups that have lines to show, the worst first; one with `held` rows stays open."""
        if self._groups is None:
            self._groups = {group: [] for group in Group}
            for line_id in sorted(self._places, key=lambda line_id: self._places[line_id].order):
                place = self._places[line_id]
                if self._is_sought(place):
                    self._groups[group_of(place.state)].append(line_id)
        narrowed = self._sought or self.chosen is not Filter.ALL
        sections = []
        for group, line_ids in self._groups.items():
            many = group is Group.REACHABLE and len(line_ids) > FOLDED_ABOVE
            folds = bool(many and self._groups[Group.TROUBLE] and not narrowed)
            folded = folds and not (held & set(line_ids) if self.unfolded is None else self.unfolded)
            if line_ids:
                sections.append(Section(group, tuple(line_ids), folds, folded))
        return tuple(sections)

    def _is_sought(self, place: _Place) -> bool:
        fits = self.chosen is Filter.ALL or self.chosen is filter_of(place.state)
        return fits and all(word in place.text for word in self._sought)


def _text(line: LineSnapshot) -> str:
    """Everything that a person may type to find a line, with its number grouped and not."""
    identity = line.identity
    number = identity.phone_number or ""
    parts = (identity.label, identity.account.address, number, phone(number), identity.extension or "")
    return " ".join(parts).casefold()
