"""One line: whose, its badge, the reason in words, and the buttons that help (interface.md#cards)."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QSizePolicy,
    QWidget,
)

from softphone.accounts.snapshot import AccountSnapshot
from softphone.history.intervals import Interval
from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.line.model import LineSnapshot
from softphone.ui.history.day_bar import DayStrip
from softphone.ui.kit.button import PADDING, RING_ROOM, Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, TOP, FlowLayout, in_column, in_row
from softphone.ui.kit.painting import paint_ground, smooth
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import tokens
from softphone.wording import presentation
from softphone.wording.card_buttons import Action, CardButton, buttons
from softphone.wording.forecast import forecast
from softphone.wording.moment import Moment
from softphone.wording.presentation import Badge, Tone, proof

NARROW_PX = 520  # below this the badge stands under the name
MARGINS = (18, 16, 18, 12)
COMPACT_MARGINS = (18, 6, 18, 6)
QUIET_TONES = frozenset({Tone.GOOD, Tone.NEUTRAL})  # in compact these need no words
NOTES_PX = 180  # with less beside the buttons, server and small print stand above them

_RADIUS = 10.0
_BY_KEYBOARD = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)
_ACTION_NAMES = {
    Action.REGISTER: "registerButton",
    Action.DEREGISTER: "deregisterButton",
    Action.RETRY: "retryButton",
}


class LineCard(QWidget):
    """A card. Show it snapshots; it decides nothing and keeps none.

    Signals:
        pressed(str, Action | Remedy): a button of this line; `window.line_commands` carries it out.
        details_wanted(str): the details of this line.
    """

    pressed = Signal(str, object)
    details_wanted = Signal(str)

    def __init__(
        self, line_id: str, name: str, offered: frozenset[Remedy], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.line_id = line_id
        self._name = name
        self._offered = offered
        self._badge: Badge | None = None
        self._buttons: dict[Action | Remedy, Button] = {}
        self._shown: tuple[CardButton, ...] = ()
        self.setProperty("ring", _RADIUS)
        self._past = False
        self._compact = False
        self.setObjectName("lineCard")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._lay_out()

    @property
    def badge(self) -> Badge | None:
        """What the badge says."""
        return self._badge

    def offers(self, action: Action) -> bool:
        """Whether a button with this action is shown."""
        return any(button.does is action for button in self._shown)

    def set_past(self, *, past: bool) -> None:
        """Show the past: what could be done then cannot be done now."""
        self._past = past
        if past:
            self._show_buttons(())

    def set_compact(self, *, compact: bool) -> None:
        """Be one row from the next `show_line` on; words stand only where something is wrong."""
        self._compact = compact
        self._column.setContentsMargins(*(COMPACT_MARGINS if compact else MARGINS))
        if compact:
            self._day.show_intervals(())
        self._fit_foot()

    def chain_after(self, stop: QWidget | None) -> QWidget:
        """Make this card the next Tab stop after `stop`; return its own last stop."""
        if stop is not None:
            self.setTabOrder(stop, self)
        self._chain()
        return self._details

    def show_line(self, line: LineSnapshot, moment: Moment, account: AccountSnapshot | None = None) -> Badge:
        """Show this snapshot as it is at this moment; return its badge. The account adds to the forecast."""
        self._badge = presentation.badge(line, moment)
        self._status.show_badge(self._badge, proof(line, moment))
        name, numbers = presentation.card_title(line.identity)
        self._title.say(name)
        quiet = self._compact and self._badge.tone in QUIET_TONES
        reason = presentation.reason(line, moment)
        self._numbers.say("" if self._compact else numbers)
        self._reason.say("" if quiet else reason)
        self._reason.setToolTip(forecast(line, account, moment))
        self.setAccessibleDescription(reason)
        self._server.say("" if self._compact else presentation.server_line(line))
        self._small_print.say(presentation.small_print(line))
        self._show_buttons(() if self._past else buttons(line, moment, self._offered))
        return self._badge

    def show_day(self, intervals: Sequence[Interval]) -> None:
        """Show the states of the last 24 hours, without gaps, oldest first."""
        if self._compact:
            return
        self._day.show_intervals(intervals)
        self._chain()
        self._fit_foot()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.details_wanted.emit(self.line_id)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW_PX
        row, column = (1, 0) if narrow else (0, 1)
        if self._head.itemAtPosition(row, column) is None:
            side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignRight
            self._head.removeWidget(self._status)
            self._head.addWidget(self._status, row, column, side | TOP)
        self._fit_foot()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = smooth(self)
        whole = QRectF(self.rect())
        paint_ground(painter, whole, _RADIUS, colours.card, colours.subtle)

    def _lay_out(self) -> None:
        self._title = Text(factor=1.15, bold=True)
        self._numbers = Text(secondary=True)
        self._status = StatusBadge(self._name)
        self._reason = Text(name="lineReason")
        self._server = Text(secondary=True, factor=0.95)
        self._small_print = Text(secondary=True, factor=0.95)
        self._day = DayStrip(self._name)
        self._details = Button(
            tr("Details"),
            lambda: self.details_wanted.emit(self.line_id),
            name="detailsButton",
            spoken=tr("Details of {line}", line=self._name),
            kind=ButtonKind.QUIET,
        )
        self._head = QGridLayout()
        self._head.setHorizontalSpacing(12)
        self._head.setVerticalSpacing(8)
        self._head.setColumnStretch(0, 1)
        self._head.addLayout(in_column(self._title, self._numbers, spacing=2), 0, 0)
        self._head.addWidget(self._status, 0, 1, Qt.AlignmentFlag.AlignRight | TOP)
        self._notes = QWidget()
        in_column(1, self._server, self._small_print, 1, of=self._notes, margins=NO_MARGINS, spacing=2)
        # The words of "Details" end where the badge ends.
        outset = (RING_ROOM, RING_ROOM + PADDING)
        self._row = FlowLayout(self._details, side=Qt.AlignmentFlag.AlignRight, outset=outset)
        self._foot = in_row((self._notes, 1), self._row, spacing=4)
        self._column = in_column(
            self._head, self._reason, self._day, self._foot, of=self, margins=MARGINS, spacing=8
        )

    def _show_buttons(self, wanted: tuple[CardButton, ...]) -> None:
        if wanted == self._shown:
            return
        self._shown = wanted
        keys = [button.does for button in wanted]
        for key, widget in self._buttons.items():
            if key not in keys and not widget.isHidden():
                if self.window().focusWidget() is widget:
                    self.setFocus()  # or the focus would jump to another line
                widget.hide()
        for button in wanted:
            self._show_button(button)
        self._chain()
        self._fit_foot()

    def _fit_foot(self) -> None:
        # Notes, the day and the buttons stand side by side as far as they have room, else above each other.
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._row.sizeHint().width() - NOTES_PX
        across = room >= 0
        self._place_buttons(beside_badge=self._compact and self.width() >= NARROW_PX)
        direction = QBoxLayout.Direction.LeftToRight if across else QBoxLayout.Direction.TopToBottom
        if self._foot.direction() != direction:
            self._foot.setDirection(direction)
            self._row.set_side(Qt.AlignmentFlag.AlignRight if across else Qt.AlignmentFlag.AlignLeft)
        beside = not self._day.isHidden() and room >= self._day.sizeHint().width()
        self._place_day(self._foot if beside else self._column)

    def _place_buttons(self, *, beside_badge: bool) -> None:
        if beside_badge == (self._head.indexOf(self._row) >= 0):
            return
        if beside_badge:
            self._foot.removeItem(self._row)
            self._head.addLayout(self._row, 0, 2)
        else:
            self._head.removeItem(self._row)
            self._foot.addLayout(self._row)
        self._notes.setVisible(not beside_badge)

    def _place_day(self, layout: QBoxLayout) -> None:
        # The bars of all cards stand below each other, so that who looks down sees what fell together.
        beside = layout is self._foot
        self._notes.setMinimumWidth(NOTES_PX if beside else 0)
        self._notes.setMaximumWidth(NOTES_PX if beside else self.maximumWidth())
        if layout.indexOf(self._day) < 0:
            other = self._column if layout is self._foot else self._foot
            other.removeWidget(self._day)
            # Before the buttons, or before the foot.
            layout.insertWidget(layout.count() - 1, self._day, 1 if beside else 0)

    def _chain(self) -> None:
        # Qt's own tab order is the order of creation.
        last: QWidget = self
        for stop in (self._day.bar, *(self._buttons[button.does] for button in self._shown), self._details):
            self.setTabOrder(last, stop)
            last = stop

    def _show_button(self, button: CardButton) -> None:
        widget = self._buttons.get(button.does)
        if widget is None:
            name = _ACTION_NAMES[button.does] if isinstance(button.does, Action) else "remedyButton"
            pressed = partial(self.pressed.emit, self.line_id, button.does)
            widget = Button(button.label, pressed, name=name, parent=self)
            self._buttons[button.does] = widget
        widget.say(button.label, tr("{button}, {line}", button=button.label, line=self._name))
        widget.set_kind(ButtonKind.PRIMARY if button.primary else ButtonKind.NORMAL)
        self._row.removeWidget(widget)
        self._row.insert(self._row.count() - 1, widget)  # "Details" stays the last
        widget.show()
