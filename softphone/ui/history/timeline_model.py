"""The entries of the timeline as rows, newest first: those that fit the line, the choice and the search."""

from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from softphone.history.entries import Entry
from softphone.wording import timeline_words
from softphone.wording.moment import LOCAL

Index = QModelIndex | QPersistentModelIndex
ENTRY = Qt.ItemDataRole.UserRole


class TimelineModel(QAbstractListModel):
    """Rows of entries. `ENTRY` is the role of the entry itself; texts are for people and screen readers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._every: tuple[Entry, ...] = ()
        self._rows: list[Entry] = []
        self._now = datetime.now(LOCAL)
        self._line_key = ""
        self._trouble_only = False
        self._search = ""

    @property
    def rows(self) -> tuple[Entry, ...]:
        """The entries that are shown."""
        return tuple(self._rows)

    def show_entries(self, entries: tuple[Entry, ...], now: datetime) -> None:
        """Show these, newest first; `now` carries the zone of the times."""
        if entries != self._every or now.date() != self._now.date():
            self._every, self._now = entries, now
            self._choose_rows()

    def choose(self, *, line_key: str, trouble_only: bool, search: str) -> None:
        """Show only the entries of one line (empty: of all), only trouble, only those with these words."""
        self._line_key, self._trouble_only = line_key, trouble_only
        self._search = search.casefold().strip()
        self._choose_rows()

    def text(self) -> str:
        """Return the rows that are shown as text, oldest first."""
        return timeline_words.as_text(
            reversed(self._rows), LOCAL if self._now.tzinfo is None else self._now.tzinfo
        )

    def clock(self, entry: Entry) -> str:
        """Return the time of an entry as it is shown."""
        return timeline_words.clock(entry.at, self._now)

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows there are (Qt override)."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a row says (Qt override)."""
        entry = self._rows[index.row()]
        if role == ENTRY:
            return entry
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return timeline_words.row(entry, self.clock(entry))
        if role == Qt.ItemDataRole.ToolTipRole:
            return timeline_words.small_print(entry) or None
        return None

    def _choose_rows(self) -> None:
        self.beginResetModel()
        self._rows = [entry for entry in self._every if self._fits(entry)]
        self.endResetModel()

    def _fits(self, entry: Entry) -> bool:
        if self._line_key and entry.line_key not in ("", self._line_key):
            return False
        if self._trouble_only and not timeline_words.is_trouble(entry):
            return False
        return self._search in timeline_words.row(entry, self.clock(entry)).casefold()
