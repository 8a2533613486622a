"""Activity: what happened, newest first, in place of the lines (interface.md#activity).

It shows what it is given and asks for the rest by signals: `ui.history.history_reader` reads the journal.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QLayout, QMenu, QWidget

from softphone.history.entries import Entry
from softphone.history.happenings import Happening, Interruption
from softphone.i18n import tr
from softphone.ui.copyable import copy
from softphone.ui.fields import SearchField
from softphone.ui.history.activity_list import ActivityList
from softphone.ui.history.activity_model import key_of
from softphone.ui.kit.button import Button, IconButton
from softphone.ui.kit.icons import ICON_SIZE, Icon, picture
from softphone.ui.kit.layout import CENTRE, NO_MARGINS, facing, in_column, in_row, turn
from softphone.ui.kit.switch import Switch
from softphone.ui.kit.text import Text, TextStyle
from softphone.ui.kit.theme import tokens
from softphone.wording import timeline_words
from softphone.wording.moment import LOCAL

TOP_BAR = 48

_EDGE, _NARROW_EDGE, _NARROW_EDGE_PX = 20, 12, 480
_TWO_ROWS_PX = 560
_SEARCH_PX, _LINE_PX = 220, 150
_TICK_MS = 1000


def now() -> datetime:
    """Return the present moment in the computer's zone."""
    return datetime.now(LOCAL)


class ActivityPage(QWidget):
    """The page. Hidden until `open`; Esc and the arrow close it.

    Signals:
        closed(): it was put away.
        clear_asked(): the person wants the history gone; they were not asked yet whether they mean it.
        export_asked(str): the text is to be kept in a file.
        moment_asked(datetime | None): show that moment (UTC) in the window, or the last one.
    """

    closed: Signal = Signal()
    clear_asked: Signal = Signal()
    export_asked: Signal = Signal(str)
    moment_asked: Signal = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, now: Callable[[], datetime] = now) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName(tr("Activity"))
        self._now = now
        self._lines: tuple[tuple[str, str], ...] = ()
        self._entries: tuple[Entry, ...] = ()
        self._every: tuple[Happening, ...] = ()
        self._shown: tuple[Happening, ...] = ()
        self._began: datetime | None = None
        self._tick = QTimer(self, interval=_TICK_MS)
        self._make()
        self._lay_out()
        self._tick.timeout.connect(self._list.viewport().update)
        self._show_emptiness()
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
        self._line.setVisible(len(lines) > 1)
        self._choose()

    def show_past(
        self, entries: tuple[Entry, ...], happened: tuple[Happening, ...], began: datetime | None
    ) -> None:
        """Show what happened, both newest first. `began` is the oldest moment that is known (UTC)."""
        self._entries, self._every, self._began = entries, happened, began
        self._replay.setEnabled(began is not None)
        self._choose()

    @property
    def began(self) -> datetime | None:
        """The oldest moment that is known (UTC)."""
        return self._began

    def text(self) -> str:
        """Return all entries behind the rows that are shown as text, oldest first."""
        if self._shown == self._every:
            entries = list(self._entries)
        else:
            behind = {id(entry) for row in self._shown for entry in _entries_of(row)}
            entries = [entry for entry in self._entries if id(entry) in behind]
        return timeline_words.as_text(reversed(entries), self._now().tzinfo or LOCAL)

    # What is done

    def open(self) -> None:
        """Show it and give it the keyboard."""
        self.show()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_away(self) -> None:
        """Hide."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def search(self) -> None:
        """Put the cursor into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # How it is made

    def _make(self) -> None:
        self._back = IconButton(Icon.BACK, self.put_away, name="activityBack", tooltip=tr("Back"))
        self._replay = Button(
            tr("Replay"), self._ask_for_moment, name="activityReplay", spoken=tr("Replay the past")
        )
        self._replay.setEnabled(False)
        self._more = IconButton(Icon.MORE, self._open_menu, name="activityMore", tooltip=tr("More"))
        self._menu = QMenu(self)
        self._menu.setObjectName("activityMenu")
        for words, does, name in (
            (tr("Copy"), self._copy, "activityCopy"),
            (tr("Export…"), lambda: self.export_asked.emit(self.text()), "activityExport"),
            (tr("Clear…"), self.clear_asked.emit, "activityClear"),
        ):
            self._menu.addAction(words, does).setObjectName(name)
        self._search = SearchField("activitySearch", tr("Search activity"))
        self._search.textChanged.connect(self._choose)
        self._line = QComboBox()
        self._line.setObjectName("activityLine")
        self._line.setAccessibleName(tr("Line"))
        self._line.hide()
        self._line.currentIndexChanged.connect(self._choose)
        words = tr("Interruptions only")
        self._only = Switch(lambda _: self._choose(), name="activityInterruptions", spoken=words)
        self._only_words = Text(words, wraps=False)
        self._list = ActivityList(self._now, margin=_EDGE)
        self._list.setObjectName("timelineList")
        self._list.moment_chosen.connect(self.moment_asked)
        self._empty = Text(secondary=True, wraps=False)
        self._no_match = Button(
            tr("Clear"), self._clear_filter, name="activityClearFilter", spoken=tr("Clear the search")
        )

    def _lay_out(self) -> None:
        self._nothing = QWidget()
        in_column(1, (self._empty, CENTRE), (self._no_match, CENTRE), 2, of=self._nothing, spacing=8)
        self._show_icons()
        self._search.setMinimumWidth(100)
        self._line.setMinimumWidth(80)
        title = Text(tr("Activity"), style=TextStyle.PAGE_TITLE, wraps=False)
        title.setIndent(0)
        top = (self._back, title, 1, self._replay, self._more)
        self._top = in_row(*top, margins=NO_MARGINS, spacing=12)
        self._tools = in_row(
            in_row((self._search, _SEARCH_PX), (self._line, _LINE_PX), 1, spacing=8),
            in_row(self._only_words, self._only, spacing=8),
            margins=NO_MARGINS,
            spacing=8,
        )
        self._sides = in_row((self._list, 1), (self._nothing, 1), margins=NO_MARGINS)
        column = in_column(self._top, self._tools, (self._sides, 1), of=self, margins=NO_MARGINS, spacing=0)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_icons()

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 200)  # with less room the tools stand below each other

    def _show_icons(self) -> None:
        colours, mirrored = tokens(self.palette()), self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._replay.setIcon(picture(Icon.PLAY, colours.text, ICON_SIZE, mirrored=mirrored))
        self._replay.setIconSize(QSize(ICON_SIZE, ICON_SIZE))

    def _fit(self) -> None:
        """Go by the width: edges, and how wide the tools are."""
        edge = _NARROW_EDGE if self.width() < _NARROW_EDGE_PX else _EDGE
        self._top.setContentsMargins(edge - 8, 8, edge - 8, 8)
        self._tools.setContentsMargins(edge, 4, edge, 5)
        self._sides.setContentsMargins(*facing(self, (edge, 0, 0, 0)))
        self._list.set_margin(edge)
        below = self.width() < _TWO_ROWS_PX
        turn(self._tools, below=below)
        for widget, most in ((self._search, _SEARCH_PX), (self._line, _LINE_PX)):
            widget.setMaximumWidth(self.maximumWidth() if below else most)

    # What happens

    def _choose(self) -> None:
        """Show the rows that fit what is searched."""
        key, search = self._line.currentData() or "", self._search.text().casefold().strip()
        self._shown = tuple(
            row
            for row in self._every
            if (not self._only.isChecked() or isinstance(row, Interruption))
            and (not key or not row.lines or key in row.lines)
            and search in self._searched(row)
        )
        self._list.show_happenings(self._shown)
        self._show_emptiness()

    def _searched(self, row: Happening) -> str:
        at = self._now()
        told = [timeline_words.spoken(row, at), *row.lines.values()]
        told += [timeline_words.small_print(entry) for entry in _entries_of(row)]
        if isinstance(row, Interruption):
            told += [timeline_words.words(event, within=True) for event in row.events]
        return " ".join(told).casefold()

    def _clear_filter(self) -> None:
        self._search.clear()
        self._line.setCurrentIndex(0)
        self._only.setChecked(False)
        self._choose()

    def _show_emptiness(self) -> None:
        self._list.setVisible(bool(self._shown))
        self._nothing.setVisible(not self._shown)
        self._no_match.setVisible(bool(self._every) and not self._shown)
        self._empty.say(tr("Nothing matches.") if self._every else tr("Nothing has happened yet."))

    def _copy(self) -> None:
        copy(self.text(), self)

    def _open_menu(self) -> None:
        self._menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _ask_for_moment(self) -> None:
        chosen = self._list.chosen
        self.moment_asked.emit(None if chosen is None else key_of(chosen)[0])


def _entries_of(row: Happening) -> list[Entry]:
    events = row.events if isinstance(row, Interruption) else (row,)
    return [entry for event in events for entry in event.entries]
