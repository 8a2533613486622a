"""The scrolling list: banners on top, then a card per line, or what stands there while there is none."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QPalette,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.ui.bridge import LineModel
from softphone.ui.history.history_reader import Day
from softphone.ui.kit.banner import BannerStack
from softphone.ui.kit.layout import ScrollArea, in_column, remove
from softphone.ui.kit.text import Text, announce
from softphone.ui.lines.line_card import LineCard
from softphone.wording.moment import Moment

MARGIN_PX = 20
SPACING_PX, COMPACT_SPACING_PX = 12, 4
ANNOUNCED_AT_ONCE = 3
ABOVE_CARDS = 2  # banners and tip


class LineList(ScrollArea):
    """Cards for the lines of a model.

    Signals:
        pressed(str, Action | Remedy): a button on a line's card.
        details_wanted(str): the details of a line.
    """

    pressed = Signal(str, object)
    details_wanted = Signal(str)

    def __init__(
        self,
        model: LineModel,
        moment: Callable[[], Moment],
        offered: frozenset[Remedy],
        parent: QWidget | None = None,
        announcer: Callable[[QWidget, str, bool], None] = announce,
    ) -> None:
        super().__init__(parent=parent)
        self._model = model
        self._moment = moment
        self._offered = offered
        self._announce = announcer
        self._cards: dict[str, LineCard] = {}
        self._placeholders: list[QWidget] = []
        self._accounts: dict[str, AccountSnapshot] = {}
        self._past = False
        self._compact = False
        self.setObjectName("lineList")
        self.setAccessibleName(tr("Lines"))
        content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.Window)
        self.banners = BannerStack()
        self.tip = in_column()  # what is said once
        self.foot = Text(secondary=True, factor=0.9)
        self._column = in_column(
            self.banners, self.tip, 1, self.foot, of=content, margins=(MARGIN_PX, 4, MARGIN_PX, 16)
        )
        self._column.setSpacing(SPACING_PX)
        self.setWidget(content)
        self.verticalScrollBar().rangeChanged.connect(self._make_room_for_bar)
        model.rows_changed.connect(self._arrange)
        model.lines_changed.connect(self._show_changed)
        self._arrange()

    @property
    def cards(self) -> tuple[LineCard, ...]:
        """The cards from top to bottom."""
        return tuple(self._cards.values())

    @property
    def current(self) -> LineCard | None:
        """The card that has the focus or holds what has it; the only card when there is but one."""
        focused: QWidget | None = self.window().focusWidget()
        for card in self.cards:
            if (
                len(self._cards) == 1
                or card is focused
                or (focused is not None and card.isAncestorOf(focused))
            ):
                return card
        return None

    def show_accounts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Take these accounts into what cards foretell."""
        self._accounts = {account.account.key: account for account in accounts}

    def show_day(self, line_id: str, day: Day) -> None:
        """Show the last 24 hours of a line on its card."""
        if line_id in self._cards:
            self._cards[line_id].show_day(day.intervals)

    def set_past(self, *, past: bool) -> None:
        """Show cards of the past: nothing can be pressed on them. Or of the present again."""
        self._past = past
        for card in self._cards.values():
            card.set_past(past=past)
        self._show_changed(frozenset(self._cards))

    def set_compact(self, *, compact: bool) -> None:
        """Show a row for each line instead of a card."""
        self._compact = compact
        for card in self._cards.values():
            card.set_compact(compact=compact)
        self._column.setSpacing(COMPACT_SPACING_PX if compact else SPACING_PX)
        self._show_changed(frozenset(self._cards))

    def set_placeholders(self, placeholders: list[QWidget]) -> None:
        """Show these below the cards, in place of any before: empty states, or lines on their way."""
        for old in self._placeholders:
            remove(old, self._column)
        self._placeholders = placeholders
        for new in placeholders:
            self._column.insertWidget(self._column.count() - 2, new)

    def tick(self) -> None:
        """Renew what tells the time, on the cards in sight."""
        moment = self._moment()
        for line_id, card in self._cards.items():
            if not card.visibleRegion().isEmpty() or self._overdue(line_id, moment):
                self._show(line_id, moment)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        cards = self.cards
        current = self.current
        here = cards.index(current) if current is not None else -1
        there = {
            Qt.Key.Key_Up: max(0, here - 1),
            Qt.Key.Key_Down: min(len(cards) - 1, here + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(cards) - 1,
        }.get(Qt.Key(event.key()))
        if there is None or not cards:
            event.ignore()  # the scroll area's own keys are for its bars
            return
        self.focus_place(there)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_changed(frozenset(self._cards))

    def focus_first(self) -> None:
        """Give the focus to the first card, or to nothing that Enter would press."""
        (self.cards[0] if self._cards else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_place(self, place: int) -> None:
        """Give the focus to the card at a place, counted from 0, if there is one."""
        if 0 <= place < len(self._cards):
            card = self.cards[place]
            card.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(card, 0, 12)

    def focus_line(self, line_id: str) -> None:
        """Give the focus to the card of a line, if it has one."""
        if line_id in self._cards:
            self.focus_place(list(self._cards).index(line_id))

    def _make_room_for_bar(self, _: int, end: int) -> None:
        # The bar stands in the margin, so the cards keep their width when it comes and goes.
        bar_px = self.verticalScrollBar().sizeHint().width() if end > 0 else 0
        self._column.setContentsMargins(MARGIN_PX, 4, MARGIN_PX - bar_px, 16)

    def _overdue(self, line_id: str, moment: Moment) -> bool:
        # A card out of sight whose proof has become too old is renewed once, so that it is announced.
        line, badge = self._model.line(line_id), self._cards[line_id].badge
        return line is not None and badge is not None and line.state_at(moment.now_s) is not badge.state

    def _arrange(self) -> None:
        wanted = [line.identity for line in self._model.lines]
        for line_id in set(self._cards) - {identity.line_id for identity in wanted}:
            remove(self._cards.pop(line_id), self._column)
        moment = self._moment()
        known = set(self._cards)
        cards = {}
        for place, identity in enumerate(wanted):
            card = self._cards.get(identity.line_id) or self._new_card(identity.line_id, identity.label)
            cards[identity.line_id] = card
            self._column.removeWidget(card)
            self._column.insertWidget(ABOVE_CARDS + place, card)
        self._cards = cards
        for line_id in self._cards:
            self._show(line_id, moment)
        last: QWidget | None = None
        for card in self.cards:
            last = card.chain_after(last)
        self._announce_new([card for line_id, card in self._cards.items() if line_id not in known])

    def _announce_new(self, cards: list[LineCard]) -> None:
        # Forty at once would be noise; who listens finds them in the list.
        if self.isVisible() and len(cards) <= ANNOUNCED_AT_ONCE:
            for card in cards:
                if card.badge is not None:
                    self._announce(card, card.badge.spoken, card.badge.assertive)

    def _new_card(self, line_id: str, name: str) -> LineCard:
        card = LineCard(line_id, name, self._offered)
        card.set_past(past=self._past)
        card.set_compact(compact=self._compact)
        card.pressed.connect(self.pressed)
        card.details_wanted.connect(self.details_wanted)
        return card

    def _show_changed(self, line_ids: frozenset[str]) -> None:
        moment = self._moment()
        for line_id in self._cards:
            if line_id in line_ids:
                self._show(line_id, moment)

    def _show(self, line_id: str, moment: Moment) -> None:
        line, card = self._model.line(line_id), self._cards[line_id]
        if line is None:
            return
        before = card.badge
        badge = card.show_line(line, moment, self._accounts.get(line.identity.account.key))
        if before is not None and before.state is not badge.state and not self._past:
            self._announce(card, badge.spoken, badge.assertive)
