"""The timeline: what happened, newest first, and the way back in time (interface.md#timeline).

It shows what it is given and asks for the rest by signals: `ui.history.history_reader` reads the journal.
"""

from datetime import datetime, timedelta
from typing import TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QListView,
    QSlider,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from softphone.history.entries import Entry
from softphone.i18n import tr, when
from softphone.ui.copyable import copy
from softphone.ui.kit.button import FACE_HEIGHT, Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, FlowLayout, in_column, in_row
from softphone.ui.kit.painting import paint_shape
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import tokens
from softphone.ui.outlined import Outlined, Tick
from softphone.wording import timeline_words
from softphone.wording.moment import LOCAL

Index = QModelIndex | QPersistentModelIndex
ENTRY = Qt.ItemDataRole.UserRole
REPLAY_SETTLE_MS = 60  # the slider may move faster than the past is read

_Widget = TypeVar("_Widget", bound=QWidget)

_MARGIN = 12
_GAP = 6
_SHAPE = 14
_ROW_PADDING = 5


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
        return when(entry.at, self._now, seconds=True)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
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


class Timeline(QWidget):
    """The panel of the timeline. Hidden until `open`; Esc closes it.

    Signals:
        closed(): it was put away.
        clear_asked(): the person wants the history gone, and was asked.
        moment_asked(datetime | None): show that moment (UTC) in the window; None: the present again.
    """

    closed = Signal()
    clear_asked = Signal()
    moment_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName(tr("Timeline"))
        self._model = TimelineModel(self)
        self._lines: tuple[tuple[str, str], ...] = ()
        self._began: datetime | None = None
        self._now = datetime.now(LOCAL)
        self._settle = QTimer(self, singleShot=True, interval=REPLAY_SETTLE_MS)
        self._settle.timeout.connect(self._ask_for_moment)
        self._make()
        self._lay_out()
        self.hide()

    # What is shown

    def show_lines(self, lines: tuple[tuple[str, str], ...]) -> None:
        """Offer these lines to choose from: key and name of each."""
        if lines == self._lines:
            return
        self._lines = lines
        chosen = self._line.currentData()
        self._line.blockSignals(True)
        self._line.clear()
        for key, name in (("", tr("All lines")), *lines):
            self._line.addItem(name, key)
        self._line.setCurrentIndex(max(0, self._line.findData(chosen)))
        self._line.blockSignals(False)
        self._line_field.setVisible(len(lines) > 1)
        self._choose()

    def show_entries(self, entries: tuple[Entry, ...], began: datetime | None, now: datetime) -> None:
        """Show these, newest first. `began` is the oldest moment that is known (UTC)."""
        self._began, self._now = began, now
        self._model.show_entries(entries, now)
        self._replay.setEnabled(began is not None)
        self._show_emptiness(known=bool(entries))

    def show_moment(self, words: str) -> None:
        """Say what moment the window shows; empty: the present."""
        self._moment.say(words)

    @property
    def has_entries(self) -> bool:
        """Something is shown."""
        return bool(self._model.rows)

    @property
    def replaying(self) -> bool:
        """The window shows a moment of the past."""
        return self._replay.isChecked()

    # What is done

    def open(self) -> None:
        """Show it and give it the focus."""
        self.show()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_away(self) -> None:
        """Go back to the present and hide."""
        if not self.isHidden():
            self._replay.setChecked(False)
            self.hide()
            self.closed.emit()

    def search(self) -> None:
        """Put the cursor into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def end_replay(self) -> None:
        """Go back to the present."""
        self._replay.setChecked(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the present, then closes."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.replaying:
            self.end_replay()
        else:
            self.put_away()

    # How it is made

    def _make(self) -> None:
        self._line = _named(QComboBox(), "timelineLine", tr("Line"))
        self._line.currentIndexChanged.connect(self._choose)
        self._trouble = _named(Tick(), "timelineTrouble", tr("Trouble only"))
        self._trouble.toggled.connect(self._choose)
        self._search = _named(QLineEdit(), "timelineSearch", tr("Filter the timeline"))
        self._search.setPlaceholderText(tr("Filter"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._choose)
        self._list = _named(QListView(), "timelineList", tr("What happened, newest first"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(_RowPainter(self._model, self._list))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.activated.connect(self._go_to)
        self._empty = Text(secondary=True)
        self._no_match = Button(tr("Clear filter"), self._clear_filter, name="timelineClearFilter")
        self._replay = Button(tr("Replay"), name="timelineReplay")
        self._replay.setCheckable(True)
        self._replay.toggled.connect(self._replay_toggled)
        self._copy = Button(
            tr("Copy"),
            lambda: copy(self._model.text(), self),
            name="timelineCopy",
            spoken=tr("Copy the timeline"),
        )
        self._clear = Button(
            tr("Clear…"), self.clear_asked.emit, name="timelineClear", spoken=tr("Clear the history…")
        )
        self._close = Button(
            tr("Close"),
            self.put_away,
            name="timelineClose",
            spoken=tr("Close the timeline"),
            kind=ButtonKind.QUIET,
        )
        slider = QSlider(Qt.Orientation.Horizontal)
        self._slider = _named(slider, "timelineSlider", tr("Moment that the window shows"))
        self._slider.valueChanged.connect(lambda _: self._settle.start())
        self._moment = Text(bold=True)

    def _lay_out(self) -> None:
        trouble = QWidget()
        words = Text(tr("Trouble only"), wraps=False)
        in_row(Outlined(self._trouble), words, of=trouble, margins=NO_MARGINS, spacing=0)
        self._line.setMinimumHeight(FACE_HEIGHT)
        self._search.setMinimumHeight(FACE_HEIGHT)
        self._line_field = Outlined(self._line)
        search = Outlined(self._search)
        self._filters = (search, trouble, self._copy, self._clear)  # of no use in replay
        buttons = (self._replay, self._copy, self._clear, self._close)
        tools = FlowLayout(self._line_field, search, trouble, *buttons, spacing=_GAP)
        self._past = QWidget()
        in_row((Outlined(self._slider), 1), self._moment, of=self._past, margins=NO_MARGINS, spacing=8)
        self._past.hide()
        in_column(
            Text(tr("Timeline"), factor=1.15, bold=True),
            tools,
            self._past,
            self._empty,
            self._no_match,
            (self._list, 1),
            of=self,
            margins=(_MARGIN, 6, _MARGIN, _MARGIN),
            spacing=6,
        )

    # What happens

    def _choose(self) -> None:
        self._model.choose(
            line_key=self._line.currentData() or "",
            trouble_only=self._trouble.isChecked(),
            search=self._search.text(),
        )
        self._show_emptiness(known=True)

    def _clear_filter(self) -> None:
        self._search.clear()
        self._trouble.setChecked(False)
        self._line.setCurrentIndex(0)

    def _show_emptiness(self, *, known: bool) -> None:
        empty = not self._model.rows
        filtered = bool(self._search.text() or self._trouble.isChecked() or self._line.currentData())
        self._list.setVisible(not empty)
        self._no_match.setVisible(empty and filtered and known)
        if not empty:
            self._empty.say("")
        elif filtered and known:
            self._empty.say(tr("No events match."))
        else:
            self._empty.say(tr("Nothing has happened yet. Changes will appear here."))

    def _replay_toggled(self, replaying: bool) -> None:
        self._past.setVisible(replaying)
        for widget in self._filters:
            widget.setVisible(not replaying)
        self._settle.stop()
        if not replaying:
            self._moment.say("")
            self.moment_asked.emit(None)
            return
        began = self._began or self._now
        self._slider.blockSignals(True)
        self._slider.setRange(0, max(1, round((self._now - began).total_seconds())))
        self._slider.setPageStep(300)
        self._slider.setSingleStep(5)
        self._slider.setValue(self._slider.maximum())
        self._slider.blockSignals(False)
        self._slider.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask_for_moment()

    def _go_to(self, index: QModelIndex) -> None:
        """Enter or a double click on an entry shows its moment."""
        entry = self._model.rows[index.row()]
        self._replay.setChecked(True)
        began = self._began or self._now
        self._slider.setValue(round((entry.at - began).total_seconds()) + 1)

    def _ask_for_moment(self) -> None:
        if self.replaying:
            began = self._began or self._now
            self.moment_asked.emit(began + timedelta(seconds=self._slider.value()))


class _RowPainter(QStyledItemDelegate):
    """Paints a row: shape, time, line, words; the small print behind them."""

    def __init__(self, model: TimelineModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del index
        height = QFontMetrics(option.font).height() + 2 * _ROW_PADDING
        return QSize(100, max(24, height))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY)
        view: QWidget = option.widget
        rect: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        colours = tokens(view.palette())
        shape, tone = timeline_words.look(entry)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.save()
        if selected:
            painter.fillRect(rect, view.palette().highlight())
        ink = view.palette().color(role)
        left_to_right = view.layoutDirection() is Qt.LayoutDirection.LeftToRight
        inner = rect.adjusted(6, 0, -6, 0)
        x = inner.left() if left_to_right else inner.right() - _SHAPE
        where = QRectF(x, rect.center().y() - _SHAPE / 2 + 0.5, _SHAPE, _SHAPE)
        paint_shape(painter, where, shape, ink if selected else colours.ink(tone))
        room = inner.adjusted(_SHAPE + 8, 0, 0, 0) if left_to_right else inner.adjusted(0, 0, -_SHAPE - 8, 0)
        painter.setPen(ink)
        parts = (self._model.clock(entry), entry.line_label, timeline_words.words(entry))
        said = "  ".join(part for part in parts if part)
        metrics = QFontMetrics(painter.font())
        elide = Qt.TextElideMode.ElideRight
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(room, flags, metrics.elidedText(said, elide, room.width()))
        painter.restore()


def _named(widget: _Widget, name: str, spoken: str) -> _Widget:
    widget.setObjectName(name)
    widget.setAccessibleName(spoken)
    return widget
