"""The list of lines: up to three as cards, more as rows in groups below a summary, chips and a search.

`LineOrder` decides which rows stand where, `RowView` which of them have a widget. The list brings lines,
widgets and the keyboard together.
"""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import cast

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import tr
from softphone.line.model import LineSnapshot
from softphone.ui.bridge import LineModel
from softphone.ui.history.history_reader import Day
from softphone.ui.kit.button import Button
from softphone.ui.kit.layout import NO_MARGINS, in_column, in_row, remove
from softphone.ui.kit.text import Text, announce, text_scale
from softphone.ui.lines.heading import HEADING_PX, Heading
from softphone.ui.lines.line_card import LineCard, face_of_cards
from softphone.ui.lines.line_menu import line_menu
from softphone.ui.lines.line_order import LineOrder, Section
from softphone.ui.lines.line_row import LineRow, number, row_height_px
from softphone.ui.lines.list_head import ListHead
from softphone.ui.lines.row_view import RowView, Slot
from softphone.wording import all_lines
from softphone.wording.all_lines import Filter, Group
from softphone.wording.call_words import line_words
from softphone.wording.moment import Moment

CARDS_AT_MOST = 3  # more lines are rows
CARDS_PX, ROWS_PX = 600, 1040
SHORT_PX = 480  # in a window that is lower the head scrolls with the rows
SPARE_ROWS = 40  # so many widgets out of sight wait for other lines
ANNOUNCED_AT_ONCE = 3  # of more changes at once only the sum is told

_TOP_PX, _GAP_PX = 10, 12
_HEADING_GAP_PX, _ROW_GAP_PX = 10, 4
Card = LineCard | LineRow


class LineList(QWidget):
    """The lines of a model.

    Signals:
        pressed(str, Action | Remedy): a button on a line, or an entry of its menu.
        opened(str): the details of a line are wanted.
    """

    pressed: Signal = Signal(str, object)
    opened: Signal = Signal(str)

    def __init__(
        self,
        model: LineModel,
        moment: Callable[[], Moment],
        parent: QWidget | None = None,
        announcer: Callable[[QWidget, str, bool], None] = announce,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._moment = moment
        self._announce = announcer
        self._order = LineOrder()
        self._sections: tuple[Section, ...] = ()
        self._form: tuple[int, bool] = (0, False)  # width of the column; whether it is centred
        self._shown: list[str] = []  # the ids of the rows, from top to bottom
        self._cards: dict[str, LineCard] = {}
        self._spare_rows: list[LineRow] = []
        self._placeholders: list[QWidget] = []
        self._days: dict[str, Day] = {}
        self._accounts: dict[str, AccountSnapshot] = {}
        self._open_id = ""
        self._stop_id = ""  # the row that the Tab key enters
        self._past = False
        self._lay_out()
        model.rows_changed.connect(lambda: self._update(at_once=True))
        model.lines_changed.connect(self._update)
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._on_focus)
        self._update(at_once=True)

    # ---- what others ask

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards or rows that have a widget, from top to bottom."""
        if self._cards:
            return tuple(self._cards.values())
        return tuple(sorted(self._rows(), key=lambda row: row.y()))

    @property
    def current(self) -> Card | None:
        """The card that has the focus or holds what has it; the only card when there is but one."""
        focused: QWidget | None = self.window().focusWidget()
        return self.cards[0] if len(self._cards) == 1 else self._card_at(focused)

    @property
    def first_trouble(self) -> str:
        """The id of the first line in trouble, empty without one."""
        return next((one.line_ids[0] for one in self._sections if one.group is Group.TROUBLE), "")

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What F6 goes through."""
        return (self.head, self.view)

    def show_accounts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Take these accounts into what cards foretell."""
        self._accounts = {account.account.key: account for account in accounts}

    def show_day(self, line_id: str, day: Day) -> None:
        """Show the last 24 hours of a line on its card."""
        self._days[line_id] = day
        if line_id in self._cards:
            self._cards[line_id].show_day(day)

    def show_open(self, line_id: str) -> None:
        """Mark the line whose details are open beside the list; empty: none."""
        self._open_id = line_id
        for row in self._rows():
            row.show_open(is_open=row.line_id == line_id)
        self._update()

    def set_past(self, *, past: bool) -> None:
        """Show lines of the past: nothing can be pressed on them. Or of the present again."""
        self._past = past
        self._update(at_once=True)

    def set_placeholders(self, placeholders: list[QWidget]) -> None:
        """Show these below the lines, in place of any before: empty states, or lines on their way."""
        for old in self._placeholders:
            remove(old, self._standing)
        self._placeholders = placeholders
        for new in placeholders:
            self._standing.addWidget(new)
        self.view.lay_out()  # now: what came in their place would be squeezed for a frame

    def tick(self) -> None:
        """Renew what tells the time, on the cards in sight."""
        self._update()

    def focus_first(self) -> None:
        """Give the focus to the open or first line, or to nothing that Enter would press."""
        if self._stop_id or self._cards:
            self.focus_line(self._stop_id or next(iter(self._cards)))
        else:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_place(self, place: int) -> None:
        """Give the focus to the line at a place, counted from 0, if there is one."""
        shown = list(self._cards) or self._shown
        if 0 <= place < len(shown):
            self.focus_line(shown[place])

    def focus_line(self, line_id: str) -> None:
        """Give the focus to a line, if there is one; what hides it is taken away."""
        if line_id in self._cards:
            self._cards[line_id].setFocus(Qt.FocusReason.TabFocusReason)
            return
        if line_id not in self._shown and self._order.state_of(line_id) is not None:
            self._order.unfolded = True
            self.head.clear()
        row = self.view.widget_of(line_id)
        if row is not None:
            row.setFocus(Qt.FocusReason.TabFocusReason)

    def focus_search(self) -> bool:
        """Give the focus to the search; False: there is none."""
        found = self.head.search.isVisible()
        if found:
            self.head.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return found

    # ---- events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shown = list(self._cards) or self._shown
        current = self.current
        here = shown.index(current.line_id) if current is not None else -1
        page = max(1, self.view.viewport().height() // self._row_px() - 1)
        there = {
            Qt.Key.Key_Up: here - 1,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_PageUp: here - page,
            Qt.Key.Key_PageDown: here + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(shown) - 1,
        }.get(Qt.Key(event.key()))
        if there is None or not shown:
            event.ignore()
        else:
            self.focus_place(min(len(shown) - 1, max(0, there)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        card = self.current if by_key else self._card_at(self.childAt(event.pos()))
        line = None if card is None else self._model.line(card.line_id)
        if card is None or line is None:
            event.ignore()
            return
        menu = line_menu(line, self._moment(), self.pressed.emit, self.opened.emit, card, past=self._past)
        menu.popup(card.mapToGlobal(QPoint(16, card.height() - 8)) if by_key else event.globalPos())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update(at_once=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_head()
        self._arrange(again=True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange(again=True)

    def _on_focus(self, _: QWidget | None, now: QWidget | None) -> None:
        card = self._card_at(now)
        self._choose_stop()
        by_pointer = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if isinstance(card, LineRow) and not by_pointer:  # it would go from under the pointer
            self.view.bring_into_sight(card.line_id)
        elif card is not None and not by_pointer:
            self.view.ensureWidgetVisible(card, 0, _GAP_PX)

    # ---- inside

    def _lay_out(self) -> None:
        self.head: ListHead = ListHead()
        self.head.filter_chosen.connect(self._narrow)
        self.head.sought.connect(lambda words: self._narrow(words=words))
        self.view: RowView[Group | str] = RowView(self._make, self._let_go, self._pinned, self._aloud)
        self.view.setObjectName("lineList")
        self.view.setAccessibleName(tr("Lines"))
        self._card_column = in_column(margins=NO_MARGINS, spacing=10)
        self._nothing = QWidget()
        clear = Button(tr("Clear"), self.head.clear, name="clearButton", spoken=tr("Clear filter and search"))
        words = Text(tr("No lines match."), secondary=True, wraps=False)
        in_row(1, words, clear, 1, of=self._nothing, margins=(0, 48, 0, 0), spacing=12)
        self._nothing.hide()
        self._standing = in_column(margins=NO_MARGINS, spacing=10)
        self.view.above.setSpacing(0)
        for part in (self._card_column, self._standing):
            self.view.above.addLayout(part)
        self.view.above.addWidget(self._nothing)
        margins = (0, _TOP_PX, 0, 0)
        self._column = in_column(self.head, (self.view, 1), of=self, margins=margins, spacing=_GAP_PX)

    def _place_head(self) -> None:
        inside = self.height() < SHORT_PX
        if inside != self.view.isAncestorOf(self.head):
            focused = self.head.focusWidget() if self.head.isAncestorOf(self.window().focusWidget()) else None
            if inside:
                self.view.above.insertWidget(0, self.head)
            else:
                self._column.insertWidget(0, self.head)
            if focused is not None:
                focused.setFocus()
        top = 0 if self.head.isHidden() else _TOP_PX
        self._column.setContentsMargins(0, top, 0, 0)
        margin = 0 if inside else (self.width() - self.view.column_px) // 2
        self.head.setContentsMargins(margin, 0, margin, _GAP_PX if inside else 0)

    def _update(self, changed: AbstractSet[str] = frozenset(), *, at_once: bool = False) -> None:
        lines, moment = self._model.lines, self._moment()
        in_place = at_once or self._past or not self.isVisible()
        if in_place or not (changed or self.view.is_scrolled):
            news = self._order.update(lines, moment, self._held(), at_once=in_place)
        else:  # no row moves from under the hand that scrolls: a later tick looks where they belong
            looked_at = map(self._model.line, filter(self._order.state_of, changed)) if changed else lines
            news = self._order.look_at(filter(None, looked_at), moment)
        only = lines[0] if len(lines) == 1 else None
        summary = all_lines.summed_up(self._order.tally, only, moment)
        self.head.show_summary(summary, past=self._past)
        self.head.show_counts(self._order.counts, self._order.chosen)
        self._place_head()
        self.view.setAccessibleDescription(summary.sentence)
        self._arrange()
        for card in self.cards:
            if at_once or card.line_id in changed | news or not (changed or card.visibleRegion().isEmpty()):
                self._show(card, moment)
        if self.isVisible() and not self._past:
            self._tell(news, summary.sentence, moment)

    def _show(self, card: Card, moment: Moment) -> None:
        line = self._model.line(card.line_id)
        if line is None:
            return
        card.show_line(line, moment, self._account_of(line), past=self._past)

    def _account_of(self, line: LineSnapshot) -> AccountSnapshot | None:
        return self._accounts.get(line.identity.account.key)

    def _tell(self, line_ids: set[str], summary: str, moment: Moment) -> None:
        # Forty at once would be noise; who listens finds them in the list.
        if len(line_ids) > ANNOUNCED_AT_ONCE:
            self._announce(self.view, summary, False)
            return
        for line in filter(None, map(self._model.line, line_ids)):
            words = line_words(line, moment)
            self._announce(self.view, words.spoken, words.assertive)

    def _narrow(self, chosen: Filter | None = None, words: str | None = None) -> None:
        self._order.narrow(chosen, words)
        self.view.verticalScrollBar().setValue(0)
        self._update(at_once=True)

    def _fold(self, *, folded: bool) -> None:
        self._order.unfolded = not folded
        self._update()

    def _arrange(self, *, again: bool = False) -> None:
        lines = self._model.lines
        as_cards = len(lines) <= CARDS_AT_MOST
        self._arrange_cards(lines if as_cards else ())
        sections = () if as_cards else self._order.sections(self._held())
        self._nothing.setVisible(not as_cards and not sections)
        widest_px = CARDS_PX if as_cards else ROWS_PX
        form = (round(widest_px * text_scale(self.font())), len(lines) == 1)
        if (sections, form) == (self._sections, self._form) and not again:
            return
        focused = self._focused_id()
        place = self._shown.index(focused) if focused in self._shown else None
        self._sections = sections
        self._shown = [line_id for section in sections if not section.folded for line_id in section.line_ids]
        self._form = self.view.widest_px, self.view.centred = form
        self.view.show_entries(list(self._entries(sections)), focused or self._pointed_id())
        for section in sections:
            heading = self.view.widgets.get(section.group)
            if isinstance(heading, Heading):
                heading.show_section(section)
        if place is not None and focused not in self._shown:
            self.focus_place(min(place, len(self._shown) - 1))
        self._choose_stop()

    def _entries(self, sections: tuple[Section, ...]) -> Iterator[Slot[Group | str]]:
        scale, row_px, gap = text_scale(self.font()), self._row_px(), 2
        for section in sections:
            yield Slot(section.group, round(HEADING_PX * scale), gap)
            gap = 0
            for line_id in () if section.folded else section.line_ids:
                yield Slot(line_id, row_px, gap)
                gap = _ROW_GAP_PX
            gap = _HEADING_GAP_PX

    def _arrange_cards(self, lines: tuple[LineSnapshot, ...]) -> None:
        wanted = {line.identity.line_id: line.identity for line in lines}
        face = face_of_cards(len(wanted), self)
        stays = {line_id for line_id, card in self._cards.items() if card.face is face}
        if list(wanted) == list(self._cards) and stays == self._cards.keys():
            return
        focused = self._card_at(self.window().focusWidget())
        for line_id in self._cards.keys() - (wanted.keys() & stays):
            remove(self._cards.pop(line_id), self._card_column)
        cards = {}
        for line_id, identity in wanted.items():
            card = self._cards.get(line_id)
            if card is None:
                card = LineCard(identity, face)
                card.pressed.connect(self.pressed)
                card.opened.connect(self.opened)
                self._show(card, self._moment())
                if line_id in self._days:
                    card.show_day(self._days[line_id])
            cards[line_id] = card
            self._card_column.removeWidget(card)
            self._card_column.addWidget(card)
        self._cards = cards
        last: QWidget | None = None
        for card in cards.values():
            last = card.chain_after(last)
        if focused is not None and focused.line_id in cards:
            cards[focused.line_id].setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self, key: Group | str) -> QWidget:
        if isinstance(key, Group):
            return Heading(key, self._fold, self.view.content)
        row = self._spare_rows.pop() if self._spare_rows else self._new_row()
        row.show_open(is_open=key == self._open_id)
        row.set_tab_stop(on=key == self._stop_id)
        line = self._model.line(key)
        if line is not None:
            row.show_line(line, self._moment(), self._account_of(line), past=self._past)
        return row

    def _new_row(self) -> LineRow:
        row = LineRow(self.view.content)
        self.view.chain(row)
        row.pressed.connect(self.pressed)
        row.opened.connect(self.opened)
        return row

    def _let_go(self, widget: QWidget) -> None:
        if isinstance(widget, LineRow) and len(self._spare_rows) < SPARE_ROWS:
            self._spare_rows.append(widget)
        else:
            remove(widget)

    def _pinned(self) -> set[Group | str]:
        return {self._stop_id, self._focused_id()}

    def _aloud(self, key: Group | str) -> str:
        if isinstance(key, Group):
            return tr(key.value)
        line = self._model.line(key)
        if line is None:
            return ""
        words = line_words(line, self._moment())
        return ", ".join((line.identity.label, number(line.identity), words.words, words.row_sentence))

    def _held(self) -> set[str]:
        return {self._open_id, self._pointed_id(), self._focused_id()} - {""}

    def _pointed_id(self) -> str:
        # A row that was moved from under the pointer hears of it only when the pointer moves, too.
        pointed = (row for row in self._rows() if row.underMouse() and _is_at(row, QCursor.pos()))
        return next((row.line_id for row in pointed), "")

    def _focused_id(self) -> str:
        # Behind another window the focus is of no use to anybody.
        here = self.window().isActiveWindow() or QApplication.activePopupWidget() is not None
        card = self._card_at(self.window().focusWidget()) if here else None
        return card.line_id if isinstance(card, LineRow) else ""

    def _choose_stop(self) -> None:
        wanted = (self._focused_id(), self._open_id, *self._shown[:1])
        stop = next((line_id for line_id in wanted if line_id in self._shown), "")
        if stop != self._stop_id:
            self._stop_id = stop
            self.view.furnish()
            for row in self._rows():
                row.set_tab_stop(on=row.line_id == stop)

    def _rows(self) -> list[LineRow]:
        return [widget for widget in self.view.widgets.values() if isinstance(widget, LineRow)]

    def _card_at(self, widget: QWidget | None) -> Card | None:
        while widget is not None and widget is not self:
            if isinstance(widget, LineCard | LineRow):
                return widget if self.isAncestorOf(widget) else None
            widget = widget.parentWidget()
        return None

    def _row_px(self) -> int:
        return row_height_px(self.view.column_px, self.font())


def _is_at(row: LineRow, place: QPoint) -> bool:
    return row.rect().contains(row.mapFromGlobal(place))
