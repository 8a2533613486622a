"""Rows below each other, as many as there may be: only those in sight or near it have a widget.

A screen reader still finds all of them: beyond `ALL_ALIVE` entries a list without a face stands behind the
rows, and its model answers for every row (a widget of one's own can have no accessible children in Python).
"""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget
from shiboken6 import isValid

from softphone.i18n import tr
from softphone.ui.kit.layout import ScrollArea

ALL_ALIVE = 60  # up to so many rows each has its widget
SPARE = 10  # so many above and below what is in sight have one, too
RING_PX = 4  # room for the ring of what stands first
FOOT_PX = 16
SCROLLED_S = 1.0  # so long after the last movement
TOAST_PX = 60  # what is centred leaves it free
TOP_SHARE = 0.4  # of the free height, above what is centred
MARGIN_PX, NARROW_MARGIN_PX, NARROW_PX = 20, 12, 480

_NOWHERE = QModelIndex()
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Slot(Generic[Key]):
    """A row or a heading, so many pixels high, with so many free above it."""

    key: Key
    height_px: int
    gap_px: int


class RowView(ScrollArea, Generic[Key]):
    """A column, at most `widest_px` wide, of what `above` holds, and of the entries.

    `make` returns the widget of an entry and `let_go` takes it back when it is out of sight; `pinned` tells
    whose widgets must stay; `words` says an entry to a screen reader.
    """

    def __init__(
        self,
        make: Callable[[Key], QWidget],
        let_go: Callable[[QWidget], object],
        pinned: Callable[[], set[Key]],
        words: Callable[[Key], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._make = make
        self._let_go = let_go
        self._pinned = pinned
        self._entries: tuple[Slot[Key], ...] = ()
        self._tops: list[int] = []
        self._places: dict[Key, int] = {}
        self._widgets: dict[Key, QWidget] = {}
        self.widest_px = 1040
        self.centred = False  # what stands above the entries, in the upper half
        self._content = QWidget()
        self._content.setBackgroundRole(QPalette.ColorRole.Window)
        self._content.installEventFilter(self)
        self._upper = QWidget(self._content)
        self.above: QVBoxLayout = QVBoxLayout(self._upper)
        self.above.setContentsMargins(0, RING_PX, 0, 0)
        self._outline = _Outline(words, self._content)
        self.setWidgetResizable(False)
        self.setWidget(self._content)
        self.verticalScrollBar().valueChanged.connect(self._on_scroll)
        self._is_moving = False
        self._scrolled_at_s = float("-inf")
        self._spares = QTimer(self, singleShot=True, interval=0)
        self._spares.timeout.connect(self.furnish)

    @property
    def column_px(self) -> int:
        """How wide the entries are."""
        margin = NARROW_MARGIN_PX if self.width() < NARROW_PX else MARGIN_PX
        return max(1, min(self.widest_px, self.width() - 2 * margin))

    @property
    def is_scrolled(self) -> bool:
        """Somebody is looking through the entries."""
        return time.monotonic() - self._scrolled_at_s < SCROLLED_S

    @property
    def widgets(self) -> dict[Key, QWidget]:
        """The widgets that there are, by their entries."""
        return self._widgets

    def widget_of(self, key: Key) -> QWidget | None:
        """Return the widget of an entry, and scroll to it; None when there is no such entry."""
        if key not in self._places:
            return None
        self.bring_into_sight(key)
        return self._widgets[key]

    def show_entries(self, entries: Sequence[Slot[Key]], anchor: Key | None = None) -> None:
        """Show these entries; the `anchor` stays where it is on the screen, else the first one in sight."""
        before = self._offset(anchor) if anchor in self._places else None
        if before is None and self.verticalScrollBar().value() > 0:
            anchor = next((one.key for one in self._entries[self._in_sight()]), None)
            before = None if anchor is None else self._offset(anchor)
        self._entries = tuple(entries)
        self._places = {entry.key: place for place, entry in enumerate(entries)}
        self._find_places()
        if before is not None and anchor in self._places:
            self._is_moving = True  # the rows come once, where they will stand
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self._offset(anchor) - before)
            self._is_moving = False
        self.furnish(moved=True)

    def lay_out(self) -> None:
        """Put everything in its place."""
        self._find_places()
        self.furnish(moved=True)

    def _find_places(self) -> None:
        width = self.column_px
        height = self._upper_px(width)
        self._tops = []
        for entry in self._entries:
            height += entry.gap_px
            self._tops.append(height)
            height += entry.height_px
        self._content.resize(self.viewport().width(), max(height + FOOT_PX, self.viewport().height()))
        self._outline.show_entries(self._entries if len(self._entries) > ALL_ALIVE else (), self._tops)

    def bring_into_sight(self, key: Key) -> None:
        """Scroll as little as shows an entry whole."""
        place = self._places[key]
        top, bottom = self._tops[place], self._tops[place] + self._entries[place].height_px
        bar, gap_px = self.verticalScrollBar(), 8
        if top - gap_px < bar.value():
            bar.setValue(top - gap_px if place else 0)
        elif bottom + gap_px > bar.value() + self.viewport().height():
            bar.setValue(bottom + gap_px - self.viewport().height())
        self.furnish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # the keys that would scroll change rows

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        asks = event.type() == QEvent.Type.LayoutRequest and watched is self._content
        if asks and self._upper.height() != self._upper_px(self.column_px):
            self.lay_out()
        return super().eventFilter(watched, event)

    @property
    def content(self) -> QWidget:
        """What scrolls; the parent of all widgets."""
        return self._content

    def chain(self, row: Any) -> None:
        """Make a new row the first stop of the Tab key in here; `row.chain_after` is told after what."""
        # Qt chains nothing after what takes no focus.
        self._content.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        row.chain_after(self._content)
        self._content.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _on_scroll(self) -> None:
        if not self._is_moving:
            self._scrolled_at_s = time.monotonic()
            self.furnish()

    def _upper_px(self, width: int) -> int:
        self._upper.setVisible(self.above.count() > 0)
        height = self.above.heightForWidth(width) if self.above.hasHeightForWidth() else -1
        height = self.above.sizeHint().height() if height < 0 else height
        return height if height > RING_PX else 0

    def _offset(self, key: Any) -> int:
        return self._tops[self._places[key]] - self.verticalScrollBar().value()

    def _in_sight(self) -> slice:
        top = self.verticalScrollBar().value()
        return slice(
            max(0, bisect_right(self._tops, top) - 1), bisect_left(self._tops, top + self.viewport().height())
        )

    def furnish(self, *, moved: bool = False) -> None:
        """Give a widget to what is in or near sight or pinned, and take it from all else."""
        if len(self._entries) > ALL_ALIVE:
            seen = self._in_sight()
            spare = SPARE
            if moved:  # first what is seen
                spare = 0
                self._spares.start()
            near = self._entries[max(0, seen.start - spare) : seen.stop + spare]
            wanted = {entry.key for entry in near} | (self._pinned() & self._places.keys())
        else:
            wanted = set(self._places)
        gone = [self._widgets.pop(key) for key in self._widgets.keys() - wanted]
        for unused in gone:
            self._let_go(unused)  # it may be another entry's at once, without being hidden in between
        left = (self.width() - self.column_px) // 2 - self.viewport().x()  # the bar stands in the margin
        for key in sorted(wanted, key=self._places.__getitem__):
            widget = self._widgets.get(key)
            new = widget is None
            if widget is None:
                widget = self._widgets[key] = self._make(key)
            if new or moved:
                place = self._places[key]
                entry = self._entries[place]
                widget.setGeometry(left, self._tops[place], self.column_px, entry.height_px)
            if new and widget.isHidden():
                widget.show()
        used = set(map(id, self._widgets.values()))
        for unused in gone:
            # A row that goes gives up the keyboard, and that may furnish anew.
            if isValid(unused) and id(unused) not in used:
                unused.hide()
        if moved:
            height = self._upper_px(self.column_px)
            free = self.viewport().height() - height - TOAST_PX
            top = round(free * TOP_SHARE) - RING_PX if self.centred and free > 0 else 0
            self._upper.setGeometry(left, top, self.column_px, height)


class _Outline(QListView):
    """All entries as a screen reader reads them, where they stand; nothing is drawn."""

    def __init__(self, words: Callable[[Any], str], content: QWidget) -> None:
        super().__init__(content)
        self._content = content
        self.setObjectName("lineOutline")
        self.setAccessibleName(tr("All lines"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("background: transparent; border: none")
        self.setLayoutMode(QListView.LayoutMode.Batched)  # a thousand at once would hold the window up
        self.setBatchSize(ALL_ALIVE)
        self._model = _Rows(words, self)
        self.setModel(self._model)
        self.hide()

    def show_entries(self, entries: Sequence[Slot[Any]], tops: list[int]) -> None:
        """Answer for these entries; none: be away."""
        self._model.show_entries(entries, tops)
        self.setVisible(bool(entries))
        if entries:
            self.resize(self._content.size())
            self.lower()


class _Rows(QAbstractListModel):
    def __init__(self, words: Callable[[Any], str], parent: QListView) -> None:
        super().__init__(parent)
        self._words = words
        self._entries: Sequence[Slot[Any]] = ()
        self._heights: list[int] = []

    def show_entries(self, entries: Sequence[Slot[Any]], tops: list[int]) -> None:
        """Take other entries; each reaches from the end of the one before to its own."""
        heights = []
        end = 0
        for entry, top in zip(entries, tops, strict=bool(entries)):
            heights.append(top + entry.height_px - end)
            end = top + entry.height_px
        same_keys = [one.key for one in entries] == [one.key for one in self._entries]
        if same_keys and heights == self._heights:
            return
        self.beginResetModel()
        self._entries, self._heights = entries, heights
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """Return how many there are (Qt override)."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        """Return what an entry is called, and how high it is (Qt override)."""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._words(self._entries[index.row()].key)
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(1, self._heights[index.row()])
        return None
