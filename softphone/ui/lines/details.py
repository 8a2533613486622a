"""The details of a line, beside the list or as a page: how it is, what was, and every property of it."""

import re
from collections.abc import Mapping
from enum import Enum
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QTabBar, QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import tr
from softphone.line.model import REGISTERED_STATES, LineIdentity, LineSnapshot
from softphone.ui.copyable import copy
from softphone.ui.history.day_bar import DayStrip
from softphone.ui.history.history_reader import Day
from softphone.ui.history.history_section import HistorySection
from softphone.ui.history.plot import RING_ROOM
from softphone.ui.kit.button import Button, ButtonKind, IconButton
from softphone.ui.kit.icons import Icon
from softphone.ui.kit.layout import NO_MARGINS, TOP, ScrollArea, empty, in_column, in_row, remove
from softphone.ui.kit.text import Text, TextStyle
from softphone.ui.lines.stage import Face, Stage, Toggle, rule, said_of
from softphone.wording.line_facts import Fact
from softphone.wording.moment import Moment
from softphone.wording.presentation import beside, phone

LABEL_PX = 150
IN_DETAILS_PX = 24  # the bar

_EDGE = 20
_BREAKS = re.compile(r"[.@:/](?=\S)|\w{14}(?=\w)")  # where a long address may go on in the next row


class Tab(Enum):  # shown
    """The tabs, in their order."""

    OVERVIEW = "Overview"
    HISTORY = "History"
    TECHNICAL = "Technical"


class Details(QFrame):
    """The details; hidden until `open_for`.

    Signals:
        pressed(str, Action | Remedy): a button of this line.
        check_wanted(str), diagnostics_wanted(): from the foot.
        moment_chosen(datetime): the person wants to see that moment (UTC).
        closed(): it was put away.
    """

    pressed: Signal = Signal(str, object)
    check_wanted: Signal = Signal(str)
    diagnostics_wanted: Signal = Signal()
    moment_chosen: Signal = Signal(object)
    closed: Signal = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("detailsDrawer")  # its ground: theme.qss
        self.line_id: str = ""
        self._in_past = False
        self._stage: Stage | None = None
        self._close = IconButton(
            Icon.CLOSE, self.put_away, name="detailsCloseButton", tooltip=tr("Close details"), parent=self
        )
        self._tabs = QTabBar(expanding=False, drawBase=False)
        self._tabs.setObjectName("detailsTabs")
        self._tabs.setAccessibleName(tr("Details"))
        for tab in Tab:
            self._tabs.addTab(tr(tab.value))
        self._overview, self._technical = Facts(), Facts()
        self._history = HistorySection()
        self._history.moment_chosen.connect(self.moment_chosen)
        self._lay_out()
        self._tabs.currentChanged.connect(self._show_tab)
        self._show_tab(0)
        self.hide()

    def open_for(self, line: LineSnapshot) -> None:
        """Show the details of this line."""
        if line.identity.line_id != self.line_id:
            self._begin(line)
        self.show()

    def take_focus(self) -> None:
        """Give the details the keyboard."""
        self._tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_line(
        self,
        line: LineSnapshot,
        moment: Moment,
        overview: tuple[Fact, ...],
        facts: tuple[Fact, ...],
        account: AccountSnapshot | None = None,
    ) -> None:
        """Show the line as it is at this moment."""
        if self._stage is None:
            return
        words = said_of(line, moment, account, past=self._in_past)
        self._stage.show_words(words, line, moment)
        self._toggle.show_action(words.toggle, registered=words.state in REGISTERED_STATES)
        if self._overview.show_facts(overview) | self._technical.show_facts(facts):
            self._chain()

    def show_day(self, day: Day) -> None:
        """Show the past of the line."""
        self._strip.show_intervals(day.intervals, past=day.until is not None)
        self._history.show_day(self._name, day)
        self._nothing.hide()
        self._chain()

    def set_past(self, *, past: bool) -> None:
        """Show the past from the next `show_line` on: what could be done then cannot be done now."""
        self._in_past = past
        self._foot.setVisible(not past)

    def show_as_page(self, *, as_page: bool, flat: bool) -> None:
        """Be a page, which has its way back elsewhere; where there is little height all of it scrolls."""
        self._close.setVisible(not as_page)
        column = self._scrolled if flat else self._column
        if column.indexOf(self._fixed) < 0:
            column.insertWidget(0, self._fixed)
            self._fixed.show()

    def put_away(self) -> None:
        """Hide the details."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _begin(self, line: LineSnapshot) -> None:
        name, numbers = line.identity.label, _numbers(line.identity)
        self.line_id, self._name = line.identity.line_id, name
        self.setAccessibleName(tr("Details of {line}", line=name))
        if self._stage is not None:
            remove(self._stage)
        self._close.setParent(self)
        head = QWidget()
        said = in_column(Text(name, style=TextStyle.NUMBER), Text(numbers, secondary=True), spacing=0)
        in_row((said, 1), (self._close, TOP), of=head, margins=NO_MARGINS, spacing=8)
        stage = Stage(name, Face.DETAILS, self._tabs, head)
        stage.pressed.connect(lambda does: self.pressed.emit(self.line_id, does))
        self._toggle = Toggle(name, self._tabs, primary=True)
        self._toggle.pressed.connect(lambda does: self.pressed.emit(self.line_id, does))
        stage.buttons.addWidget(self._toggle)
        self._stage = stage
        self._fixed_column.insertWidget(0, stage)
        self._strip = DayStrip(name, IN_DETAILS_PX, with_table=True)
        empty(self._bar)
        self._bar.addWidget(self._strip)
        self._history.hide()
        self._nothing.show()
        self._chain()

    def _lay_out(self) -> None:
        run = Button(
            tr("Run check"),
            lambda: self.check_wanted.emit(self.line_id),
            name="runCheckButton",
            kind=ButtonKind.QUIET,
        )
        diagnostics = Button(
            tr("Copy diagnostics"),
            self.diagnostics_wanted.emit,
            name="copyDiagnosticsButton",
            kind=ButtonKind.QUIET,
        )
        self._fixed = QWidget()
        tabs = in_column(self._tabs, rule(), margins=(_EDGE, 8, _EDGE, 0), spacing=0)
        self._fixed_column = in_column(tabs, of=self._fixed, margins=NO_MARGINS, spacing=0)
        self._bar = in_column(margins=NO_MARGINS)
        overview = QWidget()
        in_column(self._bar, self._overview, of=overview, margins=NO_MARGINS, spacing=16)
        self._pages: Mapping[Tab, QWidget] = {
            Tab.OVERVIEW: overview,
            Tab.HISTORY: self._history_page(),
            Tab.TECHNICAL: self._technical,
        }
        content = QWidget()
        edge = _EDGE - RING_ROOM  # plots keep room round themselves
        body = in_column(*self._pages.values(), 1, margins=(edge, 16, edge, 16), spacing=0)
        self._scrolled = in_column(body, of=content, margins=NO_MARGINS, spacing=0)
        self.scroll_area: ScrollArea = ScrollArea(content)
        self._last_stops = (run, diagnostics)
        self._foot = QWidget()
        in_row(run, diagnostics, 1, of=self._foot, margins=(12, 4, 12, 12), spacing=4)
        self._column = in_column(
            self._fixed, (self.scroll_area, 1), self._foot, of=self, margins=NO_MARGINS, spacing=0
        )

    def _chain(self) -> None:
        """Let the Tab key go as one reads."""
        if self._stage is None:
            return
        stops = (self._close, *self._stage.stops, *self._toggle.stops, self._tabs)
        within = (*self._strip.stops, *self._overview.stops, *self._history.stops, *self._technical.stops)
        for before, after in pairwise((*stops, *within, *self._last_stops)):
            self.setTabOrder(before, after)

    def _history_page(self) -> QWidget:
        page = QWidget()
        self._nothing = Text(tr("Nothing has happened yet."), secondary=True)
        in_column(self._history, self._nothing, of=page, margins=NO_MARGINS, spacing=0)
        return page

    def _show_tab(self, place: int) -> None:
        shown = list(Tab)[place]
        for tab, page in self._pages.items():
            page.setVisible(tab is shown)


def _numbers(identity: LineIdentity) -> str:
    number, extension = phone(identity.phone_number or ""), identity.extension
    return beside(number, tr("extension {n}", n=extension) if extension else "")


class Facts(QWidget):
    """Rows of label and value under headings; a value can be copied where the pointer or the keyboard is."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[_FactRow] = []
        self._column = in_column(of=self, margins=(RING_ROOM, 0, RING_ROOM, 0), spacing=0)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What the Tab key reaches, in its order."""
        return tuple(row.stop for row in self._rows)

    def show_facts(self, facts: tuple[Fact, ...]) -> bool:
        """Show these; return whether the rows are others now, which they are when their labels differ."""
        anew = [row.label for row in self._rows] != [fact.label for fact in facts]
        if anew:
            self._make_rows(facts)
        for row, fact in zip(self._rows, facts, strict=True):
            row.show_fact(fact)
        return anew

    def _make_rows(self, facts: tuple[Fact, ...]) -> None:
        empty(self._column)
        self._rows = []
        section = ""
        for fact in facts:
            if fact.section != section:
                section = fact.section
                heading = Text(section, bold=True)
                heading.setContentsMargins(0, 12 if self._rows else 0, 0, 4)
                self._column.addWidget(heading)
            row = _FactRow(fact.label)
            self._rows.append(row)
            self._column.addWidget(row)


class _FactRow(QWidget):
    """Label, value, and a button to copy where there is something to copy."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label
        self._full = ""
        self._value = Text()
        self._copy = self.stop = _CopyButton(
            Icon.COPY,
            lambda: copy(self._full, self._copy),
            name="copyButton",
            tooltip=tr("Copy"),
            spoken=tr("Copy {label}", label=label),
        )
        name = Text(label, secondary=True)
        name.setFixedWidth(LABEL_PX)
        in_row(name, (self._value, 1), self._copy, of=self, margins=NO_MARGINS, spacing=0)
        self.setMinimumHeight(self._copy.height())

    def show_fact(self, fact: Fact) -> None:
        """Show the value."""
        self._full = fact.copy
        self._value.say(_BREAKS.sub("\\g<0>\u200b", fact.value))
        self.setAccessibleName(tr("{label}: {value}", label=fact.label, value=fact.value))
        if self._copy.isHidden() == bool(fact.copy):
            self._copy.setVisible(bool(fact.copy))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._copy.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._copy.update()


class _CopyButton(IconButton):
    """Is always there for the keyboard, and seen where the pointer or the keyboard is."""

    def paintEvent(self, event: QPaintEvent) -> None:
        row = self.parentWidget()
        if self.hasFocus() or (row is not None and row.underMouse()):
            super().paintEvent(event)
