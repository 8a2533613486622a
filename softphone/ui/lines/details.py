"""The details drawer: every property of a line to be read and copied, and its past (interface.md#details)."""

import re

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStyle, QVBoxLayout, QWidget

from softphone.i18n import tr
from softphone.ui.history.history_reader import Day
from softphone.ui.history.history_section import HistorySection
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.copyable import copy
from softphone.ui.kit.layout import FlowLayout
from softphone.ui.kit.plot import RING_ROOM
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
        self._close = Button(tr("Close"), name="detailsCloseButton", kind=ButtonKind.QUIET)
        self._close.setAccessibleName(tr("Close details"))
        self._close.clicked.connect(lambda _=False: self.put_away())
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
                self._badge.hide()
                self._badge.deleteLater()
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
        head = QHBoxLayout()
        head.setContentsMargins(_MARGIN, 10, 8, 0)
        names = QVBoxLayout()
        names.setContentsMargins(0, 6, 0, 0)
        names.setSpacing(2)
        names.addWidget(self._title)
        names.addWidget(self._numbers)
        head.addLayout(names, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._badges = QHBoxLayout()
        self._badges.setContentsMargins(_MARGIN, 4, _MARGIN, 4)
        self._badges.addStretch(1)
        self._scroll = scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setBackgroundRole(QPalette.ColorRole.Base)
        scroll.setWidget(self._make_content())
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.addLayout(head)
        column.addLayout(self._badges)
        column.addWidget(scroll, 1)

    def _make_content(self) -> QWidget:
        self._content = content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.Base)
        self._sections = FlowLayout()
        self._facts = QVBoxLayout()
        self._facts.setContentsMargins(RING_ROOM, 0, RING_ROOM, 0)
        self._facts.setSpacing(0)
        self._past = _heading(tr("History"))
        self._past.setContentsMargins(RING_ROOM, 12, RING_ROOM, 0)
        self._history = HistorySection()
        column = QVBoxLayout(content)
        column.setContentsMargins(_MARGIN - RING_ROOM, 0, _MARGIN - RING_ROOM, _MARGIN)
        column.setSpacing(0)
        column.addLayout(self._sections)
        column.addLayout(self._facts)
        column.addWidget(self._past)
        column.addWidget(self._history)
        column.addStretch(1)
        return content

    def _show_sections(self) -> None:
        """Offer to go to each section that there is."""
        self._past.setHidden(self._history.isHidden())
        there = dict(self._headings)
        if not self._history.isHidden():
            there[self._past.text()] = self._past
        if [*there] == [button.text() for button in self._section_buttons]:
            return
        for button in self._section_buttons:
            self._sections.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._section_buttons = [self._make_section_button(section, there[section]) for section in there]
        self._chain()

    def _chain(self) -> None:
        # Qt's own tab order is the order of creation.
        last: QWidget = self._close
        for stop in (*self._section_buttons, *(row.stop for row in self._rows), *self._history.stops):
            self.setTabOrder(last, stop)
            last = stop

    def _make_section_button(self, section: str, heading: QWidget) -> Button:
        button = Button(section, name="sectionButton", kind=ButtonKind.QUIET, compact=True, parent=self)
        button.setAccessibleName(tr("Go to {section}", section=section))
        button.clicked.connect(lambda _=False: self._go_to(heading))
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
        while (item := self._facts.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
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
        self._copy = Button(tr("Copy"), name="copyButton", kind=ButtonKind.QUIET, compact=True)
        self._copy.setAccessibleName(tr("Copy {label}", label=label))
        self._copy.clicked.connect(lambda _=False: copy(self._full, self._copy))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Text(label, secondary=True), 4)
        row.addWidget(self._value, 5)
        row.addWidget(self._copy)
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
