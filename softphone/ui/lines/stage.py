"""The tinted part of a card and of the details: how a line is, in shape, word, title and one sentence.

Tall in the hero, where everything stands in the middle; else flat, with the shape beside the words.
"""

from enum import Enum
from functools import partial

from PySide6.QtCore import QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.line.model import LineSnapshot
from softphone.ui.kit.button import CONTROL_HEIGHT, HIGH_HEIGHT, Button, ButtonKind
from softphone.ui.kit.layout import CENTRE, NO_MARGINS, Placed, gap, in_column, in_row
from softphone.ui.kit.painting import smooth
from softphone.ui.kit.status_badge import BadgeLook, StageSize, StatusBadge, StatusStage
from softphone.ui.kit.text import Text, TextStyle
from softphone.ui.kit.theme import motion, tokens
from softphone.values import replace
from softphone.wording.call_words import line_words
from softphone.wording.moment import Moment
from softphone.wording.presentation import Action, LineWords, Shape, Tone, label_of, proof_left, words_of

TONE_MS = 150
RADIUS = 11.0  # of a card, inside its border
NARROW_BELOW_PX, LOW_BELOW_PX = 480, 560  # width of the page, height of the window


class Face(Enum):
    """How a stage stands."""

    HERO = "hero"  # tall: the only line
    FLAT = "flat"  # the only line in a small window
    CARD = "card"  # one of two or three lines
    NARROW_CARD = "narrow card"  # the remedy stands below the words
    DETAILS = "details"


def is_flat(page: QWidget) -> bool:
    """Whether a page has so little room that all lies flat."""
    return page.width() < NARROW_BELOW_PX or page.window().height() < LOW_BELOW_PX


def said_of(
    line: LineSnapshot,
    moment: Moment,
    account: AccountSnapshot | None = None,
    *,
    past: bool,
    brief: bool = False,
) -> LineWords:
    """Return what a line says; of the past nothing is to be done, and no tone alarms or calms."""
    if past:
        return replace(words_of(line, moment), tone=Tone.NEUTRAL, remedy=None, toggle=None)
    return line_words(line, moment, account, brief=brief)


class Stage(QWidget):
    """The stage of a line; it shows what it is given and keeps none.

    Signals:
        pressed(Action | Remedy): its remedy.
    """

    pressed: Signal = Signal(object)

    def __init__(self, line_name: str, face: Face, home: QWidget, head: QWidget | None = None) -> None:
        """`head` stands above all else; `home` gets the keyboard when the button that has it goes."""
        super().__init__()
        self._home = home
        self.face = face
        self._head = head
        self._line_name = line_name
        self._tone = Tone.NEUTRAL
        self._remedies: dict[Action | Remedy, Button] = {}
        self._offered: Action | Remedy | None = None
        tall = face is Face.HERO
        self._shape = StatusStage(StageSize.HERO if tall else StageSize.CARD)
        self._badge = StatusBadge(line_name, look=BadgeLook.WORD)
        self._title = Text(style=TextStyle.TITLE if tall else TextStyle.FLAT)
        size = TextStyle.LEAD if tall else TextStyle.BODY
        self._sentence = Text(style=size, secondary=True, name="lineReason")
        self.buttons: QHBoxLayout = in_row(margins=NO_MARGINS, spacing=8)
        self._change = QVariantAnimation(self, duration=TONE_MS)
        self._change.valueChanged.connect(lambda _: self.update())
        self._lay_out()
        self._place_foot()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What the Tab key reaches."""
        return tuple(button for button in self._remedies.values() if not button.isHidden())

    def show_words(self, words: LineWords, line: LineSnapshot, moment: Moment) -> bool:
        """Show what is said of a line; return whether its buttons are others now."""
        proof = None if words.shape is Shape.BELL else proof_left(line, moment)
        self._shape.show_state(words.shape, words.tone, proof)
        self._badge.show_state(words.badge, words.shape, words.tone, tag=words.tag)
        self._title.say(words.title)
        self._sentence.say(words.sentence)
        if words.tone is not self._tone:
            self._fade_to(words.tone)
        return self._offer(words.remedy)

    def explain(self, words: str) -> None:
        """Say more where the pointer rests on the sentence."""
        self._sentence.setToolTip(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        moving = self._change.state() is QVariantAnimation.State.Running
        tint: QColor = self._change.currentValue() if moving else tokens(self.palette()).tint(self._tone)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()).adjusted(0, 0, 0, RADIUS), RADIUS, RADIUS)
        painter = smooth(self)
        painter.setClipRect(self.rect())
        painter.fillPath(path, tint)

    def _fade_to(self, tone: Tone) -> None:
        colours = tokens(self.palette())
        before, self._tone = self._tone, tone
        self._change.stop()
        if self.isVisible() and not motion.is_reduced(self):
            self._change.setStartValue(colours.tint(before))
            self._change.setEndValue(colours.tint(tone))
            self._change.start()
        self.update()

    def _lay_out(self) -> None:
        if self.face is Face.HERO:
            for words in (self._title, self._sentence):
                words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._foot = in_row(1, self.buttons, 1, margins=(0, 0, 0, 0))
            said: tuple[Placed, ...] = (gap(2), self._title, gap(4), self._sentence, self._foot)
            column = ((self._shape, CENTRE), gap(20), (self._badge, CENTRE), *said)
            in_column(*column, of=self, margins=(20, 32, 20, 32), spacing=0)
            return
        card = self.face is Face.CARD
        self._foot = self.buttons if card else in_row(self.buttons, 1, margins=NO_MARGINS)
        between = gap(0 if card else 2)
        words_column = in_column(self._badge, self._title, between, self._sentence, spacing=0)
        if card:
            parts: tuple[Placed, ...] = (self._shape, (in_column(1, words_column, 1), 1), self._foot)
            in_row(*parts, of=self, margins=(16, 12, 16, 12), spacing=12)
            return
        words_column.addLayout(self._foot)
        words_column.addStretch(1)
        flat = in_row(in_column(self._shape, 1), (words_column, 1), spacing=12)
        edge = 16 if self._head is None else 20
        above = () if self._head is None else (self._head, gap(14))
        in_column(*above, flat, of=self, margins=(edge, edge, edge, edge), spacing=0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _offer(self, remedy: Action | Remedy | None) -> bool:
        if remedy is self._offered:
            return False
        self._offered = remedy
        if remedy is not None and remedy not in self._remedies:
            self._remedies[remedy] = self._new_button(remedy)
        for does, button in self._remedies.items():
            show_button(button, self._home, shown=does is remedy)
        self._place_foot()
        return True

    def _place_foot(self) -> None:
        above = 18 if self.face is Face.HERO else 14
        used = self._offered is not None or self.face is Face.DETAILS  # where *Register* stands, too
        if self.face is not Face.CARD:
            self._foot.setContentsMargins(0, above if used else 0, 0, 0)

    def _new_button(self, does: Action | Remedy) -> Button:
        button = Button(
            label_of(does),
            partial(self.pressed.emit, does),
            name="retryButton" if does is Action.RETRY else "remedyButton",
            spoken=tr("{button}, {line}", button=label_of(does), line=self._line_name),
            kind=ButtonKind.PRIMARY,
            height=HIGH_HEIGHT if self.face is Face.HERO else CONTROL_HEIGHT,
        )
        self.buttons.insertWidget(0, button)
        return button


def show_button(button: Button, home: QWidget, *, shown: bool) -> None:
    """Show a button or hide it; `home` gets the keyboard from it, or that would jump to another line."""
    if button.isHidden() == shown:
        if not shown and button.window().focusWidget() is button:
            home.setFocus(Qt.FocusReason.OtherFocusReason)
        button.setVisible(shown)


def rule() -> QFrame:
    """Return a line between two parts."""
    line = QFrame()
    line.setObjectName("rule")  # as thin and pale as theme.qss says
    return line


class Toggle(QWidget):
    """*Register* or *Deregister*, whichever there is to press, in one place. `primary` is for the former.

    Signals:
        pressed(Action)
    """

    pressed: Signal = Signal(object)

    def __init__(self, line_name: str, home: QWidget, *, primary: bool = False) -> None:
        """`home` gets the keyboard when the button that has it goes."""
        super().__init__()
        self._home = home
        self._buttons: dict[Action, Button] = {}
        for action in (Action.REGISTER, Action.DEREGISTER):
            first = primary and action is Action.REGISTER
            self._buttons[action] = Button(
                label_of(action),
                partial(self.pressed.emit, action),
                name=f"{action.value}Button",
                spoken=tr("{button}, {line}", button=label_of(action), line=line_name),
                kind=ButtonKind.PRIMARY if first else ButtonKind.SECONDARY,
            )
        in_row(*self._buttons.values(), of=self, margins=NO_MARGINS, spacing=0)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What the Tab key reaches."""
        return tuple(self._buttons.values())

    def show_action(self, action: Action | None, *, registered: bool) -> None:
        """Offer this one; `registered`: what Deregister ends is no mere trying."""
        for does, button in self._buttons.items():
            show_button(button, self._home, shown=does is action)
        self._buttons[Action.DEREGISTER].setToolTip("" if registered else tr("Stop trying"))
