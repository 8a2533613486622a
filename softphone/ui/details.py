"""The details drawer: every property of one line, each with a way to the clipboard (ux.md 4.4)."""

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from softphone.ui.button import Button, ButtonKind
from softphone.ui.clipboard import copy
from softphone.ui.line_facts import Fact
from softphone.ui.presentation import Badge
from softphone.ui.status_badge import StatusBadge
from softphone.ui.text import Text
from softphone.ui.theme import tokens

DRAWER_PX = 360

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
        self._rows: list[_FactRow] = []
        self._badge: StatusBadge | None = None
        self._title = Text(factor=1.15, bold=True)
        self._numbers = Text(secondary=True)
        self._close = Button("Close", name="detailsCloseButton", kind=ButtonKind.QUIET)
        self._close.setAccessibleName("Close details")
        self._close.clicked.connect(lambda _=False: self.put_away())
        self._lay_out()
        self.hide()

    def open_for(self, line_id: str, name: str, numbers: str) -> None:
        """Show the drawer, for this line."""
        if line_id != self.line_id:
            self.line_id = line_id
            self._title.say(name)
            self._numbers.say(numbers)
            self.setAccessibleName(f"Details of {name}")
            if self._badge is not None:
                self._badge.hide()
                self._badge.deleteLater()
            self._badge = StatusBadge(name, self)
            self._badges.insertWidget(0, self._badge)
        self.show()
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_facts(self, badge: Badge, facts: tuple[Fact, ...]) -> None:
        """Show these rows; rows are made anew only when their labels differ."""
        if self._badge is not None:
            self._badge.show_badge(badge)
        if [row.label for row in self._rows] != [fact.label for fact in facts]:
            self._make_rows(facts)
        for row, fact in zip(self._rows, facts, strict=True):
            row.show_fact(fact)

    def put_away(self) -> None:
        """Hide the drawer."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes (Qt override)."""
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the edge (Qt override)."""
        del event
        colours = tokens(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.card))
        painter.setPen(QPen(QColor(colours.subtle), 1))
        painter.drawLine(self.rect().topLeft(), self.rect().bottomLeft())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(18, 10, 8, 0)
        names = QVBoxLayout()
        names.setContentsMargins(0, 6, 0, 0)
        names.setSpacing(2)
        names.addWidget(self._title)
        names.addWidget(self._numbers)
        head.addLayout(names, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._badges = QHBoxLayout()
        self._badges.setContentsMargins(18, 4, 18, 4)
        self._badges.addStretch(1)
        content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.Base)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(18, 0, 8, 18)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setBackgroundRole(QPalette.ColorRole.Base)
        scroll.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.addLayout(head)
        column.addLayout(self._badges)
        column.addWidget(scroll, 1)

    def _make_rows(self, facts: tuple[Fact, ...]) -> None:
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._rows = []
        section = ""
        for fact in facts:
            if fact.section != section:
                section = fact.section
                heading = Text(section, bold=True)
                heading.setContentsMargins(0, 12, 0, 4)
                self._column.insertWidget(self._column.count() - 1, heading)
            row = _FactRow(fact.label)
            self._rows.append(row)
            self._column.insertWidget(self._column.count() - 1, row)


class _FactRow(QWidget):
    """Label, value, and "Copy" where there is something to copy."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label
        self._full = ""
        self._value = Text()
        self._copy = Button("Copy", name="copyButton", kind=ButtonKind.QUIET, compact=True)
        self._copy.setAccessibleName(f"Copy {label}")
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

    def show_fact(self, fact: Fact) -> None:
        self._full = fact.copy
        self._value.say(_BREAKS.sub("\\g<0>\u200b", fact.value))
        self.setAccessibleName(f"{fact.label}: {fact.value}")
        if self._copy.isHidden() == bool(fact.copy):
            self._copy.setVisible(bool(fact.copy))
