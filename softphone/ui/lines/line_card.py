"""One line of few: the hero when it is the only one, else a card (interface.md#cards)."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import tr
from softphone.line.model import REGISTERED_STATES, LineIdentity, LineSnapshot
from softphone.ui.history.day_bar import DayStrip
from softphone.ui.history.history_reader import Day
from softphone.ui.history.plot import RING_ROOM
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, Margins, in_column, in_row
from softphone.ui.kit.text import Text, TextStyle, text_scale
from softphone.ui.lines.stage import Face, Stage, Toggle, is_flat, rule, said_of
from softphone.wording.forecast import forecast
from softphone.wording.moment import Moment
from softphone.wording.presentation import Action, LineWords, card_title, phone

_FOOT: dict[Face, Margins] = {
    Face.HERO: (20, 14, 20, 14),
    Face.FLAT: (16, 12, 12, 12),
    Face.CARD: (16, 10, 12, 10),
    Face.NARROW_CARD: (16, 10, 12, 10),
}
_BAR: dict[Face, Margins] = {  # the plot keeps room round itself
    Face.HERO: (20 - RING_ROOM, 14, 20 - RING_ROOM, 16 - RING_ROOM),
    Face.FLAT: (16 - RING_ROOM, 12 - RING_ROOM, 16 - RING_ROOM, 12 - RING_ROOM),
}
_GAP = {Face.HERO: 12}  # between the buttons
_OPENS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_RADIUS = 12.0
_ROOMY_FROM_PX = 560  # the width of a page from which a card's remedy stands beside its words


def face_of_cards(number: int, page: QWidget) -> Face:
    """Return how so many cards stand on a page."""
    if number > 1:
        roomy = page.width() >= _ROOMY_FROM_PX * text_scale(page.font())
        return Face.CARD if roomy else Face.NARROW_CARD
    return Face.FLAT if is_flat(page) else Face.HERO


class LineCard(QFrame):
    """A card. Show it snapshots; it decides nothing and keeps none.

    Signals:
        pressed(str, Action | Remedy): a button of this line; `window.line_commands` carries it out.
        opened(str): the details of this line.
    """

    pressed: Signal = Signal(str, object)
    opened: Signal = Signal(str)

    def __init__(self, identity: LineIdentity, face: Face, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line_id: str = identity.line_id
        self.face = face
        self.words: LineWords | None = None
        self.setObjectName("lineCard")  # its ground: theme.qss
        self.setAccessibleName(identity.label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", _RADIUS)
        self._stage = Stage(identity.label, face, self)
        self._stage.pressed.connect(partial(self.pressed.emit, self.line_id))
        self._toggle = Toggle(identity.label, self, primary=True)
        self._toggle.pressed.connect(partial(self.pressed.emit, self.line_id))
        self._details = Button(
            tr("Details"),
            lambda: self.opened.emit(self.line_id),
            name="detailsButton",
            spoken=tr("Details of {line}", line=identity.label),
            kind=ButtonKind.QUIET,
        )
        self._strip: DayStrip | None = None
        self._lay_out(identity)

    def offers(self, action: Action) -> bool:
        """Whether a button with this action is shown."""
        return self.words is not None and action in {self.words.remedy, self.words.toggle}

    def chain_after(self, stop: QWidget | None) -> QWidget:
        """Make this card the next Tab stop after `stop`; return its own last stop."""
        if stop is not None:
            self.setTabOrder(stop, self)
        return self._chain()

    def show_line(
        self,
        line: LineSnapshot,
        moment: Moment,
        account: AccountSnapshot | None = None,
        *,
        past: bool = False,
    ) -> LineWords:
        """Show this snapshot as it is at this moment; return its words. The account adds to the forecast.

        Of the past nothing can be pressed: what could be done then cannot be done now.
        """
        words = self.words = said_of(line, moment, account, past=past)
        if self._stage.show_words(words, line, moment):
            self._chain()
        self._stage.explain(forecast(line, account, moment))
        self.setAccessibleDescription(f"{words.title}. {words.sentence}")
        self._toggle.show_action(words.toggle, registered=words.state in REGISTERED_STATES)
        return words

    def show_day(self, day: Day) -> None:
        """Show what was; a card has no room for it."""
        if self._strip is not None:
            self._strip.show_intervals(day.intervals, past=day.until is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENS:
            self.opened.emit(self.line_id)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # or its release would never come here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.line_id)

    def _chain(self) -> QWidget:
        # Qt's own tab order is the order of creation.
        past = () if self._strip is None else (self._strip.bar,)
        last: QWidget = self
        for each in (*self._stage.stops, self._details, *self._toggle.stops, *past):
            self.setTabOrder(last, each)
            last = each
        return last

    def _lay_out(self, identity: LineIdentity) -> None:
        bar = _BAR.get(self.face)
        whose = _name_and_number(identity) if bar is None else _whose(identity)
        foot = in_row(
            (whose, 1), self._details, self._toggle, margins=_FOOT[self.face], spacing=_GAP.get(self.face, 8)
        )
        column = in_column(self._stage, foot, of=self, margins=NO_MARGINS, spacing=0)
        if bar is not None:
            self._strip = DayStrip(identity.label)
            self._strip.set_flat(flat=self.face is Face.FLAT)
            column.addWidget(rule())
            column.addLayout(in_column(self._strip, margins=bar))


def _whose(identity: LineIdentity) -> QVBoxLayout:
    """Number and extension of the only line; its name is in the top bar."""
    number, extension = phone(identity.phone_number or ""), identity.extension or ""
    said = tr("Extension {n}", n=extension) if extension else ""
    first, second = (number, said) if number else (said or identity.label, "")
    return in_column(
        1, Text(first, style=TextStyle.NUMBER), Text(second, secondary=True), 1, margins=NO_MARGINS, spacing=0
    )


def _name_and_number(identity: LineIdentity) -> QVBoxLayout:
    _, numbers = card_title(identity)
    number = phone(identity.phone_number or "") or numbers
    said = Text(number, style=TextStyle.SMALL, secondary=True)
    return in_column(1, Text(identity.label, bold=True), said, 1, margins=NO_MARGINS, spacing=0)
