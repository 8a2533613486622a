"""The details drawer: every property of a line to be read and copied, and its past (interface.md#details)."""

import re
from functools import partial

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStyle, QWidget

from softphone.i18n import tr
from softphone.ui.copyable import copy
from softphone.ui.history.day_bar import DETAILS_PX, DayStrip
from softphone.ui.history.history_reader import Day
from softphone.ui.history.history_section import HistorySection
from softphone.ui.history.plot import RING_ROOM
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import (
    NO_MARGINS,
    TOP,
    FlowLayout,
    ScrollArea,
    empty,
    in_column,
    in_row,
    remove,
)
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import tokens
from softphone.wording.line_facts import Fact
from softphone.wording.presentation import Badge, Proof

DRAWER_PX = 360

_MARGIN = 18  # beside the words
_BREAKS = re.compile(r"[.@:/](?=\S)|\w{14}(?=\w)")  # where a long address may go on in the next row


class DetailsDrawer(QWidget):
    """The drawer. Hidden until `open_for`; Esc closes it.

    Signals:
        closed(): it was put away.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("detailsDrawer")
        self.line_id = ""
        self._name = ""
        self._rows: list[_FactRow] = []
        self._headings: dict[str, QWidget] = {}  # by section
        self._section_buttons: list[Button] = []
        self._badge: StatusBadge | None = None
        self._title = Text(factor=1.15, bold=True)
        self._numbers = Text(secondary=True)
        self._close = Button(
            tr("Close"),
            self.put_away,
            name="detailsCloseButton",
            spoken=tr("Close details"),
            kind=ButtonKind.QUIET,
        )
        self._lay_out()
        self.hide()

    def open_for(self, line_id: str, name: str, numbers: str) -> None:
        """Show the drawer, for this line."""
        if line_id != self.line_id:
            self.line_id, self._name = line_id, name
            self._history.hide()
            self._show_sections()
            self._title.say(name)
            self._numbers.say(numbers)
            self.setAccessibleName(tr("Details of {line}", line=name))
            if self._badge is not None:
                remove(self._badge)
            self._badge = StatusBadge(name, self)
            self._badges.insertWidget(0, self._badge)
        self.show()
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_facts(self, badge: Badge, facts: tuple[Fact, ...], proof: Proof | None = None) -> None:
        """Show these rows; rows are made anew only when their labels differ."""
        if self._badge is not None:
            self._badge.show_badge(badge, proof)
        if [row.label for row in self._rows] != [fact.label for fact in facts]:
            self._make_rows(facts)
        for row, fact in zip(self._rows, facts, strict=True):
            row.show_fact(fact)

    def show_history(self, day: Day) -> None:
        """Show the past of the line that the drawer was opened for."""
        self._history.show_day(self._name, day)
        self._bar.show_intervals(day.intervals)
        self._bar.show()
        self._show_sections()
        self._chain()

    def put_away(self) -> None:
        """Hide the drawer."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.card))
        painter.setPen(QPen(QColor(colours.subtle), 1))
        edge = QStyle.visualRect(self.layoutDirection(), self.rect(), QRect(0, 0, 1, self.height()))
        painter.drawLine(edge.topLeft(), edge.bottomLeft())

    def _lay_out(self) -> None:
        names = in_column(self._title, self._numbers, margins=(0, 6, 0, 0), spacing=2)
        head = in_row((names, 1), (self._close, TOP), margins=(_MARGIN, 10, 8, 0))
        self._badges = in_row(1, margins=(_MARGIN, 4, _MARGIN, 4))
        self._sections = FlowLayout()
        self._facts = in_column(margins=(RING_ROOM, 0, RING_ROOM, 0), spacing=0)
        self._past = _heading(tr("History"))
        self._past.setContentsMargins(RING_ROOM, 12, RING_ROOM, 0)
        self._bar = DayStrip("", DETAILS_PX, with_table=True)
        self._bar.hide()
        self._history = HistorySection()
        self._content = QWidget()
        in_column(
            self._sections,
            self._facts,
            self._past,
            self._bar,
            self._history,
            1,
            of=self._content,
            margins=(_MARGIN - RING_ROOM, 0, _MARGIN - RING_ROOM, _MARGIN),
            spacing=0,
        )
        self._scroll = ScrollArea(self._content)
        in_column(head, self._badges, (self._scroll, 1), of=self, margins=(1, 0, 1, 0))

    def _show_sections(self) -> None:
        """Offer to go to each section that there is."""
        self._past.setHidden(self._history.isHidden())
        there = dict(self._headings)
        if not self._history.isHidden():
            there[self._past.text()] = self._past
        if [*there] == [button.text() for button in self._section_buttons]:
            return
        for button in self._section_buttons:
            remove(button, self._sections)
        self._section_buttons = [self._make_section_button(section, there[section]) for section in there]
        self._chain()

    def _chain(self) -> None:
        # Qt's own tab order is the order of creation.
        last: QWidget = self._close
        for stop in (
            *self._section_buttons,
            *(row.stop for row in self._rows),
            *self._bar.stops,
            *self._history.stops,
        ):
            self.setTabOrder(last, stop)
            last = stop

    def _make_section_button(self, section: str, heading: QWidget) -> Button:
        button = Button(
            section,
            partial(self._go_to, heading),
            name="sectionButton",
            spoken=tr("Go to {section}", section=section),
            kind=ButtonKind.QUIET,
            compact=True,
            parent=self,
        )
        self._sections.addWidget(button)
        button.show()
        return button

    def _go_to(self, heading: QWidget) -> None:
        """Put a heading on top, and the focus on the first stop below it."""
        top = self._top_of(heading)
        self._scroll.verticalScrollBar().setValue(top)
        stops = {
            self._top_of(each): each
            for each in self._content.findChildren(QWidget)
            if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        }
        first = min((place for place in stops if place > top), default=None)
        if first is not None:
            stops[first].setFocus(Qt.FocusReason.TabFocusReason)

    def _top_of(self, widget: QWidget) -> int:
        return widget.mapTo(self._content, QPoint()).y()

    def _make_rows(self, facts: tuple[Fact, ...]) -> None:
        empty(self._facts)
        self._rows, self._headings = [], {}
        for fact in facts:
            if fact.section not in self._headings:
                self._headings[fact.section] = _heading(fact.section)
                self._facts.addWidget(self._headings[fact.section])
            row = _FactRow(fact.label)
            self._rows.append(row)
            self._facts.addWidget(row)
        self._show_sections()


class _FactRow(QWidget):
    """Label, value, and "Copy" where there is something to copy."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label
        self._full = ""
        self._value = Text()
        self._copy = Button(
            tr("Copy"),
            lambda: copy(self._full, self._copy),
            name="copyButton",
            spoken=tr("Copy {label}", label=label),
            kind=ButtonKind.QUIET,
            compact=True,
        )
        name = Text(label, secondary=True)
        in_row((name, 4), (self._value, 5), self._copy, of=self, margins=NO_MARGINS, spacing=8)
        self.setMinimumHeight(self._copy.sizeHint().height())
        policy = self._copy.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # values stand in one column
        self._copy.setSizePolicy(policy)

    @property
    def stop(self) -> QWidget:
        """What the Tab key reaches."""
        return self._copy

    def show_fact(self, fact: Fact) -> None:
        self._full = fact.copy
        self._value.say(_BREAKS.sub("\\g<0>\u200b", fact.value))
        self.setAccessibleName(tr("{label}: {value}", label=fact.label, value=fact.value))
        if self._copy.isHidden() == bool(fact.copy):
            self._copy.setVisible(bool(fact.copy))


def _heading(section: str) -> Text:
    heading = Text(section, bold=True)
    heading.setContentsMargins(0, 12, 0, 4)
    return heading
