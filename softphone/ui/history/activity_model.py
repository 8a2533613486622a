"""What happened as rows of a tree: days, what happened on them, and the events of an interruption."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import groupby

from msgspec import Struct
from PySide6.QtCore import QAbstractItemModel, QDate, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt

from softphone.history.happenings import Event, Happening, Interruption
from softphone.i18n import tr
from softphone.wording import timeline_words

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole  # the `Day`, `Happening` or `Event` of a row

_NO_INDEX = QModelIndex()
_WEEK_DAYS = 7
_YEAR_AND_WEEKDAY = re.compile(r"[\s,]*(dddd|yyyy)[\s,]*")


class Day(Struct, frozen=True):
    """The heading of a day, and its date where the heading does not say it."""

    name: str
    date: str


class ActivityModel(QAbstractItemModel):
    """Days and what happened on them side by side, newest first; below an interruption its events."""

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._happened: tuple[Happening, ...] = ()
        self._rows: list[Day | Happening] = []

    @property
    def now(self) -> datetime:
        """The moment of what lasts, in the zone of all times."""
        return self._now()

    @property
    def rows(self) -> Sequence[Day | Happening]:
        """The rows but those of events."""
        return self._rows

    def show(self, happened: tuple[Happening, ...]) -> bool:
        """Show this, newest first; whether that is something else than before."""
        rows = list(_with_days(happened, self.now))
        if rows == self._rows:
            return False
        self.beginResetModel()
        self._happened, self._rows = happened, rows
        self.endResetModel()
        return True

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        above = index.internalId() if index.isValid() else 0
        return self.createIndex(above - 1, 0, 0) if above else QModelIndex()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        if not parent.isValid():
            return len(self._rows)
        row = self._rows[parent.row()]
        return len(row.events) if not parent.internalId() and isinstance(row, Interruption) else 0

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        del parent
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.row(index), Day):
            return Qt.ItemFlag.ItemNeverHasChildren  # no stop of the arrow keys
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def row(self, index: Index) -> Day | Happening:
        """Return what an index stands for."""
        above = index.internalId()
        if not above:
            return self._rows[index.row()]
        interruption = self._rows[above - 1]
        assert isinstance(interruption, Interruption)  # noqa: S101 - no other row has rows below it
        return interruption.events[index.row()]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index)
        if role == ROW:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            if isinstance(row, Day):
                return ", ".join(part for part in (row.name, row.date) if part)
            return timeline_words.spoken(row, self.now, within=bool(index.internalId()))
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, Event):
            return timeline_words.small_print(row.entry) or None
        return None

    def texts(self) -> list[str]:
        """Return all rows and the rows below them, as they are read out."""
        above = [self.index(row, 0) for row in range(len(self._rows))]
        every = (
            index
            for one in above
            for index in (one, *(self.index(row, 0, one) for row in range(self.rowCount(one))))
        )
        return [str(self.data(index)) for index in every]


def key_of(happening: Happening) -> tuple[datetime, str]:
    """Return what a row is known by when it is shown again."""
    at = happening.at if isinstance(happening, Event) else happening.began
    return at, next(iter(happening.lines), "")


def moment_of(happening: Happening) -> datetime:
    """Return the moment that shows best what happened."""
    return happening.at if isinstance(happening, Event) else happening.began


def _with_days(happened: Sequence[Happening], now: datetime) -> list[Day | Happening]:
    rows: list[Day | Happening] = []
    for on, its in groupby(happened, lambda one: _last(one, now).astimezone(now.tzinfo).date()):
        rows.append(_day(on, now.date()))
        rows += its
    return rows


def _last(happening: Happening, now: datetime) -> datetime:
    return happening.at if isinstance(happening, Event) else happening.ended or now


def _day(on: date, today: date) -> Day:
    locale = QLocale()
    in_words = QDate(on.year, on.month, on.day)
    day_and_month = locale.toString(in_words, _date_format(locale))
    days = (today - on).days
    if days <= 1:
        return Day(tr("Yesterday") if days else tr("Today"), day_and_month)
    if days < _WEEK_DAYS:
        return Day(locale.toString(in_words, "dddd"), day_and_month)
    return Day(day_and_month, "")


def _date_format(locale: QLocale) -> str:
    """Return how day and month are written: as the desktop's region does it where it speaks the language."""
    system = QLocale.system()
    if system.language() != locale.language():
        system = QLocale("en_GB") if locale.language() is QLocale.Language.English else locale
    return _YEAR_AND_WEEKDAY.sub(" ", system.dateFormat(QLocale.FormatType.LongFormat)).strip()
